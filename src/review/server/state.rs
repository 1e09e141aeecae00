//! What the server knows while it runs.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::params;

use super::Problem;
use crate::error::{Error, ErrorKind};
use crate::review::decisions::{Decision, Decisions, Key, Log, NAME, Verdict};
use crate::review::index::Index;
use crate::review::overview::Overview;

/// A batch under review.
#[derive(Debug)]
pub struct Review {
    inner: Mutex<Inner>,
    /// The output directory.
    pub root: PathBuf,
    /// Where page images are looked for, by its real path.
    pub images: Option<PathBuf>,
}

/// What one request at a time works on.
#[derive(Debug)]
pub(super) struct Inner {
    /// The index.
    pub index: Index,
    /// What was decided.
    pub decisions: Decisions,
    log: Log,
    /// What was decided in one go since the start, last what is undone first.
    actions: Vec<Vec<Key>>,
    /// The overview, until something changes it.
    pub overview: Option<Overview>,
}

impl Review {
    /// The review of an index's directory, with the decisions made so far.
    ///
    /// # Errors
    /// The decisions or the folder of images cannot be read.
    pub fn new(index: Index, images: Option<&Path>) -> Result<Review, Error> {
        let root = index.root.clone();
        let failed = |path: &Path, error| {
            Error::new(path.display().to_string(), ErrorKind::NotReadable(error))
        };
        let decisions = Decisions::read(&root).map_err(|error| failed(&root.join(NAME), error))?;
        let images = images
            .map(|path| path.canonicalize().map_err(|error| failed(path, error)))
            .transpose()?;
        let mut inner = Inner {
            log: Log::new(&root),
            index,
            decisions,
            actions: Vec::new(),
            overview: None,
        };
        inner.mark_decided().map_err(|error| {
            let place = root.display().to_string();
            Error::new(place, ErrorKind::Internal(error.to_string()))
        })?;
        Ok(Review {
            inner: Mutex::new(inner),
            root,
            images,
        })
    }

    /// Whatever a request that failed left is whole: each statement and each line is.
    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Keeps decisions made in one go: on disk, in memory and in the index.
    pub(super) fn decide(&mut self, decisions: Vec<Decision>) -> Result<usize, Problem> {
        let keys = decisions.iter().map(Decision::key).collect();
        let count = self.keep(decisions)?;
        self.actions.push(keys);
        Ok(count)
    }

    /// Takes back what was decided last in one go, by whom is told; how many decisions
    /// that were.
    pub(super) fn undo(&mut self, who: &str, at: &str) -> Result<usize, Problem> {
        let Some(keys) = self.actions.last().cloned() else {
            return Ok(0);
        };
        let undone = keys.iter().filter_map(|key| self.decisions.get(key));
        let undone = undone.map(|decision| Decision {
            who: who.to_owned(),
            at: at.to_owned(),
            to: None,
            verdict: Verdict::Undo,
            ..decision.clone()
        });
        let undone: Vec<Decision> = undone.collect();
        let count = self.keep(undone)?;
        self.actions.pop();
        Ok(count)
    }

    fn keep(&mut self, decisions: Vec<Decision>) -> Result<usize, Problem> {
        if let Some(problem) = decisions.iter().find_map(|decision| decision.check().err()) {
            return Err(Problem::bad(problem));
        }
        self.log.add(&decisions).map_err(Problem::failed)?;
        let count = decisions.len();
        let keys: Vec<Key> = decisions.iter().map(Decision::key).collect();
        for decision in decisions {
            self.decisions.add(decision);
        }
        let transaction = self.index.connection.transaction()?;
        for key in &keys {
            mark(&transaction, key, self.decisions.get(key))?;
        }
        transaction.commit()?;
        Ok(count)
    }

    /// Brings the index in step with all decisions.
    pub(super) fn mark_decided(&mut self) -> rusqlite::Result<()> {
        let transaction = self.index.connection.transaction()?;
        transaction.execute(
            "UPDATE doubts SET verdict = NULL WHERE verdict IS NOT NULL",
            [],
        )?;
        for (_, decision) in self.decisions.all() {
            mark(&transaction, &decision.key(), Some(decision))?;
        }
        transaction.commit()
    }

    /// Brings the index up to date after records were written.
    pub(super) fn refresh(&mut self) -> Result<(), Problem> {
        self.index.update(|_| {}).map_err(Problem::failed)?;
        self.mark_decided()?;
        self.overview = None;
        Ok(())
    }
}

/// Notes in the index what was decided on a correction.
fn mark(
    index: &rusqlite::Connection,
    key: &Key,
    decision: Option<&Decision>,
) -> rusqlite::Result<()> {
    let (Some(place), None) = (key.place, &key.field) else {
        return Ok(());
    };
    let verdict = decision.map(|decision| {
        serde_json::to_value(decision.verdict)
            .ok()
            .and_then(|verdict| verdict.as_str().map(str::to_owned))
    });
    index
        .prepare_cached(
            "UPDATE doubts SET verdict = ?1 WHERE start = ?2 AND \"end\" = ?3
             AND document IN (SELECT id FROM documents WHERE sha256 = ?4)",
        )?
        .execute(params![
            verdict.flatten(),
            place.start as i64,
            place.end as i64,
            key.sha256
        ])?;
    Ok(())
}
