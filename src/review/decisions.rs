//! What people decided, kept line by line in `decisions.ndjson`.
//!
//! The file is only ever added to, and each addition is on disk before it counts. A
//! decision is keyed by its source's digest and the place in the decoded source, so that
//! it outlives the model that asked for it.

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// The file's name in an output directory.
pub const NAME: &str = "decisions.ndjson";

/// The longest line that is read, in bytes: far above what [`Decision::check`] allows.
const LONGEST_LINE: u64 = 1 << 20;

/// The longest text that a person may put in, in code points.
pub const LONGEST_TEXT: usize = 20_000;

/// One decision, one line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// When, in UTC (RFC 3339).
    pub at: String,
    /// Who, by the name that was given.
    pub who: String,
    /// The digest of the source.
    pub sha256: String,
    /// The path of the source, for people: a renamed file keeps its decisions.
    pub path: String,
    /// The field that was decided on, as `meeting.chair.name`; none for a correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Where, in code points of the decoded source; none for a field that was not found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Span>,
    /// What stood there: of a correction the text of the source, of a field its value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What shall stand there; none to take a decision back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// What was decided.
    pub verdict: Verdict,
}

/// A stretch of a text, in code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First.
    pub start: u64,
    /// One past the last.
    pub end: u64,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The machine's proposal or value is right.
    Accept,
    /// The text stays as it was read.
    Reject,
    /// Another reading that the machine named.
    Choose,
    /// What a person typed.
    Type,
    /// The last decision on this is taken back; the one before holds again.
    Undo,
}

/// What a decision is about: the latest on the same counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The digest of the source.
    pub sha256: String,
    /// Where.
    pub place: Option<Span>,
    /// The field, its positions in lists left out; none for a correction.
    pub field: Option<String>,
}

impl Decision {
    /// What it is about.
    pub fn key(&self) -> Key {
        Key {
            sha256: self.sha256.clone(),
            place: self.place,
            // The place tells entries of a list apart, also when others come before them.
            field: self.field.as_deref().map(|field| match self.place {
                Some(_) => without_positions(field),
                None => field.to_owned(),
            }),
        }
    }

    /// Whether it can be kept: says what is wrong with it.
    ///
    /// # Errors
    /// A text is too long or holds control characters, or something is missing.
    pub fn check(&self) -> Result<(), &'static str> {
        let texts = [&self.field, &self.from, &self.to];
        let all = || {
            texts
                .into_iter()
                .flatten()
                .chain([&self.who, &self.path, &self.at])
        };
        if all().any(|text| text.chars().count() > LONGEST_TEXT) {
            return Err("a text is too long");
        }
        let is_control = |c: char| c.is_control() && c != '\n';
        // What stood in a source may be anything; what a person puts there may not.
        if self
            .to
            .iter()
            .chain([&self.who])
            .any(|text| text.contains(is_control))
        {
            return Err("a text holds control characters");
        }
        if self.who.trim().is_empty() {
            return Err("whoever decides gives a name");
        }
        if self.field.is_none() && (self.place.is_none() || self.from.is_none()) {
            return Err("a decision on a correction needs its place");
        }
        if self.place.is_some_and(|place| place.start > place.end) {
            return Err("a place ends before it begins");
        }
        if self.verdict != Verdict::Undo && self.to.is_none() {
            return Err("a decision says what shall stand there");
        }
        Ok(())
    }
}

/// `items[3].title` → `items[].title`.
fn without_positions(field: &str) -> String {
    let mut kept = String::with_capacity(field.len());
    let mut inside = false;
    for c in field.chars() {
        inside &= c != ']';
        if !inside {
            kept.push(c);
        }
        inside |= c == '[';
    }
    kept
}

/// A line of the file that is no decision: cut off by a crash, or written by something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Torn {
    /// Which line, from 1.
    pub line: usize,
    /// How it begins.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

/// The decisions of a directory, as far as they hold.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    /// For each key what was decided, last the one that holds, with the line it stands on.
    decided: HashMap<Key, Vec<(usize, Decision)>>,
    /// The keys of each source.
    of_source: HashMap<String, Vec<Key>>,
    /// Lines that were passed over.
    pub torn: Vec<Torn>,
    /// Lines so far.
    lines: usize,
}

