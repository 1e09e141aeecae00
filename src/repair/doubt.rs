//! What the OCR engine's own confidences say about leaving a word as it was read.

use crate::lm::Cost;
use crate::normalize::Clean;
use crate::text::Span;

/// How unsure the engine was of words, by how far their confidences lie below the
/// document's own: engines count differently, and one that is always sure, or always
/// unsure, says nothing.
#[derive(Debug)]
pub struct Doubt<'c> {
    /// The document, where its confidences count.
    clean: Option<&'c Clean>,
    median: f32,
    spread: f32,
}

/// How far confidences lie from their median, at least: about what Tesseract's do.
const LEAST_SPREAD: f32 = 0.03;

/// What each such distance costs, in nats, and what is the most; chosen so as to damage little
/// (docs/QUALITY.md).
const SLOPE: Cost = 0.35;
const MOST: Cost = 2.5;

impl<'c> Doubt<'c> {
    /// Looks at a document's confidences, if they count at all.
    pub fn new(clean: &'c Clean, counts: bool) -> Self {
        let mut all: Vec<f32> = clean.confidences.iter().map(|c| c.1).collect();
        let median = middle(&mut all);
        all.iter_mut().for_each(|c| *c = (*c - median).abs());
        Doubt {
            clean: Some(clean).filter(|_| counts),
            median,
            spread: middle(&mut all).max(LEAST_SPREAD),
        }
    }

    /// What it costs to leave what stands in `span` as it was read; 0 where the engine is
    /// as sure as mostly or says nothing.
    pub fn of(&self, span: Span) -> Cost {
        let confidence = self.clean.and_then(|clean| clean.word_confidence(span));
        confidence.map_or(0.0, |c| {
            (SLOPE * (self.median - c) / self.spread).clamp(0.0, MOST)
        })
    }
}

/// The median; 0 of nothing.
fn middle(numbers: &mut [f32]) -> f32 {
    let at = numbers.len() / 2;
    match numbers.is_empty() {
        true => 0.0,
        false => *numbers.select_nth_unstable_by(at, f32::total_cmp).1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_is_what_is_unusual_for_the_document() {
        let document = |confidences: &[f32]| Clean {
            confidences: (0..)
                .zip(confidences)
                .map(|(at, &c)| (Span::new(2 * at, 2 * at + 1), c))
                .collect(),
            ..Clean::default()
        };
        let doubts = |confidences: &[f32], counts: bool| -> Vec<Cost> {
            let clean = document(confidences);
            let doubt = Doubt::new(&clean, counts);
            let at = |at: usize| doubt.of(Span::new(2 * at, 2 * at + 1));
            (0..=confidences.len()).map(at).collect()
        };
        let found = doubts(&[0.96, 0.95, 0.95, 0.94, 0.8, 0.1], true);
        assert_eq!(found[..3], [0.0; 3]);
        assert!(
            found[3] < 0.5 && (1.5..2.0).contains(&found[4]),
            "{found:?}"
        );
        assert_eq!(found[5..], [MOST, 0.0]);
        assert_eq!(doubts(&[0.3; 4], true), [0.0; 5]);
        assert_eq!(doubts(&[0.9, 0.9, 0.1], false), [0.0; 4]);
        assert_eq!(doubts(&[], true), [0.0]);
    }
}
