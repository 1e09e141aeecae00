//! Case numbers (diarienummer): the one home of how they look.

use super::dates::pattern;
use super::tokens::fold;
use crate::text::Span;
use regex::Regex;
use std::sync::LazyLock;

/// A case number found in a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The numbers, as printed.
    pub numbers: Vec<Span>,
    /// From the label to the last number.
    pub span: Span,
    /// A label stands before them.
    pub labelled: bool,
}

/// Shapes that are case numbers without a label too.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x) ^(?:
          \p{Lu}[\p{L}]{1,9}(?:\s?[/-]\s?|\ )?(?:19|20)\d{2}\s?[/:.-]\s?[\dA-Z][\dA-Z.:/\ -]*   # KS-2017/581.173  MSN/2020/0007/009  KS 2016-278
        | \p{Lu}[\p{L}]{1,9}\ \d{1,5}/(?:19|20)?\d{2}(?:[\ -]+\d{2,3})?              # Tos 1935/2023
        | (?:19|20)\d{2}\s?[-/:.]\s?\p{Lu}{2,5}[\ -]?\d[\d\ .-]*                      # 2020-POL000231  2018/KS 0290 10
        | \p{Lu}\ (?:19|20)\d{2}[-/]\d{2,6}                                             # B 2017-001341
        | (?:19|20)\d{2}\s?[-/:]\s?\d{2,6}(?:\s?-\s?\d{2,3}|\ \d{2,3})?               # 2011/302-512  2021-000118 - 101
        | \d{3,6}/(?:19|20)?\d{2}(?:\ \d[\d.]*)?                                      # 1173/22  00210/2025 1.1.2
        | (?:19|20)?\d{2}[.:]\d{1,4}(?:[\ .]|\s-\s)\d{2,3}                              # 85.114 253  91.0412 - 287
        | (?:19|20)\d{2}[.:]\d{1,5}(?:\ \p{Lu}{2,4})                                  # 2025.489 KS
        | (?:\p{Lu}{1,6}[-\ ])?\p{Lu}{2,8}\s?\d{2}[-/.:]\d{1,5}                       # NSV23-0041  MBN16.88  RS-RLED21-0123
        | \p{Lu}{2,6}(?:\d{6,8}|\.\d{2,5}\.(?:19|20)\d{2}|\.(?:19|20)\d{2}\.\d{1,6})  # RV210112  BN.0412.2009  KOF.2024.0087
        | \p{Lu}{1,4}/\d{1,6}/(?:19|20)\d{2}                                           # RS/741/2019
        | \d{2}\p{Lu}{2,4}\d{2,6}                                                      # 21RGK1204
        | (?:\p{Lu}\p{L}{1,9}\ )?\d{2}/\d{1,5}\ {1,3}\d{2,3}                            # 89/231 041  TN 95/118 343
        )$",
    )
});

/// Finds case numbers that stand alone on `line`, or at its end: after one of
/// `labels` (folded), after a wide gap, or as the whole line.
pub fn find(line: &str, labels: &[String]) -> Option<Found> {
    labelled(line, labels)
        .map(|found| without_parenthesis(line, found))
        .or_else(|| bare(line))
        .or_else(|| in_parentheses(line))
        .or_else(|| trailing(line))
}

/// "(Dnr FN 94.0312)": the parenthesis belongs to the label.
fn without_parenthesis(line: &str, mut found: Found) -> Found {
    // The label's own word may begin with it.
    let inside = line[found.span.start..].starts_with('(');
    let opened = inside || line[..found.span.start].ends_with('(');
    let Some(last) = found.numbers.last_mut().filter(|_| opened) else {
        return found;
    };
    if last.of(line).ends_with(')') {
        last.end -= 1;
    } else if !line[last.end..].starts_with(')') {
        return found;
    }
    found.span = Span::new(found.span.start - usize::from(!inside), last.end + 1);
    found
}

