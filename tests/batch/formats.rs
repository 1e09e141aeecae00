//! Archives, volumes and what shapes the output, in batches: the same records as alone, and
//! found done by the next run.

use std::fs;
use std::io::Write;

use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{Place, document, lines, said};

fn alto(text: &str) -> String {
    let rows = text.lines().enumerate().map(|(row, line)| {
        let words = line.split(' ').enumerate().map(|(column, word)| {
            format!(
                "<String HPOS=\"{}\" VPOS=\"{}\" WIDTH=\"90\" HEIGHT=\"20\" CONTENT=\"{word}\"/>",
                100 * column,
                30 * row
            )
        });
        format!("<TextLine>{}</TextLine>", words.collect::<String>())
    });
    format!(
        "<alto><Layout><Page WIDTH=\"1000\" HEIGHT=\"1400\"><PrintSpace><TextBlock>{}</TextBlock></PrintSpace></Page></Layout></alto>",
        rows.collect::<String>()
    )
}

fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("begun");
        zip.write_all(content.as_bytes()).expect("written");
    }
    zip.finish().expect("finished").into_inner()
}

/// A folder with an archive, a text and two volumes.
fn place() -> Place {
    let place = Place::new();
    let zip = archive(&[
        ("a.txt", &document(1)),
        ("deep/b.xml", &alto(&document(2))),
        ("c.png", "\u{89}PNG"),
        (".hidden/d.txt", &document(3)),
    ]);
    place.write("in/x/v.zip", &zip);
    place.write("in/t.txt", document(4).as_bytes());
    place.write("in/broken.zip", &zip[..zip.len() / 2]);
    for (volume, pages) in [("one", 5..8), ("two", 8..10)] {
        for page in pages {
            let text = alto(&document(page));
            place.write(format!("volumes/{volume}/{page}.xml"), text.as_bytes());
        }
    }
    place
}

fn record(place: &Place, args: &[&str]) -> Value {
    let output = place.run(args);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn archives_are_resumed_and_a_broken_one_is_named() {
    let place = place();
    let args = ["convert", "in", "-o", "out"];
    let output = place.run(&args);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("3 documents done, 1 failed, skipped: 1 .png"),
        "{}",
        said(&output)
    );
    let again = place.run(&args);
    assert!(
        said(&again).contains("3 of them were done already"),
        "{}",
        said(&again)
    );
    let member = place.json("out/x/v.zip/deep/b.xml.json");
    assert_eq!(member["source"]["path"], "x/v.zip!deep/b.xml");
    let alone = record(&place, &["convert", "in/x/v.zip!deep/b.xml"]);
    assert_eq!(member["document"], alone["document"]);
    assert_eq!(
        place.json("out/summary.json")["failures"]["archive"],
        1,
        "{}",
        said(&output)
    );
    // Names of a list keep the path that is written there.
    place.write("list", b"in/x/v.zip\nin/x/v.zip!a.txt\n");
    let listed = place.run(&["convert", "--files-from", "list"]);
    let paths: Vec<Value> = lines(&listed)
        .into_iter()
        .map(|record| record["source"]["path"].clone())
        .collect();
    assert_eq!(
        paths,
        [
            "in/x/v.zip!a.txt",
            "in/x/v.zip!deep/b.xml",
            "in/x/v.zip!a.txt"
        ]
    );
}

#[test]
fn volumes_are_resumed() {
    let place = place();
    let args = [
        "convert",
        "--volume",
        "volumes/one",
        "volumes/two",
        "-o",
        "out",
    ];
    place.done(&args);
    assert_eq!(
        place.json("out/one.json")["pages"]
            .as_array()
            .expect("pages")
            .len(),
        3
    );
    let again = place.done(&args);
    assert!(again.contains("2 of them were done already"), "{again}");
    fs::remove_file(place.path().join("volumes/one/6.xml")).expect("removed");
    let changed = place.done(&args);
    assert!(changed.contains("1 of them were done already"), "{changed}");
    let alone = record(&place, &["convert", "--volume", "volumes/one"]);
    assert_eq!(place.json("out/one.json"), alone);
    place.write("list", b"volumes/one\nvolumes/two\n");
    place.done(&[
        "convert",
        "--volume",
        "--files-from",
        "list",
        "-o",
        "listed",
    ]);
    let listed = place.json("listed/volumes/one.json");
    assert_eq!(listed["source"]["path"], "volumes/one");
    assert_eq!(listed["document"], alone["document"]);
    assert!(place.path().join("listed/volumes/two.json").exists());
}

#[test]
fn what_shapes_the_output_reaches_every_worker_and_the_next_run() {
    let place = Place::with_documents(2);
    let house = "[[heading]]\nkind = \"decision\"\nforms = [\"vi fastslår\"]\naccepts = [\"Vi fastslår\"]\nrejects = [\"Beslutsgång\"]\n";
    place.write("house.toml", house.as_bytes());
    place.write("in/00/page.xml", alto(&document(3)).as_bytes());
    let mut before: Option<Value> = None;
    for options in [
        &[][..],
        &["--vocabulary", "house.toml"],
        &["--format", "text"],
        &["--plain", "--vocabulary", "house.toml"],
    ] {
        let with = |args: &[&'static str]| [args, options].concat();
        let said = place.done(&with(&["convert", "in", "-o", "out"]));
        assert!(!said.contains("done already"), "{options:?}: {said}");
        let said = place.done(&with(&["convert", "in", "-o", "out"]));
        assert!(
            said.contains("3 of them were done already"),
            "{options:?}: {said}"
        );
        let written = place.json("out/00/page.xml.json");
        let alone = record(&place, &with(&["convert", "in/00/page.xml"]));
        assert_eq!(written["generator"], alone["generator"], "{options:?}");
        assert_eq!(written["document"], alone["document"], "{options:?}");
        assert_eq!(
            written["source"]["format"],
            if options.contains(&"text") {
                "text"
            } else {
                "alto"
            }
        );
        let request = place.path().join("request");
        fs::write(&request, "{\"path\":\"in/00/page.xml\"}\n").expect("written");
        let answer = place
            .command(&with(&["stream"]))
            .stdin(fs::File::open(&request).expect("there"))
            .output()
            .expect("the program starts");
        assert_eq!(lines(&answer)[0]["document"], alone["document"]);
        assert_eq!(lines(&answer)[0]["generator"], alone["generator"]);
        assert_ne!(before.as_ref(), Some(&written["generator"]));
        before = Some(written["generator"].clone());
    }
    // What is wrong for every document is said once.
    place.write("wrong.toml", b"headings = 1\n");
    let wrong = place.run(&["convert", "in", "-o", "out", "--vocabulary", "wrong.toml"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert_eq!(said(&wrong).matches("wrong.toml").count(), 1);
}

#[test]
fn two_documents_with_one_output_are_both_accounted_for() {
    let place = Place::new();
    place.write("in/a.txt", document(1).as_bytes());
    place.write("a.txt", document(2).as_bytes());
    place.write("list", b"a.txt\nin/../a.txt\n./a.txt\n");
    let output = place.run(&["convert", "in", "--files-from", "list", "-o", "out"]);
    assert_eq!(output.status.code(), Some(1));
    // The folder's and the list's first have one name; the second spelling has its own, the
    // third is the first again.
    assert!(
        said(&output).contains("2 documents done, 2 failed"),
        "{}",
        said(&output)
    );
    assert!(
        said(&output).contains("error: a.txt: another input has the same output"),
        "{}",
        said(&output)
    );
}
