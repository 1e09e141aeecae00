//! Chair, secretary and adjusters: who signs, or is named at the front.

use super::super::flow::{Flow, Row};
use super::super::labels::Block;
use super::super::minutes::{Attendee, Meeting, Person, Status};
use super::super::outline::{Outline, Scope};
use super::super::people;
use super::super::read::{Method, Read};
use super::super::tokens::tokens;
use super::super::vocabulary::Label;
use super::notice::holds_names_only;
use super::place::first_paragraph;
use super::signers::{names_in, names_look, signers};

/// Chair, secretary and adjusters, who sign or are named at the front.
pub(in crate::extract) fn officers(scope: Scope<'_>, all: &[&Block], meeting: &mut Meeting) {
    let known: Vec<Person> = meeting.attendees.iter().map(|a| a.person.clone()).collect();
    let mut at = 0;
    while at < all.len() {
        // Labels side by side share the names below them.
        let line = all[at].heading.first().map(|r| r.line);
        let beside = all[at..]
            .iter()
            .take_while(|b| b.heading.first().map(|r| r.line) == line)
            .count();
        let group = &all[at..at + beside];
        at += beside;
        let officers: Vec<&&Block> = group.iter().filter(|b| is_officer(b.label)).collect();
        match officers.as_slice() {
            [] => {}
            [one] => assign(scope, one.label, signers(scope, one, &known), meeting),
            several => {
                let rows: Vec<Row> = several
                    .iter()
                    .flat_map(|b| b.rows.iter().copied())
                    .collect();
                let names: Vec<Person> = rows
                    .iter()
                    .flat_map(|r| names_in(scope, r, &known))
                    .take(several.len())
                    .collect();
                for (block, name) in several.iter().zip(names) {
                    assign(scope, block.label, vec![name], meeting);
                }
            }
        }
    }
    fallbacks(scope, meeting);
}

/// `Justeras` over the names of the chair and of those who adjust.
pub(in crate::extract) fn below_adjustment(
    scope: Scope<'_>,
    all: &[&Block],
    meeting: &mut Meeting,
) {
    const SURE: f32 = 0.92;
    if !meeting.adjusters.is_empty() {
        return;
    }
    let known: Vec<Person> = meeting.attendees.iter().map(|a| a.person.clone()).collect();
    for block in all.iter().filter(|b| b.label == Label::Adjustment) {
        let rows = block
            .rows
            .iter()
            .take(5)
            .filter(|r| holds_names_only(scope, r));
        let mut names: Vec<Person> = rows.flat_map(|r| names_in(scope, r, &known)).collect();
        if names.len() < 2 && meeting.chair.is_none() {
            continue;
        }
        let holds = |who: &Option<Person>, name: &Person| {
            who.as_ref()
                .is_some_and(|w| w.name.value == name.name.value)
        };
        if meeting.chair.is_none() {
            meeting.chair = Some(names.remove(0)).map(|mut p| {
                p.name.confidence *= SURE;
                p
            });
        }
        names.retain(|n| !holds(&meeting.chair, n) && !holds(&meeting.secretary, n));
        for name in &mut names {
            name.name.confidence *= SURE;
        }
        assign(scope, Label::Adjusters, names, meeting);
    }
    fallbacks(scope, meeting);
}

/// `Justering   Lena Ek (M) valdes att justera protokollet den 2 november`
pub(in crate::extract) fn elected(scope: Scope<'_>, all: &[&Block], meeting: &mut Meeting) {
    if !meeting.adjusters.is_empty() {
        return;
    }
    for block in all.iter().filter(|b| b.label == Label::Adjustment) {
        let flow = Flow::new(scope.reading, &first_paragraph(&block.rows));
        if !scope.vocabulary.words().tells_of_adjustment(&flow.text) {
            continue;
        }
        let named = people::named(&flow.text, scope.vocabulary.words(), false);
        meeting.adjusters.extend(named.iter().map(|n| Person {
            role: None,
            ..people::person(scope.reading, &flow, n)
        }));
    }
}

