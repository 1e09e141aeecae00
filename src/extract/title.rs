//! An item's title and case numbers, which stand below its head in any order.

use super::case_numbers;
use super::dates::pattern;
use super::flow::{Flow, Row};
use super::minutes::Text;
use super::outline::{Scope, starts_bulleted};
use super::tokens::tokens;
use super::vocabulary::Section;
use crate::text::Span;
use regex::Regex;
use std::sync::LazyLock;

/// What stands at the beginning of an item.
#[derive(Debug, Default)]
pub struct Opening {
    /// Its title.
    pub title: Option<Text>,
    /// Its case numbers.
    pub case_numbers: Vec<Text>,
    /// The rows taken.
    pub taken: usize,
    /// Text beside the title, where it stands in a column of its own.
    pub beside: Option<Row>,
}

/// Reads the beginning of an item from its rows.
pub fn opening(scope: Scope<'_>, rows: &[Row]) -> Opening {
    let mut out = Opening::default();
    let mut title: Vec<Row> = Vec::new();
    let mut at = 0;
    while at < rows.len() {
        // "Diarienummer" over the number.
        if heads_case(scope, &rows[at..]) {
            at += 1;
            continue;
        }
        let row = without_leading_case(scope, &rows[at], &mut out.case_numbers);
        if let Some(before) = take_case_numbers(scope, &row, &mut out.case_numbers) {
            // What goes on with a title of several lines, the number at the end of the last.
            let is_next = at > 0 && title.last().is_some_and(|t| t.line == rows[at - 1].line);
            let goes_on = is_next && !row.gap && !before.text(scope.reading).ends_with(':');
            at += 1;
            if !before.span.is_empty() && (title.is_empty() || goes_on) {
                title.push(before);
            }
            continue;
        }
        if !title.is_empty() || is_text(scope, &row) {
            break;
        }
        if row.span != rows[at].span {
            // The title stands behind the number, on its line.
            let goes_on = |next: &&Row| !next.gap && next.indent > row.indent + 4;
            title.push(row);
            title.extend(rows[at + 1..].iter().take_while(goes_on));
            at += title.len();
            break;
        }
        if let Some((left, right)) = beside_text(scope, &rows[at..]) {
            title.push(left);
            out.beside = Some(right);
            at += 1;
            break;
        }
        let block = block(scope, &rows[at..]);
        let length = title_length(scope, &rows[at..at + block]);
        if length == 0 || is_decision(scope, &rows[at..at + length]) {
            break;
        }
        title.extend_from_slice(&rows[at..at + length]);
        at += length;
    }
    out.taken = at;
    for row in title.iter_mut().skip(1) {
        row.paragraph = false;
    }
    let flow = Flow::new(scope.reading, &title);
    let whole = case_in_parentheses(scope, &flow, &mut out.case_numbers);
    let read = whole.map(|end| flow.read(scope.reading, Span::new(0, end)));
    out.title = read.or_else(|| flow.all(scope.reading)).map(|t| {
        let certainty = certainty(scope, &t.value, title.len());
        t.doubted(certainty)
    });
    out
}

/// `Öppettider vid valen 2022 (Dnr / VN2021/0017)`: the number that a title of several lines
/// ends with; where the title itself ends.
fn case_in_parentheses(scope: Scope<'_>, flow: &Flow, into: &mut Vec<Text>) -> Option<usize> {
    let at = flow.text.rfind(" (").filter(|_| into.is_empty())?;
    let inner = flow.text[at + 2..].strip_suffix(')')?;
    let found = case_numbers::find(inner, scope.vocabulary.words().case_labels())?;
    let [number] = found.numbers.as_slice() else {
        return None;
    };
    let is_whole = number.end == inner.len() && (found.labelled || number.start == 0);
    is_whole.then(|| {
        let number = number.shift(at + 2);
        into.push(flow.read(scope.reading, number).doubted(0.95));
        at
    })
}

/// A case number with its class before a word.
static CLASSED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d{2}/\d{1,5} \d{3} "));

/// A label of case numbers alone on its row, with one below it.
fn heads_case(scope: Scope<'_>, rows: &[Row]) -> bool {
    let [row, next, ..] = rows else { return false };
    let labels = scope.vocabulary.words().case_labels();
    let line = tokens(row.text(scope.reading));
    matches!(line.as_slice(), [word] if labels.contains(&word.folded))
        && !next.gap
        && case_numbers::is_bare(next.text(scope.reading))
}

