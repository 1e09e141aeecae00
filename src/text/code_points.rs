//! Byte offsets to code-point offsets.

use super::Span;

/// Converts byte offsets of one text to counts of Unicode code points, which is
/// what the JSON speaks. Building costs one pass; a look-up is a binary search
/// over checkpoints and a count of at most 256 bytes.
///
/// ```
/// use klartext::text::{CodePoints, Span};
/// let text = "å § b";
/// let points = CodePoints::new(text);
/// assert_eq!(points.span(Span::new(3, 5)), (2, 3));
/// ```
#[derive(Debug)]
pub struct CodePoints<'t> {
    text: &'t str,
    /// Code points before byte `i * STEP`.
    checkpoints: Vec<usize>,
}

const STEP: usize = 256;

impl<'t> CodePoints<'t> {
    /// Indexes `text`.
    pub fn new(text: &'t str) -> Self {
        let mut count = 0;
        let checkpoints = text
            .as_bytes()
            .chunks(STEP)
            .map(|chunk| {
                let before = count;
                count += starts(chunk);
                before
            })
            .collect();
        CodePoints { text, checkpoints }
    }

    /// The number of code points before byte `offset`.
    pub fn at(&self, offset: usize) -> usize {
        let block = (offset / STEP).min(self.checkpoints.len().saturating_sub(1));
        let before = self.checkpoints.get(block).copied().unwrap_or(0);
        before + starts(&self.text.as_bytes()[block * STEP..offset])
    }

    /// Start and end of `span` in code points.
    pub fn span(&self, span: Span) -> (usize, usize) {
        (self.at(span.start), self.at(span.end))
    }
}

/// Bytes that begin a character.
fn starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| b & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_chars_count_over_block_borders() {
        let text = "aå§”𝄞".repeat(200);
        let points = CodePoints::new(&text);
        for (i, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(points.at(byte), i);
        }
        assert_eq!(points.at(text.len()), text.chars().count());
        assert_eq!(CodePoints::new("").at(0), 0);
    }
}
