//! Pages and limits of plain text.

use super::RawPage;
use crate::error::ErrorKind;
use crate::text::Span;

/// The largest file that is read, in bytes: a hundred times a thick volume.
pub const SIZE_LIMIT: usize = 256 << 20;

/// The longest line that is read, in bytes. A volume of 400 pages exported without
/// any line break has about 1.2 MB; what is longer is no text of minutes, and the
/// search of the decoder runs along lines.
pub const LINE_LIMIT: usize = 2 << 20;

/// Refuses text with a line longer than [`LINE_LIMIT`].
pub fn check_lines(text: &str) -> Result<(), ErrorKind> {
    // A CRLF counts as one line end.
    let ends = |c| matches!(c, '\n' | '\u{c}' | '\u{2028}' | '\u{2029}');
    let parts = text
        .split(ends)
        .flat_map(|part| part.trim_end_matches('\r').split('\r'));
    for (line, part) in (1..).zip(parts) {
        if part.len() > LINE_LIMIT {
            return Err(ErrorKind::LineTooLong {
                line,
                bytes: part.len(),
                limit: LINE_LIMIT,
            });
        }
    }
    Ok(())
}

/// The pages that form feeds divide. OCR engines *end* each page with a form feed,
/// so that nothing but white space after the last one is no page of its own.
pub fn pages(text: &str) -> Vec<RawPage> {
    let mut pages = Vec::new();
    let mut start = 0;
    for part in text.split('\u{c}') {
        let span = Span::new(start, start + part.len());
        start = span.end + 1;
        pages.push(RawPage {
            span,
            ..RawPage::default()
        });
    }
    let is_blank = |page: &RawPage| page.span.of(text).trim().is_empty();
    if pages.len() > 1 && pages.last().is_some_and(is_blank) {
        pages.pop();
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_feeds_divide_and_end_pages() {
        let spans = |text: &str| {
            pages(text)
                .iter()
                .map(|page| (page.span.start, page.span.end))
                .collect::<Vec<_>>()
        };
        assert_eq!(spans("a\n\u{c}b"), [(0, 2), (3, 4)]);
        assert_eq!(spans("a\n\u{c}b\n\u{c}\n"), [(0, 2), (3, 5)]);
        assert_eq!(spans("\u{c}\u{c}b"), [(0, 0), (1, 1), (2, 3)]);
        assert_eq!(spans("\u{c}"), [(0, 0)]);
    }

    #[test]
    fn a_line_beyond_the_limit_is_named() {
        let text = format!("a\n{}\n", "b".repeat(LINE_LIMIT + 1));
        let Err(ErrorKind::LineTooLong { line, bytes, .. }) = check_lines(&text) else {
            panic!("not refused");
        };
        assert_eq!((line, bytes), (2, LINE_LIMIT + 1));
        assert!(check_lines(&text[..text.len() - 2]).is_ok());
    }
}
