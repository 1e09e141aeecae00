//! Votes: totals in digits and words, what yes and no mean, ballots by list and by
//! table, and whether they agree.

use super::dates::pattern;
use super::flow::{Flow, Row};
use super::minutes::{Ballot, Choice, Person, Text, Vote, VoteResult};
use super::outline::{Part, Scope};
use super::people::{self, in_name};
use super::read::{Method, Read};
use super::sentences::sentences;
use super::tokens::{fold, tokens};
use super::vocabulary::Section;
use crate::text::Span;
use regex::Regex;
use std::sync::LazyLock;

/// The votes that an item's parts tell of.
pub fn votes(scope: Scope<'_>, parts: &[Part]) -> Vec<Vote> {
    let mut out: Vec<Vote> = Vec::new();
    let mut question: Option<Text> = None;
    let mut meanings: (Option<Text>, Option<Text>) = (None, None);
    for part in parts {
        match part.kind {
            Section::Ballots => {
                let mut ballots = table(scope, &part.rows);
                let called = roll_call(scope, &part.rows);
                if called.len() > ballots.ballots.len() {
                    ballots.ballots = called;
                }
                if out.is_empty() && !ballots.ballots.is_empty() {
                    out.push(Vote {
                        yes_means: meanings.0.take(),
                        no_means: meanings.1.take(),
                        ..Vote::default()
                    });
                }
                if let Some(vote) = out.iter_mut().rev().find(|v| v.ballots.is_empty()) {
                    ballots.into_vote(vote);
                }
            }
            Section::Vote | Section::Propositions | Section::Deliberation | Section::Decision
                if !part.rows.is_empty() =>
            {
                let headed = part.heading.is_some() && part.kind == Section::Vote;
                let found = in_part(scope, part, &mut meanings);
                for mut vote in found {
                    // A result under a heading of its own belongs to the vote before.
                    let open = out.last_mut().filter(|v| v.yes.is_none());
                    if let Some(before) = open {
                        fill(before, vote);
                        continue;
                    }
                    vote.question = question.take();
                    out.push(vote);
                }
                if headed && part.kind == Section::Vote {
                    question = None;
                }
            }
            _ => {}
        }
    }
    out.retain(|v| v.yes.is_some() || v.no.is_some() || !v.ballots.is_empty());
    for vote in &mut out {
        conclude(vote);
    }
    out
}

fn fill(into: &mut Vote, from: Vote) {
    into.yes = into.yes.take().or(from.yes);
    into.no = into.no.take().or(from.no);
    into.abstain = into.abstain.take().or(from.abstain);
    into.absent = into.absent.take().or(from.absent);
    into.yes_means = into.yes_means.take().or(from.yes_means);
    into.no_means = into.no_means.take().or(from.no_means);
    into.casting_vote = into.casting_vote.take().or(from.casting_vote);
    if into.ballots.is_empty() {
        into.ballots = from.ballots;
    }
}

/// The votes of one part. What yes and no mean may be said in the part before.
fn in_part(
    scope: Scope<'_>,
    part: &Part,
    meanings: &mut (Option<Text>, Option<Text>),
) -> Vec<Vote> {
    let rows: Vec<Row> = part
        .rows
        .iter()
        .map(|r| Row {
            paragraph: false,
            ..*r
        })
        .collect();
    let flow = Flow::new(scope.reading, &rows);
    if !mentions_vote(scope, &flow.text) {
        return Vec::new();
    }
    meant(scope, &flow, &part.rows, meanings);
    let mut ballots = roll_call(scope, &part.rows);
    let printed = table(scope, &part.rows);
    let tabled = printed.ballots.len() > ballots.len().max(2);
    if tabled {
        ballots = printed.ballots;
    } else if ballots.is_empty() {
        ballots = prose_ballots(scope, &flow);
    }
    let mut totals = totals(scope, &flow);
    if tabled && totals.is_empty() && printed.totals.yes.is_some() {
        totals.push(printed.totals);
    }
    let mut out = Vec::new();
    for total in totals {
        out.push(Vote {
            yes: total.yes,
            no: total.no,
            abstain: total.abstain,
            absent: total.absent,
            yes_means: meanings.0.take(),
            no_means: meanings.1.take(),
            ..Vote::default()
        });
    }
    if !ballots.is_empty() {
        if out.is_empty() {
            out.push(Vote {
                yes_means: meanings.0.take(),
                no_means: meanings.1.take(),
                ..Vote::default()
            });
        }
        if let Some(first) = out.first_mut() {
            first.ballots = ballots;
        }
    }
    if let Some(vote) = out.last_mut() {
        vote.casting_vote = casting(scope, &flow);
    }
    out
}

