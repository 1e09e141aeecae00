//! The words that minutes are built of, as data.
//!
//! The built-in vocabulary is `src/data/vocabulary.toml`; its head explains the
//! format. A user's file of the same format is [merged](Vocabulary::with) into it.

mod forms;
mod kinds;
mod statements;
mod voting;
mod words;

use forms::Matcher;
pub use forms::{Hit, Slot};
pub use kinds::{Furniture, Label, Section};
use serde::Deserialize;
use statements::{Statements, compiled};
use std::sync::LazyLock;
pub use voting::Voting;
pub use words::{Case, Words};

use super::tokens::{Token, fold, tokens};
use regex::Regex;

/// Headings, labels, page furniture and the words read inside text.
#[derive(Debug)]
pub struct Vocabulary {
    headings: Matcher<Section>,
    labels: Matcher<Label>,
    furniture: Matcher<Furniture>,
    statements: Statements,
    words: Words,
    files: Vec<File>,
}

/// Why a vocabulary cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VocabularyError {
    /// The file is not TOML of the documented form.
    #[error(
        "the vocabulary is not valid: {0}; see the head of src/data/vocabulary.toml for its form"
    )]
    Syntax(String),
    /// An example contradicts its entry.
    #[error("the vocabulary's {kind} {verb} {example:?}; correct the example or the forms")]
    Example {
        /// The entry's kind.
        kind: String,
        /// What it does with the example, against what is written.
        verb: &'static str,
        /// The example.
        example: String,
    },
}

/// A vocabulary file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    heading: Vec<Entry<Section>>,
    #[serde(default)]
    label: Vec<Entry<Label>>,
    #[serde(default)]
    furniture: Vec<Entry<Furniture>>,
    #[serde(default)]
    statement: Vec<Cue>,
    #[serde(default)]
    words: words::Lists,
}

/// Forms of one kind with examples.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry<K> {
    kind: K,
    forms: Vec<String>,
    /// Text may follow on the heading's own line, after a colon.
    #[serde(default)]
    inline: bool,
    #[serde(default)]
    accepts: Vec<String>,
    #[serde(default)]
    rejects: Vec<String>,
}

/// Patterns of one kind with examples.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cue {
    kind: Section,
    patterns: Vec<String>,
    #[serde(default)]
    accepts: Vec<String>,
    #[serde(default)]
    rejects: Vec<String>,
}

static BUILT_IN: LazyLock<Vocabulary> = LazyLock::new(|| {
    let file = toml::from_str(include_str!("../../data/vocabulary.toml"));
    Vocabulary::new(vec![file.unwrap_or_default()])
});

