//! Where items begin and end.

use super::page_head::begins_with_label;
use super::{Outline, Scope, contents, references};
use crate::extract::flow::Row;
use crate::extract::paragraph::{self, Head, Sign};
use crate::extract::tokens::tokens;
use crate::extract::vocabulary::{Label, Section};
use crate::normalize::LineClass;
use crate::text::Span;

/// The rows of one item.
#[derive(Clone, Debug, Default)]
pub struct ItemRows {
    /// Its number; none where an extract states none.
    pub number: Option<Number>,
    /// What stands on the head's line after the number, then the lines below.
    pub rows: Vec<Row>,
}

/// An item's number and where it stands.
#[derive(Clone, Debug)]
pub struct Number {
    /// As the contract wants it.
    pub value: String,
    /// Its place in the reading.
    pub span: Span,
    /// First and last paragraph.
    pub range: (u32, u32),
    /// How sure it is that an item begins here.
    pub certainty: f32,
}

/// A line that may begin an item.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// Index among the rows.
    pub(super) row: usize,
    pub(super) head: Head,
    /// Where the head begins in the row's text.
    pub(super) from: usize,
    /// It stands apart and goes on like a title or with a case number.
    pub(super) opens: bool,
    /// It stands below the heading of a table of contents.
    pub(super) in_contents: bool,
}

/// Divides the body of a document at its items' heads.
pub(super) fn divide(scope: Scope<'_>, rows: Vec<Row>, heads: &[Row]) -> Outline {
    let doubtful = |row: &Row| scope.reading.lines[row.line].class == LineClass::PageNumber;
    let mut candidates = candidates(scope, &rows);
    let tables = contents::remove(&mut candidates);
    references::remove(&mut candidates, &rows);
    let accepted = accept(candidates);
    let mut outline = Outline::default();
    if accepted.is_empty() {
        let rows = rows.into_iter().filter(|r| !doubtful(r)).collect();
        return without_numbers(scope, rows, heads);
    }
    let mut at = 0;
    let mut current: Option<usize> = None;
    let mut back = false;
    for (i, row) in rows.iter().enumerate() {
        if let Some(begun) = accepted.get(at).filter(|c| c.row == i) {
            at += 1;
            back = false;
            begin(scope, &mut outline, row, begun, &mut current);
            continue;
        }
        if tables.iter().any(|t| t.contains(&i)) || in_table_heading(scope, row, &tables, i) {
            continue;
        }
        if doubtful(row) {
            continue;
        }
        back |= current.is_some() && begins_back(scope, &rows, i, at == accepted.len());
        match current {
            Some(item) if !back => outline.items[item].rows.push(*row),
            Some(_) => outline.back.push(*row),
            None => outline.front.push(*row),
        }
    }
    outline
}

/// Begins an item, or goes on with the one before.
fn begin(
    scope: Scope<'_>,
    outline: &mut Outline,
    row: &Row,
    begun: &Accepted,
    current: &mut Option<usize>,
) {
    let head = &begun.head;
    if begun.continues {
        return;
    }
    let reading = scope.reading;
    let line = row.text(reading);
    let base = row.span.start + begun.from;
    let printed = Span::new(base + head.number.start, base + head.number.end);
    let mut item = ItemRows {
        number: Some(Number {
            value: paragraph::plain(printed.of(&reading.text)),
            span: printed,
            range: (head.first, head.last),
            certainty: begun.certainty,
        }),
        rows: Vec::new(),
    };
    let rest = row.from(reading, (begun.from + head.rest.start).min(line.len()));
    // A dash or a misread rule may part the number from what follows.
    let tail = rest.text(reading);
    let stray = tail.len() - tail.trim_start_matches(is_stray).len();
    let rest = rest.from(reading, stray);
    if !rest.span.is_empty() {
        item.rows.push(Row {
            gap: true,
            paragraph: true,
            ..rest
        });
    }
    *current = Some(outline.items.len());
    outline.items.push(item);
}

fn is_stray(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '–' | '—' | '=' | '_' | '|' | '~' | '•' | '»' | '«' | ':'
        )
}

fn candidates(scope: Scope<'_>, rows: &[Row]) -> Vec<Candidate> {
    let mut in_contents = false;
    let mut out = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let text = row.text(scope.reading);
        if is_contents_heading(scope, row) {
            in_contents = true;
        }
        let heads = match paragraph::head(text) {
            Some(head) => match paragraph::doubled(text) {
                Some(doubled) => vec![
                    doubled,
                    Head {
                        sign: Sign::Misread,
                        ..head
                    },
                ],
                None => vec![head],
            },
            None => paragraph::glued(text),
        };
        for head in heads {
            if !is_reference(scope, rows, i, &head) && !heads_ballots(scope, rows, i, &head) {
                out.push(Candidate {
                    row: i,
                    from: 0,
                    opens: row.gap
                        && text[head_end(&head)..].starts_with([' ', '\t'])
                        && opens(scope, text, &head),
                    in_contents: in_contents || after_contents(scope, row),
                    head,
                });
            }
        }
    }
    out
}

