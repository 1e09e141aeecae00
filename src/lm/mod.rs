//! The language model: how likely a word is after two others.
//!
//! Word trigrams in back-off form over an open vocabulary. Costs are negative
//! natural logarithms, quantized to a twelfth of a nat. The model is read in place.

pub mod chars;
pub mod hashed;

use hashed::{Hashed, Narrow, Wide};

/// A word, mark or class of words, as the model numbers them.
pub type Id = u32;

/// A cost in nats: −ln of a probability.
pub type Cost = f32;

/// How many of the ids above the lexicon's words stand for classes.
pub const CLASSES: u32 = 16;

/// Ids that are no single word. They follow the lexicon's words: id =
/// `words + Class as u32`; the marks follow the classes, one id a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Class {
    /// Beginning and end of a paragraph, heading or list line.
    Boundary = 0,
    /// A word that the counts lack, in lower case.
    Lower,
    /// One that begins with a capital.
    Capital,
    /// One in capitals.
    Upper,
    /// A number of one digit.
    Digit,
    /// A number of two digits.
    TwoDigits,
    /// A year, 1600–2099.
    Year,
    /// Any other number.
    Number,
    /// A date, time, case number, address.
    Code,
}

/// The context that a word is scored in: the two ids before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State(pub Id, pub Id);

/// A trigram model, read in place.
#[derive(Clone, Copy, Debug)]
pub struct Lm<'m> {
    words: u32,
    unigrams: &'m [u8],
    backoffs: &'m [u8],
    bigrams: Hashed<'m, Wide>,
    trigrams: Hashed<'m, Narrow>,
}

impl<'m> Lm<'m> {
    /// A model from its parts: one byte of cost and of back-off an id, and the
    /// tables. `None` where they don't fit together.
    pub fn new(
        words: u32,
        unigrams: &'m [u8],
        backoffs: &'m [u8],
        bigrams: &'m [u8],
        trigrams: &'m [u8],
    ) -> Option<Self> {
        let ids = (words + CLASSES) as usize + 256;
        if unigrams.len() != ids || backoffs.len() != ids {
            return None;
        }
        let (bigrams, trigrams) = (Hashed::new(bigrams)?, Hashed::new(trigrams)?);
        Some(Lm {
            words,
            unigrams,
            backoffs,
            bigrams,
            trigrams,
        })
    }

    /// The id of a class.
    pub fn class(&self, class: Class) -> Id {
        self.words + class as u32
    }

    /// The id of a mark.
    pub fn mark(&self, code: u8) -> Id {
        self.words + CLASSES + u32::from(code)
    }

    /// The state at the beginning of a paragraph.
    pub fn start(&self) -> State {
        let boundary = self.class(Class::Boundary);
        State(boundary, boundary)
    }

    /// The cost of `id` after `state`, in nats. Three look-ups at most.
    #[inline]
    pub fn cost(&self, state: State, id: Id) -> Cost {
        let State(u, v) = state;
        if let Some(q) = self.trigrams.get(trigram_key(u, v, id)) {
            return dequantize(q as u8);
        }
        let context = self.bigrams.get(bigram_key(u, v));
        let backoff = context.map_or(0.0, |payload| dequantize_backoff(payload as u8));
        backoff + self.bigram_cost(v, id)
    }

    /// The cost of `id` after `v` alone.
    #[inline]
    pub fn bigram_cost(&self, v: Id, id: Id) -> Cost {
        match self.bigrams.get(bigram_key(v, id)) {
            Some(payload) => dequantize((payload >> 8) as u8),
            None => {
                let backoff = self.backoffs.get(v as usize).copied().unwrap_or(0);
                dequantize_backoff(backoff) + self.unigram_cost(id)
            }
        }
    }

    /// The cost of `id` anywhere.
    #[inline]
    pub fn unigram_cost(&self, id: Id) -> Cost {
        dequantize(self.unigrams.get(id as usize).copied().unwrap_or(u8::MAX))
    }
}

/// Costs in steps of a twelfth of a nat, up to 21.25.
pub fn quantize(cost: Cost) -> u8 {
    (cost * 12.0).round().clamp(0.0, 255.0) as u8
}

/// What [`quantize`] stored.
#[inline]
pub fn dequantize(q: u8) -> Cost {
    f32::from(q) / 12.0
}

/// Back-offs in steps of a sixteenth of a nat, from −1.5 (a little mass can be
/// left over) to 14.4. 24 stands for none.
pub fn quantize_backoff(cost: Cost) -> u8 {
    (cost * 16.0 + 24.0).round().clamp(0.0, 255.0) as u8
}

#[inline]
fn dequantize_backoff(q: u8) -> Cost {
    (f32::from(q) - 24.0) / 16.0
}

/// The key of two ids.
#[inline]
pub fn bigram_key(v: Id, w: Id) -> u64 {
    u64::from(v) << 21 | u64::from(w)
}

/// The key of three ids of 21 bits.
#[inline]
pub fn trigram_key(u: Id, v: Id, w: Id) -> u64 {
    u64::from(u) << 42 | u64::from(v) << 21 | u64::from(w) | 1 << 63
}
