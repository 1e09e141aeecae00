//! A party that several persons before it have: `Anna Ek och Bo Ask, båda (M)`.

use super::super::dates::pattern;
use super::{Named, in_name, pieces};
use crate::extract::tokens::fold;
use crate::extract::vocabulary::Words;
use crate::text::Span;
use regex::Regex;
use std::sync::LazyLock;

static SHARED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?P<all>\p{L}+)\s\((?P<party>[\p{L}]{1,5}|-)\)"));

/// Adds the persons to `named` whose party stands after all of them.
pub(super) fn add_sharing(text: &str, words: &Words, named: &mut Vec<Named>) {
    let mut found = Vec::new();
    for c in SHARED.captures_iter(text) {
        let (Some(all), Some(party)) = (c.name("all"), c.name("party")) else {
            continue;
        };
        if !words.is_all(all.as_str()) {
            continue;
        }
        let floor = named
            .iter()
            .map(|n| n.span.end)
            .filter(|end| *end <= all.start())
            .max();
        let before = Span::new(floor.unwrap_or(0), all.start());
        let party = (party.as_str() != "-").then(|| party.range().into());
        found.extend(
            names_at_end(text, before, words)
                .into_iter()
                .map(|name| Named {
                    span: name,
                    name,
                    party,
                    marked: true,
                    role: None,
                }),
        );
    }
    if !found.is_empty() {
        named.extend(found);
        named.sort_by_key(|n| n.name.start);
    }
}

/// The names that a stretch ends with, divided by commas and "och", the last one first.
fn names_at_end(text: &str, stretch: Span, words: &Words) -> Vec<Span> {
    let pieces: Vec<Span> = pieces(stretch.of(text))
        .into_iter()
        .map(|p| p.shift(stretch.start))
        .collect();
    let bare = |p: &Span| {
        let word = p.of(text).trim_end_matches(',');
        Span::new(p.start, p.start + word.len())
    };
    let mut out = Vec::new();
    let mut end = pieces.len();
    while end > 0 {
        let is_part = |at: usize| {
            let word = bare(&pieces[at]).of(text);
            let parted = at + 1 < end && pieces[at].of(text).ends_with(',');
            !parted && (in_name(word) && !words.is_role(word) || words.is_particle(word))
        };
        let mut start = (0..end)
            .rev()
            .take_while(|&at| is_part(at))
            .last()
            .unwrap_or(end);
        while start < end && !in_name(bare(&pieces[start]).of(text)) {
            start += 1;
        }
        if end - start < 2 {
            break;
        }
        out.push(Span::new(pieces[start].start, bare(&pieces[end - 1]).end));
        let Some(before) = start.checked_sub(1) else {
            break;
        };
        if words.is_and(&fold(pieces[before].of(text))) {
            end = before;
        } else if pieces[before].of(text).ends_with(',') {
            end = start;
        } else {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::extract::people::named;
    use crate::extract::vocabulary::Vocabulary;

    #[test]
    fn a_party_after_several_is_that_of_each() {
        let told = |text: &str| -> Vec<String> {
            named(text, Vocabulary::built_in().words(), false)
                .iter()
                .map(|n| {
                    format!(
                        "{}/{}",
                        n.name.of(text),
                        n.party.map_or("-", |p| p.of(text))
                    )
                })
                .collect()
        };
        assert_eq!(
            told("Mot beslutet reserverar sig Ida Jonson och Kai af Lund, båda (mp)."),
            ["Ida Jonson/mp", "Kai af Lund/mp"]
        );
        assert_eq!(
            told("Bo Askman (S), Ida Jonson, Gun Holm samt Kai Lund, samtliga (M), yrkar"),
            ["Bo Askman/S", "Ida Jonson/M", "Gun Holm/M", "Kai Lund/M"]
        );
        assert!(told("Ledamöterna är alla (5).").is_empty());
    }
}
