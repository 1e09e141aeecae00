//! `§` that an engine read as something else.
//!
//! The Swedish model of Tesseract has no `§`: it reads `8`, `$`, `5`, `S` or `&`, alone
//! or run together with the number behind. Letters say little about such a place; where
//! it stands and which numbers the document's other paragraphs have says much. Both are
//! summed up as evidence in nats, which the decoder weighs with all else.

use super::channel::{Channel, Unit, UnitId};
use super::document::{Paragraph, Seen};
use super::identifiers::is_dash;
use crate::lm::Cost;
use crate::text::TokenKind;
use crate::text::alphabet::{self, Code};
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

/// At the beginning of a line headings stand, and with them their numbers.
const AT_START: Cost = 3.0;

/// Behind an abbreviation that begins a line (`Ks § 118`).
const BEHIND_BODY: Cost = 8.0;

/// Behind such a word elsewhere.
const BEHIND: Cost = 3.5;

/// Behind the first word of a line (`forts. § 57`).
const SECOND: Cost = 1.0;

/// Read as a mark that minutes have no use for (`$`, `&`).
const ODD_MARK: Cost = 5.0;

/// Two signs before a range or a list of numbers.
const DOUBLED: Cost = 9.0;

/// A number with its year (`93/20`).
const WITH_YEAR: Cost = 3.0;

/// Read as a small letter that is no word.
const LETTER: Cost = 2.0;

/// The document has the number elsewhere, or a neighbour of it.
const KNOWN: Cost = 8.0;
const IN_RUN: Cost = 5.0;

/// `8 118` may be a sum of thousands.
const THOUSANDS: Cost = -3.0;

/// `8 118 000` is one.
const SUM: Cost = -12.0;

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

/// What stands around a chunk on its line.
struct Around<'a> {
    paragraph: &'a Paragraph,
    before: Option<&'a Range<usize>>,
    /// Whether the chunk is its line's second.
    is_second: bool,
    after: Option<&'a Range<usize>>,
    /// The chunk behind `after`.
    behind: Option<&'a Range<usize>>,
}

