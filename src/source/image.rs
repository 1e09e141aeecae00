//! Scans, read by the OCR engine that is installed: `tesseract`, and `pdftoppm` to turn
//! pages of a PDF into images. Both run under limits of time and memory.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::layout::{Layout, Word};
use super::pdf::Page;
use super::worker::{self, Failure, Limits, Worker};
use super::{Format, RawDocument, ReadOptions, hocr, markup, text};
use crate::error::ErrorKind;

/// How scans are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ocr {
    tesseract: PathBuf,
    pdftoppm: PathBuf,
    /// As `tesseract -l` takes them: `swe+eng`.
    languages: String,
    /// How long one page may take.
    page_time: Duration,
}

/// Dots per inch that pages of a PDF are rendered with: what the engine was trained on.
const RESOLUTION: f64 = 300.0;

/// How long one page may take. A dense page takes about ten seconds on a slow machine.
const PAGE_TIME: Duration = Duration::from_secs(120);

/// What the engine may use, in bytes: a page of 600 dots per inch takes half of it.
const MEMORY: u64 = 2 << 30;

/// The longest side that the engine can count, in pixels.
const LONGEST_SIDE: usize = 32_767;

/// The largest image that it is given, in pixels: A3 at 1200 dots per inch. More would not
/// fit into its memory.
const MOST_PIXELS: usize = 300_000_000;

/// The languages that help with Swedish minutes, first the one that counts most.
const LANGUAGES: [&str; 2] = ["swe", "eng"];

impl Ocr {
    /// The engine that is installed, with the languages it has: Swedish first, and
    /// English, whose model reads § where the Swedish one never does.
    ///
    /// # Errors
    /// There is no engine, or it knows neither language.
    pub fn find() -> Result<Ocr, ErrorKind> {
        let tesseract = PathBuf::from("tesseract");
        let known = list_languages(&tesseract)?;
        let has = |language: &&str| known.iter().any(|k| k == language);
        let found: Vec<&str> = LANGUAGES.into_iter().filter(has).collect();
        if found.is_empty() {
            return Err(ErrorKind::NoEngine {
                program: "tesseract's language swe".to_owned(),
                reason: format!("installed are: {}", known.join(", ")),
            });
        }
        Ok(Ocr {
            tesseract,
            pdftoppm: PathBuf::from("pdftoppm"),
            languages: found.join("+"),
            page_time: PAGE_TIME,
        })
    }

    /// The languages it reads, as `tesseract -l` takes them.
    pub fn languages(&self) -> &str {
        &self.languages
    }

    /// What it reads in an image, as hOCR.
    fn hocr(
        &self,
        image: &[u8],
        pages: u32,
        resolution: Option<f64>,
        worker: Option<&Worker>,
    ) -> Result<String, ErrorKind> {
        let mut command = Command::new(&self.tesseract);
        command.args(["stdin", "stdout", "-l", &self.languages]);
        if let Some(resolution) = resolution {
            command.args(["--dpi", &resolution.to_string()]);
        }
        command.arg("hocr");
        // Documents run side by side; its own threads would only wait for each other.
        command.env("OMP_THREAD_LIMIT", "1");
        let limits = Limits {
            time: self.page_time * pages,
            processor: self.page_time * pages,
            memory: MEMORY,
            output: 256 << 20,
        };
        let output = run("tesseract", command, image, &limits, worker)?;
        String::from_utf8(output).map_err(|error| ErrorKind::Ocr(error.to_string()))
    }
}

/// Reads a scan of one page or, as TIFF, of many.
///
/// # Errors
/// OCR was not asked for, or failed.
pub(super) fn read(bytes: &[u8], options: &ReadOptions) -> Result<RawDocument, ErrorKind> {
    let Some(ocr) = &options.ocr else {
        return Err(ErrorKind::NeedsOcr("this is a scan without text".into()));
    };
    check_size(bytes)?;
    let hocr = ocr.hocr(bytes, tiff_pages(bytes), None, options.worker.as_ref())?;
    let layout = hocr::read(&hocr)?;
    let note = markup::note_on_boxes(&layout);
    let mut document = layout.into_document();
    text::check_lines(&document.text)?;
    if document.pages.is_empty() {
        return Err(ErrorKind::Ocr("the engine found no page in it".into()));
    }
    document.format = Format::Image;
    document.notes.extend(note);
    Ok(document)
}

/// Refuses an image that would exhaust the engine, by the size that its head states. One
/// that states none is left to the engine, which works under limits.
fn check_size(bytes: &[u8]) -> Result<(), ErrorKind> {
    let Ok(size) = imagesize::blob_size(bytes) else {
        return Ok(());
    };
    let (width, height) = (size.width, size.height);
    if width.max(height) > LONGEST_SIDE || width.saturating_mul(height) > MOST_PIXELS {
        return Err(ErrorKind::ImageTooLarge { width, height });
    }
    Ok(())
}

