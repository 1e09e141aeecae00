//! A value and how it came to be known.

use crate::text::Span;

/// A value read from a document, with the evidence for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Read<T> {
    /// What was read.
    pub value: T,
    /// Probability that it is right, 0 to 1: the rule's certainty times the
    /// reading's.
    pub confidence: f32,
    /// How the value follows from the evidence.
    pub method: Method,
    /// The evidence, in the decoded input; several where it is not contiguous.
    pub source: Vec<Span>,
}

/// How a value follows from its evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// The text says it, up to repair and normalization.
    Read,
    /// It follows from what the text says.
    Derived,
    /// A person has looked at it.
    Reviewed,
}

impl<T> Read<T> {
    /// The same evidence for another form of the value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Read<U> {
        Read {
            value: f(self.value),
            confidence: self.confidence,
            method: self.method,
            source: self.source,
        }
    }

    /// `value` as it follows from this evidence.
    pub fn derive<U>(&self, value: U) -> Read<U> {
        Read {
            value,
            confidence: self.confidence,
            method: Method::Derived,
            source: self.source.clone(),
        }
    }

    /// The same value, known with `certainty` times the confidence.
    pub fn doubted(mut self, certainty: f32) -> Self {
        self.confidence *= certainty;
        self
    }
}
