//! What formats with markup have in common: pages of regions of lines of words with
//! boxes, and the text that they make in reading order.

use std::ops::Range;

use super::{RawDocument, RawPage, RawWord};
use crate::text::Span;

/// Left, top, right, bottom.
pub(super) type Bbox = [f64; 4];

/// The pages of a document as a reader finds them, in the order of the file. Flat
/// vectors: a page of a thousand words costs a handful of allocations beside its ids.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub(super) pages: Vec<Page>,
    pub(super) regions: Vec<Region>,
    lines: Vec<Line>,
    words: Vec<Word>,
    /// The words' texts one after another.
    text: String,
    /// Boxes that could not be used.
    pub(super) bad_boxes: usize,
}

/// One page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Width and height.
    pub(super) size: Option<(f64, f64)>,
    /// What they are counted in.
    pub(super) unit: Option<&'static str>,
    regions: Range<usize>,
}

/// A paragraph or a block: what an empty line parts from the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Region {
    /// The file's name for it.
    pub(super) id: Option<String>,
    /// Where it lies, if the file says so.
    pub(super) bbox: Option<Bbox>,
    lines: Range<usize>,
}

/// One line.
#[derive(Clone, Debug, Default)]
struct Line {
    /// Place among the region's lines, where the file numbers them.
    index: Option<i64>,
    words: Range<usize>,
}

/// One word.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    pub(super) id: Option<String>,
    pub(super) bbox: Option<Bbox>,
    pub(super) confidence: Option<f32>,
    /// The element that holds it, in the decoded markup.
    pub(super) element: Span,
    /// Whether its last character is a hyphen that stands in an element of its own.
    pub(super) hyphen: bool,
    /// Where its text is kept; set by [`Layout::word`].
    pub(super) text: Range<usize>,
}

impl Layout {
    /// Begins a page.
    pub(super) fn page(&mut self, size: Option<(f64, f64)>, unit: Option<&'static str>) {
        let at = self.regions.len();
        self.pages.push(Page {
            size,
            unit,
            regions: at..at,
        });
    }

    /// Begins a region of the page; without a page before, one is begun.
    pub(super) fn region(&mut self, id: Option<String>, bbox: Option<Bbox>) {
        if self.pages.is_empty() {
            self.page(None, None);
        }
        let at = self.lines.len();
        self.regions.push(Region {
            id,
            bbox,
            lines: at..at,
        });
        if let Some(page) = self.pages.last_mut() {
            page.regions.end = self.regions.len();
        }
    }

    /// Begins a line of the region; without a region before, one is begun.
    pub(super) fn line(&mut self, index: Option<i64>) {
        if self.pages.last().is_none_or(|page| page.regions.is_empty()) {
            self.region(None, None);
        }
        let at = self.words.len();
        self.lines.push(Line {
            index,
            words: at..at,
        });
        if let Some(region) = self.regions.last_mut() {
            region.lines.end = self.lines.len();
        }
    }

    /// Adds a word to the line, its white space made single spaces; a word of
    /// nothing else is none.
    pub(super) fn word(&mut self, text: &str, mut word: Word) {
        let start = self.text.len();
        if is_single(text) {
            self.text.push_str(text);
        } else {
            for part in text.split_whitespace() {
                if self.text.len() > start {
                    self.text.push(' ');
                }
                self.text.push_str(part);
            }
        }
        if self.text.len() == start {
            return;
        }
        let page_is_empty = self.pages.last().is_none_or(|page| page.regions.is_empty());
        let region = self.regions.last();
        if page_is_empty || region.is_none_or(|region| region.lines.is_empty()) {
            self.line(None);
        }
        word.text = start..self.text.len();
        self.words.push(word);
        if let Some(line) = self.lines.last_mut() {
            line.words.end = self.words.len();
        }
    }

