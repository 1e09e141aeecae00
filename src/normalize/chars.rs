//! One spelling for each character.

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::text::{OffsetMap, OffsetMapBuilder};

/// Line endings become `\n` (form feeds stay), ligatures letters, odd spaces a
/// space, and what carries no text goes: zero-width and control characters, soft
/// hyphens save at line ends, where they print. `None` where nothing changes.
pub fn spell(text: &str) -> Option<(String, OffsetMap)> {
    if text.bytes().all(is_settled) {
        return None;
    }
    let mut speller = Speller::default();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let run = rest
            .bytes()
            .position(|b| !is_settled(b))
            .unwrap_or(rest.len());
        if run > 0 {
            speller.copy(&rest[..run]);
            rest = &rest[run..];
            continue;
        }
        let length = if rest.starts_with("\r\n") {
            2
        } else {
            c.len_utf8()
        };
        let (seen, after) = rest.split_at(length);
        speller.one(c, seen, after);
        rest = after;
    }
    speller
        .changed
        .then(|| (speller.text, speller.map.finish()))
}

/// Unicode normalization form C. `None` where nothing changes.
pub fn compose(text: &str) -> Option<(String, OffsetMap)> {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return None;
    }
    let mut composed = String::with_capacity(text.len());
    let mut map = OffsetMapBuilder::new();
    let mut changed = false;
    for cluster in clusters(text) {
        let normal: String = cluster.nfc().collect();
        if normal == cluster {
            map.copy(cluster.len());
        } else {
            map.replace(normal.len(), cluster.len());
            changed = true;
        }
        composed.push_str(&normal);
    }
    changed.then(|| (composed, map.finish()))
}

/// ASCII that prints, and the line ends this crate uses.
fn is_settled(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\n' | b'\t' | 0x0c)
}

#[derive(Default)]
struct Speller {
    text: String,
    map: OffsetMapBuilder,
    changed: bool,
    after_letter: bool,
}

impl Speller {
    fn one(&mut self, c: char, seen: &str, after: &str) {
        let mut buffer = [0; 4];
        let meant = match c {
            '\r' | '\u{b}' | '\u{85}' | '\u{2028}' | '\u{2029}' => "\n",
            '\u{ad}' | '¬' if self.after_letter && ends_line(after) => "-",
            '–' | '—' if self.after_letter && goes_on_below(after) => "-",
            '\u{2010}' | '\u{2011}' | '\u{f02d}' => "-",
            '\u{f0a7}' | '\u{f0b7}' | '\u{f0d8}' => "•",
            'ﬀ' => "ff",
            'ﬁ' => "fi",
            'ﬂ' => "fl",
            'ﬃ' => "ffi",
            'ﬄ' => "ffl",
            'ﬅ' | 'ﬆ' => "st",
            'ſ' => "s",
            _ if is_odd_space(c) => " ",
            _ if carries_no_text(c) => "",
            '\u{ff01}'..='\u{ff5e}' => narrow(c).encode_utf8(&mut buffer),
            _ => return self.copy(seen),
        };
        self.changed = true;
        self.text.push_str(meant);
        self.map.replace(meant.len(), seen.len());
        self.note(meant);
    }

    fn copy(&mut self, seen: &str) {
        self.text.push_str(seen);
        self.map.copy(seen.len());
        self.note(seen);
    }

    /// Remembers whether the text now ends in a letter, marks above it included.
    fn note(&mut self, added: &str) {
        let is_base = |c: &char| canonical_combining_class(*c) == 0;
        if let Some(last) = added.chars().rev().find(is_base) {
            self.after_letter = last.is_alphabetic();
        }
    }
}

fn is_line_end(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

fn is_odd_space(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// Soft hyphens, zero-width and directional marks, control characters.
fn carries_no_text(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
    ) || (c.is_control() && !is_line_end(c) && c != '\t')
}

/// Characters that don't count when the end of a line is looked for.
fn is_nothing(c: char) -> bool {
    matches!(c, ' ' | '\t') || is_odd_space(c) || carries_no_text(c)
}

fn ends_line(after: &str) -> bool {
    after
        .trim_start_matches(is_nothing)
        .chars()
        .next()
        .is_none_or(is_line_end)
}

/// Whether the line ends here and the next that isn't blank begins in lower case.
fn goes_on_below(after: &str) -> bool {
    /// White space beyond this many bytes is no line end but a gap.
    const REACH: usize = 200;
    let below = after.trim_start_matches(is_nothing);
    if !below.starts_with(is_line_end) {
        return false;
    }
    let below = below.trim_start_matches(|c| is_nothing(c) || is_line_end(c));
    after.len() - below.len() <= REACH && below.starts_with(char::is_lowercase)
}

/// The ASCII form of a full-width character.
fn narrow(c: char) -> char {
    char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c)
}

/// Pieces that compose on their own: a character and what may join it.
fn clusters(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| stands_alone(*c))
            .map_or(rest.len(), |(at, _)| at);
        let (cluster, after) = rest.split_at(end);
        rest = after;
        Some(cluster)
    })
}

fn stands_alone(c: char) -> bool {
    c.is_ascii()
        || (canonical_combining_class(c) == 0
            && is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    fn spelled(text: &str) -> String {
        spell(text).map_or(text.to_owned(), |(text, _)| text)
    }

    #[test]
    fn characters_get_one_spelling() {
        assert_eq!(spelled("a\r\nb\rc\u{2028}d\u{c}e"), "a\nb\nc\nd\u{c}e");
        assert_eq!(spelled("ﬁ ﬂ ﬀ ﬃ"), "fi fl ff ffi");
        assert_eq!(spelled("10\u{a0}000\u{2009}kr"), "10 000 kr");
        assert_eq!(spelled("kom\u{ad}mun\u{200b}en\u{feff}\0"), "kommunen");
        assert_eq!(spelled("”§ 17” å ä ö’"), "”§ 17” å ä ö’");
        assert_eq!(spelled("\u{f0b7}\t（S）"), "•\t(S)");
    }

    #[test]
    fn hyphens_at_line_ends_print() {
        assert_eq!(spelled("kommun\u{ad}\r\nstyrelsen"), "kommun-\nstyrelsen");
        assert_eq!(spelled("kommun¬ \nstyrelsen"), "kommun- \nstyrelsen");
        assert_eq!(spelled("kommun—\n\nstyrelsen"), "kommun-\n\nstyrelsen");
        assert_eq!(spelled("kommun —\nstyrelsen"), "kommun —\nstyrelsen");
        assert_eq!(spelled("kommunen–\nStyrelsen"), "kommunen–\nStyrelsen");
    }

    #[test]
    fn composed_letters_point_at_their_parts() {
        let (text, map) = compose("fo\u{308}r a\u{30a}r").expect("changes");
        assert_eq!(text, "för år");
        assert_eq!(map.to_source(Span::new(1, 3)), Span::new(1, 4));
        assert_eq!(map.to_source(Span::new(3, 4)), Span::new(4, 5));
        assert!(compose("för år").is_none());
    }
}
