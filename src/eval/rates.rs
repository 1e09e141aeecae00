//! Character and word error rates, counted as jiwer counts them: edit operations
//! over all texts, divided by the length of all references.

/// Counts over a set of texts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// Edits between the characters, and characters of the reference.
    pub characters: (usize, usize),
    /// Edits between the words, and words of the reference.
    pub words: (usize, usize),
}

impl Rates {
    /// Counts one text. White-space runs count as one space.
    ///
    /// ```
    /// use klartext::eval::rates::Rates;
    /// let rates = Rates::of("får i uppdrag", "far 1 uppdrag");
    /// assert_eq!((rates.cer(), rates.wer()), (2.0 / 13.0, 2.0 / 3.0));
    /// ```
    pub fn of(reference: &str, hypothesis: &str) -> Rates {
        let words = |t: &str| t.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let (a, b) = (words(reference), words(hypothesis));
        let chars = |w: &[String]| w.join(" ").chars().collect::<Vec<char>>();
        let (ca, cb) = (chars(&a), chars(&b));
        Rates {
            characters: (distance(&ca, &cb), ca.len()),
            words: (distance(&a, &b), a.len()),
        }
    }

    /// Character error rate, 0 to 1 and beyond.
    pub fn cer(&self) -> f64 {
        self.characters.0 as f64 / self.characters.1.max(1) as f64
    }

    /// Word error rate, 0 to 1 and beyond.
    pub fn wer(&self) -> f64 {
        self.words.0 as f64 / self.words.1.max(1) as f64
    }

    /// Both counts together.
    pub fn plus(self, other: Rates) -> Rates {
        Rates {
            characters: (
                self.characters.0 + other.characters.0,
                self.characters.1 + other.characters.1,
            ),
            words: (self.words.0 + other.words.0, self.words.1 + other.words.1),
        }
    }
}

/// Levenshtein distance; common ends are skipped, the rest is quadratic.
fn distance<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[head..], &b[head..]);
    let tail = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
