//! What is decided and proposed: blocks of points with their authority and
//! addressee.

use super::bodies;
use super::flow::{Flow, Row};
use super::minutes::{Decision, DecisionKind, Outcome, Point, Text};
use super::outline::{Part, Scope};
use super::points;
use super::read::{Method, Read};
use super::tokens::{fold, tokens};
use super::vocabulary::{Section, fold_text};
use crate::text::Span;

/// Who decides or proposes, and to whom.
#[derive(Clone, Debug)]
struct Terms {
    kind: DecisionKind,
    authority: Option<Text>,
    addressee: Option<Text>,
}

/// The decisions of an item's parts; `own` is the document's body.
pub fn decisions(scope: Scope<'_>, parts: &[Part], own: Option<&Text>) -> Vec<Decision> {
    let mut out = Vec::new();
    let mut section: Option<Text> = None;
    for part in parts {
        match part.kind {
            Section::Decision | Section::Proposal if part.heading.is_some() => {
                let heading = heading_text(scope, part);
                if part.rows.is_empty() {
                    section = heading;
                    continue;
                }
                out.extend(block(scope, part, heading, section.as_ref(), own));
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
            _ => section = None,
        }
    }
    out
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
    let base = heading.as_ref().map(|h| terms(scope, h, own, default));
    let mut out = Vec::new();
    for group in points::groups(scope, &part.rows) {
        let lead = group.lead.as_ref().and_then(|rows| {
            let flow = Flow::new(scope.reading, rows);
            let end = flow.text.trim_end_matches([':', ' ']).len();
            (end > 0).then(|| flow.read(scope.reading, Span::new(0, end)).doubted(0.96))
        });
        let terms = match (&lead, &base) {
            (Some(lead), Some(base)) if follows(scope, &lead.value) => base.clone(),
            (Some(lead), base) => {
                let mut found = terms(scope, lead, own, base.as_ref().map_or(default, |b| b.kind));
                if let Some(base) = base {
                    found.authority = found.authority.or_else(|| base.authority.clone());
                }
                found
            }
            (None, Some(base)) => base.clone(),
            (None, None) => continue,
        };
        if group.points.is_empty() {
            continue;
        }
        let printed = section.cloned().or_else(|| heading.clone());
        let decision = finish(
            scope,
            terms,
            printed,
            lead.or_else(|| heading.clone()),
            group.points,
            own,
        );
        out.push(decision);
    }
    out
}

/// `Enligt … förslag`, `På förslag av …`: the body's own decision all the same.
fn follows(scope: Scope<'_>, lead: &str) -> bool {
    let first = lead.split_whitespace().next().unwrap_or("");
    scope.vocabulary.words().follows_proposal(first)
}

/// Reads a heading or lead-in: the body it begins with has the authority; a body
/// it names after that is addressed.
fn terms(scope: Scope<'_>, lead: &Text, own: Option<&Text>, default: DecisionKind) -> Terms {
    let words = scope.vocabulary.words();
    let line = tokens(&lead.value);
    let named = bodies::named(&line, words);
    let proposes = |t: &str| words.deciding_verb(t) == Some(Section::Proposal);
    let decides = line.iter().position(|t| words.is_decision_word(&t.folded));
    let proposal = line.iter().position(|t| words.is_proposal_word(&t.folded));
    let kind = if line.iter().any(|t| proposes(&t.folded)) {
        DecisionKind::Proposal
    } else {
        match (decides, proposal) {
            (Some(d), Some(p)) if d < p => DecisionKind::Decision,
            (_, Some(_)) => DecisionKind::Proposal,
            (Some(_), None) => DecisionKind::Decision,
            (None, None) => default,
        }
    };
    let first = named.first().filter(|n| n.first == 0);
    let authority = match first {
        Some(n) => Some(named_body(lead, n, own, scope)),
        None if kind == DecisionKind::Decision => own.cloned(),
        None => None,
    };
    let addressee = (kind == DecisionKind::Proposal)
        .then(|| {
            named
                .iter()
                .rev()
                .find(|n| n.body && !n.genitive && n.first > 0)
        })
        .flatten()
        .map(|n| named_body(lead, n, None, scope));
    Terms {
        kind,
        authority,
        addressee,
    }
}

/// The body by its base form; a short form of the own body by its full name.
fn named_body(lead: &Text, named: &bodies::Named, own: Option<&Text>, scope: Scope<'_>) -> Text {
    let base = bodies::base(named.span.of(&lead.value), named.genitive);
    if let Some(own) = own
        && bodies::stands_for(&base, &own.value, scope.vocabulary.words())
    {
        return Read {
            source: lead.source.clone(),
            confidence: lead.confidence.min(own.confidence),
            method: Method::Read,
            value: own.value.clone(),
        };
    }
    Read {
        value: base,
        source: lead.source.clone(),
        confidence: lead.confidence * 0.97,
        method: Method::Read,
    }
}

/// Points under no heading that a sentence shows to be a decision.
fn unheaded(scope: Scope<'_>, rows: &[Row], own: Option<&Text>) -> Vec<Decision> {
    let flow = Flow::new(scope.reading, rows);
    let Some(text) = flow.all(scope.reading) else {
        return Vec::new();
    };
    let terms = Terms {
        kind: DecisionKind::Decision,
        authority: own.cloned(),
        addressee: None,
    };
    vec![finish(
        scope,
        terms,
        None,
        None,
        vec![Point {
            number: None,
            text: text.doubted(0.9),
        }],
        own,
    )]
}

/// Paragraphs of a narration that begin with a body which decides or proposes.
fn in_narration(scope: Scope<'_>, part: &Part, own: Option<&Text>) -> Vec<Decision> {
    let mut out = Vec::new();
    for span in super::outline::paragraphs(&part.rows) {
        let flow = Flow::new(scope.reading, &part.rows[span.start..span.end]);
        let Some((body, kind)) = super::outline::deciding(scope, &flow.text) else {
            continue;
        };
        let Some(text) = flow.all(scope.reading) else {
            continue;
        };
        let name = bodies::base(body.span.of(&flow.text), false);
        let is_own =
            own.is_some_and(|own| bodies::stands_for(&name, &own.value, scope.vocabulary.words()));
        if kind == Section::Decision && !is_own {
            continue;
        }
        let lead = flow.read(scope.reading, Span::new(0, sentence_head(&flow.text)));
        let mut found = terms(scope, &lead, own, DecisionKind::Decision);
        found.kind = if kind == Section::Proposal {
            DecisionKind::Proposal
        } else {
            DecisionKind::Decision
        };
        if found.kind == DecisionKind::Decision {
            found.addressee = None;
        }
        out.push(finish(
            scope,
            found,
            None,
            None,
            vec![Point {
                number: None,
                text: text.doubted(0.88),
            }],
            own,
        ));
    }
    out
}

/// The part of a sentence that can hold its subject, verb and addressee.
fn sentence_head(text: &str) -> usize {
    text.char_indices()
        .nth(110)
        .map_or(text.len(), |(i, _)| text[..i].rfind(' ').unwrap_or(i))
}

fn finish(
    scope: Scope<'_>,
    mut terms: Terms,
    section: Option<Text>,
    heading: Option<Text>,
    points: Vec<Point>,
    own: Option<&Text>,
) -> Decision {
    // "Beslut: Kommunstyrelsen föreslår kommunfullmäktige att …"
    if let [point] = points.as_slice()
        && let Some((body, Section::Proposal)) = super::outline::deciding(scope, &point.text.value)
    {
        let name = bodies::base(body.span.of(&point.text.value), false);
        let is_own =
            own.is_some_and(|own| bodies::stands_for(&name, &own.value, scope.vocabulary.words()));
        let head = Read {
            value: point.text.value[..sentence_head(&point.text.value)].to_string(),
            ..point.text.clone()
        };
        if terms.kind == DecisionKind::Decision && is_own {
            terms.kind = DecisionKind::Proposal;
            terms.addressee = self::terms(scope, &head, own, DecisionKind::Proposal).addressee;
        } else if terms.addressee.is_none() && is_own {
            terms.addressee = own.map(|own| point.text.derive(own.value.clone()));
        }
    }
    let outcome = outcome(scope, &points);
    let deferred_to = outcome
        .as_ref()
        .filter(|o| o.value == Outcome::Deferred)
        .and_then(|o| {
            let point = points.first()?;
            let dates = scope.vocabulary.words().calendar().dates(&point.text.value);
            dates
                .last()
                .map(|d| o.derive(d.value).doubted(d.certainty))
                .map(|r| Read {
                    method: Method::Read,
                    ..r
                })
        });
    Decision {
        authority: terms.authority,
        kind: terms.kind,
        addressee: terms.addressee,
        section,
        heading,
        outcome,
        deferred_to,
        points,
    }
}

/// What the points' words say became of the matter.
fn outcome(scope: Scope<'_>, points: &[Point]) -> Option<Read<Outcome>> {
    let first = points.first()?;
    let folded = fold_text(&first.text.value);
    let found = scope
        .vocabulary
        .words()
        .outcomes()
        .iter()
        .filter_map(|(stem, name)| folded.find(&fold(stem)).map(|at| (at, name)))
        .min();
    let outcome = match found?.1.as_str() {
        "deferred" => Outcome::Deferred,
        "referred_back" => Outcome::ReferredBack,
        "rejected" => Outcome::Rejected,
        "noted" => Outcome::Noted,
        _ => Outcome::Adopted,
    };
    Some(first.text.derive(outcome).doubted(0.9))
}
