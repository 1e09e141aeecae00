//! Where parties stand: in parentheses, between commas, in a column of their own.

use super::super::dates::pattern;
use super::super::parties;
use super::super::vocabulary::Words;
use super::in_name;
use crate::text::Span;
use regex::Regex;
use std::sync::LazyLock;

/// A parenthesis that may hold a party.
static PARTY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[({\[]\s?([\p{L}58$]{1,5}|\p{Lu}\p{L}{1,11}|[-–—])\s?[)}\]]"));

/// A party between commas, in small letters or a local one: `Anna Ek, s, yrkar`,
/// `Bo Ask, gVr`.
static COMMA: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r",\s(\p{Ll}{1,4}|\p{Ll}{1,3}\p{Lu}\p{L}{0,3})(?:[,.;:]|$|\s(?:för|ersätter)\b)")
});

/// A party's mark (with its parenthesis or comma) and the party in it.
pub(in crate::extract) type Mark = (std::ops::Range<usize>, std::ops::Range<usize>);

/// Parties in parentheses and between commas.
pub(in crate::extract) fn marks(text: &str, is_small_party: impl Fn(&str) -> bool) -> Vec<Mark> {
    let parens = PARTY
        .captures_iter(text)
        .filter_map(|c| Some((c.get(0)?.range(), c.get(1)?.range())));
    let commas = COMMA.captures_iter(text).filter_map(|c| {
        let is_local = |p: &str| p.contains(char::is_uppercase);
        let party = c
            .get(1)
            .filter(|p| is_small_party(p.as_str()) || is_local(p.as_str()))?;
        Some((c.get(0)?.start()..party.end(), party.range()))
    });
    let mut marks: Vec<_> = parens.chain(commas).collect();
    marks.sort_by_key(|m| m.0.start);
    marks
}

/// Parties that stand alone after a name, or after what somebody is: a column.
pub(in crate::extract) fn in_column(
    text: &str,
    words: &Words,
    is_known: impl Fn(&str) -> bool,
) -> Vec<Mark> {
    let pieces = pieces(text);
    let mut out: Vec<Mark> = Vec::new();
    for (i, piece) in pieces.iter().enumerate().skip(2) {
        let word = piece.of(text);
        let known = words.is_party(word) || is_known(word);
        let party = known || parties::doubled(word, words).is_some();
        let party = party && !words.is_role(word);
        let ends = pieces.get(i + 1).is_none_or(|next| {
            let next = next.of(text);
            words.is_role(next) || !in_name(next) && !words.is_particle(next)
        });
        let before = pieces[i - 1].of(text);
        let named = in_name(before) || words.is_role(before) && !before.ends_with([',', ')']);
        if party && ends && named && !before.ends_with([',', '.', ':']) && out.is_empty() {
            out.push((piece.start..piece.end, piece.start..piece.end));
        }
    }
    out
}

/// Whether a word that could begin a name is a party's abbreviation: "MP", "FP".
pub(in crate::extract) fn is_party_before(word: &str, words: &Words) -> bool {
    word.chars().count() > 1 && word.chars().all(char::is_uppercase) && words.is_party(word)
}

/// Where the words of a text stand.
pub(in crate::extract) fn pieces(text: &str) -> Vec<Span> {
    text.split_whitespace()
        .map(|w| {
            let start = w.as_ptr() as usize - text.as_ptr() as usize;
            Span::new(start, start + w.len())
        })
        .collect()
}

/// Known parties, and what looks like a local one.
pub(in crate::extract) fn is_party(inner: &str, words: &Words) -> bool {
    if inner.chars().count() > 3 && words.is_role(inner) {
        return false;
    }
    if words.is_party(inner) || inner.starts_with(['-', '–', '—']) {
        return true;
    }
    let letters = inner.chars().count();
    let upper = inner.chars().filter(|c| c.is_uppercase()).count();
    letters <= 5 && (upper == letters || letters <= 3 || inner.chars().any(|c| c.is_ascii_digit()))
        || letters <= 12 && upper >= 1 && !inner.chars().any(char::is_whitespace)
}
