//! The meeting and the people at it.

use super::super::dates::{Date, Time};
use super::super::read::Read;
use super::Text;

/// The meeting's frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meeting {
    /// The day.
    pub date: Option<Read<Date>>,
    /// When it began.
    pub start: Option<Read<Time>>,
    /// When it ended.
    pub end: Option<Read<Time>>,
    /// Where.
    pub place: Option<Text>,
    /// Pauses.
    pub adjournments: Vec<Stretch>,
    /// The minutes' running number.
    pub number: Option<Text>,
    /// The paragraphs, as the front page states them.
    pub paragraphs: Option<Text>,
    /// Who chaired.
    pub chair: Option<Person>,
    /// Who wrote.
    pub secretary: Option<Person>,
    /// Who adjusts.
    pub adjusters: Vec<Person>,
    /// Who was there.
    pub attendees: Vec<Attendee>,
    /// When and where the minutes are adjusted.
    pub adjustment: Option<Adjustment>,
    /// The notice of posting.
    pub notice: Option<Notice>,
    /// Who certifies the extract.
    pub certification: Option<Certification>,
}

/// A stretch of the meeting's time.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// When it began.
    pub start: Read<Time>,
    /// When it ended.
    pub end: Option<Read<Time>>,
}

/// A person as named at one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The name.
    pub name: Text,
    /// The party's abbreviation.
    pub party: Option<Text>,
    /// The role named with it.
    pub role: Option<Text>,
}

/// Somebody present.
#[derive(Clone, Debug, PartialEq)]
pub struct Attendee {
    /// Who.
    pub person: Person,
    /// As what.
    pub status: Read<Status>,
    /// For whom.
    pub replaces: Option<Text>,
    /// On which items.
    pub items: Option<Text>,
    /// At what times.
    pub times: Option<Text>,
}

/// In what capacity somebody is present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// An elected member.
    Member,
    /// A substitute in a member's place.
    ServingSubstitute,
    /// A substitute who does not serve.
    Substitute,
    /// An official.
    Official,
    /// Somebody else.
    Other,
}

/// The adjustment of the minutes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adjustment {
    /// When.
    pub date: Option<Read<Date>>,
    /// Where.
    pub place: Option<Text>,
}

/// The notice that the minutes are adjusted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notice {
    /// When it was posted.
    pub posted: Option<Read<Date>>,
    /// When it is taken down.
    pub removed: Option<Read<Date>>,
    /// Until when one can appeal.
    pub appeal_by: Option<Read<Date>>,
    /// Where the minutes are kept.
    pub archive: Option<Text>,
}

/// Who certifies an extract.
#[derive(Clone, Debug, PartialEq)]
pub struct Certification {
    /// Who.
    pub name: Option<Text>,
    /// When.
    pub date: Option<Read<Date>>,
}
