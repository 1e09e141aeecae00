//! What a page costs, stage by stage and as a whole, over the fixtures as an English
//! OCR model read them. One iteration is all of them; criterion divides by pages
//! (elements per second).

use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use klartext::config::Options;
use klartext::extract::extract;
use klartext::model::Model;
use klartext::normalize::{Clean, normalize};
use klartext::pipeline::{Pipeline, Style, View};
use klartext::repair::{self, Repairer};
use klartext::source;

fn stages(criterion: &mut Criterion) {
    let inputs = inputs();
    let raw: Vec<_> = inputs
        .iter()
        .map(|bytes| source::read(bytes).expect("fixtures are text"))
        .collect();
    let pages: usize = raw.iter().map(|document| document.pages.len()).sum();
    let clean: Vec<Clean> = raw.iter().map(normalize).collect();
    let pipeline = Pipeline::new(Options::default()).expect("the built-in model");
    let readings: Vec<_> = inputs
        .iter()
        .map(|bytes| pipeline.read(bytes).expect("fixtures are text").reading)
        .collect();

    let mut group = criterion.benchmark_group("page");
    group.throughput(Throughput::Elements(pages as u64));
    group.sample_size(10);
    group.bench_function("normalize", |bencher| {
        bencher.iter(|| raw.iter().map(normalize).for_each(consume));
    });
    // A new repairer for each round: it remembers what it found for a form.
    group.bench_function("repair", |bencher| {
        bencher.iter_batched(
            repairer,
            |repairer| clean.iter().map(|c| repairer.repair(c)).for_each(consume),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("extract", |bencher| {
        bencher.iter(|| readings.iter().map(extract).for_each(consume));
    });
    group.bench_function("convert", |bencher| {
        bencher.iter_batched(
            || Pipeline::new(Options::default()).expect("the built-in model"),
            |pipeline| {
                for bytes in &inputs {
                    let json = pipeline.convert("page.txt", bytes, View::Full, Style::Line);
                    black_box(json).expect("fixtures are text");
                }
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
    volumes(criterion);
    // What a run pays before its first document.
    criterion.bench_function("start", |bencher| {
        bencher.iter(|| Pipeline::new(Options::default()).map(consume));
    });
}

/// Extraction from volumes of many pages: the time for a page must not grow with their
/// number.
fn volumes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("volume");
    group.sample_size(10);
    for pages in [50, 400] {
        let text = volume(pages);
        let raw = source::read(text.as_bytes()).expect("text");
        let reading = repair::Reading::unrepaired(&normalize(&raw));
        group.throughput(Throughput::Elements(pages as u64));
        group.bench_function(format!("extract {pages} pages"), |bencher| {
            bencher.iter(|| consume(extract(&reading)));
        });
    }
    group.finish();
}

/// Minutes of so many pages: the pages of one fixture after its front page, again and
/// again, with their paragraphs counted on.
fn volume(pages: usize) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/26-lerum-mbn/clean.txt");
    let text = fs::read_to_string(path).expect("a readable fixture");
    let all: Vec<&str> = text.split('\u{c}').collect();
    let mut number = 0;
    let mut out = vec![all[0].to_string()];
    for page in all[1..].iter().cycle().take(pages - 1) {
        let lines = page.lines().map(|line| match line.strip_prefix("§ ") {
            Some(rest) => {
                number += 1;
                let title = rest.trim_start_matches(|c: char| c.is_ascii_digit());
                format!("§ {number}{title}")
            }
            None => line.to_string(),
        });
        out.push(lines.collect::<Vec<_>>().join("\n"));
    }
    out.join("\u{c}")
}

fn repairer() -> Repairer<'static> {
    let model = Model::built_in().expect("the built-in model");
    Repairer::new(model, repair::Options::default()).expect("the built-in model")
}

fn consume<T>(value: T) {
    black_box(value);
}

/// Every fixture as OCR read it, in order of name.
fn inputs() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut paths: Vec<_> = fs::read_dir(root)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("a readable entry").path().join("eng.txt"))
        .filter(|path| path.exists())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| fs::read(path).expect("a readable fixture"))
        .collect()
}

criterion_group!(benches, stages);
criterion_main!(benches);
