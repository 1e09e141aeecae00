//! The paragraph sign and its number: the one home of how an item's head looks,
//! also where the sign was misread or lost.

use super::dates::pattern;
use super::tokens::fold;
use crate::text::Span;
use regex::Regex;
use std::sync::LazyLock;

/// The head of an item, found at the start of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The number as printed: `17 a`, `64/20`, `45-47`.
    pub number: Span,
    /// The number's first part.
    pub first: u32,
    /// Its last part, where it is a range.
    pub last: u32,
    /// A letter after it.
    pub letter: Option<char>,
    /// What follows on the line.
    pub rest: Span,
    /// How the sign was read.
    pub sign: Sign,
    /// The line goes on with an item begun before (`forts.`).
    pub continued: bool,
    /// The body's abbreviation before the sign, folded: `ks` of "Ks § 45".
    pub prefix: Option<String>,
}

/// How a paragraph sign was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// As another character, which only its place in the run of numbers proves.
    Misread,
    /// As itself, after what may be a body's name in full.
    Named,
    /// As itself.
    Plain,
}

const NUMBER: &str = r"(?P<num>(?P<first>\d{1,4})(?P<sub>:\d{1,3})?(?:\s?(?P<letter>[a-h])\b)?(?P<year>\s?/\s?\d{2,4})?(?:\s?[-–—]\s?(?:§\s?)?(?:\d{1,2}:)?(?P<last>\d{1,4})(?:/\d{2,4})?)?)";
const PREFIX: &str = r"^\W{0,3}(?:(?P<forts>(?i:forts(?:\.|ättning|attning)?(?:\s+(?:på|pa|av|från))?))\s*)?(?:(?P<pre>\p{Lu}\p{L}{0,8}(?:[ -]\p{L}{1,5})?)(?:[./:-]\s*|\s+))?";

static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
    // Before the sign itself the gap may be lost: "RF§ 221".
    let prefix = PREFIX.replace(r"|\s+))?", r"|\s*))?");
    pattern(&format!(r"{prefix}§\s?§?\s*{NUMBER}(?P<rest>.*)$"))
});
static WORD: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"{PREFIX}(?i:paragraf)\s+{NUMBER}(?P<rest>\s*)$")));
static REVERSED: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"^\W{{0,3}}{NUMBER}\s?§(?P<rest>\s+\D.*|\s*)$")));
/// `43 $ Upprop`, `47 8 88/302 822 Motion`.
static REVERSED_MISREAD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^\W{{0,3}}{NUMBER}(?:\s?[$&]|\s8)(?P<rest>\s+\p{{Lu}}.*|\s+\d{{2}}/\d.*|\s*)$"
    ))
});
/// `forts 45 §`, perhaps with what goes on beside it.
static ON_REVERSED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^(?P<forts>(?i:forts(?:\.|ättning)?))\s+{NUMBER}\s?§(?P<rest>\s.*|)$"
    ))
});
static MISREAD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"{PREFIX}(?::?(?:[85$&sS%6]\s{{0,2}}|[S8][-:]\s?|[85$&sS]{{2}}\s{{1,2}}|s[$&£%g]\s{{0,2}}|[$&£]{{1,2}}\s{{0,2}})){NUMBER}(?P<rest>\W.*|)$"
    ))
});

/// Reads a head at the start of `line`.
pub fn head(line: &str) -> Option<Head> {
    const REACH: usize = 60;
    if !line.chars().take(REACH).any(|c| c.is_ascii_digit()) {
        return None;
    }
    if let Some(c) = PLAIN.captures(line) {
        return build(line, &c, Sign::Plain);
    }
    if let Some(c) = WORD.captures(line) {
        return build(line, &c, Sign::Plain);
    }
    if let Some(c) = REVERSED
        .captures(line)
        .or_else(|| ON_REVERSED.captures(line))
    {
        return build(line, &c, Sign::Plain);
    }
    if let Some(c) = MISREAD.captures(line) {
        return build(line, &c, Sign::Misread);
    }
    if let Some(c) = REVERSED_MISREAD.captures(line) {
        return build(line, &c, Sign::Misread);
    }
    let c = BODY.captures(line)?;
    build(line, &c, Sign::Named)
}

/// A head that is alone on its line and ends with a full stop: `§ 412.` It is one only
/// where the line stands apart; else a sentence ends so.
pub fn dotted(line: &str) -> Option<Head> {
    let found = head(line.strip_suffix('.')?)?;
    (found.sign == Sign::Plain && found.rest.is_empty()).then(|| Head {
        rest: Span::new(line.len(), line.len()),
        ..found
    })
}

/// A sign after words that may name a body: "Kommunstyrelsen § 67", "Tekniska nämnden
/// § 4   Dnr …". Where the words are of this kind the outline knows.
static BODY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^(?P<body>\p{{Lu}}[\p{{L}}-]+(?:\s[\p{{L}}-]+){{0,5}})\s+§\s?{NUMBER}(?P<rest>\s.*|)$"
    ))
});

