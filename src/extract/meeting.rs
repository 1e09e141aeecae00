//! The meeting's frame: day, time, place, officers, attendance, adjustment, notice.

use super::attendance::{self, status_of};
use super::dates::{Date, Found, Time, pattern};
use super::flow::{Flow, Row};
use super::labels::{Block, blocks};
use super::minutes::{
    Adjustment, Attendee, Certification, Meeting, Notice, Person, Status, Stretch, Text,
};
use super::outline::{Outline, Scope};
use super::paragraph;
use super::people::{self, in_name};
use super::read::{Method, Read};
use super::tokens::tokens;
use super::vocabulary::Label;
use crate::text::Span;
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
    officers(scope, &all, &mut meeting);
    elected(scope, &all, &mut meeting);
    above_labels(scope, outline, &mut meeting);
    signing_roles(scope, outline, &mut meeting);
    chair_apart(&front, &mut meeting);
    meeting.adjustment = adjustment(scope, &all, meeting.date.as_ref());
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
        let flow = Flow::of_row(scope.reading, row);
        for found in scope.vocabulary.words().calendar().dates(&flow.text) {
            let read = read_date(scope, &flow, &found);
            let entry = votes
                .entry(found.value)
                .or_insert_with(|| (0, read.clone()));
            entry.0 += weight;
            if entry.1.confidence < read.confidence {
                entry.1 = read;
            }
        }
    }
}

/// Start, end, place; pauses named in the same line.
fn time_and_place(
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
        let rows: Vec<Row> = first_paragraph(&block.rows);
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
        for row in heads {
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
        .take_while(|r| super::outline::label_of(scope, r).is_none())
        .map(|r| Row {
            paragraph: false,
            ..*r
        })
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
    if flow.text[from..].starts_with(char::is_uppercase) && to > from {
        meeting.place = Some(flow.read(scope.reading, Span::new(from, to)).doubted(0.9));
    }
}

/// The rows up to a blank line that no sentence runs over.
fn first_paragraph(rows: &[Row]) -> Vec<Row> {
    let mut out: Vec<Row> = Vec::new();
    for row in rows.iter().take(4) {
        if !out.is_empty() && row.paragraph && row.gap && out.len() > 1 {
            break;
        }
        out.push(Row {
            paragraph: false,
            ..*row
        });
    }
    out
}

fn times(scope: Scope<'_>, flow: &Flow, meeting: &mut Meeting) {
    let words = scope.vocabulary.words();
    for (start, end) in words.calendar().times(&flow.text, true) {
        let paused = words.is_pause(&flow.text[..start.span.start]);
        if paused {
            meeting
                .adjournments
                .push(stretch(scope, flow, &(start, end)));
        } else if meeting.start.is_none() {
            meeting.start = Some(read_time(scope, flow, &start));
            meeting.end = end.map(|end| read_time(scope, flow, &end));
        }
    }
}

fn stretch(scope: Scope<'_>, flow: &Flow, found: &super::dates::Stretch) -> Stretch {
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

static DAY_TIME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:\bkl(?:ockan|\.|:)?\s*[:.]?\s*)?\b\d{1,2}[.:]\d{2}\b(?:\s*[-–—]+\s*(?:kl\.?\s*)?\d{1,2}[.:]\d{2})?|\bkl(?:ockan|\.)?\s*\d{1,2}(?:\s*[-–—]+\s*\d{1,2})?\b",
    )
});

/// What is left of a place and time when days and times are taken out.
fn place(scope: Scope<'_>, flow: &Flow) -> Option<Text> {
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

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\bprotokoll\s*\(?\s*(?:nr|nummer)\.?\s*(\d{1,4}(?:/\d{2,4})?)\b")
});

/// `Nr 3` at the end of a line of the first page's head.
static BARE_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:.*\p{Ll}\s{3,}|.*\b(?i:stad|kommun|region)\s+)?(?i:nr)\.?\s(\d{1,3})$")
});

fn number(scope: Scope<'_>, outline: &Outline) -> Option<Text> {
    stated_number(scope, outline).or_else(|| {
        let first = outline
            .heads
            .iter()
            .filter(|r| scope.reading.lines[r.line].page == 1);
        first.take(6).find_map(|row| {
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
            let m = NUMBER.captures(&flow.text)?.get(1)?;
            Some(
                flow.read(scope.reading, Span::from(m.range()))
                    .doubted(0.96),
            )
        })
}

fn paragraphs(scope: Scope<'_>, outline: &Outline, all: &[&Block]) -> Option<Text> {
    let ranged = |flow: &Flow| {
        let span = paragraph::range(&flow.text)?;
        let read = flow.read(scope.reading, span).doubted(0.94);
        Some(read.map(|v| paragraph::plain(&v)))
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
            let read = flow.read(scope.reading, span).doubted(0.9);
            Some(read.map(|v| paragraph::plain(&v)))
        })
    })
}

