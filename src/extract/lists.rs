//! Lists: documents and recipients, by lines or running, and attachments and
//! real properties named in an item.

use super::dates::pattern;
use super::flow::{Flow, Row};
use super::minutes::Text;
use super::outline::{Part, Scope, starts_bulleted};
use super::sentences::sentences;
use super::tokens::tokens;
use super::vocabulary::Label;
use crate::text::Span;
use regex::Regex;
use std::sync::LazyLock;

static MARKER: LazyLock<Regex> = LazyLock::new(|| {
    let sure = super::bullets::SURE;
    pattern(&format!(
        r"^(?:\d{{1,2}}\s?[.)]\s+|[a-z]\)\s+|[-*+°{sure}]+\s*|[o~]\s+|e\s+)"
    ))
});

/// The entries of a documents list, without their full stops.
pub fn documents(scope: Scope<'_>, part: &Part) -> Vec<Text> {
    let mut out = Vec::new();
    for entry in entries(scope, &part.rows) {
        let flow = Flow::new(scope.reading, &entry);
        for sentence in sentences(&flow.text, scope.vocabulary.words()) {
            let end = sentence.start + sentence.of(&flow.text).trim_end_matches(['.', ' ']).len();
            if end > sentence.start {
                out.push(
                    flow.read(scope.reading, Span::new(sentence.start, end))
                        .doubted(0.95),
                );
            }
        }
    }
    out
}

/// The entries of a list, each as it stands: what became of a matter before.
pub fn lines(scope: Scope<'_>, part: &Part) -> Vec<Text> {
    entries(scope, &part.rows)
        .iter()
        .filter_map(|entry| Flow::new(scope.reading, entry).all(scope.reading))
        .map(|text| text.doubted(0.95))
        .collect()
}

/// Documents among an account of how the matter was handled: lines without a verb.
pub fn documents_in_handling(scope: Scope<'_>, part: &Part) -> Vec<Text> {
    let words = scope.vocabulary.words();
    documents(scope, part)
        .into_iter()
        .filter(|t| {
            !tokens(&t.value)
                .iter()
                .any(|t| words.is_narrating(&t.folded))
        })
        .map(|t| t.doubted(0.9))
        .collect()
}

/// The entries of a recipients list.
pub fn recipients(scope: Scope<'_>, part: &Part) -> Vec<Text> {
    let inline = part.heading.as_ref().is_some_and(|h| {
        let heading = h.rows.last().map(|r| r.line);
        part.rows.first().is_some_and(|r| Some(r.line) == heading)
    });
    let rows: Vec<Row> = part
        .rows
        .iter()
        .take_while(|r| r.text(scope.reading).chars().count() < 200)
        .copied()
        .collect();
    let rows = without_days(scope, part, rows);
    let commas = |row: &Row| row.text(scope.reading).trim_end().ends_with([',', ';']);
    let entries = match wraps(scope, &rows) {
        true => vec![rows.iter().map(|row| row.flowing()).collect()],
        false => entries(scope, &rows),
    };
    let running = entries.len() == 1 || rows.len() > 1 && rows[..rows.len() - 1].iter().all(commas);
    let mut out = Vec::new();
    for entry in &entries {
        let flow = Flow::new(scope.reading, entry);
        let splits = if running {
            comma_parts(scope, &flow.text, inline || entry.len() > 1)
        } else {
            vec![Span::new(0, flow.text.len())]
        };
        for span in splits {
            let span = tidy(&flow.text, span, running);
            if !span.is_empty() && span.of(&flow.text).chars().any(char::is_alphanumeric) {
                out.push(
                    flow.read(scope.reading, span)
                        .doubted(if running { 0.92 } else { 0.95 }),
                );
            }
        }
    }
    out
}

/// Those told without the days beside them, where the list is a table with a column of days:
///
/// ```text
/// Expedieras till          Datum
/// Kommunfullmäktige        2023-03-22
/// ```
fn without_days(scope: Scope<'_>, part: &Part, rows: Vec<Row>) -> Vec<Row> {
    let words = scope.vocabulary.words();
    let heading = part.heading.as_ref().and_then(|h| h.rows.last());
    let is_head = |row: &Row| {
        let label = scope.vocabulary.label(&tokens(row.text(scope.reading)));
        heading.is_some_and(|h| h.line == row.line) && label.is_some_and(|l| l.kind == Label::Date)
    };
    let day = |row: &Row| {
        let text = row.text(scope.reading);
        let last = words.calendar().dates(text).pop()?;
        (last.span.end == text.len() && last.span.start > 0).then_some(last.span.start)
    };
    let Some((first, rest)) = rows.split_first().filter(|(first, _)| is_head(first)) else {
        return rows;
    };
    if first.span.is_empty() || rest.is_empty() {
        return rows;
    }
    let cut = |row: &Row| day(row).map_or(*row, |at| row.upto(scope.reading, at));
    rest.iter().map(cut).collect()
}

