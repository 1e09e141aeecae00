//! Detection, decoding, gzip and plain text. PDFs have a target of their own.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if !bytes.windows(5).any(|w| w == b"%PDF-") {
        let _ = klartext::source::read(bytes);
    }
});
