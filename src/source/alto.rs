//! ALTO, the libraries' format for OCR: versions 2 to 4, with and without namespace.

use quick_xml::events::BytesStart;
use rustc_hash::FxHashMap;

use super::blocks::Blocks;
use super::layout::{Bbox, Layout, Word, confidence, page_size};
use super::order;
use super::xml::{Cursor, Node, attribute, attributes, name_of, number, unescaped};
use crate::error::ErrorKind;
use crate::text::Span;

/// What the format is called in messages.
pub(super) const NAME: &str = "ALTO";

/// Reads the decoded markup in one pass.
///
/// Reading order is that of its `ReadingOrder` where the file has one, else that of the
/// blocks' `IDNEXT`, else that of the file, with margins where they lie (top first,
/// bottom last).
///
/// # Errors
/// Damaged markup, see [`Cursor::next`].
pub(super) fn read(markup: &str) -> Result<Layout, ErrorKind> {
    let mut reader = Reader::default();
    let mut cursor = Cursor::xml(markup, NAME);
    loop {
        let (node, is_empty) = cursor.next()?;
        match node {
            Node::Open(element) => reader.open(&element, &cursor, is_empty)?,
            Node::Close(name) => reader.close(name, cursor.span()),
            Node::Text(text) if reader.in_unit => reader.unit = unit(text.trim()),
            Node::Text(_) => {}
            Node::End => break,
        }
    }
    reader.end_page();
    Ok(reader.layout)
}

#[derive(Default)]
struct Reader {
    layout: Layout,
    unit: Option<&'static str>,
    in_unit: bool,
    /// The places of ids in `ReadingOrder`; it may stand before the pages.
    listed: FxHashMap<String, usize>,
    /// The margin or print space that is open.
    part: usize,
    blocks: Blocks,
    /// The `String` with content of its own elements: it ends with its end tag.
    pending: Option<(String, Word)>,
    /// Whether the line's last word goes on in the next line.
    goes_on: bool,
}

impl Reader {
    fn open(
        &mut self,
        element: &BytesStart<'_>,
        cursor: &Cursor<'_>,
        is_empty: bool,
    ) -> Result<(), ErrorKind> {
        match name_of(element) {
            "String" => {
                let (text, word) = self.string(element, cursor.span());
                if is_empty {
                    self.layout.word(&text, word);
                } else {
                    self.pending = Some((text, word));
                }
            }
            "HYP" => {
                self.goes_on = false;
                self.layout.hyphen();
            }
            "TextLine" => {
                self.end_line();
                self.layout.line(None);
            }
            "TextBlock" => {
                let ([id, next], bbox) = self.block(element);
                self.layout.region(None, bbox);
                self.blocks.text(id, next, self.part);
            }
            "ComposedBlock" if !is_empty => {
                let ([id, next], _) = self.block(element);
                self.blocks.open(id, next);
            }
            "Page" => {
                self.end_page();
                let mut size = [None; 2];
                attributes(element, |key, value| match key {
                    "WIDTH" => size[0] = number(value),
                    "HEIGHT" => size[1] = number(value),
                    _ => {}
                });
                self.layout.page(page_size(size[0], size[1]), self.unit);
            }
            "MeasurementUnit" => self.in_unit = !is_empty,
            "ElementRef" => {
                if let Some(id) = attribute(element, "REF") {
                    let place = self.listed.len();
                    self.listed.entry(id).or_insert(place);
                }
            }
            name => {
                if let Some(part) = PARTS.iter().position(|p| *p == name) {
                    self.part = part;
                }
            }
        }
        Ok(())
    }

    fn close(&mut self, name: &str, span: Span) {
        match name {
            "String" => {
                if let Some((text, mut word)) = self.pending.take() {
                    word.element = word.element.cover(span);
                    self.layout.word(&text, word);
                }
            }
            "TextLine" => self.end_line(),
            "ComposedBlock" => self.blocks.close(),
            "MeasurementUnit" => self.in_unit = false,
            _ => {}
        }
    }

    /// A word that is said to go on but has no hyphen gets one, so that it is joined
    /// like every other.
    fn end_line(&mut self) {
        if std::mem::take(&mut self.goes_on) {
            self.layout.hyphen();
        }
    }

    fn end_page(&mut self) {
        self.end_line();
        let mut blocks = std::mem::take(&mut self.blocks);
        let regions = self.layout.regions_of_page();
        // Regions that were begun for lines outside any block are none: leave all.
        if blocks.len() == regions.len() {
            order::put(regions, &blocks.order(&self.listed));
        }
    }

    fn string(&mut self, element: &BytesStart<'_>, span: Span) -> (String, Word) {
        let mut text = String::new();
        let mut word = Word {
            element: span,
            ..Word::default()
        };
        let mut place = Place::default();
        let mut goes_on = false;
        attributes(element, |key, value| match key {
            "CONTENT" => text.push_str(&unescaped(value)),
            "ID" => word.id = Some(unescaped(value).into_owned()),
            "WC" => word.confidence = value.parse().ok().and_then(|n| confidence(n, 1.0)),
            "SUBS_TYPE" => goes_on = value == "HypPart1",
            _ => place.set(key, value),
        });
        self.goes_on = goes_on;
        word.bbox = self.layout.checked(place.bbox());
        (text, word)
    }

    /// A block's id, that of the one that is read next, and its box.
    fn block(&mut self, element: &BytesStart<'_>) -> ([Option<String>; 2], Option<Bbox>) {
        let mut ids = [None, None];
        let mut place = Place::default();
        attributes(element, |key, value| match key {
            "ID" => ids[0] = Some(unescaped(value).into_owned()),
            "IDNEXT" => ids[1] = Some(unescaped(value).into_owned()),
            _ => place.set(key, value),
        });
        (ids, self.layout.checked(place.bbox()))
    }
}

