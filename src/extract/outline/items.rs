//! Where items begin and end.

use super::accept::{Accepted, accept};
use super::page_head::begins_with_label;
use super::{Outline, Scope, contents, history, is_body, references};
use crate::extract::flow::Row;
use crate::extract::paragraph::{self, Head, Sign};
use crate::extract::tokens::tokens;
use crate::extract::vocabulary::{Label, Section};
use crate::normalize::LineClass;
use crate::text::Span;

/// The rows of one item.
#[derive(Clone, Debug, Default)]
pub struct ItemRows {
    /// Its number; none where an extract states none.
    pub number: Option<Number>,
    /// What stands on the head's line after the number, then the lines below.
    pub rows: Vec<Row>,
}

/// An item's number and where it stands.
#[derive(Clone, Debug)]
pub struct Number {
    /// As the contract wants it.
    pub value: String,
    /// Its place in the reading.
    pub span: Span,
    /// First and last paragraph.
    pub range: (u32, u32),
    /// How sure it is that an item begins here.
    pub certainty: f32,
}

/// A line that may begin an item.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// Index among the rows.
    pub(super) row: usize,
    pub(super) head: Head,
    /// Where the head begins in the row's text.
    pub(super) from: usize,
    /// It stands apart and goes on like a title or with a case number.
    pub(super) opens: bool,
    /// It stands below the heading of a table of contents.
    pub(super) in_contents: bool,
    /// It stands below the head of an appendix.
    pub(super) appended: bool,
}

/// Divides the body of a document at its items' heads.
pub(super) fn divide(scope: Scope<'_>, rows: Vec<Row>, heads: &[Row]) -> Outline {
    let doubtful = |row: &Row| scope.reading.lines[row.line].class == LineClass::PageNumber;
    let mut candidates = candidates(scope, &rows);
    let tables = contents::remove(&mut candidates);
    let earlier = history::remove(scope, &mut candidates, &rows, heads);
    references::remove(&mut candidates, &rows);
    let accepted = accept(candidates);
    let mut outline = Outline::default();
    if accepted.is_empty() {
        let rows = rows.into_iter().filter(|r| !doubtful(r)).collect();
        return without_numbers(scope, rows, heads);
    }
    let mut at = 0;
    let mut current: Option<usize> = None;
    let mut back = false;
    for (i, row) in rows.iter().enumerate() {
        if let Some(begun) = accepted.get(at).filter(|c| c.row == i) {
            at += 1;
            back = false;
            begin(scope, &mut outline, row, begun, &mut current);
            continue;
        }
        if tables.iter().any(|t| t.contains(&i)) || in_table_heading(scope, row, &tables, i) {
            continue;
        }
        if doubtful(row) || earlier.binary_search(&i).is_ok() {
            continue;
        }
        back |= current.is_some()
            && (begins_appendix(scope, &rows, i)
                || begins_back(scope, &rows, i, at == accepted.len()));
        // "Expedierat 2018-10-19" stands below the signatures of an extract.
        back &= !(back && accepted.len() == 1 && tells_recipients(scope, &rows, i));
        match current {
            Some(item) if !back => outline.items[item].rows.push(*row),
            Some(_) => outline.back.push(*row),
            None => outline.front.push(*row),
        }
    }
    outline
}

