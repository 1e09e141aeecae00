//! From lines to rows: what carries the document's own text, and where
//! paragraphs begin.

use super::{Scope, sections};
use crate::extract::flow::Row;
use crate::extract::paragraph;
use crate::extract::people::in_name;
use crate::extract::tokens::tokens;
use crate::extract::vocabulary::{Furniture, Label, Section};
use crate::normalize::LineClass;
use crate::text::Span;

/// The lines of a document by what they are for.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) body: Vec<Row>,
    /// Running heads that were recognised earlier.
    pub(super) heads: Vec<Row>,
    /// Running feet.
    pub(super) feet: Vec<Row>,
    /// A name below `Utdragsbestyrkande`.
    pub(super) certified: Vec<Row>,
}

pub(super) fn rows(scope: Scope<'_>) -> Rows {
    let reading = scope.reading;
    let mut out = Rows::default();
    let mut gap = true;
    let mut strip_page = 0;
    for (index, line) in reading.lines.iter().enumerate() {
        let text = line.span.of(&reading.text);
        let span = line.span.trim(&reading.text);
        if span.is_empty()
            || line.class == LineClass::Blank
            || is_rule(span.of(&reading.text))
            || is_speck(span.of(&reading.text)) && !is_party_cell(scope, span, &out.body)
        {
            gap = true;
            continue;
        }
        let row = Row {
            line: index,
            span,
            gap,
            paragraph: gap,
            indent: text.len() - text.trim_start().len(),
            room: 0,
        };
        // "Nej" at the foot of every page of a list of votes is no running foot.
        let class = match line.class {
            LineClass::RunningHead | LineClass::Footer if is_vote(scope, &row) => LineClass::Body,
            class => class,
        };
        match class {
            LineClass::RunningHead => out.heads.push(row),
            LineClass::Footer => out.feet.push(row),
            LineClass::PageNumber if is_lone_head(row.text(reading)) => {
                // "81" may be a page's number or § 1: the run of items tells.
                out.body.push(row);
                gap = false;
                continue;
            }
            LineClass::PageNumber | LineClass::Contents => {}
            LineClass::SignatureStrip => strip_page = line.page,
            LineClass::Body | LineClass::Blank => {
                if is_strip(scope, row.text(reading)) || is_dotted_strip(scope, row.text(reading)) {
                    strip_page = line.page;
                } else if strip_page == line.page
                    && (is_bare_name(row.text(reading)) || certifies(scope, row.text(reading)))
                {
                    out.certified.push(row);
                } else {
                    out.body.push(row);
                    strip_page = 0;
                    gap = false;
                    continue;
                }
            }
        }
        gap = true;
    }
    mark_paragraphs(scope, &mut out.body);
    out
}

/// A number alone that may be a paragraph with a misread sign.
fn is_lone_head(text: &str) -> bool {
    paragraph::head(text).is_some_and(|h| h.rest.is_empty())
}

/// A stray mark: one letter and no digit.
fn is_speck(text: &str) -> bool {
    text.chars().count() < 3
        && text.chars().filter(|c| c.is_alphanumeric()).count() < 2
        && !text.chars().any(|c| c.is_ascii_digit())
}

/// A word that says how somebody voted, and nothing else.
fn is_vote(scope: Scope<'_>, row: &Row) -> bool {
    let line = tokens(row.text(scope.reading));
    let voting = scope.vocabulary.words().voting();
    matches!(line.as_slice(), [word] if voting.choice(&word.folded).is_some())
}

/// A party alone below a name: the cells of a table one below the other.
fn is_party_cell(scope: Scope<'_>, span: Span, before: &[Row]) -> bool {
    let text = span.of(&scope.reading.text);
    let named = |back: usize| {
        let at = before.len().checked_sub(back)?;
        Some(before.get(at)?.text(scope.reading))
    };
    // A name may go over two cells.
    let name = named(1).is_some_and(is_bare_name)
        || named(1).is_some_and(in_name) && named(2).is_some_and(is_bare_name);
    name && text.chars().all(char::is_uppercase) && scope.vocabulary.words().is_party(text)
}

/// A line drawn with characters.
fn is_rule(text: &str) -> bool {
    text.chars().all(|c| {
        matches!(
            c,
            '-' | '_' | '–' | '—' | '=' | '.' | '*' | ' ' | '~' | '…' | '|'
        )
    })
}

fn is_strip(scope: Scope<'_>, text: &str) -> bool {
    let tokens = tokens(text);
    tokens.len() <= 6
        && scope
            .vocabulary
            .furniture(&tokens)
            .is_some_and(|hit| hit.kind == Furniture::Strip)
}

/// `Justeras:  ......  ......` at the foot of several pages.
fn is_dotted_strip(scope: Scope<'_>, text: &str) -> bool {
    if !(text.contains("....") || text.contains("____")) {
        return false;
    }
    let line = tokens(text);
    let signs = scope.vocabulary.label(&line).is_some_and(|hit| {
        matches!(
            hit.kind,
            Label::Adjustment | Label::Adjusters | Label::Signatures
        )
    });
    let reading = scope.reading;
    let same = |line: &&crate::normalize::Line| line.span.of(&reading.text).trim() == text;
    line.len() == 1 && signs && reading.lines.iter().filter(same).count() > 1
}

