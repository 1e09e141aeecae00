//! What may stand at one position.

use super::{Origin, Pricing, Readings, SPURIOUS_SPACE, is_party};
use crate::lm::{Class, Cost};
use crate::repair::candidate::{Candidate, Few};
use crate::repair::channel::{Place, Unit};
use crate::repair::decode::{Edge, Lattice};
use crate::repair::document::{Paragraph, Seen};
use crate::repair::identifiers::EN_DASH;
use crate::repair::ragged::Ragged;
use crate::repair::sections;
use crate::repair::sections::{SECTION, Shape, Site, is_paragraf_number};
use crate::repair::words::{CROSS, Casing, Scored, Setting, casing};
use crate::text::alphabet::Code;
use crate::text::{TokenKind, alphabet};

/// What it costs that an engine reads a mark where a space was, if its table lacks
/// the mark.
const MARK_FOR_SPACE: Cost = 9.5;

/// How much dearer `a,b` is than `a, b`: a space belongs behind these marks.
const GLUED_MARK: Cost = 4.0;

/// Tokens of the longest cell of a table.
const CELL: usize = 4;

/// What one letter wrong costs in a word that the document has elsewhere.
const MISREAD_NAME: Cost = 9.0;

/// How much likelier a letter is than a digit or a mark where a party stands.
const PARTY: Cost = 6.0;

/// What it costs that an engine loses the space between `§` and its number.
const RUN_TOGETHER: Cost = 3.0;

/// What it costs at most that `§` is read as something else.
const ODD_SIGN: Cost = 6.0;

/// What stands around a token, as far as casing goes.
#[derive(Clone, Copy)]
struct Around {
    begins: bool,
    is_cell: bool,
    counts: bool,
}

/// One position under construction.
pub(super) struct Position<'a, 'm> {
    pub(super) pricing: &'a Pricing<'a, 'm>,
    pub(super) index: usize,
    pub(super) paragraph: &'a Paragraph,
    pub(super) i: usize,
    pub(super) edges: &'a mut Lattice,
    pub(super) origins: &'a mut Ragged<Origin>,
}