/// What is a case number even after a single space, at a title's end.
static STRONG: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\s(?P<n>\p{Lu}{2,6}(?:[ /-]?(?:19|20)\d{2}[/:-]\d{2,6}|/(?:19|20)\d{2}:\d{1,6}|\d{5,8}))$",
    )
});

/// `Budget för nämnden 2024 KS 2023/00622`, where the gap was lost.
fn trailing(line: &str) -> Option<Found> {
    const TITLE: usize = 2;
    let n = STRONG.captures(line.trim_end())?.name("n")?;
    let span = Span::from(n.range());
    (line[..span.start].split_whitespace().count() >= TITLE).then(|| Found {
        numbers: vec![span],
        span,
        labelled: false,
    })
}

/// `Delårsrapport per augusti (NSV23-0041)`
fn in_parentheses(line: &str) -> Option<Found> {
    let inner = line.trim_end().strip_suffix(')')?;
    let open = inner.rfind('(')?;
    let number = Span::new(open + 1, inner.len()).trim(line);
    is_bare(number.of(line)).then(|| Found {
        numbers: vec![number],
        span: Span::new(open, inner.len() + 1),
        labelled: false,
    })
}

fn labelled(line: &str, labels: &[String]) -> Option<Found> {
    for word in line.split_whitespace() {
        let start = offset(line, word);
        let cut = word.find([':', '.']).filter(|&i| i + 1 < word.len());
        let (label, glued) = word.split_at(cut.map_or(word.len(), |i| i + 1));
        let folded = fold(label.trim_matches(|c: char| !c.is_alphanumeric()));
        if !labels.contains(&folded) {
            continue;
        }
        // The label must begin the line, or follow what is no sentence.
        let rest_start = if glued.is_empty() {
            start + word.len()
        } else {
            start + label.len()
        };
        let numbers = numbers(line, rest_start);
        let end = numbers.last()?.end;
        return Some(Found {
            numbers,
            span: Span::new(start, end),
            labelled: true,
        });
    }
    None
}

/// The numbers after a label: words with digits and short capital words, divided
/// by commas.
fn numbers(line: &str, from: usize) -> Vec<Span> {
    let mut out = Vec::new();
    for part in split_parts(line, from) {
        let mut span: Option<Span> = None;
        for word in part.of(line).split_whitespace() {
            let start = offset(line, word);
            let here = Span::new(start, start + word.len());
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            let digits = word.chars().any(|c| c.is_ascii_digit());
            // `LYS-MBN` is short as well.
            let is_short = |part: &str| part.len() <= 6 && part.chars().all(char::is_uppercase);
            let short = bare.split('-').count() <= 2 && bare.split('-').all(is_short);
            let mixed =
                bare.chars().count() <= 5 && bare.chars().next().is_some_and(char::is_uppercase);
            let dash = matches!(word, "-" | "–" | "/");
            if bare.is_empty() && !dash && span.is_none() {
                continue;
            }
            if bare.is_empty() && !dash {
                break;
            }
            let fits = digits && !word.starts_with('§')
                || !bare.is_empty() && (short || mixed && span.is_none())
                || dash && span.is_some();
            if !fits {
                break;
            }
            span = Some(span.map_or(here, |s| s.cover(here)));
        }
        match span {
            Some(span) if span.of(line).chars().any(|c| c.is_ascii_digit()) => {
                out.push(strip(line, span))
            }
            _ => break,
        }
    }
    out
}

/// Parts divided by commas, semicolons and wide gaps.
fn split_parts(line: &str, from: usize) -> Vec<Span> {
    let mut out = Vec::new();
    let mut start = from;
    for (i, c) in line[from..].char_indices() {
        if matches!(c, ',' | ';') {
            out.push(Span::new(start, from + i));
            start = from + i + 1;
        }
    }
    out.push(Span::new(start, line.len()));
    out
}

