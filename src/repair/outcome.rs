//! From the best path to repairs.

use super::candidate::Candidate;
use super::channel::{Channel, UnitId};
use super::decode::Decoded;
use super::document::{Paragraph, Seen};
use super::identifiers::Ranges;
use super::identifiers::{EM_DASH, EN_DASH};
use super::lattice::{Origin, Readings};
use super::ragged::Ragged;
use super::sections::{SECTION, Shape};
use super::{Alternative, Basis, Repair, RepairKind};
use crate::normalize::Clean;
use crate::text::Span;
use crate::text::alphabet;

/// Collects the repairs of a document.
pub struct Outcome<'a> {
    /// The text that was decoded.
    pub clean: &'a Clean,
    /// The units, to divide readings where a line ends.
    pub channel: &'a Channel,
    /// Repairs below this confidence are suggestions.
    pub least: f32,
    /// Whether the document sets a space between `§` and its number.
    pub is_spaced: bool,
    /// How likely an engine read the document that knows no Swedish, 0 to 1.
    pub foreign: f64,
    /// What was found so far.
    pub repairs: Vec<Repair>,
}

/// Other readings named with a repair, at most.
const ALTERNATIVES: usize = 4;

/// How sure a rule is whose result validates (measured on the dev pages).
const BY_RULE: f32 = 0.9;

/// Readings less likely than this are not named.
const LEAST: f32 = 0.005;

