//! Where sentences end.

use super::vocabulary::Words;
use crate::text::Span;

/// The sentences of `text`: they end with `.`, `!` or `?` before white space and a
/// capital letter, digit or quotation mark, and at paragraphs' ends.
pub fn sentences(text: &str, words: &Words) -> Vec<Span> {
    let mut out = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let ends = match c {
            '.' | '!' | '?' => ends_here(text, start, at, end, words),
            '”' | '"' | '»' => text[..at].ends_with(['.', '!', '?']) && begins_after(text, end),
            '\n' => text[at..].starts_with("\n\n"),
            _ => false,
        };
        if ends {
            push(&mut out, text, Span::new(start, end));
            start = end;
        }
    }
    push(&mut out, text, Span::new(start, text.len()));
    out
}

fn push(out: &mut Vec<Span>, text: &str, span: Span) {
    let span = span.trim(text);
    if !span.is_empty() {
        out.push(span);
    }
}

fn ends_here(text: &str, start: usize, at: usize, end: usize, words: &Words) -> bool {
    if !begins_after(text, end) {
        return false;
    }
    let word = text[start..at]
        .rsplit(|c: char| c.is_whitespace() || c == '(')
        .next()
        .unwrap_or("");
    let letters = word.chars().count();
    let lower = word.to_lowercase();
    if words.is_abbreviation(&lower) {
        // "m.m. Nästa" may end a sentence, "kl. 13" does not.
        return lower.contains('.')
            && next(text, end).is_some_and(char::is_uppercase)
            && !words.is_leading_abbreviation(&lower);
    }
    let initial = letters == 1 && word.chars().all(char::is_uppercase);
    let ordinal =
        letters <= 2 && word.chars().all(|c| c.is_ascii_digit()) && text[start..at].trim() == word;
    !initial && !ordinal
}

fn begins_after(text: &str, end: usize) -> bool {
    text[end..].starts_with(char::is_whitespace)
        && next(text, end).is_some_and(|c| {
            c.is_uppercase()
                || c.is_ascii_digit()
                || matches!(c, '”' | '"' | '“' | '»' | '–' | '-' | '(')
        })
}

fn next(text: &str, end: usize) -> Option<char> {
    text[end..].trim_start().chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::vocabulary::Vocabulary;

    fn split(text: &str) -> Vec<&str> {
        sentences(text, Vocabulary::built_in().words())
            .iter()
            .map(|s| s.of(text))
            .collect()
    }

    #[test]
    fn abbreviations_do_not_end_sentences() {
        assert_eq!(
            split("Anna Ek m.fl. yrkar bifall kl. 13. Bo Ek (S) instämmer."),
            ["Anna Ek m.fl. yrkar bifall kl. 13.", "Bo Ek (S) instämmer."]
        );
        assert_eq!(
            split("Hon sade: ”Nej. Aldrig.” Sedan gick hon."),
            ["Hon sade: ”Nej.", "Aldrig.”", "Sedan gick hon."]
        );
        assert_eq!(split("Ett stycke\n\nEtt till"), ["Ett stycke", "Ett till"]);
    }
}
