//! `§` that an engine read as something else.
//!
//! The Swedish model of Tesseract has no `§`: it reads `8`, `$`, `5`, `S` or `&`, alone
//! or run together with the number behind. Letters say little about such a place; where
//! it stands and which numbers the document's other paragraphs have says much. Both are
//! summed up as evidence in nats, which the decoder weighs with all else.

mod around;

use crate::lm::Cost;
use crate::repair::channel::{Channel, Unit, UnitId};
use crate::repair::document::{Paragraph, Seen};
use crate::repair::identifiers::is_dash;
use crate::text::TokenKind;
use crate::text::alphabet::Code;
use around::Around;
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

/// `§`.
pub const SECTION: Code = 0xA7;

/// A place where one or two `§` may be meant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Site {
    /// Tokens that are read as the sign.
    pub tokens: usize,
    /// How many `§` are meant.
    pub signs: usize,
    /// How sign and number stand.
    pub shape: Shape,
    /// What speaks for it beside the channel and the words around, in nats.
    pub support: Cost,
    /// The number behind, and the last one of a range.
    number: u32,
    last: u32,
    /// The code read for the sign.
    read: Code,
}

/// How a sign and its number stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `8 57`: with a space between them.
    Apart,
    /// `$57`: a mark, then the number.
    Glued,
    /// `857`: the sign is read as the number's first digit.
    Within,
}

/// The sites of a document.
#[derive(Debug, Default)]
pub struct Sites {
    /// By paragraph and token.
    at: BTreeMap<Place, Site>,
    /// Whether the document sets a space between sign and number.
    is_spaced: bool,
}

/// Index of a paragraph, and of a token in it.
type Place = (usize, usize);

/// The document has the number elsewhere, or a neighbour of it.
const KNOWN: Cost = 8.0;
const IN_RUN: Cost = 5.0;

/// A site with so much support lends some to its neighbours in the run of numbers.
const SURE: Cost = 5.0;

/// How far apart neighbours in the run are.
const NEAR: u32 = 2;

/// Numbers in a row, each read as one with its sign, that support each other.
const ROW: usize = 3;

/// Numbers of the longest range that is taken for known.
const RANGE: u32 = 60;

/// The unit by which `§` is read as a code, if it ever is.
pub fn unit(channel: &Channel, code: Code) -> Option<UnitId> {
    channel.find(&Unit::new(&[SECTION], &[code]))
}

impl Site {
    /// One sign behind its number, for which nothing speaks but the words around.
    pub fn behind() -> Site {
        Site {
            tokens: 1,
            signs: 1,
            shape: Shape::Apart,
            support: 0.0,
            number: 0,
            last: 0,
            read: SECTION,
        }
    }

    fn numbers(&self) -> RangeInclusive<u32> {
        self.number..=self.last
    }
}

impl Sites {
    /// Looks through a document. `is_sign` tells whether `§` is ever read as a code.
    /// Linear but for the sorting of the numbers found.
    pub fn of(paragraphs: &[Paragraph], is_sign: impl Fn(Code) -> bool) -> Sites {
        let mut sites = Sites::default();
        // Numbers that are known to be those of paragraphs, with their places.
        let mut known: Vec<(u32, Place)> = Vec::new();
        let mut spaces = [0usize; 2];
        for (p, paragraph) in paragraphs.iter().enumerate() {
            let chunks = chunks(paragraph);
            for (c, chunk) in chunks.iter().enumerate() {
                let line = paragraph[chunk.start].line;
                let at = |c: Option<usize>| {
                    let chunk = chunks.get(c?)?;
                    (paragraph[chunk.start].line == line).then_some(chunk)
                };
                let before = at(c.checked_sub(1));
                let around = Around {
                    paragraph,
                    before,
                    is_second: before.is_some() && at(c.checked_sub(2)).is_none(),
                    after: at(Some(c + 1)),
                    behind: at(Some(c + 2)),
                };
                if let Some((numbers, is_glued)) = around.anchor(chunk) {
                    known.extend(numbers.map(|n| (n, (p, chunk.start))));
                    spaces[usize::from(is_glued)] += 1;
                }
                if let Some((token, site)) = around.site(chunk, &is_sign) {
                    if site.support >= SURE && site.shape != Shape::Within {
                        known.extend(site.numbers().map(|n| (n, (p, token))));
                        spaces[usize::from(site.shape == Shape::Glued)] += 1;
                    }
                    sites.at.insert((p, token), site);
                }
            }
        }
        sites.is_spaced = spaces[0] > 0 && spaces[0] * 2 >= spaces[1];
        sites.weigh(known);
        sites
    }

