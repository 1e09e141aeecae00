//! Tokens: what the language model counts and the decoder decides about.
//!
//! One tokenizer serves training and decoding, so that both see the same text.

use super::Span;

/// A piece of a line: a word, a number, an identifier or a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its part of the text.
    pub span: Span,
    /// What it looks like.
    pub kind: TokenKind,
    /// Whether it touches the token before it.
    pub glued: bool,
}

/// What a token looks like, before anything is repaired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Letters, perhaps with a digit that stands for one (`Uppf6ljning`).
    Word,
    /// Digits only.
    Number,
    /// A case number, date, time, sum, address: not language.
    Code,
    /// One mark, or a run of the same mark.
    Mark,
}

/// Appends the tokens of one line (`text` without a line break) to `out`, with
/// spans moved by `base`. Linear.
///
/// ```
/// use klartext::text::{tokenize, TokenKind::*};
/// let line = "(S), KS-2017/581 f6r 20-årsfest";
/// let mut tokens = Vec::new();
/// tokenize(line, 0, &mut tokens);
/// let seen: Vec<_> = tokens.iter().map(|t| (t.span.of(line), t.kind)).collect();
/// assert_eq!(seen, [
///     ("(", Mark), ("S", Word), (")", Mark), (",", Mark), ("KS-2017/581", Code),
///     ("f6r", Word), ("20", Number), ("-", Mark), ("årsfest", Word)]);
/// ```
pub fn tokenize(text: &str, base: usize, out: &mut Vec<Token>) {
    let mut start = None;
    let ends = text.char_indices().chain([(text.len(), ' ')]);
    for (i, c) in ends {
        if c.is_whitespace() {
            if let Some(start) = start.take() {
                chunk(&text[start..i], base + start, out);
            }
        } else if start.is_none() {
            start = Some(i);
        }
    }
}

/// Splits what stands between two spaces.
fn chunk(text: &str, base: usize, out: &mut Vec<Token>) {
    let first = out.len();
    let core_start = text.find(char::is_alphanumeric).unwrap_or(text.len());
    let core_end = text
        .char_indices()
        .rfind(|(_, c)| c.is_alphanumeric())
        .map_or(core_start, |(i, c)| i + c.len_utf8());
    marks(&text[..core_start], base, out);
    let core = &text[core_start..core_end];
    if !core.is_empty() && is_identifier(core) {
        push(out, base + core_start, core.len(), TokenKind::Code);
    } else {
        runs(core, base + core_start, out);
    }
    marks(&text[core_end..], base + core_end, out);
    for (i, token) in out[first..].iter_mut().enumerate() {
        token.glued = i > 0;
    }
}

/// Alternating alphanumeric runs and marks.
fn runs(core: &str, base: usize, out: &mut Vec<Token>) {
    let mut rest = core;
    let mut at = base;
    while !rest.is_empty() {
        let word = rest
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(rest.len());
        if word > 0 {
            let run = &rest[..word];
            let digits = run.bytes().filter(u8::is_ascii_digit).count();
            let kind = match digits {
                0 => TokenKind::Word,
                n if n == run.len() => TokenKind::Number,
                n if n >= 2 && 2 * n >= run.chars().count() => TokenKind::Code,
                _ => TokenKind::Word,
            };
            push(out, at, word, kind);
        }
        let next = rest[word..]
            .find(char::is_alphanumeric)
            .map_or(rest.len(), |i| word + i);
        marks(&rest[word..next], at + word, out);
        at += next;
        rest = &rest[next..];
    }
}

/// Each mark alone, runs of the same mark together.
fn marks(text: &str, base: usize, out: &mut Vec<Token>) {
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let mut end = i + c.len_utf8();
        while let Some((j, _)) = chars.next_if(|&(_, d)| d == c) {
            end = j + c.len_utf8();
        }
        push(out, base + i, end - i, TokenKind::Mark);
    }
}

fn push(out: &mut Vec<Token>, start: usize, len: usize, kind: TokenKind) {
    out.push(Token {
        span: Span::new(start, start + len),
        kind,
        glued: false,
    });
}

/// Case numbers, dates, times, sums, e-mail and web addresses: digits held
/// together by separators without a word among them, or an address's own marks.
fn is_identifier(core: &str) -> bool {
    if core.contains('@') && core.contains('.') || core.contains("://") || core.starts_with("www.")
    {
        return true;
    }
    let (mut digits, mut separators, mut letters, mut lower_run) = (0, 0, 0, 0);
    for c in core.chars() {
        if c.is_ascii_digit() {
            digits += 1;
        } else if c.is_alphabetic() {
            letters += 1;
        } else {
            separators += 1;
        }
        lower_run = if c.is_lowercase() { lower_run + 1 } else { 0 };
        if lower_run >= 3 {
            return false;
        }
    }
    let is_tied = separators > 0
        && core
            .chars()
            .all(|c| c.is_alphanumeric() || "/.:,-–—_+".contains(c));
    digits > 0
        && (is_tied && (digits >= 2 || letters <= 1)
            || letters > 0 && digits >= 2 && digits >= letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(&str, TokenKind)> {
        let mut tokens = Vec::new();
        tokenize(text, 0, &mut tokens);
        tokens.iter().map(|t| (t.span.of(text), t.kind)).collect()
    }

    #[test]
    fn identifiers_stay_whole() {
        use TokenKind::Code;
        for text in [
            "2020-06-17",
            "KS-2017/581.173",
            "18.30–21.05",
            "a.b@kommun.se",
            "Bun/2023:276",
            "1:e",
            "2O20",
            "17.1",
        ] {
            assert_eq!(kinds(text), [(text, Code)], "{text}");
        }
    }

    #[test]
    fn words_with_stray_digits_and_marks_are_words() {
        use TokenKind::*;
        assert_eq!(kinds("Uppf6ljning"), [("Uppf6ljning", Word)]);
        assert_eq!(kinds("6kar"), [("6kar", Word)]);
        assert_eq!(kinds("for’"), [("for", Word), ("’", Mark)]);
        assert_eq!(kinds("§17"), [("§", Mark), ("17", Number)]);
        assert_eq!(kinds("...."), [("....", Mark)]);
    }

    #[test]
    fn spans_are_moved_and_gluing_is_known() {
        let mut tokens = Vec::new();
        tokenize(" a, b", 10, &mut tokens);
        assert_eq!(tokens[0].span, Span::new(11, 12));
        assert!(!tokens[0].glued && tokens[1].glued && !tokens[2].glued);
    }
}