/// Chair, secretary and adjusters, who sign or are named at the front.
fn officers(scope: Scope<'_>, all: &[&Block], meeting: &mut Meeting) {
    let known: Vec<Person> = meeting.attendees.iter().map(|a| a.person.clone()).collect();
    let mut at = 0;
    while at < all.len() {
        // Labels side by side share the names below them.
        let line = all[at].heading.first().map(|r| r.line);
        let beside = all[at..]
            .iter()
            .take_while(|b| b.heading.first().map(|r| r.line) == line)
            .count();
        let group = &all[at..at + beside];
        at += beside;
        let officers: Vec<&&Block> = group.iter().filter(|b| is_officer(b.label)).collect();
        match officers.as_slice() {
            [] => {}
            [one] => assign(scope, one.label, signers(scope, one, &known), meeting),
            several => {
                let rows: Vec<Row> = several
                    .iter()
                    .flat_map(|b| b.rows.iter().copied())
                    .collect();
                let names: Vec<Person> = rows
                    .iter()
                    .flat_map(|r| names_in(scope, r, &known))
                    .take(several.len())
                    .collect();
                for (block, name) in several.iter().zip(names) {
                    assign(scope, block.label, vec![name], meeting);
                }
            }
        }
    }
    fallbacks(scope, meeting);
}

/// `Justering   Lena Ek (M) valdes att justera protokollet den 2 november`
fn elected(scope: Scope<'_>, all: &[&Block], meeting: &mut Meeting) {
    if !meeting.adjusters.is_empty() {
        return;
    }
    for block in all.iter().filter(|b| b.label == Label::Adjustment) {
        let flow = Flow::new(scope.reading, &first_paragraph(&block.rows));
        if !scope.vocabulary.words().tells_of_adjustment(&flow.text) {
            continue;
        }
        let named = people::named(&flow.text, scope.vocabulary.words(), false);
        meeting.adjusters.extend(named.iter().map(|n| Person {
            role: None,
            ..people::person(scope.reading, &flow, n)
        }));
    }
}

/// Names with the signers' offices below them:
/// `Anna Ek      Bo Ask` over `Ordförande   Justerande`.
fn above_labels(scope: Scope<'_>, outline: &Outline, meeting: &mut Meeting) {
    let known: Vec<Person> = meeting.attendees.iter().map(|a| a.person.clone()).collect();
    for rows in [&outline.front, &outline.back] {
        for (i, pair) in rows.windows(2).enumerate() {
            // Names below the offices are theirs.
            let below = rows.get(i + 2);
            // unless names and offices take turns down to the last row, an office.
            let apart = ends_with_offices(scope, rows, i + 1, &known);
            if !apart && below.is_some_and(|row| !names_in(scope, row, &known).is_empty()) {
                continue;
            }
            if i > 0 && certifies(scope, &rows[i.saturating_sub(3)..i]) {
                continue;
            }
            let labels = offices(scope, &pair[1]);
            if labels.is_empty() {
                continue;
            }
            let names = names_in(scope, &pair[0], &known);
            let alone = scope
                .vocabulary
                .label_prefix(&tokens(pair[0].text(scope.reading)));
            if names.len() != labels.len() || alone.is_some() {
                continue;
            }
            for (label, name) in labels.into_iter().zip(names) {
                match label {
                    Label::Chair => meeting.chair = Some(name),
                    Label::Secretary => meeting.secretary = Some(name),
                    label => assign(scope, label, vec![name], meeting),
                }
            }
        }
    }
    fallbacks(scope, meeting);
}

/// The offices that a row names side by side and nothing else.
fn offices(scope: Scope<'_>, row: &Row) -> Vec<Label> {
    let line = tokens(row.text(scope.reading));
    let mut out = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let hit = scope.vocabulary.label_prefix(&line[at..]);
        match hit.filter(|h| is_officer(h.kind) && line[at].capital) {
            Some(hit) => {
                at += hit.taken;
                out.push(hit.kind);
            }
            None => return Vec::new(),
        }
    }
    out
}

