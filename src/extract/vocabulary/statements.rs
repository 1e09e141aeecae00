//! Patterns for what paragraphs say by themselves.
//!
//! Hundreds of sentences of a document are asked what they say, and nearly all say nothing.
//! So all patterns are sought at once by letters that a text must hold to match them
//! (Aho and Corasick 1975), and only those that may match are tried.

use super::File;
use super::kinds::Section;
use aho_corasick::AhoCorasick;
use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use std::borrow::Cow;
use std::sync::OnceLock;

/// All patterns in order.
#[derive(Debug, Default)]
pub(super) struct Statements {
    cues: Vec<Pattern>,
    /// The letters that some pattern needs.
    needles: Option<AhoCorasick>,
    /// The pattern that needs each of them.
    needed_by: Vec<usize>,
    /// Patterns that no letters tell of.
    always: Vec<usize>,
}

#[derive(Debug)]
struct Pattern {
    text: String,
    kind: Section,
    /// Compiled when it may match for the first time: most are not needed by a document.
    compiled: OnceLock<Option<Regex>>,
}

impl Statements {
    /// The patterns of some files; those that do not compile say nothing.
    pub(super) fn new(files: &[File]) -> Statements {
        let cues = files.iter().flat_map(|f| &f.statement);
        let all = cues.flat_map(|c| c.patterns.iter().map(|p| (p, c.kind)));
        let mut out = Statements::default();
        let mut needles: Vec<Vec<u8>> = Vec::new();
        for (text, kind) in all {
            let at = out.cues.len();
            match needed(text) {
                Some(needed) => {
                    out.needed_by.extend(needed.iter().map(|_| at));
                    needles.extend(needed);
                }
                None => out.always.push(at),
            }
            out.cues.push(Pattern {
                text: text.clone(),
                kind,
                compiled: OnceLock::new(),
            });
        }
        out.needles = AhoCorasick::new(&needles).ok();
        if out.needles.is_none() {
            out.always = (0..out.cues.len()).collect();
        }
        out
    }

    /// The kind of the first pattern that a folded text matches.
    pub(super) fn first(&self, folded: &str) -> Option<Section> {
        let mut may = self.that_may_match(folded).into_iter();
        may.find_map(|at| self.cues[at].matches(folded))
    }

    /// Whether a folded text matches a pattern of a kind.
    pub(super) fn any(&self, folded: &str, kind: Section) -> bool {
        let may = self.that_may_match(folded).into_iter();
        let mut of_kind = may.filter(|&at| self.cues[at].kind == kind);
        of_kind.any(|at| self.cues[at].matches(folded).is_some())
    }

    fn that_may_match(&self, folded: &str) -> Vec<usize> {
        let mut may = self.always.clone();
        if let Some(needles) = &self.needles {
            let found = needles.find_overlapping_iter(folded);
            may.extend(found.map(|m| self.needed_by[m.pattern()]));
        }
        may.sort_unstable();
        may.dedup();
        may
    }
}

impl Pattern {
    fn matches(&self, folded: &str) -> Option<Section> {
        let compiled = self.compiled.get_or_init(|| compiled(&self.text).ok());
        let matches = compiled.as_ref()?.is_match(folded.as_bytes());
        matches.then_some(self.kind)
    }
}

/// Letters of which a text must hold some to match a pattern: what the pattern begins or
/// ends with, whichever is longer.
fn needed(pattern: &str) -> Option<Vec<Vec<u8>>> {
    /// Shorter ones are in every text.
    const SHORTEST: usize = 3;
    let mut parser = ParserBuilder::new().unicode(false).utf8(false).build();
    let hir = parser.parse(&with_mode(pattern)).ok()?;
    let ends = [ExtractKind::Prefix, ExtractKind::Suffix];
    let ends = ends.map(|kind| Extractor::new().kind(kind).extract(&hir));
    let longest = ends.iter().max_by_key(|seq| seq.min_literal_len())?;
    let is_long = longest.min_literal_len()? >= SHORTEST;
    let literals = longest.literals().filter(|_| is_long)?;
    Some(literals.iter().map(|l| l.as_bytes().to_vec()).collect())
}

/// Patterns meet folded text, which is ASCII but for rare signs: classes of letters
/// are those of ASCII, which makes the automaton a tenth as large.
pub(super) fn compiled(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&with_mode(pattern))
        .unicode(false)
        .build()
}

/// What names such a sign itself is compiled for all of Unicode, but for where words end:
/// no automaton can tell Unicode's boundaries beside a sign that is not ASCII.
fn with_mode(pattern: &str) -> Cow<'_, str> {
    match pattern.is_ascii() {
        true => Cow::Borrowed(pattern),
        false => Cow::Owned(format!("(?u){}", pattern.replace(r"\b", r"(?-u:\b)"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pattern_needs_is_in_all_that_it_matches() {
        let needs = |pattern: &str| -> Option<Vec<String>> {
            let text = |l: Vec<u8>| String::from_utf8_lossy(&l).into_owned();
            needed(pattern).map(|all| all.into_iter().map(text).collect())
        };
        assert_eq!(
            needs(r"\byrka(r|de)\b"),
            Some(vec!["yrkar".into(), "yrkade".into()])
        );
        assert_eq!(needs(r"^\w+ foreslar\b"), Some(vec![" foreslar".into()]));
        assert_eq!(needs(r"\w+ \w+"), None);
        assert_eq!(needs(r"("), None);
    }

    #[test]
    fn no_pattern_is_passed_over_for_the_letters_that_it_needs() {
        let file: File = toml::from_str(include_str!("../../data/vocabulary.toml")).unwrap();
        let statements = Statements::new(std::slice::from_ref(&file));
        assert!(statements.always.len() * 4 < statements.cues.len());
        let examples = file
            .statement
            .iter()
            .flat_map(|c| c.accepts.iter().chain(&c.rejects));
        for example in examples {
            let folded = super::super::fold_text(example);
            let tried = |p: &&Pattern| p.matches(&folded).is_some();
            let slowly = statements.cues.iter().find(tried).map(|p| p.kind);
            assert_eq!(statements.first(&folded), slowly, "{example}");
        }
    }
}
