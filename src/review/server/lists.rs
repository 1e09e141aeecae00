//! What the pages show: words, numbers, lists, one document.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use rusqlite::types::ToSql;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Deserialize;
use serde_json::{Value, json};

use super::state::Review;
use super::{Problem, images};
use crate::register::outputs;
use crate::review::index::place_of;
use crate::review::language::Language;
use crate::review::overview::Overview;
use crate::review::report;

/// Entries on a page of a list.
const PAGE: i64 = 50;

/// Groups on a page of the queue.
const GROUPS: i64 = 20;

/// Places shown of a group.
const PLACES: i64 = 8;

/// Up to so many documents are put in order of relevance; more stay in the order of files.
const RANKED: i64 = 2_000;

/// Code points of text shown before and after a place.
const AROUND: i64 = 60;

type Answer = Result<Json<Value>, Problem>;

/// Which language.
#[derive(Debug, Deserialize)]
pub struct InLanguage {
    lang: Language,
}

/// The words of the interface.
pub async fn words(Query(asked): Query<InLanguage>) -> Json<Value> {
    Json(json!(asked.lang.all()))
}

/// The overview.
pub async fn overview(State(review): State<Arc<Review>>) -> Answer {
    let mut inner = review.lock();
    let overview = match &inner.overview {
        Some(overview) => overview.clone(),
        None => Overview::new(&inner.index.connection)?,
    };
    let decided = inner.decisions.all().len();
    let answer = json!({
        "title": report::title(&review.root),
        "overview": overview,
        "decided": decided,
        "torn": inner.decisions.torn,
        "unread": inner.index.tally.failed,
    });
    inner.overview = Some(overview);
    Ok(Json(answer))
}

/// What of the documents is listed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Listing {
    /// Words that are looked for.
    q: String,
    /// By what they are sorted.
    sort: String,
    /// Only those with a warning of this code.
    warning: String,
    /// Which page, from 0.
    page: u32,
}

/// A page of the documents.
pub async fn documents(
    State(review): State<Arc<Review>>,
    Query(listing): Query<Listing>,
) -> Answer {
    let inner = review.lock();
    let index = &inner.index.connection;
    let query = match_expression(&listing.q);
    let from = i64::from(listing.page) * PAGE;
    let (ids, total) = match &query {
        None => listed(index, &listing, from)?,
        Some(query) => found(index, query, from)?,
    };
    let words: Vec<String> = listing
        .q
        .split_whitespace()
        .map(str::to_lowercase)
        .collect();
    let rows: Vec<Value> = ids
        .into_iter()
        .filter_map(|id| summary(index, id, &words).transpose())
        .collect::<rusqlite::Result<_>>()?;
    Ok(Json(json!({
        "total": total,
        "more": query.is_some() && total > RANKED,
        "page": listing.page,
        "size": PAGE,
        "rows": rows,
    })))
}

/// The numbers of a page of all documents, and how many there are.
fn listed(index: &Connection, listing: &Listing, from: i64) -> rusqlite::Result<(Vec<i64>, i64)> {
    let order = match &*listing.sort {
        "date" => "date DESC, id DESC",
        "worst" => "worst_cer DESC, id DESC",
        "unsure" => "lowest_confidence IS NULL, lowest_confidence, id",
        "warnings" => "warnings DESC, id DESC",
        _ => "path, id",
    };
    let only = match &*listing.warning {
        "" => "",
        _ => "WHERE id IN (SELECT document FROM warned WHERE code = ?3)",
    };
    let parameters: [&dyn ToSql; 3] = [&PAGE, &from, &listing.warning];
    let count = if only.is_empty() { 2 } else { 3 };
    let sql = format!("SELECT id FROM documents {only} ORDER BY {order} LIMIT ?1 OFFSET ?2");
    let ids = numbers(index, &sql, &parameters[..count])?;
    let total = match only {
        "" => index.query_row("SELECT count(*) FROM documents", [], |row| row.get(0))?,
        _ => {
            let sql = "SELECT count(DISTINCT document) FROM warned WHERE code = ?1";
            index.query_row(sql, [&listing.warning], |row| row.get(0))?
        }
    };
    Ok((ids, total))
}

