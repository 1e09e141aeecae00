//! Decisions that no heading marks: a sentence shows what was decided.

use super::finish;
use super::terms::{Terms, is_own, sentence_head, terms};
use crate::extract::bodies;
use crate::extract::flow::Row;
use crate::extract::minutes::{Decision, DecisionKind, Text};
use crate::extract::outline::{Part, Scope};
use crate::extract::points::Drafted;
use crate::extract::tokens::tokens;
use crate::extract::vocabulary::{Section, fold_text};

/// What became of a matter that no heading and no body's name marks as decided: the last
/// paragraph of its text, where it says so in the passive.
pub(super) fn concluded(scope: Scope<'_>, parts: &[Part], own: Option<&Text>) -> Option<Decision> {
    const LONGEST: usize = 160;
    const SURE: f32 = 0.8;
    let part = parts.iter().rev().find(|p| !p.rows.is_empty())?;
    let unheaded = part.heading.is_none() && part.kind == Section::Background;
    let span = crate::extract::outline::paragraphs(&part.rows).pop()?;
    let point = Drafted::whole(scope, &part.rows[span.start..span.end], SURE)?;
    let text = &point.flow.text;
    // "… har föreslagit att bokslutet godkänns" tells what somebody wants.
    let words = scope.vocabulary.words();
    let told = tokens(text)
        .iter()
        .skip(1)
        .any(|t| words.is_clause(&t.folded));
    let says = !told
        && text.chars().count() <= LONGEST
        && text.starts_with(char::is_uppercase)
        && words.concludes(&fold_text(text));
    let terms = Terms {
        kind: DecisionKind::Decision,
        authority: own.map(|own| own.derive(own.value.clone()).doubted(SURE)),
        addressee: None,
    };
    (unheaded && says).then(|| finish(scope, terms, (None, None), vec![point], own))
}

/// Points under no heading that a sentence shows to be a decision.
pub(super) fn unheaded(scope: Scope<'_>, rows: &[Row], own: Option<&Text>) -> Vec<Decision> {
    let Some(point) = Drafted::whole(scope, rows, 0.9) else {
        return Vec::new();
    };
    let terms = Terms {
        kind: DecisionKind::Decision,
        authority: own.map(|own| own.derive(own.value.clone())),
        addressee: None,
    };
    vec![finish(scope, terms, (None, None), vec![point], own)]
}

/// Paragraphs of a narration that begin with a body which decides or proposes.
pub(super) fn in_narration(scope: Scope<'_>, part: &Part, own: Option<&Text>) -> Vec<Decision> {
    let mut out = Vec::new();
    for span in crate::extract::outline::paragraphs(&part.rows) {
        let Some(point) = Drafted::whole(scope, &part.rows[span.start..span.end], 0.88) else {
            continue;
        };
        let text = &point.flow.text;
        let Some((body, kind)) = crate::extract::outline::deciding(scope, text) else {
            continue;
        };
        let name = bodies::base(body.span.of(text), false);
        // "Nämnden hemställer i skrivelse om medel" tells what was asked for.
        if kind == Section::Proposal && asks_in_writing(scope, text, &body) {
            continue;
        }
        if kind == Section::Decision && !own.is_some_and(|own| is_own(scope, &name, own)) {
            continue;
        }
        let mut found = terms(
            scope,
            &point.flow,
            sentence_head(text),
            own,
            DecisionKind::Decision,
        );
        found.kind = match kind {
            Section::Proposal => DecisionKind::Proposal,
            _ => DecisionKind::Decision,
        };
        if found.kind == DecisionKind::Decision {
            found.addressee = None;
        }
        out.push(finish(scope, found, (None, None), vec![point], own));
    }
    out
}

/// Whether a proposing verb is followed by where something was proposed.
fn asks_in_writing(scope: Scope<'_>, text: &str, body: &bodies::Named) -> bool {
    let line = tokens(&text[..sentence_head(text)]);
    let places = scope.vocabulary.words().place_words();
    line.get(body.end + 1)
        .is_some_and(|t| places.contains(&t.folded))
}
