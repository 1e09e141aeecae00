//! Counts to a pruned trigram model.
//!
//! Each corpus is counted by itself and discounted after modified Kneser–Ney
//! (Chen and Goodman 1999: three discounts an order, continuation counts below the
//! highest). The models are mixed context by context: a corpus speaks with its
//! weight times its share of the context's occurrences, so that a corpus that
//! never saw a context says nothing about it (count merging, Hsu 2007). N-grams
//! whose loss costs little are pruned (Stolcke 1998), and the back-offs of what is
//! left are computed afresh, so that the probabilities still sum to one.

use crate::lm::{Id, trigram_key};
use rustc_hash::{FxHashMap, FxHashSet};

/// A corpus as ids, and how much it counts beside the others.
pub struct Stream {
    /// Ids in order, boundaries included.
    pub ids: Vec<Id>,
    /// Weight of the corpus as a whole.
    pub weight: f64,
}

/// Probabilities as −ln, ready to be quantized.
pub struct Trigrams {
    /// Cost and back-off for each id.
    pub unigrams: Vec<(f32, f32)>,
    /// Key, cost, back-off; by key.
    pub bigrams: Vec<(u64, f32, f32)>,
    /// Key, cost; by key.
    pub trigrams: Vec<(u64, f32)>,
}

/// How much an n-gram must matter to be kept: expected nats lost a token.
pub struct Pruning {
    /// Threshold for bigrams.
    pub bigrams: f64,
    /// Threshold for trigrams.
    pub trigrams: f64,
}

/// Estimates the model over ids below `ids`.
pub fn estimate(streams: &[Stream], ids: usize, pruning: &Pruning) -> Trigrams {
    let counts: Vec<Counts> = streams.iter().map(Counts::new).collect();
    let p1 = unigrams(&counts, ids);
    let bi = Level::merge(
        &counts,
        |c| &c.bigrams,
        |key| key >> 21,
        |key| p1[(key & LOW) as usize],
    );
    let lower = |key: u64| {
        let (v, w) = ((key >> 21) & LOW, key & LOW);
        match bi.find(v << 21 | w) {
            Some(p) => p,
            None => bi.gamma.get(&v).copied().unwrap_or(1.0) * p1[w as usize],
        }
    };
    let tri = Level::merge(&counts, |c| &c.trigrams, |key| key >> 21, lower);
    let kept3 = tri.prune(
        pruning.trigrams,
        &FxHashSet::default(),
        |key| key >> 21,
        lower,
    );
    let contexts: FxHashSet<u64> = kept3.iter().map(|&(key, _)| key >> 21).collect();
    let p1_of = |key: u64| p1[(key & LOW) as usize];
    let kept2 = bi.prune(pruning.bigrams, &contexts, |key| key >> 21, p1_of);

    let mut bow1: FxHashMap<u64, (f64, f64)> = FxHashMap::default();
    for &(key, p) in &kept2 {
        let sums = bow1.entry(key >> 21).or_default();
        sums.0 += p;
        sums.1 += p1_of(key);
    }
    let find2: FxHashMap<u64, f64> = kept2.iter().copied().collect();
    let bow = |sums: Option<&(f64, f64)>| {
        sums.map_or(1.0, |&(p, q)| {
            ((1.0 - p).max(1e-6) / (1.0 - q).max(1e-6)).clamp(1e-6, 4.0)
        })
    };
    let mut bow2: FxHashMap<u64, (f64, f64)> = FxHashMap::default();
    for &(key, p) in &kept3 {
        let (v, w) = ((key >> 21) & LOW, key & LOW);
        let below = find2.get(&(v << 21 | w)).copied();
        let below = below.unwrap_or_else(|| bow(bow1.get(&v)) * p1[w as usize]);
        let sums = bow2.entry(key >> 21).or_default();
        sums.0 += p;
        sums.1 += below;
    }
    let nats = |p: f64| -p.max(1e-12).ln() as f32;
    Trigrams {
        unigrams: (0..ids)
            .map(|id| (nats(p1[id]), nats(bow(bow1.get(&(id as u64))))))
            .collect(),
        bigrams: kept2
            .iter()
            .map(|&(k, p)| (k, nats(p), nats(bow(bow2.get(&k)))))
            .collect(),
        trigrams: kept3
            .iter()
            .map(|&(k, p)| {
                (
                    trigram_key((k >> 42) as Id, (k >> 21 & LOW) as Id, (k & LOW) as Id),
                    nats(p),
                )
            })
            .collect(),
    }
}

