//! When and where the meeting was, and its pauses.

use super::super::dates::{self, pattern};
use super::super::flow::{Flow, Row};
use super::super::labels::Block;
use super::super::minutes::{Meeting, Stretch, Text};
use super::super::outline::{self, Scope};
use super::super::sentences::sentences;
use super::super::vocabulary::Label;
use super::read_time;
use crate::text::Span;
use regex::Regex;
use std::sync::LazyLock;

/// Start, end, place; pauses named in the same line.
pub(in crate::extract) fn time_and_place(
    scope: Scope<'_>,
    all: &[&Block],
    heads: &[Row],
    front: &[Row],
    meeting: &mut Meeting,
) {
    let words = scope.vocabulary.words();
    for block in all {
        if !matches!(block.label, Label::PlaceTime | Label::Time | Label::Place) {
            continue;
        }
        let (pauses, rows): (Vec<Row>, Vec<Row>) = first_paragraph(&block.rows)
            .into_iter()
            .partition(|row| tells_of_pause(scope, row));
        adjournments(scope, &pauses, &mut meeting.adjournments);
        let flow = Flow::new(scope.reading, &rows);
        if block.label != Label::Place {
            times(scope, &flow, meeting);
        }
        if block.label != Label::Time && meeting.place.is_none() {
            meeting.place = place(scope, &flow);
        }
    }
    if meeting.start.is_none() && meeting.place.is_none() {
        introduction(scope, front, meeting);
    }
    if meeting.start.is_none() {
        for row in heads.iter().chain(front) {
            let flow = Flow::of_row(scope.reading, row);
            if let Some((start, Some(end))) = words.calendar().times(&flow.text, false).first() {
                meeting.start = Some(read_time(scope, &flow, start));
                meeting.end = Some(read_time(scope, &flow, end));
                break;
            }
        }
    }
}

/// `Fullmäktiges sammanträde torsdagen den 22 mars 2018 kl. 18:00–21:35 i Stadshuset`
fn introduction(scope: Scope<'_>, front: &[Row], meeting: &mut Meeting) {
    let words = scope.vocabulary.words();
    let rows: Vec<Row> = front
        .iter()
        .take(8)
        .take_while(|r| outline::label_of(scope, r).is_none())
        .map(|r| r.flowing())
        .collect();
    let flow = Flow::new(scope.reading, &rows);
    let Some((start, end)) = words.calendar().times(&flow.text, false).into_iter().next() else {
        return;
    };
    meeting.start = Some(read_time(scope, &flow, &start).doubted(0.95));
    meeting.end = end.map(|end| read_time(scope, &flow, &end).doubted(0.95));
    let after = end.map_or(start.span.end, |e| e.span.end);
    let rest = flow.text[after..].trim_start_matches([' ', ',']);
    let Some(word) = words
        .place_words()
        .iter()
        .find(|w| rest.starts_with(&format!("{w} ")))
    else {
        meeting.place = beside_time(scope, &flow, after);
        if meeting.place.is_some() {
            return;
        }
        let whole = Span::new(0, start.span.start);
        let day = words
            .calendar()
            .dates(&flow.text)
            .first()
            .map(|d| d.span.start);
        meeting.place = day.and_then(|day| place_in_sentence(scope, &flow, whole, day));
        return;
    };
    let from = flow.text.len() - rest.len() + word.len() + 1;
    let to = flow.text[from..]
        .find(". ")
        .map_or(flow.text.len(), |i| from + i);
    let to = from + flow.text[from..to].trim_end_matches(['.', ' ', ',']).len();
    let first = flow.text[from..].split_whitespace().next().unwrap_or("");
    let named = first.starts_with(char::is_uppercase) || words.is_meeting_place(first);
    if named && to > from {
        meeting.place = Some(flow.read(scope.reading, Span::new(from, to)).doubted(0.9));
    }
}

/// `kl 15.15 - 17.50, Bergsrummet, kommunalhuset`: a place that a comma parts from the
/// time before it, known by the name of a house or room.
fn beside_time(scope: Scope<'_>, flow: &Flow, after: usize) -> Option<Text> {
    const LONGEST: usize = 80;
    let words = scope.vocabulary.words();
    let rest = flow.text[after..].strip_prefix(',')?.trim_start();
    let sentence = rest.split(". ").next().unwrap_or(rest);
    let place = sentence.trim_end_matches(['.', ' ', ',']);
    let start = flow.text.len() - rest.len();
    let named = place.starts_with(char::is_uppercase)
        && place.chars().count() <= LONGEST
        && place.split_whitespace().any(|w| words.is_meeting_place(w));
    named.then(|| {
        let span = Span::new(start, start + place.len());
        flow.read(scope.reading, span).doubted(0.88)
    })
}