/// The numbers of a page of what a search found, and how many that is: exactly up to
/// [`RANKED`], beyond it only that it is more.
fn found(index: &Connection, query: &str, from: i64) -> rusqlite::Result<(Vec<i64>, i64)> {
    let some = RANKED + 1;
    let sql = "SELECT count(*) FROM (SELECT rowid FROM search WHERE search MATCH ?1 LIMIT ?2)";
    let total: i64 = index
        .prepare_cached(sql)?
        .query_row((query, some), |row| row.get(0))?;
    // What stands in titles and case numbers says more of a document than its text.
    let sql = if total <= RANKED {
        "SELECT rowid FROM search WHERE search MATCH ?1 ORDER BY bm25(search, 4.0, 6.0, 8.0, 1.0), rowid LIMIT ?2 OFFSET ?3"
    } else {
        "SELECT rowid FROM search WHERE search MATCH ?1 ORDER BY rowid LIMIT ?2 OFFSET ?3"
    };
    let ids = numbers(index, sql, &[&query, &PAGE, &from])?;
    Ok((ids, total))
}

fn numbers(index: &Connection, sql: &str, with: &[&dyn ToSql]) -> rusqlite::Result<Vec<i64>> {
    let mut statement = index.prepare_cached(sql)?;
    statement.query_map(with, |row| row.get(0))?.collect()
}

/// What a person typed as an expression of FTS5 that holds every word, the last perhaps
/// unfinished; none where there is no word.
fn match_expression(typed: &str) -> Option<String> {
    let has_word = |part: &&str| part.chars().any(char::is_alphanumeric);
    let words: Vec<String> = typed
        .split_whitespace()
        .filter(has_word)
        .take(20)
        .map(|word| format!("\"{}\"", word.replace(['"', '\0'], " ")))
        .collect();
    (!words.is_empty()).then(|| format!("{} *", words.join(" ")))
}

/// A document as lists show it, with a passage where the first of the words stands.
fn summary(index: &Connection, id: i64, words: &[String]) -> rusqlite::Result<Option<Value>> {
    let sql = "SELECT path, municipality, body, date, pages, worst_cer, corrections, suggestions, warnings,
                 lowest_confidence, reviewed,
                 (SELECT count(*) FROM items WHERE document = documents.id),
                 (SELECT count(*) FROM doubts WHERE document = documents.id AND verdict IS NULL)
               FROM documents WHERE id = ?1";
    let row = |row: &Row<'_>| {
        Ok(json!({
            "id": id,
            "path": row.get::<_, String>(0)?,
            "municipality": row.get::<_, Option<String>>(1)?,
            "body": row.get::<_, Option<String>>(2)?,
            "date": row.get::<_, Option<String>>(3)?,
            "pages": row.get::<_, i64>(4)?,
            "cer": row.get::<_, Option<f64>>(5)?,
            "corrections": row.get::<_, i64>(6)?,
            "suggestions": row.get::<_, i64>(7)?,
            "warnings": row.get::<_, i64>(8)?,
            "confidence": row.get::<_, Option<f64>>(9)?,
            "reviewed": row.get::<_, bool>(10)?,
            "items": row.get::<_, i64>(11)?,
            "open": row.get::<_, i64>(12)?,
        }))
    };
    let mut found = index.prepare_cached(sql)?.query_row([id], row).optional()?;
    if let (Some(found), Some(word)) = (&mut found, words.first()) {
        let sql = "SELECT text FROM documents WHERE id = ?1";
        let text: String = index
            .prepare_cached(sql)?
            .query_row([id], |row| row.get(0))?;
        found["passage"] = json!(passage(&text, word));
    }
    Ok(found)
}

