//! Who does something in a sentence that names no party.

use super::marks::pieces;
use super::{Named, in_name};
use crate::extract::tokens::tokens;
use crate::extract::vocabulary::Words;
use crate::text::Span;

/// Who did something that a sentence without parties tells of in the passive:
/// "Reservation anmäles av Holger Ek". The name's place.
pub fn after_by(text: &str, words: &Words) -> Option<Span> {
    let mut pieces = pieces(text).into_iter();
    let found = pieces.find(|p| words.is_by(p.of(text)))?;
    let mut span: Option<Span> = None;
    let mut count = 0;
    for piece in pieces {
        let word = piece.of(text);
        let bare = word.trim_end_matches([',', '.', ';', ':']);
        if !(in_name(bare) || words.is_particle(bare) && count > 0) {
            break;
        }
        let here = Span::new(piece.start, piece.start + bare.len());
        span = Some(span.map_or(here, |s: Span| s.cover(here)));
        count += 1;
        if bare.len() < word.len() {
            break;
        }
    }
    (found.start > 0 && (2..=4).contains(&count))
        .then_some(span)
        .flatten()
}

/// The name without a party that a sentence begins with, a role before it or not, right
/// before a verb of acting: "Sigvard Nä föreslog att …".
pub fn subject(text: &str, words: &Words) -> Option<Named> {
    const LONGEST: usize = 4;
    const REACH: usize = 9;
    let pieces: Vec<Span> = pieces(text).into_iter().take(REACH).collect();
    let first = pieces.iter().position(|p| {
        let word = p.of(text);
        !words.is_role(word) && !words.is_role_modifier(word) && !words.is_title(word)
    })?;
    let count = pieces[first..]
        .iter()
        .take_while(|p| in_name(p.of(text)) || words.is_particle(p.of(text)))
        .count();
    if !(2..=LONGEST).contains(&count) {
        return None;
    }
    let verb = pieces.get(first + count)?.of(text);
    let name = Span::new(pieces[first].start, pieces[first + count - 1].end);
    let line = tokens(name.of(text));
    let office = line
        .iter()
        .any(|t| words.body_case(t).is_some() || words.is_office_word(t));
    (words.acts(verb) && !office).then(|| Named {
        span: Span::new(0, name.end),
        name,
        party: None,
        marked: false,
        role: (first > 0).then(|| Span::new(0, pieces[first - 1].end)),
    })
}
