//! The types that write the JSON, in the contract's order.

use super::field::{Field, Method, Source};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A text.
pub type Text = Field<String>;

/// One document's record.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "klartext/1")]
pub struct Tree {
    /// The contract: additions keep its number.
    pub schema: &'static str,
    /// Stable, from the source's digest.
    pub id: String,
    /// What made the record.
    pub generator: Generator,
    /// The file it was made from.
    pub source: SourceFile,
    /// What the document says.
    pub document: Document,
    /// Its pages.
    pub pages: Vec<Page>,
    /// The repaired text: paragraphs kept, page furniture left out, hyphenation
    /// joined.
    pub text: String,
    /// What was changed, or might be.
    pub corrections: Vec<Correction>,
    /// What should be looked at.
    pub warnings: Vec<Warning>,
    /// What people decided on it; left out where nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
}

/// What people decided on a record.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Review {
    /// How many decisions it holds.
    pub decisions: usize,
    /// Who decided.
    pub by: Vec<String>,
    /// When the last was made, in UTC (RFC 3339).
    pub last: String,
}

/// What made a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Generator {
    /// The program.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The model's digest.
    pub model: String,
    /// The digest of the options that shape the output.
    pub options: String,
}

/// The file a record was made from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SourceFile {
    /// What a request of `klartext stream` called it; left out everywhere else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<serde_json::Value>,
    /// Relative to the input that was named.
    pub path: String,
    /// Digest of the file.
    pub sha256: String,
    /// Its size.
    pub bytes: usize,
    /// `text`, `alto`, `hocr`, `page`, `pdf` or `image`.
    pub format: String,
    /// Its encoding; null for files that hold no text as such (PDF, images).
    pub encoding: Option<String>,
    /// How many pages it has.
    pub pages: usize,
    /// How many lines.
    pub lines: usize,
}

/// What a document says.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Document {
    /// Minutes (protokoll), an extract (protokollsutdrag), or something else.
    pub kind: Option<Kind>,
    /// The municipality or region.
    pub municipality: Option<Municipality>,
    /// The body (organ).
    pub body: Option<Text>,
    /// The meeting (sammanträde).
    pub meeting: Meeting,
    /// The matters (ärenden, paragrafer).
    pub items: Vec<Item>,
}

/// What kind of document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Protokoll.
    Minutes,
    /// Protokollsutdrag.
    Extract,
    /// Something else.
    Other,
}

/// A municipality (kommun) or region.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Municipality {
    /// Its name.
    pub name: Text,
    /// Statistics Sweden's code.
    pub code: Option<Text>,
}

/// The meeting's frame.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Meeting {
    /// Sammanträdesdatum, ISO 8601.
    pub date: Option<Text>,
    /// When it began.
    pub start: Option<Text>,
    /// When it ended.
    pub end: Option<Text>,
    /// Plats.
    pub place: Option<Text>,
    /// Ajourneringar.
    pub adjournments: Vec<Stretch>,
    /// Protokollets nummer.
    pub number: Option<Text>,
    /// Paragrafer, as the front page states them.
    pub paragraphs: Option<Text>,
    /// Ordförande.
    pub chair: Option<Person>,
    /// Sekreterare.
    pub secretary: Option<Person>,
    /// Justerare.
    pub adjusters: Vec<Person>,
    /// Närvarande.
    pub attendees: Vec<Attendee>,
    /// Justering.
    pub adjustment: Option<Adjustment>,
    /// Anslagsbevis.
    pub notice: Option<Notice>,
    /// Utdragsbestyrkande.
    pub certification: Option<Certification>,
}

/// A stretch of time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Stretch {
    /// When it began.
    pub start: Text,
    /// When it ended.
    pub end: Option<Text>,
}

/// A person as named at one place.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Person {
    /// The name.
    pub name: Text,
    /// The party's abbreviation.
    pub party: Option<Text>,
    /// The role.
    pub role: Option<Text>,
}

/// Somebody present.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Attendee {
    /// The name.
    pub name: Text,
    /// The party's abbreviation.
    pub party: Option<Text>,
    /// The role.
    pub role: Option<Text>,
    /// In what capacity.
    pub status: Status,
    /// Whom a substitute replaces.
    pub replaces: Option<Text>,
    /// On which items, as printed.
    pub items: Option<Text>,
    /// At what times, as printed.
    pub times: Option<Text>,
}

