//! Formats, archives, volumes and hostile files as a user meets them.

#[path = "formats/pdf.rs"]
mod pdf;

mod program;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use program::{directory, run_in, stderr, stdout};
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", stderr(output));
    serde_json::from_str(stdout(output)).expect("JSON")
}

/// A page of ALTO with a line for each text, words parted at spaces.
fn alto(lines: &[&str]) -> String {
    let mut page = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alto xmlns=\"http://www.loc.gov/standards/alto/ns-v3#\">\n\
         <Description><MeasurementUnit>pixel</MeasurementUnit></Description>\n\
         <Layout><Page WIDTH=\"1000\" HEIGHT=\"1400\"><PrintSpace><TextBlock>\n",
    );
    for (row, line) in lines.iter().enumerate() {
        page += "<TextLine>\n";
        for (column, word) in line.split(' ').enumerate() {
            page += &format!(
                "<String ID=\"s{row}_{column}\" HPOS=\"{}\" VPOS=\"{}\" WIDTH=\"90\" HEIGHT=\"20\" WC=\"0.9\" CONTENT=\"{word}\"/><SP/>\n",
                100 * column,
                30 * row
            );
        }
        page += "</TextLine>\n";
    }
    page + "</TextBlock></PrintSpace></Page></Layout></alto>\n"
}

const LINES: [&str; 5] = [
    "EKESTADS KOMMUN",
    "Kommunstyrelsen 2021-03-02",
    "§ 12 Vagbelysning i Aby",
    "Beslut",
    "Forvaltningen far i uppdrag att utreda fragan.",
];

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).expect("packed");
    encoder.finish().expect("packed")
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("begun");
        zip.write_all(content).expect("written");
    }
    zip.finish().expect("finished").into_inner()
}

