//! How well a page could be read, from what the decoder had to do to it.

use super::PageQuality;
use super::channel::Channel;
use super::decode::Decoded;
use super::document::{Paragraph, Seen};
use super::lattice::{Origin, Readings, posterior};
use super::ragged::Ragged;
use crate::normalize::Clean;
use crate::text::TokenKind;

/// A page with a higher estimated rate cannot be repaired and wants a new scan.
const BEYOND_REPAIR: f32 = 0.2;

/// A kept word that costs more than this a letter is taken for noise, in nats.
const NOISE: f32 = 3.4;

/// Of the letters of a noisy word, the share taken to be wrong.
const NOISY_LETTERS: f32 = 0.5;

/// What the evidence says (first) and what the true rate was then (second), in the middle
/// of 1,286 training pages of both engines. Where much is wrong, much of it looks like
/// words, and the evidence sees ever less of it.
const TRUE_RATES: [(f32, f32); 7] = [
    (0.0, 0.0),
    (0.045, 0.05),
    (0.07, 0.09),
    (0.09, 0.18),
    (0.11, 0.25),
    (0.16, 0.32),
    (0.5, 1.0),
];

/// The rate that evidence of `rate` stands for, in a straight line between the points.
fn true_rate(rate: f32) -> f32 {
    let between = TRUE_RATES.windows(2).find(|pair| rate <= pair[1].0);
    match between {
        Some(&[(x, y), (to_x, to_y)]) => y + (rate - x) / (to_x - x) * (to_y - y),
        _ => 1.0,
    }
}

/// Sums up evidence page by page.
#[derive(Debug)]
pub struct Gauge {
    /// For each page the letters, and how many of them are taken to be wrong.
    pages: Vec<(f32, f32)>,
}

impl Gauge {
    /// A gauge for the pages of a document.
    pub fn new(clean: &Clean) -> Self {
        let pages = clean.lines.last().map_or(0, |l| l.page);
        Gauge {
            pages: vec![(0.0, 0.0); pages],
        }
    }

    /// Adds one paragraph as it was decoded.
    pub fn add(
        &mut self,
        clean: &Clean,
        channel: &Channel,
        paragraph: &Paragraph,
        readings: &[Readings],
        origins: &Ragged<Origin>,
        decoded: &Decoded,
    ) {
        for seen in paragraph {
            self.page(clean, seen).0 += seen.codes.len() as f32 + 1.0;
        }
        for &(i, e) in &decoded.path {
            let Some(seen) = paragraph.get(i) else {
                continue;
            };
            let posterior = posterior(&origins[i], &decoded.posteriors[i], e);
            let doubt = 1.0 - posterior;
            let changed = |units: &[super::channel::UnitId]| -> f32 {
                let edits = |&u: &super::channel::UnitId| {
                    let unit = channel.unit(u);
                    if unit.is_identity() {
                        0
                    } else {
                        unit.meant().len().max(unit.seen().len())
                    }
                };
                units.iter().map(edits).sum::<usize>() as f32
            };
            let wrong = match &origins[i][e] {
                Origin::Kept => doubt + noise(seen, readings.get(i)),
                Origin::Candidate(k) => changed(&readings[i].one[*k].units) * posterior + doubt,
                Origin::Joined(j, k) => changed(&readings[i].joined[*j].1[*k].units) + 1.0,
                _ => 1.0,
            };
            self.page(clean, seen).1 += wrong;
        }
    }

    /// The verdict on each page. A page without letters is readable: it is blank.
    pub fn finish(self) -> Vec<PageQuality> {
        let quality = |(letters, wrong): (f32, f32)| {
            let estimated_cer = if letters > 0.0 {
                true_rate(wrong / letters)
            } else {
                0.0
            };
            PageQuality {
                estimated_cer,
                readable: estimated_cer <= BEYOND_REPAIR,
            }
        };
        self.pages.into_iter().map(quality).collect()
    }

    fn page(&mut self, clean: &Clean, seen: &Seen) -> &mut (f32, f32) {
        let page = clean.lines[seen.line].page;
        &mut self.pages[page - 1]
    }
}

/// The letters of a kept word that are likely wrong: all too unlikely a spelling.
fn noise(seen: &Seen, readings: Option<&Readings>) -> f32 {
    let kept = readings.and_then(|r| r.one.iter().find(|c| c.is_identity(&seen.codes)));
    let letters = seen.codes.len() as f32;
    match kept {
        Some(c)
            if seen.kind == TokenKind::Word
                && c.words.iter().any(|w| w.within > NOISE * (letters + 1.0)) =>
        {
            letters * NOISY_LETTERS
        }
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_grows_with_the_evidence_up_to_all() {
        let rates: Vec<f32> = (0..=100).map(|i| true_rate(i as f32 / 100.0)).collect();
        assert!(rates.is_sorted() && rates[0] == 0.0 && rates[100] == 1.0);
        assert!((true_rate(0.07) - 0.09).abs() < 1e-6);
    }
}
