//! Documents that do their worst cost themselves alone.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::support::{Place, document, said};

/// Every way to fail, by what `failures.ndjson` calls it.
const WAYS: [(&str, &[u8], &str); 13] = [
    ("panic", b"fault: panic\n", "internal"),
    ("overflow", b"fault: overflow\n", "stack_overflow"),
    ("memory", b"fault: memory\n", "out_of_memory"),
    ("hang", b"fault: hang\n", "timed_out"),
    ("abort", b"fault: abort\n", "crashed"),
    ("exit", b"fault: exit\n", "crashed"),
    ("empty", b"", "empty"),
    (
        "binary",
        b"\x00\x01\x02\x03\xff\xfe\xfd\x00\x00\x01\x02\x80\x81\x90\x00\x07\x00\x01\x02",
        "binary",
    ),
    ("png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "needs_ocr"),
    ("zip", b"PK\x03\x04aaaa", "other_format"),
    ("gzip", b"\x1f\x8b\x08 and no more", "archive"),
    ("alto", b"<alto><Layout><Page></Layout></alto>", "damaged"),
    ("pdf", b"%PDF-1.7\nand no more", "damaged"),
];

/// One document in twenty fails in each way.
fn place() -> Place {
    let place = Place::new();
    for round in 0..3 {
        for (way, content, _) in WAYS {
            place.write(format!("in/{round}/{way}.txt"), content);
        }
        for number in 0..7 {
            place.write(
                format!("in/{round}/good-{number}.txt"),
                document(number + 7 * round).as_bytes(),
            );
        }
    }
    // A library that prints does not get in the way of the answers.
    place.write("in/0/noise.txt", b"fault: noise\nBeslut\n");
    place
}

#[test]
fn every_way_to_fail_costs_that_document_alone() {
    let place = place();
    let args = [
        "convert",
        "in",
        "-o",
        "out",
        "--timeout",
        "3",
        "--max-memory",
        "700",
    ];
    let mut trees = Vec::new();
    for threads in ["1", "3"] {
        let _ = fs::remove_dir_all(place.path().join("out"));
        let mut command = place.command(&args);
        command.args(["-j", threads]).env("KLARTEXT_FAULTS", "1");
        let output = command.output().expect("the program starts");
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(
            said(&output).contains("22 documents done, 39 failed"),
            "{}",
            said(&output)
        );
        trees.push(place.tree("out"));
    }
    assert_eq!(trees[0], trees[1]);
    let failures = String::from_utf8(trees[0]["failures.ndjson"].clone()).expect("UTF-8");
    let failures: Vec<Value> = failures
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let kinds: BTreeMap<&str, &str> = failures
        .iter()
        .map(|failure| {
            (
                failure["path"].as_str().expect("a path"),
                failure["kind"].as_str().expect("a kind"),
            )
        })
        .collect();
    assert_eq!(kinds.len(), 39);
    for round in 0..3 {
        for (way, _, kind) in WAYS {
            assert_eq!(kinds[format!("{round}/{way}.txt").as_str()], kind, "{way}");
        }
    }
    for failure in &failures {
        for key in ["message", "remedy"] {
            assert!(
                failure[key].as_str().is_some_and(|text| text.len() > 10),
                "{failure}"
            );
        }
    }
    let paths: Vec<&str> = failures.iter().filter_map(|f| f["path"].as_str()).collect();
    assert!(paths.is_sorted(), "in the order of the inputs");
}

#[test]
fn the_same_holds_for_lines_and_for_a_stream() {
    let place = place();
    let command = |args: &[&str]| {
        let mut command = place.command(args);
        command
            .args(["--timeout", "3", "--max-memory", "700"])
            .env("KLARTEXT_FAULTS", "1");
        command
    };
    let output = command(&["convert", "in/0"])
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout.iter().filter(|&&b| b == b'\n').count(), 8);
    assert_eq!(
        said(&output).matches("error: in/0/").count(),
        WAYS.len(),
        "{}",
        said(&output)
    );

    let requests: String = WAYS
        .iter()
        .map(|(way, ..)| {
            format!("{{\"id\":\"{way}\",\"path\":\"in/0/{way}.txt\"}}\n{{\"text\":\"Beslut\"}}\n")
        })
        .collect();
    place.write("requests", requests.as_bytes());
    let input = fs::File::open(place.path().join("requests")).expect("there");
    let output = command(&["stream"])
        .stdin(input)
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    let answers = crate::support::lines(&output);
    assert_eq!(answers.len(), 2 * WAYS.len());
    for (pair, (way, _, kind)) in answers.chunks(2).zip(WAYS) {
        assert_eq!(pair[0]["id"], way);
        assert_eq!(pair[0]["error"]["kind"], kind);
        assert_eq!(pair[1]["text"], "Beslut");
    }
}

#[test]
fn one_document_is_held_to_its_time_too() {
    let place = Place::new();
    // Long enough to take longer than a thousandth of a second, whatever the machine.
    let text: String = (0..2000).map(document).collect();
    place.write("a.txt", text.as_bytes());
    let output = place.run(&["convert", "a.txt", "--timeout", "0.001"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("a.txt: it took longer than 0.001 s. Give it more time"),
        "{}",
        said(&output)
    );
}
