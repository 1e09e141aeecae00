//! Numbers and identifiers: changed only by rules whose result validates.

use super::document::Seen;
use crate::text::TokenKind;
use crate::text::alphabet::Code;

/// `–`
pub const EN_DASH: Code = 0x96;
/// `—`
pub const EM_DASH: Code = 0x97;

/// Whether a code is a hyphen or a dash.
pub fn is_dash(code: &Code) -> bool {
    matches!(*code, b'-' | EN_DASH | EM_DASH)
}

/// How a document writes ranges of numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ranges {
    dashes: usize,
    hyphens: usize,
}

impl Ranges {
    /// Takes note of one token.
    pub fn note(&mut self, seen: &Seen) {
        match range(seen) {
            Some(b"-") => self.hyphens += 1,
            Some(_) => self.dashes += 1,
            None => {}
        }
    }

    /// What a range should look like, if it does not. Engines read a dash between
    /// numbers as a long dash, a doubled one or a hyphen: the first two are never
    /// meant, the third is one where the document mostly sets dashes. Only what is
    /// a range (two ascending numbers or times) is touched.
    /// Where no engine read (`is_clean`) a hyphen is one.
    pub fn repaired(&self, seen: &Seen, is_clean: bool) -> Option<Vec<Code>> {
        let mark = range(seen)?;
        let is_meant =
            mark == [EN_DASH] || mark == b"-" && (is_clean || self.dashes < self.hyphens.max(1));
        if is_meant {
            return None;
        }
        let at = seen.codes.windows(mark.len()).position(|w| w == mark)?;
        Some(
            [
                &seen.codes[..at],
                &[EN_DASH],
                &seen.codes[at + mark.len()..],
            ]
            .concat(),
        )
    }
}

/// The mark between two ascending numbers, years or times.
fn range(seen: &Seen) -> Option<&[Code]> {
    if seen.kind != TokenKind::Code {
        return None;
    }
    let start = seen.codes.iter().position(is_dash)?;
    let len = seen.codes[start..]
        .iter()
        .take_while(|c| is_dash(c))
        .count();
    let (first, last) = (
        number(&seen.codes[..start])?,
        number(&seen.codes[start + len..])?,
    );
    (len <= 2 && first < last).then(|| &seen.codes[start..start + len])
}

/// A number of one to four digits, or a time, as something to compare.
fn number(codes: &[Code]) -> Option<(u32, u32)> {
    let digits = |part: &[Code]| -> Option<u32> {
        let sound = (1..=4).contains(&part.len()) && part.iter().all(u8::is_ascii_digit);
        sound.then(|| part.iter().fold(0, |n, d| n * 10 + u32::from(d - b'0')))
    };
    match codes.iter().position(|c| matches!(c, b':' | b'.')) {
        Some(at) => {
            let (hour, minute) = (digits(&codes[..at])?, digits(&codes[at + 1..])?);
            (hour < 25 && minute < 60).then_some((hour, minute))
        }
        // `044-309` is a telephone number.
        None if codes.first() == Some(&b'0') => None,
        None => Some((digits(codes)?, 0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;
    use crate::text::alphabet::{decode_str, encode_str};

    fn seen(text: &str) -> Seen {
        let codes = encode_str(text).into();
        Seen {
            codes,
            kind: TokenKind::Code,
            glued: false,
            span: Span::default(),
            rest: None,
            line: 0,
            doubt: 0.0,
        }
    }

    #[test]
    fn long_and_doubled_dashes_are_mended_and_dates_are_not() {
        let ranges = Ranges::default();
        let repaired = |t: &str| ranges.repaired(&seen(t), false).map(|c| decode_str(&c));
        assert_eq!(repaired("08.30—11.45").as_deref(), Some("08.30–11.45"));
        assert_eq!(repaired("31—-32").as_deref(), Some("31–32"));
        for text in [
            "2020-06-17",
            "61-65",
            "2017–2021",
            "KS-2017",
            "17:30",
            "99—12",
        ] {
            assert_eq!(repaired(text), None, "{text}");
        }
    }

    #[test]
    fn a_document_that_sets_dashes_sets_them_everywhere() {
        let mut ranges = Ranges::default();
        for text in ["1—5", "2017–2021", "61-65"] {
            ranges.note(&seen(text));
        }
        assert_eq!(
            ranges
                .repaired(&seen("61-65"), false)
                .map(|c| decode_str(&c))
                .as_deref(),
            Some("61–65")
        );
    }
}
