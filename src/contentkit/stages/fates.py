"""What became of every discovered URL: computed from all that the ledger knows.

Fates are never stored piecemeal: this step derives them anew, so they cannot
contradict what is exported. The order of the statements is the order of precedence.
"""

import sqlite3
from collections.abc import Iterator

from contentkit.harvest.scope import Scope
from contentkit.stages.corrected import WITHHELD
from contentkit.stages.extract import ExtractStage
from contentkit.workspace import Workspace

HOME_COLUMN = "home"  # the platform has one whatever its column tree is

_STEPS = f"""
UPDATE urls SET fate = NULL, fate_reason = NULL, target = NULL;

-- what gave nothing
UPDATE urls SET fate = 'not-fetched', fate_reason = ifnull(reason, state)
WHERE state IN ('failed', 'skipped');
UPDATE urls SET fate = 'not-fetched', fate_reason = 'not-captured'
WHERE state = 'seen';
UPDATE urls SET fate = 'not-fetched', fate_reason =
  CASE WHEN c.status >= 500 THEN 'http-5xx' ELSE 'http-' || c.status END
FROM captures c WHERE c.url_id = urls.id AND c.is_current = 1
  AND c.status <> 200 AND c.location IS NULL;

-- documents
UPDATE urls SET fate = CASE d.state WHEN 'valid' THEN 'migrated'
    ELSE 'quarantined' END,
  fate_reason = d.reason, target = CASE d.state WHEN 'valid' THEN d.id END
FROM documents d WHERE d.url_id = urls.id;

-- copies that an editor merged into the authoritative one
UPDATE urls SET fate = 'merged', fate_reason = 'duplicate', target = t.id
FROM clusters c, documents d, documents t
WHERE c.url_id = urls.id AND c.role = 'copy' AND c.is_accepted = 1
  AND d.url_id = c.url_id AND d.state = 'valid'
  AND t.url_id = c.canonical AND t.state = 'valid';

-- articles without a document
UPDATE urls SET fate = CASE m.outcome WHEN 'dropped' THEN 'dropped'
    ELSE 'quarantined' END,
  fate_reason = ifnull(m.reason, m.outcome)
FROM marks m WHERE m.item = urls.id AND m.stage = 'normalize' AND m.outcome <> 'done';
UPDATE urls SET fate = 'quarantined', fate_reason = 'internal-error'
FROM marks m WHERE m.item = urls.id AND m.stage = 'extract' AND m.outcome = 'failed';

-- pages that are no articles
UPDATE urls SET fate = 'dropped', fate_reason = 'not-a-page'
FROM records r WHERE r.url_id = urls.id AND r.kind = 'stub';
UPDATE urls SET fate = 'quarantined', fate_reason = ifnull(
  (SELECT code FROM findings f WHERE f.url_id = urls.id AND f.stage = 'extract'
   AND f.severity = 'error' ORDER BY code LIMIT 1), 'error-page')
FROM records r WHERE r.url_id = urls.id AND r.kind = 'error';
UPDATE urls SET fate = 'column', target = '{HOME_COLUMN}'
FROM records r WHERE r.url_id = urls.id AND r.kind = 'home';
UPDATE urls SET
  fate = CASE ifnull(k.action, '') WHEN 'drop' THEN 'dropped'
    WHEN '' THEN 'quarantined' ELSE 'column' END,
  fate_reason = CASE ifnull(k.action, '') WHEN 'drop' THEN k.reason
    WHEN '' THEN 'COL-03' END,
  target = CASE WHEN k.action <> 'drop' THEN k.platform_column END
FROM records r, columns k
WHERE r.url_id = urls.id AND r.kind = 'list' AND k.key = urls.column_key;
UPDATE urls SET fate = 'dropped', fate_reason = 'list-service' FROM records r
WHERE r.url_id = urls.id AND r.kind = 'list' AND urls.column_key IS NULL;

-- files: held back with the only documents that have them, whatever other file has the
-- same bytes; carried by a document of the bundle, or only by a page around it; a page that
-- was extracted is no file, so one whose document is missing gets no fate here, nor
-- one that waits to be extracted
UPDATE urls SET fate = 'quarantined', fate_reason = k.reason FROM captures c,
  (SELECT coalesce(a.alias_of, a.url) AS url, max(d.state = 'valid') AS is_wanted,
          min(CASE WHEN d.state <> 'valid' THEN d.reason END) AS reason
   FROM refs f JOIN urls a ON a.url = f.ref_url JOIN documents d ON d.url_id = f.url_id
   WHERE f.role IN ('attachment', 'image') GROUP BY 1) k
WHERE k.url = urls.url AND NOT k.is_wanted AND k.reason IS NOT NULL
  AND c.url_id = urls.id AND c.is_current = 1 AND c.status = 200
  AND ifnull(urls.fate, 'dropped') = 'dropped';
UPDATE urls SET fate = 'asset', fate_reason = NULL, target = c.sha256 FROM captures c
WHERE c.url_id = urls.id AND c.is_current = 1 AND c.status = 200
  AND c.sha256 IN (SELECT sha256 FROM carried)
  AND ifnull(urls.fate, 'dropped') = 'dropped';
UPDATE urls SET fate = 'quarantined', fate_reason = w.code, target = NULL
FROM captures c, withheld w
WHERE c.url_id = urls.id AND c.is_current = 1 AND c.sha256 = w.sha256
  AND ifnull(urls.fate, 'dropped') = 'dropped';
UPDATE urls SET fate = 'dropped',
  fate_reason = CASE WHEN c.bytes = 0 THEN 'empty' ELSE 'not-carried-by-a-document' END
FROM captures c WHERE urls.fate IS NULL AND c.url_id = urls.id
  AND c.is_current = 1 AND c.status = 200
  AND NOT EXISTS (SELECT 1 FROM marks m WHERE m.stage = 'extract' AND m.item = urls.id)
  AND NOT EXISTS (SELECT 1 FROM ({ExtractStage.source_sql}) s WHERE s.item = urls.id)
"""

