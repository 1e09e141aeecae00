//! Repair with a part of it left out, to see what the part is worth.
//!
//! Parts are taken out of the model, which then is another model: the program that reads
//! it is the same.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::lm::Cost;
use crate::lm::hashed::{self, Narrow, Wide};
use crate::lm::quantize_backoff;
use crate::model::{self, Model};
use crate::repair::Options;
use crate::repair::channel::{Place, Table, Unit};
use crate::text::alphabet::{self, Code};

/// What can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// What stands before a word: the language model knows words alone.
    Context,
    /// What engines tend to misread: every edit costs the same.
    Channel,
    /// Words that are put together of others.
    Compounds,
    /// What the document itself shows: its engine's errors, its names. It is decoded once.
    Evidence,
}

/// What one edit costs where nothing is known of engines, in nats: of 4, 5 and 6 the one
/// that leaves fewest words wrong on the dev pages by the English engine.
const EDIT: Cost = 5.0;

/// And what it costs that a character is read right.
const RIGHT: Cost = 0.02;

/// A model's file without some parts.
pub fn model(model: Model<'_>, without: &[Part]) -> Vec<u8> {
    let sections = model.sections();
    let sections: Vec<(&str, Vec<u8>)> = sections
        .map(|(name, bytes)| (name, section(name, bytes, without)))
        .collect();
    model::write(&sections)
}

fn section(name: &str, bytes: &[u8], without: &[Part]) -> Vec<u8> {
    match name {
        "backoff" if without.contains(&Part::Context) => vec![quantize_backoff(0.0); bytes.len()],
        "bigrams" if without.contains(&Part::Context) => hashed::build::<Wide>(&[]),
        "trigrams" if without.contains(&Part::Context) => hashed::build::<Narrow>(&[]),
        "eng" | "swe" if without.contains(&Part::Channel) => flat().to_bytes(),
        // As it is said of a word that is never an element.
        "left" | "right" if without.contains(&Part::Compounds) => vec![u8::MAX; bytes.len()],
        _ => bytes.to_vec(),
    }
}

/// The same for what is chosen and not learned.
pub fn options(options: Options, without: &[Part]) -> Options {
    match without.contains(&Part::Evidence) {
        true => Options {
            passes: 1,
            ..options
        },
        false => options,
    }
}

/// A table in which every character may be read as every other, be lost, or have a letter
/// or a mark put in beside it, at one cost.
fn flat() -> Table {
    let letters: Vec<Code> = alphabet::encode_str("abcdefghijklmnopqrstuvwxyzåäöéü");
    let marks: Vec<Code> = alphabet::encode_str(".,:;-'\"()/|!?*_~§$&");
    let upper = letters.iter().map(|&c| alphabet::upper(c));
    let all: BTreeSet<Code> = letters
        .iter()
        .copied()
        .chain(upper)
        .chain(b'0'..=b'9')
        .chain(marks.iter().copied())
        .collect();
    let mut units = Vec::new();
    for &meant in &all {
        for &seen in &all {
            let cost = if meant == seen { RIGHT } else { EDIT };
            units.push((Unit::new(&[meant], &[seen]), cost));
        }
        units.push((Unit::new(&[meant], &[]), EDIT));
    }
    for &meant in &letters {
        for &more in letters.iter().filter(|&&c| c != meant) {
            units.push((Unit::new(&[meant], &[meant, more]), EDIT));
        }
    }
    for place in [Place::Start, Place::Middle, Place::End] {
        let put_in = marks.iter().map(|&c| (Unit::insertion(place, &[c]), EDIT));
        units.extend(put_in);
    }
    units.sort_unstable_by_key(|unit| unit.0);
    Table { units }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ModelError;
    use crate::normalize::normalize;
    use crate::repair::Repairer;
    use crate::source;

    /// What becomes of a text without some parts.
    fn repaired(text: &str, without: &[Part]) -> Result<Vec<(String, String)>, ModelError> {
        let bytes = model(Model::built_in()?, without);
        let repairer = Repairer::new(Model::open(&bytes)?, options(Options::default(), without))?;
        let clean = normalize(&source::read(text.as_bytes()).expect("text"));
        let applied = repairer.repair(&clean).0.into_iter().filter(|r| r.applied);
        Ok(applied.map(|r| (r.from, r.to)).collect())
    }

    fn pair(from: &str, to: &str) -> (String, String) {
        (from.to_owned(), to.to_owned())
    }

    #[test]
    fn without_context_only_words_count() {
        // Only the words around tell `far` (father) from `får`.
        let text = "Hans far och mor bodde i huset.\n";
        assert_eq!(repaired(text, &[]).expect("a model"), []);
        let alone = repaired(text, &[Part::Context]).expect("a model");
        assert_eq!(alone, [pair("far", "får")]);
    }

    #[test]
    fn without_a_channel_every_letter_may_be_misread() {
        let text = "Styrelsen beslutar att avslå fqrslaget.\n";
        assert_eq!(repaired(text, &[]).expect("a model"), []);
        let flat = repaired(text, &[Part::Channel]).expect("a model");
        assert_eq!(flat, [pair("fqrslaget", "förslaget")]);
    }

    #[test]
    fn without_compounds_only_listed_words_are_found() {
        let text = "Kommunens vattenledningsrorbyte ska klart.\n";
        let mended = [pair("vattenledningsrorbyte", "vattenledningsrörbyte")];
        assert_eq!(repaired(text, &[]).expect("a model"), mended);
        assert_eq!(repaired(text, &[Part::Compounds]).expect("a model"), []);
    }

    #[test]
    fn without_evidence_a_document_is_read_once() {
        assert_eq!(options(Options::default(), &[Part::Evidence]).passes, 1);
        assert_eq!(options(Options::default(), &[Part::Channel]).passes, 2);
    }
}
