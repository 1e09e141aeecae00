//! Lists of votes whose cells stand one below the other, as text is taken out of the
//! tables that voting systems print:
//!
//! ```text
//! Antal Ja: 40
//! Namn
//! Parti
//! Resultat
//! Anna Ek
//! S
//! Ja
//! ```

use super::super::flow::{Flow, Row};
use super::super::minutes::{Ballot, Item, Person, Vote};
use super::super::outline::Scope;
use super::super::people::in_name;
use super::super::tokens::{fold, tokens};
use super::super::vocabulary::fold_text;
use super::totals::{self, Totals};
use super::{agrees, push_ballot};
use crate::extract::minutes::Choice;
use crate::extract::read::{Method, Read};

/// Fewer are no list.
const FEWEST: usize = 4;

/// More cells than that are not one person's.
const MOST: usize = 9;

/// So many rows between two persons begin another list.
const BETWEEN: usize = 4;

/// A list with the rows above it.
struct Listed {
    head: Vec<Row>,
    ballots: Vec<Ballot>,
}

/// Gives the lists among `rows` to the votes that they belong to: those with the same
/// totals, of an item whose title stands above the list where several have them.
pub(super) fn give(scope: Scope<'_>, rows: &[Row], items: &mut [Item]) {
    for list in lists(scope, rows) {
        let flow = Flow::new(scope.reading, &list.head);
        let head = fold_text(&flow.text);
        let told = totals::totals(scope, &flow)
            .into_iter()
            .last()
            .unwrap_or_default();
        let named = |item: &Item| {
            let title = item.title.as_ref().map(|t| fold_text(&t.value));
            title.is_some_and(|t| !t.is_empty() && head.contains(&t))
        };
        let fits = |vote: &Vote| {
            vote.ballots.is_empty()
                && vote.yes.is_some()
                && agrees(vote, &list.ballots)
                && same(&told, vote)
        };
        let places: Vec<(usize, usize)> = items
            .iter()
            .enumerate()
            .flat_map(|(i, item)| (0..item.votes.len()).map(move |v| (i, v)))
            .filter(|&(i, v)| fits(&items[i].votes[v]))
            .collect();
        let by_title = places.iter().find(|&&(i, _)| named(&items[i]));
        let alone = places.first().filter(|_| places.len() == 1);
        if let Some(&(i, v)) = by_title.or(alone) {
            items[i].votes[v].ballots = list.ballots;
            super::conclude(&mut items[i].votes[v]);
        }
    }
}

/// Whether the totals above a list are those of a vote, where they are stated.
fn same(told: &Totals, vote: &Vote) -> bool {
    let equal = |choice: Choice, total: &Option<Read<u32>>| {
        told.number(choice)
            .zip(total.as_ref())
            .is_none_or(|(a, b)| a == b.value)
    };
    equal(Choice::Yes, &vote.yes) && equal(Choice::No, &vote.no)
}

/// The lists: each ends where somebody votes again.
fn lists(scope: Scope<'_>, rows: &[Row]) -> Vec<Listed> {
    let mut out: Vec<Listed> = Vec::new();
    let mut ballots: Vec<Ballot> = Vec::new();
    let mut head: Vec<Row> = Vec::new();
    let mut since: Vec<Row> = Vec::new();
    let mut cells: Vec<Row> = Vec::new();
    for cell in rows.iter().flat_map(|row| cells_of(scope, row)) {
        since.push(cell);
        match kind(scope, cell.text(scope.reading)) {
            Cell::Choice(choice) => {
                if let Some(person) = person(scope, &cells) {
                    let name = &person.name.value;
                    let again = ballots.iter().any(|b| b.person.name.value == *name);
                    // Heads of pages and columns may stand within a list, totals only above one.
                    let told = since.len() > cells.len() + BETWEEN
                        && !totals::totals(scope, &Flow::new(scope.reading, &since)).is_empty();
                    if again || told && ballots.len() >= FEWEST {
                        out.push(Listed {
                            head: std::mem::take(&mut head),
                            ballots: std::mem::take(&mut ballots),
                        });
                    }
                    if ballots.is_empty() {
                        since.truncate(since.len().saturating_sub(cells.len() + 1));
                        head = std::mem::take(&mut since);
                    }
                    push_ballot(&mut ballots, person, choice);
                    since.clear();
                }
                cells.clear();
            }
            Cell::Part => {
                cells.extend(name_and_party(scope, cell));
                cells.drain(..cells.len().saturating_sub(MOST));
            }
            // A page may end inside a person's cells.
            Cell::Other => {}
        }
    }
    out.push(Listed { head, ballots });
    out.retain(|l| l.ballots.len() >= FEWEST);
    out
}

/// The parts of a row between wide gaps.
fn cells_of(scope: Scope<'_>, row: &Row) -> Vec<Row> {
    let text = row.text(scope.reading);
    let mut out = Vec::new();
    let mut start = 0;
    for part in text.split("  ") {
        let cell = row
            .from(scope.reading, start)
            .upto_len(scope.reading, part.len());
        if !part.trim().is_empty() {
            out.push(cell.flowing());
        }
        start += part.len() + 2;
    }
    out
}

