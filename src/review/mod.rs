//! Where an archivist looks, decides, and takes the result along.

pub mod apply;
pub mod decisions;
pub mod index;
pub mod language;
pub mod learn;
pub mod overview;
pub mod report;
pub mod server;
