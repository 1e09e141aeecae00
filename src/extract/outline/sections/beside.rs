//! Headings in a column of their own, left of their text.

use super::super::Scope;
use super::{Found, Heading};
use crate::extract::flow::Row;
use crate::extract::tokens::{Token, tokens};
use crate::extract::vocabulary::Section;
use std::cell::Cell;

/// Rows in which a heading that is set over two lines beside its text stands on its
/// first line alone:
///
/// ```text
/// Förslag till      Arbetsutskottet föreslår
/// beslut            att bidrag beviljas.
/// ```
///
/// becomes `Förslag till beslut` with the first line of its text, then the second line.
pub(super) fn one_below_the_other(scope: Scope<'_>, rows: &[Row]) -> Vec<Row> {
    let mut out = Vec::with_capacity(rows.len());
    let mut i = 0;
    while i < rows.len() {
        match rows
            .get(i + 1)
            .and_then(|next| parted(scope, &rows[i], next))
        {
            Some(apart) => {
                out.extend(apart);
                i += 2;
            }
            None => {
                out.push(rows[i]);
                i += 1;
            }
        }
    }
    out
}

/// The heading's two halves and the text beside them.
fn parted(scope: Scope<'_>, row: &Row, next: &Row) -> Option<Vec<Row>> {
    const SLACK: usize = 2;
    if next.gap || row.indent.abs_diff(next.indent) > SLACK {
        return None;
    }
    let (above, first) = cells(scope, row)?;
    // The second half may stand alone.
    let (below, second) = match cells(scope, next) {
        Some((below, second)) => (below, Some(second)),
        None => (*next, None),
    };
    let both: Vec<Token> = [&above, &below]
        .iter()
        .flat_map(|r| tokens(r.text(scope.reading)))
        .collect();
    let half = scope.vocabulary.heading(&tokens(above.text(scope.reading)));
    let small = below.text(scope.reading).starts_with(char::is_lowercase);
    let whole = scope.vocabulary.heading(&both)?;
    let below = Row {
        gap: false,
        ..below.flowing()
    };
    let first = Row {
        gap: false,
        paragraph: true,
        ..first
    };
    let second = second.map(|second| Row {
        gap: false,
        ..second.flowing()
    });
    let rows = [above, below, first].into_iter().chain(second);
    (small && half.is_none_or(|h| h.taken < whole.taken)).then(|| rows.collect())
}

/// The parts of a row before and after its first wide gap.
fn cells(scope: Scope<'_>, row: &Row) -> Option<(Row, Row)> {
    let text = row.text(scope.reading);
    let gap = text.find("   ")?;
    let left = row.upto(scope.reading, gap);
    let right = row.from(scope.reading, gap);
    (!right.span.is_empty()).then_some((left, right))
}

/// Whether the gaps between headings and the text beside them were lost, as a flattened
/// page has them: "Beskrivning Skolan behöver …" above "Yrkanden Anna Ek yrkar …". One
/// such row may be anything; headings of two kinds in one item show it.
#[derive(Debug, Default)]
pub(super) struct Columns {
    lost: bool,
    /// The kinds of headings seen with a capital right behind them, one bit each.
    seen: Cell<u32>,
}

impl Columns {
    /// What to divide the item with again; none where nothing shows that gaps were lost.
    pub(super) fn lost(&self) -> Option<Columns> {
        (!self.lost && self.seen.get().count_ones() > 1).then(|| Columns {
            lost: true,
            ..Columns::default()
        })
    }

    /// Whether a heading of this kind may have lost its gap; remembers it.
    fn glues(&self, kind: Section) -> bool {
        let may = matches!(
            kind,
            Section::Background
                | Section::Summary
                | Section::Decision
                | Section::Motions
                | Section::Propositions
                | Section::Reservations
        );
        if may {
            self.seen.set(self.seen.get() | 1 << kind as u32);
        }
        may && self.lost
    }
}

