//! What a spelling costs as a word: counted, listed, compounded or spelled freely.

use crate::lexicon::dawg::{Ahead, Costs};
use crate::lexicon::{Flags, Lexicon, WordId};
use crate::lm::chars::{CharModel, Start};
use crate::lm::{Class, Cost, Id, Lm};
use crate::model::{Model, ModelError};
use crate::text::alphabet::{self, Code};

/// A word as the language model sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// A counted word, a class or a mark.
    pub id: Id,
    /// Cost of the word within its class; 0 for a counted word.
    pub within: Cost,
}

/// The parts of the model that know words.
#[derive(Debug)]
pub struct Words<'m> {
    /// The words.
    pub lexicon: Lexicon<'m>,
    /// How unlisted words are spelled.
    pub chars: CharModel<'m>,
    /// Costs of drawing a compound or a free spelling: lower case, then capital.
    pub shares: [Cost; 4],
    /// The language model, for unigrams and ids.
    pub lm: Lm<'m>,
    /// The least that any word costs without context.
    pub least_word: Cost,
    /// The least that a left element of a compound costs.
    pub least_left: Cost,
    /// The least that what follows an element of a compound costs.
    pub least_right: Cost,
}

/// What each character of a designation costs.
const DESIGNATION: Cost = 3.0;

/// What each further element of a compound costs beside itself.
pub const ELEMENT: Cost = 3.0;

/// What it costs that an engine loses a space.
pub const LOST_SPACE: Cost = 6.5;

/// The same behind a single capital (`Li` for `L i`), where it is commoner.
pub const LOST_SPACE_BEHIND_CAPITAL: Cost = 4.0;

/// Documents bring words of their own (names, places, projects) oftener than the
/// corpora, whose own words are counted: so much cheaper is an uncounted word.
/// Chosen on the dev pages of other municipalities.
const OPENNESS: Cost = 1.0;

/// Letters of the longest word in capitals that is taken for an abbreviation, and what
/// one costs: its letters follow no pattern (ln 26 each).
const ABBREVIATED: usize = 4;
const ABBREVIATION: Cost = 1.0;
const LETTER: Cost = 3.26;

impl<'m> Words<'m> {
    /// The parts together.
    pub fn new(lexicon: Lexicon<'m>, chars: CharModel<'m>, shares: [Cost; 4], lm: Lm<'m>) -> Self {
        let least = |k: usize| {
            let edges = lexicon.dawg.edges(lexicon.dawg.root());
            edges
                .map(|e| e.outlook(k, &Ahead::any()))
                .fold(Cost::INFINITY, Cost::min)
        };
        Words {
            least_left: lexicon.least_left(),
            least_word: least(0),
            least_right: least(1),
            lexicon,
            chars,
            shares,
            lm,
        }
    }

    /// The word parts of a model.
    ///
    /// # Errors
    /// Where the model lacks a part or its parts don't fit together.
    pub fn of(model: &Model<'m>) -> Result<Self, ModelError> {
        let damaged = |part| move || ModelError::Damaged { part };
        let section = |name| model.section(name);
        let costs = [
            section("lower")?,
            section("capital")?,
            section("left")?,
            section("right")?,
        ];
        let lexicon = Lexicon::new(section("dawg")?, section("flags")?, costs)
            .ok_or_else(damaged("lexicon"))?;
        let lm = Lm::new(
            lexicon.len(),
            section("uni")?,
            section("backoff")?,
            section("bigrams")?,
            section("trigrams")?,
        )
        .ok_or_else(damaged("language model"))?;
        let chars = CharModel::new(section("chars")?).ok_or_else(damaged("character model"))?;
        let shares: Vec<Cost> = section("shares")?
            .chunks_exact(4)
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect();
        let shares = shares
            .try_into()
            .map_err(|_| ModelError::Damaged { part: "shares" })?;
        Ok(Words::new(lexicon, chars, shares, lm))
    }

    /// How the language model sees a word that is spelled so.
    pub fn score(&self, surface: &[Code]) -> Scored {
        if surface.iter().any(u8::is_ascii_digit) {
            // A designation (`E8`, `3b`): neither a word nor spelled like one.
            let within = DESIGNATION * surface.len() as Cost;
            return Scored {
                id: self.lm.class(Class::Code),
                within,
            };
        }
        let lower = alphabet::lower_all(surface);
        match self.lexicon.word(&lower) {
            Some(id) if self.is_counted(id) => Scored { id, within: 0.0 },
            id => self.uncounted(surface, &lower, id, self.compound(&lower)),
        }
    }

