//! What somebody should look at: what the law asks for and the document lacks,
//! what contradicts itself, what cannot be read, what is to be published with care.

use super::dates::{Date, pattern};
use super::minutes::{DocumentKind, Minutes, Warning, WarningCode};
use super::outline::{Outline, Scope};
use super::read::Read;
use super::tokens::tokens;
use crate::text::Span;
use regex::Regex;
use std::sync::LazyLock;

/// The warnings of a document, in the order of their kinds.
pub fn warnings(scope: Scope<'_>, outline: &Outline, minutes: &Minutes) -> Vec<Warning> {
    let mut out = Vec::new();
    numbering(outline, minutes, &mut out);
    dates(scope, minutes, &mut out);
    votes(minutes, &mut out);
    missing(minutes, &mut out);
    several(scope, outline, &mut out);
    pages(scope, &mut out);
    identity_numbers(scope, &mut out);
    out
}

fn warn(out: &mut Vec<Warning>, code: WarningCode, message: String, source: Vec<Span>) {
    out.push(Warning {
        code,
        message,
        source,
    });
}

/// Gaps and disorder in the run of paragraphs.
fn numbering(outline: &Outline, minutes: &Minutes, out: &mut Vec<Warning>) {
    let numbers = outline.items.iter().zip(&minutes.items);
    let mut before: Option<u32> = None;
    for (rows, item) in numbers {
        let (Some(number), Some(read)) = (&rows.number, &item.number) else {
            continue;
        };
        let first = number.range.0;
        if let Some(last) = before.replace(number.range.1) {
            let source = read.source.clone();
            if first <= last {
                let message = format!("§ {first} stands after § {last}");
                warn(out, WarningCode::ParagraphOrder, message, source);
            } else if first > last + 1 {
                let message = format!("§ {first} follows § {last}");
                warn(out, WarningCode::ParagraphGap, message, source);
            }
        }
    }
}

/// Days against each other and against the weekday printed before them.
fn dates(scope: Scope<'_>, minutes: &Minutes, out: &mut Vec<Warning>) {
    let meeting = &minutes.meeting;
    let notice = meeting.notice.clone().unwrap_or_default();
    let adjusted = meeting.adjustment.as_ref().and_then(|a| a.date.clone());
    let order = [
        ("the adjustment", &adjusted, "the meeting", &meeting.date),
        ("the notice", &notice.posted, "the meeting", &meeting.date),
        (
            "the end of the notice",
            &notice.removed,
            "the notice",
            &notice.posted,
        ),
    ];
    for (later, a, earlier, b) in order {
        if let (Some(a), Some(b)) = (a, b)
            && a.value < b.value
        {
            let message = format!("{later} ({}) is before {earlier} ({})", a.value, b.value);
            let source = a.source.iter().chain(&b.source).copied().collect();
            warn(out, WarningCode::DateConflict, message, source);
        }
    }
    for date in [&meeting.date, &adjusted, &notice.posted, &notice.removed]
        .into_iter()
        .flatten()
    {
        out_of_range(date, out);
    }
    weekdays(scope, out);
}

/// The years that municipal minutes of this form can be of.
fn out_of_range(date: &Read<Date>, out: &mut Vec<Warning>) {
    const FIRST: i32 = 1863;
    const LAST: i32 = 2060;
    if !(FIRST..=LAST).contains(&date.value.year()) {
        let message = format!("{} is outside {FIRST}–{LAST}", date.value);
        warn(
            out,
            WarningCode::DateOutOfRange,
            message,
            date.source.clone(),
        );
    }
}

/// A date's weekday is printed before it and is another one.
fn weekdays(scope: Scope<'_>, out: &mut Vec<Warning>) {
    let reading = scope.reading;
    let calendar = scope.vocabulary.words().calendar();
    for line in &reading.lines {
        let text = line.span.of(&reading.text);
        if !text.bytes().any(|b| b.is_ascii_digit()) || !calendar.names_weekday(text) {
            continue;
        }
        for found in calendar.dates(text) {
            let Some(named) = calendar.weekday_before(text, found.span.start) else {
                continue;
            };
            if named != found.value.weekday() {
                let message = format!("{} is not the weekday printed before it", found.value);
                let source = vec![reading.source(found.span.shift(line.span.start))];
                warn(out, WarningCode::DateConflict, message, source);
            }
        }
    }
}

