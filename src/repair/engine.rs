//! What a document was read with: its engine, as far as its own text tells.
//!
//! The tables of the engines are mixed by how likely each makes what the decoder is sure
//! of, and the mixture is re-estimated from the same readings.

use super::adapt::{self, PRIOR, UnitCounts};
use super::channel::{Channel, Table, Unit};
use super::decode::{Decoded, Decoder};
use super::document::Paragraph;
use super::lattice::{Origin, Pricing, Readings, build, posterior};
use super::ragged::Ragged;
use super::repairer::Repairer;
use super::sections::{self, Sites};
use crate::lm::Cost;
use crate::text::alphabet::Code;
use rustc_hash::FxHashMap;

/// Shares of the tables before a document is seen: eng, swe, clean.
const PRIOR_SHARES: [f64; 3] = [0.5, 0.3, 0.2];

/// The share of the user's own tables: they were made for such documents.
const OWN_SHARE: f64 = 0.5;

/// The table of the engine that knows Swedish.
const SWEDISH: usize = 1;

/// The table of text that no engine read.
const CLEAN: usize = 2;

/// Text is clean beyond doubt where no engine read it with at least this probability.
const CERTAIN: f64 = 0.9;

/// What the document was read with.
pub struct Engine {
    /// What units cost.
    pub costs: Vec<Cost>,
    /// How likely no engine read it, 0 to 1.
    pub clean: f64,
    /// How likely an engine read it that knows no Swedish, 0 to 1; a user's own tables are
    /// taken for such engines'.
    pub foreign: f64,
}

impl Engine {
    /// What changes cost in it that are no matter of the units: where no engine went
    /// wrong none lost a space.
    pub fn calm(&self) -> Cost {
        CALM * self.clean as Cost
    }
}

/// The share of tables other than the Swedish engine's and that of clean text.
fn foreign(shares: &[f64]) -> f64 {
    1.0 - shares[SWEDISH] - shares[CLEAN]
}

/// How much seldomer a space is lost, or a mark put in, where no engine read, in nats.
const CALM: Cost = 6.0;

/// Tokens of the sample that a document's engine is told by, about.
const SAMPLE: usize = 500;

/// The shares of a channel's tables before a document is seen; those behind the third are
/// the user's own.
pub fn priors(channel: &Channel) -> Vec<f64> {
    let own = channel.tables().saturating_sub(PRIOR_SHARES.len());
    let left = if own == 0 { 1.0 } else { 1.0 - OWN_SHARE };
    let known = PRIOR_SHARES.iter().map(|p| p * left);
    known
        .chain(std::iter::repeat_n(OWN_SHARE / own as f64, own))
        .collect()
}

/// The same where an engine read the document for sure.
pub fn read_priors(channel: &Channel) -> Vec<f64> {
    let mut priors = priors(channel);
    priors[CLEAN] = 0.0;
    let sum: f64 = priors.iter().sum();
    priors.iter_mut().for_each(|p| *p /= sum);
    priors
}

/// A paragraph, its readings and what came of them.
pub type Part<'a> = (
    (&'a Paragraph, &'a Vec<Readings>),
    &'a (Ragged<Origin>, Decoded),
);

impl Repairer<'_> {
    /// What units cost in the document, as far as a sample of it tells: all that is
    /// learned of its words later should not rest on another engine's errors.
    ///
    /// `priors` are the shares of the tables before the document is seen.
    pub fn sampled(
        &self,
        priors: &[f64],
        paragraphs: &[Paragraph],
        readings: &[Vec<Readings>],
        sites: &Sites,
        decoder: &mut Decoder,
    ) -> Engine {
        if self.options.passes < 2 {
            return Engine {
                costs: self.base.clone(),
                clean: priors[CLEAN],
                foreign: foreign(priors),
            };
        }
        let tokens: usize = paragraphs.iter().map(Vec::len).sum();
        let every = (tokens / SAMPLE).max(1);
        let pricing = Pricing {
            words: &self.words,
            channel: &self.channel,
            costs: &self.base,
            memory: None,
            sites,
            calm: 0.0,
        };
        let picked = || (0..paragraphs.len()).step_by(every);
        let decoded: Vec<(Ragged<Origin>, Decoded)> = picked()
            .map(|p| {
                let (lattice, origins) = build(&pricing, p, &paragraphs[p], &readings[p]);
                let outcome = decoder.decode(&self.words.lm, &lattice, &self.options.beam);
                (origins, outcome)
            })
            .collect();
        let parts = picked().map(|p| (&paragraphs[p], &readings[p]));
        self.adapted(priors, parts.zip(&decoded))
    }

    /// The channel, re-estimated from the units of confident readings.
    pub fn adapted<'a>(&self, priors: &[f64], parts: impl Iterator<Item = Part<'a>>) -> Engine {
        self.estimated(priors, &self.counted(parts), PRIOR)
    }

    /// The channel, re-estimated from the units that were counted.
    pub fn estimated(&self, priors: &[f64], counts: &UnitCounts, prior: f64) -> Engine {
        let shares = adapt::shares(&self.channel, priors, counts);
        let mixture = adapt::mix(&self.channel, &shares);
        // What was repaired in a text that turns out to be clean was done by another table,
        // and teaches nothing: a name that comes back would bend the table to itself.
        let costs = match shares[CLEAN] > CERTAIN {
            true => mixture,
            false => adapt::estimate(&self.channel, &mixture, counts, prior),
        };
        Engine {
            costs,
            clean: shares[CLEAN],
            foreign: foreign(&shares),
        }
    }

    /// How often each unit was used in confident readings.
    pub fn counted<'a>(&self, parts: impl Iterator<Item = Part<'a>>) -> UnitCounts {
        let mut counts = UnitCounts::new(&self.channel);
        // A form that comes back says little more than it said the first time.
        let mut met: FxHashMap<&[Code], f64> = FxHashMap::default();
        for ((paragraph, readings), (origins, decoded)) in parts {
            for &(i, e) in &decoded.path {
                let weight = f64::from(posterior(&origins[i], &decoded.posteriors[i], e));
                if weight < 0.8 {
                    continue;
                }
                let form = paragraph.get(i).map_or(&[][..], |t| &t.codes);
                let times = met.entry(form).or_insert(0.0);
                *times += 1.0;
                let weight = weight / *times;
                let units = match &origins[i][e] {
                    Origin::Kept | Origin::Spaced => {
                        let units = form.iter().map(|&c| self.channel.identity(c));
                        units.for_each(|u| counts.add(u, weight));
                        continue;
                    }
                    Origin::Candidate(k) => &readings[i].one[*k].units[..],
                    Origin::Joined(j, k) => &readings[i].joined[*j].1[*k].units[..],
                    Origin::Mark(unit) => std::slice::from_ref(unit),
                    Origin::Sections(_) => {
                        let units = form
                            .iter()
                            .filter_map(|&c| sections::unit(&self.channel, c));
                        units.for_each(|u| counts.add(u, weight));
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
        counts
    }
}

/// Text that no engine read: everything is itself, and what confuses engines
/// happens to typists hundreds of times less often.
pub fn clean_table(tables: &[Table]) -> Table {
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
