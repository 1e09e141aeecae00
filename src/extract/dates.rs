//! Dates and times of day, in the forms minutes write them: the one home of both.

pub(super) use super::pattern::pattern;
use super::tokens::{fold, near};
use crate::text::Span;
use regex::Regex;
use std::cell::LazyCell;
use std::fmt;
use std::sync::LazyLock;

/// A day that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i32,
    month: u32,
    day: u32,
}

impl Date {
    /// The day, if the calendar has it and minutes can be of it (1850–2099).
    pub fn new(year: i32, month: u32, day: u32) -> Option<Date> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 => 28 + u32::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        let known = (1850..2100).contains(&year) && (1..=days).contains(&day);
        known.then_some(Date { year, month, day })
    }

    /// Its year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// The day of the week, 0 for Monday.
    pub fn weekday(self) -> usize {
        let (y, m) = if self.month < 3 {
            (self.year - 1, self.month + 12)
        } else {
            (self.year, self.month)
        };
        let h = (self.day as i32 + 13 * (m as i32 + 1) / 5 + y + y / 4 - y / 100 + y / 400) % 7;
        ((h + 5) % 7) as usize
    }

    /// Days since some fixed day.
    pub fn days(self) -> i64 {
        let y = i64::from(self.year) - i64::from(self.month <= 2);
        let m = i64::from((self.month + 9) % 12);
        365 * y + y.div_euclid(4) - y.div_euclid(100)
            + y.div_euclid(400)
            + (m * 306 + 5) / 10
            + i64::from(self.day)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    hour: u32,
    minute: u32,
}

impl Time {
    fn new(hour: &str, minute: Option<&str>) -> Option<Time> {
        let hour = hour.parse().ok()?;
        let minute = minute.map_or(Ok(0), str::parse).ok()?;
        (hour < 25 && minute < 60).then_some(Time { hour, minute })
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

/// Something found in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found<T> {
    /// What.
    pub value: T,
    /// Where in the text.
    pub span: Span,
    /// How certainly: less where digits were misread or the century is a guess.
    pub certainty: f32,
}

/// A stretch of time: when something began and, where it is said, ended.
pub type Stretch = (Found<Time>, Option<Found<Time>>);

/// Reads dates in a language's words.
#[derive(Debug, Default)]
pub struct Calendar {
    months: Vec<String>,
    short: Vec<String>,
    weekdays: Vec<String>,
    ordinals: Vec<String>,
}

static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
    // ISO with misread digits, eight digits, two-digit years, day/month year.
    pattern(
        r"(?x) \b(?:
          (?P<y>[12][\dOo]{3}) \s?[-–—./]\s? (?P<m>[01lIOo][\dOolI]) \s?[-–—./]\s? (?P<d>[0-3lIOo][\dOolI])
        | (?P<ys>(?:19|20)\d\d)\ (?P<ms>[01]\d)\ (?P<ds>[0-3]\d)
        | (?P<y8>(?:19|20)\d\d)(?P<m8>[01]\d)(?P<d8>[0-3]\d)
        | (?P<y2>\d\d)-(?P<m2>[01]\d)-(?P<d2>[0-3]\d)
        | (?P<d3>[0-3]?\d)[/.](?P<m3>[01]?\d)[\ \-/.]{1,2}(?P<y3>(?:19|20)\d\d)
        )\b",
    )
});
static WORDED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x) \b(?P<d>[0-3lIOo]?[\dOolI]|[\p{L}]{5,14}) (?:\s?[:.]?[ea])? [.,]? \s+
          (?P<m>[\p{L}0-9]{3,10}) \.? ,? \s+ (?P<y>[12][\dOolIäÄ]{3}|'?\d\d\b)",
    )
});
static YEARLESS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?P<d>\d{1,2})(?::?e)?\s+(?P<m>\p{L}{3,9})\b"));
static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?xi) (?P<kl>\bkl(?:ockan|\.)?[:.]?\s*)? \b(?P<h>[0-2]?\d)(?:[.:](?P<m>[0-5]\d))?\b
          (?: \s*(?:[-–—]+|\btill\b|\boch\b)\s* (?:kl(?:ockan|\.)?\s*)? (?P<h2>[0-2]?\d)(?:[.:](?P<m2>[0-5]\d))?\b )?",
    )
});

impl Calendar {
    /// A calendar from folded words: months in full and short, weekdays from
    /// Monday, ordinals from first.
    pub(super) fn new(
        months: Vec<String>,
        short: Vec<String>,
        weekdays: Vec<String>,
        ordinals: Vec<String>,
    ) -> Calendar {
        Calendar {
            months,
            short,
            weekdays,
            ordinals,
        }
    }

