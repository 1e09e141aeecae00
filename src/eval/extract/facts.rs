//! Taking a document apart into facts.

use super::Fact;
use serde_json::Value;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// The facts of a document by field.
pub(super) type Facts = BTreeMap<&'static str, Vec<Fact>>;

/// Every field, in alphabetical order.
pub(super) const FIELDS: [&str; 35] = [
    "adjournments",
    "adjustment",
    "adjustment.place",
    "attachments",
    "attendees",
    "attendees.name",
    "ballots",
    "body",
    "decision.points",
    "decision.text",
    "documents",
    "item.case_numbers",
    "item.number",
    "item.title",
    "kind",
    "meeting.date",
    "meeting.end",
    "meeting.number",
    "meeting.place",
    "meeting.start",
    "motions",
    "motions.who",
    "municipality",
    "municipality_code",
    "notes",
    "notice",
    "officers",
    "recipients",
    "recusals",
    "reservations",
    "speakers",
    "text.background",
    "text.propositions",
    "text.summary",
    "votes",
];

/// Fields of items, with the key that holds them.
const ITEM_KEYS: [(&str, &str); 18] = [
    ("item.title", "title"),
    ("item.case_numbers", "case_numbers"),
    ("decision.points", "decisions"),
    ("decision.text", "decisions"),
    ("speakers", "speakers"),
    ("motions", "motions"),
    ("motions.who", "motions"),
    ("votes", "votes"),
    ("ballots", "votes"),
    ("reservations", "reservations"),
    ("notes", "notes"),
    ("recusals", "recusals"),
    ("documents", "documents"),
    ("recipients", "recipients"),
    ("attachments", "attachments"),
    ("text.summary", "summary"),
    ("text.background", "background"),
    ("text.propositions", "propositions"),
];

/// Fields of the meeting, with the key that holds them.
const MEETING_KEYS: [(&str, &str); 11] = [
    ("attendees", "attendees"),
    ("attendees.name", "attendees"),
    ("adjustment", "adjustment"),
    ("adjustment.place", "adjustment"),
    ("notice", "notice"),
    ("adjournments", "adjournments"),
    ("meeting.date", "date"),
    ("meeting.start", "start"),
    ("meeting.end", "end"),
    ("meeting.place", "place"),
    ("meeting.number", "number"),
];

/// Keys that annotators may leave out of a whole document.
const OPTIONAL: [(&str, &str); 6] = [
    ("text.summary", "summary"),
    ("text.background", "background"),
    ("text.propositions", "propositions"),
    ("documents", "documents"),
    ("attachments", "attachments"),
    ("speakers", "speakers"),
];

