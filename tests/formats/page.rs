//! Tesseract's hOCR as PAGE XML: a region for each paragraph, its lines and words.

use std::fmt::Write;

/// Converts it. Only what Tesseract writes is understood.
pub fn from_hocr(hocr: &str) -> String {
    let mut page = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PcGts xmlns=\"http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15\">\n\
         <Metadata><Creator>klartext</Creator><Created>2024-01-01T00:00:00</Created>\
         <LastChange>2024-01-01T00:00:00</LastChange></Metadata>\n",
    );
    let mut open: Vec<&str> = Vec::new();
    let close_to = |page: &mut String, open: &mut Vec<&'static str>, level: &str| {
        const LEVELS: [&str; 3] = ["Page", "TextRegion", "TextLine"];
        let keep = LEVELS.iter().position(|l| *l == level).unwrap_or(3);
        while open.len() > keep {
            if let Some(name) = open.pop() {
                let _ = writeln!(page, "</{name}>");
            }
        }
    };
    for tag in hocr.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').unwrap_or((tag, ""));
        let class = value(tag, "class").unwrap_or_default();
        let id = value(tag, "id").unwrap_or_default();
        let title = value(tag, "title").unwrap_or_default();
        let numbers = |name: &str| -> Vec<String> {
            let found = title.split(';').find_map(|p| p.trim().strip_prefix(name));
            found
                .unwrap_or("")
                .split_whitespace()
                .map(str::to_owned)
                .collect()
        };
        let bbox = numbers("bbox ");
        let level = match class {
            "ocr_page" => "Page",
            "ocr_par" => "TextRegion",
            "ocr_line" | "ocr_header" | "ocr_caption" | "ocr_textfloat" => "TextLine",
            "ocrx_word" => "Word",
            _ => continue,
        };
        close_to(&mut page, &mut open, level);
        if level == "Page" {
            let _ = writeln!(
                page,
                "<Page imageFilename=\"page.png\" imageWidth=\"{}\" imageHeight=\"{}\">",
                bbox[2], bbox[3]
            );
        } else {
            let [a, b, c, d] = [&bbox[0], &bbox[1], &bbox[2], &bbox[3]];
            let _ = writeln!(
                page,
                "<{level} id=\"{id}\"><Coords points=\"{a},{b} {c},{b} {c},{d} {a},{d}\"/>"
            );
        }
        if level == "Word" {
            // Italics and bold stand inside the word.
            let text = inner(hocr, id).unwrap_or(text);
            let confidence = numbers("x_wconf ").concat().parse::<f64>().unwrap_or(0.0) / 100.0;
            let _ = writeln!(
                page,
                "<TextEquiv conf=\"{confidence}\"><Unicode>{text}</Unicode></TextEquiv></Word>"
            );
        } else {
            open.push(level);
        }
    }
    close_to(&mut page, &mut open, "Page");
    page + "</PcGts>\n"
}

fn value<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let at = tag.find(&format!(" {name}="))? + name.len() + 2;
    let quote = tag[at..].chars().next()?;
    tag[at + 1..].split(quote).next()
}

/// The text of a word, past the elements inside it.
fn inner<'h>(hocr: &'h str, id: &str) -> Option<&'h str> {
    let start = hocr.find(&format!(" id='{id}'"))?;
    let inside = hocr[start..].split_once('>')?.1.split_once("</span>")?.0;
    let inside = inside
        .rsplit_once("<strong>")
        .map_or(inside, |(_, rest)| rest);
    let inside = inside.rsplit_once("<em>").map_or(inside, |(_, rest)| rest);
    inside.split('<').next()
}
