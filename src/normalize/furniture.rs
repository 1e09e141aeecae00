//! Page furniture: running heads, footers, page numbers, signature strips.
//!
//! Heads and footers are known by repetition: a line near a page's edge that
//! neighbouring pages have at about the same place, though OCR read it differently
//! each time. Numbers must agree, or count the pages: `§ 45` and `§ 46` at the top
//! of two pages are items, not a head. Page numbers and signature strips are known
//! by their shape and words.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::vocabulary::{FURNITURE, alike, fold, words};
use super::{Line, LineClass};

/// Lines at a page's head, and at its foot, that may be furniture.
const TOP: usize = 8;
const BOTTOM: usize = 6;

/// How many pages before and after are compared, and how many lines one may have more.
const NEIGHBOURS: usize = 3;
const SHIFT: usize = 2;

/// Furniture is short; longer lines (in bytes) are never compared.
const LONGEST: usize = 200;

/// Letters a page's repeated lines must have together: a lone short heading that
/// happens to begin two pages is no head.
const LEAST_LETTERS: usize = 10;

/// `12 (27)`, `2(15)`, `– 4 –`, with l, I and O for digits.
static BARE_NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^\s*(?: [\dlIO]{1,4}\s*[(\[{]\s*[\dlIO]{1,4}\s*[)\]}]?
        | [-–—~]\s*\d{1,4}\s*[-–—~] )\s*$",
    )
    .ok()
});

/// `26)`: what OCR leaves of `2 (6)`, or the number of a list.
static NUMBER_REMNANT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\s*\d{2,6}\s*[)\]}]\s*$").ok());

/// `3/9`, `3 of 9` in the words of the vocabulary: page and count.
static OUT_OF: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let between = FURNITURE.page_of.join("|");
    Regex::new(&format!(
        r"^\s*(\d{{1,4}})\s*(?:/|{between})\s*(\d{{1,4}})\s*$"
    ))
    .ok()
});

/// A page number after its word: `Sida 9 (31)`.
static WORDED_NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let alternatives = |words: Vec<&str>| words.join("|");
    let before = alternatives(
        FURNITURE
            .page_words
            .iter()
            .map(|w| w.word.as_str())
            .collect(),
    );
    let between = FURNITURE.page_of.join("|");
    Regex::new(&format!(
        r"(?x)^\W*(?:{before})[\s.:]*(?:nr[\s.:]*)?[\dlio]{{1,4}}\s*(?:(?:\(|/|{between})\s*[\dlio]{{1,4}}\s*\)?)?\W*$"
    ))
    .ok()
});

/// A page number somewhere in a line: `Nämnden 1 (2)`, `… Sida 9`, `… 3 av 9`.
static INNER_NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let before = FURNITURE
        .page_words
        .iter()
        .map(|w| w.word.as_str())
        .collect::<Vec<_>>()
        .join("|");
    let between = FURNITURE.page_of.join("|");
    Regex::new(&format!(
        r"(?x)\b\d{{1,4}}\s*\(\s*\d{{1,4}}\s*\) | \b(?:{before})[\s.:]*(?:nr[\s.:]*)?\d{{1,4}}\b | \b\d{{1,4}}\s*(?:{between})\s*\d{{1,4}}\b"
    ))
    .ok()
});

/// Classifies the lines of every page that are furniture.
pub fn classify(text: &str, lines: &mut [Line]) {
    let pages = pages(lines);
    let edges: Vec<Edges> = pages
        .iter()
        .map(|page| Edges::new(text, lines, page.clone()))
        .collect();
    for (p, edge) in edges.iter().enumerate() {
        for (line, class) in edge
            .strips
            .iter()
            .map(|&line| (line, LineClass::SignatureStrip))
        {
            lines[line].class = class;
        }
        for (side, class) in [
            (Side::Top, LineClass::RunningHead),
            (Side::Bottom, LineClass::Footer),
        ] {
            mark_run(&edges, p, side, class, lines);
        }
    }
}

/// Whether the line is a strip for signatures: phrases of the vocabulary and at
/// most initials beside them.
pub fn is_signature_strip(line: &str) -> bool {
    if line.len() > LONGEST {
        return false;
    }
    let folded = fold(line);
    let of_line: Vec<&str> = words(&folded).map(|word| word.trim_matches('_')).collect();
    let (mut at, mut alone) = (0, false);
    while at < of_line.len() {
        let rest = &of_line[at..];
        match strip_phrase(rest) {
            Some((length, is_alone)) => {
                at += length;
                alone |= is_alone;
            }
            None if rest[0].chars().count() <= 3 => at += 1,
            None => return false,
        }
    }
    alone
}

