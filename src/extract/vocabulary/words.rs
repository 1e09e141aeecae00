//! Words that are read inside text: bodies, offices, months, numbers, parties.

mod build;
mod headings;
mod lists;
mod persons;
mod slots;

use super::kinds::Section;
use super::voting::Voting;
use crate::extract::dates::Calendar;
use crate::extract::tokens::{Token, fold, near};
use crate::memo::Memo;
pub(super) use lists::Lists;
use rustc_hash::FxHashSet;

/// The lists made ready for look-up.
#[derive(Debug, Default)]
pub struct Words {
    bodies: Vec<[String; 3]>,
    /// The last letters of all forms of bodies, one bit for each.
    last_letters: u32,
    /// The cases of words that were asked for.
    body_cases: Memo<u8, Option<Case>>,
    weak: FxHashSet<String>,
    adjectives: FxHashSet<String>,
    offices: Vec<[String; 2]>,
    numbers: Vec<String>,
    parties: FxHashSet<String>,
    roles: Vec<String>,
    role_modifiers: FxHashSet<String>,
    particles: FxHashSet<String>,
    first_particles: FxHashSet<String>,
    abbreviations: FxHashSet<String>,
    leading: FxHashSet<String>,
    municipality_kinds: Vec<String>,
    case_labels: Vec<String>,
    clauses: FxHashSet<String>,
    deciding: FxHashSet<String>,
    proposing: FxHashSet<String>,
    open: FxHashSet<String>,
    decision_words: FxHashSet<String>,
    proposal_words: FxHashSet<String>,
    follows_words: FxHashSet<String>,
    narrating: FxHashSet<String>,
    voting: Voting,
    by: FxHashSet<String>,
    negations: FxHashSet<String>,
    extract_words: Vec<String>,
    minutes_words: Vec<String>,
    day_words: Vec<String>,
    pauses: Vec<String>,
    chairs: Vec<String>,
    secretaries: Vec<String>,
    adjustment_words: Vec<String>,
    place_words: Vec<String>,
    notice: Vec<(String, String)>,
    value_starts: Vec<String>,
    elsewhere: Vec<String>,
    replaces: Vec<String>,
    serves: Vec<String>,
    substitute_words: FxHashSet<String>,
    all_words: FxHashSet<String>,
    titles: FxHashSet<String>,
    titles_of_several: FxHashSet<String>,
    continuing_clauses: Vec<String>,
    kept_at: Vec<String>,
    leads_on: FxHashSet<String>,
    doubtful_endings: Vec<String>,
    usual_bodies: Vec<String>,
    heading_fillers: FxHashSet<String>,
    heading_keys: Vec<(String, Section)>,
    guests: Vec<String>,
    units: FxHashSet<String>,
    and: FxHashSet<String>,
    towards: FxHashSet<String>,
    having: FxHashSet<String>,
    proposed: FxHashSet<String>,
    highest: FxHashSet<String>,
    motion_nouns: FxHashSet<String>,
    full_names: FxHashSet<String>,
    owned_endings: Vec<String>,
    common: FxHashSet<String>,
    citations: FxHashSet<String>,
    behalf: String,
    behalf_ends: FxHashSet<String>,
    groups: FxHashSet<String>,
    motion_verbs: FxHashSet<String>,
    motion_phrases: Vec<String>,
    acting: FxHashSet<String>,
    and_others: FxHashSet<String>,
    roster: FxHashSet<String>,
    party_heads: FxHashSet<String>,
    presence_heads: FxHashSet<String>,
    vote_lists: FxHashSet<String>,
    bare_adjectives: FxHashSet<String>,
    generic_bodies: FxHashSet<String>,
    listing: FxHashSet<String>,
    announced: FxHashSet<String>,
    place_endings: Vec<String>,
    short_bodies: Vec<[String; 2]>,
    concluding: Vec<String>,
    heading_endings: Vec<(String, Section)>,
    concur_words: Vec<String>,
    concurrence: Vec<String>,
    stances: Vec<(String, String)>,
    outcomes: Vec<(String, String)>,
    calendar: Calendar,
}

/// The grammatical case of a body's last word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `nämnden`
    Definite,
    /// `nämndens`
    Genitive,
    /// `utskott`, which only names a body after a genitive
    Indefinite,
}

impl Words {
    /// Dates and times.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The number that a word spells, or its digits.
    pub fn number(&self, word: &str) -> Option<u32> {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.parse().ok().or_else(|| {
            let folded = fold(word);
            let at = self.numbers.iter().position(|n| *n == folded)?;
            u32::try_from(at).ok()
        })
    }

