//! What a seen form may have been meant to be.

use super::Basis;
use super::candidate::{Candidate, Few};
use super::search::{Scratch, Search, Target};
use super::spell::spell;
use super::words::{Casing, casing};
use crate::lm::Cost;
use crate::text::alphabet::{self, Code};

/// Finds readings.
#[derive(Clone, Copy, Debug)]
pub struct Finder<'a, 'm> {
    /// What is searched.
    pub search: Search<'a, 'm>,
    /// Costs of the units.
    pub costs: &'a [Cost],
}

impl Finder<'_, '_> {
    /// The readings of one form (no space in it), likeliest first; the form itself
    /// is always among them.
    pub fn find(&self, seen: &[Code], scratch: &mut Scratch) -> Vec<Candidate> {
        let limits = self.search.limits;
        let mut found: Vec<Candidate> = vec![self.identity(seen)];
        if seen.len() <= limits.longest {
            let mut best = self.price(&found[0]);
            for casing in self.casings(seen) {
                self.search
                    .run(seen, casing, &mut best, scratch, &mut found);
            }
            let is_known = found
                .iter()
                .any(|c| c.words.iter().all(|w| w.within == 0.0) && c.channel(self.costs) < KNOWN);
            if !is_known {
                spell(&self.search, seen, &mut found);
            }
        }
        self.ranked(seen, found)
    }

    /// The counted words that `seen`, put together of several tokens, may be, likeliest
    /// first. Those that cost more than `most` (channel and prior) are not looked for.
    pub fn joined(&self, seen: &[Code], most: Cost, scratch: &mut Scratch) -> Vec<Candidate> {
        let limits = self.search.limits;
        let mut found = Vec::new();
        if seen.len() <= limits.longest {
            let search = Search {
                target: Target::Counted,
                ..self.search
            };
            let mut best = most - limits.range;
            for casing in self.casings(seen) {
                search.run(seen, casing, &mut best, scratch, &mut found);
            }
        }
        self.ranked(seen, found)
    }

    /// The readings worth keeping, likeliest first.
    fn ranked(&self, seen: &[Code], found: Vec<Candidate>) -> Vec<Candidate> {
        let limits = self.search.limits;
        let mut priced: Vec<(Cost, Candidate)> =
            found.into_iter().map(|c| (self.price(&c), c)).collect();
        priced.sort_by(|a, b| {
            a.0.total_cmp(&b.0)
                .then_with(|| a.1.surface.cmp(&b.1.surface))
        });
        let limit = priced.first().map_or(0.0, |p| p.0) + limits.range;
        let mut kept: Vec<Candidate> = Vec::new();
        for (cost, candidate) in priced {
            if is_recased(&candidate.surface, seen) {
                continue;
            }
            let wanted = kept.len() < limits.most && cost <= limit || candidate.is_identity(seen);
            if wanted && !kept.iter().any(|k| k.surface == candidate.surface) {
                kept.push(candidate);
            }
        }
        kept
    }

    /// What a reading costs without context, in nats.
    pub fn price(&self, candidate: &Candidate) -> Cost {
        candidate.channel(self.costs) + self.search.words.prior(&candidate.words)
    }

    /// The form as it stands.
    pub fn identity(&self, seen: &[Code]) -> Candidate {
        let units = seen
            .iter()
            .map(|&c| self.search.channel.identity(c))
            .collect();
        Candidate {
            surface: seen.into(),
            words: Few::one(self.search.words.score(seen)),
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
        self.search.channel.reading(&[upper]).iter().any(|&u| {
            let meant = self.search.channel.unit(u).meant();
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
