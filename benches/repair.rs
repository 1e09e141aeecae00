//! What repair costs a token: by how much of the text is misread, and by how long it is.
//! Clean text of the fixtures, misread by the learned channel until so many of its words
//! are wrong; criterion divides by tokens (elements per second), so that a line is flat where
//! the cost is linear.

mod misread;

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use klartext::model::Model;
use klartext::normalize::{Clean, normalize};
use klartext::repair::{Options, Repairer};
use klartext::source;
use misread::{Misreading, Random};

/// Shares of words that are misread, in percent.
const NOISE: [u32; 4] = [0, 5, 15, 30];

/// Lengths, in pages.
const PAGES: [usize; 4] = [1, 4, 16, 64];

/// Words of a page.
const PAGE: usize = 350;

/// What lengths are measured at, in percent: about what the English engine does to Swedish.
const USUAL: u32 = 30;

fn repair(criterion: &mut Criterion) {
    let words = words();
    let mut group = criterion.benchmark_group("repair by noise");
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500));
    for percent in NOISE {
        let document = document(&words, 8, percent);
        one(
            &mut group,
            BenchmarkId::from_parameter(format!("{percent} %")),
            &document,
        );
    }
    group.finish();
    let mut group = criterion.benchmark_group("repair by length");
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500));
    for pages in PAGES {
        let document = document(&words, pages, USUAL);
        one(
            &mut group,
            BenchmarkId::from_parameter(format!("{pages} pages")),
            &document,
        );
    }
    group.finish();
}

type Group<'c> = criterion::BenchmarkGroup<'c, criterion::measurement::WallTime>;

/// A new repairer for each round: it remembers what it found for a form.
fn one(group: &mut Group, id: BenchmarkId, clean: &Clean) {
    let tokens = clean.text.split_whitespace().count();
    group.throughput(Throughput::Elements(tokens as u64));
    group.bench_with_input(id, clean, |bencher, clean| {
        bencher.iter_batched(
            || {
                let model = Model::built_in().expect("the built-in model");
                Repairer::new(model, Options::default()).expect("the built-in model")
            },
            |repairer| black_box(repairer.repair(clean)),
            BatchSize::PerIteration,
        );
    });
}

/// So many pages of which so many percent of the words are misread.
fn document(words: &[String], pages: usize, percent: u32) -> Clean {
    let channel = Misreading::built_in("eng").expect("the built-in model");
    let mut random = Random(u64::from(percent) << 32 | pages as u64);
    let mut text = String::new();
    for (i, word) in words.iter().cycle().take(pages * PAGE).enumerate() {
        let wanted = random.share() * 100.0 < f64::from(percent);
        let misread = || wrong(&channel, word, &mut random);
        let read = wanted.then(misread).flatten();
        text.push_str(read.as_deref().unwrap_or(word));
        text.push(match (i + 1) % PAGE {
            0 => '\u{c}',
            n if n % 12 == 0 => '\n',
            _ => ' ',
        });
    }
    normalize(&source::read(text.as_bytes()).expect("text"))
}

/// A word as it is misread; words that the engine hardly ever misreads stay.
fn wrong(channel: &Misreading, word: &str, random: &mut Random) -> Option<String> {
    (0..40)
        .map(|_| channel.misread(word, random))
        .find(|read| read != word && !read.trim().is_empty())
}

/// The words of the clean fixtures, in order of name.
fn words() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut paths: Vec<_> = fs::read_dir(root)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("a readable entry").path().join("clean.txt"))
        .filter(|path| path.exists())
        .collect();
    paths.sort();
    let text = |path| fs::read_to_string(path).expect("a readable fixture");
    let texts: Vec<String> = paths.iter().map(text).collect();
    let words = texts.iter().flat_map(|text| text.split_whitespace());
    words.map(str::to_owned).collect()
}

criterion_group!(benches, repair);
criterion_main!(benches);
