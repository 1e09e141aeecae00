//! Front pages, signatures and notices: labels with what stands beside and below
//! them, whether the columns were kept or run together.

mod columns;

use super::flow::Row;
use super::outline::Scope;
use super::people::in_name;
use super::tokens::{Token, tokens};
use super::vocabulary::Label;
use crate::text::Span;
use columns::columns_apart;

/// A label with its value's rows.
#[derive(Clone, Debug)]
pub struct Block {
    /// What the label says.
    pub label: Label,
    /// The label's own rows.
    pub heading: Vec<Row>,
    /// What stands beside and below it.
    pub rows: Vec<Row>,
}

/// Divides rows at their labels. Rows before the first label are left out.
pub fn blocks(scope: Scope<'_>, rows: &[Row]) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    let rows = &columns_apart(scope, rows);
    let lines: Vec<Vec<Token>> = rows.iter().map(|r| tokens(r.text(scope.reading))).collect();
    let mut skip_words = 0;
    for i in 0..rows.len() {
        let line = &lines[i];
        let mut row = rows[i];
        if skip_words > 0 {
            // The second line of a label: its words go, the value stays.
            row = after_words(scope, &row, line, skip_words);
            skip_words = 0;
            if let Some(block) = out.last_mut()
                && !row.span.is_empty()
            {
                block.rows.push(row);
            }
            continue;
        }
        let inside = out.last().map(|b| b.label);
        if inside == Some(Label::Notice) && is_prose(scope, &row) {
            if let Some(block) = out.last_mut() {
                block.rows.push(row);
            }
            continue;
        }
        if let Some((label, taken, next)) = over(scope, rows, &lines, i) {
            let value = after_words(scope, &row, line, taken);
            out.push(Block {
                label,
                heading: vec![row],
                rows: non_empty(value),
            });
            skip_words = next;
            continue;
        }
        // "Digital justering, 2023-03-20" below a label is its value.
        let awaited = |label: Label| {
            label == Label::Adjustment
                && out
                    .last()
                    .is_some_and(|b| b.label == label && b.rows.is_empty())
        };
        let label = label_at(scope, &row, line, inside)
            .filter(|(label, _)| !awaited(*label))
            .filter(|_| !stands_in_list(scope, out.last(), &row, line));
        match label {
            Some((label, taken)) => {
                let value = after_words(scope, &row, line, taken);
                out.push(Block {
                    label,
                    heading: vec![row],
                    rows: non_empty(value),
                });
                split_second(scope, &mut out);
            }
            None => {
                if let Some(block) = out.last_mut() {
                    block.rows.push(row);
                }
            }
        }
    }
    out
}

/// A row of running text that tells of several days, or of one and goes on: what looks
/// like labels in it are words of sentences.
fn is_prose(scope: Scope<'_>, row: &Row) -> bool {
    let text = row.text(scope.reading);
    if text.contains("   ") || !text.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let dates = scope.vocabulary.words().calendar().dates(text);
    let Some(first) = dates.first() else {
        return false;
    };
    let rest = text[first.span.end..].trim_start();
    let goes_on = rest.starts_with(char::is_lowercase)
        || rest.starts_with(['.', ',']) && rest[1..].trim_start().contains(' ');
    goes_on && first.span.start > 0
}

/// Whether a row below a list's first value is one more of its people, named with an
/// office that is a label elsewhere: "Sekreterare Anna Ek".
fn stands_in_list(scope: Scope<'_>, block: Option<&Block>, row: &Row, line: &[Token]) -> bool {
    const LEAST: usize = 4;
    let Some(block) = block.filter(|b| super::attendance::status_of(b.label).is_some()) else {
        return false;
    };
    let (Some(head), Some(value)) = (block.heading.first(), block.rows.first()) else {
        return false;
    };
    // A value beside its label keeps the indent of their line.
    let column = match value.line == head.line {
        true => {
            let before = Span::new(head.span.start, value.span.start.max(head.span.start));
            head.indent + before.of(&scope.reading.text).chars().count()
        }
        false => value.indent,
    };
    let hit = scope.vocabulary.label_prefix(line);
    let Some(hit) = hit.filter(|h| matches!(h.kind, Label::Chair | Label::Secretary)) else {
        return false;
    };
    let rest = after_words(scope, row, line, hit.taken);
    let name = rest.text(scope.reading);
    let beside = rest.span.start == row.span.start + line[hit.taken - 1].span.end + 1;
    let named = name.split_whitespace().take(2).filter(|w| in_name(w));
    row.indent.abs_diff(column) <= 1 && column > head.indent + LEAST && beside && named.count() == 2
}

