//! Repaired text into ALTO.

use std::collections::BTreeMap;

use quick_xml::escape::escape;

use super::tag::{Element, attribute, new_id, with_attribute, without_attribute};
use super::{Change, Edits, Part};
use crate::source::RawDocument;
use crate::source::layout::Bbox;
use crate::text::Span;

/// What becomes of each `String` element.
pub(super) fn edits(markup: &str, raw: &RawDocument, changes: &[Change]) -> Edits {
    let mut edits = Edits::default();
    let mut now: BTreeMap<usize, &str> = BTreeMap::new();
    for change in changes {
        now.extend(
            change
                .words
                .clone()
                .zip(change.parts.iter().map(|p| p.text.as_str())),
        );
    }
    for change in changes {
        let old = change.old.as_str();
        let words = &raw.words[change.words.clone()];
        if change.parts.len() == words.len() {
            for (at, part) in change.words.clone().zip(&change.parts) {
                let old = raw.words[at].span.of(&raw.text);
                if old != part.text {
                    let writer = Writer::new(markup, raw, at);
                    let text = writer.whole(part, Some(old), &now);
                    edits.replace(raw.words[at].element, text);
                }
            }
            continue;
        }
        let first = change.words.start;
        let writer = Writer::new(markup, raw, first);
        let empty = Part {
            text: String::new(),
            bbox: None,
        };
        let (head, rest) = match change.parts.split_first() {
            Some((head, rest)) => (head, rest),
            None => (&empty, &[][..]),
        };
        let mut text = writer.whole(head, Some(old), &now);
        let mut before = head;
        for (number, part) in (2..).zip(rest) {
            text.push_str(&writer.space(before, part));
            text.push_str(&writer.further(part, number));
            before = part;
        }
        edits.replace(words[0].element, text);
        for pair in words.windows(2) {
            let (span, kept) = gone(markup, pair[0].element, pair[1].element);
            edits.replace(span, kept);
        }
    }
    halves(markup, raw, &now, &mut edits);
    edits
}

/// The element that goes, with what parts it from the one before: white space, `SP`, and
/// the `Shape` that version 3 has before words; a schema allows none of them twice. Also
/// what of that stays: comments and instructions.
fn gone(markup: &str, before: Span, element: Span) -> (Span, String) {
    let mut kept = String::new();
    let mut rest = &markup[before.end..element.start];
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let (stays, close) = match rest.get(1..).unwrap_or("") {
            after if after.starts_with("!--") => (true, "-->"),
            after if after.starts_with('?') => (true, "?>"),
            _ => (false, ">"),
        };
        let end = rest.find(close).map_or(rest.len(), |at| at + close.len());
        let (tag, after) = rest.split_at(end);
        if stays {
            kept.push_str(tag);
        } else if !PARTING.contains(&name_in(tag)) {
            return (element, String::new());
        }
        rest = after;
    }
    (Span::new(before.end, element.end), kept)
}

/// What may stand between two words of a line.
const PARTING: [&str; 5] = ["SP", "Shape", "Polygon", "Ellipse", "Circle"];

/// The local name in a start or end tag.
fn name_in(tag: &str) -> &str {
    let name = tag.trim_start_matches(['<', '/']);
    let end = name.find(|c: char| c == '>' || c == '/' || c.is_whitespace());
    crate::source::xml::local(&name[..end.unwrap_or(name.len())])
}

/// A word whose other half changed: only `SUBS_CONTENT` does.
fn halves(markup: &str, raw: &RawDocument, now: &BTreeMap<usize, &str>, edits: &mut Edits) {
    let near = now
        .keys()
        .flat_map(|&at| [at.checked_sub(1), at.checked_add(1)]);
    let near: Vec<usize> = near.flatten().filter(|at| !now.contains_key(at)).collect();
    for at in near {
        let Some(word) = raw.words.get(at) else {
            continue;
        };
        let element = Element::new(word.element.of(markup));
        let whole = whole_word(markup, raw, at, now);
        if let Some(whole) = whole.filter(|_| !edits.0.contains_key(&word.element.start)) {
            let tag = with_attribute(element.tag, "SUBS_CONTENT", &whole);
            let span = Span::new(word.element.start, word.element.start + element.tag.len());
            edits.replace(span, tag);
        }
    }
}

/// The word that a half at a line's end or start is of, as it reads now; `None` for words
/// that are whole.
fn whole_word(
    markup: &str,
    raw: &RawDocument,
    at: usize,
    now: &BTreeMap<usize, &str>,
) -> Option<String> {
    let kind = |at: usize| {
        let tag = Element::new(raw.words.get(at)?.element.of(markup)).tag;
        attribute(tag, "SUBS_CONTENT")?;
        attribute(tag, "SUBS_TYPE").map(|range| &tag[range])
    };
    let text = |at: usize| {
        now.get(&at)
            .copied()
            .unwrap_or_else(|| raw.words[at].span.of(&raw.text))
    };
    let first = match kind(at)? {
        "HypPart1" => at,
        "HypPart2" => at.checked_sub(1)?,
        _ => return None,
    };
    if kind(first) != Some("HypPart1") || kind(first + 1) != Some("HypPart2") {
        return None;
    }
    Some(format!(
        "{}{}",
        without_hyphen(text(first)),
        text(first + 1)
    ))
}