/// Ballots that do not make up the totals.
fn votes(minutes: &Minutes, out: &mut Vec<Warning>) {
    for item in &minutes.items {
        for vote in item.votes.iter().filter(|v| v.reconciled == Some(false)) {
            let totals = vote.yes.iter().chain(&vote.no);
            let source = totals.flat_map(|t| t.source.iter().copied()).collect();
            let number = item.number.as_ref().map_or("?", |n| n.value.as_str());
            let message = format!("the ballots of § {number} do not add up to its totals");
            warn(out, WarningCode::VotesDoNotAddUp, message, source);
        }
    }
}

/// What the law asks minutes to hold (Kommunallagen 5 kap. 65–67 §§).
fn missing(minutes: &Minutes, out: &mut Vec<Warning>) {
    let full = minutes
        .kind
        .as_ref()
        .is_some_and(|k| k.value == DocumentKind::Minutes);
    let meeting = &minutes.meeting;
    let attended = meeting.attendees.is_empty() && meeting.chair.is_some();
    let asked = [
        (
            meeting.date.is_none() && !minutes.items.is_empty(),
            "the day of the meeting",
        ),
        (full && meeting.chair.is_none(), "who chaired"),
        (full && attended, "who was present"),
        (
            full && meeting.chair.is_some() && meeting.adjusters.is_empty(),
            "who adjusts the minutes",
        ),
    ];
    for (_, what) in asked.into_iter().filter(|(lacks, _)| *lacks) {
        warn(
            out,
            WarningCode::MissingField,
            format!("{what} was not found"),
            Vec::new(),
        );
    }
}

/// More than one meeting: page heads of several days, or items that begin anew.
fn several(scope: Scope<'_>, outline: &Outline, out: &mut Vec<Warning>) {
    const OFTEN: usize = 2;
    let calendar = scope.vocabulary.words().calendar();
    let mut days: Vec<Day> = Vec::new();
    for row in &outline.heads {
        for found in calendar.dates(row.text(scope.reading)) {
            match days.iter_mut().find(|d| d.date == found.value) {
                Some(day) => day.count += 1,
                None => days.push(Day {
                    date: found.value,
                    count: 1,
                    first: found.span.shift(row.span.start),
                    page: scope.reading.lines[row.line].page,
                }),
            }
        }
    }
    let heads: Vec<_> = days
        .iter()
        .filter(|d| d.count >= OFTEN || days.len() == d.count + 1)
        .collect();
    let anew: Vec<Span> = out
        .iter()
        .filter(|w| w.code == WarningCode::ParagraphOrder)
        .flat_map(|w| w.source.iter().copied())
        .collect();
    if heads.len() > 1 {
        let begins = heads
            .iter()
            .map(|d| format!("{} from page {}", d.date, d.page));
        let begins: Vec<String> = begins.collect();
        let source = heads
            .iter()
            .map(|d| scope.reading.source(d.first))
            .collect();
        let message = format!(
            "page heads name {} days: {}",
            heads.len(),
            begins.join(", ")
        );
        warn(out, WarningCode::SeveralDocuments, message, source);
    } else if anew.len() > 1 {
        let message = format!("the items' numbers begin anew {} times", anew.len());
        warn(out, WarningCode::SeveralDocuments, message, anew);
    }
}

/// A day that page heads name.
struct Day {
    date: Date,
    /// How often.
    count: usize,
    /// Where first.
    first: Span,
    /// On which page first.
    page: usize,
}

/// Blank and unreadable pages, and pages in another language.
fn pages(scope: Scope<'_>, out: &mut Vec<Warning>) {
    let reading = scope.reading;
    let count = reading.lines.last().map_or(0, |l| l.page);
    let mut at = 0;
    for page in 1..=count {
        let first = at;
        while at < reading.lines.len() && reading.lines[at].page == page {
            at += 1;
        }
        let lines = &reading.lines[first..at];
        let Some(span) = lines
            .first()
            .zip(lines.last())
            .map(|(a, b)| a.span.cover(b.span))
        else {
            continue;
        };
        let text = span.of(&reading.text);
        let source = vec![reading.source(span)];
        if text.chars().filter(|c| c.is_alphanumeric()).count() < 4 {
            warn(
                out,
                WarningCode::BlankPage,
                format!("page {page} is blank"),
                source,
            );
        } else if reading.pages.get(page - 1).is_some_and(|q| !q.readable) {
            warn(
                out,
                WarningCode::UnreadablePage,
                format!("page {page} cannot be read"),
                source,
            );
        } else if is_foreign(scope, text) {
            warn(
                out,
                WarningCode::NotSwedish,
                format!("page {page} is not Swedish"),
                source,
            );
        }
    }
}

