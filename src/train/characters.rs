//! Words to a character model.

use crate::lm::chars::{END, ORDER, Start, key};
use crate::lm::hashed::{self, Wide};
use crate::lm::{quantize, quantize_backoff};
use crate::text::alphabet::Code;
use std::collections::BTreeMap;

/// N-grams of the full length seen less often than this are left to shorter ones.
const RARE: f64 = 3.0;

/// Estimates by interpolated Witten–Bell smoothing (Witten and Bell 1991) from
/// weighted word types and lays the model out.
pub fn estimate<'w>(words: impl IntoIterator<Item = (Start, &'w [Code], f64)>) -> Vec<u8> {
    // Contexts of each length, with what followed.
    let mut followers: Vec<BTreeMap<u64, BTreeMap<Code, f64>>> = vec![BTreeMap::new(); ORDER];
    for (start, word, weight) in words {
        let mut codes = vec![start as Code];
        codes.extend(word);
        codes.push(END);
        for i in 1..codes.len() {
            for len in 0..ORDER.min(i + 1) {
                let context = key(&codes[i - len..i]);
                *followers[len]
                    .entry(context)
                    .or_default()
                    .entry(codes[i])
                    .or_default() += weight;
            }
        }
    }
    let mut entries: BTreeMap<u64, (f32, f32)> = BTreeMap::new();
    let mut lower: BTreeMap<u64, BTreeMap<Code, f64>> = BTreeMap::new();
    for (len, contexts) in followers.iter().enumerate() {
        let mut level: BTreeMap<u64, BTreeMap<Code, f64>> = BTreeMap::new();
        for (&context, seen) in contexts {
            let total: f64 = seen.values().sum();
            if len == ORDER - 1 && total < RARE {
                continue;
            }
            let types = seen.len() as f64;
            let below = lower.get(&tail(context, len));
            let backoff = if len == 0 {
                0.02
            } else {
                types / (total + types)
            };
            let mut probabilities = BTreeMap::new();
            for (&code, &count) in seen {
                let shorter = match below {
                    Some(below) => below.get(&code).copied().unwrap_or(1e-4),
                    None => 1.0 / 80.0,
                };
                let p = (1.0 - backoff) * count / total + backoff * shorter;
                probabilities.insert(code, p);
                entries
                    .entry(context << 8 | u64::from(code))
                    .or_insert((0.0, 0.0))
                    .0 = -p.ln() as f32;
            }
            if len > 0 {
                entries.entry(context).or_insert((21.0, 0.0)).1 = -backoff.ln() as f32;
            }
            level.insert(context, probabilities);
        }
        lower = level;
    }
    let entries: Vec<(u64, u32)> = entries
        .into_iter()
        .map(|(key, (cost, backoff))| {
            (
                key,
                u32::from(quantize(cost)) << 8 | u32::from(quantize_backoff(backoff)),
            )
        })
        .collect();
    hashed::build::<Wide>(&entries)
}

/// The context without its first code.
fn tail(context: u64, len: usize) -> u64 {
    if len == 0 {
        0
    } else {
        context & ((1u64 << (8 * (len - 1))) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lm::chars::CharModel;

    #[test]
    fn likely_spellings_cost_less() {
        let words: Vec<Vec<u8>> = ["nämnden", "nämnder", "nämnd", "sända", "lända", "hända"]
            .iter()
            .map(|w| crate::text::alphabet::encode_str(w))
            .collect();
        let bytes = estimate(words.iter().map(|w| (Start::Lower, w.as_slice(), 3.0)));
        let model = CharModel::new(&bytes).unwrap();
        let cost = |w: &str| model.cost(Start::Lower, &crate::text::alphabet::encode_str(w));
        assert!(cost("nända") < cost("nanda"));
        assert!(cost("nämnd") < cost("dnmän"));
    }
}
