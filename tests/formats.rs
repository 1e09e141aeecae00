//! The same page in every format: the same fields, boxes for all of them, and repaired
//! text that goes back where it came from.
//!
//! `eng.alto.xml.gz` and `eng.hocr.gz` of each fixture come from the run of Tesseract that
//! gave its `eng.txt` (`fixtures/render.py --markup`); PAGE is converted from the hOCR here.

#[path = "formats/page.rs"]
mod page;
#[path = "formats/schema.rs"]
mod schema_of;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use klartext::config::Options;
use klartext::normalize::normalize;
use klartext::pipeline::{Document, Pipeline, View, schema};
use klartext::source::{self, Format};
use rayon::prelude::*;
use serde_json::Value;

static PIPELINE: LazyLock<Pipeline> =
    LazyLock::new(|| Pipeline::new(Options::default()).expect("the built-in model"));

/// The fixtures that Tesseract's markup is kept of.
fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = fs::read_dir(root).expect("fixtures");
    let mut cases: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("eng.alto.xml.gz").exists())
        .collect();
    cases.sort();
    assert!(cases.len() >= 10, "{cases:?}");
    cases
}

fn unpacked(path: &Path) -> Vec<u8> {
    let packed = fs::read(path).expect("a fixture");
    let mut content = Vec::new();
    flate2::read::GzDecoder::new(&packed[..])
        .read_to_end(&mut content)
        .expect("gzip");
    content
}

/// A case in each format with words.
fn forms(case: &Path) -> [(Format, Vec<u8>); 3] {
    let hocr = unpacked(&case.join("eng.hocr.gz"));
    let page = page::from_hocr(&String::from_utf8(hocr.clone()).expect("UTF-8"));
    [
        (Format::Alto, unpacked(&case.join("eng.alto.xml.gz"))),
        (Format::Hocr, hocr),
        (Format::Page, page.into_bytes()),
    ]
}

/// What a document says, without what tells one file from another.
fn fields(bytes: &[u8]) -> Value {
    let record = PIPELINE.record("page", bytes).expect("readable");
    let mut document = record.value(View::Plain)["document"].take();
    for item in document["items"].as_array_mut().expect("items") {
        item.as_object_mut().expect("an item").remove("id");
    }
    document
}

#[test]
fn every_format_gives_the_same_fields() {
    cases().par_iter().for_each(|case| {
        let wanted = fields(&fs::read(case.join("eng.txt")).expect("text"));
        for (format, bytes) in forms(case) {
            let found = fields(&bytes);
            assert_eq!(found, wanted, "{} as {}", case.display(), format.name());
        }
    });
}

#[test]
fn every_source_has_the_box_and_the_ids_of_its_words() {
    let case = &cases()[0];
    for (format, bytes) in forms(case) {
        let raw = source::read(&bytes).expect("readable");
        assert_eq!(raw.format, format);
        let record = PIPELINE.record("page", &bytes).expect("readable");
        let full = record.value(View::Full);
        let validator = jsonschema::validator_for(&schema(View::Full)).expect("a schema");
        assert!(validator.is_valid(&full), "{}", format.name());
        let mut sources = Vec::new();
        collect(&full["document"], &mut sources);
        collect(&full["corrections"], &mut sources);
        assert!(sources.len() > 50, "{}", sources.len());
        let chars: Vec<usize> = raw.text.char_indices().map(|(at, _)| at).collect();
        let byte = |at: &Value| {
            let at = at.as_u64().expect("an offset") as usize;
            chars.get(at).copied().unwrap_or(raw.text.len())
        };
        for place in sources {
            let (start, end) = (byte(&place["start"]), byte(&place["end"]));
            let words = raw
                .words
                .iter()
                .filter(|w| w.span.start < end && w.span.end > start);
            let mut ids = Vec::new();
            let mut around = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
            for word in words {
                ids.extend(word.id.clone());
                let b = word.bbox.expect("Tesseract gives boxes");
                around = [
                    around[0].min(b[0]),
                    around[1].min(b[1]),
                    around[2].max(b[2]),
                    around[3].max(b[3]),
                ];
            }
            assert_eq!(place["ids"], Value::from(ids), "{place}");
            assert_eq!(place["bbox"], Value::from(around.to_vec()), "{place}");
        }
        let size = &full["pages"][0];
        assert_eq!(
            (size["width"].as_f64(), size["height"].as_f64()),
            (Some(1654.0), Some(2338.0))
        );
        assert_eq!(size["unit"], "pixel");
    }
}