impl Outcome<'_> {
    /// Adds what differs from the text in one paragraph.
    pub fn add(
        &mut self,
        paragraph: &Paragraph,
        readings: &[Readings],
        origins: &Ragged<Origin>,
        decoded: &Decoded,
    ) {
        for &(i, e) in &decoded.path {
            let confidence = decoded.posteriors[i][e].clamp(0.0, 1.0);
            let Some(seen) = paragraph.get(i) else {
                if let (Origin::Stop, Some(last)) = (&origins[i][e], paragraph.last()) {
                    self.stop(last.rest.map_or(last.span, |r| r.0), confidence);
                }
                continue;
            };
            let alternatives = || alternatives(i, e, readings, origins, decoded);
            match &origins[i][e] {
                Origin::Kept | Origin::Stop => {}
                Origin::Mark(unit) => {
                    let meant = self.channel.unit(*unit).meant();
                    // Settled by the numbers around, or hardly ever meant otherwise.
                    let is_firm = matches!(*meant, [SECTION])
                        || seen.codes[0] == EM_DASH && matches!(*meant, [EN_DASH]);
                    let basis = if is_firm {
                        Basis::Counted
                    } else {
                        Basis::Other
                    };
                    let to = alphabet::decode_str(meant);
                    self.push(
                        seen.span,
                        to,
                        RepairKind::Mark,
                        basis,
                        confidence,
                        Vec::new(),
                    );
                }
                Origin::Sections(site) => {
                    let last = &paragraph[i + site.tokens - 1];
                    let gap = match site.shape {
                        Shape::Glued if self.is_spaced => " ",
                        _ => "",
                    };
                    self.push(
                        seen.span.cover(last.span),
                        format!("{}{gap}", "§".repeat(site.signs)),
                        RepairKind::Mark,
                        Basis::Counted,
                        confidence,
                        Vec::new(),
                    );
                }
                Origin::Space => self.push(
                    seen.span,
                    " ".into(),
                    RepairKind::Split,
                    Basis::Other,
                    confidence,
                    Vec::new(),
                ),
                Origin::Spaced => {
                    let to = format!("{} ", seen.span.of(&self.clean.text));
                    self.push(
                        seen.span,
                        to,
                        RepairKind::Split,
                        Basis::Other,
                        confidence,
                        Vec::new(),
                    );
                }
                Origin::SectionNumber => {
                    let number = seen.span.of(&self.clean.text).chars().skip(1);
                    let to = format!("§ {}", number.collect::<String>());
                    self.push(
                        seen.span,
                        to,
                        RepairKind::Identifier,
                        Basis::Other,
                        confidence,
                        Vec::new(),
                    );
                }
                Origin::Remembered(surface) => {
                    if seen.rest.is_none() {
                        let to = alphabet::decode_str(surface);
                        self.push(
                            seen.span,
                            to,
                            RepairKind::Spelling,
                            Basis::Remembered,
                            confidence,
                            alternatives(),
                        );
                    }
                }
                Origin::Candidate(k) => {
                    let candidate = &readings[i].one[*k];
                    let kind = if candidate.words.len() > 1 {
                        RepairKind::Split
                    } else {
                        RepairKind::Spelling
                    };
                    // What was read is a word too: the words around must tell, and do so
                    // less surely than letters.
                    let is_word = |c: &Candidate| {
                        c.is_identity(&seen.codes) && c.words.iter().all(|w| w.within == 0.0)
                    };
                    let confidence = match readings[i].one.iter().any(is_word) {
                        true => confidence.powf(REAL_WORD),
                        false => confidence,
                    };
                    match seen.rest {
                        None => {
                            let to = alphabet::decode_str(&candidate.surface);
                            self.push(
                                seen.span,
                                to,
                                kind,
                                candidate.basis,
                                confidence,
                                alternatives(),
                            );
                        }
                        Some((rest, before)) => {
                            self.divided(candidate, [seen.span, rest], before, kind, confidence)
                        }
                    }
                }
                Origin::Joined(j, k) => {
                    let (len, found) = &readings[i].joined[*j];
                    let span = seen.span.cover(paragraph[i + len - 1].span);
                    let kind = if paragraph[i + 1].glued {
                        RepairKind::Spelling
                    } else {
                        RepairKind::Join
                    };
                    self.push(
                        span,
                        alphabet::decode_str(&found[*k].surface),
                        kind,
                        found[*k].basis,
                        confidence,
                        Vec::new(),
                    );
                }
            }
        }
    }

    /// Adds what the rules for identifiers mend.
    pub fn identifiers<'s>(
        &mut self,
        tokens: impl Iterator<Item = &'s Seen>,
        ranges: &Ranges,
        is_clean: bool,
    ) {
        for seen in tokens {
            if let Some(codes) = ranges.repaired(seen, is_clean) {
                let to = alphabet::decode_str(&codes);
                self.push(
                    seen.span,
                    to,
                    RepairKind::Identifier,
                    Basis::Other,
                    BY_RULE,
                    Vec::new(),
                );
            }
        }
    }

    /// A word over a line end: each half is repaired where it stands.
    fn divided(
        &mut self,
        candidate: &Candidate,
        spans: [Span; 2],
        before: usize,
        kind: RepairKind,
        confidence: f32,
    ) {
        let surface = alphabet::decode_str(&candidate.surface);
        let cut = self.cut(&candidate.units, before);
        let halves: [String; 2] = [
            surface.chars().take(cut).collect(),
            surface.chars().skip(cut).collect(),
        ];
        for (span, to) in spans.into_iter().zip(halves) {
            if span.of(&self.clean.text) != to {
                self.push(span, to, kind, candidate.basis, confidence, Vec::new());
            }
        }
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

    /// A full stop that was lost behind the word at `span`, perhaps one that is mended itself,
    /// alone or with what stands before it: then both are one repair, or the word's alone
    /// where the stop is not sure enough.
    fn stop(&mut self, span: Span, confidence: f32) {
        let stop = self.calibrated(Basis::Other, RepairKind::Mark, confidence);
        match self.repairs.last_mut() {
            Some(last) if last.span.start < span.end && last.span.end > span.start => {
                if last.applied && stop >= self.least {
                    last.to.push('.');
                    last.confidence = last.confidence.min(stop);
                }
            }
            _ => {
                let to = format!("{}.", span.of(&self.clean.text));
                let (kind, basis) = (RepairKind::Mark, Basis::Other);
                self.push(span, to, kind, basis, confidence, Vec::new());
            }
        }
    }

    /// The share of repairs of this posterior that are right. The decoder is sure enough of
    /// words that the corpora hold; what it knows less of it is too sure of, the more so the
    /// weaker the basis. Where an engine knows Swedish, or none read, little is wrong to begin
    /// with, and what looks wrong is oftener only rare. Exponents fitted on the dev pages; the
    /// reliability tables stand in docs/QUALITY.md.
    fn calibrated(&self, basis: Basis, kind: RepairKind, posterior: f32) -> f32 {
        let share = match (basis, kind) {
            (_, RepairKind::Identifier) | (Basis::Counted, _) => posterior,
            (Basis::Formed | Basis::Remembered, _) => posterior.powf(2.0),
            (Basis::Spelled, _) => posterior.powf(3.3),
            (Basis::Other, _) => MARKS * posterior.powf(3.0),
        };
        share.powf(1.0 + SELDOM * (1.0 - self.foreign) as f32)
    }

    fn push(
        &mut self,
        span: Span,
        to: String,
        kind: RepairKind,
        basis: Basis,
        confidence: f32,
        alternatives: Vec<Alternative>,
    ) {
        let from = span.of(&self.clean.text).to_owned();
        let confidence = self.calibrated(basis, kind, confidence);
        if from != to {
            let applied = confidence >= self.least;
            self.repairs.push(Repair {
                span,
                from,
                to,
                kind,
                basis,
                confidence,
                applied,
                alternatives,
            });
        }
    }
}

