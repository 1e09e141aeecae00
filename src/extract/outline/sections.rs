//! Sections of an item: by headings, and by what a paragraph says where no
//! heading stands.

use super::Scope;
use crate::extract::bodies;
use crate::extract::flow::{Flow, Row};
use crate::extract::people;
use crate::extract::tokens::{Token, tokens};
use crate::extract::vocabulary::{Hit, Section};
use crate::text::Span;

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
    let mut out = vec![Part {
        kind: Section::Background,
        heading: None,
        rows: Vec::new(),
    }];
    let mut i = 0;
    while i < rows.len() {
        let inside = out.last().map_or(Section::Background, |p| p.kind);
        let Some(found) = heading_at(scope, rows, i, inside) else {
            if let Some(part) = out.last_mut() {
                part.rows.push(rows[i]);
            }
            i += 1;
            continue;
        };
        out.push(Part {
            kind: found.kind,
            heading: Some(found.heading),
            rows: found.first.into_iter().collect(),
        });
        i += found.taken;
    }
    let scrambled = scrambled(&out);
    out.into_iter()
        .zip(scrambled)
        .flat_map(|(part, scrambled)| by_statements(scope, part, scrambled))
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
fn heading_at(scope: Scope<'_>, rows: &[Row], i: usize, inside: Section) -> Option<Found> {
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
    if text.chars().count() <= LONGEST
        && let Some(hit) = scope.vocabulary.heading(&line)
        && fits(scope, rows, i, inside, &hit, &line)
    {
        return Some(Found {
            kind: hit.kind,
            heading: Heading {
                rows: vec![without_colon(scope, row)],
                score: hit.score,
            },
            first: None,
            taken: 1,
        });
    }
    inline(scope, row, &line)
        .or_else(|| beside(scope, row, &line))
        .or_else(|| two_rows(scope, rows, i, &line))
        .or_else(|| deciding_line(scope, rows, i))
}

