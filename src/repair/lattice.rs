//! The lattice of a paragraph: every reading of every token that is worth a look.

use super::candidate::{Candidate, Few};
use super::channel::{Channel, Place, Unit, UnitId};
use super::decode::{Edge, Lattice};
use super::document::{Paragraph, Seen};
use super::identifiers::EN_DASH;
use super::memory::Memory;
use super::ragged::Ragged;
use super::words::{Casing, Scored, Setting, Words, casing};
use crate::lm::{Class, Cost};
use crate::text::TokenKind;
use crate::text::alphabet::{self, Code};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// What it costs that an engine puts a space inside a word.
const SPURIOUS_SPACE: Cost = 6.0;

/// What it costs that an engine reads a mark where a space was, if its table lacks
/// the mark.
const MARK_FOR_SPACE: Cost = 9.5;

/// How much dearer `a,b` is than `a, b`: a space belongs behind these marks.
const GLUED_MARK: Cost = 4.0;

/// Tokens of the longest cell of a table.
const CELL: usize = 4;

/// What one letter wrong costs in a word that the document has elsewhere.
const MISREAD_NAME: Cost = 9.0;

/// What a token, or what begins with it, may be. Found once for every pass.
pub struct Readings {
    /// Readings of the token.
    pub one: Arc<[Candidate]>,
    /// Readings of several tokens: how many, and which.
    pub joined: Vec<(usize, Arc<[Candidate]>)>,
}

/// Where an edge of the lattice came from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// The token as it stands.
    Kept,
    /// A reading of the token.
    Candidate(usize),
    /// A reading of several tokens.
    Joined(usize, usize),
    /// A word that the document has elsewhere.
    Remembered(Box<[Code]>),
    /// Another mark, or none.
    Mark(UnitId),
    /// A space that was read as a mark.
    Space,
    /// The mark, and the space that belongs behind it.
    Spaced,
    /// A full stop that was lost at the end.
    Stop,
    /// One or two `§` that were read as something else.
    Sections(usize),
    /// `§` run together with its number.
    SectionNumber,
}

/// What edges are priced with.
pub struct Pricing<'a, 'm> {
    /// The words.
    pub words: &'a Words<'m>,
    /// The units.
    pub channel: &'a Channel,
    /// The units' costs in this document.
    pub costs: &'a [Cost],
    /// The document's words, with the posteriors of its readings so far.
    pub memory: Option<(&'a Memory, &'a Ragged<f32>)>,
    /// The document's paragraf numbers, once they are known.
    pub paragrafs: Option<&'a Paragrafs>,
}

/// The numbers that the document prints behind `§`.
#[derive(Debug, Default)]
pub struct Paragrafs {
    numbers: FxHashSet<u32>,
    /// How often a space stands between sign and number, and how often not.
    spaced: [f32; 2],
}

impl Paragrafs {
    /// One more reading of a number behind `§`.
    pub fn add(&mut self, number: &[Code], glued: bool, weight: f32) {
        let digits: String = number
            .iter()
            .take_while(|c| c.is_ascii_digit())
            .map(|&c| char::from(c))
            .collect();
        self.numbers.extend(digits.parse::<u32>());
        self.spaced[usize::from(glued)] += weight;
    }

    /// Whether a number continues what is known: it or a neighbour was met.
    fn expects(&self, number: u32) -> bool {
        (number.saturating_sub(2)..=number + 2).any(|n| self.numbers.contains(&n))
    }

    /// Whether the document sets a space between sign and number.
    fn is_spaced(&self) -> bool {
        self.spaced[0] >= 1.5 && self.spaced[0] > 2.0 * self.spaced[1]
    }
}

/// `§`.
pub const SECTION: Code = 0xA7;

/// What it costs that an engine loses the space between `§` and its number.
const RUN_TOGETHER: Cost = 3.0;

/// Whether a token can be the number of a paragraf.
pub fn is_paragraf_number(token: &Seen) -> bool {
    let digits = token
        .codes
        .iter()
        .take_while(|c| c.is_ascii_digit())
        .count();
    match token.kind {
        TokenKind::Number => digits <= 4,
        TokenKind::Code => (1..=4).contains(&digits) && token.codes.len() <= 9,
        _ => false,
    }
}

/// Builds the lattice of a paragraph. One position a token, and one behind the last.
pub fn build(
    pricing: &Pricing<'_, '_>,
    paragraph: &Paragraph,
    readings: &[Readings],
) -> (Lattice, Ragged<Origin>) {
    let (mut lattice, mut origins) = (Lattice::default(), Ragged::default());
    for (i, reading) in readings.iter().enumerate() {
        let mut position = Position {
            pricing,
            paragraph,
            i,
            edges: &mut lattice,
            origins: &mut origins,
        };
        position.fill(reading);
        lattice.end_row();
        origins.end_row();
    }
    end(pricing, paragraph, &mut lattice, &mut origins);
    (lattice, origins)
}