/// Whether rows are one running list, broken where its lines were full.
fn wraps(scope: Scope<'_>, rows: &[Row]) -> bool {
    const COMMAS: usize = 2;
    const SLACK: usize = 8;
    let [first, .., _] = rows else { return false };
    let is_full = |pair: &[Row]| {
        let next = pair[1].text(scope.reading).split_whitespace().next();
        !pair[1].gap && pair[0].room <= next.map_or(0, |w| w.chars().count()) + SLACK
    };
    first.text(scope.reading).matches(", ").count() >= COMMAS && rows.windows(2).all(is_full)
}

/// Without a comma at the end; in a running list without its full stop.
fn tidy(text: &str, span: Span, running: bool) -> Span {
    let span = span.trim(text);
    let ends: &[char] = if running {
        &[',', ';', '.', ' ']
    } else {
        &[',', ';', ' ']
    };
    let end = span.start + span.of(text).trim_end_matches(ends).len();
    Span::new(span.start, end.max(span.start))
}

/// Divides a running list at its commas, except where the comma belongs to the
/// entry, and at its last "och".
fn comma_parts(scope: Scope<'_>, text: &str, surely: bool) -> Vec<Span> {
    let mut cuts = Vec::new();
    let mut depth = 0;
    let semicolons = text.contains("; ");
    for (i, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if semicolons => {}
            ',' | ';' if depth == 0 && !text[..i].ends_with('-') => cuts.push((i, i + 1)),
            _ => {}
        }
    }
    if cuts.is_empty()
        || names_places(text)
        || cuts.len() == 1 && !surely && belongs(scope, text, cuts[0])
    {
        return vec![Span::new(0, text.len())];
    }
    if let Some(and) = last_and(scope, text, cuts[cuts.len() - 1].1) {
        cuts.push(and);
    }
    let mut out = Vec::new();
    let mut start = 0;
    for (end, next) in cuts {
        out.push(Span::new(start, end));
        start = next;
    }
    out.push(Span::new(start, text.len()));
    out
}

/// "Kommunstyrelserna i Askersund, Kumla och Lekeberg": one word for bodies in several
/// places.
fn names_places(text: &str) -> bool {
    let Some((first, rest)) = text.split_once(',') else {
        return false;
    };
    let mut words = first.split_whitespace().rev();
    let place = words
        .next()
        .is_some_and(|w| w.starts_with(char::is_uppercase));
    let inside = words.next() == Some("i");
    let head = words.next().is_some_and(|w| w.ends_with("rna"));
    let plain = |w: &str| {
        w.starts_with(char::is_uppercase) || matches!(w.trim_end_matches(','), "och" | "samt")
    };
    place && inside && head && rest.split_whitespace().all(plain)
}

/// Whether the part after the comma is a unit of what stands before it.
fn belongs(scope: Scope<'_>, text: &str, cut: (usize, usize)) -> bool {
    let words = scope.vocabulary.words();
    let after = tokens(&text[cut.1..]);
    after.iter().any(|t| words.is_unit(&t.folded))
        || after.len() <= 3
            && after
                .first()
                .is_some_and(|t| t.capital && words.body_case(t).is_none())
}

/// The "och" before the last entry, after byte `from`.
fn last_and(scope: Scope<'_>, text: &str, from: usize) -> Option<(usize, usize)> {
    let line = tokens(&text[from..]);
    let i = line
        .iter()
        .position(|t| scope.vocabulary.words().is_and(&t.folded))?;
    let before = line.get(i.checked_sub(1)?)?;
    (!before.hyphen && i + 1 < line.len())
        .then(|| (from + line[i].span.start, from + line[i].span.end))
}

