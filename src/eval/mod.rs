//! How good the program is, in numbers.

pub mod rates;
