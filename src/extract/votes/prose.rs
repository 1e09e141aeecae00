//! Ballots in sentences and lists of names: which persons stand by which side.

use super::super::flow::{Flow, Row};
use super::super::minutes::{Ballot, Choice};
use super::super::outline::Scope;
use super::super::people::{self, Named};
use super::super::sentences::sentences;
use super::super::tokens::{fold, tokens};
use super::push_ballot;
use crate::text::Span;

/// A roll call: `Anna Ek (S) – JA`, one on each line.
pub(super) fn roll_call(scope: Scope<'_>, rows: &[Row]) -> Vec<Ballot> {
    let words = scope.vocabulary.words();
    let voting = words.voting();
    let mut out = Vec::new();
    for row in rows {
        let flow = Flow::of_row(scope.reading, row);
        let named = scope.names.of_sentence(&flow.text, scope);
        // The gap before the answer may be all that divides it from the name.
        let text = row.text(scope.reading);
        let answer = voting
            .answer
            .iter()
            .find_map(|p| p.captures(text)?.name("v"));
        let alone = named.first().and_then(|n| {
            let rest = flow.text[n.span.end..].trim_matches([' ', '.', '-', '–', ':']);
            voting.choice(&fold(rest)).map(|_| rest)
        });
        let said = answer.map(|m| m.as_str()).or(alone);
        if let ([one], Some(said)) = (named.as_slice(), said)
            && one.span.start == 0
            && let Some(choice) = voting.choice(&fold(said))
        {
            push_ballot(&mut out, people::person(scope.reading, &flow, one), choice);
        }
    }
    out
}

/// A side named in a text.
struct Side {
    span: Span,
    choice: Choice,
}

/// Ballots in sentences, one set for each vote: a person who votes again begins
/// another.
pub(super) fn sets(scope: Scope<'_>, flow: &Flow) -> Vec<Vec<Ballot>> {
    let mut sets: Vec<Vec<Ballot>> = Vec::new();
    let persons = scope.names.persons(&flow.text, scope);
    if persons.is_empty() {
        return sets;
    }
    for sentence in sentences(&flow.text, scope.vocabulary.words()) {
        let first = persons.partition_point(|n| n.name.start < sentence.start);
        let last = persons.partition_point(|n| n.name.start < sentence.end);
        let inside = &persons[first..last];
        if inside.is_empty() {
            continue;
        }
        for (choice, group) in groups(scope, &flow.text, sentence, inside) {
            let again = |set: &Vec<Ballot>| {
                group.iter().any(|n| {
                    let name = n.name.of(&flow.text);
                    set.iter().any(|b| b.person.name.value == name)
                })
            };
            if sets.last().is_none_or(again) {
                sets.push(Vec::new());
            }
            let Some(set) = sets.last_mut() else { continue };
            for n in group {
                push_ballot(set, people::person(scope.reading, flow, n), choice);
            }
        }
    }
    // One alone is a remark about somebody, not a vote by names.
    sets.retain(|set| set.len() > 1);
    sets
}

/// The groups of persons that a sentence gives to sides: before a side ("A och B
/// röstar ja") or after it ("Ja-röster avges av A och B", "4 ja-röster (A, B)").
fn groups<'n>(
    scope: Scope<'_>,
    text: &str,
    sentence: Span,
    persons: &'n [Named],
) -> Vec<(Choice, &'n [Named])> {
    let sides = sides(scope, text, sentence, persons);
    let mut out = Vec::new();
    let mut taken = 0;
    let persons_first = sides
        .first()
        .is_some_and(|s| persons[0].span.start < s.span.start);
    for (i, side) in sides.iter().enumerate() {
        let next = sides.get(i + 1).map_or(sentence.end, |s| s.span.start);
        let before = persons.partition_point(|n| n.name.start < side.span.start);
        let until = persons.partition_point(|n| n.name.start < next);
        let leading = (taken < before)
            .then(|| before_side(scope, text, &persons[taken..before], side))
            .flatten();
        let following = (before < until)
            .then(|| after_side(scope, text, &persons[before..until], side))
            .flatten();
        let group = if persons_first {
            leading.or(following)
        } else {
            following.or(leading)
        };
        let Some(group) = group else { continue };
        let end = group.last().map_or(0, |n| n.name.end);
        taken = persons.partition_point(|n| n.name.end <= end);
        out.push((side.choice, group));
    }
    out
}