/// The words around the first place of `word`; none where it stands in no running text.
fn passage(text: &str, word: &str) -> Option<[String; 3]> {
    // Lower case may be longer: then places would not be the same in both.
    let lower: String = text
        .chars()
        .map(|c| c.to_lowercase().next().unwrap_or(c))
        .collect();
    let at = lower.find(word)?;
    let start = lower[..at].chars().count();
    let length = word.chars().count();
    let chars: Vec<char> = text.chars().collect();
    let around = AROUND as usize;
    let part = |from: usize, to: usize| -> String {
        let part = &chars[from.min(chars.len())..to.min(chars.len())];
        part.iter()
            .map(|c| if *c == '\n' { ' ' } else { *c })
            .collect()
    };
    let end = start + length;
    Some([
        part(start.saturating_sub(around), start),
        part(start, end),
        part(end, end + around),
    ])
}

/// Which document.
#[derive(Debug, Deserialize)]
pub struct One {
    id: i64,
}

/// A document: its record as it stands in its file, and what was decided on it.
pub async fn document(State(review): State<Arc<Review>>, Query(one): Query<One>) -> Answer {
    let (place, decided, next) = {
        let inner = review.lock();
        let index = &inner.index.connection;
        let place = place_of(index, one.id)?.ok_or_else(|| Problem::not_found("document"))?;
        let sql = "SELECT sha256 FROM documents WHERE id = ?1";
        let sha256: String = index.query_row(sql, [one.id], |row| row.get(0))?;
        let decided: Vec<Value> = inner
            .decisions
            .of(&sha256)
            .into_iter()
            .map(|(line, decision)| json!({"line": line, "decision": decision}))
            .collect();
        (place, decided, neighbours(index, one.id)?)
    };
    let record = outputs::load(&review.root, &place).map_err(Problem::failed)?;
    let pages = images::pages(&review, &record);
    Ok(Json(json!({
        "id": one.id,
        "file": place.to_string(),
        "record": record,
        "decisions": decided,
        "images": pages,
        "previous": next.0,
        "next": next.1,
    })))
}

/// The documents before and after in the order of paths.
fn neighbours(index: &Connection, id: i64) -> rusqlite::Result<(Option<i64>, Option<i64>)> {
    let sql = "SELECT path FROM documents WHERE id = ?1";
    let path: String = index.query_row(sql, [id], |row| row.get(0))?;
    let one = |sql: &str| {
        index
            .query_row(sql, (&path, id), |row| row.get(0))
            .optional()
    };
    Ok((
        one(
            "SELECT id FROM documents WHERE (path, id) < (?1, ?2) ORDER BY path DESC, id DESC LIMIT 1",
        )?,
        one("SELECT id FROM documents WHERE (path, id) > (?1, ?2) ORDER BY path, id LIMIT 1")?,
    ))
}

/// What of the queue is shown.
#[derive(Debug, Deserialize)]
pub struct Queue {
    /// Only what is less sure than this.
    below: f64,
    /// Which page, from 0.
    #[serde(default)]
    page: u32,
}

/// Undecided corrections below a confidence, equal ones together, those first that settle
/// most doubt: the sum of what is missing to certainty.
pub async fn queue(State(review): State<Arc<Review>>, Query(queue): Query<Queue>) -> Answer {
    let inner = review.lock();
    let index = &inner.index.connection;
    let sql = "SELECT \"from\", \"to\", kind, count(*), avg(confidence), min(confidence), max(confidence), min(id), sum(applied)
               FROM doubts WHERE verdict IS NULL AND confidence < ?1
               GROUP BY \"from\", \"to\", kind
               ORDER BY sum(1 - confidence) DESC, \"from\", \"to\", kind LIMIT ?2 OFFSET ?3";
    let row = |row: &Row<'_>| {
        Ok(json!({
            "from": row.get::<_, String>(0)?,
            "to": row.get::<_, String>(1)?,
            "kind": row.get::<_, String>(2)?,
            "count": row.get::<_, i64>(3)?,
            "confidence": row.get::<_, f64>(4)?,
            "least": row.get::<_, f64>(5)?,
            "most": row.get::<_, f64>(6)?,
            "first": row.get::<_, i64>(7)?,
            "applied": row.get::<_, i64>(8)?,
        }))
    };
    let from = i64::from(queue.page) * GROUPS;
    let mut groups: Vec<Value> = index
        .prepare_cached(sql)?
        .query_map((queue.below, GROUPS, from), row)?
        .collect::<rusqlite::Result<_>>()?;
    for group in &mut groups {
        let places = places(index, group, queue.below)?;
        group["places"] = json!(places);
    }
    let sql = "SELECT coalesce(sum(members), 0), count(*) FROM (
                 SELECT count(*) AS members FROM doubts WHERE verdict IS NULL AND confidence < ?1
                 GROUP BY \"from\", \"to\", kind)";
    let (left, kinds): (i64, i64) = index
        .prepare_cached(sql)?
        .query_row([queue.below], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let sql = "SELECT count(*) FROM doubts WHERE verdict IS NOT NULL";
    let done: i64 = index.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(Json(
        json!({"groups": groups, "left": left, "kinds": kinds, "done": done, "size": GROUPS}),
    ))
}

