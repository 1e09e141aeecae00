//! What a batch came to, at a glance: the numbers that a report and a review begin with.

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::index::{CLASSES, QUALITY};

/// How many of the worst documents, and of other long lists, are named.
const NAMED: usize = 20;

/// The numbers of a whole output directory.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Overview {
    /// Documents with a record.
    pub documents: i64,
    /// Those with something that a person has reviewed.
    pub reviewed: i64,
    /// Documents that failed.
    pub failures: i64,
    /// Pages.
    pub pages: i64,
    /// Pages that cannot be read.
    pub unreadable: i64,
    /// Pages without an estimate of their quality.
    pub unknown: i64,
    /// Items (ärenden, paragrafer).
    pub items: i64,
    /// Corrections that the texts hold.
    pub applied: i64,
    /// Corrections that are suggestions.
    pub suggested: i64,
    /// The first and the last meeting's date.
    pub dates: Option<(String, String)>,
    /// Corrections by confidence, ten classes.
    pub confidence: Vec<Confidence>,
    /// Pages by estimated character error rate.
    pub quality: Vec<Quality>,
    /// The worst documents, worst first.
    pub worst: Vec<Worst>,
    /// Warnings by kind, most frequent first.
    pub warnings: Vec<Warned>,
    /// Failures by kind, most frequent first.
    pub failed: Vec<Failed>,
}

/// A class of corrections.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Confidence {
    /// Confidence from …
    pub from: f64,
    /// … to less than (the last: at most).
    pub to: f64,
    /// Corrections that the texts hold.
    pub applied: i64,
    /// Suggestions.
    pub suggested: i64,
}

/// A class of pages.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quality {
    /// Estimated character error rate from …
    pub from: f64,
    /// … to less than (the last: at most).
    pub to: f64,
    /// How many pages.
    pub pages: i64,
}

/// A document of the worst.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Worst {
    /// Its number in the index.
    pub id: i64,
    /// The path of its source.
    pub path: String,
    /// The body.
    pub body: Option<String>,
    /// The meeting's date.
    pub date: Option<String>,
    /// The estimated character error rate of its worst page.
    pub cer: f64,
    /// Pages that cannot be read.
    pub unreadable: i64,
    /// Suggestions that were not applied.
    pub suggestions: i64,
}

/// A kind of warning.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Warned {
    /// Its code.
    pub code: String,
    /// How often.
    pub count: i64,
    /// In how many documents.
    pub documents: i64,
    /// What one of them says.
    pub example: String,
}

/// A kind of failure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Failed {
    /// Its name.
    pub kind: String,
    /// How many documents.
    pub count: i64,
    /// What to do.
    pub remedy: String,
    /// The first of the documents, and what was wrong with each.
    pub first: Vec<(String, String)>,
}

impl Overview {
    /// The numbers of an index. Some tenths of a second for 100,000 documents.
    ///
    /// # Errors
    /// The index is damaged.
    pub fn new(index: &Connection) -> rusqlite::Result<Overview> {
        let one = |sql: &str| index.query_row(sql, [], |row| row.get::<_, i64>(0));
        let dates = index.query_row(
            "SELECT min(date), max(date) FROM documents WHERE date IS NOT NULL",
            [],
            |row| {
                Ok((
                    row.get::<_, Option<String>>(0)?,
                    row.get::<_, Option<String>>(1)?,
                ))
            },
        )?;
        let confidence = confidence(index)?;
        Ok(Overview {
            documents: one("SELECT count(*) FROM documents")?,
            reviewed: one("SELECT count(*) FROM documents WHERE reviewed")?,
            failures: one("SELECT count(*) FROM failures")?,
            pages: one("SELECT count(*) FROM pages")?,
            unreadable: one("SELECT count(*) FROM pages WHERE NOT readable")?,
            unknown: one("SELECT count(*) FROM pages WHERE class IS NULL")?,
            items: one("SELECT count(*) FROM items")?,
            applied: confidence.iter().map(|class| class.applied).sum(),
            suggested: confidence.iter().map(|class| class.suggested).sum(),
            dates: dates.0.zip(dates.1),
            confidence,
            quality: quality(index)?,
            worst: worst(index)?,
            warnings: warnings(index)?,
            failed: failed(index)?,
        })
    }
}

