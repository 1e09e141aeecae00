//! Who was there: lists by line or by comma, with substitutions, items and times.

mod grid;
mod lines;
mod partyless;
mod replaced;
mod told;

use super::dates::pattern;
use super::flow::{Flow, Row};
use super::labels::Block;
use super::minutes::{Attendee, Person, Status, Text};
use super::outline::Scope;
use super::paragraph::ITEMS;
use super::people::{self, Named, in_name, pieces};
use super::read::{Method, Read};
use super::tokens::fold;
use super::vocabulary::Label;
use crate::text::Span;
use lines::{heads_columns, logical_lines, side_by_side};
use partyless::partyless_in;
use regex::Regex;
use std::sync::LazyLock;
pub use told::from_text;

/// The status that a list's label gives.
pub fn status_of(label: Label) -> Option<Status> {
    Some(match label {
        Label::Members => Status::Member,
        Label::ServingSubstitutes => Status::ServingSubstitute,
        Label::Substitutes => Status::Substitute,
        Label::Officials => Status::Official,
        Label::Others => Status::Other,
        _ => return None,
    })
}

/// The people of one list.
pub fn attendees(scope: Scope<'_>, block: &Block, status: Status, into: &mut Vec<Attendee>) {
    if grid::attendees(scope, block, status, into) {
        return;
    }
    let paired = replaced::heads_column(scope, &block.rows);
    let party_first = parties_first(scope, &block.rows);
    let parts = |row: &Row| match paired {
        true if replaced::is_head(scope, row) => Vec::new(),
        true => vec![*row],
        false => side_by_side(scope, row),
    };
    let rows: Vec<Row> = block.rows.iter().flat_map(parts).collect();
    for line in logical_lines(scope, &rows, party_first) {
        let flow = Flow::new(scope.reading, &line);
        if refers_elsewhere(scope, &flow.text) || heads_columns(scope, &flow.text) {
            continue;
        }
        let before = into.len();
        match line.as_slice() {
            [row] if paired => {
                for cell in side_by_side(scope, row) {
                    let flow = Flow::of_row(scope.reading, &cell);
                    line_of_people(scope, &flow, status, party_first, into);
                }
            }
            _ => line_of_people(scope, &flow, status, party_first, into),
        }
        if paired {
            replaced::join(into, before);
        }
    }
}

/// Whether most rows begin with a party before the name: a column of its own.
fn parties_first(scope: Scope<'_>, rows: &[Row]) -> bool {
    let leads = |row: &&Row| {
        let flow = Flow::of_row(scope.reading, row);
        let words = scope.vocabulary.words();
        people::after_party(&flow.text, words, |p| scope.names.has_party(p))
            .is_some_and(|n| n.party.is_some())
    };
    let count = rows.iter().filter(leads).count();
    count > 0 && count * 2 >= rows.len()
}

/// "Enligt förteckning", "Se närvarolista på sida 2", "Redovisas i bilaga 1."
fn refers_elsewhere(scope: Scope<'_>, text: &str) -> bool {
    let mut pieces = text.split_whitespace();
    let first = pieces.next().unwrap_or("");
    // "Inga Nordin, sekreterare" is somebody.
    let named = in_name(first)
        && pieces
            .next()
            .is_some_and(|w| in_name(w.trim_end_matches(',')));
    scope.vocabulary.words().refers_elsewhere(first) && !named
}

/// Reads one line: a single person with remarks, or several divided by commas.
fn line_of_people(
    scope: Scope<'_>,
    flow: &Flow,
    status: Status,
    party_first: bool,
    into: &mut Vec<Attendee>,
) {
    let words = scope.vocabulary.words();
    let is_known = |p: &str| scope.names.has_party(p);
    let mut named: Vec<Named> = Vec::new();
    let mut from = 0;
    while party_first && let Some(n) = people::after_party(&flow.text[from..], words, is_known) {
        named.push(n.moved(from));
        from = named[named.len() - 1].span.end;
    }
    let rest = people::listed(&flow.text[from..], words, is_known);
    named.extend(rest.into_iter().map(|n| n.moved(from)));
    if named.is_empty() {
        partyless(scope, flow, status, into);
        return;
    }
    let mut at = 0;
    while at < named.len() {
        let this = &named[at];
        let next = named.get(at + 1);
        let between = next.map(|n| Span::new(this.span.end, n.span.start));
        let replaces = between.is_some_and(|b| words.replaces(b.of(&flow.text)));
        let end_of = |i: usize| named.get(i).map_or(flow.text.len(), |n| n.span.start);
        let (replaced, tail) = if replaces {
            let tail = Span::new(named[at + 1].span.end, end_of(at + 2));
            (next, (between, tail))
        } else {
            (None, (None, Span::new(this.span.end, end_of(at + 1))))
        };
        into.push(attendee(scope, flow, this, replaced, tail, status));
        // People without parties may stand between: "…, Lina Is, Mathias Sk".
        partyless_in(scope, flow, tail.1, status, into);
        at += 1 + usize::from(replaces);
    }
    // People without parties before the first one.
    let first = Span::new(0, named[0].span.start);
    partyless_in(scope, flow, first, status, into);
}