    /// All dates in `text`, in order.
    pub fn dates(&self, text: &str) -> Vec<Found<Date>> {
        if !has_digit(text) {
            return Vec::new();
        }
        let mut found: Vec<Found<Date>> = NUMERIC
            .captures_iter(text)
            .filter_map(|c| numeric(&c))
            .collect();
        let mut at = 0;
        while let Some(c) = WORDED.captures_at(text, at) {
            let whole = c.get(0).map_or(at..at + 1, |m| m.range());
            at = match self.worded(&c) {
                Some(date) => {
                    found.push(date);
                    whole.end
                }
                None => next_word(text, whole.start),
            };
        }
        found.sort_by_key(|f| f.span.start);
        found
    }

    /// The first day and month without a year in `text`, as a date on or after
    /// `from`: "måndag 29 september".
    pub fn day_after(&self, text: &str, from: Date) -> Option<Found<Date>> {
        YEARLESS.captures_iter(text).find_map(|c| {
            let (d, m) = (c.name("d")?, c.name("m")?);
            let folded = fold(m.as_str());
            let month = self
                .months
                .iter()
                .position(|w| *w == folded)
                .or_else(|| self.short.iter().position(|w| *w == folded))?;
            let day = d.as_str().parse().ok()?;
            let date = (from.year..=from.year + 1)
                .filter_map(|year| Date::new(year, month as u32 + 1, day))
                .find(|date| *date >= from)?;
            Some(Found {
                value: date,
                span: Span::new(d.start(), m.end()),
                certainty: 0.9,
            })
        })
    }

    fn worded(&self, c: &regex::Captures<'_>) -> Option<Found<Date>> {
        let (d, m, y) = (c.name("d")?, c.name("m")?, c.name("y")?);
        let (day, sure_day) = match digits(d.as_str()) {
            Some(found) => found,
            None => {
                let folded = fold(d.as_str());
                let day = self.ordinals.iter().position(|o| *o == folded)?;
                (day as u32 + 1, true)
            }
        };
        let folded = fold(m.as_str());
        let exact = |list: &[String]| list.iter().position(|w| *w == folded);
        let (month, sure_month) = match exact(&self.months).or_else(|| exact(&self.short)) {
            Some(month) => (month, true),
            None => (self.months.iter().position(|w| near(w, &folded))?, false),
        };
        let (year, sure_year) = year(y.as_str().trim_start_matches('\''))?;
        let date = Date::new(year, month as u32 + 1, day)?;
        Some(Found {
            value: date,
            span: Span::new(d.start(), y.end()),
            certainty: certainty(sure_day && sure_month && sure_year),
        })
    }

    /// The weekday named right before byte `at` of `text`, 0 for Monday.
    pub fn weekday_before(&self, text: &str, at: usize) -> Option<usize> {
        text[..at]
            .split_whitespace()
            .rev()
            .take(2)
            .find_map(|word| {
                let word = fold(word.trim_matches(|c: char| !c.is_alphanumeric()));
                self.weekdays.iter().position(|w| {
                    word.strip_prefix(w.as_str())
                        .is_some_and(|rest| rest.len() <= 2)
                })
            })
    }

    /// Whether a weekday is named anywhere in `text`.
    pub fn names_weekday(&self, text: &str) -> bool {
        text.split_whitespace().any(|word| self.is_weekday(word))
    }

    /// Whether `word` is a weekday, in any form.
    pub fn is_weekday(&self, word: &str) -> bool {
        self.weekday_before(word, word.len()).is_some()
    }

    /// Whether `word` is a month.
    pub fn is_month(&self, word: &str) -> bool {
        let word = fold(word);
        self.months.contains(&word) || self.short.contains(&word)
    }

    /// Times of day in `text`: hours alone only after `kl`. With `bare`, times
    /// without `kl` count too.
    pub fn times(&self, text: &str, bare: bool) -> Vec<Stretch> {
        if !has_digit(text) {
            return Vec::new();
        }
        let dates = LazyCell::new(|| self.dates(text));
        CLOCK
            .captures_iter(text)
            .filter_map(|c| {
                let whole = c.get(0)?;
                let inside =
                    |d: &Found<Date>| d.span.start < whole.end() && whole.start() < d.span.end;
                let marked = c.name("kl").is_some();
                let ranged = c.name("m").is_some() && c.name("m2").is_some();
                if !marked
                    && (dates.iter().any(inside) || !(ranged || bare && c.name("m").is_some()))
                {
                    return None;
                }
                let start = clock(&c, "h", "m")?;
                let end = clock(&c, "h2", "m2");
                Some((start, end))
            })
            .collect()
    }
}

/// Whether a text may hold a date or a time: days may be spelled and digits misread, but
/// for those that a year begins with.
pub(super) fn has_digit(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
}

fn clock(c: &regex::Captures<'_>, hour: &str, minute: &str) -> Option<Found<Time>> {
    let h = c.name(hour)?;
    let m = c.name(minute);
    Some(Found {
        value: Time::new(h.as_str(), m.map(|m| m.as_str()))?,
        span: Span::new(h.start(), m.map_or(h.end(), |m| m.end())),
        certainty: if m.is_some() { 0.99 } else { 0.9 },
    })
}