/// The end of the paragraph, perhaps with the full stop that a sentence ends with.
fn end(
    pricing: &Pricing<'_, '_>,
    paragraph: &Paragraph,
    lattice: &mut Lattice,
    origins: &mut Ragged<Origin>,
) {
    let to = paragraph.len() as u32 + 1;
    let mut add = |channel, words, origin| {
        lattice.push(Edge { to, channel, words });
        origins.push(origin);
    };
    add(0.0, Few::NONE, Origin::Kept);
    let lost = pricing.channel.find(&Unit::new(b".", &[]));
    let is_sentence =
        paragraph.len() >= 6 && paragraph.last().is_some_and(|t| t.kind == TokenKind::Word);
    if let Some(unit) = lost.filter(|_| is_sentence) {
        let id = pricing.words.lm.mark(b'.');
        let stop = Few::one(Scored { id, within: 0.0 });
        add(pricing.costs[usize::from(unit)], stop, Origin::Stop);
    }
    lattice.end_row();
    origins.end_row();
}

/// One position under construction.
struct Position<'a, 'm> {
    pricing: &'a Pricing<'a, 'm>,
    paragraph: &'a Paragraph,
    i: usize,
    edges: &'a mut Lattice,
    origins: &'a mut Ragged<Origin>,
}

impl Position<'_, '_> {
    fn fill(&mut self, readings: &Readings) {
        let seen = &self.paragraph[self.i];
        match seen.kind {
            TokenKind::Word => {}
            TokenKind::Number | TokenKind::Code => {
                let channel = self.identities(seen);
                self.add(1, channel, Few::one(self.number(seen)), Origin::Kept);
            }
            TokenKind::Mark => self.marks(seen),
        }
        let begins = self.begins();
        for (k, candidate) in readings.one.iter().enumerate() {
            let kept = candidate.is_identity(&seen.codes);
            if kept && seen.kind != TokenKind::Word {
                continue;
            }
            let channel =
                candidate.channel(self.pricing.costs) + self.case(candidate, begins, &readings.one);
            let words = self.remembered(candidate);
            let channel = channel
                + if kept { seen.doubt } else { 0.0 }
                + self
                    .pricing
                    .memory
                    .filter(|_| seen.is_alone())
                    .map_or(0.0, |(m, _)| m.case_cost(&candidate.surface));
            self.add(
                1,
                channel,
                words,
                if kept {
                    Origin::Kept
                } else {
                    Origin::Candidate(k)
                },
            );
        }
        if seen.kind == TokenKind::Word {
            self.near(seen, readings, begins);
        }
        for (j, (len, found)) in readings.joined.iter().enumerate() {
            for (k, candidate) in found.iter().enumerate() {
                let is_listed = candidate.words.len() == 1
                    && candidate.words[0].id < self.pricing.words.lexicon.len();
                if is_listed {
                    let space = match self.paragraph[self.i + 1].glued {
                        true => 0.0,
                        false => SPURIOUS_SPACE,
                    };
                    let channel = candidate.channel(self.pricing.costs)
                        + space
                        + self.case(candidate, begins, &[]);
                    self.add(*len, channel, candidate.words, Origin::Joined(j, k));
                }
            }
        }
        // Last, so that what is known only in later passes moves no other edge.
        self.section_sign(seen);
    }

    fn add(&mut self, len: usize, channel: Cost, words: Few, origin: Origin) {
        self.edges.push(Edge {
            to: (self.i + len) as u32,
            channel,
            words,
        });
        self.origins.push(origin);
    }

    fn identities(&self, seen: &Seen) -> Cost {
        let cost = |&c: &Code| self.pricing.costs[usize::from(self.pricing.channel.identity(c))];
        seen.codes.iter().map(cost).sum()
    }

    /// Whether a sentence, a name in a list or the like may begin here.
    fn begins(&self) -> bool {
        match self.i.checked_sub(1).map(|i| &self.paragraph[i]) {
            None => true,
            Some(before) => match before.kind {
                TokenKind::Mark => {
                    !(matches!(*before.codes, [b',' | b';' | b'/'])
                        || before.glued && *before.codes == [b'-'])
                }
                TokenKind::Number | TokenKind::Code => true,
                TokenKind::Word => false,
            },
        }
    }

