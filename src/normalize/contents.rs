//! Lines of a table of contents.

use std::sync::LazyLock;

use regex::Regex;

use super::vocabulary::{FURNITURE, alike, fold, words};
use super::{Line, LineClass};

/// `Title ........ 12`, spaced leaders too.
static LEADERS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\S.*?(?:[.·…_]\s?){4,}\s*\d{1,4}\s*$").ok());

/// `§ 62 Title`, `Kf § 62 Title`, `62. Title`: a number and what it is about. OCR
/// reads § as 8, 5, $ or S.
static ENTRY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:\p{L}{1,5}\s+)?[§$8S5&]{0,2}\s*(\d{1,4})[.,]?\s+\S.*\p{L}{3}").ok()
});

/// Continuation lines that one entry may have.
const WRAPPED: usize = 2;

/// Classifies lines with dot leaders, and the list under a contents heading: its
/// entries number upwards, and the first that doesn't is the first item itself.
pub fn classify(text: &str, lines: &mut [Line]) {
    let mut i = 0;
    while i < lines.len() {
        if lines[i].class == LineClass::Body {
            let line = lines[i].span.of(text);
            if has_leaders(line) {
                lines[i].class = LineClass::Contents;
            } else if is_heading(line)
                && let Some(last) = list_end(text, lines, i)
            {
                for line in &mut lines[i..=last] {
                    if line.class == LineClass::Body {
                        line.class = LineClass::Contents;
                    }
                }
                i = last;
            }
        }
        i += 1;
    }
}

/// Whether the line is the heading of a table of contents and nothing else.
pub fn is_heading(line: &str) -> bool {
    if line.len() > 40 {
        return false;
    }
    let folded = fold(line);
    let mut of_line = words(&folded);
    let (Some(word), None) = (of_line.next(), of_line.next()) else {
        return false;
    };
    // The definite form is one letter away and no heading: lengths must agree.
    FURNITURE
        .contents_headings
        .iter()
        .any(|entry| entry.heading.len() == word.len() && alike(&entry.heading, word))
}

fn has_leaders(line: &str) -> bool {
    /// No line of a page is longer; bounds the work on one that is.
    const LONGEST: usize = 400;
    line.len() <= LONGEST
        && LEADERS
            .as_ref()
            .is_some_and(|leaders| leaders.is_match(line))
}

/// The last line of the list under the heading at `heading`: at least two entries.
fn list_end(text: &str, lines: &[Line], heading: usize) -> Option<usize> {
    let (mut last, mut number, mut count, mut wrapped) = (None, 0, 0, 0);
    for (i, line) in lines.iter().enumerate().skip(heading + 1) {
        if line.class != LineClass::Body {
            continue;
        }
        match entry(line.span.of(text)) {
            Some(next) if next > number => {
                (last, number, wrapped) = (Some(i), next, 0);
                count += 1;
            }
            Some(_) => break,
            None => wrapped += 1,
        }
        if wrapped > WRAPPED {
            break;
        }
    }
    last.filter(|_| count >= 2)
}

fn entry(line: &str) -> Option<usize> {
    /// Where the number must be found.
    const HEAD: usize = 200;
    let head = line.get(..HEAD).unwrap_or(line);
    ENTRY
        .as_ref()?
        .captures(head)?
        .get(1)?
        .as_str()
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use crate::normalize::{LineClass, normalize};

    fn classes(text: &str) -> String {
        let raw = crate::source::read(text.as_bytes()).expect("text");
        let letter = |class| match class {
            LineClass::Contents => 'C',
            LineClass::Blank => '_',
            LineClass::Body => 'B',
            _ => 'x',
        };
        normalize(&raw)
            .lines
            .iter()
            .map(|line| letter(line.class))
            .collect()
    }

    #[test]
    fn a_list_ends_where_its_numbers_begin_again() {
        let text = "Protokoll\nARENDELISTA\n§ 62 Val av justerare\n§ 63 En lång rubrik som\nfortsätter här\n\n8 64 Budget\n§ 62 Val av justerare\nBeslut";
        assert_eq!(classes(text), "BCCCC_CBB");
    }

    #[test]
    fn leaders_tell_an_entry_anywhere() {
        assert_eq!(
            classes("Budget för 2021 ........... 12\nBudget . . . . . 3\nSlut."),
            "CCB"
        );
    }

    #[test]
    fn a_heading_without_a_list_is_body() {
        assert_eq!(
            classes("Föredragningslista\nListan godkänns.\n§ 3 Budget"),
            "BBB"
        );
    }
}