/// In what capacity somebody is present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Ledamot.
    Member,
    /// Tjänstgörande ersättare.
    ServingSubstitute,
    /// Ersättare.
    Substitute,
    /// Tjänsteman.
    Official,
    /// Somebody else.
    Other,
}

/// Justering.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Adjustment {
    /// When.
    pub date: Option<Text>,
    /// Where.
    pub place: Option<Text>,
}

/// Anslagsbevis.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Notice {
    /// Uppsatt.
    pub posted: Option<Text>,
    /// Nedtas.
    pub removed: Option<Text>,
    /// Sista dag för överklagande.
    pub appeal_by: Option<Text>,
    /// Förvaringsplats.
    pub archive: Option<Text>,
}

/// Utdragsbestyrkande.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Certification {
    /// Who.
    pub name: Option<Text>,
    /// When.
    pub date: Option<Text>,
}

/// A matter.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Item {
    /// The document's id and the item's number.
    pub id: String,
    /// Paragrafnummer.
    pub number: Option<Text>,
    /// Ärenderubrik.
    pub title: Option<Text>,
    /// Diarienummer.
    pub case_numbers: Vec<Text>,
    /// Beslut and förslag till beslut.
    pub decisions: Vec<Decision>,
    /// Sammanfattning.
    pub summary: Option<Text>,
    /// Bakgrund, ärendebeskrivning.
    pub background: Option<Text>,
    /// Överläggning.
    pub deliberation: Option<Text>,
    /// Tidigare behandling.
    pub prior_handling: Vec<Text>,
    /// Föredragande.
    pub presenters: Vec<Person>,
    /// Those who spoke.
    pub speakers: Vec<Person>,
    /// Yrkanden.
    pub motions: Vec<Motion>,
    /// Propositionsordning, beslutsgång.
    pub propositions: Option<Text>,
    /// Omröstningar.
    pub votes: Vec<Vote>,
    /// Reservationer.
    pub reservations: Vec<Statement>,
    /// Protokollsanteckningar and särskilda yttranden.
    pub notes: Vec<Note>,
    /// Jäv.
    pub recusals: Vec<Recusal>,
    /// Deltar inte i beslutet.
    pub non_participation: Vec<NonParticipation>,
    /// Beslutsunderlag, handlingar.
    pub documents: Vec<Text>,
    /// Bilagor.
    pub attachments: Vec<Text>,
    /// Omedelbart justerad.
    pub immediate_adjustment: bool,
    /// Beslutet delges.
    pub recipients: Vec<Text>,
    /// Fastighetsbeteckningar.
    pub properties: Vec<Text>,
    /// Every section.
    pub sections: Vec<Section>,
}

/// A block of points decided or proposed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Decision {
    /// Who decides or proposes.
    pub authority: Option<Text>,
    /// Which of the two.
    pub kind: DecisionKind,
    /// To whom a proposal goes.
    pub addressee: Option<Text>,
    /// The section it stands in.
    pub section: Option<Text>,
    /// The nearest line above the points.
    pub heading: Option<Text>,
    /// What became of the matter.
    pub outcome: Option<Outcome>,
    /// Until when it was put off.
    pub deferred_to: Option<Text>,
    /// The points.
    pub points: Vec<Point>,
}

/// Decided or proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// Beslut.
    Decision,
    /// Förslag.
    Proposal,
}

/// What became of a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Bifallet, antaget.
    Adopted,
    /// Avslaget.
    Rejected,
    /// Bordlagt.
    Deferred,
    /// Återremitterat.
    ReferredBack,
    /// Antecknat.
    Noted,
}

/// A point.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Point {
    /// Its printed number.
    pub number: Option<Text>,
    /// Its text.
    pub text: Text,
}

/// A motion (yrkande).
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Motion {
    /// Who moves.
    pub persons: Vec<Person>,
    /// Who concurs (instämmer).
    pub seconded_by: Vec<Person>,
    /// Parties that move without names.
    pub parties: Vec<Text>,
    /// What it aims at.
    pub stance: Option<Stance>,
    /// The sentence.
    pub text: Text,
}

/// What a motion aims at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// Bifall.
    Approve,
    /// Avslag.
    Reject,
    /// Återremiss.
    ReferBack,
    /// Bordläggning.
    Defer,
    /// Ändring, tillägg.
    Amend,
}

