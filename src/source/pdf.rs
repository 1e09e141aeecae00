//! PDFs: the text layer with words, lines and boxes, in points from the top left
//! corner of the page.
//!
//! Parsers of PDFs can hang, overflow or exhaust memory on damaged files, so that the
//! program parses them in a [worker](super::worker) process; what passes between the
//! two are the types here, in JSON.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::layout::{Layout, Word};
use super::worker::{self, Failure, Limits};
use super::{Format, Note, RawDocument, ReadOptions, image, markup, text};
use crate::error::ErrorKind;
use crate::text::Span;

/// A page of a PDF as a worker reports it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Page {
    /// In points.
    pub(super) width: f64,
    pub(super) height: f64,
    /// Lines of words.
    lines: Vec<Vec<Piece>>,
    /// What kept the page from being read.
    error: Option<String>,
}

/// A word and its box.
#[derive(Debug, Serialize, Deserialize)]
struct Piece {
    text: String,
    bbox: [f64; 4],
}

/// What a worker answers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Reply {
    Pages(Vec<Page>),
    Encrypted,
    Damaged(String),
    LeftOut,
}

/// Reads a PDF. Pages without text are read by OCR where that is asked for.
///
/// # Errors
/// Encrypted and damaged files, and those that have no text at all.
pub(super) fn read(bytes: &[u8], options: &ReadOptions) -> Result<RawDocument, ErrorKind> {
    let pages = match pages(bytes, options)? {
        Reply::Pages(pages) => pages,
        Reply::Encrypted => return Err(ErrorKind::Encrypted),
        Reply::Damaged(reason) => {
            return Err(ErrorKind::Damaged {
                format: "PDF",
                line: 0,
                reason,
            });
        }
        Reply::LeftOut => return Err(ErrorKind::LeftOut("PDF support (the feature \"pdf\")")),
    };
    if pages.is_empty() {
        return Err(ErrorKind::NoPages("PDF"));
    }
    if options.ocr.is_none() && pages.iter().all(|page| page.lines.is_empty()) {
        let failed = pages.iter().find_map(|page| page.error.clone());
        return Err(match failed {
            Some(reason) => ErrorKind::Damaged {
                format: "PDF",
                line: 0,
                reason,
            },
            None => ErrorKind::NeedsOcr("the PDF has no text layer: its pages are images".into()),
        });
    }
    let mut layout = Layout::default();
    let mut said = Vec::new();
    for (at, page) in pages.iter().enumerate() {
        layout.page(
            super::layout::page_size(Some(page.width), Some(page.height)),
            Some("pt"),
        );
        match (&options.ocr, page.lines.is_empty()) {
            (Some(ocr), true) => {
                let worker = options.worker.as_ref();
                image::read_pdf_page(bytes, at, page, ocr, worker, &mut layout)?;
            }
            _ => add(&mut layout, page),
        }
        said.push(note(page, at));
    }
    let notes_on_boxes = markup::note_on_boxes(&layout);
    let mut document = layout.into_document();
    text::check_lines(&document.text)?;
    document.format = Format::Pdf;
    let spans: Vec<Span> = document.pages.iter().map(|page| page.span).collect();
    let of_pages = said.into_iter().zip(spans);
    document.notes = of_pages
        .filter_map(|(said, span)| {
            let (code, message) = said?;
            Some(Note {
                code,
                message,
                span,
            })
        })
        .chain(notes_on_boxes)
        .collect();
    Ok(document)
}

