//! Page numbers by their shape and words.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::normalize::vocabulary::{FURNITURE, fold};

/// How sure a line's shape makes it a page number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// No page number.
    No,
    /// Digits alone: also what is left of `§ 12` where OCR drops the mark.
    Digits(usize),
    /// A page number where other furniture stands above it or below.
    Beside,
    /// Nothing else looks so.
    Sure,
}

/// What the shape of `content` says.
pub fn shape(content: &str) -> Shape {
    let line = content.trim();
    if line.is_empty() || line.len() > 40 {
        return Shape::No;
    }
    if line.bytes().all(|b| b.is_ascii_digit()) && line.len() <= 4 {
        return line.parse().map_or(Shape::No, Shape::Digits);
    }
    let out_of = || {
        let folded = fold(line);
        let found = OUT_OF.as_ref()?.captures(&folded)?;
        let number = |group| found.get(group)?.as_str().parse::<usize>().ok();
        Some(number(1)? <= number(2)?)
    };
    let bare = BARE_NUMBER
        .as_ref()
        .is_some_and(|shape| shape.is_match(line));
    if bare || is_worded_page_number(line) || out_of() == Some(true) {
        Shape::Sure
    } else if NUMBER_REMNANT
        .as_ref()
        .is_some_and(|shape| shape.is_match(line))
    {
        Shape::Beside
    } else {
        Shape::No
    }
}

/// Whether the line is a page number with its word before it.
pub fn is_worded_page_number(line: &str) -> bool {
    line.len() <= 40
        && WORDED_NUMBER
            .as_ref()
            .is_some_and(|shape| shape.is_match(&fold(line)))
}

/// A folded line without the page number in it: `namnden 1 (2)` → `namnden `.
pub fn without(folded: &str) -> Cow<'_, str> {
    match INNER_NUMBER.as_ref() {
        Some(number) => number.replace_all(folded, ""),
        None => Cow::Borrowed(folded),
    }
}

/// `12 (27)`, `2(15)`, `– 4 –`, with l, I and O for digits.
static BARE_NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^\s*(?: [\dlIO]{1,4}\s*[(\[{]\s*[\dlIO]{1,4}\s*[)\]}]?
        | [-–—~]\s*\d{1,4}\s*[-–—~] )\s*$",
    )
    .ok()
});

/// `26)`: what OCR leaves of `2 (6)`, or the number of a list.
static NUMBER_REMNANT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\s*\d{2,6}\s*[)\]}]\s*$").ok());

/// `3/9`, `3 of 9` in the words of the vocabulary: page and count.
static OUT_OF: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let (_, between) = alternatives();
    Regex::new(&format!(
        r"^\s*(\d{{1,4}})\s*(?:/|{between})\s*(\d{{1,4}})\s*$"
    ))
    .ok()
});

/// A page number after its word: `Sida 9 (31)`.
static WORDED_NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let (before, between) = alternatives();
    Regex::new(&format!(
        r"(?x)^\W*(?:{before})[\s.:]*(?:nr[\s.:]*)?[\dlio]{{1,4}}\s*
        (?:(?:\(|/|{between})\s*[\dlio]{{1,4}}\s*\)?)?\W*$"
    ))
    .ok()
});

/// A page number somewhere in a line: `Nämnden 1 (2)`, `… Sida 9`, `… 3 av 9`.
static INNER_NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let (before, between) = alternatives();
    Regex::new(&format!(
        r"(?x)\b(?:{before})[\s.:]*(?:nr[\s.:]*)?\d{{1,4}}\b
            (?:\s*(?:\(|/|{between})\s*\d{{1,4}}\s*\)?)?
        | \b\d{{1,4}}\s*\(\s*\d{{1,4}}\s*\)
        | \b\d{{1,4}}\s*(?:{between})\s*\d{{1,4}}\b"
    ))
    .ok()
});

/// The words before a page number, and between it and the count of pages, as
/// alternatives of a pattern.
fn alternatives() -> (String, String) {
    let joined = |words: Vec<&str>| {
        let escaped: Vec<String> = words.into_iter().map(regex::escape).collect();
        escaped.join("|")
    };
    let before = FURNITURE.page_words.iter().map(|entry| entry.word.as_str());
    let between = FURNITURE.page_of.iter().map(String::as_str);
    (joined(before.collect()), joined(between.collect()))
}
