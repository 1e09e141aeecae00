//! The command line: arguments, their types and their help.

#[cfg(feature = "review")]
pub mod review;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::LogFormat;
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
        Settings that stay the same can stand in a file klartext.toml, see `klartext config --help`.\n\n\
        Exit code: 0 all went well, 1 some document failed (the others are done), 2 the command line or the configuration is wrong, 130 interrupted.",
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What holds for every command.
    #[command(flatten)]
    pub global: GlobalArgs,
}

/// What holds for every command.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct GlobalArgs {
    /// Say nothing but what went wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Log every document (-v) and every step (-vv) on standard error
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// How logs and messages are written; json: one object on each line
    #[arg(long, global = true, value_name = "FORMAT", value_enum)]
    pub log_format: Option<LogFormat>,
    /// Take settings from this file instead of the nearest klartext.toml
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Take no settings from any file
    #[arg(long, global = true)]
    pub no_config: bool,
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
    /// Build the language model from raw material, or a channel table from pages of yours
    #[command(after_long_help = TRAIN_EXAMPLES)]
    Train(TrainArgs),
    /// Print the JSON Schema of the output
    #[command(after_long_help = SCHEMA_EXAMPLES)]
    Schema(SchemaArgs),
    /// Answer requests line by line: JSON in, JSON out, in the same order
    #[command(after_long_help = STREAM_EXAMPLES)]
    Stream(StreamArgs),
    /// Show which settings are in force, and where they come from
    #[command(after_long_help = CONFIG_EXAMPLES)]
    Config(ConfigArgs),
    /// Print what makes a shell complete commands and options
    #[command(after_long_help = COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArgs),
    /// Write the manual pages
    #[command(after_long_help = MAN_EXAMPLES)]
    Man(ManArgs),
    /// Measure how good the program is, where the truth is known
    Eval(EvalArgs),
    /// Write one row for each item of a batch: for a spreadsheet, or as a database
    #[cfg(feature = "review")]
    #[command(after_long_help = review::REGISTER_EXAMPLES)]
    Register(review::RegisterArgs),
    /// Make words, names and confusions of the decisions of a review, for later runs
    #[cfg(feature = "review")]
    #[command(after_long_help = review::LEARN_EXAMPLES)]
    Learn(review::LearnArgs),
    /// Write the overview of a batch as one page to mail or archive
    #[cfg(feature = "review")]
    #[command(after_long_help = review::REPORT_EXAMPLES)]
    Report(review::ReportArgs),
    /// Look at a batch and decide, in the browser
    #[cfg(feature = "review")]
    #[command(after_long_help = review::REVIEW_EXAMPLES)]
    Review(review::ReviewArgs),
    /// Put the decisions of a review into the records
    #[cfg(feature = "review")]
    #[command(after_long_help = review::APPLY_EXAMPLES)]
    Apply(review::ApplyArgs),
    /// Work for another klartext, over pipes
    #[command(hide = true)]
    Worker(WorkerArgs),
    /// Do one thing under limits: parse a PDF, or become another program
    #[command(hide = true)]
    PdfWorker(PdfWorkerArgs),
}

/// `klartext pdf-worker`
#[derive(Debug, Args)]
pub struct PdfWorkerArgs {
    /// The most memory, in bytes
    pub memory: u64,
    /// The most processor time, in seconds
    pub seconds: u64,
    /// What to do
    #[command(subcommand)]
    pub task: PdfWorkerTask,
}

