//! How good the program is, in numbers: pages whose true text is known, what the
//! program makes of them, and what became of every word.
//!
//! [`repair::evaluate`] is the measurement and knows nothing of the program: it is
//! given a function from a page's text to [`repair::Repaired`]. [`tables`] lays a
//! [`repair::Report`] out for people; its JSON is the report itself.

pub mod ablation;
pub mod align;
pub mod calibration;
pub mod correlation;
pub mod extract;
pub mod matching;
pub mod page;
pub mod pairs;
pub mod rates;
pub mod repair;
pub mod tables;
pub mod verdicts;
pub mod words;
