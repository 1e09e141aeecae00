//! People without parties: a name, a comma, what they are, perhaps items.

use super::{TIMES, attendee, unelected};
use crate::extract::flow::Flow;
use crate::extract::minutes::{Attendee, Status, Text};
use crate::extract::outline::Scope;
use crate::extract::people::{Named, in_name, is_party_before, pieces};
use crate::text::Span;

pub(super) fn partyless_in(
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
    let all = pieces(piece);
    let is_part = |s: &Span| in_name(s.of(piece)) || words.is_particle(s.of(piece));
    let plain = |s: &Span| {
        let word = s.of(piece);
        in_name(word)
            && !words.is_role(word)
            && !words.is_title(word)
            && !is_party_before(word, words)
    };
    // "Facklig företrädare Anna Ek": the name begins after what somebody is.
    let role = all.iter().take(4).rposition(|s| words.is_role(s.of(piece)));
    let first = role
        .map(|r| r + 1)
        .filter(|&at| all.get(at).is_some_and(plain))
        .or_else(|| all.iter().position(plain))?;
    let count = all[first..].iter().take_while(|s| is_part(s)).count();
    // "Herr Lindh": behind a title a surname is enough.
    let title = first > 0 && words.is_title(all[first - 1].of(piece));
    let least = if title { 1 } else { 2 };
    if !(least..=5).contains(&count) || first > 3 {
        return None;
    }
    if first > 0 && !title && !words.is_role(all[first - 1].of(piece)) {
        return None;
    }
    // After the name only small words may come: "Anna Ek nämndsekreterare".
    let rest = &all[first + count..];
    if rest.iter().any(|s| in_name(s.of(piece))) {
        return None;
    }
    let name = Span::new(all[first].start, all[first + count - 1].end);
    let office = first - usize::from(title);
    let role = (office > 0).then(|| Span::new(all[0].start, all[office - 1].end));
    Some((name, role))
}
