//! Lists set side by side, cut into one below the other.

use crate::extract::attendance::status_of;
use crate::extract::flow::Row;
use crate::extract::outline::Scope;
use crate::extract::people;
use crate::extract::tokens::{Token, tokens};
use crate::extract::vocabulary::Label;

/// Where the second of two lists set side by side begins.
#[derive(Clone, Copy)]
enum Side {
    /// At a column.
    At(usize),
    /// The gap was lost: at the second person of a row.
    Lost,
}

/// Lists set side by side, one below the other: where two labels share a line, the
/// lines below are cut at the second one's column, or at the second person.
pub(super) fn columns_apart(scope: Scope<'_>, rows: &[Row]) -> Vec<Row> {
    let mut out = Vec::with_capacity(rows.len());
    let mut right: Vec<Row> = Vec::new();
    let mut side: Option<Side> = None;
    for row in rows {
        let wide = two_labels(scope, row).map(|(at, a, b)| (Side::At(at), a, b));
        let begun = wide.or_else(|| {
            let (a, b) = two_labels_together(scope, row)?;
            Some((Side::Lost, a, b))
        });
        if let Some((begun, left, second)) = begun {
            out.append(&mut right);
            side = Some(begun);
            out.push(left);
            right.push(second);
            continue;
        }
        let (left, second) = match side {
            None => {
                out.push(*row);
                continue;
            }
            Some(Side::At(at)) if row.indent + 4 >= at => {
                right.push(*row);
                continue;
            }
            Some(Side::At(at)) => cut(scope, row, at),
            Some(Side::Lost) => cut_at_person(scope, row),
        };
        let label = scope.vocabulary.label(&tokens(left.text(scope.reading)));
        let starts = match side {
            Some(Side::Lost) => begins_label(scope, row),
            _ => row.gap && label.is_some(),
        };
        if starts && second.is_none() {
            out.append(&mut right);
            side = None;
        }
        out.push(left);
        right.extend(second);
    }
    out.append(&mut right);
    out
}

/// Whether a row begins with a label that is no list of people beside another one.
fn begins_label(scope: Scope<'_>, row: &Row) -> bool {
    let line = tokens(row.text(scope.reading));
    line.first().is_some_and(|t| t.capital) && scope.vocabulary.label_prefix(&line).is_some()
}

/// Two labels for lists of people with nothing between them: `Ledamöter Ersättare`.
fn two_labels_together(scope: Scope<'_>, row: &Row) -> Option<(Row, Row)> {
    let text = row.text(scope.reading);
    let line = tokens(text);
    let list = |words: &[Token]| {
        let hit = scope.vocabulary.label(words)?;
        status_of(hit.kind)
    };
    if list(&line).is_some() && !text.trim_end_matches(':').contains(':') {
        return None;
    }
    let at = (1..line.len()).find(|&at| {
        line[at].capital
            && list(&line[..at])
                .zip(list(&line[at..]))
                .is_some_and(|(a, b)| a != b)
    })?;
    let start = line[at].span.start;
    Some((
        row.upto(scope.reading, start),
        row.from(scope.reading, start),
    ))
}

/// The parts of a row of two lists whose gap was lost: a second person who replaces
/// nobody, or a label at the row's end, belongs to the second list.
fn cut_at_person(scope: Scope<'_>, row: &Row) -> (Row, Option<Row>) {
    let words = scope.vocabulary.words();
    let text = row.text(scope.reading);
    let line = tokens(text);
    let label = (1..line.len()).find(|&at| {
        line[at].capital
            && scope
                .vocabulary
                .label(&line[at..])
                .is_some_and(|h| status_of(h.kind).is_some())
    });
    let named = people::named(text, words, false);
    let place = label.map(|at| line[at].span.start).or_else(|| {
        let first = named.first()?;
        if first.name.start > 0 {
            return None;
        }
        if let Some(second) = named.get(1) {
            let between = &text[first.span.end..second.span.start];
            return (!words.replaces(between)).then_some(second.name.start);
        }
        // One without a party goes on after a space alone: "(M) Bo Ask, chef".
        let rest = text[first.span.end..].strip_prefix(' ')?;
        let start = text.len() - rest.len();
        rest.starts_with(char::is_uppercase).then_some(start)
    });
    match place {
        Some(at) => {
            let right = row.from(scope.reading, at);
            (row.upto(scope.reading, at), Some(right))
        }
        None => (*row, None),
    }
}

/// Two labels for lists of people on one line; the column of the second.
fn two_labels(scope: Scope<'_>, row: &Row) -> Option<(usize, Row, Row)> {
    let text = row.text(scope.reading);
    let gap = text.find("    ")?;
    let left = row.upto(scope.reading, gap);
    let right = row.from(scope.reading, gap);
    let list = |row: &Row| {
        let hit = scope.vocabulary.label(&tokens(row.text(scope.reading)))?;
        status_of(hit.kind)
    };
    let start = right.span.start - row.span.start;
    let at = row.indent + text[..start].chars().count();
    let begins = |row: &Row, wanted: Label| {
        let hit = scope
            .vocabulary
            .label_prefix(&tokens(row.text(scope.reading)));
        hit.is_some_and(|h| h.kind == wanted)
    };
    // "Ledamöter     Ersättare för" heads one list and whom its people replace.
    if scope.vocabulary.words().replaces(right.text(scope.reading)) {
        return None;
    }
    // "Vid protokollet      Justerat 2019-04-03" over who signs.
    let signs = begins(&left, Label::Secretary) && begins(&right, Label::Adjustment);
    // "Beslutande   Ledamöter" names one list twice.
    let lists = list(&left).zip(list(&right)).is_some_and(|(a, b)| a != b);
    (lists || signs || head_values(scope, &left, &right)).then_some((at, left, right))
}

/// Two labels that are nothing but that: `Tid      Plats` over a time and a place, `Utsedd
/// justerare      Justeringens plats och tid` over a name and a day.
fn head_values(scope: Scope<'_>, left: &Row, right: &Row) -> bool {
    let label = |row: &Row| {
        let hit = scope.vocabulary.label(&tokens(row.text(scope.reading)))?;
        let of_values = matches!(
            hit.kind,
            Label::Time
                | Label::Place
                | Label::PlaceTime
                | Label::Date
                | Label::Adjusters
                | Label::Adjustment
                | Label::AdjustmentPlace
                | Label::Paragraphs
        );
        of_values.then_some(hit.kind)
    };
    let pair = label(left).zip(label(right));
    pair.is_some_and(|(a, b)| a != b)
}

/// The parts of a row before and from a column, where white space parts them.
fn cut(scope: Scope<'_>, row: &Row, at: usize) -> (Row, Option<Row>) {
    let text = row.text(scope.reading);
    let place = text
        .char_indices()
        .nth(at.saturating_sub(row.indent))
        .map(|(i, _)| i);
    match place.filter(|&i| text[..i].ends_with("  ")) {
        Some(i) => {
            let right = row.from(scope.reading, i);
            (
                row.upto(scope.reading, i),
                Some(Row {
                    gap: row.gap,
                    ..right
                }),
            )
        }
        None => (*row, None),
    }
}
