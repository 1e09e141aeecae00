//! What is written: the same whatever the order, and what a second run leaves alone.

use std::collections::BTreeMap;
use std::fs;

use crate::support::{Place, assert_same, document, name, said};

/// The documents alone.
fn documents(tree: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    tree.into_iter()
        .filter(|(name, _)| name.ends_with(".txt.json"))
        .collect()
}

#[test]
fn threads_and_order_do_not_show() {
    let place = Place::with_documents(120);
    let mut names: Vec<String> = (0..120).map(name).collect();
    let list = |names: &[String]| place.write("list", names.join("\n").as_bytes());
    list(&names);
    let run = |out: &str, threads: &str| {
        place.done(&["convert", "--files-from", "list", "-o", out, "-j", threads]);
    };
    run("one", "1");
    run("two", "2");
    run("eight", "8");
    let one = place.tree("one");
    assert_same(&place.tree("two"), &one);
    assert_same(&place.tree("eight"), &one);
    names.reverse();
    list(&names);
    run("reversed", "2");
    names.sort_by_key(|name| name.bytes().rev().collect::<Vec<_>>());
    list(&names);
    run("shuffled", "3");
    assert_same(&documents(place.tree("reversed")), &documents(one.clone()));
    assert_same(&documents(place.tree("shuffled")), &documents(one));
}

#[test]
fn lines_keep_the_order_unless_it_is_lifted() {
    let place = Place::with_documents(60);
    place.write(name(0), document(0).repeat(300).as_bytes());
    let lines = |args: &[&str]| {
        let output = place.run(&[&["convert", "in"], args].concat());
        String::from_utf8(output.stdout)
            .expect("UTF-8")
            .lines()
            .map(ToOwned::to_owned)
            .collect::<Vec<_>>()
    };
    let ordered = lines(&["-j", "3"]);
    assert!(ordered[0].contains("00/0000.txt"));
    assert_eq!(lines(&["-j", "1"]), ordered);
    let mut unordered = lines(&["-j", "3", "--unordered"]);
    assert!(
        !unordered[0].contains("00/0000.txt"),
        "the slow one holds up nothing"
    );
    let mut sorted = ordered.clone();
    sorted.sort();
    unordered.sort();
    assert_eq!(unordered, sorted);
    // Files of lines hold the same.
    place.done(&["convert", "in", "-o", "out", "--shard", "25"]);
    let tree = place.tree("out");
    let parts: Vec<&String> = tree
        .keys()
        .filter(|name| name.starts_with("part-"))
        .collect();
    assert_eq!(
        parts,
        [
            "part-00001.ndjson",
            "part-00002.ndjson",
            "part-00003.ndjson"
        ]
    );
    let joined: Vec<u8> = parts.iter().flat_map(|part| tree[*part].clone()).collect();
    assert_eq!(
        String::from_utf8(joined)
            .expect("UTF-8")
            .lines()
            .collect::<Vec<_>>(),
        ordered
    );
}

#[test]
fn what_is_done_is_left_alone_and_what_changed_is_done_again() {
    let place = Place::with_documents(6);
    let args = ["convert", "in", "-o", "out"];
    place.done(&args);
    let time = |number| {
        let path = place
            .path()
            .join(format!("out/{}.json", &name(number)[3..]));
        fs::metadata(path)
            .and_then(|m| m.modified())
            .expect("there")
    };
    let before: Vec<_> = (0..6).map(time).collect();
    place.write(name(1), document(77).as_bytes());
    fs::remove_file(place.path().join(name(2))).expect("removed");
    fs::write(place.path().join("out/00/0003.txt.json"), "{\"damaged").expect("written");
    let said = place.done(&args);
    assert!(
        said.contains("5 documents done, 0 failed") && said.contains("3 of them were done already"),
        "{said}"
    );
    assert!(said.contains("1 outputs have no input any more"), "{said}");
    let summary = place.json("out/summary.json");
    assert_eq!(summary["vanished"]["first"][0], "00/0002.txt.json");
    assert_eq!(summary["run"]["converted"], 2);
    assert_eq!(
        place.json("out/00/0001.txt.json")["document"]["items"][0]["number"]["value"],
        "77"
    );
    assert_eq!(place.json("out/00/0003.txt.json")["schema"], "klartext/1");
    for number in [0, 2, 4, 5] {
        assert_eq!(time(number), before[number], "{number} was written again");
    }
    // Other options are other outputs, another layout too.
    for option in ["--plain", "--min-confidence=0.9", "--ndjson", "--force"] {
        let said = place.done(&["convert", "in", "-o", "out", option]);
        assert!(!said.contains("done already"), "{option}: {said}");
        let said = place.done(&[&["convert", "in", "-o", "out"], &[option][..]].concat());
        assert_eq!(
            said.contains("5 of them were done already"),
            option != "--force",
            "{option}: {said}"
        );
    }
}

