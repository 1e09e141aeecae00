//! The names that a document prints with a party, so that they are known where
//! they stand without one: in running lists of votes, at signatures.

use super::flow::Flow;
use super::outline::{Outline, Scope};
use super::people::{self, Named};
use crate::text::Span;
use rustc_hash::{FxHashMap, FxHashSet};

/// Known names by their first word.
#[derive(Clone, Debug, Default)]
pub struct Names {
    by_first: FxHashMap<String, Vec<String>>,
    parties: FxHashSet<String>,
}

impl Names {
    /// The names of a document. Linear in its length.
    pub fn of(scope: Scope<'_>, outline: &Outline) -> Names {
        let mut names = Names::default();
        let mut seen = FxHashSet::default();
        let mut take = |flow: &Flow| {
            for n in people::named(&flow.text, scope.vocabulary.words(), false) {
                if let Some(party) = n.party {
                    names.parties.insert(party.of(&flow.text).to_string());
                }
                let name = n.name.of(&flow.text);
                if seen.insert(name.to_string()) {
                    names.add(name);
                }
            }
        };
        for item in &outline.items {
            take(&Flow::new(scope.reading, &item.rows));
        }
        names
    }

    /// All names, by their first words.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.by_first.values().flatten().map(String::as_str)
    }

    /// Adds a name of two words or more.
    pub fn add(&mut self, name: &str) {
        let mut words = name.split_whitespace();
        if let (Some(first), Some(_)) = (words.next(), words.next()) {
            let same = self.by_first.entry(first.to_string()).or_default();
            if !same.iter().any(|n| n == name) {
                same.push(name.to_string());
                // The longest first: "Eva Berg Lind" before "Eva Berg".
                same.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
            }
        }
    }

    /// Whether somebody in the document belongs to `party`, written so.
    pub fn has_party(&self, party: &str) -> bool {
        self.parties.contains(party)
    }

    /// The persons of `text`: those with parties, and known names without.
    pub fn persons(&self, text: &str, scope: Scope<'_>) -> Vec<Named> {
        let mut named = people::named(text, scope.vocabulary.words(), false);
        let marked = named.len();
        for word in text.split_whitespace() {
            let bare = word.trim_start_matches(|c: char| !c.is_alphanumeric());
            let Some(known) = self.by_first.get(bare) else {
                continue;
            };
            let start = bare.as_ptr() as usize - text.as_ptr() as usize;
            let whole = |name: &&String| {
                text[start..].starts_with(name.as_str())
                    && !text[start + name.len()..]
                        .starts_with(|c: char| c.is_alphanumeric() || c == '-')
            };
            let Some(name) = known.iter().find(whole) else {
                continue;
            };
            let span = Span::new(start, start + name.len());
            if !named.iter().any(|n| n.span.overlaps(span)) {
                named.push(Named {
                    span,
                    name: span,
                    party: None,
                    marked: false,
                    role: None,
                });
            }
        }
        if named.len() > marked {
            named.sort_by_key(|n| n.name.start);
        }
        named
    }

    /// The persons of a sentence: those with parties; where none has one, known names;
    /// else those with a title before their names, or whoever the sentence begins with
    /// before a verb of acting.
    pub fn of_sentence(&self, text: &str, scope: Scope<'_>) -> Vec<Named> {
        let found = self.persons(text, scope);
        if !found.is_empty() {
            let marked = found.iter().any(|n| n.marked);
            return found.into_iter().filter(|n| n.marked || !marked).collect();
        }
        let words = scope.vocabulary.words();
        let titled = people::titled(text, words);
        match titled.is_empty() {
            true => people::subject(text, words).into_iter().collect(),
            false => titled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::vocabulary::Vocabulary;
    use crate::repair::Reading;

    #[test]
    fn known_names_are_found_without_their_parties() {
        let mut names = Names::default();
        names.add("Eva Berg");
        names.add("Eva Berg Lind");
        names.add("Ek");
        let reading = Reading::default();
        let scope = Scope {
            reading: &reading,
            vocabulary: Vocabulary::built_in(),
            names: &names,
        };
        let text = "Eva Berg Lind, Bo Ask (S) och Eva Berg röstar ja; Eva Bergs yrkande faller.";
        let found: Vec<&str> = names
            .persons(text, scope)
            .iter()
            .map(|n| n.name.of(text))
            .collect();
        assert_eq!(found, ["Eva Berg Lind", "Bo Ask", "Eva Berg"]);
    }
}