/// Whether rows of names and of offices take turns from the one above row `at` on, and
/// the last of them holds offices: then each stands below its name.
fn ends_with_offices(scope: Scope<'_>, rows: &[Row], at: usize, known: &[Person]) -> bool {
    let is_office = |row: &Row| !offices(scope, row).is_empty();
    let is_names = |row: &Row| !names_in(scope, row, known).is_empty();
    let mut first = at;
    while first >= 2 && is_names(&rows[first - 1]) && is_office(&rows[first - 2]) {
        first -= 2;
    }
    let led = first >= 1 && is_names(&rows[first - 1]);
    let mut last = at;
    while last + 2 < rows.len() && is_names(&rows[last + 1]) && is_office(&rows[last + 2]) {
        last += 2;
    }
    let followed = rows.get(last + 1).is_some_and(is_names);
    led && !followed
}

/// Whether one of the rows says that an extract is certified.
fn certifies(scope: Scope<'_>, rows: &[Row]) -> bool {
    rows.iter().any(|row| {
        scope
            .vocabulary
            .label(&tokens(row.text(scope.reading)))
            .is_some_and(|h| h.kind == Label::Certification)
    })
}

/// `Fredrik Ek (M), justerare` among the signatures.
fn signing_roles(scope: Scope<'_>, outline: &Outline, meeting: &mut Meeting) {
    if !meeting.adjusters.is_empty() {
        return;
    }
    for row in outline.front.iter().chain(&outline.back) {
        let flow = Flow::of_row(scope.reading, row);
        let named = people::named(&flow.text, scope.vocabulary.words(), false);
        for (i, one) in named.iter().enumerate() {
            let end = named.get(i + 1).map_or(flow.text.len(), |n| n.span.start);
            let after = tokens(flow.text[one.span.end..end].trim_start_matches([',', ' ']));
            let adjusts = scope
                .vocabulary
                .label_prefix(&after)
                .is_some_and(|h| h.kind == Label::Adjusters);
            if adjusts {
                meeting.adjusters.push(Person {
                    role: None,
                    ..people::person(scope.reading, &flow, one)
                });
            }
        }
    }
}

/// A chair named apart above the list of the other members is a member too.
fn chair_apart(front: &[Block], meeting: &mut Meeting) {
    let apart = front.windows(2).any(|pair| {
        pair[0].label == Label::Chair && matches!(pair[1].label, Label::Members | Label::Attendance)
    });
    let Some(chair) = meeting.chair.clone().filter(|c| apart && c.party.is_some()) else {
        return;
    };
    if meeting
        .attendees
        .iter()
        .any(|a| a.person.name.value == chair.name.value)
    {
        return;
    }
    let status = Read {
        value: Status::Member,
        confidence: chair.name.confidence.min(0.9),
        method: Method::Derived,
        source: chair.name.source.clone(),
    };
    meeting.attendees.insert(
        0,
        Attendee {
            person: chair,
            status,
            replaces: None,
            items: None,
            times: None,
        },
    );
}

fn is_officer(label: Label) -> bool {
    matches!(label, Label::Chair | Label::Secretary | Label::Adjusters)
}

/// Names beside or right below a label.
fn signers(scope: Scope<'_>, block: &Block, known: &[Person]) -> Vec<Person> {
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
fn names_in(scope: Scope<'_>, row: &Row, known: &[Person]) -> Vec<Person> {
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
fn columns(text: &str) -> Vec<&str> {
    text.split("  ")
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .collect()
}

fn assign(_scope: Scope<'_>, label: Label, names: Vec<Person>, meeting: &mut Meeting) {
    match label {
        Label::Chair => meeting.chair = meeting.chair.take().or(names.into_iter().next()),
        Label::Secretary => {
            meeting.secretary = meeting.secretary.take().or(names.into_iter().next())
        }
        Label::Adjusters => {
            for name in names {
                match meeting
                    .adjusters
                    .iter_mut()
                    .find(|a| a.name.value == name.name.value)
                {
                    Some(known) if known.party.is_none() => known.party = name.party,
                    Some(_) => {}
                    None => meeting.adjusters.push(name),
                }
            }
        }
        _ => {}
    }
}

/// The attendance list knows parties, and who chaired or wrote where nobody signs.
fn fallbacks(scope: Scope<'_>, meeting: &mut Meeting) {
    let attendees = std::mem::take(&mut meeting.attendees);
    let words = scope.vocabulary.words();
    let role = |a: &&Attendee, is: &dyn Fn(&str) -> bool| {
        a.person.role.as_ref().is_some_and(|r| is(&r.value))
    };
    if meeting.chair.is_none() {
        meeting.chair = attendees
            .iter()
            .find(|a| role(a, &|r| words.is_chair(r)))
            .map(|a| Person {
                role: None,
                ..a.person.clone()
            });
    }
    if meeting.secretary.is_none() {
        meeting.secretary = attendees
            .iter()
            .rev()
            .find(|a| role(a, &|r| words.is_secretary(r)))
            .map(|a| Person {
                role: None,
                ..a.person.clone()
            });
    }
    let officers = meeting
        .chair
        .iter_mut()
        .chain(meeting.secretary.iter_mut())
        .chain(meeting.adjusters.iter_mut());
    for officer in officers.filter(|o| o.party.is_none()) {
        officer.party = attendees
            .iter()
            .find(|a| a.person.name.value == officer.name.value)
            .and_then(|a| a.person.party.clone());
    }
    meeting.attendees = attendees;
}

fn adjustment(
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
            out.place = place(scope, &flow).filter(|_| !told && !somebody);
        }
    }
    (out.date.is_some() || out.place.is_some()).then_some(out)
}