/// Reads page `at` (from 0) of a PDF into the page that `layout` has begun.
pub(super) fn read_pdf_page(
    bytes: &[u8],
    at: usize,
    page: &Page,
    ocr: &Ocr,
    worker: Option<&Worker>,
    layout: &mut Layout,
) -> Result<(), ErrorKind> {
    /// Pages beyond a metre in size are drawings, and rendered smaller.
    const LARGEST: f64 = 3000.0;
    let longest = page.width.max(page.height).max(1.0);
    let resolution = (RESOLUTION * (LARGEST / longest).min(1.0)).floor();
    let number = (at + 1).to_string();
    let mut command = Command::new(&ocr.pdftoppm);
    command.args([
        "-f",
        &number,
        "-l",
        &number,
        "-gray",
        "-r",
        &resolution.to_string(),
        "-",
    ]);
    let limits = Limits {
        time: ocr.page_time,
        processor: ocr.page_time,
        memory: MEMORY,
        output: 512 << 20,
    };
    let image = run("pdftoppm", command, bytes, &limits, worker)?;
    let hocr = ocr.hocr(&image, 1, Some(resolution), worker)?;
    let scale = 72.0 / resolution;
    let read = hocr::read(&hocr)?.into_document();
    copy(&read, scale, layout);
    Ok(())
}

/// Adds what was read to a page, its boxes in other units.
fn copy(read: &RawDocument, scale: f64, layout: &mut Layout) {
    let mut before = 0;
    layout.region(None, None);
    for word in &read.words {
        let between = &read.text[before..word.span.start];
        match between.matches('\n').count() {
            0 if before > 0 => {}
            0 | 1 => layout.line(None),
            _ => {
                layout.region(None, None);
                layout.line(None);
            }
        }
        before = word.span.end;
        let points = |side: f64| (side * scale * 100.0).round() / 100.0;
        let copied = Word {
            bbox: word.bbox.map(|bbox| bbox.map(points)),
            confidence: word.confidence,
            ..Word::default()
        };
        layout.word(word.span.of(&read.text), copied);
    }
}

fn list_languages(tesseract: &Path) -> Result<Vec<String>, ErrorKind> {
    let mut command = Command::new(tesseract);
    command.arg("--list-langs");
    let limits = Limits {
        time: Duration::from_secs(20),
        processor: Duration::from_secs(20),
        memory: MEMORY,
        output: 1 << 20,
    };
    let output = run("tesseract", command, b"", &limits, None)?;
    let text = String::from_utf8_lossy(&output);
    // The first line is a heading.
    Ok(text.lines().skip(1).map(|l| l.trim().to_owned()).collect())
}

/// Runs a program of the engine's, and gives what it writes.
fn run(
    name: &str,
    command: Command,
    input: &[u8],
    limits: &Limits,
    worker: Option<&Worker>,
) -> Result<Vec<u8>, ErrorKind> {
    let program: OsString = command.get_program().to_owned();
    let command = match worker {
        Some(worker) if cfg!(unix) => worker.wrap(&command, limits),
        _ => command,
    };
    match worker::run(command, input, limits) {
        Ok(ended) if ended.status.success() => Ok(ended.output),
        // What could not be started under limits says so in the worker's words.
        Ok(ended) if ended.status.code() == Some(i32::from(worker::NOT_STARTED)) => {
            Err(ErrorKind::NoEngine {
                program: program.to_string_lossy().into_owned(),
                reason: ended.said,
            })
        }
        Ok(ended) => {
            let said = ended.said.lines().last().unwrap_or("without a word");
            Err(ErrorKind::Ocr(format!(
                "{name} ended with {}: {said}",
                ended.status
            )))
        }
        Err(Failure::Start(error)) => Err(ErrorKind::NoEngine {
            program: program.to_string_lossy().into_owned(),
            reason: error.to_string(),
        }),
        Err(Failure::Time) => {
            let seconds = limits.time.as_secs();
            Err(ErrorKind::Ocr(format!("{name} took more than {seconds} s")))
        }
        Err(Failure::Output) => {
            let megabytes = limits.output >> 20;
            let said = format!("{name} wrote more than {megabytes} MB");
            Err(ErrorKind::Ocr(said))
        }
    }
}

