//! What is said of persons: roles, parties, who serves for whom, who moves what.

use super::Words;
use crate::extract::tokens::fold;
use rustc_hash::FxHashSet;

impl Words {
    /// Endings of words that name a role, folded.
    pub fn role_endings(&self) -> &[String] {
        &self.roles
    }

    /// Folded words that may stand before a role's last word.
    pub fn role_modifiers(&self) -> &FxHashSet<String> {
        &self.role_modifiers
    }

    /// Whether `text` begins with a group of members.
    pub fn is_group(&self, text: &str) -> bool {
        text.split_whitespace().take(2).any(|w| {
            let word = fold(w.trim_matches(|c: char| !c.is_alphanumeric()));
            self.groups.contains(&word)
                || word
                    .strip_suffix('s')
                    .is_some_and(|w| self.groups.contains(w))
        })
    }

    /// Whether what stands between two persons says that the first replaces the
    /// second.
    pub fn replaces(&self, between: &str) -> bool {
        let folded = super::super::fold_text(between);
        let bare = folded.trim_matches(|c: char| !c.is_alphanumeric());
        let ends = |w: &String| {
            bare == w
                || bare
                    .strip_suffix(w.as_str())
                    .is_some_and(|rest| rest.ends_with(' ') && rest.len() < 40)
        };
        self.replaces.iter().any(ends)
    }

    /// Whether `text` says that somebody serves.
    pub fn serves(&self, text: &str) -> bool {
        let mut before = String::new();
        text.split_whitespace().any(|w| {
            let word = fold(w.trim_matches(|c: char| !c.is_alphanumeric()));
            let negated = self.negations.contains(&before);
            let serves = self.serves.contains(&word) && !negated;
            before = word;
            serves
        })
    }

    /// Whether `text` names a substitute: "tjg ers".
    pub fn tells_of_substitute(&self, text: &str) -> bool {
        text.split(|c: char| !c.is_alphanumeric())
            .any(|w| self.substitute_words.contains(&fold(w)))
    }

    /// Whether `word` means everybody named before: "samtliga".
    pub fn is_all(&self, word: &str) -> bool {
        self.all_words.contains(&fold(word))
    }

    /// Whether `word` is a title before a name, of one or several: "herr", "herrar".
    pub fn is_title(&self, word: &str) -> bool {
        self.titles.contains(&bare(word)) || self.is_title_of_several(word)
    }

    /// Whether `word` is a title before the names of several: "herrar".
    pub fn is_title_of_several(&self, word: &str) -> bool {
        self.titles_of_several.contains(&bare(word))
    }

    /// Whether `word` leads to who did something: "av".
    pub fn is_by(&self, word: &str) -> bool {
        self.by.contains(&fold(word))
    }

    /// Whether a folded role is a guest's, not an official's.
    pub fn is_guest(&self, role: &str) -> bool {
        role.split_whitespace()
            .any(|w| self.guests.iter().any(|g| w.ends_with(g.as_str())))
    }

    /// Whether a role is the chair's, not a deputy's.
    pub fn is_chair(&self, role: &str) -> bool {
        self.chairs
            .contains(&fold(role.trim_matches(|c: char| !c.is_alphanumeric())))
    }

    /// Whether a role is a secretary's.
    pub fn is_secretary(&self, role: &str) -> bool {
        let mut words = role.split_whitespace().rev();
        let last = words.next().map(fold).unwrap_or_default();
        // "utskottssekreterare", but no "politisk sekreterare".
        let compound = || {
            self.secretaries
                .iter()
                .any(|s| s.len() > 8 && last.ends_with(s.as_str()))
        };
        self.secretaries.contains(&last) || words.next().is_none() && compound()
    }

    /// Whether `word` stands uncapitalized inside names.
    pub fn is_particle(&self, word: &str) -> bool {
        self.particles.contains(word)
    }