fn mentions_vote(scope: Scope<'_>, text: &str) -> bool {
    scope.vocabulary.words().tells_of_vote(text)
}

#[derive(Debug, Default)]
struct Totals {
    yes: Option<Read<u32>>,
    no: Option<Read<u32>>,
    abstain: Option<Read<u32>>,
    absent: Option<Read<u32>>,
}

const COUNT: &str = r"(?P<n>\d{1,3}|\p{L}{2,9})";

static YES_NO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?ix) \b{COUNT}\s+(?:st\s+|r[oö]ster\s+(?:f[oö]r\s+)?|(?:ledam\w+|personer)\s+r[oö]sta\w*\s+)?(?P<side>ja|nej)\b(?:\s?[-–]?\s?r[oö]s?t\w*)? | \b(?P<side2>ja|nej)(?:\s?[-–]?\s?r[oö]st\w*)?\s*[:=]\s*(?P<n2>\d{{1,3}})\b | r[oö]star\s+(?P<side3>ja|nej)\s*\((?P<n3>\d{{1,3}})\)"
    ))
});
static AGAINST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:med|utfaller med|siffrorna)\s+(?P<a>\d{1,3}|\p{L}{2,9})\s+(?:röster\s+)?(?:mot|–|-)\s+(?P<b>\d{1,3}|\p{L}{2,9})(?:\s+röster)?",
    )
});
/// `5 röster för förslaget och 2 röster för bordläggning`
static SIDES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?P<a>\d{1,3}|\p{L}{2,9})\s+r[oö]ster\s+f[oö]r\s+[^.]{3,90}?\s+(?:och|mot|samt)\s+(?P<b>\d{1,3}|\p{L}{2,9})\s+(?:r[oö]ster\s+)?f[oö]r\s",
    )
});
static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?ix) \b{COUNT}\s+(?:ledam\w+\s+|person\w*\s+|som\s+|är\s+|ledamot\s+)*(?P<what>avst\w+|fr[aå]nv\w+)
          | \b(?P<what2>avst\w+|fr[aå]nv\w+)\s*[:=]\s*(?P<n2>\d{{1,3}})\b"
    ))
});

/// Totals in running text: a yes count begins a new set.
fn totals(scope: Scope<'_>, flow: &Flow) -> Vec<Totals> {
    let words = scope.vocabulary.words();
    let mut out: Vec<Totals> = Vec::new();
    let number = |m: regex::Match<'_>| {
        let value = words.number(m.as_str())?;
        Some(
            flow.read(scope.reading, Span::from(m.range()))
                .map(|_| value)
                .doubted(0.96),
        )
    };
    for c in YES_NO.captures_iter(&flow.text) {
        let side = c.name("side").or(c.name("side2")).or(c.name("side3"));
        let count = c.name("n").or(c.name("n2")).or(c.name("n3"));
        let (Some(side), Some(count)) = (side, count.and_then(number)) else {
            continue;
        };
        let yes = fold(side.as_str()) == words.yes();
        if yes || out.is_empty() {
            let open = out.last().is_some_and(|t| t.yes.is_none());
            if !open {
                out.push(Totals::default());
            }
        }
        if let Some(last) = out.last_mut() {
            if yes {
                last.yes = Some(count);
            } else if last.no.is_none() {
                last.no = Some(count);
            }
        }
    }
    // A meaning ("Nej-röst: avslag") told apart from a count ("Nej: 3") by its digits.
    let sides = |pattern: &LazyLock<Regex>| {
        let c = pattern.captures(&flow.text)?;
        Some((number(c.name("a")?)?, number(c.name("b")?)?))
    };
    if out.is_empty()
        && let Some((yes, no)) = [&SIDES, &AGAINST].into_iter().find_map(sides)
    {
        out.push(Totals {
            yes: Some(yes),
            no: Some(no),
            ..Totals::default()
        });
    }
    for c in OTHERS.captures_iter(&flow.text) {
        let count = c.name("n").or(c.name("n2")).and_then(number);
        let (Some(count), Some(what)) = (count, c.name("what").or(c.name("what2"))) else {
            continue;
        };
        if let Some(last) = out.last_mut() {
            if fold(what.as_str()).starts_with("avst") {
                last.abstain.get_or_insert(count);
            } else {
                last.absent.get_or_insert(count);
            }
        }
    }
    out
}