    fn case(&self, candidate: &Candidate, begins: bool, others: &[Candidate]) -> Cost {
        // `a)` and `b.` count lists.
        let counts = self
            .paragraph
            .get(self.i + 1)
            .is_some_and(|t| t.glued && matches!(*t.codes, [b')' | b'.']));
        if candidate.surface.len() == 1 && (counts || self.paragraph[self.i].glued) {
            return 0.0;
        }
        // Only in a cell of a table is a letter likely to be a party or a vote.
        let is_cell = self.paragraph.len() <= CELL;
        let is_lower_of = |other: &Candidate| {
            let pairs = other.surface.iter().zip(&candidate.surface);
            other.surface.len() == candidate.surface.len()
                && pairs.clone().all(|(&a, &b)| a == alphabet::lower(b))
        };
        let may_be_lower = !begins
            && casing(&candidate.surface) == Casing::Capital
            && others.iter().any(is_lower_of);
        let mut begins = begins;
        let mut cost = 0.0;
        for (surface, word) in candidate
            .surface
            .split(|&c| c == b' ')
            .zip(candidate.words.iter())
        {
            cost += self.pricing.words.case_cost(
                surface,
                word,
                Setting {
                    begins,
                    may_be_lower,
                    is_cell,
                },
            );
            begins = false;
        }
        cost
    }

    /// The candidate's words, cheaper where the document has them elsewhere.
    fn remembered(&self, candidate: &Candidate) -> Few {
        let mut words = candidate.words;
        if let (Some((memory, posteriors)), [word]) = (self.pricing.memory, &mut *words)
            && word.within > 0.0
        {
            let own = posteriors[self.i]
                .get(self.edges.pending())
                .copied()
                .unwrap_or(0.0);
            if let Some(cost) = memory.cost(&candidate.surface, own) {
                word.within = word.within.min(cost);
            }
        }
        words
    }

    /// Words of the document that the form is one misread letter away from.
    fn near(&mut self, seen: &Seen, readings: &Readings, begins: bool) {
        let Some((memory, _)) = self.pricing.memory else {
            return;
        };
        let is_doubtful = readings
            .one
            .iter()
            .any(|c| c.is_identity(&seen.codes) && c.words[0].within > 0.0);
        if !is_doubtful || seen.codes.len() < 5 {
            return;
        }
        for lower in memory.near(&seen.codes) {
            let surface = cased_like(lower, &seen.codes);
            // `Luttu` and `Luttus` are two forms of one name, not a misreading.
            if surface.starts_with(&seen.codes) || seen.codes.starts_with(&surface) {
                continue;
            }
            if readings.one.iter().any(|c| *c.surface == *surface) {
                continue;
            }
            let Some(within) = memory.cost(&surface, 0.0) else {
                continue;
            };
            let mut word = self.pricing.words.score(&surface);
            word.within = word.within.min(within);
            let channel = self.identities(seen)
                + MISREAD_NAME
                + self.pricing.words.case_cost(
                    &surface,
                    &word,
                    Setting {
                        begins,
                        ..Setting::default()
                    },
                );
            self.add(1, channel, Few::one(word), Origin::Remembered(surface));
        }
    }

    /// A mark may be itself, another mark, a space or dirt.
    fn marks(&mut self, seen: &Seen) {
        let Some(&code) = seen.codes.first() else {
            return;
        };
        let costs = self.pricing.costs;
        let lm = self.pricing.words.lm;
        let mark = |code: Code| {
            Few::one(Scored {
                id: lm.mark(code),
                within: 0.0,
            })
        };
        let after = self.paragraph.get(self.i + 1).filter(|t| t.glued);
        let before = self
            .i
            .checked_sub(1)
            .map(|i| &self.paragraph[i])
            .filter(|_| seen.glued);
        let is_word = |t: Option<&Seen>| t.is_some_and(|t| t.kind == TokenKind::Word);
        let is_section =
            code == SECTION && self.pricing.paragrafs.is_some_and(Paragrafs::is_spaced);
        let wants_space = matches!(code, b',' | b';') && seen.glued && is_word(after)
            || is_section && after.is_some_and(is_paragraf_number);
        let kept = self.identities(seen);
        let penalty = if wants_space { GLUED_MARK } else { 0.0 };
        self.add(1, kept + penalty, mark(code), Origin::Kept);
        if seen.codes.len() > 1 {
            return;
        }
        if wants_space {
            self.add(1, kept, mark(code), Origin::Spaced);
        }
        for &unit in self.pricing.channel.reading(&seen.codes) {
            let cost = costs[usize::from(unit)];
            if let &[meant] = self.pricing.channel.unit(unit).meant() {
                let is_mark =
                    !alphabet::is_letter(meant) && !meant.is_ascii_digit() && meant != b' ';
                if is_mark && meant != code && cost < 9.0 && !is_quote(meant, code) {
                    self.add(1, cost, mark(meant), Origin::Mark(unit));
                }
            }
        }
        let place = match (seen.glued, after.is_some()) {
            (false, _) => Place::Start,
            (true, true) => Place::Middle,
            (true, false) => Place::End,
        };
        if let Some(unit) = self.pricing.channel.find(&Unit::insertion(place, &[code])) {
            self.add(1, costs[usize::from(unit)], Few::NONE, Origin::Mark(unit));
        }
        if is_word(before) && is_word(after) && !matches!(code, b',' | b'/' | EN_DASH) {
            let unit = self.pricing.channel.find(&Unit::new(b" ", &[code]));
            let cost = unit.map_or(MARK_FOR_SPACE, |u| costs[usize::from(u)]);
            self.add(1, cost, Few::NONE, Origin::Space);
        }
    }

