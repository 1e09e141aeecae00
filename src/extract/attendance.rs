//! Who was there: lists by line or by comma, with substitutions, items and times.

use super::dates::pattern;
use super::flow::{Flow, Row};
use super::labels::Block;
use super::minutes::{Attendee, Person, Status, Text};
use super::outline::Scope;
use super::paragraph::ITEMS;
use super::people::{self, Named, in_name};
use super::read::{Method, Read};
use super::sentences::sentences;
use super::tokens::{fold, tokens};
use super::vocabulary::{Label, Section};
use crate::text::Span;
use regex::Regex;
use std::sync::LazyLock;

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
    let rows: Vec<Row> = block
        .rows
        .iter()
        .flat_map(|row| side_by_side(scope, row))
        .collect();
    let logical = logical_lines(scope, &rows);
    for line in logical {
        let flow = Flow::new(scope.reading, &line);
        if refers_elsewhere(scope, &flow.text) || heads_columns(scope, &flow.text) {
            continue;
        }
        line_of_people(scope, &flow, status, into);
    }
}

/// "Enligt förteckning", "Se närvarolista på sida 2", "Redovisas i bilaga 1."
fn refers_elsewhere(scope: Scope<'_>, text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or("");
    scope.vocabulary.words().refers_elsewhere(first)
}

