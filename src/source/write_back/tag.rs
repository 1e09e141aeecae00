//! Start tags as text: their attributes found and changed in place.

use std::ops::Range;

use crate::source::xml::local;

/// Where the value of an attribute stands in a start tag (or declaration), without its
/// quotes; attributes go by their local names.
pub(super) fn attribute(tag: &str, name: &str) -> Option<Range<usize>> {
    let bytes = tag.as_bytes();
    // Behind the element's name.
    let mut at = bytes.iter().position(u8::is_ascii_whitespace)?;
    while at < bytes.len() {
        let skip = |at: usize, is: fn(&u8) -> bool| {
            bytes[at..]
                .iter()
                .position(|b| !is(b))
                .map_or(bytes.len(), |n| at + n)
        };
        at = skip(at, |b| b.is_ascii_whitespace() || *b == b'/');
        let start = at;
        at = skip(at, |b| {
            !matches!(b, b'=' | b'>' | b'/') && !b.is_ascii_whitespace()
        });
        let key = &tag[start..at];
        if key.is_empty() {
            return None;
        }
        at = skip(at, u8::is_ascii_whitespace);
        if bytes.get(at) != Some(&b'=') {
            continue;
        }
        at = skip(at + 1, u8::is_ascii_whitespace);
        let value = match bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => {
                let length = bytes[at + 1..].iter().position(|b| b == quote)?;
                at + 1..at + 1 + length
            }
            _ => {
                let end = skip(at, |b| *b != b'>' && !b.is_ascii_whitespace());
                at..end
            }
        };
        at = value.end + 1;
        if local(key) == name {
            return Some(value);
        }
    }
    None
}

/// The tag with an attribute's value replaced, or added; the value is escaped here.
pub(super) fn with_attribute(tag: &str, name: &str, value: &str) -> String {
    let value = quick_xml::escape::escape(value);
    match attribute(tag, name) {
        Some(range) => {
            let is_bare = !tag[..range.start].ends_with(['"', '\'']);
            let quote = if is_bare { "\"" } else { "" };
            format!(
                "{}{quote}{value}{quote}{}",
                &tag[..range.start],
                &tag[range.end..]
            )
        }
        None => {
            let end = tag.trim_end_matches(['>', '/']).trim_end().len();
            format!("{} {name}=\"{value}\"{}", &tag[..end], &tag[end..])
        }
    }
}

/// The tag without an attribute.
pub(super) fn without_attribute(tag: &str, name: &str) -> String {
    let Some(range) = attribute(tag, name) else {
        return tag.to_owned();
    };
    let start = tag[..range.start].rfind(char::is_whitespace);
    let Some(start) = start else {
        return tag.to_owned();
    };
    let end = (range.end + 1).min(tag.len());
    format!("{}{}", &tag[..start], &tag[end..])
}

/// An element as it is written, taken apart.
pub(super) struct Element<'m> {
    /// `<name …>` or `<name …/>`.
    pub(super) tag: &'m str,
    /// What stands between the tags; `None` where there are not two.
    pub(super) inner: Option<&'m str>,
    /// `</name>`, or nothing.
    pub(super) end: &'m str,
}

impl<'m> Element<'m> {
    pub(super) fn new(markup: &'m str) -> Element<'m> {
        let close = end_of_tag(markup);
        let (tag, rest) = markup.split_at(close);
        if tag.ends_with("/>") || rest.is_empty() {
            return Element {
                tag,
                inner: None,
                end: "",
            };
        }
        let end = rest.rfind("</").unwrap_or(rest.len());
        Element {
            tag,
            inner: Some(&rest[..end]),
            end: &rest[end..],
        }
    }

    /// The name with its prefix.
    pub(super) fn name(&self) -> &'m str {
        let name = self.tag.trim_start_matches('<');
        let end = name.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>'));
        &name[..end.unwrap_or(name.len())]
    }

    /// The name of another element with the same prefix.
    pub(super) fn sibling(&self, name: &str) -> String {
        match self.name().rsplit_once(':') {
            Some((prefix, _)) => format!("{prefix}:{name}"),
            None => name.to_owned(),
        }
    }
}

/// Where a start tag ends: `>` inside quotes does not count.
fn end_of_tag(markup: &str) -> usize {
    let mut quote = None;
    for (at, b) in markup.bytes().enumerate() {
        match (quote, b) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(b),
            (Some(open), b) if open == b => quote = None,
            _ => {}
        }
    }
    markup.len()
}

/// An id that is made from another and that the markup does not have yet.
pub(super) fn new_id(id: &str, at: usize, markup: &str) -> String {
    let mut name = format!("{id}_{at}");
    while markup.contains(&format!("\"{name}\"")) || markup.contains(&format!("'{name}'")) {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_changed_and_removed() {
        let tag = "<a:String x:ID = 'a>b' CONTENT=\"vag\" WC=0.9/>";
        assert_eq!(attribute(tag, "ID").map(|r| &tag[r]), Some("a>b"));
        assert_eq!(attribute(tag, "WC").map(|r| &tag[r]), Some("0.9/"));
        assert_eq!(
            with_attribute(tag, "CONTENT", "v\"ä<g"),
            "<a:String x:ID = 'a>b' CONTENT=\"v&quot;ä&lt;g\" WC=0.9/>"
        );
        assert_eq!(with_attribute("<String/>", "CC", "0"), "<String CC=\"0\"/>");
        assert_eq!(without_attribute("<a b='1' c='2'>", "b"), "<a c='2'>");
        assert_eq!(attribute("<a", "b"), None);
    }

    #[test]
    fn elements_are_taken_apart() {
        let element = Element::new("<p:a t='x>y'>z<b></b></p:a>");
        assert_eq!(
            (element.tag, element.inner, element.end),
            ("<p:a t='x>y'>", Some("z<b></b>"), "</p:a>")
        );
        assert_eq!(element.sibling("c"), "p:c");
        assert!(Element::new("<a/>").inner.is_none());
    }

    #[test]
    fn new_ids_are_new() {
        assert_eq!(new_id("s1", 2, "<a ID='s1' B=\"s1_2\">"), "s1_2_");
    }
}
