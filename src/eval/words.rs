//! Texts as the judge sees them: words between white space.

/// A text for judging: dot leaders and rules (four marks or more out of `._–—=-`)
/// left out, white space as one space.
///
/// ```
/// use klartext::eval::words::judged;
/// assert_eq!(judged(" Val ........ 3\n---.\tden 5--6 "), "Val 3 den 5--6");
/// ```
pub fn judged(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_leader) {
        let run = rest[start..].find(|c| !is_leader(c));
        let end = run.map_or(rest.len(), |length| start + length);
        let marks = &rest[start..end];
        kept.push_str(&rest[..start]);
        kept.push_str(match marks.chars().count() {
            0..4 => marks,
            _ => " ",
        });
        rest = &rest[end..];
    }
    kept.push_str(rest);
    let words = kept.split(is_space).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn is_leader(c: char) -> bool {
    matches!(c, '.' | '_' | '–' | '—' | '=' | '-')
}

/// White space as Python counts it, the judges being written in it: the four
/// information separators belong to it.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// The sign that one of the engines cannot read at all.
const SECTION: char = '§';

/// Both texts (judged) without the words of `gold` that hold a `§` and what stands
/// opposite of them: what is left measures everything else. Quadratic.
///
/// ```
/// use klartext::eval::words::without_section_signs;
/// let (gold, read) = without_section_signs("Ks § 12 Val", "Ks 8 12 Va1");
/// assert_eq!((gold.as_str(), read.as_str()), ("Ks 12 Val", "Ks 12 Va1"));
/// ```
pub fn without_section_signs(gold: &str, read: &str) -> (String, String) {
    if !gold.contains(SECTION) {
        return (gold.to_owned(), read.to_owned());
    }
    let words = |text| str::split_whitespace(text).collect::<Vec<_>>();
    let (gold, read) = (words(gold), words(read));
    let opposite = opposites(&gold, &read);
    let mut left_out = vec![false; read.len()];
    let mut kept = Vec::with_capacity(gold.len());
    for (word, opposite) in gold.into_iter().zip(opposite) {
        match (word.contains(SECTION), opposite) {
            (false, _) => kept.push(word),
            (true, Some(at)) => left_out[at] = true,
            (true, None) => {}
        }
    }
    let others = read.iter().zip(left_out).filter(|(_, out)| !out);
    let others: Vec<&str> = others.map(|(word, _)| *word).collect();
    (kept.join(" "), others.join(" "))
}

/// For every word of `a` the word of `b` that equals it or stands in its place, by a
/// smallest edit script.
fn opposites(a: &[&str], b: &[&str]) -> Vec<Option<usize>> {
    let width = b.len() + 1;
    let mut cost = vec![0u32; (a.len() + 1) * width];
    for i in (0..=a.len()).rev() {
        for j in (0..=b.len()).rev() {
            cost[i * width + j] = if i == a.len() {
                (b.len() - j) as u32
            } else if j == b.len() {
                (a.len() - i) as u32
            } else {
                let one = cost[(i + 1) * width + j].min(cost[i * width + j + 1]) + 1;
                one.min(cost[(i + 1) * width + j + 1] + u32::from(a[i] != b[j]))
            };
        }
    }
    let mut opposites = vec![None; a.len()];
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        let here = cost[i * width + j];
        if here == cost[(i + 1) * width + j + 1] + u32::from(a[i] != b[j]) {
            opposites[i] = Some(j);
            (i, j) = (i + 1, j + 1);
        } else if here == cost[(i + 1) * width + j] + 1 {
            i += 1;
        } else {
            j += 1;
        }
    }
    opposites
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_runs_are_left_out() {
        assert_eq!(judged("a ... b"), "a ... b");
        assert_eq!(judged("a .... b"), "a b");
        assert_eq!(judged("a._-b a._-=b –––––"), "a._-b a b");
        assert_eq!(judged("\u{1c}a\u{a0}b\u{85}"), "a b");
        assert_eq!(judged("...."), "");
    }

    #[test]
    fn signs_go_with_what_stands_for_them() {
        let both = |gold, read| without_section_signs(gold, read);
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(both("§§ 4-6 nu", "88 4-6 nu"), pair("4-6 nu", "4-6 nu"));
        assert_eq!(both("§ 4 nu", "4 nu"), pair("4 nu", "4 nu"));
        assert_eq!(both("Ks §17 nu", "Ks 817 nu"), pair("Ks nu", "Ks nu"));
        assert_eq!(both("nu 4", "§ nu 4"), pair("nu 4", "§ nu 4"));
        assert_eq!(both("§", ""), pair("", ""));
    }
}
