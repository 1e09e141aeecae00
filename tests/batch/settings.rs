//! Configuration, logs, completions, manual.

use std::fs;

use serde_json::Value;

use crate::support::{Place, document, lines, said};

#[test]
fn the_nearest_file_counts_and_flags_win() {
    let place = Place::new();
    place.write("in/a.txt", document(1).as_bytes());
    place.write(
        "klartext.toml",
        b"plain = true\nexclude = [\"drafts\"]\nthreads = 2\n",
    );
    place.write("in/drafts/b.txt", document(2).as_bytes());
    let records = lines(&place.run(&["convert", "in"]));
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["document"]["items"][0]["number"], "1");
    let full = lines(&place.run(&["convert", "in", "--plain=false"]));
    assert_eq!(full[0]["document"]["items"][0]["number"]["value"], "1");
    let all = lines(&place.run(&["convert", "in", "--no-config"]));
    assert_eq!(all.len(), 2);
    let shown = String::from_utf8(place.run(&["config", "-j", "7"]).stdout).expect("UTF-8");
    let line = |key: &str| {
        shown
            .lines()
            .find(|line| line.starts_with(key))
            .expect("shown")
            .to_owned()
    };
    assert!(
        line("threads").starts_with("threads = 7 ") && line("threads").ends_with("# command line")
    );
    assert!(line("plain").contains("true") && line("plain").ends_with("klartext.toml"));
    assert!(line("timeout").ends_with("# default"));
    place.write("other.toml", b"threads = 5\n");
    let shown = place.run(&["config", "--config", "other.toml"]).stdout;
    assert!(String::from_utf8_lossy(&shown).contains("threads = 5 "));
}

#[test]
fn what_is_unknown_is_an_error_that_helps() {
    let place = Place::new();
    place.write("in/a.txt", document(1).as_bytes());
    place.write("klartext.toml", b"tread = 2\n");
    let output = place.run(&["convert", "in"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(
        said(&output).contains("there is no setting \"tread\"; did you mean \"threads\"?"),
        "{}",
        said(&output)
    );
}

#[test]
fn logs_say_what_was_done() {
    let place = Place::with_documents(3);
    place.write("in/bad.txt", b"");
    let quiet = place.run(&["convert", "in", "-o", "quiet", "-q"]);
    assert!(quiet.stderr.is_empty(), "{}", said(&quiet));
    assert_eq!(quiet.status.code(), Some(1));
    let verbose = said(&place.run(&["convert", "in", "-o", "verbose", "-v"]));
    assert_eq!(verbose.matches("converted").count(), 3, "{verbose}");
    let logged = place.run(&["convert", "in", "-o", "json", "--log-format", "json"]);
    let entries: Vec<Value> = said(&logged)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(
        entries
            .iter()
            .filter(|entry| entry["message"] == "converted")
            .count(),
        3
    );
    let failed: Vec<_> = entries
        .iter()
        .filter(|entry| entry["level"] == "ERROR")
        .collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["kind"], "empty");
}

#[test]
fn completions_and_manual_follow_the_command_line() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = place.run(&["completions", shell]).stdout;
        assert!(
            String::from_utf8_lossy(&script).contains("files-from"),
            "{shell}"
        );
    }
    let page = place.run(&["man"]).stdout;
    assert!(String::from_utf8_lossy(&page).starts_with(".ie"));
    place.done(&["man", "-o", "man1"]);
    let page = fs::read_to_string(place.path().join("man1/klartext-convert.1")).expect("there");
    assert!(page.contains("max\\-memory") && !place.path().join("man1/klartext-worker.1").exists());
    let help = place.run(&["stream", "--help"]).stdout;
    assert!(
        String::from_utf8_lossy(&help).contains("Each line of standard input is a JSON object")
    );
}
