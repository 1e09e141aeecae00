//! Repaired text into PAGE XML.

use std::collections::BTreeMap;

use quick_xml::escape::escape;

use super::tag::{Element, attribute, new_id, with_attribute};
use super::{Change, Edits, Part, change_at};
use crate::error::ErrorKind;
use crate::source::RawDocument;
use crate::source::layout::Bbox;
use crate::source::page_xml::NAME;
use crate::source::xml::{Cursor, Node, attribute as value_of, name_of};
use crate::text::Span;

/// What becomes of words, and of the texts of the lines and regions around them.
///
/// # Errors
/// Damaged markup.
pub(super) fn edits(
    markup: &str,
    raw: &RawDocument,
    changes: &[Change],
) -> Result<Edits, ErrorKind> {
    let mut edits = Edits::default();
    if changes.is_empty() {
        return Ok(edits);
    }
    let holders = holders(markup)?;
    let writer = Writer {
        markup,
        keeps_in_place: !has_alternatives(markup),
    };
    let by_start: BTreeMap<usize, &Holder> = holders.iter().map(|h| (h.element.start, h)).collect();
    for change in changes {
        let words = &raw.words[change.words.clone()];
        let holder = by_start.get(&words[0].element.start).copied();
        let Some(holder) = holder.filter(|h| h.kind == "Word") else {
            // A line or region without words: its text follows below.
            continue;
        };
        if change.parts.len() == words.len() {
            for (word, part) in words.iter().zip(&change.parts) {
                let old = word.span.of(&raw.text);
                if let Some(holder) = by_start
                    .get(&word.element.start)
                    .filter(|_| old != part.text)
                {
                    writer.word(holder, part, old, &mut edits);
                }
            }
            continue;
        }
        let empty = Part {
            text: String::new(),
            bbox: None,
        };
        let head = change.parts.first().unwrap_or(&empty);
        writer.word(holder, head, &change.old, &mut edits);
        for (number, part) in (2..).zip(change.parts.iter().skip(1)) {
            writer.further(holder, part, number, &mut edits);
        }
        for word in &words[1..] {
            edits.replace(word.element, String::new());
        }
    }
    // Reading order may differ from the file's.
    let start = |at: usize| raw.words[at].element.start;
    let mut by_place: Vec<usize> = (0..raw.words.len()).collect();
    by_place.sort_by_key(|&at| start(at));
    for holder in holders.iter().filter(|h| h.kind != "Word") {
        let first = by_place.partition_point(|&at| start(at) < holder.element.start);
        let inside = |at: &&usize| start(**at) < holder.element.end;
        let mut all: Vec<usize> = by_place[first..]
            .iter()
            .take_while(inside)
            .copied()
            .collect();
        all.sort_unstable();
        let changed = |at: &usize| change_at(changes, *at).is_some();
        if all.iter().any(changed) && !holder.texts.is_empty() {
            let (old, new) = texts(raw, changes, &all);
            writer.text(holder, &new, &old, &mut edits);
        }
    }
    Ok(edits)
}

/// What words say, before and now, line by line.
fn texts(raw: &RawDocument, changes: &[Change], words: &[usize]) -> (String, String) {
    let (mut old, mut new) = (String::new(), String::new());
    let mut before: Option<usize> = None;
    for &at in words {
        let word = &raw.words[at];
        let between = match before {
            Some(end) if raw.text[end..word.span.start].contains('\n') => "\n",
            Some(_) => " ",
            None => "",
        };
        before = Some(word.span.end);
        old.push_str(between);
        old.push_str(word.span.of(&raw.text));
        let now = match change_at(changes, at) {
            Some(change) if change.words.start == at => {
                let parts: Vec<&str> = change.parts.iter().map(|p| p.text.as_str()).collect();
                parts.join(" ")
            }
            Some(_) => String::new(),
            None => word.span.of(&raw.text).to_owned(),
        };
        if !now.is_empty() {
            if !new.is_empty() {
                new.push_str(if between.is_empty() { " " } else { between });
            }
            new.push_str(&now);
        }
    }
    (old, new)
}

/// A region, line or word with its own texts.
#[derive(Debug)]
struct Holder {
    kind: &'static str,
    element: Span,
    coords: Option<Span>,
    texts: Vec<Text>,
}

/// A `TextEquiv`.
#[derive(Clone, Debug)]
struct Text {
    element: Span,
    /// What stands between `<Unicode>` and `</Unicode>`.
    unicode: Span,
    index: Option<i64>,
}

