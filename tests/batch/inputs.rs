//! What is read, and under which names outputs go.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;

use crate::support::{Place, document, lines, said};

fn paths(place: &Place, args: &[&str]) -> Vec<String> {
    let output = place.run(&[&["convert", "--plain"], args].concat());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    lines(&output)
        .iter()
        .map(|record| {
            record["source"]["path"]
                .as_str()
                .expect("a path")
                .to_owned()
        })
        .collect()
}

fn place(names: &[&str]) -> Place {
    let place = Place::new();
    for (number, name) in names.iter().enumerate() {
        place.write(name, document(number).as_bytes());
    }
    place
}

#[test]
fn patterns_choose_files() {
    let place = place(&[
        "in/2019/a.txt",
        "in/2020/a.txt",
        "in/2020/b.txt",
        "in/2020/deep/c.txt",
        "in/drafts/d.txt",
        "in/~$a.txt",
        "in/a.txt~",
        "in/#a.txt",
        "in/.hidden/e.txt",
        "in/2020/.f.txt",
        "in/2020/protokoll.ocr",
    ]);
    assert_eq!(
        paths(&place, &["in"]),
        [
            "2019/a.txt",
            "2020/a.txt",
            "2020/b.txt",
            "2020/deep/c.txt",
            "drafts/d.txt"
        ]
    );
    assert_eq!(
        paths(&place, &["in/20*/*.txt"]),
        ["2019/a.txt", "2020/a.txt", "2020/b.txt"]
    );
    assert_eq!(paths(&place, &["in/**/c.txt"]), ["2020/deep/c.txt"]);
    assert_eq!(
        paths(&place, &["in", "--include", "2020/**"]),
        ["2020/a.txt", "2020/b.txt", "2020/deep/c.txt"]
    );
    // A pattern that names a kind of file knows better than we do what can be read.
    assert_eq!(
        paths(&place, &["in", "--include", "*.ocr"]),
        ["2020/protokoll.ocr"]
    );
    assert_eq!(
        paths(&place, &["in", "--include", "a.*", "--exclude", "2019"]),
        ["2020/a.txt"]
    );
    let wrong = place.run(&["convert", "in", "--include", "[a"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        said(&wrong).contains("[a: this is no pattern"),
        "{}",
        said(&wrong)
    );
    let none = place.run(&["convert", "in/*.none"]);
    assert!(
        said(&none).contains("nothing in the directory can be read"),
        "{}",
        said(&none)
    );
}

#[test]
fn lists_name_inputs() {
    let place = place(&["a/b c.txt", "a/d\ne.txt", "f/g.txt", "f/h.txt"]);
    place.write("lines", b"a/b c.txt\r\n\nf\n./a/../f/g.txt");
    place.write("zeros", b"a/d\ne.txt\0f/h.txt\0");
    assert_eq!(
        paths(&place, &["--files-from", "lines"]),
        ["a/b c.txt", "f/g.txt", "f/h.txt", "a/../f/g.txt"]
    );
    assert_eq!(
        paths(&place, &["--files-from", "zeros", "-0"]),
        ["a/d\ne.txt", "f/h.txt"]
    );
    let input = fs::File::open(place.path().join("zeros")).expect("there");
    let args = ["convert", "f/g.txt", "--files-from", "-", "-0", "-o", "out"];
    let output = place
        .command(&args)
        .stdin(input)
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let written: Vec<String> = place
        .tree("out")
        .into_keys()
        .filter(|n| n.ends_with(".txt.json"))
        .collect();
    assert_eq!(written, ["a/d%0Ae.txt.json", "f/h.txt.json", "g.txt.json"]);
    let missing = place.run(&["convert", "--files-from", "nowhere"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        said(&missing).contains("nowhere: there is no such file"),
        "{}",
        said(&missing)
    );
}

#[test]
fn a_document_reached_twice_is_written_once() {
    let place = place(&["in/a.txt", "in/b.txt"]);
    let said = place.done(&["convert", "in", "in/a.txt", "-o", "out"]);
    assert!(said.contains("2 documents done"), "{said}");
}

#[cfg(unix)]
#[test]
fn links_are_followed_on_request_only() {
    let place = place(&["in/a.txt", "elsewhere/b.txt"]);
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(to, place.path().join(name)).expect("linked")
    };
    link("../elsewhere", "in/linked");
    link("..", "in/up");
    link("../elsewhere/b.txt", "in/c.txt");
    assert_eq!(paths(&place, &["in"]), ["a.txt"]);
    let followed = paths(&place, &["in", "--follow-links", "--exclude", "up"]);
    assert_eq!(followed, ["a.txt", "c.txt", "linked/b.txt"]);
    // One that goes round ends there; what else is above is read.
    let round = paths(&place, &["in", "--follow-links"]);
    assert_eq!(
        round,
        ["a.txt", "c.txt", "linked/b.txt", "up/elsewhere/b.txt"]
    );
}

/// Names that would lead out of the output directory, or that some system lacks.
#[cfg(unix)]
#[test]
fn hostile_names_stay_inside() {
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    let long = "å".repeat(125);
    let longer = "x".repeat(250);
    let names: Vec<PathBuf> = [
        "in/CON.txt",
        "in/nul",
        "in/aux/com1.txt",
        "in/new\nline.txt",
        "in/a:b?.txt",
        "in/a%3Ab%3F.txt",
        "in/back\\slash.txt",
        "in/dot./space .txt ",
        "in/summary",
        "in/failures.ndjson/x.txt",
        "in/\u{202e}txt",
        &format!("in/{long}.txt"),
        &format!("in/{longer}"),
        &format!("in/{longer}.txt"),
    ]
    .iter()
    .map(PathBuf::from)
    .chain([PathBuf::from(OsStr::from_bytes(b"in/\xe5\xff.txt"))])
    .collect();
    let outside = place.path().join("outside.txt");
    fs::write(&outside, document(1)).expect("written");
    let mut list = Vec::new();
    for (number, name) in names.iter().enumerate() {
        place.write(name, document(number).as_bytes());
        list.extend(name.as_os_str().as_bytes());
        list.push(0);
    }
    list.extend(b"in/../in/../../work/outside.txt\0");
    list.extend(outside.as_os_str().as_bytes());
    list.push(0);
    // 300 letters: no system has such a file.
    list.extend("y".repeat(300).as_bytes());
    place.write("list", &list);
    let before = place.tree("in");
    let output = place.run(&["convert", "--files-from", "list", "-0", "-o", "deep/er/out"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("17 documents done, 1 failed"),
        "{}",
        said(&output)
    );
    assert!(said(&output).contains(&format!("error: {}: it cannot be read", "y".repeat(300))));
    let written = place.tree("deep/er/out");
    assert_eq!(
        written
            .keys()
            .filter(|name| name.ends_with(".json"))
            .count(),
        18
    );
    for name in written.keys() {
        for part in name.split('/') {
            assert!(part.len() <= 255 && part != "..", "{name}");
            assert!(
                !part.contains(['\n', ':', '?', '\\', '<', '>', '|', '"', '*']),
                "{name}"
            );
            let stem = part.split('.').next().unwrap_or("").to_lowercase();
            assert!(
                !["con", "nul", "aux", "com1"].contains(&stem.as_str()),
                "{name}"
            );
        }
    }
    assert_eq!(place.tree("in"), before);
    let beside: BTreeSet<_> = fs::read_dir(place.path())
        .expect("there")
        .flatten()
        .map(|e| e.file_name())
        .collect();
    assert_eq!(
        beside,
        ["deep", "in", "list", "outside.txt"].map(Into::into).into()
    );
    let again = place.run(&["convert", "--files-from", "list", "-0", "-o", "deep/er/out"]);
    assert!(
        said(&again).contains("17 of them were done already"),
        "{}",
        said(&again)
    );
}

#[cfg(unix)]
#[test]
fn an_output_directory_that_leads_elsewhere_is_refused_where_it_does() {
    let place = place(&["in/a/x.txt", "in/b.txt"]);
    fs::create_dir_all(place.path().join("out")).expect("made");
    fs::create_dir(place.path().join("elsewhere")).expect("made");
    std::os::unix::fs::symlink("../elsewhere", place.path().join("out/a")).expect("linked");
    let output = place.run(&["convert", "in", "-o", "out"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("1 document done, 1 failed"),
        "{}",
        said(&output)
    );
    assert!(place.tree("elsewhere").is_empty());
}
