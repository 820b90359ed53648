"""The schema of `workspace.db`, as named and recorded steps.

Every step is applied once, in order, inside a transaction, and recorded by
sqlite-utils in `_sqlite_migrations`. `PRAGMA user_version` holds their number, so that
an older contentkit can refuse a newer ledger with a clear word.

States of `urls`: `seen` (only a link so far), `captured`, `failed` (a fetch was tried
and gave nothing; `reason` says why), `skipped` (not tried; `reason` says why), `alias`
(another name of the URL `alias_of`). `fate`, `fate_reason` and `target` are computed from
all that is known by the time of an export; `target` is the id of a document, the code
of a platform column or the sha256 of a file.
"""

from sqlite_utils import Database, Migrations

from contentkit.errors import WorkspaceDamaged, WorkspaceTooNew
from contentkit.workspace import ledger_policy

ledger = Migrations("contentkit")

_TABLES = """
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  command TEXT NOT NULL,
  version TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT,
  config TEXT NOT NULL DEFAULT '{}',
  counts TEXT NOT NULL DEFAULT '{}'
) STRICT;

CREATE TABLE urls (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL,
  found_on TEXT,
  found_as TEXT NOT NULL,
  depth INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'seen',
  reason TEXT,
  fate TEXT,
  fate_reason TEXT,
  target TEXT,
  alias_of TEXT,
  column_key TEXT
) STRICT;

CREATE TABLE frontier (
  key TEXT PRIMARY KEY,
  url_id INTEGER NOT NULL REFERENCES urls(id),
  url TEXT NOT NULL,
  method TEXT NOT NULL DEFAULT 'GET',
  body TEXT,
  kind TEXT NOT NULL,
  depth INTEGER NOT NULL DEFAULT 0,
  priority INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'queued',
  attempts INTEGER NOT NULL DEFAULT 0,
  leased_by INTEGER
) STRICT;
CREATE INDEX frontier_ready ON frontier(state, priority DESC, depth, key);

CREATE TABLE captures (
  id INTEGER PRIMARY KEY,
  url_id INTEGER NOT NULL REFERENCES urls(id),
  is_current INTEGER NOT NULL DEFAULT 1,
  status INTEGER NOT NULL,
  media_type TEXT,
  charset TEXT,
  location TEXT,
  filename TEXT,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  captured_at TEXT NOT NULL,
  warc TEXT NOT NULL,
  offset INTEGER NOT NULL,
  end_offset INTEGER NOT NULL,
  is_revisit INTEGER NOT NULL DEFAULT 0,
  payload_warc TEXT NOT NULL,
  payload_offset INTEGER NOT NULL,
  run_id INTEGER REFERENCES runs(id),
  UNIQUE (warc, offset)
) STRICT;
CREATE INDEX captures_url ON captures(url_id, is_current);
CREATE INDEX captures_sha256 ON captures(sha256);

CREATE TABLE records (
  url_id INTEGER PRIMARY KEY REFERENCES urls(id),
  kind TEXT NOT NULL,
  title TEXT,
  published_at TEXT,
  encoding TEXT,
  template TEXT,
  body_chars INTEGER NOT NULL DEFAULT 0,
  column_path TEXT NOT NULL DEFAULT '',
  capture_id INTEGER NOT NULL REFERENCES captures(id),
  digest TEXT NOT NULL,
  context TEXT,
  input TEXT,
  data TEXT NOT NULL
) STRICT;

CREATE TABLE refs (
  url_id INTEGER NOT NULL REFERENCES urls(id),
  role TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  ref_url TEXT NOT NULL,
  name TEXT NOT NULL DEFAULT '',
  date TEXT,
  PRIMARY KEY (url_id, role, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX refs_target ON refs(ref_url, role);

CREATE TABLE documents (
  url_id INTEGER PRIMARY KEY REFERENCES urls(id),
  id TEXT NOT NULL UNIQUE,
  kind TEXT,
  title TEXT,
  published_at TEXT,
  written_on TEXT,
  issuer TEXT,
  index_number TEXT,
  doc_number TEXT,
  column_code TEXT,
  path TEXT,
  text_sha256 TEXT,
  state TEXT NOT NULL DEFAULT 'normalized',
  reason TEXT,
  digest TEXT NOT NULL,
  data TEXT NOT NULL,
  valid_data TEXT
) STRICT;
CREATE INDEX documents_state ON documents(state);
CREATE INDEX documents_column ON documents(column_code, published_at);
CREATE INDEX documents_path ON documents(path);

CREATE TABLE provenance (
  url_id INTEGER NOT NULL REFERENCES urls(id),
  field TEXT NOT NULL,
  value TEXT,
  original TEXT,
  origin TEXT NOT NULL
) STRICT;
CREATE INDEX provenance_url ON provenance(url_id);

CREATE TABLE columns (
  key TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  url TEXT,
  documents INTEGER NOT NULL DEFAULT 0,
  action TEXT,
  platform_column TEXT,
  reason TEXT,
  sample_url TEXT
) STRICT;

CREATE TABLE files (
  sha256 TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL,
  media_type TEXT,
  url TEXT NOT NULL,
  warc TEXT NOT NULL,
  offset INTEGER NOT NULL
) STRICT;

CREATE TABLE marks (
  stage TEXT NOT NULL,
  item INTEGER NOT NULL,
  input TEXT NOT NULL,
  config TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT,
  run_id INTEGER NOT NULL,
  PRIMARY KEY (stage, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE findings (
  id INTEGER PRIMARY KEY,
  url_id INTEGER NOT NULL REFERENCES urls(id),
  stage TEXT NOT NULL,
  code TEXT NOT NULL,
  severity TEXT NOT NULL,
  field TEXT,
  quote TEXT,
  start INTEGER,
  "end" INTEGER,
  proposal TEXT,
  data TEXT NOT NULL DEFAULT '{}',
  key TEXT NOT NULL
) STRICT;
CREATE INDEX findings_item ON findings(url_id, stage);
CREATE INDEX findings_code ON findings(code);

CREATE TABLE gates (
  name TEXT PRIMARY KEY,
  is_ok INTEGER NOT NULL,
  expected TEXT NOT NULL,
  found TEXT NOT NULL,
  remedy TEXT NOT NULL,
  expected_zh TEXT NOT NULL,
  found_zh TEXT NOT NULL,
  remedy_zh TEXT NOT NULL
) STRICT;

CREATE TABLE exports (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  parent TEXT,
  manifest_sha256 TEXT NOT NULL,
  counts TEXT NOT NULL,
  state TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs(id)
) STRICT;
"""

