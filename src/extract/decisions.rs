//! What is decided and proposed: blocks of points with their authority and
//! addressee.

mod narrated;
mod terms;

use super::bodies;
use super::flow::Flow;
use super::minutes::{Decision, DecisionKind, Outcome, Text};
use super::outline::{Part, Scope};
use super::points::{self, Drafted};
use super::read::Read;
use super::tokens::tokens;
use super::vocabulary::{Section, fold_text};
use crate::text::Span;
use narrated::{concluded, in_narration, unheaded};
use terms::{Terms, is_own, named_body, proposed_to, sentence_head, terms};

/// The decisions of an item's parts; `own` is the document's body.
pub fn decisions(scope: Scope<'_>, parts: &[Part], own: Option<&Text>) -> Vec<Decision> {
    let mut out = Vec::new();
    let mut section: Option<Text> = None;
    let mut proposed: Option<Terms> = None;
    for part in parts {
        match part.kind {
            Section::Decision | Section::Proposal if part.heading.is_some() => {
                let heading = heading_text(scope, part);
                if part.rows.is_empty() {
                    proposed = (part.kind == Section::Proposal)
                        .then(|| heading_terms(scope, part, own))
                        .flatten();
                    section = heading;
                    continue;
                }
                let mut found = block(scope, part, heading, section.as_ref(), own);
                if let Some(terms) = proposed.take() {
                    found
                        .iter_mut()
                        .for_each(|d| propose(scope, d, &terms, part, own));
                }
                out.extend(found);
            }
            Section::Decision => out.extend(unheaded(scope, &part.rows, own)),
            Section::Background | Section::Other | Section::Remarks if part.heading.is_none() => {
                out.extend(in_narration(scope, part, own));
            }
            Section::Background
                if !out
                    .iter()
                    .any(|d: &Decision| d.kind == DecisionKind::Decision) =>
            {
                out.extend(
                    in_narration(scope, part, own)
                        .into_iter()
                        .filter(|d| d.kind == DecisionKind::Decision),
                );
            }
            _ => {
                section = None;
                proposed = None;
            }
        }
    }
    if out.iter().all(|d| d.heading.is_none()) {
        let told = concluded(scope, parts, own);
        let new = |c: &Decision| {
            let text = c.points.first().map(|p| &p.text.value);
            !out.iter()
                .flat_map(|d| &d.points)
                .any(|p| Some(&p.text.value) == text)
        };
        let told = told.filter(new);
        out.extend(told);
    }
    out
}

fn heading_terms(scope: Scope<'_>, part: &Part, own: Option<&Text>) -> Option<Terms> {
    let heading = part.heading.as_ref()?;
    let flow = Flow::new(scope.reading, &heading.rows);
    Some(terms(
        scope,
        &flow,
        flow.text.len(),
        own,
        DecisionKind::Proposal,
    ))
}

/// "Kommunfullmäktige beslutar" below "Kommunstyrelsens förslag" is what is
/// proposed, not what was decided; for "Kommunstyrelsen föreslår" see [`worded`].
fn propose(
    scope: Scope<'_>,
    decision: &mut Decision,
    above: &Terms,
    part: &Part,
    own: Option<&Text>,
) {
    let Some(heading) = part.heading.as_ref() else {
        return;
    };
    let flow = Flow::new(scope.reading, &heading.rows);
    let Some((body, verb)) = super::outline::deciding(scope, &flow.text) else {
        return;
    };
    if verb != Section::Decision {
        let said = Terms {
            kind: decision.kind,
            authority: decision.authority.clone(),
            addressee: None,
        };
        if worded(above, &said) {
            decision.authority = above.authority.clone();
        }
        return;
    }
    if decision.kind != DecisionKind::Decision || above.kind != DecisionKind::Proposal {
        return;
    }
    decision.kind = DecisionKind::Proposal;
    decision.addressee = Some(named_body(scope, &flow, &body, own));
    decision.authority = above
        .authority
        .clone()
        .filter(|a| Some(&a.value) != decision.addressee.as_ref().map(|a| &a.value));
}

/// A heading's text as a value.
pub fn heading_text(scope: Scope<'_>, part: &Part) -> Option<Text> {
    let heading = part.heading.as_ref()?;
    let flow = Flow::new(scope.reading, &heading.rows);
    flow.all(scope.reading).map(|t| t.doubted(heading.score))
}

