//! Persons whom older minutes name by a title: `Herr Lindh`, `fru Ek`,
//! `herrar Alm, Berg och Dal`.

use super::marks::pieces;
use super::{Named, in_name};
use crate::extract::tokens::fold;
use crate::extract::vocabulary::Words;
use crate::text::Span;

/// The persons with a title before the name, which may be a surname alone. A genitive
/// ("herr Lindhs yrkande") is nobody who acts.
pub fn titled(text: &str, words: &Words) -> Vec<Named> {
    const LONGEST: usize = 4;
    let pieces = pieces(text);
    let mut out: Vec<Named> = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        let title = pieces[at].of(text);
        at += 1;
        if !words.is_title(title) {
            continue;
        }
        let many = words.is_title_of_several(title);
        while let Some((name, next, ended)) = name_at(text, &pieces, at, words) {
            if next - at <= LONGEST && !is_genitive(text, name, pieces.get(next), words) {
                out.push(Named {
                    span: name,
                    name,
                    party: None,
                    marked: false,
                    role: None,
                });
            }
            at = next;
            let mut ended = ended;
            // "herrar Alm, ordf., Berglund": what somebody is stands between.
            while many && ended && pieces.get(at).is_some_and(|p| is_office(p.of(text), words)) {
                ended = pieces[at].of(text).ends_with(',')
                    || pieces
                        .get(at + 1)
                        .is_some_and(|p| is_office(p.of(text), words));
                at += 1;
            }
            let and = pieces
                .get(at)
                .is_some_and(|p| words.is_and(&fold(p.of(text))));
            if !many || !(ended || and) {
                break;
            }
            at += usize::from(and);
        }
    }
    out
}

fn is_office(word: &str, words: &Words) -> bool {
    word.starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit())
        && (words.is_role(word) || words.is_role_modifier(word))
}

/// The name from piece `at` on, the piece after it, and whether a comma ends it.
fn name_at(text: &str, pieces: &[Span], at: usize, words: &Words) -> Option<(Span, usize, bool)> {
    let mut name: Option<Span> = None;
    for (i, piece) in pieces.iter().enumerate().skip(at) {
        let word = piece.of(text);
        let bare = word.trim_end_matches([',', '.', ';', ':', ')']);
        let capital = in_name(bare) && !words.is_title(bare);
        let particle = words.is_particle(bare) && bare.len() == word.len();
        if !(capital && !words.is_role(bare) || particle) {
            return name.map(|n| (n, i, false));
        }
        let here = Span::new(piece.start, piece.start + bare.len());
        name = match name {
            None if !capital => None,
            None => Some(here),
            Some(n) => Some(n.cover(here)),
        };
        if bare.len() < word.len() {
            return name.map(|n| (n, i + 1, word.ends_with(',')));
        }
    }
    name.map(|n| (n, pieces.len(), false))
}

/// Whether a name owns what follows: it ends with "s", and no verb comes next.
fn is_genitive(text: &str, name: Span, next: Option<&Span>, words: &Words) -> bool {
    name.of(text).ends_with('s')
        && next.is_some_and(|p| {
            let word = p.of(text).trim_matches(|c: char| !c.is_alphanumeric());
            words.is_owned(&fold(word))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::testing::minutes;
    use crate::extract::vocabulary::Vocabulary;

    #[test]
    fn names_stand_behind_titles() {
        let told = |text: &str| -> Vec<String> {
            titled(text, Vocabulary::built_in().words())
                .iter()
                .map(|n| n.name.of(text).to_string())
                .collect()
        };
        assert_eq!(
            told("Mot beslutet anmälde fru Ekman reservation."),
            ["Ekman"]
        );
        assert_eq!(told("Herr Nils Alm yrkade bifall."), ["Nils Alm"]);
        assert_eq!(
            told("Häri instämde herrar Alm, Berglund och Dal samt fru von Ek."),
            ["Alm", "Berglund", "Dal", "Ek"]
        );
        assert_eq!(
            told("herrar Alm, ordf., Berglund, Carl Dal, vice ordförande, samt fröken Falk."),
            ["Alm", "Berglund", "Carl Dal", "Falk"]
        );
        assert!(told("Herr ordförande! Herr Alms yrkande föll.").is_empty());
    }

    #[test]
    fn titled_persons_move_and_reserve_themselves() {
        let text = "Drätselkammaren 1961-03-14\n\n§ 7 Brygga\n\nHerr Alm yrkade, att bryggan icke skulle byggas. Fru Dalgren (s) yrkade bifall till förslaget.\n\nDrätselkammaren beslöt\n\natt  bygga bryggan.\n\nMot beslutet anmälde herr Alm reservation.\n";
        let item = &minutes(text).items[0];
        let names: Vec<&str> = item
            .motions
            .iter()
            .flat_map(|m| m.persons.iter().map(|p| p.name.value.as_str()))
            .collect();
        assert_eq!(names, ["Alm", "Dalgren"]);
        let reserved = &item.reservations[0].persons;
        assert_eq!(reserved[0].name.value, "Alm");
    }

    #[test]
    fn an_extract_of_old_has_its_item_day_body_and_secretary() {
        let text = "ASKS STAD\nDrätselkammaren\n\n              UTDRAG av protokoll, fört vid sammanträde med\n              drätselkammaren i Ask tisdagen den 14 mars\n              1961.\n\n              § 7.\n\nBrygga vid Långa viken.                     Dnr 26/61\n\nFiskaren Emil Holm har i skrivelse den 5 februari 1961 anhållit om en brygga.\n\nHerr Alm yrkade, att bryggan icke skulle byggas.\n\nDrätselkammaren beslöt\n\natt  bygga bryggan.\n\nMot beslutet anmälde herr Alm reservation.\n\n              Som ovan\n\n              Bertil Ekman\n              sekreterare\n";
        let found = minutes(text);
        let name =
            |p: &Option<crate::extract::minutes::Person>| p.as_ref().map(|p| p.name.value.clone());
        let numbers: Vec<&str> = found
            .items
            .iter()
            .filter_map(|i| Some(i.number.as_ref()?.value.as_str()))
            .collect();
        assert_eq!(numbers, ["7"]);
        let date = found.meeting.date.as_ref().map(|d| d.value.to_string());
        assert_eq!(date.as_deref(), Some("1961-03-14"));
        let body = found.body.as_ref().map(|b| b.value.as_str());
        assert_eq!(body, Some("Drätselkammaren"));
        assert_eq!(
            name(&found.meeting.secretary).as_deref(),
            Some("Bertil Ekman")
        );
        let title = found.items[0].title.as_ref().map(|t| t.value.as_str());
        assert!(title.is_some_and(|t| t.starts_with("Brygga vid Långa viken")));
        assert_eq!(found.items[0].motions.len(), 1);
    }
}