impl Vocabulary {
    /// The vocabulary inside the program. Building it once costs a few
    /// milliseconds.
    pub fn built_in() -> &'static Vocabulary {
        &BUILT_IN
    }

    /// This vocabulary with the entries of `file` (TOML), which win where both
    /// know a form. Fails where the file is malformed or its own examples do not
    /// hold.
    pub fn with(&self, file: &str) -> Result<Vocabulary, VocabularyError> {
        let added: File =
            toml::from_str(file).map_err(|e| VocabularyError::Syntax(e.to_string()))?;
        let mut files = vec![added];
        files.extend(self.files.iter().cloned());
        for pattern in files[0].statement.iter().flat_map(|c| &c.patterns) {
            compiled(pattern).map_err(|e| VocabularyError::Syntax(e.to_string()))?;
        }
        for pattern in files[0].words.voting.patterns() {
            Regex::new(pattern).map_err(|e| VocabularyError::Syntax(e.to_string()))?;
        }
        let merged = Vocabulary::new(files);
        merged.check(&merged.files[0])?;
        Ok(merged)
    }

    fn new(files: Vec<File>) -> Vocabulary {
        let words = Words::new(files.iter().map(|f| &f.words));
        Vocabulary {
            headings: matcher(files.iter().flat_map(|f| &f.heading)),
            labels: matcher(files.iter().flat_map(|f| &f.label)),
            furniture: matcher(files.iter().flat_map(|f| &f.furniture)),
            statements: Statements::new(&files),
            words,
            files,
        }
    }

    /// The words read inside text.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// The section that `line` heads as a whole.
    pub fn heading(&self, line: &[Token]) -> Option<Hit<Section>> {
        self.headings
            .whole(line, &self.words)
            .or_else(|| self.composed(line))
            .or_else(|| self.filled(line))
    }

    /// A known heading with where or when behind it: "Ärendets beredning inom nämnden".
    fn filled(&self, line: &[Token]) -> Option<Hit<Section>> {
        const SURE: f32 = 0.9;
        const LONGEST: usize = 10;
        if !(3..=LONGEST).contains(&line.len()) {
            return None;
        }
        (1..line.len() - 1)
            .rev()
            .filter(|&at| self.words.fills_heading(&line[at..]))
            .find_map(|at| {
                let hit = self.headings.whole(&line[..at], &self.words)?;
                let kept = !matches!(hit.kind, Section::Recipients | Section::Attachments)
                    && !self.words.leaves_open(&line[at - 1].folded);
                kept.then_some(Hit {
                    score: SURE * hit.score,
                    taken: line.len(),
                    ..hit
                })
            })
    }

    /// The kind of section that a line heads by its chief word's ending alone.
    pub fn heading_by_ending(&self, line: &[Token]) -> Option<Section> {
        self.words.heading_by_ending(line)
    }

    /// The section that `line` heads as a whole, in a form that the vocabulary lists.
    pub fn listed_heading(&self, line: &[Token]) -> Option<Hit<Section>> {
        self.headings.whole(line, &self.words)
    }

    /// A heading in no known form, of words that headings are made of.
    fn composed(&self, line: &[Token]) -> Option<Hit<Section>> {
        const SURE: f32 = 0.9;
        let (kind, exact) = self.words.composed_heading(line)?;
        Some(Hit {
            kind,
            inline: false,
            taken: line.len(),
            score: SURE * (0.9 + 0.1 * exact),
            slots: Vec::new(),
        })
    }

    /// The longest heading that `line` begins with.
    pub fn heading_prefix(&self, line: &[Token]) -> Option<Hit<Section>> {
        self.headings.prefix(line, &self.words)
    }

    /// The front-page label that `line` is as a whole.
    pub fn label(&self, line: &[Token]) -> Option<Hit<Label>> {
        self.labels.whole(line, &self.words)
    }

    /// The longest front-page label that `line` begins with.
    pub fn label_prefix(&self, line: &[Token]) -> Option<Hit<Label>> {
        self.labels.prefix(line, &self.words)
    }

    /// The label that `line` begins with and `next` goes on with: a label set in
    /// two lines beside its value. Returns the words it takes of each line.
    pub fn label_over(&self, line: &[Token], next: &[Token]) -> Option<(Label, usize, usize)> {
        self.labels.over(line, next, &self.words)
    }

    /// The page furniture that `line` is as a whole.
    pub fn furniture(&self, line: &[Token]) -> Option<Hit<Furniture>> {
        self.furniture.whole(line, &self.words)
    }

    /// The longest piece of page furniture that `line` begins with.
    pub fn furniture_prefix(&self, line: &[Token]) -> Option<Hit<Furniture>> {
        self.furniture.prefix(line, &self.words)
    }

    /// What a paragraph says by itself, by the first pattern that it holds.
    pub fn statement(&self, paragraph: &str) -> Option<Section> {
        self.statements.first(&fold_text(paragraph))
    }

    /// Whether a paragraph holds a pattern of `kind`.
    pub fn states(&self, paragraph: &str, kind: Section) -> bool {
        self.statements.any(&fold_text(paragraph), kind)
    }

    /// Runs the examples of `file`.
    fn check(&self, file: &File) -> Result<(), VocabularyError> {
        check(&file.heading, |line| self.heading(line).map(|h| h.kind))?;
        check(&file.label, |line| self.label(line).map(|h| h.kind))?;
        check(&file.furniture, |line| self.furniture(line).map(|h| h.kind))?;
        for cue in &file.statement {
            let examples = cue.accepts.iter().map(|e| (e, true));
            for (example, wanted) in examples.chain(cue.rejects.iter().map(|e| (e, false))) {
                if (self.statement(example) == Some(cue.kind)) != wanted {
                    return Err(VocabularyError::Example {
                        kind: format!("{:?}", cue.kind),
                        verb: if wanted { "rejects" } else { "accepts" },
                        example: example.clone(),
                    });
                }
            }
        }
        Ok(())
    }
}

/// Lower case without diacritics, spaces as they are.
pub fn fold_text(text: &str) -> String {
    text.split_whitespace()
        .map(fold)
        .collect::<Vec<_>>()
        .join(" ")
}

