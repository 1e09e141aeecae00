//! The register: what a spreadsheet and a database get of a batch.

#![cfg(feature = "review")]

mod program;

use std::fs;
use std::path::{Path, PathBuf};

use program::{directory, run_in, stderr, stdout};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use tempfile::TempDir;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/REGISTER.md");

fn documents() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/register/documents")
}

/// Runs the program and wants it to go well.
fn run(dir: &Path, args: &[&str]) {
    let output = run_in(dir, args);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    assert_eq!(stdout(&output), "", "what goes to files is not printed");
}

/// A directory with the documents' records in `json`.
fn converted(flags: &[&str]) -> TempDir {
    let dir = directory(&[]);
    let documents = documents();
    let inputs = documents.to_str().expect("UTF-8");
    run(
        dir.path(),
        &[&["convert", inputs, "-o", "json"], flags].concat(),
    );
    dir
}

/// The rows of a query as `sqlite3` prints them, headings first.
fn rows(connection: &Connection, sql: &str) -> String {
    let mut statement = connection
        .prepare(sql)
        .unwrap_or_else(|e| panic!("{sql}: {e}"));
    let mut shown = statement.column_names().join("|");
    let columns = statement.column_count();
    let mut rows = statement.query([]).expect("a query");
    while let Some(row) = rows.next().expect("a row") {
        let cell = |i| match row.get_ref(i).expect("a column") {
            ValueRef::Null => String::new(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => number.to_string(),
            ValueRef::Text(text) => String::from_utf8_lossy(text).replace('\n', " / "),
            ValueRef::Blob(_) => panic!("no table has blobs"),
        };
        let cells: Vec<String> = (0..columns).map(cell).collect();
        shown += &format!("\n{}", cells.join("|"));
    }
    shown
}

fn open(path: &Path) -> Connection {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a database")
}

/// Every query of the page gives what the page says; `BLESS=1` writes down what it gives.
#[test]
fn the_queries_of_the_page_give_what_it_says() {
    let dir = converted(&[]);
    run(dir.path(), &["register", "json", "-o", "register.sqlite"]);
    let connection = open(&dir.path().join("register.sqlite"));
    let page = fs::read_to_string(PAGE).expect("the page");
    let mut parts = page.split("```sql\n");
    let mut written = parts.next().expect("a beginning").to_owned();
    let mut queries = 0;
    for part in parts {
        let (sql, rest) = part.split_once("```\n\n```text\n").expect("an answer");
        let (_, rest) = rest.split_once("```\n").expect("its end");
        let answer = rows(&connection, sql);
        assert!(
            answer.contains('\n'),
            "a query without an answer shows nothing: {sql}"
        );
        written += &format!("```sql\n{sql}```\n\n```text\n{answer}\n```\n{rest}");
        queries += 1;
    }
    assert!(queries >= 8);
    if std::env::var_os("BLESS").is_some() {
        fs::write(PAGE, &written).expect("written");
    }
    assert!(
        page == written || std::env::var_os("BLESS").is_some(),
        "{written}"
    );
}

#[test]
fn a_table_has_a_row_for_each_item_and_opens_in_a_swedish_spreadsheet() {
    let dir = converted(&[]);
    run(
        dir.path(),
        &["register", "json", "-o", "r.csv", "--lang", "sv"],
    );
    let text = fs::read_to_string(dir.path().join("r.csv")).expect("UTF-8");
    assert!(text.starts_with("\u{feff}Dokument;Sida;Kommun;Organ;Datum;Paragraf;Diarienummer;"));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let column = |at: usize| rows.iter().map(|row| &row[at]).collect::<Vec<_>>();
    assert_eq!(column(5), ["§ 12", "§ 13", "§ 31", "§ 3"]);
    assert_eq!(column(2), ["Ydre kommun"; 4]);
    assert_eq!(
        column(4),
        ["2021-03-02", "2021-03-02", "2021-04-20", "2022-01-18"]
    );
    assert_eq!(&rows[0][6], "KS 2021/45");
    assert!(rows[0][8].starts_with("1. Belysningen på Skolvägen byggs ut under 2021.\n2. "));
    assert_eq!(&rows[0][10], "Tekniska nämnden | Ekonomiavdelningen");
    assert!(rows[0][11].starts_with("0,"), "{}", &rows[0][11]);
    assert_eq!(&rows[0][12], "nej");
}

#[test]
fn the_same_records_give_the_same_bytes_in_either_shape() {
    let files = converted(&[]);
    let lines = directory(&[]);
    let documents = documents();
    // The same records as lines of one file.
    let output = run_in(
        lines.path(),
        &["convert", documents.to_str().expect("UTF-8")],
    );
    fs::create_dir(lines.path().join("json")).expect("made");
    fs::write(lines.path().join("json/part-00001.ndjson"), &output.stdout).expect("written");
    let bytes = |dir: &TempDir, name: &str| {
        run(dir.path(), &["register", "json", "-o", name]);
        let first = fs::read(dir.path().join(name)).expect("a register");
        run(dir.path(), &["register", "json", "-o", name]);
        assert!(first == fs::read(dir.path().join(name)).expect("a register"));
        first
    };
    bytes(&files, "r.sqlite");
    assert!(bytes(&files, "r.csv") == bytes(&lines, "r.csv"));
    // Both shapes in one directory: nothing twice.
    fs::copy(
        lines.path().join("json/part-00001.ndjson"),
        files.path().join("json/part-00001.ndjson"),
    )
    .expect("copied");
    assert!(bytes(&files, "r.csv") == bytes(&lines, "r.csv"));
}

#[test]
fn the_plain_view_serves_too() {
    let dir = converted(&["--plain"]);
    run(dir.path(), &["register", "json", "-o", "r.sqlite"]);
    let connection = open(&dir.path().join("r.sqlite"));
    let sql = "SELECT number, lowest_confidence FROM items ORDER BY id";
    assert_eq!(
        rows(&connection, sql),
        "number|lowest_confidence\n12|\n13|\n31|\n3|"
    );
}

/// A record in the plain view.
fn record(path: &str, title: &str) -> Value {
    json!({
        "schema": "klartext/1", "id": "0", "source": {"path": path, "sha256": path},
        "document": {"body": "=HYPERLINK(\"http://x\")", "meeting": {}, "items": [{
            "id": "0:1", "number": "5/20", "title": title, "case_numbers": ["2020/12"], "decisions": [],
            "recipients": ["+46 8 1", "-"]}]},
        "pages": [], "text": "a\u{0}b", "corrections": [], "warnings": []
    })
}

#[test]
fn what_would_run_in_a_spreadsheet_does_not() {
    let hostile = record("@x.txt", "\t=cmd|' /C calc'!A0").to_string();
    let dir = directory(&[("json/x.json", hostile.as_bytes())]);
    run(
        dir.path(),
        &["register", "json", "-o", "r.csv", "--separator", ","],
    );
    let text = fs::read_to_string(dir.path().join("r.csv")).expect("UTF-8");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let row = reader.records().next().expect("a row").expect("whole");
    for (at, cell) in [
        (0, "'@x.txt"),
        (3, "'=HYPERLINK(\"http://x\")"),
        (5, "§ 5/20"),
        (6, "'2020/12"),
        (7, "'=cmd|' /C calc'!A0"),
        (10, "'+46 8 1 | -"),
    ] {
        assert_eq!(&row[at], cell);
    }
    run(dir.path(), &["register", "json", "-o", "r.db"]);
    let connection = open(&dir.path().join("r.db"));
    assert_eq!(
        rows(&connection, "SELECT name FROM recipients"),
        "name\n+46 8 1\n-"
    );
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_done() {
    let whole = record("a", "Rubrik").to_string();
    let dir = directory(&[
        ("json/a.json", whole.as_bytes()),
        ("json/b.json", &whole.as_bytes()[..40]),
        (
            "json/part-00001.ndjson",
            format!("{whole}\n{{\"schema\"").as_bytes(),
        ),
    ]);
    let output = run_in(dir.path(), &["register", "json", "-o", "r.csv"]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("b.json: this is no record"), "{said}");
    assert!(
        said.contains("part-00001.ndjson, line 2: this is no record"),
        "{said}"
    );
    assert!(
        said.contains("r.csv: 1 document, 2 could not be read"),
        "{said}"
    );
    let rows = fs::read_to_string(dir.path().join("r.csv")).expect("UTF-8");
    assert_eq!(rows.lines().count(), 2);
}

#[test]
fn a_register_appears_whole_or_not_at_all() {
    let dir = directory(&[("r.csv", b"before"), ("x/readme", b"")]);
    for (args, code, message) in [
        (
            &["register", "json", "-o", "r.csv"][..],
            1,
            "there is no such file or directory",
        ),
        (&["register", "r.csv", "-o", "r.csv"], 2, "this is a file"),
        (
            &["register", "x", "-o", "r.txt"],
            2,
            "ends in .csv, .sqlite or .db",
        ),
        (
            &["register", "x", "-o", "r.db", "--separator", ","],
            2,
            "--separator is for .csv",
        ),
        (
            &["register", "x", "-o", "r.csv", "--separator", "ab"],
            2,
            "one character",
        ),
    ] {
        let output = run_in(dir.path(), args);
        assert_eq!(output.status.code(), Some(code), "{args:?}");
        assert!(stderr(&output).contains(message), "{}", stderr(&output));
        assert_eq!(
            fs::read(dir.path().join("r.csv")).expect("still there"),
            b"before"
        );
    }
    let names: Vec<_> = fs::read_dir(dir.path()).expect("listed").collect();
    assert_eq!(names.len(), 2, "{names:?}");
}