static TIMES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x) (?:(?:fr\.?\s?o\.?\s?m\.?|t\.?\s?o\.?\s?m\.?|from|tom|till|från|gick|kom|avvek|lämnade|anlände)\s+)*
          \bkl(?:ockan|\.)?\s?\d{1,2}[.:]?\d{0,2}(?:\s?[-–—]\s?(?:kl\.?\s?)?\d{1,2}[.:]\d{2})?
          (?:,?\s§{1,2}\s?\d+(?:\s?[-–—,]\s?\d+)*)?",
    )
});

fn attendee(
    scope: Scope<'_>,
    flow: &Flow,
    this: &Named,
    replaced: Option<&Named>,
    tail: (Option<Span>, Span),
    status: Status,
) -> Attendee {
    let reading = scope.reading;
    let mut person = people::person(reading, flow, this);
    let tails: Vec<Span> = [tail.0, Some(tail.1)].into_iter().flatten().collect();
    if person.role.is_none() {
        person.role = tails.last().and_then(|t| role_after(scope, flow, *t));
    }
    let passages: Vec<(&Flow, Span)> = tails.iter().map(|&t| (flow, t)).collect();
    let (times, items) = limits(scope, &passages);
    let words = scope.vocabulary.words();
    // "Anna Ek, tjg ers (S)": what reads as a role says that somebody serves.
    let in_role = person.role.take_if(|r| words.serves(&r.value));
    let said = |tells: &dyn Fn(&str) -> bool| {
        tails.iter().any(|t| tells(t.of(&flow.text)))
            || in_role.as_ref().is_some_and(|r| tells(&r.value))
    };
    let serves = said(&|t| words.serves(t));
    let serving = replaced.is_some()
        || serves && (status != Status::Member || said(&|t| words.tells_of_substitute(t)));
    let status = match status {
        // "ersättare §§ 30-31" among others present.
        Status::Other if !serves && said(&|t| words.tells_of_substitute(t)) => Status::Substitute,
        other => other,
    };
    let value = match (status, serving) {
        (Status::Member | Status::Substitute | Status::Other, true)
            if replaced.is_some() || status != Status::Other =>
        {
            Status::ServingSubstitute
        }
        (status, _) => status,
    };
    let bare = replaced
        .is_none()
        .then(|| tails.iter().find_map(|t| replaced_bare(scope, flow, *t)))
        .flatten();
    let value = if bare.is_some() && status != Status::Official {
        Status::ServingSubstitute
    } else {
        unelected(scope, value, person.role.as_ref())
    };
    Attendee {
        status: listed_as(&person, value),
        replaces: replaced
            .map(|n| flow.read(reading, n.name).doubted(0.95))
            .or(bare),
        person,
        items,
        times,
    }
}

/// When somebody was there, or else for which items: what the first of some passages says.
fn limits(scope: Scope<'_>, passages: &[(&Flow, Span)]) -> (Option<Text>, Option<Text>) {
    let find = |regex: &Regex| {
        passages.iter().find_map(|(flow, passage)| {
            let found = Span::from(regex.find(passage.of(&flow.text))?.range());
            let read = flow.read(scope.reading, found.shift(passage.start));
            Some(read.doubted(0.93))
        })
    };
    match find(&TIMES) {
        None => (None, find(&ITEMS)),
        times => (times, None),
    }
}

/// What the list that names a person says of them.
fn listed_as(person: &Person, status: Status) -> Read<Status> {
    Read {
        value: status,
        confidence: person.name.confidence.min(0.94),
        method: Method::Derived,
        source: person.name.source.clone(),
    }
}

/// `ersätter Anna Ca from kl. 17.10`: one replaced who is named without a party.
fn replaced_bare(scope: Scope<'_>, flow: &Flow, tail: Span) -> Option<Text> {
    let words = scope.vocabulary.words();
    let text = tail.of(&flow.text);
    let pieces = pieces(text);
    let first = pieces
        .iter()
        .position(|p| in_name(p.of(text).trim_end_matches([',', '.'])))?;
    if first == 0 || !words.replaces(&text[..pieces[first].start]) {
        return None;
    }
    let mut end = first;
    while end < pieces.len() && in_name(pieces[end].of(text).trim_end_matches([',', '.'])) {
        end += 1;
        if pieces[end - 1].of(text).ends_with([',', '.']) {
            break;
        }
    }
    if end - first < 2 {
        return None;
    }
    let last = pieces[end - 1];
    let stop = last.start + last.of(text).trim_end_matches([',', '.']).len();
    let span = Span::new(pieces[first].start, stop).shift(tail.start);
    Some(flow.read(scope.reading, span).doubted(0.9))
}

