//! Who was there by what an item's text tells.

use super::attendee;
use crate::extract::flow::{Flow, Row};
use crate::extract::minutes::{Attendee, Person, Status};
use crate::extract::outline::Scope;
use crate::extract::people::{self, Named};
use crate::extract::sentences::sentences;
use crate::extract::vocabulary::Section;
use crate::text::Span;

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
            && (words.serves(&text[one.span.end..]) || words.serves(&text[..one.span.start]))
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