/// Rows gathered to entries: a row goes on where it begins small, or the row
/// before ends open or hyphenated, or every entry ends with a full stop.
fn entries(scope: Scope<'_>, rows: &[Row]) -> Vec<Vec<Row>> {
    let reading = scope.reading;
    let words = scope.vocabulary.words();
    let marked = rows.first().is_some_and(|r| {
        let text = r.text(reading);
        MARKER.find(text).is_some_and(|m| {
            !m.as_str().starts_with('e') || text[m.end()..].starts_with(char::is_uppercase)
        })
    });
    let stopped = rows.last().is_some_and(|r| r.text(reading).ends_with('.'))
        && rows
            .iter()
            .filter(|r| r.text(reading).ends_with('.'))
            .count()
            * 2
            > rows.len();
    // A list of entries in small letters has none that go on with the next row.
    let all_small = rows.len() > 1
        && rows
            .iter()
            .all(|r| r.text(reading).starts_with(char::is_lowercase));
    let mut out: Vec<Vec<Row>> = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let text = row.text(reading);
        let marker = MARKER
            .find(text)
            .filter(|_| starts_bulleted(text) || marked)
            // "e " is a misread bullet before a capital.
            .filter(|m| {
                !m.as_str().starts_with('e') || text[m.end()..].starts_with(char::is_uppercase)
            });
        let content = marker.as_ref().map_or(*row, |m| row.from(reading, m.end()));
        let content = content.flowing();
        let before = i.checked_sub(1).map(|j| rows[j]);
        let goes_on = before.is_some_and(|before| {
            let last = before.text(reading);
            let hyphenated = reading.lines[before.line]
                .hyphen
                .is_some_and(|h| h.next == row.line);
            let small = !all_small && text.starts_with(|c: char| c.is_lowercase() || c == '(');
            let open =
                words.leaves_open(last) && !last.ends_with('-') || last.ends_with(',') && small;
            let next_word = text
                .split_whitespace()
                .next()
                .map_or(0, |w| w.chars().count());
            let unfinished =
                stopped && !last.ends_with('.') && !row.gap && before.room <= next_word + 1;
            hyphenated
                || marker.is_none()
                    && (small && !row.gap
                        || open && !last.ends_with(',')
                        || unfinished
                        || marked && !row.gap
                        || last.ends_with(',') && small)
        });
        match out.last_mut() {
            Some(entry) if goes_on => entry.push(content),
            _ => out.push(vec![content]),
        }
    }
    out
}

/// How annexes are counted: `1`, `2.3a`, `B`, `B 2`.
const COUNTED: &str = r"[A-Z]\s?\d{1,3}\b|\d{1,3}(?:[.:]\d{1,3})*[a-z]?\b|[A-Z]\b";

/// A pattern for how an annex is named: as it is counted, or by the item, `§ 62 A`.
pub(super) fn annex() -> String {
    format!(r"§\s?\d{{1,4}}\s[A-Z]\b|{COUNTED}")
}

static ATTACHMENT: LazyLock<Regex> = LazyLock::new(|| {
    let case = r"\p{Lu}{2,5}\s(?:19|20)\d{2}/\d{1,5}/\d{1,2}";
    pattern(&format!(
        r"(?i:\bbilag(?:a|or|orna)|\bbil\.?)\s+(?:nr\s+)?(?P<a>{case}|{})(?:(?:\s*,\s*|\s+och\s+)(?P<b>{COUNTED}))?",
        annex()
    ))
});

/// What stands after "bilaga" in a text, each once.
pub fn attachments(scope: Scope<'_>, flow: &Flow, into: &mut Vec<Text>) {
    for c in ATTACHMENT.captures_iter(&flow.text) {
        for m in ["a", "b"].iter().filter_map(|name| c.name(name)) {
            if !into.iter().any(|t| t.value == m.as_str()) {
                into.push(
                    flow.read(scope.reading, Span::from(m.range()))
                        .doubted(0.95),
                );
            }
        }
    }
}

static PROPERTY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\p{Lu}\p{Ll}+(?:[ -]\p{Lu}\p{Ll}+){0,2}\s\d{1,4}:\d{1,4}\b"));

/// Real properties named in a text, each once: "Kråkan 1:23".
pub fn properties(scope: Scope<'_>, flow: &Flow, into: &mut Vec<Text>) {
    for m in PROPERTY.find_iter(&flow.text) {
        let first = m.as_str().split_whitespace().next().unwrap_or("");
        if into.iter().any(|t| t.value == m.as_str()) || scope.vocabulary.words().is_citation(first)
        {
            continue;
        }
        into.push(
            flow.read(scope.reading, Span::from(m.range()))
                .doubted(0.93),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::names_places;

    #[test]
    fn bodies_of_several_places_are_one_recipient() {
        assert!(names_places(
            "Kommunstyrelserna i Askersund, Kumla och Lekeberg"
        ));
        assert!(!names_places("Revisionen i Kumla, Ekonomiavdelningen"));
    }
}
