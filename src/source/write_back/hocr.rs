//! Repaired text into hOCR.

use quick_xml::escape::escape;

use super::tag::{Element, attribute, new_id, with_attribute};
use super::{Change, Edits, Part, change_at};
use crate::source::layout::Bbox;
use crate::source::xml::unescaped;
use crate::source::{RawDocument, RawWord};
use crate::text::Span;

/// What becomes of each word's element, or line's where there are none for words.
pub(super) fn edits(markup: &str, raw: &RawDocument, changes: &[Change]) -> Edits {
    let mut edits = Edits::default();
    for change in changes {
        let words = &raw.words[change.words.clone()];
        let first = words[0].element;
        let element = Element::new(first.of(markup));
        if !is_word(&element) {
            if !edits.has(first) {
                edits.replace(first, line(markup, raw, changes, change.words.start));
            }
            continue;
        }
        if change.parts.len() == words.len() {
            for (word, part) in words.iter().zip(&change.parts) {
                let old = word.span.of(&raw.text);
                if old != part.text {
                    let element = Element::new(word.element.of(markup));
                    edits.replace(word.element, rewritten(&element, part, old));
                }
            }
            continue;
        }
        let empty = Part {
            text: String::new(),
            bbox: None,
        };
        let head = change.parts.first().unwrap_or(&empty);
        let mut text = rewritten(&element, head, &change.old);
        for (number, part) in (2..).zip(change.parts.iter().skip(1)) {
            let mut tag = with_box(element.tag, part.bbox);
            if let Some(range) = attribute(&tag, "id") {
                let id = new_id(&tag[range], number, markup);
                tag = with_attribute(&tag, "id", &id);
            }
            text.push_str(&format!(
                " {tag}{}{}",
                escape(part.text.as_str()),
                element.end
            ));
        }
        edits.replace(first, text);
        for pair in words.windows(2) {
            let between = &markup[pair[0].element.end..pair[1].element.start];
            let start = match between.trim().is_empty() {
                true => pair[0].element.end,
                false => pair[1].element.start,
            };
            edits.replace(Span::new(start, pair[1].element.end), String::new());
        }
    }
    edits
}

fn is_word(element: &Element<'_>) -> bool {
    attribute(element.tag, "class").is_some_and(|range| {
        let mut classes = element.tag[range].split_ascii_whitespace();
        classes.any(|class| class == "ocrx_word" || class == "ocr_word")
    })
}

/// The element with another text; what it said before goes into its title.
fn rewritten(element: &Element<'_>, part: &Part, old: &str) -> String {
    let tag = with_original(&with_box(element.tag, part.bbox), old);
    let inner = with_text(element.inner.unwrap_or(""), &part.text);
    format!("{tag}{inner}{}", element.end)
}

/// A line without elements for words, the one that word `at` is of: its whole text anew.
fn line(markup: &str, raw: &RawDocument, changes: &[Change], at: usize) -> String {
    let element = raw.words[at].element;
    let is_here = |word: &&RawWord| word.element == element;
    let start = at - raw.words[..at].iter().rev().take_while(is_here).count();
    let end = at + raw.words[at..].iter().take_while(is_here).count();
    let mut now = Vec::new();
    let mut old = Vec::new();
    for at in start..end {
        let text = raw.words[at].span.of(&raw.text);
        old.push(text);
        match change_at(changes, at) {
            Some(change) if change.words.start == at => {
                now.extend(change.parts.iter().map(|p| p.text.as_str()));
            }
            Some(_) => {}
            None => now.push(text),
        }
    }
    let part = Part {
        text: now.join(" "),
        bbox: None,
    };
    rewritten(&Element::new(element.of(markup)), &part, &old.join(" "))
}