/// `89/231 041    Budget för år 1990`: without the case number that stands before a title.
fn without_leading_case(scope: Scope<'_>, row: &Row, into: &mut Vec<Text>) -> Row {
    let text = row.text(scope.reading);
    let wide = text.find("   ");
    // Where the gap was lost the number's own parts show its end: "89/231 041 Budget".
    let lost = || CLASSED.find(text).map(|m| m.end() - 1);
    let Some(gap) = wide.or_else(lost).filter(|_| into.is_empty()) else {
        return *row;
    };
    let (number, rest) = (row.upto(scope.reading, gap), row.from(scope.reading, gap));
    let titled = rest.text(scope.reading).starts_with(char::is_uppercase)
        && rest.text(scope.reading).contains(' ');
    if !titled || !case_numbers::is_bare(number.text(scope.reading)) {
        return *row;
    }
    let flow = Flow::of_row(scope.reading, &number);
    into.extend(flow.all(scope.reading).map(|t| t.doubted(0.94)));
    rest
}

/// A title in a column of its own, and the first row of the text beside it: the next row
/// begins where that text does.
fn beside_text(scope: Scope<'_>, rows: &[Row]) -> Option<(Row, Row)> {
    const SLACK: usize = 2;
    const GAP: &str = "     ";
    let row = rows.first()?;
    let text = row.text(scope.reading);
    let gap = text.find(GAP)?;
    let (left, right) = (row.upto(scope.reading, gap), row.from(scope.reading, gap));
    let start = right.span.start - row.span.start;
    let column = row.indent + text[..start].chars().count();
    let below = rows.get(1).filter(|r| !r.gap)?;
    (below.indent.abs_diff(column) <= SLACK && !right.span.is_empty()).then_some((
        left,
        Row {
            paragraph: true,
            ..right
        },
    ))
}

/// How sure it is that a text is a title: less for one of many lines, for a sentence
/// and where something like a number of the case is left in it.
fn certainty(scope: Scope<'_>, title: &str, rows: usize) -> f32 {
    const LONG: usize = 160;
    let base = if rows > 2 { 0.93 } else { 0.96 };
    let sentence = title.ends_with(['.', ':']) || title.chars().count() > LONG;
    let told = sentence && narrates(scope, title) || title.ends_with(':');
    let mixed = |word: &str| {
        word.chars().count() > 4
            && word.chars().filter(char::is_ascii_digit).count() > 1
            && word.chars().filter(|c| c.is_uppercase()).count() > 1
    };
    let numbered = title.split_whitespace().any(mixed);
    base * if told { 0.7 } else { 1.0 } * if numbered { 0.85 } else { 1.0 }
}

/// Takes a row of case numbers; what stands before them is returned.
pub fn take_case_numbers(scope: Scope<'_>, row: &Row, into: &mut Vec<Text>) -> Option<Row> {
    let text = row.text(scope.reading);
    let found = case_numbers::find(text, scope.vocabulary.words().case_labels())?;
    let before = row.upto(scope.reading, found.span.start);
    let after = text[found.span.end..].trim();
    // A label inside a sentence is a mention, not the item's own number.
    let opens = before.span.is_empty()
        || text[..found.span.start].ends_with("  ")
        || found.span.end == text.len();
    if !opens || after.chars().count() > 12 || before.text(scope.reading).ends_with(['.', ',']) {
        return None;
    }
    let cites = |n: &Span| {
        let first = n.of(text).split_whitespace().next().unwrap_or("");
        !found.labelled && scope.vocabulary.words().is_citation(first)
    };
    if found.numbers.iter().any(cites) {
        return None;
    }
    let flow = Flow::of_row(scope.reading, row);
    for number in &found.numbers {
        let printed = number.of(text);
        let value = printed.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some(start) = flow.text.find(&value) else {
            continue;
        };
        let odd = value
            .chars()
            .any(|c| !c.is_alphanumeric() && !matches!(c, '/' | '-' | '–' | ':' | '.' | ' '));
        let certainty = match (odd, found.labelled) {
            (true, _) => 0.75,
            (false, true) => 0.98,
            (false, false) => 0.94,
        };
        let number = flow
            .read(scope.reading, Span::new(start, start + value.len()))
            .map(|v| v.replace(" /", "/").replace("/ ", "/"))
            .doubted(certainty);
        if !into.iter().any(|n| n.value == number.value) {
            into.push(number);
        }
    }
    Some(before)
}