/// How many pages a TIFF has, as far as its directories can be followed; 1 for others.
fn tiff_pages(bytes: &[u8]) -> u32 {
    /// Beyond any volume: a chain as long is a loop.
    const MOST: u32 = 10_000;
    let is_little = match bytes.get(..4) {
        Some(b"II*\0") => true,
        Some(b"MM\0*") => false,
        _ => return 1,
    };
    let number = |at: usize, length: usize| -> Option<usize> {
        let field = bytes.get(at..at.checked_add(length)?)?;
        let join = |n: usize, b: &u8| n << 8 | usize::from(*b);
        Some(if is_little {
            field.iter().rev().fold(0, join)
        } else {
            field.iter().fold(0, join)
        })
    };
    let mut pages = 0;
    let mut next = number(4, 4);
    while let Some(at) = next.filter(|at| *at != 0 && pages < MOST) {
        pages += 1;
        next = number(at, 2).and_then(|entries| number(at + 2 + 12 * entries, 4));
    }
    pages.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_a_tiff_are_counted() {
        assert_eq!(tiff_pages(b"\x89PNG"), 1);
        // Two directories without entries, big-endian; then one that names itself.
        let two = b"MM\0*\0\0\0\x08\0\0\0\0\0\x0e\0\0\0\0\0\0";
        assert_eq!(tiff_pages(two), 2);
        let endless = b"II*\0\x08\0\0\0\0\0\x08\0\0\0";
        assert_eq!(tiff_pages(endless), 10_000);
    }

    #[test]
    fn scans_need_to_be_asked_for() {
        let error = read(b"\x89PNG", &ReadOptions::default()).unwrap_err();
        assert!(error.remedy().contains("--ocr"));
    }

    /// The head of a PNG of some size.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut head = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        head.extend([width.to_be_bytes(), height.to_be_bytes()].concat());
        head.extend(*b"\x08\0\0\0\0\0\0\0\0");
        head
    }

    #[test]
    fn images_beyond_any_page_are_refused() {
        assert!(
            check_size(&png(9_921, 14_031)).is_ok(),
            "A4 at 1200 dots per inch"
        );
        assert!(
            check_size(b"\x89PNG\r\n\x1a\n").is_ok(),
            "what states no size"
        );
        for (width, height) in [
            (40_000, 10),
            (10, 40_000),
            (30_000, 30_000),
            (u32::MAX, u32::MAX),
        ] {
            let error = check_size(&png(width, height)).unwrap_err();
            assert!(error.to_string().contains("pixels"), "{error}");
        }
        // A TIFF of two entries: its width and its height.
        let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
        tiff.extend(
            b"\x00\x01\x04\0\x01\0\0\0\x40\x9c\0\0\x01\x01\x04\0\x01\0\0\0\x40\x9c\0\0\0\0\0\0",
        );
        let options = ReadOptions {
            ocr: Some(engine("false")),
            ..ReadOptions::default()
        };
        let error = read(&tiff, &options).unwrap_err();
        assert!(
            matches!(error, ErrorKind::ImageTooLarge { width: 40_000, .. }),
            "{error}"
        );
    }

    fn engine(program: impl Into<PathBuf>) -> Ocr {
        Ocr {
            tesseract: program.into(),
            pdftoppm: "pdftoppm".into(),
            languages: "swe".to_owned(),
            page_time: Duration::from_millis(500),
        }
    }

    /// An engine that starts another program and waits for it, as installers' scripts do.
    #[cfg(unix)]
    #[test]
    fn an_engine_that_hangs_is_ended_with_its_children() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::TempDir::new().unwrap();
        let (script, noted) = (dir.path().join("engine"), dir.path().join("pid"));
        let text = format!(
            "#!/bin/sh\nsleep 300 &\necho $! > '{}'\nwait\n",
            noted.display()
        );
        std::fs::write(&script, text).unwrap();
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
        let options = ReadOptions {
            ocr: Some(engine(&script)),
            ..ReadOptions::default()
        };
        let started = std::time::Instant::now();
        let error = read(&png(100, 100), &options).unwrap_err();
        assert!(error.to_string().contains("took more than"), "{error}");
        assert!(started.elapsed() < Duration::from_secs(60));
        assert!(super::super::worker::tests::is_gone(&noted));
        // One that is not there says how it is installed.
        let options = ReadOptions {
            ocr: Some(engine(dir.path().join("none"))),
            ..ReadOptions::default()
        };
        let error = read(&png(100, 100), &options).unwrap_err();
        assert!(error.remedy().contains("tesseract-ocr-swe"), "{error}");
    }

    #[test]
    fn boxes_of_rendered_pages_are_in_points() {
        let hocr = "<div class='ocr_page'><p class='ocr_par'><span class='ocr_line'>\
            <span class='ocrx_word' title='bbox 300 600 450 650; x_wconf 90'>ett</span> <span class='ocrx_word'>två</span></span></p>\
            <p class='ocr_par'><span class='ocr_line'><span class='ocrx_word'>tre</span></span></p></div>";
        let read = hocr::read(hocr).unwrap().into_document();
        let mut layout = Layout::default();
        layout.page(None, Some("pt"));
        copy(&read, 72.0 / 300.0, &mut layout);
        let document = layout.into_document();
        assert_eq!(document.text, "ett två\n\ntre");
        assert_eq!(document.words[0].bbox, Some([72.0, 144.0, 108.0, 156.0]));
        assert_eq!(document.words[0].confidence, Some(0.9));
    }
}