/// Begins an item, or goes on with the one before.
fn begin(
    scope: Scope<'_>,
    outline: &mut Outline,
    row: &Row,
    begun: &Accepted,
    current: &mut Option<usize>,
) {
    let head = &begun.head;
    if begun.continues {
        return;
    }
    let reading = scope.reading;
    let line = row.text(reading);
    let base = row.span.start + begun.from;
    let printed = Span::new(base + head.number.start, base + head.number.end);
    let mut item = ItemRows {
        number: Some(Number {
            value: paragraph::plain(printed.of(&reading.text)),
            span: printed,
            range: (head.first, head.last),
            certainty: begun.certainty,
        }),
        rows: Vec::new(),
    };
    if begun.from > 0 {
        item.rows.push(Row {
            gap: true,
            paragraph: true,
            ..row.upto(reading, begun.from)
        });
    }
    let rest = row.from(reading, (begun.from + head.rest.start).min(line.len()));
    // A dash or a misread rule may part the number from what follows.
    let tail = rest.text(reading);
    let stray = tail.len() - tail.trim_start_matches(is_stray).len();
    let rest = rest.from(reading, stray);
    if !rest.span.is_empty() {
        item.rows.push(Row {
            gap: true,
            paragraph: true,
            ..rest
        });
    }
    *current = Some(outline.items.len());
    outline.items.push(item);
}

/// A body's full name before the sign, on a line that stands apart and goes on with a
/// case number or not at all: the head of an item rather than a reference to one.
fn stands_for_an_item(scope: Scope<'_>, row: &Row, head: &Head) -> bool {
    let text = row.text(scope.reading);
    let body = is_body(scope, &text[..head.number.start]);
    let rest = head.rest.of(text);
    let labels = scope.vocabulary.words().case_labels();
    let numbered = crate::extract::case_numbers::find(rest, labels).is_some();
    body && row.gap && (rest.is_empty() || numbered)
}

fn is_stray(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '–' | '—' | '=' | '_' | '|' | '~' | '•' | '»' | '«' | ':'
        )
}

fn candidates(scope: Scope<'_>, rows: &[Row]) -> Vec<Candidate> {
    let mut in_contents = false;
    let mut appended = false;
    let mut in_documents = false;
    let mut out = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let text = row.text(scope.reading);
        let above = i.checked_sub(1).map(|j| rows[j]);
        in_documents =
            in_documents && !row.gap || above.is_some_and(|r| heads_documents(scope, &r));
        if is_contents_heading(scope, row) {
            in_contents = true;
        }
        appended |= begins_appendix(scope, rows, i);
        if let Some((from, head)) = titled_left(scope, rows, i) {
            out.push(Candidate {
                row: i,
                head,
                from,
                opens: true,
                in_contents: false,
                appended,
            });
            continue;
        }
        let heads = match paragraph::head(text) {
            Some(head) => match paragraph::doubled(text) {
                Some(doubled) => vec![
                    doubled,
                    Head {
                        sign: Sign::Misread,
                        ..head
                    },
                ],
                None => vec![head],
            },
            None if row.gap => {
                let apart = rows.get(i + 1).is_some_and(|below| below.gap);
                let labels = scope.vocabulary.words().case_labels();
                let dotted = paragraph::dotted(text).into_iter();
                let bare = paragraph::bare(text, labels).filter(|_| apart);
                dotted.chain(paragraph::glued(text)).chain(bare).collect()
            }
            None => paragraph::glued(text),
        };
        for mut head in heads {
            if in_documents && names_another(scope, &head, text) {
                continue;
            }
            if head.sign == Sign::Named {
                if !stands_for_an_item(scope, row, &head) {
                    continue;
                }
                head.sign = Sign::Plain;
            }
            let counts = head.sign == Sign::Misread && is_of_numbers(scope, rows, i, &head);
            if !is_reference(scope, rows, i, &head)
                && !heads_ballots(scope, rows, i, &head)
                && !counts
            {
                out.push(Candidate {
                    row: i,
                    from: 0,
                    opens: row.gap
                        && text[head_end(&head)..].starts_with([' ', '\t'])
                        && opens(scope, text, &head),
                    in_contents: in_contents || after_contents(scope, row),
                    appended,
                    head,
                });
            }
        }
    }
    out
}

