//! Page furniture: running heads, footers, page numbers, signature strips.
//!
//! Heads and footers are known by repetition: a line near a page's edge that
//! neighbouring pages have at about the same place, though OCR read it differently
//! each time. Numbers must agree, or count the pages: `§ 45` and `§ 46` at the top
//! of two pages are items, not a head. Page numbers and signature strips are known
//! by their shape and words.

mod edge;
mod page_number;
mod strip;

use std::ops::Range;

use super::{Line, LineClass};
use edge::{EdgeLine, Edges, Side};
use page_number::Shape;

#[cfg(test)]
pub use page_number::is_worded_page_number;
pub use strip::is_signature_strip;

/// How many pages before and after are compared, and how many lines one may have more.
const NEIGHBOURS: usize = 3;
const SHIFT: usize = 2;

/// Letters a page's repeated lines must have together: a lone short heading that
/// happens to begin two pages is no head.
const LEAST_LETTERS: usize = 10;

/// Classifies the lines of every page that are furniture.
pub fn classify(text: &str, lines: &mut [Line]) {
    let edges: Vec<Edges> = pages(lines)
        .into_iter()
        .map(|page| Edges::new(text, lines, page))
        .collect();
    for line in lines.iter_mut() {
        if is_signature_strip(line.span.of(text)) {
            line.class = LineClass::SignatureStrip;
        }
    }
    for p in 0..edges.len() {
        mark_run(&edges, p, Side::Top, lines);
        mark_run(&edges, p, Side::Bottom, lines);
    }
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

/// Marks the furniture on one side of page `p`: page numbers by their shape, the
/// rest from the edge inwards, as long as lines are known; specks in between are
/// stepped over.
fn mark_run(edges: &[Edges], p: usize, side: Side, lines: &mut [Line]) {
    let own = edges[p].side(side);
    let is_sure = |line: &&EdgeLine| line.page_number == Shape::Sure;
    for line in own.iter().filter(is_sure) {
        lines[line.line].class = LineClass::PageNumber;
    }
    let run = run(edges, p, side);
    let letters: usize = run.repeated.iter().map(|line| line.key.letters).sum();
    if letters >= LEAST_LETTERS {
        let is_open = |line: &&EdgeLine| lines[line.line].class == LineClass::Body;
        let open: Vec<_> = run.repeated.into_iter().filter(is_open).collect();
        for line in open {
            lines[line.line].class = match side {
                Side::Top => LineClass::RunningHead,
                Side::Bottom => LineClass::Footer,
            };
        }
    }
    for line in run.page_numbers {
        lines[line.line].class = LineClass::PageNumber;
    }
}

/// The furniture at one edge of a page.
#[derive(Default)]
struct Run<'e> {
    repeated: Vec<&'e EdgeLine>,
    page_numbers: Vec<&'e EdgeLine>,
}

fn run(edges: &[Edges], p: usize, side: Side) -> Run<'_> {
    let mut alignments: Vec<Alignment> = neighbours(edges.len(), p)
        .map(|q| Alignment::new(edges[q].side(side), q as isize - p as isize))
        .collect();
    // Two neighbours, where there are two.
    let needed = alignments.len().clamp(1, 2);
    let mut run = Run::default();
    let mut past_strip = false;
    for (rank, line) in edges[p].side(side).iter().enumerate() {
        let support = alignments
            .iter_mut()
            .map(|theirs| usize::from(theirs.follow(line)))
            .sum::<usize>();
        if is_page_number(edges, p, side, rank) {
            run.page_numbers.push(line);
        } else if line.is_strip {
            past_strip = true;
        } else if support >= needed && !past_strip {
            run.repeated.push(line);
        } else if !line.is_junk() {
            // Beyond a strip the document's own text begins, alike or not:
            // a list of recipients often is.
            break;
        }
    }
    run
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
    /// Whether the page's next line was matched together with the last.
    matched_ahead: bool,
}

impl<'e> Alignment<'e> {
    fn new(theirs: &'e [EdgeLine], distance: isize) -> Self {
        Alignment {
            theirs,
            distance,
            next: 0,
            slack: SHIFT,
            matched_ahead: false,
        }
    }

    /// Whether the neighbour has `line` next, by itself or joined with a neighbouring
    /// line on either page.
    fn follow(&mut self, line: &EdgeLine) -> bool {
        if std::mem::take(&mut self.matched_ahead) {
            return true;
        }
        let mut slack = self.slack;
        for (rank, other) in self.theirs.iter().enumerate().skip(self.next) {
            if let Some(taken) = self.matches(line, other) {
                (self.next, self.slack) = (rank + taken, 0);
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

    /// How many of the neighbour's lines `line` stands for.
    fn matches(&mut self, line: &EdgeLine, other: &EdgeLine) -> Option<usize> {
        if line.key.repeats(&other.key, self.distance) {
            return Some(1);
        }
        let joined = |pair: &Option<_>, key: &edge::Key| {
            pair.as_ref()
                .is_some_and(|pair: &edge::Key| key.repeats_joined(pair, self.distance))
        };
        if joined(&other.pair, &line.key) {
            return Some(2);
        }
        self.matched_ahead = joined(&line.pair, &other.key);
        self.matched_ahead.then_some(1)
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
        let mut theirs = edges[q].side(side).iter().take(rank + SHIFT + 1);
        theirs.any(
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
    fn a_head_may_be_joined_or_not() {
        let text = "EKESTADS KOMMUN PROTOKOLL\nMiljönämnden 2014-05-20\nBryggan byggs i sommar.\n\u{c}\
            EKESTADS KOMMUN PROTOKOLL Sida 2\nMiljönämnden\n2014-05-20\nAvgiften är 400 kronor.\n\u{c}\
            EKESTADS KOMMUN\nPROTOKOLL\nMiljönämnden 2014-05-20\nIngen yttrar sig.\n";
        assert_eq!(classes(text), "HHB_|HHHB_|HHHB_");
    }

    #[test]
    fn a_heading_that_pages_share_below_the_head_is_body() {
        let text = "EKESTADS KOMMUN\n§ 5 Avlopp\nNämndens beslut\nBryggan byggs i sommar.\n\u{c}\
            EKESTADS KOMMUN\nNämndens beslut\nAvgiften är 400 kronor.\n\u{c}\
            EKESTADS KOMMUN\n§ 6 Buller\nNämndens beslut\nIngen yttrar sig.\n";
        assert_eq!(classes(text), "HBBB_|HBB_|HBBB_");
    }

    #[test]
    fn what_stands_above_the_strip_is_body_though_it_repeats() {
        let text = "Bryggan byggs i sommar.\nUtdrag till: Kommunstyrelsen\nJusterandes sign\nTorggatan 3, Ekestad\n\u{c}\
            Avgiften är 400 kronor.\nUtdrag till: Kommunstyrelsen\nJusterandes sign\nTorggatan 3, Ekestad\n";
        assert_eq!(classes(text), "BBSF_|BBSF_");
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
