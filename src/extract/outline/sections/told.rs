//! What paragraphs say by themselves, where no heading stands.

use super::super::Scope;
use super::super::rows::begins_clause;
use super::{Part, deciding, paragraphs, starts_bulleted};
use crate::extract::bodies;
use crate::extract::flow::{Flow, Row};
use crate::extract::people;
use crate::extract::tokens::tokens;
use crate::extract::vocabulary::Section;

/// Divides a part where a paragraph says what it is; votes are told of elsewhere where it
/// `is_settled`.
pub(in crate::extract) fn by_statements(
    scope: Scope<'_>,
    part: Part,
    scrambled: bool,
    is_settled: bool,
) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    let home = part.kind;
    let headed = part.heading.is_some();
    let rows = part.rows;
    out.push(Part {
        kind: home,
        heading: part.heading,
        rows: Vec::new(),
    });
    let mut before = String::new();
    let last_point = last_point(scope, home, &rows);
    let last_clause = last_clause(scope, home, &rows);
    for (n, span) in paragraphs(&rows).into_iter().enumerate() {
        let paragraph = &rows[span.start..span.end];
        let flow = Flow::new(scope.reading, paragraph);
        let exempt = n == 0
            && headed
            && !matches!(
                home,
                Section::Remarks | Section::Deliberation | Section::Propositions
            )
            && !(home == Section::Proposal
                && (starts_with_somebody(scope, &flow.text) || moved_by_office(scope, &flow.text)));
        let kind = if scrambled {
            statement(scope, &flow.text, Section::Background, false, &before)
        } else if exempt {
            None
        } else {
            statement(scope, &flow.text, home, headed, &before).or_else(|| {
                let apart = last_point.is_some_and(|last| span.start > last) && paragraph[0].gap;
                let told = apart && narrates(scope, &flow.text);
                let ended = last_clause.is_some_and(|last| span.start > last)
                    && is_no_clause(scope, paragraph, &before);
                (told || ended).then_some(Section::Background)
            })
        };
        let kind = kind.filter(|&kind| !(is_settled && kind == Section::Vote));
        // What follows a statement goes on with it, except where it was one line
        // among points or entries.
        let after = out.last().map_or(home, |p| p.kind);
        match kind {
            Some(kind) if kind != after => out.push(Part {
                kind,
                heading: None,
                rows: paragraph.to_vec(),
            }),
            Some(_) => extend(&mut out, paragraph),
            None if after == Section::Immediate
                || returns(after, home)
                || scrambled && after != home =>
            {
                out.push(Part {
                    kind: home,
                    heading: out[0].heading.clone().filter(|_| scrambled),
                    rows: paragraph.to_vec(),
                });
            }
            None => extend(&mut out, paragraph),
        }
        before = flow.text;
    }
    out
}

/// The last row that begins a point with a bullet or number, in a section of points.
fn last_point(scope: Scope<'_>, home: Section, rows: &[Row]) -> Option<usize> {
    if !matches!(home, Section::Decision | Section::Proposal) {
        return None;
    }
    rows.iter()
        .rposition(|row| starts_bulleted(row.text(scope.reading)))
}

/// The last row that begins a clause, in a section of points that begins with one.
fn last_clause(scope: Scope<'_>, home: Section, rows: &[Row]) -> Option<usize> {
    let begins = |row: &Row| begins_clause(scope, row.text(scope.reading));
    let is_of_clauses =
        matches!(home, Section::Decision | Section::Proposal) && rows.first().is_some_and(begins);
    is_of_clauses
        .then(|| rows.iter().rposition(begins))
        .flatten()
}

/// A whole sentence apart behind the last of clauses that end with a full stop is none of
/// them.
fn is_no_clause(scope: Scope<'_>, paragraph: &[Row], before: &str) -> bool {
    let text = |row: &Row| row.text(scope.reading);
    before.ends_with('.')
        && paragraph
            .first()
            .is_some_and(|r| r.gap && text(r).starts_with(char::is_uppercase))
        && paragraph.last().is_some_and(|r| text(r).ends_with('.'))
}

/// A sentence that tells what was, in whole words: "Nämnden har föreslagit …".
fn narrates(scope: Scope<'_>, text: &str) -> bool {
    const SHORTEST: usize = 40;
    let words = scope.vocabulary.words();
    text.chars().count() > SHORTEST
        && text.starts_with(char::is_uppercase)
        && !text.ends_with(':')
        && tokens(text)
            .iter()
            .take(12)
            .any(|t| words.is_narrating(&t.folded))
}

fn extend(out: &mut [Part], rows: &[Row]) {
    if let Some(part) = out.last_mut() {
        part.rows.extend_from_slice(rows);
    }
}

/// A paragraph that says nothing special after a statement inside narration is
/// narration again.
fn returns(after: Section, home: Section) -> bool {
    after != home
        && matches!(home, Section::Background | Section::Summary)
        && matches!(
            after,
            Section::Motions
                | Section::Deliberation
                | Section::Recusals
                | Section::NonParticipation
                | Section::Proposal
        )
}

