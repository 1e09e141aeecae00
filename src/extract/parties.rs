//! Parties that were misread, mended by how the document writes parties.

use super::minutes::{Minutes, Text};
use super::read::Method;
use super::vocabulary::Words;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Ordering;

/// How sure a mended party is.
const MENDED: f32 = 0.9;

/// Mends doubled letters (`Ss`), digits (`5`) and letters whose case only their size
/// shows (`s` among capitals) in every person's party.
pub fn mend(minutes: &mut Minutes, words: &Words) {
    let capitals = in_capitals(minutes);
    let own = of_several(minutes);
    for person in minutes.persons_mut() {
        if let Some(party) = &mut person.party
            && !own.contains(&party.value)
        {
            mend_one(party, words, capitals);
        }
    }
}

/// Parties in capitals that persons of different names belong to: `VV` is one of its own.
fn of_several(minutes: &mut Minutes) -> FxHashSet<String> {
    let mut first: FxHashMap<String, String> = FxHashMap::default();
    let mut several = FxHashSet::default();
    for person in minutes.persons_mut() {
        let party = person.party.as_ref().map(|p| &p.value);
        let shouted = |p: &&String| p.chars().count() > 1 && p.chars().all(char::is_uppercase);
        let Some(party) = party.filter(shouted) else {
            continue;
        };
        let name = first
            .entry(party.clone())
            .or_insert_with(|| person.name.value.clone());
        if *name != person.name.value {
            several.insert(party.clone());
        }
    }
    several
}

/// Whether most parties whose case is certain are in capitals; where there are none, most
/// as they were read.
fn in_capitals(minutes: &mut Minutes) -> bool {
    // Capitals and small letters: certain ones, then those that only their size tells apart.
    let mut counts = [[0, 0]; 2];
    for party in minutes.persons_mut().filter_map(|p| p.party.as_ref()) {
        let letters = || party.value.chars().filter(|c| c.is_alphabetic());
        let sure = letters().find(|&c| !has_one_shape(c));
        if let Some(c) = sure.or_else(|| letters().next()) {
            counts[usize::from(sure.is_none())][usize::from(c.is_lowercase())] += 1;
        }
    }
    let [sure, read] = counts;
    match sure[0].cmp(&sure[1]) {
        Ordering::Equal => read[0] >= read[1],
        order => order == Ordering::Greater,
    }
}

/// Letters that differ from their capitals in size only.
fn has_one_shape(c: char) -> bool {
    matches!(c.to_ascii_lowercase(), 's' | 'c' | 'v' | 'o' | 'x' | 'z')
}

fn mend_one(party: &mut Text, words: &Words, capitals: bool) {
    let Some(form) = form(&party.value, words) else {
        return;
    };
    let cased = match form.chars().next() {
        Some(c) if form.chars().count() == 1 && (has_one_shape(c) || form != party.value) => {
            match capitals {
                true => form.to_uppercase(),
                false => form.to_lowercase(),
            }
        }
        _ => form,
    };
    if cased != party.value {
        party.value = cased;
        party.method = Method::Derived;
        party.confidence *= MENDED;
    }
}

/// The party that a reading of it stands for.
fn form(printed: &str, words: &Words) -> Option<String> {
    if words.is_party(printed) {
        return Some(printed.to_string());
    }
    doubled(printed, words).or_else(|| {
        let digit = matches!(printed, "5" | "8" | "$");
        digit.then(|| "S".to_string())
    })
}

/// One letter read twice, as large and small: `Ss`, `cc`.
pub fn doubled(printed: &str, words: &Words) -> Option<String> {
    let mut letters = printed.chars();
    let (Some(a), Some(b), None) = (letters.next(), letters.next(), letters.next()) else {
        return None;
    };
    let same = a.to_lowercase().eq(b.to_lowercase()) && has_one_shape(a);
    (same && !words.is_party(printed) && words.is_party(&a.to_string())).then(|| a.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::vocabulary::Vocabulary;

    #[test]
    fn letters_of_one_shape_keep_their_size_where_nothing_tells() {
        let party = |marks: [&str; 2]| {
            let text = format!(
                "Nämnden 1978-09-12\n\n§ 4 Brygga\n\nNämnden beslutar\n\natt  bygga bryggan.\n\nMot beslutet reserverar sig Rune Ask ({}) och Ulla Ek ({}).\n",
                marks[0], marks[1]
            );
            let minutes = crate::extract::testing::minutes(&text);
            let person = &minutes.items[0].reservations[0].persons[0];
            person.party.as_ref().map(|p| p.value.clone())
        };
        assert_eq!(party(["s", "s"]).as_deref(), Some("s"));
        assert_eq!(party(["S", "S"]).as_deref(), Some("S"));
        assert_eq!(party(["s", "KD"]).as_deref(), Some("S"));
        assert_eq!(party(["S", "fp"]).as_deref(), Some("s"));
    }

    #[test]
    fn misread_parties_have_one_form() {
        let words = Vocabulary::built_in().words();
        assert_eq!(form("Ss", words).as_deref(), Some("S"));
        assert_eq!(form("cc", words).as_deref(), Some("c"));
        assert_eq!(form("5", words).as_deref(), Some("S"));
        assert_eq!(form("KD", words).as_deref(), Some("KD"));
        assert_eq!(form("Nl", words), None);
    }
}