/// `Mötet ajournerades klockan 10:35–10:50`: a row of its own below the place or time.
fn tells_of_pause(scope: Scope<'_>, row: &Row) -> bool {
    let text = row.text(scope.reading);
    let digit = text.find(|c: char| c.is_ascii_digit());
    let begins = digit.filter(|_| text.starts_with(char::is_uppercase));
    begins.is_some_and(|at| scope.vocabulary.words().is_pause(&text[..at]))
}

/// The rows up to a blank line that no sentence runs over.
pub(in crate::extract) fn first_paragraph(rows: &[Row]) -> Vec<Row> {
    let mut out: Vec<Row> = Vec::new();
    for row in rows.iter().take(4) {
        if !out.is_empty() && row.paragraph && row.gap && out.len() > 1 {
            break;
        }
        out.push(row.flowing());
    }
    out
}

fn times(scope: Scope<'_>, flow: &Flow, meeting: &mut Meeting) {
    let words = scope.vocabulary.words();
    let here = meeting.start.is_none();
    for (start, end) in words.calendar().times(&flow.text, true) {
        let paused = words.is_pause(&flow.text[..start.span.start]);
        if paused {
            meeting
                .adjournments
                .push(stretch(scope, flow, &(start, end)));
        } else if meeting.start.is_none() {
            meeting.start = Some(read_time(scope, flow, &start));
            meeting.end = end.map(|end| read_time(scope, flow, &end));
        } else if let (Some(last), Some(end)) = (&meeting.end, end)
            && here
            && start.value > last.value
        {
            // "9.00–12.10, 13.00–15.45": the last stretch ends the meeting.
            meeting.end = Some(read_time(scope, flow, &end));
        }
    }
}

fn stretch(scope: Scope<'_>, flow: &Flow, found: &dates::Stretch) -> Stretch {
    Stretch {
        start: read_time(scope, flow, &found.0),
        end: found.1.map(|end| read_time(scope, flow, &end)),
    }
}

/// Pauses that rows tell of.
pub fn adjournments(scope: Scope<'_>, rows: &[Row], into: &mut Vec<Stretch>) {
    let rows: Vec<Row> = rows.iter().take(6).copied().collect();
    let flow = Flow::new(scope.reading, &rows);
    for found in scope.vocabulary.words().calendar().times(&flow.text, true) {
        into.push(stretch(scope, &flow, &found));
    }
}

/// Pauses from one time to another that sentences among others tell of:
/// `Sammanträdet ajourneras kl. 18.05-18.15.`
pub fn pauses_told(scope: Scope<'_>, rows: &[Row], into: &mut Vec<Stretch>) {
    let words = scope.vocabulary.words();
    let flow = Flow::new(scope.reading, rows);
    if !words.is_pause(&flow.text) {
        return;
    }
    for sentence in sentences(&flow.text, words) {
        let text = sentence.of(&flow.text);
        if !words.is_pause(text) {
            continue;
        }
        for (start, end) in words.calendar().times(text, true) {
            let moved = |found: &dates::Found<dates::Time>| dates::Found {
                span: found.span.shift(sentence.start),
                ..*found
            };
            let Some(end) = end.as_ref().map(moved) else {
                continue;
            };
            let pause = stretch(scope, &flow, &(moved(&start), Some(end)));
            let same = |known: &Stretch| known.start.value == pause.start.value;
            if !into.iter().any(same) {
                into.push(pause);
            }
        }
    }
}

static DAY_TIME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:\bkl(?:ockan|\.|:)?\s*[:.]?\s*)?\b\d{1,2}[.:]\d{2}\b(?:\s*[-–—]+\s*(?:kl\.?\s*)?\d{1,2}[.:]\d{2})?|\bkl(?:ockan|\.)?\s*\d{1,2}(?:\s*[-–—]+\s*\d{1,2})?\b",
    )
});

