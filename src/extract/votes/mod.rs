//! Votes: totals in digits and words, what yes and no mean, ballots by list, by
//! table and in prose, and whether they agree.

mod cells;
mod columns;
mod prose;
mod table;
mod totals;

use super::flow::{Flow, Row};
use super::minutes::{Ballot, Choice, Item, Person, Vote, VoteResult};
use super::outline::{Part, Scope};
use super::people;
use super::read::{Method, Read};
use super::sentences::sentences;
use super::vocabulary::Section;
use totals::{Meanings, Totals};

/// The votes that an item's parts tell of.
pub fn votes(scope: Scope<'_>, parts: &[Part], chair: Option<&Person>) -> Vec<Vote> {
    let mut out: Vec<Vote> = Vec::new();
    let mut meanings = Meanings::default();
    for part in parts {
        match part.kind {
            Section::Ballots => in_list(scope, part, &mut meanings, &mut out),
            Section::Vote
            | Section::Propositions
            | Section::Deliberation
            | Section::Decision
            | Section::Background
            | Section::Motions
                if !part.rows.is_empty() =>
            {
                for vote in in_part(scope, part, chair, &mut meanings) {
                    // A result under a heading of its own belongs to the vote before.
                    match out.last_mut().filter(|v| continues(v, &vote)) {
                        Some(before) => fill(before, vote),
                        None => out.push(vote),
                    }
                }
            }
            _ => {}
        }
    }
    out.retain(|v| v.yes.is_some() || v.no.is_some() || !v.ballots.is_empty());
    for vote in &mut out {
        conclude(vote);
    }
    out
}

/// A list of ballots under a heading of its own.
fn in_list(scope: Scope<'_>, part: &Part, meanings: &mut Meanings, out: &mut Vec<Vote>) {
    let expected = out.iter().rev().find(|v| v.ballots.is_empty());
    let expected = expected.map(Totals::of).unwrap_or_default();
    let (ballots, totals) = listed(scope, &part.rows, &expected);
    let prose = prose::sets(scope, &Flow::new(scope.reading, &part.rows));
    let ballots = prose
        .into_iter()
        .chain([ballots])
        .max_by_key(Vec::len)
        .unwrap_or_default();
    if out.is_empty() && !ballots.is_empty() {
        out.push(meanings.begin());
    }
    if let Some(vote) = out.iter_mut().rev().find(|v| v.ballots.is_empty()) {
        vote.ballots = ballots;
        totals.complete(vote);
    }
}

/// Ballots that rows hold one by one: a table, lists side by side, a roll call;
/// the one that says most, and the sums below it.
fn listed(scope: Scope<'_>, rows: &[Row], expected: &Totals) -> (Vec<Ballot>, Totals) {
    let (tabled, sums) = table::table(scope, rows);
    let columns = columns::columns(scope, rows, expected);
    let called = prose::roll_call(scope, rows);
    let best = tabled.len().max(columns.len()).max(called.len());
    if columns.len() == best && best > tabled.len() {
        (columns, Totals::default())
    } else if called.len() == best && best > tabled.len() {
        (called, Totals::default())
    } else {
        (tabled, sums)
    }
}

/// Whether what a part tells goes on with the vote before: its totals under a
/// heading of their own, or its ballots.
fn continues(before: &Vote, more: &Vote) -> bool {
    before.yes.is_none() || before.ballots.is_empty() && more.yes.is_none()
}

fn fill(into: &mut Vote, from: Vote) {
    into.yes = into.yes.take().or(from.yes);
    into.no = into.no.take().or(from.no);
    into.abstain = into.abstain.take().or(from.abstain);
    into.absent = into.absent.take().or(from.absent);
    into.yes_means = into.yes_means.take().or(from.yes_means);
    into.no_means = into.no_means.take().or(from.no_means);
    into.casting_vote = into.casting_vote.take().or(from.casting_vote);
    if into.ballots.is_empty() {
        into.ballots = from.ballots;
    }
}

/// The votes of one part. What yes and no mean may be said in the part before.
fn in_part(
    scope: Scope<'_>,
    part: &Part,
    chair: Option<&Person>,
    meanings: &mut Meanings,
) -> Vec<Vote> {
    let rows: Vec<Row> = part.rows.iter().map(|r| r.flowing()).collect();
    let flow = Flow::new(scope.reading, &rows);
    let headed = part.kind == Section::Vote && part.heading.is_some();
    if !headed && !scope.vocabulary.words().voting().tells(&flow.text) {
        return Vec::new();
    }
    meanings.read(scope, &flow, &part.rows);
    let told = totals::totals(scope, &flow);
    let (listed, sums) = listed(
        scope,
        &part.rows,
        told.first().unwrap_or(&Totals::default()),
    );
    let mut sets = prose::sets(scope, &flow);
    let told_in_prose: usize = sets.iter().map(Vec::len).sum();
    let mut told = told;
    // A line for each says who answers what where running text may not.
    if listed.len() > 2 && listed.len() >= told_in_prose {
        match told.as_mut_slice() {
            [] if sums.yes.is_some() => told.push(sums),
            [only] if sums.agrees(only) => only.fill(sums),
            _ => {}
        }
        sets = vec![listed];
    }
    let mut out: Vec<Vote> = Vec::new();
    for totals in told {
        let mut vote = meanings.begin();
        totals.complete(&mut vote);
        out.push(vote);
    }
    share_out(sets, &mut out, meanings);
    if let Some(vote) = out.last_mut() {
        vote.casting_vote = casting(scope, &flow, chair);
    }
    out
}