/// A row of signers' names side by side.
fn holds_names_only(scope: Scope<'_>, row: &Row) -> bool {
    let text = row.text(scope.reading);
    let cells = columns(text);
    let names = names_in(scope, row, &[]).len();
    names > 0
        && names >= cells.len()
        && !text.contains(',')
        && !text.contains(|c: char| c.is_ascii_digit())
        && (cells.len() > 1 || names > 1 || names_look(text))
}

/// Two to four capitalized words, the last of them no house or place.
fn names_look(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    (2..=4).contains(&words.len()) && words.iter().all(|w| in_name(w))
}

/// The adjustment as an item's text tells it.
pub fn adjustment_in_text(scope: Scope<'_>, rows: &[Row]) -> Option<Adjustment> {
    let words = scope.vocabulary.words();
    let flow = Flow::new(scope.reading, rows);
    let sentence = super::sentences::sentences(&flow.text, words)
        .into_iter()
        .find(|s| {
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

/// `på Stadshuset, Gustaf Adolfs Torg 1, torsdagen den 8 juni`
fn place_in_sentence(scope: Scope<'_>, flow: &Flow, sentence: Span, date: usize) -> Option<Text> {
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
    place.starts_with(char::is_uppercase).then(|| {
        flow.read(scope.reading, Span::new(start, start + place.len()))
            .doubted(0.85)
    })
}

fn notice(scope: Scope<'_>, all: &[&Block]) -> Option<Notice> {
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
                let rows: Vec<Row> = block
                    .rows
                    .iter()
                    .map(|r| Row {
                        paragraph: false,
                        ..*r
                    })
                    .collect();
                in_prose(scope, &Flow::new(scope.reading, &rows), &mut out);
            }
            _ => {}
        }
    }
    (out != Notice::default()).then_some(out)
}

fn archive(scope: Scope<'_>, rows: &[Row]) -> Option<Text> {
    let flow = Flow::new(scope.reading, &rows[..rows.len().min(1)]);
    let end = flow.text.trim_end_matches(['.', ' ', ',']).len();
    (end > 2).then(|| flow.read(scope.reading, Span::new(0, end)).doubted(0.94))
}

/// `Anslaget publiceras den 5 oktober 2020 och tas ned den 27 oktober 2020.`
fn in_prose(scope: Scope<'_>, flow: &Flow, out: &mut Notice) {
    let words = scope.vocabulary.words();
    for found in words.calendar().dates(&flow.text) {
        let before = &flow.text[..found.span.start];
        let read = read_date(scope, flow, &found).doubted(0.95);
        match words.last_notice_word(before) {
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

fn certification(scope: Scope<'_>, outline: &Outline, all: &[&Block]) -> Option<Certification> {
    let mut name = outline
        .certified
        .first()
        .and_then(|row| Flow::of_row(scope.reading, row).all(scope.reading))
        .map(|t| t.doubted(0.85));
    let mut date = None;
    for block in all.iter().filter(|b| b.label == Label::Certification) {
        for row in block.rows.iter().take(4) {
            name = name.or_else(|| names_in(scope, row, &[]).into_iter().next().map(|p| p.name));
            let flow = Flow::of_row(scope.reading, row);
            date = date.or_else(|| {
                scope
                    .vocabulary
                    .words()
                    .calendar()
                    .dates(&flow.text)
                    .first()
                    .map(|d| read_date(scope, &flow, d))
            });
        }
    }
    (name.is_some() || date.is_some()).then_some(Certification { name, date })
}

/// A value derived from a person's place in the document.
pub fn as_officer(person: &Person) -> Person {
    Person {
        name: Read {
            method: Method::Read,
            ..person.name.clone()
        },
        party: person.party.clone(),
        role: None,
    }
}
