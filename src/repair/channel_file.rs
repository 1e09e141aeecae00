//! A channel table as a file that people can open: what an engine makes of which letters.
//!
//! ```text
//! # klartext channel 1
//! # notes, as many as you like
//! meant  seen  place   cost
//! ö      ii    -       1.2040
//! rn     m     -       3.1000
//! ∅      .     end     4.6000
//! ```
//! UTF-8, columns parted by tabs. `cost` is −ln of how often what was *meant*, where it
//! occurs, is read as what is *seen*. `∅` is nothing, `␣` a space, `\\` a backslash and
//! `\u00a0` a character that cannot be seen. What is put in where nothing was meant has a
//! `place` in the word: `start`, `middle` or `end`.

use super::channel::{LONGEST, Place, Table, Unit};
use crate::lm::Cost;
use crate::text::alphabet::{self, Code};
use rustc_hash::FxHashSet;

/// What the file begins with, up to its version.
const MARK: &str = "# klartext channel ";

/// The version of the form that is read and written.
const VERSION: &str = "1";

const COLUMNS: &str = "meant\tseen\tplace\tcost";

/// Units in a table, at most: what the program brings has a tenth of it.
const MOST: usize = 20_000;

/// The dearest that a unit may be, in nats.
const DEAREST: Cost = 25.0;

const NOTHING: &str = "∅";
const SPACE: char = '␣';

/// What is wrong with a file that should hold a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct NotAChannel {
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// Writes a table, with notes for whoever opens it. Units of characters that no file can
/// hold are left out.
pub fn write(table: &Table, notes: &[String]) -> String {
    let mut text = format!("{MARK}{VERSION}\n");
    for line in notes.iter().flat_map(|note| note.lines()) {
        text += &format!("# {line}\n");
    }
    text += COLUMNS;
    text.push('\n');
    for (unit, cost) in &table.units {
        if let Some([meant, seen, place]) = columns(unit) {
            text += &format!("{meant}\t{seen}\t{place}\t{cost:.4}\n");
        }
    }
    text
}

/// What a unit means, how it is read and where, for people; `None` where a character has no
/// code of its own.
pub(super) fn columns(unit: &Unit) -> Option<[String; 3]> {
    let place = match (unit.meant().is_empty(), unit.place()) {
        (false, _) => "-",
        (true, Some(Place::Start)) => "start",
        (true, Some(Place::Middle)) => "middle",
        (true, Some(Place::End)) => "end",
        (true, None) => return None,
    };
    Some([shown(unit.meant())?, shown(unit.seen())?, place.to_owned()])
}

/// Reads what [`write()`] wrote, or a person did. Linear.
///
/// # Errors
/// The first line that is not as it should be.
///
/// ```
/// use klartext::repair::parse_channel;
/// let file = "# klartext channel 1\nmeant\tseen\tplace\tcost\nö\tii\t-\t1.2\n";
/// assert_eq!(parse_channel(file)?.units.len(), 1);
/// assert_eq!(parse_channel("ö\tii\t-\t1.2\n").unwrap_err().line, 1);
/// # Ok::<(), klartext::repair::NotAChannel>(())
/// ```
pub fn parse(text: &str) -> Result<Table, NotAChannel> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = (1..).zip(text.lines());
    let wrong = |line: usize, reason: String| NotAChannel { line, reason };
    let first = lines.next().map_or("", |(_, line)| line.trim_end());
    match first.strip_prefix(MARK) {
        Some(VERSION) => {}
        Some(other) => {
            let reason = format!("it is of version {other:?}, this program reads {VERSION}");
            return Err(wrong(1, reason));
        }
        None => {
            return Err(wrong(
                1,
                format!("{:?} is missing", MARK.to_owned() + VERSION),
            ));
        }
    }
    let mut table = Table::default();
    let mut known: FxHashSet<Unit> = FxHashSet::default();
    let mut has_columns = false;
    for (number, line) in lines {
        if line.trim().is_empty() || line == "#" || line.starts_with("# ") {
            continue;
        }
        if !has_columns {
            has_columns = true;
            if line.trim_end() != COLUMNS {
                return Err(wrong(
                    number,
                    format!("the columns {COLUMNS:?} are missing"),
                ));
            }
            continue;
        }
        let (unit, cost) = row(line).map_err(|reason| wrong(number, reason))?;
        if !known.insert(unit) {
            return Err(wrong(number, "it stands there already".to_owned()));
        }
        if known.len() > MOST {
            return Err(wrong(number, format!("there are more than {MOST} lines")));
        }
        table.units.push((unit, cost));
    }
    if table.units.is_empty() {
        let last = text.lines().count();
        return Err(wrong(last, "nothing follows".to_owned()));
    }
    table.units.sort_unstable_by_key(|unit| unit.0);
    Ok(table)
}