impl Position<'_, '_> {
    pub(super) fn fill(&mut self, readings: &Readings) {
        let seen = &self.paragraph[self.i];
        match seen.kind {
            TokenKind::Word => {}
            TokenKind::Number | TokenKind::Code => {
                let channel = self.identities(seen);
                self.add(1, channel, Few::one(self.number(seen)), Origin::Kept);
            }
            TokenKind::Mark => self.marks(seen),
        }
        let around = Around {
            begins: self.begins(),
            is_cell: self.is_cell(),
            counts: self.counts_list(),
        };
        let is_member = is_party(self.paragraph, self.i);
        let counts = seen.kind == TokenKind::Number && self.counts_points();
        for (k, candidate) in readings.one.iter().enumerate() {
            let kept = candidate.is_identity(&seen.codes);
            if kept && seen.kind != TokenKind::Word || counts {
                continue;
            }
            if kept && !around.begins {
                self.as_name(candidate, seen);
            }
            let split = if candidate.extra > 0.0 {
                self.pricing.calm
            } else {
                0.0
            };
            let channel = candidate.channel(self.pricing.costs)
                + split
                + self.case(candidate, kept, around, &readings.one);
            let words = self.remembered(candidate);
            let is_party = is_member
                && matches!(*candidate.surface, [c] if alphabet::is_upper(c))
                && !alphabet::is_letter(seen.codes[0]);
            let channel = channel - if is_party { PARTY } else { 0.0 };
            let channel = channel
                + if kept { seen.doubt } else { 0.0 }
                + self
                    .pricing
                    .memory
                    .filter(|_| {
                        seen.is_alone()
                            && !matches!(*candidate.surface, [c] if [alphabet::lower(c)] == CROSS)
                    })
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
            self.near(seen, readings, around.begins);
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
                        + self.pricing.calm
                        + space
                        + self.case(candidate, false, around, &[]);
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

    /// A counted word with a capital inside a sentence may be a name as well (`Hellberg
    /// Ask`), which other words do not lead to.
    fn as_name(&mut self, candidate: &Candidate, seen: &Seen) {
        let words = self.pricing.words;
        let is_counted = matches!(*candidate.words, [word] if word.within == 0.0);
        if !is_counted || casing(&candidate.surface) != Casing::Capital {
            return;
        }
        let lower = alphabet::lower_all(&candidate.surface);
        let known = words.lexicon.word(&lower);
        let scored = words.uncounted(&candidate.surface, &lower, known, None);
        let channel = candidate.channel(self.pricing.costs) + seen.doubt;
        self.add(1, channel, Few::one(scored), Origin::Kept);
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

    /// Whether the token begins a line that begins with a capital behind it, as points
    /// of decisions do (`1 Nämnden ska`).
    fn counts_points(&self) -> bool {
        let here = &self.paragraph[self.i];
        let before = self.i.checked_sub(1).map(|i| &self.paragraph[i]);
        before.is_none_or(|t| t.line != here.line)
            && self.paragraph.get(self.i + 1).is_some_and(|t| {
                t.kind == TokenKind::Word && t.line == here.line && alphabet::is_upper(t.codes[0])
            })
    }

    /// Whether the token is a cell of a table: only there is a letter likely to be a
    /// party or a vote.
    fn is_cell(&self) -> bool {
        let here = &self.paragraph[self.i];
        let on_line = |t: &&Seen| t.line == here.line;
        let before = self.i.checked_sub(1).map(|i| &self.paragraph[i]);
        let after = self.paragraph.get(self.i + 1).filter(on_line);
        let is_short = |t: &Seen| {
            t.kind == TokenKind::Word && t.codes.len() <= 3 && alphabet::is_upper(t.codes[0])
        };
        let ends_row = after.is_none() && before.filter(on_line).is_none_or(is_short);
        self.paragraph.len() <= CELL || here.codes.len() <= 2 && ends_row
    }

    /// Whether the token counts a list (`a)`, `b.`).
    fn counts_list(&self) -> bool {
        let after = self.paragraph.get(self.i + 1);
        after.is_some_and(|t| t.glued && matches!(*t.codes, [b')' | b'.']))
    }

    fn case(
        &self,
        candidate: &Candidate,
        is_kept: bool,
        around: Around,
        others: &[Candidate],
    ) -> Cost {
        if candidate.surface.len() == 1 && (around.counts || self.paragraph[self.i].glued) {
            return 0.0;
        }
        let is_lower_of = |other: &Candidate| {
            let pairs = other.surface.iter().zip(&candidate.surface);
            other.surface.len() == candidate.surface.len()
                && pairs.clone().all(|(&a, &b)| a == alphabet::lower(b))
        };
        let may_be_lower = !around.begins
            && casing(&candidate.surface) == Casing::Capital
            && others.iter().any(is_lower_of);
        let mut begins = around.begins;
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
                    is_cell: around.is_cell,
                    is_kept,
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
            let own = posteriors.map_or(0.0, |p| {
                p[self.i].get(self.edges.pending()).copied().unwrap_or(0.0)
            });
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
                + self.pricing.calm
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
        let is_lone = before.is_none() && after.is_none();
        let is_section = code == SECTION && self.pricing.sites.is_spaced();
        let wants_space = matches!(code, b',' | b';') && seen.glued && is_word(after)
            || is_section && after.is_some_and(is_paragraf_number);
        let kept = self.identities(seen);
        let penalty = if wants_space { GLUED_MARK } else { 0.0 };
        self.add(1, kept + penalty, mark(code), Origin::Kept);
        if seen.codes.len() > 1 {
            return;
        }
        if wants_space {
            self.add(1, kept + self.pricing.calm, mark(code), Origin::Spaced);
        }
        // `2024.` ends a sentence or counts; `2024,` is hardly ever read so.
        let is_firm = code == b'.'
            && self.i.checked_sub(1).is_some_and(|i| {
                seen.glued && matches!(self.paragraph[i].kind, TokenKind::Number | TokenKind::Code)
            });
        let units = match is_firm {
            true => &[][..],
            false => self.pricing.channel.reading(&seen.codes),
        };
        let before_line = self.i.checked_sub(1).map(|i| self.paragraph[i].line);
        let begins_line = before_line != Some(seen.line);
        for &unit in units {
            let cost = costs[usize::from(unit)];
            if let &[meant] = self.pricing.channel.unit(unit).meant() {
                let is_mark =
                    !alphabet::is_letter(meant) && !meant.is_ascii_digit() && meant != b' ';
                // Between spaces dashes and bullets stand.
                let is_mark =
                    is_mark && !(is_lone && matches!(meant, b'/' | b',' | b'.' | b':' | b';'));
                // Which dash a list is set with nothing tells.
                let is_bullet = begins_line && matches!((code, meant), (b'-' | b'~', EN_DASH));
                let is_other = meant != code && !is_bullet && !is_quote(meant, code);
                if is_mark && is_other && cost < 9.0 {
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
            self.add(1, cost + self.pricing.calm, Few::NONE, Origin::Space);
        }
    }

    /// `§` read as something else, with all that speaks for it.
    fn section_sign(&mut self, seen: &Seen) {
        let id = self.pricing.words.lm.mark(SECTION);
        let sign = Scored { id, within: 0.0 };
        let cost = |code: Code| -> Cost {
            let unit = sections::unit(self.pricing.channel, code);
            unit.map_or(ODD_SIGN, |u| {
                self.pricing.costs[usize::from(u)].min(ODD_SIGN)
            })
        };
        let Some(&site) = self.pricing.sites.get(self.index, self.i) else {
            self.section_behind(seen, sign);
            return;
        };
        let channel = cost(seen.codes[0]) - site.support;
        match site.shape {
            Shape::Within => {
                let rest = Seen {
                    codes: seen.codes[1..].into(),
                    kind: TokenKind::Number,
                    ..seen.clone()
                };
                let words = Few::two(sign, self.number(&rest));
                self.add(1, channel + RUN_TOGETHER, words, Origin::SectionNumber);
            }
            Shape::Apart | Shape::Glued => {
                let words = match site.signs {
                    1 => Few::one(sign),
                    _ => Few::two(sign, sign),
                };
                self.add(site.tokens, channel, words, Origin::Sections(site));
            }
        }
    }

    /// `13 8` for `13 §`: statutes are cited so, and the words around tell.
    fn section_behind(&mut self, seen: &Seen, sign: Scored) {
        let before = self.i.checked_sub(1).map(|i| &self.paragraph[i]);
        let [code] = *seen.codes else { return };
        if seen.glued || seen.kind == TokenKind::Mark || !before.is_some_and(is_paragraf_number) {
            return;
        }
        if let Some(unit) = sections::unit(self.pricing.channel, code) {
            let site = Site::behind();
            let cost = self.pricing.costs[usize::from(unit)];
            self.add(1, cost, Few::one(sign), Origin::Sections(site));
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
