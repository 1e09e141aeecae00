//! What must hold for the record of any document: every correction and every field
//! leads back to the very characters it came from.

mod spans;

use std::sync::LazyLock;

use klartext::config::Options;
use klartext::pipeline::{Pipeline, View};
use proptest::prelude::*;

static PIPELINE: LazyLock<Pipeline> =
    LazyLock::new(|| Pipeline::new(Options::default()).expect("the built-in model"));

/// Words as they are printed; noise comes later.
const WORDS: [&str; 24] = [
    "kommunstyrelsen",
    "kommunfullmäktige",
    "får",
    "i uppdrag",
    "att",
    "utreda",
    "åtgärder",
    "för",
    "en säkrare",
    "gångväg",
    "vid",
    "Östra skolan",
    "är",
    "i behov av",
    "förvaltningen",
    "föreslår",
    "och",
    "”trygga vägar”",
    "’byalag’",
    "den 5 maj 2020",
    "bygglovs- och tillsynsnämnden",
    "ﬁnansiering",
    "sty\u{ad}relsen",
    "fo\u{308}renings",
];

const PARTIES: [&str; 4] = ["(S)", "(M)", "(MP)", "(KD)"];
const NAMES: [&str; 5] = [
    "Åsa Öberg",
    "Örjan Häggström",
    "Maja Lindqvist",
    "Pär Ängmark",
    "Nuria Søby",
];

/// How the OCR errs: what is printed, and what is read for it.
const MISREADINGS: [(&str, &str); 8] = [
    ("ä", "a"),
    ("å", "a"),
    ("ö", "o"),
    ("ö", "é"),
    ("Ö", "O"),
    ("i", "1"),
    ("rn", "m"),
    ("l", "I"),
];

/// A sentence with a noise of its own for each word.
fn sentence() -> impl Strategy<Value = String> {
    prop::collection::vec((prop::sample::select(&WORDS[..]), 0..24usize), 3..14).prop_map(|words| {
        let words: Vec<String> = words.iter().map(|(w, n)| misread(w, *n)).collect();
        format!("{}.", words.join(" "))
    })
}

fn misread(word: &str, noise: usize) -> String {
    match MISREADINGS.get(noise) {
        Some((printed, seen)) => word.replacen(printed, seen, 2),
        None => word.to_owned(),
    }
}

/// Running text in lines, broken at spaces and now and then inside a word.
fn broken(text: &str, width: usize, hyphenate: bool) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("never empty");
        if line.chars().count() + word.chars().count() < width {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
            continue;
        }
        let cut = word.char_indices().nth(6).map(|(at, _)| at);
        match cut.filter(|_| hyphenate && word.chars().count() > 10) {
            Some(at) => {
                line.push_str(&format!(" {}-", &word[..at]));
                lines.push(word[at..].to_owned());
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

prop_compose! {
    fn page()(
        number in 1..400u16,
        title in sentence(),
        summary in prop::collection::vec(sentence(), 1..4),
        decided in prop::collection::vec(sentence(), 1..3),
        speaker in (prop::sample::select(&NAMES[..]), prop::sample::select(&PARTIES[..]), 0..24usize),
        width in 40..90usize,
        hyphenate in any::<bool>(),
    ) -> String {
        let points: Vec<String> = decided
            .iter()
            .enumerate()
            .map(|(i, point)| broken(&format!("{}. {point}", i + 1), width, hyphenate))
            .collect();
        let (name, party, noise) = speaker;
        format!(
            "HUDDINGE KOMMUN Sammantradesprotokoll\nKommunstyrelsen 2020-06-17\n\n§ {number}\n\n{}\n\n\
             Kommunstyrelsens beslut\n\n{}\n\nSammanfattning\n\n{}\n\nOverlaggning\n\n\
             I ärendet yttrar sig {} {party}.\n\nBeslutet delges\n\nSocialnamnden\nSkatteverket\n",
            broken(title.trim_end_matches('.'), width, false),
            points.join("\n\n"),
            broken(&summary.join(" "), width, hyphenate),
            misread(name, noise),
        )
    }
}

/// The text, and whether it is written with a byte-order mark.
fn document() -> impl Strategy<Value = (String, bool)> {
    (
        prop::collection::vec(page(), 1..3),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(pages, has_mark, has_returns)| {
            let text = pages.join("\u{c}");
            let text = match has_returns {
                true => text.replace('\n', "\r\n"),
                false => text,
            };
            (text, has_mark)
        })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_correction_and_every_field_leads_back_to_its_evidence(document in document()) {
        let (text, has_mark) = document;
        let bytes = format!("{}{text}", if has_mark { "\u{feff}" } else { "" });
        let record = PIPELINE.record("page.txt", bytes.as_bytes()).expect("text");
        let full = record.value(View::Full);
        spans::check(&full, &text);
        prop_assert!(full["document"]["items"].as_array().is_some_and(|items| !items.is_empty()));
    }
}

#[test]
fn noise_is_repaired_and_its_places_are_checked() {
    let page = "§ 7\n\nVäg\n\nKommunstyrelsens beslut\n\nSty\u{ad}relsen foreslår att forvaltningen far i uppdrag \
                att utreda ”atgarder”.\n";
    for text in [page.to_owned(), page.replace('\n', "\r\n")] {
        let bytes = format!("\u{feff}{text}");
        let record = PIPELINE.record("page.txt", bytes.as_bytes()).expect("text");
        assert!(spans::check(&record.value(View::Full), &text) >= 3);
    }
}