/// What is left of a place and time when days and times are taken out.
pub(in crate::extract) fn place(scope: Scope<'_>, flow: &Flow) -> Option<Text> {
    let words = scope.vocabulary.words();
    let text = &flow.text;
    let mut cuts: Vec<Span> = words
        .calendar()
        .dates(text)
        .iter()
        .map(|d| d.span)
        .collect();
    cuts.extend(DAY_TIME.find_iter(text).map(|m| Span::from(m.range())));
    for word in text.split_whitespace() {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        if words.calendar().is_weekday(word) {
            cuts.push(Span::new(start, start + word.len()));
        }
    }
    cuts.sort();
    let mut runs = Vec::new();
    let mut at = 0;
    for cut in cuts {
        if cut.start > at {
            runs.push(Span::new(at, cut.start));
        }
        at = at.max(cut.end);
    }
    runs.push(Span::new(at, text.len()));
    let tidy = |run: Span| {
        let mut inner = run.of(text).trim_matches(|c: char| {
            c.is_whitespace() || matches!(c, ',' | '.' | ';' | ':' | '-' | '–' | '—')
        });
        // "…, lokal Platen. Sammanträdet ajourneras"
        if let Some(stop) = inner.find(". ").filter(|&at| words.is_pause(&inner[at..])) {
            inner = &inner[..stop];
        }
        while let Some(word) = inner
            .split_whitespace()
            .next_back()
            .filter(|w| words.is_day_word(w))
        {
            inner = inner[..inner.len() - word.len()].trim_end_matches([' ', ',', ';', ':', '.']);
        }
        while let Some(word) = inner
            .split_whitespace()
            .next()
            .filter(|w| words.is_day_word(w))
        {
            inner = inner[word.len()..].trim_start_matches([' ', ',', ';', ':', '.']);
        }
        let start = inner.as_ptr() as usize - text.as_ptr() as usize;
        Span::new(start, start + inner.len())
    };
    let best = runs
        .into_iter()
        .map(tidy)
        .filter(|r| r.of(text).chars().filter(|c| c.is_alphabetic()).count() > 3)
        .max_by_key(|r| (r.len(), std::cmp::Reverse(r.start)))?;
    Some(flow.read(scope.reading, best).doubted(0.93))
}

/// `på Stadshuset, Gustaf Adolfs Torg 1, torsdagen den 8 juni`
pub(in crate::extract) fn place_in_sentence(
    scope: Scope<'_>,
    flow: &Flow,
    sentence: Span,
    date: usize,
) -> Option<Text> {
    let words = scope.vocabulary.words();
    let text = &sentence.of(&flow.text)[..date];
    let on = words
        .place_words()
        .iter()
        .filter_map(|w| text.rfind(&format!(" {w} ")).map(|i| i + w.len() + 2))
        .max()?;
    let mut place = text[on..].trim_end_matches(|c: char| c.is_whitespace() || c == ',');
    while let Some(word) = place
        .split_whitespace()
        .next_back()
        .filter(|w| words.is_day_word(w) || words.calendar().is_weekday(w))
    {
        place = place[..place.len() - word.len()].trim_end_matches([' ', ',']);
    }
    let start = sentence.start + on;
    let house = || {
        let last = place.split_whitespace().next_back();
        last.is_some_and(|w| words.is_meeting_place(w))
    };
    (place.starts_with(char::is_uppercase) || house()).then(|| {
        flow.read(scope.reading, Span::new(start, start + place.len()))
            .doubted(0.85)
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::minutes;

    #[test]
    fn the_place_stands_behind_the_time_under_no_label() {
        let place = |line: &str| {
            let text = format!(
                "ASKS KOMMUN\nKommunstyrelsen  1991-10-07\n\nSAMMANTRÄDE\n{line}\n\nBESLUTANDE\nAnna Ekman           s      ordförande\nBo Askman            m\n\nKs § 8\n\nBRYGGA\n\nKommunstyrelsen beslutar\n\natt bygga bryggan.\n"
            );
            minutes(&text).meeting.place.map(|p| p.value)
        };
        assert_eq!(
            place("Måndagen den 7 oktober 1991 kl 15.15 - 17.50, Lilla salen, kommunalhuset")
                .as_deref(),
            Some("Lilla salen, kommunalhuset")
        );
        assert_eq!(
            place("Måndagen den 7 oktober 1991 kl 15.15 - 17.50, Anna Ekman"),
            None
        );
    }
}
