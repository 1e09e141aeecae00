//! The lines at a page's head and foot, ready to be compared with its neighbours'.

use std::ops::Range;

use super::page_number::{self, Shape};
use super::strip::is_signature_strip;
use crate::normalize::vocabulary::fold;
use crate::normalize::{Line, LineClass};

/// Lines at a page's head, and at its foot, that may be furniture.
const TOP: usize = 8;
const BOTTOM: usize = 6;

/// Furniture is short; longer lines (in bytes) are never compared.
const LONGEST: usize = 200;

/// One letter in so many may differ between two readings of a line, and of what one
/// page has on one line and another on two.
const MISREAD: usize = 5;
const MISREAD_IN_PAIRS: usize = 10;

/// The two sides of a page.
#[derive(Clone, Copy)]
pub enum Side {
    Top,
    Bottom,
}

/// What stands at a page's head and foot.
pub struct Edges {
    top: Vec<EdgeLine>,
    bottom: Vec<EdgeLine>,
}

/// A line near an edge.
pub struct EdgeLine {
    /// Its index among the document's lines.
    pub line: usize,
    /// Whether it is a page number by its shape.
    pub page_number: Shape,
    /// Whether it is a signature strip by its words.
    pub is_strip: bool,
    /// What is compared.
    pub key: Key,
    /// The key of this line together with the next one inwards.
    pub pair: Option<Key>,
}

/// A line as far as its readings on several pages must agree.
pub struct Key {
    /// Letters and digits, folded, digits as 0, the page number left out; empty
    /// where the line is too long to be furniture.
    text: String,
    /// Its digits.
    digits: String,
    /// How many letters it has.
    pub letters: usize,
    /// How often each letter occurs: two lines that differ much here can't be alike.
    histogram: [u8; 32],
    has_section_mark: bool,
    is_too_long: bool,
}

impl Edges {
    /// Looks at the lines of one page.
    pub fn new(text: &str, lines: &[Line], page: Range<usize>) -> Self {
        let is_written = |i: &usize| lines[*i].class != LineClass::Blank;
        let content = |i: usize| lines[i].span.of(text);
        let top: Vec<usize> = page.clone().filter(is_written).take(TOP + 1).collect();
        let bottom: Vec<usize> = page.rev().filter(is_written).take(BOTTOM + 1).collect();
        let look = |inwards: &[usize], most: usize, side: Side| {
            let one = |(rank, &i): (usize, &usize)| {
                let mut line = EdgeLine::new(i, content(i));
                line.pair = inwards.get(rank + 1).map(|&next| match side {
                    Side::Top => Key::new(&[content(i), content(next)]),
                    Side::Bottom => Key::new(&[content(next), content(i)]),
                });
                line
            };
            inwards.iter().enumerate().take(most).map(one).collect()
        };
        Edges {
            top: look(&top, TOP, Side::Top),
            bottom: look(&bottom, BOTTOM, Side::Bottom),
        }
    }

    /// The lines of one side, from the edge inwards.
    pub fn side(&self, side: Side) -> &[EdgeLine] {
        match side {
            Side::Top => &self.top,
            Side::Bottom => &self.bottom,
        }
    }
}

impl EdgeLine {
    fn new(line: usize, content: &str) -> Self {
        EdgeLine {
            line,
            page_number: page_number::shape(content),
            is_strip: is_signature_strip(content),
            key: Key::new(&[content]),
            pair: None,
        }
    }

    /// Specks and the remains of a coat of arms.
    pub fn is_junk(&self) -> bool {
        let key = &self.key;
        !key.is_too_long && key.text.len() < 4 && key.digits.is_empty() && !key.has_section_mark
    }
}

impl Key {
    fn new(contents: &[&str]) -> Self {
        let short = contents.iter().map(|content| content.len()).sum::<usize>() <= LONGEST;
        let mut key = Key {
            text: String::new(),
            digits: String::new(),
            letters: 0,
            histogram: [0; 32],
            has_section_mark: contents.iter().any(|content| content.contains('§')),
            is_too_long: !short,
        };
        if short {
            for content in contents {
                key.add(&page_number::without(&fold(content)));
            }
        }
        key
    }

    fn add(&mut self, folded: &str) {
        for c in folded.chars().filter(|c| c.is_alphanumeric()) {
            let masked = if c.is_ascii_digit() {
                self.digits.push(c);
                '0'
            } else {
                self.letters += 1;
                c
            };
            self.text.push(masked);
            let slot = &mut self.histogram[masked as usize % 32];
            *slot = slot.saturating_add(1);
        }
    }

    /// Whether `other`, `distance` pages further on, is the same furniture.
    pub fn repeats(&self, other: &Key, distance: isize) -> bool {
        self.is_alike(other, MISREAD) && self.numbers_agree(other, distance)
    }

    /// As [`Key::repeats`], for lines that OCR joined on one page and not on the other.
    pub fn repeats_joined(&self, other: &Key, distance: isize) -> bool {
        self.is_alike(other, MISREAD_IN_PAIRS) && self.numbers_agree(other, distance)
    }

    fn is_alike(&self, other: &Key, misread: usize) -> bool {
        let longer = self.text.len().max(other.text.len());
        if self.text.is_empty() || other.text.is_empty() {
            return false;
        }
        let apart: usize = self
            .histogram
            .iter()
            .zip(&other.histogram)
            .map(|(a, b)| usize::from(a.abs_diff(*b)))
            .sum();
        // One edit changes the histogram by two at most.
        apart * misread <= longer * 2
            && strsim::levenshtein(&self.text, &other.text) * misread <= longer
    }

    fn numbers_agree(&self, other: &Key, distance: isize) -> bool {
        if self.digits == other.digits {
            return true;
        }
        let longer = self.digits.len().max(other.digits.len());
        let misread = strsim::levenshtein(&self.digits, &other.digits) * 4 <= longer;
        if misread && self.letters >= 8 {
            return true;
        }
        let value = |digits: &str| digits.parse::<isize>().ok();
        let counts = || value(&other.digits)?.checked_sub(value(&self.digits)?);
        // `Blad nr 4` counts pages, `S 64` is a misread § and counts items.
        let is_worded = self.letters >= 4 && !self.has_section_mark;
        is_worded && longer <= 4 && counts() == Some(distance)
    }
}
