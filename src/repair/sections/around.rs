//! What the tokens around a place say.

use super::{
    SECTION, Shape, Site, begins_with_year, is_paragraf_number, is_section, is_year, leading,
    numbers,
};
use crate::lm::Cost;
use crate::repair::document::{Paragraph, Seen};
use crate::repair::identifiers::is_dash;
use crate::text::alphabet::Code;
use crate::text::{TokenKind, alphabet};
use std::ops::{Range, RangeInclusive};

/// At the beginning of a line headings stand, and with them their numbers.
const AT_START: Cost = 3.0;

/// Behind an abbreviation that begins a line (`Ks § 118`).
const BEHIND_BODY: Cost = 8.0;

/// Behind such a word elsewhere.
const BEHIND: Cost = 3.5;

/// Behind the day of some minutes (`protokoll 2012-10-10, § 247`).
const BEHIND_DAY: Cost = 6.0;

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

/// `8 118` may be a sum of thousands.
const THOUSANDS: Cost = -3.0;

/// `8 118 000` is one.
const SUM: Cost = -12.0;

/// What stands around a chunk on its line.
pub(super) struct Around<'a> {
    pub(super) paragraph: &'a Paragraph,
    pub(super) before: Option<&'a Range<usize>>,
    /// Whether the chunk is its line's second.
    pub(super) is_second: bool,
    pub(super) after: Option<&'a Range<usize>>,
    /// The chunk behind `after`.
    pub(super) behind: Option<&'a Range<usize>>,
}

impl Around<'_> {
    /// The number behind a `§` that was read as such, and whether it touches it.
    pub(super) fn anchor(&self, chunk: &Range<usize>) -> Option<(RangeInclusive<u32>, bool)> {
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
    pub(super) fn site(
        &self,
        chunk: &Range<usize>,
        is_sign: impl Fn(Code) -> bool,
    ) -> Option<(usize, Site)> {
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
        if is_digit && self.is_cell(tokens, number) {
            return None;
        }
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
            // "43 §" has its sign already, "43 $" misread.
            _ if self.has_sign_behind() => None,
            ([sign, number @ ..], _) if !number.is_empty() && number.len() <= 3 => {
                let is_number = is_sign(*sign) && number.iter().all(u8::is_ascii_digit);
                let value = leading(number).filter(|_| is_number && number[0] != b'0')?;
                let position = self.position();
                (position > 0.0).then(|| site(Shape::Within, position, value))
            }
            _ => None,
        }
    }

    /// Whether a sign stands behind a number, by itself.
    fn has_sign_behind(&self) -> bool {
        let behind = self.after.filter(|c| c.len() == 1);
        behind.is_some_and(|c| matches!(*self.paragraph[c.start].codes, [SECTION | b'$' | b'&']))
    }

    /// Whether a digit is one of the numbers of a table's row: the next stands in another
    /// column, or a third follows.
    fn is_cell(&self, tokens: &[Seen], number: &Seen) -> bool {
        const COLUMN: usize = 3;
        let end = tokens.last().map_or(0, |t| t.span.end);
        let third = || self.behind.map(|c| &self.paragraph[c.start]);
        let is_sum = |t: &Seen| t.codes.len() == 3;
        number.span.start.saturating_sub(end) >= COLUMN
            || third().is_some_and(|t| t.kind == TokenKind::Number && !is_sum(t) && !is_year(t))
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
        // `2012-10-10`, `2012,`.
        let is_day =
            |t: &Seen| t.kind == TokenKind::Code && t.codes.len() == 10 && begins_with_year(t);
        let is_comma = |t: &Seen| *t.codes == [b','];
        match &self.paragraph[before.clone()] {
            [day] if is_day(day) => BEHIND_DAY,
            [day, comma] if is_comma(comma) && (is_day(day) || is_year(day)) => BEHIND_DAY,
            [word] if is_body(word) => match self.is_second {
                true => BEHIND_BODY,
                false => BEHIND,
            },
            [word, ..] if is_word(word) && self.is_second => SECOND,
            _ => 0.0,
        }
    }
}
