//! The overview as one page of HTML that needs nothing else: to mail, print and archive.

use std::fmt::Write;
use std::path::Path;

use super::language::Language;
use super::overview::Overview;

/// The page. `title` names the batch; `made` says when and by what it was made.
pub fn render(overview: &Overview, language: Language, title: &str, made: &str) -> String {
    let mut page = Page {
        html: String::new(),
        language,
    };
    page.head(title);
    page.numbers(overview);
    page.failures(overview);
    page.confidence(overview);
    page.quality(overview);
    page.worst(overview);
    page.warnings(overview);
    let _ = writeln!(
        page.html,
        "<footer><p>{}</p></footer></main></body></html>",
        escaped(made)
    );
    page.html
}

/// What a batch is called: the name of its directory.
pub fn title(directory: &Path) -> String {
    let real = directory.canonicalize();
    let path = real.as_deref().unwrap_or(directory);
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Text for HTML, in elements and in quoted attributes.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c if c.is_control() && c != '\n' && c != '\t' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

const STYLE: &str = include_str!("report.css");

/// A page that is being written. Writing to a String cannot fail.
struct Page {
    html: String,
    language: Language,
}

impl Page {
    fn text(&self, key: &str) -> String {
        escaped(self.language.text(key))
    }

    fn head(&mut self, title: &str) {
        let heading = format!("{} – {}", self.text("report.heading"), escaped(title));
        let _ = writeln!(
            self.html,
            "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\">\
             <title>{heading}</title><style>{STYLE}</style></head><body><main><h1>{heading}</h1>",
            self.language.code()
        );
    }

    /// A number as the language writes it.
    fn count(&self, count: i64) -> String {
        grouped(count, self.language)
    }

    fn percent(&self, share: f64) -> String {
        percent(share, self.language)
    }

    fn numbers(&mut self, overview: &Overview) {
        self.html.push_str("<dl class=\"numbers\">");
        let entries = [
            ("documents", overview.documents),
            ("failures", overview.failures),
            ("pages", overview.pages),
            ("unreadable", overview.unreadable),
            ("items", overview.items),
            ("applied", overview.applied),
            ("suggested", overview.suggested),
            ("reviewed", overview.reviewed),
        ];
        for (key, count) in entries {
            let name = self.text(&format!("overview.{key}"));
            let count = self.count(count);
            let _ = write!(self.html, "<div><dt>{name}</dt><dd>{count}</dd></div>");
        }
        if let Some((first, last)) = &overview.dates {
            let name = self.text("overview.dates");
            let dates = format!("{} – {}", escaped(first), escaped(last));
            let _ = write!(self.html, "<div><dt>{name}</dt><dd>{dates}</dd></div>");
        }
        self.html.push_str("</dl>\n");
    }

    fn begin(&mut self, key: &str) {
        let heading = self.text(&format!("overview.{key}.heading"));
        let about = self.text(&format!("overview.{key}.about"));
        let _ = write!(self.html, "<section><h2>{heading}</h2><p>{about}</p>");
    }

    fn table(&mut self, columns: &[&str]) {
        self.html.push_str("<table><thead><tr>");
        for column in columns {
            let name = self.text(&format!("column.{column}"));
            let _ = write!(self.html, "<th scope=\"col\">{name}</th>");
        }
        self.html.push_str("</tr></thead><tbody>\n");
    }

    fn row(&mut self, cells: &[String]) {
        self.html.push_str("<tr>");
        for (i, cell) in cells.iter().enumerate() {
            let tag = if i == 0 { "th scope=\"row\"" } else { "td" };
            let end = if i == 0 { "th" } else { "td" };
            let _ = write!(self.html, "<{tag}>{cell}</{end}>");
        }
        self.html.push_str("</tr>\n");
    }

    fn end(&mut self) {
        self.html.push_str("</tbody></table></section>\n");
    }

    fn nothing(&mut self) {
        let none = self.text("overview.none");
        let _ = writeln!(self.html, "<p class=\"none\">{none}</p></section>");
    }

    fn failures(&mut self, overview: &Overview) {
        self.begin("failed");
        if overview.failed.is_empty() {
            return self.nothing();
        }
        self.table(&["document", "problem", "remedy"]);
        for kind in &overview.failed {
            for (path, message) in &kind.first {
                self.row(&[escaped(path), escaped(message), escaped(&kind.remedy)]);
            }
            let more = kind.count - kind.first.len() as i64;
            if more > 0 {
                let more = self
                    .text("overview.more")
                    .replace("{count}", &self.count(more));
                self.row(&[more, escaped(&kind.kind), String::new()]);
            }
        }
        self.end();
    }

    fn confidence(&mut self, overview: &Overview) {
        self.begin("confidence");
        self.table(&["confidence", "applied", "suggested", "share"]);
        let largest = overview
            .confidence
            .iter()
            .map(|c| c.applied + c.suggested)
            .max();
        for class in overview.confidence.iter().rev() {
            let range = format!("{}–{}", self.percent(class.from), self.percent(class.to));
            let bar = bar(class.applied + class.suggested, largest);
            let counts = [class.applied, class.suggested].map(|count| self.count(count));
            let [applied, suggested] = counts;
            self.row(&[range, applied, suggested, bar]);
        }
        self.end();
    }

    fn quality(&mut self, overview: &Overview) {
        self.begin("quality");
        self.table(&["cer", "pages", "share"]);
        let largest = overview.quality.iter().map(|class| class.pages).max();
        for class in &overview.quality {
            let range = format!("{}–{}", self.percent(class.from), self.percent(class.to));
            let pages = self.count(class.pages);
            self.row(&[range, pages, bar(class.pages, largest)]);
        }
        if overview.unknown > 0 {
            let unknown = self.text("overview.unknown");
            let pages = self.count(overview.unknown);
            self.row(&[unknown, pages, String::new()]);
        }
        self.end();
    }

    fn worst(&mut self, overview: &Overview) {
        self.begin("worst");
        if overview.worst.is_empty() {
            return self.nothing();
        }
        self.table(&["document", "body", "date", "cer", "unreadable", "suggested"]);
        for document in &overview.worst {
            let shown = |text: &Option<String>| escaped(text.as_deref().unwrap_or("–"));
            let cells = [
                escaped(&document.path),
                shown(&document.body),
                shown(&document.date),
                self.percent(document.cer),
                self.count(document.unreadable),
                self.count(document.suggestions),
            ];
            self.row(&cells);
        }
        self.end();
    }

    fn warnings(&mut self, overview: &Overview) {
        self.begin("warnings");
        if overview.warnings.is_empty() {
            return self.nothing();
        }
        self.table(&["warning", "count", "documents", "example"]);
        for warning in &overview.warnings {
            let key = format!("warning.{}", warning.code);
            let name = match self.language.has(&key) {
                true => self.text(&key),
                false => escaped(&warning.code),
            };
            let cells = [
                name,
                self.count(warning.count),
                self.count(warning.documents),
                escaped(&warning.example),
            ];
            self.row(&cells);
        }
        self.end();
    }
}

/// A bar as long as its share of the largest; drawn, as it repeats what the number says.
fn bar(count: i64, largest: Option<i64>) -> String {
    let largest = largest.unwrap_or(0).max(1);
    let width = (count as f64 / largest as f64 * 100.0).round();
    format!(
        "<svg aria-hidden=\"true\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\"><rect width=\"{width}\" height=\"10\"/></svg>"
    )
}

/// Thousands apart: `12,345` in English, `12 345` in Swedish.
pub fn grouped(count: i64, language: Language) -> String {
    let digits = count.to_string();
    let separator = if language == Language::Sv {
        '\u{a0}'
    } else {
        ','
    };
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        let left = digits.len() - i;
        if i > 0 && left.is_multiple_of(3) && digit.is_ascii_digit() && !grouped.ends_with('-') {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

fn percent(share: f64, language: Language) -> String {
    let percent = format!("{:.1}", share * 100.0);
    let short = percent.strip_suffix(".0").unwrap_or(&percent);
    match language {
        Language::Sv => format!("{}\u{a0}%", short.replace('.', ",")),
        Language::En => format!("{short}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::overview::{Failed, Warned};

    #[test]
    fn nothing_of_a_document_becomes_markup() {
        let evil = "<script>alert('x')</script>\"\u{1b}";
        let overview = Overview {
            documents: 1,
            warnings: vec![Warned {
                code: evil.to_owned(),
                count: 1,
                documents: 1,
                example: evil.to_owned(),
            }],
            failed: vec![Failed {
                kind: evil.to_owned(),
                count: 30,
                remedy: evil.to_owned(),
                first: vec![(evil.to_owned(), evil.to_owned())],
            }],
            ..Overview::default()
        };
        for language in [Language::En, Language::Sv] {
            let html = render(&overview, language, evil, evil);
            assert!(!html.contains("<script"), "{html}");
            assert!(!html.contains('\u{1b}'));
            assert!(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;"));
            // Every key has its words.
            for left in ["overview.", "column.", "report."] {
                assert!(!html.contains(left), "{left} in {html}");
            }
        }
    }

    #[test]
    fn numbers_look_as_the_language_writes_them() {
        assert_eq!(grouped(1_234_567, Language::En), "1,234,567");
        assert_eq!(grouped(123, Language::Sv), "123");
        assert_eq!(grouped(12_345, Language::Sv), "12\u{a0}345");
        assert_eq!(percent(0.005, Language::Sv), "0,5\u{a0}%");
        assert_eq!(percent(0.1, Language::En), "10%");
    }
}
