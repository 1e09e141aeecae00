//! The ways in which archives' ALTO differs: versions, units, encodings, what is left out,
//! blocks inside each other and pointers between them. The same page reads the same.

use klartext::config::Options;
use klartext::normalize::normalize;
use klartext::pipeline::Pipeline;
use klartext::source::{RawDocument, read};

/// A page as most engines write it.
const PAGE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#">
<Description><MeasurementUnit>pixel</MeasurementUnit></Description>
<Layout><Page ID="P1" PHYSICAL_IMG_NR="1" WIDTH="1000" HEIGHT="1400">
<PrintSpace HPOS="0" VPOS="0" WIDTH="1000" HEIGHT="1400">
<ComposedBlock ID="C1" HPOS="90" VPOS="90" WIDTH="800" HEIGHT="200">
<TextBlock ID="B1" HPOS="100" VPOS="100" WIDTH="400" HEIGHT="30">
<TextLine HPOS="100" VPOS="100" WIDTH="400" HEIGHT="30">
<String ID="S1" CONTENT="§" HPOS="100" VPOS="100" WIDTH="20" HEIGHT="30" WC="0.95" CC="0"/>
<SP WIDTH="10" HPOS="120" VPOS="100"/>
<String ID="S2" CONTENT="Vägbelysning" HPOS="130" VPOS="100" WIDTH="370" HEIGHT="30" WC="0.8" CC="000010000000"/>
</TextLine>
</TextBlock>
<TextBlock ID="B2" HPOS="100" VPOS="150" WIDTH="400" HEIGHT="80">
<TextLine HPOS="100" VPOS="150" WIDTH="400" HEIGHT="30">
<String ID="S3" CONTENT="kommun" HPOS="100" VPOS="150" WIDTH="380" HEIGHT="30" WC="0.9" SUBS_TYPE="HypPart1" SUBS_CONTENT="kommunstyrelsen"/>
<HYP CONTENT="-" WIDTH="10" HPOS="480" VPOS="150"/>
</TextLine>
<TextLine HPOS="100" VPOS="190" WIDTH="400" HEIGHT="30">
<String ID="S4" CONTENT="styrelsen" HPOS="100" VPOS="190" WIDTH="200" HEIGHT="30" WC="0.9" SUBS_TYPE="HypPart2" SUBS_CONTENT="kommunstyrelsen"/>
<SP/>
<String ID="S5" CONTENT="f&#246;r &amp; &quot;&#xE5;&quot;" HPOS="310" VPOS="190" WIDTH="190" HEIGHT="30" WC="0.7"/>
</TextLine>
</TextBlock>
</ComposedBlock>
</PrintSpace></Page></Layout></alto>
"#;

const TEXT: &str = "§ Vägbelysning\n\nkommun-\nstyrelsen för & \"å\"";

fn text(bytes: &[u8]) -> String {
    read(bytes).expect("ALTO").text
}

/// What is left of a document's words: text, id, box and confidence.
fn words(raw: &RawDocument) -> Vec<String> {
    let word = |w: &klartext::source::RawWord| {
        format!(
            "{} {:?} {:?} {:?}",
            w.span.of(&raw.text),
            w.id,
            w.bbox,
            w.confidence
        )
    };
    raw.words.iter().map(word).collect()
}

#[test]
fn a_page_is_read() {
    let raw = read(PAGE.as_bytes()).expect("ALTO");
    assert_eq!(raw.text, TEXT);
    assert_eq!(raw.words[1].bbox, Some([130.0, 100.0, 500.0, 130.0]));
    assert_eq!(raw.words[1].confidence, Some(0.8));
    let clean = normalize(&raw);
    let hyphen = clean.lines[2].hyphen.expect("the word goes on");
    assert_eq!((hyphen.next, hyphen.keep), (3, false));
}