/// All that hold texts, in the order in which they end.
fn holders(markup: &str) -> Result<Vec<Holder>, ErrorKind> {
    let mut cursor = Cursor::xml(markup, NAME);
    let mut open: Vec<Holder> = Vec::new();
    let mut found = Vec::new();
    let mut text: Option<Text> = None;
    loop {
        let (node, is_empty) = cursor.next()?;
        let span = cursor.span();
        match node {
            Node::Open(element) => {
                let name = name_of(&element);
                if let Some(kind) = KINDS.iter().find(|kind| **kind == name) {
                    open.push(Holder {
                        kind,
                        element: span,
                        coords: None,
                        texts: Vec::new(),
                    });
                }
                match name {
                    "Coords" => {
                        if let Some(holder) = open.last_mut() {
                            holder.coords = Some(span);
                        }
                    }
                    "TextEquiv" => {
                        text = Some(Text {
                            element: span,
                            unicode: Span::default(),
                            index: value_of(&element, "index").and_then(|i| i.trim().parse().ok()),
                        });
                    }
                    "Unicode" => {
                        if let Some(text) = text.as_mut().filter(|_| !is_empty) {
                            text.unicode = Span::new(span.end, span.end);
                        }
                    }
                    _ => {}
                }
                if is_empty && KINDS.contains(&name) {
                    found.extend(open.pop());
                }
            }
            Node::Close("Unicode") => {
                if let Some(text) = &mut text {
                    text.unicode.end = span.start;
                }
            }
            Node::Close("TextEquiv") => {
                if let (Some(mut text), Some(holder)) = (text.take(), open.last_mut()) {
                    text.element.end = span.end;
                    if text.unicode.start > 0 {
                        holder.texts.push(text);
                    }
                }
            }
            Node::Close(name) if KINDS.contains(&name) => {
                if let Some(mut holder) = open.pop() {
                    holder.element.end = span.end;
                    found.push(holder);
                }
            }
            Node::End => break,
            _ => {}
        }
    }
    found.retain(|holder| holder.kind != "Glyph");
    Ok(found)
}

const KINDS: [&str; 4] = ["TextRegion", "TextLine", "Word", "Glyph"];

/// Whether this version of the format has several texts for one place: since 2017.
fn has_alternatives(markup: &str) -> bool {
    let year = markup
        .split_once("/pagecontent/")
        .and_then(|(_, rest)| rest.get(..4))
        .and_then(|year| year.parse::<u32>().ok());
    year.is_none_or(|year| year >= 2017)
}

struct Writer<'m> {
    markup: &'m str,
    /// Whether old texts go into `custom`, for lack of alternatives.
    keeps_in_place: bool,
}

impl Writer<'_> {
    fn word(&self, holder: &Holder, part: &Part, old: &str, edits: &mut Edits) {
        if let (Some(bbox), Some(coords)) = (part.bbox, holder.coords) {
            let tag = with_attribute(coords.of(self.markup), "points", &points(bbox));
            edits.replace(coords, tag);
        }
        self.text(holder, &part.text, old, edits);
    }

    /// Another text for a region, line or word; the old one is kept.
    fn text(&self, holder: &Holder, new: &str, old: &str, edits: &mut Edits) {
        let rank = |text: &&Text| text.index.unwrap_or(i64::MAX);
        let Some(best) = holder.texts.iter().min_by_key(rank) else {
            return;
        };
        let new = escape(new);
        if self.keeps_in_place {
            edits.replace(best.unicode, new.into_owned());
            let tag = Element::new(holder.element.of(self.markup)).tag;
            let span = Span::new(holder.element.start, holder.element.start + tag.len());
            let custom = attribute(tag, "custom").map(|range| &tag[range]);
            let kept = format!("klartext {{original:{};}}", escaped_for_custom(old));
            let value = match custom.filter(|c| !c.trim().is_empty()) {
                Some(custom) => {
                    format!("{} {kept}", crate::source::xml::unescaped(custom))
                }
                None => kept,
            };
            edits.replace(span, with_attribute(tag, "custom", &value));
            return;
        }
        let element = Element::new(best.element.of(self.markup));
        let (name, unicode) = (element.name(), element.sibling("Unicode"));
        let first = holder.texts.iter().map(|t| t.element.start).min();
        let numbered = holder.texts.iter().filter_map(|text| text.index);
        let mut next = numbered.max().map_or(0, |most| most.saturating_add(1));
        for text in &holder.texts {
            let tag = Element::new(text.element.of(self.markup)).tag;
            // Those that have no index come after those that have, as they stand.
            let index = text.index.unwrap_or_else(|| {
                next = next.saturating_add(1);
                next - 1
            });
            let index = index.max(0).saturating_add(1);
            let mut changed = with_attribute(tag, "index", &index.to_string());
            if Some(text.element.start) == first {
                changed =
                    format!("<{name} index=\"0\"><{unicode}>{new}</{unicode}></{name}>{changed}");
            }
            let span = Span::new(text.element.start, text.element.start + tag.len());
            edits.replace(span, changed);
        }
    }

    /// A further word for one that has become several, right behind it.
    fn further(&self, holder: &Holder, part: &Part, number: usize, edits: &mut Edits) {
        let element = Element::new(holder.element.of(self.markup));
        let mut tag = format!("<{}>", element.name());
        if let Some(range) = attribute(element.tag, "id") {
            let id = new_id(&element.tag[range], number, self.markup);
            tag = with_attribute(&tag, "id", &id);
        }
        let [coords, equivalent, unicode] =
            ["Coords", "TextEquiv", "Unicode"].map(|name| element.sibling(name));
        let place = part.bbox.map_or_else(
            || {
                let coords = holder.coords.map(|span| span.of(self.markup).to_owned());
                coords.unwrap_or_default()
            },
            |bbox| format!("<{coords} points=\"{}\"/>", points(bbox)),
        );
        let word = format!(
            "{tag}{place}<{equivalent}><{unicode}>{}</{unicode}></{equivalent}>{}",
            escape(part.text.as_str()),
            element.end
        );
        // Behind the word and those that were put there before.
        let end = holder.element.end;
        let before = edits.0.remove(&end).map(|(_, text)| text);
        edits.replace(Span::new(end, end), before.unwrap_or_default() + &word);
    }
}

