//! A document as the decoder sees it: paragraphs of tokens.

use super::doubt::Doubt;
use crate::lm::Cost;
use crate::normalize::{Clean, LineClass};
use crate::text::alphabet::{self, Code};
use crate::text::{Span, Token, TokenKind, flows_on, tokenize};

/// A token with what is needed to decide about it and to put the outcome back.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its codes, line-end hyphen left out.
    pub codes: Box<[Code]>,
    /// What it looks like.
    pub kind: TokenKind,
    /// Whether it touches the token before it.
    pub glued: bool,
    /// Its place in [`Clean::text`].
    pub span: Span,
    /// The rest of a word divided over a line end, and how many codes come before it.
    pub rest: Option<(Span, usize)>,
    /// Index of its line.
    pub line: usize,
    /// What the engine's confidence asks for leaving it as it is, in nats.
    pub doubt: Cost,
}

impl Seen {
    /// Whether the token is short and may be a party or a mark in a column.
    pub fn is_alone(&self) -> bool {
        self.codes.len() <= 3 && self.kind == TokenKind::Word
    }
}

/// Tokens that are read together: a paragraph, a heading, a list entry, a cell.
pub type Paragraph = Vec<Seen>;

/// Divides a document. Lines that are not body text are paragraphs of their own.
pub fn paragraphs(clean: &Clean, doubt: &Doubt<'_>) -> Vec<Paragraph> {
    let flows = flows(clean);
    let mut paragraphs = Vec::new();
    let mut paragraph: Paragraph = Vec::new();
    let mut carried: Vec<(usize, usize, usize)> = Vec::new();
    let mut tokens: Vec<Token> = Vec::new();
    for (index, line) in clean.lines.iter().enumerate() {
        tokens.clear();
        tokenize(line.span.of(&clean.text), line.span.start, &mut tokens);
        let mut tokens = tokens.iter();
        if let Some(at) = carried.iter().position(|c| c.0 == index) {
            let (_, p, t) = carried.swap_remove(at);
            let target = if p == paragraphs.len() {
                &mut paragraph
            } else {
                &mut paragraphs[p]
            };
            if let Some(token) = tokens
                .as_slice()
                .first()
                .filter(|t| t.kind == TokenKind::Word)
            {
                let seen: &mut Seen = &mut target[t];
                let mut codes = seen.codes.to_vec();
                let before = codes.len();
                alphabet::encode_into(token.span.of(&clean.text), &mut codes);
                seen.codes = codes.into();
                seen.rest = Some((token.span, before));
                seen.doubt = seen.doubt.max(doubt.of(token.span));
                tokens.next();
            }
        }
        let first = paragraph.len();
        for token in tokens {
            paragraph.push(Seen {
                codes: alphabet::encode_str(token.span.of(&clean.text)).into(),
                kind: token.kind,
                glued: token.glued,
                span: token.span,
                rest: None,
                line: index,
                doubt: doubt.of(token.span),
            });
        }
        let divided = line
            .hyphen
            .filter(|h| !h.keep && h.next > index && divided(&paragraph[first..]));
        if let Some(hyphen) = divided {
            paragraph.pop();
            carried.push((hyphen.next, paragraphs.len(), paragraph.len() - 1));
        }
        if !flows[index] && !paragraph.is_empty() {
            paragraphs.push(std::mem::take(&mut paragraph));
        }
    }
    if !paragraph.is_empty() {
        paragraphs.push(paragraph);
    }
    let mut shorter = Vec::with_capacity(paragraphs.len());
    for paragraph in paragraphs {
        divide(paragraph, &mut shorter);
    }
    shorter
}

/// Tokens that are read together, at most: what the decoder holds of a paragraph grows
/// with its length, and a volume that was exported without line breaks is one.
const LONGEST: usize = 1000;

/// Adds a paragraph, in pieces where it is too long.
fn divide(paragraph: Paragraph, paragraphs: &mut Vec<Paragraph>) {
    if paragraph.len() <= LONGEST {
        paragraphs.push(paragraph);
        return;
    }
    let mut lengths = Vec::new();
    let mut rest = paragraph.as_slice();
    while !rest.is_empty() {
        let length = piece(rest);
        lengths.push(length);
        rest = &rest[length..];
    }
    let mut tokens = paragraph.into_iter();
    for length in lengths {
        paragraphs.push(tokens.by_ref().take(length).collect());
    }
}

/// The length of a paragraph's first piece: to behind a full stop, else behind another
/// mark or number, else between two words.
fn piece(paragraph: &[Seen]) -> usize {
    if paragraph.len() <= LONGEST {
        return paragraph.len();
    }
    let last = |is_end: fn(&Seen) -> bool| {
        let fits = |&at: &usize| !paragraph[at].glued && is_end(&paragraph[at - 1]);
        (LONGEST / 2..=LONGEST).rev().find(fits)
    };
    last(|before| *before.codes == [b'.'])
        .or_else(|| last(|before| before.kind != TokenKind::Word))
        .or_else(|| last(|_| true))
        .unwrap_or(LONGEST)
}

/// Whether the last two tokens are a word and its hyphen.
fn divided(tokens: &[Seen]) -> bool {
    matches!(tokens, [.., word, mark] if word.kind == TokenKind::Word && mark.kind == TokenKind::Mark && mark.glued)
}

/// For each line whether the next one continues its paragraph.
fn flows(clean: &Clean) -> Vec<bool> {
    let mut flows = vec![false; clean.lines.len()];
    let mut start = 0;
    while start < clean.lines.len() {
        let class = clean.lines[start].class;
        let page = clean.lines[start].page;
        let len = clean.lines[start..]
            .iter()
            .take_while(|l| l.class == class && l.page == page)
            .count();
        if class == LineClass::Body {
            let block = &clean.lines[start..start + len];
            let lengths: Vec<usize> = block
                .iter()
                .map(|l| l.span.of(&clean.text).trim().chars().count())
                .collect();
            flows[start..start + len].copy_from_slice(&flows_on(&lengths));
        }
        start += len.max(1);
    }
    flows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::normalize;

    fn lengths(text: &str) -> Vec<usize> {
        let raw = crate::source::read(text.as_bytes()).expect("text");
        let clean = normalize(&raw);
        let doubt = Doubt::new(&clean, true);
        paragraphs(&clean, &doubt).iter().map(Vec::len).collect()
    }

    #[test]
    fn what_is_too_long_is_divided_where_a_sentence_ends() {
        assert_eq!(lengths(&"ett två tre. ".repeat(200)), [800]);
        assert_eq!(lengths(&"ett två tre. ".repeat(500)), [1000, 1000]);
        assert_eq!(
            lengths(&"ett två tre fyra fem sex. ".repeat(200)),
            [994, 406]
        );
        assert_eq!(lengths(&"ett tvåa 17 ".repeat(400)), [999, 201]);
        assert_eq!(lengths(&"ett ".repeat(2500)), [1000, 1000, 500]);
        assert_eq!(lengths(&".-".repeat(1200)), [1000, 1000, 400]);
    }
}
