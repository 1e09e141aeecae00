//! What was moved, by whom, and who concurs.

use super::flow::Flow;
use super::minutes::{Motion, Stance};
use super::outline::{Part, Scope};
use super::people::{self, Named};
use super::read::Read;
use super::sentences::sentences;
use super::tokens::fold;
use super::vocabulary::fold_text;
use crate::text::Span;

/// The motions of a part; one who concurs is added to the motion concerned.
pub fn motions(scope: Scope<'_>, part: &Part, into: &mut Vec<Motion>) {
    let flow = Flow::new(scope.reading, &part.rows);
    let words = scope.vocabulary.words();
    for span in with_what_follows(scope, &flow) {
        let text = span.of(&flow.text);
        let named: Vec<Named> = scope.names.of_sentence(text, scope);
        let verb = motion_verb(scope, text);
        let colon = colon_motion(scope, text, &named);
        // "Bo Ask (S): Instämmer i Anna Eks yrkande."
        let said = match text.split_once(": ").filter(|_| colon) {
            Some((_, said)) => said.split_whitespace().next().unwrap_or(""),
            None if colon => "",
            None => text,
        };
        let concurs = words.concurs(&fold_text(said));
        let by_office = match verb {
            None if named.is_empty() => office_colon(scope, text),
            _ => None,
        };
        match verb.or(by_office) {
            Some(at) => into.push(motion(scope, &flow, span, &named, at)),
            None if concurs && !named.is_empty() => concur(scope, &flow, span, &named, into),
            None if colon => {
                // Several may stand before the dash or colon.
                let count = movers_before(text, &named).max(1);
                let at = named[count - 1].span.end;
                into.push(motion(scope, &flow, span, &named[..count], at));
            }
            None => {}
        }
    }
}

/// Sentences; one that ends with a colon goes on with the next, which says what is
/// moved.
fn with_what_follows(scope: Scope<'_>, flow: &Flow) -> Vec<Span> {
    let words = scope.vocabulary.words();
    let mut out: Vec<Span> = Vec::new();
    for span in sentences(&flow.text, words) {
        let text = span.of(&flow.text);
        let somebody = !scope.names.of_sentence(text, scope).is_empty();
        match out.last_mut() {
            Some(last)
                if !somebody
                    && !last.of(&flow.text).ends_with(['.', '!', '?', '”', '"'])
                    && (last.of(&flow.text).ends_with(':')
                        || flow.text[span.start..].starts_with(char::is_lowercase))
                    && motion_verb(scope, last.of(&flow.text)).is_some() =>
            {
                last.end = span.end;
            }
            _ => out.push(span),
        }
    }
    out
}

/// Where the verb of a motion stands.
fn motion_verb(scope: Scope<'_>, text: &str) -> Option<usize> {
    let words = scope.vocabulary.words();
    text.split_whitespace()
        .find(|w| words.is_motion_verb(w))
        .map(|w| w.as_ptr() as usize - text.as_ptr() as usize)
        .or_else(|| {
            words
                .motion_phrase(text)
                .filter(|_| !words.concurs(&fold_text(text)))
        })
}

/// `Pirjo Ek (S): Bifall till förslaget.`, also with the colon lost.
fn colon_motion(scope: Scope<'_>, text: &str, named: &[Named]) -> bool {
    named.first().is_some_and(|n| {
        let rest = &text[n.span.end..];
        let folded = fold_text(rest.trim_start_matches([':', ';', ' ']));
        let aims = scope
            .vocabulary
            .words()
            .stances()
            .iter()
            .any(|(stem, _)| folded.starts_with(stem.as_str()));
        let last = named.last().map_or(n.span.end, |l| l.span.end);
        let dashed = text[last..]
            .trim_start()
            .strip_prefix(['–', '—', '-'])
            .map(|r| fold_text(r.trim_start()));
        let dashed = dashed.is_some_and(|folded| {
            scope
                .vocabulary
                .words()
                .stances()
                .iter()
                .any(|(stem, _)| folded.starts_with(stem.as_str()))
        });
        let headed = movers_before(text, named)
            .checked_sub(1)
            .is_some_and(|i| text[named[i].span.end..].starts_with([':', ';']));
        n.span.start == 0 && (rest.starts_with(':') || headed || aims || dashed)
    })
}

/// `Ordföranden: Bifall till förslaget.`: an office alone, and where its colon stands.
fn office_colon(scope: Scope<'_>, text: &str) -> Option<usize> {
    let words = scope.vocabulary.words();
    let (office, said) = text.split_once(": ")?;
    let folded = fold_text(said);
    let aims = words
        .stances()
        .iter()
        .any(|(stem, _)| folded.starts_with(stem.as_str()));
    let all = || {
        office
            .split_whitespace()
            .all(|w| words.is_role(w) || words.is_role_modifier(w))
    };
    (aims && office.starts_with(char::is_uppercase) && all()).then_some(office.len())
}

/// How many persons stand before the first colon or dash.
fn movers_before(text: &str, named: &[Named]) -> usize {
    let stop = text
        .find(": ")
        .or_else(|| text.find(" – "))
        .unwrap_or(text.len());
    named.iter().filter(|n| n.span.end <= stop).count()
}

