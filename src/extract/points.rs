//! Points of a decision: numbered, in `att` clauses, with bullets, or one for
//! each paragraph.

use super::dates::pattern;
use super::flow::{Flow, Row};
use super::minutes::Point;
use super::outline::{Scope, begins_with_person, is_body};
use super::vocabulary::Section;
use crate::text::Span;
use regex::Regex;
use std::sync::LazyLock;

/// Points under one lead-in.
#[derive(Debug, Default)]
pub struct Group {
    /// The lead-in's rows, where there is one.
    pub lead: Option<Vec<Row>>,
    /// The points.
    pub points: Vec<Drafted>,
}

/// A point with the text it was read from.
#[derive(Clone, Debug)]
pub struct Drafted {
    /// The point.
    pub point: Point,
    /// Its running text.
    pub flow: Flow,
}

impl Drafted {
    /// Rows as one point without a number; `certainty` is the rule's.
    pub fn whole(scope: Scope<'_>, rows: &[Row], certainty: f32) -> Option<Drafted> {
        let flow = Flow::new(scope.reading, rows);
        let text = flow.all(scope.reading)?.doubted(certainty);
        Some(Drafted {
            point: Point { number: None, text },
            flow,
        })
    }
}

/// How a row begins.
#[derive(Clone, Debug, PartialEq)]
enum Mark {
    /// With a number, which takes so many bytes with what follows it.
    Number {
        value: u32,
        number: Span,
        taken: usize,
    },
    /// With a letter, counted from one.
    Letter {
        value: u32,
        number: Span,
        taken: usize,
    },
    /// With a bullet.
    Bullet(usize),
    /// With a clause's first word.
    Clause,
    /// With none of these.
    None,
}

static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?P<n>\d{1,2})\s?(?:[.):,;]\s*|\s+)(?P<t>\S)"));
static LETTER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?P<n>[a-h])\)\s+(?P<t>\S)"));
static BULLET: LazyLock<Regex> = LazyLock::new(|| {
    let sure = super::bullets::SURE;
    pattern(&format!(r"^(?:[-*+°o~]\s+|[{sure}]\s*)"))
});

/// Divides the rows of a block into groups by their lead-ins.
pub fn groups(scope: Scope<'_>, rows: &[Row]) -> Vec<Group> {
    let mut out: Vec<(Option<Vec<Row>>, Vec<Row>)> = vec![(None, Vec::new())];
    let mut i = 0;
    while i < rows.len() {
        let taken = lead_in(scope, rows, i);
        if taken > 0 {
            out.push((Some(joined(&rows[i..i + taken])), Vec::new()));
            i += taken;
        } else {
            if let Some(group) = out.last_mut() {
                group.1.push(rows[i]);
            }
            i += 1;
        }
    }
    out.into_iter()
        .filter(|(lead, rows)| lead.is_some() || !rows.is_empty())
        .map(|(lead, rows)| Group {
            lead,
            points: points(scope, &rows),
        })
        .collect()
}

fn joined(rows: &[Row]) -> Vec<Row> {
    let mut rows = rows.to_vec();
    for row in rows.iter_mut().skip(1) {
        row.paragraph = false;
    }
    rows
}

/// How many rows from `i` are a lead-in: one to three rows of a new sentence that
/// ends with a colon, or a body that decides, alone on its line.
fn lead_in(scope: Scope<'_>, rows: &[Row], i: usize) -> usize {
    const LONGEST: usize = 3;
    let text = |j: usize| rows[j].text(scope.reading);
    if goes_on_proposing(scope, rows, i) {
        return 1;
    }
    if let Some(n) = introduces(scope, rows, i) {
        return n;
    }
    if mark(scope, text(i), None) != Mark::None || !text(i).starts_with(char::is_uppercase) {
        return 0;
    }
    if names_body_alone(scope, rows, i) {
        return 1;
    }
    let fresh = i == 0 || rows[i].paragraph || text(i - 1).ends_with(['.', ':']);
    if !fresh {
        return 0;
    }
    for n in 1..=LONGEST.min(rows.len() - i) {
        if n > 1
            && (rows[i + n - 1].gap
                || mark(scope, text(i + n - 1), None) == Mark::Clause
                    && text(i + n - 2).ends_with([',', ';']))
        {
            return 0;
        }
        let last = text(i + n - 1);
        if last.ends_with(':') && i + n < rows.len() {
            let flow = Flow::new(scope.reading, &joined(&rows[i..i + n]));
            let sentences = super::sentences::sentences(&flow.text, scope.vocabulary.words()).len();
            return if sentences == 1 && flow.text.chars().count() < 260 {
                n
            } else {
                0
            };
        }
        if last.ends_with(['.', '!', '?']) || i + n == rows.len() {
            return if n == 1 {
                named_proposal(scope, rows, i)
            } else {
                0
            };
        }
    }
    0
}