fn non_empty(row: Row) -> Vec<Row> {
    if row.span.is_empty() {
        Vec::new()
    } else {
        vec![row]
    }
}

/// A label set over two lines.
fn over(
    scope: Scope<'_>,
    rows: &[Row],
    lines: &[Vec<Token>],
    i: usize,
) -> Option<(Label, usize, usize)> {
    let next = lines.get(i + 1)?;
    // The colon of "kl 15:00" ends no label.
    let text = rows[i].text(scope.reading);
    let timed = |at: usize| text[at + 1..].starts_with(|c: char| c.is_ascii_digit());
    if text.match_indices(':').any(|(at, _)| !timed(at)) {
        return None;
    }
    if let Some(label) = parted(scope, &lines[i], next) {
        return Some((label, 1, 1));
    }
    let (label, taken, rest) = scope.vocabulary.label_over(&lines[i], next)?;
    // A label that is whole on its own line is no half of another, unless the
    // other half is no label itself and the first line has a value.
    let whole = scope
        .vocabulary
        .label_prefix(&lines[i])
        .map_or(0, |h| h.taken);
    let value_here = taken < lines[i].len();
    let longer = taken + rest > whole;
    let capitals = |row: &Row, token: Option<&Token>| {
        token.is_some_and(|t| is_shouted(t.span.of(row.text(scope.reading))))
    };
    // "JUSTERINGENS   Kansliet" over "PLATS OCH TID": capitals show no beginning.
    let shouted =
        capitals(&rows[i], lines[i].first()) && capitals(&rows[i + 1], next.first()) && rest > 1;
    let capital = next.first().is_some_and(|t| t.capital) && !shouted;
    (longer && !capital && (value_here || rest < next.len() || taken > whole))
        .then_some((label, taken, rest))
}

/// A label of one word that is parted by a hyphen: `Under-` over `skrifter`.
fn parted(scope: Scope<'_>, line: &[Token], next: &[Token]) -> Option<Label> {
    let (first, second) = (line.first()?, next.first()?);
    if !first.hyphen || second.capital {
        return None;
    }
    let whole = tokens(&format!("{}{}", first.folded, second.folded));
    scope.vocabulary.label(&whole).map(|h| h.kind)
}

/// A word in capitals.
fn is_shouted(word: &str) -> bool {
    word.chars().count() > 2 && word.chars().all(char::is_uppercase)
}

/// The label at the start of a row, with the words it takes.
fn label_at(
    scope: Scope<'_>,
    row: &Row,
    line: &[Token],
    inside: Option<Label>,
) -> Option<(Label, usize)> {
    let text = row.text(scope.reading);
    if !text.starts_with(char::is_uppercase) && inside.is_some() {
        return None;
    }
    if let Some(colon) = text
        .find(':')
        .filter(|&c| c < 60 && !text[c + 1..].starts_with(|d: char| d.is_ascii_digit() || d == 'e'))
    {
        let before = line.iter().take_while(|t| t.span.end <= colon).count();
        if let Some(hit) = scope.vocabulary.label(&line[..before]) {
            return Some((hit.kind, before));
        }
    }
    let hit = scope.vocabulary.label_prefix(line)?;
    let rest = &line[hit.taken..];
    let wide = rest.first().is_some_and(|next| {
        let end = line[hit.taken - 1].span.end;
        text[end..next.span.start].contains("  ") || text[end..next.span.start].contains('\t')
    });
    let whole = rest.is_empty();
    // "Beslutande enligt närvarolista, sidan 2", "Protokollet förvaras på kommunkontoret"
    let after = &text[line[hit.taken - 1].span.end..];
    let parted = after.starts_with([',', '(']) || hit.kind == Label::Archive;
    // Beside a label stands a value: a capital, a number, a time. Within a list of
    // names "Ordförande Anna Ek" would be a label, "Ledamöter utan …" none.
    let value = rest.first().is_some_and(|t| {
        t.capital
            || t.folded.starts_with(|c: char| c.is_ascii_digit())
            || scope.vocabulary.words().may_begin_value(&t.folded)
    });
    (whole || wide || value || parted).then_some((hit.kind, hit.taken))
}