/// Without a dash or colon at either end.
fn strip(line: &str, span: Span) -> Span {
    let text = span.of(line);
    let front = text.len() - text.trim_start_matches([':', '-', ' ']).len();
    let back = text.trim_end_matches([':', '-', '–', ' ', '/']).len();
    Span::new(span.start + front, span.start + back.max(front))
}

fn bare(line: &str) -> Option<Found> {
    let whole = Span::new(0, line.len()).trim(line);
    let last_gap = line[..whole.end]
        .rfind("   ")
        .map(|i| Span::new(i, whole.end).trim(line));
    [Some(whole), last_gap]
        .into_iter()
        .flatten()
        .find_map(|span| {
            is_bare(span.of(line)).then(|| Found {
                numbers: vec![span],
                span,
                labelled: false,
            })
        })
}

/// Whether `text` as a whole looks like a case number.
pub fn is_bare(text: &str) -> bool {
    let text = text.trim();
    BARE.is_match(text) && !NEITHER.is_match(text) && !DAY.is_match(text)
}

/// A word and a day: `Nedtas 2006-03-24`.
static DAY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\p{L}{3,}\s(?:19|20)\d\d-[0-9]\d-[0-3]\d$"));

/// Dates and pairs of years, which have the same shape.
static NEITHER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:(?:19|20)\d\d-[01]\d-[0-3]\d|(?:19|20)\d\d\s?[-/]\s?(?:19|20)\d\d)$")
});

fn offset(line: &str, word: &str) -> usize {
    word.as_ptr() as usize - line.as_ptr() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Vec<&str> {
        let labels = ["dnr", "diarienummer", "arendenummer"].map(String::from);
        find(line, &labels).map_or(Vec::new(), |f| {
            f.numbers.iter().map(|s| s.of(line)).collect()
        })
    }

    #[test]
    fn every_style() {
        for case in [
            "KS-2017/581.173",
            "2019/00184 512",
            "BUN/2016:417",
            "SEN 2013/118",
            "KS 2016-278",
            "2011/302-512",
            "85.114 253",
            "MSN/2019/1187/232",
            "2021-000118 - 101",
            "2020-POL000231",
            "SLK-2023-00089",
            "1173/22",
            "Bun/2016:175 694",
            "2018/KS 0290 10",
            "00210/2025 1.1.2",
            "KSKF/2014:1",
            "Tos 1935/2023",
            "2025.489 KS",
            "NSV23-0041",
            "MBN16.88",
            "RS-RLED21-0123",
        ] {
            assert_eq!(found(case), [case], "bare {case}");
            assert_eq!(found(&format!("Dnr {case}")), [case], "labelled {case}");
        }
        assert_eq!(found("Diarienummer: 102323"), ["102323"]);
        assert_eq!(
            found("Dnr KS 2018/124, KS 2018/125"),
            ["KS 2018/124", "KS 2018/125"]
        );
        assert_eq!(
            found("Bygglov för nybyggnad, Musköten 7"),
            Vec::<&str>::new()
        );
        assert_eq!(found("Vårdplan RS220311"), Vec::<&str>::new());
        assert_eq!(found("Hallands läns vårdplan RS220311"), ["RS220311"]);
        assert_eq!(
            found("Budget för nämnden 2024 KS 2023/00622"),
            ["KS 2023/00622"]
        );
        assert_eq!(found("Budget (NSV23-0041)"), ["NSV23-0041"]);
        assert_eq!(found("2016-10-20"), Vec::<&str>::new());
        assert_eq!(found("2017/2018"), Vec::<&str>::new());
    }

    #[test]
    fn a_parenthesis_belongs_to_the_label() {
        let line = "HYRA AV ARENAN (Dnr FN 94.0312)";
        let found = find(line, &["dnr".to_string()]);
        let number = found.and_then(|f| f.numbers.first().map(|n| n.of(line).to_string()));
        assert_eq!(number.as_deref(), Some("FN 94.0312"));
    }
}
