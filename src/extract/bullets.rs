//! Marks that entries and points begin with. The one home of which they are.

/// Those that are nothing else where they begin a line, for a class of a pattern; the last are
/// what symbols of older fonts come out as.
pub(super) const SURE: &str = "–‒―—−•·▪●■►◦○»«¢\u{f0b7}\u{f0a7}\u{f02d}";

/// Whether a letter is a bullet where white space follows it.
pub(super) fn is_bullet(c: char) -> bool {
    SURE.contains(c) || matches!(c, '-' | '*' | '+' | '°' | '~')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_of_every_length_are_bullets() {
        assert!("-–—‒―•".chars().all(is_bullet));
        assert!(!"a1.§".chars().any(is_bullet));
    }
}
