//! From [`Reading`](crate::repair::Reading) to the document's fields.

pub mod dates;
pub mod flow;
pub mod read;
pub mod tokens;
pub mod vocabulary;
