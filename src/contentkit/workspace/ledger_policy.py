"""Tables of duplicates, policy readings, validity and decisions (second ledger).

`fingerprints` and `dedupe_keys` are of documents and of files, by which `candidates`
are found; `pairs` holds only what was compared exactly and is worth telling: `state` is
duplicate, distinct (never one document) or related. `clusters` names for each copy the one that stands for it. `effects`
are what documents do to others, resolved or not; `relations` what a bundle states of
two documents. `corrections` are field values put in place of those of a document, by a
safe rule or a decision. `decisions` is append-only; `decisions.jsonl` beside the ledger is its
second copy, from which a rebuilt ledger takes them.

An older ledger's findings have no subject; its stages are done again and give them one.
"""

TABLES = """
ALTER TABLE findings ADD COLUMN subject TEXT NOT NULL DEFAULT '';
UPDATE findings SET subject = 'before-' || id;
DELETE FROM marks WHERE stage IN ('extract', 'normalize', 'validate');
CREATE INDEX findings_subject ON findings(subject);

CREATE TABLE file_texts (
  url_id INTEGER PRIMARY KEY REFERENCES urls(id),
  sha256 TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL DEFAULT '',
  warc TEXT NOT NULL,
  offset INTEGER NOT NULL,
  kind TEXT,
  state TEXT NOT NULL DEFAULT 'pending',
  pages INTEGER,
  chars INTEGER NOT NULL DEFAULT 0,
  data TEXT NOT NULL DEFAULT '{}'
) STRICT;

CREATE TABLE fingerprints (
  url_id INTEGER PRIMARY KEY REFERENCES urls(id),
  origin TEXT NOT NULL,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  chars INTEGER NOT NULL,
  signature BLOB NOT NULL
) STRICT;
CREATE INDEX fingerprints_folded ON fingerprints(folded, name);
CREATE INDEX fingerprints_name ON fingerprints(name);

CREATE TABLE dedupe_keys (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  url_id INTEGER NOT NULL REFERENCES urls(id),
  PRIMARY KEY (kind, key, url_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX dedupe_keys_item ON dedupe_keys(url_id);

CREATE TABLE candidates (
  a INTEGER NOT NULL REFERENCES urls(id),
  b INTEGER NOT NULL REFERENCES urls(id),
  source TEXT NOT NULL,
  PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;

CREATE TABLE pairs (
  a INTEGER NOT NULL REFERENCES urls(id),
  b INTEGER NOT NULL REFERENCES urls(id),
  code TEXT,
  relation TEXT NOT NULL,
  jaccard REAL NOT NULL,
  state TEXT NOT NULL,
  blockers TEXT NOT NULL DEFAULT '[]',
  evidence TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX pairs_b ON pairs(b);

CREATE TABLE clusters (
  url_id INTEGER PRIMARY KEY REFERENCES urls(id),
  canonical INTEGER NOT NULL REFERENCES urls(id),
  role TEXT NOT NULL,
  is_accepted INTEGER NOT NULL DEFAULT 0,
  reasons TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX clusters_canonical ON clusters(canonical);

CREATE TABLE readings (
  url_id INTEGER PRIMARY KEY REFERENCES urls(id),
  is_source INTEGER NOT NULL,
  is_draft INTEGER NOT NULL,
  effective_on TEXT,
  expires_on TEXT,
  data TEXT NOT NULL
) STRICT;

CREATE TABLE citation_keys (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  url_id INTEGER NOT NULL REFERENCES urls(id),
  PRIMARY KEY (kind, key, url_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX citation_keys_item ON citation_keys(url_id);

CREATE TABLE effects (
  source INTEGER NOT NULL REFERENCES urls(id),
  ordinal INTEGER NOT NULL,
  via TEXT NOT NULL,
  type TEXT NOT NULL,
  scope TEXT NOT NULL,
  title TEXT,
  doc_number TEXT,
  date TEXT,
  target_date TEXT,
  detail TEXT,
  quote TEXT NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  basis TEXT,
  state TEXT NOT NULL DEFAULT 'unresolved',
  why TEXT,
  targets TEXT NOT NULL DEFAULT '[]',
  PRIMARY KEY (source, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE effect_targets (
  source INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  target INTEGER NOT NULL REFERENCES urls(id),
  PRIMARY KEY (target, source, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE validity (
  url_id INTEGER PRIMARY KEY REFERENCES urls(id),
  as_of TEXT NOT NULL,
  validity TEXT NOT NULL,
  stated TEXT,
  effective_on TEXT,
  expires_on TEXT,
  repealed_on TEXT,
  policy TEXT NOT NULL,
  basis TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX validity_state ON validity(validity);

CREATE TABLE relations (
  type TEXT NOT NULL,
  source INTEGER NOT NULL REFERENCES urls(id),
  target INTEGER NOT NULL REFERENCES urls(id),
  stage TEXT NOT NULL,
  evidence TEXT NOT NULL,
  PRIMARY KEY (type, source, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX relations_target ON relations(target);

CREATE TABLE corrections (
  url_id INTEGER NOT NULL REFERENCES urls(id),
  field TEXT NOT NULL,
  original TEXT,
  value TEXT,
  code TEXT NOT NULL,
  origin TEXT NOT NULL,
  PRIMARY KEY (url_id, field, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE decisions (
  id INTEGER PRIMARY KEY,
  subject TEXT NOT NULL,
  kind TEXT NOT NULL,
  url TEXT NOT NULL,
  code TEXT NOT NULL,
  answer TEXT NOT NULL,
  value TEXT,
  reason TEXT,
  author TEXT NOT NULL,
  decided_at TEXT NOT NULL,
  evidence TEXT NOT NULL,
  batch TEXT NOT NULL
) STRICT;
CREATE INDEX decisions_subject ON decisions(subject, id);
"""