/// NFC, white space as single spaces.
pub(super) fn strict(text: &str) -> String {
    let composed: String = text.nfc().collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Small letters and digits, everything else as single spaces.
pub(super) fn soft(text: &str) -> String {
    let lower = strict(text).to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric() && c != '_');
    words
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn add(facts: &mut Facts, field: &'static str, fact: Fact) {
    if fact
        .iter()
        .any(|t| t.as_ref().is_some_and(|t| !t.is_empty()))
    {
        facts.entry(field).or_default().push(fact);
    }
}

fn fixed(text: &str) -> Option<String> {
    Some(text.to_string())
}

/// Every scored fact of a document.
pub(super) fn facts(document: &Value) -> Facts {
    let mut facts = Facts::new();
    let place = &document["municipality"];
    add(&mut facts, "kind", vec![text(&document["kind"])]);
    add(&mut facts, "municipality", vec![text(&place["name"])]);
    add(&mut facts, "municipality_code", vec![text(&place["code"])]);
    add(&mut facts, "body", vec![text(&document["body"])]);
    meeting(&mut facts, &document["meeting"]);
    for item in list(&document["items"]) {
        item_facts(&mut facts, item);
    }
    facts
}

fn meeting(facts: &mut Facts, meeting: &Value) {
    for (field, key) in MEETING_KEYS
        .iter()
        .filter(|(field, _)| field.starts_with("meeting."))
    {
        add(facts, field, vec![text(&meeting[key])]);
    }
    for officer in ["chair", "secretary"] {
        add(
            facts,
            "officers",
            vec![fixed(officer), text(&meeting[officer]["name"])],
        );
    }
    for adjuster in list(&meeting["adjusters"]) {
        add(
            facts,
            "officers",
            vec![fixed("adjuster"), text(&adjuster["name"])],
        );
    }
    for a in list(&meeting["attendees"]) {
        add(
            facts,
            "attendees",
            vec![text(&a["name"]), text(&a["party"]), text(&a["status"])],
        );
        add(facts, "attendees.name", vec![text(&a["name"])]);
    }
    add(
        facts,
        "adjustment",
        vec![text(&meeting["adjustment"]["date"]), None],
    );
    add(
        facts,
        "adjustment.place",
        vec![text(&meeting["adjustment"]["place"])],
    );
    for key in ["posted", "removed", "archive"] {
        if let Some(value) = text(&meeting["notice"][key]) {
            add(facts, "notice", vec![fixed(key), Some(value)]);
        }
    }
    for pause in list(&meeting["adjournments"]) {
        add(
            facts,
            "adjournments",
            vec![text(&pause["start"]), text(&pause["end"])],
        );
    }
}

fn item_facts(facts: &mut Facts, item: &Value) {
    let n = text(&item["number"]);
    add(facts, "item.number", vec![n.clone()]);
    if text(&item["title"]).is_some() {
        add(facts, "item.title", vec![n.clone(), text(&item["title"])]);
    }
    for case in list(&item["case_numbers"]) {
        add(facts, "item.case_numbers", vec![n.clone(), text(case)]);
    }
    for decision in list(&item["decisions"]) {
        let authority = text(&decision["authority"])
            .map(|a| a.to_lowercase())
            .filter(|a| !a.is_empty());
        for point in list(&decision["points"]) {
            let said = text(&point["text"]);
            let fact = vec![
                n.clone(),
                authority.clone(),
                text(&decision["kind"]),
                said.clone(),
            ];
            add(facts, "decision.points", fact);
            add(facts, "decision.text", vec![n.clone(), said]);
        }
    }
    for motion in list(&item["motions"]) {
        add(facts, "motions", vec![n.clone(), text(&motion["text"])]);
        people(facts, "motions.who", &n, &motion["persons"]);
    }
    for vote in list(&item["votes"]) {
        add(
            facts,
            "votes",
            vec![
                n.clone(),
                text(&vote["yes"]),
                text(&vote["no"]),
                text(&vote["abstain"]),
            ],
        );
        for ballot in list(&vote["ballots"]) {
            add(
                facts,
                "ballots",
                vec![
                    n.clone(),
                    text(&ballot["person"]["name"]),
                    text(&ballot["vote"]),
                ],
            );
        }
    }
    people(facts, "speakers", &n, &item["speakers"]);
    for key in ["reservations", "notes", "recusals"] {
        for statement in list(&item[key]) {
            people(facts, key, &n, &statement["persons"]);
        }
    }
    for document in list(&item["documents"]) {
        let bare = text(document)
            .unwrap_or_default()
            .trim_end_matches('.')
            .to_string();
        add(facts, "documents", vec![n.clone(), Some(bare)]);
    }
    for key in ["recipients", "attachments"] {
        for entry in list(&item[key]) {
            add(facts, key, vec![n.clone(), text(entry)]);
        }
    }
    for (field, key) in [
        ("text.summary", "summary"),
        ("text.background", "background"),
        ("text.propositions", "propositions"),
    ] {
        if text(&item[key]).is_some_and(|t| !t.is_empty()) {
            add(facts, field, vec![n.clone(), text(&item[key])]);
        }
    }
}

fn people(facts: &mut Facts, field: &'static str, number: &Option<String>, persons: &Value) {
    for person in list(persons) {
        add(
            facts,
            field,
            vec![
                number.clone(),
                text(&person["name"]),
                text(&person["party"]),
            ],
        );
    }
}

/// Takes out of a prediction what the gold's items and meeting have no key for.
pub(super) fn leave_out_unannotated(gold: &Value, predicted: &mut Facts) {
    let lacking: Vec<(&str, Option<String>)> = list(&gold["items"])
        .flat_map(|item| {
            ITEM_KEYS
                .iter()
                .filter(|(_, key)| item.get(key).is_none())
                .map(|(field, _)| (*field, text(&item["number"])))
        })
        .collect();
    for (field, _) in ITEM_KEYS {
        if let Some(facts) = predicted.get_mut(field) {
            facts.retain(|fact| !lacking.iter().any(|(f, n)| *f == field && *n == fact[0]));
        }
    }
    let meeting = &gold["meeting"];
    for (field, key) in MEETING_KEYS {
        if meeting.get(key).is_none() {
            predicted.remove(field);
        }
    }
}

/// Whether the field's facts begin with the number of their item.
pub(super) fn is_numbered(field: &str) -> bool {
    ITEM_KEYS.iter().any(|(f, _)| *f == field)
}

/// Whether no item of the gold has the field's key.
pub(super) fn is_unannotated(gold: &Value, field: &str) -> bool {
    OPTIONAL
        .iter()
        .find(|(f, _)| *f == field)
        .is_some_and(|(_, key)| !list(&gold["items"]).any(|item| item.get(key).is_some()))
}
