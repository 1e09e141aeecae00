//! The channel that a document was read through: a mixture of the tables, then
//! re-estimated from the decoder's own confident readings.

use super::channel::{Channel, Unit, UnitId};
use crate::lm::Cost;

/// How many occurrences the tables are worth beside the document's own.
pub const PRIOR: f64 = 40.0;

/// How often each unit was used, by unit.
#[derive(Clone, Debug)]
pub struct UnitCounts(Vec<f64>);

impl UnitCounts {
    /// No occurrences.
    pub fn new(channel: &Channel) -> Self {
        UnitCounts(vec![0.0; channel.len()])
    }

    /// Counts of every unit of a channel, by its number.
    pub fn of(counts: Vec<f64>) -> Self {
        UnitCounts(counts)
    }

    /// How often each unit was used, by its number.
    pub fn iter(&self) -> impl Iterator<Item = f64> {
        self.0.iter().copied()
    }

    /// One more occurrence, of some weight.
    pub fn add(&mut self, unit: UnitId, weight: f64) {
        self.0[usize::from(unit)] += weight;
    }
}

/// Mixes the tables: −ln Σ share · P.
pub fn mix(channel: &Channel, shares: &[f64]) -> Vec<Cost> {
    (0..channel.len())
        .map(|u| {
            let p: f64 = shares
                .iter()
                .enumerate()
                .map(|(t, s)| s * channel.likelihoods(t)[u])
                .sum();
            -p.max(1e-9).ln() as Cost
        })
        .collect()
}

/// The shares of the tables in a document, by how likely each makes what was
/// counted. Counts are damped, since neighbouring errors are not independent.
pub fn shares(channel: &Channel, prior: &[f64], counts: &UnitCounts) -> Vec<f64> {
    let cost = |table: usize| -> f64 {
        let costs = channel.costs(table);
        counts
            .0
            .iter()
            .zip(costs)
            .map(|(n, &c)| n * f64::from(c))
            .sum::<f64>()
            * DAMPING
    };
    let costs: Vec<f64> = (0..channel.tables()).map(cost).collect();
    let least = costs.iter().copied().fold(f64::MAX, f64::min);
    let weights: Vec<f64> = costs
        .iter()
        .zip(prior)
        .map(|(c, p)| p * (least - c).exp())
        .collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|w| (w / sum).max(1e-4)).collect()
}

const DAMPING: f64 = 0.3;

/// Re-estimates costs from counts, with `base` worth `prior` occurrences of every
/// condition.
pub fn estimate(channel: &Channel, base: &[Cost], counts: &UnitCounts, prior: f64) -> Vec<Cost> {
    let mut totals = vec![0.0; channel.condition_count()];
    let used = counts.0.iter().enumerate().filter(|(_, n)| **n > 0.0);
    for (u, n) in used {
        let unit: &Unit = channel.unit(u as UnitId);
        // A letter read as part of a longer unit occurred as well.
        for &code in unit.meant() {
            totals[channel.condition_of(code)] += n;
        }
        if unit.meant().len() != 1 {
            totals[channel.condition(u as UnitId)] += n;
        }
    }
    (0..channel.len())
        .map(|u| {
            let unit = channel.unit(u as UnitId);
            let total = totals[channel.condition(u as UnitId)];
            let known = match unit.meant().len() {
                1 => total,
                // How often a pair of letters was met is not counted; what was read
                // otherwise is bounded by its rarer letter.
                0 => return base[u],
                _ => {
                    unit.meant()
                        .iter()
                        .map(|&c| totals[channel.condition_of(c)])
                        .fold(f64::MAX, f64::min)
                        * 0.1
                        + total
                }
            };
            let p = (counts.0[u] + prior * f64::from(-base[u]).exp()) / (known + prior);
            -p.clamp(1e-7, 0.99999).ln() as Cost
        })
        .collect()
}
