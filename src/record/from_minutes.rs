//! From the domain's types to the wire's.

use super::field::Field;
use super::place::Places;
use super::wire;
use crate::extract::minutes as domain;
use crate::extract::vocabulary::Section;

pub(super) fn document(places: &Places<'_>, minutes: &domain::Minutes, id: &str) -> wire::Document {
    wire::Document {
        kind: minutes.kind.as_ref().map(|k| match k.value {
            domain::DocumentKind::Minutes => wire::Kind::Minutes,
            domain::DocumentKind::Extract => wire::Kind::Extract,
            domain::DocumentKind::Other => wire::Kind::Other,
        }),
        municipality: minutes.municipality.as_ref().map(|m| wire::Municipality {
            name: places.text(&m.name),
            code: places.maybe(&m.code),
        }),
        body: places.maybe(&minutes.body),
        meeting: meeting(places, &minutes.meeting),
        items: minutes
            .items
            .iter()
            .enumerate()
            .map(|(i, it)| item(places, it, id, i))
            .collect(),
    }
}

fn meeting(places: &Places<'_>, meeting: &domain::Meeting) -> wire::Meeting {
    wire::Meeting {
        date: places.shown(&meeting.date),
        start: places.shown(&meeting.start),
        end: places.shown(&meeting.end),
        place: places.maybe(&meeting.place),
        adjournments: meeting
            .adjournments
            .iter()
            .map(|s| wire::Stretch {
                start: places.field(&s.start, ToString::to_string),
                end: places.shown(&s.end),
            })
            .collect(),
        number: places.maybe(&meeting.number),
        paragraphs: places.maybe(&meeting.paragraphs),
        chair: meeting.chair.as_ref().map(|p| person(places, p)),
        secretary: meeting.secretary.as_ref().map(|p| person(places, p)),
        adjusters: persons(places, &meeting.adjusters),
        attendees: meeting
            .attendees
            .iter()
            .map(|a| attendee(places, a))
            .collect(),
        adjustment: meeting.adjustment.as_ref().map(|a| wire::Adjustment {
            date: places.shown(&a.date),
            place: places.maybe(&a.place),
        }),
        notice: meeting.notice.as_ref().map(|n| wire::Notice {
            posted: places.shown(&n.posted),
            removed: places.shown(&n.removed),
            appeal_by: places.shown(&n.appeal_by),
            archive: places.maybe(&n.archive),
        }),
        certification: meeting.certification.as_ref().map(|c| wire::Certification {
            name: places.maybe(&c.name),
            date: places.shown(&c.date),
        }),
    }
}

fn person(places: &Places<'_>, person: &domain::Person) -> wire::Person {
    wire::Person {
        name: places.text(&person.name),
        party: places.maybe(&person.party),
        role: places.maybe(&person.role),
    }
}

fn persons(places: &Places<'_>, all: &[domain::Person]) -> Vec<wire::Person> {
    all.iter().map(|p| person(places, p)).collect()
}

fn attendee(places: &Places<'_>, attendee: &domain::Attendee) -> wire::Attendee {
    let wire::Person { name, party, role } = person(places, &attendee.person);
    wire::Attendee {
        name,
        party,
        role,
        status: match attendee.status.value {
            domain::Status::Member => wire::Status::Member,
            domain::Status::ServingSubstitute => wire::Status::ServingSubstitute,
            domain::Status::Substitute => wire::Status::Substitute,
            domain::Status::Official => wire::Status::Official,
            domain::Status::Other => wire::Status::Other,
        },
        replaces: places.maybe(&attendee.replaces),
        items: places.maybe(&attendee.items),
        times: places.maybe(&attendee.times),
    }
}

