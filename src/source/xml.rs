//! A cursor over XML or HTML: bounded depth, no entity of a document's own, errors
//! that name the line.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::resolve_html5_entity;
use quick_xml::events::{BytesStart, Event};

use crate::error::ErrorKind;
use crate::text::Span;

/// Elements inside each other, at most; real files have about ten.
const DEPTH_LIMIT: usize = 200;

/// Reads one document from left to right.
pub(super) struct Cursor<'x> {
    reader: Reader<&'x [u8]>,
    source: &'x str,
    format: &'static str,
    is_html: bool,
    open: Vec<&'x str>,
    start: usize,
}

/// What comes next. Comments, declarations and instructions are passed over.
pub(super) enum Node<'x> {
    /// An element begins; an empty one ends at once.
    Open(BytesStart<'x>),
    /// An element ends: its local name.
    Close(&'x str),
    /// Text with its references resolved.
    Text(Cow<'x, str>),
    /// The document ends.
    End,
}

impl<'x> Cursor<'x> {
    /// A cursor over XML: every element must be closed.
    pub(super) fn xml(source: &'x str, format: &'static str) -> Self {
        Self::new(source, format, false)
    }

    /// A cursor over HTML: elements without an end are closed where their parent is.
    pub(super) fn html(source: &'x str, format: &'static str) -> Self {
        Self::new(source, format, true)
    }

    fn new(source: &'x str, format: &'static str, is_html: bool) -> Self {
        // The parser would pass over a byte-order mark without counting it.
        let source = source.trim_start_matches('\u{feff}');
        let mut reader = Reader::from_str(source);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        // The names of end tags are read here.
        config.trim_markup_names_in_closing_tags = false;
        Cursor {
            reader,
            source,
            format,
            is_html,
            open: Vec::new(),
            start: 0,
        }
    }

    /// The part of the document that the last node took.
    pub(super) fn span(&self) -> Span {
        Span::new(self.start, self.position())
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(self.source.len())
    }

    /// How many elements are open. An empty element that was just met counts not.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The next node and whether, where it is an element, that is empty.
    ///
    /// # Errors
    /// Markup that is none, nesting too deep, entities of the document's own, an
    /// end before every element is closed.
    pub(super) fn next(&mut self) -> Result<(Node<'x>, bool), ErrorKind> {
        loop {
            self.start = self.position();
            let event = self.reader.read_event().map_err(|error| {
                let at = usize::try_from(self.reader.error_position()).unwrap_or(0);
                self.damaged(at, error.to_string())
            })?;
            match event {
                Event::Start(element) => {
                    let name = self.name_at(self.start + 1);
                    if self.is_html && is_void(name) {
                        return Ok((Node::Open(element), true));
                    }
                    if self.is_html && is_raw(name) {
                        self.skip_raw(name);
                        continue;
                    }
                    if self.open.len() >= DEPTH_LIMIT {
                        let reason = format!("more than {DEPTH_LIMIT} elements inside each other");
                        return Err(self.damaged(self.start, reason));
                    }
                    self.open.push(name);
                    return Ok((Node::Open(element), false));
                }
                Event::Empty(element) => return Ok((Node::Open(element), true)),
                Event::End(_) => {
                    let name = self.name_at(self.start + 2);
                    if let Some(closed) = self.close(name)? {
                        return Ok((Node::Close(closed), false));
                    }
                }
                Event::Text(_) => {
                    return Ok((Node::Text(unescaped(self.span().of(self.source))), false));
                }
                Event::CData(_) => {
                    let raw = self.span().of(self.source);
                    let inner = raw.strip_prefix("<![CDATA[").unwrap_or(raw);
                    let inner = inner.strip_suffix("]]>").unwrap_or(inner);
                    return Ok((Node::Text(Cow::Borrowed(inner)), false));
                }
                Event::GeneralRef(_) => {
                    return Ok((Node::Text(unescaped(self.span().of(self.source))), false));
                }
                Event::DocType(_) => {
                    let declared = self.span().of(self.source);
                    if declared.contains("<!ENTITY") {
                        let reason = "it defines entities of its own, which are not expanded";
                        return Err(self.damaged(self.start, reason.to_owned()));
                    }
                }
                Event::Eof => {
                    if let Some(name) = self.open.last().filter(|_| !self.is_html) {
                        let reason = format!("it ends inside <{name}>: part of it is missing");
                        return Err(self.damaged(self.source.len(), reason));
                    }
                    return Ok((Node::End, false));
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    /// Closes the innermost open element of this name; in HTML with those inside it
    /// that lack an end. One that was never opened is passed over there.
    fn close(&mut self, name: &'x str) -> Result<Option<&'x str>, ErrorKind> {
        if self.is_html {
            let at = self.open.iter().rposition(|o| o.eq_ignore_ascii_case(name));
            let Some(at) = at else { return Ok(None) };
            self.open.truncate(at);
            return Ok(Some(name));
        }
        match self.open.pop() {
            Some(open) if open == name => Ok(Some(name)),
            Some(open) => {
                let reason = format!("</{name}> where </{open}> was expected");
                Err(self.damaged(self.start, reason))
            }
            None => Err(self.damaged(self.start, format!("</{name}> closes nothing"))),
        }
    }

    /// The local name that stands at `at`.
    fn name_at(&self, at: usize) -> &'x str {
        let rest = self.source.get(at..).unwrap_or("");
        let end = rest
            .bytes()
            .position(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>'))
            .unwrap_or(rest.len());
        local(rest.get(..end).unwrap_or(""))
    }

    /// Passes over what stands in `<script>` or `<style>`, which is no markup.
    fn skip_raw(&mut self, name: &str) {
        let rest = &self.source[self.position()..];
        let end = rest
            .match_indices("</")
            .find(|(at, _)| {
                rest.as_bytes()
                    .get(at + 2..at + 2 + name.len())
                    .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            })
            .map_or(rest.len(), |(at, _)| at);
        // Reads from a slice, which cannot fail.
        let mut skipped = std::io::Read::take(self.reader.stream(), end as u64);
        let _ = std::io::copy(&mut skipped, &mut std::io::sink());
    }

    /// A failure at byte `at`.
    pub(super) fn damaged(&self, at: usize, reason: String) -> ErrorKind {
        let before = &self.source.as_bytes()[..at.min(self.source.len())];
        ErrorKind::Damaged {
            format: self.format,
            line: 1 + before.iter().filter(|b| **b == b'\n').count(),
            reason,
        }
    }
}

/// A name without its namespace prefix.
pub(super) fn local(name: &str) -> &str {
    // They are short: a search made for long texts would take longer.
    match name.bytes().rposition(|b| b == b':') {
        Some(colon) => &name[colon + 1..],
        None => name,
    }
}

/// Gives every attribute to `each`: local name, and value as it is written, empty where
/// HTML has none. The parser's own iterator is made for checking, and half of the time
/// that reading takes would be its.
pub(super) fn attributes<'e>(element: &'e BytesStart<'_>, mut each: impl FnMut(&'e str, &'e str)) {
    let raw = element.attributes_raw();
    let bytes = raw.as_bytes();
    let skip = |from: usize, passes: fn(&u8) -> bool| {
        let end = bytes[from..].iter().position(|b| !passes(b));
        end.map_or(bytes.len(), |n| from + n)
    };
    let mut at = 0;
    loop {
        let start = skip(at, u8::is_ascii_whitespace);
        if start == bytes.len() {
            return;
        }
        // An equals sign without a name before it is part of one, as in HTML.
        let end = skip(start + 1, |b| *b != b'=' && !b.is_ascii_whitespace());
        let key = local(&raw[start..end]);
        let equals = skip(end, u8::is_ascii_whitespace);
        if bytes.get(equals) != Some(&b'=') {
            each(key, "");
            at = end;
            continue;
        }
        let value = skip(equals + 1, u8::is_ascii_whitespace);
        let (first, last) = match bytes.get(value) {
            Some(b'"') => (value + 1, skip(value + 1, |b| *b != b'"')),
            Some(b'\'') => (value + 1, skip(value + 1, |b| *b != b'\'')),
            _ => (value, skip(value, |b| !b.is_ascii_whitespace())),
        };
        each(key, &raw[first..last]);
        // Behind the closing quote; a bare value has none.
        at = (last + usize::from(first > value)).min(bytes.len());
    }
}

/// The value of one attribute, references resolved.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut found = None;
    attributes(element, |key, value| {
        if found.is_none() && key == name {
            found = Some(unescaped(value).into_owned());
        }
    });
    found
}

/// The local name of an element.
pub(super) fn name_of<'e>(element: &'e BytesStart<'_>) -> &'e str {
    let raw: &str = element;
    local(&raw[..element.name().as_ref().len()])
}

/// A number as XML writes it.
pub(super) fn number(value: &str) -> Option<f64> {
    // Most are short and whole: a fifth of the cost.
    if !value.is_empty() && value.len() < 9 && value.bytes().all(|b| b.is_ascii_digit()) {
        let digits = value.bytes().map(|b| u32::from(b - b'0'));
        return Some(f64::from(digits.fold(0, |n, digit| 10 * n + digit)));
    }
    value.trim().parse().ok()
}

/// Text with its character and HTML references resolved; one that is unknown stays as
/// it is written.
pub(super) fn unescaped(raw: &str) -> Cow<'_, str> {
    if !raw.as_bytes().contains(&b'&') {
        return Cow::Borrowed(raw);
    }
    /// The longest name of a reference, and some.
    const LONGEST: usize = 40;
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(LONGEST).position(|b| b == b';');
        let resolved = end.and_then(|end| resolve(&rest[1..end], &mut text).then_some(end + 1));
        match resolved {
            Some(length) => rest = &rest[length..],
            None => {
                text.push('&');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// Adds what a reference stands for; `false` where it stands for nothing.
fn resolve(name: &str, text: &mut String) -> bool {
    let number = name
        .strip_prefix('#')
        .map(|digits| match digits.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => digits.parse(),
        });
    match number {
        Some(code) => match code.ok().and_then(char::from_u32).filter(|c| *c != '\0') {
            Some(c) => text.push(c),
            None => return false,
        },
        None => match resolve_html5_entity(name) {
            Some(meant) => text.push_str(meant),
            None => return false,
        },
    }
    true
}

/// HTML elements that have no end.
fn is_void(name: &str) -> bool {
    const VOID: [&str; 9] = [
        "meta", "br", "link", "img", "hr", "input", "base", "wbr", "col",
    ];
    name.len() <= 5 && VOID.iter().any(|void| name.eq_ignore_ascii_case(void))
}

/// HTML elements whose content is no markup.
fn is_raw(name: &str) -> bool {
    ["script", "style"]
        .iter()
        .any(|raw| name.eq_ignore_ascii_case(raw))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(mut cursor: Cursor<'_>) -> Result<String, ErrorKind> {
        let mut found = String::new();
        loop {
            match cursor.next()?.0 {
                Node::Text(text) => found.push_str(&text),
                Node::End => return Ok(found),
                _ => {}
            }
        }
    }

    #[test]
    fn references_are_resolved_once() {
        assert_eq!(
            unescaped("a &amp;lt; &#229;&#xE4;&ouml; &nix; & &#0; b"),
            "a &lt; åäö &nix; & &#0; b"
        );
        assert_eq!(
            texts(Cursor::xml("<a>x&amp;<![CDATA[&lt;]]></a>", "XML")).unwrap(),
            "x&&lt;"
        );
    }

    #[test]
    fn damage_is_named_with_its_line() {
        let fails = |source: &str| texts(Cursor::xml(source, "ALTO")).unwrap_err().to_string();
        assert!(
            fails("<a>\n<b>").contains("line 2"),
            "{}",
            fails("<a>\n<b>")
        );
        assert!(fails("<a></b>").contains("</a> was expected"));
        assert!(fails(&"<a>".repeat(10_000)).contains("inside each other"));
        let laughs = "<!DOCTYPE a [<!ENTITY l \"ha\"><!ENTITY m \"&l;&l;\">]><a>&m;</a>";
        assert!(fails(laughs).contains("entities of its own"));
    }

    #[test]
    fn html_forgives() {
        let page = "<!DOCTYPE html><html><head><meta charset=utf-8><script>if (a<b) {</script>\
            </head><body><p>a<br>b</i><p>c</body></html>";
        assert_eq!(texts(Cursor::html(page, "hOCR")).unwrap(), "abc");
    }
}
