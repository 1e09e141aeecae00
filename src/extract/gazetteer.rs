//! Municipalities and regions with Statistics Sweden's codes.

use super::tokens::{Token, fold, tokens};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A municipality or region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Four digits for a municipality, the county's two for a region.
    pub code: &'static str,
    /// The official name: "Huddinge kommun".
    pub name: &'static str,
    /// The bare name: "Huddinge".
    pub place: &'static str,
}

/// A place named in a line.
#[derive(Clone, Debug)]
pub struct Mention {
    /// Which.
    pub place: &'static Place,
    /// First token.
    pub first: usize,
    /// One past the last token.
    pub end: usize,
    /// Named with "kommun", "stad" or as a region, not by its bare name.
    pub full: bool,
    /// In the genitive as a whole: "Göteborgs Stads riktlinje".
    pub genitive: bool,
}

static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    include_str!("../data/municipalities.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut columns = line.split('\t');
            Some(Place {
                code: columns.next()?,
                name: columns.next()?,
                place: columns.next()?,
            })
        })
        .collect()
});

/// First folded word of a bare name → the name's words and the place.
type Index = FxHashMap<String, Vec<(Vec<String>, &'static Place)>>;

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index::default();
    for place in PLACES.iter() {
        let words: Vec<String> = tokens(place.place).into_iter().map(|t| t.folded).collect();
        if let Some(first) = words.first() {
            index
                .entry(first.clone())
                .or_default()
                .push((words.clone(), place));
        }
    }
    index
});

/// The place whose name begins at token `at`.
pub fn mention(line: &[Token], at: usize, kinds: &[String]) -> Option<Mention> {
    let first = &line.get(at)?.folded;
    if let Some(found) = county(line, at) {
        return Some(found);
    }
    let stems = [first.as_str(), first.strip_suffix('s').unwrap_or(first)];
    let mut best: Option<Mention> = None;
    for stem in stems {
        for (words, place) in INDEX.get(stem).into_iter().flatten() {
            let Some(found) = matches(line, at, words, place, kinds) else {
                continue;
            };
            let better = best
                .as_ref()
                .is_none_or(|b| (found.end, found.full) > (b.end, b.full));
            if better {
                best = Some(found);
            }
        }
    }
    best
}

/// The counties by their names, folded: `värmland` of "Region Värmland".
static COUNTIES: LazyLock<Vec<(String, &'static Place)>> = LazyLock::new(|| {
    let regions = PLACES.iter().filter(|p| p.code.len() == 2);
    let named = regions.filter_map(|place| {
        let name = place.name.strip_prefix("Region ")?;
        let name = name.strip_suffix(" län").unwrap_or(name);
        let words: Vec<String> = tokens(name).into_iter().map(|t| t.folded).collect();
        Some((words.join(" "), place))
    });
    named.collect()
});

/// What regions were called until 2018: `Värmlands läns landsting`, `Landstinget Dalarna`,
/// `Landstinget i Kalmar län`.
fn county(line: &[Token], at: usize) -> Option<Mention> {
    let word = |i: usize| line.get(at + i).map_or("", |t| t.folded.as_str());
    let named = |name: &str| {
        COUNTIES.iter().find(|(county, _)| {
            name == county || name.strip_suffix('s').is_some_and(|bare| bare == county)
        })
    };
    let found = |place, words: usize| {
        Some(Mention {
            place,
            first: at,
            end: at + words,
            full: true,
            genitive: false,
        })
    };
    if word(0) == "landstinget" {
        let skip = 1 + usize::from(word(1) == "i");
        let (_, place) = named(word(skip))?;
        return found(place, skip + 1 + usize::from(word(skip + 1) == "lan"));
    }
    let behind = if word(1) == "lans" { 2 } else { 1 };
    let is_council = word(behind).strip_suffix('s').unwrap_or(word(behind)) == "landsting";
    let (_, place) = named(word(0)).filter(|_| is_council)?;
    found(place, behind + 1)
}

fn matches(
    line: &[Token],
    at: usize,
    words: &[String],
    place: &'static Place,
    kinds: &[String],
) -> Option<Mention> {
    let last = words.len() - 1;
    let mut genitive = false;
    for (i, word) in words.iter().enumerate() {
        let token = &line.get(at + i)?.folded;
        if i == last && token != word && token.strip_suffix('s') == Some(word) {
            genitive = true;
        } else if token != word {
            return None;
        }
    }
    let end = at + words.len();
    let region = place.code.len() == 2 || words.len() > 1 && place.name == place.place;
    let kind = line.get(end).map(|t| t.folded.as_str()).unwrap_or("");
    let bare = kind.strip_suffix('s').unwrap_or(kind);
    if !region && kinds.iter().any(|k| k == bare || k == kind) {
        return Some(Mention {
            place,
            first: at,
            end: end + 1,
            full: true,
            genitive: bare != kind && !kinds.iter().any(|k| k == kind),
        });
    }
    Some(Mention {
        place,
        first: at,
        end,
        full: region,
        genitive,
    })
}

/// The place among those with the same letters whose marks are those printed: "Habo",
/// not "Håbo".
pub fn as_printed(place: &'static Place, printed: &str) -> &'static Place {
    let printed = printed.to_lowercase();
    let fits = |p: &Place| printed.starts_with(&p.place.to_lowercase());
    if fits(place) {
        return place;
    }
    let same = fold(place.place);
    PLACES
        .iter()
        .find(|p| fits(p) && fold(p.place) == same)
        .unwrap_or(place)
}

/// The municipality whose code or official name this is.
pub fn by_name(name: &str) -> Option<&'static Place> {
    let folded = fold(name);
    PLACES.iter().find(|p| fold(p.name) == folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_start(text: &str) -> Option<(&'static str, usize, bool, bool)> {
        let kinds = ["kommun".to_string(), "stad".to_string()];
        mention(&tokens(text), 0, &kinds).map(|m| (m.place.code, m.end, m.full, m.genitive))
    }

    #[test]
    fn places_are_known_in_every_form() {
        assert_eq!(
            at_start("TROLLHÄTTANS STAD"),
            Some(("1488", 2, true, false))
        );
        assert_eq!(at_start("Huddinge"), Some(("0126", 1, false, false)));
        assert_eq!(
            at_start("Göteborgs Stads riktlinje"),
            Some(("1480", 2, true, true))
        );
        assert_eq!(at_start("Region Skåne"), Some(("12", 2, true, false)));
        assert_eq!(
            at_start("Upplands Väsby kommun"),
            Some(("0114", 3, true, false))
        );
        assert_eq!(
            at_start("VÄRMLANDS LÄNS LANDSTING"),
            Some(("17", 3, true, false))
        );
        assert_eq!(
            at_start("Landstinget i Kalmar län"),
            Some(("08", 4, true, false))
        );
        assert_eq!(at_start("Landstinget föreslår"), None);
        assert_eq!(at_start("Beslut"), None);
        assert_eq!(by_name("Huddinge kommun").map(|p| p.code), Some("0126"));
    }
}