/// A paragraph alone above a table of ballots says what was voted on.
fn heads_ballots(scope: Scope<'_>, rows: &[Row], i: usize, head: &Head) -> bool {
    const BELOW: usize = 2;
    head.rest.is_empty()
        && rows[i + 1..]
            .iter()
            .take(BELOW)
            .any(|row| crate::extract::votes::is_table_head(scope, row))
}

fn head_end(head: &Head) -> usize {
    head.number.end
}

fn opens(scope: Scope<'_>, text: &str, head: &Head) -> bool {
    let rest = head.rest.of(text);
    let case = crate::extract::case_numbers::find(rest, scope.vocabulary.words().case_labels());
    case.is_some() || rest.starts_with(char::is_uppercase) && rest.chars().count() > 8
}

/// The line before was taken for one of a table of contents.
fn after_contents(scope: Scope<'_>, row: &Row) -> bool {
    let before = scope.reading.lines[..row.line].iter().rev();
    let last = before.take(6).find(|l| l.class != LineClass::Blank);
    last.is_some_and(|l| l.class == LineClass::Contents)
}

fn is_contents_heading(scope: Scope<'_>, row: &Row) -> bool {
    let text = row.text(scope.reading);
    text.chars().count() < 90
        && scope
            .vocabulary
            .label(&tokens(text))
            .is_some_and(|h| h.kind == Label::Contents)
}

fn in_table_heading(
    scope: Scope<'_>,
    row: &Row,
    tables: &[std::ops::Range<usize>],
    i: usize,
) -> bool {
    tables.iter().any(|t| {
        i < t.start && t.start - i <= 2 || i >= t.end && i < t.end + 1 && is_leader(scope, row)
    }) && (is_contents_heading(scope, row) || is_leader(scope, row))
}

/// The end of a contents line that ran over: `75 år .......... 4`.
fn is_leader(scope: Scope<'_>, row: &Row) -> bool {
    let text = row.text(scope.reading);
    text.contains("....") && text.ends_with(|c: char| c.is_ascii_digit())
}

/// A paragraph sign at a line's start that belongs to the sentence before.
fn is_reference(scope: Scope<'_>, rows: &[Row], i: usize, head: &Head) -> bool {
    let text = rows[i].text(scope.reading);
    let after = head.rest.of(text);
    if head.continued {
        return false;
    }
    let lower = after.starts_with(char::is_lowercase);
    let between = text.get(head.number.end..head.rest.start).unwrap_or("");
    let dots =
        after.starts_with('.') && !after.contains("...") || between.contains('.') && !rows[i].gap;
    if dots {
        return true;
    }
    let Some(before) = i.checked_sub(1).map(|j| &rows[j]) else {
        return false;
    };
    let last = before.text(scope.reading);
    let open =
        !rows[i].gap && (last.ends_with(',') || last.ends_with('-') || last.ends_with(" och"));
    let names_a_case =
        crate::extract::case_numbers::find(after, scope.vocabulary.words().case_labels()).is_some();
    open && !names_a_case
        || lower && !last.ends_with(['.', ':', '!', '?']) && !rows[i].gap
        || lower && head.sign == Sign::Misread
}

/// A candidate taken for an item's head.
#[derive(Clone, Debug)]
struct Accepted {
    row: usize,
    head: Head,
    from: usize,
    certainty: f32,
    continues: bool,
}

/// Takes every plain head, and a misread one where its number fits the run: it
/// leads to the next or follows the one before, between the plain ones around it.
fn accept(candidates: Vec<Candidate>) -> Vec<Accepted> {
    let mut out: Vec<Accepted> = Vec::new();
    for (i, c) in candidates.iter().enumerate() {
        let before = out.last();
        if before.is_some_and(|b| b.row == c.row) {
            continue;
        }
        let repeats =
            before.is_some_and(|b| b.head.first == c.head.first && b.head.last == c.head.last);
        let follows = before.is_some_and(|b| c.head.first == b.head.last + 1);
        let certainty = match c.head.sign {
            Sign::Plain if follows || leads(&candidates[i..]) => 0.99,
            Sign::Plain => 0.97,
            Sign::Misread => match misread(&candidates, i, before) {
                Some(certainty) => certainty,
                None => continue,
            },
        };
        out.push(Accepted {
            row: c.row,
            head: c.head.clone(),
            from: c.from,
            certainty,
            continues: before.is_some() && (repeats || c.head.continued),
        });
    }
    out
}

/// Whether one of the next candidates has the next number.
fn leads(candidates: &[Candidate]) -> bool {
    const NEARBY: usize = 6;
    let Some((first, rest)) = candidates.split_first() else {
        return false;
    };
    rest.iter()
        .take(NEARBY)
        .any(|n| n.head.first == first.head.last + 1)
}

