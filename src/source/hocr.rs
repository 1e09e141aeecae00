//! hOCR: OCR in HTML, as Tesseract, OCRmyPDF, kraken and others write it.

use quick_xml::events::BytesStart;

use super::layout::{Bbox, Layout, Word, confidence, page_size, shared_out};
use super::xml::{Cursor, Node, attributes, number, unescaped};
use crate::error::ErrorKind;
use crate::text::Span;

/// What the format is called in messages.
pub(super) const NAME: &str = "hOCR";

/// Reads the decoded markup in one pass, in the order of the file. HTML may lack end
/// tags and quotes; a page that is cut off is an error.
///
/// # Errors
/// Damaged markup, see [`Cursor::next`].
pub(super) fn read(markup: &str) -> Result<Layout, ErrorKind> {
    let mut reader = Reader::default();
    let mut cursor = Cursor::html(markup, NAME);
    loop {
        let (node, is_empty) = cursor.next()?;
        match node {
            Node::Open(element) if !is_empty => reader.open(&element, &cursor),
            // A line break in a line without words parts words.
            Node::Open(_) => reader.text(" "),
            Node::Close(_) => reader.close(cursor.depth(), cursor.span()),
            Node::Text(text) => reader.text(&text),
            Node::End => break,
        }
    }
    if reader.page.is_some() {
        let reason = "it ends inside a page: part of it is missing".to_owned();
        return Err(cursor.damaged(markup.len(), reason));
    }
    Ok(reader.layout)
}

#[derive(Default)]
struct Reader {
    layout: Layout,
    /// Depth of the page that is open.
    page: Option<usize>,
    line: Option<Open>,
    word: Option<Open>,
}

/// A line or word that is open.
struct Open {
    depth: usize,
    word: Word,
    text: String,
    has_words: bool,
}

/// What the class of an element says it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Page,
    Block,
    Line,
    Word,
}

