//! One-page documents to measure a batch on: pages of the fixtures, each with numbers of its
//! own and fresh OCR noise, so that no two are alike.
//!
//! `cargo run --release --example pages -- FIXTURES DIR COUNT [SEED]` reads
//! `FIXTURES/*/clean.txt` and writes `DIR/000/00000.txt` and so on, a hundred in a folder.
//! The same seed gives the same bytes.

mod misread;

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use misread::{Misreading, Random};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (fixtures, dir, count, seed) = match &args[..] {
        [fixtures, dir, count] => (fixtures, dir, count.parse()?, 1),
        [fixtures, dir, count, seed] => (fixtures, dir, count.parse()?, seed.parse()?),
        _ => return Err("usage: pages FIXTURES DIR COUNT [SEED]".into()),
    };
    let pages = pages(fixtures)?;
    let channel = Misreading::built_in("eng")?;
    let mut random = Random(seed);
    let mut bytes = 0;
    for number in 0..count {
        let page = &pages[(random.next() % pages.len() as u64) as usize];
        let read: Vec<String> = page
            .lines()
            .map(|line| channel.misread(&varied(line, &mut random), &mut random))
            .collect();
        let text = read.join("\n") + "\n";
        let folder = PathBuf::from(dir).join(format!("{:03}", number / 100));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("{number:05}.txt")), &text)?;
        bytes += text.len();
    }
    println!(
        "{count} documents, {bytes} bytes, from {} pages",
        pages.len()
    );
    Ok(())
}

/// The pages of all fixtures that hold some text.
fn pages(fixtures: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut folders: Vec<PathBuf> = fs::read_dir(fixtures)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    folders.sort();
    let mut pages = Vec::new();
    for folder in folders {
        let Ok(text) = fs::read_to_string(folder.join("clean.txt")) else {
            continue;
        };
        let whole = text.split('\u{c}').filter(|page| page.len() > 400);
        pages.extend(whole.map(ToOwned::to_owned));
    }
    if pages.is_empty() {
        return Err("there is no clean.txt with pages".into());
    }
    Ok(pages)
}

/// A line with other numbers, as long as they were; years stay years.
fn varied(line: &str, random: &mut Random) -> String {
    let mut out = String::with_capacity(line.len());
    let mut before = ' ';
    for c in line.chars() {
        let inside = before.is_ascii_digit();
        out.push(match c {
            '0'..='9' if inside => char::from(b'0' + (random.next() % 10) as u8),
            c => c,
        });
        before = c;
    }
    out
}
