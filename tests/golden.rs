//! The whole pipeline over every fixture: what it says, whether that keeps the
//! schema, whether every source slices to its evidence, and how much of gold it finds.
//!
//! `BLESS=1 cargo test --test golden` rewrites the expected outputs, the floors and
//! `fixtures/not-untouched.diff`; read the diff before it is committed.

#[path = "golden/compare.rs"]
mod compare;
#[path = "golden/facts.rs"]
mod facts;
mod spans;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use klartext::config::Options;
use klartext::pipeline::{Pipeline, View, schema};
use klartext::record::Record;
use rayon::prelude::*;
use serde_json::{Value, json};

/// How many changes a failing test shows.
const SHOWN: usize = 40;

/// The readings of a case that are held to expected outputs.
const READINGS: [&str; 2] = ["clean", "eng"];

/// Documents, each read once for all tests: repair is what takes the time.
static DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(|| {
    let inputs: Vec<(PathBuf, &str)> = cases()
        .into_iter()
        .flat_map(|case| READINGS.map(|reading| (case.clone(), reading)))
        .collect();
    let read_one = |(case, reading): (PathBuf, &'static str)| {
        let input = read(&case.join(format!("{reading}.txt")));
        let record = record(&name(&case), input.as_bytes());
        Document {
            full: record.value(View::Full),
            plain: record.value(View::Plain),
            case,
            reading,
            input,
        }
    };
    inputs.into_par_iter().map(read_one).collect()
});

static PIPELINE: LazyLock<Pipeline> =
    LazyLock::new(|| Pipeline::new(Options::default()).expect("the built-in model"));

/// One reading of a case and what the pipeline makes of it.
struct Document {
    case: PathBuf,
    reading: &'static str,
    input: String,
    full: Value,
    plain: Value,
}

#[test]
fn outputs_are_the_expected_ones() {
    let mut changes = Vec::new();
    for document in DOCUMENTS.iter() {
        let mut record = document.full.clone();
        // Its digests and version change with every model and release.
        record
            .as_object_mut()
            .expect("a record")
            .remove("generator");
        let name = format!("expected.{}.json", document.reading);
        let path = document.case.join(&name);
        if blessing() {
            write(&path, &compare::layout(&record));
        } else {
            let place = format!("{}/{name}", self::name(&document.case));
            let differing = compare::differences(&json(&path), &record);
            changes.extend(differing.iter().map(|change| format!("{place} {change}")));
        }
    }
    let shown = changes
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    assert!(
        changes.is_empty(),
        "{} changes (`BLESS=1 cargo test --test golden` takes them):\n{shown}",
        changes.len()
    );
}

#[test]
fn both_views_keep_the_printed_schema() {
    for view in [View::Full, View::Plain] {
        let schema = schema(view);
        jsonschema::meta::validate(&schema).expect("the schema is one");
        let validator = jsonschema::validator_for(&schema).expect("the schema compiles");
        let of = |document: &'static Document| match view {
            View::Full => &document.full,
            View::Plain => &document.plain,
        };
        for document in DOCUMENTS.iter() {
            let faults: Vec<String> = validator
                .iter_errors(of(document))
                .map(|fault| format!("{}: {fault}", fault.instance_path()))
                .collect();
            let place = document.case.display();
            assert!(
                faults.is_empty(),
                "{place} {}: {faults:#?}",
                document.reading
            );
        }
        // A schema that accepts everything proves nothing.
        let mut lame = of(&DOCUMENTS[0]).clone();
        lame["document"]["items"][0]["number"] = json!([1]);
        assert!(!validator.is_valid(&lame));
        let mut lame = of(&DOCUMENTS[0]).clone();
        lame["document"]["kind"] = json!("novel");
        assert!(!validator.is_valid(&lame));
    }
}

#[test]
fn every_source_slices_to_its_evidence() {
    let corrections: usize = DOCUMENTS
        .iter()
        .map(|document| spans::check(&document.full, &document.input))
        .sum();
    assert!(
        corrections > 500,
        "only {corrections} corrections: was anything repaired?"
    );
}

#[test]
fn offsets_count_code_points_of_the_decoded_text() {
    // Neither a BOM nor a CR may shift them.
    let document = &DOCUMENTS[1];
    let input = document.input.replace('\n', "\r\n");
    let bytes = format!("\u{feff}{input}");
    let record = record(&name(&document.case), bytes.as_bytes()).value(View::Full);
    assert!(spans::check(&record, &input) > 10);
    assert_eq!(record["text"], document.full["text"]);
}

#[test]
fn gold_is_found_at_least_as_well_as_before() {
    let mut reached = BTreeMap::new();
    for reading in READINGS {
        let mut scores = facts::Scores::default();
        for document in DOCUMENTS.iter().filter(|d| d.reading == reading) {
            let gold = json(&document.case.join("gold.json"));
            scores.add(&gold, &document.plain["document"]);
        }
        println!("{reading}\n{scores}");
        reached.insert(reading.to_owned(), scores.f1());
    }
    let path = root().join("floors.json");
    if blessing() {
        let floors = serde_json::to_value(&reached).expect("numbers");
        return write(&path, &compare::layout(&floors));
    }
    let floors: BTreeMap<String, BTreeMap<String, f64>> =
        serde_json::from_value(json(&path)).expect("floors by reading and field");
    let mut below = Vec::new();
    for (reading, fields) in &floors {
        for (field, floor) in fields {
            // A field that neither gold nor the record has any more is no loss.
            let now = reached[reading].get(field).copied().unwrap_or(1.0);
            if now < *floor {
                below.push(format!("{reading} {field}: {now:.3} < {floor:.3}"));
            }
        }
    }
    assert!(below.is_empty(), "{}", below.join("\n"));
}

#[test]
fn clean_texts_full_of_temptations_stay_as_they_are() {
    let mut changed = Vec::new();
    for path in sorted(&root().join("untouched")) {
        let text = read(&path);
        let document = PIPELINE.read(text.as_bytes()).expect("text");
        let repaired = document.repaired_text();
        let place = name(&path);
        assert_eq!(text.lines().count(), repaired.lines().count(), "{place}");
        let lines = text.lines().zip(repaired.lines()).enumerate();
        for (number, (before, after)) in lines.filter(|(_, (before, after))| before != after) {
            changed.push(format!("{place}:{}\n- {before}\n+ {after}\n", number + 1));
        }
    }
    // Every line in this file is a fault; it may only grow shorter.
    let path = root().join("not-untouched.diff");
    let changed = changed.concat();
    if blessing() {
        return write(&path, &changed);
    }
    assert!(
        changed == read(&path),
        "not as in {}:\n{changed}",
        path.display()
    );
}

fn record(name: &str, bytes: &[u8]) -> Record {
    PIPELINE
        .record(&format!("{name}.txt"), bytes)
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn name(path: &Path) -> String {
    let name = path.file_name().expect("a name");
    name.to_string_lossy().into_owned()
}

fn cases() -> Vec<PathBuf> {
    let mut folders = sorted(&root());
    folders.retain(|path| path.join("gold.json").exists());
    assert!(folders.len() >= 10, "found only {}", folders.len());
    folders
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&read(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn blessing() -> bool {
    std::env::var_os("BLESS").is_some_and(|value| value == "1")
}