/// What such a worker does.
#[derive(Debug, Subcommand)]
pub enum PdfWorkerTask {
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

const STREAM_EXAMPLES: &str = "Each line of standard input is a JSON object:\n  \
    {\"id\": …, \"text\": \"…\"}   a document itself; id may be any JSON, or be left out\n  \
    {\"id\": …, \"path\": \"…\"}   a file; beside a text, path only names it in the record\n\
    Other keys are ignored. Each gets one line on standard output: its record, as `klartext convert` writes it, \
    with the id in source.id; or {\"id\": …, \"line\": 7, \"error\": {\"kind\", \"message\", \"remedy\"}}.\n\n\
    Examples:\n  \
    jq -cn '{id: 1, text: \"far 1 uppdrag\"}' | klartext stream --plain\n  \
    find archive -name '*.txt' | jq -cR '{path: .}' | klartext stream > all.ndjson\n  \
    docs/SCALE.md shows GNU parallel, Spark and Slurm.";

const CONFIG_EXAMPLES: &str = "A file klartext.toml in this directory or one above it holds settings by the names of the options:\n  \
    plain = true\n  \
    threads = 8\n  \
    exclude = [\"drafts\", \"*.old.txt\"]\n\
    Options on the command line win. A setting that klartext does not know is an error.\n\n\
    Examples:\n  \
    klartext config                       what is in force here\n  \
    klartext config > klartext.toml       a file to begin with";

const COMPLETIONS_EXAMPLES: &str = "Examples:\n  \
    klartext completions bash > ~/.local/share/bash-completion/completions/klartext\n  \
    klartext completions zsh > ~/.zfunc/_klartext\n  \
    klartext completions powershell >> $PROFILE";

const MAN_EXAMPLES: &str = "Examples:\n  \
    klartext man -o ~/.local/share/man/man1\n      klartext.1 and a page for each command.\n  \
    klartext man | man -l -";

const CONVERT_EXAMPLES: &str = "Examples:\n  \
    klartext convert protocol.txt\n      One document: JSON in the full view, laid out for people.\n  \
    klartext convert --plain protocol.txt | jq '.document.items[].title'\n      Values only.\n  \
    klartext convert archive/ -o json/\n      archive/2020/page.txt becomes json/2020/page.txt.json.\n  \
    klartext convert a.txt b.txt > both.ndjson\n      Several documents: one on each line, in the order given.\n  \
    klartext convert minutes.pdf page.xml page.hocr.gz scans.zip!page-001.xml\n      PDFs, ALTO, hOCR, PAGE XML; packed or not.\n  \
    klartext convert --volume pages/ -o json/\n      The page files of a directory as one document; a METS file gives their order.\n  \
    klartext convert --ocr scan.tif\n      A scan, read by tesseract.\n  \
    klartext convert --source-text page.xml\n      The text that offsets count in: words in reading order.\n  \
    find archive -name '*.txt' -print0 | klartext convert --files-from - -o json/\n      What a list names; outputs keep the paths that stand in it.\n  \
    klartext convert archive/ -o json/ --shard 1000\n      json/part-00001.ndjson and so on, a thousand documents in each.\n\n\
    Under -o, a run that was interrupted goes on where it was: run the same command again. Documents whose output was made \
    from the same bytes by the same model with the same options are passed over, others are done. What failed, why and what to do stands in \
    DIR/failures.ndjson, what all came to in DIR/summary.json. Each document is worked on in a process of its own: one that hangs (--timeout), \
    crashes or takes too much memory costs nothing but itself.\n\n\
    What a file is, its content tells, whatever its name; --format overrides. Where it has coordinates, each value has a bbox. \
    In a directory, .txt and .text files, ALTO, hOCR, PAGE XML, PDFs, zip archives and, with --ocr, scans are read, in sorted order, \
    hidden and temporary ones left out; other files are counted and passed over. A file that is named is read whatever its name, and one that cannot be read is an error. \
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
    cargo build then carries the new model inside the program.\n  \
    klartext train --adapt archive/ -o channel.tsv\n      Nobody need type anything: what is surely read in the whole collection tells how its engine errs. \
    Reads every document twice.\n  \
    klartext train --pairs pages/ -o channel.tsv\n      pages/a.txt as it was read, pages/a.gold.txt as it stands on the page, and so on. Also learns confusions that klartext has never met.\n  \
    klartext train --pairs pages.jsonl --engine eng -o channel.tsv\n      Each line is a page in JSON: gold, and what was read under seen (or the name that --engine gives); packed with zstd or not.\n  \
    klartext repair --channel channel.tsv new/ -o mended/\n      Later runs take the table.\n\n\
    A channel table is a text that can be opened and corrected: a line for each confusion, what was meant, what is seen, and \
    what that costs (the negative logarithm of how often). It counts beside the built-in tables, as far as it fits a document. \
    A document or a line that cannot be used is named and passed over; exit code 1 then says so.";

const EVAL_REPAIR_EXAMPLES: &str = "Examples:\n  \
    klartext eval repair --gold pages.jsonl\n      Error rates, damage and calibration of what is made of the English engine's text.\n  \
    klartext eval repair --gold pages.jsonl.zst --engine eng,swe,gold --part d --errors 20\n      Three texts of the pages whose id begins with d, and the commonest mistakes.\n  \
    klartext eval repair --gold pages.jsonl --without context\n      What the language model's context is worth.\n\n\
    Each line of the file is a page in JSON: id, level (of degradation), gold (the true text), and what each engine read under the engine's name.\n\n\
    --without context: the language model knows words, not what stands before them; channel: every edit costs the same, whatever engines tend to misread; \
    compounds: words are not put together of others; evidence: each document is read once, without what it shows of its engine and its names.";

/// `klartext convert`
#[derive(Debug, Args)]
pub struct ConvertArgs {
    /// Add a house style's headings and words (TOML, in the form of src/data/vocabulary.toml)
    #[arg(long, value_name = "FILE")]
    pub vocabulary: Option<PathBuf>,
    #[command(flatten)]
    /// What to read and how.
    pub batch: BatchArgs,
    #[command(flatten)]
    /// What is written.
    pub output: OutputArgs,
    #[command(flatten)]
    /// What a document may cost.
    pub limits: LimitArgs,
    /// Do all documents again, what is done and what a person has reviewed included
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Print the text that offsets in the JSON count in, instead of JSON
    #[arg(long, conflicts_with_all = ["plain", "ndjson", "shard", "files", "force"])]
    pub source_text: bool,
}

/// What `convert` writes.
#[derive(Clone, Debug, Default, Args)]
pub struct OutputArgs {
    /// Write values only, without confidence and source
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    pub plain: Option<bool>,
    /// Write each document on one line, also where there is one only
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    pub ndjson: Option<bool>,
    /// With -o: put N documents in each file, part-00001.ndjson and so on
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub shard: Option<u32>,
    /// With --shard: write one file for each document besides
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    pub files: Option<bool>,
}

/// What a document may cost, and what it may hold up.
#[derive(Clone, Debug, Default, Args)]
pub struct LimitArgs {
    /// Give a document up after this many seconds (0: never) [default: 600; with --ocr 7200]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<f64>,
    /// Give a document up when it needs more memory than this, in MB (0: no limit; not on Windows and macOS) [default: 2048]
    #[arg(long, value_name = "MB")]
    pub max_memory: Option<u64>,
    /// Write lines as they are done instead of in the order of the inputs
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    pub unordered: Option<bool>,
    /// Work without worker processes: a document that crashes ends the run
    #[arg(long, hide = true)]
    pub in_process: bool,
}

/// `klartext stream`
#[derive(Debug, Args)]
pub struct StreamArgs {
    /// Add a house style's headings and words (TOML, in the form of src/data/vocabulary.toml)
    #[arg(long, value_name = "FILE")]
    pub vocabulary: Option<PathBuf>,
    /// Write values only, without confidence and source
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    pub plain: Option<bool>,
    #[command(flatten)]
    /// What shapes the output, and how fast.
    pub work: WorkArgs,
    #[command(flatten)]
    /// What a document may cost.
    pub limits: LimitArgs,
}

/// `klartext config`
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// Add a house style's headings and words (TOML, in the form of src/data/vocabulary.toml)
    #[arg(long, value_name = "FILE")]
    pub vocabulary: Option<PathBuf>,
    #[command(flatten)]
    /// Settings to try.
    pub output: OutputArgs,
    #[command(flatten)]
    /// Settings to try.
    pub work: WorkArgs,
    #[command(flatten)]
    /// Settings to try.
    pub limits: LimitArgs,
    #[command(flatten)]
    /// Settings to try.
    pub filter: FilterArgs,
}

