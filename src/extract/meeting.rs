//! The meeting's frame: day, time, place, officers, attendance, adjustment, notice.

mod notice;
mod officers;
mod place;
mod signers;

use super::attendance::{self, status_of};
use super::dates::{Date, Found, Time, pattern};
use super::flow::{Flow, Row};
use super::labels::{Block, blocks};
use super::minutes::{Meeting, Status, Text};
use super::outline::{Outline, Scope};
use super::paragraph;
use super::read::Read;
use super::vocabulary::Label;
use crate::text::Span;
pub use notice::adjustment_in_text;
use notice::{adjustment, adjustment_at_front, certification, notice};
use officers::{above_labels, below_adjustment, chair_apart, elected, officers, signing_roles};
use place::time_and_place;
pub use place::{adjournments, pauses_told};
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The meeting as the front page, page heads and signatures state it, and whether
/// there is a front page at all.
pub fn meeting(scope: Scope<'_>, outline: &Outline) -> (Meeting, bool) {
    let front = blocks(scope, &outline.front);
    let back = blocks(scope, &outline.back);
    let all: Vec<&Block> = front.iter().chain(&back).collect();
    let mut meeting = Meeting::default();
    time_and_place(scope, &all, &outline.heads, &outline.front, &mut meeting);
    meeting.date = date(scope, outline, &all);
    meeting.number = number(scope, outline);
    meeting.paragraphs = paragraphs(scope, outline, &all);
    let listed = front
        .iter()
        .any(|b| b.label == Label::Members && !b.rows.is_empty());
    for block in &all {
        let status = status_of(block.label).or_else(|| {
            // "Närvarande" over a list that no other label divides.
            (block.label == Label::Attendance && !listed).then_some(Status::Member)
        });
        if let Some(status) = status {
            attendance::attendees(scope, block, status, &mut meeting.attendees);
        }
        if block.label == Label::Adjournment {
            adjournments(scope, &block.rows, &mut meeting.adjournments);
        }
    }
    attendance::officials_among_members(scope, &mut meeting.attendees);
    officers(scope, &all, &mut meeting);
    elected(scope, &all, &mut meeting);
    above_labels(scope, outline, &mut meeting);
    signing_roles(scope, outline, &mut meeting);
    below_adjustment(scope, &all, &mut meeting);
    chair_apart(&front, &mut meeting);
    meeting.adjustment = adjustment(scope, &all, meeting.date.as_ref())
        .or_else(|| adjustment_at_front(scope, &outline.front));
    // "Justering: Anna Ek, tisdagen den …" names who adjusts, not where.
    if let Some(adjustment) = &mut meeting.adjustment {
        let attendees = &meeting.attendees;
        adjustment.place = adjustment
            .place
            .take()
            .filter(|place| !attendees.iter().any(|a| a.person.name.value == place.value));
    }
    meeting.notice = notice(scope, &all);
    meeting.certification = certification(scope, outline, &all);
    let fronted = !meeting.attendees.is_empty()
        || all
            .iter()
            .any(|b| matches!(b.label, Label::PlaceTime | Label::Members));
    (meeting, fronted)
}

fn read_date(scope: Scope<'_>, flow: &Flow, found: &Found<Date>) -> Read<Date> {
    flow.read(scope.reading, found.span)
        .map(|_| found.value)
        .doubted(found.certainty)
}

fn read_time(scope: Scope<'_>, flow: &Flow, found: &Found<Time>) -> Read<Time> {
    flow.read(scope.reading, found.span)
        .map(|_| found.value)
        .doubted(found.certainty)
}

/// The day: as page heads and labels say it most; else as place and time do.
fn date(scope: Scope<'_>, outline: &Outline, all: &[&Block]) -> Option<Read<Date>> {
    let mut votes = DayVotes::new();
    count(scope, &outline.heads, 3, &mut votes);
    for block in all {
        let weight = match block.label {
            Label::Date => 3,
            Label::PlaceTime | Label::Time => 2,
            _ => continue,
        };
        count(
            scope,
            &block.rows[..block.rows.len().min(2)],
            weight,
            &mut votes,
        );
    }
    if votes.is_empty() {
        let before_labels: Vec<Row> = outline
            .front
            .iter()
            .take(14)
            .take_while(|r| super::outline::label_of(scope, r).is_none_or(|l| l == Label::Date))
            .copied()
            .collect();
        count(scope, &before_labels, 1, &mut votes);
        if votes.is_empty() {
            // A day may run over two lines of an introduction.
            let flowing: Vec<Row> = before_labels.iter().map(|r| r.flowing()).collect();
            count_in(scope, &Flow::new(scope.reading, &flowing), 1, &mut votes);
        }
    }
    let total: usize = votes.values().map(|v| v.0).sum();
    let (_, (weight, read)) = votes
        .into_iter()
        .max_by_key(|(date, (n, _))| (*n, std::cmp::Reverse(*date)))?;
    let share = weight as f32 / total as f32;
    Some(read.doubted(0.9 + 0.1 * share))
}

/// Days with how often they were named and the surest place.
type DayVotes = BTreeMap<Date, (usize, Read<Date>)>;

fn count(scope: Scope<'_>, rows: &[Row], weight: usize, votes: &mut DayVotes) {
    for row in rows {
        count_in(scope, &Flow::of_row(scope.reading, row), weight, votes);
    }
}

