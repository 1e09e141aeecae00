//! Raw text to streams of token forms.

use crate::text::alphabet::{self, Code};
use crate::text::{Token, TokenKind, flows_on, tokenize};
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

/// A distinct token form, with its case, as the corpora print it.
pub type FormId = u32;

/// Stands between paragraphs in a stream.
pub const BOUNDARY: FormId = 0;

/// How often the same paragraph may count: boilerplate, page heads and vote tables
/// would otherwise drown the language.
const REPEATS: u8 = 2;

/// Interns forms over all corpora.
pub struct Forms {
    ids: FxHashMap<Box<str>, FormId>,
    forms: Vec<(Box<str>, TokenKind)>,
}

impl Default for Forms {
    fn default() -> Self {
        Forms {
            ids: FxHashMap::default(),
            forms: vec![("".into(), TokenKind::Mark)],
        }
    }
}

impl Forms {
    /// The id of a form, new or known.
    pub fn intern(&mut self, form: &str, kind: TokenKind) -> FormId {
        if let Some(&id) = self.ids.get(form) {
            return id;
        }
        let id = self.forms.len() as FormId;
        self.ids.insert(form.into(), id);
        self.forms.push((form.into(), kind));
        id
    }

    /// All forms by id; the first is the boundary.
    pub fn all(&self) -> &[(Box<str>, TokenKind)] {
        &self.forms
    }
}

/// Reads one corpus into a stream of forms. Identical paragraphs count at most
/// [`REPEATS`] times.
pub fn read(text: &str, forms: &mut Forms) -> Vec<FormId> {
    let mut stream = vec![BOUNDARY];
    let mut seen: FxHashMap<u64, u8> = FxHashMap::default();
    let mut block: Vec<String> = Vec::new();
    for line in text.split(['\n', '\u{c}']).chain([""]) {
        let line: String = line.nfc().filter(|&c| c != '\u{AD}' && c != '\r').collect();
        if !line.trim().is_empty() {
            block.push(line);
            continue;
        }
        let lengths: Vec<usize> = block.iter().map(|l| l.chars().count()).collect();
        let flows = flows_on(&lengths);
        let mut paragraph = String::new();
        for (line, flows) in block.drain(..).zip(flows) {
            join(&mut paragraph, &line);
            if !flows {
                let times = seen.entry(digest(&paragraph)).or_default();
                if *times < REPEATS {
                    *times += 1;
                    push(&paragraph, forms, &mut stream);
                }
                paragraph.clear();
            }
        }
    }
    stream
}

/// Appends a line to a paragraph; a word hyphenated over the line end is one word.
fn join(paragraph: &mut String, line: &str) {
    let line = line.trim();
    let goes_on = paragraph.ends_with('-')
        && !paragraph.ends_with(" -")
        && line.starts_with(char::is_lowercase)
        && !["och", "eller", "samt", "respektive"]
            .iter()
            .any(|c| line.split(' ').next() == Some(c));
    if goes_on {
        paragraph.pop();
    } else if !paragraph.is_empty() {
        paragraph.push(' ');
    }
    paragraph.push_str(line);
}

fn push(paragraph: &str, forms: &mut Forms, stream: &mut Vec<FormId>) {
    let mut tokens: Vec<Token> = Vec::new();
    tokenize(paragraph, 0, &mut tokens);
    stream.extend(
        tokens
            .iter()
            .map(|t| forms.intern(t.span.of(paragraph), t.kind)),
    );
    stream.push(BOUNDARY);
}

/// FNV-1a: stable from run to run.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x100_0000_01B3)
    })
}

/// The lower-case codes of a word that the lexicon can hold: letters of the code
/// page only.
pub fn word_codes(form: &str) -> Option<Vec<Code>> {
    let codes: Vec<Code> = form
        .chars()
        .map(|c| alphabet::lower(alphabet::encode(c)))
        .collect();
    let fits =
        !codes.is_empty() && codes.len() <= 60 && codes.iter().all(|&c| alphabet::is_letter(c));
    fits.then_some(codes)
}