    /// Whether a name may begin with `word`, uncapitalized.
    pub fn may_begin_name(&self, word: &str) -> bool {
        self.first_particles.contains(word)
    }

    /// Whether `abbreviation` is a known party's, in any case.
    pub fn is_party(&self, abbreviation: &str) -> bool {
        self.parties.contains(&abbreviation.to_uppercase())
    }

    /// Whether a folded sentence says that somebody concurs.
    pub fn concurs(&self, folded: &str) -> bool {
        self.concur_words
            .iter()
            .any(|w| folded.contains(w.as_str()))
    }

    /// Where those who concur are named within a motion: from the phrase to the
    /// next comma that no name follows, or the verb.
    pub fn concurrence_at(&self, text: &str) -> Option<(usize, usize)> {
        let (at, phrase) = self
            .concurrence
            .iter()
            .filter_map(|p| text.find(p.as_str()).map(|at| (at, p)))
            .min()?;
        let from = at + phrase.len();
        let mut end = text.len();
        let mut close = 0;
        // Names with parties follow each other with commas and "och".
        for (i, c) in text[from..].char_indices() {
            if c == ')' {
                close = from + i + 1;
                let rest = text[close..].trim_start_matches([',', ' ']);
                let and = rest
                    .split_whitespace()
                    .next()
                    .is_some_and(|w| self.is_and(&fold(w)));
                if !and && !rest.starts_with(char::is_uppercase) {
                    end = close;
                    break;
                }
            }
        }
        (close > 0).then_some((at, end))
    }

    /// Whether `word` is a verb of somebody who takes part: moves, reserves, speaks.
    pub fn acts(&self, word: &str) -> bool {
        let word = fold(word.trim_matches(|c: char| !c.is_alphanumeric()));
        self.acting.contains(&word) || self.motion_verbs.contains(&word)
    }

    /// Whether a folded word heads a column of a list of members.
    pub fn is_roster_word(&self, word: &str) -> bool {
        self.roster.contains(word)
    }

    /// Whether a folded word heads a column of parties.
    pub fn is_party_head(&self, word: &str) -> bool {
        self.party_heads.contains(word)
    }

    /// Whether a folded word heads a column that says who was there.
    pub fn is_presence_head(&self, word: &str) -> bool {
        self.presence_heads.contains(word)
    }

    /// Whether a folded word is what a list of votes is called.
    pub fn is_vote_list(&self, word: &str) -> bool {
        self.vote_lists.contains(word)
    }

    /// Whether `word` says that others go with somebody: "m.fl.".
    pub fn is_and_others(&self, word: &str) -> bool {
        let word = fold(word.trim_end_matches(['.', ',']));
        self.and_others.contains(&word)
    }

    /// Where a phrase begins that moves something without a verb of moving alone:
    /// "lägger fram".
    pub fn motion_phrase(&self, text: &str) -> Option<usize> {
        self.motion_phrases
            .iter()
            .filter_map(|p| text.find(p.as_str()))
            .min()
    }

    /// Whether `word` is the verb of a motion.
    pub fn is_motion_verb(&self, word: &str) -> bool {
        self.motion_verbs
            .contains(&fold(word.trim_matches(|c: char| !c.is_alphanumeric())))
    }

    /// Folded stems of what a motion aims at, with its name.
    pub fn stances(&self) -> &[(String, String)] {
        &self.stances
    }

    /// The word before those on whose behalf somebody speaks, with its spaces.
    pub fn behalf(&self) -> &str {
        if self.behalf.is_empty() {
            "\u{0}"
        } else {
            &self.behalf
        }
    }

    /// Whether the name of a group ends before `word`.
    pub fn ends_behalf(&self, word: &str) -> bool {
        self.behalf_ends.contains(&fold(word))
    }
}

/// A folded word without the full stop of an abbreviation.
fn bare(word: &str) -> String {
    fold(word.trim_end_matches('.'))
}
