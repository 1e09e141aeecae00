//! The program as a user meets it: exit codes, messages, files.

mod program;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use program::{directory, run_in, stderr, stdout};
use serde_json::Value;

const PROTOCOL: &str = "EKESTADS KOMMUN\nKommunstyrelsen 2021-03-02\n\n§ 12 Vägbelysning i Åby\n\nBeslut\nKommunstyrelsen godkänner förslaget.\n";

fn with_input(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_klartext"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("piped");
    // A program that is told nonsense ends before it reads.
    let _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

/// What a batch writes besides its documents.
const OF_THE_BATCH: [&str; 3] = ["failures.ndjson", "summary.json", ".klartext"];

/// Every document's file below a directory, relative, sorted.
fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![root.to_owned()];
    while let Some(dir) = left.pop() {
        for entry in fs::read_dir(dir).expect("a directory") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default();
            if OF_THE_BATCH.iter().any(|own| name == *own) {
                continue;
            }
            if path.is_dir() {
                left.push(path);
            } else {
                found.push(path.strip_prefix(root).expect("below").to_owned());
            }
        }
    }
    found.sort();
    found
}

fn noise(length: usize) -> Vec<u8> {
    let mut state = 7u32;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(length)
    .collect()
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";

#[test]
fn bad_inputs_are_named_explained_and_stop_nothing_else() {
    let dir = directory(&[
        ("good.txt", PROTOCOL.as_bytes()),
        ("empty.txt", b""),
        ("mark.txt", b"\xef\xbb\xbf"),
        ("noise.txt", &noise(5000)),
        ("scan.txt", PNG),
        ("scan.pdf", b"%PDF-1.7"),
        ("dir/picture.png", PNG),
        ("last.txt", PROTOCOL.as_bytes()),
    ]);
    let inputs = [
        "good.txt",
        "missing.txt",
        "empty.txt",
        "mark.txt",
        "noise.txt",
        "scan.txt",
        "scan.pdf",
        "dir",
        "last.txt",
    ];
    let output = run_in(
        dir.path(),
        &[&["convert", "-o", "out"][..], &inputs[..]].concat(),
    );
    assert_eq!(output.status.code(), Some(1));
    let messages: Vec<&str> = stderr(&output).lines().collect();
    // Under -o they are told as they happen.
    let message_of = |place: &str| {
        let start = format!("error: {place}: ");
        let message = messages.iter().find(|message| message.starts_with(&start));
        *message.unwrap_or_else(|| panic!("{place} is not named"))
    };
    for (place, what) in [
        ("missing.txt", "no such file"),
        ("empty.txt", "empty"),
        ("mark.txt", "empty"),
        ("noise.txt", "binary data"),
        ("scan.txt", "scan without text"),
        ("scan.pdf", "PDF"),
        ("dir", "nothing in the directory can be read"),
    ] {
        let message = message_of(place);
        assert!(message.contains(what), "{message}");
        assert!(message.matches(". ").count() >= 1, "no remedy: {message}");
    }
    assert_eq!(messages.len(), 9);
    assert!(
        messages[7].starts_with("2 documents done, 7 failed, skipped: 1 .png"),
        "{}",
        messages[7]
    );
    let written = files(&dir.path().join("out"));
    assert_eq!(
        written,
        [Path::new("good.txt.json"), Path::new("last.txt.json")]
    );
}

#[test]
fn a_line_of_50_megabytes_is_refused_and_the_rest_converted() {
    let long = vec![b'a'; 50_000_000];
    let dir = directory(&[("in/a.txt", &long), ("in/b.txt", PROTOCOL.as_bytes())]);
    let output = run_in(dir.path(), &["convert", "in"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("in/a.txt: line 1 is 50.0 MB long"),
        "{}",
        stderr(&output)
    );
    assert_eq!(stdout(&output).lines().count(), 1);
}

#[test]
fn one_document_is_laid_out_and_several_are_lines() {
    let dir = directory(&[
        ("a.txt", PROTOCOL.as_bytes()),
        ("b.txt", PROTOCOL.as_bytes()),
    ]);
    let one = run_in(dir.path(), &["convert", "a.txt"]);
    assert_eq!(one.status.code(), Some(0));
    assert!(stdout(&one).lines().count() > 5 && stderr(&one).is_empty());
    let record: Value = serde_json::from_str(stdout(&one)).expect("JSON");
    assert_eq!(record["schema"], "klartext/1");

    let line = run_in(dir.path(), &["convert", "--ndjson", "a.txt"]);
    assert_eq!(stdout(&line).lines().count(), 1);
    assert_eq!(
        serde_json::from_str::<Value>(stdout(&line)).expect("JSON"),
        record
    );

    let several = run_in(dir.path(), &["convert", "b.txt", "a.txt"]);
    let paths: Vec<Value> = stdout(&several)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["source"]["path"].take())
        .collect();
    assert_eq!(paths, ["b.txt", "a.txt"]);
}

#[test]
fn standard_input_is_a_document() {
    let output = with_input(&["convert", "-"], PROTOCOL.as_bytes());
    assert_eq!(output.status.code(), Some(0));
    let record: Value = serde_json::from_str(stdout(&output)).expect("JSON");
    assert_eq!(record["source"]["path"], "-");
    let empty = with_input(&["convert", "-"], b"");
    assert_eq!(empty.status.code(), Some(1));
    assert!(stderr(&empty).contains("standard input: the file is empty"));
    assert_eq!(
        with_input(&["convert", "-", "-"], b"x").status.code(),
        Some(2)
    );
}

#[test]
fn outputs_mirror_the_named_directory_and_skip_other_kinds() {
    let text = PROTOCOL.as_bytes();
    let dir = directory(&[
        ("in/a/page.txt", text),
        ("in/b/page.txt", text),
        ("in/page.TEXT", text),
        ("in/a/page.xml", b"<?xml version='1.0'?><rss/>"),
        ("in/notes", b"other"),
        ("in/.hidden.txt", text),
        ("in/.git/page.txt", text),
    ]);
    let output = run_in(dir.path(), &["convert", "in", "-o", "out"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).is_empty());
    assert!(
        stderr(&output)
            .starts_with("3 documents done, 0 failed, skipped: 1 .xml, 1 without extension")
    );
    let expected = ["a/page.txt.json", "b/page.txt.json", "page.TEXT.json"];
    assert_eq!(files(&dir.path().join("out")), expected.map(PathBuf::from));
    let record = fs::read(dir.path().join("out/a/page.txt.json")).expect("written");
    let record: Value = serde_json::from_slice(&record).expect("JSON");
    assert_eq!(record["source"]["path"], "a/page.txt");
}

#[test]
fn inputs_of_one_name_do_not_collide() {
    let text = PROTOCOL.as_bytes();
    let dir = directory(&[("x/2020/p.txt", text), ("y/2020/p.txt", text)]);
    let output = run_in(
        dir.path(),
        &["convert", "x/2020/p.txt", "y/2020/p.txt", "-o", "files"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let expected = ["x/2020/p.txt.json", "y/2020/p.txt.json"].map(PathBuf::from);
    assert_eq!(files(&dir.path().join("files")), expected);
    run_in(dir.path(), &["convert", "x", "y", "-o", "dirs"]);
    assert_eq!(files(&dir.path().join("dirs")), expected);
    run_in(dir.path(), &["convert", "x", "x/2020/p.txt", "-o", "twice"]);
    assert_eq!(
        files(&dir.path().join("twice")),
        [PathBuf::from("2020/p.txt.json")]
    );
}

#[test]
fn threads_do_not_show_in_the_output() {
    let texts: Vec<(String, String)> = (0..40)
        .map(|i| (format!("in/{i}.txt"), PROTOCOL.repeat(1 + (i * 7) % 11)))
        .collect();
    let texts: Vec<(&str, &[u8])> = texts
        .iter()
        .map(|(n, t)| (n.as_str(), t.as_bytes()))
        .collect();
    let dir = directory(&texts);
    let one = run_in(dir.path(), &["convert", "in", "--threads", "1"]);
    let many = run_in(dir.path(), &["convert", "in", "-j", "8"]);
    assert_eq!(stdout(&one).lines().count(), 40);
    assert_eq!(one.stdout, many.stdout);
}

#[test]
fn a_failed_write_leaves_nothing_behind() {
    let dir = directory(&[
        ("a.txt", PROTOCOL.as_bytes()),
        ("out/a.txt.json/in-the-way", b""),
    ]);
    let output = run_in(dir.path(), &["convert", "a.txt", "-o", "out"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("cannot be written"),
        "{}",
        stderr(&output)
    );
    assert_eq!(
        files(&dir.path().join("out")),
        [PathBuf::from("a.txt.json/in-the-way")]
    );
}

#[test]
fn repair_keeps_lines_line_ends_and_pages() {
    let text = "\u{feff}Sammanträde\r\n\r\n  kommun\u{ad}\r\nstyrelsen\r\n\u{c}Sida 2\r\n\u{c}";
    let dir = directory(&[
        ("in/a.txt", text.as_bytes()),
        ("in/b/c.txt", PROTOCOL.as_bytes()),
    ]);
    let one = run_in(dir.path(), &["repair", "in/a.txt"]);
    let expected = "Sammanträde\r\n\r\n  kommun-\r\nstyrelsen\r\n\u{c}Sida 2\r\n\u{c}";
    assert_eq!(stdout(&one), expected);
    let all = run_in(dir.path(), &["repair", "in", "-o", "out"]);
    assert_eq!(all.status.code(), Some(0), "{}", stderr(&all));
    assert_eq!(
        files(&dir.path().join("out")),
        ["a.txt", "b/c.txt"].map(PathBuf::from)
    );
    assert_eq!(
        fs::read_to_string(dir.path().join("out/a.txt")).expect("written"),
        expected
    );
}

#[test]
fn repair_never_replaces_its_input() {
    let dir = directory(&[("in/a.txt", "kommun\u{ad}en".as_bytes())]);
    let output = run_in(dir.path(), &["repair", "in", "-o", "in"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("would replace this input"));
    let kept = fs::read_to_string(dir.path().join("in/a.txt")).expect("there");
    assert_eq!(kept, "kommun\u{ad}en");
}

#[test]
fn a_second_run_reads_what_the_first_did() {
    let dir = directory(&[("in/a.txt", PROTOCOL.as_bytes())]);
    for _ in 0..2 {
        let output = run_in(dir.path(), &["repair", "in", "-o", "in/out"]);
        assert!(
            stderr(&output).starts_with("1 document done, 0 failed"),
            "{}",
            stderr(&output)
        );
    }
    assert_eq!(
        files(dir.path()),
        ["in/a.txt", "in/out/a.txt"].map(PathBuf::from)
    );
}

#[cfg(unix)]
#[test]
fn links_that_go_round_end() {
    let dir = directory(&[("in/a/p.txt", PROTOCOL.as_bytes())]);
    std::os::unix::fs::symlink("..", dir.path().join("in/a/up")).expect("linked");
    std::os::unix::fs::symlink("nowhere.txt", dir.path().join("in/gone.txt")).expect("linked");
    let output = run_in(dir.path(), &["convert", "in", "--follow-links"]);
    assert_eq!(stdout(&output).lines().count(), 1);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("in/gone.txt: there is no such file"));
    let output = run_in(dir.path(), &["convert", "in"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("skipped: 2 link"));
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let dir = directory(&[("in/a.txt", b"a"), ("in/b.txt", b"b")]);
    for args in [
        &[][..],
        &["convert"],
        &["convert", "in", "--min-confidence", "2"],
        &["convert", "in", "--threads", "0"],
        &["repair", "in"],
        &["schema", "--plain", "--full"],
        &["nonsense"],
    ] {
        let output = run_in(dir.path(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(!output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn help_has_examples_and_the_schema_is_json() {
    let dir = directory(&[]);
    for command in ["convert", "repair", "schema", "train"] {
        let help = run_in(dir.path(), &[command, "--help"]);
        assert!(stdout(&help).contains("Examples:"), "{command}");
    }
    for view in ["--full", "--plain"] {
        let schema: Value =
            serde_json::from_slice(&run_in(dir.path(), &["schema", view]).stdout).expect("JSON");
        assert_eq!(
            schema["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
    }
}

#[test]
fn what_is_compared_with_itself_is_wholly_right() {
    let dir = directory(&[("a.txt", PROTOCOL.as_bytes())]);
    let run = |args: &[&str]| {
        let command = Command::new(env!("CARGO_BIN_EXE_klartext"))
            .args(args)
            .current_dir(dir.path())
            .output();
        command.expect("the program runs")
    };
    let missing = run(&["eval", "extract", "--gold", "."]);
    assert_eq!(missing.status.code(), Some(2), "{}", stderr(&missing));
    let record = run(&["convert", "--plain", "a.txt"]).stdout;
    std::fs::write(dir.path().join("a.json"), &record).expect("written");
    let scored = run(&["eval", "extract", "--gold", "."]);
    assert_eq!(scored.status.code(), Some(0), "{}", stderr(&scored));
    let table = String::from_utf8_lossy(&scored.stdout);
    assert!(table.contains("documents wholly right 1/1"), "{table}");
    let other = String::from_utf8_lossy(&record).replace("2", "3");
    std::fs::write(dir.path().join("a.json"), other).expect("written");
    let scored = run(&["eval", "extract", "--gold", "."]);
    let table = String::from_utf8_lossy(&scored.stdout);
    assert!(table.contains("documents wholly right 0/1"), "{table}");
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_is_no_error() {
    let text = PROTOCOL.repeat(60);
    let texts: Vec<String> = (0..20).map(|i| format!("in/{i}.txt")).collect();
    let texts: Vec<(&str, &[u8])> = texts
        .iter()
        .map(|n| (n.as_str(), text.as_bytes()))
        .collect();
    let dir = directory(&texts);
    let mut child = Command::new(env!("CARGO_BIN_EXE_klartext"))
        .args(["convert", "in"])
        .current_dir(dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(!stderr(&output).contains("error"), "{}", stderr(&output));
}

#[test]
fn a_house_style_is_added_on_the_command_line() {
    let text = "§ 4 Budget\n\nBeslut\n\nBudgeten antas.\n\nVidarebefordras åt\n\nEkonomienheten\n";
    let house = "[[heading]]\nkind = \"recipients\"\nforms = [\"vidarebefordras åt\"]\naccepts = [\"Vidarebefordras åt:\"]\nrejects = [\"Vidarebefordras åt honom\"]\n";
    let wrong = house.replace("åt honom", "åt");
    let dir = directory(&[
        ("a.txt", text.as_bytes()),
        ("house.toml", house.as_bytes()),
        ("wrong.toml", wrong.as_bytes()),
    ]);
    let recipients = |output: &Output| {
        let record: serde_json::Value = serde_json::from_str(stdout(output)).expect("JSON");
        record["document"]["items"][0]["recipients"].clone()
    };
    let plain = run_in(dir.path(), &["convert", "--plain", "a.txt"]);
    assert_eq!(recipients(&plain), serde_json::json!([]));
    let args = ["convert", "--plain", "--vocabulary", "house.toml", "a.txt"];
    let added = run_in(dir.path(), &args);
    assert_eq!(recipients(&added), serde_json::json!(["Ekonomienheten"]));
    let args = ["convert", "--vocabulary", "wrong.toml", "a.txt"];
    let refused = run_in(dir.path(), &args);
    assert!(!refused.status.success());
    assert!(
        stderr(&refused).contains("wrong.toml"),
        "{}",
        stderr(&refused)
    );
    assert!(stderr(&refused).contains("accepts"), "{}", stderr(&refused));
}

#[test]
fn a_name_that_the_user_lists_is_read_where_letters_alone_do_not_tell() {
    let page = fs::read_to_string("fixtures/01-tyreso-ks/eng.txt").expect("a fixture");
    let page = page + "\nAhti Makitalo (C) yrkar bifall till forslaget.\n";
    let dir = directory(&[
        ("a.txt", page.as_bytes()),
        ("names.txt", "Ahti Mäkitalo\tC\n".as_bytes()),
    ]);
    let last = |args: &[&str]| {
        let output = run_in(dir.path(), args);
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
            .lines()
            .last()
            .unwrap_or_default()
            .to_owned()
    };
    let rest = "(C) yrkar bifall till förslaget.";
    assert_eq!(last(&["repair", "a.txt"]), format!("Ahti Makitalo {rest}"));
    for flag in ["--names", "--lexicon"] {
        let args = ["repair", flag, "names.txt", "a.txt"];
        assert_eq!(last(&args), format!("Ahti Mäkitalo {rest}"), "{flag}");
    }
    // Whatever stands between the two lists, their words stay apart.
    fs::write(dir.path().join("names.txt"), "Ahti Mäkitalo").expect("written");
    fs::write(dir.path().join("words.txt"), "Torneälven").expect("written");
    let args = [
        "repair",
        "--names",
        "names.txt",
        "--lexicon",
        "words.txt",
        "a.txt",
    ];
    assert_eq!(last(&args), format!("Ahti Mäkitalo {rest}"));
    let missing = run_in(dir.path(), &["repair", "--names", "none.txt", "a.txt"]);
    assert!(!missing.status.success());
    assert!(
        stderr(&missing).contains("none.txt"),
        "{}",
        stderr(&missing)
    );
}
