//! What a batch put out, gathered: the register that an archive keeps.
//!
//! [`outputs`] reads an output directory record by record, in the order of names and
//! with memory for a few documents only; [`rows`] takes from a record what a register
//! holds; [`csv`] and [`sqlite`] write it.

pub mod csv;
pub mod outputs;
pub mod rows;
pub mod sqlite;
pub(crate) mod value;

pub use outputs::{Place, Tally, each};