fn numeric(c: &regex::Captures<'_>) -> Option<Found<Date>> {
    let whole = c.get(0)?;
    let part = |name: &str| c.name(name).map(|m| m.as_str());
    let (y, m, d, factor) = if let Some(y) = part("y") {
        (year(y)?, part("m")?, part("d")?, 1.0)
    } else if let Some(y) = part("ys") {
        (year(y)?, part("ms")?, part("ds")?, 0.95)
    } else if let Some(y) = part("y8") {
        (year(y)?, part("m8")?, part("d8")?, 0.95)
    } else if let Some(y) = part("y2") {
        (year(y)?, part("m2")?, part("d2")?, 1.0)
    } else {
        (year(part("y3")?)?, part("m3")?, part("d3")?, 1.0)
    };
    let (month, sure_month) = digits(m)?;
    let (day, sure_day) = digits(d)?;
    Some(Found {
        value: Date::new(y.0, month, day)?,
        span: Span::new(whole.start(), whole.end()),
        certainty: certainty(y.1 && sure_month && sure_day) * factor,
    })
}

fn certainty(sure: bool) -> f32 {
    if sure { 0.99 } else { 0.85 }
}

/// A number whose digits may have been read as letters, and whether none was.
fn digits(text: &str) -> Option<(u32, bool)> {
    let mended: String = text
        .chars()
        .map(|c| match c {
            'O' | 'o' => '0',
            'l' | 'I' => '1',
            'ä' | 'Ä' => '4',
            c => c,
        })
        .collect();
    Some((mended.parse().ok()?, mended == text))
}

/// A year; two digits mean the century that minutes of it are likeliest from.
fn year(text: &str) -> Option<(i32, bool)> {
    let (year, sure) = digits(text)?;
    let year = i32::try_from(year).ok()?;
    Some(match year {
        0..40 => (2000 + year, false),
        40..100 => (1900 + year, false),
        _ => (year, sure),
    })
}

fn next_word(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    rest.find(char::is_whitespace).map_or(text.len(), |i| {
        at + i + rest[i..].chars().next().map_or(1, char::len_utf8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::vocabulary::Vocabulary;

    fn dates(text: &str) -> Vec<String> {
        let calendar = Vocabulary::built_in().words().calendar();
        calendar
            .dates(text)
            .iter()
            .map(|d| d.value.to_string())
            .collect()
    }

    fn times(text: &str, bare: bool) -> Vec<String> {
        let calendar = Vocabulary::built_in().words().calendar();
        let show = |s: &Stretch| match s.1 {
            Some(end) => format!("{}-{}", s.0.value, end.value),
            None => s.0.value.to_string(),
        };
        calendar.times(text, bare).iter().map(show).collect()
    }

    #[test]
    fn dates_in_every_form() {
        assert_eq!(dates("2020-06-17"), ["2020-06-17"]);
        assert_eq!(dates("2011 05 03"), ["2011-05-03"]);
        assert_eq!(dates("den 17 juni 2020"), ["2020-06-17"]);
        assert_eq!(dates("17 juni 202O"), ["2020-06-17"]);
        assert_eq!(dates("den tolfte mars 1921"), ["1921-03-12"]);
        assert_eq!(
            dates("17/6 2020 och 85-05-14"),
            ["2020-06-17", "1985-05-14"]
        );
        assert_eq!(dates("upprättad 20230124"), ["2023-01-24"]);
        assert_eq!(dates("den 3 dec. 1998"), ["1998-12-03"]);
        assert_eq!(dates("den 31 februari 2020"), Vec::<String>::new());
        assert_eq!(dates("daterad den 5 maj 2020, § 12"), ["2020-05-05"]);
        assert_eq!(dates("lagen (2010:900)"), Vec::<String>::new());
    }

    #[test]
    fn times_need_a_mark() {
        assert_eq!(times("kl 13.15 - 16.40", false), ["13:15-16:40"]);
        assert_eq!(times("2020-06-17, kl. 09:30–12:50", false), ["09:30-12:50"]);
        assert_eq!(
            times("kl. 14:10–14:30 och kl. 15:20–15:35", false),
            ["14:10-14:30", "15:20-15:35"]
        );
        assert_eq!(times("Landsort, kl 13", false), ["13:00"]);
        assert_eq!(times("avsnitt 4.11", false), Vec::<String>::new());
        assert_eq!(times("08.30–11.45", true), ["08:30-11:45"]);
    }

    #[test]
    fn weekdays() {
        let calendar = Vocabulary::built_in().words().calendar();
        let text = "tisdagen den 14 maj 1985";
        let date = calendar.dates(text)[0];
        assert_eq!(
            calendar.weekday_before(text, date.span.start),
            Some(date.value.weekday())
        );
        assert_eq!(Date::new(2000, 1, 1).unwrap().weekday(), 5);
        assert!(
            Date::new(2000, 3, 1).unwrap().days() - Date::new(2000, 2, 28).unwrap().days() == 2
        );
    }
}