/// `, ordförande` after a person.
fn role_after(scope: Scope<'_>, flow: &Flow, tail: Span) -> Option<Text> {
    let text = tail.of(&flow.text);
    // A place may stand before what somebody is: ", Falun, ordf".
    let places = text
        .split(',')
        .skip(1)
        .take(2)
        .filter(|p| in_name(p.trim()))
        .count();
    let first = role_at(scope, flow, tail, 0);
    if first.is_some() || places == 0 {
        return first;
    }
    let second = text.match_indices(',').nth(1).map(|(at, _)| at)?;
    role_at(scope, flow, tail, second)
}

/// The role that stands from byte `from` of what follows a person.
fn role_at(scope: Scope<'_>, flow: &Flow, tail: Span, from: usize) -> Option<Text> {
    let text = tail.of(&flow.text);
    let start = text.len()
        - text[from..]
            .trim_start_matches([',', ' ', '-', '–', '('])
            .len();
    let rest = &text[start..];
    let end = rest.find([',', ';', '(', ')', '§']).unwrap_or(rest.len());
    let role = rest[..end].trim();
    let last_is_role = role
        .split_whitespace()
        .any(|w| scope.vocabulary.words().is_role(w));
    if role.is_empty()
        || role.chars().count() > 60
        || !last_is_role
        || scope.vocabulary.words().serves(role)
    {
        return None;
    }
    let span = Span::new(tail.start + start, tail.start + start + role.len());
    Some(flow.read(scope.reading, span).doubted(0.93))
}

/// People without parties: a name, a comma, what they are, perhaps items.
fn partyless(scope: Scope<'_>, flow: &Flow, status: Status, into: &mut Vec<Attendee>) {
    // "herrar Alm, ordf., Berglund samt fru Ek": surnames alone, by their titles.
    let titled = people::titled(&flow.text, scope.vocabulary.words());
    if titled.len() > 1 {
        for (i, this) in titled.iter().enumerate() {
            let end = titled.get(i + 1).map_or(flow.text.len(), |n| n.span.start);
            let tail = Span::new(this.span.end, end);
            into.push(attendee(scope, flow, this, None, (None, tail), status));
        }
        return;
    }
    partyless_in(scope, flow, Span::new(0, flow.text.len()), status, into);
}

/// Somebody without a party among "others" is an official where an office says so.
fn unelected(scope: Scope<'_>, status: Status, role: Option<&Text>) -> Status {
    match (status, role) {
        (Status::Other, Some(role)) if !scope.vocabulary.words().is_guest(&fold(&role.value)) => {
            Status::Official
        }
        (status, _) => status,
    }
}

/// Officials that no label parts from the members: those without a party and with an
/// office, where most others have a party.
pub fn officials_among_members(scope: Scope<'_>, attendees: &mut [Attendee]) {
    let words = scope.vocabulary.words();
    let members = attendees
        .iter()
        .filter(|a| a.status.value == Status::Member);
    let (with, all) = members.fold((0, 0), |(with, all), a| {
        (with + usize::from(a.person.party.is_some()), all + 1)
    });
    if with * 2 < all || with < 2 {
        return;
    }
    for attendee in attendees {
        let office = attendee.person.role.as_ref().is_some_and(|role| {
            let folded = fold(&role.value);
            words.is_role(&role.value) && !words.is_guest(&folded) && !words.is_chair(&role.value)
        });
        let member = attendee.status.value == Status::Member;
        if member && attendee.person.party.is_none() && office {
            attendee.status.value = Status::Official;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::minutes::Status;
    use crate::extract::testing::minutes;

    #[test]
    fn officials_stand_among_members() {
        let text = "Nämnden 2022-05-19\n\nNärvarande    Per Eriks (S), Kumla, ordförande\n              Jan Lind (M), Hallsberg\n              Tina Storm, lönechef\n\nÖvriga   Facklig företrädare Erik Dom samt controller Ola West\n\n§ 1 Val\n\nBeslut\nVal görs.\n";
        let meeting = minutes(text).meeting;
        let told: Vec<(&str, Status)> = meeting
            .attendees
            .iter()
            .map(|a| (a.person.name.value.as_str(), a.status.value))
            .collect();
        assert_eq!(
            told,
            [
                ("Per Eriks", Status::Member),
                ("Jan Lind", Status::Member),
                ("Tina Storm", Status::Official),
                ("Erik Dom", Status::Other),
                ("Ola West", Status::Official),
            ]
        );
        assert_eq!(
            meeting.chair.map(|c| c.name.value).as_deref(),
            Some("Per Eriks")
        );
    }

    #[test]
    fn people_side_by_side_are_one_each() {
        let text = "Fullmäktige 1982-06-21\n\nNärvarande\nAllan Nord, ordförande           Kerstin Bu\nSune Env                         Helge Ök\n\n§ 1 Val\n\nBeslut\nVal görs.\n";
        let meeting = minutes(text).meeting;
        let names: Vec<&str> = meeting
            .attendees
            .iter()
            .map(|a| a.person.name.value.as_str())
            .collect();
        assert_eq!(names, ["Allan Nord", "Kerstin Bu", "Sune Env", "Helge Ök"]);
    }
}
