//! The reader of METS.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = klartext::source::page_list(bytes);
});