/// One unit and its cost.
fn row(line: &str) -> Result<(Unit, Cost), String> {
    let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
    let [meant, seen, place, cost] = columns[..] else {
        return Err(format!("it has {} columns, not 4", columns.len()));
    };
    let unit = unit(meant, seen, place)?;
    match cost.parse::<Cost>() {
        Ok(cost) if (0.0..=DEAREST).contains(&cost) => Ok((unit, cost)),
        _ => Err(format!("{cost:?} is no cost from 0 to {DEAREST}")),
    }
}

/// The unit of three columns.
pub(super) fn unit(meant: &str, seen: &str, place: &str) -> Result<Unit, String> {
    let (meant, seen) = (side(meant)?, side(seen)?);
    let place = match place {
        "-" => None,
        "start" => Some(Place::Start),
        "middle" => Some(Place::Middle),
        "end" => Some(Place::End),
        other => return Err(format!("{other:?} is no place: -, start, middle or end")),
    };
    match (place, meant.is_empty(), seen.is_empty()) {
        (_, true, true) => Err("nothing is read as nothing".to_owned()),
        (Some(place), true, false) => Ok(Unit::insertion(place, &seen)),
        (None, false, _) => Ok(Unit::new(&meant, &seen)),
        _ => Err("a place goes with nothing meant, and only with that".to_owned()),
    }
}

/// The codes of one side of a unit.
fn side(text: &str) -> Result<Vec<Code>, String> {
    let mut codes = Vec::new();
    let mut chars = if text == NOTHING { "" } else { text }.chars();
    while let Some(c) = chars.next() {
        let meant = match c {
            SPACE => ' ',
            '\\' => escaped(&mut chars).ok_or_else(|| format!("{text:?} has a stray backslash"))?,
            c => c,
        };
        match alphabet::encode(meant) {
            alphabet::UNKNOWN => return Err(format!("{meant:?} is outside the code page (1252)")),
            code => codes.push(code),
        }
    }
    if codes.is_empty() && text != NOTHING {
        return Err(format!("a column is empty; nothing is written {NOTHING}"));
    }
    match codes.len() <= LONGEST {
        true => Ok(codes),
        false => Err(format!("{text:?} is longer than {LONGEST} characters")),
    }
}

/// What a backslash stands before.
fn escaped(chars: &mut std::str::Chars) -> Option<char> {
    match chars.next()? {
        '\\' => Some('\\'),
        'u' => {
            let digits: String = chars.by_ref().take(4).collect();
            let is_hex = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_hexdigit());
            char::from_u32(u32::from_str_radix(&digits, 16).ok().filter(|_| is_hex)?)
        }
        _ => None,
    }
}