/// Whether the line is a page number with its word before it.
pub fn is_worded_page_number(line: &str) -> bool {
    line.len() <= 40
        && WORDED_NUMBER
            .as_ref()
            .is_some_and(|shape| shape.is_match(&fold(line)))
}

/// The phrase that `words` begin with: how many words, and whether it is a strip
/// of its own.
fn strip_phrase(words: &[&str]) -> Option<(usize, bool)> {
    let entries = &FURNITURE.signature_strips;
    entries.iter().find_map(|entry| {
        let length = entry.phrase.split(' ').count();
        let fits =
            length <= words.len() && entry.phrase.split(' ').zip(words).all(|(a, b)| alike(a, b));
        fits.then_some((length, entry.alone))
    })
}

/// The ranges of lines that make a page.
fn pages(lines: &[Line]) -> Vec<Range<usize>> {
    let mut start = 0;
    lines
        .chunk_by(|a, b| a.page == b.page)
        .map(|page| {
            let range = start..start + page.len();
            start = range.end;
            range
        })
        .collect()
}

#[derive(Clone, Copy)]
enum Side {
    Top,
    Bottom,
}

/// What stands at a page's head and foot, from the edge inwards.
struct Edges {
    top: Vec<EdgeLine>,
    bottom: Vec<EdgeLine>,
    /// Signature strips anywhere on the page.
    strips: Vec<usize>,
}

impl Edges {
    fn new(text: &str, lines: &[Line], page: Range<usize>) -> Self {
        let is_written = |i: &usize| lines[*i].class != LineClass::Blank;
        let look = |i| EdgeLine::new(i, lines[i].span.of(text));
        Edges {
            top: page
                .clone()
                .filter(is_written)
                .take(TOP)
                .map(look)
                .collect(),
            bottom: page
                .clone()
                .rev()
                .filter(is_written)
                .take(BOTTOM)
                .map(look)
                .collect(),
            strips: page
                .filter(|&i| is_signature_strip(lines[i].span.of(text)))
                .collect(),
        }
    }

    fn side(&self, side: Side) -> &[EdgeLine] {
        match side {
            Side::Top => &self.top,
            Side::Bottom => &self.bottom,
        }
    }
}

/// A line near an edge, ready to be compared.
struct EdgeLine {
    /// Its index among the document's lines.
    line: usize,
    /// Its letters and digits, folded, digits as 0; `None` where it is too long.
    key: Option<String>,
    /// Its digits.
    digits: String,
    letters: usize,
    /// How often each letter occurs: two lines that differ much here can't be alike.
    histogram: [u8; 32],
    page_number: Shape,
    counts_pages: bool,
    is_strip: bool,
    has_section_mark: bool,
}

/// How sure a line's shape makes it a page number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    No,
    /// Digits alone: also what is left of `§ 12` where OCR drops the mark.
    Digits(usize),
    /// A page number where other furniture stands above it or below.
    Beside,
    Sure,
}

impl EdgeLine {
    fn new(line: usize, content: &str) -> Self {
        let short = content.len() <= LONGEST;
        let folded = if short { fold(content) } else { String::new() };
        let mut histogram = [0u8; 32];
        let mut key = String::new();
        for c in folded.chars().filter(|c| c.is_alphanumeric()) {
            let c = if c.is_ascii_digit() { '0' } else { c };
            key.push(c);
            let slot = &mut histogram[c as usize % 32];
            *slot = slot.saturating_add(1);
        }
        EdgeLine {
            line,
            digits: folded.chars().filter(char::is_ascii_digit).collect(),
            letters: key.chars().filter(|c| c.is_alphabetic()).count(),
            key: short.then_some(key),
            histogram,
            page_number: shape(content),
            counts_pages: short
                && INNER_NUMBER
                    .as_ref()
                    .is_some_and(|inner| inner.is_match(&folded)),
            is_strip: is_signature_strip(content),
            has_section_mark: content.contains('§'),
        }
    }

    /// Specks and the remains of a coat of arms.
    fn is_junk(&self) -> bool {
        let written = self.key.as_ref().map_or(usize::MAX, String::len);
        written < 4 && self.digits.is_empty() && !self.has_section_mark
    }

    /// Whether `other`, `distance` pages further on, is the same furniture.
    fn repeats(&self, other: &EdgeLine, distance: isize) -> bool {
        let (Some(a), Some(b)) = (&self.key, &other.key) else {
            return false;
        };
        if a.is_empty() || b.is_empty() {
            return false;
        }
        self.numbers_agree(other, distance) && self.letters_agree(other, a, b)
    }