const LOW: u64 = (1 << 21) - 1;

/// Sorted counts of one corpus.
struct Counts {
    share: f64,
    unigrams: FxHashMap<u64, u32>,
    bigrams: Order,
    trigrams: Order,
}

/// N-grams of one order with their (continuation) counts and discounts.
struct Order {
    grams: Vec<(u64, u32)>,
    discounts: [f64; 3],
    total: f64,
}

impl Counts {
    fn new(stream: &Stream) -> Self {
        let ids = &stream.ids;
        let mut keys: Vec<u64> = ids
            .windows(3)
            .map(|w| u64::from(w[0]) << 42 | u64::from(w[1]) << 21 | u64::from(w[2]))
            .collect();
        let trigrams = run_lengths(&mut keys);
        // Lower orders count in how many contexts an n-gram was seen, not how often.
        let mut keys: Vec<u64> = trigrams
            .iter()
            .map(|&(k, _)| k & (LOW << 21 | LOW))
            .collect();
        let bigrams = run_lengths(&mut keys);
        let mut unigrams: FxHashMap<u64, u32> = FxHashMap::default();
        for &(key, _) in &bigrams {
            *unigrams.entry(key & LOW).or_default() += 1;
        }
        Counts {
            share: stream.weight / ids.len().max(1) as f64,
            unigrams,
            bigrams: Order::new(bigrams),
            trigrams: Order::new(trigrams),
        }
    }
}

impl Order {
    fn new(grams: Vec<(u64, u32)>) -> Self {
        let of = |n: u32| grams.iter().filter(|&&(_, c)| c == n).count().max(1) as f64;
        let (n1, n2, n3, n4) = (of(1), of(2), of(3), of(4));
        let y = n1 / (n1 + 2.0 * n2);
        let discounts = [
            (1.0 - 2.0 * y * n2 / n1).clamp(0.1, 0.95),
            (2.0 - 3.0 * y * n3 / n2).clamp(0.2, 1.8),
            (3.0 - 4.0 * y * n4 / n3).clamp(0.3, 2.7),
        ];
        let total = grams.iter().map(|&(_, c)| f64::from(c)).sum();
        Order {
            grams,
            discounts,
            total,
        }
    }

    fn discount(&self, count: u32) -> f64 {
        self.discounts[(count.min(3) as usize).saturating_sub(1)]
    }
}

fn run_lengths(keys: &mut [u64]) -> Vec<(u64, u32)> {
    keys.sort_unstable();
    keys.chunk_by(|a, b| a == b)
        .map(|run| (run[0], run.len() as u32))
        .collect()
}

/// Interpolated with a uniform floor, so that no id is impossible.
fn unigrams(counts: &[Counts], ids: usize) -> Vec<f64> {
    let weight: f64 = counts.iter().map(|c| c.share * c.trigrams.total).sum();
    let mut p = vec![1e-9; ids];
    for c in counts {
        let total: f64 = c.unigrams.values().map(|&n| f64::from(n)).sum();
        let scale = c.share * c.trigrams.total / weight / total.max(1.0);
        for (&id, &n) in &c.unigrams {
            p[id as usize] += scale * f64::from(n);
        }
    }
    let sum: f64 = p.iter().sum();
    p.iter_mut().for_each(|p| *p /= sum);
    p
}

/// One order of the mixed model.
struct Level {
    /// Key, probability, weight of the context; by key.
    grams: Vec<(u64, f64)>,
    /// Mass left to the lower order, by context.
    gamma: FxHashMap<u64, f64>,
    /// Probability of the context itself.
    context: FxHashMap<u64, f64>,
}