COPIES = """
ALTER TABLE fingerprints ADD COLUMN copy TEXT NOT NULL DEFAULT '{}';
DELETE FROM fingerprints;
DELETE FROM marks WHERE stage = 'fingerprint';
"""
"""What comparing needs to know of a page besides its text, so that it is parsed once."""

VIEWS = """
CREATE VIEW v_latest_decisions AS
SELECT * FROM decisions d WHERE id = (SELECT max(id) FROM decisions l WHERE l.subject = d.subject)
  AND answer <> 'undo';

DROP VIEW v_findings;
CREATE VIEW v_findings AS
SELECT f.id, f.code, f.severity, f.stage, u.url, d.id AS document, d.title, f.field,
       f.quote, f.start, f."end", f.proposal, f.data, f.subject, f.key AS evidence,
       CASE WHEN l.id IS NULL THEN 'open' WHEN l.evidence <> f.key THEN 'reopened'
            ELSE l.answer END AS decision, l.author, l.decided_at
FROM findings f JOIN urls u ON u.id = f.url_id
LEFT JOIN documents d ON d.url_id = f.url_id
LEFT JOIN v_latest_decisions l ON l.subject = f.subject;

CREATE VIEW v_pairs AS
SELECT p.code, p.state, p.jaccard, x.title AS title_a, y.title AS title_b,
       ua.url AS url_a, ub.url AS url_b, p.blockers, p.evidence
FROM pairs p JOIN urls ua ON ua.id = p.a JOIN urls ub ON ub.id = p.b
LEFT JOIN documents x ON x.url_id = p.a LEFT JOIN documents y ON y.url_id = p.b;

CREATE VIEW v_validity AS
SELECT d.id, d.title, d.doc_number, d.issuer, v.validity, v.as_of, v.stated, v.effective_on,
       v.expires_on, v.repealed_on, u.url
FROM validity v JOIN documents d ON d.url_id = v.url_id JOIN urls u ON u.id = v.url_id;

CREATE VIEW v_effects AS
SELECT e.type, e.scope, s.title AS source, s.doc_number AS source_number, e.title AS target,
       e.doc_number AS target_number, e.date, e.state, e.why, e.quote, e.via, e.targets
FROM effects e JOIN documents s ON s.url_id = e.source;
"""
