//! Values that hold what does not belong into them: two statements in one point, a
//! signer among recipients, an office among members. They show that something in the
//! document was not understood, whatever its style is.

use super::super::minutes::{Attendee, Decision, Item, Meeting, Minutes, Status, Text};
use super::super::outline::Scope;
use super::super::sentences::sentences;
use super::super::tokens::tokens;
use super::super::vocabulary::{Label, Section};
use crate::extract::{bodies, people};

/// A point that says who moved or reserved, behind what was decided.
const MIXED: f32 = 0.8;
/// A point too short to decide anything.
const SHORT: f32 = 0.7;
/// A title with a sentence in it.
const SENTENCES: f32 = 0.75;
/// A recipient who signs the minutes, or words of a front page.
const SIGNER: f32 = 0.7;
/// A recipient that may be a running list which was not divided.
const RUNNING: f32 = 0.85;
/// A member of the body by an official's office, or a name of words that head columns.
const OFFICE: f32 = 0.8;
/// A day that contradicts another one, or stands alone where two belong together.
const ALONE: f32 = 0.85;

/// Lowers the confidence of such values.
pub(super) fn apply(minutes: &mut Minutes, scope: Scope<'_>) {
    let signers = signers(&minutes.meeting);
    for item in &mut minutes.items {
        points(scope, &mut item.decisions);
        title(scope, item);
        recipients(scope, item, &signers);
    }
    attendees(scope, &mut minutes.meeting.attendees);
    notice(&mut minutes.meeting);
}

fn signers(meeting: &Meeting) -> Vec<String> {
    let officers = meeting
        .chair
        .iter()
        .chain(&meeting.secretary)
        .chain(&meeting.adjusters);
    officers.map(|p| p.name.value.clone()).collect()
}

fn points(scope: Scope<'_>, decisions: &mut [Decision]) {
    let words = scope.vocabulary.words();
    for point in decisions.iter_mut().flat_map(|d| &mut d.points) {
        let text = &point.text.value;
        let said = [
            Section::Reservations,
            Section::Motions,
            Section::NonParticipation,
        ];
        // The first sentence may cite what others moved; what follows it tells of it.
        let mixed = sentences(text, words).iter().skip(1).any(|s| {
            said.iter()
                .any(|&kind| scope.vocabulary.states(s.of(text), kind))
        });
        // "… i februari 2007. Bakgrund Sedan hösten 2003 …"
        let headed = sentences(text, words).iter().skip(1).any(|s| {
            let line = tokens(s.of(text));
            let heading = scope.vocabulary.heading_prefix(&line);
            heading.is_some_and(|h| line.get(h.taken).is_some_and(|next| next.capital))
        });
        let line = tokens(text);
        let name = bodies::named(&line, words)
            .first()
            .is_some_and(|n| n.first == 0 && n.end == line.len());
        if mixed || headed {
            point.text.confidence *= MIXED;
        }
        if line.len() < 2 || name {
            point.text.confidence *= SHORT;
        }
    }
}

fn title(scope: Scope<'_>, item: &mut Item) {
    let Some(title) = &mut item.title else { return };
    if sentences(&title.value, scope.vocabulary.words()).len() > 2 {
        title.confidence *= SENTENCES;
    }
}

fn recipients(scope: Scope<'_>, item: &mut Item, signers: &[String]) {
    let words = scope.vocabulary.words();
    // A heading or what somebody moves was taken for an entry.
    for entry in item.documents.iter_mut().chain(&mut item.recipients) {
        let line = tokens(&entry.value);
        let moved = entry.value.contains("): ")
            && people::named(&entry.value, words, false)
                .first()
                .is_some_and(|n| n.span.start == 0);
        // With its day a proposal is a document.
        let listed = scope.vocabulary.listed_heading(&line);
        let heading = line.len() > 2 && listed.is_some_and(|h| !h.is_dated());
        if moved || heading {
            entry.confidence *= SIGNER;
        }
    }
    for entry in &mut item.recipients {
        if entry.value.matches(", ").count() > 1 {
            entry.confidence *= RUNNING;
        }
        if is_of_the_frame(scope, entry, signers) {
            entry.confidence *= SIGNER;
        }
    }
}

/// Whether an entry names who signs, or begins with a label of signatures.
fn is_of_the_frame(scope: Scope<'_>, entry: &Text, signers: &[String]) -> bool {
    let label = scope.vocabulary.label_prefix(&tokens(&entry.value));
    let signs = label.is_some_and(|h| {
        matches!(
            h.kind,
            Label::Secretary | Label::Adjustment | Label::Certification | Label::PlaceTime
        )
    });
    // Who moved something is told of it with a party: "Anna Ek (V)".
    let bare = !entry.value.contains('(');
    let named = || {
        signers
            .iter()
            .any(|name| entry.value.contains(name.as_str()))
    };
    signs || bare && named()
}

fn attendees(scope: Scope<'_>, attendees: &mut [Attendee]) {
    let words = scope.vocabulary.words();
    let parties = attendees
        .iter()
        .filter(|a| a.person.party.is_some())
        .count();
    let most = parties * 2 > attendees.len();
    for attendee in attendees {
        let member = attendee.status.value == Status::Member;
        let person = &mut attendee.person;
        let heads = tokens(&person.name.value)
            .iter()
            .any(|t| words.is_roster_word(&t.folded) || words.voting().choice(&t.folded).is_some());
        if heads || member && most && person.party.is_none() && person.role.is_some() {
            person.name.confidence *= OFFICE;
            attendee.status.confidence *= OFFICE;
        }
    }
}

fn notice(meeting: &mut Meeting) {
    let Some(notice) = &mut meeting.notice else {
        return;
    };
    let posted = notice.posted.as_ref().map(|d| d.value);
    let held = meeting.date.as_ref().map(|d| d.value);
    if let Some(removed) = &mut notice.removed
        && posted.is_none_or(|p| p >= removed.value)
    {
        removed.confidence *= ALONE;
    }
    if let Some(day) = &mut notice.posted
        && held.is_some_and(|held| day.value < held)
    {
        day.confidence *= ALONE;
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::minutes;

    #[test]
    fn a_point_that_tells_of_motions_is_doubted() {
        let text = "Nämnden 2020-01-02\n\n§ 4 Brygga\n\nBeslut\nBryggan byggs. Mot beslutet reserverar sig Anna Ek (S).\n";
        let point = &minutes(text).items[0].decisions[0].points[0].text;
        assert!(point.confidence < 0.9);
    }

    #[test]
    fn recipients_who_sign_are_doubted() {
        let text = "Nämnden 2020-01-02\n\nLedamöter\nBo Ask (S), ordförande\n\n§ 4 Brygga\n\nBeslut\nBryggan byggs.\n\nBeslutet skickas till\nHamnen\nBo Ask\n";
        let told = &minutes(text).items[0].recipients;
        assert!(told[0].confidence > 0.9 && told[1].confidence < 0.9);
    }
}
