//! How good the program is, in numbers.

pub mod align;
pub mod extract;
pub mod rates;
pub mod verdicts;
