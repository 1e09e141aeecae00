//! Persons without a party behind what they are: `fastighetschef Håkan Ljung`.

use super::{Named, in_name, pieces, role_before};
use crate::extract::vocabulary::Words;
use crate::text::Span;

/// Adds those of two to five names behind a role that are not in `out` yet.
pub(super) fn add_partyless(text: &str, words: &Words, out: &mut Vec<Named>) {
    let pieces = pieces(text);
    let mut extra = Vec::new();
    for (i, piece) in pieces.iter().enumerate() {
        if !words.is_role(piece.of(text)) || piece.of(text).ends_with([',', '.', ')']) {
            continue;
        }
        let mut end = i + 1;
        while end < pieces.len() {
            let word = pieces[end].of(text);
            let bare = word.trim_end_matches([',', '.', ';', ':', ')']);
            if !in_name(bare) && !words.is_particle(bare) {
                break;
            }
            end += 1;
            if bare.len() < word.len() {
                break;
            }
        }
        if end < i + 3 || end > i + 6 {
            continue;
        }
        let stop = pieces[end - 1];
        let trimmed = stop
            .of(text)
            .trim_end_matches([',', '.', ';', ':', ')'])
            .len();
        let name = Span::new(pieces[i + 1].start, stop.start + trimmed);
        if out
            .iter()
            .any(|n| n.span.overlaps(name) || n.name.overlaps(name))
        {
            continue;
        }
        let role = role_before(text, &pieces[..=i], words);
        extra.push(Named {
            span: Span::new(role.map_or(name.start, |r| r.start), name.end),
            name,
            party: None,
            marked: false,
            role,
        });
    }
    out.extend(extra);
    out.sort_by_key(|n| n.name.start);
}
