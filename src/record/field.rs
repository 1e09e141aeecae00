//! A value with its evidence, as the JSON carries it.

use schemars::JsonSchema;
use serde::Serialize;

/// A value that was read from the text.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Field<T> {
    /// The value.
    pub value: T,
    /// Probability that it is right.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub confidence: f64,
    /// How it follows from its sources.
    pub method: Method,
    /// Where its evidence stands.
    pub source: Vec<Source>,
}

/// How a value follows from its sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The text says it.
    Read,
    /// It follows from what the text says.
    Derived,
    /// A person has looked at it.
    Reviewed,
}

/// A place in the decoded input.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Source {
    /// Page, from 1.
    pub page: usize,
    /// Line on the page, from 1.
    pub line: usize,
    /// First code point in the decoded input.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The ids of its words, where the format has ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<String>>,
    /// Left, top, right, bottom in the page's unit, where the input has coordinates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bbox: Option<[f64; 4]>,
}

/// Three decimals: more would feign a precision that confidences lack.
pub fn rounded(confidence: f32) -> f64 {
    (f64::from(confidence.clamp(0.0, 1.0)) * 1000.0).round() / 1000.0
}
