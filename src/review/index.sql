CREATE TABLE files (file TEXT PRIMARY KEY, size INTEGER NOT NULL, time INTEGER NOT NULL);
CREATE TABLE pages (document INTEGER NOT NULL, number INTEGER NOT NULL, cer REAL, class INTEGER, readable INTEGER NOT NULL);
-- Corrections that are not sure, or were decided on.
CREATE TABLE doubts (
  id INTEGER PRIMARY KEY,
  document INTEGER NOT NULL,
  position INTEGER NOT NULL,  -- among the record's corrections
  start INTEGER NOT NULL,     -- in the source
  "end" INTEGER NOT NULL,
  target INTEGER,             -- in the text
  target_end INTEGER,
  "from" TEXT NOT NULL,
  "to" TEXT NOT NULL,
  kind TEXT NOT NULL,
  confidence REAL NOT NULL,
  applied INTEGER NOT NULL,
  alternatives TEXT NOT NULL, -- JSON
  verdict TEXT                -- what was decided, kept in step with decisions.ndjson
);
CREATE TABLE confidences (document INTEGER NOT NULL, applied INTEGER NOT NULL, class INTEGER NOT NULL, count INTEGER NOT NULL);
CREATE TABLE warned (document INTEGER NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL);
CREATE TABLE failures (path TEXT NOT NULL, kind TEXT NOT NULL, message TEXT NOT NULL, remedy TEXT NOT NULL);
CREATE INDEX documents_file ON documents (file);
CREATE INDEX documents_sha256 ON documents (sha256);
CREATE INDEX documents_path ON documents (path);
CREATE INDEX documents_worst ON documents (worst_cer);
CREATE INDEX documents_lowest ON documents (lowest_confidence);
CREATE INDEX documents_reviewed ON documents (reviewed);
CREATE INDEX documents_warnings ON documents (warnings);
CREATE INDEX pages_document ON pages (document);
CREATE INDEX pages_class ON pages (class, readable);
CREATE INDEX doubts_document ON doubts (document, start);
-- Holds all that the queue adds up, in the order of its groups.
CREATE INDEX doubts_group ON doubts ("from", "to", kind, confidence, applied, verdict) WHERE verdict IS NULL;
CREATE INDEX confidences_document ON confidences (document);
CREATE INDEX confidences_class ON confidences (applied, class, count);
CREATE INDEX warned_document ON warned (document);
CREATE INDEX warned_code ON warned (code, document);
-- What is searched of each document. It holds no text itself; å, ä and ö are letters of their own.
CREATE VIRTUAL TABLE search USING fts5 (
  about, titles, cases, text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
);
