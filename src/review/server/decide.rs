//! What changes something: decisions, taking them back, applying them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use rusqlite::{Connection, Row};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Problem;
use super::state::Review;
use crate::register::outputs;
use crate::register::value::{span, text};
use crate::review::apply::apply_all;
use crate::review::decisions::{self, Decision, Span, Verdict};
use crate::review::index::place_of;

/// How many decisions can be made in one go.
const MOST: usize = 100_000;

/// What somebody decides.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// Who.
    who: String,
    /// What.
    verdict: Verdict,
    /// What shall stand there; for accepting and rejecting it follows.
    #[serde(default)]
    to: Option<String>,
    /// On what.
    on: Subject,
}

/// What is decided on.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Subject {
    /// All undecided corrections of the same kind below a confidence.
    Group {
        from: String,
        to: String,
        kind: String,
        below: f64,
    },
    /// One correction, by its document and its position there.
    Correction { document: i64, position: usize },
    /// A field of a document.
    Field {
        document: i64,
        path: String,
        place: Option<Span>,
        from: Option<String>,
    },
}

type Answer = Result<Json<Value>, Problem>;

/// Keeps a decision, or as many as there are equal ones.
pub async fn decide(State(review): State<Arc<Review>>, Json(asked): Json<Asked>) -> Answer {
    let mut inner = review.lock();
    let index = &inner.index.connection;
    let decisions = match &asked.on {
        Subject::Group {
            from,
            to,
            kind,
            below,
        } => {
            let group = (from.as_str(), to.as_str(), kind.as_str(), *below);
            of_group(index, group, &asked)?
        }
        Subject::Correction { document, position } => {
            vec![of_correction(&review, index, *document, *position, &asked)?]
        }
        Subject::Field {
            document,
            path,
            place,
            from,
        } => {
            let (sha256, source) = source_of(index, *document)?;
            vec![Decision {
                at: decisions::now(),
                who: asked.who.clone(),
                sha256,
                path: source,
                field: Some(path.clone()),
                place: *place,
                from: from.clone(),
                to: asked.to.clone(),
                verdict: asked.verdict,
            }]
        }
    };
    let count = inner.decide(decisions)?;
    Ok(Json(json!({"decided": count})))
}

/// The decisions on all members of a group.
fn of_group(
    index: &Connection,
    (from, to, kind, below): (&str, &str, &str, f64),
    asked: &Asked,
) -> Result<Vec<Decision>, Problem> {
    let sql = "SELECT d.sha256, d.path, b.start, b.\"end\" FROM doubts b JOIN documents d ON d.id = b.document
               WHERE b.verdict IS NULL AND b.\"from\" = ?1 AND b.\"to\" = ?2 AND b.kind = ?3 AND b.confidence < ?4
               ORDER BY b.id LIMIT ?5";
    let at = decisions::now();
    let row = |row: &Row<'_>| {
        Ok(Decision {
            at: at.clone(),
            who: asked.who.clone(),
            sha256: row.get(0)?,
            path: row.get(1)?,
            field: None,
            place: Some(Span {
                start: row.get::<_, i64>(2)? as u64,
                end: row.get::<_, i64>(3)? as u64,
            }),
            from: Some(from.to_owned()),
            to: wanted(asked, from, to),
            verdict: asked.verdict,
        })
    };
    let with = (from, to, kind, below, MOST as i64);
    let found = index
        .prepare_cached(sql)?
        .query_map(with, row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

/// The decision on one correction, whose texts the record tells.
fn of_correction(
    review: &Review,
    index: &Connection,
    document: i64,
    position: usize,
    asked: &Asked,
) -> Result<Decision, Problem> {
    let gone = || Problem::not_found("correction");
    let place = place_of(index, document)?.ok_or_else(gone)?;
    let record = outputs::load(&review.root, &place).map_err(Problem::failed)?;
    let correction = record["corrections"].get(position).ok_or_else(gone)?;
    let (start, end) = correction["source"]
        .get(0)
        .and_then(span)
        .ok_or_else(gone)?;
    let part = |key| text(correction, key).unwrap_or_default();
    let (from, to) = (part("from"), part("to"));
    Ok(Decision {
        at: decisions::now(),
        who: asked.who.clone(),
        sha256: text(&record, "source.sha256").ok_or_else(gone)?,
        path: text(&record, "source.path").unwrap_or_default(),
        field: None,
        place: Some(Span { start, end }),
        to: wanted(asked, &from, &to),
        from: Some(from),
        verdict: asked.verdict,
    })
}

/// What shall stand there after a decision on a correction.
fn wanted(asked: &Asked, from: &str, to: &str) -> Option<String> {
    match asked.verdict {
        Verdict::Accept => Some(to.to_owned()),
        Verdict::Reject => Some(from.to_owned()),
        Verdict::Choose | Verdict::Type => asked.to.clone(),
        Verdict::Undo => None,
    }
}

fn source_of(index: &Connection, document: i64) -> Result<(String, String), Problem> {
    let sql = "SELECT sha256, path FROM documents WHERE id = ?1";
    index
        .query_row(sql, [document], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(|_| Problem::not_found("document"))
}

/// Who takes something back.
#[derive(Debug, Deserialize)]
pub struct Who {
    who: String,
}

/// Takes back what was decided last.
pub async fn undo(State(review): State<Arc<Review>>, Json(asked): Json<Who>) -> Answer {
    let undone = review.lock().undo(&asked.who, &decisions::now())?;
    Ok(Json(json!({"undone": undone})))
}

/// Puts all decisions into the records.
pub async fn apply(State(review): State<Arc<Review>>) -> Answer {
    let mut inner = review.lock();
    let applied = apply_all(&review.root).map_err(Problem::failed)?;
    inner.refresh()?;
    let unfit: Vec<Value> = applied
        .unfit
        .iter()
        .map(|(line, decision, reason)| {
            json!({"line": line, "decision": decision, "reason": reason.to_string()})
        })
        .collect();
    Ok(Json(json!({
        "fitting": applied.fitting,
        "reviewed": applied.reviewed,
        "written": applied.written,
        "failed": applied.failed,
        "unfit": unfit,
    })))
}
