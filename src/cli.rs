//! The command line: arguments, their types and their help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::source::Format;

/// What the program is told.
#[derive(Debug, Parser)]
#[command(
    name = "klartext",
    version,
    about = "Turns OCR'd Swedish municipal minutes into clean text and trustworthy JSON",
    long_about = "Turns OCR'd Swedish municipal minutes (protokoll, protokollsutdrag) into clean text and trustworthy JSON.\n\n\
        It reads plain text in any usual encoding, ALTO, hOCR, PAGE XML, PDFs with a text layer and, with --ocr, scans; it mends what OCR misread, and finds the meeting, its items, decisions, votes and people. \
        Every value points at the characters it was read from and says how sure it is. It works offline: the language model is inside the program.",
    after_long_help = "Examples:\n  \
        klartext convert protocol.txt                 one document, JSON for people to read\n  \
        klartext convert archive/ -o json/            a directory, one JSON file for each document\n  \
        klartext convert archive/ --plain > all.ndjson  one document on each line, values only\n  \
        klartext repair protocol.txt --diff           what would be mended, and how surely\n\n\
        Exit code: 0 all went well, 1 some document failed (the others are done), 2 the command line is wrong.",
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read documents and write JSON
    #[command(after_long_help = CONVERT_EXAMPLES)]
    Convert(ConvertArgs),
    /// Mend the text and keep its lines
    #[command(after_long_help = REPAIR_EXAMPLES)]
    Repair(RepairArgs),
    /// Build the language model from raw material
    #[command(after_long_help = TRAIN_EXAMPLES)]
    Train(TrainArgs),
    /// Print the JSON Schema of the output
    #[command(after_long_help = SCHEMA_EXAMPLES)]
    Schema(SchemaArgs),
    /// Measure how good the program is, where the truth is known
    Eval(EvalArgs),
    /// The program as its own worker; nothing for people
    #[command(hide = true)]
    Worker(WorkerArgs),
}

/// `klartext worker`
#[derive(Debug, Args)]
pub struct WorkerArgs {
    /// The most memory, in bytes
    pub memory: u64,
    /// The most processor time, in seconds
    pub seconds: u64,
    /// What to do
    #[command(subcommand)]
    pub task: WorkerTask,
}

/// What a worker does.
#[derive(Debug, Subcommand)]
pub enum WorkerTask {
    /// Parse the PDF on standard input
    Pdf,
    /// Become another program
    Run {
        /// The program and its arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        command: Vec<std::ffi::OsString>,
    },
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        use Format::{Alto, Hocr, Image, Page, Pdf, Text};
        &[Text, Alto, Hocr, Page, Pdf, Image]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.name()))
    }
}

const CONVERT_EXAMPLES: &str = "Examples:\n  \
    klartext convert protocol.txt\n      One document: JSON in the full view, laid out for people.\n  \
    klartext convert --plain protocol.txt | jq '.document.items[].title'\n      Values only.\n  \
    klartext convert archive/ -o json/\n      archive/2020/page.txt becomes json/2020/page.txt.json.\n  \
    klartext convert a.txt b.txt > both.ndjson\n      Several documents: one on each line, in the order given.\n  \
    klartext convert minutes.pdf page.xml page.hocr.gz scans.zip!page-001.xml\n      PDFs, ALTO, hOCR, PAGE XML; packed or not.\n  \
    klartext convert --volume pages/ -o json/\n      The page files of a directory as one document; a METS file gives their order.\n  \
    klartext convert --ocr scan.tif\n      A scan, read by tesseract.\n  \
    klartext convert --source-text page.xml\n      The text that offsets count in: words in reading order.\n\n\
    What a file is, its content tells, whatever its name; --format overrides. Where it has coordinates, each value has a bbox. \
    In a directory, .txt and .text files, ALTO, hOCR, PAGE XML, PDFs, zip archives and, with --ocr, scans are read, in sorted order, \
    hidden ones left out; other files are counted and passed over. A file that is named is read whatever its name, and one that cannot be read is an error. \
    With several inputs, paths under -o are kept from the folder all of them lie in, so that no two outputs collide.";

