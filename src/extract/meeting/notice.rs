//! When and where the minutes are adjusted, the notice of it, and who certifies an
//! extract.

use super::super::dates::{Date, Found};
use super::super::flow::{Flow, Row};
use super::super::labels::Block;
use super::super::minutes::{Adjustment, Certification, Notice, Text};
use super::super::outline::{self, Outline, Scope};
use super::super::people;
use super::super::read::{Method, Read};
use super::super::sentences::sentences;
use super::super::tokens::tokens;
use super::super::vocabulary::Label;
use super::place::{first_paragraph, place, place_in_sentence};
use super::read_date;
use super::signers::{columns, names_in, names_look};
use crate::text::Span;

pub(in crate::extract) fn adjustment(
    scope: Scope<'_>,
    all: &[&Block],
    meeting: Option<&Read<Date>>,
) -> Option<Adjustment> {
    const SHORTEST_SENTENCE: usize = 4;
    let mut out = Adjustment::default();
    for block in all
        .iter()
        .filter(|b| matches!(b.label, Label::Adjustment | Label::AdjustmentPlace))
    {
        let flow = Flow::new(scope.reading, &first_paragraph(&block.rows));
        let dates = scope.vocabulary.words().calendar().dates(&flow.text);
        if out.date.is_none() {
            out.date = dates.first().map(|d| read_date(scope, &flow, d));
        }
        if out.date.is_none()
            && let Some(day) = meeting
        {
            // The year is the meeting's where none is printed.
            let calendar = scope.vocabulary.words().calendar();
            out.date = calendar.day_after(&flow.text, day.value).map(|d| {
                let mut read = read_date(scope, &flow, &d);
                read.method = Method::Derived;
                read
            });
        }
        if out.place.is_none() && tokens(&flow.text).len() < 20 {
            let rows = first_paragraph(&block.rows);
            let unnamed: Vec<Row> = rows
                .into_iter()
                .take_while(|row| !holds_names_only(scope, row))
                .collect();
            let flow = Flow::new(scope.reading, &unnamed);
            // "Protokollet justeras digitalt den …" is a sentence, "Digital justering"
            // a place of a kind.
            let told = scope.vocabulary.words().tells_of_adjustment(&flow.text)
                && tokens(&flow.text).len() > SHORTEST_SENTENCE;
            let somebody = !people::named(&flow.text, scope.vocabulary.words(), false).is_empty();
            out.place = match told {
                true => dates.first().and_then(|d| {
                    place_in_sentence(scope, &flow, Span::new(0, flow.text.len()), d.span.start)
                }),
                false => place(scope, &flow).filter(|p| !somebody && !lists_people(&p.value)),
            };
        }
    }
    if out.date.is_none() {
        out.date = all
            .iter()
            .filter(|b| b.label == Label::Notice)
            .find_map(|b| adjusted_in_prose(scope, b));
    }
    (out.date.is_some() || out.place.is_some()).then_some(out)
}

/// `Anna Ek, Bo Ask, Cia Dal`: those who signed, no place.
fn lists_people(text: &str) -> bool {
    let mut parts = text.split(", ").peekable();
    let several = text.contains(", ");
    let person =
        |part: &str| (2..=4).contains(&part.split_whitespace().count()) && names_look(part);
    several && parts.all(person)
}

/// `Protokollet justerades 2021-06-24 och tillkännagavs …` in a notice.
fn adjusted_in_prose(scope: Scope<'_>, block: &Block) -> Option<Read<Date>> {
    const SURE: f32 = 0.9;
    let words = scope.vocabulary.words();
    let rows: Vec<Row> = block.rows.iter().map(|r| r.flowing()).collect();
    let flow = Flow::new(scope.reading, &rows);
    let dates = words.calendar().dates(&flow.text);
    let found = dates
        .iter()
        .find(|d| words.last_notice_word(&flow.text[..d.span.start]) == Some("adjusted"))?;
    Some(read_date(scope, &flow, found).doubted(SURE))
}

/// `Elin Je, justerare`: one signer and what makes her one.
fn signs_with_role(scope: Scope<'_>, text: &str) -> bool {
    let Some((name, role)) = text.split_once(',') else {
        return false;
    };
    let label = scope.vocabulary.label(&tokens(role)).map(|h| h.kind);
    names_look(name)
        && matches!(
            label,
            Some(Label::Adjusters | Label::Chair | Label::Secretary)
        )
}