    /// Adds a hyphen from an element of its own to the line's last word, unless that
    /// ends with one.
    pub(super) fn hyphen(&mut self) {
        let has_words = self.lines.last().is_some_and(|line| !line.words.is_empty());
        let Some(word) = self.words.last_mut().filter(|_| has_words) else {
            return;
        };
        if !self
            .text
            .ends_with(['-', '¬', '\u{ad}', '\u{2010}', '\u{2011}'])
        {
            self.text.push('-');
            word.text.end = self.text.len();
            word.hyphen = true;
        }
    }

    /// The regions of the page that was begun last, to be put in order.
    pub(super) fn regions_of_page(&mut self) -> &mut [Region] {
        match self.pages.last() {
            Some(page) => &mut self.regions[page.regions.clone()],
            None => &mut [],
        }
    }

    /// The box around a region: its own, or that of its words.
    pub(super) fn bbox(&self, region: &Region) -> Option<Bbox> {
        region.bbox.or_else(|| {
            let lines = &self.lines[region.lines.clone()];
            let words = lines
                .iter()
                .flat_map(|line| &self.words[line.words.clone()]);
            words.filter_map(|word| word.bbox).reduce(union)
        })
    }

    /// A box as a format states it; one that is no rectangle is counted and left out.
    pub(super) fn checked(&mut self, bbox: Option<Bbox>) -> Option<Bbox> {
        let bbox = bbox?;
        if is_rectangle(&bbox) {
            return Some(bbox);
        }
        self.bad_boxes += 1;
        None
    }

    /// Puts the text together: words joined by a space, lines by `\n`, pages by
    /// `\f`, an empty line between regions.
    pub(super) fn into_document(self) -> RawDocument {
        let mut document = RawDocument {
            text: String::with_capacity(self.text.len() + self.words.len() + self.lines.len()),
            words: Vec::with_capacity(self.words.len()),
            ..RawDocument::default()
        };
        let mut words = self.words;
        for page in &self.pages {
            if !document.pages.is_empty() {
                document.text.push('\u{c}');
            }
            let start = document.text.len();
            for region in &self.regions[page.regions.clone()] {
                let mut lines = self.lines[region.lines.clone()].to_vec();
                if lines.iter().all(|line| line.index.is_some()) {
                    lines.sort_by_key(|line| line.index);
                }
                lines.retain(|line| !line.words.is_empty());
                if !lines.is_empty() && document.text.len() > start {
                    document.text.push('\n');
                }
                for line in lines {
                    if document.text.len() > start {
                        document.text.push('\n');
                    }
                    let before = document.text.len();
                    for word in &mut words[line.words] {
                        if document.text.len() > before {
                            document.text.push(' ');
                        }
                        document.add(std::mem::take(word), &self.text);
                    }
                }
            }
            document.pages.push(RawPage {
                span: Span::new(start, document.text.len()),
                size: page.size,
                unit: page.unit,
            });
        }
        document
    }
}

impl RawDocument {
    fn add(&mut self, word: Word, texts: &str) {
        let start = self.text.len();
        self.text.push_str(&texts[word.text]);
        self.words.push(RawWord {
            span: Span::new(start, self.text.len()),
            id: word.id,
            bbox: word.bbox,
            confidence: word.confidence,
            element: word.element,
            hyphen: word.hyphen,
        });
    }
}

/// Whether a text has no white space at all.
fn is_single(text: &str) -> bool {
    if text.is_ascii() {
        return !text.bytes().any(|b| b <= b' ');
    }
    !text.contains(char::is_whitespace)
}

/// The smallest box around two.
pub(super) fn union(a: Bbox, b: Bbox) -> Bbox {
    [
        a[0].min(b[0]),
        a[1].min(b[1]),
        a[2].max(b[2]),
        a[3].max(b[3]),
    ]
}

fn is_rectangle(bbox: &Bbox) -> bool {
    /// Beyond any scan, in any unit: larger numbers are damage.
    const FARTHEST: f64 = 1e7;
    let is_near = |n: &f64| n.is_finite() && n.abs() <= FARTHEST;
    bbox.iter().all(is_near) && bbox[2] >= bbox[0] && bbox[3] >= bbox[1]
}

