//! Heads of pages, known by what they hold: a municipality, a body, the word for
//! minutes, a date, a page number, and nothing else.

use super::Scope;
use crate::extract::case_numbers;
use crate::extract::dates::pattern;
use crate::extract::flow::Row;
use crate::extract::gazetteer;
use crate::extract::tokens::{Token, tokens};
use crate::extract::vocabulary::{Furniture, Label, Section, Slot};
use regex::Regex;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// How a line looks as part of a page head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Look {
    /// Something else.
    Other,
    /// A municipality or a body alone, which may also be a list's entry.
    Name,
    /// With a word, date or number that only heads have.
    Head,
}

/// Divides `rows` into page heads and the rest.
pub(super) fn set_aside(scope: Scope<'_>, rows: Vec<Row>) -> (Vec<Row>, Vec<Row>) {
    let looks: Vec<Look> = rows.iter().map(|row| look(scope, row)).collect();
    let mut head = vec![false; rows.len()];
    mark_tops(scope, &rows, &looks, &mut head);
    mark_repeated(scope, &rows, &looks, &mut head);
    mark_unparted(scope, &rows, &looks, &mut head);
    let mut heads = Vec::new();
    let mut body = Vec::new();
    let mut after_head = false;
    for (mut row, is_head) in rows.into_iter().zip(head) {
        if is_head {
            heads.push(row);
        } else {
            row.gap |= after_head;
            body.push(row);
        }
        after_head = is_head;
    }
    (heads, body)
}

/// Lines at the top of a page, as far as they look like its head.
fn mark_tops(scope: Scope<'_>, rows: &[Row], looks: &[Look], head: &mut [bool]) {
    const DEEPEST: usize = 10;
    let page = |i: usize| scope.reading.lines[rows[i].line].page;
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    let mut tops = Vec::new();
    let mut i = 0;
    while i < rows.len() {
        let start = i;
        while i < rows.len()
            && page(i) == page(start)
            && i - start < DEEPEST
            && looks[i] > Look::Other
        {
            *seen.entry(key(scope, &rows[i])).or_default() += 1;
            i += 1;
        }
        tops.push(start..i);
        while i < rows.len() && page(i) == page(start) {
            i += 1;
        }
    }
    for top in tops {
        let strong = top.clone().rev().find(|&i| looks[i] == Look::Head);
        let Some(last) = strong else { continue };
        for i in top {
            let often = seen.get(&key(scope, &rows[i])).is_some_and(|&n| n > 1);
            let joined =
                i > last && (last + 1..=i).all(|j| !rows[j].gap && names_body(scope, &rows[j]));
            head[i] = i <= last || often || joined;
        }
    }
}

/// Head lines that text extraction left inside the page: they repeat, or name the
/// meeting's day; a body's name goes with them when it stands right before.
fn mark_repeated(scope: Scope<'_>, rows: &[Row], looks: &[Look], head: &mut [bool]) {
    const NEARBY: usize = 4;
    let mut count: FxHashMap<String, usize> = FxHashMap::default();
    for (row, &look) in rows.iter().zip(looks) {
        if look > Look::Other {
            *count.entry(key(scope, row)).or_default() += 1;
        }
    }
    for i in 0..rows.len() {
        if head[i] || looks[i] != Look::Head {
            continue;
        }
        let text = rows[i].text(scope.reading);
        if case_numbers::find(text, scope.vocabulary.words().case_labels()).is_some() {
            continue;
        }
        let repeated = count.get(&key(scope, &rows[i])).is_some_and(|&n| n > 2);
        let next = rows.get(i + 1).is_some_and(|r| dated_head(scope, r));
        let is_numbered = || next && is_numbered(scope, &rows[i]);
        let repeated = || repeated && !is_entry(scope, rows, i);
        if !(dated_head(scope, &rows[i]) || is_numbered() || repeated()) {
            continue;
        }
        head[i] = true;
        if i > 0 && head[i - 1] {
            continue;
        }
        // At most a heading slipped in between the name and the rest of the head.
        let from = i.saturating_sub(NEARBY);
        let name = (from..i).rev().find(|&j| looks[j] == Look::Name);
        if let Some(name) =
            name.filter(|&j| count.get(&key(scope, &rows[j])).is_some_and(|&n| n > 1))
            && rows[name + 1..i].len() <= 1
            && rows[name + 1..i].iter().all(|r| is_heading(scope, r))
        {
            head[name] = true;
        }
    }
}