_VIEWS = """
CREATE VIEW v_fates AS
SELECT coalesce(fate, '(none)') AS fate, fate_reason AS reason, count(*) AS urls,
       min(url) AS example
FROM urls GROUP BY fate, fate_reason ORDER BY urls DESC;

CREATE VIEW v_findings AS
SELECT f.code, f.severity, f.stage, u.url, d.id AS document, d.title, f.field,
       f.quote, f.start, f."end", f.proposal, f.data
FROM findings f JOIN urls u ON u.id = f.url_id
LEFT JOIN documents d ON d.url_id = f.url_id;

CREATE VIEW v_finding_counts AS
SELECT code, severity, stage, count(*) AS findings, count(DISTINCT url_id) AS pages
FROM findings GROUP BY code, severity, stage ORDER BY findings DESC;

CREATE VIEW v_progress AS
SELECT stage, outcome, reason, count(*) AS items FROM marks
GROUP BY stage, outcome, reason ORDER BY stage, items DESC;

CREATE VIEW v_columns AS
SELECT name, documents, action, platform_column, reason, url, sample_url
FROM columns ORDER BY documents DESC, name;

CREATE VIEW v_quarantine AS
SELECT u.url, u.fate_reason AS reason, d.title, d.published_at FROM urls u
LEFT JOIN documents d ON d.url_id = u.id WHERE u.fate = 'quarantined';

CREATE VIEW v_documents AS
SELECT d.id, d.kind, d.title, d.published_at, d.issuer, d.doc_number, d.index_number,
       d.column_code, d.state, d.reason, u.url, d.path
FROM documents d JOIN urls u ON u.id = d.url_id;
"""


@ledger()
def create_tables(db: Database) -> None:
    """Create the tables of the first ledger."""
    _run(db, _TABLES)


@ledger()
def create_views(db: Database) -> None:
    """Create the views that answer the questions people ask."""
    _run(db, _VIEWS)


@ledger()
def create_policy_tables(db: Database) -> None:
    """Create the tables of duplicates, policy readings, validity and decisions."""
    _run(db, ledger_policy.TABLES)
    _run(db, ledger_policy.VIEWS)


@ledger()
def keep_copies(db: Database) -> None:
    """Keep with a fingerprint what is compared besides the text."""
    _run(db, ledger_policy.COPIES)


@ledger()
def keep_missing_tags(db: Database) -> None:
    """Keep with a record which standard meta tags its page lacks, for the whole site."""
    _run(db, "ALTER TABLE records ADD COLUMN lacking TEXT NOT NULL DEFAULT ''")


def upgrade(db: Database, where: str) -> None:
    """Bring a ledger to this version, or refuse one that is newer or damaged."""
    known = len(ledger.pending(db)) + len(ledger.applied(db))
    found = int(db.execute("PRAGMA user_version").fetchone()[0])
    if found > known:
        raise WorkspaceTooNew(
            f"{where}: written by a newer contentkit (ledger version {found}, this one "
            f"knows {known}): use that version"
        )
    if found and not db["urls"].exists():
        raise WorkspaceDamaged(
            f"{where}: tables are missing: move it away with its -wal and -shm files and run "
            "'contentkit rebuild' to make it anew from the archive"
        )
    if found == known:
        return
    ledger.apply(db)
    db.execute(f"PRAGMA user_version = {known}")


def _run(db: Database, script: str) -> None:
    # one statement at a time: executescript would commit the step's transaction
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute(statement)