/// A vote (omröstning).
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Vote {
    /// What was voted on.
    pub question: Option<Text>,
    /// Ja.
    pub yes: Option<Field<u32>>,
    /// Nej.
    pub no: Option<Field<u32>>,
    /// Avstår.
    pub abstain: Option<Field<u32>>,
    /// Frånvarande.
    pub absent: Option<Field<u32>>,
    /// What yes means.
    pub yes_means: Option<Text>,
    /// What no means.
    pub no_means: Option<Text>,
    /// Which side won.
    pub result: Option<VoteResult>,
    /// The chair, where the chair's vote decided (utslagsröst).
    pub casting_vote: Option<Person>,
    /// Whether ballots and totals agree.
    pub reconciled: Option<bool>,
    /// Who voted how.
    pub ballots: Vec<Ballot>,
}

/// The winning side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VoteResult {
    /// Yes.
    Yes,
    /// No.
    No,
    /// As many on both sides.
    Tie,
}

/// One member's vote.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Ballot {
    /// Who.
    pub person: Person,
    /// How.
    pub vote: Choice,
}

/// How somebody voted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Ja.
    Yes,
    /// Nej.
    No,
    /// Avstår.
    Abstain,
    /// Frånvarande.
    Absent,
}

/// A reservation.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Statement {
    /// Who.
    pub persons: Vec<Person>,
    /// Parties without names.
    pub parties: Vec<Text>,
    /// On whose behalf.
    pub on_behalf_of: Option<Text>,
    /// The sentences.
    pub text: Text,
}

/// A note for the minutes or separate opinion.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Note {
    /// Which of the two.
    pub kind: NoteKind,
    /// Who.
    pub persons: Vec<Person>,
    /// Parties without names.
    pub parties: Vec<Text>,
    /// On whose behalf.
    pub on_behalf_of: Option<Text>,
    /// The sentences.
    pub text: Text,
    /// The attachment that holds it.
    pub attachment: Option<Text>,
}

/// What a note is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// Protokollsanteckning.
    Note,
    /// Särskilt yttrande.
    SeparateOpinion,
}

/// A conflict of interest (jäv).
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Recusal {
    /// Who.
    pub persons: Vec<Person>,
    /// The sentences.
    pub text: Text,
}

/// Who takes no part in the decision.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NonParticipation {
    /// Who.
    pub persons: Vec<Person>,
    /// Parties without names.
    pub parties: Vec<Text>,
    /// The sentences.
    pub text: Text,
}

/// A section of an item.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Section {
    /// Its heading; null for text right under the title.
    pub heading: Option<Text>,
    /// What it was taken for.
    pub kind: String,
    /// Its text.
    pub text: Option<Text>,
}

/// A page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Page {
    /// From 1.
    pub number: usize,
    /// In `unit`.
    pub width: Option<f64>,
    /// In `unit`.
    pub height: Option<f64>,
    /// `pixel`, `mm10`, `inch1200` or `pt`.
    pub unit: Option<String>,
    /// Estimated share of wrong characters in the input.
    pub estimated_cer: Option<f64>,
    /// False where the page is beyond repair.
    pub readable: bool,
}

/// A change, or a suggested one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Correction {
    /// What stands in the input.
    pub from: String,
    /// What was meant.
    pub to: String,
    /// What kind of change.
    pub kind: CorrectionKind,
    /// Probability that it is right.
    pub confidence: f64,
    /// Whether `text` holds it.
    pub applied: bool,
    /// Where it stands in the decoded input.
    pub source: Vec<Source>,
    /// Where it stands in `text`; null where that text leaves the place out.
    pub target: Option<Target>,
    /// Other readings.
    pub alternatives: Vec<Alternative>,
    /// `reviewed` where a person decided; left out where the program did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
}

/// What kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionKind {
    /// A word.
    Spelling,
    /// One token becomes several.
    Split,
    /// Several tokens become one.
    Join,
    /// Punctuation and marks.
    Mark,
    /// A number, date or other identifier.
    Identifier,
}

/// A stretch of `text`, in code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Target {
    /// First.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// Another reading.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Alternative {
    /// The text.
    pub to: String,
    /// Its probability.
    pub confidence: f64,
}

/// Something to look at.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Warning {
    /// What kind of thing.
    pub code: String,
    /// In words.
    pub message: String,
    /// Where.
    pub source: Vec<Source>,
}