/// The people of a row that are set side by side with wide gaps between them.
fn side_by_side(scope: Scope<'_>, row: &Row) -> Vec<Row> {
    const GAP: &str = "   ";
    let text = row.text(scope.reading);
    let cells: Vec<&str> = text
        .split(GAP)
        .map(str::trim)
        .filter(|c| !c.is_empty())
        .collect();
    let person = |cell: &&str| {
        let mut words = cell.split_whitespace();
        let first = words.next().is_some_and(in_name);
        let second = words
            .next()
            .is_some_and(|w| in_name(w.trim_end_matches(',')));
        let role = cell
            .split_whitespace()
            .next()
            .is_some_and(|w| scope.vocabulary.words().is_role(w));
        first && second && !role
    };
    if cells.len() < 2 || !cells.iter().all(person) {
        return vec![*row];
    }
    let place = |cell: &str| cell.as_ptr() as usize - text.as_ptr() as usize;
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
fn heads_columns(scope: Scope<'_>, text: &str) -> bool {
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
/// before ends inside a name or a list.
fn logical_lines(scope: Scope<'_>, rows: &[Row]) -> Vec<Vec<Row>> {
    let mut out: Vec<Vec<Row>> = Vec::new();
    for row in rows {
        let text = row.text(scope.reading);
        let row = row.flowing();
        let goes_on = out.last().and_then(|l| l.last()).is_some_and(|before| {
            let last = before.text(scope.reading);
            let parens = last.matches('(').count() > last.matches(')').count();
            last.ends_with(',')
                || parens
                || text.starts_with('(')
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

/// Reads one line: a single person with remarks, or several divided by commas.
fn line_of_people(scope: Scope<'_>, flow: &Flow, status: Status, into: &mut Vec<Attendee>) {
    let words = scope.vocabulary.words();
    let named = people::listed(&flow.text, words, |p| scope.names.has_party(p));
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
    let find = |regex: &Regex| {
        tails.iter().find_map(|t| {
            let m = regex.find(t.of(&flow.text))?;
            Some(
                flow.read(reading, Span::from(m.range()).shift(t.start))
                    .doubted(0.93),
            )
        })
    };
    let times = find(&TIMES);
    let items = if times.is_some() { None } else { find(&ITEMS) };
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
        status: Read {
            value,
            confidence: person.name.confidence.min(0.94),
            method: Method::Derived,
            source: person.name.source.clone(),
        },
        replaces: replaced
            .map(|n| flow.read(reading, n.name).doubted(0.95))
            .or(bare),
        person,
        items,
        times,
    }
}

/// `ersätter Anna Ca from kl. 17.10`: one replaced who is named without a party.
fn replaced_bare(scope: Scope<'_>, flow: &Flow, tail: Span) -> Option<Text> {
    let words = scope.vocabulary.words();
    let text = tail.of(&flow.text);
    let pieces: Vec<Span> = text
        .split_whitespace()
        .map(|w| {
            let start = w.as_ptr() as usize - text.as_ptr() as usize;
            Span::new(start, start + w.len())
        })
        .collect();
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
    partyless_in(scope, flow, Span::new(0, flow.text.len()), status, into);
}

fn partyless_in(
    scope: Scope<'_>,
    flow: &Flow,
    span: Span,
    status: Status,
    into: &mut Vec<Attendee>,
) {
    let text = span.of(&flow.text);
    let mut pieces: Vec<Span> = Vec::new();
    let mut start = 0;
    for (i, c) in text.char_indices() {
        if matches!(c, ',' | ';') {
            pieces.extend(both_sides_of_and(scope, text, Span::new(start, i)));
            start = i + 1;
        }
    }
    pieces.extend(both_sides_of_and(scope, text, Span::new(start, text.len())));
    let mut at = 0;
    while at < pieces.len() {
        let piece = pieces[at].trim(text);
        at += 1;
        let Some((name, glued)) = bare_name(scope, piece.of(text)) else {
            continue;
        };
        let name = Span::new(piece.start + name.start, piece.start + name.end);
        // What follows up to the next name belongs to this one.
        let mut end = piece.end;
        while at < pieces.len() && bare_name(scope, pieces[at].trim(text).of(text)).is_none() {
            end = pieces[at].end;
            at += 1;
        }
        let tail = Span::new(name.end, end.max(name.end)).shift(span.start);
        let role_before = glued.map(|g| g.shift(piece.start));
        let named = Named {
            span: name.shift(span.start),
            name: name.shift(span.start),
            party: None,
            marked: false,
            role: role_before.map(|r| r.shift(span.start)),
        };
        let mut found = attendee(scope, flow, &named, None, (None, tail), status);
        if found.person.role.is_none() {
            found.person.role = loose_role(scope, flow, tail);
        }
        found.status.value = unelected(scope, found.status.value, found.person.role.as_ref());
        into.push(found);
    }
}

/// A stretch divided at its last "och" or "samt", where each side is somebody.
fn both_sides_of_and(scope: Scope<'_>, text: &str, span: Span) -> Vec<Span> {
    let parts = scope.vocabulary.words().split_and(span.of(text));
    let spans: Vec<Span> = parts
        .iter()
        .map(|p| {
            let start = p.as_ptr() as usize - text.as_ptr() as usize;
            Span::new(start, start + p.len()).trim(text)
        })
        .collect();
    let somebody = |s: &Span| bare_name(scope, s.of(text)).is_some();
    match spans.len() > 1 && spans.iter().all(somebody) {
        true => spans,
        false => vec![span],
    }
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

/// A role that is not among the known ones: the words after the comma.
fn loose_role(scope: Scope<'_>, flow: &Flow, tail: Span) -> Option<Text> {
    let text = tail.of(&flow.text);
    let open = text.trim_start().starts_with('(');
    let start = text.len() - text.trim_start_matches([',', ' ', '-', '–', '(']).len();
    let rest = &text[start..];
    let end = rest.find([',', ';', '(', ')', '§']).unwrap_or(rest.len());
    let role = rest[..end].trim();
    let lower = role.starts_with(char::is_lowercase)
        || open
        || role.starts_with(char::is_uppercase)
            && role.chars().nth(1).is_some_and(char::is_uppercase);
    let clock = TIMES.is_match(role) || scope.vocabulary.words().serves(role);
    (!role.is_empty() && lower && !clock && role.chars().count() < 70).then(|| {
        let span = Span::new(tail.start + start, tail.start + start + role.len());
        flow.read(scope.reading, span).doubted(0.9)
    })
}

/// A name of two to five words that takes the whole piece, or comes after a role
/// ("trafikdirektör Monica Hj"); the name and the role.
fn bare_name(scope: Scope<'_>, piece: &str) -> Option<(Span, Option<Span>)> {
    let words = scope.vocabulary.words();
    let all: Vec<Span> = piece
        .split_whitespace()
        .map(|w| {
            let start = w.as_ptr() as usize - piece.as_ptr() as usize;
            Span::new(start, start + w.len())
        })
        .collect();
    let is_part = |s: &Span| in_name(s.of(piece)) || words.is_particle(s.of(piece));
    let plain = |s: &Span| in_name(s.of(piece)) && !words.is_role(s.of(piece));
    // "Facklig företrädare Anna Ek": the name begins after what somebody is.
    let role = all.iter().take(4).rposition(|s| words.is_role(s.of(piece)));
    let first = role
        .map(|r| r + 1)
        .filter(|&at| all.get(at).is_some_and(plain))
        .or_else(|| all.iter().position(plain))?;
    let count = all[first..].iter().take_while(|s| is_part(s)).count();
    if !(2..=5).contains(&count) || first > 3 {
        return None;
    }
    if first > 0 && !words.is_role(all[first - 1].of(piece)) {
        return None;
    }
    // After the name only small words may come: "Anna Ek nämndsekreterare".
    let rest = &all[first + count..];
    if rest.iter().any(|s| in_name(s.of(piece))) {
        return None;
    }
    let name = Span::new(all[first].start, all[first + count - 1].end);
    let role = (first > 0).then(|| Span::new(all[0].start, all[first - 1].end));
    Some((name, role))
}

/// People whom an item's text shows to be present: those who present the matter,
/// and those who serve for somebody.
pub fn from_text(
    scope: Scope<'_>,
    rows: &[Row],
    recused: Option<&Person>,
    into: &mut Vec<Attendee>,
) {
    let words = scope.vocabulary.words();
    let flow = Flow::new(scope.reading, rows);
    for span in sentences(&flow.text, words) {
        let text = span.of(&flow.text);
        let named = people::named(text, words, false);
        let replaced = named
            .get(1)
            .filter(|n| words.replaces(&text[named[0].span.end..n.span.start]));
        let shift = |n: &Named| n.clone().moved(span.start);
        if let Some(replaced) = replaced {
            let (this, replaced) = (shift(&named[0]), shift(replaced));
            let tail = Span::new(replaced.span.end, span.end);
            into.push(attendee(
                scope,
                &flow,
                &this,
                Some(&replaced),
                (None, tail),
                Status::Substitute,
            ));
        } else if let ([one], Some(recused)) = (named.as_slice(), recused)
            && words.serves(&text[one.span.end..])
        {
            let this = shift(one);
            let mut found = attendee(
                scope,
                &flow,
                &this,
                None,
                (None, Span::new(this.span.end, span.end)),
                Status::Substitute,
            );
            found.status.value = Status::ServingSubstitute;
            found.replaces = Some(recused.name.clone());
            into.push(found);
        } else if scope.vocabulary.states(text, Section::Presenters) {
            for n in people::named(text, words, true)
                .iter()
                .filter(|n| !n.marked && n.role.is_some())
            {
                let this = shift(n);
                into.push(attendee(
                    scope,
                    &flow,
                    &this,
                    None,
                    (None, Span::new(span.end, span.end)),
                    Status::Official,
                ));
            }
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