/// A heading under which text follows, or a long sentence: no title.
fn is_text(scope: Scope<'_>, row: &Row) -> bool {
    let text = row.text(scope.reading);
    let long = text.chars().count() > 250 || text.chars().count() > 110 && text.ends_with('.');
    long || heading(scope, row).is_some_and(|kind| {
        matches!(
            kind,
            Section::Decision
                | Section::Proposal
                | Section::Summary
                | Section::Background
                | Section::Recusals
        )
    })
}

/// `Till att jämte ordföranden justera protokollet utsågs Bo Ask.`: a sentence that says what
/// was decided is no title, though none other stands there.
fn is_decision(scope: Scope<'_>, rows: &[Row]) -> bool {
    let flow = Flow::new(scope.reading, rows);
    flow.text.ends_with('.') && scope.vocabulary.statement(&flow.text) == Some(Section::Decision)
}

fn heading(scope: Scope<'_>, row: &Row) -> Option<Section> {
    let text = row.text(scope.reading);
    if text.chars().count() > 110 || text.ends_with('.') {
        return None;
    }
    scope
        .vocabulary
        .listed_heading(&tokens(text))
        .map(|h| h.kind)
}

/// Rows up to the next paragraph, heading or case number.
fn block(scope: Scope<'_>, rows: &[Row]) -> usize {
    let ends = |row: &Row| {
        row.paragraph && row.gap
            || starts_bulleted(row.text(scope.reading))
            || heading(scope, row).is_some()
            || take_case_numbers(scope, row, &mut Vec::new()).is_some()
    };
    1 + rows.iter().skip(1).take_while(|row| !ends(row)).count()
}

/// How many rows of a block are the title, where text may follow without a
/// blank line.
fn title_length(scope: Scope<'_>, block: &[Row]) -> usize {
    const MOST: usize = 7;
    const ROOM: usize = 12;
    let text = |i: usize| block[i].text(scope.reading);
    let len = |i: usize| text(i).chars().count();
    let last = text(block.len() - 1);
    if block.len() == 1 || !last.ends_with(['.', '?', '!', ':']) && block.len() <= MOST {
        return block.len();
    }
    let page_width = block
        .iter()
        .map(|r| r.text(scope.reading).chars().count())
        .max()
        .unwrap_or(0);
    for i in 1..block.len() {
        let starts_anew = text(i).starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            || scope.vocabulary.statement(text(i)) == Some(Section::Decision);
        if !starts_anew || scope.vocabulary.words().leaves_open(text(i - 1)) {
            continue;
        }
        let width = if i == 1 {
            page_width
        } else {
            (0..i).map(len).max().unwrap_or(0)
        };
        let next = text(i)
            .split_whitespace()
            .next()
            .map_or(0, |w| w.chars().count());
        // A line that ended with room to spare was not broken because it was full.
        let early = block[i - 1].room > next + ROOM && text(i).ends_with(['.', '?', '!', ':']);
        if early || len(i - 1) + 1 + next <= width || narrates(scope, text(i)) {
            return i;
        }
    }
    // A block of sentences without a break is text, a title that ends in a full
    // stop is short.
    if block.len() <= 3 { block.len() } else { 0 }
}

/// Whether a line holds a verb that titles do without.
fn narrates(scope: Scope<'_>, text: &str) -> bool {
    let words = scope.vocabulary.words();
    tokens(text).iter().any(|t| words.is_narrating(&t.folded))
        || super::outline::deciding(scope, text).is_some()
        || scope.vocabulary.statement(text) == Some(Section::Decision)
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::minutes;

    #[test]
    fn a_title_ends_where_its_line_was_not_full() {
        let text = "Nämnden 2019-05-16 protokoll fört vid sammanträde i regionens hus\n\n§ 4 Dagordning\nOrdföranden hälsar välkommen.\nDagordningen godkänns.\n";
        let title = minutes(text).items[0].title.clone();
        assert_eq!(title.map(|t| t.value).as_deref(), Some("Dagordning"));
    }

    #[test]
    fn a_title_may_stand_beside_its_text() {
        let text = "Kommunstyrelsen 2008-10-08\n\nKS § 114\n\nMeddelanden          Protokoll från räddningstjänsten.\n                     Cirkulär om lönerna.\n\nBeslut               Meddelandena läggs till handlingarna.\n";
        let title = minutes(text).items[0].title.clone();
        assert_eq!(title.map(|t| t.value).as_deref(), Some("Meddelanden"));
    }
}
