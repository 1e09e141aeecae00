//! What minutes say: the domain's own types, before any wire format.

mod session;

use super::dates::Date;
use super::read::Read;
use super::vocabulary::Section;
use crate::text::Span;
pub use session::{Adjustment, Attendee, Certification, Meeting, Notice, Person, Status, Stretch};

/// A text as it was read.
pub type Text = Read<String>;

/// A document's fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Minutes {
    /// Minutes, an extract from them, or something else.
    pub kind: Option<Read<DocumentKind>>,
    /// Whose minutes.
    pub municipality: Option<Municipality>,
    /// The body that met, by its full name.
    pub body: Option<Text>,
    /// The meeting.
    pub meeting: Meeting,
    /// The matters, in the order of the document.
    pub items: Vec<Item>,
    /// What should be looked at.
    pub warnings: Vec<Warning>,
}

impl Minutes {
    /// Everybody named anywhere.
    pub fn persons_mut(&mut self) -> impl Iterator<Item = &mut Person> {
        let meeting = &mut self.meeting;
        let officers = meeting
            .chair
            .iter_mut()
            .chain(&mut meeting.secretary)
            .chain(&mut meeting.adjusters);
        let present = meeting.attendees.iter_mut().map(|a| &mut a.person);
        officers
            .chain(present)
            .chain(self.items.iter_mut().flat_map(Item::persons_mut))
    }
}

impl Item {
    fn persons_mut(&mut self) -> impl Iterator<Item = &mut Person> {
        let movers = self
            .motions
            .iter_mut()
            .flat_map(|m| m.persons.iter_mut().chain(&mut m.seconded_by));
        let voters = self
            .votes
            .iter_mut()
            .flat_map(|v| v.ballots.iter_mut().map(|b| &mut b.person));
        let said = self
            .reservations
            .iter_mut()
            .chain(&mut self.recusals)
            .chain(&mut self.non_participation);
        let noted = self.notes.iter_mut().map(|n| &mut n.statement);
        let stating = said.chain(noted).flat_map(|s| &mut s.persons);
        let speaking = self.presenters.iter_mut().chain(&mut self.speakers);
        movers.chain(voters).chain(stating).chain(speaking)
    }
}

/// What kind of document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// A meeting's minutes.
    Minutes,
    /// An extract from minutes.
    Extract,
    /// Neither.
    Other,
}

/// A municipality or region.
#[derive(Clone, Debug, PartialEq)]
pub struct Municipality {
    /// Its name, as printed or completed.
    pub name: Text,
    /// Statistics Sweden's code.
    pub code: Option<Text>,
}

/// One matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// Its number, without sign and prefix.
    pub number: Option<Text>,
    /// Its title.
    pub title: Option<Text>,
    /// Its case numbers.
    pub case_numbers: Vec<Text>,
    /// What was decided or proposed.
    pub decisions: Vec<Decision>,
    /// The matter in short.
    pub summary: Option<Text>,
    /// The matter.
    pub background: Option<Text>,
    /// What was said.
    pub deliberation: Option<Text>,
    /// What became of the matter before.
    pub prior_handling: Vec<Text>,
    /// Who presented it.
    pub presenters: Vec<Person>,
    /// Who spoke.
    pub speakers: Vec<Person>,
    /// What was moved.
    pub motions: Vec<Motion>,
    /// How the questions were put.
    pub propositions: Option<Text>,
    /// Votes.
    pub votes: Vec<Vote>,
    /// Reservations.
    pub reservations: Vec<Statement>,
    /// Notes and separate opinions.
    pub notes: Vec<Note>,
    /// Conflicts of interest.
    pub recusals: Vec<Statement>,
    /// Who took no part.
    pub non_participation: Vec<Statement>,
    /// What it builds on.
    pub documents: Vec<Text>,
    /// Attachments named.
    pub attachments: Vec<Text>,
    /// Adjusted at once.
    pub immediate_adjustment: Option<Read<bool>>,
    /// Who is told.
    pub recipients: Vec<Text>,
    /// Real properties named.
    pub properties: Vec<Text>,
    /// Every section.
    pub sections: Vec<SectionText>,
}