const REPAIR_EXAMPLES: &str = "Examples:\n  \
    klartext repair protocol.txt > mended.txt\n      Line breaks, blank lines and form feeds stay where they are.\n  \
    klartext repair --diff protocol.txt\n      Each change: line (page:line where there are pages), from → to, confidence.\n      \
    Changes marked ? stay below --min-confidence: suggestions, not applied.\n  \
    klartext repair archive/ -o mended/\n      archive/2020/page.txt becomes mended/2020/page.txt (in UTF-8).\n  \
    klartext repair --in-format alto/ -o mended/\n      ALTO stays ALTO, hOCR hOCR, PAGE PAGE: only texts change, what stood there before is kept beside them.";

const SCHEMA_EXAMPLES: &str = "Examples:\n  \
    klartext schema > klartext.schema.json\n  \
    klartext schema --plain > klartext-plain.schema.json";

const EVAL_EXTRACT_EXAMPLES: &str = "Examples:\n  \
    klartext eval extract --gold gold/\n      Reads gold/NAME.txt and compares with gold/NAME.json.\n  \
    klartext eval extract --gold gold/ --suffix .eng.txt\n      The same documents as an English OCR model read them.
  klartext eval extract --gold gold/ --calibration
      Whether values are as sure as they say.\n\n\
    For each field: how many facts the gold holds, precision, recall and F1; strict, with case and \
    punctuation left out (soft), and where every text is at least 95 % similar (near).";

const TRAIN_EXAMPLES: &str = "Examples:\n  \
    klartext train material/ -o src/data/\n      Reads material/corpus, material/lexicon and material/ocr; \
    cargo build then carries the new model inside the program.";

const EVAL_REPAIR_EXAMPLES: &str = "Examples:\n  \
    klartext eval repair --gold pages.jsonl\n      Error rates, damage and calibration of what is made of the English engine's text.\n  \
    klartext eval repair --gold pages.jsonl.zst --engine eng,swe,gold --part d --errors 20\n      Three texts of the pages whose id begins with d, and the commonest mistakes.\n\n\
    Each line of the file is a page in JSON: id, level (of degradation), gold (the true text), and what each engine read under the engine's name.";

/// `klartext convert`
#[derive(Debug, Args)]
pub struct ConvertArgs {
    /// Add a house style's headings and words (TOML, in the form of src/data/vocabulary.toml)
    #[arg(long, value_name = "FILE")]
    pub vocabulary: Option<PathBuf>,
    #[command(flatten)]
    /// What to read and how.
    pub batch: BatchArgs,
    /// Write values only, without confidence and source
    #[arg(long)]
    pub plain: bool,
    /// Write each document on one line, also where there is one only
    #[arg(long)]
    pub ndjson: bool,
    /// Print the text that offsets in the JSON count in, instead of JSON
    #[arg(long, conflicts_with_all = ["plain", "ndjson"])]
    pub source_text: bool,
}

/// `klartext repair`
#[derive(Debug, Args)]
pub struct RepairArgs {
    #[command(flatten)]
    /// What to read and how.
    pub batch: BatchArgs,
    /// Show each change instead of the text; with -o, besides writing it
    #[arg(long)]
    pub diff: bool,
    /// Write ALTO, hOCR or PAGE XML again, with the repaired text in it
    #[arg(long, conflicts_with = "volume")]
    pub in_format: bool,
}

/// `klartext train`
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// Directory that holds corpus/, lexicon/ and ocr/ (compressed with zstd)
    #[arg(value_name = "DIR")]
    pub material: PathBuf,
    /// Where the built assets go
    #[arg(short, long, value_name = "DIR", default_value = "src/data")]
    pub output: PathBuf,
    /// Leave out bigrams that lower the likelihood by less than this (nats a token)
    #[arg(long, value_name = "NATS", default_value_t = 1e-7)]
    pub bigram_threshold: f64,
    /// The same for trigrams
    #[arg(long, value_name = "NATS", default_value_t = 2e-7)]
    pub trigram_threshold: f64,
}