/// A headed block: one decision for each lead-in within it.
fn block(
    scope: Scope<'_>,
    part: &Part,
    heading: Option<Text>,
    section: Option<&Text>,
    own: Option<&Text>,
) -> Vec<Decision> {
    let default = if part.kind == Section::Proposal {
        DecisionKind::Proposal
    } else {
        DecisionKind::Decision
    };
    let base = part.heading.as_ref().map(|h| {
        let flow = Flow::new(scope.reading, &h.rows);
        terms(scope, &flow, flow.text.len(), own, default)
    });
    let mut out = Vec::new();
    for group in points::groups(scope, &part.rows) {
        if group.points.is_empty() {
            continue;
        }
        let lead = group
            .lead
            .as_ref()
            .map(|rows| Flow::new(scope.reading, rows));
        let lead = lead.filter(|flow| !flow.is_empty());
        let lists = |flow: &Flow| {
            scope
                .vocabulary
                .words()
                .leads_to_listing(&tokens(&flow.text))
        };
        if lead.as_ref().is_some_and(lists) {
            continue;
        }
        let end = |flow: &Flow| flow.text.trim_end_matches([':', ' ']).len();
        let found = match (&lead, &base) {
            (Some(lead), Some(base)) if follows(scope, &lead.text) => base.clone(),
            (Some(lead), base) => {
                let kind = base.as_ref().map_or(default, |b| b.kind);
                let mut found = terms(scope, lead, end(lead), own, kind);
                if let Some(base) = base {
                    found.authority = match worded(base, &found) {
                        true => base.authority.clone(),
                        false => found.authority.or_else(|| base.authority.clone()),
                    };
                }
                found
            }
            (None, Some(base)) => base.clone(),
            (None, None) => continue,
        };
        let lead = lead.map(|flow| {
            flow.read(scope.reading, Span::new(0, end(&flow)))
                .doubted(0.96)
        });
        let printed = section.cloned().or_else(|| heading.clone());
        let nearest = lead.or_else(|| heading.clone());
        for (terms, points) in by_own_words(scope, &found, group.points, own) {
            let headings = (printed.clone(), nearest.clone());
            out.push(finish(scope, terms, headings, points, own));
        }
    }
    out
}

/// "Kommunstyrelsen föreslår kommunfullmäktige besluta" below "Arbetsutskottets förslag till
/// kommunstyrelsen": the committee proposes, in the words of the board.
fn worded(heading: &Terms, lead: &Terms) -> bool {
    let same = |a: &Option<Text>, b: &Option<Text>| {
        let pair = a.as_ref().zip(b.as_ref());
        pair.is_some_and(|(a, b)| a.value.to_lowercase() == b.value.to_lowercase())
    };
    heading.kind == DecisionKind::Proposal
        && lead.kind == DecisionKind::Proposal
        && heading.authority.is_some()
        && same(&heading.addressee, &lead.authority)
}

/// Points in runs: those that begin with the own body deciding "för egen del" below
/// its proposal to another body are decisions of their own.
fn by_own_words(
    scope: Scope<'_>,
    block: &Terms,
    points: Vec<Drafted>,
    own: Option<&Text>,
) -> Vec<(Terms, Vec<Drafted>)> {
    let proposes = block.kind == DecisionKind::Proposal;
    let same = |a: &Text| own.is_some_and(|own| own.value == a.value);
    if !proposes || !block.authority.as_ref().is_some_and(same) || points.len() < 2 {
        return vec![(block.clone(), points)];
    }
    let mut out: Vec<(Terms, Vec<Drafted>)> = Vec::new();
    for point in points {
        let decides = super::outline::deciding(scope, &point.flow.text).is_some_and(|(b, kind)| {
            let name = bodies::base(b.span.of(&point.flow.text), b.genitive);
            kind == Section::Decision && own.is_some_and(|own| is_own(scope, &name, own))
        });
        let kind = match decides {
            true => DecisionKind::Decision,
            false => DecisionKind::Proposal,
        };
        match out.last_mut().filter(|(terms, _)| terms.kind == kind) {
            Some((_, run)) => run.push(point),
            None => {
                let mut terms = block.clone();
                terms.kind = kind;
                if decides {
                    terms.addressee = None;
                }
                out.push((terms, vec![point]));
            }
        }
    }
    out
}

/// `Enligt … förslag`, `På förslag av …`: the body's own decision all the same.
fn follows(scope: Scope<'_>, lead: &str) -> bool {
    let first = lead.split_whitespace().next().unwrap_or("");
    scope.vocabulary.words().follows_proposal(first)
}

/// `Beslut: Kommunstyrelsen föreslår kommunfullmäktige att …` is a proposal, and
/// a proposal that the own body proposes something is addressed to it.
fn by_its_point(scope: Scope<'_>, terms: &mut Terms, point: &Drafted, own: &Text) {
    let text = &point.flow.text;
    let Some((body, Section::Proposal)) = super::outline::deciding(scope, text) else {
        return;
    };
    if !is_own(scope, &bodies::base(body.span.of(text), false), own) {
        return;
    }
    if terms.kind == DecisionKind::Decision {
        terms.kind = DecisionKind::Proposal;
        let end = sentence_head(text);
        terms.addressee =
            terms::terms(scope, &point.flow, end, Some(own), DecisionKind::Proposal).addressee;
    } else if terms.addressee.is_none() {
        terms.addressee = Some(named_body(scope, &point.flow, &body, Some(own)));
    }
}