    /// The site that begins with a token.
    pub fn get(&self, paragraph: usize, token: usize) -> Option<&Site> {
        self.at.get(&(paragraph, token))
    }

    /// Whether the document sets a space between sign and number.
    pub fn is_spaced(&self) -> bool {
        self.is_spaced
    }

    /// Adds what the run of numbers says.
    fn weigh(&mut self, mut known: Vec<(u32, Place)>) {
        let within = self.at.iter().filter(|s| s.1.shape == Shape::Within);
        let mut within: Vec<(u32, Code, Place)> = within
            .map(|(&place, site)| (site.number, site.read, place))
            .collect();
        within.sort_unstable();
        within.dedup_by_key(|w| w.0);
        for row in within.chunk_by(|a, b| a.0 + 1 == b.0) {
            // `857` and `558` are no neighbours but for the sign.
            let is_mixed = row.iter().any(|w| w.1 != row[0].1);
            if row.len() >= ROW || is_mixed {
                known.extend(row.iter().map(|w| (w.0, w.2)));
            }
        }
        known.sort_unstable();
        self.at.retain(|place, site| {
            let from = known.partition_point(|k| k.0 + NEAR < site.number);
            let near = known[from..]
                .iter()
                .take_while(|k| k.0 <= site.number + NEAR);
            let mut others = near.filter(|k| k.1 != *place).peekable();
            let is_in_run = others.peek().is_some();
            if others.any(|k| k.0 == site.number) {
                site.support += KNOWN;
            } else if is_in_run {
                site.support += IN_RUN;
            }
            // A number that begins with an 8 is mostly just that.
            is_in_run || site.shape != Shape::Within
        });
    }
}

/// Tokens that touch each other, in order.
fn chunks(paragraph: &Paragraph) -> Vec<Range<usize>> {
    let mut chunks: Vec<Range<usize>> = Vec::new();
    for (i, token) in paragraph.iter().enumerate() {
        match chunks.last_mut() {
            Some(last) if token.glued => last.end = i + 1,
            _ => chunks.push(i..i + 1),
        }
    }
    chunks
}

/// Whether a token is one `§` or more, read right.
fn is_section(token: &Seen) -> bool {
    token.codes.iter().all(|&c| c == SECTION)
}

/// Whether a token can be the number of a paragraf, or a range of such numbers.
pub fn is_paragraf_number(token: &Seen) -> bool {
    let codes = &*token.codes;
    let digits = codes.iter().take_while(|c| c.is_ascii_digit()).count();
    let is_range = |c: &Code| c.is_ascii_digit() || *c == b'/' || is_dash(c);
    match token.kind {
        TokenKind::Number => digits <= 4,
        // `2020-09-25` is a date.
        TokenKind::Code if digits <= 3 && codes.len() <= 13 && codes.iter().all(is_range) => {
            digits > 0
        }
        TokenKind::Code => (1..=4).contains(&digits) && codes.len() <= 9,
        _ => false,
    }
}

/// The number that some codes begin with.
fn leading(codes: &[Code]) -> Option<u32> {
    let digits = codes.iter().take_while(|c| c.is_ascii_digit());
    let digits: String = digits.map(|&c| char::from(c)).collect();
    digits.parse().ok()
}