fn motion(scope: Scope<'_>, flow: &Flow, span: Span, named: &[Named], verb: usize) -> Motion {
    let text = span.of(&flow.text);
    let words = scope.vocabulary.words();
    let with = words.concurrence_at(text);
    let clause = concurring_clause(scope, text, verb, named);
    let seconds = |n: &Named| {
        with.is_some_and(|(from, to)| n.name.start >= from && n.name.start < to)
            || clause.is_some_and(|from| n.name.start >= from)
    };
    let mut movers: Vec<&Named> = named
        .iter()
        .filter(|n| n.name.start < verb && !seconds(n))
        .collect();
    if movers.is_empty() {
        movers = named
            .iter()
            .filter(|n| !seconds(n))
            .take_while(|n| n.name.start < verb + 80)
            .take(1)
            .collect();
    }
    let person = |n: &Named| people::person(scope.reading, flow, &n.clone().moved(span.start));
    let parties = if movers.is_empty() {
        people::parties(&text[..verb], words)
    } else {
        Vec::new()
    };
    Motion {
        persons: movers.into_iter().map(person).collect(),
        seconded_by: named.iter().filter(|n| seconds(n)).map(person).collect(),
        parties: parties
            .iter()
            .map(|p| flow.read(scope.reading, p.shift(span.start)).doubted(0.9))
            .collect(),
        stance: stance(scope, flow, span, verb),
        text: flow.read(scope.reading, span).doubted(0.95),
    }
}

/// Where those are named who concur in a clause of the motion's own sentence:
/// `…, i vilket yrkande Bo Ask (S) och Cia Dal (M) instämde.`
fn concurring_clause(scope: Scope<'_>, text: &str, verb: usize, named: &[Named]) -> Option<usize> {
    let words = scope.vocabulary.words();
    let last = named.last()?;
    let rest = text.get(last.span.end..)?;
    let next: Vec<&str> = rest.split_whitespace().take(2).collect();
    if !words.concurs(&fold_text(&next.join(" "))) {
        return None;
    }
    let joined = |pair: &[Named]| {
        let between = text.get(pair[0].span.end..pair[1].span.start);
        between.is_some_and(|b| {
            b.split(|c: char| !c.is_alphanumeric())
                .filter(|w| !w.is_empty())
                .all(|w| words.is_and(&fold(w)) || words.is_title(w))
        })
    };
    let count = named.windows(2).rev().take_while(|p| joined(p)).count();
    let first = named[named.len() - 1 - count].span.start;
    (first > verb && text[verb..first].contains(',')).then_some(first)
}

/// What a motion's first words after its verb aim at.
fn stance(scope: Scope<'_>, flow: &Flow, span: Span, verb: usize) -> Option<Read<Stance>> {
    let text = span.of(&flow.text);
    let folded = fold_text(&text[verb..]);
    let (_, name) = scope
        .vocabulary
        .words()
        .stances()
        .iter()
        .filter_map(|(stem, name)| folded.find(stem.as_str()).map(|at| (at, name)))
        .min()?;
    let stance = match name.as_str() {
        "approve" => Stance::Approve,
        "reject" => Stance::Reject,
        "refer_back" => Stance::ReferBack,
        "defer" => Stance::Defer,
        _ => Stance::Amend,
    };
    Some(flow.read(scope.reading, span).derive(stance).doubted(0.9))
}

/// `Ahti Ek (C) instämmer i Anna Bos yrkande.`
fn concur(scope: Scope<'_>, flow: &Flow, span: Span, named: &[Named], into: &mut [Motion]) {
    let text = span.of(&flow.text);
    let meant = into.iter().position(|m| {
        m.persons.iter().any(|p| {
            text.contains(&format!("{}s ", p.name.value))
                || text.contains(&format!("{} ", p.name.value)) && p.name.value.ends_with('s')
        })
    });
    let at = meant.or(into.len().checked_sub(1));
    if let Some(motion) = at.and_then(|at| into.get_mut(at)) {
        for n in named {
            let person = people::person(scope.reading, flow, &n.clone().moved(span.start));
            if !motion
                .persons
                .iter()
                .chain(&motion.seconded_by)
                .any(|p| p.name.value == person.name.value)
            {
                motion.seconded_by.push(person);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::minutes;

    #[test]
    fn who_concurs_may_stand_in_a_clause_of_the_motion() {
        for [motion, movers, seconds] in [
            [
                "Herr Alm yrkade bifall till förslaget, i vilket yrkande herrar Berglund och Dalgren instämde.",
                "Alm",
                "Berglund Dalgren",
            ],
            [
                "Bo Askman (S) yrkar avslag på förslaget, i vilket Cia Dalgren (V) och Ida Jonson (M) instämmer.",
                "Bo Askman",
                "Cia Dalgren Ida Jonson",
            ],
            [
                "Bo Askman (S) yrkar bifall till Cia Dalgrens (V) förslag.",
                "Bo Askman",
                "",
            ],
        ] {
            let text = format!(
                "Nämnden 1974-05-07\n\n§ 4 Brygga\n\nYrkanden\n{motion}\n\nBeslut\nBryggan byggs.\n"
            );
            let found = &minutes(&text).items[0].motions[0];
            let names = |persons: &[crate::extract::minutes::Person]| {
                let names: Vec<&str> = persons.iter().map(|p| p.name.value.as_str()).collect();
                names.join(" ")
            };
            assert_eq!(names(&found.persons), movers);
            assert_eq!(names(&found.seconded_by), seconds);
        }
    }
}