/// A heading with its text beside it: a wide gap between them, or "till" before a
/// name where the gap was lost.
pub(super) fn beside(
    scope: Scope<'_>,
    rows: &[Row],
    i: usize,
    line: &[Token],
    inside: Section,
    columns: &Columns,
) -> Option<Found> {
    let row = rows[i];
    let text = row.text(scope.reading);
    let hit = scope
        .vocabulary
        .heading_prefix(line)
        .filter(|h| h.taken < line.len())?;
    let (last, next) = (&line[hit.taken - 1], &line[hit.taken]);
    let between = &text[last.span.end..next.span.start];
    let towards = hit.kind == Section::Recipients
        && scope.vocabulary.words().is_towards(&last.folded)
        && (next.capital || names_office(row, text, line, hit.taken));
    // "Kungörelse   1 792" is a line of costs.
    let counts =
        hit.kind == Section::Recipients && !text[next.span.start..].contains(char::is_alphabetic);
    let glued = inside != Section::Documents
        && between == " "
        && next.capital
        && hit.slots.is_empty()
        && columns.glues(hit.kind);
    // The heading fills its column but for two spaces: the text goes on below its beginning.
    let column = row.indent + text[..next.span.start].chars().count();
    let aligned = between == "  " && rows.get(i + 1).is_some_and(|r| r.indent == column);
    let apart = between.contains("   ") || aligned || towards || glued;
    if counts || !(text.starts_with(char::is_uppercase) && apart) {
        return None;
    }
    let first = row.from(scope.reading, last.span.end);
    let first = first.from(
        scope.reading,
        first.text(scope.reading).len()
            - first
                .text(scope.reading)
                .trim_start_matches([':', ' '])
                .len(),
    );
    Some(Found {
        kind: hit.kind,
        heading: Heading {
            rows: vec![row.upto(scope.reading, last.span.end)],
            score: hit.score * 0.97,
        },
        first: Some(Row {
            paragraph: true,
            ..first
        }),
        taken: 1,
    })
}

/// `Protokollsutdrag till byalaget, gatukontoret`: a short line apart, no sentence.
fn names_office(row: Row, text: &str, line: &[Token], taken: usize) -> bool {
    const LONGEST: usize = 10;
    taken > 1 && row.gap && line.len() <= LONGEST && !text.ends_with('.')
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::minutes;

    #[test]
    fn headings_stand_left_of_their_text() {
        let text = "Kommunstyrelsen  2008-10-08\n\n§ 4\n\nBidrag till simhallen\n\nBeskrivning          Simsällskapet ansöker om bidrag till ett\n                     jubileum i december.\n\nFörslag till         Arbetsutskottet föreslår kommunstyrelsen\nbeslut               att bevilja bidrag.\n\nBeslut               Kommunstyrelsen beslutar\n                     att bevilja bidrag, samt\n                     att anvisa medel.\n";
        let item = &minutes(text).items[0];
        assert_eq!(
            item.background.as_ref().map(|t| t.value.as_str()),
            Some("Simsällskapet ansöker om bidrag till ett jubileum i december.")
        );
        let told: Vec<(Option<&str>, Vec<&str>)> = item
            .decisions
            .iter()
            .map(|d| {
                let authority = d.authority.as_ref().map(|a| a.value.as_str());
                (
                    authority,
                    d.points.iter().map(|p| p.text.value.as_str()).collect(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (Some("Arbetsutskottet"), vec!["att bevilja bidrag."]),
                (
                    Some("Kommunstyrelsen"),
                    vec!["att bevilja bidrag, samt", "att anvisa medel."]
                ),
            ]
        );
    }

    #[test]
    fn headings_keep_their_text_where_the_gap_was_lost() {
        let text = "Kommunstyrelsen 2008-10-08\n\n§ 4 Taxa för barnomsorg\n\nBeskrivning Nämnden har föreslagit att taxan höjs.\nYrkanden Sten Hov (s) yrkar avslag på förslaget.\nBeslutsgång Ordföranden ställer proposition på förslaget.\n";
        let item = &minutes(text).items[0];
        assert_eq!(
            item.background.as_ref().map(|t| t.value.as_str()),
            Some("Nämnden har föreslagit att taxan höjs.")
        );
        assert_eq!(item.motions.len(), 1);
        assert!(item.propositions.is_some());
    }
}