/// The pages, from a worker where there is one.
fn pages(bytes: &[u8], options: &ReadOptions) -> Result<Reply, ErrorKind> {
    let Some(worker) = &options.worker else {
        return Ok(reply(bytes.to_vec()));
    };
    let megabytes = bytes.len() as u64 >> 20;
    let processor = Duration::from_millis(4000 + 400 * megabytes);
    let limits = Limits {
        // Where processor time is limited, a busy machine may take longer by the clock: a
        // sound file is never refused for what others do.
        time: processor * if cfg!(unix) { 5 } else { 1 },
        processor,
        // A sound file of a few megabytes takes about fifty, and in proportion.
        memory: (256 << 20) + 8 * bytes.len() as u64,
        output: (64 << 20) + 8 * bytes.len() as u64,
    };
    let ended = worker::run(worker.pdf(&limits), bytes, &limits);
    let exhausted = |what: String| ErrorKind::Exhausted(what);
    match ended {
        Ok(ended) if ended.status.success() => {
            serde_json::from_slice(&ended.output).map_err(|e| ErrorKind::Internal(e.to_string()))
        }
        Ok(ended) if worker::was_out_of_time(ended.status) => {
            Err(exhausted(format!("{} s", limits.processor.as_secs())))
        }
        Ok(ended) if ended.said.contains("overflowed its stack") => Ok(Reply::Damaged(
            "its parts refer to each other without end".into(),
        )),
        Ok(ended) if ended.said.contains("memory allocation") => {
            Err(exhausted(format!("{} MB of memory", limits.memory >> 20)))
        }
        Ok(ended) => Ok(Reply::Damaged(format!(
            "the parser broke off: {}, {}",
            ended.status,
            ended.said.lines().next().unwrap_or("without a word")
        ))),
        Err(Failure::Time) => Err(exhausted(format!("{} s", limits.time.as_secs()))),
        Err(Failure::Output) => Err(exhausted(format!("{} MB", limits.output >> 20))),
        Err(Failure::Start(error)) => Err(ErrorKind::Internal(format!("worker: {error}"))),
    }
}

/// Adds a page's lines; where the gap between two is wide, or the next lies higher, a
/// new region begins.
fn add(layout: &mut Layout, page: &Page) {
    let boxes: Vec<Option<[f64; 4]>> = page
        .lines
        .iter()
        .map(|line| {
            let boxes = line.iter().map(|piece| piece.bbox);
            boxes.reduce(super::layout::union)
        })
        .collect();
    let mut heights: Vec<f64> = boxes.iter().flatten().map(|b| b[3] - b[1]).collect();
    heights.sort_by(f64::total_cmp);
    let height = heights.get(heights.len() / 2).copied().unwrap_or(0.0);
    let mut before: Option<[f64; 4]> = None;
    for (line, bbox) in page.lines.iter().zip(&boxes) {
        let is_apart = match (before, bbox) {
            (Some(before), Some(bbox)) => bbox[1] - before[3] > height * GAP || bbox[3] < before[1],
            _ => true,
        };
        if is_apart {
            layout.region(None, None);
        }
        layout.line(None);
        for piece in line {
            let bbox = layout.checked(Some(piece.bbox));
            layout.word(
                &piece.text,
                Word {
                    bbox,
                    ..Word::default()
                },
            );
        }
        before = *bbox;
    }
}

/// A gap between paragraphs, in heights of a line: lines of one paragraph have at most
/// half a height between them, also where they are set wide.
const GAP: f64 = 0.6;

/// What a reader should know about a page's text layer.
fn note(page: &Page, at: usize) -> Option<(&'static str, String)> {
    let number = at + 1;
    if let Some(error) = &page.error {
        let message = format!("page {number} of the PDF is damaged and was not read ({error})");
        return Some(("damaged_page", message));
    }
    let mut all = 0;
    let mut bad = 0;
    let pieces = page.lines.iter().flatten();
    for c in pieces.flat_map(|piece| piece.text.chars()) {
        all += 1;
        // What fonts without a table of characters come out as.
        let is_bad =
            matches!(c, '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\0'..='\u{8}' | '\u{e}'..='\u{1f}');
        bad += usize::from(is_bad);
    }
    (bad * 20 > all).then(|| {
        let share = 100 * bad / all.max(1);
        let message = format!(
            "the text layer of page {number} is bad: {share} % of its characters mean nothing; OCR of the page reads better"
        );
        ("bad_text_layer", message)
    })
}

/// Parses a PDF in this process. A page that the parser breaks off at costs that page.
#[cfg(feature = "pdf")]
pub(super) fn reply(bytes: Vec<u8>) -> Reply {
    use pdf_oxide::document::PdfDocument;
    let opened = unbroken(|| {
        let document = PdfDocument::from_bytes(bytes)?;
        if document.is_encrypted() && !document.is_authenticated() {
            return Ok(Err(Reply::Encrypted));
        }
        let count = document.page_count()?;
        Ok(Ok((document, count)))
    });
    let (document, count) = match opened {
        Ok(Ok(opened)) => opened,
        Ok(Err(reply)) => return reply,
        Err(reason) => return Reply::Damaged(reason),
    };
    let page = |at| {
        let page = unbroken(|| parsed(&document, at));
        page.unwrap_or_else(|error| Page {
            error: Some(error),
            ..Page::default()
        })
    };
    Reply::Pages((0..count).map(page).collect())
}

