//! Fresh noisy text to measure speed on: clean text misread by the learned channel.
//!
//! `cargo run --release --example noise -- TEXT DIR [--tokens N] [--seed N] [--engine eng]`
//! draws the paragraphs of `TEXT` (UTF-8, a paragraph on each line) in random order,
//! breaks them into lines, and misreads every letter with the probability that the
//! built-in model's table gives. It writes documents of about a thousand tokens to
//! `DIR/docs` and the same tokens, one on each line, to `DIR/tokens.txt`. The same
//! seed gives the same bytes.

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use klartext::model::Model;
use klartext::repair::channel::{LONGEST, Place, Table, Unit};
use klartext::text::alphabet::{self, Code};

/// Tokens of a document, about.
const DOCUMENT: usize = 1000;
/// Characters of a line, at most.
const LINE: usize = 90;
const SPACE: Code = b' ';

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::read(std::env::args().skip(1))?;
    let model = Model::built_in()?;
    let engine = ["eng", "swe"].into_iter().find(|&e| e == options.engine);
    let engine = engine.ok_or("the model has tables for eng and swe")?;
    let table = Table::from_bytes(model.section(engine)?).ok_or("no such table")?;
    let channel = Misreading::new(&table);
    let mut random = Random(options.seed);
    let text = fs::read_to_string(&options.text)?;
    let mut paragraphs: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    random.shuffle(&mut paragraphs);

    let docs = options.dir.join("docs");
    fs::create_dir_all(&docs)?;
    let mut tokens = String::new();
    let (mut total, mut changed, mut inside, mut number) = (0, 0, 0, 0);
    let mut document = String::new();
    for line in paragraphs.iter().flat_map(|p| lines(p)) {
        let read = channel.misread(&line, &mut random);
        let words = read.split_whitespace().count();
        changed += usize::from(read != line);
        for word in read.split_whitespace() {
            writeln!(tokens, "{word}")?;
        }
        writeln!(document, "{read}")?;
        total += words;
        inside += words;
        if inside >= DOCUMENT || total >= options.tokens {
            write(&docs, number, &document)?;
            document.clear();
            (inside, number) = (0, number + 1);
        }
        if total >= options.tokens {
            break;
        }
    }
    if !document.is_empty() {
        write(&docs, number, &document)?;
    }
    fs::write(options.dir.join("tokens.txt"), tokens)?;
    println!("{total} tokens, {changed} lines misread");
    Ok(())
}

fn write(docs: &Path, number: usize, text: &str) -> std::io::Result<()> {
    fs::write(docs.join(format!("{number:05}.txt")), text)
}

/// What the program is told.
struct Options {
    text: PathBuf,
    dir: PathBuf,
    tokens: usize,
    seed: u64,
    engine: String,
}

impl Options {
    fn read(mut args: impl Iterator<Item = String>) -> Result<Options, Box<dyn Error>> {
        let mut options = Options {
            text: PathBuf::new(),
            dir: PathBuf::new(),
            tokens: 1_000_000,
            seed: 1,
            engine: "eng".to_owned(),
        };
        let mut named = Vec::new();
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or(format!("{arg} needs a value"));
            match arg.as_str() {
                "--tokens" => options.tokens = value()?.parse()?,
                "--seed" => options.seed = value()?.parse()?,
                "--engine" => options.engine = value()?,
                _ => named.push(PathBuf::from(arg)),
            }
        }
        [options.text, options.dir] = named
            .try_into()
            .map_err(|_| "usage: noise TEXT DIR [--tokens N] [--seed N] [--engine NAME]")?;
        Ok(options)
    }
}

/// A paragraph broken into lines as a page breaks it.
fn lines(paragraph: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut length = 0;
    for word in paragraph.split_whitespace() {
        let added = word.chars().count() + 1;
        if length + added > LINE && length > 0 {
            lines.push(String::new());
            length = 0;
        }
        if let Some(line) = lines.last_mut() {
            if length > 0 {
                line.push(' ');
            }
            line.push_str(word);
        }
        length += added;
    }
    lines
}

/// The channel run forwards: from what is meant to what is seen.
struct Misreading {
    /// What may be seen for some meant codes, with its probability.
    of: HashMap<Vec<Code>, Vec<(Vec<Code>, f64)>>,
    /// What may be put in at a place of a word, by the place's number.
    put_in: [Vec<(Vec<Code>, f64)>; 4],
}

impl Misreading {
    fn new(table: &Table) -> Misreading {
        let mut channel = Misreading {
            of: HashMap::new(),
            put_in: Default::default(),
        };
        for (unit, cost) in table.units.iter().filter(|u| !u.0.is_identity()) {
            let seen = (unit.seen().to_vec(), f64::from(-cost).exp());
            match unit.meant() {
                [] => {
                    let place = [Place::Start, Place::Middle, Place::End]
                        .into_iter()
                        .find(|&p| *unit == Unit::insertion(p, unit.seen()));
                    if let Some(place) = place {
                        channel.put_in[place as usize].push(seen);
                    }
                }
                meant => channel.of.entry(meant.to_vec()).or_default().push(seen),
            }
        }
        channel
    }

    /// A line as it might have been read; characters that no table knows stay.
    fn misread(&self, line: &str, random: &mut Random) -> String {
        let chars: Vec<char> = line.chars().collect();
        let meant: Vec<Code> = chars.iter().map(|&c| alphabet::encode(c)).collect();
        let mut read = String::with_capacity(line.len());
        let mut i = 0;
        while i < meant.len() {
            let put_in = &self.put_in[place(&meant, i) as usize];
            if let Some(seen) = draw(put_in, random) {
                read.push_str(&alphabet::decode_str(seen));
            }
            let lengths = (1..=LONGEST.min(meant.len() - i)).rev();
            let misread = lengths.into_iter().find_map(|length| {
                let readings = self.of.get(&meant[i..i + length])?;
                Some((draw(readings, random)?, length))
            });
            match misread {
                Some((seen, length)) => {
                    read.push_str(&alphabet::decode_str(seen));
                    i += length;
                }
                None => {
                    read.push(chars[i]);
                    i += 1;
                }
            }
        }
        read
    }
}

/// One of some readings, or none with the probability that is left.
fn draw<'r>(readings: &'r [(Vec<Code>, f64)], random: &mut Random) -> Option<&'r [Code]> {
    let mut left = random.share();
    for (seen, probability) in readings {
        left -= probability;
        if left < 0.0 {
            return Some(seen);
        }
    }
    None
}

fn place(meant: &[Code], at: usize) -> Place {
    match (at == 0 || meant[at - 1] == SPACE, meant[at] == SPACE) {
        (true, _) => Place::Start,
        (false, true) => Place::End,
        (false, false) => Place::Middle,
    }
}

/// SplitMix64: small, even, the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to 1, 1 left out.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, (self.next() % (i as u64 + 1)) as usize);
        }
    }
}
