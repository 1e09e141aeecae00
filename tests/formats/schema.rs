//! What the formats' standards ask of a file, as far as anything that is written back could
//! break it: which elements stand in which, in what order, with which attributes, of what
//! type. Derived by hand from the schemas of ALTO 2.1, 3.1 and 4.2 and of PAGE 2013 to
//! 2019, and from the hOCR specification; where the versions differ the strictest counts.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use regex::Regex;

/// An element.
#[derive(Debug, Default)]
pub struct Node {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
    text: String,
}

impl Node {
    /// The root element of well-formed XML: every element closed by its own name, quoted
    /// attributes, each once, no reference that XML does not know.
    pub fn parse(markup: &str) -> Node {
        let mut reader = Reader::from_str(markup);
        let mut open = vec![Node::default()];
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Start(element) => open.push(Node::new(&element)),
                Event::Empty(element) => {
                    let node = Node::new(&element);
                    open.last_mut().expect("a parent").children.push(node);
                }
                Event::End(_) => {
                    let node = open.pop().expect("an element");
                    open.last_mut().expect("a parent").children.push(node);
                }
                Event::Text(text) => open.last_mut().expect("a parent").text += &text,
                Event::GeneralRef(name) => {
                    let name: &str = &name;
                    let known = ["amp", "lt", "gt", "quot", "apos"].contains(&name);
                    assert!(known || name.starts_with('#'), "&{name}; is no reference");
                    open.last_mut().expect("a parent").text += "?";
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(open.len(), 1, "an element is not closed");
        open.pop()
            .and_then(|mut top| top.children.pop())
            .expect("a root element")
    }

    fn new(element: &BytesStart<'_>) -> Node {
        let attributes = element.attributes().map(|attribute| {
            let attribute = attribute.expect("an attribute, once");
            let key: &str = attribute.key.as_ref();
            assert!(!attribute.value.contains('<'), "{key}");
            (key.to_owned(), attribute.value.to_string())
        });
        Node {
            name: element.local_name().as_ref().to_owned(),
            attributes: attributes.collect(),
            ..Node::default()
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    fn each(&self, look: &mut impl FnMut(&Node)) {
        look(self);
        self.children.iter().for_each(|child| child.each(look));
    }

    /// The children's names, each with a space behind it.
    fn inside(&self) -> String {
        self.children
            .iter()
            .map(|child| format!("{} ", child.name))
            .collect()
    }
}

/// What an element may hold, and its attributes: required ones begin with `!`; behind `:`
/// stands what the value matches.
struct Rule {
    name: &'static str,
    inside: &'static str,
    attributes: &'static [&'static str],
}

const FLOAT: &str = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$";

const ALTO: [Rule; 7] = [
    Rule {
        name: "TextBlock",
        inside: "^(Shape )?(TextLine )*$",
        attributes: &[
            "!ID:id",
            "STYLEREFS",
            "TAGREFS",
            "HEIGHT:f",
            "WIDTH:f",
            "HPOS:f",
            "VPOS:f",
            "ROTATION:f",
            "IDNEXT:id",
            "CS",
            "language",
            "LANG",
        ],
    },
    Rule {
        name: "TextLine",
        inside: "^(Shape )?(String (SP )?)+(HYP )?$",
        attributes: &[
            "ID:id",
            "STYLEREFS",
            "TAGREFS",
            "HEIGHT:f",
            "WIDTH:f",
            "HPOS:f",
            "VPOS:f",
            "BASELINE",
            "CS",
            "LANG",
        ],
    },
    Rule {
        name: "String",
        inside: "^(Shape )?(ALTERNATIVE )*(Glyph )*$",
        attributes: &[
            "ID:id",
            "STYLEREFS",
            "TAGREFS",
            "HEIGHT:f",
            "WIDTH:f",
            "HPOS:f",
            "VPOS:f",
            "!CONTENT",
            "STYLE",
            "SUBS_TYPE:hyphen",
            "SUBS_CONTENT",
            "WC:share",
            "CC",
            "CS",
            "LANG",
        ],
    },
    Rule {
        name: "ALTERNATIVE",
        inside: "^$",
        attributes: &["PURPOSE"],
    },
    Rule {
        name: "SP",
        inside: "^$",
        attributes: &["ID:id", "HEIGHT:f", "!WIDTH:f", "!HPOS:f", "!VPOS:f"],
    },
    Rule {
        name: "HYP",
        inside: "^$",
        attributes: &[
            "ID:id", "HEIGHT:f", "WIDTH:f", "HPOS:f", "VPOS:f", "!CONTENT",
        ],
    },
    Rule {
        name: "Page",
        inside: "^(TopMargin )?(LeftMargin )?(RightMargin )?(BottomMargin )?(PrintSpace )?$",
        attributes: &[
            "!ID:id",
            "PAGECLASS",
            "STYLEREFS",
            "HEIGHT:f",
            "WIDTH:f",
            "!PHYSICAL_IMG_NR:f",
            "PRINTED_IMG_NR",
            "QUALITY",
            "POSITION",
            "PROCESSING",
            "ACCURACY",
            "PC",
        ],
    },
];

const PAGE: [Rule; 6] = [
    Rule {
        name: "TextRegion",
        inside: "^(AlternativeImage )*Coords (UserDefined )?(Labels )*(Roles )?([A-Za-z]+Region )*(TextLine )*(TextEquiv )*(TextStyle )?$",
        attributes: &[
            "!id:id",
            "custom",
            "comments",
            "orientation:f",
            "type",
            "leading",
            "readingDirection",
            "textLineOrder",
            "readingOrientation:f",
            "indented",
            "align",
            "primaryLanguage",
            "secondaryLanguage",
            "primaryScript",
            "secondaryScript",
            "production",
            "continuation",
        ],
    },
    Rule {
        name: "TextLine",
        inside: "^(AlternativeImage )*Coords (Baseline )?(Word )*(TextEquiv )*(TextStyle )?(UserDefined )?(Labels )*$",
        attributes: &[
            "!id:id",
            "primaryLanguage",
            "primaryScript",
            "secondaryScript",
            "readingDirection",
            "production",
            "custom",
            "comments",
            "index:n",
        ],
    },
    Rule {
        name: "Word",
        inside: "^(AlternativeImage )*Coords (Glyph )*(TextEquiv )*(TextStyle )?(UserDefined )?(Labels )*$",
        attributes: &[
            "!id:id",
            "language",
            "primaryScript",
            "secondaryScript",
            "readingDirection",
            "production",
            "custom",
            "comments",
        ],
    },
    Rule {
        name: "TextEquiv",
        inside: "^(PlainText )?Unicode $",
        attributes: &[
            "index:n",
            "conf:share",
            "dataType",
            "dataTypeDetails",
            "comments",
        ],
    },
    Rule {
        name: "Unicode",
        inside: "^$",
        attributes: &[],
    },
    Rule {
        name: "Coords",
        inside: "^$",
        attributes: &["!points:points", "conf:share"],
    },
];

/// Checks ALTO.
pub fn check_alto(markup: &str, place: &str) {
    let root = Node::parse(markup);
    assert_eq!(root.name, "alto", "{place}");
    check(&root, &ALTO, place);
}

/// Checks PAGE XML. Before 2017 a place has one text.
pub fn check_page(markup: &str, place: &str) {
    let root = Node::parse(markup);
    assert_eq!(root.name, "PcGts", "{place}");
    check(&root, &PAGE, place);
    let is_old = ["2010", "2013", "2016"]
        .iter()
        .any(|year| markup.contains(&format!("pagecontent/{year}")));
    root.each(&mut |node| {
        let texts: Vec<&Node> = node
            .children
            .iter()
            .filter(|c| c.name == "TextEquiv")
            .collect();
        assert!(
            !is_old || texts.len() < 2,
            "{place}: several texts in {}",
            node.name
        );
        let mut indices: Vec<&str> = texts.iter().filter_map(|text| text.get("index")).collect();
        assert!(
            !is_old || indices.is_empty(),
            "{place}: an index in {}",
            node.name
        );
        indices.sort_unstable();
        let before = indices.len();
        indices.dedup();
        assert_eq!(
            indices.len(),
            before,
            "{place}: an index twice in {:?}",
            node.get("id")
        );
    });
}

/// Checks hOCR that was XHTML, as Tesseract's is: it stays well-formed, ids are unique
/// where they were, and every title is a list of properties.
pub fn check_hocr(markup: &str, place: &str) {
    let root = Node::parse(markup);
    assert_eq!(root.name, "html", "{place}");
    let property = Regex::new(
        r#"^(bbox -?\d+ -?\d+ -?\d+ -?\d+|x_wconf \d+(\.\d+)?|x_original "([^"\\]|\\.)*"|[a-z_]+( .+)?)$"#,
    )
    .expect("a pattern");
    root.each(&mut |node| {
        let class = node.get("class").unwrap_or("");
        let Some(title) = node.get("title").filter(|_| class.starts_with("ocr")) else {
            return;
        };
        let title = title
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&");
        for part in properties(&title) {
            assert!(
                property.is_match(part.trim()),
                "{place}: {part:?} in {title}"
            );
        }
        let holds: &[&str] = match class {
            "ocr_page" => &["ocr_carea", "ocr_photo", "ocr_separator"],
            "ocr_carea" => &["ocr_par"],
            "ocr_par" => &["ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat"],
            "ocrx_word" => &[],
            _ => &["ocrx_word"],
        };
        for inside in node.children.iter().filter_map(|child| child.get("class")) {
            assert!(holds.contains(&inside), "{place}: {inside} in {class}");
        }
    });
}

/// What semicolons part, except inside quotes.
fn properties(title: &str) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    title
        .split(|c| {
            let is_end = c == ';' && !quoted;
            match c {
                '"' if !escaped => quoted = !quoted,
                _ => {}
            }
            escaped = c == '\\' && !escaped;
            is_end
        })
        .collect()
}

fn check(root: &Node, rules: &[Rule], place: &str) {
    let rules: HashMap<&str, (&Rule, Regex)> = rules
        .iter()
        .map(|rule| {
            (
                rule.name,
                (rule, Regex::new(rule.inside).expect("a pattern")),
            )
        })
        .collect();
    let types: HashMap<&str, Regex> = [
        ("f", FLOAT),
        ("n", r"^\d+$"),
        ("id", r"^[\p{L}_][\p{L}\p{N}._-]*$"),
        ("hyphen", "^(HypPart1|HypPart2|Abbreviation)$"),
        ("points", r"^(\d+,\d+ )+\d+,\d+$"),
        ("share", r"^(0(\.\d+)?|1(\.0+)?)$"),
    ]
    .into_iter()
    .map(|(name, pattern)| (name, Regex::new(pattern).expect("a pattern")))
    .collect();
    root.each(&mut |node| {
        let Some((rule, inside)) = rules.get(node.name.as_str()) else {
            return;
        };
        let place = format!("{place}: {} {:?}", node.name, node.attributes);
        assert!(
            inside.is_match(&node.inside()),
            "{place} holds {}",
            node.inside()
        );
        if !["ALTERNATIVE", "Unicode", "PlainText"].contains(&node.name.as_str()) {
            assert_eq!(node.text.trim(), "", "{place} has text of its own");
        }
        for wanted in rule.attributes.iter().filter_map(|a| a.strip_prefix('!')) {
            let name = wanted.split(':').next().unwrap_or(wanted);
            assert!(node.get(name).is_some(), "{place} lacks {name}");
        }
        for (key, value) in &node.attributes {
            let known = rule.attributes.iter().map(|a| a.trim_start_matches('!'));
            let found = known
                .map(|a| a.split_once(':').unwrap_or((a, "")))
                .find(|(name, _)| name == key);
            let Some((_, kind)) = found else {
                panic!("{place} may have no {key}");
            };
            if let Some(pattern) = types.get(kind) {
                assert!(pattern.is_match(value), "{place}: {key} is {value:?}");
            }
        }
    });
}

/// The ids of a file, sorted.
pub fn ids(markup: &str) -> Vec<String> {
    let mut found = Vec::new();
    Node::parse(markup).each(&mut |node| {
        found.extend(
            ["id", "ID"]
                .iter()
                .filter_map(|name| node.get(name))
                .map(str::to_owned),
        );
    });
    found.sort_unstable();
    found
}