#[test]
fn what_a_person_has_reviewed_stays_without_force() {
    let place = Place::with_documents(3);
    let both = ["convert", "in", "-o", "out", "--files", "--shard", "2"];
    place.done(&both);
    let path = place.path().join("out/00/0001.txt.json");
    let reviewed = fs::read_to_string(&path)
        .expect("there")
        .replace("\"read\"", "\"reviewed\"");
    fs::write(&path, &reviewed).expect("written");
    let part = place.path().join("out/part-00001.ndjson");
    let lines = fs::read_to_string(&part)
        .expect("there")
        .replace("\"read\"", "\"reviewed\"");
    fs::write(&part, &lines).expect("written");
    place.write(name(1), document(55).as_bytes());
    let said = place.done(&both);
    assert!(
        said.contains("1 of them changed, but were kept as a person has reviewed them"),
        "{said}"
    );
    assert_eq!(fs::read_to_string(&path).expect("there"), reviewed);
    assert_eq!(fs::read_to_string(&part).expect("there"), lines);
    place.done(&[&both[..], &["--force"]].concat());
    let forced = fs::read_to_string(&path).expect("there");
    assert!(
        !forced.contains("reviewed") && forced.contains("55"),
        "{forced}"
    );
    assert!(
        !fs::read_to_string(&part)
            .expect("there")
            .contains("reviewed")
    );
}

#[test]
fn shards_follow_their_inputs() {
    let place = Place::with_documents(10);
    place.write("in/00/0004.txt", b"");
    let args = ["convert", "in", "-o", "out", "--shard", "3"];
    let output = place.run(&args);
    assert_eq!(output.status.code(), Some(1));
    let counts = |out: &str| -> Vec<usize> {
        let tree = place.tree(out);
        let parts = tree.iter().filter(|(name, _)| name.starts_with("part-"));
        parts
            .map(|(_, content)| content.iter().filter(|&&b| b == b'\n').count())
            .collect()
    };
    assert_eq!(counts("out"), [3, 2, 3, 1]);
    let before = place.tree("out");
    let again = place.run(&args);
    assert!(
        said(&again).contains("9 of them were done already"),
        "{}",
        said(&again)
    );
    assert_same(&place.tree("out"), &before);
    fs::remove_file(place.path().join(name(0))).expect("removed");
    place.run(&args);
    place.run(&["convert", "in", "-o", "fresh", "--shard", "3"]);
    assert_eq!(counts("out"), [3, 2, 3]);
    assert_same(&place.tree("out"), &place.tree("fresh"));
}

#[test]
fn two_runs_into_one_directory_are_refused() {
    let place = Place::new();
    place.write("in/a.txt", b"fault: hang\n");
    place.write("other/b.txt", document(1).as_bytes());
    let mut command = place.command(&["convert", "in", "-o", "out", "--timeout", "600"]);
    let mut first = command
        .env("KLARTEXT_FAULTS", "1")
        .spawn()
        .expect("the program starts");
    while !place.path().join("out/.klartext/lock").exists() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    std::thread::sleep(std::time::Duration::from_millis(100));
    let second = place.run(&["convert", "other", "-o", "out"]);
    first.kill().expect("killed");
    first.wait().expect("it ends");
    assert_eq!(second.status.code(), Some(1));
    assert!(
        said(&second)
            .contains("out: another run of klartext writes there. Wait until it has ended"),
        "{}",
        said(&second)
    );
    place.done(&["convert", "other", "-o", "out"]);
}

#[test]
fn the_summary_tells_how_it_went() {
    let place = Place::with_documents(4);
    place.write("in/empty.txt", b"");
    place.write("in/scan.tif", b"II*\0");
    let output = place.run(&["convert", "in", "-o", "out"]);
    assert_eq!(output.status.code(), Some(1));
    let summary = place.json("out/summary.json");
    assert_eq!(summary["schema"], "klartext-summary/1");
    assert_eq!(summary["complete"], true);
    assert_eq!(summary["documents"]["total"], 5);
    assert_eq!(summary["documents"]["failed"], 1);
    assert_eq!(summary["failures"]["empty"], 1);
    assert_eq!(summary["skipped"][".tif"], 1);
    assert_eq!(summary["quality"]["pages"], 4);
    assert_eq!(
        summary["run"]["slowest"].as_array().expect("a list").len(),
        4
    );
    assert_eq!(
        summary["generator"],
        place.json("out/00/0000.txt.json")["generator"]
    );
}
