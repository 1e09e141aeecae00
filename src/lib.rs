//! klartext turns scanned Swedish municipal minutes into clean text and
//! trustworthy JSON.
//!
//! ```text
//! bytes → source → RawDocument → normalize → Clean → repair → Reading → extract → Minutes → record → JSON
//! ```
//! Each arrow is one function with an input borrowed and an output returned, and
//! each stage has its own type.

#![warn(missing_docs)]

pub mod batch;
pub mod cli;
pub mod commands;
pub mod config;
pub mod error;
pub mod eval;
pub mod extract;
pub mod lexicon;
pub mod lm;
pub mod model;
pub mod normalize;
pub mod pipeline;
pub mod record;
pub mod repair;
pub mod source;
pub mod text;
pub mod train;
