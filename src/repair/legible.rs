//! Which stretches of a document are of words at all.
//!
//! What holds next to none, the reading of a picture or bytes that are no text, cannot be
//! repaired, and looking for what each of its forms may have meant is what takes longest:
//! nothing is met twice, and nothing is near to only one word.

use super::document::Paragraph;
use crate::lexicon::Lexicon;
use crate::text::TokenKind;
use crate::text::alphabet::{self, Code};

/// A stretch has so many forms that could be words, at least: a list of names or a table
/// has fewer.
const STRETCH: usize = 1000;

/// Letters of the shortest form that tells: shorter ones are words by chance.
const TELLING: usize = 4;

/// One form in so many is a word, at least. Of pages that are read badly one in three is,
/// of letters in no order one in a hundred, of the commonest letters one in thirty.
const ONE_IN: usize = 20;

/// For each paragraph whether it lies in a stretch of words. Linear in the document.
pub fn legible(paragraphs: &[Paragraph], lexicon: &Lexicon<'_>) -> Vec<bool> {
    let mut legible = vec![true; paragraphs.len()];
    let (mut start, mut all, mut known) = (0, 0, 0);
    for (at, paragraph) in paragraphs.iter().enumerate() {
        for seen in paragraph {
            if seen.kind == TokenKind::Word && seen.codes.len() >= TELLING {
                all += 1;
                known += usize::from(is_word(&seen.codes, lexicon));
            }
        }
        if all >= STRETCH {
            if known * ONE_IN < all {
                legible[start..=at].fill(false);
            }
            (start, all, known) = (at + 1, 0, 0);
        }
    }
    legible
}

fn is_word(codes: &[Code], lexicon: &Lexicon<'_>) -> bool {
    let lower: Vec<Code> = codes.iter().map(|&c| alphabet::lower(c)).collect();
    lexicon.dawg.rank(&lower).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::normalize::normalize;
    use crate::repair::document::paragraphs;
    use crate::repair::doubt::Doubt;
    use crate::repair::words::Words;

    /// Forms of five letters in no order, each once.
    fn noise(forms: usize) -> String {
        let mut state = 1u64;
        let mut letter = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
            char::from(b'a' + (state >> 33) as u8 % 26)
        };
        let mut form = |_| -> String { (0..5).map(|_| letter()).chain([' ']).collect() };
        (0..forms).map(&mut form).collect()
    }

    fn share_legible(text: &str) -> f32 {
        let model = Model::built_in().expect("the built-in model");
        let words = Words::of(&model).expect("its words");
        let clean = normalize(&crate::source::read(text.as_bytes()).expect("text"));
        let paragraphs = paragraphs(&clean, &Doubt::new(&clean, false));
        let legible = legible(&paragraphs, &words.lexicon);
        legible.iter().filter(|l| **l).count() as f32 / legible.len() as f32
    }

    #[test]
    fn noise_is_told_from_words_that_are_read_badly() {
        assert!(share_legible(&noise(20_000)) < 0.1);
        // Little of it may be a list of names.
        assert_eq!(share_legible(&noise(STRETCH - 100)), 1.0);
        // Of four words one is read as it is.
        let bad = "kommunstyre1sen bes1utar atf gcdkänna förslaget ordförandcn yrkande ";
        assert_eq!(share_legible(&bad.repeat(2000)), 1.0);
    }

    #[test]
    fn words_beside_noise_are_repaired() {
        let minutes = "Kommunstyrelsen beslutar att godkänna förslaget till budget. ".repeat(300);
        let share = share_legible(&format!("{minutes}\n\n{}\n\n{minutes}", noise(20_000)));
        assert!((0.1..0.5).contains(&share), "{share}");
    }
}
