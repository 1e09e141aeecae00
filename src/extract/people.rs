//! Persons as minutes name them: a name, a party in parentheses, a role beside it.
//! The one home of that rule.

mod after_party;
mod marks;
mod partyless;
mod shared;
mod subject;
mod titled;

use super::flow::Flow;
use super::minutes::Person;
use super::tokens::fold;
use super::vocabulary::Words;
use crate::repair::Reading;
use crate::text::Span;
pub use after_party::after_party;
use marks::{Mark, in_column, is_party, marks};
pub(super) use marks::{is_party_before, pieces};
use partyless::add_partyless;
use shared::add_sharing;
pub use subject::{after_by, subject};
pub use titled::titled;

/// A person found in a text, as ranges of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// From the role's or name's first letter to the party's parenthesis.
    pub span: Span,
    /// The name.
    pub name: Span,
    /// The party's abbreviation; none where nothing or only a dash is printed.
    pub party: Option<Span>,
    /// A parenthesis stands after the name.
    pub marked: bool,
    /// The role before or after the name.
    pub role: Option<Span>,
}

impl Named {
    /// The same in a text that begins `by` bytes earlier.
    pub fn moved(self, by: usize) -> Named {
        Named {
            span: self.span.shift(by),
            name: self.name.shift(by),
            party: self.party.map(|p| p.shift(by)),
            role: self.role.map(|r| r.shift(by)),
            marked: self.marked,
        }
    }
}

/// All persons in `text` with a party in parentheses, in order; with
/// `partyless`, also a role followed by a name of two words or more.
pub fn named(text: &str, words: &Words, partyless: bool) -> Vec<Named> {
    let mut out = marked(text, words, marks(text, |party| words.is_party(party)));
    add_sharing(text, words, &mut out);
    if partyless {
        add_partyless(text, words, &mut out);
    }
    out
}

/// All persons of a line of a list, where a party may also stand in a column of
/// its own, and small parties between commas are those that the document has.
pub fn listed(text: &str, words: &Words, is_known: impl Fn(&str) -> bool) -> Vec<Named> {
    let mut marks = marks(text, |party| words.is_party(party) || is_known(party));
    marks.extend(in_column(text, words, &is_known));
    marks.sort_by_key(|m| m.0.start);
    marked(text, words, marks)
}

/// The persons before marks of parties.
fn marked(text: &str, words: &Words, marks: Vec<Mark>) -> Vec<Named> {
    let mut out: Vec<Named> = Vec::new();
    for (whole, party) in marks {
        let floor = out.last().map_or(0, |n| n.span.end);
        let Some(mut found) = name_before(text, floor, whole.start, words) else {
            continue;
        };
        let inner = &text[party.clone()];
        // "Nej (5)" counts; "Anna Ek (5)" is a misread party.
        let counts = inner.chars().all(|c| c.is_ascii_digit())
            && !found.name.of(text).contains(char::is_whitespace);
        if counts || !is_party(inner, words) || is_a_group(text, found.name, words) {
            continue;
        }
        found.span.end = whole.end;
        found.marked = true;
        found.party = (!inner.starts_with(['-', '–', '—'])).then(|| party.into());
        out.push(found);
    }
    out
}

/// "Sverigedemokraterna (SD)", "Sjukvårdspartiet i Värmland (SIV)": a party with its
/// abbreviation, which is nobody's name.
fn is_a_group(text: &str, name: Span, words: &Words) -> bool {
    let single = !name.of(text).contains(char::is_whitespace);
    let mut before = text[..name.start].split_whitespace().rev();
    let place = before.next() == Some("i")
        && before
            .next()
            .is_some_and(|w| w.starts_with(char::is_uppercase));
    single && (words.is_group(name.of(text)) || place)
}

