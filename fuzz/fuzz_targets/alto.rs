//! The reader of Alto, and its writer.
#![no_main]

mod common;

use klartext::source::Format;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| common::check(bytes, Format::Alto));
