//! What persons state: reservations, notes, recusals, and who takes no part; who
//! speaks and presents.

use super::dates::pattern;
use super::flow::Flow;
use super::lists::{annex, attachments};
use super::minutes::{Note, NoteKind, Person, Statement, Text};
use super::outline::{Part, Scope};
use super::people::{self, Named};
use super::sentences::sentences;
use super::tokens::tokens;
use super::vocabulary::{Section, Words, fold_text};
use crate::text::Span;
use regex::Regex;
use std::sync::LazyLock;

/// Sentences that one statement takes, and who makes it.
struct Entry {
    span: Span,
    persons: Vec<Named>,
    parties: Vec<Span>,
}

/// Divides a part into statements of kind `kind`: one begins where a sentence
/// names somebody and says so.
fn entries(scope: Scope<'_>, flow: &Flow, kind: Section) -> Vec<Entry> {
    let words = scope.vocabulary.words();
    let mut out: Vec<Entry> = Vec::new();
    let mut quoted = false;
    for span in sentences(&flow.text, words) {
        let text = span.of(&flow.text);
        let says = !quoted && scope.vocabulary.states(text, kind);
        let mut named = people::named(text, words, false);
        if named.is_empty() && says {
            named = scope.names.of_sentence(text, scope);
        }
        // Whose motion it is about is no matter of who states it.
        let named: Vec<Named> = named
            .into_iter()
            .filter(|n| n.span.start == 0 || !holds_motion(text, n, words))
            .map(|n| n.moved(span.start))
            .collect();
        let parties: Vec<Span> = if named.is_empty() {
            people::parties(head(text), words)
                .into_iter()
                .map(|p| p.shift(span.start))
                .collect()
        } else {
            Vec::new()
        };
        let named = match people::after_by(text, words).filter(|_| says && named.is_empty()) {
            Some(name) => vec![Named {
                span: name.shift(span.start),
                name: name.shift(span.start),
                party: None,
                marked: false,
                role: None,
            }],
            None => named,
        };
        let subject = !named.is_empty()
            || !parties.is_empty()
            || scope.vocabulary.words().is_group(head(text));
        quoted = in_quotes(&flow.text[..span.end]);
        // "… reserverar sig. Nils Te (S) lämnar en skriftlig reservation."
        let again = out.last().is_some_and(|last: &Entry| {
            !named.is_empty()
                && named.iter().all(|n| known(&flow.text, &last.persons, n))
                && (kind == Section::Reservations || !flow.text[..span.start].ends_with("\n\n"))
        });
        if says && subject && !again {
            out.push(Entry {
                span,
                persons: unique(&flow.text, named),
                parties,
            });
        } else if let Some(last) = out.last_mut() {
            last.span.end = span.end;
        } else if !named.is_empty() {
            // Named under the heading without the usual verb.
            out.push(Entry {
                span,
                persons: unique(&flow.text, named),
                parties,
            });
        }
    }
    out
}

/// `Anna Eks (S) yrkande`, `Anna Eks (S) m.fl. yrkande`
fn holds_motion(text: &str, named: &Named, words: &Words) -> bool {
    let genitive = named.name.of(text).ends_with('s');
    let behind = tokens(&text[named.span.end..]);
    let noun = behind.iter().take(3).find(|t| t.folded.len() > 2);
    genitive && noun.is_some_and(|t| words.is_motion_noun(&t.folded))
}

fn known(text: &str, persons: &[Named], named: &Named) -> bool {
    persons
        .iter()
        .any(|p| p.name.of(text) == named.name.of(text))
}

/// Who states something stands before a colon.
fn head(text: &str) -> &str {
    &text[..text.find(':').unwrap_or(text.len())]
}

/// Whether a quotation is open at the end of `text`.
fn in_quotes(text: &str) -> bool {
    let tail = text.rfind(": ”").or_else(|| text.rfind(": \""));
    tail.is_some_and(|at| text[at..].matches(['”', '"']).count() % 2 == 1)
}

/// Each person once.
fn unique(text: &str, named: Vec<Named>) -> Vec<Named> {
    let mut out: Vec<Named> = Vec::new();
    for n in named {
        if !out.iter().any(|o| o.name.of(text) == n.name.of(text)) {
            out.push(n);
        }
    }
    out
}

fn statement(scope: Scope<'_>, flow: &Flow, entry: &Entry) -> Statement {
    let reading = scope.reading;
    Statement {
        persons: entry
            .persons
            .iter()
            .map(|n| people::person(reading, flow, n))
            .collect(),
        parties: entry
            .parties
            .iter()
            .map(|p| flow.read(reading, *p).doubted(0.95))
            .collect(),
        on_behalf_of: on_behalf_of(scope, flow, entry),
        text: flow.read(reading, entry.span).doubted(0.95),
    }
}