/// The two cells that ran together in `Robert Anders Hammar S`, or the cell itself.
fn name_and_party(scope: Scope<'_>, cell: Row) -> Vec<Row> {
    let text = cell.text(scope.reading);
    let Some((name, party)) = text.rsplit_once(' ') else {
        return vec![cell];
    };
    let known = party.chars().all(char::is_uppercase) && scope.vocabulary.words().is_party(party);
    let named = name.contains(' ') && name.split_whitespace().all(in_name);
    match known && named {
        true => vec![
            cell.upto(scope.reading, name.len()),
            cell.from(scope.reading, name.len()),
        ],
        false => vec![cell],
    }
}

enum Cell {
    /// How somebody voted.
    Choice(Choice),
    /// A name, a party, a seat, an office.
    Part,
    /// Something else.
    Other,
}

fn kind(scope: Scope<'_>, text: &str) -> Cell {
    const LONGEST: usize = 40;
    let words = scope.vocabulary.words();
    if let Some(choice) = words.voting().choice(&fold(text)) {
        return Cell::Choice(choice);
    }
    // "2:e v ordf" is an office, "Antal Ja: 40" none.
    let told = text
        .match_indices(':')
        .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_ascii_digit()));
    let plain = text.chars().count() <= LONGEST && !told && !text.contains([';', '"']);
    let roster = tokens(text).iter().all(|t| words.is_roster_word(&t.folded));
    let office = text.split_whitespace().any(|w| words.is_role(w));
    match plain && (!roster || office) {
        true => Cell::Part,
        false => Cell::Other,
    }
}

/// The person of a list's cells: the words before the party's cell, where they look like
/// a name.
fn person(scope: Scope<'_>, cells: &[Row]) -> Option<Person> {
    const SURE: f32 = 0.95;
    let words = scope.vocabulary.words();
    let text = |row: &Row| row.text(scope.reading);
    let is_party = |row: &Row| {
        let bare = text(row).trim_matches(['(', ')']);
        words.is_party(bare) || scope.names.has_party(bare)
    };
    let at = cells.iter().skip(1).rposition(is_party).map(|i| i + 1);
    let end = at.unwrap_or(cells.len().min(1));
    let name_cells = &cells[..end];
    // A name goes over two cells at most; what stands before is none of it.
    let first = name_cells.len().saturating_sub(2);
    let named = |rows: &[Row]| {
        let flow = Flow::new(scope.reading, rows);
        let pieces: Vec<&str> = flow.text.split_whitespace().collect();
        ((2..=6).contains(&pieces.len())
            && pieces.iter().all(|w| in_name(w) || words.is_particle(w))
            && !pieces.iter().any(|w| words.is_role(w)))
        .then_some(flow)
    };
    let flow =
        named(&name_cells[first..]).or_else(|| named(name_cells.get(end.checked_sub(1)?..)?))?;
    let party = at.map(|i| {
        let flow = Flow::of_row(scope.reading, &cells[i]);
        let (source, confidence) =
            flow.evidence(scope.reading, crate::text::Span::new(0, flow.text.len()));
        Read {
            value: flow.text.trim_matches(['(', ')']).to_string(),
            confidence,
            method: Method::Read,
            source,
        }
    });
    Some(Person {
        name: flow.all(scope.reading)?.doubted(SURE),
        party,
        role: None,
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::minutes;

    #[test]
    fn cells_one_below_the_other_are_ballots_and_no_items() {
        let voters = [
            ("Anna Ekman", "S", "Ja"),
            ("Bo Askman", "M", "Nej"),
            ("Cia Dalgren", "V", "Ja"),
            ("Dan Ekdal", "L", "Ja"),
            ("Eva Fredman", "SD", "Nej"),
        ];
        let cells: String = voters
            .iter()
            .enumerate()
            .map(|(i, (name, party, vote))| {
                format!("{name}\n\n{party}\n\n{}\n\nLedamot\n\n{vote}\n\n", i + 1)
            })
            .collect();
        let text = format!(
            "Kommunfullmäktige, protokoll\n\n§ 4 Budget för skolan\n\nBeslut\nBudgeten antas.\n\nOmröstning\n\nResultatet blir 3 Ja mot 2 Nej.\n\u{c}Kommunfullmäktige, protokoll\nBilaga 2\nÄrendemening: Budget för skolan\nAntal Ja: 3\n\nAntal Nej: 2\n\nNamn\n\nParti\n\nResultat\n\n{cells}"
        );
        let found = minutes(&text);
        assert_eq!(found.items.len(), 1);
        let ballots = &found.items[0].votes[0].ballots;
        let told: Vec<(&str, Option<&str>)> = ballots
            .iter()
            .map(|b| {
                (
                    b.person.name.value.as_str(),
                    b.person.party.as_ref().map(|p| p.value.as_str()),
                )
            })
            .collect();
        assert_eq!(told, voters.map(|(name, party, _)| (name, Some(party))));
    }
}