/// One side of a unit for people; `None` where a character has no code of its own.
fn shown(codes: &[Code]) -> Option<String> {
    if codes.is_empty() {
        return Some(NOTHING.to_owned());
    }
    let mut text = String::new();
    for &code in codes {
        let c = alphabet::decode(code);
        if alphabet::encode(c) != code || code == alphabet::UNKNOWN {
            return None;
        }
        match c {
            ' ' => text.push(SPACE),
            '\\' => text += "\\\\",
            c if c.is_whitespace() || c == '\u{ad}' => {
                text += &format!("\\u{:04x}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::alphabet::encode_str;
    use proptest::prelude::*;

    fn table() -> Table {
        let unit = |meant: &str, seen: &str| Unit::new(&encode_str(meant), &encode_str(seen));
        let mut units = vec![
            (unit("ö", "ii"), 1.25),
            (unit("rn", "m"), 3.5),
            (unit("#", "\\"), 4.0),
            (unit("m ", "\u{a0}\u{ad}"), 4.0),
            (unit("e", ""), 9.0),
            (Unit::insertion(Place::End, b"."), 4.5),
        ];
        units.sort_unstable_by_key(|u| u.0);
        Table { units }
    }

    #[test]
    fn what_was_written_is_read_again() {
        let text = write(&table(), &["learned from\ntwo pages".to_owned()]);
        assert!(text.starts_with("# klartext channel 1\n# learned from\n# two pages\n"));
        assert!(text.contains("ö\tii\t-\t1.2500\n") && text.contains("∅\t.\tend\t4.5000\n"));
        assert_eq!(parse(&text).expect("sound"), table());
    }

    #[test]
    fn the_first_wrong_line_is_named() {
        let head = "# klartext channel 1\nmeant\tseen\tplace\tcost\nö\to\t-\t1\n";
        let said = |rest: &str| {
            parse(&format!("{head}{rest}\n"))
                .expect_err("wrong")
                .to_string()
        };
        for (rest, reason) in [
            ("ä\ta\t-", "line 4: it has 3 columns, not 4"),
            ("ä\ta\t-\t-1", "line 4: \"-1\" is no cost from 0 to 25"),
            ("ä\ta\t-\tNaN", "line 4: \"NaN\" is no cost from 0 to 25"),
            (
                "ä\ta\tend\t1",
                "line 4: a place goes with nothing meant, and only with that",
            ),
            ("∅\t∅\tend\t1", "line 4: nothing is read as nothing"),
            ("я\ta\t-\t1", "line 4: 'я' is outside the code page (1252)"),
            (
                "mrnm\ta\t-\t1",
                "line 4: \"mrnm\" is longer than 3 characters",
            ),
            (
                "\ta\t-\t1",
                "line 4: a column is empty; nothing is written ∅",
            ),
            ("\\x\ta\t-\t1", "line 4: \"\\\\x\" has a stray backslash"),
            (
                "ä\ta\t?\t1",
                "line 4: \"?\" is no place: -, start, middle or end",
            ),
            ("ö\to\t-\t2", "line 4: it stands there already"),
        ] {
            assert_eq!(said(rest), reason);
        }
        let of_version = parse("# klartext channel 7\n").expect_err("another version");
        assert!(of_version.reason.contains("version \"7\""), "{of_version}");
        assert_eq!(parse("").expect_err("empty").line, 1);
        assert_eq!(
            parse(&head[..head.len() - "ö\to\t-\t1\n".len()])
                .expect_err("no rows")
                .reason,
            "nothing follows"
        );
    }

    proptest! {
        /// Whatever became of a file, it is read or refused.
        #[test]
        fn damage_is_no_panic(at in 0usize..400, byte: u8, cut in 0usize..400) {
            let mut bytes = write(&table(), &[]).into_bytes();
            let end = cut.min(bytes.len());
            let at = at % bytes.len();
            bytes[at] = byte;
            for part in [&bytes[..], &bytes[..end], &bytes[end..]] {
                let _ = parse(&String::from_utf8_lossy(part));
            }
        }

        /// Nor is any text.
        #[test]
        fn any_text_is_no_panic(rows in "([\\PC\t]{0,12}\n){0,8}") {
            let _ = parse(&format!("# klartext channel 1\nmeant\tseen\tplace\tcost\n{rows}"));
        }

        /// What is read, is written and read again as it was.
        #[test]
        fn tables_come_back(sides in proptest::collection::btree_map("[ -~å-ö]{1,3}", ("[ -~å-ö]{0,3}", 0u32..20_000), 1..20)) {
            let units = sides.iter().map(|(meant, (seen, cost))| {
                (Unit::new(&encode_str(meant), &encode_str(seen)), *cost as Cost / 1000.0)
            });
            let mut units: Vec<_> = units.collect();
            units.sort_unstable_by_key(|u| u.0);
            let table = Table { units };
            prop_assert_eq!(parse(&write(&table, &[])).expect("sound"), table);
        }
    }
}