/// A paragraph that begins with a body deciding and goes on in the lettered points below it:
/// `Miljönämnden beslutar, med stöd av …, att förelägga bolaget` above `a) att …`.
fn introduces(scope: Scope<'_>, rows: &[Row], i: usize) -> Option<usize> {
    const LONGEST: usize = 5;
    let n = (1..=LONGEST).find(|n| rows.get(i + n).is_some_and(|r| r.gap))?;
    let next = mark(scope, rows[i + n].text(scope.reading), None);
    let flow = Flow::new(scope.reading, &joined(&rows[i..i + n]));
    let decides = super::outline::deciding(scope, &flow.text).is_some();
    (matches!(next, Mark::Letter { value: 1, .. }) && decides && !flow.text.ends_with('.'))
        .then_some(n)
}

/// `samt föreslår kommunfullmäktige besluta att` between the points of a body that decides
/// and proposes in one sentence.
fn goes_on_proposing(scope: Scope<'_>, rows: &[Row], i: usize) -> bool {
    let words = scope.vocabulary.words();
    let line = super::tokens::tokens(rows[i].text(scope.reading));
    let next = rows
        .get(i + 1)
        .map(|r| mark(scope, r.text(scope.reading), Some(1)));
    let [and, verb, ..] = line.as_slice() else {
        return false;
    };
    i > 0
        && rows[i].gap
        && words.is_and(&and.folded)
        && words.deciding_verb(&verb.folded) == Some(Section::Proposal)
        && next.is_some_and(|mark| mark != Mark::None)
}

/// `Nämnden` alone above the points that it is the subject of: "1. beviljar …".
fn names_body_alone(scope: Scope<'_>, rows: &[Row], i: usize) -> bool {
    let body = is_body(scope, rows[i].text(scope.reading));
    let next = rows
        .get(i + 1)
        .map(|r| mark(scope, r.text(scope.reading), Some(1)));
    body && matches!(
        next,
        Some(Mark::Number { .. } | Mark::Letter { .. } | Mark::Bullet(_) | Mark::Clause)
    )
}

/// `På förslag av …` with its colon lost: short, of a proposal, with a capital
/// after it.
fn named_proposal(scope: Scope<'_>, rows: &[Row], i: usize) -> usize {
    let words = scope.vocabulary.words();
    let text = rows[i].text(scope.reading);
    let first = text.split_whitespace().next().unwrap_or("");
    let proposal = super::tokens::tokens(text)
        .iter()
        .any(|t| words.is_proposal_word(&t.folded));
    let next = rows.get(i + 1).map(|r| r.text(scope.reading));
    let begins =
        next.is_some_and(|t| t.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()));
    usize::from(words.follows_proposal(first) && proposal && begins && text.chars().count() < 90)
}

/// The mark at the start of a row; a number without a full stop only counts where
/// it is the one that is `expected`.
fn mark(scope: Scope<'_>, text: &str, expected: Option<u32>) -> Mark {
    if let Some(c) = NUMBER.captures(text)
        && let (Some(n), Some(t)) = (c.name("n"), c.name("t"))
        && let Ok(value) = n.as_str().parse()
    {
        let between = &text[n.end()..t.start()];
        let dotted = between.contains(['.', ')', ':', ';']);
        let apart =
            between.ends_with(char::is_whitespace) || t.as_str().starts_with(char::is_alphabetic);
        let bare = expected == Some(value) && t.as_str().starts_with(char::is_uppercase);
        if dotted && apart && value > 0 || bare {
            return Mark::Number {
                value,
                number: Span::new(n.start(), n.end()),
                taken: t.start(),
            };
        }
    }
    if let Some(c) = LETTER.captures(text)
        && let (Some(n), Some(t)) = (c.name("n"), c.name("t"))
    {
        return Mark::Letter {
            value: u32::from(n.as_str().as_bytes()[0] - b'a') + 1,
            number: Span::new(n.start(), n.end()),
            taken: t.start(),
        };
    }
    if let Some(m) = BULLET.find(text) {
        return Mark::Bullet(m.end());
    }
    // A bullet misread as a letter stands before a capital.
    if let Some(rest) = text.strip_prefix("e ")
        && rest.starts_with(char::is_uppercase)
    {
        return Mark::Bullet(2);
    }
    let first = text.split_whitespace().next().unwrap_or("");
    if scope.vocabulary.words().is_clause(first) && text.len() > first.len() {
        return Mark::Clause;
    }
    Mark::None
}

