//! From [`Reading`] to the document's fields.
//!
//! ```text
//! lines → outline (page heads, front page, items, sections) → readers → Minutes
//! ```
//! The [outline](outline::outline) sets aside what belongs to the page and finds
//! items and sections by the [vocabulary](vocabulary::Vocabulary); one reader for
//! each noun makes values of them. Every value keeps the spans of the decoded
//! input it was read from and a confidence. Cost is linear in lines.

pub mod attendance;
pub mod bodies;
mod bullets;
pub mod case_numbers;
pub mod dates;
pub mod decisions;
mod doubts;
pub mod flow;
pub mod gazetteer;
pub mod identity;
mod item;
pub mod labels;
pub mod lists;
pub mod meeting;
pub mod minutes;
pub mod motions;
pub mod names;
pub mod outline;
pub mod paragraph;
pub mod parties;
mod pattern;
pub mod people;
pub mod points;
pub mod read;
pub mod sentences;
pub mod statements;
#[cfg(test)]
mod testing;
pub mod title;
pub mod tokens;
pub mod vocabulary;
pub mod votes;
mod warnings;

pub use minutes::Minutes;
pub use vocabulary::{Vocabulary, VocabularyError};

use crate::repair::Reading;
use flow::Row;
use minutes::Item;
use names::Names;
use outline::{Outline, Part, Scope};
use vocabulary::Section;

/// Reads the fields of a document with the built-in vocabulary.
///
/// ```
/// use klartext::{extract::extract, normalize::normalize, repair::Reading};
/// use klartext::source::{RawDocument, RawPage};
/// let text = "§ 4 Budget\n\nBeslut\n\nBudgeten antas.".to_string();
/// let pages = vec![RawPage { span: (0..text.len()).into(), ..Default::default() }];
/// let raw = RawDocument { text, pages, ..Default::default() };
/// let minutes = extract(&Reading::unrepaired(&normalize(&raw)));
/// let item = &minutes.items[0];
/// assert_eq!(item.title.as_ref().unwrap().value, "Budget");
/// assert_eq!(item.decisions[0].points[0].text.value, "Budgeten antas.");
/// ```
pub fn extract(reading: &Reading) -> Minutes {
    extract_with(reading, Vocabulary::built_in())
}

/// Reads the fields of a document with another vocabulary.
pub fn extract_with(reading: &Reading, vocabulary: &Vocabulary) -> Minutes {
    let unnamed = Names::default();
    let scope = Scope {
        reading,
        vocabulary,
        names: &unnamed,
    };
    let outline = outline::outline(scope);
    let names = Names::of(scope, &outline);
    let scope = Scope {
        names: &names,
        ..scope
    };
    let body = identity::body(scope, &outline);
    let (mut meeting, fronted) = meeting::meeting(scope, &outline);
    let mut names = names.clone();
    for attendee in &meeting.attendees {
        names.add(&attendee.person.name.value);
    }
    let scope = Scope {
        names: &names,
        ..scope
    };
    let mut items = Vec::with_capacity(outline.items.len());
    for (i, rows) in outline.items.iter().enumerate() {
        let before = if i == 0 {
            last_front_rows(&outline)
        } else {
            &[]
        };
        let read = item::item(scope, rows, before, body.as_ref(), meeting.chair.as_ref());
        from_items(scope, &read.item, &read.parts, &mut meeting);
        items.push(read.item);
    }
    votes::at_the_end(scope, &outline.back, &mut items);
    votes::at_the_end(scope, &outline.front, &mut items);
    let mut minutes = Minutes {
        kind: identity::kind(scope, &outline, fronted),
        municipality: identity::municipality(scope, &outline),
        body,
        meeting,
        items,
        warnings: Vec::new(),
    };
    parties::mend(&mut minutes, vocabulary.words());
    mend_bodies(&mut minutes, vocabulary.words());
    doubts::apply(&mut minutes, scope);
    minutes.warnings = warnings::warnings(scope, &outline, &minutes);
    minutes
}

/// Gives misread names of bodies their usual spelling.
fn mend_bodies(minutes: &mut Minutes, words: &vocabulary::Words) {
    const MENDED: f32 = 0.97;
    let named = minutes
        .items
        .iter_mut()
        .flat_map(|i| &mut i.decisions)
        .flat_map(|d| d.authority.iter_mut().chain(&mut d.addressee))
        .chain(&mut minutes.body);
    for text in named {
        if let Some(usual) = bodies::mended(&text.value, words) {
            text.value = usual;
            text.method = read::Method::Derived;
            text.confidence *= MENDED;
        }
    }
}

/// The last lines above the first item, where its case number may stand.
fn last_front_rows(outline: &Outline) -> &[Row] {
    const LINES: usize = 2;
    &outline.front[outline.front.len().saturating_sub(LINES)..]
}

/// What items tell of the meeting: pauses, who was there, when the minutes are
/// adjusted.
fn from_items(scope: Scope<'_>, item: &Item, parts: &[Part], meeting: &mut minutes::Meeting) {
    for part in parts {
        match part.kind {
            Section::Adjournment => {
                meeting::adjournments(scope, &part.rows, &mut meeting.adjournments)
            }
            Section::Motions | Section::Propositions | Section::Deliberation | Section::Vote => {
                meeting::pauses_told(scope, &part.rows, &mut meeting.adjournments)
            }
            Section::Remarks | Section::Recusals
                if meeting.attendees.is_empty() || part.kind == Section::Remarks =>
            {
                let recused = item.recusals.first().and_then(|r| r.persons.first());
                attendance::from_text(scope, &part.rows, recused, &mut meeting.attendees);
            }
            Section::Decision | Section::Background if is_adjustment(scope, item) => {
                if let Some(told) = meeting::adjustment_in_text(scope, &part.rows) {
                    let known = meeting.adjustment.get_or_insert_default();
                    known.date = known.date.take().or(told.date);
                    known.place = known.place.take().or(told.place);
                }
            }
            _ => {}
        }
    }
    if is_adjustment(scope, item) {
        adjusters(scope, item, meeting);
    }
}

/// Whether the item is about the adjustment of the minutes.
fn is_adjustment(scope: Scope<'_>, item: &Item) -> bool {
    item.title.as_ref().is_some_and(|t| {
        scope.vocabulary.words().tells_of_adjustment(&t.value)
            || scope
                .vocabulary
                .label(&tokens::tokens(&t.value))
                .is_some_and(|l| l.kind == vocabulary::Label::Adjusters)
    })
}

/// Whom an item elects to adjust.
fn adjusters(scope: Scope<'_>, item: &Item, meeting: &mut minutes::Meeting) {
    if !meeting.adjusters.is_empty() {
        return;
    }
    for point in item.decisions.iter().flat_map(|d| &d.points) {
        let chair = meeting.chair.as_ref().map(|c| c.name.value.clone());
        for named in scope.names.of_sentence(&point.text.value, scope) {
            if chair.as_deref() == Some(named.name.of(&point.text.value)) {
                continue;
            }
            meeting.adjusters.push(minutes::Person {
                name: point
                    .text
                    .derive(named.name.of(&point.text.value).to_string())
                    .doubted(0.8),
                party: named
                    .party
                    .map(|p| point.text.derive(p.of(&point.text.value).to_string())),
                role: None,
            });
        }
    }
}