/// How much less sure a repair is where engines are seldom wrong, as an exponent.
const SELDOM: f32 = 0.4;

/// How much less sure a repair is whose word was read as another word, as an exponent.
const REAL_WORD: f32 = 1.2;

/// The share of marks that are right where the decoder has no doubt.
const MARKS: f32 = 0.95;

/// The other readings of a token, likeliest first.
fn alternatives(
    i: usize,
    chosen: usize,
    readings: &[Readings],
    origins: &Ragged<Origin>,
    decoded: &Decoded,
) -> Vec<Alternative> {
    let mut others: Vec<Alternative> = origins[i]
        .iter()
        .zip(&decoded.posteriors[i])
        .enumerate()
        .filter(|&(e, (_, &p))| e != chosen && p > LEAST)
        .filter_map(|(_, (origin, &p))| {
            let to = match origin {
                Origin::Candidate(k) => alphabet::decode_str(&readings[i].one[*k].surface),
                Origin::Remembered(surface) => alphabet::decode_str(surface),
                _ => return None,
            };
            Some(Alternative {
                to,
                confidence: p.clamp(0.0, 1.0),
            })
        })
        .collect();
    others.sort_by(|a, b| {
        b.confidence
            .total_cmp(&a.confidence)
            .then_with(|| a.to.cmp(&b.to))
    });
    others.truncate(ALTERNATIVES);
    others
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::normalize;
    use crate::source;

    #[test]
    fn a_stop_that_was_lost_joins_the_repair_of_what_stands_before_it() {
        let raw = source::read("deltar inte i bes}utet".as_bytes()).expect("text");
        let clean = normalize(&raw);
        let channel = Channel::new(&[]);
        let whole = Span::new(14, 22);
        let mended = |least: f32, confidence: f32| {
            let mut outcome = Outcome {
                clean: &clean,
                channel: &channel,
                least,
                is_spaced: false,
                foreign: 1.0,
                repairs: vec![Repair::in_text(&clean.text, "bes}utet", "beslutet")],
            };
            // The last token is `utet`, which was read together with what is before it.
            outcome.stop(Span::new(whole.end - 4, whole.end), confidence);
            assert_eq!((outcome.repairs.len(), outcome.repairs[0].span), (1, whole));
            outcome.repairs.remove(0).to
        };
        assert_eq!(mended(0.5, 1.0), "beslutet.");
        assert_eq!(
            mended(0.5, 0.3),
            "beslutet",
            "the word is surer than the stop"
        );
    }
}
