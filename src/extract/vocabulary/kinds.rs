//! What headings, labels and furniture can mean.

use serde::Deserialize;

/// What a section of an item holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// What was decided.
    Decision,
    /// What someone proposes, to the body itself or to another.
    Proposal,
    /// The matter in short.
    Summary,
    /// The matter.
    Background,
    /// What was done with it before.
    Earlier,
    /// Earlier treatment, with documents among it.
    Handling,
    /// What was said.
    Deliberation,
    /// Who presented the matter.
    Presenters,
    /// What was moved.
    Motions,
    /// How the chair put the questions.
    Propositions,
    /// A vote.
    Vote,
    /// A list of who voted how.
    Ballots,
    /// Reservations against the decision.
    Reservations,
    /// Notes for the minutes.
    Notes,
    /// Separate opinions.
    Opinions,
    /// Remarks of the secretary.
    Remarks,
    /// Conflicts of interest.
    Recusals,
    /// Who takes no part in the decision.
    NonParticipation,
    /// What the decision builds on.
    Documents,
    /// Attachments.
    Attachments,
    /// Who is told of the decision.
    Recipients,
    /// The item is adjusted at once.
    Immediate,
    /// The meeting was adjourned.
    Adjournment,
    /// A real property.
    Property,
    /// A section without a field of its own.
    Other,
}

/// What stands beside a label on the front page, among the signatures or in the
/// notice of posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Where and when.
    PlaceTime,
    /// Where.
    Place,
    /// At what time.
    Time,
    /// On what day.
    Date,
    /// Who decides.
    Members,
    /// Substitutes who serve.
    ServingSubstitutes,
    /// Substitutes who do not.
    Substitutes,
    /// Officials.
    Officials,
    /// Others present.
    Others,
    /// Who was absent.
    Absent,
    /// A list of all of these.
    Attendance,
    /// Who adjusts the minutes.
    Adjusters,
    /// When, or where and when, they are adjusted.
    Adjustment,
    /// Where they are adjusted.
    AdjustmentPlace,
    /// Which paragraphs.
    Paragraphs,
    /// Signatures follow.
    Signatures,
    /// Who chaired.
    Chair,
    /// Who wrote.
    Secretary,
    /// The notice of posting begins.
    Notice,
    /// When the notice was posted.
    Posted,
    /// When it is taken down.
    Removed,
    /// Where the minutes are kept.
    Archive,
    /// Until when the decisions can be appealed.
    AppealBy,
    /// The body, in the notice.
    NoticeBody,
    /// A table of contents.
    Contents,
    /// A remark.
    Remark,
    /// Adjournments.
    Adjournment,
    /// Who certifies an extract.
    Certification,
    /// A name in print below a signature.
    Clarification,
}

/// Lines that belong to the page and not to the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Furniture {
    /// Places for initials.
    Strip,
    /// Words of a page head.
    Head,
}
