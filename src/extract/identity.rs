//! What document it is: its kind, its municipality and its body.

mod municipality;

use super::bodies;
use super::flow::{Flow, Row};
use super::minutes::{DocumentKind, Text};
use super::outline::{Outline, Scope};
use super::read::Read;
use super::tokens::{Token, fold, tokens};
use super::vocabulary::{Case, Section};
use crate::text::Span;
pub use municipality::municipality;
use std::collections::BTreeMap;

/// The body that met: from the page heads, from the sentence that introduces the
/// minutes, from the notice, or from who decides.
pub fn body(scope: Scope<'_>, outline: &Outline) -> Option<Text> {
    const HEAD: usize = 10;
    const SENTENCE: usize = 6;
    let mut votes: BTreeMap<String, (usize, Text)> = BTreeMap::new();
    for row in &outline.heads {
        count(scope, row, HEAD, &mut votes);
    }
    for pair in outline.heads.windows(2) {
        over_two_rows(scope, pair, HEAD, &mut votes);
    }
    if votes.is_empty() {
        for row in outline
            .feet
            .iter()
            .chain(&outline.front)
            .chain(&outline.back)
        {
            count(scope, row, SENTENCE, &mut votes);
        }
    }
    if votes.is_empty() {
        for item in &outline.items {
            for row in &item.rows {
                by_heading(scope, row, &mut votes);
            }
        }
    }
    if votes.is_empty() {
        for item in &outline.items {
            for row in &item.rows {
                let text = row.text(scope.reading);
                let deciding = super::outline::deciding(scope, text);
                if let Some((named, _)) = deciding.filter(|(named, _)| named.body) {
                    push(scope, row, text, &named, 1, &mut votes);
                }
            }
        }
    }
    if votes.is_empty() {
        return bare_body(scope, outline);
    }
    let longest = |name: &str| name.chars().count();
    let total: usize = votes.values().map(|v| v.0).sum();
    let (weight, body) = votes
        .into_iter()
        .max_by_key(|(name, (n, _))| (*n, longest(name)))
        .map(|(_, v)| v)?;
    let share = weight as f32 / total.max(1) as f32;
    Some(body.doubted(0.85 + 0.13 * share))
}

/// "Direktionen", where nothing tells whose: the body that items say decides.
fn bare_body(scope: Scope<'_>, outline: &Outline) -> Option<Text> {
    const SURE: f32 = 0.75;
    let rows = outline.items.iter().flat_map(|item| &item.rows);
    rows.into_iter().find_map(|row| {
        let text = row.text(scope.reading);
        let (named, _) = super::outline::deciding(scope, text)?;
        let name = fold(named.span.of(text));
        if !named.body || scope.vocabulary.words().is_generic_body(&name) {
            return None;
        }
        let flow = Flow::of_row(scope.reading, row);
        let read = flow.read(scope.reading, Span::new(0, named.span.end));
        Some(read.map(|name| bodies::base(&name, false)).doubted(SURE))
    })
}

/// The body that a heading names first decides or proposes, and is the one that
/// met: more often than the one that a proposal goes to.
fn by_heading(scope: Scope<'_>, row: &Row, votes: &mut BTreeMap<String, (usize, Text)>) {
    const FIRST: usize = 4;
    let text = row.text(scope.reading);
    if text.chars().count() > 110 {
        return;
    }
    let line = tokens(text);
    let heading = scope.vocabulary.heading(&line).map(|h| h.kind);
    if !matches!(heading, Some(Section::Decision | Section::Proposal)) {
        return;
    }
    for named in bodies::named(&line, scope.vocabulary.words()) {
        let weight = if named.first == 0 { FIRST } else { 1 };
        if named.body {
            push(scope, row, text, &named, weight, votes);
        }
    }
}

fn count(scope: Scope<'_>, row: &Row, weight: usize, votes: &mut BTreeMap<String, (usize, Text)>) {
    let text = row.text(scope.reading);
    if text.chars().count() > 140 {
        return;
    }
    // Paragraphs, dates and page numbers behind a name are none of it.
    let cut = text
        .find(['§', '\t'])
        .or_else(|| text.find("   "))
        .unwrap_or(text.len());
    let line = tokens(&text[..cut]);
    if let Some(named) = whole(scope, &line) {
        push(scope, row, text, &named, weight, votes);
        return;
    }
    let line = if cut < text.len() { tokens(text) } else { line };
    for named in bodies::named(&line, scope.vocabulary.words()) {
        if named.body {
            push(scope, row, text, &named, weight, votes);
        }
    }
}