/// Columns left on a line that was not broken because it was full.
const ROOM: usize = 12;

/// Columns by which a clause inside another one is set in.
const NESTED: usize = 3;

/// The points that `rows` hold.
fn points(scope: Scope<'_>, rows: &[Row]) -> Vec<Drafted> {
    let mut out: Vec<(Marked, Vec<Row>)> = Vec::new();
    let style = style(scope, rows);
    let all_clauses = rows.len() > 1
        && rows
            .iter()
            .all(|r| mark(scope, r.text(scope.reading), None) == Mark::Clause);
    // Where clauses end with a mark, one after a line without goes on with it.
    let clause_after = |ends: bool| {
        rows.windows(2).any(|pair| {
            mark(scope, pair[1].text(scope.reading), None) == Mark::Clause
                && pair[0].text(scope.reading).ends_with(['.', ',', ';', ':']) == ends
        })
    };
    let all_marked = style == Style::Clauses && clause_after(true);
    // Points that go on from a lead-in ("… besluta att") begin small, each apart.
    let small = rows
        .first()
        .is_some_and(|r| r.text(scope.reading).starts_with(char::is_lowercase));
    let mut last_number = None;
    let first_indent = rows.first().map_or(0, |r| r.indent);
    for (i, row) in rows.iter().enumerate() {
        let text = row.text(scope.reading);
        let expected = match style {
            Style::Numbers => Some(last_number.map_or(1, |n: u32| n + 1)),
            _ => None,
        };
        let before = i.checked_sub(1).map(|j| rows[j].text(scope.reading));
        let closed = before.is_none_or(|b| {
            b.ends_with(['.', ',', ';', ':']) || scope.vocabulary.words().leaves_open(b)
        }) || row.gap
            || i > 0 && rows[i - 1].room > ROOM && !all_marked
            || all_clauses && !all_marked;
        let nested = !row.gap
            && (row.indent > first_indent + 1
                && before.is_some_and(|b| !b.ends_with(['.', ',', ';', ':']))
                || row.indent >= first_indent + NESTED
                || before.is_some_and(|b| b.ends_with(','))
                    && scope.vocabulary.words().continues_clause(text));
        let closed = closed && !nested;
        if style == Style::Numbers && i == 0 && is_misread_one(text) {
            last_number = Some(1);
            let rest = row.from(scope.reading, text.find(' ').unwrap_or(1));
            out.push((Some((*row, Span::new(0, 1))), vec![rest]));
            continue;
        }
        match (style, mark(scope, text, expected)) {
            (
                Style::Numbers,
                Mark::Number {
                    value,
                    number,
                    taken,
                },
            ) if last_number.is_none_or(|n| value == n + 1 || value > n && row.paragraph) => {
                last_number = Some(value);
                out.push((Some((*row, number)), vec![row.from(scope.reading, taken)]));
            }
            (
                Style::Letters,
                Mark::Letter {
                    value,
                    number,
                    taken,
                },
            ) if value == last_number.map_or(1, |n| n + 1) => {
                last_number = Some(value);
                out.push((Some((*row, number)), vec![row.from(scope.reading, taken)]));
            }
            // A sentence apart below the last of them is a point of its own.
            (Style::Letters, Mark::None)
                if row.paragraph && row.gap && text.starts_with(char::is_uppercase) =>
            {
                out.push((None, vec![*row]))
            }
            (Style::Bullets, Mark::Bullet(taken)) => {
                out.push((None, vec![row.from(scope.reading, taken)]))
            }
            (Style::Clauses, Mark::Clause) if closed => out.push((None, vec![*row])),
            (Style::Persons, _) => out.push((None, vec![*row])),
            (Style::Paragraphs, _)
                if row.paragraph
                    || out.is_empty()
                    || small && row.gap && rows[i - 1].room > ROOM =>
            {
                out.push((None, vec![*row]))
            }
            _ => match out.last_mut() {
                Some(point) => point.1.push(without_bullet(scope, row)),
                None => out.push((None, vec![*row])),
            },
        }
    }
    out.into_iter()
        .filter_map(|(number, rows)| point(scope, number, &rows))
        .collect()
}