fn matcher<'f, K: Copy + 'f>(entries: impl Iterator<Item = &'f Entry<K>>) -> Matcher<K> {
    let mut matcher = Matcher::default();
    for entry in entries {
        for form in &entry.forms {
            matcher.add(form, entry.kind, entry.inline);
        }
    }
    matcher
}

fn check<K: Copy + PartialEq + std::fmt::Debug>(
    entries: &[Entry<K>],
    kind_of: impl Fn(&[Token]) -> Option<K>,
) -> Result<(), VocabularyError> {
    for entry in entries {
        let examples = entry.accepts.iter().map(|e| (e, true));
        for (example, wanted) in examples.chain(entry.rejects.iter().map(|e| (e, false))) {
            if (kind_of(&tokens(example)) == Some(entry.kind)) != wanted {
                return Err(VocabularyError::Example {
                    kind: format!("{:?}", entry.kind),
                    verb: if wanted { "rejects" } else { "accepts" },
                    example: example.clone(),
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_file_is_well_formed_and_its_examples_hold() {
        let file: File = toml::from_str(include_str!("../../data/vocabulary.toml")).unwrap();
        assert!(file.heading.len() > 10);
        let vocabulary = Vocabulary::built_in();
        let mut failures = Vec::new();
        for entry in &file.heading {
            let one = File {
                heading: vec![entry.clone()],
                ..File::default()
            };
            failures.extend(vocabulary.check(&one).err().map(|e| e.to_string()));
        }
        for entry in &file.label {
            let one = File {
                label: vec![entry.clone()],
                ..File::default()
            };
            failures.extend(vocabulary.check(&one).err().map(|e| e.to_string()));
        }
        for entry in &file.furniture {
            let one = File {
                furniture: vec![entry.clone()],
                ..File::default()
            };
            failures.extend(vocabulary.check(&one).err().map(|e| e.to_string()));
        }
        for cue in &file.statement {
            assert!(cue.patterns.iter().all(|p| compiled(p).is_ok()));
            let one = File {
                statement: vec![cue.clone()],
                ..File::default()
            };
            failures.extend(vocabulary.check(&one).err().map(|e| e.to_string()));
        }
        assert!(failures.is_empty(), "{failures:#?}");
    }

    #[test]
    fn every_entry_has_examples_both_ways() {
        let file: File = toml::from_str(include_str!("../../data/vocabulary.toml")).unwrap();
        for entry in &file.heading {
            assert!(
                !entry.accepts.is_empty() && !entry.rejects.is_empty(),
                "{:?}",
                entry.kind
            );
        }
        for entry in &file.label {
            assert!(
                !entry.accepts.is_empty() && !entry.rejects.is_empty(),
                "{:?}",
                entry.kind
            );
        }
    }

    #[test]
    fn a_house_style_can_be_added() {
        let house = r#"
            [[heading]]
            kind = "recipients"
            forms = ["sagt till"]
            accepts = ["Sagt till:"]
            rejects = ["Sagt till honom"]
        "#;
        let vocabulary = Vocabulary::built_in().with(house).unwrap();
        assert_eq!(
            vocabulary.heading(&tokens("SAGT TILL")).map(|h| h.kind),
            Some(Section::Recipients)
        );
        assert_eq!(
            vocabulary.heading(&tokens("Beslut")).map(|h| h.kind),
            Some(Section::Decision)
        );
        let wrong = house.replace("Sagt till honom", "Sagt till");
        assert!(matches!(
            Vocabulary::built_in().with(&wrong),
            Err(VocabularyError::Example { .. })
        ));
        assert!(matches!(
            Vocabulary::built_in().with("[[heading]]\nkind = 1"),
            Err(VocabularyError::Syntax(_))
        ));
    }

    #[test]
    fn misread_headings_are_known() {
        let vocabulary = Vocabulary::built_in();
        for (line, kind) in [
            ("Overldggning", Section::Deliberation),
            (
                "Kommunstyrelsens forslag till kommunfullméktige",
                Section::Proposal,
            ),
            ("Protokollsanteckningar", Section::Notes),
            ("Omréstning", Section::Vote),
        ] {
            assert_eq!(
                vocabulary.heading(&tokens(line)).map(|h| h.kind),
                Some(kind),
                "{line}"
            );
        }
        assert!(vocabulary.heading(&tokens("Socialnämnden")).is_none());
    }
}