fn item(places: &Places<'_>, item: &domain::Item, id: &str, at: usize) -> wire::Item {
    let number = item
        .number
        .as_ref()
        .map_or_else(|| format!("item-{}", at + 1), |n| n.value.replace(' ', ""));
    wire::Item {
        id: format!("{id}:{number}"),
        number: places.maybe(&item.number),
        title: places.maybe(&item.title),
        case_numbers: places.texts(&item.case_numbers),
        decisions: item.decisions.iter().map(|d| decision(places, d)).collect(),
        summary: places.maybe(&item.summary),
        background: places.maybe(&item.background),
        deliberation: places.maybe(&item.deliberation),
        prior_handling: places.texts(&item.prior_handling),
        presenters: persons(places, &item.presenters),
        speakers: persons(places, &item.speakers),
        motions: item.motions.iter().map(|m| motion(places, m)).collect(),
        propositions: places.maybe(&item.propositions),
        votes: item.votes.iter().map(|v| vote(places, v)).collect(),
        reservations: item
            .reservations
            .iter()
            .map(|s| statement(places, s))
            .collect(),
        notes: item.notes.iter().map(|n| note(places, n)).collect(),
        recusals: item
            .recusals
            .iter()
            .map(|s| wire::Recusal {
                persons: persons(places, &s.persons),
                text: places.text(&s.text),
            })
            .collect(),
        non_participation: item
            .non_participation
            .iter()
            .map(|s| wire::NonParticipation {
                persons: persons(places, &s.persons),
                parties: places.texts(&s.parties),
                text: places.text(&s.text),
            })
            .collect(),
        documents: places.texts(&item.documents),
        attachments: places.texts(&item.attachments),
        immediate_adjustment: item.immediate_adjustment.as_ref().is_some_and(|r| r.value),
        recipients: places.texts(&item.recipients),
        properties: places.texts(&item.properties),
        sections: item
            .sections
            .iter()
            .map(|s| wire::Section {
                heading: places.maybe(&s.heading),
                kind: section_kind(s.kind).to_string(),
                text: places.maybe(&s.text),
            })
            .collect(),
    }
}

fn decision(places: &Places<'_>, decision: &domain::Decision) -> wire::Decision {
    wire::Decision {
        authority: places.maybe(&decision.authority),
        kind: match decision.kind {
            domain::DecisionKind::Decision => wire::DecisionKind::Decision,
            domain::DecisionKind::Proposal => wire::DecisionKind::Proposal,
        },
        addressee: places.maybe(&decision.addressee),
        section: places.maybe(&decision.section),
        heading: places.maybe(&decision.heading),
        outcome: decision.outcome.as_ref().map(|o| match o.value {
            domain::Outcome::Adopted => wire::Outcome::Adopted,
            domain::Outcome::Rejected => wire::Outcome::Rejected,
            domain::Outcome::Deferred => wire::Outcome::Deferred,
            domain::Outcome::ReferredBack => wire::Outcome::ReferredBack,
            domain::Outcome::Noted => wire::Outcome::Noted,
        }),
        deferred_to: places.shown(&decision.deferred_to),
        points: decision
            .points
            .iter()
            .map(|p| wire::Point {
                number: places.maybe(&p.number),
                text: places.text(&p.text),
            })
            .collect(),
    }
}

fn motion(places: &Places<'_>, motion: &domain::Motion) -> wire::Motion {
    wire::Motion {
        persons: persons(places, &motion.persons),
        seconded_by: persons(places, &motion.seconded_by),
        parties: places.texts(&motion.parties),
        stance: motion.stance.as_ref().map(|s| match s.value {
            domain::Stance::Approve => wire::Stance::Approve,
            domain::Stance::Reject => wire::Stance::Reject,
            domain::Stance::ReferBack => wire::Stance::ReferBack,
            domain::Stance::Defer => wire::Stance::Defer,
            domain::Stance::Amend => wire::Stance::Amend,
        }),
        text: places.text(&motion.text),
    }
}