static MEANS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?ix) \b(?P<side>ja|nej)(?:\s?-?\s?r[oö]st\w*)?\s*(?:(?::|=|–)|\b(?:f[oö]r|inneb[aä]r|betyder|[aä]r)\b)\s*(?P<what>(?:m\.fl\.|[^.”"])+?)\s*(?:[.”"]|\band\b|\boch\s+nej\b|,?\s+nej\b|$)"#,
    )
});
static WHO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix) \b(?:den|de)\s+som\s+(?:vill\s+|[oö]nskar\s+|[aä]r\s+f[oö]r\s+)?(?P<what>.+?)\s+r[oö]star\s+(?P<side>ja|nej)\b",
    )
});
static NOT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix) \bvinner\s+nej\s+(?:har|har\s+\w+|[aä]r)\s+(?:[\p{L}-]+\s+)?(?:bifallit|beslutat|antagit)\s+(?P<what>(?:m\.fl\.|[^.])+)\.",
    )
});

/// What yes and no mean, as printed.
fn meant(scope: Scope<'_>, flow: &Flow, rows: &[Row], into: &mut (Option<Text>, Option<Text>)) {
    let yes = scope.vocabulary.words().yes().to_string();
    let mut set = |side: &str, read: Text| {
        let slot = if fold(side) == yes {
            &mut into.0
        } else {
            &mut into.1
        };
        if slot.is_none() {
            *slot = Some(read.doubted(0.93));
        }
    };
    for c in WHO.captures_iter(&flow.text) {
        if let (Some(side), Some(what)) = (c.name("side"), c.name("what")) {
            set(
                side.as_str(),
                flow.read(scope.reading, Span::from(what.range())),
            );
        }
    }
    // By lines: "JA-röst: bifall till förslaget"
    for row in rows {
        let line = Flow::of_row(scope.reading, row);
        if let Some(c) = MEANS.captures(&line.text).filter(|c| {
            c.get(0)
                .is_some_and(|m| m.start() == 0 && m.end() + 1 >= line.text.len())
        }) && let (Some(side), Some(what)) = (c.name("side"), c.name("what"))
        {
            set(
                side.as_str(),
                line.read(scope.reading, Span::from(what.range())),
            );
        }
    }
    let mut at = 0;
    while let Some(c) = MEANS.captures_at(&flow.text, at) {
        let (Some(side), Some(what)) = (c.name("side"), c.name("what")) else {
            break;
        };
        if what.as_str().chars().count() < 160
            && !what.as_str().starts_with(|c: char| c.is_ascii_digit())
        {
            set(
                side.as_str(),
                flow.read(scope.reading, Span::from(what.range())),
            );
        }
        at = what.end();
    }
    if let Some(what) = NOT.captures(&flow.text).and_then(|c| c.name("what")) {
        set("nej", flow.read(scope.reading, Span::from(what.range())));
    }
}

static VOTES_SAID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:r[oö]star|r[oö]stade|r[oö]stat)\s+(?P<side>ja|nej|f[oö]r|mot)\b\s*(?:\(\d{1,3}\))?\s*(?P<colon>:)?|(?P<abst>avst[aå]r(?:\s+fr[aå]n\s+att\s+r[oö]sta)?)\s*(?:\(\d{1,3}\))?(?P<colon2>:)?",
    )
});

/// `Ja röstar: Anna Ek (S)`, `Nej-röster avges av: …`, `Ja: Anna Ek (S)`
static SIDE_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:f[oö]ljande\s+)?(?P<side>ja|nej|avst[aå]r|avst[aå]ende)(?:\s?-?\s?r[oö]st\w*|\s+r[oö]st\w*)?(?:\s+\p{L}+){0,4}?\s*:\s*",
    )
});

