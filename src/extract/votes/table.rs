//! Tables of ballots: heads that say what a mark below them means, a person on
//! each row, sums at the end.

use super::super::dates::pattern;
use super::super::flow::{Flow, Row};
use super::super::minutes::{Ballot, Choice, Person};
use super::super::outline::Scope;
use super::super::paragraph;
use super::super::people::{self, in_name};
use super::super::read::Read;
use super::super::tokens::{Token, fold, tokens};
use super::push_ballot;
use super::totals::Totals;
use crate::text::Span;
use regex::Regex;
use std::sync::LazyLock;

/// A mark below a column's head.
static MARK: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[Xx×✓]{1,2}$"));

/// A column: where its head's middle stands, and the side it is for.
type Column = (usize, Option<Choice>);

/// Reads a table. Marks whose column was lost say nothing.
pub(super) fn table(scope: Scope<'_>, rows: &[Row]) -> (Vec<Ballot>, Totals) {
    let voting = scope.vocabulary.words().voting();
    let mut ballots = Vec::new();
    let mut totals = Totals::default();
    let mut columns: Vec<Column> = Vec::new();
    for row in rows {
        let text = row.text(scope.reading);
        let line = tokens(text);
        if let Some(heads) = heads(scope, row, &line) {
            columns = heads;
            continue;
        }
        if line.first().is_some_and(|t| voting.is_sum(&t.folded)) {
            sums(scope, row, &columns, &mut totals);
            continue;
        }
        if let Some((person, choice)) = ballot(scope, row, &columns) {
            push_ballot(&mut ballots, person, choice);
        }
    }
    (ballots, totals)
}

/// The columns that a row of heads sets: at least two sides, and no person.
fn heads(scope: Scope<'_>, row: &Row, line: &[Token]) -> Option<Vec<Column>> {
    let voting = scope.vocabulary.words().voting();
    let text = row.text(scope.reading);
    // Counted on from the word before: a row may be a document long.
    let (mut counted, mut letters) = (0, 0);
    let columns: Vec<Column> = line
        .iter()
        .map(|t| {
            letters += text[counted..t.span.start].chars().count();
            counted = t.span.start;
            let middle = letters + t.span.of(text).chars().count() / 2;
            (row.indent + middle, voting.choice(&t.folded))
        })
        .collect();
    let sides = columns.iter().filter(|c| c.1.is_some()).count();
    let marked = text.split_whitespace().any(|w| MARK.is_match(w));
    (sides >= 2 && !marked && people::named(text, scope.vocabulary.words(), false).is_empty())
        .then_some(columns)
}

/// Whether a row is the head of a table of ballots.
pub(super) fn is_head(scope: Scope<'_>, row: &Row) -> bool {
    heads(scope, row, &tokens(row.text(scope.reading))).is_some()
}

/// The person of a row and the side that its mark or last word says.
fn ballot(scope: Scope<'_>, row: &Row, columns: &[Column]) -> Option<(Person, Choice)> {
    const WIDE: usize = 4;
    let voting = scope.vocabulary.words().voting();
    let text = row.text(scope.reading);
    let place = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    let last = text.split_whitespace().next_back()?;
    let said = voting
        .choice(&fold(last.trim_end_matches('.')))
        .filter(|_| place(last) > 0);
    if let Some(choice) = said {
        return Some((person_in_row(scope, row, place(last))?, choice));
    }
    let mut marks = text.split_whitespace().filter(|w| MARK.is_match(w));
    let first = marks.next()?;
    // Without the gaps the columns are lost.
    if !text.contains("   ") {
        return None;
    }
    let choice = [first].into_iter().chain(marks).find_map(|mark| {
        let middle = row.indent + text[..place(mark)].chars().count();
        columns
            .iter()
            .min_by_key(|(at, _)| at.abs_diff(middle))
            .filter(|(at, _)| at.abs_diff(middle) <= WIDE)?
            .1
    })?;
    Some((person_in_row(scope, row, place(first))?, choice))
}