/// `Arbetsutskottets protokoll 2016-10-04, § 152` in a list of documents that every item has.
fn is_entry(scope: Scope<'_>, rows: &[Row], i: usize) -> bool {
    const LONGEST: usize = 12;
    let from = i.saturating_sub(LONGEST);
    // The list begins below a heading, or at a gap with or without one.
    let heading = (from + 1..=i).rev().find_map(|j| {
        let above = rows[j - 1].text(scope.reading);
        let is_apart = rows[j].gap;
        let hit = (is_apart || above.chars().count() < 60)
            .then(|| scope.vocabulary.heading(&tokens(above)))
            .flatten();
        (is_apart || hit.is_some()).then_some(hit)
    });
    heading.flatten().is_some_and(|h| {
        matches!(
            h.kind,
            Section::Documents | Section::Earlier | Section::Handling
        )
    })
}

/// Heads inside a page, where nothing marks that a new one begins: a line with a page's
/// number and the word for minutes, and the lines below it that stand below others too.
fn mark_unparted(scope: Scope<'_>, rows: &[Row], looks: &[Look], head: &mut [bool]) {
    const DEEPEST: usize = 6;
    let starts: Vec<usize> = (0..rows.len())
        .filter(|&i| looks[i] == Look::Head && is_paged(scope, &rows[i]))
        .collect();
    if starts.len() < 2 {
        return;
    }
    for &start in &starts {
        head[start] = true;
        for below in start + 1..(start + 1 + DEEPEST).min(rows.len()) {
            let same = key(scope, &rows[below]);
            let repeats = !same.is_empty()
                && starts.iter().any(|&other| {
                    other != start
                        && rows
                            .get(other + (below - start))
                            .is_some_and(|row| key(scope, row) == same)
                });
            if !repeats {
                break;
            }
            head[below] = true;
        }
    }
}

/// `PROTOKOLL 2(4)`: the word for minutes and a page's number with the number of pages.
fn is_paged(scope: Scope<'_>, row: &Row) -> bool {
    let text = row.text(scope.reading);
    let line = tokens(text);
    let words = scope.vocabulary.words();
    PAGE_OF.is_match(text) && line.iter().any(|t| words.is_minutes_word(&t.folded))
}

fn is_heading(scope: Scope<'_>, row: &Row) -> bool {
    let text = row.text(scope.reading);
    text.chars().count() < 60 && scope.vocabulary.heading(&tokens(text)).is_some()
}

/// `Sammanträdesdatum: 2024-02-21`
fn dated_head(scope: Scope<'_>, row: &Row) -> bool {
    let line = tokens(row.text(scope.reading));
    let head = scope.vocabulary.furniture(&line);
    head.is_some_and(|h| {
        h.kind == Furniture::Head && h.taken > 1 && h.slots.iter().any(|s| s.0 == Slot::Date)
    })
}

/// `Protokoll nr 5`
fn is_numbered(scope: Scope<'_>, row: &Row) -> bool {
    let line = tokens(row.text(scope.reading));
    let head = scope.vocabulary.furniture(&line);
    head.is_some_and(|h| h.kind == Furniture::Head && h.slots.iter().any(|s| s.0 == Slot::Number))
}

/// The line with its digits made alike.
fn key(scope: Scope<'_>, row: &Row) -> String {
    tokens(row.text(scope.reading))
        .iter()
        .filter(|t| t.folded.len() > 1 || t.folded.starts_with(|c: char| c.is_ascii_digit()))
        .map(|t| t.folded.replace(|c: char| c.is_ascii_digit(), "#"))
        .collect::<Vec<_>>()
        .join(" ")
}

static PAGE_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\d{1,4}\s?(?:[({\[]\s?\d{1,4}\s?[)}\]]|/\s?\d{1,4}|av\s\d{1,4})"));
static PAGE_OF: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b\d{1,3}\s?(?:\(\s?\d{1,3}\s?\)|/\s?\d{1,3}|av\s\d{1,3})$"));
static PARAGRAPHS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:§|8)?§\s?\d+(?:/\d+)?(?:\s?[-–—]\s?(?:§\s?)?\d+(?:/\d+)?)?$"));
static CLOCK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:kl\.?\s?)?\d{1,2}[.:]\d{2}\s?[-–—]+\s?\d{1,2}[.:]\d{2}$"));