    fn letters_agree(&self, other: &EdgeLine, a: &str, b: &str) -> bool {
        let longer = a.len().max(b.len());
        let apart: usize = self
            .histogram
            .iter()
            .zip(&other.histogram)
            .map(|(x, y)| usize::from(x.abs_diff(*y)))
            .sum();
        // One edit changes the histogram by two at most.
        if apart <= longer / 5 * 2 + 1 && strsim::levenshtein(a, b) * 5 <= longer {
            return true;
        }
        // OCR joined the line with its neighbour in the other column, or did not.
        let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
        let of_size =
            short.len() >= 8 && short.len() * 3 >= long.len() && self.digits == other.digits;
        let matches = |piece: Option<&str>| {
            piece.is_some_and(|piece| strsim::levenshtein(short, piece) * 6 <= short.len())
        };
        of_size
            && (matches(long.get(..short.len())) || matches(long.get(long.len() - short.len()..)))
    }

    fn numbers_agree(&self, other: &EdgeLine, distance: isize) -> bool {
        if self.digits == other.digits {
            return true;
        }
        if self.counts_pages && other.counts_pages {
            return true;
        }
        let longer = self.digits.len().max(other.digits.len());
        let misread = strsim::levenshtein(&self.digits, &other.digits) * 4 <= longer;
        if misread && self.letters >= 8 {
            return true;
        }
        let value = |digits: &str| digits.parse::<isize>().ok();
        let counts = || value(&other.digits)?.checked_sub(value(&self.digits)?);
        !self.has_section_mark && longer <= 4 && counts() == Some(distance)
    }
}

fn shape(content: &str) -> Shape {
    let line = content.trim();
    if line.is_empty() || line.len() > 40 {
        return Shape::No;
    }
    if line.bytes().all(|b| b.is_ascii_digit()) && line.len() <= 4 {
        return line.parse().map_or(Shape::No, Shape::Digits);
    }
    let out_of = || {
        let folded = fold(line);
        let found = OUT_OF.as_ref()?.captures(&folded)?;
        let number = |group| found.get(group)?.as_str().parse::<usize>().ok();
        Some(number(1)? <= number(2)?)
    };
    let bare = BARE_NUMBER
        .as_ref()
        .is_some_and(|shape| shape.is_match(line));
    if bare || is_worded_page_number(line) || out_of() == Some(true) {
        Shape::Sure
    } else if NUMBER_REMNANT
        .as_ref()
        .is_some_and(|shape| shape.is_match(line))
    {
        Shape::Beside
    } else {
        Shape::No
    }
}

/// Marks the furniture on one side of page `p`: from the edge inwards, as long as
/// lines are known; specks in between are stepped over.
fn mark_run(edges: &[Edges], p: usize, side: Side, class: LineClass, lines: &mut [Line]) {
    let own = edges[p].side(side);
    let mut alignments: Vec<Alignment> = neighbours(edges.len(), p)
        .map(|q| Alignment::new(edges[q].side(side), q as isize - p as isize))
        .collect();
    // Two neighbours, where there are two.
    let needed = alignments.len().clamp(1, 2);
    let mut run = Vec::new();
    let mut letters = 0;
    for (rank, line) in own.iter().enumerate() {
        let support = alignments
            .iter_mut()
            .map(|theirs| usize::from(theirs.follow(line)))
            .sum::<usize>();
        if is_page_number(edges, p, side, rank) {
            run.push((line.line, LineClass::PageNumber));
        } else if line.is_strip {
            run.push((line.line, LineClass::SignatureStrip));
        } else if support >= needed {
            run.push((line.line, class));
            letters += line.letters;
        } else if !line.is_junk() {
            break;
        }
    }
    let is_sure = |line: &&EdgeLine| line.page_number == Shape::Sure;
    for line in own.iter().filter(is_sure) {
        lines[line.line].class = LineClass::PageNumber;
    }
    for (line, class) in run {
        let stands = class == LineClass::PageNumber || letters >= LEAST_LETTERS;
        if stands && lines[line].class == LineClass::Body {
            lines[line].class = class;
        }
    }
}

fn neighbours(pages: usize, p: usize) -> impl Iterator<Item = usize> {
    (p.saturating_sub(NEIGHBOURS)..(p + NEIGHBOURS + 1).min(pages)).filter(move |&q| q != p)
}

/// A neighbour's lines, followed from the edge inwards side by side with a page's:
/// a heading that stands one line further down there is not the next line.
struct Alignment<'e> {
    theirs: &'e [EdgeLine],
    distance: isize,
    next: usize,
    /// Lines that may be stepped over: one for each that had no counterpart.
    slack: usize,
}