/// A title with its number to the right of it, above the case number: what stands there, and
/// where the number's head begins.
///
/// ```text
/// Budget 2010 och flerårsplan 2011–2012          Kf § 104
///                                                Dnr KS 2009-211
/// ```
fn titled_left(scope: Scope<'_>, rows: &[Row], i: usize) -> Option<(usize, Head)> {
    let text = rows[i].text(scope.reading);
    let gap = text.rfind("   ").filter(|_| rows[i].gap)?;
    let right = text[gap..].trim_start();
    let head = paragraph::head(right)?;
    let alone = head.sign == Sign::Plain && head.rest.is_empty() && !head.continued;
    let words = scope.vocabulary.words();
    let title = text[..gap].trim_end();
    let titled = title.starts_with(char::is_uppercase) && title.contains(' ');
    let below = rows.get(i + 1).filter(|row| !row.gap)?;
    let case = crate::extract::case_numbers::find(below.text(scope.reading), words.case_labels());
    let is_case = case.is_some_and(|found| found.span.start == 0);
    (alone && titled && is_case).then(|| (text.len() - right.len(), head))
}

/// The heading of a list of documents.
fn heads_documents(scope: Scope<'_>, row: &Row) -> bool {
    const LONGEST: usize = 60;
    let text = row.text(scope.reading);
    text.chars().count() <= LONGEST
        && scope
            .vocabulary
            .heading(&tokens(text))
            .is_some_and(|h| h.kind == Section::Documents)
}

/// `§ 254 KS Svar på motion` among documents: what another body decided, by its initials.
fn names_another(scope: Scope<'_>, head: &Head, text: &str) -> bool {
    const LONGEST: usize = 6;
    let mut words = head.rest.of(text).split_whitespace();
    let initials = words.next().is_some_and(|w| {
        (2..=LONGEST).contains(&w.chars().count()) && w.chars().all(char::is_uppercase)
    });
    let labels = scope.vocabulary.words().case_labels();
    let case = crate::extract::case_numbers::find(head.rest.of(text), labels);
    initials
        && case.is_none()
        && words
            .next()
            .is_some_and(|w| w.starts_with(char::is_uppercase))
}

/// A paragraph alone above a table of ballots says what was voted on.
fn heads_ballots(scope: Scope<'_>, rows: &[Row], i: usize, head: &Head) -> bool {
    const BELOW: usize = 2;
    head.rest.is_empty()
        && rows[i + 1..]
            .iter()
            .take(BELOW)
            .any(|row| crate::extract::votes::is_table_head(scope, row))
}

/// A number with numbers behind it is a row of a table, no item whose sign was misread.
fn is_of_numbers(scope: Scope<'_>, rows: &[Row], i: usize, head: &Head) -> bool {
    const WORD: usize = 3;
    let rest = head.rest.of(rows[i].text(scope.reading));
    let below = || rows.get(i + 1).map_or("", |r| r.text(scope.reading));
    let rest = if rest.is_empty() { below() } else { rest };
    let words = rest
        .split(|c: char| !c.is_alphabetic())
        .any(|w| w.chars().count() >= WORD);
    let labels = scope.vocabulary.words().case_labels();
    !rest.is_empty() && !words && crate::extract::case_numbers::find(rest, labels).is_none()
}

fn head_end(head: &Head) -> usize {
    head.number.end
}

fn opens(scope: Scope<'_>, text: &str, head: &Head) -> bool {
    let rest = head.rest.of(text);
    let case = crate::extract::case_numbers::find(rest, scope.vocabulary.words().case_labels());
    case.is_some() || rest.starts_with(char::is_uppercase) && rest.chars().count() > 8
}

/// The line before was taken for one of a table of contents.
fn after_contents(scope: Scope<'_>, row: &Row) -> bool {
    let before = scope.reading.lines[..row.line].iter().rev();
    let last = before.take(6).find(|l| l.class != LineClass::Blank);
    last.is_some_and(|l| l.class == LineClass::Contents)
}

fn is_contents_heading(scope: Scope<'_>, row: &Row) -> bool {
    let text = row.text(scope.reading);
    text.chars().count() < 90
        && scope
            .vocabulary
            .label(&tokens(text))
            .is_some_and(|h| h.kind == Label::Contents)
}

