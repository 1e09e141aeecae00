//! Builds the model from raw text, word lists and OCR pairs.
//!
//! The same tokenizer and code page serve training and decoding.

pub mod channel;
mod characters;
mod compounds;
mod ngrams;
pub mod own;
mod text;
mod vocabulary;

use crate::lexicon::WordId;
use crate::lexicon::dawg::{self, Costs};
use crate::lm::hashed::{self, Narrow, Wide};
use crate::lm::{Cost, quantize, quantize_backoff};
use crate::model::Model;
use crate::repair::words::Words;
use crate::text::alphabet::Code;
use ngrams::{Pruning, Stream};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What the model is built from: a folder with `corpus/`, `lexicon/` and `ocr/`.
pub struct Inputs {
    /// The folder.
    pub dir: PathBuf,
    /// Thresholds of the n-gram model.
    pub bigram_threshold: f64,
    /// Threshold for trigrams.
    pub trigram_threshold: f64,
}

/// Weight of each corpus by the stem of its file: fitted on minutes of other
/// municipalities (see docs/QUALITY.md), then rounded.
const WEIGHTS: &[(&str, f64)] = &[
    ("goteborg_minutes", 0.27),
    ("government", 0.38),
    ("interpellations", 0.17),
    ("statutes", 0.12),
    ("council_debates", 0.06),
];

/// Builds the model file's bytes. Takes minutes and a few gigabytes of memory.
///
/// # Errors
/// Where a file cannot be read.
pub fn build(inputs: &Inputs, mut log: impl FnMut(&str)) -> std::io::Result<Vec<u8>> {
    let mut forms = text::Forms::default();
    let mut streams = Vec::new();
    for path in files(&inputs.dir.join("corpus"))? {
        let stem = stem(&path);
        let weight = WEIGHTS.iter().find(|w| w.0 == stem).map_or(0.05, |w| w.1);
        let stream = text::read(&read_text(&path)?, &mut forms);
        log(&format!("{stem}: {} tokens, weight {weight}", stream.len()));
        streams.push((stem, stream, weight));
    }
    let lists = vocabulary::Lists::read(&inputs.dir.join("lexicon"))?;
    let vocabulary = vocabulary::Vocabulary::build(&forms, &streams, &lists);
    log(&format!(
        "{} words, {} of them counted",
        vocabulary.words.len(),
        vocabulary.counted()
    ));
    let to_id = vocabulary.ids(&forms);
    let ids = vocabulary.id_space();
    let streams: Vec<Stream> = streams
        .into_iter()
        .map(|(_, stream, weight)| Stream {
            ids: stream.iter().map(|&f| to_id[f as usize]).collect(),
            weight,
        })
        .collect();
    let pruning = Pruning {
        bigrams: inputs.bigram_threshold,
        trigrams: inputs.trigram_threshold,
    };
    let model = ngrams::estimate(&streams, ids, &pruning);
    log(&format!(
        "{} bigrams, {} trigrams",
        model.bigrams.len(),
        model.trigrams.len()
    ));

    let wide = |&(key, cost, backoff): &(u64, f32, f32)| {
        (
            key,
            u32::from(quantize(cost)) << 8 | u32::from(quantize_backoff(backoff)),
        )
    };
    let bigrams: Vec<_> = model.bigrams.iter().map(wide).collect();
    let trigrams: Vec<_> = model
        .trigrams
        .iter()
        .map(|&(k, c)| (k, u32::from(quantize(c))))
        .collect();
    let mut sections = vocabulary.sections(&mut log);
    sections.extend([
        (
            "uni",
            model.unigrams.iter().map(|u| quantize(u.0)).collect(),
        ),
        (
            "backoff",
            model
                .unigrams
                .iter()
                .map(|u| quantize_backoff(u.1))
                .collect(),
        ),
        ("bigrams", hashed::build::<Wide>(&bigrams)),
        ("trigrams", hashed::build::<Narrow>(&trigrams)),
    ]);
    for engine in channel::ENGINES {
        let pairs =
            channel::read_pairs(&read_text(&inputs.dir.join("ocr/train.jsonl.zst"))?, engine);
        log(&format!("{engine}: {} pairs", pairs.len()));
        let table = channel::learn(&pairs, &mut log);
        sections.push((engine, table.to_bytes()));
    }
    look_ahead(&mut sections, &vocabulary.words);
    for (name, data) in &sections {
        log(&format!("section {name}: {} bytes", data.len()));
    }
    Ok(crate::model::write(&sections))
}

/// Writes into the automaton what its words cost at least, as the decoder prices them.
fn look_ahead(sections: &mut [(&str, Vec<u8>)], words: &[Vec<Code>]) {
    let bytes = crate::model::write(sections);
    let priced = Model::open(&bytes).and_then(|m| Words::of(&m));
    let Ok(priced) = priced else { return };
    let ids = || 0..words.len() as WordId;
    let least_right = ids()
        .filter_map(|id| priced.lexicon.right_cost(id))
        .fold(Cost::INFINITY, Cost::min);
    let is_counted = |&id: &WordId| priced.is_counted(id);
    let least_word = ids()
        .filter(is_counted)
        .map(|id| priced.lm.unigram_cost(id))
        .fold(Cost::INFINITY, Cost::min);
    let outlooks: Vec<Costs> = ids()
        .map(|id| priced.outlook(id, &words[id as usize], least_word, least_right))
        .collect();
    if let Some((_, dawg)) = sections.iter_mut().find(|s| s.0 == "dawg") {
        dawg::annotate(dawg, |id| outlooks[id as usize]);
    }
}

/// The files of a folder by name.
fn files(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(dir)?
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    Ok(files)
}

fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.split('.').next().unwrap_or_default().to_owned()
}

/// Reads a text file, through zstd where its name ends so.
fn read_text(path: &Path) -> std::io::Result<String> {
    let named =
        |e: std::io::Error| std::io::Error::new(e.kind(), format!("{}: {e}", path.display()));
    let file = std::fs::File::open(path).map_err(named)?;
    let mut bytes = Vec::new();
    if path.extension().is_some_and(|e| e == "zst") {
        zstd::Decoder::new(file)
            .and_then(|mut d| d.read_to_end(&mut bytes))
            .map_err(named)?;
    } else {
        std::io::BufReader::new(file)
            .read_to_end(&mut bytes)
            .map_err(named)?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