impl Decisions {
    /// Reads the decisions of an output directory; none where there is no file yet.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(directory: &Path) -> io::Result<Decisions> {
        let mut decisions = Decisions::default();
        let file = match File::open(directory.join(NAME)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(decisions),
            Err(error) => return Err(error),
        };
        let mut reader = BufReader::new(file);
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let limited = &mut reader.by_ref().take(LONGEST_LINE);
            if limited.read_until(b'\n', &mut bytes)? == 0 {
                return Ok(decisions);
            }
            decisions.read_line(&bytes);
        }
    }

    fn read_line(&mut self, bytes: &[u8]) {
        self.lines += 1;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        let parsed = serde_json::from_slice::<Decision>(bytes).map_err(|e| e.to_string());
        let checked = parsed.and_then(|decision| {
            decision.check().map_err(str::to_owned)?;
            Ok(decision)
        });
        match checked {
            Ok(decision) => self.hold(self.lines, decision),
            Err(reason) => self.torn.push(Torn {
                line: self.lines,
                text: String::from_utf8_lossy(bytes).chars().take(80).collect(),
                reason,
            }),
        }
    }

    /// Takes in what was just added to the file.
    pub fn add(&mut self, decision: Decision) {
        self.lines += 1;
        self.hold(self.lines, decision);
    }

    fn hold(&mut self, line: usize, decision: Decision) {
        let key = decision.key();
        let stack = self.decided.entry(key.clone()).or_default();
        if decision.verdict == Verdict::Undo {
            stack.pop();
            return;
        }
        let keys = self.of_source.entry(key.sha256.clone()).or_default();
        if !keys.contains(&key) {
            keys.push(key);
        }
        stack.push((line, decision));
    }

    /// What holds for a key.
    pub fn get(&self, key: &Key) -> Option<&Decision> {
        let (_, decision) = self.decided.get(key)?.last()?;
        Some(decision)
    }

    /// What holds for a source, with the line of each, in the order of places and fields.
    pub fn of(&self, sha256: &str) -> Vec<(usize, &Decision)> {
        let keys = self.of_source.get(sha256).map_or(&[][..], Vec::as_slice);
        let sorted: BTreeMap<&Key, (usize, &Decision)> = keys
            .iter()
            .filter_map(|key| {
                let (line, decision) = self.decided.get(key)?.last()?;
                Some((key, (*line, decision)))
            })
            .collect();
        sorted.into_values().collect()
    }

    /// All that holds, with the line of each, in the order of the file.
    pub fn all(&self) -> Vec<(usize, &Decision)> {
        let last = self.decided.values().filter_map(|stack| stack.last());
        let mut all: Vec<_> = last.map(|(line, decision)| (*line, decision)).collect();
        all.sort_unstable_by_key(|(line, _)| *line);
        all
    }
}

/// The file, open to be added to.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
}

impl Log {
    /// The log of an output directory. Makes no file before something is decided.
    pub fn new(directory: &Path) -> Log {
        Log {
            path: directory.join(NAME),
        }
    }

    /// Adds decisions, all in one write, and returns once they are on disk. After a crash
    /// in the midst of it, at most the last line is cut off; what is added next begins on
    /// a line of its own.
    ///
    /// # Errors
    /// The disk is full or gone: then they may or may not be kept.
    pub fn add(&self, decisions: &[Decision]) -> io::Result<()> {
        let is_new = !self.path.exists();
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .read(true)
            .open(&self.path)?;
        let mut lines = String::new();
        if !ends_with_line_end(&mut file)? {
            lines.push('\n');
        }
        for decision in decisions {
            lines += &serde_json::to_string(decision)?;
            lines.push('\n');
        }
        file.write_all(lines.as_bytes())?;
        file.sync_data()?;
        if is_new {
            sync_folder(&self.path)?;
        }
        Ok(())
    }
}

