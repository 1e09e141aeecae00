//! From [`Reading`](crate::repair::Reading) to the document's fields.

pub mod bodies;
pub mod dates;
pub mod flow;
pub mod minutes;
pub mod people;
pub mod read;
pub mod sentences;
pub mod tokens;
pub mod vocabulary;