fn vote(places: &Places<'_>, vote: &domain::Vote) -> wire::Vote {
    let count = |n: &Option<crate::extract::read::Read<u32>>| -> Option<Field<u32>> {
        n.as_ref().map(|n| places.field(n, |v| *v))
    };
    wire::Vote {
        question: places.maybe(&vote.question),
        yes: count(&vote.yes),
        no: count(&vote.no),
        abstain: count(&vote.abstain),
        absent: count(&vote.absent),
        yes_means: places.maybe(&vote.yes_means),
        no_means: places.maybe(&vote.no_means),
        result: vote.result.as_ref().map(|r| match r.value {
            domain::VoteResult::Yes => wire::VoteResult::Yes,
            domain::VoteResult::No => wire::VoteResult::No,
            domain::VoteResult::Tie => wire::VoteResult::Tie,
        }),
        casting_vote: vote.casting_vote.as_ref().map(|p| person(places, p)),
        reconciled: vote.reconciled,
        ballots: vote
            .ballots
            .iter()
            .map(|b| wire::Ballot {
                person: person(places, &b.person),
                vote: match b.vote.value {
                    domain::Choice::Yes => wire::Choice::Yes,
                    domain::Choice::No => wire::Choice::No,
                    domain::Choice::Abstain => wire::Choice::Abstain,
                    domain::Choice::Absent => wire::Choice::Absent,
                },
            })
            .collect(),
    }
}

fn statement(places: &Places<'_>, statement: &domain::Statement) -> wire::Statement {
    wire::Statement {
        persons: persons(places, &statement.persons),
        parties: places.texts(&statement.parties),
        on_behalf_of: places.maybe(&statement.on_behalf_of),
        text: places.text(&statement.text),
    }
}

fn note(places: &Places<'_>, note: &domain::Note) -> wire::Note {
    let wire::Statement {
        persons,
        parties,
        on_behalf_of,
        text,
    } = statement(places, &note.statement);
    wire::Note {
        kind: match note.kind {
            domain::NoteKind::Note => wire::NoteKind::Note,
            domain::NoteKind::SeparateOpinion => wire::NoteKind::SeparateOpinion,
        },
        persons,
        parties,
        on_behalf_of,
        text,
        attachment: places.maybe(&note.attachment),
    }
}

fn section_kind(kind: Section) -> &'static str {
    match kind {
        Section::Decision => "decision",
        Section::Proposal => "proposal",
        Section::Summary => "summary",
        Section::Background => "background",
        Section::Earlier | Section::Handling => "earlier",
        Section::Deliberation => "deliberation",
        Section::Presenters => "presenters",
        Section::Motions => "motions",
        Section::Propositions => "propositions",
        Section::Vote => "vote",
        Section::Ballots => "ballots",
        Section::Reservations => "reservations",
        Section::Notes => "notes",
        Section::Opinions => "separate_opinions",
        Section::Remarks => "remarks",
        Section::Recusals => "recusals",
        Section::NonParticipation => "non_participation",
        Section::Documents => "documents",
        Section::Attachments => "attachments",
        Section::Recipients => "recipients",
        Section::Immediate => "immediate_adjustment",
        Section::Adjournment => "adjournment",
        Section::Property => "property",
        Section::Other => "other",
    }
}

pub(super) fn warning_code(code: domain::WarningCode) -> &'static str {
    match code {
        domain::WarningCode::ParagraphGap => "paragraph_gap",
        domain::WarningCode::ParagraphOrder => "paragraph_order",
        domain::WarningCode::DateOutOfRange => "date_out_of_range",
        domain::WarningCode::DateConflict => "date_conflict",
        domain::WarningCode::VotesDoNotAddUp => "votes_do_not_add_up",
        domain::WarningCode::UnreadablePage => "unreadable_page",
        domain::WarningCode::BlankPage => "blank_page",
        domain::WarningCode::NotSwedish => "not_swedish",
        domain::WarningCode::SeveralDocuments => "several_documents",
        domain::WarningCode::PersonalIdentityNumber => "personal_identity_number",
        domain::WarningCode::MissingField => "missing_field",
    }
}
