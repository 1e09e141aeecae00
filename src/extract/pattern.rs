//! Patterns over text in Latin letters.

use regex::Regex;

/// Compiles a pattern of this program; they are tested, so it cannot fail.
///
/// Classes of letters and digits hold those up to U+024F alone: the alphabets of all scripts
/// make automata that take most of the time between start and first document, and minutes in
/// Swedish hold none of them.
pub(super) fn pattern(text: &str) -> Regex {
    Regex::new(&latin(text)).unwrap_or_else(|e| unreachable!("{text}: {e}"))
}

const UP_TO: &str = r"&&[\x00-\x{24F}]]";

/// The same pattern with narrower classes.
fn latin(pattern: &str) -> String {
    let mut out = String::with_capacity(2 * pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = &rest[at..];
        let length = match escape.as_bytes().get(1) {
            Some(b'p') => escape.find('}').map_or(3, |end| end + 1),
            Some(_) => 1 + escape[1..].chars().next().map_or(0, char::len_utf8),
            None => 1,
        };
        let (escape, after) = escape.split_at(length.min(escape.len()));
        match escape {
            r"\d" => out.push_str("[0-9]"),
            r"\D" => out.push_str("[^0-9]"),
            r"\W" => {
                out.push_str(r"[^[\w");
                out.push_str(UP_TO);
                out.push(']');
            }
            r"\w" | r"\p{L}" | r"\p{Lu}" | r"\p{Ll}" => {
                out.push('[');
                out.push_str(escape);
                out.push_str(UP_TO);
            }
            other => out.push_str(other),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_letters_are_all_there_and_others_are_not() {
        let letters = pattern(r"^[\p{L}58]+$");
        assert!(
            letters.is_match("Åsaéöńőž58") && !letters.is_match("Åsa9") && !letters.is_match("аб")
        );
        let upper = pattern(r"^\p{Lu}\p{Ll}+\s\d{2}\W\w\D\\$");
        assert!(upper.is_match("Ågren 12-åx\\") && !upper.is_match("ågren 12-åx\\"));
        assert!(!upper.is_match("Ågren ٣٤-åx\\"));
        let none = pattern(r"(?i)^[^\W\d_]+\.$");
        assert!(none.is_match("Åb.") && !none.is_match("a1.") && !none.is_match("a_."));
    }
}