/// Names with the signers' offices below them:
/// `Anna Ek      Bo Ask` over `Ordförande   Justerande`.
pub(in crate::extract) fn above_labels(scope: Scope<'_>, outline: &Outline, meeting: &mut Meeting) {
    let known: Vec<Person> = meeting.attendees.iter().map(|a| a.person.clone()).collect();
    for rows in [&outline.front, &outline.back] {
        for (i, pair) in rows.windows(2).enumerate() {
            let mut labels = offices(scope, &pair[1]);
            if labels.is_empty() && names_look(pair[0].text(scope.reading)) {
                labels.extend(office_below(scope, &pair[1]));
            }
            if labels.is_empty() {
                continue;
            }
            let names = names_in(scope, &pair[0], &known);
            let alone = scope
                .vocabulary
                .label_prefix(&tokens(pair[0].text(scope.reading)));
            if names.len() != labels.len() || alone.is_some() {
                continue;
            }
            // Names below the offices are theirs.
            let below = rows.get(i + 2);
            // unless names and offices take turns down to the last row, an office.
            let apart = ends_with_offices(scope, rows, i + 1, &known);
            if !apart && below.is_some_and(|row| !names_in(scope, row, &known).is_empty()) {
                continue;
            }
            if i > 0 && certifies(scope, &rows[i.saturating_sub(3)..i]) {
                continue;
            }
            for (label, name) in labels.into_iter().zip(names) {
                match label {
                    Label::Chair => meeting.chair = Some(name),
                    Label::Secretary => meeting.secretary = Some(name),
                    label => assign(scope, label, vec![name], meeting),
                }
            }
        }
    }
    fallbacks(scope, meeting);
}

/// The offices that a row names side by side and nothing else.
fn offices(scope: Scope<'_>, row: &Row) -> Vec<Label> {
    let text = row.text(scope.reading);
    let line = tokens(text);
    // "sekreterare          ordförande"
    let apart = text.contains("   ");
    let mut out = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let hit = scope.vocabulary.label_prefix(&line[at..]);
        match hit.filter(|h| is_officer(h.kind) && (apart || line[at].capital)) {
            Some(hit) => {
                at += hit.taken;
                out.push(hit.kind);
            }
            None => return Vec::new(),
        }
    }
    out
}

/// The office that a row consists of in small letters, as it stands below a name alone.
fn office_below(scope: Scope<'_>, row: &Row) -> Option<Label> {
    let hit = scope.vocabulary.label(&tokens(row.text(scope.reading)))?;
    is_officer(hit.kind).then_some(hit.kind)
}

/// Whether rows of names and of offices take turns from the one above row `at` on, and
/// the last of them holds offices: then each stands below its name.
fn ends_with_offices(scope: Scope<'_>, rows: &[Row], at: usize, known: &[Person]) -> bool {
    let is_office = |row: &Row| !offices(scope, row).is_empty();
    let is_names = |row: &Row| !names_in(scope, row, known).is_empty();
    let mut first = at;
    while first >= 2 && is_names(&rows[first - 1]) && is_office(&rows[first - 2]) {
        first -= 2;
    }
    let led = first >= 1 && is_names(&rows[first - 1]);
    let mut last = at;
    while last + 2 < rows.len() && is_names(&rows[last + 1]) && is_office(&rows[last + 2]) {
        last += 2;
    }
    let followed = rows.get(last + 1).is_some_and(is_names);
    led && !followed
}

/// Whether one of the rows says that an extract is certified.
fn certifies(scope: Scope<'_>, rows: &[Row]) -> bool {
    rows.iter().any(|row| {
        scope
            .vocabulary
            .label(&tokens(row.text(scope.reading)))
            .is_some_and(|h| h.kind == Label::Certification)
    })
}

/// `Fredrik Ek (M), justerare` among the signatures.
pub(in crate::extract) fn signing_roles(
    scope: Scope<'_>,
    outline: &Outline,
    meeting: &mut Meeting,
) {
    if !meeting.adjusters.is_empty() {
        return;
    }
    for row in outline.front.iter().chain(&outline.back) {
        let flow = Flow::of_row(scope.reading, row);
        let named = people::named(&flow.text, scope.vocabulary.words(), false);
        for (i, one) in named.iter().enumerate() {
            let end = named.get(i + 1).map_or(flow.text.len(), |n| n.span.start);
            let after = tokens(flow.text[one.span.end..end].trim_start_matches([',', ' ']));
            let adjusts = scope
                .vocabulary
                .label_prefix(&after)
                .is_some_and(|h| h.kind == Label::Adjusters);
            if adjusts {
                meeting.adjusters.push(Person {
                    role: None,
                    ..people::person(scope.reading, &flow, one)
                });
            }
        }
    }
}