/// Some places of a group, each with the text around it and its other readings.
fn places(index: &Connection, group: &Value, below: f64) -> rusqlite::Result<Vec<Value>> {
    let sql = "SELECT b.id, b.document, d.path, b.position, b.confidence, b.applied, b.alternatives,
                 substr(d.text, max(b.target + 1 - ?5, 1), min(b.target, ?5)),
                 substr(d.text, b.target + 1, b.target_end - b.target),
                 substr(d.text, b.target_end + 1, ?5)
               FROM doubts b JOIN documents d ON d.id = b.document
               WHERE b.verdict IS NULL AND b.\"from\" = ?1 AND b.\"to\" = ?2 AND b.kind = ?3 AND b.confidence < ?4
               ORDER BY b.id LIMIT ?6";
    let part = |key: &str| group[key].as_str().unwrap_or_default().to_owned();
    let row = |row: &Row<'_>| {
        let alternatives: String = row.get(6)?;
        let alternatives: Value = serde_json::from_str(&alternatives).unwrap_or_default();
        Ok(json!({
            "id": row.get::<_, i64>(0)?,
            "document": row.get::<_, i64>(1)?,
            "path": row.get::<_, String>(2)?,
            "position": row.get::<_, i64>(3)?,
            "confidence": row.get::<_, f64>(4)?,
            "applied": row.get::<_, bool>(5)?,
            "alternatives": alternatives,
            "around": [
                row.get::<_, Option<String>>(7)?,
                row.get::<_, Option<String>>(8)?,
                row.get::<_, Option<String>>(9)?,
            ],
        }))
    };
    let with = (
        part("from"),
        part("to"),
        part("kind"),
        below,
        AROUND,
        PLACES,
    );
    index.prepare_cached(sql)?.query_map(with, row)?.collect()
}

/// The latest decisions, newest first.
pub async fn decisions(State(review): State<Arc<Review>>) -> Answer {
    let inner = review.lock();
    let all = inner.decisions.all();
    let latest: Vec<Value> = all
        .iter()
        .rev()
        .take(PAGE as usize)
        .map(|(line, decision)| json!({"line": line, "decision": decision}))
        .collect();
    Ok(Json(
        json!({"total": all.len(), "latest": latest, "torn": inner.decisions.torn}),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_typed_is_looked_for_and_nothing_else() {
        assert_eq!(
            match_expression("belysning KS 2021/45").as_deref(),
            Some("\"belysning\" \"KS\" \"2021/45\" *")
        );
        assert_eq!(
            match_expression("a\" OR b:c* NEAR(").as_deref(),
            Some("\"a \" \"OR\" \"b:c*\" \"NEAR(\" *")
        );
        assert_eq!(match_expression(" - \" "), None);
    }

    #[test]
    fn a_passage_has_the_word_as_it_stands() {
        let text = "ett İ två\nÅTTA tre";
        let [before, word, after] = passage(text, "åtta").expect("it is there");
        assert_eq!((&*before, &*word, &*after), ("ett İ två ", "ÅTTA", " tre"));
        assert_eq!(passage(text, "nio"), None);
    }
}
