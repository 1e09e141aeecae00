//! The parser of PDFs. It is another crate's; klartext runs it in a process with limits, so
//! that what this finds costs a document, never the run.
#![no_main]

use klartext::source::{Format, ReadOptions, read_with};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions {
        format: Some(Format::Pdf),
        ..ReadOptions::default()
    };
    let _ = read_with(bytes, &options);
});
