//! klartext turns scanned Swedish municipal minutes into clean text and
//! trustworthy JSON.
//!
//! ```text
//! bytes → source → RawDocument → normalize → Clean → repair → Reading → extract → Minutes → record → JSON
//! ```
//! Each arrow is one function with an input borrowed and an output returned, and
//! each stage has its own type: nobody can extract from text that was never repaired
//! by accident. [`Clean`](normalize::Clean) and [`Reading`](repair::Reading) hold a
//! text and an [offset map](text::OffsetMap) to the stage before; the maps compose, no
//! stage edits in place, and so every value of the record points at the characters
//! it came from. A repair is data; applying it is a separate act.
//!
//! ```
//! use klartext::config::Options;
//! use klartext::pipeline::{Pipeline, Style, View};
//!
//! let scanned = "EKEBY KOMMUN\nKommunstyrelsen 2021-03-02\n\n§ 12 Vagbelysning\n\n\
//!     Beslut\nForvaltningen far i uppdrag att utreda fragan.\n";
//! let pipeline = Pipeline::new(Options::default())?;
//! let document = pipeline.read(scanned.as_bytes())?;
//! assert!(document.repaired_text().contains("får i uppdrag att utreda frågan"));
//!
//! let json = pipeline.convert("page.txt", scanned.as_bytes(), View::Plain, Style::Line)?;
//! assert!(json.contains(r#""date":"2021-03-02""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The map
//!
//! | module | what it does |
//! |---|---|
//! | [`pipeline`] | the stages in order; where to start reading |
//! | [`source`] | bytes to pages of words, whatever the format and encoding; and back again |
//! | [`text`] | spans, tokens, the code page of the decoder, offset maps |
//! | [`normalize`] | characters, wrong decodings, hyphens at line ends, page furniture |
//! | [`lexicon`] | which words there are, in an automaton read in place |
//! | [`lm`] | how likely words and letters are after each other |
//! | [`repair`] | the noisy channel: candidates, lattice, decoding, repairs as data |
//! | [`extract`] | headings by a vocabulary that is data, and what stands under them |
//! | [`record`] | the contract: wire types, the two views, the JSON Schema |
//! | [`batch`] | many documents: what to read, in parallel, written whole or not at all |
//! | [`worker`] | this binary, started by itself, for work that may hang, overflow or crash |
//! | `register`, `review` | what a batch put out: registers, reports, decisions and where they are made (feature `review`) |
//! | [`cli`], [`commands`] | the command line, and one file for each subcommand |
//! | [`config`], [`error`] | what a run may be told; what went wrong, where, what to do |
//! | [`model`], [`train`] | the model file inside the program, and how it is built |
//! | [`eval`] | error rates and damage against a true text |

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
mod memo;
pub mod model;
pub mod normalize;
pub mod pipeline;
pub mod record;
#[cfg(feature = "review")]
pub mod register;
pub mod repair;
#[cfg(feature = "review")]
pub mod review;
pub mod source;
pub mod text;
pub mod train;
pub mod worker;
