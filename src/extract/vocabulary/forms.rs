//! Forms with slots, and finding them in lines through reading errors.

use super::words::Words;
use crate::extract::tokens::{Token, near, slack, tokens};
use crate::memo::Memo;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// A form found in a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit<K> {
    /// What it means.
    pub kind: K,
    /// Text may follow it on the line.
    pub inline: bool,
    /// How many words of the line it takes.
    pub taken: usize,
    /// 1 where every word is right, less for each word that is only near.
    pub score: f32,
    /// What stands in its slots, as ranges of words.
    pub slots: Vec<(Slot, Range<usize>)>,
}

impl<K> Hit<K> {
    /// Whether a day or a number stands in it.
    pub fn is_dated(&self) -> bool {
        let dated = |slot: &(Slot, _)| matches!(slot.0, Slot::Date | Slot::Number);
        self.slots.iter().any(dated)
    }
}

/// A place in a form for text that varies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// A council, board or committee.
    Body,
    /// The same in the genitive.
    BodyGenitive,
    /// An administration.
    Office,
    /// The same in the genitive.
    OfficeGenitive,
    /// A date.
    Date,
    /// A number.
    Number,
}

#[derive(Clone, Debug)]
enum Element {
    Word(u32),
    Slot(Slot),
}

#[derive(Clone, Debug)]
struct Form<K> {
    elements: Vec<Element>,
    kind: K,
    inline: bool,
}

/// Forms, indexed by their first word.
#[derive(Debug)]
pub(super) struct Matcher<K> {
    forms: Vec<Form<K>>,
    by_first: FxHashMap<u32, Vec<usize>>,
    by_slot: Vec<(Slot, Vec<usize>)>,
    ids: FxHashMap<String, u32>,
    by_len: Vec<Vec<(u32, u32, String)>>,
    /// The words that folded words may stand for.
    meant: Memo<u8, Arc<[(u32, f32)]>>,
}

impl<K> Default for Matcher<K> {
    fn default() -> Self {
        Matcher {
            forms: Vec::new(),
            by_first: FxHashMap::default(),
            by_slot: Vec::new(),
            ids: FxHashMap::default(),
            by_len: Vec::new(),
            meant: Memo::default(),
        }
    }
}

/// What a word near another one scores.
const NEAR: f32 = 0.95;

impl<K: Copy> Matcher<K> {
    /// Adds a form with its optional parts and choices; an earlier one wins.
    pub(super) fn add(&mut self, form: &str, kind: K, inline: bool) {
        for plain in expand(form) {
            let mut elements = Vec::new();
            for part in plain.split_whitespace() {
                match slot(part) {
                    Some(slot) => elements.push(Element::Slot(slot)),
                    None => {
                        for token in tokens(part) {
                            elements.push(Element::Word(self.id(&token.folded)));
                        }
                    }
                }
            }
            let at = self.forms.len();
            match elements.first() {
                Some(Element::Word(first)) => self.by_first.entry(*first).or_default().push(at),
                Some(Element::Slot(slot)) => {
                    match self.by_slot.iter_mut().find(|(known, _)| known == slot) {
                        Some((_, forms)) => forms.push(at),
                        None => self.by_slot.push((*slot, vec![at])),
                    }
                }
                None => continue,
            }
            self.forms.push(Form {
                elements,
                kind,
                inline,
            });
        }
    }

    fn id(&mut self, word: &str) -> u32 {
        if let Some(&id) = self.ids.get(word) {
            return id;
        }
        let id = self.ids.len() as u32;
        self.ids.insert(word.to_string(), id);
        if self.by_len.len() <= word.len() {
            self.by_len.resize(word.len() + 1, Vec::new());
        }
        self.by_len[word.len()].push((id, letters(word), word.to_string()));
        id
    }

    /// The form that takes the whole line.
    pub(super) fn whole(&self, line: &[Token], words: &Words) -> Option<Hit<K>> {
        self.find(line, words, true)
    }

