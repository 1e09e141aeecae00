//! Positions in text: spans, and the maps that carry a span back through every
//! stage to the bytes it was read from.
//!
//! All positions inside the crate are **byte offsets** into UTF-8 text. The JSON
//! counts Unicode code points; [`CodePoints`] converts once, at the door.

pub mod alphabet;
mod code_points;
mod flow;
mod offset_map;
mod span;
mod token;

pub use code_points::CodePoints;
pub use flow::flows_on;
pub use offset_map::{OffsetMap, OffsetMapBuilder};
pub use span::Span;
pub use token::{Token, TokenKind, tokenize};
