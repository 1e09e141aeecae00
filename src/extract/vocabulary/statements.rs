//! Patterns for what paragraphs say by themselves, in one automaton.

use super::File;
use super::kinds::Section;
use regex::bytes::{RegexBuilder, RegexSet, RegexSetBuilder};
use std::borrow::Cow;

/// All patterns in one automaton, with their kinds in the same order.
#[derive(Debug)]
pub(super) struct Statements {
    pub(super) patterns: RegexSet,
    pub(super) kinds: Vec<Section>,
}

/// Patterns that compile; those of a user's file were tried before.
pub(super) fn statements(files: &[File]) -> Statements {
    let cues = files.iter().flat_map(|f| &f.statement);
    let all: Vec<(&String, Section)> = cues
        .flat_map(|c| c.patterns.iter().map(|p| (p, c.kind)))
        .collect();
    // Each is compiled by itself only where all together fail: compiling them is most
    // of what starting the program costs.
    together(&all).unwrap_or_else(|_| {
        let sound: Vec<_> = all
            .into_iter()
            .filter(|(p, _)| compiled(p).is_ok())
            .collect();
        together(&sound).unwrap_or_else(|_| Statements {
            patterns: RegexSet::empty(),
            kinds: Vec::new(),
        })
    })
}

fn together(cues: &[(&String, Section)]) -> Result<Statements, regex::Error> {
    Ok(Statements {
        patterns: RegexSetBuilder::new(cues.iter().map(|(p, _)| with_mode(p)))
            .unicode(false)
            .build()?,
        kinds: cues.iter().map(|&(_, kind)| kind).collect(),
    })
}

/// Patterns meet folded text, which is ASCII but for rare signs: classes of letters
/// are those of ASCII, which makes the automaton a tenth as large.
pub(super) fn compiled(pattern: &str) -> Result<regex::bytes::Regex, regex::Error> {
    RegexBuilder::new(&with_mode(pattern))
        .unicode(false)
        .build()
}

/// What names such a sign itself is compiled for all of Unicode, but for where words end:
/// a single boundary of Unicode's makes all patterns together too slow by far, since no
/// automaton can tell it beside a sign that is not ASCII.
fn with_mode(pattern: &str) -> Cow<'_, str> {
    match pattern.is_ascii() {
        true => Cow::Borrowed(pattern),
        false => Cow::Owned(format!("(?u){}", pattern.replace(r"\b", r"(?-u:\b)"))),
    }
}
