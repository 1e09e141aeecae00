//! The repair of a document: lattices, passes, and what comes of them.

use super::adapt::{self, UnitCounts};
use super::candidate::{Candidate, Limits};
use super::channel::{Channel, Table};
use super::decode::{Beam, Decoded, Decoder};
use super::document::{Paragraph, Seen, paragraphs};
use super::doubt::Doubt;
use super::engine::{Engine, Part, clean_table, priors, read_priors};
use super::finder::Finder;
use super::identifiers::Ranges;
use super::lattice::{Origin, Pricing, Readings, SPURIOUS_SPACE, build, is_party, posterior};
use super::legible::legible;
use super::memory::Memory;
use super::outcome::Outcome;
use super::own::OwnWords;
use super::quality::Gauge;
use super::ragged::Ragged;
use super::readers::Readers;
use super::search::{Scratch, Search, Target};
use super::sections::{self, SECTION, Sites};
use super::spell;
use super::words::Words;
use super::{PageQuality, Repair};
use crate::lm::Cost;
use crate::memo::Memo;
use crate::model::{Model, ModelError};
use crate::normalize::Clean;
use crate::text::TokenKind;
use crate::text::alphabet::{self, Code};
use std::sync::Arc;

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
pub const MIN_CONFIDENCE: f32 = 0.57;

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

/// Repairs documents. One serves all threads; what it finds for a form it keeps.
pub struct Repairer<'m> {
    pub(super) words: Words<'m>,
    pub(super) channel: Channel,
    /// Costs that candidates are found with, the same for every document.
    pub(super) base: Vec<Cost>,
    readers: Readers,
    /// Whether `§` is ever read as a code.
    signs: [bool; 256],
    /// Candidates by form.
    found: Memo<Code, Arc<[Candidate]>>,
    own: OwnWords,
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

/// How much dearer than its tokens apart, without context, a word of several tokens may be
/// to be looked at, in nats.
const CONTEXT: Cost = 0.0;

/// What a mark costs without context, about, in nats.
const MARK: Cost = 6.0;

/// A document's paragraphs with what they may be, and what was decided.
struct Decision {
    paragraphs: Vec<Paragraph>,
    readings: Vec<Vec<Readings>>,
    decoded: Vec<(Ragged<Origin>, Decoded)>,
    sites: Sites,
    engine: Engine,
}

/// Forms whose candidates are kept.
const KEPT: usize = 1 << 19;

impl<'m> Repairer<'m> {
    /// A repairer from a model.
    ///
    /// # Errors
    /// Where the model lacks a part or its parts don't fit together.
    pub fn new(model: Model<'m>, options: Options) -> Result<Self, ModelError> {
        Repairer::with_channels(model, options, &[])
    }

    /// A repairer that knows tables of the user's own beside the model's.
    ///
    /// # Errors
    /// As [`Repairer::new`].
    pub fn with_channels(
        model: Model<'m>,
        options: Options,
        own: &[Table],
    ) -> Result<Self, ModelError> {
        let words = Words::of(&model)?;
        let mut tables: Vec<Table> = ["eng", "swe"]
            .iter()
            .map(|name| {
                Table::from_bytes(model.section(name)?)
                    .ok_or(ModelError::Damaged { part: "channel" })
            })
            .collect::<Result<_, _>>()?;
        tables.push(clean_table(&tables));
        tables.extend_from_slice(own);
        let channel = Channel::new(&tables);
        let base = adapt::mix(&channel, &priors(&channel));
        let readers = Readers::new(&channel, &base, spell::DEAREST);
        let is_sign = |code: usize| {
            let code = code as Code;
            let unit = sections::unit(&channel, code);
            code != SECTION && unit.is_some_and(|u| base[usize::from(u)] < 9.0)
        };
        let signs = std::array::from_fn(is_sign);
        Ok(Repairer {
            words,
            channel,
            base,
            readers,
            signs,
            found: Memo::new(KEPT),
            own: OwnWords::default(),
            options,
        })
    }

    /// The same with words that the user vouches for.
    pub fn with_own(self, own: OwnWords) -> Self {
        Repairer { own, ..self }
    }

