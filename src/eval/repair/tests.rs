//! Numbers worked out by hand over a small file.

use super::*;
use crate::repair::{Basis, RepairKind};
use crate::text::Span;

/// Three pages of two parts; the last one is beyond reading.
const PAGES: &str = r#"
{"id": "d1", "level": "light", "gold": "Nämnden får i uppdrag", "eng": "Namnden far i uppdrag", "swe": "Nämnden får i uppdrag", "eng_cer": 0.1}
{"id": "e1", "level": "heavy", "gold": "§ 4 Val ........ 7\nEn å", "eng": "8 4 Va1 7\nEn 4", "eng_cer": 0.15}
{"id": "e2", "level": "heavy", "gold": "Ja", "eng": "xx", "eng_cer": 0.9}
"#;

fn pages() -> Vec<Pair> {
    let lines = PAGES.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_str(line).expect("a page"))
        .collect()
}

fn selection(engines: &[&str], part: &str) -> Selection {
    Selection {
        engines: engines.iter().map(|&e| e.to_owned()).collect(),
        part: part.to_owned(),
        max_cer: 0.15,
        errors: 9,
        without: Vec::new(),
    }
}

/// Knows four words; would change a fifth if it were surer.
fn by_list(text: &str) -> Repaired {
    let list = [
        ("Namnden", "Nämnden", 0.95),
        ("far", "får", 0.97),
        ("uppdrag", "updrag", 0.55),
        ("Va1", "Val", 0.99),
        ("En", "Em", 0.2),
    ];
    let mut repairs: Vec<Repair> = list
        .iter()
        .filter_map(|&(from, to, confidence)| {
            let start = text.find(from)?;
            Some(Repair {
                span: Span::new(start, start + from.len()),
                from: from.to_owned(),
                to: to.to_owned(),
                kind: RepairKind::Spelling,
                basis: Basis::Counted,
                confidence,
                applied: confidence >= 0.5,
                alternatives: Vec::new(),
            })
        })
        .collect();
    repairs.sort_by_key(|repair| repair.span.start);
    let mut repaired = text.to_owned();
    for repair in repairs.iter().rev().filter(|repair| repair.applied) {
        repaired.replace_range(repair.span.start..repair.span.end, &repair.to);
    }
    Repaired {
        text: repaired,
        clean: text.to_owned(),
        repairs,
        estimated_cer: Some(text.len() as f64 / 100.0),
        readable: Some(text != "xx"),
    }
}

fn eng() -> Report {
    evaluate(&pages(), &selection(&["eng"], ""), by_list)
}

#[test]
fn rates_and_words_are_those_of_a_count_by_hand() {
    let report = eng();
    let shown: Vec<_> = report
        .groups
        .iter()
        .map(|g| (g.part.as_deref(), g.level.as_deref(), g.pages))
        .collect();
    assert_eq!(
        shown,
        [
            (None, None, 2),
            (None, Some("heavy"), 1),
            (None, Some("light"), 1),
            (Some("d"), None, 1),
            (Some("e"), None, 1)
        ]
    );
    let all = &report.groups[0];
    // "Nämnden får i uppdrag" (21 characters) and "§ 4 Val 7 En å" (14).
    assert_eq!((all.before.characters, all.before.words), (35, 10));
    // ä å | § l å, before; p | § å, after.
    assert_eq!((all.before.character_edits, all.before.word_edits), (5, 5));
    assert_eq!((all.after.character_edits, all.after.word_edits), (3, 3));
    assert_eq!((all.before.cer, all.after.wer), (5.0 / 35.0, 0.3));
    let words = Words {
        kept: 4,
        damaged: 1,
        fixed: 3,
        left: 2,
    };
    assert_eq!(all.words, words);
    assert_eq!((all.share_fixed, all.damage), (Some(0.6), Some(2000.0)));
    assert_eq!(all.applied, 4);
    assert!((all.fewer_wrong.expect("some were wrong") - 0.4).abs() < 1e-12);
}

#[test]
fn without_the_sign_a_word_is_gone_from_both_sides() {
    let unsigned = eng().groups[0].without_section_signs;
    // "4 Val 7 En å" has 12 characters and 5 words.
    assert_eq!((unsigned.before.characters, unsigned.before.words), (33, 9));
    assert_eq!(
        (unsigned.before.word_edits, unsigned.after.word_edits),
        (4, 2)
    );
}

#[test]
fn calibration_counts_suggestions_too() {
    let report = eng();
    let shown: Vec<_> = report.calibration[0]
        .bins
        .iter()
        .map(|b| (b.from, b.count, b.right))
        .collect();
    assert_eq!(
        shown,
        [(0.0, 1, 0), (0.5, 1, 0), (0.95, 2, 2), (0.99, 1, 1)]
    );
}

#[test]
fn estimates_are_compared_on_every_page() {
    let report = eng();
    let readability = &report.readability[0];
    assert_eq!((readability.pages, readability.unreadable), (3, 1));
    assert_eq!(readability.unreadable_cer, Some(1.0));
    // Truth: 2 of 21, 3 of 14, 2 of 2; estimates: 0.21, 0.14, 0.02.
    assert!((readability.spearman.expect("three pages") + 1.0).abs() < 1e-12);
    let mean = ((0.21 - 2.0 / 21.0) + (3.0 / 14.0 - 0.14) + 0.98) / 3.0;
    assert!((readability.mean_error - mean).abs() < 1e-9);
}

#[test]
fn mistakes_are_listed_by_how_common_they_are() {
    let report = eng();
    let shown = |list: &[Counted]| -> Vec<(usize, String, String)> {
        list.iter()
            .map(|c| (c.count, c.gold.clone(), c.got.clone()))
            .collect()
    };
    let one = |gold: &str, got: &str| (1, gold.to_owned(), got.to_owned());
    assert_eq!(
        shown(&report.mistakes[0].remaining),
        [one("uppdrag", "updrag"), one("§", "8"), one("å", "4")]
    );
    assert_eq!(
        shown(&report.mistakes[0].damage),
        [one("uppdrag", "updrag")]
    );
}

#[test]
fn true_text_shows_false_changes_and_parts_are_chosen_by_their_ids() {
    let report = evaluate(&pages(), &selection(&["swe", "gold"], "d"), by_list);
    let shown: Vec<_> = report
        .groups
        .iter()
        .map(|g| (g.engine.as_str(), g.applied, g.words.damaged))
        .collect();
    assert_eq!(shown, [("swe", 1, 1), ("gold", 1, 1)]);
    let gold = &report.groups[1];
    assert_eq!((gold.share_fixed, gold.fewer_wrong), (None, None));
    assert_eq!(gold.damage, Some(2500.0));
}

#[test]
fn nothing_is_measured_on_nothing() {
    let report = evaluate(&pages(), &selection(&["eng"], "q"), by_list);
    assert_eq!(report.groups[0].pages, 0);
    assert_eq!(report.groups[0].damage, None);
    assert!(report.readability.is_empty() && report.calibration[0].bins.is_empty());
}
