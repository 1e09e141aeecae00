//! A half-open range of bytes.

use std::ops::Range;

/// A half-open range of **bytes** in some text, always on character boundaries.
///
/// ```
/// use klartext::text::Span;
/// let text = "§ 17 Överläggning";
/// let span = Span::new(6, text.len());
/// assert_eq!(span.of(text), "Överläggning");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` to `end` (bytes).
    pub const fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    /// Length in bytes.
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether nothing lies between start and end.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The text it covers, which must be the text it was made for.
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    /// Whether `other` lies wholly inside.
    pub const fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share at least one byte.
    pub const fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span that covers both.
    pub fn cover(self, other: Span) -> Span {
        Span::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// The span moved right by `bytes`.
    pub const fn shift(self, bytes: usize) -> Span {
        Span::new(self.start + bytes, self.end + bytes)
    }

    /// The span without the white space at both ends of what it covers.
    ///
    /// ```
    /// use klartext::text::Span;
    /// assert_eq!(Span::new(0, 6).trim("  ab  "), Span::new(2, 4));
    /// ```
    pub fn trim(self, text: &str) -> Span {
        let covered = self.of(text);
        let start = self.start + covered.len() - covered.trim_start().len();
        Span::new(start, start.max(self.start + covered.trim_end().len()))
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Span::new(range.start, range.end)
    }
}

impl From<Span> for Range<usize> {
    fn from(span: Span) -> Self {
        span.start..span.end
    }
}
