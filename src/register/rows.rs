//! What a register holds of a record.

use serde_json::Value;

use super::Place;
use super::value::{at, extent, is_reviewed, list, lowest_confidence, number, span, text, texts};

/// A document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DocumentRow {
    /// Where its record is kept.
    pub file: String,
    /// Its line there, where the file holds several.
    pub line: Option<u64>,
    /// The record's id.
    pub record_id: String,
    /// The path of its source.
    pub path: String,
    /// The digest of its source.
    pub sha256: String,
    /// The format of its source.
    pub format: Option<String>,
    /// Minutes, an extract, or something else.
    pub kind: Option<String>,
    /// The municipality or region.
    pub municipality: Option<String>,
    /// Its code.
    pub municipality_code: Option<String>,
    /// The body.
    pub body: Option<String>,
    /// When it met.
    pub date: Option<String>,
    /// From …
    pub start: Option<String>,
    /// … until.
    pub end: Option<String>,
    /// Where it met.
    pub place: Option<String>,
    /// The number of the minutes.
    pub number: Option<String>,
    /// How many pages.
    pub pages: i64,
    /// Pages that cannot be read.
    pub unreadable_pages: i64,
    /// The estimated character error rate of the worst page.
    pub worst_cer: Option<f64>,
    /// Corrections that the text holds.
    pub corrections: i64,
    /// Corrections that are suggestions.
    pub suggestions: i64,
    /// Warnings.
    pub warnings: i64,
    /// The lowest confidence of any value.
    pub lowest_confidence: Option<f64>,
    /// Whether a person has looked at something in it.
    pub reviewed: bool,
    /// The repaired text.
    pub text: String,
    /// Its items.
    pub items: Vec<ItemRow>,
    /// People of the meeting.
    pub people: Vec<PersonRow>,
}

/// An item of a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ItemRow {
    /// The item's id.
    pub item_id: String,
    /// Its number (paragraph).
    pub number: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// The page it begins on.
    pub page: Option<i64>,
    /// Its case numbers.
    pub case_numbers: Vec<String>,
    /// Decided and proposed points.
    pub decisions: Vec<DecisionRow>,
    /// Who gets the decision.
    pub recipients: Vec<String>,
    /// Its votes.
    pub votes: Vec<VoteRow>,
    /// The people it names.
    pub people: Vec<PersonRow>,
    /// The lowest confidence of its values.
    pub lowest_confidence: Option<f64>,
    /// Whether a person has looked at something in it.
    pub reviewed: bool,
}

/// A block of decided or proposed points.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DecisionRow {
    /// `decision` or `proposal`.
    pub kind: String,
    /// Who decides or proposes.
    pub authority: Option<String>,
    /// To whom a proposal goes.
    pub addressee: Option<String>,
    /// What became of it.
    pub outcome: Option<String>,
    /// Until when it was put off.
    pub deferred_to: Option<String>,
    /// The points, each with its number where one is printed, on lines of their own.
    pub text: String,
}

/// Somebody named in some part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PersonRow {
    /// In what part: `chair`, `attendee`, `speaker`, `mover` …
    pub part: &'static str,
    /// The name.
    pub name: String,
    /// The party.
    pub party: Option<String>,
    /// The role.
    pub role: Option<String>,
    /// An attendee's capacity.
    pub status: Option<String>,
}

/// A vote.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VoteRow {
    /// What was voted on.
    pub question: Option<String>,
    /// Totals: yes, no, abstaining, absent.
    pub totals: [Option<i64>; 4],
    /// What yes means.
    pub yes_means: Option<String>,
    /// What no means.
    pub no_means: Option<String>,
    /// `yes`, `no` or `tie`.
    pub result: Option<String>,
    /// Whether ballots and totals agree.
    pub reconciled: Option<bool>,
    /// Who voted how.
    pub ballots: Vec<(PersonRow, String)>,
}

impl DocumentRow {
    /// What the register holds of `record`, which is kept at `place`.
    pub fn new(place: &Place, record: &Value) -> DocumentRow {
        let document = &record["document"];
        let meeting = &document["meeting"];
        let pages = list(record, "pages");
        let corrections = list(record, "corrections");
        let reviewed: Vec<(u64, u64)> = corrections
            .iter()
            .filter(|correction| correction["method"] == "reviewed")
            .flat_map(|correction| list(correction, "source"))
            .filter_map(span)
            .collect();
        let applied = corrections.iter().filter(|c| c["applied"] == true).count();
        DocumentRow {
            file: place.file.clone(),
            line: place.line,
            record_id: text(record, "id").unwrap_or_default(),
            path: text(record, "source.path").unwrap_or_default(),
            sha256: text(record, "source.sha256").unwrap_or_default(),
            format: text(record, "source.format"),
            kind: text(document, "kind"),
            municipality: text(document, "municipality.name"),
            municipality_code: text(document, "municipality.code"),
            body: text(document, "body"),
            date: text(meeting, "date"),
            start: text(meeting, "start"),
            end: text(meeting, "end"),
            place: text(meeting, "place"),
            number: text(meeting, "number"),
            pages: pages.len() as i64,
            unreadable_pages: pages.iter().filter(|p| p["readable"] == false).count() as i64,
            worst_cer: pages
                .iter()
                .filter_map(|page| page["estimated_cer"].as_f64())
                .reduce(f64::max),
            corrections: applied as i64,
            suggestions: (corrections.len() - applied) as i64,
            warnings: list(record, "warnings").len() as i64,
            lowest_confidence: lowest_confidence(document),
            reviewed: !reviewed.is_empty() || is_reviewed(document),
            text: text(record, "text").unwrap_or_default(),
            items: list(document, "items")
                .iter()
                .map(|item| ItemRow::new(item, &reviewed))
                .collect(),
            people: of_meeting(meeting),
        }
    }
}