static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)(?:[-–—−:.]\s*|\s{3,})(?P<v>ja|nej|avst\p{L}*|fr[aå]nv\p{L}*)\.?$")
});

/// A roll call: `Anna Ek (S) – JA`, one on each line.
fn roll_call(scope: Scope<'_>, rows: &[Row]) -> Vec<Ballot> {
    let words = scope.vocabulary.words();
    let mut out = Vec::new();
    for row in rows {
        let flow = Flow::of_row(scope.reading, row);
        let named = people::named(&flow.text, words, false);
        // The gap before the answer may be all that divides it from the name.
        let answer = CALLED
            .captures(row.text(scope.reading))
            .and_then(|c| c.name("v"));
        let alone = named.first().and_then(|n| {
            let rest = flow.text[n.span.end..].trim_matches([' ', '.', '-', '–', ':']);
            choice(words.yes(), &fold(rest)).map(|_| rest)
        });
        let said = answer.map(|m| m.as_str()).or(alone);
        if let ([one], Some(said)) = (named.as_slice(), said)
            && one.span.start == 0
            && let Some(choice) = choice(words.yes(), &fold(said))
        {
            push_ballot(&mut out, people::person(scope.reading, &flow, one), choice);
        }
    }
    out
}

/// Ballots in sentences: persons before the verb, or after it and a colon.
fn prose_ballots(scope: Scope<'_>, flow: &Flow) -> Vec<Ballot> {
    let words = scope.vocabulary.words();
    let mut out: Vec<Ballot> = Vec::new();
    let named = people::named(&flow.text, words, false);
    if named.len() < 2 {
        return out;
    }
    let mut found = ballot_sentences(scope, &flow.text);
    found.retain(|sentence| !side_first(scope, flow, *sentence, &named, &mut out));
    for sentence in found {
        let text = sentence.of(&flow.text);
        let Some(c) = VOTES_SAID.captures(text) else {
            continue;
        };
        let (Some(whole), side) = (c.get(0), c.name("side")) else {
            continue;
        };
        let choice = match side.map(|s| fold(s.as_str())) {
            Some(s) if s == words.yes() || s == "for" => Choice::Yes,
            Some(_) => Choice::No,
            None => Choice::Abstain,
        };
        let after = c.name("colon").or(c.name("colon2")).is_some();
        let at = sentence.start + whole.start();
        for n in named
            .iter()
            .filter(|n| sentence.contains(n.name) && (n.name.start > at) == after)
        {
            let person = people::person(scope.reading, flow, n);
            push_ballot(&mut out, person, choice);
        }
    }
    out
}

/// Reads sentences that begin with a side and a colon; whether `sentence` does.
fn side_first(
    scope: Scope<'_>,
    flow: &Flow,
    sentence: Span,
    named: &[people::Named],
    out: &mut Vec<Ballot>,
) -> bool {
    let yes = scope.vocabulary.words().yes();
    let text = sentence.of(&flow.text);
    let begins: Vec<usize> = named
        .iter()
        .filter(|n| sentence.contains(n.name))
        .map(|n| n.span.start)
        .collect();
    let Some(c) = SIDE_FIRST.captures(text) else {
        return false;
    };
    let (Some(whole), Some(side)) = (c.get(0), c.name("side")) else {
        return false;
    };
    let Some(mut side) = choice(yes, &fold(side.as_str())) else {
        return false;
    };
    if begins
        .first()
        .is_none_or(|&first| first > sentence.start + whole.end() + 25)
    {
        return false;
    }
    let mut last = sentence.start + whole.end();
    for n in named.iter().filter(|n| sentence.contains(n.name)) {
        // The other side may follow in the same sentence, without a full stop.
        let between =
            flow.text[last.min(n.span.start)..n.span.start].trim_start_matches(['.', ' ']);
        if let Some(other) = SIDE_FIRST
            .captures(between)
            .and_then(|c| choice(yes, &fold(c.name("side")?.as_str())))
        {
            side = other;
        }
        push_ballot(out, people::person(scope.reading, flow, n), side);
        last = n.span.end;
    }
    true
}

/// Sentences; "Namn (P) - JA" lists are read row by row elsewhere.
fn ballot_sentences(scope: Scope<'_>, text: &str) -> Vec<Span> {
    sentences(text, scope.vocabulary.words())
}

