//! Tables of the user's own: from what is surely read in a whole collection, or from pages
//! whose true text is known.

use super::adapt::{self, UnitCounts};
use super::channel::{Channel, Condition, MISSING, Table, Unit};
use super::engine::priors;
use super::house::House;
use super::repairer::Repairer;
use crate::lm::Cost;
use rustc_hash::FxHashMap;

/// How many occurrences the tables are worth beside a collection's own. What is misread
/// unsurely is never counted, so that counts say too little of rare confusions: of 40, 400,
/// 1000, 2000 and 4000 the best on halves of the dev pages (docs/QUALITY.md).
const COLLECTION_PRIOR: f64 = 2000.0;

/// The same beside pages whose true text is known, where nothing is missed: they are mostly of
/// an engine that the tables know little of. Of 40, 200, 400 and 2000; where the engine is one
/// that they know, 40 makes 53 pages worse than none.
const PAIRS_PRIOR: f64 = 400.0;

impl Repairer<'_> {
    /// No occurrences of any unit that this repairer knows.
    pub fn no_units(&self) -> UnitCounts {
        UnitCounts::new(&self.channel)
    }

    /// Whether a word is one that the corpora hold often enough to know its surroundings.
    pub fn is_counted(&self, word: &str) -> bool {
        let codes = crate::text::alphabet::encode_str(word);
        self.words.score(&codes).within == 0.0
    }

    /// The table of a collection in which units were used so often. The repairer is one
    /// without tables of the user's own.
    pub fn table_of_units(&self, counts: &UnitCounts) -> Table {
        let costs = self
            .estimated(&priors(&self.channel), counts, COLLECTION_PRIOR)
            .costs;
        let priced = (0..).zip(costs);
        let known = priced.filter(|&(_, cost)| cost < MISSING);
        Table {
            units: known
                .map(|(u, cost)| (*self.channel.unit(u), cost))
                .collect(),
        }
    }

    /// The table of pages in which each unit was `counted` so often and each condition `met`
    /// so often; what the pages say little about is as the model's tables have it.
    pub fn table_of_pairs(
        &self,
        counted: &FxHashMap<Unit, f64>,
        met: &FxHashMap<Condition, f64>,
    ) -> Table {
        smoothed(&self.channel, counted, met, PAIRS_PRIOR)
    }

    /// The table of what a review has taught: of most words nobody but the program itself
    /// said what was meant.
    pub fn table_of_house(&self, house: &House) -> Option<Table> {
        let (counted, met) = house.counts();
        let is_told = !counted.is_empty();
        is_told.then(|| smoothed(&self.channel, &counted, &met, COLLECTION_PRIOR))
    }
}

fn smoothed(
    channel: &Channel,
    counted: &FxHashMap<Unit, f64>,
    met: &FxHashMap<Condition, f64>,
    prior: f64,
) -> Table {
    let mut known = UnitCounts::new(channel);
    for (unit, &n) in counted {
        if let Some(id) = channel.find(unit) {
            known.add(id, n);
        }
    }
    let base = adapt::mix(channel, &adapt::shares(channel, &priors(channel), &known));
    let mut units: Vec<Unit> = (0..)
        .take(channel.len())
        .map(|u| *channel.unit(u))
        .chain(counted.keys().copied())
        .collect();
    units.sort_unstable();
    units.dedup();
    let cost = |unit: &Unit| {
        let before = channel
            .find(unit)
            .map_or(0.0, |u| f64::from(-base[usize::from(u)]).exp());
        let n = counted.get(unit).copied().unwrap_or(0.0);
        let of = met.get(&unit.condition()).copied().unwrap_or(0.0);
        let p = (n + prior * before) / (of + prior);
        -p.clamp(1e-9, 0.99999).ln() as Cost
    };
    let priced = units.iter().map(|unit| (*unit, cost(unit)));
    Table {
        units: priced.filter(|&(_, cost)| cost < MISSING).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::alphabet::encode_str;

    fn unit(meant: &str, seen: &str) -> Unit {
        Unit::new(&encode_str(meant), &encode_str(seen))
    }

    #[test]
    fn what_pages_show_counts_and_the_rest_stays_as_it_was() {
        let table = |o: Cost| Table {
            units: vec![
                (unit("a", "a"), 0.01),
                (unit("ö", "o"), o),
                (unit("ö", "ö"), 1.0),
            ],
        };
        let channel = Channel::new(&[table(1.0), table(1.0), table(1.0)]);
        let counted = FxHashMap::from_iter([(unit("ö", "ii"), 300.0), (unit("ö", "ö"), 60.0)]);
        let met = FxHashMap::from_iter([(unit("ö", "").condition(), 360.0)]);
        let learned = smoothed(&channel, &counted, &met, PAIRS_PRIOR);
        let cost = |u: Unit| learned.units.iter().find(|x| x.0 == u).map(|x| x.1);
        // 300 of 760
        assert!(cost(unit("ö", "ii")).is_some_and(|c| (c - 0.9295).abs() < 0.01));
        // 400 · e⁻¹ of 760
        assert!(cost(unit("ö", "o")).is_some_and(|c| (c - 1.6419).abs() < 0.01));
        assert!(cost(unit("a", "a")).is_some_and(|c| (c - 0.01).abs() < 0.001));
    }
}
