//! What tests of extraction share.

use super::minutes::{Attendee, Text};
use super::{Minutes, extract};
use crate::normalize::normalize;
use crate::repair::Reading;
use crate::source::{RawDocument, RawPage};

/// The fields of a text that needs no repair; form feeds part its pages.
pub fn minutes(text: &str) -> Minutes {
    let mut at = 0;
    let pages = text
        .split('\u{c}')
        .map(|page| {
            let span = (at..at + page.len()).into();
            at += page.len() + 1;
            RawPage {
                span,
                ..Default::default()
            }
        })
        .collect();
    let raw = RawDocument {
        text: text.to_string(),
        pages,
        ..Default::default()
    };
    extract(&Reading::unrepaired(&normalize(&raw)))
}

/// Those whom a list on the front page names.
pub fn attended(list: &str) -> Vec<Attendee> {
    let text = format!("Nämnden 2017-06-19\n\n{list}\n\n§ 1 Val\n\nBeslut\nVal görs.\n");
    minutes(&text).meeting.attendees
}

/// What a field says, `-` where it is missing.
pub fn or_dash(text: &Option<Text>) -> &str {
    text.as_ref().map_or("-", |t| &t.value)
}
