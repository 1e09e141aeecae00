//! The repair of a document: lattices, two passes, and what comes of them.

use super::adapt::{self, UnitCounts};
use super::candidates::{Candidate, Finder, Limits, Scored, Sources, class};
use super::channel::{Channel, Place, Table, Unit, UnitId};
use super::decode::{Beam, Decoded, Edge, Lattice, decode};
use super::document::{Paragraph, Seen, paragraphs};
use super::{Alternative, PageQuality, Repair, RepairKind};
use crate::lexicon::{Flags, Lexicon};
use crate::lm::chars::CharModel;
use crate::lm::{Class, Cost, Lm};
use crate::model::{Model, ModelError};
use crate::normalize::Clean;
use crate::text::alphabet::{self, Code};
use crate::text::{Span, TokenKind};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex};

/// What may be chosen.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Repairs below this confidence are suggestions.
    pub min_confidence: f32,
    /// How often the channel is re-estimated from the document.
    pub passes: usize,
    /// The search through the lattice.
    pub beam: Beam,
}

impl Default for Options {
    fn default() -> Self {
        let var = |k: &str, d: f32| {
            std::env::var(k)
                .ok()
                .and_then(|v| v.parse().ok())
                .unwrap_or(d)
        };
        let beam = Beam {
            lm: var("LMW", 1.0),
            temperature: var("TEMP", 1.0),
            ..Beam::default()
        };
        Options {
            min_confidence: var("MINC", 0.5),
            passes: var("PASSES", 2.0) as usize,
            beam,
        }
    }
}

/// Shares of the tables before a document is seen: eng, swe, clean.
const PRIOR_SHARES: [f64; 3] = [0.5, 0.3, 0.2];

/// Repairs documents. One serves all threads; what it finds for a form it keeps.
pub struct Repairer<'m> {
    sources: Sources<'m>,
    channel: Channel,
    /// Costs that candidates are found with, the same for every document.
    base: Vec<Cost>,
    cache: Vec<Mutex<FxHashMap<Box<[Code]>, Arc<[Candidate]>>>>,
    /// What may be chosen.
    pub options: Options,
}

const SHARDS: usize = 64;
const CACHED: usize = 8192;

