//! The register as a database.

use std::path::Path;

use rusqlite::{Connection, params};

use super::rows::{DecisionRow, DocumentRow, ItemRow, PersonRow, VoteRow};

/// The number of the layout, in `PRAGMA user_version`.
pub const LAYOUT: i32 = 1;

/// The tables. `docs/REGISTER.md` describes them.
const TABLES: &str = include_str!("tables.sql");

/// Writes a register into a new database.
pub struct Database {
    connection: Connection,
}

impl Database {
    /// Begins a database in the file `path`, which must not exist. Nothing is safe on disk
    /// before [`Database::finish`].
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn create(path: &Path) -> rusqlite::Result<Database> {
        let connection = Connection::open(path)?;
        // What is unfinished is thrown away whole, so a journal would protect nothing.
        connection.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;
             PRAGMA temp_store = MEMORY; BEGIN",
        )?;
        make_tables(&connection)?;
        Ok(Database { connection })
    }

    /// Adds a document with all that belongs to it.
    ///
    /// # Errors
    /// The disk is full or gone.
    pub fn add(&mut self, document: &DocumentRow) -> rusqlite::Result<()> {
        insert(&self.connection, None, document).map(|_| ())
    }

    /// Builds the full-text indexes and writes everything.
    ///
    /// # Errors
    /// The disk is full or gone.
    pub fn finish(self) -> rusqlite::Result<()> {
        self.connection.execute_batch(
            "INSERT INTO documents_text (documents_text) VALUES ('rebuild');
             INSERT INTO items_text (items_text) VALUES ('rebuild');
             COMMIT; PRAGMA optimize",
        )?;
        self.connection.close().map_err(|(_, error)| error)
    }
}

/// Makes the tables of a register, for an index that holds more.
pub(crate) fn make_tables(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(TABLES)?;
    connection.pragma_update(None, "user_version", LAYOUT)
}

/// Adds a document, under the number `id` where it had one; gives its number back.
pub(crate) fn insert(
    connection: &Connection,
    id: Option<i64>,
    row: &DocumentRow,
) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(
            "INSERT INTO documents (id, file, line, record_id, path, sha256, format, kind, municipality,
                municipality_code, body, date, start, \"end\", place, number, pages, unreadable_pages,
                worst_cer, corrections, suggestions, warnings, lowest_confidence, reviewed, text)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                ?19, ?20, ?21, ?22, ?23, ?24, ?25)",
        )?
        .execute(params![
            id,
            row.file,
            row.line.map(|line| line as i64),
            row.record_id,
            row.path,
            row.sha256,
            row.format,
            row.kind,
            row.municipality,
            row.municipality_code,
            row.body,
            row.date,
            row.start,
            row.end,
            row.place,
            row.number,
            row.pages,
            row.unreadable_pages,
            row.worst_cer,
            row.corrections,
            row.suggestions,
            row.warnings,
            row.lowest_confidence,
            row.reviewed,
            row.text,
        ])?;
    let document = connection.last_insert_rowid();
    insert_people(connection, document, None, &row.people)?;
    for (position, item) in row.items.iter().enumerate() {
        insert_item(connection, document, position, item)?;
    }
    Ok(document)
}

fn insert_item(
    connection: &Connection,
    document: i64,
    position: usize,
    row: &ItemRow,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO items (document, position, item_id, number, title, page, case_numbers,
                decision, proposal, lowest_confidence, reviewed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            document,
            position as i64 + 1,
            row.item_id,
            row.number,
            row.title,
            row.page,
            row.case_numbers.join(" | "),
            row.decided("decision"),
            row.decided("proposal"),
            row.lowest_confidence,
            row.reviewed,
        ])?;
    let item = connection.last_insert_rowid();
    let listed = [
        ("case_numbers", &row.case_numbers),
        ("recipients", &row.recipients),
    ];
    for (table, entries) in listed {
        let column = if table == "recipients" {
            "name"
        } else {
            "number"
        };
        let sql = format!("INSERT INTO {table} (item, position, {column}) VALUES (?1, ?2, ?3)");
        for (position, entry) in entries.iter().enumerate() {
            let mut statement = connection.prepare_cached(&sql)?;
            statement.execute(params![item, position as i64 + 1, entry])?;
        }
    }
    for (position, decision) in row.decisions.iter().enumerate() {
        insert_decision(connection, item, position, decision)?;
    }
    for (position, vote) in row.votes.iter().enumerate() {
        insert_vote(connection, item, position, vote)?;
    }
    insert_people(connection, document, Some(item), &row.people)
}

fn insert_decision(
    connection: &Connection,
    item: i64,
    position: usize,
    row: &DecisionRow,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO decisions (item, position, kind, authority, addressee, outcome, deferred_to, text)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            item,
            position as i64 + 1,
            row.kind,
            row.authority,
            row.addressee,
            row.outcome,
            row.deferred_to,
            row.text,
        ])?;
    Ok(())
}

fn insert_vote(
    connection: &Connection,
    item: i64,
    position: usize,
    row: &VoteRow,
) -> rusqlite::Result<()> {
    let [yes, no, abstain, absent] = row.totals;
    connection
        .prepare_cached(
            "INSERT INTO votes (item, position, question, yes, no, abstain, absent, yes_means, no_means,
                result, reconciled)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            item,
            position as i64 + 1,
            row.question,
            yes,
            no,
            abstain,
            absent,
            row.yes_means,
            row.no_means,
            row.result,
            row.reconciled,
        ])?;
    let vote = connection.last_insert_rowid();
    for (person, ballot) in &row.ballots {
        connection
            .prepare_cached(
                "INSERT INTO ballots (vote, name, party, ballot) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![vote, person.name, person.party, ballot])?;
    }
    Ok(())
}

fn insert_people(
    connection: &Connection,
    document: i64,
    item: Option<i64>,
    people: &[PersonRow],
) -> rusqlite::Result<()> {
    for row in people {
        connection
            .prepare_cached(
                "INSERT INTO people (document, item, part, name, party, role, status)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                document, item, row.part, row.name, row.party, row.role, row.status
            ])?;
    }
    Ok(())
}
