//! Councils, boards and committees, and administrations, as named inside text.

use super::tokens::{Token, fold, near, tokens};
use super::vocabulary::{Slot, Words};
use crate::text::Span;

/// A body or office named in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Named {
    /// Where.
    pub span: Span,
    /// Range of tokens.
    pub first: usize,
    /// One past the last token.
    pub end: usize,
    /// A council, board or committee rather than an administration.
    pub body: bool,
    /// In the genitive.
    pub genitive: bool,
}

/// The bodies and offices that `line` names, in order.
pub fn named(line: &[Token], words: &Words) -> Vec<Named> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < line.len() {
        match longest(line, at, words) {
            Some(found) => {
                at = found.end;
                out.push(found);
            }
            None => at += 1,
        }
    }
    out
}

fn longest(line: &[Token], at: usize, words: &Words) -> Option<Named> {
    let slots = [
        (Slot::Body, true, false),
        (Slot::BodyGenitive, true, true),
        (Slot::Office, false, false),
        (Slot::OfficeGenitive, false, true),
    ];
    if matches!(line[at].folded.as_str(), "och" | "samt") {
        return None;
    }
    slots
        .into_iter()
        .filter_map(|(slot, body, genitive)| {
            // "Nämnden för …" is open-ended: only the plain end is certain here.
            let end = words
                .slot_ends(slot, line, at)
                .into_iter()
                .find(|&end| !(at..end).any(|i| line[i].folded == "for" && i > at))?;
            Some((end, body, genitive))
        })
        .max_by_key(|&(end, body, _)| (end, body))
        .map(|(end, body, genitive)| Named {
            span: line[at].span.cover(line[end - 1].span),
            first: at,
            end,
            body,
            genitive,
        })
}

/// The name's base form: without a genitive's `s`, its first letter a capital,
/// all capitals made small.
pub fn base(name: &str, genitive: bool) -> String {
    let mut name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if genitive && name.ends_with(['s', 'S']) {
        name.pop();
    }
    if !name.chars().any(char::is_lowercase) {
        name = name.to_lowercase();
    }
    let mut chars = name.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => name,
    }
}

/// The spelling of a body that nearly all municipalities have, for a misread one:
/// "Kommuntfullmäktige" is "Kommunfullmäktige".
pub fn mended(name: &str, words: &Words) -> Option<String> {
    let folded = fold(name);
    words
        .usual_bodies()
        .iter()
        .find(|usual| {
            // "Sociala nämnden" is no misread "Socialnämnden".
            let words = |name: &str| name.split_whitespace().count();
            let usual_folded = fold(usual);
            usual_folded != folded && words(usual) == words(name) && near(&usual_folded, &folded)
        })
        .filter(|_| !words.usual_bodies().iter().any(|u| fold(u) == folded))
        .cloned()
}

/// Where a body is named, without a genitive's `s`.
pub fn bare(text: &str, named: &Named) -> Span {
    let genitive = named.genitive && named.span.of(text).ends_with(['s', 'S']);
    Span::new(named.span.start, named.span.end - usize::from(genitive))
}

/// Whether `short` ("Nämnden", "Arbetsutskottet") stands for the body `own`.
pub fn stands_for(short: &str, own: &str, words: &Words) -> bool {
    let (Some(mut short), Some(own)) = (tokens(short).pop(), head(own, words)) else {
        return false;
    };
    if let Some(whole) = words.body_of_initials(&short.folded) {
        short.folded = whole.to_string();
    }
    own.folded.ends_with(&short.folded)
        || words
            .indefinite(&short.folded)
            .is_some_and(|stem| own.folded.ends_with(&stem))
}

/// The word of a body's name that says what it is: the last one, or the one before
/// "för" or "i": "Nämnden för arbetsmarknad", "Kommundelsnämnden i Järna".
fn head(own: &str, words: &Words) -> Option<Token> {
    let mut line = tokens(own);
    let plain = line
        .iter()
        .position(|t| matches!(t.folded.as_str(), "for" | "i"))
        .filter(|&i| i > 0 && words.body_case(&line[i - 1]).is_some());
    match plain {
        Some(i) => Some(line.swap_remove(i - 1)),
        None => line.pop(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::vocabulary::Vocabulary;

    fn found(text: &str) -> Vec<String> {
        let words = Vocabulary::built_in().words();
        named(&tokens(text), words)
            .iter()
            .map(|n| base(n.span.of(text), n.genitive))
            .collect()
    }

    #[test]
    fn bodies_are_found_in_any_case() {
        assert_eq!(
            found("Barn- och utbildningsnämndens beslut"),
            ["Barn- och utbildningsnämnden"]
        );
        assert_eq!(
            found("Kommunstyrelsens arbetsutskott föreslår kommunstyrelsen"),
            ["Kommunstyrelsens arbetsutskott", "Kommunstyrelsen"]
        );
        assert_eq!(found("SERVICENÄMNDEN BESLUTAR"), ["Servicenämnden"]);
        assert_eq!(
            found("Utbildningsförvaltningens förslag till kommunfullmäktige"),
            ["Utbildningsförvaltningen", "Kommunfullmäktige"]
        );
        assert_eq!(
            found("Miljö- och samhällsbyggnadsnämnden"),
            ["Miljö- och samhällsbyggnadsnämnden"]
        );
    }

    #[test]
    fn short_names_stand_for_the_own_body() {
        let words = Vocabulary::built_in().words();
        assert!(stands_for(
            "Nämnden",
            "Miljö- och samhällsbyggnadsnämnden",
            words
        ));
        assert!(stands_for(
            "Arbetsutskottet",
            "Kommunstyrelsens arbetsutskott",
            words
        ));
        assert!(!stands_for("Arbetsutskottet", "Kommunstyrelsen", words));
    }
}