/// A page's width and height, where both are usable.
pub(super) fn page_size(width: Option<f64>, height: Option<f64>) -> Option<(f64, f64)> {
    let (width, height) = (width?, height?);
    let is_size = |n: f64| n.is_finite() && n > 0.0;
    (is_size(width) && is_size(height)).then_some((width, height))
}

/// A confidence as 0 to 1: engines count to 1 or to 100.
pub(super) fn confidence(number: f32, most: f32) -> Option<f32> {
    (number.is_finite() && number >= 0.0).then(|| {
        let most = if number > most { 100.0 } else { most };
        (number / most).min(1.0)
    })
}

/// Shares a box out along its width by letters: one box for each part of a text.
///
/// Parts of no letters get a box of no width.
pub(super) fn shared_out<'p>(
    bbox: Bbox,
    parts: impl Iterator<Item = &'p str> + Clone,
) -> Vec<Bbox> {
    let lengths: Vec<usize> = parts.map(|part| part.chars().count()).collect();
    // One letter's width between two words, as the space there has it.
    let all = lengths.iter().sum::<usize>() + lengths.len().saturating_sub(1);
    let letter = (bbox[2] - bbox[0]) / all.max(1) as f64;
    let mut at = bbox[0];
    lengths
        .iter()
        .map(|&length| {
            let right = (at + letter * length as f64).min(bbox[2]);
            let part = [at.round(), bbox[1], right.round().max(at.round()), bbox[3]];
            at = right + letter;
            part
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lines_regions_and_pages_make_the_text() {
        let mut layout = Layout::default();
        layout.page(Some((10.0, 20.0)), Some("pixel"));
        layout.region(None, None);
        layout.line(None);
        layout.word("kommun", Word::default());
        layout.hyphen();
        layout.line(None);
        layout.word("styrelsen", Word::default());
        layout.word("\u{2028} ", Word::default());
        layout.word("den 5\n maj", Word::default());
        layout.region(None, None);
        layout.line(None);
        layout.word("§", Word::default());
        layout.page(None, None);
        layout.word("två", Word::default());
        let document = layout.into_document();
        assert_eq!(document.text, "kommun-\nstyrelsen den 5 maj\n\n§\u{c}två");
        assert_eq!(document.words.len(), 5);
        assert!(document.words[0].hyphen);
        assert_eq!(document.words[2].span.of(&document.text), "den 5 maj");
        assert_eq!(document.pages[1].span.of(&document.text), "två");
    }

    #[test]
    fn lines_come_in_the_order_of_their_numbers() {
        let mut layout = Layout::default();
        for (index, text) in [(2, "c"), (0, "a"), (1, "b")] {
            layout.line(Some(index));
            layout.word(text, Word::default());
        }
        assert_eq!(layout.into_document().text, "a\nb\nc");
    }

    #[test]
    fn a_box_is_shared_out_by_letters() {
        let parts = ["ab", "c"];
        assert_eq!(
            shared_out([10.0, 0.0, 50.0, 5.0], parts.into_iter()),
            [[10.0, 0.0, 30.0, 5.0], [40.0, 0.0, 50.0, 5.0]]
        );
    }

    #[test]
    fn boxes_that_are_none_are_left_out() {
        let mut layout = Layout::default();
        assert_eq!(layout.checked(Some([0.0, 0.0, f64::NAN, 1.0])), None);
        assert_eq!(layout.checked(Some([5.0, 0.0, 1.0, 1.0])), None);
        assert!(layout.checked(Some([-2.0, 0.0, 1.0, 1.0])).is_some());
        assert_eq!(layout.bad_boxes, 2);
    }

    #[test]
    fn confidences_are_shares() {
        assert_eq!(confidence(0.5, 1.0), Some(0.5));
        assert_eq!(confidence(96.0, 1.0), Some(0.96));
        assert_eq!(confidence(1.0, 100.0), Some(0.01));
        assert_eq!(confidence(f32::NAN, 1.0), None);
    }
}