/// What a paragraph inside a section of kind `home` says by itself.
fn statement(
    scope: Scope<'_>,
    text: &str,
    home: Section,
    headed: bool,
    before: &str,
) -> Option<Section> {
    use Section as S;
    if text.chars().count() > 1500 || starts_bulleted(text) {
        return None;
    }
    if home == S::Documents {
        let decides = deciding(scope, text).is_some_and(|(_, kind)| kind == S::Decision);
        if decides {
            return Some(S::Decision);
        }
    }
    let narrates = matches!(
        home,
        S::Background | S::Summary | S::Other | S::Earlier | S::Handling
    );
    let found = scope.vocabulary.statement(text)?;
    let allowed = match found {
        S::Immediate => true,
        S::Recusals | S::NonParticipation | S::Reservations | S::Notes | S::Opinions => {
            matches!(
                home,
                S::Decision
                    | S::Proposal
                    | S::Deliberation
                    | S::Remarks
                    | S::Other
                    | S::Motions
                    | S::Propositions
            ) || narrates
                || matches!(home, S::Reservations | S::Notes | S::Opinions)
                    && matches!(found, S::Reservations | S::Notes | S::Opinions)
                    && found != home
                    && starts_with_somebody(scope, text)
        }
        S::Motions if home == S::Proposal => {
            starts_with_somebody(scope, text) || moved_by_office(scope, text)
        }
        S::Motions if home == S::Propositions || home == S::Documents => scope
            .names
            .of_sentence(text, scope)
            .first()
            .is_some_and(|n| n.span.start < 30),
        S::Deliberation if matches!(home, S::Decision | S::Proposal) => {
            !scope.names.of_sentence(text, scope).is_empty()
        }
        // "Tekniska kontoret föreslår" what goes before the meeting.
        S::Motions if !headed && narrates && begins_with_office(scope, text) => false,
        S::Motions | S::Propositions | S::Deliberation => {
            home == S::Deliberation && found != S::Deliberation
                || home == S::Documents && found == S::Propositions
                || !headed && narrates
                || home == S::Remarks && found != S::Deliberation
                || home == S::Motions && found == S::Propositions
        }
        S::Vote => {
            !headed && narrates
                || matches!(home, S::Propositions | S::Motions | S::Deliberation)
                    && !before.ends_with(':')
                    && !(home == S::Propositions && scope.vocabulary.states(before, S::Vote))
        }
        S::Decision => !headed && narrates,
        S::Documents => !headed && narrates,
        _ => false,
    };
    let by_someone = matches!(
        found,
        S::Recusals | S::NonParticipation | S::Reservations | S::Notes | S::Opinions
    );
    let words = scope.vocabulary.words();
    let someone = || {
        !scope.names.of_sentence(text, scope).is_empty()
            || !people::parties(text, words).is_empty()
            || people::after_by(text, words).is_some()
            || words.is_group(text)
    };
    if allowed && (!by_someone || someone()) {
        return Some(found);
    }
    None
}

/// `Ordföranden yrkar …`: an office alone moves.
fn moved_by_office(scope: Scope<'_>, text: &str) -> bool {
    let words = scope.vocabulary.words();
    let mut pieces = text.split_whitespace();
    let office = pieces.next().is_some_and(|w| words.is_role(w));
    office
        && pieces
            .find(|w| !words.is_role(w))
            .is_some_and(|w| words.is_motion_verb(w))
}

fn begins_with_office(scope: Scope<'_>, text: &str) -> bool {
    let named = bodies::named(&tokens(text), scope.vocabulary.words());
    let first = named.first().filter(|n| n.first == 0 && !n.genitive);
    // "Ordföranden föreslår" is a person's motion.
    first.is_some_and(|n| !n.body && !scope.vocabulary.words().is_role(n.span.of(text)))
}

fn starts_with_somebody(scope: Scope<'_>, text: &str) -> bool {
    scope
        .names
        .of_sentence(text, scope)
        .first()
        .is_some_and(|n| n.span.start == 0 && !text[..n.span.end].contains(':'))
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::minutes;

    #[test]
    fn proposals_of_members_are_motions() {
        let text = "Nämnden 2020-01-02\n\n§ 4 Brygga\n\nFörslag till beslut\nOrdföranden yrkar bifall till förslaget.\n\nAnna Ek m.fl. (S) lägger fram ett eget förslag till beslut.\n\nBeslut\nBryggan byggs.\n";
        let item = &minutes(text).items[0];
        let moved: Vec<&str> = item.motions.iter().map(|m| m.text.value.as_str()).collect();
        assert_eq!(
            moved,
            [
                "Ordföranden yrkar bifall till förslaget.",
                "Anna Ek m.fl. (S) lägger fram ett eget förslag till beslut."
            ]
        );
    }

    #[test]
    fn known_names_reserve_themselves_without_a_party() {
        let text = "DOROTEA KOMMUN  PROTOKOLL\nArbetsutskottet  1976-09-07\n\nNärvarande: Karl Wall, ordförande\n            Rut Hägglund\n\n§ 8\n\nVa-ledning\n\nTre anbud har inkommit.\n\nArbetsutskottet beslöt\n\natt antaga anbudet, samt\n\natt teckna avtal.\n\nRut Hägglund reserverade sig mot beslutet.\n\nUtdr: gatukontoret\n";
        let item = &minutes(text).items[0];
        assert_eq!(item.reservations[0].persons[0].name.value, "Rut Hägglund");
        assert_eq!(item.decisions[0].points[1].text.value, "att teckna avtal.");
        assert_eq!(item.recipients[0].value, "gatukontoret");
    }

    #[test]
    fn what_somebody_moves_after_a_colon_is_no_document() {
        let text = "Nämnden 2020-01-02\n\n§ 4 Brygga\n\nBeslut\nBryggan byggs.\n\nBeslutsunderlag\nTjänsteskrivelse 2020-01-01\n\nLedamöternas förslag till beslut\n\nLotta Jon (S): Punkt 2 stryks.\n";
        let item = &minutes(text).items[0];
        let documents: Vec<&str> = item.documents.iter().map(|d| d.value.as_str()).collect();
        assert_eq!(documents, ["Tjänsteskrivelse 2020-01-01"]);
        assert_eq!(item.motions[0].text.value, "Lotta Jon (S): Punkt 2 stryks.");
    }
}
