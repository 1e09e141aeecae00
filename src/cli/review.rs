//! The command line of what comes after a batch: registers, reports, reviews.

use std::path::PathBuf;

use clap::Args;

use crate::review::language::Language;

pub(super) const REGISTER_EXAMPLES: &str = "Examples:\n  \
    klartext convert archive/ -o json/ && klartext register json/ -o register.csv --lang sv\n      \
    A row for each item, as a Swedish Excel opens it by double-click: semicolons, decimal commas, UTF-8 with a mark.\n  \
    klartext register json/ -o register.csv --separator ,\n      The same for programs and for other countries' spreadsheets.\n  \
    klartext register json/ -o register.sqlite\n      Tables and full-text search; docs/REGISTER.md shows queries.\n\n\
    Records are read in the order of their files' names, so that the same records give the same register. A document without items \
    has one row, so that none is missing. Texts that a spreadsheet would run as a formula or turn into a date get an apostrophe before them; \
    the database has them as they are. What cannot be read is named, and the exit code is 1.";

pub(super) const APPLY_EXAMPLES: &str = "Examples:\n  \
    klartext apply json/\n      Puts what json/decisions.ndjson holds into the records below json/.\n\n\
    What a person decided has \"method\": \"reviewed\" and confidence 1; a rejected correction is not applied and has confidence 0. \
    The repaired text changes at the correction, and fields that cover it follow. What the machine made is kept under \
    json/.klartext/machine/, so that a decision that is taken back is taken out again; a second run changes nothing. \
    Decisions are found by their source's digest and place, also after a new run of `convert`. Those that fit nowhere are \
    listed on standard output, one on each line, and stay in the file; then, and where a record could not be read, the exit code is 1.";

/// `klartext apply`
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// The directory that `klartext convert -o DIR` wrote
    #[arg(value_name = "OUT_DIR")]
    pub directory: PathBuf,
}

pub(super) const LEARN_EXAMPLES: &str = "Examples:\n  \
    klartext learn json/ -o house.toml\n      What json/decisions.ndjson holds, as words, names and confusions.\n  \
    klartext convert --house house.toml more/ -o more-json/\n      Later runs take it along.\n\n\
    Words of corrections that were accepted, chosen or typed, and words that were to stay as they were read, become names where they have a capital, \
    words else; those that klartext knows well are left out. Names that were typed into fields are names. How the reviewed documents' words were read \
    is counted letter by letter: what was decided, what was sure (0.9) and not rejected, and what stood right. The file can be opened and corrected. \
    Lines of the decisions and records that cannot be read are named, and the exit code is 1.";

/// `klartext learn`
#[derive(Debug, Args)]
pub struct LearnArgs {
    /// The directory that `klartext convert -o DIR` wrote
    #[arg(value_name = "OUT_DIR")]
    pub directory: PathBuf,
    /// The file to write (TOML)
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

pub(super) const REPORT_EXAMPLES: &str = "Examples:\n  \
    klartext report json/ -o report.html\n  \
    klartext report json/ -o rapport.html --lang sv\n\n\
    Documents, failures and what to do about each, corrections by confidence, the quality of the pages, the worst documents and \
    warnings by kind, as one page of HTML that loads nothing else: to mail, to print, to archive.";

/// `klartext report`
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The directory that `klartext convert -o DIR` wrote
    #[arg(value_name = "OUT_DIR")]
    pub directory: PathBuf,
    /// The page to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// The language of the page
    #[arg(long, value_enum, default_value_t, value_name = "LANGUAGE")]
    pub lang: Language,
}

pub(super) const REVIEW_EXAMPLES: &str = "Examples:\n  \
    klartext review json/\n      Opens the browser on what `klartext convert -o json/` wrote.\n  \
    klartext review json/ --images archive/\n      With the scans: archive/2020/page.png beside 2020/page.xml, as far as records have coordinates.\n  \
    klartext review json/ --no-open --port 8080\n      Prints the address and stays where it is.\n\n\
    The page is served to this computer only (127.0.0.1), and only to who has the address that is printed. Nothing is loaded from \
    elsewhere. Decisions are added to json/decisions.ndjson, each at once; `klartext apply json/` (or the button) puts them into the records. \
    An index is kept in json/.klartext/review.sqlite; it may be deleted at any time. Ctrl-C ends it.";

/// `klartext review`
#[derive(Debug, Args)]
pub struct ReviewArgs {
    /// The directory that `klartext convert -o DIR` wrote
    #[arg(value_name = "OUT_DIR")]
    pub directory: PathBuf,
    /// Show page images found under this directory, by the path of each source
    #[arg(long, value_name = "DIR")]
    pub images: Option<PathBuf>,
    /// The port to listen on [default: a free one]
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
    /// Print the address and open no browser
    #[arg(long)]
    pub no_open: bool,
}

/// `klartext register`
#[derive(Debug, Args)]
pub struct RegisterArgs {
    /// The directory that `klartext convert -o DIR` wrote
    #[arg(value_name = "OUT_DIR")]
    pub directory: PathBuf,
    /// What to write; the name says what it becomes: .csv, .sqlite or .db
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// What parts the cells of a .csv file: one character, or `tab` [default: ;]
    #[arg(long, value_name = "CHARACTER", value_parser = separator)]
    pub separator: Option<u8>,
    /// The language of a .csv file's headings
    #[arg(long, value_enum, default_value_t, value_name = "LANGUAGE")]
    pub lang: Language,
}

fn separator(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [byte] if (byte.is_ascii_punctuation() || *byte == b'\t') && !b"\"'".contains(byte) => {
            Ok(*byte)
        }
        _ => Err("must be one character such as ; or , or the word tab".to_owned()),
    }
}