impl<'e> Alignment<'e> {
    fn new(theirs: &'e [EdgeLine], distance: isize) -> Self {
        Alignment {
            theirs,
            distance,
            next: 0,
            slack: SHIFT,
        }
    }

    /// Whether the neighbour has `line` next.
    fn follow(&mut self, line: &EdgeLine) -> bool {
        let mut slack = self.slack;
        for (rank, other) in self.theirs.iter().enumerate().skip(self.next) {
            if line.repeats(other, self.distance) {
                (self.next, self.slack) = (rank + 1, 0);
                return true;
            }
            if other.is_junk() {
                continue;
            }
            if slack == 0 {
                break;
            }
            slack -= 1;
        }
        self.slack = (self.slack + 1).min(SHIFT);
        false
    }
}

/// Whether the line's shape makes it the page's number; digits alone need a
/// neighbour that counts on, or the very last place on a single page.
fn is_page_number(edges: &[Edges], p: usize, side: Side, rank: usize) -> bool {
    let number = match edges[p].side(side)[rank].page_number {
        Shape::No => return false,
        Shape::Beside | Shape::Sure => return true,
        Shape::Digits(number) => number,
    };
    if edges.len() == 1 {
        return matches!(side, Side::Bottom) && rank == 0;
    }
    neighbours(edges.len(), p).any(|q| {
        edges[q].side(side).iter().take(rank + SHIFT + 1).any(
            |other| matches!(other.page_number, Shape::Digits(theirs) if theirs + p == number + q),
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::normalize::{LineClass, normalize};

    fn classes(text: &str) -> String {
        let raw = crate::source::read(text.as_bytes()).expect("text");
        let letter = |class| match class {
            LineClass::Blank => '_',
            LineClass::Body => 'B',
            LineClass::RunningHead => 'H',
            LineClass::Footer => 'F',
            LineClass::PageNumber => 'N',
            LineClass::SignatureStrip => 'S',
            LineClass::Contents => 'C',
        };
        let lines = normalize(&raw).lines;
        let pages: Vec<String> = lines
            .chunk_by(|a, b| a.page == b.page)
            .map(|page| page.iter().map(|line| letter(line.class)).collect())
            .collect();
        pages.join("|")
    }

    #[test]
    fn heads_and_footers_repeat_though_read_differently() {
        let text = "EKESTADS KOMMUN PROTOKOLL\nMiljönamnden 1 (3)\n2014-05-20\n§ 57 Buller\nText.\nTorggatan 3, 123 45 Ekestad\n\u{c}\
            EKESTADS KOMMUN PROTOKOL L\nMiljonämnden 2 (3)\n2014-05-20\n§ 58 Avlopp\nMer.\nTorggatan 3, 123 45 Ekestad\n\u{c}\
            EKESTAOS KOMMUN PROTOKOLL\nMiljönämnden 3 (3)\n2014-05-20\n§ 59 Skogen\nSlut.\nTorggatan 3, 123 45 Ekestac\n";
        assert_eq!(classes(text), "HHHBBF_|HHHBBF_|HHHBBF_");
    }

    #[test]
    fn items_at_the_top_of_pages_are_no_heads() {
        let text = "§ 45 Dnr KS 2020/111\nBeslut\nEtt.\n\u{c}§ 46 Dnr KS 2020/112\nBeslut\nTvå.\n\u{c}§ 47 Dnr KS 2020/113\nBeslut\nTre.\n";
        assert_eq!(classes(text), "BBB_|BBB_|BBB_");
    }

    #[test]
    fn page_numbers_are_known_by_shape() {
        for number in [
            "12 (27)",
            "Sida 3 av 9",
            "– 4 –",
            "2(15)",
            "3/9",
            "SID 7",
            "l (2)",
        ] {
            assert_eq!(
                classes(&format!("{number}\nText står här.")),
                "NB",
                "{number}"
            );
        }
        for text in ["64/20", "12", "17 a", "3 röster"] {
            assert_eq!(classes(&format!("{text}\nText står här.")), "BB", "{text}");
        }
    }

    #[test]
    fn bare_numbers_count_the_pages() {
        assert_eq!(
            classes("4\nEtt om Ekestad.\n\u{c}5\nTvå är fler.\n\u{c}9\nTre till.\n"),
            "NB_|NB_|BB_"
        );
        assert_eq!(classes("Ett om Ekestad.\n\n7\n"), "B_N_");
    }

    #[test]
    fn strips_are_known_by_their_words() {
        assert_eq!(
            classes(
                "Text.\n\nJusterandes sign              Utdragsbestyrkande\n_____  KH\nLena Stråhle\n"
            ),
            "B_SBB_"
        );
    }
}
