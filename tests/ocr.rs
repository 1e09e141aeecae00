//! With the real OCR engine: scans are read, and boxes lie where the words are.
//!
//! Needs tesseract with Swedish, pdftoppm and ImageMagick; `.ci/run` installs them and runs
//! these with `--include-ignored`.

#[path = "formats/pdf.rs"]
mod pdf;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const NEEDS: &str = "needs tesseract, pdftoppm and ImageMagick";

/// 200 dots per inch, A4.
const SIZE: (u32, u32) = (1654, 2338);

const FIRST: [&str; 6] = [
    "EKESTADS KOMMUN",
    "Kommunstyrelsen 2021-03-02",
    "§ 12 Vägbelysning i Åby",
    "Beslut",
    "Kommunstyrelsen godkänner förslaget.",
    "Förvaltningen får i uppdrag att utreda frågan.",
];

const SECOND: [&str; 2] = ["§ 13 Skolskjuts", "Ärendet återremitteras till nämnden."];

fn run(program: &str, args: &[&str], place: &Path) -> Output {
    let output = Command::new(program)
        .args(args)
        .current_dir(place)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}; {NEEDS}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {args:?}: {said}");
    output
}

fn klartext(args: &[&str], place: &Path) -> String {
    let output = run(env!("CARGO_BIN_EXE_klartext"), args, place);
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Draws a page.
fn draw(lines: &[&str], name: &str, place: &Path) {
    let size = format!("{}x{}", SIZE.0, SIZE.1);
    let mut args = vec![
        "-size",
        &size,
        "xc:white",
        "-font",
        "DejaVu-Sans",
        "-pointsize",
        "32",
    ];
    let places: Vec<String> = (0..lines.len())
        .map(|n| format!("+150+{}", 200 + 90 * n))
        .collect();
    for (line, place) in lines.iter().zip(&places) {
        args.extend(["-annotate", place, line]);
    }
    args.extend([
        "-density",
        "200",
        "-units",
        "PixelsPerInch",
        "-depth",
        "8",
        name,
    ]);
    run("convert", &args, place);
}

/// What the engine reads in a part of an image.
fn read_at(image: &str, bbox: &[f64], place: &Path) -> String {
    /// The engine wants some white around a word.
    const MARGIN: f64 = 3.0;
    let (left, top) = (bbox[0] - MARGIN, bbox[1] - MARGIN);
    let (width, height) = (
        bbox[2] - bbox[0] + 2.0 * MARGIN,
        bbox[3] - bbox[1] + 2.0 * MARGIN,
    );
    let part = format!("{width}x{height}+{left}+{top}");
    run(
        "convert",
        &[
            image,
            "-crop",
            &part,
            "+repage",
            "-bordercolor",
            "white",
            "-border",
            "30",
            "part.png",
        ],
        place,
    );
    let output = run(
        "tesseract",
        &[
            "part.png", "-", "-l", "swe+eng", "--psm", "7", "--dpi", "200",
        ],
        place,
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Every source below a value: text is sliced from what offsets count in.
fn sources(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(keys) => {
            if let Some(Value::Array(places)) = keys.get("source") {
                found.extend(places.iter().cloned());
            }
            keys.values().for_each(|value| sources(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| sources(value, found)),
        _ => {}
    }
}

fn slice(text: &str, place: &Value) -> String {
    let at = |key: &str| place[key].as_u64().expect("an offset") as usize;
    text.chars()
        .skip(at("start"))
        .take(at("end") - at("start"))
        .collect()
}

/// The box of a source.
fn bbox_of(source: &Value) -> Vec<f64> {
    let sides = source["bbox"].as_array().expect("a box");
    sides.iter().filter_map(Value::as_f64).collect()
}

/// Lower-case letters without their rings and dots.
fn unmarked(text: &str) -> String {
    let plain = |c| match c {
        'å' | 'ä' => 'a',
        'ö' => 'o',
        c => c,
    };
    letters(&text.to_lowercase()).chars().map(plain).collect()
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
#[ignore = "needs tesseract, pdftoppm and ImageMagick"]
fn a_scan_is_read_and_its_boxes_hold_their_words() {
    let dir = TempDir::new().expect("a directory");
    let place = dir.path();
    draw(&FIRST, "page.png", place);
    let text = klartext(&["convert", "--ocr", "--source-text", "page.png"], place);
    let record: Value =
        serde_json::from_str(&klartext(&["convert", "--ocr", "page.png"], place)).expect("JSON");
    assert_eq!(record["source"]["format"], "image");
    assert_eq!(record["document"]["meeting"]["date"]["value"], "2021-03-02");
    assert_eq!(
        record["document"]["items"][0]["title"]["value"],
        "Vägbelysning i Åby"
    );
    let mut places = Vec::new();
    sources(&record["document"], &mut places);
    let mut checked = 0;
    for source in places {
        let wanted = slice(&text, &source);
        // The engine reads one line at a time.
        if wanted.contains('\n') || letters(&wanted).len() < 4 {
            continue;
        }
        let bbox = bbox_of(&source);
        let seen = read_at("page.png", &bbox, place);
        assert!(
            letters(&seen).contains(&letters(&wanted)),
            "{wanted:?} but {seen:?} at {bbox:?}"
        );
        // The box holds whole words, and no others.
        assert!(
            seen.split_whitespace().count() <= wanted.split_whitespace().count() + 1,
            "{wanted:?} but {seen:?}"
        );
        checked += 1;
    }
    assert!(checked >= 5, "{checked}");
}

#[test]
#[ignore = "needs tesseract, pdftoppm and ImageMagick"]
fn corrections_in_alto_lie_where_they_say() {
    let dir = TempDir::new().expect("a directory");
    let place = dir.path();
    draw(&FIRST, "page.png", place);
    // The English model cannot read å, ä and ö: there is something to correct.
    run(
        "tesseract",
        &["page.png", "page", "-l", "eng", "--dpi", "200", "alto"],
        place,
    );
    let record: Value =
        serde_json::from_str(&klartext(&["convert", "page.xml"], place)).expect("JSON");
    let corrections = record["corrections"].as_array().expect("a list");
    assert!(corrections.len() >= 3, "{corrections:?}");
    for correction in corrections.iter().filter(|c| c["kind"] == "spelling") {
        let bbox = bbox_of(&correction["source"][0]);
        let seen = read_at("page.png", &bbox, place);
        // Read alone, a word may lose its marks: what counts is where it lies.
        let to = unmarked(correction["to"].as_str().expect("a text"));
        assert!(unmarked(&seen).contains(&to), "{correction} but {seen:?}");
    }
}

#[test]
#[ignore = "needs tesseract, pdftoppm and ImageMagick"]
fn tiffs_and_pdfs_of_scans_have_all_their_pages() {
    let dir = TempDir::new().expect("a directory");
    let place = dir.path();
    draw(&FIRST, "1.png", place);
    draw(&SECOND, "2.png", place);
    run(
        "convert",
        &["1.png", "2.png", "-compress", "lzw", "both.tif"],
        place,
    );
    run(
        "convert",
        &["1.png", "-colorspace", "gray", "-quality", "90", "1.jpg"],
        place,
    );
    let jpeg = fs::read(place.join("1.jpg")).expect("drawn");
    fs::write(place.join("scan.pdf"), pdf::with_image(&jpeg, SIZE)).expect("written");
    let text = klartext(&["convert", "--ocr", "--source-text", "both.tif"], place);
    let pages: Vec<&str> = text.split('\u{c}').collect();
    assert_eq!(pages.len(), 2, "{text}");
    assert!(
        pages[0].contains("belysning") && pages[1].contains("Skolskjuts"),
        "{text}"
    );
    let record: Value =
        serde_json::from_str(&klartext(&["convert", "--ocr", "scan.pdf"], place)).expect("JSON");
    assert_eq!(record["source"]["format"], "pdf");
    assert_eq!(record["document"]["meeting"]["date"]["value"], "2021-03-02");
    assert_eq!(record["pages"][0]["unit"], "pt");
    let place = &record["document"]["items"][0]["title"]["source"][0]["bbox"];
    // Pixels at 200 dots per inch, in points.
    let top = place[1].as_f64().expect("a box") * 200.0 / 72.0;
    assert!((330.0..390.0).contains(&top), "{top}");
}

#[test]
#[ignore = "needs tesseract, pdftoppm and ImageMagick"]
fn boxes_of_text_layers_lie_where_the_words_are() {
    let dir = TempDir::new().expect("a directory");
    let place = dir.path();
    let lines: Vec<(u32, u32, &str)> = (0..)
        .zip(FIRST)
        .map(|(n, line)| (72, 72 + 40 * n, line))
        .collect();
    fs::write(place.join("minutes.pdf"), pdf::with_pages(&[&lines])).expect("written");
    run(
        "pdftoppm",
        &["-r", "200", "-png", "-singlefile", "minutes.pdf", "minutes"],
        place,
    );
    let text = klartext(&["convert", "--source-text", "minutes.pdf"], place);
    let record: Value =
        serde_json::from_str(&klartext(&["convert", "minutes.pdf"], place)).expect("JSON");
    for field in [
        &record["document"]["meeting"]["date"],
        &record["document"]["items"][0]["title"],
        &record["document"]["body"],
    ] {
        let source = &field["source"][0];
        let bbox: Vec<f64> = source["bbox"]
            .as_array()
            .expect("a box")
            .iter()
            .filter_map(Value::as_f64)
            .map(|side| side * 200.0 / 72.0)
            .collect();
        let seen = read_at(
            "minutes.png",
            &bbox.iter().map(|n| n.round()).collect::<Vec<_>>(),
            place,
        );
        assert!(
            unmarked(&seen).contains(&unmarked(&slice(&text, source))),
            "{field} but {seen:?}"
        );
    }
}
