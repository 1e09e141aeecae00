//! What a seen form may have been meant to be.

use super::Basis;
use super::channel::{Channel, UnitId};
use super::spell::spell;
use super::walk::walk;
use super::words::{Casing, Scored, Words, casing};
use crate::lm::Cost;
use crate::text::alphabet::{self, Code};

/// One reading of a seen form.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The meant codes, with their case; a space where a split is proposed.
    pub surface: Box<[Code]>,
    /// How each piece was read, in order.
    pub units: Box<[UnitId]>,
    /// What the language model scores: one entry a word.
    pub words: Box<[Scored]>,
    /// What the reading rests on.
    pub basis: Basis,
    /// Cost of what no unit stands for: a lost space, in nats.
    pub extra: Cost,
}

impl Candidate {
    /// Whether the reading is what was seen.
    pub fn is_identity(&self, seen: &[Code]) -> bool {
        *self.surface == *seen
    }

    /// What the channel asks for the reading when units cost `costs`, in nats.
    pub fn channel(&self, costs: &[Cost]) -> Cost {
        self.extra
            + self
                .units
                .iter()
                .map(|&u| costs[usize::from(u)])
                .sum::<Cost>()
    }
}

/// Limits of the search.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// States kept at each position.
    pub beam: usize,
    /// How much dearer than the best at its position a state may be, in nats.
    pub width: Cost,
    /// Candidates returned.
    pub most: usize,
    /// How much dearer than the best (channel and prior) a candidate may be.
    pub range: Cost,
    /// Longest form that is looked at, in codes.
    pub longest: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            beam: 48,
            width: 12.0,
            most: 12,
            range: 16.0,
            longest: 48,
        }
    }
}

/// Finds readings. Costs of units come from `costs`, by unit.
pub struct Finder<'a, 'm> {
    /// The model's parts.
    pub words: &'a Words<'m>,
    /// The units.
    pub channel: &'a Channel,
    /// Their costs.
    pub costs: &'a [Cost],
    /// Limits of the search.
    pub limits: Limits,
}

impl Finder<'_, '_> {
    /// The readings of one form (no space in it), likeliest first; the form itself
    /// is always among them.
    pub fn find(&self, seen: &[Code]) -> Vec<Candidate> {
        let mut found: Vec<Candidate> = vec![self.identity(seen)];
        if seen.len() <= self.limits.longest {
            for casing in self.casings(seen) {
                walk(
                    self.words,
                    self.channel,
                    self.costs,
                    self.limits,
                    seen,
                    casing,
                    &mut found,
                );
            }
            let is_known = found
                .iter()
                .any(|c| c.words.iter().all(|w| w.within == 0.0) && c.channel(self.costs) < KNOWN);
            if !is_known {
                spell(
                    self.words,
                    self.channel,
                    self.costs,
                    self.limits,
                    seen,
                    &mut found,
                );
            }
        }
        let mut priced: Vec<(Cost, Candidate)> =
            found.into_iter().map(|c| (self.price(&c), c)).collect();
        priced.sort_by(|a, b| {
            a.0.total_cmp(&b.0)
                .then_with(|| a.1.surface.cmp(&b.1.surface))
        });
        let limit = priced[0].0 + self.limits.range;
        let mut kept: Vec<Candidate> = Vec::new();
        for (cost, candidate) in priced {
            if is_recased(&candidate.surface, seen) {
                continue;
            }
            let wanted =
                kept.len() < self.limits.most && cost <= limit || candidate.is_identity(seen);
            if wanted && !kept.iter().any(|k| k.surface == candidate.surface) {
                kept.push(candidate);
            }
        }
        kept
    }

    fn price(&self, candidate: &Candidate) -> Cost {
        candidate.channel(self.costs) + self.words.prior(&candidate.words)
    }

    /// The form as it stands.
    fn identity(&self, seen: &[Code]) -> Candidate {
        let units = seen.iter().map(|&c| self.channel.identity(c)).collect();
        Candidate {
            surface: seen.into(),
            words: [self.words.score(seen)].into(),
            units,
            extra: 0.0,
            basis: Basis::Spelled,
        }
    }

    /// The casings under which a form is looked up.
    fn casings(&self, seen: &[Code]) -> Vec<Casing> {
        use Casing::{Capital, Lower, Upper};
        let letters = seen.iter().filter(|&&c| alphabet::is_letter(c)).count();
        let upper = seen.iter().filter(|&&c| alphabet::is_upper(c)).count();
        let first = seen.first().copied().unwrap_or(b' ');
        if !alphabet::is_letter(first) {
            return if upper * 2 > letters {
                vec![Upper, Capital]
            } else {
                vec![Lower, Capital]
            };
        }
        match (alphabet::is_upper(first), upper) {
            (true, n) if n == letters && n > 1 => vec![Upper],
            (true, 1) if self.may_be_lower(first) => vec![Capital, Lower],
            (true, 1) => vec![Capital],
            (true, n) if letters <= 3 || n * 2 > letters => vec![Capital, Upper],
            (true, _) => vec![Capital],
            (false, 0) if letters == 1 => vec![Lower, Capital],
            (false, 0) => vec![Lower],
            (false, n) if letters <= 3 || n * 2 > letters => vec![Lower, Upper, Capital],
            (false, _) => vec![Lower],
        }
    }

    /// Whether a capital is how some other letter in lower case is read (`A` for `å`).
    fn may_be_lower(&self, upper: Code) -> bool {
        self.channel.reading(&[upper]).iter().any(|&u| {
            let meant = self.channel.unit(u).meant();
            meant.len() == 1
                && meant[0] != alphabet::lower(upper)
                && !alphabet::is_upper(meant[0])
                && alphabet::is_letter(meant[0])
                && self.costs[usize::from(u)] < 8.0
        })
    }
}

/// Whether a reading takes a capital for the same letter in lower case, or differs
/// from what is seen in nothing but sound casing.
fn is_recased(surface: &[Code], seen: &[Code]) -> bool {
    let same = |(&a, &b): (&Code, &Code)| alphabet::lower(a) == alphabet::lower(b);
    let (Some(&first), Some(&seen_first)) = (surface.first(), seen.first()) else {
        return false;
    };
    let sunk = seen.len() > 1 && first != seen_first && first == alphabet::lower(seen_first);
    let only_case = surface.len() == seen.len() && surface.iter().zip(seen).all(same);
    surface != seen && seen.len() > 1 && casing(seen) != Casing::Odd && (sunk || only_case)
}

/// A form with a counted reading cheaper than this is not spelled freely, in nats.
const KNOWN: Cost = 6.0;
