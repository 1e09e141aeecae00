//! The repair of a document: lattices, passes, and what comes of them.

use super::adapt::{self, UnitCounts};
use super::candidate::{Candidate, Limits};
use super::channel::{Channel, Table, Unit};
use super::decode::{Beam, Decoded, Decoder};
use super::document::{Paragraph, Seen, paragraphs};
use super::doubt::Doubt;
use super::finder::Finder;
use super::identifiers::Ranges;
use super::lattice::{Origin, Paragrafs, Pricing, Readings, SECTION, build, is_paragraf_number};
use super::memory::Memory;
use super::outcome::Outcome;
use super::quality::Gauge;
use super::ragged::Ragged;
use super::readers::Readers;
use super::search::{Scratch, Search};
use super::words::Words;
use super::{PageQuality, Repair};
use crate::lm::Cost;
use crate::model::{Model, ModelError};
use crate::normalize::Clean;
use crate::text::TokenKind;
use crate::text::alphabet::{self, Code};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex};

/// What may be chosen.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Repairs below this confidence are suggestions.
    pub min_confidence: f32,
    /// How often the document is decoded; all but the last pass adapt the channel.
    pub passes: usize,
    /// Whether the OCR engine's confidences count.
    pub word_confidences: bool,
    /// The search through the lattice.
    pub beam: Beam,
}

/// The confidence below which a repair is a suggestion: on the dev pages the best
/// trade between errors left and words damaged (docs/QUALITY.md).
pub const MIN_CONFIDENCE: f32 = 0.6;

/// How much the language model counts beside the channel. Below 1, since an OCR
/// error is rarer in what the corpora lack than in what they hold.
const LANGUAGE: Cost = 0.7;

impl Default for Options {
    fn default() -> Self {
        let beam = Beam {
            lm: LANGUAGE,
            temperature: 1.0,
            ..Beam::default()
        };
        Options {
            min_confidence: MIN_CONFIDENCE,
            passes: 2,
            word_confidences: false,
            beam,
        }
    }
}

/// Shares of the tables before a document is seen: eng, swe, clean.
const PRIOR_SHARES: [f64; 3] = [0.5, 0.3, 0.2];

/// Repairs documents. One serves all threads; what it finds for a form it keeps.
pub struct Repairer<'m> {
    words: Words<'m>,
    channel: Channel,
    /// Costs that candidates are found with, the same for every document.
    base: Vec<Cost>,
    readers: Readers,
    cache: Vec<Shard>,
    /// What may be chosen.
    pub options: Options,
}

impl std::fmt::Debug for Repairer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repairer")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Candidates by form.
type Shard = Mutex<FxHashMap<Box<[Code]>, Arc<[Candidate]>>>;

const SHARDS: usize = 64;

/// Forms kept in each shard; a full one is emptied.
const CACHED: usize = 8192;

impl<'m> Repairer<'m> {
    /// A repairer from a model.
    ///
    /// # Errors
    /// Where the model lacks a part or its parts don't fit together.
    pub fn new(model: Model<'m>, options: Options) -> Result<Self, ModelError> {
        let words = Words::of(&model)?;
        let mut tables: Vec<Table> = ["eng", "swe"]
            .iter()
            .map(|name| {
                Table::from_bytes(model.section(name)?)
                    .ok_or(ModelError::Damaged { part: "channel" })
            })
            .collect::<Result<_, _>>()?;
        tables.push(clean_table(&tables));
        let channel = Channel::new(&tables);
        let base = adapt::mix(&channel, &PRIOR_SHARES);
        let readers = Readers::new(&channel, &base);
        let cache = (0..SHARDS).map(|_| Mutex::default()).collect();
        Ok(Repairer {
            words,
            channel,
            base,
            readers,
            cache,
            options,
        })
    }

    /// Repairs one document. The result depends on nothing but the document, the
    /// model and the options. Time is linear in its length.
    pub fn repair(&self, clean: &Clean) -> (Vec<Repair>, Vec<PageQuality>) {
        let doubt = Doubt::new(clean, self.options.word_confidences);
        let paragraphs = paragraphs(clean, &doubt);
        let mut scratch = Scratch::default();
        let readings: Vec<Vec<Readings>> = paragraphs
            .iter()
            .map(|p| self.readings(p, &mut scratch))
            .collect();
        let mut decoder = Decoder::default();
        let mut costs = self.base.clone();
        let mut memory = None;
        let mut paragrafs = None;
        let mut decoded: Vec<(Ragged<Origin>, Decoded)> = Vec::new();
        for pass in 0..self.options.passes.max(1) {
            // Each is let go when it was used: they are what a long document takes most of.
            let mut earlier = std::mem::take(&mut decoded).into_iter();
            for (paragraph, readings) in paragraphs.iter().zip(&readings) {
                let before = earlier.next().map(|(_, decoded)| decoded.posteriors);
                let known = memory.as_ref().zip(before.as_ref());
                let pricing = Pricing {
                    words: &self.words,
                    channel: &self.channel,
                    costs: &costs,
                    memory: known,
                    paragrafs: paragrafs.as_ref(),
                };
                let (lattice, origins) = build(&pricing, paragraph, readings);
                let outcome = decoder.decode(&self.words.lm, &lattice, &self.options.beam);
                decoded.push((origins, outcome));
            }
            if pass + 1 < self.options.passes {
                let parts = || paragraphs.iter().zip(&readings).zip(&decoded);
                costs = self.adapted(parts());
                memory = Some(self.remember(parts()));
                paragrafs = Some(numbered(parts()));
            }
        }
        let mut gauge = Gauge::new(clean);
        let mut outcome = Outcome {
            clean,
            channel: &self.channel,
            least: self.options.min_confidence,
            repairs: Vec::new(),
        };
        for ((paragraph, readings), (origins, decoded)) in
            paragraphs.iter().zip(&readings).zip(&decoded)
        {
            outcome.add(paragraph, readings, origins, decoded);
            gauge.add(clean, &self.channel, paragraph, readings, origins, decoded);
        }
        let mut ranges = Ranges::default();
        paragraphs
            .iter()
            .flatten()
            .for_each(|seen| ranges.note(seen));
        outcome.identifiers(paragraphs.iter().flatten(), &ranges);
        let mut repairs = outcome.repairs;
        repairs.sort_by_key(|r| r.span.start);
        (repairs, gauge.finish())
    }

