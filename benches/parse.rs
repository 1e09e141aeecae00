//! How fast markup becomes a document: bytes of the file per second, on one core, over
//! the fixtures' ALTO and hOCR, and PAGE XML made of the latter.

#[path = "../tests/formats/page.rs"]
mod page;

use std::fs;
use std::hint::black_box;
use std::io::Read;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use klartext::source;

fn parse(criterion: &mut Criterion) {
    let hocr = inputs("eng.hocr.gz");
    let pages: Vec<Vec<u8>> = hocr
        .iter()
        .map(|hocr| page::from_hocr(&String::from_utf8_lossy(hocr)).into_bytes())
        .collect();
    let mut group = criterion.benchmark_group("parse");
    for (name, inputs) in [
        ("alto", inputs("eng.alto.xml.gz")),
        ("hocr", hocr),
        ("page", pages),
    ] {
        let bytes: usize = inputs.iter().map(Vec::len).sum();
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for input in &inputs {
                    black_box(source::read(input)).expect("fixtures are markup");
                }
            });
        });
    }
    group.finish();
}

/// A file of every fixture that has it, in order of name.
fn inputs(name: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = fs::read_dir(root).expect("the fixtures are there");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("a readable entry").path().join(name))
        .filter(|path| path.exists())
        .collect();
    paths.sort();
    let unpacked = |path: &std::path::PathBuf| {
        let packed = fs::read(path).expect("a readable fixture");
        let mut content = Vec::new();
        let mut decoder = flate2::read::GzDecoder::new(&packed[..]);
        decoder.read_to_end(&mut content).expect("gzip");
        content
    };
    paths.iter().map(unpacked).collect()
}

criterion_group!(benches, parse);
criterion_main!(benches);