fn without_hyphen(text: &str) -> &str {
    text.trim_end_matches(['-', '¬', '\u{ad}', '\u{2010}', '\u{2011}'])
}

/// Writes the elements that take the place of one.
struct Writer<'m> {
    markup: &'m str,
    raw: &'m RawDocument,
    at: usize,
    element: Element<'m>,
}

impl<'m> Writer<'m> {
    fn new(markup: &'m str, raw: &'m RawDocument, at: usize) -> Self {
        let element = Element::new(raw.words[at].element.of(markup));
        Writer {
            markup,
            raw,
            at,
            element,
        }
    }

    /// The element with another text, and what it said before as an alternative.
    fn whole(&self, part: &Part, old: Option<&str>, now: &BTreeMap<usize, &str>) -> String {
        let mut tag = self.tag(part);
        if let Some(whole) = whole_word(self.markup, self.raw, self.at, now) {
            tag = with_attribute(&tag, "SUBS_CONTENT", &whole);
        }
        let inner = self.element.inner.unwrap_or("");
        let Some(old) = old else {
            return format!("{tag}{inner}{}", self.element.end);
        };
        let old = if self.raw.words[self.at].hyphen {
            without_hyphen(old)
        } else {
            old
        };
        let name = self.element.sibling("ALTERNATIVE");
        let alternative = format!("<{name} PURPOSE=\"before repair\">{}</{name}>", escape(old));
        let open = match tag.strip_suffix("/>") {
            Some(open) => format!("{}>", open.trim_end()),
            None => tag,
        };
        let (shape, rest) = inner.split_at(end_of_shape(inner));
        let end = match self.element.end {
            "" => format!("</{}>", self.element.name()),
            end => end.to_owned(),
        };
        format!("{open}{shape}{alternative}{rest}{end}")
    }

    /// A further element for a word that has become several.
    fn further(&self, part: &Part, number: usize) -> String {
        let mut tag = self.tag(part);
        for name in ["SUBS_TYPE", "SUBS_CONTENT"] {
            tag = without_attribute(&tag, name);
        }
        if let Some(range) = attribute(&tag, "ID") {
            let id = new_id(&tag[range], number, self.markup);
            tag = with_attribute(&tag, "ID", &id);
        }
        match tag.strip_suffix("/>") {
            Some(_) => tag,
            None => format!("{}/>", tag.trim_end_matches('>')),
        }
    }

    /// The space between two words that were one; without a place, which `SP` must have,
    /// there is none.
    fn space(&self, before: &Part, after: &Part) -> String {
        let name = self.element.sibling("SP");
        match (before.bbox, after.bbox) {
            (Some(before), Some(after)) => format!(
                "<{name} WIDTH=\"{}\" VPOS=\"{}\" HPOS=\"{}\"/>",
                (after[0] - before[2]).max(0.0),
                before[1],
                before[2]
            ),
            _ => String::new(),
        }
    }

    fn tag(&self, part: &Part) -> String {
        let text = if self.raw.words[self.at].hyphen {
            without_hyphen(&part.text)
        } else {
            &part.text
        };
        let tag = self.element.tag;
        let mut changed = with_attribute(tag, "CONTENT", text);
        let old = attribute(tag, "CONTENT").map_or("", |range| &tag[range]);
        let count = |text: &str| crate::source::xml::unescaped(text).chars().count();
        // One digit for each character: for other characters there are none.
        if count(old) != text.chars().count() {
            changed = without_attribute(&changed, "CC");
        }
        match part.bbox {
            Some(bbox) => with_box(&changed, bbox),
            None => changed,
        }
    }
}

fn with_box(tag: &str, bbox: Bbox) -> String {
    let sides = [
        ("HPOS", bbox[0]),
        ("VPOS", bbox[1]),
        ("WIDTH", bbox[2] - bbox[0]),
        ("HEIGHT", bbox[3] - bbox[1]),
    ];
    sides.iter().fold(tag.to_owned(), |tag, (name, value)| {
        with_attribute(&tag, name, &value.to_string())
    })
}