/// The sides that a sentence names, outside of names.
fn sides(scope: Scope<'_>, text: &str, sentence: Span, persons: &[Named]) -> Vec<Side> {
    let voting = scope.vocabulary.words().voting();
    tokens(sentence.of(text))
        .into_iter()
        .filter_map(|t| {
            let span = t.span.shift(sentence.start);
            let choice = voting.choice(&t.folded)?;
            let in_name = persons.iter().any(|n| n.span.overlaps(span));
            (!in_name).then_some(Side { span, choice })
        })
        .collect()
}

/// Persons right before a side, with a word of voting between.
fn before_side<'n>(
    scope: Scope<'_>,
    text: &str,
    persons: &'n [Named],
    side: &Side,
) -> Option<&'n [Named]> {
    let voting = scope.vocabulary.words().voting();
    let last = persons.last()?;
    let between = text.get(last.span.end..side.span.start)?;
    let line = tokens(between);
    let abstains = !matches!(side.choice, Choice::Yes | Choice::No);
    let linked = line
        .iter()
        .all(|t| voting.links(&t.folded) || is_role(scope, &t.folded))
        && !between.contains(':')
        && (abstains || line.is_empty() || line.iter().any(|t| voting.is_vote_word(&t.folded)));
    if !linked {
        return None;
    }
    let from = (1..persons.len())
        .rev()
        .find(|&i| !goes_on(scope, text, &persons[i - 1], &persons[i]))
        .unwrap_or(0);
    Some(&persons[from..])
}

/// Persons right after a side, with nothing between that says something else.
fn after_side<'n>(
    scope: Scope<'_>,
    text: &str,
    persons: &'n [Named],
    side: &Side,
) -> Option<&'n [Named]> {
    let words = scope.vocabulary.words();
    let voting = words.voting();
    let first = persons.first()?;
    let between = text.get(side.span.end..first.span.start)?;
    // A list in parentheses or after a colon is one whatever stands before.
    let opened = between.trim_end().ends_with(['(', ':']);
    let linked = tokens(between).iter().all(|t| {
        voting.links(&t.folded)
            || words.number(&t.folded).is_some()
            || is_role(scope, &t.folded)
            // A name that nothing else shows to be one.
            || t.capital && words.body_case(t).is_none()
    });
    if !linked || between.trim().is_empty() && !opened {
        return None;
    }
    let end = (1..persons.len())
        .find(|&i| !goes_on(scope, text, &persons[i - 1], &persons[i]))
        .unwrap_or(persons.len());
    Some(&persons[..end])
}

/// Whether one list holds both persons.
fn goes_on(scope: Scope<'_>, text: &str, a: &Named, b: &Named) -> bool {
    const LONGEST: usize = 60;
    let Some(between) = text.get(a.span.end..b.span.start) else {
        return true;
    };
    let voting = scope.vocabulary.words().voting();
    between.len() <= LONGEST
        && !between.contains([':', ';'])
        && !tokens(between)
            .iter()
            .any(|t| voting.is_vote_word(&t.folded))
}

