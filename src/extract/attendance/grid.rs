//! Attendance as a table, with a head for each column:
//!
//! ```text
//! Ledamöter              Parti   Kommun      Närvarande   Anmärkning
//! Anna Ek, ordförande    S       Kramfors    Ja
//! Bo Ask                 M       Sollefteå   Nej
//! ```
//!
//! A column of substitutes may stand beside that of the members, with those whom they
//! serve for beside it.

use super::{limits, listed_as, role_at};
use crate::extract::flow::{Flow, Row};
use crate::extract::labels::Block;
use crate::extract::minutes::{Attendee, Choice, Person, Status, Text};
use crate::extract::outline::Scope;
use crate::extract::people::{self, in_name};
use crate::extract::tokens::{fold, tokens};
use crate::extract::vocabulary::Label;
use crate::text::Span;

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    /// Those listed.
    Name,
    /// Substitutes, beside the members.
    Substitute,
    /// Their party.
    Party,
    /// Whether they were there.
    Present,
    /// Whom they serve for.
    Replaces,
    /// For which items or how long, where they live, and the like.
    Other,
}

/// A column and where its head begins, in columns of letters.
type Head = (usize, Column);

/// Reads a list as a table; `false` where it is none.
pub(super) fn attendees(
    scope: Scope<'_>,
    block: &Block,
    status: Status,
    into: &mut Vec<Attendee>,
) -> bool {
    let Some((line, heads)) = heads(scope, block) else {
        return false;
    };
    let before = into.len();
    let rows = block.rows.iter().filter(|row| row.line != line);
    let mut read = 0;
    let mut all = 0;
    for row in rows {
        all += 1;
        let cells = cells(scope, row, &heads);
        read += usize::from(take(scope, &cells, status, into));
    }
    // Where most rows say nobody the columns are others.
    let sound = read * 2 > all && all > 0;
    if !sound {
        into.truncate(before);
    }
    sound
}

/// The heads on the line of the list's label, and the line.
fn heads(scope: Scope<'_>, block: &Block) -> Option<(usize, Vec<Head>)> {
    const FEWEST: usize = 3;
    let label = block.heading.first()?;
    let line = &scope.reading.lines[label.line];
    let row = Row {
        span: line.span.trim(&scope.reading.text),
        ..*label
    };
    let cells = split(scope, &row);
    let known: Option<Vec<Head>> = cells
        .iter()
        .enumerate()
        .map(|(i, (at, cell))| {
            let column = match i {
                0 => Some(Column::Name),
                _ => named(scope, cell.text(scope.reading)),
            };
            Some((*at, column?))
        })
        .collect();
    let heads = known.filter(|heads| heads.len() >= FEWEST)?;
    let says = |column| heads.iter().any(|h| h.1 == column);
    // A single column of those replaced is read elsewhere.
    let table = says(Column::Party) && says(Column::Present)
        || says(Column::Substitute) && says(Column::Replaces);
    table.then_some((label.line, heads))
}

/// What the head of a column says stands below.
fn named(scope: Scope<'_>, head: &str) -> Option<Column> {
    let words = scope.vocabulary.words();
    let line = tokens(head);
    if words.replaces(head) && line.len() > 1 {
        return Some(Column::Replaces);
    }
    let label = scope.vocabulary.label(&line).map(|hit| hit.kind);
    match label {
        Some(Label::Substitutes | Label::ServingSubstitutes) => return Some(Column::Substitute),
        Some(Label::Attendance) => return Some(Column::Present),
        _ => {}
    }
    let [word] = line.as_slice() else { return None };
    let known =
        words.is_roster_word(&word.folded) || words.municipality_kinds().contains(&word.folded);
    match word.folded.as_str() {
        w if words.is_party_head(w) => Some(Column::Party),
        w if words.is_presence_head(w) => Some(Column::Present),
        _ => known.then_some(Column::Other),
    }
}

/// A row's cells with where they begin, in columns of letters from the line's start.
fn split(scope: Scope<'_>, row: &Row) -> Vec<(usize, Row)> {
    let text = row.text(scope.reading);
    let line = &scope.reading.lines[row.line];
    text.split("  ")
        .filter(|cell| !cell.trim().is_empty())
        .map(|cell| {
            let start = cell.as_ptr() as usize - text.as_ptr() as usize;
            let part = row.upto(scope.reading, start + cell.len());
            let part = part.from(scope.reading, start);
            let before = Span::new(line.span.start, part.span.start);
            (before.of(&scope.reading.text).chars().count(), part)
        })
        .collect()
}

/// A row's cells by the columns that they stand in.
fn cells(scope: Scope<'_>, row: &Row, heads: &[Head]) -> Vec<(Column, Row)> {
    let nearest = |at: usize| heads.iter().min_by_key(|head| head.0.abs_diff(at));
    let cells = split(scope, row).into_iter();
    cells
        .filter_map(|(at, cell)| Some((nearest(at)?.1, cell)))
        .collect()
}

