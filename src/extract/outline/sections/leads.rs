//! Lines and sentences that lead in to points: a body that decides or proposes.

use super::super::Scope;
use super::super::rows::begins_clause;
use super::{Found, Heading, starts_bulleted, without_colon};
use crate::extract::bodies;
use crate::extract::flow::Row;
use crate::extract::people;
use crate::extract::tokens::{Token, tokens};
use crate::extract::vocabulary::{Section, Words};

/// A body that decides or proposes, alone on its line in whatever words, with
/// points below: "Arbetsutskottet föreslår kommunstyrelsen föreslå …".
pub(super) fn deciding_line(scope: Scope<'_>, rows: &[Row], i: usize) -> Option<Found> {
    let row = rows[i];
    let text = row.text(scope.reading);
    let begins = text.starts_with(char::is_uppercase);
    if !begins || text.ends_with(['.', ',', ';']) || text.chars().count() > 110 {
        return None;
    }
    let next = rows.get(i + 1)?.text(scope.reading);
    let is_clause = begins_clause(scope, next);
    let small = is_clause && next.trim_start().starts_with(char::is_lowercase);
    let kind = match deciding(scope, text) {
        Some((_, kind)) => kind,
        None if small && is_body(scope, text) => Section::Decision,
        None if has_proposed(scope, text) => Section::Proposal,
        None => return None,
    };
    let pointed = starts_bulleted(next)
        || is_clause
        || breaks_off(scope, &row, next)
        || rows[i + 1].gap && kind == Section::Decision && names_somebody(scope, rows, i + 1);
    let wraps = !rows[i + 1].paragraph && !rows[i + 1].gap && row.room < 12;
    (pointed && !wraps).then(|| Found {
        kind,
        heading: Heading {
            rows: vec![without_colon(scope, row)],
            score: 0.95,
        },
        first: None,
        taken: 1,
    })
}

/// `Kommunstyrelsen föreslår kommunfullmäktige besluta att`, broken off long before the
/// line's end, above the one point in small letters.
fn breaks_off(scope: Scope<'_>, row: &Row, next: &str) -> bool {
    const RAGGED: usize = 16;
    let last = row.text(scope.reading).split_whitespace().next_back();
    let first = next.split_whitespace().next().unwrap_or("");
    last.is_some_and(|w| scope.vocabulary.words().is_clause(w))
        && first.starts_with(char::is_lowercase)
        && row.room > first.chars().count() + RAGGED
}

/// Two persons or more, each on a line: "Kommunfullmäktige utser" above those elected.
fn names_somebody(scope: Scope<'_>, rows: &[Row], from: usize) -> bool {
    let list = rows[from..].iter().enumerate();
    let list = list.take_while(|(n, row)| *n == 0 || !row.gap);
    let named = list.map(|(_, row)| begins_with_person(scope, row.text(scope.reading)));
    let named: Vec<bool> = named.collect();
    named.len() > 1 && named.into_iter().all(|named| named)
}

/// Whether a line begins with a person and their party.
pub fn begins_with_person(scope: Scope<'_>, text: &str) -> bool {
    let named = people::named(text, scope.vocabulary.words(), false);
    named.first().is_some_and(|n| n.span.start == 0) && !text.ends_with('.')
}

/// A body and nothing else: `ARBETSUTSKOTTET`.
pub fn is_body(scope: Scope<'_>, text: &str) -> bool {
    let line = tokens(text);
    let ends = scope.vocabulary.words().body_ends(&line, 0, false);
    !line.is_empty() && ends.contains(&line.len())
}

/// `Au beslöt …`: a body by its initials.
fn by_initials(line: &[Token], words: &Words) -> Option<bodies::Named> {
    let first = line.first().filter(|t| t.capital)?;
    words.body_of_initials(&first.folded)?;
    Some(bodies::Named {
        span: first.span,
        first: 0,
        end: 1,
        body: true,
        genitive: false,
    })
}

/// `Arbetsutskottet har 1994-05-17, § 58, föreslagit nämnden` above what it has proposed:
/// only a day and a paragraph stand between.
fn has_proposed(scope: Scope<'_>, text: &str) -> bool {
    const FARTHEST: usize = 8;
    let words = scope.vocabulary.words();
    let line = tokens(text);
    let body = bodies::named(&line, words).into_iter().next();
    let Some(body) = body.filter(|b| b.first == 0 && !b.genitive) else {
        return false;
    };
    let mut behind = line[body.end..].iter();
    let is_between = |t: &&Token| {
        let is_short = t.folded.chars().count() <= 3;
        let is_day = t.folded.contains(|c: char| c.is_ascii_digit());
        is_short || is_day || words.calendar().is_month(&t.folded)
    };
    behind.next().is_some_and(|t| words.is_having(&t.folded))
        && behind
            .take(FARTHEST)
            .find(|t| !is_between(t))
            .is_some_and(|t| words.has_proposed(&t.folded))
}

/// Whether `text` begins with a body that decides or proposes, in a sentence:
/// "Kommunstyrelsen beslutar utse …". The body's tokens, and what it does.
pub fn deciding(scope: Scope<'_>, text: &str) -> Option<(bodies::Named, Section)> {
    let words = scope.vocabulary.words();
    let cut = text.char_indices().nth(120).map_or(text.len(), |(i, _)| i);
    let line = tokens(&text[..cut]);
    let body = bodies::named(&line, words)
        .into_iter()
        .next()
        .filter(|b| b.first == 0 && !b.genitive)
        .or_else(|| by_initials(&line, words))?;
    let verb = line.get(body.end)?;
    let kind = words.deciding_verb(&verb.folded)?;
    // "Kommunstyrelsen beslutar föreslå kommunfullmäktige …" proposes.
    let proposes = line[body.end + 1..]
        .iter()
        .take(2)
        .any(|t| words.deciding_verb(&t.folded) == Some(Section::Proposal) && !t.capital);
    let kind = if proposes { Section::Proposal } else { kind };
    Some((body, kind))
}
