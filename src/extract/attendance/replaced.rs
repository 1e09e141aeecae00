//! Those who are replaced, where they stand in a column of their own:
//!
//! ```text
//! Ledamöter            Ersättare för
//! Anna Ek (S)
//! Bo Ask (M)           Cia Dal (M)
//! ```

use crate::extract::flow::Row;
use crate::extract::minutes::{Attendee, Status};
use crate::extract::outline::Scope;

/// Whether a list's first rows head a column of those who are replaced.
pub(super) fn heads_column(scope: Scope<'_>, rows: &[Row]) -> bool {
    const HEADS: usize = 2;
    rows.iter().take(HEADS).any(|row| is_head(scope, row))
}

/// Whether a row ends with what heads such a column and holds no people.
pub(super) fn is_head(scope: Scope<'_>, row: &Row) -> bool {
    // "för" alone stands between names, above none.
    const SHORTEST: usize = 4;
    let text = row.text(scope.reading);
    let last = text.rsplit("  ").next().unwrap_or(text).trim();
    !text.contains(['(', ','])
        && last.chars().count() >= SHORTEST
        && scope.vocabulary.words().replaces(last)
}

/// Makes one attendee of the two that a row gave since `from`: the second is the one
/// that the first replaces, and what is said beside the second counts for the first.
pub(super) fn join(attendees: &mut Vec<Attendee>, from: usize) {
    if attendees.len() != from + 2 || attendees[from].replaces.is_some() {
        return;
    }
    let Some(replaced) = attendees.pop() else {
        return;
    };
    let serving = &mut attendees[from];
    serving.replaces = Some(replaced.person.name);
    serving.status.value = Status::ServingSubstitute;
    serving.items = serving.items.take().or(replaced.items);
    serving.times = serving.times.take().or(replaced.times);
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::{attended, or_dash};

    /// Who is listed, their status, whom they replace and for which items.
    fn told(list: &str) -> Vec<String> {
        attended(list)
            .iter()
            .map(|a| {
                let name = &a.person.name.value;
                let (replaces, items) = (or_dash(&a.replaces), or_dash(&a.items));
                format!("{name}/{:?}/{replaces}/{items}", a.status.value)
            })
            .collect()
    }

    #[test]
    fn who_is_replaced_stands_in_a_column() {
        let list = "Ledamöter                  Ersättare för\nAnna Ekman (S), ordförande\nBo Askman (M)              Cia Dalgren (M)\nDan Envall (V)             t.o.m. § 83";
        let expected = [
            "Anna Ekman/Member/-/-",
            "Bo Askman/ServingSubstitute/Cia Dalgren/-",
            "Dan Envall/Member/-/t.o.m. § 83",
        ];
        assert_eq!(told(list), expected);
        let lost = list.replace("              ", " ");
        assert_eq!(told(&lost)[1], expected[1]);
    }

    #[test]
    fn the_party_may_have_a_column_between() {
        let list = "Ledamöter            Parti    Ers för\nAnna Ekman           S\nBo Askman            M        Cia Dalgren (M)\nDan Envall           V        Eva Fredman";
        assert_eq!(
            told(list),
            [
                "Anna Ekman/Member/-/-",
                "Bo Askman/ServingSubstitute/Cia Dalgren/-",
                "Dan Envall/ServingSubstitute/Eva Fredman/-",
            ]
        );
    }

    #[test]
    fn names_without_parties_have_a_column_too() {
        let list = "Tjänstgörande ersättare    Ersätter\nEva Fredman                Gun Holm\nIda Jonson                 Kai Lund";
        assert_eq!(
            told(list),
            [
                "Eva Fredman/ServingSubstitute/Gun Holm/-",
                "Ida Jonson/ServingSubstitute/Kai Lund/-",
            ]
        );
    }
}