    /// The form that takes most of the line's beginning.
    pub(super) fn prefix(&self, line: &[Token], words: &Words) -> Option<Hit<K>> {
        self.find(line, words, false)
    }

    fn find(&self, line: &[Token], words: &Words, whole: bool) -> Option<Hit<K>> {
        let mut search = Search {
            matcher: self,
            line,
            words,
            whole,
            known: Vec::new(),
            ends: Vec::new(),
        };
        let mut best: Option<Hit<K>> = None;
        let first = search.resolve(0)?.clone();
        let mut starts: Vec<usize> = first
            .iter()
            .filter_map(|(id, _)| self.by_first.get(id))
            .flatten()
            .copied()
            .collect();
        // Forms that begin with a slot are tried only where something fills it.
        for (slot, forms) in &self.by_slot {
            if !search.slot_ends(*slot, 0).is_empty() {
                starts.extend(forms);
            }
        }
        for at in starts {
            let form = &self.forms[at];
            let mut slots = Vec::new();
            let Some((taken, score)) = search.run(&form.elements, 0, &mut slots) else {
                continue;
            };
            let better = best
                .as_ref()
                .is_none_or(|b| (taken, score) > (b.taken, b.score));
            if better {
                best = Some(Hit {
                    kind: form.kind,
                    inline: form.inline,
                    taken,
                    score,
                    slots,
                });
            }
        }
        best
    }

    /// A form that `line` begins and `next` continues.
    pub(super) fn over(
        &self,
        line: &[Token],
        next: &[Token],
        words: &Words,
    ) -> Option<(K, usize, usize)> {
        let mut search = Search {
            matcher: self,
            line,
            words,
            whole: false,
            known: Vec::new(),
            ends: Vec::new(),
        };
        let first = search.resolve(0)?.clone();
        let mut best: Option<(K, usize, usize)> = None;
        for (id, _) in first {
            for &at in self.by_first.get(&id).into_iter().flatten() {
                let elements = &self.forms[at].elements;
                for cut in 1..elements.len() {
                    let mut slots = Vec::new();
                    let mut rest = Search {
                        matcher: self,
                        line: next,
                        words,
                        whole: false,
                        known: Vec::new(),
                        ends: Vec::new(),
                    };
                    if let Some((a, _)) = search.run(&elements[..cut], 0, &mut slots)
                        && let Some((b, _)) = rest.run(&elements[cut..], 0, &mut slots)
                        && best.is_none_or(|(_, x, y)| a + b > x + y)
                    {
                        best = Some((self.forms[at].kind, a, b));
                    }
                }
            }
        }
        best
    }

    /// The words that a folded word may stand for, with their scores.
    fn resolve(&self, word: &str) -> Vec<(u32, f32)> {
        let find = || self.compare(word).into();
        self.meant.get_or(word.as_bytes(), find).to_vec()
    }

    fn compare(&self, word: &str) -> Vec<(u32, f32)> {
        let exact = self.ids.get(word).copied();
        let mut found: Vec<(u32, f32)> = exact.map(|id| (id, 1.0)).into_iter().collect();
        let slack = slack(word.len());
        if slack == 0 {
            return found;
        }
        let seen = letters(word);
        let lens = word.len() - slack..(word.len() + slack + 1).min(self.by_len.len());
        found.extend(
            lens.filter_map(|len| self.by_len.get(len))
                .flatten()
                .filter(|(_, letters, _)| (letters ^ seen).count_ones() as usize <= 2 * slack)
                .filter(|(id, _, known)| Some(*id) != exact && near(known, word))
                .map(|&(id, _, _)| (id, NEAR)),
        );
        found
    }
}

struct Search<'m, 't, K> {
    matcher: &'m Matcher<K>,
    line: &'t [Token],
    words: &'m Words,
    whole: bool,
    known: Vec<Option<Vec<(u32, f32)>>>,
    /// What was found for a slot at a word.
    ends: Vec<(Slot, usize, Rc<[usize]>)>,
}