/// A chair named apart above the list of the other members is a member too.
pub(in crate::extract) fn chair_apart(front: &[Block], meeting: &mut Meeting) {
    let apart = front.windows(2).any(|pair| {
        pair[0].label == Label::Chair && matches!(pair[1].label, Label::Members | Label::Attendance)
    });
    let Some(chair) = meeting.chair.clone().filter(|c| apart && c.party.is_some()) else {
        return;
    };
    if meeting
        .attendees
        .iter()
        .any(|a| a.person.name.value == chair.name.value)
    {
        return;
    }
    let status = Read {
        value: Status::Member,
        confidence: chair.name.confidence.min(0.9),
        method: Method::Derived,
        source: chair.name.source.clone(),
    };
    meeting.attendees.insert(
        0,
        Attendee {
            person: chair,
            status,
            replaces: None,
            items: None,
            times: None,
        },
    );
}

fn is_officer(label: Label) -> bool {
    matches!(label, Label::Chair | Label::Secretary | Label::Adjusters)
}

fn assign(_scope: Scope<'_>, label: Label, names: Vec<Person>, meeting: &mut Meeting) {
    match label {
        Label::Chair => meeting.chair = meeting.chair.take().or(names.into_iter().next()),
        Label::Secretary => {
            meeting.secretary = meeting.secretary.take().or(names.into_iter().next())
        }
        Label::Adjusters => {
            for name in names {
                match meeting
                    .adjusters
                    .iter_mut()
                    .find(|a| a.name.value == name.name.value)
                {
                    Some(known) if known.party.is_none() => known.party = name.party,
                    Some(_) => {}
                    None => meeting.adjusters.push(name),
                }
            }
        }
        _ => {}
    }
}

/// The attendance list knows parties, and who chaired or wrote where nobody signs.
fn fallbacks(scope: Scope<'_>, meeting: &mut Meeting) {
    let attendees = std::mem::take(&mut meeting.attendees);
    let words = scope.vocabulary.words();
    let role = |a: &&Attendee, is: &dyn Fn(&str) -> bool| {
        a.person.role.as_ref().is_some_and(|r| is(&r.value))
    };
    if meeting.chair.is_none() {
        meeting.chair = attendees
            .iter()
            .find(|a| role(a, &|r| words.is_chair(r)))
            .map(|a| Person {
                role: None,
                ..a.person.clone()
            });
    }
    if meeting.secretary.is_none() {
        meeting.secretary = attendees
            .iter()
            .rev()
            .find(|a| role(a, &|r| words.is_secretary(r)))
            .map(|a| Person {
                role: None,
                ..a.person.clone()
            });
    }
    let officers = meeting
        .chair
        .iter_mut()
        .chain(meeting.secretary.iter_mut())
        .chain(meeting.adjusters.iter_mut());
    for officer in officers.filter(|o| o.party.is_none()) {
        officer.party = attendees
            .iter()
            .find(|a| a.person.name.value == officer.name.value)
            .and_then(|a| a.person.party.clone());
    }
    meeting.attendees = attendees;
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::minutes;

    #[test]
    fn who_signs_below_the_adjustment_adjusts() {
        let text = "Nämnden 2019-05-16\n\nLedamöter\nRune Hjelm (C), ordförande\nJonas Mag (S)\n\n§ 1 Val\n\nBeslut\nVal görs.\n\nVid protokollet                    Justerat 2019-05-23\n\nSiw Kull                           Rune Hjelm\n                                   Jonas Mag\n";
        let meeting = minutes(text).meeting;
        let names: Vec<&str> = meeting
            .adjusters
            .iter()
            .map(|a| a.name.value.as_str())
            .collect();
        assert_eq!(names, ["Jonas Mag"]);
        assert_eq!(
            meeting.secretary.map(|s| s.name.value).as_deref(),
            Some("Siw Kull")
        );
    }
}