fn in_table_heading(
    scope: Scope<'_>,
    row: &Row,
    tables: &[std::ops::Range<usize>],
    i: usize,
) -> bool {
    tables.iter().any(|t| {
        i < t.start && t.start - i <= 2 || i >= t.end && i < t.end + 1 && is_leader(scope, row)
    }) && (is_contents_heading(scope, row) || is_leader(scope, row))
}

/// The end of a contents line that ran over: `75 år .......... 4`.
fn is_leader(scope: Scope<'_>, row: &Row) -> bool {
    let text = row.text(scope.reading);
    text.contains("....") && text.ends_with(|c: char| c.is_ascii_digit())
}

/// A paragraph sign at a line's start that belongs to the sentence before.
fn is_reference(scope: Scope<'_>, rows: &[Row], i: usize, head: &Head) -> bool {
    let text = rows[i].text(scope.reading);
    let after = head.rest.of(text);
    if head.continued {
        return false;
    }
    let lower = after.starts_with(char::is_lowercase);
    let between = text.get(head.number.end..head.rest.start).unwrap_or("");
    let dots =
        after.starts_with('.') && !after.contains("...") || between.contains('.') && !rows[i].gap;
    if dots {
        return true;
    }
    let Some(before) = i.checked_sub(1).map(|j| &rows[j]) else {
        return false;
    };
    let last = before.text(scope.reading);
    let abbreviated = || {
        let word = last.split_whitespace().next_back().unwrap_or("");
        let bare = word.strip_suffix('.').unwrap_or("");
        scope
            .vocabulary
            .words()
            .is_abbreviation(&bare.to_lowercase())
    };
    // "… enligt 7 kap." goes on with "18 b § miljöbalken".
    let open = !rows[i].gap
        && (last.ends_with(',') || last.ends_with('-') || last.ends_with(" och") || abbreviated());
    let names_a_case =
        crate::extract::case_numbers::find(after, scope.vocabulary.words().case_labels()).is_some();
    // "MBL § 11 har ägt rum den 14 oktober."
    const SENTENCE: usize = 4;
    let cited = text.ends_with('.') && after.split_whitespace().count() >= SENTENCE;
    open && !names_a_case
        || lower && cited && !names_a_case
        || lower && !last.ends_with(['.', ':', '!', '?']) && !rows[i].gap
        || lower && head.sign == Sign::Misread
}

/// `Bilaga 2` alone at the top of a page: what follows is no item's text.
fn begins_appendix(scope: Scope<'_>, rows: &[Row], i: usize) -> bool {
    const LONGEST: usize = 14;
    let text = rows[i].text(scope.reading);
    if text.chars().count() > LONGEST {
        return false;
    }
    let page = |row: &Row| scope.reading.lines[row.line].page;
    let top = i > 0 && page(&rows[i - 1]) < page(&rows[i]);
    let line = tokens(text);
    let (Some(first), Some(second), None) = (line.first(), line.get(1), line.get(2)) else {
        return false;
    };
    let word = scope.vocabulary.heading(std::slice::from_ref(first));
    top && word.is_some_and(|h| h.kind == Section::Attachments)
        && second.folded.chars().count() <= 2
}

/// Whether a row apart heads those who are told, who stand right below it.
fn tells_recipients(scope: Scope<'_>, rows: &[Row], i: usize) -> bool {
    const LONGEST: usize = 80;
    let text = rows[i].text(scope.reading);
    let below = rows.get(i + 1).is_some_and(|next| !next.gap);
    let heads = |text: &str| {
        let heading = scope.vocabulary.heading(&tokens(text));
        heading.is_some_and(|h| h.kind == Section::Recipients)
    };
    // "Delges: Sävasts idrottsförening"
    let inline = || text.split_once(':').is_some_and(|(head, _)| heads(head));
    let short = text.chars().count() <= LONGEST;
    rows[i].gap && short && (below && heads(text) || inline())
}