/// A row of signers' names side by side.
pub(super) fn holds_names_only(scope: Scope<'_>, row: &Row) -> bool {
    let text = row.text(scope.reading);
    if signs_with_role(scope, text) {
        return true;
    }
    let cells = columns(text);
    let names = names_in(scope, row, &[]).len();
    names > 0
        && names >= cells.len()
        && !text.contains(',')
        && !text.contains(|c: char| c.is_ascii_digit())
        && (cells.len() > 1 || names > 1 || names_look(text))
}

/// The adjustment as an item's text tells it.
pub fn adjustment_in_text(scope: Scope<'_>, rows: &[Row]) -> Option<Adjustment> {
    let words = scope.vocabulary.words();
    let flow = Flow::new(scope.reading, rows);
    let sentence = sentences(&flow.text, words).into_iter().find(|s| {
        words.tells_of_adjustment(s.of(&flow.text))
            && !words.calendar().dates(s.of(&flow.text)).is_empty()
    })?;
    let dates = words.calendar().dates(sentence.of(&flow.text));
    let date = dates.first().map(|d| {
        let moved = Found {
            span: d.span.shift(sentence.start),
            ..*d
        };
        read_date(scope, &flow, &moved).doubted(0.95)
    });
    let place = place_in_sentence(
        scope,
        &flow,
        sentence,
        dates.first().map_or(0, |d| d.span.start),
    );
    Some(Adjustment { date, place })
}

/// `Justeringen skall äga rum å kommunkansliet måndagen den 6 maj 1974`, a paragraph of the
/// front page.
pub(in crate::extract) fn adjustment_at_front(
    scope: Scope<'_>,
    front: &[Row],
) -> Option<Adjustment> {
    let words = scope.vocabulary.words();
    outline::paragraphs(front).into_iter().find_map(|span| {
        let rows = &front[span.start..span.end];
        let text = rows[0].text(scope.reading);
        let first = text.split_whitespace().next().unwrap_or("");
        let begins = words.tells_of_adjustment(first) && tokens(text).len() > 2;
        let told = begins.then(|| adjustment_in_text(scope, rows)).flatten();
        told.filter(|a| a.place.is_some())
    })
}

pub(in crate::extract) fn notice(scope: Scope<'_>, all: &[&Block]) -> Option<Notice> {
    let mut out = Notice::default();
    let calendar = scope.vocabulary.words().calendar();
    for block in all {
        let rows = first_paragraph(&block.rows);
        let flow = Flow::new(scope.reading, &rows);
        let dates: Vec<Read<Date>> = calendar
            .dates(&flow.text)
            .iter()
            .map(|d| read_date(scope, &flow, d))
            .collect();
        let mut dates = dates.into_iter();
        match block.label {
            Label::Posted => {
                out.posted = out.posted.take().or(dates.next());
                out.removed = out.removed.take().or(dates.next());
            }
            Label::Removed => out.removed = dates.next().or(out.removed.take()),
            Label::AppealBy => out.appeal_by = out.appeal_by.take().or(dates.next()),
            Label::Archive if out.archive.is_none() => out.archive = archive(scope, &block.rows),
            Label::Notice => {
                // The notice goes on over the lines below it.
                let rows: Vec<Row> = block.rows.iter().map(|r| r.flowing()).collect();
                in_prose(scope, &Flow::new(scope.reading, &rows), &mut out);
            }
            _ => {}
        }
    }
    if out == Notice::default() {
        for block in all.iter().filter(|b| signs(b.label)) {
            let rows: Vec<Row> = block.rows.iter().map(|r| r.flowing()).collect();
            in_prose(scope, &Flow::new(scope.reading, &rows), &mut out);
        }
    }
    (out != Notice::default()).then_some(out)
}

/// Blocks of signatures, below which the notice may be told in a sentence.
fn signs(label: Label) -> bool {
    matches!(
        label,
        Label::Adjustment | Label::Adjusters | Label::Chair | Label::Secretary | Label::Signatures
    )
}