/// What the parser gives, or why it does not; a panic of its own is a reason, too.
#[cfg(feature = "pdf")]
fn unbroken<T>(parse: impl FnOnce() -> pdf_oxide::error::Result<T>) -> Result<T, String> {
    // What a panic leaves half done is not looked at again but by the parser, whose worst
    // is another panic.
    let parsed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(parse));
    match parsed {
        Ok(parsed) => parsed.map_err(|error| error.to_string()),
        Err(panic) => {
            let said = match panic.downcast_ref::<String>() {
                Some(said) => said.as_str(),
                None => panic.downcast_ref::<&str>().copied().unwrap_or("no reason"),
            };
            Err(format!("the parser broke off: {said}"))
        }
    }
}

/// A program without the parser.
#[cfg(not(feature = "pdf"))]
pub(super) fn reply(_: Vec<u8>) -> Reply {
    Reply::LeftOut
}

#[cfg(feature = "pdf")]
fn parsed(
    document: &pdf_oxide::document::PdfDocument,
    at: usize,
) -> pdf_oxide::error::Result<Page> {
    let sides = document.get_page_media_box(at)?;
    let [left, bottom, right, top] = [sides.0, sides.1, sides.2, sides.3].map(f64::from);
    let piece = |word: &pdf_oxide::layout::Word| {
        let b = &word.bbox;
        let (x, y) = (f64::from(b.x) - left, f64::from(b.y));
        let sides = [
            x,
            top - (y + f64::from(b.height)),
            x + f64::from(b.width),
            top - y,
        ];
        Piece {
            text: word.text.clone(),
            // Hundredths of a point are finer than any print.
            bbox: sides.map(|side| (side * 100.0).round() / 100.0),
        }
    };
    let page = Page {
        width: right - left,
        height: top - bottom,
        ..Page::default()
    };
    Ok(match document.extract_text_lines(at) {
        Ok(lines) => Page {
            lines: lines
                .iter()
                .map(|line| line.words.iter().map(piece).collect::<Vec<_>>())
                .filter(|line| line.iter().any(|piece| !piece.text.trim().is_empty()))
                .collect(),
            ..page
        },
        Err(error) => Page {
            error: Some(error.to_string()),
            ..page
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(lines: &[(&str, f64)]) -> Page {
        let line = |&(text, top): &(&str, f64)| {
            let piece = |text: &str| Piece {
                text: text.to_owned(),
                bbox: [0.0, top, 50.0, top + 10.0],
            };
            text.split(' ').map(piece).collect()
        };
        Page {
            width: 595.0,
            height: 842.0,
            lines: lines.iter().map(line).collect(),
            error: None,
        }
    }

    #[test]
    fn wide_gaps_part_paragraphs() {
        let mut layout = Layout::default();
        layout.page(None, Some("pt"));
        add(
            &mut layout,
            &page(&[("a b", 0.0), ("c", 12.0), ("d", 40.0), ("e", 10.0)]),
        );
        assert_eq!(layout.into_document().text, "a b\nc\n\nd\n\ne");
    }

    #[cfg(feature = "pdf")]
    #[test]
    fn a_parser_that_breaks_off_is_a_reason() {
        let panicking = unbroken::<()>(|| panic!("byte {} is none", 9));
        assert_eq!(
            panicking,
            Err("the parser broke off: byte 9 is none".to_owned())
        );
        assert_eq!(unbroken(|| Ok(1)), Ok(1));
    }

    #[test]
    fn a_bad_text_layer_says_so() {
        assert_eq!(note(&page(&[("abc", 0.0)]), 0), None);
        let (code, message) = note(&page(&[("\u{f020}\u{f021}c", 0.0)]), 6).unwrap();
        assert_eq!(code, "bad_text_layer");
        assert!(
            message.contains("page 7") && message.contains("66 %"),
            "{message}"
        );
    }
}