/// A block of points.
#[derive(Clone, Debug, PartialEq)]
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
    pub outcome: Option<Read<Outcome>>,
    /// Until when it was put off.
    pub deferred_to: Option<Read<Date>>,
    /// The points.
    pub points: Vec<Point>,
}

/// Whether something is decided or proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecisionKind {
    /// Decided.
    Decision,
    /// Proposed.
    Proposal,
}

/// What became of a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Adopted.
    Adopted,
    /// Rejected.
    Rejected,
    /// Put off.
    Deferred,
    /// Sent back.
    ReferredBack,
    /// Noted.
    Noted,
}

/// A point decided or proposed.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Its printed number.
    pub number: Option<Text>,
    /// Its text.
    pub text: Text,
}

/// A motion.
#[derive(Clone, Debug, PartialEq)]
pub struct Motion {
    /// Who moves.
    pub persons: Vec<Person>,
    /// Who concurs.
    pub seconded_by: Vec<Person>,
    /// Parties that move without names.
    pub parties: Vec<Text>,
    /// What it aims at.
    pub stance: Option<Read<Stance>>,
    /// The sentence.
    pub text: Text,
}

/// What a motion aims at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stance {
    /// Approval.
    Approve,
    /// Rejection.
    Reject,
    /// Sending back.
    ReferBack,
    /// Putting off.
    Defer,
    /// A change.
    Amend,
}

/// A vote.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vote {
    /// What was voted on.
    pub question: Option<Text>,
    /// Votes for yes.
    pub yes: Option<Read<u32>>,
    /// Votes for no.
    pub no: Option<Read<u32>>,
    /// Abstentions.
    pub abstain: Option<Read<u32>>,
    /// Absent members.
    pub absent: Option<Read<u32>>,
    /// What yes means.
    pub yes_means: Option<Text>,
    /// What no means.
    pub no_means: Option<Text>,
    /// Which side won.
    pub result: Option<Read<VoteResult>>,
    /// The chair, where the chair's vote decided.
    pub casting_vote: Option<Person>,
    /// Whether ballots and totals agree.
    pub reconciled: Option<bool>,
    /// Who voted how.
    pub ballots: Vec<Ballot>,
}

/// The winning side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VoteResult {
    /// Yes.
    Yes,
    /// No.
    No,
    /// As many on both sides.
    Tie,
}

/// One member's vote.
#[derive(Clone, Debug, PartialEq)]
pub struct Ballot {
    /// Who.
    pub person: Person,
    /// How.
    pub vote: Read<Choice>,
}

/// How somebody voted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Choice {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Abstained.
    Abstain,
    /// Was absent.
    Absent,
}

/// Something that persons or parties state.
#[derive(Clone, Debug, PartialEq)]
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

/// A note or separate opinion.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// Which of the two.
    pub kind: NoteKind,
    /// Who states it.
    pub statement: Statement,
    /// The attachment that holds it.
    pub attachment: Option<Text>,
}

/// What a note is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoteKind {
    /// A note for the minutes.
    Note,
    /// A separate opinion.
    SeparateOpinion,
}

/// A section with its heading.
#[derive(Clone, Debug, PartialEq)]
pub struct SectionText {
    /// The heading; none for text right under the title.
    pub heading: Option<Text>,
    /// What the vocabulary takes it for.
    pub kind: Section,
    /// Its text.
    pub text: Option<Text>,
}

/// Something to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// What kind of thing.
    pub code: WarningCode,
    /// In words.
    pub message: String,
    /// Where, in the decoded input.
    pub source: Vec<Span>,
}

/// The kinds of warnings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WarningCode {
    /// A paragraph's number is missing in the run.
    ParagraphGap,
    /// A paragraph's number repeats or goes back.
    ParagraphOrder,
    /// A date that cannot be right.
    DateOutOfRange,
    /// Dates that contradict each other.
    DateConflict,
    /// Ballots and totals disagree.
    VotesDoNotAddUp,
    /// A page beyond reading.
    UnreadablePage,
    /// A page without text.
    BlankPage,
    /// Text that is not Swedish.
    NotSwedish,
    /// More than one meeting or extract.
    SeveralDocuments,
    /// A personal identity number.
    PersonalIdentityNumber,
    /// The law asks for something that was not found.
    MissingField,
}