/// `Lena Graf Sjödin, 2:e v ordf  M` before the mark.
fn person_in_row(scope: Scope<'_>, row: &Row, mark: usize) -> Option<Person> {
    let words = scope.vocabulary.words();
    let flow = Flow::of_row(scope.reading, &row.upto(scope.reading, mark));
    let text = flow.text.trim_end();
    // A substitute stands after the member, nearer to the mark.
    if let Some(n) = people::named(text, words, false).last() {
        return Some(people::person(scope.reading, &flow, n));
    }
    // Names that the document knows, or the last cell that is one, without a party.
    let cell = || last_name_cell(row.upto(scope.reading, mark).text(scope.reading));
    let known = scope.names.persons(text, scope).pop();
    let bare = known.map(|n| n.name).or_else(|| {
        cell().and_then(|name| text.find(&name).map(|at| Span::new(at, at + name.len())))
    });
    let party = text.split_whitespace().next_back()?;
    let start = text.len() - party.len();
    let unmarked = bare.is_some_and(|b| b.end == text.len());
    if party.chars().count() > 5 || start == 0 || unmarked {
        return bare.map(|name| Person {
            name: flow.read(scope.reading, name).doubted(0.93),
            party: None,
            role: None,
        });
    }
    let before = text[..start].trim_end();
    let (name, role) = match before.find(',') {
        Some(comma) => (&before[..comma], Some(before[comma + 1..].trim())),
        None => (before, None),
    };
    if name.split_whitespace().count() < 2
        || !name
            .split_whitespace()
            .all(|w| in_name(w) || words.is_particle(w))
    {
        return None;
    }
    let place = |part: &str| {
        let at = part.as_ptr() as usize - flow.text.as_ptr() as usize;
        Span::new(at, at + part.len())
    };
    Some(Person {
        name: flow.read(scope.reading, place(name)).doubted(0.96),
        party: Some(flow.read(scope.reading, place(party)).doubted(0.95)),
        role: role
            .filter(|r| !r.is_empty())
            .map(|r| flow.read(scope.reading, place(r)).doubted(0.93)),
    })
}

/// The last cell of a row that looks like a name.
fn last_name_cell(text: &str) -> Option<String> {
    let cells = text.split("  ").map(str::trim).filter(|c| !c.is_empty());
    let last = cells.filter(|c| c.chars().count() > 3).last()?;
    let words: Vec<&str> = last.split_whitespace().collect();
    ((2..=4).contains(&words.len()) && words.iter().all(|w| in_name(w))).then(|| words.join(" "))
}

/// The sums below a table, in the order of its sides.
fn sums(scope: Scope<'_>, row: &Row, columns: &[Column], into: &mut Totals) {
    let flow = Flow::of_row(scope.reading, row);
    let numbers: Vec<Read<u32>> = flow
        .text
        .split_whitespace()
        .filter_map(|w| {
            let start = w.as_ptr() as usize - flow.text.as_ptr() as usize;
            let value = w.parse().ok()?;
            Some(
                flow.read(scope.reading, Span::new(start, start + w.len()))
                    .map(|_| value)
                    .doubted(0.93),
            )
        })
        .collect();
    let sides: Vec<Choice> = columns.iter().filter_map(|c| c.1).collect();
    if numbers.len() != sides.len() {
        return;
    }
    for (number, choice) in numbers.into_iter().zip(sides) {
        *into.slot(choice) = Some(number);
    }
}