/// Gives each set of ballots to the vote whose totals it adds up to, or else to
/// the next one that has none.
fn share_out(sets: Vec<Vec<Ballot>>, out: &mut Vec<Vote>, meanings: &mut Meanings) {
    for set in sets {
        let open = |v: &Vote| v.ballots.is_empty();
        let exact = out.iter().position(|v| open(v) && agrees(v, &set));
        match exact.or_else(|| out.iter().position(open)) {
            Some(at) => out[at].ballots = set,
            None if out.is_empty() => {
                let mut vote = meanings.begin();
                vote.ballots = set;
                out.push(vote);
            }
            None => {}
        }
    }
}

fn count(ballots: &[Ballot], choice: Choice) -> u32 {
    ballots.iter().filter(|b| b.vote.value == choice).count() as u32
}

/// Whether ballots add up to the totals that a vote states.
fn agrees(vote: &Vote, ballots: &[Ballot]) -> bool {
    let equal = |total: &Option<Read<u32>>, choice: Choice| {
        total
            .as_ref()
            .is_none_or(|t| t.value == count(ballots, choice))
    };
    equal(&vote.yes, Choice::Yes)
        && equal(&vote.no, Choice::No)
        && equal(&vote.abstain, Choice::Abstain)
}

fn push_ballot(out: &mut Vec<Ballot>, person: Person, choice: Choice) {
    if out.iter().any(|b| b.person.name.value == person.name.value) {
        return;
    }
    let vote = Read {
        value: choice,
        confidence: person.name.confidence,
        method: Method::Read,
        source: person.name.source.clone(),
    };
    out.push(Ballot { person, vote });
}

/// `med ordförandens utslagsröst`: who is named in that sentence, or the chair.
fn casting(scope: Scope<'_>, flow: &Flow, chair: Option<&Person>) -> Option<Person> {
    let words = scope.vocabulary.words();
    let sentence = sentences(&flow.text, words)
        .into_iter()
        .find(|s| words.voting().is_casting(s.of(&flow.text)))?;
    let named = people::named(sentence.of(&flow.text), words, true);
    let Some(named) = named.last() else {
        let chair = chair?;
        let said = flow.read(scope.reading, sentence);
        let mut name = chair.name.clone();
        name.method = Method::Derived;
        name.confidence *= 0.9;
        name.source.extend(said.source);
        return Some(Person {
            name,
            party: chair.party.clone(),
            role: None,
        });
    };
    Some(people::person(
        scope.reading,
        flow,
        &named.clone().moved(sentence.start),
    ))
}

/// Whether a row is the head of a table of ballots: its columns are sides.
pub fn is_table_head(scope: Scope<'_>, row: &Row) -> bool {
    table::is_head(scope, row)
}

/// Votes listed after the items, at the end of the minutes: each table goes to the
/// item whose paragraph stands above it.
pub fn at_the_end(scope: Scope<'_>, rows: &[Row], items: &mut [Item]) {
    cells::give(scope, rows, items);
    for (number, ballots) in table::by_column(scope, rows) {
        if let Some(vote) = open_vote(items, &number) {
            vote.ballots = ballots;
            conclude(vote);
        }
    }
    for (number, rows) in table::by_paragraph(scope, rows) {
        let Some(vote) = open_vote(items, &number) else {
            continue;
        };
        let (ballots, totals) = listed(scope, &rows, &Totals::of(vote));
        vote.ballots = ballots;
        totals.complete(vote);
        conclude(vote);
    }
}

/// The first vote on a paragraph whose ballots nobody gave yet.
fn open_vote<'i>(items: &'i mut [Item], number: &str) -> Option<&'i mut Vote> {
    let same = |i: &&mut Item| i.number.as_ref().is_some_and(|n| n.value == number);
    let votes = items.iter_mut().filter(same).flat_map(|i| &mut i.votes);
    votes.into_iter().find(|v| v.ballots.is_empty())
}

/// Result and reconciliation; totals that only the ballots tell.
fn conclude(vote: &mut Vote) {
    if !vote.ballots.is_empty() {
        vote.reconciled = Some(agrees(vote, &vote.ballots));
        if vote.yes.is_none() && vote.no.is_none() {
            vote.yes = counted(&vote.ballots, Choice::Yes);
            vote.no = counted(&vote.ballots, Choice::No);
        }
        if vote.abstain.is_none() {
            vote.abstain = counted(&vote.ballots, Choice::Abstain);
        }
        if vote.absent.is_none() {
            vote.absent = counted(&vote.ballots, Choice::Absent);
        }
        doubt_ballots(vote);
    }
    if let (Some(yes), Some(no)) = (&vote.yes, &vote.no) {
        let result = match yes.value.cmp(&no.value) {
            std::cmp::Ordering::Greater => VoteResult::Yes,
            std::cmp::Ordering::Less => VoteResult::No,
            std::cmp::Ordering::Equal => VoteResult::Tie,
        };
        vote.result = Some(Read {
            value: result,
            confidence: yes.confidence.min(no.confidence),
            method: Method::Derived,
            source: yes.source.iter().chain(&no.source).copied().collect(),
        });
    }
}

/// Ballots that do not add up are less sure.
fn doubt_ballots(vote: &mut Vote) {
    const UNSURE: f32 = 0.85;
    if vote.reconciled == Some(false) {
        for ballot in &mut vote.ballots {
            ballot.vote.confidence *= UNSURE;
        }
    }
}

/// How many ballots there are for a side; none where there is none.
fn counted(ballots: &[Ballot], choice: Choice) -> Option<Read<u32>> {
    let cast: Vec<&Ballot> = ballots.iter().filter(|b| b.vote.value == choice).collect();
    let first = cast.first()?;
    Some(Read {
        value: cast.len() as u32,
        confidence: 0.85 * first.vote.confidence,
        method: Method::Derived,
        source: cast
            .iter()
            .flat_map(|b| b.person.name.source.iter().copied())
            .collect(),
    })
}
