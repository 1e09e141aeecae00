//! Whether each repair was right.

use super::align::align;
use crate::repair::Repair;

/// What became of a repair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// What it proposes is what was meant.
    Right,
    /// What was seen had been right.
    Damage,
    /// Neither was right.
    Wrong,
}

/// Judges repairs of `text` (their spans lie in it) against what was meant. What
/// corresponds is found by aligning the two texts character by character.
pub fn verdicts(text: &str, repairs: &[Repair], gold: &str) -> Vec<Verdict> {
    let (seen, meant): (Vec<char>, Vec<char>) = (text.chars().collect(), gold.chars().collect());
    let positions = align(&seen, &meant);
    // Character number of every byte where a character begins.
    let mut number = vec![0; text.len() + 1];
    for (i, (byte, _)) in text.char_indices().enumerate() {
        number[byte] = i;
    }
    number[text.len()] = seen.len();
    let slice =
        |start: usize, end: usize| -> String { meant[start..end.max(start)].iter().collect() };
    repairs
        .iter()
        .map(|repair| {
            let (start, end) = (number[repair.span.start], number[repair.span.end]);
            // What follows the last character belongs to it as far as the next one.
            let last = positions[end.saturating_sub(1).max(start)] + 1;
            let candidates = [
                slice(positions[start], positions[end]),
                slice(positions[start], last.min(meant.len())),
            ];
            let is = |to: &str| candidates.iter().any(|c| squeeze(c) == squeeze(to));
            if is(&repair.to) {
                Verdict::Right
            } else if is(&repair.from) {
                Verdict::Damage
            } else {
                Verdict::Wrong
            }
        })
        .collect()
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
