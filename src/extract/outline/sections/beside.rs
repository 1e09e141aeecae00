//! Headings in a column of their own, left of their text.

use super::super::Scope;
use crate::extract::flow::Row;
use crate::extract::tokens::{Token, tokens};

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
fn parted(scope: Scope<'_>, row: &Row, next: &Row) -> Option<[Row; 4]> {
    const SLACK: usize = 2;
    if next.gap || row.indent.abs_diff(next.indent) > SLACK {
        return None;
    }
    let (above, first) = cells(scope, row)?;
    let (below, second) = cells(scope, next)?;
    let both: Vec<Token> = [&above, &below]
        .iter()
        .flat_map(|r| tokens(r.text(scope.reading)))
        .collect();
    let half = scope.vocabulary.heading(&tokens(above.text(scope.reading)));
    let small = below.text(scope.reading).starts_with(char::is_lowercase);
    let whole = scope.vocabulary.heading(&both)?;
    (small && half.is_none_or(|h| h.taken < whole.taken)).then_some([
        above,
        Row {
            gap: false,
            paragraph: false,
            ..below
        },
        Row {
            gap: false,
            paragraph: true,
            ..first
        },
        Row {
            gap: false,
            paragraph: false,
            ..second
        },
    ])
}

/// The parts of a row before and after its first wide gap.
fn cells(scope: Scope<'_>, row: &Row) -> Option<(Row, Row)> {
    let text = row.text(scope.reading);
    let gap = text.find("   ")?;
    let left = row.upto(scope.reading, gap);
    let right = row.from(scope.reading, gap);
    (!right.span.is_empty()).then_some((left, right))
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
}
