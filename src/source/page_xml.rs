//! PAGE XML, as Transkribus, HTRflow, OCR-D and Tesseract write it (2010 to 2019).

use quick_xml::events::BytesStart;
use rustc_hash::FxHashMap;

use super::hocr::add_words;
use super::layout::{Bbox, Layout, Region, Word, confidence, page_size};
use super::order;
use super::xml::{Cursor, Node, attribute, attributes, name_of, number, unescaped};
use crate::error::ErrorKind;
use crate::text::Span;

/// What the format is called in messages.
pub(super) const NAME: &str = "PAGE XML";

/// Reads the decoded markup in one pass.
///
/// Regions come as `ReadingOrder` says, else as their `custom` attributes do, else in
/// the order of the file unless that goes upwards in a column; lines as their `custom`
/// attributes say, else in the order of the file. Of several `TextEquiv` the one with
/// the lowest index counts. A line's own text goes before that of its words where the
/// two differ: correctors write there.
///
/// # Errors
/// Damaged markup, see [`Cursor::next`].
pub(super) fn read(markup: &str) -> Result<Layout, ErrorKind> {
    let mut reader = Reader::default();
    let mut cursor = Cursor::xml(markup, NAME);
    loop {
        let (node, is_empty) = cursor.next()?;
        match node {
            Node::Open(element) => {
                reader.open(&element, cursor.span());
                if is_empty {
                    reader.close(name_of(&element), cursor.span());
                }
            }
            Node::Close(name) => reader.close(name, cursor.span()),
            Node::Text(text) => reader.text(&text),
            Node::End => break,
        }
    }
    reader.end_page();
    Ok(reader.layout)
}

#[derive(Default)]
struct Reader {
    layout: Layout,
    /// Regions, lines, words and glyphs that are open, outermost first.
    open: Vec<Open>,
    /// The `TextEquiv` that is open.
    equivalent: Option<Equivalent>,
    in_unicode: bool,
    order: Vec<Group>,
    /// Regions' names in reading order.
    ordered: Vec<String>,
    /// The place each region's `custom` attribute gives it.
    custom: Vec<Option<i64>>,
}

/// An element that may hold a text.
#[derive(Default)]
struct Open {
    kind: Kind,
    word: Word,
    index: Option<i64>,
    /// The text with the lowest index so far.
    best: Option<Equivalent>,
    /// The words of a line.
    words: Vec<(String, Word)>,
    /// The region's place in the layout, once it has one.
    region: Option<usize>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Region,
    Line,
    Word,
    Glyph,
}

#[derive(Default)]
struct Equivalent {
    index: Option<i64>,
    confidence: Option<f32>,
    text: String,
}

/// A group of the reading order: entries with their index.
#[derive(Default)]
struct Group {
    index: i64,
    entries: Vec<(i64, Vec<String>)>,
}

impl Reader {
    fn open(&mut self, element: &BytesStart<'_>, span: Span) {
        match name_of(element) {
            "Page" => {
                self.end_page();
                let mut size = [None; 2];
                attributes(element, |key, value| match key {
                    "imageWidth" => size[0] = number(value),
                    "imageHeight" => size[1] = number(value),
                    _ => {}
                });
                self.layout.page(page_size(size[0], size[1]), Some("pixel"));
            }
            "TextRegion" => self.push(Kind::Region, element, span),
            "TextLine" => self.push(Kind::Line, element, span),
            "Word" => self.push(Kind::Word, element, span),
            "Glyph" => self.push(Kind::Glyph, element, span),
            "Coords" => {
                if let Some(points) = attribute(element, "points") {
                    let bbox = self.layout.checked(around(points_of(&points)));
                    if let Some(open) = self.open.last_mut() {
                        open.word.bbox = bbox;
                    }
                }
            }
            // The points of 2010 are elements.
            "Point" => {
                let mut at = [None; 2];
                attributes(element, |key, value| match key {
                    "x" => at[0] = number(value),
                    "y" => at[1] = number(value),
                    _ => {}
                });
                if let (Some(open), [Some(x), Some(y)]) = (self.open.last_mut(), at) {
                    let b = open.word.bbox.unwrap_or([x, y, x, y]);
                    let grown = [b[0].min(x), b[1].min(y), b[2].max(x), b[3].max(y)];
                    open.word.bbox = Some(grown);
                }
            }
            "TextEquiv" => {
                let mut found = Equivalent::default();
                attributes(element, |key, value| match key {
                    "index" => found.index = value.trim().parse().ok(),
                    "conf" => {
                        let number = value.trim().parse().ok();
                        found.confidence = number.and_then(|n| confidence(n, 1.0));
                    }
                    _ => {}
                });
                self.equivalent = Some(found);
            }
            "Unicode" => self.in_unicode = true,
            name => self.open_order(name, element),
        }
    }