static DOUBLE: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"^\W{{0,2}}§[8S$&]\s+{NUMBER}(?P<rest>\W.*|)$")));

/// A head whose doubled sign was half misread: `§8 143` for `§§ 143`.
pub fn doubled(line: &str) -> Option<Head> {
    build(line, &DOUBLE.captures(line)?, Sign::Misread)
}

static BARE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?P<num>(?P<first>\d{1,4}))\s+(?P<rest>\S.*)$"));

/// A head whose sign was lost, where nothing but a case number stands behind the number:
/// `90   RS210412`. Only its place in the run of numbers proves it.
pub fn bare(line: &str, case_labels: &[String]) -> Option<Head> {
    let head = build(line, &BARE.captures(line)?, Sign::Misread)?;
    let rest = head.rest.of(line);
    let case = super::case_numbers::find(rest, case_labels)?;
    (case.span.start == 0 && case.span.end == rest.len()).then_some(head)
}

static GLUED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\W{0,2}§\s?(?P<all>\d{5,9}/\d{2,4})(?P<rest>\s.*|)$"));

/// Heads whose number ran together with the case number after it (`§ 41173/22`),
/// one for each way to part them.
pub fn glued(line: &str) -> Vec<Head> {
    let Some(c) = GLUED.captures(line) else {
        return Vec::new();
    };
    let (Some(all), Some(rest)) = (c.name("all"), c.name("rest")) else {
        return Vec::new();
    };
    (1..=3)
        .filter(|&n| super::case_numbers::is_bare(&all.as_str()[n..]))
        .filter_map(|n| {
            let first: u32 = all.as_str()[..n].parse().ok()?;
            Some(Head {
                number: Span::new(all.start(), all.start() + n),
                first,
                last: first,
                letter: None,
                rest: Span::new(all.start() + n, rest.end()).trim(line),
                sign: Sign::Misread,
                continued: rest.as_str().contains("forts"),
                prefix: None,
            })
        })
        .collect()
}

fn build(line: &str, c: &regex::Captures<'_>, sign: Sign) -> Option<Head> {
    let number: Span = c.name("num")?.range().into();
    // "§ 5:12" is the twelfth of the fifth meeting: it runs within the meeting.
    let running = c.name("sub").map(|m| &m.as_str()[1..]);
    let running = running.or_else(|| c.name("first").map(|m| m.as_str()))?;
    let first: u32 = running.parse().ok()?;
    let last = c.name("last").and_then(|m| m.as_str().parse().ok());
    // A letter belongs to the number only where nothing but space follows it.
    let rest: Span = c.name("rest")?.range().into();
    let letter = c.name("letter").and_then(|m| m.as_str().chars().next());
    let mut rest = rest.trim(line);
    // "§ 20. Anmälningsärenden"
    let dotted = rest.of(line).strip_prefix(". ").map(str::trim_start);
    if sign == Sign::Plain
        && let Some(title) =
            dotted.filter(|t| t.starts_with(|c: char| c.is_uppercase() || c == '('))
    {
        rest.start = rest.end - title.len();
    }
    let after = rest.of(line);
    if after.starts_with([',', ';', ')', '.', '%', '/']) && !after.starts_with("...") {
        return None;
    }
    // A year or a case number, and a number that goes on, are none.
    let year = (1800..2100).contains(&first) && sign == Sign::Misread;
    if first == 0
        || year
        || after.starts_with(|c: char| c.is_ascii_digit()) && rest.start == number.end
    {
        return None;
    }
    let prefix = match is_label(line, c, first, last, rest) {
        true => None,
        false => c.name("pre"),
    };
    if let Some(prefix) = prefix {
        // A prefix is the body's abbreviation, not a word of a sentence.
        let word = prefix.as_str();
        let short = word.chars().count() <= 6 || word.chars().all(char::is_uppercase);
        if !short {
            return None;
        }
    }
    let folded = fold(after);
    let continued = c.name("forts").is_some()
        || folded.split_whitespace().any(|w| {
            w.trim_matches(|c: char| !c.is_alphanumeric())
                .starts_with("forts")
        });
    Some(Head {
        number: trim_range(line, number),
        first,
        last: last.filter(|&l| l >= first).unwrap_or(first),
        letter,
        rest,
        sign,
        continued,
        prefix: prefix.or_else(|| c.name("body")).map(|p| fold(p.as_str())),
    })
}

/// `Paragraf: § 47`, as an extract's page head has it: one number, and nothing behind it.
fn is_label(
    line: &str,
    c: &regex::Captures<'_>,
    first: u32,
    last: Option<u32>,
    rest: Span,
) -> bool {
    let is_one = last.is_none_or(|last| last == first) && rest.of(line).is_empty();
    let label = c.name("pre").map(|m| fold(m.as_str()));
    is_one && label.as_deref() == Some("paragraf") && line.contains(':')
}

fn trim_range(line: &str, span: Span) -> Span {
    span.trim(line)
}

