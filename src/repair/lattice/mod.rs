//! The lattice of a paragraph: every reading of every token that is worth a look.

mod position;

use crate::lm::Cost;
use crate::repair::candidate::{Candidate, Few};
use crate::repair::channel::{Channel, Unit, UnitId};
use crate::repair::decode::{Edge, Lattice};
use crate::repair::document::{Paragraph, Seen};
use crate::repair::memory::Memory;
use crate::repair::ragged::Ragged;
use crate::repair::sections::{Site, Sites};
use crate::repair::words::{Scored, Words};
use crate::text::alphabet::Code;
use crate::text::{TokenKind, alphabet};
use position::Position;
use std::sync::Arc;

/// What it costs that an engine puts a space inside a word.
pub const SPURIOUS_SPACE: Cost = 6.0;

/// What a token, or what begins with it, may be. Found once for every pass.
pub struct Readings {
    /// Readings of the token.
    pub one: Arc<[Candidate]>,
    /// Readings of several tokens: how many, and which.
    pub joined: Vec<(usize, Arc<[Candidate]>)>,
}

/// Where an edge of the lattice came from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// The token as it stands.
    Kept,
    /// A reading of the token.
    Candidate(usize),
    /// A reading of several tokens.
    Joined(usize, usize),
    /// A word that the document has elsewhere.
    Remembered(Box<[Code]>),
    /// Another mark, or none.
    Mark(UnitId),
    /// A space that was read as a mark.
    Space,
    /// The mark, and the space that belongs behind it.
    Spaced,
    /// A full stop that was lost at the end.
    Stop,
    /// `§` that was read as something else, in one or more tokens.
    Sections(Site),
    /// `§` run together with its number.
    SectionNumber,
}

/// How likely edge `e` is what the token says: a kept word may be weighed more than once, as
/// the word that it is and as a name, and says the same either way.
pub fn posterior(origins: &[Origin], posteriors: &[f32], e: usize) -> f32 {
    let is_kept = |origin: &Origin| matches!(origin, Origin::Kept);
    let sum: f32 = if is_kept(&origins[e]) {
        let edges = origins.iter().zip(posteriors);
        edges.filter(|(o, _)| is_kept(o)).map(|(_, p)| p).sum()
    } else {
        posteriors[e]
    };
    sum.clamp(0.0, 1.0)
}

/// What edges are priced with.
pub struct Pricing<'a, 'm> {
    /// The words.
    pub words: &'a Words<'m>,
    /// The units.
    pub channel: &'a Channel,
    /// The units' costs in this document.
    pub costs: &'a [Cost],
    /// The document's words, with the posteriors of its readings so far.
    pub memory: Option<(&'a Memory<'a>, Option<&'a Ragged<f32>>)>,
    /// Where `§` may have been misread.
    pub sites: &'a Sites,
    /// What every change costs that is no matter of the units, in nats.
    pub calm: Cost,
}

/// Builds the lattice of a paragraph. One position a token, and one behind the last.
pub fn build(
    pricing: &Pricing<'_, '_>,
    index: usize,
    paragraph: &Paragraph,
    readings: &[Readings],
) -> (Lattice, Ragged<Origin>) {
    let (mut lattice, mut origins) = (Lattice::default(), Ragged::default());
    for (i, reading) in readings.iter().enumerate() {
        let mut position = Position {
            pricing,
            index,
            paragraph,
            i,
            edges: &mut lattice,
            origins: &mut origins,
        };
        position.fill(reading);
        lattice.end_row();
        origins.end_row();
    }
    end(pricing, paragraph, &mut lattice, &mut origins);
    (lattice, origins)
}

/// The end of the paragraph, perhaps with the full stop that a sentence ends with.
fn end(
    pricing: &Pricing<'_, '_>,
    paragraph: &Paragraph,
    lattice: &mut Lattice,
    origins: &mut Ragged<Origin>,
) {
    let to = paragraph.len() as u32 + 1;
    let mut add = |channel, words, origin| {
        lattice.push(Edge { to, channel, words });
        origins.push(origin);
    };
    add(0.0, Few::NONE, Origin::Kept);
    let lost = pricing.channel.find(&Unit::new(b".", &[]));
    let is_sentence =
        paragraph.len() >= 6 && paragraph.last().is_some_and(|t| t.kind == TokenKind::Word);
    if let Some(unit) = lost.filter(|_| is_sentence) {
        let id = pricing.words.lm.mark(b'.');
        let stop = Few::one(Scored { id, within: 0.0 });
        add(pricing.costs[usize::from(unit)], stop, Origin::Stop);
    }
    lattice.end_row();
    origins.end_row();
}

/// Whether one code in parentheses stands behind two names: a party does.
pub fn is_party(paragraph: &Paragraph, i: usize) -> bool {
    let is_name = |t: &Seen| {
        t.kind == TokenKind::Word
            && t.codes.len() > 1
            && t.line == paragraph[i].line
            && alphabet::is_upper(t.codes[0])
    };
    let around = i.checked_sub(3).and_then(|from| paragraph.get(from..i + 2));
    matches!(around, Some([first, last, open, party, close])
        if is_name(first) && is_name(last) && !last.glued
            && *open.codes == [b'('] && party.codes.len() == 1 && *close.codes == [b')']
            && party.glued && close.glued)
}