/// `klartext completions`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Which shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// `klartext man`
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write a page for each command under this directory instead of printing the first
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

/// `klartext worker`
#[derive(Debug, Args)]
pub struct WorkerArgs {
    /// What to do
    #[arg(value_enum)]
    pub task: WorkerTask,
    /// The most memory to take, in bytes
    #[arg(long)]
    pub memory: Option<u64>,
}

/// What workers do; the name is the task's in [`crate::worker::Launch`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum WorkerTask {
    /// Convert documents.
    Convert,
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
    #[arg(long)]
    pub in_format: bool,
}

/// `klartext train`
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// Directory that holds corpus/, lexicon/ and ocr/ (compressed with zstd)
    #[arg(value_name = "DIR", required_unless_present_any = ["pairs", "adapt"], conflicts_with_all = ["pairs", "adapt"])]
    pub material: Option<PathBuf>,
    /// Learn a channel table from pages whose true text is known: a directory with NAME.txt and NAME.gold.txt, or JSON lines
    #[arg(
        long,
        value_name = "PAIRS",
        conflicts_with = "adapt",
        requires = "output"
    )]
    pub pairs: Option<PathBuf>,
    /// Learn a channel table from what is surely read in a collection: a directory, zip archive or pattern, no true text needed
    #[arg(long, value_name = "DIR", requires = "output")]
    pub adapt: Option<PathBuf>,
    /// With --pairs: what the JSON lines call what was read
    #[arg(long, value_name = "NAME", default_value = "seen", requires = "pairs")]
    pub engine: String,
    /// Where the built assets go: a directory [default: src/data]; with --pairs and --adapt the table's file
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// How many documents to work on at once [default: one for each processor core]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
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
    /// Take a channel table of `klartext train --pairs` or `--adapt` beside the built-in ones
    #[arg(long, value_name = "FILE")]
    pub channel: Option<PathBuf>,
    /// Take what a review has taught: a file of `klartext learn`
    #[arg(long, value_name = "FILE")]
    pub house: Option<PathBuf>,
    /// Leave a part of the program out, to see what it is worth (may be repeated)
    #[arg(long, value_name = "PART", value_delimiter = ',')]
    pub without: Vec<crate::eval::ablation::Part>,
    /// How many pages to work on at once [default: one for each processor core]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
}