#[test]
fn versions_and_their_namespaces_make_no_difference() {
    let wanted = words(&read(PAGE.as_bytes()).expect("ALTO"));
    let namespace = "xmlns=\"http://www.loc.gov/standards/alto/ns-v3#\"";
    for other in [
        "",
        "xmlns=\"http://www.loc.gov/standards/alto/ns-v2#\"",
        "xmlns=\"http://www.loc.gov/standards/alto/ns-v4#\" SCHEMAVERSION=\"4.2\"",
        "xmlns='http://schema.ccs-gmbh.com/ALTO' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' \
         xsi:schemaLocation='http://schema.ccs-gmbh.com/ALTO alto-1-4.xsd'",
    ] {
        let page = PAGE.replace(namespace, other);
        assert_eq!(
            words(&read(page.as_bytes()).expect("ALTO")),
            wanted,
            "{other}"
        );
    }
    let prefixed = PAGE
        .replace("</", "</a:")
        .replace('<', "<a:")
        .replace("<a:/a:", "</a:")
        .replace("<a:?", "<?")
        .replace("xmlns=", "xmlns:a=");
    assert_eq!(words(&read(prefixed.as_bytes()).expect("ALTO")), wanted);
}

#[test]
fn encodings_and_line_ends_make_no_difference() {
    let utf16 = PAGE.replace("UTF-8", "UTF-16");
    let units = |to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        utf16.encode_utf16().flat_map(to_bytes).collect()
    };
    let (little, big) = (units(u16::to_le_bytes), units(u16::to_be_bytes));
    let latin = |declared: &str| {
        let page = PAGE.replace("UTF-8", declared);
        page.chars()
            .map(|c| u8::try_from(u32::from(c)).expect("Latin-1"))
            .collect::<Vec<u8>>()
    };
    for (name, bytes) in [
        ("CRLF", PAGE.replace('\n', "\r\n").into_bytes()),
        ("CR", PAGE.replace('\n', "\r").into_bytes()),
        ("one line", PAGE.replace('\n', "").into_bytes()),
        ("a mark", [b"\xef\xbb\xbf", PAGE.as_bytes()].concat()),
        (
            "no declaration",
            PAGE.split_once("?>").expect("one").1.trim().into(),
        ),
        ("UTF-16LE", little.clone()),
        ("UTF-16BE", big.clone()),
        ("UTF-16LE with a mark", [b"\xff\xfe", &little[..]].concat()),
        ("UTF-16BE with a mark", [b"\xfe\xff", &big[..]].concat()),
        ("Latin-1", latin("ISO-8859-1")),
        ("Windows", latin("windows-1252")),
        ("Latin-1 that says UTF-8", latin("UTF-8")),
    ] {
        assert_eq!(text(&bytes), TEXT, "{name}");
    }
}

#[test]
fn what_is_left_out_is_missing_and_nothing_else() {
    // An attribute and its value, wherever it stands.
    let without = |name: &str| {
        let start = format!(" {name}=\"");
        let mut parts = PAGE.split(&start);
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |page, part| {
            page + part.split_once('"').expect("a quote").1
        })
    };
    for name in [
        "ID",
        "HPOS",
        "VPOS",
        "WIDTH",
        "HEIGHT",
        "WC",
        "CC",
        "SUBS_CONTENT",
    ] {
        let page = without(name);
        assert!(!page.contains(&format!(" {name}=")));
        let raw = read(page.as_bytes()).expect("ALTO");
        assert_eq!(raw.text, TEXT, "{name}");
        let is_place = ["HPOS", "VPOS", "WIDTH", "HEIGHT"].contains(&name);
        assert!(
            raw.words.iter().all(|w| w.bbox.is_some() != is_place),
            "{name}"
        );
        assert!(
            raw.words
                .iter()
                .all(|w| w.confidence.is_some() == (name != "WC")),
            "{name}"
        );
        assert!(
            raw.words.iter().all(|w| w.id.is_some() == (name != "ID")),
            "{name}"
        );
    }
    // Without its element the hyphen is known by the half.
    let start = PAGE.find("<HYP").expect("one");
    let end = start + PAGE[start..].find("/>").expect("an end") + 2;
    assert_eq!(
        text([&PAGE[..start], &PAGE[end..]].concat().as_bytes()),
        TEXT
    );
    // Spaces say nothing that the words do not.
    assert_eq!(text(PAGE.replace("<SP/>", "").as_bytes()), TEXT);
    // A word without text is none, one without CONTENT too.
    assert_eq!(
        text(PAGE.replace("CONTENT=\"§\"", "CONTENT=\"\"").as_bytes()),
        TEXT[3..]
    );
    assert_eq!(
        text(PAGE.replace("CONTENT=\"§\"", "").as_bytes()),
        TEXT[3..]
    );
}

