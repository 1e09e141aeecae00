//! A document as the decoder sees it: paragraphs of tokens.

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
pub fn paragraphs(clean: &Clean) -> Vec<Paragraph> {
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
    paragraphs
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