fn count_in(scope: Scope<'_>, flow: &Flow, weight: usize, votes: &mut DayVotes) {
    for found in scope.vocabulary.words().calendar().dates(&flow.text) {
        let read = read_date(scope, flow, &found);
        let entry = votes
            .entry(found.value)
            .or_insert_with(|| (0, read.clone()));
        entry.0 += weight;
        if entry.1.confidence < read.confidence {
            entry.1 = read;
        }
    }
}

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\bprotokoll\s*\(?\s*(?:nr|nummer)\.?\s*(\d{1,4}(?:/\d{2,4})?)\b|^\s*(?:sammanträdes)?protokoll\s+(\d{1,3}/(?:19|20)\d{2})\s*$",
    )
});

/// `Nr 3` at the end of a line of the first page's head.
static BARE_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:.*\p{Ll}\s{3,}|.*\b(?i:stad|kommun|region)\s+)?(?i:nr)\.?\s+(\d{1,3}(?:/(?:19|20)\d{2})?)$",
    )
});

fn number(scope: Scope<'_>, outline: &Outline) -> Option<Text> {
    stated_number(scope, outline).or_else(|| {
        let first_page = |r: &&Row| scope.reading.lines[r.line].page == 1;
        let heads = outline.heads.iter().filter(first_page).take(6);
        // Among the labels the gap before the value shows that "Nr" is one.
        let labelled = outline.front.iter().filter(first_page).take(10);
        let labelled = labelled.filter(|r| r.text(scope.reading).contains("  "));
        heads.chain(labelled).find_map(|row| {
            let flow = Flow::of_row(scope.reading, row);
            let m = BARE_NUMBER.captures(&flow.text)?.get(1)?;
            Some(
                flow.read(scope.reading, Span::from(m.range()))
                    .doubted(0.85),
            )
        })
    })
}

fn stated_number(scope: Scope<'_>, outline: &Outline) -> Option<Text> {
    outline
        .heads
        .iter()
        .chain(outline.front.iter().take(10))
        .find_map(|row| {
            let flow = Flow::of_row(scope.reading, row);
            let found = NUMBER.captures(&flow.text)?;
            let m = found.get(1).or_else(|| found.get(2))?;
            Some(
                flow.read(scope.reading, Span::from(m.range()))
                    .doubted(0.96),
            )
        })
}

fn paragraphs(scope: Scope<'_>, outline: &Outline, all: &[&Block]) -> Option<Text> {
    let ranged = |flow: &Flow| {
        let span = paragraph::range(&flow.text)?;
        Some(flow.read(scope.reading, span).doubted(0.94))
    };
    let labelled = all
        .iter()
        .filter(|b| b.label == Label::Paragraphs)
        .find_map(|b| {
            let row = b.rows.first()?;
            ranged(&Flow::of_row(scope.reading, row))
        });
    labelled.or_else(|| {
        outline.heads.iter().find_map(|row| {
            let flow = Flow::of_row(scope.reading, row);
            let at = flow.text.find("§§")?;
            let span = paragraph::range(&flow.text[at..])?.shift(at);
            Some(flow.read(scope.reading, span).doubted(0.9))
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::minutes;

    #[test]
    fn the_number_stands_beside_its_label() {
        let number = |line: &str| {
            let text = format!(
                "Region Ask\nNämndens sammanträde\n\n{line}\nPlats              Gästgiveriet, Ask\nDatum              2022-09-29\n\n§ 58 Val\n\nBeslut\nVal görs.\n"
            );
            minutes(&text).meeting.number.map(|n| n.value)
        };
        assert_eq!(
            number("Nr                 5/2022").as_deref(),
            Some("5/2022")
        );
        assert_eq!(number("Nr                 12").as_deref(), Some("12"));
        assert_eq!(number("Dnr                12/2022"), None);
    }

    #[test]
    fn labels_over_two_lines_may_stand_beside_a_time() {
        for label in [
            ["Tid och plats      ", "för justering      "],
            ["Justeringens tid och", "plats              "],
        ] {
            let text = format!(
                "Nämnden 2013-10-15\n\nBeslutande           Helena Ko (M), ordförande\n                     Ann-Marie Palm (S)\n\nUtses att justera    Ann-Marie Palm (S)\n\n{}  Storgatan 10, 2013-10-22, kl 15:00\n{}\n\n§ 4 Brygga\n\nBeslut\nBryggan byggs.\n",
                label[0],
                label[1].trim_end()
            );
            let adjustment = minutes(&text).meeting.adjustment.unwrap_or_default();
            let date = adjustment.date.map(|d| d.value.to_string());
            assert_eq!(date.as_deref(), Some("2013-10-22"), "{text}");
            let place = adjustment.place.map(|p| p.value);
            assert_eq!(place.as_deref(), Some("Storgatan 10"), "{text}");
        }
    }

    #[test]
    fn who_adjusts_is_no_place() {
        let text = "Nämnden 2020-02-18\n\nBeslutande:          Helena Ko (M), ordförande\n                     Ann-Marie Palm (S)\n\nJustering:           Ann-Marie Palm, tisdagen den 25 februari 2020\n\n§ 4 Brygga\n\nBeslut\nBryggan byggs.\n";
        let adjustment = minutes(text).meeting.adjustment.unwrap_or_default();
        assert_eq!(adjustment.place, None);
        assert_eq!(
            adjustment.date.map(|d| d.value.to_string()).as_deref(),
            Some("2020-02-25")
        );
    }
}
