//! What must hold for any text: spans lead back to what they were made from, and
//! lines stay lines.

use klartext::normalize::{Clean, normalize, with_line_ends};
use klartext::repair::{Reading, Repair, RepairKind};
use klartext::source::{self, RawDocument};
use klartext::text::{OffsetMap, OffsetMapBuilder, Span};
use proptest::prelude::*;

/// What the generated documents are put together from: sound words, and every kind
/// of character that normalization touches.
const ATOMS: [&str; 30] = [
    "Kommunfullmäktige",
    "Åtgärder",
    "på",
    "ö",
    "§ 17",
    "”citat”",
    "’",
    "–",
    "IT-",
    "kommun-",
    "kommun\u{ad}",
    "sty\u{ad}relsen",
    "fo\u{308}r",
    "A\u{30a}r",
    "ﬁnner",
    "oﬃciell",
    "10\u{a0}000",
    "\u{200b}",
    "\u{feff}",
    "\u{7}",
    "fullmÃ¤ktige",
    "fÃ¶r",
    "\u{f0b7}",
    "（S）",
    "𝄞",
    "12 (27)",
    "Justerandes sign",
    " ",
    "  ",
    "\t",
];

/// How lines may end. A lone CR is not mixed with LF: an empty line between the two
/// would be none.
const LINE_ENDS: [&str; 5] = ["\n", "\r\n", "\u{2028}", "\n\u{c}", "\u{c}"];
const OLD_LINE_ENDS: [&str; 2] = ["\r", "\r\u{c}"];

fn line() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&ATOMS[..]), 0..6).prop_map(|atoms| atoms.join(" "))
}

/// A document's bytes: UTF-8 with or without a mark, or UTF-16.
fn document() -> impl Strategy<Value = Vec<u8>> {
    let with = |ends: &'static [&'static str]| {
        prop::collection::vec((line(), prop::sample::select(ends)), 1..12)
    };
    let lines = prop_oneof![with(&LINE_ENDS), with(&OLD_LINE_ENDS)];
    (lines, 0..3).prop_map(|(lines, encoding)| {
        let mut text: String = lines
            .iter()
            .flat_map(|(line, end)| [line.as_str(), end])
            .collect();
        // So much sound text that no control character makes it binary data.
        text.insert_str(0, &"Protokoll ".repeat(30));
        match encoding {
            0 => text.into_bytes(),
            1 => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            _ => {
                let units = text.encode_utf16().flat_map(u16::to_le_bytes);
                [0xff, 0xfe].into_iter().chain(units).collect()
            }
        }
    })
}

fn read(bytes: &[u8]) -> (RawDocument, Clean) {
    let raw = source::read(bytes).expect("generated documents are text");
    let clean = normalize(&raw);
    (raw, clean)
}

/// The line ends of a text, in order.
fn line_ends(text: &str) -> Vec<&str> {
    let mut rest = text;
    let mut ends = Vec::new();
    while let Some(at) = rest.find(['\n', '\r', '\u{c}', '\u{2028}']) {
        rest = &rest[at..];
        let length = match rest.strip_prefix("\r\n") {
            Some(_) => 2,
            None => rest.chars().next().map_or(0, char::len_utf8),
        };
        ends.push(&rest[..length]);
        rest = &rest[length..];
    }
    ends
}