impl Around<'_> {
    /// The number behind a `§` that was read as such, and whether it touches it.
    fn anchor(&self, chunk: &Range<usize>) -> Option<(RangeInclusive<u32>, bool)> {
        let tokens = &self.paragraph[chunk.clone()];
        match tokens {
            [sign] if is_section(sign) => Some((numbers(self.number_after()?)?, false)),
            [sign, number, ..] if is_section(sign) && is_paragraf_number(number) => {
                Some((numbers(number)?, true))
            }
            _ => None,
        }
    }

    /// A sign that was read as something else, and the token it begins with.
    fn site(&self, chunk: &Range<usize>, is_sign: impl Fn(Code) -> bool) -> Option<(usize, Site)> {
        let opening = |t: &Seen| matches!(*t.codes, [c] if c == b'(' || is_dash(&c));
        let start =
            chunk.start + usize::from(chunk.len() > 1 && opening(&self.paragraph[chunk.start]));
        let tokens = &self.paragraph[start..chunk.end];
        let may_be = |c: Code| c == SECTION || is_sign(c);
        let site = self
            .apart(tokens, may_be)
            .or_else(|| self.together(tokens, is_sign));
        Some((start, site?))
    }

    /// `8 57`, `88 57-59`, `S§ 57`.
    fn apart(&self, tokens: &[Seen], may_be: impl Fn(Code) -> bool) -> Option<Site> {
        let length: usize = tokens.iter().map(|t| t.codes.len()).sum();
        let is_read_right = length < 3 && tokens.iter().all(is_section);
        let codes = || tokens.iter().flat_map(|t| t.codes.iter().copied());
        if length > 3 || is_read_right || !codes().all(may_be) {
            return None;
        }
        let codes: Vec<Code> = codes().collect();
        let number = self.number_after().filter(|n| !is_year(n))?;
        // `§ 5 0116/22`: the number of a sign that was read right, and one of a case.
        let is_numbered = self
            .before
            .is_some_and(|c| is_section(&self.paragraph[c.end - 1]));
        if is_numbered || number.codes[0] == b'0' {
            return None;
        }
        let numbers = numbers(number)?;
        let is_doubled = codes.len() > 1 && self.is_list(number);
        let is_digit = codes.iter().all(u8::is_ascii_digit);
        if codes.len() > 1 && is_digit && !is_doubled {
            return None;
        }
        let position = self.position();
        let mut support = position;
        if matches!(*codes, [code] if alphabet::is_letter(code) && !alphabet::is_upper(code)) {
            support += LETTER;
        }
        if codes
            .iter()
            .any(|&c| !alphabet::is_letter(c) && !c.is_ascii_digit())
        {
            support += ODD_MARK;
        }
        if is_doubled {
            support += DOUBLED;
        }
        if number.codes.contains(&b'/') {
            support += WITH_YEAR;
        }
        let is_group = |t: &Seen| t.kind == TokenKind::Number && t.codes.len() == 3;
        if is_digit && codes.len() == 1 && is_group(number) && position < BEHIND {
            support += THOUSANDS;
            if self
                .behind
                .is_some_and(|c| is_group(&self.paragraph[c.start]))
            {
                support += SUM;
            }
        }
        Some(Site {
            tokens: tokens.len(),
            signs: if is_doubled { 2 } else { 1 },
            shape: Shape::Apart,
            support,
            number: *numbers.start(),
            last: *numbers.end(),
            read: codes[0],
        })
    }

    /// `$57`, `857`.
    fn together(&self, tokens: &[Seen], is_sign: impl Fn(Code) -> bool) -> Option<Site> {
        let (first, rest) = tokens.split_first()?;
        let site = |shape, support, number| Site {
            tokens: 1,
            signs: 1,
            shape,
            support,
            number,
            last: number,
            read: first.codes[0],
        };
        match (&*first.codes, rest.first()) {
            ([sign], Some(number)) if first.kind == TokenKind::Mark => {
                let is_number = is_sign(*sign) && is_paragraf_number(number);
                let value = leading(&number.codes).filter(|_| is_number)?;
                Some(site(Shape::Glued, self.position() + ODD_MARK, value))
            }
            ([sign, number @ ..], _) if !number.is_empty() && number.len() <= 3 => {
                let is_number = is_sign(*sign) && number.iter().all(u8::is_ascii_digit);
                let value = leading(number).filter(|_| is_number && number[0] != b'0')?;
                let position = self.position();
                (position > 0.0).then(|| site(Shape::Within, position, value))
            }
            _ => None,
        }
    }

    /// The number that stands behind.
    fn number_after(&self) -> Option<&Seen> {
        let number = &self.paragraph[self.after?.start];
        Some(number).filter(|n| is_paragraf_number(n))
    }

    /// Whether a number is a range, or another follows it.
    fn is_list(&self, number: &Seen) -> bool {
        let marks = self.after.map_or(&[][..], |c| &self.paragraph[c.clone()]);
        let continues = marks
            .get(1)
            .is_some_and(|t| matches!(*t.codes, [c] if c == b',' || is_dash(&c)));
        number.codes.iter().any(is_dash)
            || continues
            || self
                .behind
                .is_some_and(|c| is_dash(&self.paragraph[c.start].codes[0]))
    }

    /// What the place on the line says.
    fn position(&self) -> Cost {
        let Some(before) = self.before else {
            return AT_START;
        };
        let is_word = |t: &Seen| t.kind == TokenKind::Word;
        // `KS`, `KSau`, `Ks`.
        let is_body = |t: &Seen| {
            let capitals = t.codes.iter().filter(|&&c| alphabet::is_upper(c)).count();
            let is_abbreviated = capitals > 1 || t.codes.len() == 2;
            is_word(t) && (2..=5).contains(&t.codes.len()) && capitals > 0 && is_abbreviated
        };
        match &self.paragraph[before.clone()] {
            [word] if is_body(word) => match self.is_second {
                true => BEHIND_BODY,
                false => BEHIND,
            },
            [word, ..] if is_word(word) && self.is_second => SECOND,
            _ => 0.0,
        }
    }
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
    matches!(
        *number.codes,
        [b'1', b'8'..=b'9', _, _] | [b'2', b'0', _, _]
    )
}

#[cfg(test)]
mod tests {
    use super::*;
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
