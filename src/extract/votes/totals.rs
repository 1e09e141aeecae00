//! How many voted for what, and what the sides mean.

use super::super::flow::{Flow, Row};
use super::super::minutes::{Choice, Text, Vote};
use super::super::outline::Scope;
use super::super::read::Read;
use super::super::tokens::fold;
use crate::text::Span;
use regex::{Captures, Match};

/// Totals of one vote.
#[derive(Clone, Debug, Default)]
pub(super) struct Totals {
    pub(super) yes: Option<Read<u32>>,
    pub(super) no: Option<Read<u32>>,
    pub(super) abstain: Option<Read<u32>>,
    pub(super) absent: Option<Read<u32>>,
}

impl Totals {
    /// Those that a vote states.
    pub(super) fn of(vote: &Vote) -> Totals {
        Totals {
            yes: vote.yes.clone(),
            no: vote.no.clone(),
            abstain: vote.abstain.clone(),
            absent: vote.absent.clone(),
        }
    }

    /// Gives a vote what it does not state yet.
    pub(super) fn complete(self, vote: &mut Vote) {
        let stated = [
            &mut vote.yes,
            &mut vote.no,
            &mut vote.abstain,
            &mut vote.absent,
        ];
        fill(stated, self);
    }

    /// Whether both state a yes and a no, and the same.
    pub(super) fn agrees(&self, other: &Totals) -> bool {
        [Choice::Yes, Choice::No]
            .iter()
            .all(|&side| self.number(side).is_some() && self.number(side) == other.number(side))
    }

    /// Takes from others what is not stated yet.
    pub(super) fn fill(&mut self, more: Totals) {
        let stated = [
            &mut self.yes,
            &mut self.no,
            &mut self.abstain,
            &mut self.absent,
        ];
        fill(stated, more);
    }

    pub(super) fn slot(&mut self, choice: Choice) -> &mut Option<Read<u32>> {
        match choice {
            Choice::Yes => &mut self.yes,
            Choice::No => &mut self.no,
            Choice::Abstain => &mut self.abstain,
            Choice::Absent => &mut self.absent,
        }
    }

    /// The number for a side, where it is stated.
    pub(super) fn number(&self, choice: Choice) -> Option<u32> {
        let total = match choice {
            Choice::Yes => &self.yes,
            Choice::No => &self.no,
            Choice::Abstain => &self.abstain,
            Choice::Absent => &self.absent,
        };
        total.as_ref().map(|t| t.value)
    }
}

/// Gives a yes, a no, those who abstain and those absent where they are not stated yet.
fn fill(stated: [&mut Option<Read<u32>>; 4], more: Totals) {
    let more = [more.yes, more.no, more.abstain, more.absent];
    for (own, more) in stated.into_iter().zip(more) {
        *own = own.take().or(more);
    }
}