/// The numbers that a token stands for: one, or those of a range.
fn numbers(token: &Seen) -> Option<RangeInclusive<u32>> {
    let first = leading(&token.codes)?;
    let last = token.codes.iter().rposition(is_dash);
    let last = last.and_then(|at| leading(&token.codes[at + 1..]));
    let last = last.filter(|&n| n > first && n - first <= RANGE);
    Some(first..=last.unwrap_or(first))
}

/// Whether a number is rather a year.
fn is_year(number: &Seen) -> bool {
    number.codes.len() == 4 && begins_with_year(number)
}

/// Whether a token begins like a year: `2012-10-10`.
fn begins_with_year(token: &Seen) -> bool {
    matches!(
        *token.codes,
        [b'1', b'8'..=b'9', _, _, ..] | [b'2', b'0', _, _, ..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::alphabet;
    use crate::text::{Span, tokenize};

    /// Every line a paragraph.
    fn read(text: &str) -> Vec<Paragraph> {
        let line = |(line, text): (usize, &str)| -> Paragraph {
            let mut tokens = Vec::new();
            tokenize(text, 0, &mut tokens);
            let seen = |t: &crate::text::Token| Seen {
                codes: alphabet::encode_str(t.span.of(text)).into(),
                kind: t.kind,
                glued: t.glued,
                span: Span::default(),
                rest: None,
                line,
                doubt: 0.0,
            };
            tokens.iter().map(seen).collect()
        };
        text.lines().enumerate().map(line).collect()
    }

    /// The sites that something speaks for.
    fn sites(text: &str) -> Vec<(String, usize, Shape)> {
        let paragraphs = read(text);
        let sites = Sites::of(&paragraphs, |c| b"85$&Ss".contains(&c));
        let found = sites.at.iter().filter(|(_, s)| s.support > SURE - 1.0);
        let text = |&(p, t): &Place| alphabet::decode_str(&paragraphs[p][t].codes);
        found.map(|(at, s)| (text(at), s.signs, s.shape)).collect()
    }

    #[test]
    fn a_sign_is_known_by_its_place_and_by_the_run_of_numbers() {
        let apart = |seen: &str, signs| (seen.to_owned(), signs, Shape::Apart);
        assert_eq!(sites("Ks 8 118 Dnr 2017/212"), [apart("8", 1)]);
        assert_eq!(sites("$ 93/20 Bygglov"), [apart("$", 1)]);
        assert_eq!(sites("PROTOKOLL 88 61-65"), [apart("88", 2)]);
        assert_eq!(sites("S§ 61 Justering"), [apart("S", 1)]);
        assert_eq!(sites("protokoll 2012-10-10, 8 247"), [apart("8", 1)]);
        assert_eq!(sites("den 14 maj 2019, 8 31"), [apart("8", 1)]);
        assert_eq!(
            sites("§ 56 Val\n857 Motion\n$58 Svar"),
            [
                ("857".to_owned(), 1, Shape::Within),
                ("$".to_owned(), 1, Shape::Glued)
            ]
        );
    }

    #[test]
    fn sums_years_and_numbers_stay() {
        for text in [
            "anvisa 8 118 kronor",
            "8 118 000 kronor",
            "SUMMA 4 6 1",
            "44 § Val\n857 § Motion",
            "43 $ Upprop",
            "Anna Ek S 46 Ledamot",
            "den 8 2019",
            "857 Motion",
            "§ 5 0116/22 Motion",
            "8 0116/22",
            "8 2020-09-25",
        ] {
            assert_eq!(sites(text), [], "{text}");
        }
    }

    #[test]
    fn the_space_behind_a_sign_is_the_documents_own() {
        let spaced = |text: &str| Sites::of(&read(text), |_| false).is_spaced();
        assert!(spaced("§ 1 Val\n§2 Motion"));
        assert!(!spaced("§1 Val\n§2 Motion"));
    }
}