/// Where a page's parts lie, from top to bottom; files have the margins first.
const PARTS: [&str; 5] = [
    "TopMargin",
    "LeftMargin",
    "PrintSpace",
    "RightMargin",
    "BottomMargin",
];

/// Left, top, width, height as the attributes come.
#[derive(Default)]
struct Place([Option<f64>; 4]);

impl Place {
    fn set(&mut self, key: &str, value: &str) {
        let slot = match key {
            "HPOS" => 0,
            "VPOS" => 1,
            "WIDTH" => 2,
            "HEIGHT" => 3,
            _ => return,
        };
        self.0[slot] = number(value);
    }

    fn bbox(&self) -> Option<Bbox> {
        let [left, top, width, height] = self.0;
        let (left, top) = (left?, top?);
        // Sums of decimals, without the noise of binary fractions.
        let sum = |a: f64, b: f64| ((a + b) * 1000.0).round() / 1000.0;
        Some([left, top, sum(left, width?), sum(top, height?)])
    }
}

fn unit(name: &str) -> Option<&'static str> {
    ["pixel", "mm10", "inch1200"]
        .into_iter()
        .find(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "<?xml version=\"1.0\"?><alto xmlns=\"http://www.loc.gov/standards/alto/ns-v4#\">\
        <Description><MeasurementUnit>mm10</MeasurementUnit></Description><Layout>";

    fn document(layout: &str) -> crate::source::RawDocument {
        let markup = format!("{HEAD}{layout}</Layout></alto>");
        read(&markup).expect("ALTO").into_document()
    }

    #[test]
    fn words_have_boxes_ids_and_confidences() {
        let document = document(
            "<Page WIDTH='2100' HEIGHT='2970'><PrintSpace><TextBlock><TextLine>\
             <String ID='s1' HPOS='10.5' VPOS='20' WIDTH='30' HEIGHT='12' WC='0.87' CONTENT='V&#228;g &amp;'/>\
             <SP/><String CONTENT='17' HPOS='nan' VPOS='0' WIDTH='1' HEIGHT='1'><Glyph CONTENT='1'/></String>\
             </TextLine></TextBlock></PrintSpace></Page>",
        );
        assert_eq!(document.text, "Väg & 17");
        let [first, second] = &document.words[..] else {
            panic!("two words: {:?}", document.words)
        };
        assert_eq!(first.id.as_deref(), Some("s1"));
        assert_eq!(first.bbox, Some([10.5, 20.0, 40.5, 32.0]));
        assert_eq!(first.confidence, Some(0.87));
        assert_eq!(second.bbox, None);
        let page = &document.pages[0];
        assert_eq!(
            (page.size, page.unit),
            (Some((2100.0, 2970.0)), Some("mm10"))
        );
    }

    #[test]
    fn an_element_is_known_from_its_start_to_its_end() {
        let markup = "<alto><Page><TextLine>\n<String CONTENT='a' /> <String CONTENT='b'><Shape/></String>\
            </TextLine></Page></alto>";
        let document = read(markup).unwrap().into_document();
        let elements: Vec<_> = document
            .words
            .iter()
            .map(|w| w.element.of(markup))
            .collect();
        assert_eq!(
            elements,
            [
                "<String CONTENT='a' />",
                "<String CONTENT='b'><Shape/></String>"
            ]
        );
    }

    #[test]
    fn a_hyphen_stands_in_its_element_in_the_word_or_nowhere() {
        let lines = |first: &str| {
            document(&format!(
                "<Page><TextBlock><TextLine>{first}</TextLine>\
                 <TextLine><String CONTENT='styrelsen' SUBS_TYPE='HypPart2'/></TextLine></TextBlock></Page>"
            ))
            .text
        };
        let joined = "kommun-\nstyrelsen";
        let string = |text: &str| {
            format!(
                "<String CONTENT='{text}' SUBS_TYPE='HypPart1' SUBS_CONTENT='kommunstyrelsen'/>"
            )
        };
        assert_eq!(lines(&(string("kommun") + "<HYP CONTENT='¬'/>")), joined);
        assert_eq!(lines(&string("kommun-")), joined);
        assert_eq!(lines(&string("kommun")), joined);
    }

    #[test]
    fn margins_and_reading_order_are_heeded() {
        let block = |id: &str| {
            format!(
                "<TextBlock ID='{id}'><TextLine><String CONTENT='{id}'/></TextLine></TextBlock>"
            )
        };
        let (foot, one, two) = (block("foot"), block("one"), block("two"));
        let page = format!(
            "<Page><BottomMargin>{foot}</BottomMargin><PrintSpace>{one}<ComposedBlock ID='c'>{two}\
             </ComposedBlock></PrintSpace></Page>"
        );
        assert_eq!(document(&page).text, "one\n\ntwo\n\nfoot");
        let order = "<ReadingOrder><OrderedGroup><ElementRef REF='c'/><ElementRef REF='one'/></OrderedGroup></ReadingOrder>";
        let markup = format!("<alto>{order}<Layout>{page}</Layout></alto>");
        assert_eq!(
            read(&markup).unwrap().into_document().text,
            "two\n\none\n\nfoot"
        );
        let chained = page.replace("ID='foot'", "ID='foot' IDNEXT='c'");
        assert_eq!(document(&chained).text, "one\n\nfoot\n\ntwo");
    }
}
