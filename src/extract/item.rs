//! One matter, put together from its sections.

use super::flow::{Flow, Row};
use super::lists;
use super::minutes::{Item, Person, SectionText, Text};
use super::motions;
use super::outline::{ItemRows, Part, Scope, parts, starts_bulleted};
use super::read::{Method, Read};
use super::statements;
use super::title::{opening, take_case_numbers};
use super::tokens::tokens;
use super::vocabulary::Section;
use super::{decisions, votes};

/// An item with the parts it was read from.
pub struct ReadItem {
    /// Its fields.
    pub item: Item,
    /// Its sections.
    pub parts: Vec<Part>,
}

/// Reads one item. `before` are rows above its head that may hold its case number.
pub fn item(
    scope: Scope<'_>,
    rows: &ItemRows,
    before: &[Row],
    own: Option<&Text>,
    chair: Option<&Person>,
) -> ReadItem {
    let opened = opening(scope, &rows.rows);
    let mut below: Vec<Row> = opened.beside.into_iter().collect();
    below.extend_from_slice(&rows.rows[opened.taken..]);
    let mut parts = parts(scope, &below);
    let title = opened.title.as_ref().map_or("", |t| t.value.as_str());
    if scope.vocabulary.words().announces(&tokens(title)) {
        announced(scope, &mut parts);
    }
    let mut item = Item {
        number: rows.number.as_ref().map(|n| Read {
            value: n.value.clone(),
            confidence: n.certainty * scope.reading.confidence(n.span),
            method: Method::Read,
            source: vec![scope.reading.source(n.span)],
        }),
        title: opened.title,
        case_numbers: opened.case_numbers,
        ..Item::default()
    };
    if item.case_numbers.is_empty() {
        for row in before {
            take_case_numbers(scope, row, &mut item.case_numbers);
        }
    }
    item.decisions = decisions::decisions(scope, &parts, own);
    item.votes = votes::votes(scope, &parts, chair);
    for part in &parts {
        fields(scope, part, &mut item);
    }
    item.summary = text_of(scope, &parts, |p| p.kind == Section::Summary);
    let narrated: Vec<Part> = parts
        .iter()
        .filter(|p| p.kind == Section::Background)
        .map(|p| without_decisions(scope, p, &item))
        .collect();
    item.background = text_of(scope, &narrated, |_| true);
    item.deliberation = text_of(scope, &parts, |p| p.kind == Section::Deliberation);
    item.propositions = text_of(scope, &parts, |p| p.kind == Section::Propositions);
    item.sections = sections(scope, &parts);
    ReadItem { item, parts }
}

/// Below "Meddelanden" a list without a heading, or one that a line leads to, holds what came
/// in.
fn announced(scope: Scope<'_>, parts: &mut Vec<Part>) {
    let is_entry = |row: &Row| starts_bulleted(row.text(scope.reading));
    let list = |part: &Part| {
        let first = part.rows.iter().position(is_entry)?;
        let goes_on = |row: &&Row| is_entry(row) || !row.paragraph;
        let length = part.rows[first..].iter().take_while(goes_on).count();
        let leads = match first.checked_sub(1) {
            Some(lead) => part.rows[lead].text(scope.reading).ends_with(':'),
            None => part.heading.is_none(),
        };
        let several = part.rows[first..first + length]
            .iter()
            .filter(|r| is_entry(r))
            .count()
            > 1;
        (part.kind == Section::Background && leads && several).then_some(first..first + length)
    };
    let Some((at, list)) = parts
        .iter()
        .enumerate()
        .find_map(|(i, p)| Some((i, list(p)?)))
    else {
        return;
    };
    let rest = parts[at].rows.split_off(list.end);
    let entries = parts[at].rows.split_off(list.start);
    let unheaded = |kind, rows| Part {
        kind,
        heading: None,
        rows,
    };
    parts.insert(at + 1, unheaded(Section::Documents, entries));
    if !rest.is_empty() {
        parts.insert(at + 2, unheaded(Section::Background, rest));
    }
    // A lead-in and nothing else is no narration.
    let leads = parts[at].heading.is_none() && parts[at].rows.len() <= 2;
    if leads {
        parts[at].kind = Section::Other;
    }
    parts.retain(|p| p.heading.is_some() || !p.rows.is_empty());
}