/// Totals in running text: a yes count begins a new set.
pub(super) fn totals(scope: Scope<'_>, flow: &Flow) -> Vec<Totals> {
    let words = scope.vocabulary.words();
    let voting = words.voting();
    let number = |m: Match<'_>| {
        let value = words.number(m.as_str())?;
        let read = flow.read(scope.reading, Span::from(m.range()));
        Some(read.map(|_| value).doubted(0.96))
    };
    // The first match counts where two share words: "Ja: 9 Nej: 3" holds no "9 Nej".
    let mut counts: Vec<(Span, Choice, Read<u32>)> = voting
        .totals
        .iter()
        .flat_map(|p| p.captures_iter(&flow.text))
        .filter_map(|c| {
            let choice = voting.choice(&fold(c.name("side")?.as_str()))?;
            let whole = Span::from(c.get(0)?.range());
            let count = number(c.name("n")?)?;
            // "… punkt 2 Nej-röst = avslag" says what no means.
            let one = fold(whole.of(&flow.text)).ends_with(voting.one());
            let rest = flow.text[whole.end..].trim_start();
            (!(one && count.value != 1 || rest.starts_with(['='])))
                .then_some((whole, choice, count))
        })
        .collect();
    counts.sort_by_key(|c| c.0);
    let mut out: Vec<Totals> = Vec::new();
    let mut spans: Vec<Span> = Vec::new();
    let mut taken = 0;
    for (whole, choice, count) in counts {
        if whole.start < taken {
            continue;
        }
        taken = whole.end;
        spans.push(whole);
        let begins = match choice {
            Choice::Yes => out.last().is_none_or(|t| t.yes.is_some()),
            _ => out.is_empty(),
        };
        if begins {
            out.push(Totals::default());
        }
        if let Some(last) = out.last_mut() {
            last.slot(choice).get_or_insert(count);
        }
    }
    let sides = |c: Captures<'_>| Some((number(c.name("a")?)?, number(c.name("b")?)?));
    if out.is_empty()
        && let Some((yes, no)) = voting
            .against
            .iter()
            .find_map(|p| p.captures(&flow.text).and_then(sides))
    {
        out.push(Totals {
            yes: Some(yes),
            no: Some(no),
            ..Totals::default()
        });
    }
    for c in voting
        .others
        .iter()
        .flat_map(|p| p.captures_iter(&flow.text))
    {
        let shared = |m: Match<'_>| spans.iter().any(|s| s.overlaps(Span::from(m.range())));
        if c.get(0).is_some_and(shared) {
            continue;
        }
        let choice = c
            .name("what")
            .and_then(|w| voting.choice(&fold(w.as_str())));
        let count = c.name("n").and_then(number);
        if let (Some(choice), Some(count), Some(last)) = (choice, count, out.last_mut()) {
            last.slot(choice).get_or_insert(count);
        }
    }
    out
}

/// What yes and no mean, until the vote that they are for begins.
#[derive(Debug, Default)]
pub(super) struct Meanings {
    yes: Option<Text>,
    no: Option<Text>,
}

impl Meanings {
    /// A vote that takes the meanings read so far.
    pub(super) fn begin(&mut self) -> Vote {
        Vote {
            yes_means: self.yes.take(),
            no_means: self.no.take(),
            ..Vote::default()
        }
    }

    fn set(&mut self, choice: Option<Choice>, read: Text) {
        let slot = match choice {
            Some(Choice::Yes) => &mut self.yes,
            Some(Choice::No) => &mut self.no,
            _ => return,
        };
        slot.get_or_insert(read.doubted(0.93));
    }

    /// Reads what yes and no mean, as printed: who votes so, by lines
    /// ("JA-röst: bifall till förslaget"), and in sentences.
    pub(super) fn read(&mut self, scope: Scope<'_>, flow: &Flow, rows: &[Row]) {
        const LONGEST: usize = 160;
        let voting = scope.vocabulary.words().voting();
        let side = |c: &Captures<'_>| {
            let side = c.name("side")?;
            voting.choice(&fold(side.as_str()))
        };
        for c in voting
            .means_who
            .iter()
            .flat_map(|p| p.captures_iter(&flow.text))
        {
            if let Some(what) = c.name("what") {
                self.set(side(&c), flow.read(scope.reading, Span::from(what.range())));
            }
        }
        for row in rows {
            let line = Flow::of_row(scope.reading, row);
            let whole = |c: &Captures<'_>| {
                c.get(0)
                    .is_some_and(|m| m.start() == 0 && m.end() + 1 >= line.text.len())
            };
            let found = voting.means.iter().find_map(|p| p.captures(&line.text));
            if let Some(c) = found.filter(whole)
                && let Some(what) = c.name("what")
            {
                self.set(side(&c), line.read(scope.reading, Span::from(what.range())));
            }
        }
        for pattern in &voting.means {
            let mut at = 0;
            while let Some(c) = pattern.captures_at(&flow.text, at) {
                let Some(what) = c.name("what") else { break };
                if what.as_str().chars().count() < LONGEST
                    && !what.as_str().starts_with(|c: char| c.is_ascii_digit())
                {
                    self.set(side(&c), flow.read(scope.reading, Span::from(what.range())));
                }
                at = what.end();
            }
        }
        let not = voting
            .means_not
            .iter()
            .find_map(|p| p.captures(&flow.text)?.name("what"));
        if let Some(what) = not {
            let read = flow.read(scope.reading, Span::from(what.range()));
            self.set(Some(Choice::No), read);
        }
    }
}
