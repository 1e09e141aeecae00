//! Many documents: what they are, in which order, and what becomes of each.
//!
//! ```text
//! Selection → Inputs → engine::each( read → worker → draft ) → Store → summary, failures
//! ```
//! Nothing here grows with the number of documents but less than 100 bytes for each, which tell them apart.

mod books;
mod convert;
mod directory;
mod engine;
mod facts;
mod failures;
mod inputs;
mod interrupt;
mod names;
mod progress;
mod run;
mod shards;
mod stdin;
mod store;
mod stream;
mod summary;
pub mod task;
mod write;

pub use convert::{Plan, Work, convert};
pub use engine::{Event, Layout, Window, each};
pub use facts::{Facts, PageFacts, Recorded};
pub use failures::{Failure, Failures};
pub use inputs::{
    Document, Filter, Inputs, Origin, Patterns, Search, Selection, Separator, Skipped, patterns,
};
pub use interrupt::{INTERRUPTED, on_interrupt};
pub use names::{RESERVED, output_name, record_path};
pub use progress::Volume;
pub use run::{Outcome, cores, report, run, write_messages_as_json};
pub use stdin::Input;
pub use store::{Draft, Store};
pub use stream::stream;
pub use summary::Summary;
pub use write::{Replacement, print, print_styled, write_whole};