/// `klartext schema`
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// The view with values only
    #[arg(long, conflicts_with = "full")]
    pub plain: bool,
    /// The view with confidence and source (the default)
    #[arg(long)]
    pub full: bool,
}

/// `klartext eval`
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct EvalArgs {
    /// What is measured.
    #[command(subcommand)]
    pub command: EvalCommand,
}

/// What can be measured.
#[derive(Debug, Subcommand)]
pub enum EvalCommand {
    /// The repair of pages whose true text is known
    #[command(after_long_help = EVAL_REPAIR_EXAMPLES)]
    Repair(EvalRepairArgs),
    /// The fields of documents whose true fields are known
    #[command(after_long_help = EVAL_EXTRACT_EXAMPLES)]
    Extract(EvalExtractArgs),
}

/// `klartext eval extract`
#[derive(Debug, Args)]
pub struct EvalExtractArgs {
    /// Directory with NAME.json (the document of the plain view) and NAME's text beside it
    #[arg(long, value_name = "DIR")]
    pub gold: PathBuf,
    /// What follows NAME in the texts to read, for instance .eng.txt
    #[arg(long, value_name = "SUFFIX", default_value = ".txt")]
    pub suffix: String,
    /// Leave the text as it was read where a repair is less sure than this (0 to 1)
    #[arg(long, value_name = "P", default_value_t = crate::config::Options::default().min_confidence, value_parser = probability)]
    pub min_confidence: f32,
    /// Print how often values are wrong at each confidence instead, and the wrong ones of 0.9 or more
    #[arg(long)]
    pub calibration: bool,
}

/// `klartext eval repair`
#[derive(Debug, Args)]
pub struct EvalRepairArgs {
    /// The pages, JSON lines, packed with zstd or not
    #[arg(long, value_name = "PAIRS")]
    pub gold: PathBuf,
    /// Whose texts to repair; gold is the true text, where every change is false
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        default_value = "eng"
    )]
    pub engine: Vec<String>,
    /// Only pages whose id begins so
    #[arg(
        long,
        value_name = "PREFIX",
        default_value = "",
        hide_default_value = true
    )]
    pub part: String,
    /// Only pages whose eng_cer (if not stated: whose text's character error rate) is at most this
    #[arg(long, value_name = "CER", default_value_t = 0.15)]
    pub max_cer: f64,
    /// List the N commonest mistakes that remain, and the commonest damage
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub errors: usize,
    /// Print JSON
    #[arg(long, conflicts_with = "markdown")]
    pub json: bool,
    /// Print Markdown tables
    #[arg(long)]
    pub markdown: bool,
    /// Leave the text as it was read where a repair is less sure than this (0 to 1)
    #[arg(long, value_name = "P", default_value_t = crate::config::Options::default().min_confidence, value_parser = probability)]
    pub min_confidence: f32,
    /// How many pages to work on at once [default: one for each processor core]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
}

/// What `convert` and `repair` share.
#[derive(Debug, Args)]
pub struct BatchArgs {
    /// Files, directories (searched with all they hold), zip archives, ARCHIVE.zip!MEMBER, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// Write one file for each document under this directory
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Make one document of the page files of each directory, zip archive or METS file
    #[arg(long)]
    pub volume: bool,
    /// What the files are, whatever their content looks like [default: by their content]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Read scans, and pages of PDFs without text, with the tesseract that is installed
    #[arg(long)]
    pub ocr: bool,
    /// Leave the text as it was read where a repair is less sure than this (0 to 1)
    #[arg(long, value_name = "P", default_value_t = crate::config::Options::default().min_confidence, value_parser = probability)]
    pub min_confidence: f32,
    /// How many documents to work on at once [default: one for each processor core]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
}

fn probability(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(p) if (0.0..=1.0).contains(&p) => Ok(p),
        _ => Err("must be a number from 0 to 1".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