impl ItemRow {
    fn new(item: &Value, reviewed: &[(u64, u64)]) -> ItemRow {
        let looked_at = extent(item).is_some_and(|(start, end)| {
            let inside = |&(s, e): &(u64, u64)| start <= s && e <= end;
            reviewed.iter().any(inside)
        });
        ItemRow {
            item_id: text(item, "id").unwrap_or_default(),
            number: text(item, "number"),
            title: text(item, "title"),
            page: page(item),
            case_numbers: texts(item, "case_numbers"),
            decisions: list(item, "decisions").iter().map(decision).collect(),
            recipients: texts(item, "recipients"),
            votes: list(item, "votes").iter().map(vote).collect(),
            people: of_item(item),
            lowest_confidence: lowest_confidence(item),
            reviewed: looked_at || is_reviewed(item),
        }
    }

    /// The texts of what was decided; of proposals where `kind` says so.
    pub fn decided(&self, kind: &str) -> String {
        let blocks = self.decisions.iter().filter(|block| block.kind == kind);
        let texts: Vec<&str> = blocks.map(|block| &*block.text).collect();
        texts.join("\n")
    }
}

/// The page on which an item's number, or else its title, stands.
fn page(item: &Value) -> Option<i64> {
    ["number", "title"].iter().find_map(|key| {
        let source = item[*key]["source"].get(0)?;
        source["page"].as_i64()
    })
}

fn decision(decision: &Value) -> DecisionRow {
    let point = |point: &Value| {
        let words = text(point, "text").unwrap_or_default();
        match text(point, "number") {
            Some(number) => format!("{number}. {words}"),
            None => words,
        }
    };
    let points: Vec<String> = list(decision, "points").iter().map(point).collect();
    DecisionRow {
        kind: text(decision, "kind").unwrap_or_default(),
        authority: text(decision, "authority"),
        addressee: text(decision, "addressee"),
        outcome: text(decision, "outcome"),
        deferred_to: text(decision, "deferred_to"),
        text: points.join("\n"),
    }
}

fn vote(vote: &Value) -> VoteRow {
    let ballots = list(vote, "ballots").iter().filter_map(|ballot| {
        let person = person("voter", at(ballot, "person"))?;
        Some((person, text(ballot, "vote").unwrap_or_default()))
    });
    VoteRow {
        question: text(vote, "question"),
        totals: ["yes", "no", "abstain", "absent"].map(|key| number(vote, key)),
        yes_means: text(vote, "yes_means"),
        no_means: text(vote, "no_means"),
        result: text(vote, "result"),
        reconciled: vote["reconciled"].as_bool(),
        ballots: ballots.collect(),
    }
}

fn of_meeting(meeting: &Value) -> Vec<PersonRow> {
    let mut people = Vec::new();
    people.extend(person("chair", &meeting["chair"]));
    people.extend(person("secretary", &meeting["secretary"]));
    add(&mut people, "adjuster", meeting, "adjusters");
    add(&mut people, "attendee", meeting, "attendees");
    if let Some(name) = text(meeting, "certification.name") {
        people.push(PersonRow {
            part: "certifier",
            name,
            ..PersonRow::default()
        });
    }
    people
}

fn of_item(item: &Value) -> Vec<PersonRow> {
    let mut people = Vec::new();
    add(&mut people, "presenter", item, "presenters");
    add(&mut people, "speaker", item, "speakers");
    for motion in list(item, "motions") {
        add(&mut people, "mover", motion, "persons");
        add(&mut people, "seconder", motion, "seconded_by");
    }
    for vote in list(item, "votes") {
        people.extend(person("casting_vote", &vote["casting_vote"]));
    }
    for (part, key) in [
        ("reservation", "reservations"),
        ("note", "notes"),
        ("recusal", "recusals"),
        ("non_participation", "non_participation"),
    ] {
        for statement in list(item, key) {
            add(&mut people, part, statement, "persons");
        }
    }
    people
}

fn add(people: &mut Vec<PersonRow>, part: &'static str, node: &Value, key: &str) {
    people.extend(list(node, key).iter().filter_map(|p| person(part, p)));
}

/// A person; nobody where there is no name.
fn person(part: &'static str, person: &Value) -> Option<PersonRow> {
    Some(PersonRow {
        part,
        name: text(person, "name")?,
        party: text(person, "party"),
        role: text(person, "role"),
        status: text(person, "status"),
    })
}
