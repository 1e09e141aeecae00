//! Persons behind their party, in lists whose first column holds the parties.

use super::marks::{is_party_before, marks, pieces};
use super::{Named, in_name, is_initial};
use crate::extract::parties;
use crate::extract::vocabulary::Words;
use crate::text::Span;

/// The person that a line begins with behind the party, or behind a dash in its place:
/// `M    Anna Ek, ordförande`, `MP Bo Ask`. None where the party stands after the name.
pub fn after_party(text: &str, words: &Words, is_known: impl Fn(&str) -> bool) -> Option<Named> {
    const LONGEST: usize = 5;
    let pieces = pieces(text);
    let first = *pieces.first()?;
    // "(S)   Anna Ek": in parentheses as it may be behind the name.
    let opened = first.of(text).strip_prefix('(');
    let party = match opened.and_then(|p| p.strip_suffix(')')) {
        Some(inner) => Span::new(first.start + 1, first.start + 1 + inner.len()),
        None => first,
    };
    let printed = party.of(text);
    let none = matches!(printed, "-" | "–" | "—");
    // "Vv Kai Lund": one letter, read twice.
    let doubled = || parties::doubled(printed, words).is_some();
    if !none && !words.is_party(printed) && !is_known(printed) && !doubled() {
        return None;
    }
    let mut name: Option<Span> = None;
    let mut count = 0;
    for piece in &pieces[1..] {
        let word = piece.of(text);
        let bare = word.trim_end_matches([',', ';', '.']);
        let begins = in_name(bare) && !(count > 1 && words.is_role(bare));
        let inside = count > 0 && (words.is_particle(bare) || is_initial(bare));
        if !(begins || inside) || is_party_before(bare, words) {
            break;
        }
        count += 1;
        if begins {
            let here = Span::new(piece.start, piece.start + bare.len());
            name = Some(name.map_or(here, |n| n.cover(here)));
        }
        if word.ends_with([',', ';']) {
            break;
        }
    }
    let name = name.filter(|n| n.of(text).contains(' ') && count <= LONGEST)?;
    let rest = text[name.end..].trim_start();
    let marked_after = marks(rest, |party| words.is_party(party))
        .first()
        .is_some_and(|(whole, _)| whole.start == 0);
    (!marked_after).then(|| Named {
        span: Span::new(first.start, name.end),
        name,
        party: (!none).then_some(party),
        marked: true,
        role: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::minutes::Status;
    use crate::extract::testing::minutes;
    use crate::extract::vocabulary::Vocabulary;

    #[test]
    fn a_party_before_the_name_is_no_part_of_it() {
        let words = Vocabulary::built_in().words();
        let told = |text: &str| {
            let found = after_party(text, words, |_| false)?;
            let party = found.party.map_or("-", |p| p.of(text));
            Some(format!("{}/{party}", found.name.of(text)))
        };
        assert_eq!(
            told("M Bo Askman, ordförande").as_deref(),
            Some("Bo Askman/M")
        );
        assert_eq!(
            told("FP Eva von Ek §§ 3-4").as_deref(),
            Some("Eva von Ek/FP")
        );
        assert_eq!(told("Vv Kai Lund").as_deref(), Some("Kai Lund/Vv"));
        assert_eq!(told("- Ida Jonson").as_deref(), Some("Ida Jonson/-"));
        assert_eq!(told("(V) Kai Lund, tjg ers").as_deref(), Some("Kai Lund/V"));
        assert_eq!(told("M Bo Askman (M)"), None);
        assert_eq!(told("Bo Askman, ordförande"), None);
    }

    #[test]
    fn lists_with_the_party_first_give_each_person_its_own() {
        let list = "LEDAMÖTER\nM    Bo Askman, ordförande\nFP   Eva Fredman\nMP   Ida Jonson                 jäv § 4\n\nTJÄNSTGÖRANDE ERSÄTTARE\nMP   Kai Lund                   för Ida Jonson (MP), § 4\n\nTJÄNSTEMÄN\nGun Holm, kommunsekreterare\n";
        let parens = ["M", "FP", "MP"]
            .iter()
            .fold(list.to_string(), |list, party| {
                list.replace(&format!("\n{party} "), &format!("\n({party}) "))
            });
        for list in [list.to_string(), list.replace("   ", " "), parens] {
            let text = format!("Fullmäktige 2010-06-07\n\n{list}\n§ 4 Val\n\nBeslut\nVal görs.\n");
            let attendees = minutes(&text).meeting.attendees;
            let told: Vec<(&str, Option<&str>, Status)> = attendees
                .iter()
                .map(|a| {
                    let party = a.person.party.as_ref().map(|p| p.value.as_str());
                    (a.person.name.value.as_str(), party, a.status.value)
                })
                .collect();
            assert_eq!(
                told,
                [
                    ("Bo Askman", Some("M"), Status::Member),
                    ("Eva Fredman", Some("FP"), Status::Member),
                    ("Ida Jonson", Some("MP"), Status::Member),
                    ("Kai Lund", Some("MP"), Status::ServingSubstitute),
                    ("Gun Holm", None, Status::Official),
                ],
                "{list}"
            );
            let replaces = attendees[3].replaces.as_ref().map(|r| r.value.as_str());
            assert_eq!(replaces, Some("Ida Jonson"));
        }
    }
}
