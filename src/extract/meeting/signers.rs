//! Names beside, below and above the labels of those who sign.

use super::super::flow::{Flow, Row};
use super::super::labels::Block;
use super::super::minutes::Person;
use super::super::outline::Scope;
use super::super::people::{self, in_name};
use super::super::vocabulary::Label;
use crate::text::Span;

/// Names beside or right below a label.
pub(in crate::extract) fn signers(
    scope: Scope<'_>,
    block: &Block,
    known: &[Person],
) -> Vec<Person> {
    let mut out = Vec::new();
    let adjusters = block.label == Label::Adjusters;
    for row in block.rows.iter().take(if adjusters { 6 } else { 4 }) {
        let mut found = names_in(scope, row, known);
        // A dotted line is read as words in capitals.
        found.retain(|p| {
            known.iter().any(|k| k.name.value == p.name.value) || !is_scribble(&p.name.value)
        });
        if found.is_empty() && !out.is_empty() {
            break;
        }
        out.extend(found);
        if !adjusters && !out.is_empty() {
            out.truncate(1);
            break;
        }
    }
    out
}

/// Whether what reads as a name may be a dotted line or a signature: capitals only, or
/// letters three times in a row.
fn is_scribble(name: &str) -> bool {
    let shouted = !name.chars().any(char::is_lowercase);
    let letters: Vec<char> = name.to_lowercase().chars().collect();
    let repeats = letters.windows(3).any(|w| w[0] == w[1] && w[1] == w[2]);
    shouted || repeats
}

/// The names that a row holds: with parties, or bare, side by side.
pub(in crate::extract) fn names_in(scope: Scope<'_>, row: &Row, known: &[Person]) -> Vec<Person> {
    let words = scope.vocabulary.words();
    let flow = Flow::of_row(scope.reading, row);
    let with_party = people::named(&flow.text, words, false);
    if !with_party.is_empty() {
        // "Bo Ask (S), ersättare Cia Dal (M)" elects one, and one in case.
        let in_case = |n: &people::Named| {
            n.role
                .is_some_and(|r| words.tells_of_substitute(r.of(&flow.text)))
        };
        let all = with_party.iter().all(in_case);
        return with_party
            .iter()
            .filter(|n| all || !in_case(n))
            .map(|n| Person {
                role: None,
                ..people::person(scope.reading, &flow, n)
            })
            .collect();
    }
    let bare = |span: Span| Person {
        name: flow.read(scope.reading, span).doubted(0.93),
        party: None,
        role: None,
    };
    // Names that the attendance list knows come first: columns may have run together.
    let at = side_by_side(scope, &flow.text, known);
    if !at.is_empty() {
        return at.into_iter().map(bare).collect();
    }
    let mut out = Vec::new();
    for column in columns(row.text(scope.reading)) {
        for part in column.split([',', '/']).flat_map(|p| words.split_and(p)) {
            let trimmed = part.trim().trim_matches(|c: char| !c.is_alphanumeric());
            let pieces: Vec<&str> = trimmed.split_whitespace().collect();
            let count = pieces.len();
            if !(2..=6).contains(&count)
                || !pieces.iter().all(|w| in_name(w) || words.is_particle(w))
                || words.is_role(pieces[0])
            {
                continue;
            }
            let name = pieces.join(" ");
            let Some(start) = flow.text.find(&name) else {
                continue;
            };
            out.push(bare(Span::new(start, start + name.len())));
        }
    }
    out
}

/// Names that ran together and take a whole row: those that the document knows, and
/// what they leave over where it looks like a name; none where no name is known.
fn side_by_side(scope: Scope<'_>, text: &str, known: &[Person]) -> Vec<Span> {
    const SLACK: usize = 3;
    let found = |name: &str| {
        let i = text.find(name)?;
        let end = i + name.len();
        let whole = !text[end..].starts_with(char::is_alphanumeric)
            && !text[..i].ends_with(char::is_alphanumeric);
        whole.then_some(Span::new(i, end))
    };
    let mut at: Vec<Span> = known
        .iter()
        .map(|p| p.name.value.as_str())
        .chain(scope.names.all())
        .filter_map(found)
        .collect();
    at.sort_by_key(|s| (s.start, std::cmp::Reverse(s.end)));
    at.dedup();
    let mut last = 0;
    at.retain(|s| {
        let free = s.start >= last;
        if free {
            last = s.end;
        }
        free
    });
    if at.is_empty() {
        return at;
    }
    let mut rest = Vec::new();
    let mut from = 0;
    for end in at.iter().map(|s| s.start).chain([text.len()]) {
        let gap = Span::new(from, end.max(from)).trim(text);
        if gap.len() > SLACK {
            rest.push(gap);
        }
        from = at.iter().find(|s| s.start == end).map_or(from, |s| s.end);
    }
    if rest.iter().any(|s| !names_look(s.of(text))) {
        return Vec::new();
    }
    at.extend(rest);
    at.sort();
    at
}

/// Stretches divided by wide gaps.
pub(in crate::extract) fn columns(text: &str) -> Vec<&str> {
    text.split("  ")
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .collect()
}

/// Two to four capitalized words, the last of them no house or place.
pub(in crate::extract) fn names_look(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    (2..=4).contains(&words.len()) && words.iter().all(|w| in_name(w))
}