fn ends_with_line_end(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// A new name is safe once its folder is.
fn sync_folder(path: &Path) -> io::Result<()> {
    // Windows neither needs nor allows it.
    if cfg!(unix)
        && let Some(folder) = path.parent()
    {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// This moment in UTC, as `2026-11-25T09:30:00Z`.
pub fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    shown(since.map_or(0, |since| since.as_secs()))
}

/// Seconds since 1970 as a date and time (the proleptic Gregorian calendar counted from
/// March of year 0, so that leap days come last).
fn shown(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (month, day, carry) = (
        if month < 10 { month + 3 } else { month - 9 },
        day - (153 * month + 2) / 5 + 1,
        u64::from(month >= 10),
    );
    let year = year + era * 400 + carry;
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn decision(start: u64, to: &str, verdict: Verdict) -> Decision {
        Decision {
            at: now(),
            who: "Anna".to_owned(),
            sha256: "ab".to_owned(),
            path: "a.txt".to_owned(),
            field: None,
            place: Some(Span {
                start,
                end: start + 6,
            }),
            from: Some("Nuyjin".to_owned()),
            to: Some(to.to_owned()).filter(|_| verdict != Verdict::Undo),
            verdict,
        }
    }

    #[test]
    fn the_latest_holds_and_undo_brings_back_the_one_before() {
        let dir = tempfile::tempdir().expect("a directory");
        let log = Log::new(dir.path());
        let to = || -> Option<String> {
            let decisions = Decisions::read(dir.path()).expect("read");
            decisions
                .get(&decision(5, "", Verdict::Accept).key())?
                .to
                .clone()
        };
        assert_eq!(to(), None);
        log.add(&[decision(5, "Nujin", Verdict::Accept)])
            .expect("kept");
        log.add(&[decision(5, "Nuyjin", Verdict::Reject)])
            .expect("kept");
        assert_eq!(to().as_deref(), Some("Nuyjin"));
        log.add(&[decision(5, "", Verdict::Undo)]).expect("kept");
        assert_eq!(to().as_deref(), Some("Nujin"));
        log.add(&[decision(5, "", Verdict::Undo)]).expect("kept");
        assert_eq!(to(), None);
        let lines = fs::read_to_string(dir.path().join(NAME)).expect("a file");
        assert_eq!(lines.lines().count(), 4);
    }

    #[test]
    fn a_torn_line_is_shown_and_harms_no_other() {
        let dir = tempfile::tempdir().expect("a directory");
        let log = Log::new(dir.path());
        let all = [
            decision(5, "Nujin", Verdict::Accept),
            decision(50, "Nujin", Verdict::Accept),
        ];
        log.add(&all).expect("kept");
        let whole = fs::read(dir.path().join(NAME)).expect("a file");
        let first = whole.iter().position(|&b| b == b'\n').expect("a line") + 1;
        for cut in first + 1..whole.len() - 1 {
            fs::write(dir.path().join(NAME), &whole[..cut]).expect("cut");
            let decisions = Decisions::read(dir.path()).expect("read");
            assert_eq!(
                (decisions.all().len(), decisions.torn.len()),
                (1, 1),
                "{cut}"
            );
            assert_eq!(decisions.torn[0].line, 2);
            log.add(&all[1..]).expect("kept");
            let decisions = Decisions::read(dir.path()).expect("read");
            assert_eq!(
                (decisions.all().len(), decisions.torn.len()),
                (2, 1),
                "{cut}"
            );
        }
        // Only the line end is missing: the decision is whole.
        fs::write(dir.path().join(NAME), &whole[..whole.len() - 1]).expect("cut");
        let decisions = Decisions::read(dir.path()).expect("read");
        assert_eq!((decisions.all().len(), decisions.torn.len()), (2, 0));
    }

    #[test]
    fn nonsense_is_refused() {
        let whole = decision(5, "Nujin", Verdict::Type);
        assert_eq!(whole.check(), Ok(()));
        let with = |change: fn(&mut Decision)| {
            let mut changed = whole.clone();
            change(&mut changed);
            changed.check().is_err()
        };
        assert!(with(|d| d.who = " ".to_owned()));
        assert!(with(|d| d.to = Some("a\u{1b}[2J".to_owned())));
        assert!(with(|d| d.to = Some("å".repeat(LONGEST_TEXT + 1))));
        assert!(with(|d| d.to = None));
        assert!(with(|d| d.place = None));
        assert!(with(|d| d.place = Some(Span { start: 2, end: 1 })));
    }

    #[test]
    fn entries_of_lists_are_told_apart_by_their_place() {
        assert_eq!(
            without_positions("items[12].notes[0].text"),
            "items[].notes[].text"
        );
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        assert_eq!(shown(0), "1970-01-01T00:00:00Z");
        assert_eq!(shown(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(shown(1_735_689_599), "2024-12-31T23:59:59Z");
        assert_eq!(shown(1_795_599_000), "2026-11-25T09:30:00Z");
    }
}