/// Rows divided at the heads of tables, with the paragraph that stands above each.
pub(super) fn by_paragraph(scope: Scope<'_>, rows: &[Row]) -> Vec<(String, Vec<Row>)> {
    const ABOVE: usize = 6;
    let at: Vec<usize> = (0..rows.len())
        .filter(|&i| is_head(scope, &rows[i]))
        .collect();
    let mut out = Vec::new();
    for (n, &start) in at.iter().enumerate() {
        let end = at.get(n + 1).copied().unwrap_or(rows.len());
        let number = rows[start.saturating_sub(ABOVE)..=start]
            .iter()
            .rev()
            .find_map(|row| paragraph_in(row.text(scope.reading)));
        if let Some(number) = number {
            out.push((number, rows[start..end].to_vec()));
        }
    }
    out
}

/// Ballots on several paragraphs in one table, a column for each:
///
/// ```text
/// Namn         Parti    § 74     § 75
/// Anna Ek      S        Nej      Ja
/// ```
pub(super) fn by_column(scope: Scope<'_>, rows: &[Row]) -> Vec<(String, Vec<Ballot>)> {
    let voting = scope.vocabulary.words().voting();
    let mut out: Vec<(String, Vec<Ballot>)> = Vec::new();
    let mut columns: Vec<(usize, usize)> = Vec::new();
    for row in rows {
        let heads = paragraphs_side_by_side(scope, row);
        if !heads.is_empty() {
            columns = (out.len()..)
                .zip(&heads)
                .map(|(n, head)| (head.0, n))
                .collect();
            out.extend(heads.into_iter().map(|(_, number)| (number, Vec::new())));
            continue;
        }
        let text = row.text(scope.reading);
        let words = text.split_whitespace();
        let place = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
        let said: Vec<(usize, Choice)> = words
            .filter_map(|w| Some((place(w), voting.choice(&fold(w.trim_end_matches('.')))?)))
            .collect();
        let Some(first) = said.first().filter(|s| s.0 > 0 && !columns.is_empty()) else {
            continue;
        };
        let Some(person) = person_in_row(scope, row, first.0) else {
            continue;
        };
        for (i, &(at, choice)) in said.iter().enumerate() {
            let at = row.indent + text[..at].chars().count();
            let nearest = match said.len() == columns.len() {
                // Where the columns were lost their order tells.
                true => columns.get(i),
                false => columns.iter().min_by_key(|(column, _)| column.abs_diff(at)),
            };
            if let Some(&(_, n)) = nearest {
                push_ballot(&mut out[n].1, person.clone(), choice);
            }
        }
    }
    out.retain(|(_, ballots)| !ballots.is_empty());
    out
}

static PARAGRAPH: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"§\s?(?P<n>\d{1,4}(?:[:/]\d{1,4})?)(?:\s|$)"));

/// The paragraphs that head columns, and where; nothing else stands there but what else is
/// known of the voters.
fn paragraphs_side_by_side(scope: Scope<'_>, row: &Row) -> Vec<(usize, String)> {
    let words = scope.vocabulary.words();
    let text = row.text(scope.reading);
    let Some(first) = text.find('§').filter(|&at| at > 0) else {
        return Vec::new();
    };
    let before = tokens(&text[..first]);
    let rest = PARAGRAPH.replace_all(&text[first..], "");
    if !rest.trim().is_empty() || !before.iter().all(|t| words.is_roster_word(&t.folded)) {
        return Vec::new();
    }
    PARAGRAPH
        .captures_iter(text)
        .filter_map(|c| {
            let (whole, number) = (c.get(0)?, c.name("n")?);
            let at = row.indent + text[..whole.start()].chars().count();
            Some((at, paragraph::plain(number.as_str())))
        })
        .collect()
}

static REVERSED: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?P<n>\d{1,4})\s?§(?:\s|$)"));

/// The paragraph that a line names: "Omröstning, § 301", "Närv     46 §".
fn paragraph_in(text: &str) -> Option<String> {
    let at = text.find('§')?;
    if let Some(number) = REVERSED.captures(text).and_then(|c| c.name("n")) {
        return Some(number.as_str().to_string());
    }
    let span = paragraph::range(&text[at..])?;
    Some(paragraph::plain(span.of(&text[at..])))
}
