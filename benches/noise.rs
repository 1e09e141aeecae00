//! Fresh noisy text to measure speed on: clean text misread by the learned channel.
//!
//! `cargo run --release --example noise -- TEXT DIR [--tokens N] [--seed N] [--engine eng]`
//! draws the paragraphs of `TEXT` (UTF-8, a paragraph on each line) in random order,
//! breaks them into lines, and misreads every letter with the probability that the
//! built-in model's table gives. It writes documents of about a thousand tokens to
//! `DIR/docs` and the same tokens, one on each line, to `DIR/tokens.txt`. The same
//! seed gives the same bytes.

mod misread;

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use misread::{Misreading, Random};

/// Tokens of a document, about.
const DOCUMENT: usize = 1000;
/// Characters of a line, at most.
const LINE: usize = 90;

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::read(std::env::args().skip(1))?;
    let channel = Misreading::built_in(&options.engine)?;
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
