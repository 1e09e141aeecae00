//! The register as a table for spreadsheets.

use std::io::Write;

use super::rows::{DocumentRow, ItemRow};
use crate::review::language::Language;

/// The columns, by the names of the contract.
pub const COLUMNS: [&str; 13] = [
    "document",
    "page",
    "municipality",
    "body",
    "date",
    "paragraph",
    "case_numbers",
    "title",
    "decision",
    "proposal",
    "recipients",
    "lowest_confidence",
    "reviewed",
];

/// What Excel takes for its own files' encoding.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The longest text that a cell of Excel holds, in UTF-16 units.
const LONGEST_CELL: usize = 32_767;

/// What stands where a text was cut.
const CUT: &str = " […]";

/// Writes a register, row by row.
pub struct Table<W: Write> {
    rows: csv::Writer<W>,
    language: Language,
    decimal_point: &'static str,
}

impl<W: Write> Table<W> {
    /// Begins a table with its headings. Decimals have a comma, as a Swedish spreadsheet
    /// reads them, unless commas part the cells.
    ///
    /// # Errors
    /// `out` is full or gone.
    pub fn new(mut out: W, separator: u8, language: Language) -> std::io::Result<Table<W>> {
        out.write_all(BYTE_ORDER_MARK)?;
        let mut rows = csv::WriterBuilder::new()
            .delimiter(separator)
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        let headings =
            COLUMNS.map(|column| language.text(&format!("register.{column}")).to_owned());
        rows.write_record(headings)?;
        Ok(Table {
            rows,
            language,
            decimal_point: if separator == b',' { "." } else { "," },
        })
    }

    /// Adds a document: a row for each item, and one for a document without items, so
    /// that none is missing.
    ///
    /// # Errors
    /// `out` is full or gone.
    pub fn add(&mut self, document: &DocumentRow) -> std::io::Result<()> {
        if document.items.is_empty() {
            let nothing = ItemRow {
                lowest_confidence: document.lowest_confidence,
                reviewed: document.reviewed,
                ..ItemRow::default()
            };
            return self.row(document, &nothing);
        }
        document
            .items
            .iter()
            .try_for_each(|item| self.row(document, item))
    }

    /// Ends the table.
    ///
    /// # Errors
    /// `out` is full or gone.
    pub fn finish(self) -> std::io::Result<W> {
        self.rows
            .into_inner()
            .map_err(csv::IntoInnerError::into_error)
    }

    fn row(&mut self, document: &DocumentRow, item: &ItemRow) -> std::io::Result<()> {
        let shown = |text: &Option<String>| text.clone().unwrap_or_default();
        let confidence = item.lowest_confidence.map(|confidence| {
            // No cell of text, but a number that is none of a formula.
            format!("{confidence:.3}").replace('.', self.decimal_point)
        });
        let reviewed = if item.reviewed { "yes" } else { "no" };
        let cells = [
            safe(&document.path),
            item.page.map(|page| page.to_string()).unwrap_or_default(),
            safe(&shown(&document.municipality)),
            safe(&shown(&document.body)),
            safe(&shown(&document.date)),
            item.number
                .as_ref()
                .map(|n| format!("§ {n}"))
                .unwrap_or_default(),
            safe(&item.case_numbers.join(" | ")),
            safe(&shown(&item.title)),
            safe(&item.decided("decision")),
            safe(&item.decided("proposal")),
            safe(&item.recipients.join(" | ")),
            confidence.unwrap_or_default(),
            self.language.text(reviewed).to_owned(),
        ];
        Ok(self.rows.write_record(&cells)?)
    }
}

/// A text as a cell that no spreadsheet runs, reads as a date or cuts silently: with an
/// apostrophe before what would be a formula or a date, and a mark where it is too long.
pub fn safe(text: &str) -> String {
    let mut cell = String::with_capacity(text.len() + 1);
    if is_formula(text) || is_taken_for_a_date(text) {
        cell.push('\'');
    }
    let room = LONGEST_CELL - CUT.len() - 1;
    let mut units = 0;
    for c in text.chars() {
        units += c.len_utf16();
        if units > room && text.encode_utf16().count() > room {
            cell.push_str(CUT);
            break;
        }
        // What is left of control characters can only do harm in a cell.
        if !c.is_control() || c == '\n' {
            cell.push(c);
        }
    }
    cell
}

/// Whether some spreadsheet takes the text for a formula; they disagree on what may stand
/// before the sign, and the full-width signs count in some.
fn is_formula(text: &str) -> bool {
    let first =
        text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    text.starts_with(['\t', '\r', '\n'])
        || first.starts_with(['=', '+', '-', '@', '|', '＝', '＋', '－', '＠'])
}

/// Whether a case number like `2020/12` would become a date. Full dates may.
fn is_taken_for_a_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['/', '-']).collect();
    let are_digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    matches!(parts.len(), 2) && parts.iter().all(are_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_run_no_formula() {
        for text in [
            "=1+1",
            "+46 8",
            "-",
            "@SUM(A1)",
            " =1",
            "\t=1",
            "\u{feff}=1",
            "＝1",
            "|calc",
        ] {
            assert!(safe(text).starts_with('\''), "{text}");
        }
        assert_eq!(safe("2020/12"), "'2020/12");
        assert_eq!(safe("2020-06-17"), "2020-06-17");
        assert_eq!(safe("KS 2020/12"), "KS 2020/12");
        assert_eq!(safe("a\r\nb\u{1b}"), "a\nb");
        let long = safe(&"å".repeat(40_000));
        assert!(long.encode_utf16().count() <= LONGEST_CELL && long.ends_with(CUT));
        let fits = "å".repeat(30_000);
        assert_eq!(safe(&fits), fits);
    }

    #[test]
    fn a_document_without_items_keeps_a_row() {
        let mut table = Table::new(Vec::new(), b';', Language::Sv).expect("written");
        let document = DocumentRow {
            path: "a;b.txt".to_owned(),
            lowest_confidence: Some(0.5),
            ..DocumentRow::default()
        };
        table.add(&document).expect("written");
        let bytes = table.finish().expect("written");
        let text = String::from_utf8(bytes).expect("UTF-8");
        let rows: Vec<&str> = text.split("\r\n").collect();
        assert!(
            rows[0].starts_with("\u{feff}Dokument;Sida;Kommun;"),
            "{}",
            rows[0]
        );
        assert_eq!(rows[1], "\"a;b.txt\";;;;;;;;;;;0,500;nej");
        assert_eq!(rows.len(), 3);
    }
}