/// The name that ends right before byte `end`, and a role before it.
fn name_before(text: &str, floor: usize, end: usize, words: &Words) -> Option<Named> {
    let within = pieces(&text[floor..end]).into_iter();
    let mut pieces: Vec<Span> = within.map(|p| p.shift(floor)).collect();
    // "Anna Ek, ordförande (S)": the role stands between.
    let mut role = None;
    if let Some(comma) = pieces.iter().rposition(|p| p.of(text).ends_with(','))
        && comma + 1 < pieces.len()
        && pieces[comma + 1..].len() <= 4
        && pieces[comma + 1..].iter().all(|p| starts_lower(p.of(text)))
        && pieces[comma + 1..]
            .iter()
            .any(|p| words.is_role(p.of(text)) || words.serves(p.of(text)))
    {
        role = Some(Span::new(
            pieces[comma + 1].start,
            pieces[pieces.len() - 1].end,
        ));
        pieces.truncate(comma + 1);
        let last = pieces.len() - 1;
        pieces[last].end -= 1;
    }
    // "Per Brodin m.fl. (S)": those who go with somebody stand between.
    while pieces.len() > 1 && words.is_and_others(pieces[pieces.len() - 1].of(text)) {
        pieces.pop();
    }
    // "Anna Ek, (S)": a comma may part the party from the name.
    if let [.., first, last] = pieces.as_mut_slice()
        && in_name(first.of(text))
        && let Some(bare) = last.of(text).strip_suffix(',')
        && in_name(bare)
    {
        last.end -= 1;
    }
    let end = pieces.last()?.end;
    let mut start = pieces.len();
    let tail = garbled_tail(text, &pieces, words);
    while start > 0 {
        let word = pieces[start - 1].of(text);
        if tail && start == pieces.len() {
            start -= 1;
            continue;
        }
        // "(Anna Ek (S), …" begins a list in parentheses.
        let opened = word.trim_start_matches(['(', '"', '”', '“', '»', '[']);
        if opened.len() < word.len() && in_name(opened) {
            start -= 1;
            pieces[start].start += word.len() - opened.len();
            break;
        }
        let closed = start < pieces.len() && word.ends_with([',', ';', ':', ')', '”', '"']);
        let full_stop = word.ends_with('.') && word.chars().count() > 2 && start < pieces.len();
        if closed
            || full_stop
            || !(in_name(word)
                || start < pieces.len()
                    && (words.is_particle(word) || is_initial(word) && start > 1))
        {
            break;
        }
        if words.is_role(word) && starts_upper(word) && start < pieces.len() {
            break;
        }
        // "Ja Bo Ask (M)", "MP Bo Ask (ordf)": how the one before voted, a party, a title.
        let no_name = words.voting().choice(&fold(word)).is_some()
            || is_party_before(word, words)
            || words.is_title(word);
        if no_name && start < pieces.len() {
            break;
        }
        start -= 1;
    }
    // A particle cannot be a name's first word here: "den Anna Ek".
    while start < pieces.len()
        && words.is_particle(pieces[start].of(text))
        && starts_lower(pieces[start].of(text))
        && !words.may_begin_name(pieces[start].of(text))
    {
        start += 1;
    }
    if start == pieces.len() {
        return None;
    }
    let name_words = pieces.len() - start;
    if name_words == 1 && pieces[start].of(text).chars().count() < 3 {
        return None;
    }
    let name = Span::new(pieces[start].start, end);
    let before = role_before(text, &pieces[..start], words);
    let whole = before.map_or(name.start, |r| r.start);
    Some(Named {
        span: Span::new(whole, end),
        name,
        party: None,
        marked: false,
        role: role.or(before),
    })
}

/// A surname whose last letters were parted from it: "Karin Smith e (S)".
fn garbled_tail(text: &str, pieces: &[Span], words: &Words) -> bool {
    const LONGEST: usize = 3;
    let [.., first, before, last] = pieces else {
        return false;
    };
    let word = last.of(text);
    in_name(first.of(text))
        && in_name(before.of(text))
        && !before.of(text).ends_with([',', '.'])
        && word.chars().count() <= LONGEST
        && word.chars().all(char::is_lowercase)
        && !words.is_particle(word)
        && !words.is_common(word)
        && !words.is_role(word)
        && !words.is_party(word)
}

/// A name without the gap before letters that were parted from its end.
fn joined_tail(name: String) -> String {
    match name.rsplit_once(' ') {
        Some((front, tail))
            if front.contains(' ') && tail.chars().all(char::is_lowercase) && tail.len() <= 4 =>
        {
            format!("{front}{tail}")
        }
        _ => name,
    }
}

/// The role that ends with the last of `pieces`: "2:e vice ordföranden",
/// "tjänstgörande ersättaren".
fn role_before(text: &str, pieces: &[Span], words: &Words) -> Option<Span> {
    let last = pieces.last()?;
    if !words.is_role(last.of(text)) || last.of(text).ends_with([',', ';', ')', ':']) {
        return None;
    }
    let mut start = last.start;
    for piece in pieces[..pieces.len() - 1].iter().rev().take(3) {
        // "och" only goes on from a hyphen: "miljö- och samhällsbyggnadschef".
        if !words.is_role_modifier(piece.of(text)) && !joins(text, *piece) {
            break;
        }
        start = piece.start;
    }
    Some(Span::new(start, last.end))
}

/// Whether a hyphen stands before the word: "miljö- och".
fn joins(text: &str, word: Span) -> bool {
    text[..word.start].trim_end().ends_with('-') && word.of(text).chars().all(char::is_lowercase)
}

/// Whether a word can be part of a name: capitalized, mostly letters.
pub fn in_name(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase)
        && chars.all(|c| {
            c.is_alphanumeric() || matches!(c, '-' | '–' | '\'' | '’' | '.' | '´' | '`' | '/')
        })
        && word.chars().any(char::is_alphabetic)
        && (word.chars().count() > 1)
}