/// Whether a line is a day, perhaps behind the name of a place or before a person's: when an
/// extract was certified, and by whom.
fn certifies(scope: Scope<'_>, text: &str) -> bool {
    const LONGEST: usize = 50;
    const PLACE: usize = 2;
    // "................   Skärhamn den 20 oktober 2016"
    let text = text.trim_start_matches(['.', '_', ' ']);
    let days = scope.vocabulary.words().calendar().dates(text);
    let [day] = days.as_slice() else {
        return signs_by_office(scope, text);
    };
    let text_before = text[..day.span.start].trim_end();
    let text_before = text_before.strip_suffix(" den").unwrap_or(text_before);
    let place = text_before.split_whitespace();
    let behind = text[day.span.end..].trim();
    text.chars().count() <= LONGEST
        && place.clone().count() <= PLACE
        && place.clone().next().is_none_or(in_name)
        && (behind.is_empty() || is_bare_name(behind))
}

/// `Marita Hellberg, kommunsekreterare`: who certified, and as what.
fn signs_by_office(scope: Scope<'_>, text: &str) -> bool {
    text.split_once(", ").is_some_and(|(name, office)| {
        is_bare_name(name)
            && !office.contains(' ')
            && office.starts_with(char::is_lowercase)
            && scope.vocabulary.words().is_role(office)
    })
}

/// Two to four capitalized words and nothing else.
pub(super) fn is_bare_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    (2..=4).contains(&words.len())
        && words.iter().all(|w| in_name(w) && !w.ends_with('.'))
        && text.chars().any(char::is_lowercase)
}

/// Blank lines inside a sentence begin no paragraph; a short line that ends a
/// sentence does, blank line or not.
fn mark_paragraphs(scope: Scope<'_>, rows: &mut [Row]) {
    let reading = scope.reading;
    let widths = widths(scope, rows);
    for i in 1..rows.len() {
        let (before, row) = (rows[i - 1], rows[i]);
        let (last, this) = (before.text(reading), row.text(reading));
        let lines = &reading.lines;
        let hyphenated = lines[before.line]
            .hyphen
            .is_some_and(|h| h.next == row.line);
        let ended = last.ends_with(['.', ':', '!', '?', '”', '"', ';']);
        let open = scope.vocabulary.words().leaves_open(last);
        let bare = this.trim_start_matches(['.', ',', ' ']);
        let small = bare.starts_with(char::is_lowercase) && !begins_clause(scope, this);
        let width = widths[lines[before.line].page.min(widths.len() - 1)];
        let next_word = this
            .split_whitespace()
            .next()
            .map_or(0, |w| w.chars().count());
        let taken = before.indent + last.chars().count();
        rows[i - 1].room = width.saturating_sub(taken);
        let full = width > 40
            && taken + 1 + next_word > width
            && !last.ends_with([')', ','])
            && !sections::starts_bulleted(this)
            && !begins_clause(scope, this);
        let runs_on = !ended && (small || open && !last.ends_with(',') || full);
        rows[i].paragraph = if hyphenated {
            false
        } else if row.gap {
            !runs_on
        } else {
            let short = (taken + 1 + next_word) * 100 < width * 96;
            last.ends_with(['.', ':', '!', '?', '”']) && (short || states_apart(scope, this))
        };
    }
}

/// A sentence that says by itself what it is, and is a paragraph wherever it begins a
/// line: a reservation, a conflict of interest, who takes no part.
fn states_apart(scope: Scope<'_>, text: &str) -> bool {
    let told = scope.vocabulary.statement(text);
    let apart = matches!(
        told,
        Some(Section::Reservations | Section::Recusals | Section::NonParticipation)
    );
    apart && text.starts_with(char::is_uppercase)
}

/// A clause of decisions begins with the same word every time.
pub(super) fn begins_clause(scope: Scope<'_>, text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or("");
    scope.vocabulary.words().is_clause(word)
}

/// The width of the text on each page, by the longest lines.
fn widths(scope: Scope<'_>, rows: &[Row]) -> Vec<usize> {
    let reading = scope.reading;
    let pages = reading.lines.last().map_or(0, |l| l.page);
    let mut widths = vec![0; pages + 1];
    for row in rows {
        let page = reading.lines[row.line].page;
        let width = row.indent + row.text(reading).chars().count();
        widths[page] = widths[page].max(width);
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_and_names() {
        assert!(is_rule("_____ ----") && is_rule("|      |"));
        assert!(!is_rule("- a"));
        assert!(is_bare_name("Lena Stråhle"));
        assert!(!is_bare_name("REGION SKÅNE"));
        assert!(!is_bare_name("Socialnämnden"));
    }
}
