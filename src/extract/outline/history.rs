//! The way of a matter through several bodies, set above its title:
//!
//! ```text
//! AU § 131     1998-05-12
//! KS § 118     1998-05-26
//! KF § 74      1998-06-15      Dnr KS 97/0231-512
//! ```
//!
//! One of them is the item's own number.

use super::Scope;
use super::items::Candidate;
use crate::extract::flow::Row;
use crate::extract::paragraph::Sign;
use crate::extract::tokens::tokens;
use crate::extract::{bodies, case_numbers};
use crate::text::Span;

/// Takes out of the candidates the numbers that other bodies gave the matter; their rows,
/// in order. Linear in the candidates.
pub(super) fn remove(
    scope: Scope<'_>,
    candidates: &mut Vec<Candidate>,
    rows: &[Row],
    heads: &[Row],
) -> Vec<usize> {
    let words = scope.vocabulary.words();
    let mut out = Vec::new();
    let mut at = 0;
    while at < candidates.len() {
        let end = at + stack(scope, &candidates[at..], rows);
        let run = &mut candidates[at..end];
        at = end.max(at + 1);
        if run.len() < 2 {
            continue;
        }
        let own = own_body(scope, heads);
        let is_own = |c: &Candidate| {
            let body = c.head.prefix.as_deref();
            let body = body.and_then(|p| words.body_of_initials(p));
            body.is_some() && body == own.as_deref()
        };
        // Without a name in the page head the last is the document's own.
        let kept = run.iter().position(is_own).unwrap_or(run.len() - 1);
        for (i, candidate) in run.iter_mut().enumerate() {
            match i == kept {
                true => {
                    without_day(scope, candidate, rows);
                    candidate.head.sign = Sign::Plain;
                }
                false => out.push(candidate.row),
            }
        }
    }
    candidates.retain(|c| out.binary_search(&c.row).is_err());
    out
}

/// How many candidates from the first stand one below the other, each with initials of its
/// own and nothing behind the number but its day and case number.
fn stack(scope: Scope<'_>, candidates: &[Candidate], rows: &[Row]) -> usize {
    let goes_on = |i: usize| {
        let row = candidates[i].row;
        row == candidates[i - 1].row + 1 && !rows[row].gap
    };
    if candidates.len() < 2 || !goes_on(1) {
        return 0;
    }
    let words = scope.vocabulary.words();
    let mut len = 0;
    for (i, candidate) in candidates.iter().enumerate() {
        let follows = i == 0 || goes_on(i);
        let known = candidates[..i]
            .iter()
            .any(|c| c.head.prefix == candidate.head.prefix);
        // Where the signs were misread the bodies' initials tell.
        let prefix = candidate.head.prefix.as_deref();
        let is_known =
            |p: &str| candidate.head.sign == Sign::Plain || words.body_of_initials(p).is_some();
        let named = prefix.is_some_and(is_known);
        if !follows || known || !named || !is_bare(scope, candidate, rows) {
            break;
        }
        len += 1;
    }
    len
}

/// Whether nothing stands behind the number but a day or a case number.
fn is_bare(scope: Scope<'_>, candidate: &Candidate, rows: &[Row]) -> bool {
    let rest = behind_day(scope, candidate, rows);
    let text = rows[candidate.row].text(scope.reading);
    let rest = rest.of(text).trim();
    let labels = scope.vocabulary.words().case_labels();
    rest.is_empty()
        || case_numbers::find(rest, labels)
            .is_some_and(|found| rest[..found.span.start].trim().is_empty())
}

/// What stands behind the number and its day.
fn behind_day(scope: Scope<'_>, candidate: &Candidate, rows: &[Row]) -> Span {
    let rest = candidate.head.rest;
    let text = rows[candidate.row].text(scope.reading);
    let days = scope.vocabulary.words().calendar().dates(rest.of(text));
    match days.first() {
        Some(day) if day.span.start == 0 => Span::new(rest.start + day.span.end, rest.end),
        _ => rest,
    }
}

fn without_day(scope: Scope<'_>, candidate: &mut Candidate, rows: &[Row]) {
    candidate.head.rest =
        behind_day(scope, candidate, rows).trim(rows[candidate.row].text(scope.reading));
}

/// The body that the page head names, folded.
fn own_body(scope: Scope<'_>, heads: &[Row]) -> Option<String> {
    let words = scope.vocabulary.words();
    heads.iter().find_map(|row| {
        let line = tokens(row.text(scope.reading));
        let named = bodies::named(&line, words).into_iter().find(|b| b.body)?;
        Some(line[named.first..named.end].last()?.folded.clone())
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::minutes;

    fn item(stack: &str) -> (String, String, String) {
        let text = format!(
            "Kommunfullmäktige   1998-06-15\n\n{stack}\n\nProgram för trafiken\n\nBeslut\nProgrammet antas.\n"
        );
        let minutes = minutes(&text);
        assert_eq!(minutes.items.len(), 1, "{stack}");
        let item = &minutes.items[0];
        let value = |t: Option<String>| t.unwrap_or_default();
        (
            value(item.number.as_ref().map(|n| n.value.clone())),
            value(item.title.as_ref().map(|t| t.value.clone())),
            value(item.case_numbers.first().map(|c| c.value.clone())),
        )
    }

    #[test]
    fn the_own_number_is_found_in_a_history() {
        let (number, title, case) = item(
            "AU § 131     1998-05-12\nKS § 118     1998-05-26\nKF § 74      1998-06-15      Dnr KS 97/0231-512",
        );
        assert_eq!(
            (&*number, &*title, &*case),
            ("74", "Program för trafiken", "KS 97/0231-512")
        );
        let (number, title, case) = item(
            "AU 8 131     1998-05-12\nKS 8 118     1998-05-26\nKF 8 74      Dnr KS 97/0231-512",
        );
        assert_eq!(
            (&*number, &*title, &*case),
            ("74", "Program för trafiken", "KS 97/0231-512")
        );
        let (number, title, _) = item("KF § 74\nKS § 118\nAU § 131");
        assert_eq!((&*number, &*title), ("74", "Program för trafiken"));
    }
}