/// Bullets inside a point are glyphs, not words.
fn without_bullet(scope: Scope<'_>, row: &Row) -> Row {
    match BULLET.find(row.text(scope.reading)) {
        Some(m) if !m.as_str().starts_with('o') => row.from(scope.reading, m.end()),
        _ => *row,
    }
}

/// The row and range of a point's printed number.
type Marked = Option<(Row, Span)>;

fn point(scope: Scope<'_>, number: Marked, rows: &[Row]) -> Option<Drafted> {
    let mut rows = rows.to_vec();
    for row in &mut rows {
        row.paragraph = false;
    }
    let mut drafted = Drafted::whole(scope, &rows, 0.95)?;
    if number.is_none() {
        drafted.point.text.confidence *= told(scope, &drafted.flow.text);
    }
    drafted.point.number = number.map(|(row, span)| {
        let flow = Flow::of_row(scope.reading, &row);
        flow.read(scope.reading, span).doubted(0.98)
    });
    Some(drafted)
}

/// The factor for a text without a number that narrates, or says what somebody moves:
/// what follows points may have been taken for one.
fn told(scope: Scope<'_>, text: &str) -> f32 {
    const NARRATED: f32 = 0.85;
    const STATED: f32 = 0.75;
    let words = scope.vocabulary.words();
    let line = super::tokens::tokens(text);
    let narrates = line.iter().take(12).any(|t| words.is_narrating(&t.folded));
    let states = [Section::Motions, Section::Reservations]
        .iter()
        .any(|&kind| scope.vocabulary.states(text, kind));
    let named = || !super::people::named(text, words, false).is_empty();
    match (states && named(), narrates) {
        (true, _) => STATED,
        (false, true) => NARRATED,
        (false, false) => 1.0,
    }
}

/// The first number was read as a letter, the second one shows it.
fn misread_one(scope: Scope<'_>, rows: &[Row]) -> bool {
    let text = |r: &Row| r.text(scope.reading).to_string();
    rows.first().is_some_and(|r| is_misread_one(&text(r)))
        && rows[1..].iter().any(|r| {
            matches!(
                mark(scope, r.text(scope.reading), Some(2)),
                Mark::Number { value: 2, .. }
            )
        })
}

fn is_misread_one(text: &str) -> bool {
    let mut chars = text.chars();
    matches!(chars.next(), Some('I' | 'l' | 'i' | '|'))
        && matches!(chars.next(), Some(' ' | '.' | ')'))
}

/// How the points of a block are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Numbers,
    Letters,
    Bullets,
    Clauses,
    /// Those elected, a line each.
    Persons,
    Paragraphs,
}

fn style(scope: Scope<'_>, rows: &[Row]) -> Style {
    if misread_one(scope, rows) {
        return Style::Numbers;
    }
    let starts: Vec<Mark> = rows
        .iter()
        .map(|r| mark(scope, r.text(scope.reading), None))
        .collect();
    let first = rows
        .first()
        .map(|r| mark(scope, r.text(scope.reading), Some(1)));
    match first {
        Some(Mark::Number { .. }) => Style::Numbers,
        Some(Mark::Letter { value: 1, .. }) => Style::Letters,
        Some(Mark::Bullet(_)) => Style::Bullets,
        Some(Mark::Clause) => Style::Clauses,
        _ if starts
            .iter()
            .filter(|m| matches!(m, Mark::Number { .. }))
            .count()
            > 1 =>
        {
            Style::Numbers
        }
        _ if starts
            .iter()
            .filter(|m| matches!(m, Mark::Bullet(_)))
            .count()
            > 1 =>
        {
            Style::Bullets
        }
        _ if starts.iter().filter(|m| **m == Mark::Clause).count() > 1 => Style::Clauses,
        _ if rows.len() > 1
            && rows
                .iter()
                .all(|r| begins_with_person(scope, r.text(scope.reading))) =>
        {
            Style::Persons
        }
        _ => Style::Paragraphs,
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::minutes;

    #[test]
    fn a_body_alone_leads_in_to_its_points() {
        let text = "Nämnden 2019-05-16\n\n§ 4 Bidrag\n\nBeslut\nNämnden\n\n1. beviljar bidrag\n2. noterar resten.\n";
        let decision = &minutes(text).items[0].decisions[0];
        let points: Vec<&str> = decision
            .points
            .iter()
            .map(|p| p.text.value.as_str())
            .collect();
        assert_eq!(points, ["beviljar bidrag", "noterar resten."]);
    }
}
