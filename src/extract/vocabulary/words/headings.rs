//! Headings in no listed form, known by the words they are made of.

use super::Words;
use crate::extract::tokens::Token;
use crate::extract::vocabulary::kinds::Section;

impl Words {
    /// The kind of section that a line heads by the ending of its chief word, the last
    /// one or the one before a preposition: "Barnrättsbedömning", "Konsekvenser för
    /// miljön". Only short lines without a verb have one.
    pub fn heading_by_ending(&self, line: &[Token]) -> Option<Section> {
        const LONGEST: usize = 6;
        if line.is_empty() || line.len() > LONGEST {
            return None;
        }
        let prepositions = |t: &Token| self.open.contains(&t.folded);
        let cut = line.iter().skip(1).position(prepositions);
        let chief = &line[cut.unwrap_or(line.len() - 1)];
        let plain = |t: &Token| {
            self.deciding_verb(&t.folded).is_none()
                && !self.is_narrating(&t.folded)
                && !t.folded.starts_with(|c: char| c.is_ascii_digit())
        };
        let known = self
            .heading_endings
            .iter()
            .find(|(ending, _)| chief.folded.ends_with(ending.as_str()));
        known
            .filter(|_| line.iter().all(plain))
            .map(|(_, kind)| *kind)
    }

    /// Whether what follows a known heading on its line only says where or when:
    /// "inom byggnadsnämnden", "vid dagens sammanträde".
    pub fn fills_heading(&self, rest: &[Token]) -> bool {
        const LONGEST: usize = 8;
        let Some((first, after)) = rest.split_first() else {
            return false;
        };
        if rest.len() <= LONGEST && self.is_for_a_body(rest) {
            return true;
        }
        if rest.len() > LONGEST || !self.place_words.contains(&first.folded) {
            return false;
        }
        !after.is_empty()
            && (self.body_ends(after, 0, false).contains(&after.len())
                || after
                    .iter()
                    .all(|t| self.heading_fillers.contains(&t.folded)))
    }

    /// Whether a folded word is a body's generic word that says nothing of which one.
    pub fn is_generic_body(&self, word: &str) -> bool {
        self.generic_bodies.contains(word)
    }

    /// Whether a folded word is what a municipality is called: "kommun".
    pub fn is_municipality_kind(&self, word: &str) -> bool {
        let bare = word.strip_suffix('s').unwrap_or(word);
        self.municipality_kinds
            .iter()
            .any(|k| k == word || k == bare)
    }

    /// "för antagande i kommunfullmäktige": a purpose and the body it is left to.
    fn is_for_a_body(&self, rest: &[Token]) -> bool {
        const LONGEST: usize = 4;
        let purpose = rest.first().is_some_and(|t| t.folded == "for");
        let at = rest
            .iter()
            .skip(1)
            .position(|t| self.place_words.contains(&t.folded));
        let Some(at) = at.map(|i| i + 1).filter(|&i| purpose && i <= LONGEST) else {
            return false;
        };
        rest[1..at].iter().all(|t| !t.capital)
            && self.body_ends(rest, at + 1, false).contains(&rest.len())
    }

    /// Whether a title says that its item only lists what came in: "Meddelanden", "Anmälan av
    /// inkomna skrivelser".
    pub fn announces(&self, title: &[Token]) -> bool {
        !title.is_empty()
            && title.iter().all(|t| {
                self.announced.contains(&t.folded) || self.is_and(&t.folded) || t.folded.len() < 3
            })
    }

    /// Whether a lead-in leads to a list that decides nothing: "Beslut fattade på
    /// delegation".
    pub fn leads_to_listing(&self, line: &[Token]) -> bool {
        line.iter().any(|t| self.listing.contains(&t.folded))
    }

    /// Whether a word ends like one for where meetings are held: "kommunhuset".
    pub fn is_meeting_place(&self, word: &str) -> bool {
        let folded =
            crate::extract::tokens::fold(word.trim_matches(|c: char| !c.is_alphanumeric()));
        self.place_endings
            .iter()
            .any(|e| folded.ends_with(e.as_str()))
    }

    /// The body whose initials a folded word is.
    pub fn body_of_initials(&self, word: &str) -> Option<&str> {
        self.short_bodies
            .iter()
            .find(|b| b[0] == word)
            .map(|b| b[1].as_str())
    }

    /// Whether a folded text says in the passive what became of a matter.
    pub fn concludes(&self, folded: &str) -> bool {
        self.concluding.iter().any(|p| folded.contains(p.as_str()))
    }
}