    /// `§` read as a digit or a letter (`8`, `S`), alone, doubled or run together with
    /// its number.
    fn section_sign(&mut self, seen: &Seen) {
        let id = self.pricing.words.lm.mark(SECTION);
        let sign = Scored { id, within: 0.0 };
        let cost = |code: Code| -> Option<Cost> {
            let unit = self.pricing.channel.find(&Unit::new(&[SECTION], &[code]))?;
            Some(self.pricing.costs[usize::from(unit)]).filter(|&c| c < 9.0)
        };
        let before_number = self
            .paragraph
            .get(self.i + 1)
            .is_some_and(|t| !t.glued && is_paragraf_number(t));
        match *seen.codes {
            [code] if before_number && seen.kind != TokenKind::Mark => {
                if let Some(cost) = cost(code) {
                    self.add(1, cost, Few::one(sign), Origin::Sections(1));
                }
            }
            [a, b] if before_number => {
                if let (Some(a), Some(b)) = (cost(a), cost(b)) {
                    self.add(1, a + b, Few::two(sign, sign), Origin::Sections(2));
                }
            }
            _ => {}
        }
        if let ([code, number @ ..], TokenKind::Number, Some(paragrafs)) =
            (&*seen.codes, seen.kind, self.pricing.paragrafs)
        {
            let continues = number.first() != Some(&b'0')
                && alphabet::decode_str(number)
                    .parse()
                    .is_ok_and(|n: u32| paragrafs.expects(n));
            if let Some(cost) = cost(*code).filter(|_| continues) {
                let rest = Seen {
                    codes: seen.codes[1..].into(),
                    ..seen.clone()
                };
                let words = Few::two(sign, self.number(&rest));
                self.add(1, cost + RUN_TOGETHER, words, Origin::SectionNumber);
            }
        }
    }

    /// A number or an identifier as it stands: its class, and its digits freely drawn.
    fn number(&self, seen: &Seen) -> Scored {
        let digits = seen.codes.len() as Cost;
        let (class, within) = match (seen.kind, seen.codes.len()) {
            (TokenKind::Code, _) => (Class::Code, 2.5 * digits),
            // Small numbers are the commonest: they count lists.
            (_, 1) => (Class::Digit, if seen.codes[0] < b'4' { 1.5 } else { 2.5 }),
            (_, 2) => (Class::TwoDigits, 4.6),
            (_, 4) if matches!(seen.codes[..2], [b'1', b'6'..=b'9'] | [b'2', b'0']) => {
                (Class::Year, 4.0)
            }
            _ => (Class::Number, 2.3 * digits),
        };
        Scored {
            id: self.pricing.words.lm.class(class),
            within,
        }
    }
}

/// Whether both are quotation marks: which of them a document uses is its own affair.
fn is_quote(a: Code, b: Code) -> bool {
    let quote = |c: Code| matches!(c, b'"' | 0x93 | 0x94 | 0x84 | 0xBB | 0xAB);
    quote(a) && quote(b)
}

/// `lower` with the casing of `seen`.
fn cased_like(lower: &[Code], seen: &[Code]) -> Box<[Code]> {
    let all = seen.len() > 1
        && seen
            .iter()
            .all(|&c| !alphabet::is_letter(c) || alphabet::is_upper(c));
    let first = seen.first().is_some_and(|&c| alphabet::is_upper(c));
    let cased = |(i, &c): (usize, &Code)| {
        if all || first && i == 0 {
            alphabet::upper(c)
        } else {
            c
        }
    };
    lower.iter().enumerate().map(cased).collect()
}
