//! Where a derived text came from, segment by segment.

use super::Span;

/// Maps spans of a derived text (the *target*) to spans of the text it was made
/// from (the *source*), and back. Maps compose with [`OffsetMap::then`], so a span
/// of repaired text reaches the decoded input however many stages lie between.
///
/// The map is a list of segments in order. In a *copied* segment both sides are
/// byte for byte the same, and positions inside correspond; a *replaced* segment
/// corresponds only as a whole. Look-ups are a binary search.
///
/// ```
/// use klartext::text::{OffsetMapBuilder, Span};
/// // "Uppf6ljning" → "Uppföljning": ö is two bytes.
/// let mut builder = OffsetMapBuilder::new();
/// builder.copy(4);
/// builder.replace(2, 1);
/// builder.copy(6);
/// let map = builder.finish();
/// assert_eq!(map.to_source(Span::new(0, 12)), Span::new(0, 11));
/// assert_eq!(map.to_source(Span::new(6, 12)), Span::new(5, 11));
/// assert_eq!(map.to_target(Span::new(4, 5)), Some(Span::new(4, 6)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OffsetMap {
    segments: Vec<Segment>,
    target_len: usize,
    source_len: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Segment {
    target: usize,
    source: usize,
    target_len: usize,
    source_len: usize,
    copied: bool,
}

impl OffsetMap {
    /// The map of a text of `len` bytes onto itself.
    pub fn identity(len: usize) -> Self {
        let mut builder = OffsetMapBuilder::new();
        builder.copy(len);
        builder.finish()
    }

    /// Length of the derived text, in bytes.
    pub fn target_len(&self) -> usize {
        self.target_len
    }

    /// Length of the original text, in bytes.
    pub fn source_len(&self) -> usize {
        self.source_len
    }

    /// The part of the source that the target `span` came from: exact inside
    /// copied segments, the whole segment where a replaced one is touched.
    pub fn to_source(&self, span: Span) -> Span {
        let start = self.start(span.start, Side::Target);
        if span.is_empty() {
            return Span::new(start, start);
        }
        Span::new(start, self.end(span.end, Side::Target).max(start))
    }

    /// The part of the target that stands for the source `span`; `None` where
    /// nothing of it is left.
    pub fn to_target(&self, span: Span) -> Option<Span> {
        if span.is_empty() {
            let at = self.start(span.start, Side::Source);
            return Some(Span::new(at, at));
        }
        let start = self.start(span.start, Side::Source);
        let end = self.end(span.end, Side::Source).max(start);
        (end > start).then_some(Span::new(start, end))
    }

    /// The map from `self`'s target through `self`'s source to `earlier`'s
    /// source: `later.then(&earlier)` where `later`'s source is `earlier`'s
    /// target. Where a border of `later` cuts a replaced segment of `earlier`, the
    /// pieces become one replaced segment, for nothing finer is known. Cost is the
    /// sum of both segment counts.
    pub fn then(&self, earlier: &OffsetMap) -> OffsetMap {
        debug_assert_eq!(self.source_len, earlier.target_len);
        let mut builder = OffsetMapBuilder::new();
        let mut next = 0;
        for segment in &self.segments {
            let end = segment.source + segment.source_len;
            let is_before = |piece: &Segment| piece.target_end() <= segment.source;
            while earlier.segments.get(next).is_some_and(is_before) {
                next += 1;
            }
            if segment.source_len == 0 {
                builder.replace(segment.target_len, 0);
                continue;
            }
            if !segment.copied {
                let span = earlier.to_source(Span::new(segment.source, end));
                builder.stand_for(segment.target_len, span);
                continue;
            }
            let mut at = segment.source;
            for piece in &earlier.segments[next..] {
                if at >= end {
                    break;
                }
                let stop = piece.target_end().min(end);
                if piece.copied {
                    builder.skip_to(piece.source + (at - piece.target));
                    builder.copy(stop - at);
                } else if stop > at {
                    let source_end = piece.source + piece.source_len;
                    builder.stand_for(stop - at, Span::new(piece.source, source_end));
                }
                at = stop;
            }
        }
        builder.skip_to(earlier.source_len);
        builder.finish()
    }

    fn find(&self, offset: usize, side: Side) -> usize {
        self.segments
            .partition_point(|s| s.begin(side) + s.length(side) <= offset)
    }

    fn start(&self, offset: usize, side: Side) -> usize {
        match self.segments.get(self.find(offset, side)) {
            Some(s) if s.copied => s.begin(side.other()) + (offset - s.begin(side)),
            Some(s) => s.begin(side.other()),
            None => self.total(side.other()),
        }
    }

    fn end(&self, offset: usize, side: Side) -> usize {
        let Some(last) = offset.checked_sub(1) else {
            return 0;
        };
        match self.segments.get(self.find(last, side)) {
            Some(s) if s.copied => s.begin(side.other()) + (offset - s.begin(side)),
            Some(s) => s.begin(side.other()) + s.length(side.other()),
            None => self.total(side.other()),
        }
    }

    fn total(&self, side: Side) -> usize {
        match side {
            Side::Target => self.target_len,
            Side::Source => self.source_len,
        }
    }
}

#[derive(Clone, Copy)]
enum Side {
    Target,
    Source,
}

impl Side {
    fn other(self) -> Side {
        match self {
            Side::Target => Side::Source,
            Side::Source => Side::Target,
        }
    }
}

impl Segment {
    fn begin(&self, side: Side) -> usize {
        match side {
            Side::Target => self.target,
            Side::Source => self.source,
        }
    }