fn push_ballot(out: &mut Vec<Ballot>, person: Person, choice: Choice) {
    if out.iter().any(|b| b.person.name.value == person.name.value) {
        return;
    }
    let vote = Read {
        value: choice,
        confidence: person.name.confidence,
        method: Method::Read,
        source: person.name.source.clone(),
    };
    out.push(Ballot { person, vote });
}

/// A table of ballots with its totals.
#[derive(Debug, Default)]
struct Table {
    ballots: Vec<Ballot>,
    totals: Totals,
}

impl Table {
    fn into_vote(self, vote: &mut Vote) {
        vote.ballots = self.ballots;
        vote.yes = vote.yes.take().or(self.totals.yes);
        vote.no = vote.no.take().or(self.totals.no);
        vote.abstain = vote.abstain.take().or(self.totals.abstain);
        vote.absent = vote.absent.take().or(self.totals.absent);
    }
}

static MARKED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?P<x>[Xx×]{1,2}|(?i:\bja\b|\bnej\b|\bavst\p{L}*\.?|\bfr[aå]nv\p{L}*\.?))\s*$")
});

/// Reads a table: the columns' heads say what a mark below them means; marks whose
/// column was lost say nothing.
fn table(scope: Scope<'_>, rows: &[Row]) -> Table {
    let words = scope.vocabulary.words();
    let mut out = Table::default();
    let mut columns: Vec<(usize, Choice)> = Vec::new();
    for row in rows {
        let text = row.text(scope.reading);
        let line = tokens(text);
        let heads: Vec<(usize, Choice)> = line
            .iter()
            .filter_map(|t| {
                let middle =
                    text[..t.span.start].chars().count() + t.span.of(text).chars().count() / 2;
                choice(words.yes(), &t.folded).map(|c| (row.indent + middle, c))
            })
            .collect();
        if heads.len() >= 2 && !people_row(text) {
            columns = heads;
            continue;
        }
        if line.first().is_some_and(|t| words.is_sum(&t.folded)) {
            sums(scope, row, &columns, &mut out.totals);
            continue;
        }
        let Some(mark) = MARKED.captures(text).and_then(|c| c.name("x")) else {
            continue;
        };
        let Some(person) = person_in_row(scope, row, mark.start()) else {
            continue;
        };
        let middle = row.indent + text[..mark.start()].chars().count();
        let said = choice(words.yes(), &fold(mark.as_str().trim_end_matches('.')));
        let kept = text.contains("   ");
        let column = columns
            .iter()
            .min_by_key(|(at, _)| at.abs_diff(middle))
            .filter(|(at, _)| kept && at.abs_diff(middle) <= 4);
        if let Some(choice) = said.or(column.map(|c| c.1)) {
            push_ballot(&mut out.ballots, person, choice);
        }
    }
    out
}

fn people_row(text: &str) -> bool {
    MARKED.is_match(text)
        && text.split_whitespace().take(2).all(in_name)
        && text.split_whitespace().count() <= 7
        && !text.contains("  Ja")
        && text
            .split_whitespace()
            .filter(|w| choice("ja", &fold(w)).is_some())
            .count()
            <= 1
}

fn choice(yes: &str, word: &str) -> Option<Choice> {
    if word == yes {
        return Some(Choice::Yes);
    }
    match word {
        "nej" => Some(Choice::No),
        w if w.starts_with("avst") => Some(Choice::Abstain),
        w if w.starts_with("franv") => Some(Choice::Absent),
        _ => None,
    }
}

/// `Lena Graf Sjödin, 2:e v ordf  M` before the mark.
fn person_in_row(scope: Scope<'_>, row: &Row, mark: usize) -> Option<Person> {
    let words = scope.vocabulary.words();
    let flow = Flow::of_row(scope.reading, &row.upto(scope.reading, mark));
    let text = flow.text.trim_end();
    if let Some(n) = people::named(text, words, false).first() {
        return Some(people::person(scope.reading, &flow, n));
    }
    let party = text.split_whitespace().next_back()?;
    let start = text.len() - party.len();
    if party.chars().count() > 5 || start == 0 {
        return None;
    }
    let before = text[..start].trim_end();
    let (name, role) = match before.find(',') {
        Some(comma) => (&before[..comma], Some(before[comma + 1..].trim())),
        None => (before, None),
    };
    if name.split_whitespace().count() < 2
        || !name
            .split_whitespace()
            .all(|w| in_name(w) || words.is_particle(w))
    {
        return None;
    }
    let place = |part: &str| {
        let at = part.as_ptr() as usize - flow.text.as_ptr() as usize;
        Span::new(at, at + part.len())
    };
    Some(Person {
        name: flow.read(scope.reading, place(name)).doubted(0.96),
        party: Some(flow.read(scope.reading, place(party)).doubted(0.95)),
        role: role
            .filter(|r| !r.is_empty())
            .map(|r| flow.read(scope.reading, place(r)).doubted(0.93)),
    })
}