/// The row after so many of its words.
fn after_words(scope: Scope<'_>, row: &Row, line: &[Token], taken: usize) -> Row {
    let text = row.text(scope.reading);
    let Some(last) = taken.checked_sub(1).and_then(|i| line.get(i)) else {
        return *row;
    };
    let mut end = last.span.end;
    while let Some(c) = text[end..].chars().next() {
        if c.is_whitespace() || matches!(c, ':' | '.' | ')' | '_' | '=' | '-' | '–' | '—' | ',')
        {
            end += c.len_utf8();
        } else {
            break;
        }
    }
    row.from(scope.reading, end)
}

/// A second label on the same line: `Sekreterare ....... Paragrafer 99 - 103`,
/// `Underskrifter Sekreterare Linda By`, `Vid protokollet   Ordförande`.
fn split_second(scope: Scope<'_>, out: &mut Vec<Block>) {
    const DEPTH: usize = 3;
    for _ in 0..DEPTH {
        let Some(block) = out.last() else { return };
        let Some(row) = block.rows.first().copied() else {
            return;
        };
        let line = tokens(row.text(scope.reading));
        let found = (0..line.len()).find_map(|at| {
            let hit = scope.vocabulary.label_prefix(&line[at..])?;
            let kinds = matches!(
                hit.kind,
                Label::Paragraphs
                    | Label::Chair
                    | Label::Secretary
                    | Label::Adjusters
                    | Label::Certification
            );
            let capital = line[at].capital;
            let people = super::attendance::status_of(block.label).is_some();
            (kinds && capital && (at == 0 && !people || signs(block.label)))
                .then_some((at, hit.kind, hit.taken))
        });
        let Some((at, label, taken)) = found else {
            return;
        };
        let first = row.upto(scope.reading, line[at].span.start);
        let rest = row.from(scope.reading, line[at].span.start);
        let value = after_words(scope, &rest, &tokens(rest.text(scope.reading)), taken);
        if let Some(block) = out.last_mut() {
            block.rows = if line[..at].is_empty() {
                Vec::new()
            } else {
                non_empty(first)
            };
        }
        let found = Block {
            label,
            heading: vec![rest],
            rows: non_empty(value),
        };
        // Paragraphs have no name below them; the label before has.
        let at = out.len() - usize::from(label == Label::Paragraphs);
        out.insert(at, found);
    }
}

fn signs(label: Label) -> bool {
    matches!(
        label,
        Label::Signatures | Label::Chair | Label::Secretary | Label::Adjusters
    )
}

#[cfg(test)]
mod tests {
    use crate::extract::minutes::Status;
    use crate::extract::testing::minutes;

    #[test]
    fn lists_of_people_keep_their_labels_side_by_side_or_nested() {
        let text = "Nämnden 2013-04-16\n\nBeslutande           Ledamöter\n                     Yo Ren (S), ordförande\n                     Jen Fors (KD)\n\n                     Tjänstgörande ersättare\n                     Bo Mårt (C)\n\nÖvriga närvarande    Eva Ny, personalchef\n\n§ 1 Val\n\nBeslut\nVal görs.\n";
        let told: Vec<(String, Status)> = minutes(text)
            .meeting
            .attendees
            .iter()
            .map(|a| (a.person.name.value.clone(), a.status.value))
            .collect();
        let told: Vec<(&str, Status)> = told.iter().map(|(n, s)| (n.as_str(), *s)).collect();
        assert_eq!(
            told,
            [
                ("Yo Ren", Status::Member),
                ("Jen Fors", Status::Member),
                ("Bo Mårt", Status::ServingSubstitute),
                ("Eva Ny", Status::Official),
            ]
        );
    }

    #[test]
    fn an_office_among_the_people_of_a_list_ends_it_not() {
        let text = "Nämnden 2002-02-21\n\nBeslutande           Yo Renman (m)   ordförande\n                     Jen Forsell (s)\n\nÖvriga närvarande    Stadsarkitekt Bo Askman\n                     Sekreterare Eva Nyman\n\nUtses att justera    Jen Forsell\n\nUnderskrifter:  Sekreterare   Eva Nyman\n\n                Ordförande    Yo Renman\n\n§ 1 Val\n\nBeslut\nVal görs.\n";
        let meeting = minutes(text).meeting;
        let last = &meeting.attendees[meeting.attendees.len() - 1];
        assert_eq!(meeting.attendees.len(), 4);
        assert_eq!(last.person.name.value, "Eva Nyman");
        assert_eq!(last.status.value, Status::Official);
        let secretary = meeting.secretary.map(|s| s.name.value);
        assert_eq!(secretary.as_deref(), Some("Eva Nyman"));
        let chair = meeting.chair.map(|c| c.name.value);
        assert_eq!(chair.as_deref(), Some("Yo Renman"));
    }
}