    /// What a municipality may be called after its name, folded.
    pub fn municipality_kinds(&self) -> &[String] {
        &self.municipality_kinds
    }

    /// Labels before a case number, folded.
    pub fn case_labels(&self) -> &[String] {
        &self.case_labels
    }

    /// Whether `word` begins a clause of a decision.
    pub fn is_clause(&self, word: &str) -> bool {
        self.clauses.contains(&fold(word))
    }

    /// What a body does that the folded `verb` is said of.
    pub fn deciding_verb(&self, verb: &str) -> Option<Section> {
        if self.deciding.contains(verb) {
            Some(Section::Decision)
        } else {
            self.proposing.contains(verb).then_some(Section::Proposal)
        }
    }

    /// Whether `text` ends with a word that a phrase cannot end with.
    pub fn leaves_open(&self, text: &str) -> bool {
        text.split_whitespace()
            .next_back()
            .is_some_and(|w| self.open.contains(&w.to_lowercase()) || w.ends_with(['-', ',']))
    }

    /// Stems of words that say what became of a matter, folded, with its name.
    pub fn outcomes(&self) -> &[(String, String)] {
        &self.outcomes
    }

    /// Whether a folded word of a heading tells of a decision.
    pub fn is_decision_word(&self, word: &str) -> bool {
        self.decision_words.contains(word)
    }

    /// Whether a folded word of a heading tells of a proposal.
    pub fn is_proposal_word(&self, word: &str) -> bool {
        self.proposal_words.contains(word)
    }

    /// Whether a lead-in's first word says that a proposal of others is followed.
    pub fn follows_proposal(&self, word: &str) -> bool {
        self.follows_words.contains(&fold(word))
    }

    /// Whether a folded word is a verb of narration.
    pub fn is_narrating(&self, word: &str) -> bool {
        self.narrating.contains(word)
    }

    /// Whether a folded word names a unit of a larger office.
    pub fn is_unit(&self, word: &str) -> bool {
        self.units.contains(word)
    }

    /// Whether a folded word leads to those who are told.
    pub fn is_towards(&self, word: &str) -> bool {
        self.towards.contains(word)
    }

    /// Whether a folded word is one of the commonest.
    pub fn is_common(&self, word: &str) -> bool {
        self.common.contains(word)
    }

    /// Whether a folded word joins the last entry of a list.
    pub fn is_and(&self, word: &str) -> bool {
        self.and.contains(word)
    }

    /// Whether a word introduces a citation that looks like a property.
    pub fn is_citation(&self, word: &str) -> bool {
        self.citations.contains(word)
    }

    /// Whether a folded word may begin a value beside a label.
    pub fn may_begin_value(&self, word: &str) -> bool {
        self.value_starts.iter().any(|w| w == word)
    }

    /// Whether a line that begins with `word` points to a list elsewhere.
    pub fn refers_elsewhere(&self, word: &str) -> bool {
        let word = fold(word);
        self.elsewhere.contains(&word)
    }

    /// Whether a line that begins like a clause only goes on with the one before:
    /// "att gälla från och med".
    pub fn continues_clause(&self, text: &str) -> bool {
        let second = text.split_whitespace().nth(1).unwrap_or("");
        self.continuing_clauses.contains(&fold(second))
    }

    /// Whether a name ends with what is mostly a misreading.
    pub fn is_doubtful_ending(&self, name: &str) -> bool {
        self.doubtful_endings
            .iter()
            .any(|e| name.ends_with(e.as_str()))
    }

    /// Bodies that nearly every municipality has, as they are written.
    pub fn usual_bodies(&self) -> &[String] {
        &self.usual_bodies
    }

    /// Whether a folded word says that points follow: "följande".
    pub fn leads_on(&self, word: &str) -> bool {
        self.leads_on.contains(word)
    }

    /// The kind of section that a line heads by its words alone: one that names the
    /// kind, and around it none but those that headings are filled with, as in
    /// "Under sammanträdet gjorda yrkanden". Returns it with the share of words
    /// that are right to the letter.
    pub fn composed_heading(&self, line: &[Token]) -> Option<(Section, f32)> {
        const LONGEST: usize = 8;
        if line.len() < 2 || line.len() > LONGEST {
            return None;
        }
        let mut kind = None;
        let mut exact = 0;
        for token in line {
            let word = token.folded.as_str();
            let found = self
                .heading_keys
                .iter()
                .find(|(k, _)| k == word)
                .or_else(|| self.heading_keys.iter().find(|(k, _)| near(k, word)));
            match found {
                Some((key, section)) => {
                    kind = kind.or(Some(*section));
                    exact += usize::from(key == word);
                }
                None if self.heading_fillers.contains(word) => exact += 1,
                None => return None,
            }
        }
        Some((kind?, exact as f32 / line.len() as f32))
    }

