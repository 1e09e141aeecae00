//! From [`Reading`](crate::repair::Reading) to the document's fields.

pub mod bodies;
pub mod case_numbers;
pub mod dates;
pub mod decisions;
pub mod flow;
pub mod gazetteer;
pub mod lists;
pub mod minutes;
pub mod outline;
pub mod paragraph;
pub mod people;
pub mod points;
pub mod read;
pub mod sentences;
pub mod statements;
pub mod title;
pub mod tokens;
pub mod vocabulary;
