//! Words as headings and labels are compared: without case, marks, punctuation
//! and the commonest misreadings.

use crate::text::Span;
use unicode_normalization::char::decompose_canonical;

/// A word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its place in the text that was divided.
    pub span: Span,
    /// Lower case, no diacritics, no punctuation around it.
    pub folded: String,
    /// A hyphen follows it (`Barn-`), so that it goes on in a later word.
    pub hyphen: bool,
    /// It began with a capital letter.
    pub capital: bool,
}

/// Divides `text` at white space, at hyphens and slashes between letters; letters
/// set apart (`P R O T O K O L L`) make one word. Tokens without a letter or digit
/// are left out.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut start = None;
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map_or(' ', |&(_, c)| c);
        let divides = c.is_whitespace()
            || matches!(c, '-' | '–' | '/') && before.is_alphabetic() && after.is_alphabetic();
        if divides {
            if let Some(start) = start.take() {
                push(&mut out, text, Span::new(start, at));
            }
        } else if start.is_none() {
            start = Some(at);
        }
        before = c;
    }
    if let Some(start) = start {
        push(&mut out, text, Span::new(start, text.len()));
    }
    join_letters(out)
}

fn push(out: &mut Vec<Token>, text: &str, span: Span) {
    let word = span.of(text);
    let inner = word.trim_matches(|c: char| !c.is_alphanumeric());
    if inner.is_empty() {
        return;
    }
    let from = span.start + (inner.as_ptr() as usize - word.as_ptr() as usize);
    out.push(Token {
        span: Span::new(from, from + inner.len()),
        folded: fold(inner),
        hyphen: word.ends_with(['-', '–', '‐']),
        capital: inner.chars().next().is_some_and(char::is_uppercase),
    });
}

/// Lower case without diacritics; digits among letters become the letters they
/// are mistaken for.
pub fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            _ if c.is_ascii() => folded.push(c.to_ascii_lowercase()),
            'å' | 'ä' | 'æ' | 'Å' | 'Ä' | 'Æ' => folded.push('a'),
            'ö' | 'ø' | 'Ö' | 'Ø' => folded.push('o'),
            _ => decompose_canonical(c, |part| {
                if !('\u{300}'..='\u{36f}').contains(&part) {
                    folded.extend(part.to_lowercase());
                }
            }),
        }
    }
    let letters = folded.chars().filter(|c| c.is_alphabetic()).count();
    if letters >= 2 && letters < folded.chars().count() {
        folded = folded
            .chars()
            .map(|c| match c {
                '0' | '6' => 'o',
                '1' => 'l',
                '4' => 'a',
                c => c,
            })
            .collect();
    }
    folded
}

/// Whether two folded words differ by no more than what reading errors explain:
/// nothing in short words, one edit from five letters, two from ten.
pub fn near(a: &str, b: &str) -> bool {
    a == b || {
        let allowed = slack(a.len().min(b.len()));
        allowed > 0 && a.len().abs_diff(b.len()) <= allowed && within(a, b, allowed)
    }
}

/// Whether two words are at most `allowed` (at least one) edits apart. What they begin and end with in
/// common takes no part in it, which leaves little or nothing to compare of most.
fn within(a: &str, b: &str, allowed: usize) -> bool {
    if !(a.is_ascii() && b.is_ascii()) {
        return strsim::osa_distance(a, b) <= allowed;
    }
    let start = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let (backward_a, backward_b) = (a.bytes().rev(), b.bytes().rev());
    let end = backward_a
        .zip(backward_b)
        .take_while(|(x, y)| x == y)
        .count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    match (a.as_bytes(), b.as_bytes()) {
        ([] | [_], [] | [_]) => true,
        ([x, y], [z, w]) if x == w && y == z => true,
        _ => allowed > 1 && strsim::osa_distance(a, b) <= allowed,
    }
}

/// The edits allowed in a folded word of `len` letters.
pub fn slack(len: usize) -> usize {
    match len {
        0..=4 => 0,
        5..=9 => 1,
        _ => 2,
    }
}

fn join_letters(tokens: Vec<Token>) -> Vec<Token> {
    const ENOUGH: usize = 5;
    let single = |t: &Token| t.folded.chars().count() == 1 && !t.hyphen;
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut run = 0;
    for token in tokens {
        run = if single(&token) { run + 1 } else { 0 };
        out.push(token);
        if run == ENOUGH {
            let first = out.len() - ENOUGH;
            let letters: String = out[first..].iter().map(|t| t.folded.as_str()).collect();
            let end = out[out.len() - 1].span.end;
            out.truncate(first + 1);
            out[first].folded = letters;
            out[first].span.end = end;
        } else if run > ENOUGH
            && let Some(letter) = out.pop()
            && let Some(word) = out.last_mut()
        {
            word.folded.push_str(&letter.folded);
            word.span.end = letter.span.end;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|t| t.folded).collect()
    }

    #[test]
    fn words_are_bared() {
        assert_eq!(folded("ANSLAG/BEVIS"), ["anslag", "bevis"]);
        assert_eq!(folded("Milj6- och hälsa:"), ["miljo", "och", "halsa"]);
        assert_eq!(folded("P R O T O K O L L nr 5"), ["protokoll", "nr", "5"]);
        assert_eq!(folded("_____ .... Ordförande"), ["ordforande"]);
        assert_eq!(folded("MBL-behandling"), ["mbl", "behandling"]);
        assert!(tokens("Barn- och")[0].hyphen);
    }

    #[test]
    fn what_is_trimmed_takes_no_part_in_a_distance() {
        let word = |bits: usize, length: usize| -> String {
            (0..length)
                .map(|at| if bits >> at & 1 == 1 { 'a' } else { 'b' })
                .collect()
        };
        for (length, other) in [(6, 6), (6, 5), (5, 7)] {
            for a in 0..1 << length {
                for b in 0..1 << other {
                    let (a, b) = (word(a, length), word(b, other));
                    for allowed in [1, 2] {
                        let expected = strsim::osa_distance(&a, &b) <= allowed;
                        assert_eq!(within(&a, &b, allowed), expected, "{a} {b} {allowed}");
                    }
                }
            }
        }
        assert!(within("överlägg", "overlägg", 1) && !within("åäö", "abc", 2));
    }

    #[test]
    fn nearness_grows_with_length() {
        assert!(near("overldggning", "overlaggning"));
        assert!(!near("tid", "sid"));
        assert!(!near("forslag", "foreslar"));
    }
}