fn is_role(scope: Scope<'_>, word: &str) -> bool {
    let words = scope.vocabulary.words();
    words.is_role(word) || words.is_role_modifier(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::names::Names;
    use crate::extract::vocabulary::Vocabulary;
    use crate::normalize::normalize;
    use crate::repair::Reading;
    use crate::source::{RawDocument, RawPage};

    /// The ballots of a text, one list for each vote; `known` are names that stand
    /// with their parties elsewhere.
    fn ballots(text: &str, known: &[&str]) -> Vec<Vec<String>> {
        let mut names = Names::default();
        known.iter().for_each(|n| names.add(n));
        let pages = vec![RawPage {
            span: (0..text.len()).into(),
            ..Default::default()
        }];
        let raw = RawDocument {
            text: text.to_string(),
            pages,
            ..Default::default()
        };
        let reading = Reading::unrepaired(&normalize(&raw));
        let scope = Scope {
            reading: &reading,
            vocabulary: Vocabulary::built_in(),
            names: &names,
        };
        let rows: Vec<Row> = (0..reading.lines.len())
            .map(|line| Row {
                line,
                span: reading.lines[line].span,
                gap: false,
                paragraph: false,
                indent: 0,
                room: 0,
            })
            .collect();
        let flow = Flow::new(&reading, &rows);
        let shown = |b: &Ballot| format!("{} {:?}", b.person.name.value, b.vote.value);
        let sets = sets(scope, &flow);
        sets.iter()
            .map(|set| set.iter().map(shown).collect())
            .collect()
    }

    #[test]
    fn persons_stand_before_or_after_their_side() {
        for text in [
            "Anna Ek (S) och Bo Ask (C) röstar Ja (2).\nCia Dal (M), Din Ort (L) och\nEva Fors (KD) röstar Nej (3).",
            "För ja röstade Anna Ek (S) och Bo Ask (C). För nej röstade Cia Dal (M), Din Ort (L) och Eva Fors (KD).",
            "Med 2 JA-röster (Anna Ek (S), Bo Ask (C)) mot 3 NEJ-röster (Cia Dal (M), Din Ort (L) och Eva Fors (KD)) beslutas.",
            "Vid upprop avges två ja-röster, nämligen av Anna Ek, Bo Ask samt tre nej-röster, av Cia Dal, Din Ort och Eva Fors.",
            "Ja: Anna Ek (S), Bo Ask (C) Nej: Cia Dal (M), Din Ort (L), Eva Fors (KD)",
        ] {
            let known = ["Anna Ek", "Bo Ask", "Cia Dal", "Din Ort", "Eva Fors"];
            assert_eq!(
                ballots(text, &known),
                [[
                    "Anna Ek Yes",
                    "Bo Ask Yes",
                    "Cia Dal No",
                    "Din Ort No",
                    "Eva Fors No"
                ]],
                "{text}"
            );
        }
    }

    /// The ballots and totals of the vote of an item that consists of `told`.
    fn vote(told: &str) -> (Vec<String>, [Option<u32>; 3]) {
        let text =
            format!("Nämnden 2014-05-07\n\n§ 4 Brygga\n\nBeslut\nBryggan byggs.\n\n{told}\n");
        let votes = &crate::extract::testing::minutes(&text).items[0].votes;
        assert_eq!(votes.len(), 1);
        let shown = |b: &Ballot| format!("{} {:?}", b.person.name.value, b.vote.value);
        let total = |t: &Option<crate::extract::read::Read<u32>>| t.as_ref().map(|t| t.value);
        (
            votes[0].ballots.iter().map(shown).collect(),
            [&votes[0].yes, &votes[0].no, &votes[0].abstain].map(total),
        )
    }

    #[test]
    fn a_roll_call_gives_each_line_its_answer() {
        let called = "Omröstning\nJa-röst: Bryggan byggs.\nNej-röst: Bryggan byggs icke.\n\nAnna Ekman (M)               Ja\nBo Askman (L)                Ja\nCia Dalgren (S)              Nej\nDan Envall (SD)              Avstår\n\nMed 2 ja-röster, 1 nej-röst och 1 avstår beslutar nämnden att bryggan byggs.";
        let expected = [
            "Anna Ekman Yes",
            "Bo Askman Yes",
            "Cia Dalgren No",
            "Dan Envall Abstain",
        ];
        for called in [called.to_string(), called.replace("    ", "")] {
            let (ballots, totals) = vote(&called);
            assert_eq!(ballots, expected, "{called}");
            assert_eq!(totals, [Some(2), Some(1), Some(1)]);
        }
    }

    #[test]
    fn lists_in_parentheses_may_run_over_lines() {
        let told = "Propositionsordning\nVotering begärs och genomförs enligt följande:\nJa-röst för bifall till Anna Ekmans yrkande.\nNej-röst för bifall till Cia Dalgrens yrkande.\n\nRöstning\nMed 3 ja-röster (Anna Ekman (M), Eva-\nLena Askman (L) och Gun de la Holm (S)) mot 2 nej-röster\n(Cia Dalgren (S) och\nDan Envall (V)) bifaller nämnden Anna Ekmans yrkande.";
        let (ballots, totals) = vote(told);
        assert_eq!(
            ballots,
            [
                "Anna Ekman Yes",
                "Eva-Lena Askman Yes",
                "Gun de la Holm Yes",
                "Cia Dalgren No",
                "Dan Envall No",
            ]
        );
        assert_eq!(totals, [Some(3), Some(2), None]);
    }

    #[test]
    fn what_the_sides_mean_is_no_ballot() {
        let text = "Ja-röst för Anna Ek (S) yrkande. Nej-röst för bifall till Bo Ask (C) förslag. \
                    Den som bifaller Anna Ek (S) röstar ja.";
        assert!(ballots(text, &[]).is_empty());
    }
}
