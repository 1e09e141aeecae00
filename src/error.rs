//! What can go wrong, where it did, and what to do about it.

use std::fmt;
use std::io;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A failure at one place. It reads as a sentence: where, what, remedy.
///
/// ```
/// use klartext::error::{Error, ErrorKind};
/// let error = Error::new("scan.txt", ErrorKind::Empty);
/// assert_eq!(error.to_string(), "scan.txt: the file is empty. Run OCR again or leave the file out.");
/// ```
#[derive(Debug)]
pub struct Error {
    /// What went wrong.
    pub kind: ErrorKind,
    /// The file, directory or part of the program it is about.
    pub place: String,
}

/// A failure as programs read it, and as it comes from a worker process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// [`ErrorKind::name`].
    pub kind: String,
    /// What went wrong, without where.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl From<&ErrorKind> for Report {
    fn from(kind: &ErrorKind) -> Self {
        Report {
            kind: kind.name().to_owned(),
            message: kind.to_string(),
            remedy: kind.remedy().to_owned(),
        }
    }
}

/// The kinds of failure. [`ErrorKind::remedy`] says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ErrorKind {
    /// No file or directory has the name that was given.
    #[error("there is no such file or directory")]
    NotFound,
    /// The operating system refused to read.
    #[error("it cannot be read ({0})")]
    NotReadable(io::Error),
    /// The operating system refused to write.
    #[error("it cannot be written ({0})")]
    NotWritable(io::Error),
    /// A file of no bytes, or of nothing but a byte-order mark.
    #[error("the file is empty")]
    Empty,
    /// A known kind of file that is not read.
    #[error("this is {0}, which is not read")]
    OtherFormat(&'static str),
    /// A file whose name says it is of a kind that is not read (`.docx`).
    #[error("files of the kind {0} are not read")]
    OtherKind(String),
    /// Markup or a PDF that breaks its own rules; `line` counts from 1, 0 is unknown.
    #[error("this {format} file is damaged{} ({reason})", OnLine(*line))]
    Damaged {
        /// What kind of file it is.
        format: &'static str,
        /// Which line, from 1; 0 where there are no lines.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// Markup of a kind that is read, without a page in it.
    #[error("there is no page in this {0} file")]
    NoPages(&'static str),
    /// A METS file: it lists pages and holds none.
    #[error("this is a METS file, which lists the pages of a volume")]
    PageList,
    /// An archive that cannot be unpacked, or not within the limits.
    #[error("the archive cannot be unpacked ({0})")]
    Archive(String),
    /// A scan, or pages of scans, and OCR was not asked for.
    #[error("{0}")]
    NeedsOcr(String),
    /// The OCR engine, or what turns PDFs into images, is not there.
    #[error("{program} is not installed ({reason})")]
    NoEngine {
        /// The program that is missing.
        program: String,
        /// What the system says.
        reason: String,
    },
    /// A scan of more pixels than any page has, or than the OCR engine can count.
    #[error("the image is {width} × {height} pixels, more than the OCR engine is given")]
    ImageTooLarge {
        /// Its width, in pixels.
        width: usize,
        /// Its height, in pixels.
        height: usize,
    },
    /// The OCR engine failed.
    #[error("OCR failed ({0})")]
    Ocr(String),
    /// A PDF that is locked with a password.
    #[error("the PDF is encrypted: it opens with a password only")]
    Encrypted,
    /// A parser needed more time or memory than any sound document.
    #[error("reading it took more than {0}")]
    Exhausted(String),
    /// A page of a volume that cannot be read.
    #[error("{name}: {kind}")]
    InPart {
        /// The page's file.
        name: String,
        /// What went wrong with it.
        kind: Box<ErrorKind>,
    },
    /// This program was built without a part.
    #[error("this klartext was built without {0}")]
    LeftOut(&'static str),
    /// Bytes that no known text encoding makes sense of.
    #[error("this is no text in any known encoding (binary data)")]
    Binary,
    /// A line longer than any page; `line` counts from 1, `bytes` is its length.
    #[error("line {line} is {} long, more than the {} a line may have", Bytes(*bytes), Bytes(*limit))]
    LineTooLong {
        /// Which line, from 1.
        line: usize,
        /// Its length in bytes, decoded.
        bytes: usize,
        /// The longest line that is read.
        limit: usize,
    },
    /// A file larger than any volume of minutes.
    #[error("the file is larger than {}", Bytes(*limit))]
    TooLarge {
        /// The largest size that is read, in bytes.
        limit: usize,
    },
    /// A directory without a single file of a kind that is read.
    #[error("nothing in the directory can be read ({skipped})")]
    NothingReadable {
        /// What was passed over, by kind.
        skipped: String,
    },
    /// The output would replace a file that is being read.
    #[error("the output would replace this input")]
    OverInput,
    /// The output would have the name of another input's.
    #[error("another input has the same output")]
    SameOutput,
    /// The built-in model is damaged or does not fit this program.
    #[error("the language model cannot be used ({0})")]
    Model(String),
    /// A vocabulary file that cannot be used.
    #[error("the vocabulary cannot be used ({0})")]
    Vocabulary(String),
    /// A file that should hold a channel table and does not.
    #[error("the channel table cannot be used ({0})")]
    Channel(crate::repair::NotAChannel),
    /// A file that should hold what a house has taught and does not.
    #[error("what the house has taught cannot be used ({0})")]
    House(crate::repair::NotAHouse),
    /// A text without its true text beside it.
    #[error("its true text {0} is not there")]
    NoGold(String),
    /// A text and a true text that are not of the same page.
    #[error("the text and the true text do not correspond")]
    OtherText,
    /// Material that nothing can be learned from.
    #[error("there is nothing to learn from")]
    NothingLearned,
    /// A line of a file of pages to measure by that is none; `line` counts from 1.
    #[error("line {line} is no page to measure by ({reason})")]
    NotAPair {
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// A file or line that should hold a record and does not.
    #[error("this is no record of klartext ({0})")]
    NotARecord(String),
    /// The arguments contradict each other.
    #[error("{0}")]
    Usage(&'static str),
    /// A file that another program wrote to while it was read.
    #[error("the file changed while it was read")]
    Changed,
    /// A document that took longer than it was given.
    #[error("it took longer than {} s", .0.as_secs_f64())]
    TimedOut(Duration),
    /// A document that needs more memory than there is, or than a worker may take.
    #[error("it needs more memory than {}", limit.map_or("there is".to_owned(), |limit| Bytes(limit as usize).to_string()))]
    OutOfMemory {
        /// The limit, in bytes, where one was set.
        limit: Option<u64>,
    },
    /// A document so nested or so long that the stack overflowed.
    #[error("it made the program overflow its stack")]
    StackOverflow,
    /// A worker process that ended in the midst of a document.
    #[error("the process that worked on it ended ({0})")]
    Crashed(String),
    /// No worker process can be started.
    #[error("a worker process cannot be started ({0})")]
    NoWorker(io::Error),
    /// Another run writes to the same directory.
    #[error("another run of klartext writes there")]
    Locked,
    /// A line of `klartext stream`'s input that is no request.
    #[error("line {line} is no request ({reason})")]
    BadRequest {
        /// Which line, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A configuration file that cannot be used.
    #[error("{0}")]
    Config(String),
    /// A pattern (glob) that is none.
    #[error("this is no pattern ({0})")]
    Pattern(String),
    /// What a worker process reported.
    #[error("{}", .0.message)]
    Reported(Report),
    /// A defect of this program, stopped at the border of one document.
    #[error("klartext failed inside ({0})")]
    Internal(String),
}

impl Error {
    /// A failure of `kind` at `place`.
    pub fn new(place: impl Into<String>, kind: ErrorKind) -> Self {
        Error {
            kind,
            place: place.into(),
        }
    }

    /// Whether whoever reads the output has gone, which is no failure of ours.
    pub fn is_broken_pipe(&self) -> bool {
        // Windows says so in several ways, one of which has no kind of its own: "no process is
        // on the other end of the pipe".
        const NO_OTHER_END: i32 = 233;
        let is_gone = |error: &io::Error| {
            error.kind() == io::ErrorKind::BrokenPipe
                || (cfg!(windows) && error.raw_os_error() == Some(NO_OTHER_END))
        };
        matches!(&self.kind, ErrorKind::NotWritable(error) if is_gone(error))
    }
}

impl ErrorKind {
    /// A name for programs, which stays the same from version to version.
    pub fn name(&self) -> &str {
        match self {
            ErrorKind::NotFound => "not_found",
            ErrorKind::NotReadable(_) => "not_readable",
            ErrorKind::NotWritable(_) => "not_writable",
            ErrorKind::Empty => "empty",
            ErrorKind::OtherFormat(_) => "other_format",
            ErrorKind::OtherKind(_) => "other_kind",
            ErrorKind::Damaged { .. } => "damaged",
            ErrorKind::NoPages(_) => "no_pages",
            ErrorKind::PageList => "page_list",
            ErrorKind::Archive(_) => "archive",
            ErrorKind::NeedsOcr(_) => "needs_ocr",
            ErrorKind::NoEngine { .. } => "no_engine",
            ErrorKind::Ocr(_) => "ocr",
            ErrorKind::Encrypted => "encrypted",
            ErrorKind::Exhausted(_) => "exhausted",
            ErrorKind::InPart { kind, .. } => kind.name(),
            ErrorKind::LeftOut(_) => "left_out",
            ErrorKind::Vocabulary(_) => "vocabulary",
            ErrorKind::Binary => "binary",
            ErrorKind::ImageTooLarge { .. } => "image_too_large",
            ErrorKind::LineTooLong { .. } => "line_too_long",
            ErrorKind::TooLarge { .. } => "too_large",
            ErrorKind::NothingReadable { .. } => "nothing_readable",
            ErrorKind::OverInput => "over_input",
            ErrorKind::SameOutput => "same_output",
            ErrorKind::Model(_) => "model",
            ErrorKind::NotAPair { .. } => "not_a_pair",
            ErrorKind::Channel(_) => "channel",
            ErrorKind::House(_) => "house",
            ErrorKind::NoGold(_) => "no_gold",
            ErrorKind::OtherText => "other_text",
            ErrorKind::NothingLearned => "nothing_learned",
            ErrorKind::Usage(_) => "usage",
            ErrorKind::Changed => "changed",
            ErrorKind::TimedOut(_) => "timed_out",
            ErrorKind::OutOfMemory { .. } => "out_of_memory",
            ErrorKind::StackOverflow => "stack_overflow",
            ErrorKind::Crashed(_) => "crashed",
            ErrorKind::NoWorker(_) => "no_worker",
            ErrorKind::Locked => "locked",
            ErrorKind::BadRequest { .. } => "bad_request",
            ErrorKind::Config(_) => "config",
            ErrorKind::Pattern(_) => "pattern",
            ErrorKind::NotARecord(_) => "not_a_record",
            ErrorKind::Reported(report) => &report.kind,
            ErrorKind::Internal(_) => "internal",
        }
    }

    /// What the user can do about it, one or two sentences.
    pub fn remedy(&self) -> &str {
        match self {
            ErrorKind::NotFound => "Check the spelling of the path.",
            ErrorKind::NotReadable(_) => "Check that it exists and that you may read it.",
            ErrorKind::NotWritable(_) => {
                "Check that the directory exists, that you may write there and that the disk has room."
            }
            ErrorKind::Empty => "Run OCR again or leave the file out.",
            ErrorKind::OtherFormat(_) | ErrorKind::OtherKind(_) | ErrorKind::Binary => {
                "Plain text, ALTO, hOCR, PAGE XML, PDF and, with --ocr, scans are read: give one of those."
            }
            ErrorKind::Damaged { .. } => {
                "Fetch or export the file again; if you know its kind better, say so with --format."
            }
            ErrorKind::NoPages(_) => "Export it again with its pages, or leave the file out.",
            ErrorKind::PageList => "Read the volume that it lists with --volume.",
            ErrorKind::Archive(_) => {
                "Fetch the archive again, or unpack it yourself and give the files."
            }
            ErrorKind::NeedsOcr(_) => "With --ocr klartext has tesseract read it.",
            ErrorKind::NoEngine { .. } => {
                "Debian and Ubuntu: apt install tesseract-ocr tesseract-ocr-swe poppler-utils; \
                 macOS: brew install tesseract tesseract-lang poppler; \
                 Windows: install Tesseract (with Swedish) and Poppler, and add their folders to PATH."
            }
            ErrorKind::ImageTooLarge { .. } => {
                "Export it smaller (300 to 600 dots per inch are enough), or cut it into pages."
            }
            ErrorKind::Ocr(_) => {
                "Check that the image opens in a viewer; try `tesseract FILE -` to see what the engine says."
            }
            ErrorKind::Encrypted => {
                "Remove the password first, for instance with `qpdf --decrypt --password=… IN OUT`."
            }
            ErrorKind::Exhausted(_) => {
                "The file is damaged or made to do harm; repair it, for instance with `qpdf IN OUT`, or leave it out."
            }
            ErrorKind::InPart { kind, .. } => kind.remedy(),
            ErrorKind::LeftOut(_) => "Build it with default features, or give the text.",
            ErrorKind::LineTooLong { .. } => {
                "Minutes have line breaks: export the text again with them, or divide the line."
            }
            ErrorKind::TooLarge { .. } => "Divide it into volumes.",
            ErrorKind::NothingReadable { .. } => {
                "In a directory, .txt and .text files, ALTO, hOCR, PAGE XML, PDFs and, with --ocr, scans are read; name other files one by one."
            }
            ErrorKind::OverInput => "Choose another directory for -o.",
            ErrorKind::SameOutput => {
                "Give it in another run, with another directory for -o; or name the folder that holds both."
            }
            ErrorKind::Vocabulary(_) => {
                "Correct the file: the README shows the form, and its examples must hold."
            }
            ErrorKind::Model(_) => "Install klartext again; if you built it, run `klartext train`.",
            ErrorKind::NotAPair { .. } => {
                "Each line is one page in JSON: id, gold, and a text under each engine's name."
            }
            ErrorKind::Channel(_) => {
                "Correct the line, or write the table anew with `klartext train --pairs` or `--adapt`."
            }
            ErrorKind::House(_) => "Correct the file, or write it anew with `klartext learn`.",
            ErrorKind::NoGold(_) => "Put it beside the text, or leave the text out.",
            ErrorKind::OtherText => {
                "Check that both are of the same page, in the same order of reading."
            }
            ErrorKind::NothingLearned => {
                "Give documents that can be read; what is wrong with each is said above."
            }
            ErrorKind::NotARecord(_) => "Convert the document again.",
            ErrorKind::Usage(_) => "See `klartext --help`.",
            ErrorKind::Reported(report) => &report.remedy,
            ErrorKind::Changed => "Run again when nothing writes to it any more.",
            ErrorKind::TimedOut(_) => {
                "Give it more time (--timeout), or divide the document; please report it where it is a short one."
            }
            ErrorKind::OutOfMemory { .. } => {
                "Give it more memory (--max-memory), or divide the document."
            }
            ErrorKind::NoWorker(_) => {
                "Close other programs, or use fewer --threads; the system refuses new processes."
            }
            ErrorKind::Locked => "Wait until it has ended, or choose another directory for -o.",
            ErrorKind::BadRequest { .. } => {
                r#"Each line is a JSON object with "text" or "path", and an "id" if you like."#
            }
            ErrorKind::Config(_) => {
                "`klartext config` shows what is in force; --no-config does without."
            }
            ErrorKind::Pattern(_) => {
                "In patterns * ? [abc] {a,b} stand for others, ** for any folders."
            }
            ErrorKind::StackOverflow | ErrorKind::Crashed(_) | ErrorKind::Internal(_) => {
                "This is a defect of klartext: please report it together with the document."
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}. {}", self.place, self.kind, self.kind.remedy())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            ErrorKind::NotReadable(error) | ErrorKind::NotWritable(error) => Some(error),
            _ => None,
        }
    }
}

/// A size for people: `50.0 MB`, or bytes where it is small.
struct Bytes(usize);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 >= 100_000 {
            write!(f, "{:.1} MB", self.0 as f64 / 1e6)
        } else {
            write!(f, "{} bytes", self.0)
        }
    }
}

/// ` on line 7`, or nothing.
struct OnLine(usize);

impl fmt::Display for OnLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            line => write!(f, " on line {line}"),
        }
    }
}
