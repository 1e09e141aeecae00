//! What a review teaches, and what later runs make of it.

#![cfg(feature = "review")]

mod program;

use std::fs;

use program::{directory, run_in, stderr, stdout};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A name that nobody has, as it is read in each of two documents.
const GARBLED: [&str; 2] = ["Quimhert", "Ouimbert"];

fn text(name: &str) -> String {
    format!(
        "YDRE KOMMUN\nKommunstyrelsen 2021-03-02\n\n§ 12 Vägbelysning\n\nBeslut\nForvaltningen far i uppdrag att utreda fragan om \
         belysning.\n{name} Sundberg (V) yrkar bifall till forslaget.\n"
    )
}

fn batch() -> TempDir {
    let [first, second] = GARBLED.map(text);
    let dir = directory(&[
        ("in/1.txt", first.as_bytes()),
        ("in/2.txt", second.as_bytes()),
    ]);
    convert(&dir, &["-o", "out"]);
    dir
}

fn convert(dir: &TempDir, args: &[&str]) {
    let output = run_in(dir.path(), &[&["convert", "in"], args].concat());
    assert!(output.status.success(), "{}", stderr(&output));
}

fn record(dir: &TempDir, name: &str) -> Value {
    let text = fs::read_to_string(dir.path().join(name)).expect("a record");
    serde_json::from_str(&text).expect("JSON")
}

/// What a person types in the first document: what the second holds nobody looked at.
fn decide(dir: &TempDir) {
    let record = record(dir, "out/1.txt.json");
    let source = text(GARBLED[0]);
    let at = source.find(GARBLED[0]).expect("it stands there");
    let start = source[..at].chars().count();
    let decision = json!({
        "at": "2026-01-02T03:04:05Z", "who": "Anna", "sha256": record["source"]["sha256"], "path": "1.txt",
        "place": {"start": start, "end": start + 8}, "from": GARBLED[0], "to": "Quimbert", "verdict": "type",
    });
    fs::write(
        dir.path().join("out/decisions.ndjson"),
        format!("{decision}\n"),
    )
    .expect("written");
}

#[test]
fn a_name_that_was_typed_once_is_right_everywhere() {
    let dir = batch();
    decide(&dir);
    let learned = run_in(dir.path(), &["learn", "out", "-o", "house.toml"]);
    assert!(learned.status.success(), "{}", stderr(&learned));
    let house = fs::read_to_string(dir.path().join("house.toml")).expect("there");
    assert!(house.contains("names = [\n  \"Quimbert\",\n]"), "{house}");
    assert!(house.contains("[\"ö\", \"o\", \"-\", "), "{house}");
    convert(&dir, &["--house", "house.toml", "-o", "again"]);
    for name in ["1.txt.json", "2.txt.json"] {
        let text = |folder: &str| {
            let record = record(&dir, &format!("{folder}/{name}"));
            record["text"].as_str().expect("a text").to_owned()
        };
        assert!(!text("out").contains("Quimbert"), "{}", text("out"));
        assert!(
            text("again").contains("Quimbert Sundberg (V)"),
            "{}",
            text("again")
        );
        assert!(
            text("again").contains("Förvaltningen får i uppdrag"),
            "{}",
            text("again")
        );
    }
    // Also from a configuration, and for `repair`; other words are another output.
    let options = |folder: &str| {
        record(&dir, &format!("{folder}/1.txt.json"))["generator"]["options"].clone()
    };
    assert_ne!(options("out"), options("again"));
    fs::write(dir.path().join("klartext.toml"), "house = \"house.toml\"\n").expect("written");
    let mended = run_in(dir.path(), &["repair", "in/2.txt"]);
    assert!(
        stdout(&mended).contains("Quimbert Sundberg"),
        "{}",
        stdout(&mended)
    );
    convert(&dir, &["-o", "configured"]);
    assert_eq!(options("configured"), options("again"));
    fs::write(dir.path().join("house.toml"), "house = 1\nnames = []\n").expect("written");
    convert(&dir, &["-o", "configured"]);
    assert_ne!(options("configured"), options("again"));
}

#[test]
fn what_cannot_be_used_is_named() {
    let dir = batch();
    let nothing = run_in(dir.path(), &["learn", "out", "-o", "house.toml"]);
    assert_eq!(nothing.status.code(), Some(1));
    assert!(
        stderr(&nothing).contains("there is nothing to learn from"),
        "{}",
        stderr(&nothing)
    );
    assert!(!dir.path().join("house.toml").exists());
    decide(&dir);
    let path = dir.path().join("out/decisions.ndjson");
    let torn = fs::read_to_string(&path).expect("there") + "{\"at\":";
    fs::write(&path, torn).expect("written");
    let learned = run_in(dir.path(), &["learn", "out", "-o", "house.toml"]);
    assert_eq!(learned.status.code(), Some(1));
    assert!(
        stderr(&learned).contains("decisions.ndjson:2: passed over"),
        "{}",
        stderr(&learned)
    );
    assert!(dir.path().join("house.toml").is_file());
    fs::write(dir.path().join("house.toml"), "house = 1\nnames = 3\n").expect("written");
    for command in [
        &["convert", "in", "-o", "again"][..],
        &["repair", "in/1.txt"],
        &["stream"],
    ] {
        let refused = run_in(dir.path(), &[command, &["--house", "house.toml"]].concat());
        assert_eq!(refused.status.code(), Some(2), "{command:?}");
        let said = stderr(&refused);
        assert!(
            said.contains("house.toml: what the house has taught cannot be used (line 2:"),
            "{said}"
        );
    }
}
