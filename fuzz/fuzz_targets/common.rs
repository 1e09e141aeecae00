//! What holds for whatever bytes are read as a format with words.

use klartext::normalize::normalize;
use klartext::repair::Reading;
use klartext::source::{Format, ReadOptions, read_with, write_back};

/// Reads bytes as a format: pages lie in the text one after another, words in order inside
/// it, boxes are rectangles; and what is written back is read as what was written.
pub fn check(bytes: &[u8], format: Format) {
    let options = ReadOptions {
        format: Some(format),
        ..ReadOptions::default()
    };
    let Ok(raw) = read_with(bytes, &options) else {
        return;
    };
    let mut at = 0;
    for page in &raw.pages {
        assert!(page.span.start >= at && page.span.end <= raw.text.len());
        at = page.span.end;
    }
    let mut at = 0;
    for word in &raw.words {
        assert!(word.span.start >= at && !word.span.is_empty());
        assert!(raw.text.get(word.span.start..word.span.end).is_some());
        at = word.span.end;
        if let Some([left, top, right, bottom]) = word.bbox {
            assert!(left <= right && top <= bottom);
        }
        assert!(word.confidence.is_none_or(|c| (0.0..=1.0).contains(&c)));
    }
    let clean = normalize(&raw);
    let reading = Reading::unrepaired(&clean);
    // Damaged bytes may be taken for binary data after they were decoded.
    let is_text = |bytes: &[u8]| {
        let is_control = |b: &u8| *b < b' ' && !b.is_ascii_whitespace();
        std::str::from_utf8(bytes).is_ok() && !bytes.iter().any(is_control)
    };
    if !is_text(bytes) {
        return;
    }
    if let Ok(written) = write_back(bytes, &raw, &reading) {
        let again = read_with(&written, &options).expect("what is written is readable");
        assert_eq!(again.pages.len(), raw.pages.len());
    }
}
