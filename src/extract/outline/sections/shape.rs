//! Headings in no known words, by their shape: set like the known ones of the same item,
//! short, with no sign of a sentence, a person or an entry of a list.

use super::super::Scope;
use super::{Found, Heading, starts_bulleted, without_colon};
use crate::extract::flow::Row;
use crate::extract::people::{self, in_name};
use crate::extract::tokens::tokens;
use crate::extract::vocabulary::Section;

/// How the known headings of an item are set.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Style {
    /// A blank line before, none after.
    tight: bool,
    /// A blank line before and after.
    apart: bool,
}

impl Style {
    /// Learns from the known heading at row `i`.
    pub(super) fn learn(&mut self, rows: &[Row], i: usize) {
        let Some(next) = rows.get(i + 1) else { return };
        let before = rows[i].gap || i == 0;
        self.tight |= before && !next.gap;
        self.apart |= before && next.gap;
    }

    /// The heading that row `i` is by its shape, without a field of its own; or by its
    /// chief word, whatever the others.
    pub(super) fn heading(
        self,
        scope: Scope<'_>,
        rows: &[Row],
        i: usize,
        inside: Section,
    ) -> Option<Found> {
        const BY_WORD: f32 = 0.88;
        const BY_SHAPE: f32 = 0.75;
        let (row, next) = (rows[i], rows.get(i + 1)?);
        let in_list = matches!(
            inside,
            Section::Documents
                | Section::Recipients
                | Section::Attachments
                | Section::Ballots
                | Section::Vote
        );
        let set = row.gap && (self.tight && !next.gap || self.apart && next.gap);
        if !set || !plain(scope, row) {
            return None;
        }
        let text = row.text(scope.reading);
        let below = next.text(scope.reading);
        let by_word = scope.vocabulary.heading_by_ending(&tokens(text));
        let long = below.chars().count() > 60;
        let (kind, score) = match by_word {
            Some(kind) if !in_list || long => (kind, BY_WORD),
            // A colon leads in to what follows.
            _ if in_list || next.gap || text.ends_with(':') || !begins_text(below) => return None,
            _ => (Section::Other, BY_SHAPE),
        };
        Some(Found {
            kind,
            heading: Heading {
                rows: vec![without_colon(scope, row)],
                score,
            },
            first: None,
            taken: 1,
        })
    }
}

/// Short and plain: a capital first, no mark of a sentence at its end, no digits, no
/// person, no verb of deciding or telling, room left on the line.
fn plain(scope: Scope<'_>, row: Row) -> bool {
    const LONGEST: usize = 60;
    const MOST: usize = 6;
    const ROOM: usize = 14;
    let text = row.text(scope.reading);
    let words = scope.vocabulary.words();
    let line = tokens(text);
    // "Enligt kommunstyrelsens förslag" leads to points.
    let leads = line
        .first()
        .is_some_and(|t| words.follows_proposal(&t.folded))
        || line
            .iter()
            .any(|t| words.is_proposal_word(&t.folded) || words.is_decision_word(&t.folded));
    let names = line.len() > 1 && text.split_whitespace().all(in_name);
    let says = line
        .iter()
        .any(|t| words.is_narrating(&t.folded) || words.deciding_verb(&t.folded).is_some());
    text.starts_with(char::is_uppercase)
        && text.chars().count() <= LONGEST
        && (1..=MOST).contains(&line.len())
        && row.room >= ROOM
        && !text.ends_with(['.', ',', ';', '!', '?', ')', '-'])
        && !text.contains(|c: char| c.is_ascii_digit() || matches!(c, '"' | '”' | '@' | '('))
        && !text.contains("   ")
        && !words.leaves_open(text)
        && !says
        && !leads
        && !names
        && people::subject(text, words).is_none()
        && scope.names.persons(text, scope).is_empty()
}

/// Whether a line begins a sentence of running text.
fn begins_text(text: &str) -> bool {
    const SHORTEST: usize = 30;
    text.starts_with(char::is_uppercase)
        && !starts_bulleted(text)
        && (text.chars().count() >= SHORTEST || text.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::minutes;

    #[test]
    fn a_heading_in_unknown_words_ends_the_section_before() {
        let text = "Nämnden 2020-01-02\n\n§ 4 Brygga\n\nBeslut\nBryggan byggs om under våren och sommaren detta år.\n\nKulturmiljö\nBryggan ligger i ett område av intresse för kulturen.\n";
        let item = &minutes(text).items[0];
        let points: Vec<&str> = item.decisions[0]
            .points
            .iter()
            .map(|p| p.text.value.as_str())
            .collect();
        assert_eq!(
            points,
            ["Bryggan byggs om under våren och sommaren detta år."]
        );
    }

    #[test]
    fn a_lead_in_is_no_heading_by_its_shape() {
        let text = "Nämnden 2020-01-02\n\n§ 4 Brygga\n\nBeslut\n\nEnligt nämndens förslag:\nBryggan byggs om under våren och sommaren detta år.\n\nÄrendet\nBryggan är gammal.\n";
        let item = &minutes(text).items[0];
        assert_eq!(
            item.decisions[0].points[0].text.value,
            "Bryggan byggs om under våren och sommaren detta år."
        );
    }
}
