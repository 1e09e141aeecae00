//! The parser of PDFs. It is another crate's; klartext runs it in a process with limits, so
//! that what this finds costs a document, never the run.
#![no_main]

use std::sync::Once;

use klartext::source::{Format, ReadOptions, read_with};

/// Panics of the parser are caught and reported: what is looked for is what cannot be.
static QUIET: Once = Once::new();

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let options = ReadOptions {
        format: Some(Format::Pdf),
        ..ReadOptions::default()
    };
    let _ = read_with(bytes, &options);
});
