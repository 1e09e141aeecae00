//! Which encoding a file is in, and its text.
//!
//! A byte-order mark decides; then nulls at every other byte (UTF-16); then whether
//! the bytes are valid UTF-8. What remains is an 8-bit code page, or UTF-8 with
//! damaged places: each candidate is decoded, and the one whose letters beyond ASCII
//! look most like a Swedish text wins. The 7-bit code page in which `{` meant ä is
//! valid ASCII and is read as such.

use encoding_rs::{Encoding, MACINTOSH, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::error::ErrorKind;

/// Code page 850, 0x80 to 0xFF: DOS in western Europe. Its Swedish letters stand
/// where code pages 437 and 865 have theirs. The browsers' standard leaves it out.
const CODE_PAGE_850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// How many bytes decide between the code pages.
const SAMPLE: usize = 1 << 20;

/// Share of control characters above which bytes are no text: binary data that
/// happens to be valid Unicode has about a fifth, engines leave a few.
const CONTROL_LIMIT: f64 = 0.1;

/// Share of replacement characters above which text is beyond reading.
const REPLACED_LIMIT: f64 = 0.2;

/// The 8-bit code pages a Swedish archive may hold, likeliest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodePage {
    /// Windows-1252, which holds ISO 8859-1.
    Windows,
    /// The old Macintosh's.
    Macintosh,
    /// DOS: 850.
    Dos,
}

/// The text of `bytes`, without its byte-order mark, and the encoding's name.
pub fn decode(bytes: &[u8]) -> Result<(String, &'static str), ErrorKind> {
    let (text, name) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => whole(encoding, &bytes[length..]),
        None => match utf16_by_nulls(bytes) {
            Some(encoding) => whole(encoding, bytes),
            None => match std::str::from_utf8(bytes) {
                Ok(text) => (text.to_owned(), "UTF-8"),
                Err(_) => {
                    let (text, name) = eight_bit(bytes);
                    if !looks_written(&text) {
                        return Err(ErrorKind::Binary);
                    }
                    (text, name)
                }
            },
        },
    };
    if has_binary_traces(&text) {
        return Err(ErrorKind::Binary);
    }
    Ok((text, name))
}

/// The characters that the bytes 0x80 to 0xFF stand for.
pub(crate) fn legacy_code_page(page: CodePage) -> [char; 128] {
    let mut table = ['\u{fffd}'; 128];
    match page {
        CodePage::Dos => table
            .iter_mut()
            .zip(CODE_PAGE_850.chars())
            .for_each(|(slot, c)| *slot = c),
        _ => {
            let bytes: Vec<u8> = (0x80..=0xFF).collect();
            let encoding = match page {
                CodePage::Macintosh => MACINTOSH,
                _ => WINDOWS_1252,
            };
            let (text, _) = encoding.decode_without_bom_handling(&bytes);
            table
                .iter_mut()
                .zip(text.chars())
                .for_each(|(slot, c)| *slot = c);
        }
    }
    table
}

fn whole(encoding: &'static Encoding, bytes: &[u8]) -> (String, &'static str) {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    (text.into_owned(), encoding.name())
}

/// UTF-16 without its mark: Latin text has a null in nearly every other byte.
fn utf16_by_nulls(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4096)];
    let pairs = head.len() / 2;
    if pairs == 0 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let nulls = |first: usize| {
        head.iter()
            .skip(first)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (high_first, low_first) = (nulls(0), nulls(1));
    let most = |count: usize| count * 10 >= pairs * 7;
    let few = |count: usize| count * 20 <= pairs;
    match (high_first, low_first) {
        (first, second) if most(second) && few(first) => Some(UTF_16LE),
        (first, second) if most(first) && few(second) => Some(UTF_16BE),
        _ => None,
    }
}

fn eight_bit(bytes: &[u8]) -> (String, &'static str) {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let lossy = String::from_utf8_lossy(sample);
    let damaged = lossy.matches('\u{fffd}').count() as i64;
    let mut best = (swedish_look(&lossy) - 2 * damaged, None);
    for page in [CodePage::Windows, CodePage::Macintosh, CodePage::Dos] {
        let score = swedish_look(&from_code_page(sample, page));
        // Damaged UTF-8 has to be better, a later code page too.
        if score > best.0 || (best.1.is_none() && score == best.0) {
            best = (score, Some(page));
        }
    }
    match best.1 {
        None => (String::from_utf8_lossy(bytes).into_owned(), "UTF-8"),
        Some(page) => (
            from_code_page(bytes, page),
            match page {
                CodePage::Windows => WINDOWS_1252.name(),
                CodePage::Macintosh => MACINTOSH.name(),
                CodePage::Dos => "IBM850",
            },
        ),
    }
}

fn from_code_page(bytes: &[u8], page: CodePage) -> String {
    let table = legacy_code_page(page);
    bytes
        .iter()
        .map(|&byte| match byte.checked_sub(0x80) {
            Some(high) => table[usize::from(high)],
            None => char::from(byte),
        })
        .collect()
}