# redirects and other names follow what they lead to; a chain is followed to its end
_FOLLOW = """
UPDATE urls SET
  fate = CASE t.fate WHEN 'migrated' THEN 'merged' ELSE t.fate END,
  fate_reason = t.fate_reason, target = t.target
FROM {origin} WHERE urls.fate IS NULL AND {link} AND t.fate IS NOT NULL
"""
_FOLLOWING = (
    _FOLLOW.format(origin="urls t", link="t.url = urls.alias_of"),
    _FOLLOW.format(
        origin="hops h, urls t", link="h.url_id = urls.id AND t.url = h.location"
    ),
)
MAX_HOPS = 10  # more redirects in a row than any browser follows without complaint


def settle_fates(workspace: Workspace, scope: Scope) -> None:
    """Give every discovered URL its one fate."""
    with workspace.transaction() as conn:
        conn.execute("DROP TABLE IF EXISTS temp.hops")
        conn.execute("CREATE TEMP TABLE hops (url_id INTEGER PRIMARY KEY, location)")
        conn.executemany("INSERT INTO hops VALUES (?, ?)", _hops(conn, scope))
        conn.execute("DROP TABLE IF EXISTS temp.carried")
        conn.execute("CREATE TEMP TABLE carried (sha256 TEXT PRIMARY KEY)")
        conn.executemany(
            "INSERT OR IGNORE INTO carried VALUES (?)", _carried_files(conn)
        )
        conn.execute("DROP TABLE IF EXISTS temp.withheld")
        conn.execute(f"CREATE TEMP TABLE withheld AS {WITHHELD}")
        conn.execute(
            "DELETE FROM carried WHERE sha256 IN (SELECT sha256 FROM withheld)"
        )
        for step in _STEPS.split(";\n"):
            conn.execute(step)
        for _ in range(MAX_HOPS):
            if not sum(conn.execute(step).rowcount for step in _FOLLOWING):
                break
        # what is left leads nowhere: a loop, or out of the site
        conn.execute(
            "UPDATE urls SET fate = 'not-fetched', fate_reason = ifnull((SELECT code"
            " FROM findings f WHERE f.url_id = urls.id AND code LIKE 'redirect-%'"
            " ORDER BY code LIMIT 1), 'redirect-nowhere') WHERE fate IS NULL"
            " AND (alias_of IS NOT NULL OR id IN (SELECT url_id FROM hops))"
        )


def _hops(conn: sqlite3.Connection, scope: Scope) -> Iterator[tuple[int, str]]:
    """Yield where each redirect leads, as the site's own name for it."""
    rows = conn.cursor().execute(
        "SELECT url_id, location FROM captures"
        " WHERE is_current = 1 AND location IS NOT NULL"
    )
    for url_id, location in rows:
        yield url_id, scope.canonical_host(location)


def _carried_files(conn: sqlite3.Connection) -> Iterator[tuple[str]]:
    """Yield the sha256 of each file that a valid document carries."""
    rows = conn.cursor().execute(
        "SELECT json_extract(f.value, '$.sha256') FROM documents d,"
        " json_each(coalesce(d.valid_data, d.data), '$.attachments') f"
        " WHERE d.state = 'valid'"
        " UNION ALL SELECT json_extract(f.value, '$.sha256') FROM documents d,"
        " json_each(coalesce(d.valid_data, d.data), '$.images') f"
        " WHERE d.state = 'valid'"
    )
    yield from rows
