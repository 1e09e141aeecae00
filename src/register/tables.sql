-- One row for each document, in the order of the files.
CREATE TABLE documents (
  id INTEGER PRIMARY KEY,
  file TEXT NOT NULL,            -- where its record is kept, below the output directory
  line INTEGER,                  -- its line there, where the file holds several records
  record_id TEXT NOT NULL,       -- the record's id
  path TEXT NOT NULL,            -- the source, relative to the input that was named
  sha256 TEXT NOT NULL,          -- the source's digest
  format TEXT,                   -- text, alto, hocr, page, pdf, image
  kind TEXT,                     -- minutes, extract, other
  municipality TEXT,
  municipality_code TEXT,
  body TEXT,
  date TEXT,                     -- ISO 8601
  start TEXT,
  "end" TEXT,
  place TEXT,
  number TEXT,                   -- of the minutes
  pages INTEGER NOT NULL,
  unreadable_pages INTEGER NOT NULL,
  worst_cer REAL,                -- estimated share of wrong characters on the worst page
  corrections INTEGER NOT NULL,  -- changes that the text holds
  suggestions INTEGER NOT NULL,  -- changes that were not sure enough
  warnings INTEGER NOT NULL,
  lowest_confidence REAL,        -- of any value; null in the plain view
  reviewed INTEGER NOT NULL,     -- 1 where a person has looked at something in it
  text TEXT NOT NULL             -- the repaired text
);
-- One row for each item (ärende, paragraf).
CREATE TABLE items (
  id INTEGER PRIMARY KEY,
  document INTEGER NOT NULL REFERENCES documents,
  position INTEGER NOT NULL,     -- from 1
  item_id TEXT NOT NULL,
  number TEXT,                   -- paragrafnummer
  title TEXT,
  page INTEGER,                  -- where it begins
  case_numbers TEXT NOT NULL,    -- all of them, " | " between
  decision TEXT NOT NULL,        -- the decided points, a line each
  proposal TEXT NOT NULL,        -- the proposed points
  lowest_confidence REAL,
  reviewed INTEGER NOT NULL
);
CREATE TABLE case_numbers (item INTEGER NOT NULL REFERENCES items, position INTEGER NOT NULL, number TEXT NOT NULL);
CREATE TABLE recipients (item INTEGER NOT NULL REFERENCES items, position INTEGER NOT NULL, name TEXT NOT NULL);
-- One row for each block of decided or proposed points.
CREATE TABLE decisions (
  item INTEGER NOT NULL REFERENCES items,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,            -- decision, proposal
  authority TEXT,
  addressee TEXT,
  outcome TEXT,                  -- adopted, rejected, deferred, referred_back, noted
  deferred_to TEXT,
  text TEXT NOT NULL
);
-- One row for each mention of a person.
CREATE TABLE people (
  document INTEGER NOT NULL REFERENCES documents,
  item INTEGER REFERENCES items, -- null for the meeting as a whole
  part TEXT NOT NULL,            -- chair, secretary, adjuster, attendee, certifier, presenter, speaker, mover, seconder,
                                 -- casting_vote, reservation, note, recusal, non_participation
  name TEXT NOT NULL,
  party TEXT,
  role TEXT,
  status TEXT                    -- of attendees: member, serving_substitute, substitute, official, other
);
CREATE TABLE votes (
  id INTEGER PRIMARY KEY,
  item INTEGER NOT NULL REFERENCES items,
  position INTEGER NOT NULL,
  question TEXT,
  yes INTEGER,
  no INTEGER,
  abstain INTEGER,
  absent INTEGER,
  yes_means TEXT,
  no_means TEXT,
  result TEXT,                   -- yes, no, tie
  reconciled INTEGER             -- whether ballots and totals agree
);
CREATE TABLE ballots (vote INTEGER NOT NULL REFERENCES votes, name TEXT NOT NULL, party TEXT, ballot TEXT NOT NULL);
CREATE INDEX documents_date ON documents (date);
CREATE INDEX items_document ON items (document, position);
CREATE INDEX case_numbers_number ON case_numbers (number);
CREATE INDEX case_numbers_item ON case_numbers (item);
CREATE INDEX recipients_item ON recipients (item);
CREATE INDEX recipients_name ON recipients (name);
CREATE INDEX decisions_item ON decisions (item);
CREATE INDEX people_name ON people (name);
CREATE INDEX people_document ON people (document);
CREATE INDEX votes_item ON votes (item);
CREATE INDEX ballots_vote ON ballots (vote);
CREATE INDEX ballots_name ON ballots (name);
-- Full-text search. å, ä and ö are letters of their own; case does not matter.
CREATE VIRTUAL TABLE documents_text USING fts5 (
  text, content = 'documents', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0'
);
CREATE VIRTUAL TABLE items_text USING fts5 (
  title, decision, proposal, case_numbers, content = 'items', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0'
);
