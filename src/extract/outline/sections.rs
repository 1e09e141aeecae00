//! Sections of an item: by headings, and by what a paragraph says where no
//! heading stands.

mod beside;
mod leads;
mod shape;
mod told;

use super::Scope;
use crate::extract::bullets::is_bullet;
use crate::extract::flow::Row;
use crate::extract::tokens::{Token, tokens};
use crate::extract::vocabulary::{Hit, Section, Slot};
use crate::text::Span;
use leads::deciding_line;
pub use leads::{begins_with_person, deciding, is_body};
use told::by_statements;

/// A heading as printed.
#[derive(Clone, Debug)]
pub struct Heading {
    /// Its rows, without a colon at the end.
    pub rows: Vec<Row>,
    /// How well it is known.
    pub score: f32,
}

/// A section.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it holds.
    pub kind: Section,
    /// Its heading, if it has one.
    pub heading: Option<Heading>,
    /// Its text.
    pub rows: Vec<Row>,
}

/// Divides an item's rows (without its title).
pub fn parts(scope: Scope<'_>, rows: &[Row]) -> Vec<Part> {
    let columns = beside::Columns::default();
    let parts = divided(scope, rows, &columns);
    match columns.lost() {
        Some(lost) => divided(scope, rows, &lost),
        None => parts,
    }
}

fn divided(scope: Scope<'_>, rows: &[Row], columns: &beside::Columns) -> Vec<Part> {
    let rows = &mut beside::one_below_the_other(scope, rows);
    let mut out = vec![Part {
        kind: Section::Background,
        heading: None,
        rows: Vec::new(),
    }];
    let mut i = 0;
    let mut style = shape::Style::default();
    while i < rows.len() {
        let inside = out.last().map_or(Section::Background, |p| p.kind);
        let known = heading_at(scope, rows, i, inside, columns);
        if known.is_some() {
            style.learn(rows, i);
        }
        let Some(found) = known.or_else(|| style.heading(scope, rows, i, inside)) else {
            if let Some(part) = out.last_mut() {
                part.rows.push(rows[i]);
            }
            i += 1;
            continue;
        };
        let alone = found.first.is_none();
        let told = found.kind == Section::Presenters && !alone;
        let again = found
            .first
            .filter(|_| matches!(found.kind, Section::Decision | Section::Proposal));
        out.push(Part {
            kind: found.kind,
            heading: Some(found.heading),
            rows: found
                .first
                .into_iter()
                .filter(|_| again.is_none())
                .collect(),
        });
        i += found.taken;
        if let Some(first) = again {
            // "Beslut   Kommunstyrelsen beslutar": a lead-in beside the heading.
            i -= 1;
            rows[i] = first;
            continue;
        }
        // "Bilaga" alone only says that there is one: what follows apart is not its text, nor
        // does it tell of "Föredragande: Torsten Ek".
        let apart = rows.get(i).is_some_and(|next| next.gap);
        if apart && (found.kind == Section::Attachments && alone || told) {
            out.push(Part {
                kind: inside,
                heading: None,
                rows: Vec::new(),
            });
        }
    }
    let scrambled = scrambled(&out);
    // What votes mean stays where propositions are told of if the vote has a heading below.
    let is_settled = |pair: &[Part]| matches!(pair, [part, below] if part.kind == Section::Propositions && below.kind == Section::Vote);
    let settled: Vec<bool> = (0..out.len())
        .map(|i| out.get(i..i + 2).is_some_and(is_settled))
        .collect();
    out.into_iter()
        .zip(scrambled.into_iter().zip(settled))
        .flat_map(|(part, (scrambled, settled))| by_statements(scope, part, scrambled, settled))
        .filter(|part| part.heading.is_some() || !part.rows.is_empty())
        .collect()
}

/// Parts below a pile of headings: reading order was lost, so that only their own
/// words tell what paragraphs are.
fn scrambled(parts: &[Part]) -> Vec<bool> {
    const PILE: usize = 3;
    (0..parts.len())
        .map(|i| {
            let pile = parts[..i]
                .iter()
                .rev()
                .take_while(|p| p.rows.is_empty())
                .count();
            pile >= PILE && !parts[i].rows.is_empty()
        })
        .collect()
}

struct Found {
    kind: Section,
    heading: Heading,
    /// Text after the heading on its own line.
    first: Option<Row>,
    taken: usize,
}