    /// An uncounted word is drawn from its class: from the lists, as a compound
    /// or letter by letter, whichever is likeliest.
    pub fn uncounted(
        &self,
        surface: &[Code],
        lower: &[Code],
        id: Option<WordId>,
        compound: Option<Cost>,
    ) -> Scored {
        let class = class(surface);
        let capital = class != Class::Lower;
        let listed = id.and_then(|id| self.lexicon.class_cost(id, capital));
        let [compounds, spelling] = self.shares(capital);
        let start = if capital {
            Start::Capital
        } else {
            Start::Lower
        };
        let mut spelled = spelling + self.chars.cost(start, lower) - OPENNESS;
        if class == Class::Upper && surface.len() <= ABBREVIATED {
            spelled = spelled.min(ABBREVIATION + LETTER * surface.len() as Cost);
        }
        let compound = compound.map(|c| compounds + c - OPENNESS);
        let within = [listed, compound]
            .into_iter()
            .flatten()
            .fold(spelled, Cost::min);
        Scored {
            id: self.lm.class(class),
            within: (within - OPENNESS).max(0.1),
        }
    }

    /// The least that an uncounted compound costs beside its elements.
    pub fn compound_base(&self, capital: bool) -> Cost {
        let [compounds, _] = self.shares(capital);
        let class = |class| self.lm.unigram_cost(self.lm.class(class));
        let class = match capital {
            true => class(Class::Capital).min(class(Class::Upper)),
            false => class(Class::Lower),
        };
        class + compounds - 2.0 * OPENNESS
    }

    /// The least that a word can cost without context, by itself and where another follows:
    /// bounds for a search, see [`annotate`](crate::lexicon::dawg::annotate). `least_word`
    /// is the least cost of any word, `least_right` that of a last element.
    pub fn outlook(
        &self,
        id: WordId,
        lower: &[Code],
        least_word: Cost,
        least_right: Cost,
    ) -> Costs {
        let flags = self.lexicon.flags(id);
        let left = self.lexicon.left_cost(id).unwrap_or(Cost::INFINITY);
        let compound = self.compound_base(false).min(self.compound_base(true));
        let mut whole = Cost::INFINITY;
        let mut cut = left + compound + least_right;
        if flags.has(Flags::COUNTED) {
            whole = self.lm.unigram_cost(id);
            if flags.has(Flags::WORD) {
                let lost = match lower.len() {
                    1 => LOST_SPACE_BEHIND_CAPITAL,
                    _ => LOST_SPACE,
                };
                cut = cut.min(whole + lost + least_word);
            }
        } else if flags.has(Flags::WORD) {
            let mut cased = lower.to_vec();
            // As it is listed, as a name, in capitals.
            for capitals in [0, 1, lower.len()] {
                let first = cased.iter_mut().take(capitals);
                first.for_each(|c| *c = alphabet::upper(*c));
                let scored = self.uncounted(&cased, lower, Some(id), None);
                whole = whole.min(self.lm.unigram_cost(scored.id) + scored.within);
            }
        }
        let right = self.lexicon.right_cost(id).unwrap_or(Cost::INFINITY);
        [[whole, cut], [right, left + ELEMENT + least_right]]
    }

    /// Whether a word has n-grams of its own.
    pub fn is_counted(&self, id: WordId) -> bool {
        self.lexicon.flags(id).has(Flags::COUNTED)
    }

    /// The costs of a compound and of a free spelling.
    pub fn shares(&self, capital: bool) -> [Cost; 2] {
        let [a, b, c, d] = self.shares;
        if capital { [c, d] } else { [a, b] }
    }

    /// What words cost without context, in nats.
    pub fn prior(&self, words: &[Scored]) -> Cost {
        words
            .iter()
            .map(|w| self.lm.unigram_cost(w.id) + w.within)
            .sum()
    }