/// Takes the people of a row; whether there was somebody.
fn take(
    scope: Scope<'_>,
    cells: &[(Column, Row)],
    status: Status,
    into: &mut Vec<Attendee>,
) -> bool {
    let voting = scope.vocabulary.words().voting();
    let cell = |column| cells.iter().find(|c| c.0 == column).map(|c| c.1);
    let absent = cell(Column::Present).is_some_and(|row| {
        let said = voting.choice(&fold(row.text(scope.reading)));
        matches!(said, Some(Choice::No | Choice::Absent))
    });
    let rest: Vec<Row> = cells
        .iter()
        .filter(|c| matches!(c.0, Column::Other | Column::Replaces))
        .map(|c| c.1.flowing())
        .collect();
    let replaces = cell(Column::Replaces).and_then(|row| {
        let flow = Flow::of_row(scope.reading, &row);
        let person = people::named(&flow.text, scope.vocabulary.words(), false);
        let name = person
            .first()
            .map(|n| n.name)
            .or_else(|| bare(&flow.text))?;
        Some(flow.read(scope.reading, name).doubted(0.93))
    });
    let substitute = cell(Column::Substitute);
    let mut found = false;
    for (row, own) in [
        (cell(Column::Name), status),
        (substitute, Status::Substitute),
    ] {
        let serves = substitute.is_none() || own == Status::Substitute;
        let Some(person) = row.and_then(|row| person_in(scope, &row, cell(Column::Party))) else {
            continue;
        };
        found = true;
        if absent && own == status {
            continue;
        }
        let replaces = replaces.clone().filter(|_| serves);
        let rest = if serves { rest.as_slice() } else { &[] };
        into.push(attendee(scope, person, own, replaces, row.as_ref(), rest));
    }
    found
}

fn attendee(
    scope: Scope<'_>,
    person: Person,
    status: Status,
    replaces: Option<Text>,
    own: Option<&Row>,
    rest: &[Row],
) -> Attendee {
    let beside = Flow::new(scope.reading, rest);
    let own = own
        .map(|row| Flow::of_row(scope.reading, row))
        .unwrap_or_default();
    let whole = |flow: &Flow| Span::new(0, flow.text.len());
    let passages = [(&beside, whole(&beside)), (&own, whole(&own))];
    let (times, items) = limits(scope, &passages);
    let value = match replaces {
        Some(_) => Status::ServingSubstitute,
        None => status,
    };
    Attendee {
        status: listed_as(&person, value),
        replaces,
        person,
        items,
        times,
    }
}

/// The person of a cell: with the party in parentheses, or in its column.
fn person_in(scope: Scope<'_>, row: &Row, party: Option<Row>) -> Option<Person> {
    let words = scope.vocabulary.words();
    let flow = Flow::of_row(scope.reading, row);
    if let Some(named) = people::named(&flow.text, words, false).first() {
        let mut person = people::person(scope.reading, &flow, named);
        let tail = Span::new(named.span.end, flow.text.len());
        person.role = person.role.or_else(|| role_at(scope, &flow, tail, 0));
        return Some(person);
    }
    let name = bare(&flow.text)?;
    let tail = Span::new(name.end, flow.text.len());
    let party = party.map(|row| Flow::of_row(scope.reading, &row));
    let party = party.and_then(|flow| flow.all(scope.reading));
    Some(Person {
        name: flow.read(scope.reading, name).doubted(0.95),
        party: party
            .filter(|p| words.is_party(&p.value))
            .map(|p| p.doubted(0.95)),
        role: role_at(scope, &flow, tail, 0),
    })
}

/// The name that a cell begins with: two words or more, up to a comma.
fn bare(text: &str) -> Option<Span> {
    let end = text.find(',').unwrap_or(text.len());
    let words: Vec<&str> = text[..end].split_whitespace().collect();
    let named = (2..=5).contains(&words.len()) && words.iter().all(|w| in_name(w));
    named.then(|| Span::new(0, end).trim(text))
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::{attended, or_dash};

    fn told(list: &str) -> Vec<String> {
        let attendees = attended(list);
        let shown = attendees.iter().map(|a| {
            let (party, role) = (or_dash(&a.person.party), or_dash(&a.person.role));
            let (replaces, items) = (or_dash(&a.replaces), or_dash(&a.items));
            let (name, status) = (&a.person.name.value, a.status.value);
            format!("{name}/{party}/{role}/{status:?}/{replaces}/{items}")
        });
        shown.collect()
    }

    #[test]
    fn a_table_says_who_was_there() {
        let list = "Ledamöter               Parti   Kommun      Närvarande    Anmärkning\nAnna Ekman, ordförande  S       Kramfors    Ja\nBo Askman               M       Sollefteå   Nej\nDan Envall              V       Kramfors    Ja            §§ 41–46\n\nErsättare               Parti   Kommun      Närvarande    Tjänstgör för\nEva Fredman             M       Kramfors    Ja            Bo Askman (M)\nIda Jonson              V       Sollefteå   Ja";
        assert_eq!(
            told(list),
            [
                "Anna Ekman/S/ordförande/Member/-/-",
                "Dan Envall/V/-/Member/-/§§ 41–46",
                "Eva Fredman/M/-/ServingSubstitute/Bo Askman/-",
                "Ida Jonson/V/-/Substitute/-/-",
            ]
        );
    }

    #[test]
    fn substitutes_stand_beside_members() {
        let list = "Ledamöter                     Ersättare             Tjänstgör för\nAnna Ekman (S), ordförande    Eva Fredman (M)       Bo Askman (M), §§ 1–3\nDan Envall (V)                Ida Jonson (V)        -\nKai Lund (C)";
        assert_eq!(
            told(list),
            [
                "Anna Ekman/S/ordförande/Member/-/-",
                "Eva Fredman/M/-/ServingSubstitute/Bo Askman/§§ 1–3",
                "Dan Envall/V/-/Member/-/-",
                "Ida Jonson/V/-/Substitute/-/-",
                "Kai Lund/C/-/Member/-/-",
            ]
        );
    }
}
