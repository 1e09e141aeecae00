//! Words divided over line ends.
//!
//! `kommun-` / `styrelsen` is one word; in `bygglovs-` / `och tillsynsnämnden` the
//! hyphen stands for a word left out; in `IT-` / `stöd` it belongs to the word. What
//! decides is how the two halves are written and whether the second coordinates.

use super::vocabulary::{FURNITURE, fold};
use super::{Hyphen, Line, LineClass};

/// How many lines of furniture and blanks a divided word may reach over.
const REACH: usize = 40;

/// Blank lines that OCR may put between two lines of a paragraph.
const BLANKS: usize = 1;

/// Marks body lines whose last word goes on below, over a page end as well.
pub fn mark(text: &str, lines: &mut [Line]) {
    for i in 0..lines.len() {
        if lines[i].class != LineClass::Body {
            continue;
        }
        let Some(stem) = divided(lines[i].span.of(text)) else {
            continue;
        };
        let Some((next, adjacent)) = following(lines, i) else {
            continue;
        };
        let below = lines[next].span.of(text).trim_start();
        if let Some(keep) = joint(stem, below, adjacent) {
            lines[i].hyphen = Some(Hyphen { next, keep });
        }
    }
}

/// Whether the line that begins with `next` continues a coordination, so that the
/// hyphen after `stem` stands for a word left out.
pub fn is_coordinated(stem: &str, next: &str) -> bool {
    let Some(word) = next.split_whitespace().next() else {
        return false;
    };
    let word = fold(word.trim_end_matches(['.', ',', ':', ';']));
    if word == "&" || word == "/" {
        return true;
    }
    FURNITURE
        .coordinators
        .iter()
        .any(|entry| entry.word == word && !entry.joins_after.contains(&fold(stem)))
}

/// What stands before the hyphen that the line ends with, back to white space.
fn divided(line: &str) -> Option<&str> {
    let stem = line.trim_end().strip_suffix('-')?;
    let token = stem.rsplit(char::is_whitespace).next()?;
    let token = token.trim_start_matches(|c: char| !c.is_alphanumeric());
    token.ends_with(char::is_alphanumeric).then_some(token)
}

/// The next body line, and whether it is the very next line of the page.
fn following(lines: &[Line], from: usize) -> Option<(usize, bool)> {
    let mut blanks = 0;
    for (i, line) in lines.iter().enumerate().skip(from + 1).take(REACH) {
        match line.class {
            LineClass::Body => return Some((i, i == from + 1 && line.page == lines[from].page)),
            LineClass::Contents => return None,
            LineClass::Blank if line.page == lines[from].page => {
                blanks += 1;
                // Before the page ends, any number of them is the foot's margin.
                if blanks > BLANKS && !ends_page(lines, i) {
                    return None;
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether no body line follows on the page of line `from`.
fn ends_page(lines: &[Line], from: usize) -> bool {
    lines[from..]
        .iter()
        .take(REACH)
        .take_while(|line| line.page == lines[from].page)
        .all(|line| line.class != LineClass::Body)
}

/// How the halves go together: not at all, or with the hyphen kept or not.
fn joint(stem: &str, below: &str, adjacent: bool) -> Option<bool> {
    let first = below.chars().next()?;
    let last = stem.chars().next_back()?;
    if first.is_ascii_digit() {
        // 13.00- / 14.20, SLK-2024- / 00074; KS- / 2017
        let goes_on = last.is_ascii_digit() || is_capitals(stem);
        return (adjacent && goes_on).then_some(true);
    }
    if !first.is_alphabetic() || is_coordinated(stem, below) {
        return None;
    }
    let word: &str = stem.rsplit('-').next().unwrap_or(stem);
    let single = word.chars().count() == 1;
    let next_word = below
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or(below);
    if first.is_lowercase() {
        // e- / tjänst, IT- / stöd, 1980- / talet
        let is_year = word.chars().all(|c| c.is_ascii_digit());
        return Some(single || is_year || is_capitals(word));
    }
    if !adjacent {
        return None;
    }
    if is_capitals(word) && is_capitals(next_word) {
        // KOMMUN- / STYRELSEN
        return Some(single);
    }
    if word.starts_with(char::is_uppercase) {
        // Karl- / Erik, Norra- / Södra: a name of two.
        return Some(true);
    }
    // ut- / Okningar: OCR likes capitals where a mark is lost or a letter looks alike.
    let is_word = word.starts_with(char::is_lowercase) && !is_capitals(next_word);
    is_word.then_some(false)
}

fn is_capitals(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use crate::normalize::normalize;

    fn joints(text: &str) -> Vec<(usize, usize, bool)> {
        let raw = crate::source::read(text.as_bytes()).expect("text");
        let lines = normalize(&raw).lines;
        let joint = |(i, line): (usize, &crate::normalize::Line)| {
            line.hyphen.map(|hyphen| (i, hyphen.next, hyphen.keep))
        };
        lines.iter().enumerate().filter_map(joint).collect()
    }

    #[test]
    fn halves_are_joined_as_they_are_written() {
        for (text, keep) in [
            ("kommun-\nstyrelsen", Some(false)),
            ("kommun\u{ad}\nstyrelsen", Some(false)),
            ("kommun‐\nstyrelsen", Some(false)),
            ("kommun¬\nstyrelsen", Some(false)),
            ("kommun–\nstyrelsen", Some(false)),
            ("KOMMUN-\nSTYRELSEN", Some(false)),
            ("IT-\nstöd", Some(true)),
            ("e-\ntjänst", Some(true)),
            ("1980-\ntalet", Some(true)),
            ("Ann-\nMarie", Some(true)),
            ("kl. 13.00-\n14.20", Some(true)),
            ("bygglovs-\noch tillsynsnämnden", None),
            ("ända här-\ntill", Some(false)),
            ("kultur- och fritids-\nnämnden", Some(false)),
            ("1985 -\n1987", None),
            ("- ett\n- två", None),
            ("personliga ut-\nÖkningar", Some(false)),
            ("personliga ut-\n\nÖkningar", None),
            ("stadsmilj6-\nförvaltningen", Some(false)),
            ("slut-\n", None),
        ] {
            let found = joints(text);
            let expected: Vec<_> = keep.map(|keep| (0, 1, keep)).into_iter().collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn a_blank_line_of_ocr_does_not_divide_but_a_gap_does() {
        assert_eq!(joints("kommun-\n\nstyrelsen"), [(0, 2, false)]);
        assert_eq!(joints("kommun-\n\n\nstyrelsen"), []);
    }

    #[test]
    fn a_word_goes_on_over_the_page_end() {
        let text = "Ekestads kommun Sida 1 (2)\nAtt ställa kom-\n\n\nJusterandes sign\n\u{c}Ekestads kommun Sida 2 (2)\n\nmunen till svars\n\n\nJusterandes sign\n";
        assert_eq!(joints(text), [(1, 8, false)]);
    }
}