#[test]
fn units_are_kept_and_rotation_moves_nothing() {
    for unit in ["pixel", "mm10", "inch1200"] {
        let page = PAGE.replace(">pixel<", &format!(">\n {unit} <"));
        let raw = read(page.as_bytes()).expect("ALTO");
        assert_eq!(raw.pages[0].unit, Some(unit));
        assert_eq!(raw.pages[0].size, Some((1000.0, 1400.0)));
    }
    let rotated = PAGE.replace("<TextBlock ", "<TextBlock ROTATION=\"90.5\" ");
    assert_eq!(
        words(&read(rotated.as_bytes()).expect("ALTO")),
        words(&read(PAGE.as_bytes()).expect("ALTO"))
    );
}

#[test]
fn a_file_may_hold_several_pages() {
    let start = PAGE.find("<Page").expect("a page");
    let end = PAGE.find("</Layout>").expect("its end");
    let page = &PAGE[start..end];
    let twice = format!("{}{page}<Page/>{page}{}", &PAGE[..start], &PAGE[end..]);
    let raw = read(twice.as_bytes()).expect("ALTO");
    assert_eq!(raw.text, format!("{TEXT}\u{c}\u{c}{TEXT}"));
    assert_eq!(raw.pages.len(), 3);
}

#[test]
fn blocks_may_point_at_the_next() {
    let swapped = PAGE.replace("<TextBlock ID=\"B2\"", "<TextBlock IDNEXT=\"B1\" ID=\"B2\"");
    let (heading, rest) = TEXT.split_once("\n\n").expect("two blocks");
    assert_eq!(text(swapped.as_bytes()), format!("{rest}\n\n{heading}"));
    // A circle, and pointers at nothing, at oneself and at what is around.
    for (block, next) in [
        ("B1", "B2"),
        ("B2", "nothing"),
        ("B2", "B2"),
        ("B2", "C1"),
        ("C1", "B1"),
    ] {
        let from = format!("ID=\"{block}\" HPOS");
        let to = format!("ID=\"{block}\" IDNEXT=\"{next}\" HPOS");
        assert_eq!(
            text(PAGE.replace(&from, &to).as_bytes()),
            TEXT,
            "{block} to {next}"
        );
    }
    let circle = swapped.replace("ID=\"B1\" HPOS", "ID=\"B1\" IDNEXT=\"B2\" HPOS");
    assert_eq!(text(circle.as_bytes()), TEXT);
}

/// Many blocks that all point, in blocks inside each other that all have names.
#[test]
fn pointers_and_names_cost_no_more_than_the_file() {
    let started = std::time::Instant::now();
    let mut page = String::from("<alto><ReadingOrder><OrderedGroup>");
    for n in 0..5_000 {
        page += &format!("<ElementRef REF='x{n}'/>");
    }
    page += "</OrderedGroup></ReadingOrder><Layout><Page>";
    for depth in 0..150 {
        page += &format!("<ComposedBlock ID='c{depth}' IDNEXT='b{depth}'>");
    }
    for n in 0..10_000 {
        page += &format!(
            "<TextBlock ID='b{n}' IDNEXT='b{}'><TextLine><String CONTENT='o'/></TextLine></TextBlock>",
            (n * 7919) % 10_000
        );
    }
    page += &"</ComposedBlock>".repeat(150);
    page += "</Page></Layout></alto>";
    assert_eq!(read(page.as_bytes()).expect("ALTO").words.len(), 10_000);
    let seconds = started.elapsed().as_secs_f64();
    assert!(seconds < 20.0, "{seconds} s");
}

#[test]
fn a_page_with_confidences_was_read_by_an_engine_however_clean_it_looks() {
    let pipeline = Pipeline::new(Options::default()).expect("the built-in model");
    let misread = PAGE.replace("Vägbelysning", "Vagbelysning");
    let repaired = |alto: &str| {
        let document = pipeline.read(alto.as_bytes()).expect("ALTO");
        let applied = document.reading.repairs.iter().filter(|r| r.repair.applied);
        applied.map(|r| r.repair.to.clone()).collect::<Vec<_>>()
    };
    assert_eq!(repaired(&misread), ["Vägbelysning"]);
    assert!(repaired(PAGE).is_empty());
}