/// Puts a decision together; `headings` are its section's and the nearest line's.
fn finish(
    scope: Scope<'_>,
    mut terms: Terms,
    headings: (Option<Text>, Option<Text>),
    points: Vec<Drafted>,
    own: Option<&Text>,
) -> Decision {
    if let ([point, rest @ ..], Some(own)) = (points.as_slice(), own) {
        // Several count where each of them says the same.
        let mut said = terms.clone();
        by_its_point(scope, &mut said, point, own);
        let same = |other: &Drafted| {
            let mut told = terms.clone();
            by_its_point(scope, &mut told, other, own);
            told.kind == said.kind
        };
        if rest.iter().all(same) {
            terms = said;
        }
    }
    if terms.kind == DecisionKind::Decision
        && let Some(first) = points.first()
        && let Some(addressee) = proposed_to(scope, first)
    {
        terms.kind = DecisionKind::Proposal;
        terms.addressee = Some(addressee);
    }
    let outcome = points.first().and_then(|p| outcome(scope, p));
    let deferred = outcome
        .as_ref()
        .is_some_and(|o| o.value == Outcome::Deferred);
    let deferred_to = points.first().filter(|_| deferred).and_then(|point| {
        let dates = scope.vocabulary.words().calendar().dates(&point.flow.text);
        let last = dates.last()?;
        let read = point.flow.read(scope.reading, last.span);
        Some(read.map(|_| last.value).doubted(last.certainty))
    });
    Decision {
        authority: terms.authority,
        kind: terms.kind,
        addressee: terms.addressee,
        section: headings.0,
        heading: headings.1,
        outcome,
        deferred_to,
        points: points.into_iter().map(|p| p.point).collect(),
    }
}

/// What a point's words say became of the matter.
fn outcome(scope: Scope<'_>, point: &Drafted) -> Option<Read<Outcome>> {
    let folded = fold_text(&point.flow.text);
    let outcomes = scope.vocabulary.words().outcomes().iter();
    let found = outcomes.filter_map(|(stem, name)| folded.find(stem.as_str()).map(|at| (at, name)));
    let outcome = match found.min()?.1.as_str() {
        "deferred" => Outcome::Deferred,
        "referred_back" => Outcome::ReferredBack,
        "rejected" => Outcome::Rejected,
        "noted" => Outcome::Noted,
        _ => Outcome::Adopted,
    };
    Some(point.point.text.derive(outcome).doubted(0.9))
}

#[cfg(test)]
mod tests {
    use crate::extract::minutes::DecisionKind;
    use crate::extract::testing::minutes;

    #[test]
    fn a_point_that_goes_on_with_a_proposal_proposes() {
        let text = "Arbetsutskottet 1976-09-07\n\n§ 8 Bidrag\n\nFöreningen ansöker om medel.\n\nArbetsutskottet beslutar\n\nföreslå kommunstyrelsen att bevilja bidrag.\n";
        let decision = &minutes(text).items[0].decisions[0];
        assert_eq!(decision.kind, DecisionKind::Proposal);
        assert_eq!(
            decision.addressee.as_ref().map(|a| a.value.as_str()),
            Some("Kommunstyrelsen")
        );
    }

    #[test]
    fn what_became_of_a_matter_may_be_told_in_the_passive() {
        let text = "Arbetsutskottet 1976-09-07\n\n§ 8 Meddelanden\n\nCirkulär om löner har kommit.\n\nMeddelandena lades till handlingarna.\n\n§ 9 Snö\n\nVägen är smal.\n\nAu beslöt enligt förslaget.\n";
        let found = minutes(text);
        let told = |i: usize| found.items[i].decisions[0].points[0].text.clone();
        assert_eq!(told(0).value, "Meddelandena lades till handlingarna.");
        assert!(told(0).confidence < 0.9);
        assert_eq!(told(1).value, "Au beslöt enligt förslaget.");
    }

    #[test]
    fn lists_of_delegation_decide_nothing() {
        let text = "Nämnden 2024-03-12\n\n§ 8 Delegation\n\nBeslut\nRedovisningen godkänns.\n\nBeslut fattade på delegation under februari:\nSkolskjuts, nr 12\n";
        let points: usize = minutes(text).items[0]
            .decisions
            .iter()
            .map(|d| d.points.len())
            .sum();
        assert_eq!(points, 1);
    }

    #[test]
    fn what_somebody_wants_is_not_decided() {
        let text = "Arbetsutskottet 1976-09-07\n\n§ 8 Bokslut\n\nRevisorerna har föreslagit att bokslutet godkänns.\n";
        assert!(minutes(text).items[0].decisions.is_empty());
    }
}