/// The words of a text with their spans.
fn words(text: &str) -> impl Iterator<Item = Span> {
    text.split_whitespace().map(move |word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        Span::new(start, start + word.len())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_word_leads_back_to_text_that_normalizes_to_it(bytes in document()) {
        let (raw, clean) = read(&bytes);
        for span in words(&clean.text) {
            let slice = clean.map.to_source(span).of(&raw.text);
            let again = normalize(&source::read(slice.as_bytes()).expect("text"));
            prop_assert_eq!(again.text.as_str(), span.of(&clean.text), "from {:?}", slice);
        }
    }

    #[test]
    fn normalizing_twice_changes_nothing(bytes in document()) {
        let (_, clean) = read(&bytes);
        let (_, again) = read(clean.text.as_bytes());
        prop_assert_eq!(again.text, clean.text);
    }

    #[test]
    fn lines_and_their_ends_stay(bytes in document()) {
        let (raw, clean) = read(&bytes);
        let written = with_line_ends(&raw, &clean.text, &clean.map, &clean.lines);
        prop_assert_eq!(line_ends(&written), line_ends(&raw.text));
        let counted: usize = raw.pages.iter().map(|page| line_ends(page.span.of(&raw.text)).len() + 1).sum();
        prop_assert_eq!(clean.lines.len(), counted);
        prop_assert_eq!(clean.lines.last().map(|line| line.page), Some(raw.pages.len()));
        let joined: Vec<&str> = clean.lines.iter().map(|line| line.span.of(&clean.text)).collect();
        prop_assert_eq!(joined.join("\n"), clean.text);
    }

    #[test]
    fn repairs_stay_on_their_lines_and_lead_back(
        bytes in document(),
        choices in prop::collection::vec((0usize..5, any::<bool>()), 0..40),
    ) {
        let (raw, clean) = read(&bytes);
        let repairs: Vec<Repair> = words(&clean.text)
            .zip(choices)
            .filter_map(|(span, (choice, applied))| {
                let to = ["", "å", "två ord", "§", "längre än förut"].get(choice)?;
                Some(repair(span, span.of(&clean.text), to, applied))
            })
            .collect();
        let reading = Reading::new(&clean, repairs, Vec::new());
        let written = with_line_ends(&raw, &reading.text, &reading.map, &reading.lines);
        prop_assert_eq!(line_ends(&written), line_ends(&raw.text));
        for placed in &reading.repairs {
            let slice = placed.source.of(&raw.text);
            let again = normalize(&source::read(slice.as_bytes()).expect("text"));
            prop_assert_eq!(&again.text, &placed.repair.from);
            let meant = if placed.repair.applied { &placed.repair.to } else { &placed.repair.from };
            prop_assert_eq!(placed.target.of(&reading.text), meant);
            if !placed.target.is_empty() {
                prop_assert_eq!(reading.source(placed.target), placed.source);
            }
        }
    }

    #[test]
    fn maps_reach_the_ends(bytes in document()) {
        let (raw, clean) = read(&bytes);
        prop_assert_eq!(clean.map.target_len(), clean.text.len());
        prop_assert_eq!(clean.map.source_len(), raw.text.len());
        let mut before = 0;
        for (at, c) in clean.text.char_indices() {
            let source = clean.map.to_source(Span::new(at, at + c.len_utf8()));
            prop_assert!(source.start >= before && raw.text.get(source.start..source.end).is_some());
            before = source.start;
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(raw) = source::read(&bytes) {
            let clean = normalize(&raw);
            with_line_ends(&raw, &clean.text, &clean.map, &clean.lines);
        }
    }

    #[test]
    fn any_characters_keep_the_maps_whole(text in any::<String>()) {
        if let Ok(raw) = source::read(text.as_bytes()) {
            let clean = normalize(&raw);
            prop_assert_eq!(clean.map.target_len(), clean.text.len());
            prop_assert_eq!(clean.map.source_len(), raw.text.len());
        }
    }

    #[test]
    fn composed_maps_cover_both_steps(first in segments(), second in segments()) {
        let earlier = map(&first);
        let later = fitted(&second, earlier.target_len());
        let both = later.then(&earlier);
        prop_assert_eq!(both.target_len(), later.target_len());
        prop_assert_eq!(both.source_len(), earlier.source_len());
        for start in 0..both.target_len() {
            for end in start + 1..=both.target_len() {
                let middle = later.to_source(Span::new(start, end));
                if middle.is_empty() {
                    continue;
                }
                let two_steps = earlier.to_source(middle);
                let one_step = both.to_source(Span::new(start, end));
                prop_assert!(one_step.contains(two_steps), "{start}..{end}: {one_step:?} {two_steps:?}");
            }
        }
    }
}

fn repair(span: Span, from: &str, to: &str, applied: bool) -> Repair {
    Repair {
        span,
        from: from.to_owned(),
        to: to.to_owned(),
        kind: RepairKind::Spelling,
        basis: klartext::repair::Basis::Counted,
        confidence: 0.9,
        applied,
        alternatives: Vec::new(),
    }
}

/// Target length, source length, copied or not.
fn segments() -> impl Strategy<Value = Vec<(usize, usize, bool)>> {
    prop::collection::vec((0usize..4, 0usize..4, any::<bool>()), 0..8)
}

fn map(segments: &[(usize, usize, bool)]) -> OffsetMap {
    let mut builder = OffsetMapBuilder::new();
    for &(target, source, copied) in segments {
        match copied {
            true => builder.copy(target),
            false => builder.replace(target, source),
        }
    }
    builder.finish()
}

/// A map whose source has exactly `length` bytes.
fn fitted(segments: &[(usize, usize, bool)], length: usize) -> OffsetMap {
    let mut builder = OffsetMapBuilder::new();
    for &(target, source, copied) in segments {
        let left = length - builder.source_len();
        match copied {
            true => builder.copy(target.min(left)),
            false => builder.replace(target, source.min(left)),
        }
    }
    builder.copy(length - builder.source_len());
    builder.finish()
}
