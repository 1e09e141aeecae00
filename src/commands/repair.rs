//! `klartext repair`: the text with its misreadings mended, line for line.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};

use super::settings::Flags;
use super::target;
use crate::batch::{self, Document, Inputs, Outcome};
use crate::cli::RepairArgs;
use crate::config::{Layer, Settings};
use crate::error::{Error, ErrorKind};
use crate::pipeline;
use crate::repair::Placed;
use crate::source::Format;

/// What the flags say.
pub fn flags(args: &RepairArgs) -> Layer {
    args.batch.over(Layer::default())
}

/// Repairs every input.
///
/// # Errors
/// What stops the whole run; failures of single documents are counted.
pub fn run(args: &RepairArgs, settings: &Settings) -> Result<Outcome, Error> {
    let inputs = args.batch.find(settings)?;
    let output = args.batch.output.as_deref();
    check(args, settings, &inputs)?;
    let is_batch = inputs.is_batch;
    let pipeline = settings.setup()?.pipeline()?;
    let work = |document: &Document| {
        let bytes = document.bytes()?;
        let failed = |kind| Error::new(document.place(), kind);
        let read = pipeline.read(&bytes).map_err(failed)?;
        if args.in_format {
            let written = read.in_format(&bytes).map_err(failed)?;
            return match output {
                Some(output) => {
                    batch::write_whole(&target_in_format(document, output, &bytes)?, &written)?;
                    let name = is_batch.then(|| document.place());
                    let shown = args.diff.then(|| changes(name.as_deref(), &read));
                    Ok(shown.unwrap_or_default())
                }
                None if args.diff => Ok(changes(None, &read)),
                // One document without a directory: other encodings would be no text here.
                None => String::from_utf8(written).map_err(|_| failed(NOT_UTF8)),
            };
        }
        if let Some(output) = output {
            let text = read.repaired_text();
            let extension = extension(&read, document);
            batch::write_whole(&target(document, output, extension)?, text.as_bytes())?;
        }
        Ok(match (args.diff, output) {
            (true, _) => {
                let name = is_batch.then(|| document.place());
                changes(name.as_deref(), &read)
            }
            (false, Some(_)) => String::new(),
            (false, None) => read.repaired_text(),
        })
    };
    let print = if args.diff {
        batch::print_styled
    } else {
        batch::print
    };
    let threads = usize::from(settings.threads.value);
    batch::run(inputs, threads, settings.volume(), work, print)
}

const NOT_UTF8: ErrorKind =
    ErrorKind::Usage("files in other encodings than UTF-8 need -o DIR to be written in their own");

/// What the name of a text gets: what is no text file gets another name.
fn extension(read: &pipeline::Document, document: &Document) -> &'static str {
    match read.raw.format {
        Format::Text if document.target.extension().is_none_or(|e| e != "gz") => "",
        _ => ".txt",
    }
}

/// Where a file goes that keeps its format: what was gzip'd loses its `.gz`.
fn target_in_format(document: &Document, output: &Path, bytes: &[u8]) -> Result<PathBuf, Error> {
    let is_packed = bytes.starts_with(b"\x1f\x8b");
    if !is_packed || document.target.extension().is_none_or(|e| e != "gz") {
        return target(document, output, "");
    }
    let unpacked = Document {
        target: document.target.with_extension(""),
        ..document.clone()
    };
    target(&unpacked, output, "")
}

/// Several texts one after another would be no text.
fn check(args: &RepairArgs, settings: &Settings, inputs: &Inputs) -> Result<(), Error> {
    if args.in_format && settings.volume.value {
        let kind = ErrorKind::Usage("a volume is no file that could be written --in-format");
        return Err(Error::new("repair", kind));
    }
    if inputs.is_batch && args.batch.output.is_none() && !args.diff {
        let kind = ErrorKind::Usage("several documents need -o DIR (or --diff) to be told apart");
        return Err(Error::new("repair", kind));
    }
    Ok(())
}

const NAME: Style = Style::new().bold();
const FROM: Style = AnsiColor::Red.on_default();
const TO: Style = AnsiColor::Green.on_default();
const ASIDE: Style = Style::new().dimmed();

/// Each change on a line, under the document's name where there are several.
fn changes(name: Option<&str>, document: &pipeline::Document) -> String {
    let mut shown = String::new();
    // Writing to a String cannot fail.
    if let Some(name) = name {
        let _ = writeln!(shown, "{NAME}{name}{NAME:#}");
    }
    for placed in &document.reading.repairs {
        let place = place(document, placed);
        let repair = &placed.repair;
        let mark = if repair.applied { ' ' } else { '?' };
        let _ = writeln!(
            shown,
            "{ASIDE}{place:>7}{ASIDE:#} {mark} {FROM}{}{FROM:#} → {TO}{}{TO:#}  {ASIDE}{:.2}{ASIDE:#}",
            repair.from, repair.to, repair.confidence
        );
    }
    shown
}

/// The line of a change, with its page where there are several.
fn place(document: &pipeline::Document, placed: &Placed) -> String {
    let lines = &document.reading.lines;
    let at = lines.partition_point(|line| line.span.end < placed.target.start);
    match lines.get(at) {
        Some(line) if document.raw.pages.len() > 1 => format!("{}:{}", line.page, line.number),
        Some(line) => line.number.to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::normalize;
    use crate::repair::{Reading, Repair};

    fn shown(text: &str, changes_at: &[(&str, &str, bool)]) -> String {
        let raw = crate::source::read(text.as_bytes()).expect("text");
        let clean = normalize(&raw);
        let repair = |&(from, to, applied): &(&str, &str, bool)| Repair {
            confidence: 0.987,
            applied,
            ..Repair::in_text(&clean.text, from, to)
        };
        let repairs = changes_at.iter().map(repair).collect();
        let reading = Reading::new(&clean, repairs, Vec::new());
        let styled = changes(None, &pipeline::Document { raw, reading });
        anstream::adapter::strip_str(&styled).to_string()
    }

    #[test]
    fn changes_say_where_what_and_how_surely() {
        assert_eq!(
            shown("Beslut\r\n\r\nfar bidrag", &[("far", "får", true)]),
            "      3   far → får  0.99\n"
        );
        assert_eq!(
            shown(
                "Beslut\n\u{c}\nBidrag 1 ar",
                &[("1", "i", true), ("ar", "år", false)]
            ),
            "    2:2   1 → i  0.99\n    2:2 ? ar → år  0.99\n"
        );
    }
}