/// Markup with its text replaced: where that stands in one piece inside other elements
/// (`<strong>`), these stay.
fn with_text(inner: &str, text: &str) -> String {
    let text = escape(text);
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < inner.len() {
        let end = inner[at..].find('<').map_or(inner.len(), |n| at + n);
        if !inner[at..end].trim().is_empty() {
            pieces.push(at..end);
        }
        at = inner[end..].find('>').map_or(inner.len(), |n| end + n + 1);
    }
    match pieces.as_slice() {
        [piece] => format!("{}{text}{}", &inner[..piece.start], &inner[piece.end..]),
        _ => text.into_owned(),
    }
}

fn with_box(tag: &str, bbox: Option<Bbox>) -> String {
    let (Some(bbox), Some(range)) = (bbox, attribute(tag, "title")) else {
        return tag.to_owned();
    };
    let title = unescaped(&tag[range]).into_owned();
    let [a, b, c, d] = bbox.map(|side| side.round());
    let properties: Vec<String> = title
        .split(';')
        .map(
            |property| match property.trim_start().starts_with("bbox ") {
                true => {
                    let space = &property[..property.len() - property.trim_start().len()];
                    format!("{space}bbox {a} {b} {c} {d}")
                }
                false => property.to_owned(),
            },
        )
        .collect();
    with_attribute(tag, "title", &properties.join(";"))
}

/// The tag with what its element said before as a property of its own.
fn with_original(tag: &str, old: &str) -> String {
    let quoted = old.replace('\\', "\\\\").replace('"', "\\\"");
    let title = match attribute(tag, "title") {
        Some(range) => {
            let title = unescaped(&tag[range]).into_owned();
            let before = title.trim_end().trim_end_matches(';');
            format!("{before}; x_original \"{quoted}\"")
        }
        None => format!("x_original \"{quoted}\""),
    };
    with_attribute(tag, "title", &title)
}

#[cfg(test)]
mod tests {
    use super::super::tests::written;

    fn page(line: &str) -> String {
        format!("<html><body><div class='ocr_page'>\n{line}\n</div></body></html>")
    }

    const TWO: &str = "<span class='ocr_line' id='l1'><span class='ocrx_word' id='w1' title='bbox 10 5 40 13; x_wconf 90'>far</span>\n\
        <span class='ocrx_word' id='w2' title='bbox 50 4 80 12'><strong>&quot;sta</strong></span></span>";

    #[test]
    fn a_word_changes_and_nothing_else() {
        let markup = page(TWO);
        assert_eq!(written(&markup, &[]), markup);
        let changed = written(&markup, &[("far", "får"), ("sta", "stå")]);
        let expected = markup
            .replace(
                "x_wconf 90'>far",
                "x_wconf 90; x_original &quot;far&quot;'>får",
            )
            .replace(
                "50 4 80 12'",
                "50 4 80 12; x_original &quot;\\&quot;sta&quot;'",
            )
            .replace("&quot;sta</strong>", "&quot;stå</strong>");
        assert_eq!(changed, expected);
    }

    #[test]
    fn words_join_and_part() {
        let changed = written(&page(TWO), &[("far \"sta", "farsta")]);
        assert!(changed.contains("title='bbox 10 4 80 13; x_wconf 90; x_original &quot;far \\&quot;sta&quot;'>farsta</span></span>"), "{changed}");
        let changed = written(&page(TWO), &[("far", "f ar")]);
        assert!(changed.contains("id='w1' title='bbox 10 5 18 13; x_wconf 90; x_original &quot;far&quot;'>f</span> <span class='ocrx_word' id='w1_2' title='bbox 25 5 40 13; x_wconf 90'>ar</span>"), "{changed}");
    }

    #[test]
    fn lines_without_words_are_written_whole() {
        let changed = written(
            &page("<span class='ocr_line' title='bbox 0 0 9 9'>far sta i</span>"),
            &[("far", "får"), ("i", "i år")],
        );
        assert!(
            changed.contains("x_original &quot;far sta i&quot;'>får sta i år</span>"),
            "{changed}"
        );
    }
}