    /// The candidates of a form, from the cache where it was met before.
    fn candidates(&self, codes: &[Code], scratch: &mut Scratch) -> Arc<[Candidate]> {
        let hash = codes.iter().fold(7usize, |h, &c| {
            h.wrapping_mul(31).wrapping_add(usize::from(c))
        });
        let shard = &self.cache[hash % SHARDS];
        if let Some(found) = shard
            .lock()
            .ok()
            .and_then(|cache| cache.get(codes).cloned())
        {
            return found;
        }
        let search = Search {
            words: &self.words,
            channel: &self.channel,
            readers: &self.readers,
            limits: Limits::default(),
        };
        let costs = &self.base;
        let found: Arc<[Candidate]> = Finder { search, costs }.find(codes, scratch).into();
        if let Ok(mut cache) = shard.lock() {
            if cache.len() >= CACHED {
                cache.clear();
            }
            cache.insert(codes.into(), found.clone());
        }
        found
    }

    /// What each token, and what begins with it, may be.
    fn readings(&self, paragraph: &Paragraph, scratch: &mut Scratch) -> Vec<Readings> {
        let alone = |i: usize| !paragraph[i].glued && paragraph.get(i + 1).is_none_or(|t| !t.glued);
        let mut one = |(i, seen): (usize, &Seen)| {
            let looked_at = match seen.kind {
                TokenKind::Word => true,
                TokenKind::Number => seen.codes.len() <= 2,
                TokenKind::Mark => {
                    seen.codes.len() == 1 && alone(i) && self.may_be_letter(seen.codes[0])
                }
                TokenKind::Code => false,
            };
            let one = if looked_at {
                self.candidates(&seen.codes, scratch)
            } else {
                Arc::from([])
            };
            Readings {
                one,
                joined: Vec::new(),
            }
        };
        let mut readings: Vec<Readings> = paragraph.iter().enumerate().map(&mut one).collect();
        for i in 0..paragraph.len() {
            for len in 2..=3 {
                if let Some(found) = self.joined(paragraph, i, len, &readings, scratch) {
                    readings[i].joined.push((len, found));
                }
            }
        }
        readings
    }

    /// A word that was torn apart by a space, or by a mark that stands for a letter.
    fn joined(
        &self,
        paragraph: &Paragraph,
        i: usize,
        len: usize,
        readings: &[Readings],
        scratch: &mut Scratch,
    ) -> Option<Arc<[Candidate]>> {
        let tokens = paragraph.get(i..i + len)?;
        let is_word = |t: &Seen| t.kind == TokenKind::Word;
        let letterlike = |t: &Seen| {
            t.kind == TokenKind::Mark && t.codes.len() == 1 && self.may_be_letter(t.codes[0])
        };
        let glued = tokens[1..].iter().all(|t| t.glued);
        let fits = match tokens {
            [a, b] if !b.glued => {
                is_word(a)
                    && is_word(b)
                    && a.line == b.line
                    && a.codes.len() > 1
                    && b.codes.len() > 1
            }
            [a, b] => is_word(a) && letterlike(b) || letterlike(a) && is_word(b),
            [a, b, c] => glued && is_word(a) && letterlike(b) && is_word(c),
            _ => false,
        };
        if !fits || tokens.iter().any(|t| t.rest.is_some()) {
            return None;
        }
        let is_sure = |r: &Readings| {
            r.one
                .iter()
                .any(|c| c.words.iter().all(|w| w.within == 0.0) && c.channel(&self.base) < 4.0)
        };
        if tokens
            .iter()
            .zip(&readings[i..])
            .filter(|(t, _)| is_word(t))
            .all(|(_, r)| is_sure(r))
            && !glued
        {
            return None;
        }
        let codes: Vec<Code> = tokens
            .iter()
            .flat_map(|t| t.codes.iter().copied())
            .collect();
        Some(self.candidates(&codes, scratch))
    }