/// Where `Shape`, which comes first, ends.
fn end_of_shape(inner: &str) -> usize {
    let trimmed = inner.trim_start();
    let is_shape = trimmed
        .strip_prefix('<')
        .and_then(|rest| rest.split([' ', '>', '/', '\n', '\t']).next())
        .is_some_and(|name| crate::source::xml::local(name) == "Shape");
    let ends = ["Shape>", "/>"];
    if !is_shape {
        return 0;
    }
    match inner.find("</").filter(|at| inner[*at..].contains(ends[0])) {
        Some(at) => inner[at..]
            .find("Shape>")
            .map_or(0, |n| at + n + ends[0].len()),
        None => inner.find(ends[1]).map_or(0, |at| at + ends[1].len()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::written;

    fn page(lines: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\n<alto:alto xmlns:alto='ns'><alto:Page>\n{lines}\n</alto:Page></alto:alto>"
        )
    }

    const TWO: &str = "<alto:TextLine><alto:String ID=\"s1\" HPOS=\"10\" VPOS=\"5\" WIDTH=\"30\" HEIGHT=\"8\" CC=\"999\" WC=\"0.9\" CONTENT=\"far\"/><alto:SP/>\n\
        <alto:String CONTENT='&quot;sta' HPOS=\"50\" VPOS=\"4\" WIDTH=\"30\" HEIGHT=\"8\"><alto:Shape><x/></alto:Shape><alto:Glyph/></alto:String></alto:TextLine>";

    #[test]
    fn a_word_changes_and_nothing_else() {
        let markup = page(TWO);
        assert_eq!(written(&markup, &[]), markup);
        let changed = written(&markup, &[("far", "får"), ("sta", "stå")]);
        let expected = markup
            .replace("CONTENT=\"far\"/>", "CONTENT=\"får\"><alto:ALTERNATIVE PURPOSE=\"before repair\">far</alto:ALTERNATIVE></alto:String>")
            .replace("CONTENT='&quot;sta'", "CONTENT='&quot;stå'")
            .replace("</alto:Shape>", "</alto:Shape><alto:ALTERNATIVE PURPOSE=\"before repair\">&quot;sta</alto:ALTERNATIVE>");
        assert_eq!(changed, expected);
    }

    #[test]
    fn words_that_become_one_share_a_box() {
        let changed = written(&page(TWO), &[("far \"sta", "farsta")]);
        assert!(changed.contains("<alto:TextLine><alto:String ID=\"s1\" HPOS=\"10\" VPOS=\"4\" WIDTH=\"70\" HEIGHT=\"9\" WC=\"0.9\" CONTENT=\"farsta\"><alto:ALTERNATIVE PURPOSE=\"before repair\">far &quot;sta</alto:ALTERNATIVE></alto:String></alto:TextLine>"), "{changed}");
    }

    #[test]
    fn what_parts_words_goes_with_them_but_for_comments() {
        let between = |between: &str| {
            let line = TWO.replace("<alto:SP/>\n", between);
            let changed = written(&page(&line), &[("far \"sta", "farsta")]);
            let (_, rest) = changed.split_once("</alto:String>").expect("a word");
            rest.split_once("</alto:TextLine>")
                .expect("a line")
                .0
                .to_owned()
        };
        let shape = "<alto:SP ID='p'></alto:SP><alto:Shape>\n<alto:Circle/></alto:Shape>";
        assert_eq!(between(shape), "");
        assert_eq!(
            between("<alto:SP/> <!-- <String/> a -> b --><alto:SP/>\n<?p a>b?> "),
            "<!-- <String/> a -> b --><?p a>b?>"
        );
        // Nothing that has a meaning of its own goes.
        assert_eq!(between("<alto:SP/><alto:Mark/>"), "<alto:SP/><alto:Mark/>");
    }

    #[test]
    fn a_word_that_becomes_several_shares_its_box_out() {
        let changed = written(&page(TWO), &[("far", "f ar")]);
        assert!(changed.contains("<alto:SP WIDTH=\"7\" VPOS=\"5\" HPOS=\"18\"/><alto:String ID=\"s1_2\" HPOS=\"25\" VPOS=\"5\" WIDTH=\"15\" HEIGHT=\"8\" WC=\"0.9\" CONTENT=\"ar\"/>"), "{changed}");
        assert!(
            changed.contains("CONTENT=\"f\"><alto:ALTERNATIVE PURPOSE=\"before repair\">far<"),
            "{changed}"
        );
    }

    #[test]
    fn halves_of_a_word_keep_the_whole_in_step() {
        let half = |n: u8, text: &str| {
            format!(
                "<String SUBS_TYPE='HypPart{n}' SUBS_CONTENT='kommunstyreisen' CONTENT='{text}'/>"
            )
        };
        let markup = format!(
            "<alto><Page><TextBlock><TextLine>{}<HYP CONTENT='¬'/></TextLine><TextLine>{}</TextLine></TextBlock></Page></alto>",
            half(1, "kommun"),
            half(2, "styreisen")
        );
        let changed = written(&markup, &[("styreisen", "styrelsen")]);
        assert_eq!(
            changed.matches("SUBS_CONTENT='kommunstyrelsen'").count(),
            2,
            "{changed}"
        );
        assert!(
            changed.contains("CONTENT='kommun'/><HYP CONTENT='¬'/>"),
            "{changed}"
        );
        let changed = written(&markup, &[("kommun-", "Kommun-")]);
        assert!(
            changed.contains("CONTENT='Kommun'><ALTERNATIVE PURPOSE=\"before repair\">kommun<"),
            "{changed}"
        );
    }
}