/// The fields that one part gives.
fn fields(scope: Scope<'_>, part: &Part, item: &mut Item) {
    match part.kind {
        Section::Documents => item.documents.extend(lists::documents(scope, part)),
        Section::Earlier => item.prior_handling.extend(lists::lines(scope, part)),
        Section::Handling => item
            .documents
            .extend(lists::documents_in_handling(scope, part)),
        Section::Recipients => item.recipients.extend(lists::recipients(scope, part)),
        Section::Motions => motions::motions(scope, part, &mut item.motions),
        Section::Reservations => item
            .reservations
            .extend(statements::statements(scope, part)),
        Section::Notes | Section::Opinions => item.notes.extend(statements::notes(scope, part)),
        Section::Recusals => item.recusals.extend(statements::statements(scope, part)),
        Section::NonParticipation => item
            .non_participation
            .extend(statements::statements(scope, part)),
        Section::Immediate => immediate(scope, part, item),
        _ => {}
    }
    if matches!(part.kind, Section::Deliberation) {
        statements::speakers(scope, part, &mut item.speakers);
    }
    if matches!(
        part.kind,
        Section::Presenters
            | Section::Deliberation
            | Section::Remarks
            | Section::Background
            | Section::Summary
    ) {
        statements::presenters(scope, part, &mut item.presenters);
    }
    let flow = Flow::new(scope.reading, &part.rows);
    lists::attachments(scope, &flow, &mut item.attachments);
    lists::properties(scope, &flow, &mut item.properties);
    if item.immediate_adjustment.is_none() && part.kind == Section::Decision {
        immediate_in_points(scope, item);
    }
}

/// The heading or the sentence says that the item is adjusted at once.
fn immediate(scope: Scope<'_>, part: &Part, item: &mut Item) {
    let rows: Vec<Row> = part
        .heading
        .iter()
        .flat_map(|h| h.rows.iter().copied())
        .chain(part.rows.iter().copied())
        .collect();
    let flow = Flow::new(scope.reading, &rows);
    if scope.vocabulary.states(&flow.text, Section::Immediate) {
        item.immediate_adjustment = flow
            .all(scope.reading)
            .map(|t| t.derive(true).doubted(0.97));
    }
}

/// A point of a decision may say it too.
fn immediate_in_points(scope: Scope<'_>, item: &mut Item) {
    let points = item.decisions.iter().flat_map(|d| &d.points);
    let said = points.map(|p| &p.text).find(|t| {
        super::sentences::sentences(&t.value, scope.vocabulary.words())
            .iter()
            .any(|s| scope.vocabulary.states(s.of(&t.value), Section::Immediate))
    });
    item.immediate_adjustment = said.map(|t| t.derive(true).doubted(0.95));
}

/// A narration without the paragraphs that were read as decisions.
fn without_decisions(scope: Scope<'_>, part: &Part, item: &Item) -> Part {
    let mut rows = Vec::with_capacity(part.rows.len());
    for span in super::outline::paragraphs(&part.rows) {
        let paragraph = &part.rows[span.start..span.end];
        let text = Flow::new(scope.reading, paragraph).text;
        let decided = item
            .decisions
            .iter()
            .any(|d| d.heading.is_none() && d.points.iter().any(|p| p.text.value == text));
        if !decided {
            rows.extend_from_slice(paragraph);
        }
    }
    Part {
        kind: part.kind,
        heading: part.heading.clone(),
        rows,
    }
}

/// The texts of some parts, joined as paragraphs.
fn text_of(scope: Scope<'_>, parts: &[Part], wanted: impl Fn(&Part) -> bool) -> Option<Text> {
    let mut texts = parts
        .iter()
        .filter(|p| wanted(p))
        .filter_map(|p| Flow::new(scope.reading, &p.rows).all(scope.reading));
    let odd = parts
        .iter()
        .filter(|p| wanted(p))
        .any(|p| holds_heading(scope, &p.rows));
    let mut all = texts.next()?;
    for text in texts {
        all.value.push_str("\n\n");
        all.value.push_str(&text.value);
        all.confidence = all.confidence.min(text.confidence);
        all.source.extend(text.source);
    }
    Some(all.doubted(if odd { 0.85 } else { 0.93 }))
}

/// Whether a short line apart, without a mark at its end, stands right above a sentence:
/// a heading that was not known.
fn holds_heading(scope: Scope<'_>, rows: &[Row]) -> bool {
    const LONGEST: usize = 60;
    const ROOM: usize = 14;
    rows.windows(2).any(|pair| {
        let (text, below) = (pair[0].text(scope.reading), pair[1].text(scope.reading));
        pair[0].gap
            && !pair[1].gap
            && pair[0].room > ROOM
            && text.chars().count() <= LONGEST
            && !text.ends_with(['.', ',', ':', ';', '!', '?', ')'])
            && text.starts_with(char::is_uppercase)
            && below.starts_with(char::is_uppercase)
    })
}

fn sections(scope: Scope<'_>, parts: &[Part]) -> Vec<SectionText> {
    parts
        .iter()
        .map(|part| SectionText {
            heading: decisions::heading_text(scope, part),
            kind: part.kind,
            text: Flow::new(scope.reading, &part.rows)
                .all(scope.reading)
                .map(|t| t.doubted(0.95)),
        })
        .collect()
}
