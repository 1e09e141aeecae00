//! Text that was UTF-8 and was read once as something else.

use std::sync::LazyLock;

use crate::source::CodePage;
use crate::source::legacy_code_page;
use crate::text::{OffsetMap, OffsetMapBuilder};

/// Gives `text` back its characters where sequences of a misreading stand
/// (`kommunfullmÃ¤ktige`), or `None` where there are none. Each sequence is judged
/// by itself: it must be valid UTF-8 once turned back and give a character of
/// western text. Where its last character may well follow a letter in sound text
/// (`Ã–`), the document must also hold a sequence that leaves no doubt.
/// One pass for each kind of misreading that left a trace.
pub fn undo(text: &str) -> Option<(String, OffsetMap)> {
    if text.is_ascii() {
        return None;
    }
    MISREADINGS.iter().find_map(|reading| reading.undo(text))
}

/// One way to misread UTF-8.
struct Misreading {
    /// Character to byte, sorted by character.
    bytes: Vec<(char, u8)>,
    /// Whether a letter after the first byte's character leaves doubt.
    letters_are_doubtful: bool,
}

static MISREADINGS: LazyLock<[Misreading; 3]> = LazyLock::new(|| {
    [
        Misreading::new(CodePage::Windows),
        Misreading::new(CodePage::Macintosh),
        Misreading::new(CodePage::Dos),
    ]
});

/// A sequence found: what it meant and how long it is.
struct Found {
    meant: char,
    bytes: usize,
    doubtful: bool,
}

impl Misreading {
    fn new(page: CodePage) -> Self {
        let table = legacy_code_page(page);
        let mut bytes: Vec<(char, u8)> = (0x80..=0xFF)
            .map(|b: u8| (table[usize::from(b - 0x80)], b))
            .collect();
        if page == CodePage::Windows {
            // Read as ISO 8859-1, the same bytes are control characters.
            bytes.extend((0x80..=0x9F).map(|b: u8| (char::from(b), b)));
        }
        bytes.sort_unstable();
        bytes.dedup_by_key(|(c, _)| *c);
        Misreading {
            bytes,
            letters_are_doubtful: page == CodePage::Macintosh,
        }
    }

    fn byte(&self, c: char) -> Option<u8> {
        let at = self.bytes.binary_search_by_key(&c, |(c, _)| *c).ok()?;
        Some(self.bytes[at].1)
    }

    fn undo(&self, text: &str) -> Option<(String, OffsetMap)> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(step) = text[at..].find(|c: char| !c.is_ascii()) {
            at += step;
            match self.sequence(&text[at..]) {
                Some(sequence) => {
                    let length = sequence.bytes;
                    found.push((at, sequence));
                    at += length;
                }
                None => at += text[at..].chars().next().map_or(1, char::len_utf8),
            }
        }
        if found.iter().all(|(_, sequence)| sequence.doubtful) {
            return None;
        }
        let mut fixed = String::with_capacity(text.len());
        let mut builder = OffsetMapBuilder::new();
        let mut done = 0;
        for (start, sequence) in found {
            fixed.push_str(&text[done..start]);
            builder.copy(start - done);
            fixed.push(sequence.meant);
            builder.replace(sequence.meant.len_utf8(), sequence.bytes);
            done = start + sequence.bytes;
        }
        fixed.push_str(&text[done..]);
        builder.copy(text.len() - done);
        Some((fixed, builder.finish()))
    }

    /// The misread character that `rest` begins with.
    fn sequence(&self, rest: &str) -> Option<Found> {
        let mut characters = rest.chars();
        let lead = self.byte(characters.next()?)?;
        let length = match lead {
            0xC2..=0xDF => 2,
            0xE1..=0xEF => 3,
            _ => return None,
        };
        let mut buffer = [lead, 0, 0];
        let mut last = ' ';
        for slot in &mut buffer[1..length] {
            last = characters.next()?;
            *slot = self.byte(last).filter(|b| (0x80..=0xBF).contains(b))?;
        }
        let meant = std::str::from_utf8(&buffer[..length])
            .ok()?
            .chars()
            .next()?;
        is_western(meant).then(|| Found {
            meant,
            bytes: rest.len() - characters.as_str().len(),
            doubtful: length == 2 && self.may_follow_a_letter(last),
        })
    }

    fn may_follow_a_letter(&self, c: char) -> bool {
        match c {
            '\u{2010}'..='\u{2039}'
            | '\u{a0}'
            | '\u{ad}'
            | '´'
            | '¨'
            | '¸'
            | '·'
            | '«'
            | '»'
            | '°' => true,
            _ => self.letters_are_doubtful && c.is_alphabetic(),
        }
    }
}

/// Characters that western text is made of beyond ASCII.
fn is_western(c: char) -> bool {
    matches!(
        c,
        '\u{a0}'..='\u{17f}'
            | '\u{300}'..='\u{36f}'
            | '\u{2000}'..='\u{203a}'
            | '\u{20ac}'
            | '\u{2122}'
            | '\u{2212}'
            | '\u{25a0}'..='\u{25cf}'
            | '\u{fb00}'..='\u{fb06}'
            | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    fn misread(text: &str, page: CodePage) -> String {
        let table = legacy_code_page(page);
        text.bytes()
            .map(|b| match b.checked_sub(0x80) {
                Some(high) => table[usize::from(high)],
                None => char::from(b),
            })
            .collect()
    }

    #[test]
    fn three_misreadings_are_undone() {
        let text = "§ 17 Kommunfullmäktige på Örnen – ”Åtgärder”, ärende ÄÖÅ";
        for page in [CodePage::Windows, CodePage::Macintosh, CodePage::Dos] {
            let (fixed, map) = undo(&misread(text, page)).expect("traces");
            assert_eq!(fixed, text, "{page:?}");
            assert_eq!(map.target_len(), text.len());
        }
    }

    #[test]
    fn a_sequence_points_at_all_its_characters() {
        let (fixed, map) = undo("fullmÃ¤ktige").expect("traces");
        assert_eq!(fixed, "fullmäktige");
        assert_eq!(map.to_source(Span::new(5, 7)), Span::new(5, 9));
    }

    #[test]
    fn sound_text_stays() {
        for text in [
            "Kommunfullmäktige på Örnen – ”Åtgärder” §§ 1–2, 20 °C",
            "JOÃO SÃ… SÃ– och √Örebro",
            "Â SÃ ÄÃ",
            "plain",
        ] {
            assert!(undo(text).is_none(), "{text}");
        }
    }
}