/// What `convert` and `repair` share.
#[derive(Debug, Args)]
pub struct BatchArgs {
    /// Files, directories (searched with all they hold), zip archives, ARCHIVE.zip!MEMBER, patterns such as 'in/**/*.txt', or - for standard input
    #[arg(required_unless_present = "files_from", value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// Read the names of inputs from a file, one on a line or each ended by a zero byte (- for standard input)
    #[arg(long, value_name = "LIST")]
    pub files_from: Option<PathBuf>,
    /// Names in --files-from end in a zero byte, as `find -print0` writes them; without it the first end that comes tells
    #[arg(short = '0', long = "null", requires = "files_from")]
    pub null: bool,
    #[command(flatten)]
    /// Which files of directories.
    pub filter: FilterArgs,
    /// Write one file for each document under this directory
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Make one document of the page files of each directory, zip archive or METS file
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    pub volume: Option<bool>,
    #[command(flatten)]
    /// What shapes the output, and how fast.
    pub work: WorkArgs,
}

/// Which files of directories are read.
#[derive(Clone, Debug, Default, Args)]
pub struct FilterArgs {
    /// In directories, read only what matches (may be repeated): '*.txt', '2020/**', 'minutes-{a,b}*'
    #[arg(long, value_name = "PATTERN")]
    pub include: Vec<String>,
    /// In directories, pass over files and folders that match (may be repeated)
    #[arg(long, value_name = "PATTERN")]
    pub exclude: Vec<String>,
    /// In directories, follow links (one that leads back ends there)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    pub follow_links: Option<bool>,
}

/// What shapes the output, and how many documents at once.
#[derive(Clone, Debug, Default, Args)]
pub struct WorkArgs {
    /// What the files are, whatever their content looks like [default: by their content]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Read scans, and pages of PDFs without text, with the tesseract that is installed
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    pub ocr: Option<bool>,
    /// Mend words more readily that the OCR engine was unsure of, where ALTO, hOCR or PAGE say so; the same page as text may then read otherwise
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    pub word_confidences: Option<bool>,
    /// Names that the documents hold (a roster, places), one a line: they count as evidence in repair
    #[arg(long, value_name = "FILE")]
    pub names: Option<PathBuf>,
    /// Words that the documents hold (terms of the house), one a line: they count as evidence in repair
    #[arg(long, value_name = "FILE")]
    pub lexicon: Option<PathBuf>,
    /// What the engine that read the documents makes of which letters: a table of `klartext train --pairs` or `--adapt`
    #[arg(long, value_name = "FILE")]
    pub channel: Option<PathBuf>,
    /// What a review has taught: a file of `klartext learn`
    #[arg(long, value_name = "FILE")]
    pub house: Option<PathBuf>,
    /// Leave the text as it was read where a repair is less sure than this (0 to 1) [default: 0.57]
    #[arg(long, value_name = "P", value_parser = probability)]
    pub min_confidence: Option<f32>,
    /// How many documents to work on at once [default: one for each processor core]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=1e9).contains(&seconds) => Ok(seconds),
        _ => Err("must be a number of seconds".to_owned()),
    }
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
