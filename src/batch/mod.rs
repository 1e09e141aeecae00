//! Many documents: what they are, in which order, and what becomes of each.

mod inputs;
mod run;
mod write;

pub use inputs::{Document, Inputs, Origin, Search};
pub use run::{Outcome, report, run};
pub use write::{print, print_styled, write_whole};