fn points(bbox: Bbox) -> String {
    let [a, b, c, d] = bbox.map(|side| side.round().max(0.0));
    format!("{a},{b} {c},{b} {c},{d} {a},{d}")
}

/// Text inside `custom`, where `;`, `{` and `}` have a meaning, as Transkribus writes it.
fn escaped_for_custom(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ';' | '{' | '}' | ':' | '\\' | '\n' => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::tests::written;

    fn page(year: &str, region: &str) -> String {
        format!(
            "<PcGts xmlns=\"http://schema.primaresearch.org/PAGE/gts/pagecontent/{year}-07-15\"><Page>\n{region}\n</Page></PcGts>"
        )
    }

    fn words() -> String {
        let equivalent =
            |text: &str| format!("<TextEquiv conf=\"0.8\"><Unicode>{text}</Unicode></TextEquiv>");
        let word = |id: &str, left: u8, text: &str| {
            format!(
                "<Word id=\"{id}\"><Coords points=\"{left},5 {left},13 {},13\"/>{}</Word>\n",
                left + 30,
                equivalent(text)
            )
        };
        format!(
            "<TextRegion id=\"r\"><TextLine id=\"l\">{}{}{}</TextLine>{}</TextRegion>",
            word("w1", 10, "far"),
            word("w2", 50, "&amp;sta"),
            equivalent("far &amp;sta"),
            equivalent("far &amp;sta"),
        )
    }

    #[test]
    fn a_word_changes_with_its_line_and_region() {
        let markup = page("2019", &words());
        assert_eq!(written(&markup, &[]), markup);
        let changed = written(&markup, &[("far", "får")]);
        let new = |text: &str| {
            format!(
                "<TextEquiv index=\"0\"><Unicode>{text}</Unicode></TextEquiv><TextEquiv conf=\"0.8\" index=\"1\"><Unicode>"
            )
        };
        let expected = markup
            .replace(
                "<TextEquiv conf=\"0.8\"><Unicode>far<",
                &(new("får") + "far<"),
            )
            .replace(
                "<TextEquiv conf=\"0.8\"><Unicode>far &amp;sta<",
                &(new("får &amp;sta") + "far &amp;sta<"),
            );
        assert_eq!(changed, expected);
    }

    #[test]
    fn words_join_and_part() {
        let changed = written(&page("2019", &words()), &[("far &sta", "farsta")]);
        assert!(
            changed.contains("points=\"10,5 80,5 80,13 10,13\""),
            "{changed}"
        );
        assert!(!changed.contains("id=\"w2\""), "{changed}");
        let changed = written(&page("2019", &words()), &[("far", "f ar")]);
        assert!(changed.contains("<Word id=\"w1_2\"><Coords points=\"25,5 40,5 40,13 25,13\"/><TextEquiv><Unicode>ar<"), "{changed}");
    }

    #[test]
    fn before_2017_the_old_text_goes_into_custom() {
        let changed = written(&page("2013", &words()), &[("far", "får")]);
        assert!(
            changed.contains("<Word id=\"w1\" custom=\"klartext {original:far;}\">"),
            "{changed}"
        );
        assert!(
            changed.contains("<TextEquiv conf=\"0.8\"><Unicode>får &amp;sta</Unicode>"),
            "{changed}"
        );
        assert_eq!(changed.matches("<TextEquiv").count(), 4, "{changed}");
    }

    #[test]
    fn lines_without_words_are_written_whole() {
        let region = "<TextRegion><TextLine id='l' custom='readingOrder {index:0;}'><TextEquiv><Unicode>far sta</Unicode></TextEquiv></TextLine></TextRegion>";
        let changed = written(&page("2013", region), &[("sta", "stå")]);
        assert!(changed.contains("<Unicode>far stå</Unicode>"), "{changed}");
        assert!(
            changed.contains("custom='readingOrder {index:0;} klartext {original:far sta;}'"),
            "{changed}"
        );
    }
}