/// A body that decides or proposes, alone on its line in whatever words, with
/// points below: "Arbetsutskottet föreslår kommunstyrelsen föreslå …".
fn deciding_line(scope: Scope<'_>, rows: &[Row], i: usize) -> Option<Found> {
    let row = rows[i];
    let text = row.text(scope.reading);
    let begins = text.starts_with(char::is_uppercase);
    if !begins || text.ends_with(['.', ',', ';']) || text.chars().count() > 110 {
        return None;
    }
    let (_, kind) = deciding(scope, text)?;
    let next = rows.get(i + 1)?.text(scope.reading);
    let first = next.split_whitespace().next().unwrap_or("");
    let pointed = starts_bulleted(next) || scope.vocabulary.words().is_clause(first);
    let wraps = !rows[i + 1].paragraph && !rows[i + 1].gap && row.room < 12;
    (pointed && !wraps).then(|| Found {
        kind,
        heading: Heading {
            rows: vec![without_colon(scope, row)],
            score: 0.95,
        },
        first: None,
        taken: 1,
    })
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

/// A heading with its text beside it: a wide gap between them, or "till" before a
/// name where the gap was lost.
fn beside(scope: Scope<'_>, row: Row, line: &[Token]) -> Option<Found> {
    let text = row.text(scope.reading);
    let hit = scope
        .vocabulary
        .heading_prefix(line)
        .filter(|h| h.taken < line.len())?;
    let (last, next) = (&line[hit.taken - 1], &line[hit.taken]);
    let between = &text[last.span.end..next.span.start];
    let towards = hit.kind == Section::Recipients
        && scope.vocabulary.words().is_towards(&last.folded)
        && next.capital;
    // "Kungörelse   1 792" is a line of costs.
    let counts =
        hit.kind == Section::Recipients && !text[next.span.start..].contains(char::is_alphabetic);
    if counts || !(text.starts_with(char::is_uppercase) && (between.contains("   ") || towards)) {
        return None;
    }
    let first = row.from(scope.reading, last.span.end);
    let first = first.from(
        scope.reading,
        first.text(scope.reading).len()
            - first
                .text(scope.reading)
                .trim_start_matches([':', ' '])
                .len(),
    );
    Some(Found {
        kind: hit.kind,
        heading: Heading {
            rows: vec![row.upto(scope.reading, last.span.end)],
            score: hit.score * 0.97,
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
    (decides && hit.slots.len() + usize::from(hit.kind == Section::Recipients) > 0).then(|| Found {
        kind: hit.kind,
        heading: Heading {
            rows: vec![
                Row {
                    paragraph: false,
                    ..rows[i]
                },
                without_colon(
                    scope,
                    Row {
                        paragraph: false,
                        ..*next
                    },
                ),
            ],
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
    ) || hit.kind == Section::Proposal && hit.slots.is_empty()
        || hit.kind == Section::Recipients && line.len() == 1;
    let apart = hit.kind == Section::Other && inside == Section::Recipients;
    if listed && line.len() <= 3 && (like_an_entry && !row.gap || apart) {
        return rows.get(i + 1).is_some_and(|next| {
            let text = next.text(scope.reading);
            starts_bulleted(text) || text.chars().count() > 60
        });
    }
    true
}

fn without_colon(scope: Scope<'_>, row: Row) -> Row {
    let text = row.text(scope.reading);
    row.upto(scope.reading, text.trim_end_matches([':', ' ', '.']).len())
}

/// Whether a line begins with a bullet or a point's number.
pub fn starts_bulleted(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        Some(
            '-' | '–' | '—' | '−' | '•' | '·' | '*' | '▪' | '●' | '■' | '►' | '»' | '«' | '¢' | '+'
            | '°',
        ) => chars.next().is_some_and(char::is_whitespace),
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

/// Divides a part where a paragraph says what it is.
fn by_statements(scope: Scope<'_>, part: Part, scrambled: bool) -> Vec<Part> {
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
    for (n, span) in paragraphs(&rows).into_iter().enumerate() {
        let paragraph = &rows[span.start..span.end];
        let flow = Flow::new(scope.reading, paragraph);
        let exempt = n == 0
            && headed
            && !matches!(
                home,
                Section::Remarks | Section::Deliberation | Section::Propositions
            )
            && !(home == Section::Proposal && starts_with_somebody(scope, &flow.text));
        let kind = if scrambled {
            statement(scope, &flow.text, Section::Background, false, &before)
        } else if exempt {
            None
        } else {
            statement(scope, &flow.text, home, headed, &before).or_else(|| {
                let apart = last_point.is_some_and(|last| span.start > last) && paragraph[0].gap;
                (apart && narrates(scope, &flow.text)).then_some(Section::Background)
            })
        };
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
        S::Motions if home == S::Proposal => starts_with_somebody(scope, text),
        S::Motions if home == S::Propositions || home == S::Documents => {
            people::named(text, scope.vocabulary.words(), false)
                .first()
                .is_some_and(|n| n.span.start < 30)
        }
        S::Deliberation if home == S::Decision => {
            !people::named(text, scope.vocabulary.words(), false).is_empty()
        }
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
        !people::named(text, words, false).is_empty()
            || !people::parties(text, words).is_empty()
            || people::after_by(text, words).is_some()
            || words.is_group(text)
    };
    if allowed && (!by_someone || someone()) {
        return Some(found);
    }
    None
}

fn starts_with_somebody(scope: Scope<'_>, text: &str) -> bool {
    people::named(text, scope.vocabulary.words(), false)
        .first()
        .is_some_and(|n| n.span.start == 0 && !text[..n.span.end].contains(':'))
}

/// Whether `text` begins with a body that decides or proposes, in a sentence:
/// "Kommunstyrelsen beslutar utse …". The body's tokens, and what it does.
pub fn deciding(scope: Scope<'_>, text: &str) -> Option<(bodies::Named, Section)> {
    let words = scope.vocabulary.words();
    let cut = text.char_indices().nth(120).map_or(text.len(), |(i, _)| i);
    let line = tokens(&text[..cut]);
    let body = bodies::named(&line, words)
        .into_iter()
        .next()
        .filter(|b| b.first == 0 && !b.genitive)?;
    let verb = line.get(body.end)?;
    words.deciding_verb(&verb.folded).map(|kind| (body, kind))
}