fn archive(scope: Scope<'_>, rows: &[Row]) -> Option<Text> {
    let flow = Flow::new(scope.reading, &rows[..rows.len().min(1)]);
    let end = flow.text.trim_end_matches(['.', ' ', ',']).len();
    let places = scope.vocabulary.words().place_words().iter();
    let before = |word: &String| flow.text.strip_prefix(word.as_str())?.strip_prefix(' ');
    let value = places.filter_map(before).next().unwrap_or(&flow.text);
    let start = flow.text.len() - value.len();
    (end > start + 2).then(|| {
        flow.read(scope.reading, Span::new(start, end))
            .doubted(0.94)
    })
}

/// `Anslaget publiceras den 5 oktober 2020 och tas ned den 27 oktober 2020.`
fn in_prose(scope: Scope<'_>, flow: &Flow, out: &mut Notice) {
    let words = scope.vocabulary.words();
    const RANGE: usize = 20;
    let mut last: Option<usize> = None;
    for found in words.calendar().dates(&flow.text) {
        let before = &flow.text[..found.span.start];
        let read = read_date(scope, flow, &found).doubted(0.95);
        // "2024-03-20 till och med 2024-04-11"
        let ranged = last.replace(found.span.end).is_some_and(|end| {
            let between = &flow.text[end..found.span.start];
            between.len() < RANGE && words.last_notice_word(between).is_none()
        });
        let said = words.last_notice_word(before);
        match said {
            Some("posted") if ranged && out.posted.is_some() => {
                out.removed = out.removed.take().or(Some(read));
            }
            Some("posted") => out.posted = out.posted.take().or(Some(read)),
            Some("removed") => out.removed = out.removed.take().or(Some(read)),
            Some("appeal_by") => out.appeal_by = out.appeal_by.take().or(Some(read)),
            _ => {}
        }
    }
    if out.archive.is_none() {
        out.archive = words.kept_at(&flow.text).and_then(|from| {
            let rest = &flow.text[from..];
            let end = from + rest.find(". ").unwrap_or(rest.len());
            let end = from + flow.text[from..end].trim_end_matches(['.', ' ', ',']).len();
            (end > from + 2).then(|| flow.read(scope.reading, Span::new(from, end)).doubted(0.88))
        });
    }
}

pub(in crate::extract) fn certification(
    scope: Scope<'_>,
    outline: &Outline,
    all: &[&Block],
) -> Option<Certification> {
    let day = |row: &Row| {
        let flow = Flow::of_row(scope.reading, row);
        let found = scope.vocabulary.words().calendar().dates(&flow.text);
        found.first().map(|d| read_date(scope, &flow, d))
    };
    let mut date = outline.certified.iter().find_map(day);
    let mut name = outline.certified.iter().find_map(|row| {
        let flow = Flow::of_row(scope.reading, row);
        let days = scope.vocabulary.words().calendar().dates(&flow.text);
        let from = days.last().map_or(0, |d| d.span.end);
        let name = Span::new(from, flow.text.len()).trim(&flow.text);
        (!name.is_empty()).then(|| flow.read(scope.reading, name).doubted(0.85))
    });
    for block in all.iter().filter(|b| b.label == Label::Certification) {
        for row in block.rows.iter().take(4) {
            name = name.or_else(|| names_in(scope, row, &[]).into_iter().next().map(|p| p.name));
            date = date.or_else(|| day(row));
        }
    }
    (name.is_some() || date.is_some()).then_some(Certification { name, date })
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::minutes;

    #[test]
    fn a_notice_is_told_in_sentences() {
        let text = "Nämnden 2021-06-15\n\n§ 1 Val\n\nBeslut\nVal görs.\n\nTillkännagivande om protokollsjustering\nProtokollet justerades 2021-06-24 och tillkännagavs på anslagstavlan 2021-06-28. Anslaget\ntas ned 2021-07-20. Protokollet förvaras på kommunkontoret.\n";
        let meeting = minutes(text).meeting;
        let notice = meeting.notice.unwrap_or_default();
        let day = |d: Option<crate::extract::read::Read<crate::extract::dates::Date>>| {
            d.map(|d| d.value.to_string())
        };
        assert_eq!(day(notice.posted).as_deref(), Some("2021-06-28"));
        assert_eq!(day(notice.removed).as_deref(), Some("2021-07-20"));
        assert_eq!(
            notice.archive.map(|a| a.value).as_deref(),
            Some("kommunkontoret")
        );
        assert_eq!(
            day(meeting.adjustment.and_then(|a| a.date)).as_deref(),
            Some("2021-06-24")
        );
    }
}