/// A name over two rows of a column at the left of a page head: `Överförmyndarnämnden` over
/// `i norra Dalarna`, `Miljö- och samhälls-` over `byggnadsnämnden`.
fn over_two_rows(
    scope: Scope<'_>,
    pair: &[Row],
    weight: usize,
    votes: &mut BTreeMap<String, (usize, Text)>,
) {
    let [row, next] = pair else { return };
    let cell = |row: &Row| {
        let text = row.text(scope.reading);
        row.upto(scope.reading, text.find("  ").unwrap_or(text.len()))
    };
    let (first, second) = (cell(row), cell(next));
    let (above, below) = (first.text(scope.reading), second.text(scope.reading));
    if next.line != row.line + 1 || !below.starts_with(char::is_lowercase) {
        return;
    }
    let name = match above.strip_suffix('-') {
        Some(above) => format!("{above}{below}"),
        None => format!("{above} {below}"),
    };
    let line = tokens(&name);
    let Some(named) = whole(scope, &line).filter(|_| line.len() > 1) else {
        return;
    };
    let base = bodies::base(named.span.of(&name), false);
    let read = Flow::new(scope.reading, &[first, second.flowing()]).all(scope.reading);
    if let Some(read) = read {
        let entry = votes.entry(base.to_lowercase());
        entry.or_insert_with(|| (0, read.map(|_| base))).0 += weight;
    }
}

/// "Nämnden för arbetsmarknad och vuxenutbildning", alone on its line.
fn whole(scope: Scope<'_>, line: &[Token]) -> Option<bodies::Named> {
    const SHORTEST: usize = 3;
    let words = scope.vocabulary.words();
    let takes_all = words.body_ends(line, 0, false).contains(&line.len());
    let end = in_a_place(scope, line).or_else(|| {
        let named = takes_all && line.len() >= SHORTEST
            || of_a_place(scope, line)
            || takes_all && line.iter().any(|t| t.hyphen);
        named.then_some(line.len())
    })?;
    line[0].capital.then(|| bodies::Named {
        span: line[0].span.cover(line[end - 1].span),
        first: 0,
        end,
        body: true,
        genitive: false,
    })
}

/// "Kommundelsnämnden i Järna", "Överförmyndarnämnden i norra Dalarna": a body and where, up
/// to the words that page heads have beside it. The end.
fn in_a_place(scope: Scope<'_>, line: &[Token]) -> Option<usize> {
    const MOST: usize = 3;
    let words = scope.vocabulary.words();
    let of_head = |t: &Token| {
        let one = std::slice::from_ref(t);
        scope.vocabulary.furniture(one).is_some()
            || scope.vocabulary.label(one).is_some()
            || t.folded.starts_with(|c: char| c.is_ascii_digit())
    };
    words
        .body_ends(line, 0, false)
        .into_iter()
        .find_map(|body| {
            let behind = line.get(body + 1..)?;
            let length = behind.iter().take_while(|t| !of_head(t)).count();
            let is_place = (1..=MOST).contains(&length) && behind[length - 1].capital;
            (line.get(body)?.folded == "i" && is_place).then_some(body + 1 + length)
        })
}

/// "Enskede-Årsta-Vantörs stadsdelsnämnd": a place's genitive before an indefinite body.
fn of_a_place(scope: Scope<'_>, line: &[Token]) -> bool {
    const MOST: usize = 5;
    let words = scope.vocabulary.words();
    let Some((last, before)) = line.split_last() else {
        return false;
    };
    let genitive = before.last().is_some_and(|t| t.folded.ends_with('s'));
    (1..MOST).contains(&before.len())
        && genitive
        && before.iter().all(|t| t.capital)
        && words.body_case(last) == Some(Case::Indefinite)
        && !before.iter().any(|t| words.is_municipality_kind(&t.folded))
}