/// The heading at row `i`.
fn heading_at(
    scope: Scope<'_>,
    rows: &[Row],
    i: usize,
    inside: Section,
    columns: &beside::Columns,
) -> Option<Found> {
    const LONGEST: usize = 110;
    let row = rows[i];
    let text = row.text(scope.reading);
    if starts_bulleted(text) {
        return None;
    }
    let end = text
        .char_indices()
        .nth(2 * LONGEST)
        .map_or(text.len(), |(i, _)| i);
    let line = tokens(&text[..end]);
    let beside = || beside::beside(scope, rows, i, &line, inside, columns);
    let is_wide = text.contains("   ");
    let apart = is_wide.then(beside).flatten();
    // "Delges      Sökanden": what reads as one heading may be a heading and its text.
    if apart
        .as_ref()
        .is_some_and(|found| found.kind == Section::Recipients)
    {
        return apart;
    }
    // "Delges: Sökanden": what stands behind the colon is told, whatever it is called.
    let mut inline = inline(scope, row, &line);
    if row.gap
        && inline
            .as_ref()
            .is_some_and(|found| found.kind == Section::Recipients)
    {
        return inline;
    }
    if text.chars().count() <= LONGEST
        && let Some(hit) = scope.vocabulary.heading(&line)
        && fits(scope, rows, i, inside, &hit, &line)
    {
        return Some(Found {
            kind: kind_of(scope, &hit, &line),
            heading: Heading {
                rows: vec![without_colon(scope, row)],
                score: hit.score,
            },
            first: None,
            taken: 1,
        });
    }
    let goes_on = text.starts_with(char::is_lowercase)
        && !row.paragraph
        && i > 0
        && !rows[i - 1]
            .text(scope.reading)
            .ends_with(['.', '!', '?', ':']);
    // "… reserverar sig med / motiveringen: Kommunen behöver": a colon inside a sentence.
    if goes_on {
        inline = None;
    }
    inline
        .or_else(|| if is_wide { apart } else { beside() })
        .or_else(|| two_rows(scope, rows, i, &line))
        .or_else(|| deciding_line(scope, rows, i))
}

/// "Nämndens behandling" without a day is what the own body did at this meeting; so is that
/// of the body to which nothing goes on.
fn kind_of(scope: Scope<'_>, hit: &Hit<Section>, line: &[Token]) -> Section {
    let words = scope.vocabulary.words();
    let own = || {
        hit.slots.iter().any(|(slot, range)| {
            *slot == Slot::BodyGenitive
                && range.len() == 1
                && line[range.start]
                    .folded
                    .strip_suffix('s')
                    .is_some_and(|w| words.is_bare_body(w) || words.is_highest(w))
        })
    };
    let dated = hit.slots.iter().any(|(slot, _)| *slot == Slot::Date);
    match hit.kind {
        Section::Earlier if !dated && own() => Section::Deliberation,
        kind => kind,
    }
}

/// `Utdrag: Kommunfullmäktige`
fn inline(scope: Scope<'_>, row: Row, line: &[Token]) -> Option<Found> {
    let text = row.text(scope.reading);
    let colon = text.find(':')?;
    if colon > 60
        || colon + 1 == text.len()
        || text[colon + 1..].starts_with(|c: char| !c.is_whitespace())
    {
        return None;
    }
    let before = line.iter().take_while(|t| t.span.end <= colon).count();
    let hit = scope.vocabulary.heading(&line[..before])?;
    let first = row.from(scope.reading, colon + 1);
    Some(Found {
        kind: hit.kind,
        heading: Heading {
            rows: vec![row.upto(scope.reading, colon)],
            score: hit.score,
        },
        first: Some(Row {
            paragraph: true,
            ..first
        }),
        taken: 1,
    })
}

/// A heading of decisions set in two lines.
fn two_rows(scope: Scope<'_>, rows: &[Row], i: usize, line: &[Token]) -> Option<Found> {
    let next = rows.get(i + 1).filter(|r| !r.gap)?;
    let text = next.text(scope.reading);
    if text.chars().count() > 80 || line.len() > 14 || starts_bulleted(text) {
        return None;
    }
    let both: Vec<Token> = line.iter().cloned().chain(tokens(text)).collect();
    let hit = scope.vocabulary.heading(&both)?;
    let decides = matches!(
        hit.kind,
        Section::Decision | Section::Proposal | Section::Recipients
    );
    // The halves of a heading that stood beside its text.
    let halves = !next.paragraph
        && text.starts_with(char::is_lowercase)
        && both.len() <= 4
        && next.line == rows[i].line + 1
        && rows.get(i + 2).is_some_and(|r| r.line == rows[i].line);
    let slotted = hit.slots.len() + usize::from(hit.kind == Section::Recipients) > 0;
    (halves || decides && slotted).then(|| Found {
        kind: hit.kind,
        heading: Heading {
            rows: vec![rows[i].flowing(), without_colon(scope, next.flowing())],
            score: hit.score,
        },
        first: None,
        taken: 2,
    })
}