/// The sums below a table, in the order of its columns.
fn sums(scope: Scope<'_>, row: &Row, columns: &[(usize, Choice)], into: &mut Totals) {
    let flow = Flow::of_row(scope.reading, row);
    let numbers: Vec<Read<u32>> = flow
        .text
        .split_whitespace()
        .filter_map(|w| {
            let start = w.as_ptr() as usize - flow.text.as_ptr() as usize;
            let value = w.parse().ok()?;
            Some(
                flow.read(scope.reading, Span::new(start, start + w.len()))
                    .map(|_| value)
                    .doubted(0.93),
            )
        })
        .collect();
    if numbers.len() != columns.len() {
        return;
    }
    for (number, (_, choice)) in numbers.into_iter().zip(columns) {
        match choice {
            Choice::Yes => into.yes = Some(number),
            Choice::No => into.no = Some(number),
            Choice::Abstain => into.abstain = Some(number),
            Choice::Absent => into.absent = Some(number),
        }
    }
}

/// `med ordförandens utslagsröst`
fn casting(scope: Scope<'_>, flow: &Flow) -> Option<Person> {
    let words = scope.vocabulary.words();
    let sentence = sentences(&flow.text, words)
        .into_iter()
        .find(|s| words.is_casting(s.of(&flow.text)))?;
    let named = people::named(sentence.of(&flow.text), words, true);
    named.last().map(|n| {
        let moved = people::Named {
            span: n.span.shift(sentence.start),
            name: n.name.shift(sentence.start),
            party: n.party.map(|p| p.shift(sentence.start)),
            role: n.role.map(|r| r.shift(sentence.start)),
            ..n.clone()
        };
        people::person(scope.reading, flow, &moved)
    })
}

/// Result and reconciliation; totals that only the ballots tell.
fn conclude(vote: &mut Vote) {
    let cast = |c: Choice| vote.ballots.iter().filter(|b| b.vote.value == c).count() as u32;
    let (yes, no, abstain) = (cast(Choice::Yes), cast(Choice::No), cast(Choice::Abstain));
    if !vote.ballots.is_empty() {
        let agrees =
            |total: &Option<Read<u32>>, n: u32| total.as_ref().is_none_or(|t| t.value == n);
        vote.reconciled =
            Some(agrees(&vote.yes, yes) && agrees(&vote.no, no) && agrees(&vote.abstain, abstain));
        let derived = |n: u32, choice: Choice| {
            let ballots: Vec<&Ballot> = vote
                .ballots
                .iter()
                .filter(|b| b.vote.value == choice)
                .collect();
            let first = ballots.first()?;
            Some(Read {
                value: n,
                confidence: 0.85 * first.vote.confidence,
                method: Method::Derived,
                source: ballots
                    .iter()
                    .flat_map(|b| b.person.name.source.iter().copied())
                    .collect(),
            })
        };
        if vote.yes.is_none() && vote.no.is_none() {
            let (a, b) = (derived(yes, Choice::Yes), derived(no, Choice::No));
            vote.yes = a;
            vote.no = b;
        }
    }
    if let (Some(yes), Some(no)) = (&vote.yes, &vote.no) {
        let result = match yes.value.cmp(&no.value) {
            std::cmp::Ordering::Greater => VoteResult::Yes,
            std::cmp::Ordering::Less => VoteResult::No,
            std::cmp::Ordering::Equal => VoteResult::Tie,
        };
        vote.result = Some(Read {
            value: result,
            confidence: yes.confidence.min(no.confidence),
            method: Method::Derived,
            source: yes.source.iter().chain(&no.source).copied().collect(),
        });
    }
}