/// A middle name's first letter: "Lars V Anderssohn".
fn is_initial(word: &str) -> bool {
    let letter = word.trim_end_matches('.');
    letter.chars().count() == 1 && letter.chars().all(char::is_uppercase)
}

fn starts_lower(word: &str) -> bool {
    word.chars()
        .next()
        .is_some_and(|c| c.is_lowercase() || c.is_ascii_digit())
}

fn starts_upper(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// A [`Named`] as a person, with its evidence.
pub fn person(reading: &Reading, flow: &Flow, named: &Named) -> Person {
    Person {
        name: flow
            .read(reading, named.name)
            .map(joined_tail)
            .doubted(0.98),
        party: named.party.map(|p| flow.read(reading, p).doubted(0.98)),
        role: named.role.map(|r| flow.read(reading, r).doubted(0.95)),
    }
}

/// Parties named without persons: "Representanterna från M, D och L".
pub fn parties(text: &str, words: &Words) -> Vec<Span> {
    let mut out = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        if !word.is_empty() && words.is_party(word) && word.chars().all(char::is_uppercase) {
            out.push(Span::new(start, start + word.len()));
        }
    }
    out
}

impl Words {
    /// Whether `word` names a role: by its ending, in either number and form.
    pub fn is_role(&self, word: &str) -> bool {
        let folded = fold(word.trim_matches(|c: char| !c.is_alphanumeric()));
        self.role_endings()
            .iter()
            .any(|r| folded.ends_with(r.as_str()))
    }

    /// Whether `word` may stand before a role's last word.
    pub fn is_role_modifier(&self, word: &str) -> bool {
        let folded = fold(word.trim_matches(|c: char| !c.is_alphanumeric()));
        self.role_modifiers().contains(&folded)
            || word.ends_with('-')
            || word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::vocabulary::Vocabulary;

    fn found(text: &str, partyless: bool) -> Vec<String> {
        let words = Vocabulary::built_in().words();
        named(text, words, partyless)
            .iter()
            .map(|n| {
                let part = |s: Option<Span>| s.map_or("-", |s| s.of(text));
                format!("{}/{}/{}", n.name.of(text), part(n.party), part(n.role))
            })
            .collect()
    }

    #[test]
    fn names_parties_and_roles() {
        assert_eq!(
            found(
                "Mot beslutet reserverar sig Patrik Wen (M), Gulistan Ay (SJVP) och Carl-Johan af Geijer (c).",
                false
            ),
            [
                "Patrik Wen/M/-",
                "Gulistan Ay/SJVP/-",
                "Carl-Johan af Geijer/c/-"
            ]
        );
        assert_eq!(
            found(
                "Karin Pl (MP), tjänstgörande ersättaren Johannes Hu (S) och Ordföranden Jonas At (S) röstar Ja (7).",
                false
            ),
            [
                "Karin Pl/MP/-",
                "Johannes Hu/S/tjänstgörande ersättaren",
                "Jonas At/S/Ordföranden"
            ]
        );
        assert_eq!(
            found("Sara Wendt, politisk sekreterare (S)", false),
            ["Sara Wendt/S/politisk sekreterare"]
        );
        assert_eq!(
            found("Zoran Petković (S) och fastighetschef Håkan Ljung.", true),
            ["Zoran Petković/S/-", "Håkan Ljung/-/fastighetschef"]
        );
        assert_eq!(
            found("Evert Nilsson (-) yrkar", false),
            ["Evert Nilsson/-/-"]
        );
        assert!(found("enligt remissen (SOU 2024:38) och lagen (LOU)", false).is_empty());
    }

    #[test]
    fn a_subject_without_a_party_stands_before_a_verb_of_acting() {
        let words = Vocabulary::built_in().words();
        let name = |text: &str| subject(text, words).map(|n| n.name.of(text).to_string());
        assert_eq!(
            name("Sigvard Nä föreslog avslag.").as_deref(),
            Some("Sigvard Nä")
        );
        assert_eq!(
            name("Ordföranden Rut Ek yrkade avslag.").as_deref(),
            Some("Rut Ek")
        );
        for other in [
            "Tekniska Nämnden föreslog avslag.",
            "Sigvard Nä bor här.",
            "Budgeten föreslogs.",
        ] {
            assert_eq!(name(other), None, "{other}");
        }
    }

    #[test]
    fn others_may_stand_before_the_party_and_groups_are_nobody() {
        assert_eq!(
            found(
                "Per Håkan Bro m.fl. (S) och Robin Ax (V) lägger fram ett förslag.",
                false
            ),
            ["Per Håkan Bro/S/-", "Robin Ax/V/-"]
        );
        assert!(
            found(
                "Ledamöter från Sjukvårdspartiet i Värmland (SIV) och Sverigedemokraterna (SD).",
                false
            )
            .is_empty()
        );
    }
}