    /// Where the place begins at which `text` says that the minutes are kept.
    pub fn kept_at(&self, text: &str) -> Option<usize> {
        self.kept_at.iter().find_map(|phrase| {
            let at = text.find(phrase.as_str())? + phrase.len();
            text[at..].starts_with(' ').then_some(at + 1)
        })
    }

    /// Whether a folded word says that a document is an extract.
    pub fn is_extract_word(&self, word: &str) -> bool {
        self.extract_words
            .iter()
            .any(|w| w == word || near(w, word))
    }

    /// Whether a folded word says that a document is minutes.
    pub fn is_minutes_word(&self, word: &str) -> bool {
        self.minutes_words
            .iter()
            .any(|w| w == word || near(w, word))
    }

    /// Whether `word` belongs to a day or time beside a place.
    pub fn is_day_word(&self, word: &str) -> bool {
        let folded = fold(word.trim_matches(|c: char| !c.is_alphanumeric()));
        folded.is_empty() || self.day_words.contains(&folded) || self.calendar.is_weekday(word)
    }

    /// Whether `text` tells of a pause.
    pub fn is_pause(&self, text: &str) -> bool {
        let folded = super::fold_text(text);
        self.pauses.iter().any(|w| folded.contains(w.as_str()))
    }

    /// Whether a sentence tells when the minutes are adjusted.
    pub fn tells_of_adjustment(&self, text: &str) -> bool {
        text.split_whitespace().any(|w| {
            let word = fold(w.trim_matches(|c: char| !c.is_alphanumeric()));
            self.adjustment_words.contains(&word)
        })
    }

    /// Prepositions before a place.
    pub fn place_words(&self) -> &[String] {
        &self.place_words
    }

    /// What the notice says last before some place in it.
    pub fn last_notice_word(&self, before: &str) -> Option<&str> {
        let folded = super::fold_text(before);
        let found = self
            .notice
            .iter()
            .filter_map(|(stem, name)| folded.rfind(stem.as_str()).map(|at| (at, name)));
        found.max().map(|(_, name)| name.as_str())
    }

    /// Parts of `text` divided by "och".
    pub fn split_and<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let mut out = Vec::new();
        let mut start = 0;
        for word in text.split_whitespace() {
            if self.is_and(&fold(word)) {
                let at = word.as_ptr() as usize - text.as_ptr() as usize;
                out.push(&text[start..at]);
                start = at + word.len();
            }
        }
        out.push(&text[start..]);
        out
    }

    /// Whether a folded word makes the perfect: "har".
    pub fn is_having(&self, word: &str) -> bool {
        self.having.contains(word)
    }

    /// Whether a folded word says, behind "har", that something was proposed.
    pub fn has_proposed(&self, word: &str) -> bool {
        self.proposed.contains(word)
    }

    /// Whether a folded word names what somebody moved: "yrkande".
    pub fn is_motion_noun(&self, word: &str) -> bool {
        self.motion_nouns.contains(word)
    }

    /// Whether a folded word ends like what somebody said or moved: "yrkande", "yttrande".
    pub fn is_owned(&self, word: &str) -> bool {
        let ends = |ending: &String| word.ends_with(ending.as_str());
        self.owned_endings.iter().any(ends)
    }

    /// Whether `name` is that of a body to which no other is superior.
    pub fn is_highest(&self, name: &str) -> bool {
        self.highest.contains(name)
    }

    /// Whether `name` is a body's generic word alone: "Nämnden".
    pub fn is_bare_body(&self, name: &str) -> bool {
        let folded = fold(name);
        self.bodies.iter().any(|b| b[0] == folded) && !self.full_names.contains(&folded)
    }

    /// How votes are told.
    pub fn voting(&self) -> &Voting {
        &self.voting
    }

    /// Whether a full stop after `word` (lower case) belongs to it.
    pub fn is_abbreviation(&self, word: &str) -> bool {
        self.abbreviations.contains(word)
    }

    /// Whether the abbreviation `word` never ends a sentence.
    pub fn is_leading_abbreviation(&self, word: &str) -> bool {
        self.leading.contains(word)
    }
}
