//! What a house has taught by reviewing: its words, its names, and how its engine errs. One
//! file in TOML, which people can read and correct.

use super::channel::{Condition, Unit};
use super::channel_file::{columns, unit};
use rustc_hash::FxHashMap;
use serde::Deserialize;

/// The version of the form.
const VERSION: u32 = 1;

/// What a review has taught.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct House {
    /// Words, in lower case.
    pub words: Vec<String>,
    /// Names, with their capitals.
    pub names: Vec<String>,
    /// How often each unit was used, and of how many times that it could have been.
    pub units: Vec<(Unit, f64, f64)>,
}

/// What is wrong with a file that should hold what a house has taught.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAHouse(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    house: u32,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    channel: Vec<(String, String, String, f64, f64)>,
}

impl House {
    /// Reads what [`House::write`] wrote, or a person did.
    ///
    /// # Errors
    /// It is no TOML of this form.
    ///
    /// ```
    /// use klartext::repair::House;
    /// let file = "house = 1\nnames = [\"Quimbert\"]\nchannel = [[\"ö\", \"ii\", \"-\", 12, 40]]\n";
    /// assert_eq!(House::parse(file)?.units.len(), 1);
    /// assert!(House::parse("house = 7").is_err());
    /// # Ok::<(), klartext::repair::NotAHouse>(())
    /// ```
    pub fn parse(text: &str) -> Result<House, NotAHouse> {
        let said = |e: toml::de::Error| {
            let line = e
                .span()
                .map(|span| text[..span.start.min(text.len())].matches('\n').count());
            let message = e.message().replace('\n', " ");
            NotAHouse(match line {
                Some(line) => format!("line {}: {message}", line + 1),
                None => message,
            })
        };
        let file: File = toml::from_str(text).map_err(said)?;
        if file.house != VERSION {
            let message = format!(
                "it is of version {}, this program reads {VERSION}",
                file.house
            );
            return Err(NotAHouse(message));
        }
        let row = |(meant, seen, place, n, of): &(String, String, String, f64, f64)| {
            let wrong =
                |reason| NotAHouse(format!("channel, {meant:?} read as {seen:?}: {reason}"));
            let unit = unit(meant, seen, place).map_err(wrong)?;
            let is_count = |x: &f64| (0.0..1e12).contains(x);
            match is_count(n) && is_count(of) && n <= of {
                true => Ok((unit, *n, *of)),
                false => Err(wrong(format!("{n} of {of} is no share"))),
            }
        };
        Ok(House {
            words: file.words,
            names: file.names,
            units: file.channel.iter().map(row).collect::<Result<_, _>>()?,
        })
    }

    /// The file, with notes for whoever opens it.
    pub fn write(&self, notes: &[String]) -> String {
        let mut text = String::new();
        for line in notes.iter().flat_map(|note| note.lines()) {
            text += &format!("# {line}\n");
        }
        text += &format!("house = {VERSION}\n");
        let mut list = |name: &str, words: &[String]| {
            text += &format!("\n{name} = [\n");
            for word in words {
                text += &format!("  {},\n", quoted(word));
            }
            text += "]\n";
        };
        list("words", &self.words);
        list("names", &self.names);
        text += "\n# What was meant, what was seen, where in a word; how often, of how many.\nchannel = [\n";
        for (unit, n, of) in &self.units {
            if let Some([meant, seen, place]) = columns(unit) {
                let (meant, seen) = (quoted(&meant), quoted(&seen));
                text += &format!("  [{meant}, {seen}, \"{place}\", {n:.2}, {of:.2}],\n");
            }
        }
        text + "]\n"
    }

    /// Words and names as a list, one a line.
    pub fn list(&self) -> String {
        let all = self.words.iter().chain(&self.names);
        all.flat_map(|word| [word.as_str(), "\n"]).collect()
    }

    /// How often each unit was used, and each condition met.
    pub fn counts(&self) -> (FxHashMap<Unit, f64>, FxHashMap<Condition, f64>) {
        let units = self.units.iter();
        let counted = units.clone().map(|(unit, n, _)| (*unit, *n)).collect();
        let met = units.map(|(unit, _, of)| (unit.condition(), *of)).collect();
        (counted, met)
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted += &format!("\\u{:04X}", u32::from(c)),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::channel::Place;
    use crate::text::alphabet::encode_str;
    use proptest::prelude::*;

    fn house() -> House {
        let unit = |meant: &str, seen: &str| Unit::new(&encode_str(meant), &encode_str(seen));
        House {
            words: vec!["skolgård".to_owned()],
            names: vec!["Quimbert \"Q\" \\".to_owned()],
            units: vec![
                (unit("ö", "\""), 12.5, 40.0),
                (unit("\\", "i"), 2.0, 40.0),
                (Unit::insertion(Place::End, b"."), 1.0, 9.0),
            ],
        }
    }

    #[test]
    fn what_was_written_is_read_again() {
        let text = house().write(&["of\nmany".to_owned()]);
        assert_eq!(House::parse(&text).expect("sound"), house(), "{text}");
        assert_eq!(house().list(), "skolgård\nQuimbert \"Q\" \\\n");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let said = |text: &str| House::parse(text).expect_err("wrong").to_string();
        assert_eq!(
            said("house = 2"),
            "it is of version 2, this program reads 1"
        );
        assert!(said("words = []").contains("house"));
        assert!(said("house = 1\nword = []").starts_with("line 2: "));
        let channel = |row: &str| said(&format!("house = 1\nchannel = [{row}]"));
        assert!(channel("[\"ö\", \"o\", \"-\", 3, 2]").contains("3 of 2 is no share"));
        assert!(channel("[\"ö\", \"o\", \"end\", 1, 2]").contains("a place goes with nothing"));
        assert!(channel("[\"ö\", \"o\", \"-\", nan, 2]").contains("is no share"));
    }

    proptest! {
        /// Whatever became of a file, it is read or refused.
        #[test]
        fn damage_is_no_panic(at in 0usize..400, byte: u8, cut in 0usize..400) {
            let mut bytes = house().write(&[]).into_bytes();
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(bytes.len().max(1).min(cut.max(at + 1)));
            let _ = House::parse(&String::from_utf8_lossy(&bytes));
        }
    }
}
