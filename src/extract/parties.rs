//! Parties that were misread, mended by how the document writes parties.

use super::minutes::{Minutes, Text};
use super::read::Method;
use super::vocabulary::Words;

/// How sure a mended party is.
const MENDED: f32 = 0.9;

/// Mends doubled letters (`Ss`), digits (`5`) and letters whose case only their size
/// shows (`s` among capitals) in every person's party.
pub fn mend(minutes: &mut Minutes, words: &Words) {
    let capitals = in_capitals(minutes);
    for person in minutes.persons_mut() {
        if let Some(party) = &mut person.party {
            mend_one(party, words, capitals);
        }
    }
}

/// Whether most parties whose case is certain are in capitals.
fn in_capitals(minutes: &mut Minutes) -> bool {
    let (mut upper, mut lower) = (0, 0);
    for party in minutes.persons_mut().filter_map(|p| p.party.as_ref()) {
        let sure = |c: char| c.is_alphabetic() && !has_one_shape(c);
        match party.value.chars().find(|&c| sure(c)) {
            Some(c) if c.is_uppercase() => upper += 1,
            Some(_) => lower += 1,
            None => {}
        }
    }
    upper >= lower
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
    fn misread_parties_have_one_form() {
        let words = Vocabulary::built_in().words();
        assert_eq!(form("Ss", words).as_deref(), Some("S"));
        assert_eq!(form("cc", words).as_deref(), Some("c"));
        assert_eq!(form("5", words).as_deref(), Some("S"));
        assert_eq!(form("KD", words).as_deref(), Some("KD"));
        assert_eq!(form("Nl", words), None);
    }
}
