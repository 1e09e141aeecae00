//! What may stand in the slots of forms: bodies, offices, dates, numbers.

use super::super::forms::Slot;
use super::{Case, Words};
use crate::extract::dates::has_digit;
use crate::extract::tokens::Token;

impl Words {
    /// Where a slot that begins at word `at` may end, longest first.
    pub fn slot_ends(&self, slot: Slot, line: &[Token], at: usize) -> Vec<usize> {
        match slot {
            Slot::Body => self.body_ends(line, at, false),
            Slot::BodyGenitive => self.body_ends(line, at, true),
            Slot::Office => self.office_ends(line, at, 0),
            Slot::OfficeGenitive => self.office_ends(line, at, 1),
            Slot::Number => {
                let number = line
                    .get(at)
                    .is_some_and(|t| t.folded.split('/').all(|n| n.parse::<u32>().is_ok()));
                if number { vec![at + 1] } else { Vec::new() }
            }
            Slot::Date if !line.get(at).is_some_and(may_begin_date) => Vec::new(),
            Slot::Date => (at + 1..=(at + 4).min(line.len()))
                .rev()
                .filter(|&end| self.is_date(&line[at..end]))
                .collect(),
        }
    }

    fn is_date(&self, line: &[Token]) -> bool {
        if !line.iter().any(|t| has_digit(&t.folded)) {
            return false;
        }
        let text: Vec<&str> = line.iter().map(|t| t.folded.as_str()).collect();
        let text = text.join(" ");
        self.calendar
            .dates(&text)
            .first()
            .is_some_and(|d| d.span.start == 0 && d.span.end == text.len())
    }

    /// The ends of bodies that begin at word `at`, longest first.
    pub fn body_ends(&self, line: &[Token], at: usize, genitive: bool) -> Vec<usize> {
        let wanted = if genitive {
            Case::Genitive
        } else {
            Case::Definite
        };
        let mut ends = Vec::new();
        let mut after_genitive = false;
        for i in at..line.len().min(at + 9) {
            let token = &line[i];
            let case = self.body_case(token);
            match case {
                Some(Case::Indefinite) if after_genitive => {
                    if !genitive {
                        ends.push(i + 1);
                        ends.extend(for_ends(line, i + 1));
                    }
                    break;
                }
                // "Nämnd för folkhälsa och sjukvård"
                Some(Case::Indefinite) => {
                    if i == at && token.capital && !genitive {
                        ends.extend(for_ends(line, i + 1));
                    }
                    break;
                }
                Some(case)
                    if self.is_weak(&token.folded) && i == at && line.len() > 1 && !genitive =>
                {
                    let _ = case;
                    break;
                }
                Some(case) => {
                    if case == wanted {
                        ends.push(i + 1);
                        if !genitive {
                            ends.extend(for_ends(line, i + 1));
                        }
                    }
                    after_genitive = case == Case::Genitive;
                    if !after_genitive {
                        break;
                    }
                    // "utskotts" after a genitive is a genitive of its own.
                    continue;
                }
                None if genitive && after_genitive && self.genitive_indefinite(token) => {
                    ends.push(i + 1);
                    break;
                }
                // "Gemensam nämnd för …" has no article.
                None if i == at && self.bare_adjectives.contains(&token.folded) => {
                    after_genitive = true;
                }
                None if self.may_begin_body(token, i == at) => after_genitive = false,
                None => break,
            }
        }
        ends.sort_unstable_by(|a, b| b.cmp(a));
        ends
    }

    fn genitive_indefinite(&self, token: &Token) -> bool {
        token
            .folded
            .strip_suffix('s')
            .is_some_and(|stem| self.bodies.iter().any(|b| stem.ends_with(b[2].as_str())))
    }

    /// The indefinite form of a definite body: `arbetsutskottet` → `arbetsutskott`.
    pub fn indefinite(&self, folded: &str) -> Option<String> {
        self.bodies.iter().find_map(|b| {
            let stem = folded.strip_suffix(b[0].as_str())?;
            Some(format!("{stem}{}", b[2]))
        })
    }

    fn is_weak(&self, folded: &str) -> bool {
        self.weak.contains(folded)
    }

    /// The case of a word that ends like a body's last word.
    pub fn body_case(&self, token: &Token) -> Option<Case> {
        let word = token.folded.as_str();
        let letter = |c: u8| self.last_letters & (1 << (c.wrapping_sub(b'a') & 31)) != 0;
        if token.hyphen || word.len() < 3 || !word.bytes().next_back().is_some_and(letter) {
            return None;
        }
        self.body_cases
            .get_or(word.as_bytes(), || self.case_of(word))
    }

    fn case_of(&self, word: &str) -> Option<Case> {
        let cases = [Case::Definite, Case::Genitive, Case::Indefinite];
        let last = word.bytes().next_back();
        for body in &self.bodies {
            for (ending, case) in body.iter().zip(cases) {
                // Near misses, too, end in the ending's last letter: most end here.
                let may = ending.bytes().next_back() == last;
                if may && (word.ends_with(ending.as_str()) || close_ending(word, ending)) {
                    return Some(case);
                }
            }
        }
        None
    }

    fn may_begin_body(&self, token: &Token, first: bool) -> bool {
        token.hyphen
            || matches!(token.folded.as_str(), "och" | "samt")
            || self.adjectives.contains(&token.folded)
            || (first && token.capital && token.folded.len() > 3 && token.folded.ends_with('a'))
    }

    /// Whether a word ends like an administration's last word.
    pub fn is_office_word(&self, token: &Token) -> bool {
        self.offices
            .iter()
            .flatten()
            .any(|o| token.folded.ends_with(o.as_str()))
    }

    fn office_ends(&self, line: &[Token], at: usize, case: usize) -> Vec<usize> {
        let mut ends = Vec::new();
        for (i, token) in line.iter().enumerate().skip(at).take(7) {
            if !token.hyphen
                && self.offices.iter().any(|o| {
                    token.folded.ends_with(o[case].as_str())
                        || close_ending(&token.folded, &o[case])
                })
            {
                ends.push(i + 1);
                break;
            }
            if !self.may_begin_body(token, i == at) && self.body_case(token) != Some(Case::Genitive)
            {
                break;
            }
        }
        ends
    }
}

/// A date begins with a number, or a spelled day and its month.
fn may_begin_date(token: &Token) -> bool {
    token.folded.starts_with(|c: char| c.is_ascii_digit()) || token.folded.len() >= 5
}

/// `Nämnden för arbetsmarknad och vuxenutbildning`: up to six more words.
fn for_ends(line: &[Token], at: usize) -> Vec<usize> {
    if line.get(at).is_none_or(|t| t.folded != "for") {
        return Vec::new();
    }
    (at + 2..=(at + 7).min(line.len())).collect()
}

/// Whether the end of `word` is a near miss of a long `ending`.
fn close_ending(word: &str, ending: &str) -> bool {
    if ending.len() < 6 || word.len() < ending.len() {
        return false;
    }
    let tail = &word.as_bytes()[word.len() - ending.len()..];
    let wrong = tail
        .iter()
        .zip(ending.as_bytes())
        .filter(|(a, b)| a != b)
        .take(2)
        .count();
    wrong <= 1 && tail.last() == ending.as_bytes().last()
}