impl Reader {
    fn open(&mut self, element: &BytesStart<'_>, cursor: &Cursor<'_>) {
        let mut class = None;
        let (mut id, mut title) = (None, "");
        attributes(element, |key, value| match key {
            "class" => class = value.split_ascii_whitespace().find_map(class_of),
            "id" => id = Some(value),
            "title" => title = value,
            _ => {}
        });
        let depth = cursor.depth();
        match class {
            None => {}
            Some(Class::Page) => {
                self.page = Some(depth);
                let size = Title::parse(title)
                    .bbox
                    .and_then(|[left, top, right, bottom]| {
                        page_size(Some(right - left.min(0.0)), Some(bottom - top.min(0.0)))
                    });
                self.layout.page(size, Some("pixel"));
            }
            Some(Class::Block) => self.layout.region(None, None),
            Some(class) => {
                let title = Title::parse(title);
                let word = Word {
                    id: id.map(|id| unescaped(id).into_owned()),
                    bbox: self.layout.checked(title.bbox),
                    confidence: title.confidence,
                    element: cursor.span(),
                    ..Word::default()
                };
                let open = Open {
                    depth,
                    word,
                    text: String::new(),
                    has_words: false,
                };
                if class == Class::Line {
                    self.layout.line(None);
                    self.line = Some(open);
                } else {
                    self.word = Some(open);
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        match (&mut self.word, &mut self.line) {
            (Some(word), _) => word.text.push_str(text),
            (None, Some(line)) if !line.has_words => line.text.push_str(text),
            _ => {}
        }
    }

    /// What ends where only `depth` elements are left open.
    fn close(&mut self, depth: usize, span: Span) {
        if let Some(mut open) = self.word.take_if(|open| open.depth > depth) {
            open.word.element = open.word.element.cover(span);
            if let Some(line) = &mut self.line {
                line.has_words = true;
            }
            self.layout.word(&open.text, open.word);
        }
        if let Some(mut open) = self.line.take_if(|open| open.depth > depth)
            && !open.has_words
        {
            open.word.element = open.word.element.cover(span);
            add_words(&mut self.layout, &open.text, &open.word);
        }
        self.page.take_if(|page| *page > depth);
    }
}

/// The words of a line that has no elements for them: each with the line's id and
/// its share of the line's box.
pub(super) fn add_words(layout: &mut Layout, text: &str, line: &Word) {
    let parts = text.split_whitespace();
    let boxes = line.bbox.map(|bbox| shared_out(bbox, parts.clone()));
    for (at, part) in parts.enumerate() {
        let word = Word {
            bbox: boxes.as_ref().and_then(|boxes| boxes.get(at).copied()),
            ..line.clone()
        };
        layout.word(part, word);
    }
}

fn class_of(name: &str) -> Option<Class> {
    Some(match name {
        "ocr_page" => Class::Page,
        "ocrx_word" | "ocr_word" => Class::Word,
        "ocr_line" | "ocrx_line" | "ocr_header" | "ocr_footer" | "ocr_caption"
        | "ocr_textfloat" => Class::Line,
        "ocr_carea" | "ocrx_block" | "ocr_par" => Class::Block,
        _ => return None,
    })
}

/// The properties that stand in `title`.
#[derive(Default)]
struct Title {
    bbox: Option<Bbox>,
    confidence: Option<f32>,
}

impl Title {
    fn parse(title: &str) -> Title {
        let mut found = Title::default();
        for property in title.split(';') {
            let property = property.trim_ascii_start();
            if let Some(sides) = property.strip_prefix("bbox ") {
                let mut next = sides.split_ascii_whitespace().map(number);
                let mut side = || next.next().flatten();
                if let (Some(a), Some(b), Some(c), Some(d)) = (side(), side(), side(), side()) {
                    found.bbox = Some([a, b, c, d]);
                }
            } else if let Some(share) = property.strip_prefix("x_wconf ") {
                let share = number(share).map(|n| n as f32);
                found.confidence = share.and_then(|n| confidence(n, 100.0));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::RawDocument;

    fn document(body: &str) -> RawDocument {
        let markup = format!(
            "<!DOCTYPE html>\n<html><head><meta charset='utf-8'></head><body>{body}</body></html>"
        );
        read(&markup).expect("hOCR").into_document()
    }

    #[test]
    fn words_have_boxes_ids_and_confidences() {
        let document = document(
            "<div class='ocr_page' title='image \"a.png\"; bbox 0 0 1654 2338; ppageno 0'>\
             <div class='ocr_carea'><p class='ocr_par'><span class='ocr_line' title='bbox 1 2 3 4'>\
             <span class='ocrx_word' id='word_1_1' title='bbox 150 141 302 162; x_wconf 87'>V&auml;g <strong>&amp;</strong></span>\n\
             <span class=ocrx_word title=\"bbox -3 1 2 nan\">17</span></span></p></div></div>",
        );
        assert_eq!(document.text, "Väg & 17");
        let first = &document.words[0];
        assert_eq!(first.id.as_deref(), Some("word_1_1"));
        assert_eq!(first.bbox, Some([150.0, 141.0, 302.0, 162.0]));
        assert_eq!(first.confidence, Some(0.87));
        assert_eq!(document.words[1].bbox, None);
        assert_eq!(document.pages[0].size, Some((1654.0, 2338.0)));
        assert_eq!(document.pages[0].unit, Some("pixel"));
    }

    #[test]
    fn lines_without_words_are_divided() {
        let document = document(
            "<div class='ocr_page'><span class='ocr_line' id='l1' title='bbox 0 0 70 10'>ab cd<br>e</span>\
             <p class='ocr_par'><span class='ocr_header'>f</span></p></div>",
        );
        assert_eq!(document.text, "ab cd e\n\nf");
        assert_eq!(document.words[1].id.as_deref(), Some("l1"));
        assert_eq!(document.words[1].bbox, Some([30.0, 0.0, 50.0, 10.0]));
    }

    #[test]
    fn every_page_counts_even_an_empty_one() {
        let document = document(
            "<div class='ocr_page'></div><div class='ocr_page'><span class='ocr_line'>a</span></div>",
        );
        assert_eq!(document.text, "\u{c}a");
        assert_eq!(document.pages.len(), 2);
    }

    #[test]
    fn a_page_that_is_cut_off_is_damaged() {
        let markup = "<html><body><div class='ocr_page'>\n<span class='ocr_line'>a";
        let error = read(markup).unwrap_err().to_string();
        assert!(error.contains("part of it is missing"), "{error}");
    }
}
