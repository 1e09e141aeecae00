//! Rows of lists of people divided and gathered so that each line holds whole people.

use crate::extract::flow::Row;
use crate::extract::outline::Scope;
use crate::extract::people::in_name;
use crate::extract::tokens::tokens;

/// The people of a row that are set side by side with wide gaps between them.
pub(super) fn side_by_side(scope: Scope<'_>, row: &Row) -> Vec<Row> {
    const GAP: &str = "   ";
    let text = row.text(scope.reading);
    let words = scope.vocabulary.words();
    let place = |cell: &str| cell.as_ptr() as usize - text.as_ptr() as usize;
    let mut cells: Vec<&str> = Vec::new();
    for cell in text.split(GAP).map(str::trim).filter(|c| !c.is_empty()) {
        match cells.last_mut() {
            // A party in a column of its own belongs to the person before.
            Some(last) if words.is_party(cell) => {
                *last = &text[place(last)..place(cell) + cell.len()];
            }
            _ => cells.push(cell),
        }
    }
    let person = |cell: &&str| {
        let mut parts = cell.split_whitespace();
        let first = parts.next().is_some_and(in_name);
        let second = parts
            .next()
            .is_some_and(|w| in_name(w.trim_end_matches(',')));
        let role = cell
            .split_whitespace()
            .next()
            .is_some_and(|w| words.is_role(w));
        first && second && !role
    };
    if cells.len() < 2 || !cells.iter().all(person) {
        return vec![*row];
    }
    cells
        .iter()
        .map(|cell| {
            let start = place(cell);
            let part = row.upto(scope.reading, start + cell.len());
            part.from(scope.reading, start)
        })
        .collect()
}

/// "Ledamot   Parti   Ersättare   Ja   Nej": heads of columns, no people.
pub(super) fn heads_columns(scope: Scope<'_>, text: &str) -> bool {
    let words = scope.vocabulary.words();
    let voting = words.voting();
    let line = tokens(text);
    line.len() > 1
        && line.iter().all(|t| {
            words.is_roster_word(&t.folded)
                || voting.choice(&t.folded).is_some()
                || voting.is_vote_word(&t.folded)
                || t.folded.starts_with(|c: char| c.is_ascii_digit())
        })
}

/// Rows gathered so that each holds whole people: a row goes on where the one
/// before ends inside a name or a list, or where it begins with a party that is not the
/// column before the names.
pub(super) fn logical_lines(scope: Scope<'_>, rows: &[Row], party_first: bool) -> Vec<Vec<Row>> {
    let mut out: Vec<Vec<Row>> = Vec::new();
    for row in rows {
        let text = row.text(scope.reading);
        let row = row.flowing();
        let goes_on = out.last().and_then(|l| l.last()).is_some_and(|before| {
            let last = before.text(scope.reading);
            let parens = last.matches('(').count() > last.matches(')').count();
            last.ends_with(',')
                || parens
                // A list divided by semicolons ends with its last line.
                || last.contains("; ") && !last.ends_with(';')
                || text.starts_with('(') && !party_first
                || text.starts_with(char::is_lowercase)
                    && !scope
                        .vocabulary
                        .words()
                        .may_begin_name(text.split_whitespace().next().unwrap_or(""))
                || last.matches(")").count() > 1 && last.contains("), ") && !last.ends_with(')')
                || scope.vocabulary.words().leaves_open(last)
        });
        match out.last_mut() {
            Some(line) if goes_on => line.push(row),
            _ => out.push(vec![row]),
        }
    }
    out
}
