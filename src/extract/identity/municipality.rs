//! Whose minutes: a municipality or region.

use crate::extract::flow::{Flow, Row};
use crate::extract::gazetteer::{self, Mention};
use crate::extract::minutes::Municipality;
use crate::extract::outline::{Outline, Scope};
use crate::extract::read::{Method, Read};
use crate::extract::tokens::{Token, tokens};
use crate::text::Span;
use std::collections::BTreeMap;

/// A municipality from the page heads, or as the text names it most.
pub fn municipality(scope: Scope<'_>, outline: &Outline) -> Option<Municipality> {
    const HEAD: usize = 20;
    const FULL: usize = 3;
    const LEAST: f32 = 0.51;
    let mut votes: BTreeMap<&'static str, PlaceVotes> = BTreeMap::new();
    let mut count = |rows: &[Row], weight: usize, whole: bool| {
        // Inside text a name may run over the line's end.
        let flows: Vec<Flow> = if whole {
            vec![Flow::new(scope.reading, rows)]
        } else {
            rows.iter()
                .map(|r| Flow::of_row(scope.reading, r))
                .collect()
        };
        for flow in &flows {
            for found in mentions(scope, flow) {
                let worth = weight * if found.full { FULL } else { 1 };
                let entry = votes.entry(found.code).or_default();
                entry.0 += worth;
                // The form printed most; a genitive or bare name only shows it.
                let rank = worth * if found.genitive { 1 } else { 3 };
                let form = entry
                    .1
                    .entry(found.name.clone())
                    .or_insert_with(|| (0, found));
                form.0 += rank;
            }
        }
    };
    count(&outline.heads, HEAD, false);
    count(&outline.feet, 2, false);
    count(&outline.front, 2, false);
    for item in &outline.items {
        count(&item.rows, 1, true);
    }
    count(&outline.back, 2, false);
    let total: usize = votes.values().map(|v| v.0).sum();
    let (_, (weight, best)) = votes
        .into_iter()
        .max_by_key(|(code, v)| (v.0, std::cmp::Reverse(*code)))?;
    let (_, best) = best
        .into_values()
        .max_by_key(|(rank, c)| (*rank, std::cmp::Reverse(c.name.clone())))?;
    let share = weight as f32 / total as f32;
    // Bare places named here and there say where people live.
    if !best.full && weight < HEAD && share < LEAST {
        return None;
    }
    let certainty = if best.full {
        0.9 + 0.08 * share
    } else {
        0.5 + 0.4 * share
    };
    let derived = best.derived;
    let name = Read {
        value: best.name,
        confidence: certainty * best.confidence,
        method: if derived {
            Method::Derived
        } else {
            Method::Read
        },
        source: best.source,
    };
    let code = name.derive(best.code.to_string()).doubted(0.99);
    Some(Municipality {
        name,
        code: Some(code),
    })
}

/// How often a place was named, and its printed forms with their ranks.
type PlaceVotes = (usize, BTreeMap<String, (usize, Candidate)>);

struct Candidate {
    code: &'static str,
    name: String,
    derived: bool,
    full: bool,
    genitive: bool,
    source: Vec<Span>,
    confidence: f32,
}

fn mentions(scope: Scope<'_>, flow: &Flow) -> Vec<Candidate> {
    let text = flow.text.as_str();
    if !text.contains(char::is_uppercase) {
        return Vec::new();
    }
    let line = tokens(text);
    let kinds = scope.vocabulary.words().municipality_kinds();
    let mut out = Vec::new();
    let mut at = 0;
    while at < line.len() {
        match gazetteer::mention(&line, at, kinds).filter(|_| line[at].capital) {
            Some(found) => {
                at = found.end;
                if found.full || !is_surname(text, &line, &found) {
                    out.extend(candidate(scope, flow, &line, &found));
                }
            }
            None => at += 1,
        }
    }
    out
}

/// `Eva Nypelius Berg (C)`: a party follows, or a first name stands before a
/// comma and what somebody is.
fn is_surname(text: &str, line: &[Token], found: &Mention) -> bool {
    let end = line[found.end - 1].span.end;
    let rest = text[end..].trim_start();
    let party = rest.starts_with('(') && rest[1..].find(')').is_some_and(|close| close <= 5);
    let before = found.first.checked_sub(1).map(|i| &line[i]);
    let beside =
        |a: &Token, b: &Token| a.capital && b.capital && text[a.span.end..b.span.start] == *" ";
    let named = before.is_some_and(|t| beside(t, &line[found.first]));
    // "Kajsa Berg Moretti": between a first name and another one.
    let inside = || {
        line.get(found.end)
            .is_some_and(|t| beside(&line[found.end - 1], t))
    };
    named && (party || rest.is_empty() || rest.starts_with(',') || inside())
}

fn candidate(scope: Scope<'_>, flow: &Flow, line: &[Token], found: &Mention) -> Option<Candidate> {
    let text = flow.text.as_str();
    let span = Span::new(line[found.first].span.start, line[found.end - 1].span.end);
    let printed = span
        .of(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let place = gazetteer::as_printed(found.place, &printed);
    let found = &Mention {
        place,
        ..found.clone()
    };
    let shouting = !printed.chars().any(char::is_lowercase);
    let bare_sentence = !found.full && !shouting && line.len() > 6;
    let (name, derived) = if !found.full {
        (found.place.name.to_string(), true)
    } else if found.genitive {
        // "Göteborgs Stads riktlinje" is the genitive of "Göteborgs Stad".
        (
            printed
                .strip_suffix(['s', 'S'])
                .unwrap_or(&printed)
                .to_string(),
            false,
        )
    } else {
        (printed.clone(), false)
    };
    let name = if shouting && found.full {
        quiet(&name, found)
    } else {
        name
    };
    if bare_sentence && found.place.place.chars().count() < 4 {
        return None;
    }
    let genitive = found.full && found.genitive && span.of(text).ends_with(['s', 'S']);
    let span = Span::new(span.start, span.end - usize::from(genitive));
    let (source, confidence) = flow.evidence(scope.reading, span);
    Some(Candidate {
        code: found.place.code,
        name,
        derived,
        full: found.full,
        genitive: found.genitive,
        source,
        confidence,
    })
}

/// `HAPARANDA STAD` → `Haparanda stad`: the place as the list writes it, the kind
/// small.
fn quiet(name: &str, found: &Mention) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let official: Vec<&str> = found.place.name.split_whitespace().collect();
    let mut out = Vec::new();
    for (i, word) in words.iter().enumerate() {
        let known = official
            .get(i)
            .filter(|o| o.to_lowercase() == word.to_lowercase());
        out.push(match known {
            Some(o) => (*o).to_string(),
            None if i + 1 == words.len() => word.to_lowercase(),
            None => capitalized(word),
        });
    }
    out.join(" ")
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |first| {
        first
            .to_uppercase()
            .chain(chars.as_str().to_lowercase().chars())
            .collect()
    })
}