fn push(
    scope: Scope<'_>,
    row: &Row,
    text: &str,
    named: &bodies::Named,
    weight: usize,
    votes: &mut BTreeMap<String, (usize, Text)>,
) {
    let printed = named
        .span
        .of(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let base = bodies::base(&printed, named.genitive);
    // "Nämnden" alone names no body.
    if scope.vocabulary.words().is_bare_body(&base) {
        return;
    }
    let flow = Flow::of_row(scope.reading, row);
    let Some(start) = flow.text.find(&printed) else {
        return;
    };
    let bare = usize::from(named.genitive && printed.ends_with(['s', 'S']));
    let read = flow.read(
        scope.reading,
        Span::new(start, start + printed.len() - bare),
    );
    let key = base.to_lowercase();
    let mended = !printed.chars().any(char::is_lowercase);
    let entry = votes.entry(key).or_insert_with(|| {
        (
            0,
            Read {
                value: base.clone(),
                ..read.clone()
            },
        )
    });
    entry.0 += weight;
    // A form in small letters shows how it is written.
    if !mended && !named.genitive && entry.1.confidence <= read.confidence && entry.1.value != base
    {
        entry.1 = Read {
            value: base,
            ..read
        };
    }
}

/// What kind of document it is.
pub fn kind(scope: Scope<'_>, outline: &Outline, fronted: bool) -> Option<Read<DocumentKind>> {
    let words = scope.vocabulary.words();
    let evidence = |row: &Row| Flow::of_row(scope.reading, row).all(scope.reading);
    let says = |row: &&Row, extract: bool| {
        tokens(row.text(scope.reading)).iter().any(|t| {
            if extract {
                words.is_extract_word(&t.folded)
            } else {
                words.is_minutes_word(&t.folded)
            }
        })
    };
    let early = || outline.heads.iter().chain(outline.front.iter().take(12));
    let from = |row: Option<&Row>, kind, certainty| {
        row.and_then(evidence)
            .map(|e| e.derive(kind).doubted(certainty))
    };
    if let Some(row) = early().find(|r| says(r, true)) {
        return from(Some(row), DocumentKind::Extract, 0.98);
    }
    let minutes = early().find(|r| says(r, false));
    let first = outline.items.first().and_then(|i| i.rows.first());
    match outline.items.len() {
        0 if minutes.is_none() => from(outline.front.first(), DocumentKind::Other, 0.8),
        0 => from(minutes, DocumentKind::Minutes, 0.8),
        1 if !fronted => from(minutes.or(first), DocumentKind::Extract, 0.9),
        _ => from(minutes.or(first), DocumentKind::Minutes, 0.96),
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::minutes;

    #[test]
    fn a_body_is_named_after_a_place_or_without_an_article() {
        for (head, body) in [
            (
                "Enskede-Årsta-Vantörs stadsdelsnämnd",
                "Enskede-Årsta-Vantörs stadsdelsnämnd",
            ),
            (
                "Gemensam nämnd för löneservice          Protokoll 1 (5)",
                "Gemensam nämnd för löneservice",
            ),
            (
                "Nämnden för arbetsmarknad och attraktivitet  §§ 4-5",
                "Nämnden för arbetsmarknad och attraktivitet",
            ),
        ] {
            let text =
                format!("{head}\nPROTOKOLL 2019-05-16\n\n§ 4 Budget\n\nBeslut\nBudgeten antas.\n");
            let found = minutes(&text);
            assert_eq!(found.body.map(|b| b.value).as_deref(), Some(body));
        }
    }

    #[test]
    fn surnames_and_homes_name_no_municipality() {
        let text = "Sammanträde med direktionen 2018-04-20\n\nNärvarande\nPer Ek (S), Gagnef\nBo Al (M), Vansbro\nKajsa Berg Moretti, sekreterare\n\n§ 1 Val\n\nBeslut\nVal görs.\n";
        assert_eq!(minutes(text).municipality, None);
    }

    #[test]
    fn letters_that_only_differ_by_marks_are_told_apart() {
        let code = |name: &str| {
            let text = format!(
                "{name} kommun   Protokoll\nKommunstyrelsen 2008-10-08\n\n§ 1 Val\n\nBeslut\nVal görs.\n"
            );
            minutes(&text)
                .municipality
                .and_then(|m| m.code)
                .map(|c| c.value)
        };
        assert_eq!(code("Habo").as_deref(), Some("0643"));
        assert_eq!(code("Håbo").as_deref(), Some("0305"));
    }
}