/// The number as the contract wants it: signs dropped, no space around a dash or
/// slash.
pub fn plain(number: &str) -> String {
    let mut out = String::new();
    for c in number.chars().filter(|c| *c != '§') {
        match c {
            '–' | '—' => out.push('-'),
            c => out.push(c),
        }
    }
    let tight = out
        .replace(" -", "-")
        .replace("- ", "-")
        .replace(" /", "/")
        .replace("/ ", "/");
    tight.trim().to_string()
}

/// A paragraph or a range of them anywhere in a text: `§§ 31–35`, `99 - 103`.
static RANGE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:§{1,2}\s?|[S$]{1,2}\s?|[S8$]{1,2}\s)?(?P<r>\d{1,4}(?::\d{1,3})?(?:/\d{2,4})?\s?(?:[-–—]\s?[§8$S]{0,2}\s?\d{1,4}(?::\d{1,3})?(?:/\d{2,4})?)?)",
    )
});

/// The range of paragraphs that `text` states, as written.
pub fn range(text: &str) -> Option<Span> {
    let c = RANGE.captures(text)?;
    Some(Span::from(c.name("r")?.range()).trim(text))
}

/// Items as attendance lists write them: `§§ 1-4, 6`, `ej § 101`, `t.o.m. § 63`.
pub static ITEMS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x) (?:\b(?:ej|jäv|inte|fr\.?\s?o\.?\s?m\.?|t\.?\s?o\.?\s?m\.?|from|tom|utom)\s+)*
          [§]{1,2}\s?\d[\d/:a-h]*(?:\s?[-–—,]\s?(?:och\s)?§{0,2}\s?\d[\d/:a-h]*|\s+och\s+§{0,2}\s?\d[\d/:a-h]*)*",
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> Option<(String, String, Sign, bool)> {
        head(line).map(|h| {
            (
                plain(h.number.of(line)),
                h.rest.of(line).to_string(),
                h.sign,
                h.continued,
            )
        })
    }

    #[test]
    fn heads_in_every_form() {
        for (line, number, rest) in [
            ("§ 45", "45", ""),
            ("§45 Budget", "45", "Budget"),
            ("45 §", "45", ""),
            ("§§ 45–47", "45-47", ""),
            ("Ks § 118       Dnr 2017/00212", "118", "Dnr 2017/00212"),
            ("§ 64/20", "64/20", ""),
            ("§ 17 a", "17 a", ""),
            ("RF§ 221 Frågestund", "221", "Frågestund"),
            ("§ 20. ANMÄLNINGAR", "20", "ANMÄLNINGAR"),
            ("KS § 5:12   Dnr KS 2020/7", "5:12", "Dnr KS 2020/7"),
            ("MBN/§ 173      Dnr MBN-2018-514", "173", "Dnr MBN-2018-514"),
            (
                "§ 57 Tillsynsplan 2023 - Beslut",
                "57",
                "Tillsynsplan 2023 - Beslut",
            ),
        ] {
            assert_eq!(
                shown(line),
                Some((number.into(), rest.into(), Sign::Plain, false)),
                "{line}"
            );
        }
        assert_eq!(
            shown("forts. § 57"),
            Some(("57".into(), "".into(), Sign::Plain, true))
        );
        assert_eq!(shown("§ 4 1173/22 forts.").map(|s| s.3), Some(true));
    }

    #[test]
    fn ranges_are_read_as_written() {
        let shown = |text: &str| range(text).map(|r| r.of(text).to_string());
        for (text, range) in [
            ("§§ 81–85", "81–85"),
            ("83 - 88", "83 - 88"),
            ("8 45-47", "45-47"),
            ("88 101", "101"),
            ("Paragrafer §12", "12"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(range), "{text}");
        }
    }

    #[test]
    fn misread_signs_are_only_candidates() {
        assert_eq!(
            shown("857 Dnr SEN 2013/118").map(|s| (s.0, s.2)),
            Some(("57".into(), Sign::Misread))
        );
        assert_eq!(
            shown("$ 102 Titel").map(|s| (s.0, s.2)),
            Some(("102".into(), Sign::Misread))
        );
        assert_eq!(
            shown("KS S-99").map(|s| (s.0, s.2)),
            Some(("99".into(), Sign::Misread))
        );
        assert_eq!(
            shown("KS ss 102 Dnr 84.309 371").map(|s| (s.0, s.2)),
            Some(("102".into(), Sign::Misread))
        );
        for line in ["s£41 Dagordning", "s& 23", "&42 Planbesked"] {
            assert_eq!(shown(line).map(|s| s.2), Some(Sign::Misread), "{line}");
        }
        assert_eq!(shown("5. Uppdraget till"), None);
        assert_eq!(shown("§ 754."), None);
        assert_eq!(dotted("§ 754.").map(|h| h.first), Some(754));
        assert_eq!(dotted("enligt § 754."), None);
        assert_eq!(shown("Summa 122 § 1 i"), None);
    }
}