/// How many candidates follow each other by number from the first one on.
fn run(candidates: &[Candidate]) -> usize {
    let mut last = None;
    let mut length = 0;
    for c in candidates {
        if last.is_none_or(|l| c.head.first == l + 1) {
            last = Some(c.head.last);
            length += 1;
        }
        if length == 3 {
            break;
        }
    }
    length
}

/// How sure a head with a misread sign is; `None` where nothing speaks for it.
fn misread(candidates: &[Candidate], i: usize, before: Option<&Accepted>) -> Option<f32> {
    const SMALL: u32 = 3;
    let c = &candidates[i];
    let next = candidates[i + 1..]
        .iter()
        .find(|n| n.head.sign == Sign::Plain && !n.head.continued);
    let above = before.is_none_or(|b| {
        c.head.first > b.head.last || c.head.continued && c.head.first == b.head.first
    });
    let below = next.is_none_or(|n| c.head.last < n.head.first);
    let repeats = before.is_some_and(|b| b.head.first == c.head.first);
    let follows = before.is_some_and(|b| c.head.first == b.head.last + 1);
    let close = before.is_some_and(|b| c.head.first <= b.head.last + SMALL)
        && next.is_some_and(|n| n.head.first <= c.head.last + SMALL);
    match () {
        () if follows && below => Some(0.95),
        () if repeats => Some(0.9),
        () if above && below && leads(&candidates[i..]) => Some(0.9),
        () if above && below && close => Some(0.8),
        () if lonely(candidates, c) => Some(0.7),
        () if below && run(&candidates[i..]) >= 3 => Some(0.75),
        () if before.is_none() && c.opens => Some(0.65),
        () => None,
    }
}

/// All candidates say the same number: a single item whose sign was misread.
fn lonely(candidates: &[Candidate], c: &Candidate) -> bool {
    candidates
        .iter()
        .all(|o| o.head.first == c.head.first || o.row == c.row)
}

/// Whether signatures or the notice of posting begin at row `i`.
fn begins_back(scope: Scope<'_>, rows: &[Row], i: usize, after_last: bool) -> bool {
    let text = rows[i].text(scope.reading);
    if text.chars().count() > 60 {
        return false;
    }
    let line = tokens(text);
    let label = scope.vocabulary.label(&line).map(|h| h.kind);
    match label {
        Some(Label::Signatures | Label::Notice | Label::Certification) => true,
        Some(Label::Secretary) => after_last && (rows[i].gap || line.len() > 1),
        Some(Label::Attendance) => after_last && rows[i].gap && line.len() > 1,
        _ => {
            after_last
                && begins_with_label(scope, &rows[i]) == Some(Label::Secretary)
                && rows[i].gap
                && line.len() <= 3
        }
    }
}

/// A document without heads of items: an extract whose number stands in the page
/// head or nowhere, or something else.
fn without_numbers(scope: Scope<'_>, rows: Vec<Row>, heads: &[Row]) -> Outline {
    let number = heads.iter().find_map(|row| number_in_head(scope, row));
    let decided = rows.iter().any(|row| {
        let text = row.text(scope.reading);
        text.chars().count() < 90
            && scope
                .vocabulary
                .heading(&tokens(text))
                .is_some_and(|h| matches!(h.kind, Section::Decision | Section::Proposal))
    });
    let mut outline = Outline::default();
    if number.is_none() && !decided {
        outline.front = rows;
        return outline;
    }
    let mut item = ItemRows {
        number,
        rows: Vec::new(),
    };
    let mut back = false;
    for i in 0..rows.len() {
        back |= i > 0 && begins_back(scope, &rows, i, true);
        if back {
            outline.back.push(rows[i]);
        } else {
            item.rows.push(rows[i]);
        }
    }
    outline.items.push(item);
    outline
}

/// `Kommunstyrelsen 17 juni 2020 §17`, also with its sign misread after the date.
fn number_in_head(scope: Scope<'_>, row: &Row) -> Option<Number> {
    let text = row.text(scope.reading);
    let (at, certainty) = match text.rfind('§') {
        Some(at) if text[..at].ends_with('§') => return None,
        Some(at) => (at, 0.97),
        None => {
            let date = scope.vocabulary.words().calendar().dates(text).pop()?;
            let rest = &text[date.span.end..];
            (text.len() - rest.trim_start().len(), 0.75)
        }
    };
    let head = paragraph::head(&text[at..]).filter(|h| h.rest.is_empty())?;
    let span = Span::new(head.number.start, head.number.end).shift(row.span.start + at);
    Some(Number {
        value: paragraph::plain(span.of(&scope.reading.text)),
        span,
        range: (head.first, head.last),
        certainty,
    })
}