/// Statements of a part: reservations, recusals, who takes no part.
pub fn statements(scope: Scope<'_>, part: &Part) -> Vec<Statement> {
    let flow = Flow::new(scope.reading, &part.rows);
    let all = entries(scope, &flow, part.kind);
    all.iter()
        .filter(|e| !e.persons.is_empty() || !e.parties.is_empty() || part.heading.is_some())
        .map(|e| statement(scope, &flow, e))
        .collect()
}

static ATTACHED: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"(?i:\bbilaga|\bbil\.)\s+({})", annex())));

/// Notes and separate opinions of a part.
pub fn notes(scope: Scope<'_>, part: &Part) -> Vec<Note> {
    let flow = Flow::new(scope.reading, &part.rows);
    let kind = if part.kind == Section::Opinions {
        NoteKind::SeparateOpinion
    } else {
        NoteKind::Note
    };
    let mut found = entries(scope, &flow, part.kind);
    if found.len() <= 1 {
        let other = if part.kind == Section::Opinions {
            Section::Notes
        } else {
            Section::Opinions
        };
        let others = entries(scope, &flow, other);
        if others.len() > found.len() {
            found = others;
        }
    }
    found
        .iter()
        .map(|entry| Note {
            kind,
            statement: statement(scope, &flow, entry),
            attachment: ATTACHED.captures(entry.span.of(&flow.text)).and_then(|c| {
                let m = c.get(1)?;
                Some(
                    flow.read(scope.reading, Span::from(m.range()).shift(entry.span.start))
                        .doubted(0.95),
                )
            }),
        })
        .collect()
}

/// `Anna Ek (S), för gruppen, anmäler …`; `lämnar för gruppen följande …`;
/// `Gruppens ledamöter, genom Anna Ek (S), …`
fn on_behalf_of(scope: Scope<'_>, flow: &Flow, entry: &Entry) -> Option<Text> {
    let text = entry.span.of(&flow.text);
    let reach = head(text);
    let words = scope.vocabulary.words();
    let mut from = 0;
    while let Some(at) = reach[from..].find(words.behalf()).map(|i| i + from) {
        let start = at + words.behalf().len();
        from = start;
        let rest = &reach[start..];
        if !rest.starts_with(char::is_uppercase) {
            continue;
        }
        let mut end = 0;
        for word in rest.split_whitespace() {
            let offset = word.as_ptr() as usize - rest.as_ptr() as usize;
            if end > 0 && words.ends_behalf(word) {
                break;
            }
            end = offset + word.trim_end_matches([',', '.']).len();
            if word.ends_with([',', '.']) {
                break;
            }
        }
        let span = Span::new(start, start + end).shift(entry.span.start);
        return Some(flow.read(scope.reading, span).doubted(0.9));
    }
    None
}

/// Those who speak, each once.
pub fn speakers(scope: Scope<'_>, part: &Part, into: &mut Vec<Person>) {
    let headed = part.heading.is_some();
    collect(scope, part, into, |text| {
        scope.vocabulary.states(text, Section::Deliberation) || headed && lists_names(scope, text)
    });
}

/// Persons and nothing else.
fn lists_names(scope: Scope<'_>, text: &str) -> bool {
    let words = scope.vocabulary.words();
    let named = scope.names.persons(text, scope);
    let mut at = 0;
    let mut only = !named.is_empty();
    let ends = named
        .iter()
        .map(|n| n.span)
        .chain([Span::new(text.len(), text.len())]);
    for span in ends {
        let between = text[at..span.start.max(at)].split(|c: char| !c.is_alphanumeric());
        only &= between
            .filter(|w| !w.is_empty())
            .all(|w| words.is_and(&fold_text(w)));
        at = span.end;
    }
    only
}

/// Those who present a matter, each once.
pub fn presenters(scope: Scope<'_>, part: &Part, into: &mut Vec<Person>) {
    let headed = part.kind == Section::Presenters;
    collect(scope, part, into, |text| {
        headed || scope.vocabulary.states(text, Section::Presenters)
    });
}

fn collect(scope: Scope<'_>, part: &Part, into: &mut Vec<Person>, says: impl Fn(&str) -> bool) {
    let flow = Flow::new(scope.reading, &part.rows);
    for span in sentences(&flow.text, scope.vocabulary.words()) {
        let text = span.of(&flow.text);
        if !says(text) {
            continue;
        }
        let mut found = people::named(text, scope.vocabulary.words(), true);
        let known = match found.is_empty() {
            true => scope.names.of_sentence(text, scope),
            false => scope.names.persons(text, scope),
        };
        for other in known {
            if !found.iter().any(|n| n.span.overlaps(other.span)) {
                found.push(other);
            }
        }
        found.sort_by_key(|n| n.name.start);
        for named in found {
            let person = people::person(scope.reading, &flow, &named.moved(span.start));
            if !into.iter().any(|p| p.name.value == person.name.value) {
                into.push(person);
            }
        }
    }
}

/// The attachments that a part names.
pub fn attached(scope: Scope<'_>, part: &Part, into: &mut Vec<Text>) {
    attachments(scope, &Flow::new(scope.reading, &part.rows), into);
}