    fn length(&self, side: Side) -> usize {
        match side {
            Side::Target => self.target_len,
            Side::Source => self.source_len,
        }
    }

    fn target_end(&self) -> usize {
        self.target + self.target_len
    }
}

/// Writes an [`OffsetMap`] from left to right while the derived text is made.
#[derive(Debug, Default)]
pub struct OffsetMapBuilder {
    segments: Vec<Segment>,
    target_len: usize,
    source_len: usize,
}

impl OffsetMapBuilder {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next `len` bytes are the same on both sides.
    pub fn copy(&mut self, len: usize) {
        if len == 0 {
            return;
        }
        match self.segments.last_mut() {
            Some(last) if last.copied => {
                last.target_len += len;
                last.source_len += len;
            }
            _ => self.push(len, len, true),
        }
        self.target_len += len;
        self.source_len += len;
    }

    /// The next `target_len` bytes stand for the next `source_len` bytes; either
    /// may be 0 (a deletion, an insertion).
    pub fn replace(&mut self, target_len: usize, source_len: usize) {
        if target_len == 0 && source_len == 0 {
            return;
        }
        self.push(target_len, source_len, false);
        self.target_len += target_len;
        self.source_len += source_len;
    }

    /// Source bytes up to `source_end` have no counterpart.
    pub fn skip_to(&mut self, source_end: usize) {
        if source_end > self.source_len {
            self.replace(0, source_end - self.source_len);
        }
    }

    /// The next `target_len` bytes stand for `source`, parts of which may have
    /// been accounted for by segments before: then all of them become one.
    fn stand_for(&mut self, target_len: usize, source: Span) {
        self.skip_to(source.start);
        let target_end = self.target_len + target_len;
        let source_end = source.end.max(self.source_len);
        let mut whole = Span::new(self.target_len, target_end);
        let mut from = self.source_len;
        while from > source.start
            && let Some(last) = self.segments.pop()
        {
            whole.start = last.target;
            from = last.source;
        }
        (self.target_len, self.source_len) = (whole.start, from);
        self.replace(whole.len(), source_end - from);
    }

    /// Bytes of derived text accounted for so far.
    pub fn target_len(&self) -> usize {
        self.target_len
    }

    /// Bytes of original text accounted for so far.
    pub fn source_len(&self) -> usize {
        self.source_len
    }

    /// The finished map.
    pub fn finish(self) -> OffsetMap {
        OffsetMap {
            segments: self.segments,
            target_len: self.target_len,
            source_len: self.source_len,
        }
    }

    fn push(&mut self, target_len: usize, source_len: usize, copied: bool) {
        self.segments.push(Segment {
            target: self.target_len,
            source: self.source_len,
            target_len,
            source_len,
            copied,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(parts: &[(usize, usize, bool)]) -> OffsetMap {
        let mut builder = OffsetMapBuilder::new();
        for &(target, source, copied) in parts {
            if copied {
                builder.copy(target);
            } else {
                builder.replace(target, source);
            }
        }
        builder.finish()
    }

    #[test]
    fn a_deletion_belongs_to_neither_neighbour() {
        let map = build(&[(3, 3, true), (0, 2, false), (3, 3, true)]);
        assert_eq!(map.to_source(Span::new(0, 3)), Span::new(0, 3));
        assert_eq!(map.to_source(Span::new(3, 6)), Span::new(5, 8));
        assert_eq!(map.to_source(Span::new(2, 4)), Span::new(2, 6));
        assert_eq!(map.to_target(Span::new(3, 5)), None);
    }

    #[test]
    fn composition_equals_two_steps_on_copied_text() {
        let earlier = build(&[
            (2, 2, true),
            (0, 3, false),
            (4, 4, true),
            (2, 1, false),
            (5, 5, true),
        ]);
        let later = build(&[
            (1, 1, true),
            (3, 2, false),
            (4, 4, true),
            (1, 3, false),
            (3, 3, true),
        ]);
        assert_eq!(later.source_len(), earlier.target_len());
        let both = later.then(&earlier);
        assert_eq!(both.source_len(), earlier.source_len());
        assert_eq!(both.target_len(), later.target_len());
        assert_eq!(both.to_source(Span::new(0, 1)), Span::new(0, 1));
        assert_eq!(
            both.to_source(Span::new(9, 12)),
            earlier.to_source(later.to_source(Span::new(9, 12)))
        );
    }

    #[test]
    fn a_replaced_segment_that_is_cut_stays_whole() {
        // "ﬁl" (3 + 1 bytes) → "fil" → "Fil"
        let ligature = build(&[(2, 3, false), (1, 1, true)]);
        let capital = build(&[(1, 1, false), (2, 2, true)]);
        let both = capital.then(&ligature);
        assert_eq!(both.to_source(Span::new(0, 1)), Span::new(0, 3));
        assert_eq!(both.to_source(Span::new(1, 2)), Span::new(0, 3));
        assert_eq!(both.to_source(Span::new(2, 3)), Span::new(3, 4));
    }

    #[test]
    fn a_deletion_between_two_stages_stays_outside() {
        // soft hyphen before a CRLF: "a\u{ad}\r\n" → "a\n" → "b\n"
        let clean = build(&[(1, 1, true), (0, 2, false), (1, 2, false)]);
        let repaired = build(&[(1, 1, false), (1, 1, true)]);
        let both = repaired.then(&clean);
        assert_eq!(both.to_source(Span::new(0, 1)), Span::new(0, 1));
        assert_eq!(both.to_source(Span::new(1, 2)), Span::new(3, 5));
    }
}