    /// Repairs one document. The result depends on nothing but the document, the
    /// model and the options. Time is linear in its length.
    pub fn repair(&self, clean: &Clean) -> (Vec<Repair>, Vec<PageQuality>) {
        let Decision {
            paragraphs,
            readings,
            decoded,
            sites,
            engine,
        } = self.decide(clean);
        let mut gauge = Gauge::new(clean);
        let mut outcome = Outcome {
            clean,
            channel: &self.channel,
            least: self.options.min_confidence,
            is_spaced: sites.is_spaced(),
            foreign: engine.foreign,
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
        outcome.identifiers(paragraphs.iter().flatten(), &ranges, engine.clean > 0.5);
        let mut repairs = outcome.repairs;
        repairs.sort_by_key(|r| r.span.start);
        (repairs, gauge.finish())
    }

    /// How often each unit was used in what is surely read of a document. Costs as much as
    /// [`Repairer::repair`].
    pub fn units(&self, clean: &Clean) -> UnitCounts {
        let decision = self.decide(clean);
        let parts = decision.paragraphs.iter().zip(&decision.readings);
        self.counted(parts.zip(&decision.decoded))
    }

    /// Decodes every paragraph, as often as the options say.
    fn decide(&self, clean: &Clean) -> Decision {
        let doubt = Doubt::new(clean, self.options.word_confidences);
        let paragraphs = paragraphs(clean, &doubt);
        let mut scratch = Scratch::default();
        let legible = legible(&paragraphs, &self.words.lexicon);
        let readings: Vec<Vec<Readings>> = paragraphs
            .iter()
            .zip(legible)
            .map(|(paragraph, is_legible)| match is_legible {
                true => self.readings(paragraph, &mut scratch),
                false => self.as_they_stand(paragraph),
            })
            .collect();
        let mut decoder = Decoder::default();
        let sites = Sites::of(&paragraphs, |code| self.signs[usize::from(code)]);
        // Nothing but an engine gives confidences.
        let priors = match clean.confidences.is_empty() {
            true => priors(&self.channel),
            false => read_priors(&self.channel),
        };
        let mut engine = self.sampled(&priors, &paragraphs, &readings, &sites, &mut decoder);
        let mut memory = Memory::with(&self.own);
        let mut decoded: Vec<(Ragged<Origin>, Decoded)> = Vec::new();
        for pass in 0..self.options.passes.max(1) {
            // Each is let go when it was used: they are what a long document takes most of.
            let mut earlier = std::mem::take(&mut decoded).into_iter();
            for (p, (paragraph, readings)) in paragraphs.iter().zip(&readings).enumerate() {
                let before = earlier.next().map(|(_, decoded)| decoded.posteriors);
                let pricing = Pricing {
                    words: &self.words,
                    channel: &self.channel,
                    costs: &engine.costs,
                    memory: Some((&memory, before.as_ref())),
                    sites: &sites,
                    calm: engine.calm(),
                };
                let (lattice, origins) = build(&pricing, p, paragraph, readings);
                let outcome = decoder.decode(&self.words.lm, &lattice, &self.options.beam);
                decoded.push((origins, outcome));
            }
            if pass + 1 < self.options.passes {
                let parts = || paragraphs.iter().zip(&readings).zip(&decoded);
                engine = self.adapted(&priors, parts());
                memory = self.remember(parts());
            }
        }
        Decision {
            paragraphs,
            readings,
            decoded,
            sites,
            engine,
        }
    }

    /// What candidates are found with.
    fn finder(&self) -> Finder<'_, 'm> {
        let search = Search {
            words: &self.words,
            channel: &self.channel,
            readers: &self.readers,
            limits: Limits::default(),
            target: Target::Any,
        };
        let costs = &self.base;
        Finder { search, costs }
    }

    /// The candidates of a form, from the cache where it was met before.
    fn candidates(&self, codes: &[Code], scratch: &mut Scratch) -> Arc<[Candidate]> {
        let find = || self.finder().find(codes, scratch).into();
        self.found.get_or(codes, find)
    }

    /// What each token, and what begins with it, may be.
    fn readings(&self, paragraph: &Paragraph, scratch: &mut Scratch) -> Vec<Readings> {
        let alone = |i: usize| !paragraph[i].glued && paragraph.get(i + 1).is_none_or(|t| !t.glued);
        let mut one = |(i, seen): (usize, &Seen)| {
            let looked_at = match seen.kind {
                TokenKind::Word => !heads_section(paragraph, i),
                TokenKind::Number => seen.codes.len() <= 2,
                TokenKind::Mark => {
                    let is_looked_at = alone(i) || is_party(paragraph, i);
                    seen.codes.len() == 1 && is_looked_at && self.may_be_letter(seen.codes[0])
                }
                TokenKind::Code => false,
            };
            let one = match (looked_at, seen.kind) {
                (true, _) if *seen.codes == [b'|'] && is_inside(paragraph, i) => {
                    let found = self.candidates(&seen.codes, scratch);
                    let has_capital =
                        |c: &Candidate| c.surface.iter().any(|&c| alphabet::is_upper(c));
                    found.iter().filter(|c| !has_capital(c)).cloned().collect()
                }
                (true, _) => self.candidates(&seen.codes, scratch),
                // Words stay as they are.
                (false, TokenKind::Word) => Arc::from([self.finder().identity(&seen.codes)]),
                (false, _) => Arc::from([]),
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

    /// Tokens that nothing else is looked for in.
    fn as_they_stand(&self, paragraph: &Paragraph) -> Vec<Readings> {
        let finder = self.finder();
        let readings = |seen: &Seen| Readings {
            one: match seen.kind {
                TokenKind::Word => Arc::from([finder.identity(&seen.codes)]),
                _ => Arc::from([]),
            },
            joined: Vec::new(),
        };
        paragraph.iter().map(readings).collect()
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
            && !self.is_counted_whole(tokens)
        {
            return None;
        }
        // The joint is part of the key, since what the tokens cost apart depends on it. No
        // form holds a space.
        let key = tokens
            .iter()
            .map(|t| &*t.codes)
            .collect::<Vec<_>>()
            .join(&b' ');
        let finder = self.finder();
        let apart = |(t, r): (&Seen, &Readings)| match r.one.first() {
            Some(best) => finder.price(best),
            None => self.base[usize::from(self.channel.identity(t.codes[0]))] + MARK,
        };
        let apart: Cost = tokens.iter().zip(&readings[i..]).map(apart).sum();
        let space = if glued { 0.0 } else { SPURIOUS_SPACE };
        let found = self.found.get_or(&key, || {
            let codes: Vec<Code> = key.iter().copied().filter(|&c| c != b' ').collect();
            finder
                .joined(&codes, apart - space + CONTEXT, scratch)
                .into()
        });
        Some(found)
    }

    /// Whether words, each known by itself, are a counted word together: `Kommun fullmäktige`.
    fn is_counted_whole(&self, tokens: &[Seen]) -> bool {
        let codes = tokens.iter().flat_map(|t| t.codes.iter());
        let whole: Vec<Code> = codes.map(|&c| alphabet::lower(c)).collect();
        let known = self.words.lexicon.word(&whole);
        known.is_some_and(|id| self.words.is_counted(id))
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

    /// The uncounted words of a document, by the posteriors of their readings.
    fn remember<'a>(&self, parts: impl Iterator<Item = Part<'a>>) -> Memory<'_> {
        let mut memory = Memory::with(&self.own);
        for ((paragraph, readings), (origins, decoded)) in parts {
            for (i, origins) in origins.rows().enumerate() {
                let candidate = |origin: &Origin| match origin {
                    Origin::Candidate(k) => readings[i].one.get(*k),
                    Origin::Kept => paragraph
                        .get(i)
                        .and_then(|t| readings[i].one.iter().find(|c| c.is_identity(&t.codes))),
                    _ => None,
                };
                // Where a counted word is likelier, no other reading of the same form
                // gains by the form's coming back.
                let is_counted = |c: &Candidate| matches!(*c.words, [w] if w.within == 0.0);
                let counted = (0..origins.len())
                    .filter(|&e| candidate(&origins[e]).is_some_and(is_counted))
                    .map(|e| posterior(origins, &decoded.posteriors[i], e))
                    .fold(0.0, f32::max);
                for (origin, &posterior) in origins.iter().zip(&decoded.posteriors[i]) {
                    let candidate = candidate(origin);
                    if let Some(candidate) =
                        candidate.filter(|c| posterior > 0.05 && c.words.len() == 1)
                    {
                        if paragraph[i].is_alone() {
                            memory.add_cased(&candidate.surface, posterior);
                        }
                        if candidate.words[0].within > 0.0 && posterior >= counted {
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

/// Whether a token goes on with a sentence on its line: a bar there is no capital `I`, but
/// parts what stands beside each other (`Justerandes sign | Utdragsbestyrkande`).
fn is_inside(paragraph: &Paragraph, i: usize) -> bool {
    let before = i.checked_sub(1).map(|b| &paragraph[b]);
    before.is_some_and(|b| {
        let ends = matches!(*b.codes, [b'.' | b'!' | b'?' | b':' | b'"']);
        b.line == paragraph[i].line && !ends
    })
}

/// Whether a token is what a body is called for short, before a paragraf's sign and number at
/// the beginning of a line (`Tn $ 80`): no dictionary knows it.
fn heads_section(paragraph: &Paragraph, i: usize) -> bool {
    let seen = &paragraph[i];
    let begins = i
        .checked_sub(1)
        .is_none_or(|b| paragraph[b].line != seen.line);
    let short = (2..=4).contains(&seen.codes.len()) && alphabet::is_upper(seen.codes[0]);
    let sign = |t: &Seen| t.line == seen.line && matches!(*t.codes, [SECTION | b'$' | b'&' | b'8']);
    let number = |t: &Seen| t.line == seen.line && sections::is_paragraf_number(t);
    begins
        && short
        && paragraph.get(i + 1).is_some_and(sign)
        && paragraph.get(i + 2).is_some_and(number)
}