    /// Whether some letter is read as this mark.
    fn may_be_letter(&self, mark: Code) -> bool {
        !matches!(mark, b'-' | b'/' | b'.' | b':' | b',' | b'(' | b')' | b'"')
            && self.channel.reading(&[mark]).iter().any(|&u| {
                let meant = self.channel.unit(u).meant();
                !meant.is_empty()
                    && meant.iter().all(|&c| alphabet::is_letter(c))
                    && self.base[usize::from(u)] < 9.0
            })
    }

    /// The channel, re-estimated from the units of confident readings.
    fn adapted<'a>(&self, parts: impl Iterator<Item = Part<'a>>) -> Vec<Cost> {
        let mut counts = UnitCounts::new(&self.channel);
        for ((paragraph, readings), (origins, decoded)) in parts {
            for &(i, e) in &decoded.path {
                let weight = f64::from(decoded.posteriors[i][e]);
                if weight < 0.8 {
                    continue;
                }
                let units = match &origins[i][e] {
                    Origin::Kept | Origin::Spaced => {
                        let codes = paragraph.get(i).map_or(&[][..], |t| &t.codes);
                        codes
                            .iter()
                            .for_each(|&c| counts.add(self.channel.identity(c), weight));
                        continue;
                    }
                    Origin::Candidate(k) => &readings[i].one[*k].units[..],
                    Origin::Joined(j, k) => &readings[i].joined[*j].1[*k].units[..],
                    Origin::Mark(unit) => std::slice::from_ref(unit),
                    Origin::Sections(_) => {
                        let seen = &paragraph[i].codes;
                        let unit = |c: &Code| self.channel.find(&Unit::new(&[SECTION], &[*c]));
                        seen.iter()
                            .filter_map(unit)
                            .for_each(|u| counts.add(u, weight));
                        continue;
                    }
                    Origin::Remembered(_)
                    | Origin::Space
                    | Origin::Stop
                    | Origin::SectionNumber => continue,
                };
                units.iter().for_each(|&u| counts.add(u, weight));
            }
        }
        let shares = adapt::shares(&self.channel, &PRIOR_SHARES, &counts);
        adapt::estimate(&self.channel, &adapt::mix(&self.channel, &shares), &counts)
    }

    /// The uncounted words of a document, by the posteriors of their readings.
    fn remember<'a>(&self, parts: impl Iterator<Item = Part<'a>>) -> Memory {
        let mut memory = Memory::default();
        for ((paragraph, readings), (origins, decoded)) in parts {
            for (i, origins) in origins.rows().enumerate() {
                for (origin, &posterior) in origins.iter().zip(&decoded.posteriors[i]) {
                    let candidate = match origin {
                        Origin::Candidate(k) => readings[i].one.get(*k),
                        Origin::Kept => paragraph
                            .get(i)
                            .and_then(|t| readings[i].one.iter().find(|c| c.is_identity(&t.codes))),
                        _ => None,
                    };
                    if let Some(candidate) =
                        candidate.filter(|c| posterior > 0.05 && c.words.len() == 1)
                    {
                        if paragraph[i].is_alone() {
                            memory.add_cased(&candidate.surface, posterior);
                        }
                        if candidate.words[0].within > 0.0 {
                            memory.add(&candidate.surface, posterior);
                        }
                    }
                }
            }
        }
        memory.finish();
        memory
    }
}

/// The numbers behind every `§` of the best path.
fn numbered<'a>(parts: impl Iterator<Item = Part<'a>>) -> Paragrafs {
    let mut numbers = Paragrafs::default();
    for ((paragraph, _), (origins, decoded)) in parts {
        for &(i, e) in &decoded.path {
            let is_sign = match &origins[i][e] {
                Origin::Sections(_) => true,
                Origin::Kept => paragraph.get(i).is_some_and(|t| *t.codes == [SECTION]),
                _ => false,
            };
            if let Some(number) = paragraph
                .get(i + 1)
                .filter(|t| is_sign && is_paragraf_number(t))
            {
                numbers.add(&number.codes, number.glued, decoded.posteriors[i][e]);
            }
        }
    }
    numbers
}

/// A paragraph, its readings and what came of them.
type Part<'a> = (
    (&'a Paragraph, &'a Vec<Readings>),
    &'a (Ragged<Origin>, Decoded),
);

/// Text that no engine read: everything is itself, and what confuses engines
/// happens to typists hundreds of times less often.
fn clean_table(tables: &[Table]) -> Table {
    let mut units: FxHashMap<Unit, Cost> = FxHashMap::default();
    for (unit, cost) in tables.iter().flat_map(|t| &t.units) {
        let cost = if unit.is_identity() {
            0.0005
        } else {
            cost.max(3.0) + 6.0
        };
        let known = units.entry(*unit).or_insert(cost);
        *known = known.min(cost);
    }
    let mut units: Vec<(Unit, Cost)> = units.into_iter().collect();
    units.sort_unstable_by_key(|u| u.0);
    Table { units }
}