/// Every place that is named below a value.
fn collect(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(keys) => {
            if let Some(sources) = keys.get("source") {
                found.extend(sources.as_array().expect("a list").iter().cloned());
            }
            keys.values().for_each(|value| collect(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}

#[test]
fn confidences_reach_the_clean_text() {
    let (_, alto) = &forms(&cases()[0])[0];
    let raw = source::read(alto).expect("readable");
    let clean = normalize(&raw);
    assert_eq!(clean.confidences.len(), raw.words.len());
    let word = &raw.words[3];
    let place = clean.map.to_target(word.span).expect("kept");
    assert_eq!(clean.word_confidence(place), word.confidence);
}

#[test]
fn repaired_text_goes_back_and_is_read_again() {
    cases().par_iter().for_each(|case| {
        for (format, bytes) in forms(case) {
            let document = PIPELINE.read(&bytes).expect("readable");
            let written = document.in_format(&bytes).expect("written");
            let again = source::read(&written).expect("readable");
            let place = format!("{} as {}", case.display(), format.name());
            assert_eq!(again.format, format, "{place}");
            assert_eq!(
                words(&again.text),
                words(&document.repaired_text()),
                "{place}"
            );
            assert_eq!(again.pages.len(), document.raw.pages.len(), "{place}");
            let changed = again.text != document.raw.text;
            assert!(changed, "{place}: nothing was repaired");
            check_boxes(&document, &again, &place);
        }
    });
}

/// Line by line, with white space between words as one space.
fn words(text: &str) -> Vec<String> {
    let lines = text.split(['\n', '\u{c}']);
    lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// A word that says what it said has the box it had.
fn check_boxes(before: &Document, after: &source::RawDocument, place: &str) {
    // Tesseract counts from 0 on every page.
    let page_of = |raw: &source::RawDocument, at: usize| raw.text[..at].matches('\u{c}').count();
    for word in &after.words {
        let page = page_of(after, word.span.start);
        let is_same = |w: &&source::RawWord| {
            w.id.is_some() && w.id == word.id && page_of(&before.raw, w.span.start) == page
        };
        let same = before.raw.words.iter().find(is_same);
        if let Some(same) = same {
            let text = word.span.of(&after.text);
            if same.span.of(&before.raw.text) == text {
                assert_eq!(same.bbox, word.bbox, "{place}: {text}");
            }
        }
    }
}

#[test]
fn what_is_not_repaired_stays_byte_for_byte() {
    let case = &cases()[1];
    for (format, bytes) in forms(case) {
        let document = PIPELINE.read(&bytes).expect("readable");
        let unrepaired = Document {
            reading: klartext::repair::Reading::unrepaired(&normalize(&document.raw)),
            raw: document.raw.clone(),
        };
        // Normalization changes typographic marks; a text without any stays as it is.
        let written = unrepaired.in_format(&bytes).expect("written");
        if words(&unrepaired.reading.text) == words(&document.raw.text) {
            assert!(written == bytes, "{}", format.name());
        }
        let text = String::from_utf8(document.in_format(&bytes).expect("written")).expect("UTF-8");
        let marks = |text: &str, mark: &str| text.matches(mark).count();
        let original = String::from_utf8(bytes).expect("UTF-8");
        for mark in [
            "TextLine",
            "TextBlock",
            "ocr_line",
            "ocr_par",
            "<TextRegion",
            "<Page",
        ] {
            assert_eq!(marks(&text, mark), marks(&original, mark), "{mark}");
        }
    }
}

/// Words of the true text that a reading lacks.
fn missing(reading: &str, truth: &str) -> usize {
    let mut left: Vec<&str> = reading.split_whitespace().collect();
    left.sort_unstable();
    let mut wanted: Vec<&str> = truth.split_whitespace().collect();
    wanted.sort_unstable();
    let mut found = left.into_iter().peekable();
    wanted
        .into_iter()
        .filter(|word| {
            while found.next_if(|other| other < word).is_some() {}
            found.next_if(|other| other == word).is_none()
        })
        .count()
}

#[test]
fn words_that_the_engine_doubted_are_mended_more_readily_where_asked() {
    let doubting = Pipeline::new(Options {
        word_confidences: true,
        ..Options::default()
    })
    .expect("the built-in model");
    let counts: Vec<[usize; 3]> = cases()
        .par_iter()
        .map(|case| {
            let truth = fs::read_to_string(case.join("clean.txt")).expect("text");
            let read = |pipeline: &Pipeline, bytes: &[u8]| {
                missing(
                    &pipeline.read(bytes).expect("readable").repaired_text(),
                    &truth,
                )
            };
            let [(_, alto), (_, hocr), _] = forms(case);
            // ALTO and hOCR have the same confidences, plain text has none.
            let [alto, hocr] = [alto, hocr].map(|bytes| read(&doubting, &bytes));
            assert_eq!(alto, hocr, "{}", case.display());
            let text = fs::read(case.join("eng.txt")).expect("text");
            [read(&PIPELINE, &text), read(&doubting, &text), hocr]
        })
        .collect();
    let sum = |column: usize| counts.iter().map(|counts| counts[column]).sum::<usize>();
    assert_eq!(sum(0), sum(1));
    assert!(sum(2) < sum(0), "{counts:?}");
}

/// What is written in every version of a format keeps its schema, see `schema_of`.
#[test]
fn what_is_written_keeps_the_schema() {
    let versions = |format: Format, text: &str| -> Vec<String> {
        let (from, to): (&str, &[&str]) = match format {
            Format::Alto => ("standards/alto/ns-v3#", &["ns-v2#", "ns-v3#", "ns-v4#"]),
            Format::Page => ("pagecontent/2019-", &["2013-", "2016-", "2017-", "2019-"]),
            _ => ("XHTML 1.0", &["XHTML 1.0"]),
        };
        let (stem, last) = from.rsplit_once(['/', ' ']).expect("a version");
        let name = |to: &&str| text.replace(&format!("{stem}/{last}"), &format!("{stem}/{to}"));
        to.iter().map(name).collect()
    };
    cases().par_iter().for_each(|case| {
        for (format, bytes) in forms(case) {
            let text = String::from_utf8(bytes).expect("UTF-8");
            for text in versions(format, &text) {
                let place = format!("{} as {}", case.display(), format.name());
                let check = match format {
                    Format::Alto => schema_of::check_alto,
                    Format::Page => schema_of::check_page,
                    _ => schema_of::check_hocr,
                };
                check(&text, &format!("{place}, before"));
                validate(&text, format, &format!("{place}, before"));
                let document = PIPELINE.read(text.as_bytes()).expect("readable");
                let written = document.in_format(text.as_bytes()).expect("written");
                let written = String::from_utf8(written).expect("UTF-8");
                assert_ne!(written, text, "{place}: nothing was repaired");
                check(&written, &place);
                // Tesseract counts anew on each page; what is added has a name of its own.
                let new_ids = |text: &str| {
                    let ids = schema_of::ids(text);
                    let repeated = ids.windows(2).filter(|pair| pair[0] == pair[1]);
                    repeated.count()
                };
                assert!(new_ids(&written) <= new_ids(&text), "{place}: an id twice");
                validate(&written, format, &place);
            }
        }
    });
}

/// What writing back may do to a line, in every version of ALTO: words that become one with
/// spaces, comments or nothing between, words that become several, words of two halves,
/// alternatives, shapes and letters that were there before.
#[test]
fn lines_that_change_their_words_keep_the_schema() {
    const LINES: [&str; 4] = [
        "Ledamoterna fick information om verksam hetsplanen och avslagpå återremissen",
        "uppdra åt kommunstyrelsensordförande att redogöra för ytterli gare utredning",
        "Ordforanden redogor för kommun/",
        "styreisens beslut om budgeten för ar 2019",
    ];
    for version in 2..=4 {
        for parting in ["{SP}", "\n{SP}\n", "", "{SP}<!-- . -->", "<!-- . -->{SP}"] {
            for inside in [
                "",
                "{SHAPE}",
                "<ALTERNATIVE>x</ALTERNATIVE>",
                "{SHAPE}{GLYPH}",
            ] {
                let page = alto_page(version, &LINES, parting, inside);
                let place = format!("ALTO {version}, {parting:?}, {inside:?}");
                schema_of::check_alto(&page, &format!("{place}, before"));
                validate(&page, Format::Alto, &format!("{place}, before"));
                let document = PIPELINE.read(page.as_bytes()).expect("readable");
                let written = document.in_format(page.as_bytes()).expect("written");
                let written = String::from_utf8(written).expect("UTF-8");
                for done in [
                    "CONTENT=\"verksamhetsplanen\"",
                    "CONTENT=\"ytterligare\"",
                    "CONTENT=\"avslag\"",
                    "ID=\"w1_8_2\"",
                    "SUBS_CONTENT=\"kommunstyrelsens\"",
                    ">ytterli gare</ALTERNATIVE>",
                ] {
                    assert!(written.contains(done), "{place}: no {done} in {written}");
                }
                let comments = |text: &str| text.matches("<!-- . -->").count();
                assert_eq!(comments(&written), comments(&page), "{place}");
                schema_of::check_alto(&written, &place);
                validate(&written, Format::Alto, &place);
            }
        }
    }
}

/// A page of ALTO with a line for each of the texts; one that ends in a slash goes on in the
/// next.
fn alto_page(version: u8, lines: &[&str], parting: &str, inside: &str) -> String {
    let mut text = String::new();
    for (number, line) in (1..).zip(lines) {
        let top = 40 * number;
        let box_of = |left: usize, width: usize| {
            format!("HPOS=\"{left}\" VPOS=\"{top}\" WIDTH=\"{width}\" HEIGHT=\"30\"")
        };
        text += &format!("<TextLine ID=\"l{number}\" {}>", box_of(9, 1500));
        let mut left = 10;
        for (at, word) in (1..).zip(line.split(' ')) {
            if at > 1 {
                let space = format!("<SP HPOS=\"{left}\" VPOS=\"{top}\" WIDTH=\"9\"/>");
                text += &parting.replace("{SP}", &space);
            }
            let (word, end) = match word.strip_suffix('/') {
                Some(word) => (word, "<HYP CONTENT=\"-\"/>"),
                None => (word, ""),
            };
            let half = match word {
                "kommun" => " SUBS_TYPE=\"HypPart1\" SUBS_CONTENT=\"kommunstyreisens\"",
                "styreisens" => " SUBS_TYPE=\"HypPart2\" SUBS_CONTENT=\"kommunstyreisens\"",
                _ => "",
            };
            let width = 15 * word.chars().count();
            let shape = format!("<Shape><Polygon POINTS=\"{left},{top}\"/></Shape>");
            let glyphs: String = word
                .chars()
                .map(|letter| format!("<Glyph CONTENT=\"{letter}\"/>"))
                .collect();
            // Version 3 brought shapes of words, version 4 letters.
            let inside = inside
                .replace("{SHAPE}", if version < 3 { "" } else { &shape })
                .replace("{GLYPH}", if version < 4 { "" } else { &glyphs });
            text += &format!(
                "<String ID=\"w{number}_{at}\" {} CONTENT=\"{word}\" WC=\"0.5\"{half}>{inside}</String>{end}",
                box_of(left + 10, width)
            );
            left += width + 10;
        }
        text += "</TextLine>\n";
    }
    let place = "HPOS=\"0\" VPOS=\"0\" WIDTH=\"2000\" HEIGHT=\"3000\"";
    format!(
        "<alto xmlns=\"http://www.loc.gov/standards/alto/ns-v{version}#\">\
         <Description><MeasurementUnit>pixel</MeasurementUnit></Description>\
         <Layout><Page ID=\"p\" PHYSICAL_IMG_NR=\"1\"><PrintSpace {place}>\
         <TextBlock ID=\"b\" {place}>{text}</TextBlock></PrintSpace></Page></Layout></alto>"
    )
}

/// Validates each page against the published schema: where `KLARTEXT_SCHEMAS` names a
/// directory that has it, `xmllint` is run. `page.xsd` (2019) is in the Python package
/// `ocrd`; ALTO's are in the standard's repository `altoxml/schema`, here by version as
/// `alto-v3.xsd`, with the `xlink.xsd` that they import.
fn validate(written: &str, format: Format, place: &str) {
    let Some(schemas) = std::env::var_os("KLARTEXT_SCHEMAS") else {
        return;
    };
    let schemas = fs::canonicalize(schemas).expect("the directory of schemas");
    let versions: &[(&str, &str)] = match format {
        Format::Alto => &[
            ("alto/ns-v2#", "alto-v2.xsd"),
            ("alto/ns-v3#", "alto-v3.xsd"),
            ("alto/ns-v4#", "alto-v4.xsd"),
        ],
        _ => &[("pagecontent/2019", "page.xsd")],
    };
    let version = versions.iter().find(|(name, _)| written.contains(name));
    let schema = version.map(|(_, file)| schemas.join(file));
    let Some(schema) = schema.filter(|schema| schema.exists()) else {
        return;
    };
    let (head, pages) = written.split_once("<Page ").expect("a page");
    let (pages, tail) = pages.rsplit_once("</Page>").expect("its end");
    let dir = tempfile::TempDir::new().expect("a directory");
    // ALTO imports a schema by its address, and nothing is fetched here.
    let catalog = dir.path().join("catalog.xml");
    let import = "http://www.loc.gov/standards/xlink/xlink.xsd";
    let entry = format!(
        "<catalog xmlns=\"urn:oasis:names:tc:entity:xmlns:xml:catalog\">\
         <system systemId=\"{import}\" uri=\"{0}\"/><uri name=\"{import}\" uri=\"{0}\"/></catalog>",
        schemas.join("xlink.xsd").display()
    );
    fs::write(&catalog, entry).expect("written");
    // A file of PAGE has one page.
    for page in pages.split("</Page>") {
        let page = page.trim_start().trim_start_matches("<Page ");
        let path = dir.path().join("page.xml");
        fs::write(&path, format!("{head}<Page {page}</Page>{tail}")).expect("written");
        let output = std::process::Command::new("xmllint")
            .args(["--nonet", "--noout", "--schema"])
            .args([&schema, &path])
            .env("XML_CATALOG_FILES", &catalog)
            .output()
            .expect("xmllint");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{place}: {said}");
    }
}

#[test]
fn the_schemas_refuse_what_breaks_them() {
    let line = |inside: &str| format!("<alto><TextLine>{inside}</TextLine></alto>");
    let word = "<String ID='a' CONTENT='b'/>";
    schema_of::check_alto(&line(word), "sound");
    for broken in [
        "<SP WIDTH='1' HPOS='1' VPOS='1'/>",
        "<String ID='a' CONTENT='b'/><SP/>",
        "<String ID='1a' CONTENT='b'/>",
        "<String ID='a'/>",
        "<String CONTENT='b' WC='1.5'/>",
        "<String CONTENT='b' NEW='1'/>",
        "<String CONTENT='b'><Glyph/><ALTERNATIVE>c</ALTERNATIVE></String>",
        "<String CONTENT='b'>c</String>",
    ] {
        let checked = std::panic::catch_unwind(|| schema_of::check_alto(&line(broken), "broken"));
        assert!(checked.is_err(), "{broken}");
    }
    let texts = |year: &str| {
        let texts = "<TextEquiv index='0'><Unicode/></TextEquiv><TextEquiv index='1'><Unicode/></TextEquiv>";
        format!(
            "<PcGts xmlns='pagecontent/{year}-07-15'><Word id='w'><Coords points='0,0 1,1'/>{texts}</Word></PcGts>"
        )
    };
    schema_of::check_page(&texts("2019"), "sound");
    for broken in [
        texts("2013"),
        texts("2019").replace("index='1'", "index='0'"),
        texts("2019").replace("0,0 1,1", "0,0 -1,1"),
        texts("2019").replace("<Coords points='0,0 1,1'/>", ""),
    ] {
        let checked = std::panic::catch_unwind(|| schema_of::check_page(&broken, "broken"));
        assert!(checked.is_err(), "{broken}");
    }
}