    fn open_order(&mut self, name: &str, element: &BytesStart<'_>) {
        let index = || attribute(element, "index").and_then(|i| i.trim().parse().ok());
        match name {
            "OrderedGroup" | "OrderedGroupIndexed" | "UnorderedGroup" | "UnorderedGroupIndexed" => {
                let mut group = Group {
                    index: index().unwrap_or(i64::MAX),
                    ..Group::default()
                };
                // A group may stand for a region that holds the others.
                if let Some(region) = attribute(element, "regionRef") {
                    group.entries.push((i64::MIN, vec![region]));
                }
                self.order.push(group);
            }
            "RegionRef" | "RegionRefIndexed" => {
                let entry = attribute(element, "regionRef");
                if let (Some(group), Some(region)) = (self.order.last_mut(), entry) {
                    // Without index they stay as they are: sorting is stable.
                    group
                        .entries
                        .push((index().unwrap_or(i64::MAX), vec![region]));
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, kind: Kind, element: &BytesStart<'_>, span: Span) {
        let mut open = Open {
            kind,
            ..Open::default()
        };
        open.word.element = span;
        attributes(element, |key, value| match key {
            "id" => open.word.id = Some(unescaped(value).into_owned()),
            "custom" => open.index = place_in(value),
            _ => {}
        });
        self.open.push(open);
    }

    fn text(&mut self, text: &str) {
        if let Some(equivalent) = self.equivalent.as_mut().filter(|_| self.in_unicode) {
            equivalent.text.push_str(text);
        }
    }

    fn close(&mut self, name: &str, span: Span) {
        match name {
            "Unicode" => self.in_unicode = false,
            "TextEquiv" => {
                let (Some(found), Some(open)) = (self.equivalent.take(), self.open.last_mut())
                else {
                    return;
                };
                let rank = |e: &Equivalent| e.index.unwrap_or(i64::MAX);
                if open
                    .best
                    .as_ref()
                    .is_none_or(|best| rank(&found) < rank(best))
                {
                    open.best = Some(found);
                }
            }
            "TextRegion" | "TextLine" | "Word" | "Glyph" => {
                let Some(mut open) = self.open.pop() else {
                    return;
                };
                open.word.element = open.word.element.cover(span);
                match open.kind {
                    Kind::Region => self.end_region(open),
                    Kind::Line => self.end_line(open),
                    Kind::Word => self.end_word(open),
                    Kind::Glyph => {}
                }
            }
            "OrderedGroup" | "OrderedGroupIndexed" | "UnorderedGroup" | "UnorderedGroupIndexed" => {
                let Some(mut group) = self.order.pop() else {
                    return;
                };
                group.entries.sort_by_key(|entry| entry.0);
                let names = group.entries.into_iter().flat_map(|entry| entry.1);
                match self.order.last_mut() {
                    Some(above) => above.entries.push((group.index, names.collect())),
                    None => self.ordered.extend(names),
                }
            }
            "Page" => self.end_page(),
            _ => {}
        }
    }

    fn end_word(&mut self, open: Open) {
        let Some(line) = self.open.last_mut() else {
            return;
        };
        let best = open.best.unwrap_or_default();
        let word = Word {
            confidence: best.confidence,
            ..open.word
        };
        line.words.push((best.text, word));
    }

    fn end_line(&mut self, open: Open) {
        self.begin_region();
        self.layout.line(open.index);
        let best = open.best.unwrap_or_default();
        let tokens: Vec<&str> = best.text.split_whitespace().collect();
        let words = || {
            open.words
                .iter()
                .flat_map(|(text, _)| text.split_whitespace())
        };
        if tokens.is_empty() || words().eq(tokens.iter().copied()) {
            for (text, word) in open.words {
                self.layout.word(&text, word);
            }
        } else if tokens.len() == open.words.len() {
            for (token, (_, word)) in tokens.iter().zip(open.words) {
                self.layout.word(token, word);
            }
        } else {
            let line = Word {
                confidence: best.confidence,
                ..open.word
            };
            add_words(&mut self.layout, &best.text, &line);
        }
    }

    /// A region that has a text and no lines: its lines are the text's.
    fn end_region(&mut self, open: Open) {
        let Some(best) = open.best.as_ref().filter(|_| open.region.is_none()) else {
            return;
        };
        let word = Word {
            bbox: None,
            confidence: best.confidence,
            ..open.word.clone()
        };
        let texts: Vec<String> = best.text.lines().map(str::to_owned).collect();
        self.open.push(open);
        self.begin_region();
        self.open.pop();
        for text in texts {
            self.layout.line(None);
            add_words(&mut self.layout, &text, &word);
        }
    }

    /// Makes sure that the region that is open is the layout's last.
    fn begin_region(&mut self) {
        let here = self.layout.regions.len();
        let open = self.open.iter_mut().rev().find(|o| o.kind == Kind::Region);
        let (id, bbox, index) = match open {
            Some(open) if open.region.is_some_and(|region| region + 1 == here) => return,
            Some(open) => {
                open.region = Some(here);
                (open.word.id.clone(), open.word.bbox, open.index)
            }
            None if here > 0 => return,
            None => (None, None, None),
        };
        self.layout.region(id, bbox);
        self.custom.push(index);
    }

    fn end_page(&mut self) {
        let ordered = std::mem::take(&mut self.ordered);
        let custom = std::mem::take(&mut self.custom);
        self.open.clear();
        let regions = self.layout.regions_of_page();
        if !ordered.is_empty() {
            let mut places: FxHashMap<&str, usize> = FxHashMap::default();
            for (place, id) in ordered.iter().enumerate() {
                places.entry(id).or_insert(place);
            }
            let place = |region: &Region| places.get(region.id.as_deref()?).copied();
            let ranks: Vec<Option<usize>> = regions.iter().map(place).collect();
            order::by_rank(regions, |at| ranks[at].unwrap_or(usize::MAX));
        } else if custom.len() == regions.len() && custom.iter().all(Option::is_some) {
            order::by_rank(regions, |at| custom[at]);
        } else {
            order::by_geometry(&mut self.layout);
        }
    }
}

/// `structure {…} readingOrder {index:3;}`
fn place_in(custom: &str) -> Option<i64> {
    let (_, rest) = custom.split_once("readingOrder")?;
    let (inside, _) = rest.split_once('{')?.1.split_once('}')?;
    let (_, index) = inside.split_once("index:")?;
    index.split(';').next()?.trim().parse().ok()
}

/// `x,y x,y …`
fn points_of(points: &str) -> impl Iterator<Item = (f64, f64)> + '_ {
    points.split_ascii_whitespace().filter_map(|point| {
        let (x, y) = point.split_once(',')?;
        Some((number(x)?, number(y)?))
    })
}

fn around(points: impl Iterator<Item = (f64, f64)>) -> Option<Bbox> {
    points.fold(None, |around: Option<Bbox>, (x, y)| {
        if !(x.is_finite() && y.is_finite()) {
            return Some([f64::NAN; 4]);
        }
        let b = around.unwrap_or([x, y, x, y]);
        Some(if b[0].is_nan() {
            b
        } else {
            [b[0].min(x), b[1].min(y), b[2].max(x), b[3].max(y)]
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::RawDocument;

    fn document(page: &str) -> RawDocument {
        let markup = format!(
            "<PcGts xmlns=\"http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15\">\
             <Page imageWidth=\"1654\" imageHeight=\"2338\">{page}</Page></PcGts>"
        );
        read(&markup).expect("PAGE").into_document()
    }

    fn line(id: &str, custom: &str, text: &str) -> String {
        format!(
            "<TextLine id='{id}' custom='{custom}'><Coords points='0,0 100,0 100,10'/>\
             <TextEquiv><Unicode>{text}</Unicode></TextEquiv></TextLine>"
        )
    }

    #[test]
    fn words_and_the_lowest_index_count() {
        let document = document(
            "<TextRegion id='r'><Coords points='1,2 9,8'/><TextLine id='l'><Coords points='1,2 9,8'/>\
             <Word id='w1'><Coords points='1,2 4,2 4,8 1,8'/>\
             <Glyph><TextEquiv><Unicode>x</Unicode></TextEquiv></Glyph>\
             <TextEquiv index='1' conf='0.4'><Unicode>Vag</Unicode></TextEquiv>\
             <TextEquiv index='0' conf='0.9'><Unicode>Väg</Unicode></TextEquiv></Word>\
             <Word id='w2'><Coords><Point x='5' y='2'/><Point x='9' y='8'/></Coords>\
             <TextEquiv><Unicode>17</Unicode></TextEquiv></Word>\
             <TextEquiv><Unicode>Väg 17</Unicode></TextEquiv></TextLine>\
             <TextEquiv><Unicode>Väg 17</Unicode></TextEquiv></TextRegion>",
        );
        assert_eq!(document.text, "Väg 17");
        assert_eq!(document.words[0].id.as_deref(), Some("w1"));
        assert_eq!(document.words[0].bbox, Some([1.0, 2.0, 4.0, 8.0]));
        assert_eq!(document.words[0].confidence, Some(0.9));
        assert_eq!(document.words[1].bbox, Some([5.0, 2.0, 9.0, 8.0]));
        assert_eq!(document.pages[0].size, Some((1654.0, 2338.0)));
    }

    #[test]
    fn reading_order_goes_before_custom_goes_before_the_file() {
        let region = |id: &str, custom: &str| {
            format!(
                "<TextRegion id='{id}' custom='{custom}'>{}</TextRegion>",
                line(id, "", id)
            )
        };
        let (a, b) = (
            region("a", "readingOrder {index:1;}"),
            region("b", "structure {type:x;} readingOrder {index:0;}"),
        );
        assert_eq!(document(&format!("{a}{b}")).text, "b\n\na");
        let order = "<ReadingOrder><OrderedGroup id='g'><OrderedGroupIndexed index='1' id='h'>\
            <RegionRefIndexed index='0' regionRef='b'/></OrderedGroupIndexed>\
            <RegionRefIndexed index='0' regionRef='a'/></OrderedGroup></ReadingOrder>";
        assert_eq!(document(&format!("{order}{a}{b}")).text, "a\n\nb");
    }

    #[test]
    fn lines_have_an_order_and_words_a_share() {
        let lines = line("l2", "readingOrder {index:1;}", "två")
            + &line("l1", "readingOrder {index:0;}", "ett &amp; halvt");
        let document = document(&format!("<TextRegion>{lines}</TextRegion>"));
        assert_eq!(document.text, "ett & halvt\ntvå");
        assert_eq!(document.words[0].id.as_deref(), Some("l1"));
        assert_eq!(document.words[0].bbox, Some([0.0, 0.0, 27.0, 10.0]));
    }

    #[test]
    fn a_corrected_line_goes_before_its_words() {
        let line = |text: &str| {
            document(&format!(
                "<TextRegion><TextLine id='l'><Word id='w1'><TextEquiv><Unicode>far</Unicode></TextEquiv></Word>\
                 <Word id='w2'><TextEquiv><Unicode>sta</Unicode></TextEquiv></Word>\
                 <TextEquiv><Unicode>{text}</Unicode></TextEquiv></TextLine></TextRegion>"
            ))
        };
        assert_eq!(line("får stå").text, "får stå");
        assert_eq!(line("får stå").words[1].id.as_deref(), Some("w2"));
        assert_eq!(line("fårsta").words[0].id.as_deref(), Some("l"));
    }

    #[test]
    fn a_region_without_lines_has_its_text() {
        let document = document(
            "<TextRegion id='r'><TextEquiv><Unicode>ett\ntvå</Unicode></TextEquiv></TextRegion>",
        );
        assert_eq!(document.text, "ett\ntvå");
    }
}