impl<K: Copy> Search<'_, '_, K> {
    fn resolve(&mut self, at: usize) -> Option<&Vec<(u32, f32)>> {
        let token = self.line.get(at)?;
        let matcher = self.matcher;
        // As far as anything was asked for: a line may be a document long.
        if self.known.len() <= at {
            self.known.resize(at + 1, None);
        }
        Some(self.known[at].get_or_insert_with(|| matcher.resolve(&token.folded)))
    }

    /// Where a slot that begins at word `at` may end; looked up once.
    fn slot_ends(&mut self, slot: Slot, at: usize) -> Rc<[usize]> {
        let asked = |e: &&(Slot, usize, Rc<[usize]>)| e.0 == slot && e.1 == at;
        if let Some(found) = self.ends.iter().find(asked) {
            return Rc::clone(&found.2);
        }
        let ends: Rc<[usize]> = self.words.slot_ends(slot, self.line, at).into();
        self.ends.push((slot, at, Rc::clone(&ends)));
        ends
    }

    /// Matches `elements` from word `at`; the words taken in all and the score.
    fn run(
        &mut self,
        elements: &[Element],
        at: usize,
        slots: &mut Vec<(Slot, Range<usize>)>,
    ) -> Option<(usize, f32)> {
        let Some((element, rest)) = elements.split_first() else {
            return (!self.whole || at == self.line.len()).then_some((at, 1.0));
        };
        match element {
            Element::Word(id) => {
                let known = self.resolve(at)?;
                let score = known.iter().find(|(k, _)| k == id)?.1;
                let (end, after) = self.run(rest, at + 1, slots)?;
                Some((end, score * after))
            }
            Element::Slot(slot) => {
                for &end in self.slot_ends(*slot, at).iter() {
                    slots.push((*slot, at..end));
                    if let Some(found) = self.run(rest, end, slots) {
                        return Some(found);
                    }
                    slots.pop();
                }
                None
            }
        }
    }
}

fn slot(part: &str) -> Option<Slot> {
    Some(match part {
        "{body}" => Slot::Body,
        "{body's}" => Slot::BodyGenitive,
        "{office}" => Slot::Office,
        "{office's}" => Slot::OfficeGenitive,
        "{date}" => Slot::Date,
        "{number}" => Slot::Number,
        _ => return None,
    })
}

/// All plain forms of one with optional parts `[x]` and choices `(a|b)`.
fn expand(form: &str) -> Vec<String> {
    let Some(open) = form.find(['[', '(']) else {
        return vec![form.to_string()];
    };
    let close = if form.as_bytes()[open] == b'[' {
        ']'
    } else {
        ')'
    };
    let Some(end) = matching(form, open, close) else {
        return vec![form.to_string()];
    };
    let inner = &form[open + 1..end];
    let mut choices: Vec<&str> = if close == ')' {
        inner.split('|').collect()
    } else {
        vec![inner]
    };
    if close == ']' {
        choices.push("");
    }
    choices
        .into_iter()
        .flat_map(|choice| expand(&format!("{}{choice}{}", &form[..open], &form[end + 1..])))
        .collect()
}

/// The bracket that closes the one at `open`.
fn matching(form: &str, open: usize, close: char) -> Option<usize> {
    let opening = form[open..].chars().next()?;
    let mut depth = 0;
    for (i, c) in form[open..].char_indices() {
        if c == opening {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(open + i);
            }
        }
    }
    None
}

/// Which letters a word has, one bit for each.
fn letters(word: &str) -> u32 {
    word.bytes()
        .filter(u8::is_ascii_lowercase)
        .fold(0, |bits, b| bits | 1 << (b - b'a'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optional_parts_and_choices_expand() {
        let mut forms = expand("a [b] (c|d)");
        forms.sort();
        let words: Vec<Vec<&str>> = forms
            .iter()
            .map(|f| f.split_whitespace().collect())
            .collect();
        assert_eq!(words.len(), 4);
        assert!(words.contains(&vec!["a", "d"]));
        assert!(words.contains(&vec!["a", "b", "c"]));
        assert_eq!(expand("x [(a|b)]").len(), 3);
    }
}