/// Reads a line from left to right as elements of a head.
fn look(scope: Scope<'_>, row: &Row) -> Look {
    let text = row.text(scope.reading);
    if text.chars().count() > 120 {
        return Look::Other;
    }
    // "Kommunstyrelsen § 67   Dnr KS 2013/191" heads an item.
    let labels = scope.vocabulary.words().case_labels();
    if text.contains('§') && case_numbers::find(text, labels).is_some() {
        return Look::Other;
    }
    let mut strong = false;
    let mut named = 0;
    let mut stray = 0;
    let cut = PARAGRAPHS
        .find(text)
        .or_else(|| CLOCK.find(text))
        .map_or(text.len(), |m| m.start());
    if cut == 0 {
        return Look::Other;
    }
    let line = tokens(&text[..cut]);
    let mut at = 0;
    while at < line.len() {
        let rest = &line[at..];
        if let Some(hit) = scope
            .vocabulary
            .furniture_prefix(rest)
            .filter(|h| h.kind == Furniture::Head)
        {
            strong = true;
            at += hit.taken;
        } else if let Some(end) = date_end(scope, rest) {
            strong = true;
            at += end;
        } else if let Some(m) = PAGE_NUMBER.find(&text[line[at].span.start..cut]) {
            strong = true;
            let end = line[at].span.start + m.end();
            while at < line.len() && line[at].span.start < end {
                at += 1;
            }
        } else if let Some(taken) = name_end(scope, rest) {
            named += 1;
            at += taken;
        } else if rest[0].folded.parse::<u32>().is_ok() && line.len() == 1 {
            // A page's number, or an item's whose sign was misread.
            named += 1;
            at += 1;
        } else if rest[0].folded.parse::<u32>().is_ok() && (strong || named > 0) {
            strong = true;
            at += 1;
        } else if rest.len() == 1 && strong && named > 0 && rest[0].folded.chars().count() <= 5 {
            // A page's number that was misread: "Sav5".
            stray += 1;
            at += 1;
        } else if rest[0].folded.chars().count() <= 2
            && !rest[0].folded.chars().any(|c| c.is_ascii_digit())
        {
            stray += 1;
            at += 1;
        } else {
            return Look::Other;
        }
    }
    match (strong, named) {
        (true, _) if stray <= 2 => Look::Head,
        (false, 1..) if stray <= 1 => Look::Name,
        _ => Look::Other,
    }
}

fn date_end(scope: Scope<'_>, rest: &[Token]) -> Option<usize> {
    let words = scope.vocabulary.words();
    let skip = usize::from(
        rest.first()
            .is_some_and(|t| words.calendar().is_weekday(&t.folded)),
    );
    words.slot_ends(Slot::Date, rest, skip).first().copied()
}

/// A line that holds letters, not just a number.
fn names_body(scope: Scope<'_>, row: &Row) -> bool {
    row.text(scope.reading).chars().any(char::is_alphabetic)
}

/// A municipality or a body.
fn name_end(scope: Scope<'_>, rest: &[Token]) -> Option<usize> {
    let words = scope.vocabulary.words();
    if let Some(place) = gazetteer::mention(rest, 0, words.municipality_kinds()) {
        return Some(place.end);
    }
    [Slot::Body, Slot::BodyGenitive]
        .into_iter()
        .filter_map(|slot| words.slot_ends(slot, rest, 0).first().copied())
        .max()
}

/// Whether a line begins with a label of the front page.
pub fn begins_with_label(scope: Scope<'_>, row: &Row) -> Option<Label> {
    let line = tokens(row.text(scope.reading));
    scope.vocabulary.label_prefix(&line).map(|h| h.kind)
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::minutes;

    #[test]
    fn heads_repeat_where_no_form_feed_parts_pages() {
        let head = |n: u32| {
            format!(
                "PROTOKOLL {n}(4)\nRegion Halland\n\nDriftnämnden  §§ 4-5\nTid: 2019-05-16 kl. 13.00–15.10\n"
            )
        };
        let text = format!(
            "{}\n§ 4 Bidrag\n\nBeslut\nBidraget beviljas.\n\nBeslutet skickas till\nRevisionen\n\n{}\n§ 5 Val\n\nBeslut\nVal görs.\n",
            head(1),
            head(2)
        );
        let item = &minutes(&text).items[0];
        let told: Vec<&str> = item.recipients.iter().map(|r| r.value.as_str()).collect();
        assert_eq!(told, ["Revisionen"]);
    }
}