/// Whether a line that reads as a heading may be one here.
fn fits(
    scope: Scope<'_>,
    rows: &[Row],
    i: usize,
    inside: Section,
    hit: &Hit<Section>,
    line: &[Token],
) -> bool {
    let row = &rows[i];
    let text = row.text(scope.reading);
    // A heading's first letter may have been mended to a small one.
    let after_sentence = i == 0 || rows[i - 1].text(scope.reading).ends_with(['.', '!', '?']);
    let before_capital = rows
        .get(i + 1)
        .is_some_and(|r| r.text(scope.reading).starts_with(char::is_uppercase));
    let alone = line.len() == 1 && after_sentence && before_capital;
    if !text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) && !alone {
        return false;
    }
    if hit.kind == Section::Immediate || text.ends_with(':') {
        return true;
    }
    // "… till nämnden för beslut i" goes on on the next line.
    if matches!(hit.kind, Section::Decision | Section::Proposal)
        && scope.vocabulary.words().leaves_open(text)
        && rows.get(i + 1).is_some_and(|next| !next.gap)
    {
        return false;
    }
    // A stray mark apart from the word is none of its own.
    let marked = text.ends_with(['.', ',', ';']);
    // "Kommunstyrelsen beslutar följande." leads to points.
    let leads = matches!(hit.kind, Section::Decision | Section::Proposal)
        && hit.slots.first().is_some_and(|s| s.1.start == 0)
        && text.ends_with('.')
        && rows.get(i + 1).is_some_and(|next| {
            next.gap
                || starts_bulleted(next.text(scope.reading))
                || line
                    .iter()
                    .any(|t| scope.vocabulary.words().leads_on(&t.folded))
        });
    if marked && !leads && !text[..text.len() - 1].ends_with(' ') {
        return false;
    }
    // "Yttrande", "Protokollsutdrag" or "Styrande dokument" may be entries of a
    // list; a heading stands apart from it or has its own text below.
    let listed = matches!(inside, Section::Documents | Section::Recipients);
    let like_an_entry = matches!(
        hit.kind,
        Section::Opinions | Section::Attachments | Section::Presenters
    ) || hit.kind == Section::Proposal && (hit.slots.is_empty() || dates(hit))
        || hit.kind == Section::Recipients && line.len() == 1;
    let apart = hit.kind == Section::Other && inside == Section::Recipients;
    // "Sökanden" right below "Delges" is the first to be told.
    let below_heading = || {
        let above = i
            .checked_sub(1)
            .map(|j| tokens(rows[j].text(scope.reading)));
        let above = above.and_then(|line| scope.vocabulary.heading(&line));
        above.is_some_and(|h| h.kind == Section::Recipients)
    };
    if apart && line.len() == 1 && below_heading() {
        return false;
    }
    if listed && (line.len() <= 3 || dates(hit)) && (like_an_entry && !row.gap || apart) {
        return rows.get(i + 1).is_some_and(|next| {
            let text = next.text(scope.reading);
            let told = apart && row.gap && text.ends_with('.');
            starts_bulleted(text) || text.chars().count() > 60 || told
        });
    }
    true
}

/// Whether a heading tells of what was proposed before: its day, or the paragraph.
fn dates(hit: &Hit<Section>) -> bool {
    hit.kind == Section::Proposal && hit.is_dated()
}

fn without_colon(scope: Scope<'_>, row: Row) -> Row {
    let text = row.text(scope.reading);
    row.upto(scope.reading, text.trim_end_matches([':', ' ', '.']).len())
}

/// Whether a line begins with a bullet or a point's number.
pub fn starts_bulleted(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        Some(c) if is_bullet(c) => chars.next().is_some_and(char::is_whitespace),
        Some(c) if c.is_ascii_lowercase() => text[1..].starts_with(") "),
        Some(c) if c.is_ascii_digit() => {
            let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
            text.len() - rest.len() <= 2
                && rest.starts_with(['.', ')'])
                && rest[1..].starts_with(char::is_whitespace)
        }
        _ => false,
    }
}

/// Ranges of rows, one for each paragraph.
pub fn paragraphs(rows: &[Row]) -> Vec<Span> {
    let mut out = Vec::new();
    let mut start = 0;
    for i in 1..=rows.len() {
        if i == rows.len() || rows[i].paragraph {
            if i > start {
                out.push(Span::new(start, i));
            }
            start = i;
        }
    }
    out
}
