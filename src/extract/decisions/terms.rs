//! Who decides or proposes, and to whom: headings, lead-ins and points read for it.

use crate::extract::bodies;
use crate::extract::flow::Flow;
use crate::extract::minutes::{DecisionKind, Text};
use crate::extract::outline::Scope;
use crate::extract::points::Drafted;
use crate::extract::tokens::tokens;
use crate::extract::vocabulary::Section;

/// Who decides or proposes, and to whom.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub(super) kind: DecisionKind,
    pub(super) authority: Option<Text>,
    pub(super) addressee: Option<Text>,
}

/// Reads a heading or lead-in, the first `end` bytes of a text: the body it begins
/// with has the authority; a body it names after that is addressed.
pub(super) fn terms(
    scope: Scope<'_>,
    flow: &Flow,
    end: usize,
    own: Option<&Text>,
    default: DecisionKind,
) -> Terms {
    let words = scope.vocabulary.words();
    let line = tokens(&flow.text[..end]);
    let named = bodies::named(&line, words);
    let proposes = |t: &str| words.deciding_verb(t) == Some(Section::Proposal);
    // "Kommunfullmäktige bifaller kommunstyrelsens förslag:" decides.
    let verb = named
        .first()
        .filter(|n| n.first == 0 && !n.genitive)
        .and_then(|n| line.get(n.end))
        .is_some_and(|t| words.deciding_verb(&t.folded) == Some(Section::Decision));
    let decides = line
        .iter()
        .position(|t| words.is_decision_word(&t.folded))
        .or(verb.then_some(0));
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
    let authority = match named.first().filter(|n| n.first == 0) {
        Some(n) => Some(named_body(scope, flow, n, own)),
        None if kind == DecisionKind::Decision => own.map(|own| own.derive(own.value.clone())),
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
        .map(|n| named_body(scope, flow, n, None));
    Terms {
        kind,
        authority,
        addressee,
    }
}

/// The body by its base form; a short form of the own body by its full name.
pub(super) fn named_body(
    scope: Scope<'_>,
    flow: &Flow,
    named: &bodies::Named,
    own: Option<&Text>,
) -> Text {
    let base = bodies::base(named.span.of(&flow.text), named.genitive);
    let printed = flow.read(scope.reading, bodies::bare(&flow.text, named));
    match own {
        Some(own) if is_own(scope, &base, own) && own.value != base => {
            printed.derive(own.value.clone()).doubted(own.confidence)
        }
        _ => printed.map(|_| base).doubted(0.97),
    }
}

pub(super) fn is_own(scope: Scope<'_>, name: &str, own: &Text) -> bool {
    bodies::stands_for(name, &own.value, scope.vocabulary.words())
}

/// The part of a sentence that can hold its subject, verb and addressee.
pub(super) fn sentence_head(text: &str) -> usize {
    const REACH: usize = 110;
    let end = text.char_indices().nth(REACH).map(|(i, _)| i);
    end.map_or(text.len(), |i| text[..i].rfind(' ').unwrap_or(i))
}

/// The body that a point which goes on from "beslutar" proposes something to:
/// "föreslå kommunstyrelsen att …", "att föreslå kommunfullmäktige …".
pub(super) fn proposed_to(scope: Scope<'_>, point: &Drafted) -> Option<Text> {
    let words = scope.vocabulary.words();
    let text = &point.flow.text;
    let line = tokens(&text[..sentence_head(text)]);
    let at = usize::from(line.first().is_some_and(|t| words.is_clause(&t.folded)));
    let verb = line.get(at).filter(|t| !t.capital)?;
    let proposes = words.deciding_verb(&verb.folded) == Some(Section::Proposal);
    let body = bodies::named(&line, words)
        .into_iter()
        .find(|b| b.first == at + 1 && b.body && !b.genitive)?;
    proposes.then(|| named_body(scope, &point.flow, &body, None))
}
