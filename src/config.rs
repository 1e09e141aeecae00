//! What a run may be told.

/// Options that shape the output: part of [`generator`](crate::record) in the JSON.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Repairs below this confidence (0 to 1) are suggestions and leave the text
    /// as it was read.
    pub min_confidence: f32,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            min_confidence: 0.5,
        }
    }
}