/// All rows of a query.
fn all<T>(
    index: &Connection,
    sql: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    index.prepare_cached(sql)?.query_map([], read)?.collect()
}

fn confidence(index: &Connection) -> rusqlite::Result<Vec<Confidence>> {
    let width = 1.0 / CLASSES as f64;
    let mut classes: Vec<Confidence> = (0..CLASSES)
        .map(|class| Confidence {
            from: rounded(class as f64 * width),
            to: rounded((class + 1) as f64 * width),
            applied: 0,
            suggested: 0,
        })
        .collect();
    let sql = "SELECT applied, class, sum(count) FROM confidences GROUP BY applied, class";
    let counts = all(index, sql, |row| {
        Ok((row.get::<_, bool>(0)?, row.get::<_, i64>(1)?, row.get(2)?))
    })?;
    for (applied, class, count) in counts {
        if let Some(class) = classes.get_mut(class as usize) {
            *(if applied {
                &mut class.applied
            } else {
                &mut class.suggested
            }) = count;
        }
    }
    Ok(classes)
}

/// Tenths that look like tenths.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

fn quality(index: &Connection) -> rusqlite::Result<Vec<Quality>> {
    let mut from = 0.0;
    let mut classes = Vec::new();
    for to in QUALITY {
        classes.push(Quality { from, to, pages: 0 });
        from = to;
    }
    let sql = "SELECT class, count(*) FROM pages WHERE class IS NOT NULL GROUP BY class";
    for (class, pages) in all(index, sql, |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))? {
        if let Some(class) = classes.get_mut(class as usize) {
            class.pages = pages;
        }
    }
    Ok(classes)
}

fn worst(index: &Connection) -> rusqlite::Result<Vec<Worst>> {
    let sql = format!(
        "SELECT id, path, body, date, worst_cer, unreadable_pages, suggestions FROM documents
         WHERE worst_cer IS NOT NULL ORDER BY worst_cer DESC, path LIMIT {NAMED}"
    );
    all(index, &sql, |row| {
        Ok(Worst {
            id: row.get(0)?,
            path: row.get(1)?,
            body: row.get(2)?,
            date: row.get(3)?,
            cer: row.get(4)?,
            unreadable: row.get(5)?,
            suggestions: row.get(6)?,
        })
    })
}

fn warnings(index: &Connection) -> rusqlite::Result<Vec<Warned>> {
    let sql = "SELECT code, count(*), count(DISTINCT document), min(message) FROM warned
               GROUP BY code ORDER BY count(*) DESC, code";
    all(index, sql, |row| {
        Ok(Warned {
            code: row.get(0)?,
            count: row.get(1)?,
            documents: row.get(2)?,
            example: row.get(3)?,
        })
    })
}

fn failed(index: &Connection) -> rusqlite::Result<Vec<Failed>> {
    let sql = "SELECT kind, count(*), min(remedy) FROM failures GROUP BY kind ORDER BY count(*) DESC, kind";
    let mut kinds = all(index, sql, |row| {
        Ok(Failed {
            kind: row.get(0)?,
            count: row.get(1)?,
            remedy: row.get(2)?,
            first: Vec::new(),
        })
    })?;
    let sql =
        format!("SELECT path, message FROM failures WHERE kind = ?1 ORDER BY rowid LIMIT {NAMED}");
    for kind in &mut kinds {
        let mut statement = index.prepare_cached(&sql)?;
        let first = statement.query_map([&kind.kind], |row| Ok((row.get(0)?, row.get(1)?)))?;
        kind.first = first.collect::<rusqlite::Result<_>>()?;
    }
    Ok(kinds)
}
