//! Signature strips by their words.

use super::page_number;
use crate::normalize::vocabulary::{FURNITURE, alike, fold, words};

/// Strips are short; longer lines (in bytes) are none.
const LONGEST: usize = 200;

/// Letters of initials that may stand beside the phrases.
const INITIALS: usize = 3;

/// Whether the line is a strip for signatures: phrases of the vocabulary and at
/// most initials beside them.
pub fn is_signature_strip(line: &str) -> bool {
    if line.len() > LONGEST {
        return false;
    }
    // A page's number may stand beside them.
    let folded = page_number::without(&fold(line)).into_owned();
    let of_line: Vec<&str> = words(&folded).collect();
    let (mut at, mut alone) = (0, false);
    while at < of_line.len() {
        match phrase(&of_line[at..]) {
            Some((length, is_alone)) => {
                at += length;
                alone |= is_alone;
            }
            None if of_line[at].chars().count() <= INITIALS => at += 1,
            None => return false,
        }
    }
    alone
}

/// The phrase that `words` begin with: how many words, and whether it is a strip
/// of its own.
fn phrase(words: &[&str]) -> Option<(usize, bool)> {
    FURNITURE.signature_strips.iter().find_map(|entry| {
        let length = entry.phrase.split(' ').count();
        let fits =
            length <= words.len() && entry.phrase.split(' ').zip(words).all(|(a, b)| alike(a, b));
        fits.then_some((length, entry.alone))
    })
}