impl std::fmt::Debug for Repairer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repairer")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl<'m> Repairer<'m> {
    /// A repairer from a model's bytes.
    ///
    /// # Errors
    /// Where the model lacks a part or its parts don't fit together.
    pub fn new(model: Model<'m>, options: Options) -> Result<Self, ModelError> {
        let damaged = |part| move || ModelError::Damaged { part };
        let section = |name| model.section(name);
        let lexicon = Lexicon::new(
            section("dawg")?,
            section("flags")?,
            [
                section("lower")?,
                section("capital")?,
                section("left")?,
                section("right")?,
            ],
        )
        .ok_or_else(damaged("lexicon"))?;
        let lm = Lm::new(
            lexicon.len(),
            section("uni")?,
            section("backoff")?,
            section("bigrams")?,
            section("trigrams")?,
        )
        .ok_or_else(damaged("language model"))?;
        let chars = CharModel::new(section("chars")?).ok_or_else(damaged("chars"))?;
        let shares = section("shares")?;
        if shares.len() != 16 {
            return Err(ModelError::Damaged { part: "shares" });
        }
        let share =
            |i: usize| f32::from_le_bytes([shares[i], shares[i + 1], shares[i + 2], shares[i + 3]]);
        let tables: Vec<Table> = ["eng", "swe"]
            .iter()
            .map(|name| {
                Table::from_bytes(model.section(name)?)
                    .ok_or(ModelError::Damaged { part: "channel" })
            })
            .collect::<Result<_, _>>()?;
        let clean = clean_table(&tables);
        let channel = Channel::new(&[tables[0].clone(), tables[1].clone(), clean]);
        let base = adapt::mix(&channel, &PRIOR_SHARES);
        Ok(Repairer {
            sources: Sources {
                lexicon,
                chars,
                shares: [share(0), share(4), share(8), share(12)],
                lm,
            },
            channel,
            base,
            cache: (0..SHARDS).map(|_| Mutex::default()).collect(),
            options,
        })
    }

    /// Repairs one document. The result depends on nothing but the document, the
    /// model and the options. Time is linear in its length.
    pub fn repair(&self, clean: &Clean) -> (Vec<Repair>, Vec<PageQuality>) {
        let paragraphs = paragraphs(clean);
        let candidates: Vec<Vec<Readings>> = paragraphs.iter().map(|p| self.readings(p)).collect();
        let mut costs = self.base.clone();
        for _ in 1..self.options.passes {
            let mut counts = UnitCounts::new(&self.channel);
            for (paragraph, readings) in paragraphs.iter().zip(&candidates) {
                let (lattice, origins) = self.lattice(paragraph, readings, &costs);
                let decoded = decode(&self.sources.lm, &lattice, &self.options.beam);
                self.count(paragraph, readings, &origins, &decoded, &mut counts);
            }
            let shares = adapt::shares(&self.channel, &PRIOR_SHARES, &counts);
            if std::env::var("DEBUG").is_ok() {
                eprintln!("shares {shares:?}");
            }
            costs = adapt::estimate(&self.channel, &adapt::mix(&self.channel, &shares), &counts);
        }
        let mut repairs = Vec::new();
        for (paragraph, readings) in paragraphs.iter().zip(&candidates) {
            let (lattice, origins) = self.lattice(paragraph, readings, &costs);
            let decoded = decode(&self.sources.lm, &lattice, &self.options.beam);
            self.outcome(clean, paragraph, readings, &origins, &decoded, &mut repairs);
        }
        repairs.sort_by_key(|r| r.span.start);
        (repairs, Vec::new())
    }

    fn finder<'a>(&'a self) -> Finder<'a, 'm> {
        Finder {
            sources: &self.sources,
            channel: &self.channel,
            costs: &self.base,
            limits: Limits::default(),
        }
    }

    /// The candidates of a form, from the cache where it was met before.
    fn candidates(&self, codes: &[Code]) -> Arc<[Candidate]> {
        let shard = &self.cache[codes.iter().fold(7usize, |h, &c| {
            h.wrapping_mul(31).wrapping_add(usize::from(c))
        }) % SHARDS];
        if let Some(found) = shard
            .lock()
            .ok()
            .and_then(|cache| cache.get(codes).cloned())
        {
            return found;
        }
        let found: Arc<[Candidate]> = self.finder().find(codes).into();
        if let Ok(mut cache) = shard.lock() {
            if cache.len() >= CACHED {
                cache.clear();
            }
            cache.insert(codes.into(), found.clone());
        }
        found
    }

    /// What each token, and each pair of neighbours, may be.
    fn readings(&self, paragraph: &Paragraph) -> Vec<Readings> {
        let one = |seen: &Seen| match seen.kind {
            TokenKind::Word => self.candidates(&seen.codes),
            TokenKind::Number if seen.codes.len() <= 2 => self.candidates(&seen.codes),
            _ => Arc::from([]),
        };
        let mut readings: Vec<Readings> = paragraph
            .iter()
            .map(|s| Readings {
                one: one(s),
                joined: Vec::new(),
            })
            .collect();
        for i in 0..paragraph.len() {
            self.joins(paragraph, i, &mut readings);
        }
        readings
    }

    /// Words that were torn apart: by a space, or by a mark that stands for a letter.
    fn joins(&self, paragraph: &Paragraph, i: usize, readings: &mut [Readings]) {
        let is_wordy = |s: &Seen| matches!(s.kind, TokenKind::Word);
        let spans: &[usize] = &[2, 3];
        for &len in spans {
            let Some(tokens) = paragraph.get(i..i + len) else {
                continue;
            };
            if tokens.iter().any(|t| t.rest.is_some())
                || !is_wordy(&tokens[0])
                || !is_wordy(&tokens[len - 1])
            {
                continue;
            }
            let fits = match len {
                2 => !tokens[1].glued && tokens[0].line == tokens[1].line,
                _ => {
                    tokens[1].glued
                        && tokens[2].glued
                        && tokens[1].kind == TokenKind::Mark
                        && !matches!(*tokens[1].codes, [b'-' | b'/' | b'.' | b':' | b','])
                }
            };
            let doubtful = |k: usize| {
                readings[k]
                    .one
                    .iter()
                    .all(|c| c.channel > 4.0 || c.words.iter().any(|w| w.within > 0.0))
            };
            let half_known = tokens[0].codes.len() == 1 || tokens[len - 1].codes.len() == 1;
            if !fits || !(doubtful(i) || doubtful(i + len - 1)) || half_known && len == 2 {
                continue;
            }
            let codes: Vec<Code> = tokens
                .iter()
                .flat_map(|t| t.codes.iter().copied())
                .collect();
            let found = self.candidates(&codes);
            // Only words that stand in the lexicon are joined.
            let known = found
                .iter()
                .any(|c| c.words.len() == 1 && c.words[0].id < self.sources.lexicon.len());
            if known {
                readings[i].joined.push((len, found));
            }
        }
    }

    fn cost(&self, candidate: &Candidate, costs: &[Cost]) -> Cost {
        candidate.units.iter().map(|&u| costs[usize::from(u)]).sum()
    }

    fn lattice(
        &self,
        paragraph: &Paragraph,
        readings: &[Readings],
        costs: &[Cost],
    ) -> (Lattice, Vec<Vec<Origin>>) {
        let mut lattice = Vec::with_capacity(paragraph.len());
        let mut origins = Vec::with_capacity(paragraph.len());
        for (i, (seen, reading)) in paragraph.iter().zip(readings).enumerate() {
            let mut edges = Vec::new();
            let mut from = Vec::new();
            let mut add = |edge: Edge, origin: Origin| {
                edges.push(edge);
                from.push(origin);
            };
            match seen.kind {
                TokenKind::Word => {}
                TokenKind::Number | TokenKind::Code => {
                    let channel = seen
                        .codes
                        .iter()
                        .map(|&c| costs[usize::from(self.channel.identity(c))])
                        .sum();
                    add(
                        Edge {
                            to: i + 1,
                            channel,
                            words: [self.number(seen)].into(),
                        },
                        Origin::Kept,
                    );
                }
                TokenKind::Mark => self.marks(i, seen, paragraph, costs, &mut add),
            }
            for (k, candidate) in reading.one.iter().enumerate() {
                let kept = candidate.is_identity(&seen.codes);
                if kept && seen.kind == TokenKind::Number {
                    continue;
                }
                let origin = if kept {
                    Origin::Kept
                } else {
                    Origin::Candidate(k)
                };
                add(
                    Edge {
                        to: i + 1,
                        channel: self.cost(candidate, costs),
                        words: candidate.words.clone(),
                    },
                    origin,
                );
            }
            for (j, (len, found)) in reading.joined.iter().enumerate() {
                for (k, candidate) in found.iter().enumerate() {
                    if candidate.words.len() == 1
                        && candidate.words[0].id < self.sources.lexicon.len()
                    {
                        let channel = self.cost(candidate, costs) + SPURIOUS_SPACE;
                        add(
                            Edge {
                                to: i + len,
                                channel,
                                words: candidate.words.clone(),
                            },
                            Origin::Joined(j, k),
                        );
                    }
                }
            }
            lattice.push(edges);
            origins.push(from);
        }
        (lattice, origins)
    }

    /// A mark may be itself, another mark, or dirt.
    fn marks(
        &self,
        i: usize,
        seen: &Seen,
        paragraph: &Paragraph,
        costs: &[Cost],
        add: &mut impl FnMut(Edge, Origin),
    ) {
        let mark = |code: Code| -> Box<[Scored]> {
            [Scored {
                id: self.sources.lm.mark(code),
                within: 0.0,
            }]
            .into()
        };
        let Some(&code) = seen.codes.first() else {
            return;
        };
        let kept: Cost = seen
            .codes
            .iter()
            .map(|&c| costs[usize::from(self.channel.identity(c))])
            .sum();
        add(
            Edge {
                to: i + 1,
                channel: kept,
                words: mark(code),
            },
            Origin::Kept,
        );
        if seen.codes.len() > 1 {
            return;
        }
        for &unit in self.channel.reading(&seen.codes) {
            let cost = costs[usize::from(unit)];
            match self.channel.unit(unit).meant() {
                &[meant]
                    if meant != code
                        && !alphabet::is_letter(meant)
                        && !meant.is_ascii_digit()
                        && meant != b' '
                        && cost < 9.0 =>
                {
                    add(
                        Edge {
                            to: i + 1,
                            channel: cost,
                            words: mark(meant),
                        },
                        Origin::Mark(unit),
                    );
                }
                _ => {}
            }
        }
        let after = paragraph.get(i + 1).is_some_and(|t| t.glued);
        let place = match (seen.glued, after) {
            (false, _) => Place::Start,
            (true, true) => Place::Middle,
            (true, false) => Place::End,
        };
        if let Some(unit) = self.channel.find(&Unit::insertion(place, &[code])) {
            add(
                Edge {
                    to: i + 1,
                    channel: costs[usize::from(unit)],
                    words: [].into(),
                },
                Origin::Mark(unit),
            );
        }
    }

    /// A number or an identifier as it stands: its class, and its digits freely drawn.
    fn number(&self, seen: &Seen) -> Scored {
        let digits = seen.codes.len() as Cost;
        let (class, within) = match (seen.kind, seen.codes.len()) {
            (TokenKind::Code, _) => (Class::Code, 2.5 * digits),
            (_, 1) => (Class::Digit, 2.3),
            (_, 2) => (Class::TwoDigits, 4.6),
            (_, 4) if matches!(seen.codes[..2], [b'1', b'6'..=b'9'] | [b'2', b'0']) => {
                (Class::Year, 4.0)
            }
            _ => (Class::Number, 2.3 * digits),
        };
        Scored {
            id: self.sources.lm.class(class),
            within,
        }
    }

    /// Counts the units of confident readings.
    fn count(
        &self,
        paragraph: &Paragraph,
        readings: &[Readings],
        origins: &[Vec<Origin>],
        decoded: &Decoded,
        counts: &mut UnitCounts,
    ) {
        for &(i, e) in &decoded.path {
            let posterior = decoded.posteriors[i][e];
            if posterior < 0.8 {
                continue;
            }
            let weight = f64::from(posterior);
            match origins[i][e] {
                Origin::Kept => {
                    for &code in &paragraph[i].codes {
                        counts.add(self.channel.identity(code), weight);
                    }
                }
                Origin::Candidate(k) => readings[i].one[k]
                    .units
                    .iter()
                    .for_each(|&u| counts.add(u, weight)),
                Origin::Joined(j, k) => readings[i].joined[j].1[k]
                    .units
                    .iter()
                    .for_each(|&u| counts.add(u, weight)),
                Origin::Mark(unit) => counts.add(unit, weight),
            }
        }
    }

    fn outcome(
        &self,
        clean: &Clean,
        paragraph: &Paragraph,
        readings: &[Readings],
        origins: &[Vec<Origin>],
        decoded: &Decoded,
        repairs: &mut Vec<Repair>,
    ) {
        for &(i, e) in &decoded.path {
            let seen = &paragraph[i];
            let confidence = decoded.posteriors[i][e].clamp(0.0, 1.0);
            let (candidate, len) = match origins[i][e] {
                Origin::Kept => continue,
                Origin::Mark(unit) => {
                    let to = alphabet::decode_str(self.channel.unit(unit).meant());
                    self.push(
                        clean,
                        seen.span,
                        to,
                        RepairKind::Mark,
                        confidence,
                        Vec::new(),
                        repairs,
                    );
                    continue;
                }
                Origin::Candidate(k) => (&readings[i].one[k], 1),
                Origin::Joined(j, k) => (&readings[i].joined[j].1[k], readings[i].joined[j].0),
            };
            let kind = match (len, candidate.words.len()) {
                (1, 1) => RepairKind::Spelling,
                (1, _) => RepairKind::Split,
                _ => RepairKind::Join,
            };
            let surface = alphabet::decode_str(&candidate.surface);
            match seen.rest {
                None => {
                    let span = seen.span.cover(paragraph[i + len - 1].span);
                    let alternatives = self.alternatives(i, e, readings, origins, decoded);
                    self.push(
                        clean,
                        span,
                        surface,
                        kind,
                        confidence,
                        alternatives,
                        repairs,
                    );
                }
                Some((rest, before)) => {
                    let cut = self.cut(&candidate.units, before);
                    let first: String = surface.chars().take(cut).collect();
                    let second: String = surface.chars().skip(cut).collect();
                    for (span, to) in [(seen.span, first), (rest, second)] {
                        if span.of(&clean.text) != to {
                            self.push(clean, span, to, kind, confidence, Vec::new(), repairs);
                        }
                    }
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn push(
        &self,
        clean: &Clean,
        span: Span,
        to: String,
        kind: RepairKind,
        confidence: f32,
        alternatives: Vec<Alternative>,
        repairs: &mut Vec<Repair>,
    ) {
        let from = span.of(&clean.text).to_owned();
        let applied = confidence >= self.options.min_confidence;
        repairs.push(Repair {
            span,
            from,
            to,
            kind,
            confidence,
            applied,
            alternatives,
        });
    }

    fn alternatives(
        &self,
        i: usize,
        chosen: usize,
        readings: &[Readings],
        origins: &[Vec<Origin>],
        decoded: &Decoded,
    ) -> Vec<Alternative> {
        let mut others: Vec<Alternative> = origins[i]
            .iter()
            .enumerate()
            .filter(|&(e, _)| e != chosen && decoded.posteriors[i][e] > 0.005)
            .filter_map(|(e, origin)| match *origin {
                Origin::Candidate(k) => {
                    let to = alphabet::decode_str(&readings[i].one[k].surface);
                    Some(Alternative {
                        to,
                        confidence: decoded.posteriors[i][e].clamp(0.0, 1.0),
                    })
                }
                _ => None,
            })
            .collect();
        others.sort_by(|a, b| {
            b.confidence
                .total_cmp(&a.confidence)
                .then_with(|| a.to.cmp(&b.to))
        });
        others.truncate(4);
        others
    }

    /// How many meant codes come before seen code `before`.
    fn cut(&self, units: &[UnitId], before: usize) -> usize {
        let (mut meant, mut seen) = (0, 0);
        for &unit in units {
            if seen >= before {
                break;
            }
            seen += self.channel.unit(unit).seen().len();
            meant += self.channel.unit(unit).meant().len();
        }
        meant
    }

    /// Whether a word (any case) is in the lexicon.
    pub fn knows(&self, word: &str) -> bool {
        let codes: Vec<Code> = word
            .chars()
            .map(|c| alphabet::lower(alphabet::encode(c)))
            .collect();
        self.sources
            .lexicon
            .word(&codes)
            .is_some_and(|id| self.sources.lexicon.flags(id).has(Flags::WORD))
    }

    /// For measurements: the class of a form.
    pub fn class_of(&self, codes: &[Code]) -> Class {
        class(codes)
    }
}

/// What it costs that an engine puts a space inside a word.
const SPURIOUS_SPACE: Cost = 6.0;

/// Text that no engine read: everything is itself, and what confuses engines
/// happens to typists a hundred times less often.
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

/// The candidates of a token and of what begins with it.
struct Readings {
    one: Arc<[Candidate]>,
    joined: Vec<(usize, Arc<[Candidate]>)>,
}

/// Where an edge of the lattice came from.
#[derive(Clone, Copy, Debug)]
enum Origin {
    Kept,
    Candidate(usize),
    Joined(usize, usize),
    Mark(UnitId),
}
