//! A report as tables for people.

use std::fmt::Write;

use super::calibration::Bin;
use super::page::Readability;
use super::repair::{Counted, Figures, Group, Report};

/// How tables are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Columns held apart by spaces.
    Plain,
    /// Markdown.
    Markdown,
}

/// The whole report as tables under headings. The same report gives the same text.
pub fn render(report: &Report, style: Style) -> String {
    let mut sheet = Sheet {
        text: String::new(),
        style,
    };
    sheet.note(&format!(
        "WER / CER in % (jiwer, white-space words, leaders and rules left out), pages read with a CER of at most {} %.",
        percent(report.selection.max_cer)
    ));
    sheet.table(
        "Before and after",
        &[
            "engine",
            "part",
            "level",
            "pages",
            "words",
            "before",
            "after",
            "fewer wrong %",
            "before, no §",
            "after, no §",
            "fewer wrong %, no §",
            "fixed %",
            "damage / 10,000",
            "damaged",
            "applied",
        ],
        report.groups.iter().map(group).collect(),
    );
    for calibration in &report.calibration {
        sheet.table(
            &format!("Calibration, {}", calibration.engine),
            &[
                "confidence",
                "repairs",
                "said %",
                "right %",
                "95 % interval",
            ],
            calibration.bins.iter().map(bin).collect(),
        );
    }
    if !report.readability.is_empty() {
        sheet.table(
            "Estimated error rate of pages (all pages)",
            &[
                "engine",
                "pages",
                "Pearson",
                "Spearman",
                "mean error",
                "unreadable",
                "their CER %",
                "CER % of the others",
            ],
            report.readability.iter().map(readability).collect(),
        );
    }
    for mistakes in &report.mistakes {
        let listed = [
            ("Remaining mistakes", &mistakes.remaining),
            ("Damage", &mistakes.damage),
        ];
        for (title, list) in listed {
            sheet.table(
                &format!("{title}, {}", mistakes.engine),
                &["count", "meant", "got"],
                list.iter().map(counted).collect(),
            );
        }
    }
    sheet.text
}

fn group(group: &Group) -> Vec<String> {
    let rates = |f: &Figures| format!("{} / {}", percent(f.wer), percent(f.cer));
    let unsigned = &group.without_section_signs;
    let all = || "all".to_owned();
    vec![
        group.engine.clone(),
        group.part.clone().unwrap_or_else(all),
        group.level.clone().unwrap_or_else(all),
        group.pages.to_string(),
        group.before.words.to_string(),
        rates(&group.before),
        rates(&group.after),
        optional(group.fewer_wrong, |v| format!("{:.1}", 100.0 * v)),
        rates(&unsigned.before),
        rates(&unsigned.after),
        optional(unsigned.fewer_wrong, |v| format!("{:.1}", 100.0 * v)),
        optional(group.share_fixed, |v| format!("{:.1}", 100.0 * v)),
        optional(group.damage, |v| format!("{v:.1}")),
        group.words.damaged.to_string(),
        group.applied.to_string(),
    ]
}

fn bin(bin: &Bin) -> Vec<String> {
    vec![
        format!("{:.2}–{:.2}", bin.from, bin.to),
        bin.count.to_string(),
        format!("{:.1}", 100.0 * bin.said),
        format!("{:.1}", 100.0 * bin.share),
        format!(
            "{:.1}–{:.1}",
            100.0 * bin.interval[0],
            100.0 * bin.interval[1]
        ),
    ]
}

fn readability(readability: &Readability) -> Vec<String> {
    vec![
        readability.engine.clone(),
        readability.pages.to_string(),
        optional(readability.pearson, |v| format!("{v:.3}")),
        optional(readability.spearman, |v| format!("{v:.3}")),
        percent(readability.mean_error),
        readability.unreadable.to_string(),
        optional(readability.unreadable_cer, percent),
        optional(readability.readable_cer, percent),
    ]
}

fn counted(counted: &Counted) -> Vec<String> {
    vec![
        counted.count.to_string(),
        counted.gold.clone(),
        counted.got.clone(),
    ]
}

fn percent(share: f64) -> String {
    format!("{:.2}", 100.0 * share)
}

fn optional(value: Option<f64>, show: impl Fn(f64) -> String) -> String {
    value.map_or_else(|| "–".to_owned(), show)
}

/// What is drawn on. Writing to a String cannot fail.
struct Sheet {
    text: String,
    style: Style,
}

impl Sheet {
    fn note(&mut self, text: &str) {
        let _ = writeln!(self.text, "{text}\n");
    }

    fn table(&mut self, title: &str, head: &[&str], rows: Vec<Vec<String>>) {
        match self.style {
            Style::Plain => self.columns(title, head, &rows),
            Style::Markdown => self.markdown(title, head, &rows),
        }
        self.text.push('\n');
    }

    fn columns(&mut self, title: &str, head: &[&str], rows: &[Vec<String>]) {
        let _ = writeln!(self.text, "{title}");
        let widest = |column: usize| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.chain([head[column].chars().count()]).max()
        };
        let widths: Vec<usize> = (0..head.len()).filter_map(widest).collect();
        let head = head.iter().map(|&cell| cell.to_owned()).collect();
        for row in [&head].into_iter().chain(rows) {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                let _ = write!(line, "  {cell:width$}");
            }
            let _ = writeln!(self.text, "{}", line.trim_end());
        }
    }

    fn markdown(&mut self, title: &str, head: &[&str], rows: &[Vec<String>]) {
        let escaped = |cell: &str| cell.replace('|', "\\|");
        let _ = writeln!(self.text, "**{title}**\n");
        let _ = writeln!(self.text, "| {} |", head.join(" | "));
        let _ = writeln!(self.text, "|{}", "---|".repeat(head.len()));
        for row in rows {
            let cells: Vec<String> = row.iter().map(|cell| escaped(cell)).collect();
            let _ = writeln!(self.text, "| {} |", cells.join(" | "));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::repair::{Repaired, Selection, evaluate};
    use super::*;

    fn report() -> Report {
        let line = r#"{"id": "d1", "gold": "får | i", "eng": "far | i", "eng_cer": 0.1}"#;
        let pages = [serde_json::from_str(line).expect("a page")];
        let selection = Selection {
            engines: vec!["eng".to_owned()],
            part: String::new(),
            max_cer: 0.15,
            errors: 3,
            without: Vec::new(),
        };
        evaluate(&pages, &selection, |text| Repaired {
            text: text.replace('|', "/"),
            clean: text.to_owned(),
            ..Repaired::default()
        })
    }

    #[test]
    fn columns_line_up() {
        let text = render(&report(), Style::Plain);
        assert!(
            text.contains("Damage, eng\n  count  meant  got\n  1      |      /\n"),
            "{text}"
        );
    }

    #[test]
    fn markdown_has_as_many_cells_in_every_row() {
        let text = render(&report(), Style::Markdown);
        assert!(
            text.contains("| eng | all | all | 1 | 3 | 33.33 / 14.29 | 66.67 / 28.57 | -100.0 |"),
            "{text}"
        );
        assert!(text.contains("| 1 | \\| | / |"), "{text}");
        for table in text.split("\n\n").filter(|block| block.starts_with('|')) {
            let cells = |line: &str| line.replace("\\|", "").matches('|').count();
            let mut counts = table.lines().map(cells);
            let first = counts.next();
            assert!(counts.all(|count| Some(count) == first), "{table}");
        }
    }
}