impl Level {
    fn merge(
        counts: &[Counts],
        order: impl Fn(&Counts) -> &Order,
        context_of: impl Fn(u64) -> u64,
        lower: impl Fn(u64) -> f64,
    ) -> Level {
        let mut at = vec![0usize; counts.len()];
        let mut level = Level {
            grams: Vec::new(),
            gamma: FxHashMap::default(),
            context: FxHashMap::default(),
        };
        let mut group: Vec<(u64, f64)> = Vec::new();
        loop {
            let heads = counts
                .iter()
                .zip(&at)
                .filter_map(|(c, &i)| order(c).grams.get(i));
            let Some(context) = heads.map(|&(k, _)| context_of(k)).min() else {
                break;
            };
            group.clear();
            let (mut weight, mut gamma) = (0.0, 0.0);
            for (c, i) in counts.iter().zip(at.iter_mut()) {
                let order = order(c);
                let start = *i;
                while *i < order.grams.len() && context_of(order.grams[*i].0) == context {
                    *i += 1;
                }
                for &(key, n) in &order.grams[start..*i] {
                    let d = order.discount(n).min(f64::from(n));
                    group.push((key, c.share * (f64::from(n) - d)));
                    gamma += c.share * d;
                    weight += c.share * f64::from(n);
                }
            }
            group.sort_unstable_by_key(|&(k, _)| k);
            let gamma = gamma / weight;
            for run in group.chunk_by(|a, b| a.0 == b.0) {
                let mass: f64 = run.iter().map(|&(_, m)| m).sum();
                level
                    .grams
                    .push((run[0].0, mass / weight + gamma * lower(run[0].0)));
            }
            level.gamma.insert(context, gamma);
            level.context.insert(context, weight);
        }
        level
    }

    fn find(&self, key: u64) -> Option<f64> {
        let i = self.grams.binary_search_by_key(&key, |&(k, _)| k).ok()?;
        Some(self.grams[i].1)
    }

    /// The n-grams worth keeping: those in `needed`, and those without which the
    /// model would lose more than `threshold`.
    fn prune(
        &self,
        threshold: f64,
        needed: &FxHashSet<u64>,
        context_of: impl Fn(u64) -> u64,
        lower: impl Fn(u64) -> f64,
    ) -> Vec<(u64, f64)> {
        let keeps = |&(key, p): &(u64, f64)| {
            let context = context_of(key);
            let joint = self.context[&context] * p;
            needed.contains(&key)
                || joint * (p / (self.gamma[&context] * lower(key))).ln() > threshold
        };
        self.grams.iter().filter(|g| keeps(g)).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lm::bigram_key;

    #[test]
    fn probabilities_sum_to_one_in_every_context() {
        let ids: Vec<Id> = (0..4000u32).map(|i| (i * i + i / 7) % 11).collect();
        let stream = Stream { ids, weight: 1.0 };
        let model = estimate(
            &[stream],
            11,
            &Pruning {
                bigrams: 1e-4,
                trigrams: 1e-4,
            },
        );
        let bi: FxHashMap<u64, (f32, f32)> =
            model.bigrams.iter().map(|&(k, p, b)| (k, (p, b))).collect();
        let tri: FxHashMap<u64, f32> = model.trigrams.iter().copied().collect();
        let cost2 = |v: Id, w: Id| match bi.get(&bigram_key(v, w)) {
            Some(&(p, _)) => p,
            None => model.unigrams[v as usize].1 + model.unigrams[w as usize].0,
        };
        for u in 0..11 {
            for v in 0..11 {
                let sum: f64 = (0..11)
                    .map(|w| match tri.get(&trigram_key(u, v, w)) {
                        Some(&p) => p,
                        None => bi.get(&bigram_key(u, v)).map_or(0.0, |b| b.1) + cost2(v, w),
                    })
                    .map(|cost| f64::from(-cost).exp())
                    .sum();
                assert!((sum - 1.0).abs() < 0.02, "{u} {v}: {sum}");
            }
        }
    }
}