    /// The cheapest split of a word into elements, if there is one. Quadratic in
    /// the word's length at worst; a prefix that begins no element stops it.
    fn compound(&self, lower: &[Code]) -> Option<Cost> {
        let dawg = &self.lexicon.dawg;
        // Best cost of left elements that end at each position.
        let mut ends: Vec<Option<Cost>> = vec![None; lower.len() + 1];
        ends[0] = Some(0.0);
        let mut best: Option<Cost> = None;
        let least = |old: Option<Cost>, new: Cost| Some(old.map_or(new, |o| o.min(new)));
        for start in 0..lower.len() {
            let Some(before) = ends[start] else { continue };
            let mut node = Some(dawg.root());
            for (i, &label) in lower.iter().enumerate().skip(start) {
                let Some(edge) = node.and_then(|n| dawg.step(n, label)) else {
                    break;
                };
                node = edge.node();
                let Some(word) = edge.word() else { continue };
                if i + 1 < lower.len() {
                    let further = if start > 0 { ELEMENT } else { 0.0 };
                    if let Some(left) = self.lexicon.left_cost(word) {
                        ends[i + 1] = least(ends[i + 1], before + left + further);
                    }
                } else if let Some(right) = self.lexicon.right_cost(word).filter(|_| start > 0) {
                    best = least(best, before + right);
                }
            }
        }
        best
    }

    /// What the casing of a word costs where it stands: its lack at the beginning is
    /// rare, for names everywhere, and odd casing (`sD`) is hardly ever meant. Where
    /// the same word could have been meant in lower case too (`may_be_lower`), a
    /// capital inside a sentence is for names.
    pub fn case_cost(&self, surface: &[Code], word: &Scored, setting: Setting) -> Cost {
        let flags = match word.id < self.lexicon.len() {
            true => self.lexicon.flags(word.id),
            false => Flags::default(),
        };
        let is_proper = flags.has(Flags::CAPITAL) || flags.has(Flags::UPPER);
        let is_named = is_proper || flags.has(Flags::NAME);
        match casing(surface) {
            Casing::Odd => 6.0,
            Casing::Lower if setting.is_cell && *surface == CROSS => SMALL_CROSS,
            // Parties and columns of votes; words of one letter are few.
            Casing::Lower
                if setting.is_cell && surface.len() == 1 && !SINGLE.contains(&surface[0]) =>
            {
                6.0
            }
            Casing::Lower if setting.begins => 2.0,
            Casing::Lower if is_proper => 3.0,
            // What is not counted is drawn from a class of capitals, which says it all.
            Casing::Capital
                if setting.may_be_lower
                    && !setting.begins
                    && !is_named
                    && word.id < self.lexicon.len() =>
            {
                6.5
            }
            // In mid-sentence a name is likelier than a noun with a capital.
            Casing::Capital
                if !setting.begins
                    && !setting.is_kept
                    && !is_named
                    && word.id < self.lexicon.len() =>
            {
                2.0
            }
            _ => 0.0,
        }
    }
}

/// Swedish words of one letter, and letters that stand for one in old texts.
const SINGLE: [Code; 6] = [b'i', b'a', b'o', b'e', 0xE5, 0xF6];

/// The cross of vote tables, as it is read when it looks small.
pub const CROSS: [Code; 1] = *b"x";

/// What a small cross costs in a cell: a table's crosses are capitals, and an engine
/// that takes one for a small letter takes all of them so.
const SMALL_CROSS: Cost = 14.0;

/// Where a word stands, as far as its casing goes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setting {
    /// Whether a sentence may begin with it.
    pub begins: bool,
    /// Whether the same word in lower case could have been meant too.
    pub may_be_lower: bool,
    /// Whether it stands in a cell of a table.
    pub is_cell: bool,
    /// Whether it is what was read.
    pub is_kept: bool,
}

/// How the letters of a word are cased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Casing {
    /// `ord`
    Lower,
    /// `Ord`, `S`
    Capital,
    /// `ORD`
    Upper,
    /// `oRD`, `OrD`
    Odd,
}

/// The casing of a word; what is no letter counts as lower case.
pub fn casing(surface: &[Code]) -> Casing {
    let Some((&first, rest)) = surface.split_first() else {
        return Casing::Lower;
    };
    let upper = rest.iter().filter(|&&c| alphabet::is_upper(c)).count();
    match (alphabet::is_upper(first), upper) {
        (false, 0) => Casing::Lower,
        (true, 0) => Casing::Capital,
        (true, n) if n == rest.len() => Casing::Upper,
        _ => Casing::Odd,
    }
}

/// The class of a word that is not counted.
pub fn class(surface: &[Code]) -> Class {
    match casing(surface) {
        Casing::Upper => Class::Upper,
        Casing::Capital => Class::Capital,
        Casing::Odd if alphabet::is_upper(surface[0]) => Class::Capital,
        _ => Class::Lower,
    }
}
