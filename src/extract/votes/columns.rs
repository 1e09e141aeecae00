//! Lists of names side by side below their sides:
//! `Ja-röster   Nej-röster   Frånvarande`, then a person for each on every row.

use super::super::flow::{Flow, Row};
use super::super::minutes::{Ballot, Choice};
use super::super::outline::Scope;
use super::super::people::{self, Named};
use super::super::tokens::tokens;
use super::push_ballot;
use super::totals::Totals;

/// A column's side, and where its head begins.
type Column = (usize, Choice);

/// Reads lists set side by side. Where the gaps between them were lost, a row with
/// a person for every side is read in their order, and a shorter one by the totals
/// that are `expected`: a list that is full has no further name.
pub(super) fn columns(scope: Scope<'_>, rows: &[Row], expected: &Totals) -> Vec<Ballot> {
    let mut out = Vec::new();
    let mut heads: Option<(Vec<Column>, bool)> = None;
    let mut filled = 0;
    for row in rows {
        let text = row.text(scope.reading);
        if let Some(found) = sides(scope, row) {
            heads = Some((found, text.contains("   ")));
            filled = 0;
            continue;
        }
        let Some((columns, kept)) = &heads else {
            continue;
        };
        let flow = Flow::of_row(scope.reading, row);
        let named = scope.names.persons(&flow.text, scope);
        if named.is_empty() || !only_names(&flow.text, &named) {
            // What is no list of names ends the lists.
            if filled > 0 && named.is_empty() && text.chars().count() > 2 {
                heads = None;
            }
            continue;
        }
        let choices = if *kept && (text.contains("   ") || named.len() == 1) {
            by_place(scope, row, &flow, &named, columns)
        } else {
            in_order(columns, named.len(), filled, expected)
        };
        for (n, choice) in named.iter().zip(choices) {
            if let Some(choice) = choice {
                push_ballot(&mut out, people::person(scope.reading, &flow, n), choice);
            }
        }
        filled += 1;
    }
    out
}

/// The sides that a row names and nothing else but words of voting.
fn sides(scope: Scope<'_>, row: &Row) -> Option<Vec<Column>> {
    let voting = scope.vocabulary.words().voting();
    let text = row.text(scope.reading);
    let line = tokens(text);
    let only = line
        .iter()
        .all(|t| voting.choice(&t.folded).is_some() || voting.is_vote_word(&t.folded));
    let sides: Vec<Column> = line
        .iter()
        .filter_map(|t| {
            let at = row.indent + text[..t.span.start].chars().count();
            voting.choice(&t.folded).map(|c| (at, c))
        })
        .collect();
    (only && sides.len() >= 2).then_some(sides)
}

/// Whether a row holds persons with their parties and nothing more.
fn only_names(text: &str, named: &[Named]) -> bool {
    const SLACK: usize = 6;
    let covered: usize = named.iter().map(|n| n.span.len() + 1).sum();
    covered + SLACK >= text.len()
}

/// Each person goes to the last column that begins before the name ends.
fn by_place(
    scope: Scope<'_>,
    row: &Row,
    flow: &Flow,
    named: &[Named],
    columns: &[Column],
) -> Vec<Option<Choice>> {
    const SLACK: usize = 3;
    let text = row.text(scope.reading);
    let mut from = 0;
    named
        .iter()
        .map(|n| {
            let first = n.name.of(&flow.text).split_whitespace().next()?;
            let at = from + text.get(from..)?.find(first)?;
            from = at + first.len();
            let place = row.indent + text[..at].chars().count();
            let column = columns.iter().rev().find(|(c, _)| *c <= place + SLACK)?;
            Some(column.1)
        })
        .collect()
}

/// The columns that still have a name on row `filled`, in their order; none where
/// that is not certain.
fn in_order(
    columns: &[Column],
    persons: usize,
    filled: u32,
    expected: &Totals,
) -> Vec<Option<Choice>> {
    let open: Vec<Choice> = columns
        .iter()
        .map(|c| c.1)
        .filter(|&c| expected.number(c).is_none_or(|n| n > filled))
        .collect();
    if open.len() == persons {
        open.into_iter().map(Some).collect()
    } else if columns.len() == persons {
        columns.iter().map(|c| Some(c.1)).collect()
    } else {
        vec![None; persons]
    }
}