/// Running text in which the commonest Swedish words hardly occur.
fn is_foreign(scope: Scope<'_>, text: &str) -> bool {
    const ENOUGH: usize = 60;
    const SHARE: usize = 40;
    let words = tokens(text);
    let small = words.iter().filter(|t| !t.capital && t.folded.len() > 1);
    let all = small.clone().count();
    let known = small
        .filter(|t| scope.vocabulary.words().is_common(&t.folded))
        .count();
    all >= ENOUGH && known * SHARE < all
}

static IDENTITY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:19|20)?(\d{2})(\d{2})(\d{2})\s?[-+]\s?(\d{4})\b"));

/// Personal identity numbers, by their check digit.
fn identity_numbers(scope: Scope<'_>, out: &mut Vec<Warning>) {
    let text = &scope.reading.text;
    for c in IDENTITY.captures_iter(text) {
        let digits: String = (1..=4)
            .filter_map(|i| c.get(i))
            .map(|m| m.as_str())
            .collect();
        let Some(whole) = c.get(0) else { continue };
        if is_personal(&digits) {
            let source = vec![scope.reading.source(Span::from(whole.range()))];
            let message = "a personal identity number; publish with care".to_string();
            warn(out, WarningCode::PersonalIdentityNumber, message, source);
        }
    }
}

/// A month, a day (plus 60 for a coordination number) and a check digit after Luhn.
/// An organization's number has a month of at least 20.
fn is_personal(digits: &str) -> bool {
    let numbers: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).collect();
    if numbers.len() != 10 {
        return false;
    }
    let (month, day) = (numbers[2] * 10 + numbers[3], numbers[4] * 10 + numbers[5]);
    let sum: u32 = numbers
        .iter()
        .enumerate()
        .map(|(i, &n)| {
            if i % 2 == 0 {
                n * 2 / 10 + n * 2 % 10
            } else {
                n
            }
        })
        .sum();
    (1..=12).contains(&month) && matches!(day, 1..=31 | 61..=91) && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::extract;
    use crate::extract::testing::minutes;
    use crate::normalize::normalize;
    use crate::repair::Reading;
    use crate::source::{RawDocument, RawPage};

    fn codes(text: &str) -> Vec<WarningCode> {
        let mut pages = Vec::new();
        let mut start = 0;
        for page in text.split('\u{c}') {
            pages.push(RawPage {
                span: Span::new(start, start + page.len()),
                ..RawPage::default()
            });
            start += page.len() + 1;
        }
        let raw = RawDocument {
            text: text.to_string(),
            pages,
            ..RawDocument::default()
        };
        let minutes = extract(&Reading::unrepaired(&normalize(&raw)));
        minutes.warnings.iter().map(|w| w.code).collect()
    }

    #[test]
    fn personal_numbers_are_told_from_organizations() {
        // Numbers that the tax authority sets aside for tests.
        assert!(is_personal("8112289874"));
        assert!(!is_personal("8112289875"));
        assert!(!is_personal("5560360793"));
        let text = "§ 1 Bidrag\n\nBeslut\n\nBidrag beviljas till 811228-9874.";
        assert!(codes(text).contains(&WarningCode::PersonalIdentityNumber));
    }

    #[test]
    fn gaps_and_weekdays_are_noticed() {
        let text = "Kommunstyrelsen Sammanträdesdatum\n2020-06-17\n\n§ 1 Budget\n\nBeslut\n\nBudgeten antas måndagen den 17 juni 2020.\n\n§ 3 Skola\n\nBeslut\n\nSkolan byggs.";
        let found = codes(text);
        assert!(found.contains(&WarningCode::ParagraphGap));
        assert!(found.contains(&WarningCode::DateConflict));
        assert!(!codes(&text.replace("§ 3", "§ 2")).contains(&WarningCode::ParagraphGap));
    }

    #[test]
    fn blank_pages_are_named() {
        assert!(
            codes("§ 1 Budget\n\nBeslut\n\nBudgeten antas.\n\u{c}\n \n")
                .contains(&WarningCode::BlankPage)
        );
    }

    #[test]
    fn several_meetings_in_one_file_are_named_with_their_pages() {
        let meeting = |day: &str, page: u32| {
            format!("Nämnden PROTOKOLL {day} Sida {page}\n\n§ {page} Val\n\nBeslut\nVal görs.\n")
        };
        let pages = [
            meeting("2020-01-02", 1),
            meeting("2020-01-02", 2),
            meeting("2020-03-04", 3),
            meeting("2020-03-04", 4),
        ];
        let found = minutes(&pages.join("\u{c}"));
        let told = found
            .warnings
            .iter()
            .find(|w| w.code == WarningCode::SeveralDocuments);
        assert_eq!(
            told.map(|w| w.message.as_str()),
            Some("page heads name 2 days: 2020-01-02 from page 1, 2020-03-04 from page 3")
        );
    }
}
