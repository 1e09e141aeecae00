//! Extraction over the fixtures' clean texts: the fields are those of their gold,
//! and every value's sources hold its evidence.

use klartext::eval::extract::Scores;
use klartext::extract::{Vocabulary, extract, extract_with};
use klartext::normalize::normalize;
use klartext::record::{Generator, Record, View};
use klartext::repair::Reading;
use klartext::source::{self, RawDocument};
use proptest::prelude::*;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// Every fixture's clean text and gold, by name.
fn fixtures() -> Vec<(String, Vec<u8>, Value)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut all = Vec::new();
    for entry in fs::read_dir(root).unwrap() {
        let folder = entry.unwrap().path();
        let (text, gold) = (folder.join("clean.txt"), folder.join("gold.json"));
        if text.is_file() && gold.is_file() {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            let gold = serde_json::from_slice(&fs::read(gold).unwrap()).unwrap();
            all.push((name, fs::read(text).unwrap(), gold));
        }
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(all.len() >= 6);
    all
}

/// The record of a text taken as it is, and the text.
fn record(bytes: &[u8], view: View) -> (RawDocument, Value) {
    let raw = source::read(bytes).unwrap();
    let reading = Reading::unrepaired(&normalize(&raw));
    let minutes = extract(&reading);
    let record = Record::new("a.txt", &raw, &reading, &minutes, Generator::default());
    (raw, record.value(view))
}

#[test]
fn clean_fixtures_give_the_fields_of_their_gold() {
    let (mut known, mut all) = (Scores::new(), Scores::new());
    for (at, (_, text, gold)) in fixtures().iter().enumerate() {
        let found = record(text, View::Plain).1;
        all.add(gold, &found);
        if at < KNOWN {
            known.add(gold, &found);
        }
    }
    for (scores, least) in [(known, 0.995), (all, 0.99)] {
        let total = scores.total();
        let (precision, recall, _) = total.rates(total.strict);
        assert!(precision >= least && recall >= least, "{scores}");
    }
}

/// The first fixtures, by name, were there while the rules were written; the others
/// came later.
const KNOWN: usize = 10;

/// Every field of a full view, with the path that leads to it.
fn fields<'v>(value: &'v Value, path: &str, out: &mut Vec<(String, &'v Value)>) {
    match value {
        Value::Object(keys) if keys.contains_key("value") && keys.contains_key("method") => {
            out.push((path.to_string(), value));
        }
        Value::Object(keys) => {
            for (key, inner) in keys {
                fields(inner, &format!("{path}.{key}"), out);
            }
        }
        Value::Array(all) => {
            for inner in all {
                fields(inner, path, out);
            }
        }
        _ => {}
    }
}

fn bare(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Checks every source of every field; values that are spelled another way than
/// they are written (days, times, counts) only need a source.
fn check_evidence(name: &str, bytes: &[u8]) -> usize {
    const RESPELLED: [&str; 14] = [
        "date",
        "deferred_to",
        "posted",
        "removed",
        "appeal_by",
        "yes",
        "no",
        "abstain",
        "absent",
        "start",
        "end",
        "number",
        "paragraphs",
        "case_numbers",
    ];
    let (raw, full) = record(bytes, View::Full);
    let points: Vec<char> = raw.text.chars().collect();
    let mut found = Vec::new();
    fields(&full["document"], "", &mut found);
    for (path, field) in &found {
        let sources = field["source"].as_array().unwrap();
        assert!(!sources.is_empty(), "{name} {path}: no source");
        let mut evidence = String::new();
        for place in sources {
            let at = |key: &str| place[key].as_u64().unwrap() as usize;
            let (start, end) = (at("start"), at("end"));
            assert!(start < end && end <= points.len(), "{name} {path}: {place}");
            let before: String = points[..start].iter().collect();
            let page = before.rsplit('\u{c}').next().unwrap();
            assert_eq!(
                before.matches('\u{c}').count() + 1,
                at("page"),
                "{name} {path}"
            );
            assert_eq!(page.matches('\n').count() + 1, at("line"), "{name} {path}");
            evidence.extend(&points[start..end]);
            evidence.push(' ');
        }
        let respelled = RESPELLED.iter().any(|k| path.ends_with(&format!(".{k}")));
        if field["method"] == "read" && !respelled {
            let value = field["value"].as_str().unwrap();
            assert_eq!(bare(&evidence), bare(value), "{name} {path}");
        }
    }
    found.len()
}

#[test]
fn every_source_holds_its_evidence() {
    let mut checked = 0;
    for (name, text, _) in fixtures() {
        checked += check_evidence(&name, &text);
        let windows = String::from_utf8(text).unwrap().replace('\n', "\r\n");
        check_evidence(&name, &[b"\xef\xbb\xbf", windows.as_bytes()].concat());
    }
    assert!(checked > 800, "{checked}");
}

#[test]
fn a_house_style_changes_what_is_found() {
    let text = "§ 1 Budget\n\nBeslut\n\nBudgeten antas.\n\nGår till dem det rör\n\nSkolnämnden\n";
    let raw = source::read(text.as_bytes()).unwrap();
    let reading = Reading::unrepaired(&normalize(&raw));
    assert!(extract(&reading).items[0].recipients.is_empty());
    let house = "[[heading]]\nkind = \"recipients\"\nforms = [\"går till dem det rör\"]\n";
    let vocabulary = Vocabulary::built_in().with(house).unwrap();
    let minutes = extract_with(&reading, &vocabulary);
    assert_eq!(minutes.items[0].recipients[0].value, "Skolnämnden");
}

/// A document made of parts that minutes are made of, in any order.
fn document() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "§ 7 Åtgärder för Ö",
        "§ 8",
        "8 9 Skolgård",
        "Beslut",
        "Nämnden beslutar",
        "att bygga, samt",
        "att riva.",
        "1. Första punkten.",
        "2. Andra punkten.",
        "Yrkanden",
        "Åsa Öst (S) yrkar bifall till ”förslaget”.",
        "",
        "Reservation",
        "Bo Ek (m) reserverar sig mot beslutet.",
        "Beslutet skickas till",
        "Skolnämnden, kansliet",
        "Omröstning",
        "Med 5 ja-röster mot 4 nej-röster bifalls yrkandet.",
        "Namn   Parti   Ja   Nej",
        "Åsa Öst   S   X",
        "Beslutande",
        "Åsa Öst (S), ordförande",
        "Plats och tid  Salen, kl. 13.00-14.00",
        "Justerandes sign",
        "\u{c}",
        "Sammanträdesdatum 2020-06-17",
        "Forts § 7",
        "en rad som går över till nästa för att den är för lång för",
        "en rad.",
        "Dnr KS 2020/17",
        "bilaga 2",
        "–",
        "§",
        "(S)",
        "𝄞 Ärendet: ”å”",
    ]);
    prop::collection::vec(line, 0..60).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn sources_hold_in_any_order_of_lines(text in document(), bom in any::<bool>(), windows in any::<bool>()) {
        prop_assume!(!text.trim().is_empty());
        let text = if windows { text.replace('\n', "\r\n") } else { text };
        let text = if bom { format!("\u{feff}{text}") } else { text };
        check_evidence("generated", text.as_bytes());
    }
}