/// How well the characters beyond ASCII fit a Swedish text: its own letters beside
/// letters speak for the decoding, punctuation is neutral, anything else against.
fn swedish_look(text: &str) -> i64 {
    let mut score = 0;
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if !c.is_ascii() {
            let after = characters.peek().copied().unwrap_or(' ');
            let beside = before.is_ascii_alphabetic() || after.is_ascii_alphabetic();
            score += match c {
                'å' | 'ä' | 'ö' | 'é' if beside => 2,
                'Å' | 'Ä' | 'Ö' | 'É' if !before.is_ascii_lowercase() && beside => 2,
                'å' | 'ä' | 'ö' | 'Å' | 'Ä' | 'Ö' => 1,
                '§' | '–' | '—' | '”' | '“' | '’' | '•' | '…' | '½' | '°' | '\u{a0}' | '´' => {
                    i64::from(!before.is_alphabetic() || !after.is_alphabetic())
                }
                'ü' | 'è' | 'É' | 'é' | 'ø' | 'æ' | 'á' | 'ó' | 'í' | 'ç' | 'ë' | 'à' => {
                    0
                }
                _ => -1,
            };
        }
        before = c;
    }
    score
}

/// Control and replacement characters give binary data away. A final Ctrl-Z is how
/// DOS ended its files.
fn has_binary_traces(text: &str) -> bool {
    let text = text.trim_end_matches('\u{1a}');
    let is_trace = |c: &char| {
        let is_space = matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}');
        matches!(c, '\0'..='\x1f' | '\x7f') && !is_space
    };
    let all = text.chars().count();
    let share = |count: usize| count as f64 / all.max(1) as f64;
    share(text.chars().filter(is_trace).count()) > CONTROL_LIMIT
        || share(text.matches('\u{fffd}').count()) > REPLACED_LIMIT
}

/// Whether what was decoded from a code page is written text: mostly ASCII, as any
/// Swedish text is, or a few words with many å, ä and ö.
fn looks_written(text: &str) -> bool {
    let is_plain = |c: &char| matches!(c, ' '..='~' | '\t' | '\n' | '\r' | '\u{c}');
    let all = text.chars().count() as i64;
    let plain = text.chars().filter(is_plain).count() as i64;
    plain * 2 >= all || swedish_look(text) * 4 >= all
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "Kommunfullmäktige beslutar enligt förslaget på § 17. Åtgärder för Örebro.";

    fn encoded(encoding: &'static Encoding) -> Vec<u8> {
        encoding.encode(LINE).0.into_owned()
    }

    fn utf16(big: bool) -> Vec<u8> {
        LINE.encode_utf16()
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    }

    fn mac() -> Vec<u8> {
        in_code_page(CodePage::Macintosh)
    }

    fn in_code_page(page: CodePage) -> Vec<u8> {
        let table = legacy_code_page(page);
        LINE.chars()
            .map(|c| match table.iter().position(|&t| t == c) {
                Some(at) => 0x80 + at as u8,
                None => c as u8,
            })
            .collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let bom = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
        for (bytes, name) in [
            (LINE.as_bytes().to_vec(), "UTF-8"),
            (bom(b"\xef\xbb\xbf", LINE.into()), "UTF-8"),
            (utf16(false), "UTF-16LE"),
            (utf16(true), "UTF-16BE"),
            (bom(b"\xff\xfe", utf16(false)), "UTF-16LE"),
            (bom(b"\xfe\xff", utf16(true)), "UTF-16BE"),
            (encoded(WINDOWS_1252), "windows-1252"),
            (mac(), "macintosh"),
            (in_code_page(CodePage::Dos), "IBM850"),
        ] {
            let (text, found) = decode(&bytes).expect(name);
            assert_eq!((text.as_str(), found), (LINE, name));
        }
    }

    #[test]
    fn damaged_utf8_stays_utf8() {
        let mut bytes = LINE.repeat(3).into_bytes();
        bytes.push(0xC3);
        let (text, name) = decode(&bytes).expect("text");
        assert_eq!(name, "UTF-8");
        assert_eq!(text.matches('\u{fffd}').count(), 1);
    }

    #[test]
    fn other_scripts_and_short_words_are_text() {
        for text in ["Протокол заседания", "Åå", ""] {
            assert_eq!(decode(text.as_bytes()).expect(text).0, text);
        }
        assert_eq!(decode(b"\xe5\xe4\xf6 \xd6").expect("Latin-1").0, "åäö Ö");
    }

    #[test]
    fn a_final_ctrl_z_is_no_binary_data_but_noise_is() {
        assert!(decode(b"Protokoll\r\n\x1a").is_ok());
        let mut state = 1u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(4000)
        .collect();
        for length in [64, 500, 4000] {
            assert!(matches!(decode(&noise[..length]), Err(ErrorKind::Binary)));
        }
    }

    #[test]
    fn the_code_page_has_128_characters() {
        assert_eq!(CODE_PAGE_850.chars().count(), 128);
    }
}