/// `UPPROPS- OCH OMRÖSTNINGSLISTA` at the top of a page: a list of votes behind the items.
fn begins_list(scope: Scope<'_>, rows: &[Row], i: usize) -> bool {
    let page = |row: &Row| scope.reading.lines[row.line].page;
    let top = i > 0 && page(&rows[i - 1]) < page(&rows[i]);
    let words = scope.vocabulary.words();
    let line = tokens(rows[i].text(scope.reading));
    top && line.len() <= 5 && line.iter().any(|t| words.is_vote_list(&t.folded))
}

/// Whether signatures or the notice of posting begin at row `i`.
fn begins_back(scope: Scope<'_>, rows: &[Row], i: usize, after_last: bool) -> bool {
    let text = rows[i].text(scope.reading);
    if text.chars().count() > 60 {
        return false;
    }
    // Two labels may stand side by side: the first cell tells.
    let line = tokens(text.split("    ").next().unwrap_or(text));
    let label = scope.vocabulary.label(&line).map(|h| h.kind);
    match label {
        _ if after_last && begins_list(scope, rows, i) => true,
        Some(Label::Signatures | Label::Notice | Label::Certification) => true,
        Some(Label::Secretary) => after_last && (rows[i].gap || line.len() > 1),
        Some(Label::Attendance) => after_last && rows[i].gap && line.len() > 1,
        _ => {
            after_last
                && begins_with_label(scope, &rows[i]) == Some(Label::Secretary)
                && rows[i].gap
                && line.len() <= 3
        }
    }
}

/// A document without heads of items: an extract whose number stands in the page
/// head or nowhere, or something else.
fn without_numbers(scope: Scope<'_>, rows: Vec<Row>, heads: &[Row]) -> Outline {
    let number = heads.iter().find_map(|row| number_in_head(scope, row));
    let decided = rows.iter().any(|row| {
        let text = row.text(scope.reading);
        text.chars().count() < 90
            && scope
                .vocabulary
                .heading(&tokens(text))
                .is_some_and(|h| matches!(h.kind, Section::Decision | Section::Proposal))
    });
    let mut outline = Outline::default();
    if number.is_none() && !decided {
        outline.front = rows;
        return outline;
    }
    let mut item = ItemRows {
        number,
        rows: Vec::new(),
    };
    let mut back = false;
    for i in 0..rows.len() {
        back |= i > 0 && begins_back(scope, &rows, i, true);
        if back {
            outline.back.push(rows[i]);
        } else {
            item.rows.push(rows[i]);
        }
    }
    outline.items.push(item);
    outline
}

/// `Kommunstyrelsen 17 juni 2020 §17`, also with its sign misread after the date.
fn number_in_head(scope: Scope<'_>, row: &Row) -> Option<Number> {
    let text = row.text(scope.reading);
    let (at, certainty) = match text.rfind('§') {
        Some(at) if text[..at].ends_with('§') => return None,
        Some(at) => (at, 0.97),
        None => {
            let date = scope.vocabulary.words().calendar().dates(text).pop()?;
            let rest = &text[date.span.end..];
            (text.len() - rest.trim_start().len(), 0.75)
        }
    };
    let head = paragraph::head(&text[at..]).filter(|h| h.rest.is_empty())?;
    let span = Span::new(head.number.start, head.number.end).shift(row.span.start + at);
    Some(Number {
        value: paragraph::plain(span.of(&scope.reading.text)),
        span,
        range: (head.first, head.last),
        certainty,
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::minutes;

    #[test]
    fn rows_of_numbers_are_no_items() {
        let text = "Delårsrapport för förvaltningen\n\n5 34\n\n7\n36: 89\n\nResultatet är bättre än budget.\n\n8 25 36: 89, 109\n\nPrognosen är god.\n";
        assert!(minutes(text).items.is_empty());
    }
}
