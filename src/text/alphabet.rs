//! One byte for one character: the code page that lexicon, channel and models share.

/// A byte of Windows-1252, which holds every character that Swedish minutes and
/// the OCR of them commonly contain. One byte a character keeps tries and tables
/// small and lets positions be counted in characters.
pub type Code = u8;

/// Stands for every character outside the code page; no table has an entry for it.
pub const UNKNOWN: Code = 0x1A;

/// Windows-1252's rows 8 and 9; unassigned places hold U+001A.
const TYPOGRAPHIC: [char; 32] = [
    '€', '\u{1A}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{1A}', 'Ž', '\u{1A}',
    '\u{1A}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{1A}', 'ž', 'Ÿ',
];

/// The code of a character, [`UNKNOWN`] where it has none.
///
/// ```
/// use klartext::text::alphabet::{encode, UNKNOWN};
/// assert_eq!(encode('å'), 0xE5);
/// assert_eq!(encode('’'), 0x92);
/// assert_eq!(encode('я'), UNKNOWN);
/// ```
pub fn encode(c: char) -> Code {
    match c {
        ' '..='~' | '\u{A0}'..='ÿ' => c as u32 as Code,
        _ => match TYPOGRAPHIC.iter().position(|&t| t == c) {
            Some(i) if c != '\u{1A}' => 0x80 + i as Code,
            _ => UNKNOWN,
        },
    }
}

/// The character of a code.
pub fn decode(code: Code) -> char {
    match code {
        0x80..=0x9F => TYPOGRAPHIC[usize::from(code - 0x80)],
        _ => char::from(code),
    }
}

/// Encodes a text, appending to `out`.
pub fn encode_into(text: &str, out: &mut Vec<Code>) {
    out.extend(text.chars().map(encode));
}

/// Encodes a text.
pub fn encode_str(text: &str) -> Vec<Code> {
    text.chars().map(encode).collect()
}

/// Decodes codes into a string.
pub fn decode_str(codes: &[Code]) -> String {
    codes.iter().map(|&c| decode(c)).collect()
}

/// Lower case within the code page.
pub const fn lower(code: Code) -> Code {
    match code {
        b'A'..=b'Z' => code + 32,
        0xC0..=0xD6 | 0xD8..=0xDE => code + 32,
        0x8A | 0x8C | 0x8E => code + 16,
        0x9F => 0xFF,
        _ => code,
    }
}

/// A word in lower case.
pub fn lower_all(codes: &[Code]) -> Vec<Code> {
    codes.iter().map(|&c| lower(c)).collect()
}

/// Upper case within the code page (`ß` has none and stays).
pub fn upper(code: Code) -> Code {
    match code {
        b'a'..=b'z' => code - 32,
        0xE0..=0xF6 | 0xF8..=0xFE => code - 32,
        0x9A | 0x9C | 0x9E => code - 16,
        0xFF => 0x9F,
        _ => code,
    }
}

/// Whether the code is a letter.
pub const fn is_letter(code: Code) -> bool {
    matches!(code, b'A'..=b'Z' | b'a'..=b'z' | 0xC0..=0xD6 | 0xD8..=0xF6 | 0xF8..=0xFF)
        || matches!(code, 0x83 | 0x8A | 0x8C | 0x8E | 0x9A | 0x9C | 0x9E | 0x9F)
}

/// Whether the code is an upper-case letter.
pub const fn is_upper(code: Code) -> bool {
    lower(code) != code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_with_a_character_round_trips() {
        for code in (0x20..0x7F).chain(0x80..=0xFF) {
            let c = decode(code);
            if c != '\u{1A}' {
                assert_eq!(encode(c), code, "{c:?}");
            }
        }
    }

    #[test]
    fn case_agrees_with_unicode() {
        for code in 0x20..=0xFFu8 {
            let c = decode(code);
            if is_letter(code) && c != 'ƒ' && c != 'ß' {
                assert_eq!(
                    decode(lower(code)).to_string(),
                    c.to_lowercase().to_string()
                );
                assert_eq!(
                    decode(upper(code)).to_string(),
                    c.to_uppercase().to_string()
                );
            }
        }
    }
}