#[test]
fn content_decides_and_format_overrides() {
    let page = alto(&LINES);
    let dir = directory(&[
        ("page.txt", page.as_bytes()),
        ("page.xml.gz", &gzip(page.as_bytes())),
    ]);
    for name in ["page.txt", "page.xml.gz"] {
        let record = json(&run_in(dir.path(), &["convert", name]));
        assert_eq!(record["source"]["format"], "alto", "{name}");
        assert_eq!(record["document"]["meeting"]["date"]["value"], "2021-03-02");
        let place = &record["document"]["meeting"]["date"]["source"][0];
        assert_eq!(place["ids"], serde_json::json!(["s1_1"]));
        assert_eq!(place["bbox"], serde_json::json!([100.0, 30.0, 190.0, 50.0]));
    }
    let record = json(&run_in(
        dir.path(),
        &["convert", "--format", "text", "page.txt"],
    ));
    assert_eq!(record["source"]["format"], "text");
    let output = run_in(dir.path(), &["convert", "--format", "page", "page.txt"]);
    assert!(
        stderr(&output).contains("root element is <alto>"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn the_text_that_offsets_count_in_is_printed() {
    let dir = directory(&[("page.xml", alto(&LINES).as_bytes())]);
    let text = run_in(dir.path(), &["convert", "--source-text", "page.xml"]);
    assert_eq!(stdout(&text), LINES.join("\n"));
    let record = json(&run_in(dir.path(), &["convert", "page.xml"]));
    let chars: Vec<char> = stdout(&text).chars().collect();
    for correction in record["corrections"].as_array().expect("a list") {
        let place = &correction["source"][0];
        let at = |key: &str| place[key].as_u64().expect("an offset") as usize;
        let there: String = chars[at("start")..at("end")].iter().collect();
        assert_eq!(correction["from"], there);
    }
}

#[test]
fn directories_hold_every_kind_and_pass_over_others() {
    let page = alto(&LINES);
    let zip = archive(&[
        ("in/b.xml", page.as_bytes()),
        ("in/b.png", b"\x89PNG"),
        ("../evil.txt", b"no"),
    ]);
    let dir = directory(&[
        ("a.xml", page.as_bytes()),
        ("feed.xml", b"<?xml version='1.0'?><rss/>"),
        ("mets.xml", b"<mets/>"),
        ("site.html", b"<!DOCTYPE html><html><p>no OCR</p></html>"),
        ("scan.png", b"\x89PNG\r\n\x1a\n"),
        ("v.zip", &zip),
        ("t.txt", b"Protokoll"),
    ]);
    let output = run_in(dir.path(), &["convert", "."]);
    assert!(output.status.success(), "{}", stderr(&output));
    let paths: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["source"]["path"].clone())
        .collect();
    assert_eq!(paths, ["a.xml", "t.txt", "v.zip!in/b.xml"]);
    assert!(stderr(&output).contains("1 .html"), "{}", stderr(&output));
    let output = run_in(dir.path(), &["convert", "v.zip!in/b.xml"]);
    assert_eq!(json(&output)["source"]["path"], "v.zip!in/b.xml");
    let output = run_in(dir.path(), &["convert", "v.zip!in/c.xml"]);
    assert_eq!(output.status.code(), Some(1));
    let output = run_in(dir.path(), &["convert", "v.zip", "-o", "out"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(dir.path().join("out/v.zip/in/b.xml.json").exists());
}

#[test]
fn a_volume_is_one_document() {
    let pages: Vec<String> = (1..=11).map(|n| alto(&[&format!("Sida {n}")])).collect();
    let names: Vec<String> = (1..=11).map(|n| format!("vol/p{n}.xml")).collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .zip(&pages)
        .map(|(n, p)| (n.as_str(), p.as_bytes()))
        .collect();
    let dir = directory(&files);
    let record = json(&run_in(dir.path(), &["convert", "--volume", "vol"]));
    assert_eq!(record["source"]["path"], "vol");
    assert_eq!(record["source"]["pages"], 11);
    let text = run_in(dir.path(), &["convert", "--volume", "--source-text", "vol"]);
    assert!(
        stdout(&text).starts_with("Sida 1\u{c}Sida 2\u{c}Sida 3"),
        "{}",
        stdout(&text)
    );
    let mets = "<mets><fileSec><fileGrp USE='ALTO'><file ID='a'><FLocat href='p2.xml'/></file><file ID='b'><FLocat href='p1.xml'/></file></fileGrp></fileSec>\
        <structMap TYPE='PHYSICAL'><div><div ORDER='1'><fptr FILEID='a'/></div><div ORDER='2'><fptr FILEID='b'/></div></div></structMap></mets>";
    fs::write(dir.path().join("vol/mets.xml"), mets).expect("written");
    for named in ["vol", "vol/mets.xml"] {
        let text = run_in(dir.path(), &["convert", "--volume", "--source-text", named]);
        assert_eq!(stdout(&text), "Sida 2\u{c}Sida 1", "{named}");
    }
    let output = run_in(dir.path(), &["convert", "--volume", "vol", "-o", "out"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(dir.path().join("out/vol.json").exists());
}

#[test]
fn repair_writes_back_in_the_format() {
    let page = alto(&LINES);
    let dir = directory(&[
        ("page.xml", page.as_bytes()),
        ("in/page.xml.gz", &gzip(page.as_bytes())),
        ("a.txt", b"Beslut far"),
    ]);
    let output = run_in(dir.path(), &["repair", "--in-format", "page.xml"]);
    let written = stdout(&output);
    assert!(
        written.contains(
            "CONTENT=\"får\"><ALTERNATIVE PURPOSE=\"before repair\">far</ALTERNATIVE></String>"
        ),
        "{written}"
    );
    let output = run_in(dir.path(), &["repair", "--in-format", "in", "-o", "out"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(
        fs::read_to_string(dir.path().join("out/page.xml")).expect("written"),
        written
    );
    let output = run_in(dir.path(), &["repair", "--in-format", "a.txt"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("ALTO, hOCR and PAGE"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_pdf_has_words_lines_and_boxes() {
    let pages: [&[(u32, u32, &str)]; 2] = [
        &[
            (72, 72, "EKESTADS KOMMUN"),
            (72, 88, "Kommunstyrelsen 2021-03-02"),
            (72, 130, "§ 12 Vägbelysning i Åby"),
        ],
        &[
            (72, 72, "Beslut"),
            (72, 90, "Kommunstyrelsen godkänner förslaget."),
        ],
    ];
    let dir = directory(&[("minutes.pdf", &pdf::with_pages(&pages))]);
    let text = run_in(dir.path(), &["convert", "--source-text", "minutes.pdf"]);
    assert_eq!(
        stdout(&text),
        "EKESTADS KOMMUN\nKommunstyrelsen 2021-03-02\n\n§ 12 Vägbelysning i Åby\u{c}Beslut\nKommunstyrelsen godkänner förslaget.",
        "{}",
        stderr(&text)
    );
    let record = json(&run_in(dir.path(), &["convert", "minutes.pdf"]));
    assert_eq!(record["source"]["format"], "pdf");
    assert_eq!(record["source"]["encoding"], Value::Null);
    assert_eq!(record["pages"][1]["height"], 842.0);
    assert_eq!(record["pages"][1]["unit"], "pt");
    let place = &record["document"]["meeting"]["date"]["source"][0];
    let bbox: Vec<f64> = place["bbox"]
        .as_array()
        .expect("a box")
        .iter()
        .map(|n| n.as_f64().expect("a number"))
        .collect();
    // The date stands behind a word of about 100 points, on the line 88 points from the top.
    assert!(
        bbox[0] > 150.0 && bbox[0] < 190.0 && bbox[2] > 210.0 && bbox[2] < 250.0,
        "{bbox:?}"
    );
    assert!(
        bbox[1] > 80.0 && bbox[3] < 106.0 && bbox[3] - bbox[1] > 6.0,
        "{bbox:?}"
    );
}

/// What the fuzzer began with, and what it found the parser to break off at.
#[test]
fn a_pdf_that_the_parser_breaks_off_at_is_damaged_and_no_more() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/pdf");
    let mut broken_off = 0;
    for entry in fs::read_dir(&corpus).expect("the corpus") {
        let file = entry.expect("a file").path();
        let name = file.display();
        // Where a program is asked to trace its panics, that is no matter of the file's.
        let output = Command::new(env!("CARGO_BIN_EXE_klartext"))
            .args(["convert", "--format", "pdf"])
            .arg(&file)
            .env("RUST_BACKTRACE", "full")
            .output()
            .expect("the program starts");
        let said = stderr(&output);
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "{name}: {said}"
        );
        // None takes the parser to its limits.
        assert!(!said.contains("took more than"), "{name}: {said}");
        // Where in whose source it was is for no reader.
        assert!(!said.contains(".rs:"), "{name}: {said}");
        broken_off += usize::from(said.contains("the parser broke off: "));
    }
    assert!(broken_off >= 4, "{broken_off}");
}

/// Memory and time that a hostile file may take.
const TIME: Duration = Duration::from_secs(5);

#[test]
fn hostile_files_are_refused_soon_and_the_others_are_read() {
    let page = alto(&LINES);
    let cut = &page.as_bytes()[..page.len() / 2];
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE alto [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><alto><Page><TextLine><String CONTENT=\"&b;\"/></TextLine></Page></alto>";
    let deep = format!("<alto>{}", "<ComposedBlock>".repeat(10_000));
    let bomb = gzip(&vec![b' '; 300 << 20]);
    let dir = directory(&[
        ("1-cut.xml", cut),
        ("2-laughs.xml", laughs.as_bytes()),
        ("3-deep.xml", deep.as_bytes()),
        ("4-bomb.txt.gz", &bomb),
        ("5-bomb.zip", &archive(&[("a.txt", &vec![b' '; 300 << 20])])),
        ("6-loop.pdf", &pdf::with_a_loop()),
        ("7-encrypted.pdf", &pdf::encrypted()),
        ("8-cut.pdf", b"%PDF-1.7\n1 0 obj\n<<"),
        ("9-image.pdf", &pdf::with_pages(&[&[]])),
        ("a-good.xml", page.as_bytes()),
    ]);
    let started = Instant::now();
    let output = run_in(dir.path(), &["convert", "."]);
    // All of them together, on a machine that does other things too.
    assert!(started.elapsed() < 8 * TIME, "{:?}", started.elapsed());
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output).lines().count(), 1, "{}", stdout(&output));
    let said = stderr(&output);
    for (name, what) in [
        ("1-cut.xml", "damaged"),
        ("2-laughs.xml", "entities of its own"),
        ("3-deep.xml", "inside each other"),
        ("4-bomb.txt.gz", "100 times its size"),
        ("5-bomb.zip!a.txt", "100 times its size"),
        ("6-loop.pdf", ""),
        ("7-encrypted.pdf", "encrypted"),
        ("8-cut.pdf", "damaged"),
        ("9-image.pdf", "--ocr"),
    ] {
        let line = said.lines().find(|line| line.contains(name));
        let line = line.unwrap_or_else(|| panic!("nothing about {name}: {said}"));
        assert!(line.contains(what) && !line.contains("defect"), "{line}");
    }
}

/// What has no line ends is one paragraph: the decoder must not hold all of it.
#[cfg(target_os = "linux")]
#[test]
fn a_line_of_very_many_words_fits_into_memory() {
    /// Kilobytes of data; 60,000 words took three times as much.
    const MEMORY: &str = "ulimit -d 300000; exec \"$0\" repair --threads 1 \"$1\"";
    let words: Vec<String> = (0..60_000u32)
        .map(|n| char::from(b'a' + (n * n % 23) as u8).to_string())
        .collect();
    let each = |of: &dyn Fn(usize, &str) -> String| -> String {
        let words = words.iter().enumerate();
        words.map(|(at, word)| of(at, word)).collect()
    };
    let hocr = each(&|at, word| {
        format!("<span class='ocrx_word' title='bbox {at} 0 {at} 9; x_wconf 90'>{word}</span> ")
    });
    let page = each(&|at, word| {
        format!(
            "<Word id='w{at}'><Coords points='{at},0 {at},9'/><TextEquiv><Unicode>{word}</Unicode></TextEquiv></Word>"
        )
    });
    let files = [
        ("line.txt", words.join(" ")),
        ("line.xml", alto(&[&words.join(" ")])),
        (
            "line.html",
            format!(
                "<html><div class='ocr_page'><span class='ocr_line'>{hocr}</span></div></html>"
            ),
        ),
        (
            "line.page.xml",
            format!(
                "<PcGts><Page><TextRegion><TextLine>{page}</TextLine></TextRegion></Page></PcGts>"
            ),
        ),
    ];
    let contents: Vec<(&str, &[u8])> = files.iter().map(|(n, c)| (*n, c.as_bytes())).collect();
    let dir = directory(&contents);
    for (name, _) in files {
        let output = Command::new("sh")
            .args(["-c", MEMORY, env!("CARGO_BIN_EXE_klartext"), name])
            .current_dir(dir.path())
            .output()
            .expect("the shell starts");
        assert!(output.status.success(), "{name}: {}", stderr(&output));
        // One letter is seldom mended, and none is lost.
        let found = stdout(&output).split_whitespace().count();
        assert!(found > 55_000, "{name}: {found}");
    }
}

#[test]
fn bad_boxes_and_declarations_are_said() {
    let markup = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><alto><Page><TextLine>\
        <String CONTENT=\"F\u{f6}rslag\" HPOS=\"NaN\" VPOS=\"1\" WIDTH=\"1\" HEIGHT=\"1\"/>\
        <String CONTENT=\"p\u{e5}\" HPOS=\"5\" VPOS=\"5\" WIDTH=\"-9\" HEIGHT=\"5\"/></TextLine></Page></alto>";
    let latin: Vec<u8> = markup.chars().map(|c| c as u8).collect();
    let dir = directory(&[("page.xml", &latin)]);
    let record = json(&run_in(dir.path(), &["convert", "page.xml"]));
    assert_eq!(record["text"], "Förslag på");
    let codes: Vec<&str> = record["warnings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|w| w["code"].as_str())
        .collect();
    assert!(
        codes.contains(&"encoding_mismatch") && codes.contains(&"unusable_coordinates"),
        "{codes:?}"
    );
}

#[test]
fn scans_say_what_they_need() {
    let dir = directory(&[("scan.png", b"\x89PNG\r\n\x1a\n")]);
    let output = run_in(dir.path(), &["convert", "scan.png"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("--ocr"), "{}", stderr(&output));
    let output = Command::new(env!("CARGO_BIN_EXE_klartext"))
        .args(["convert", "--ocr", "scan.png"])
        .env("PATH", dir.path())
        .current_dir(dir.path())
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("tesseract-ocr-swe"),
        "{}",
        stderr(&output)
    );
}

/// The engine goes with the program that started it, also where that is killed.
#[cfg(target_os = "linux")]
#[test]
fn no_process_is_left_behind() {
    use std::os::unix::fs::PermissionsExt;
    let engine = "#!/bin/sh\ncase \"$1\" in --list-langs) printf 'languages\\nswe\\n';; *) echo $$ > engine.pid; exec sleep 300;; esac\n";
    let dir = directory(&[
        ("tesseract", engine.as_bytes()),
        ("scan.png", b"\x89PNG\r\n\x1a\n"),
    ]);
    let program = dir.path().join("tesseract");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("executable");
    let path = format!(
        "{}:{}",
        dir.path().display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let mut child = Command::new(env!("CARGO_BIN_EXE_klartext"))
        .args(["convert", "--ocr", "scan.png"])
        .env("PATH", path)
        .current_dir(dir.path())
        .spawn()
        .expect("the program starts");
    let wait = |until: &dyn Fn() -> bool| {
        let started = Instant::now();
        while !until() {
            assert!(started.elapsed() < Duration::from_secs(60), "in vain");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let noted = dir.path().join("engine.pid");
    wait(&|| fs::read_to_string(&noted).is_ok_and(|pid| pid.ends_with('\n')));
    let engine = fs::read_to_string(&noted).expect("noted");
    let running = Path::new("/proc").join(engine.trim()).join("exe");
    assert!(running.exists());
    child.kill().expect("killed");
    child.wait().expect("ended");
    wait(&|| !running.exists());
}
