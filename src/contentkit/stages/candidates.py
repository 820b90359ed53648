"""Which texts of the whole corpus are worth comparing: `candidates`.

Four ways lead to a pair: equal characters, a shared key (title, document number, index
number), a page and a file that it attaches, and likeness of signatures. Groups of many members do not give all their pairs:
each member meets the first of its group and the one before it.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

import numpy as np

from contentkit.dedupe.bands import candidate_blocks
from contentkit.dedupe.minhash import ROWS
from contentkit.dedupe.spool import Spool
from contentkit.workspace import Workspace

CROWD = 30  # members of a group up to which all pairs are compared

_EQUAL = """
SELECT folded, url_id FROM fingerprints WHERE folded IN
  (SELECT folded FROM fingerprints WHERE folded <> '' GROUP BY folded HAVING count(*) > 1)
ORDER BY folded, name
"""
_KEYED = """
SELECT k.kind || ' ' || k.key, k.url_id FROM dedupe_keys k
JOIN fingerprints f ON f.url_id = k.url_id
WHERE (k.kind, k.key) IN
  (SELECT kind, key FROM dedupe_keys GROUP BY kind, key HAVING count(*) > 1)
ORDER BY k.kind, k.key, f.name
"""
_OWN = """
SELECT d.url_id, f.url_id FROM documents d,
  json_each(coalesce(d.valid_data, d.data), '$.attachments') a
JOIN file_texts f ON f.sha256 = json_extract(a.value, '$.sha256') AND f.chars > 0
WHERE d.state = 'valid' ORDER BY d.id, f.url_id
"""
# one text of each, by name: what equals it was paired with it already
_SIGNED = """
SELECT url_id, signature FROM fingerprints f WHERE length(signature) > 0
  AND name = (SELECT min(name) FROM fingerprints e WHERE e.folded = f.folded)
ORDER BY name
"""


def find_candidates(workspace: Workspace) -> int:
    """Replace the candidates by those of the present corpus; return their number."""
    with workspace.transaction() as conn:
        conn.execute("DELETE FROM candidates")
        for source, rows in (("equal", _EQUAL), ("key", _KEYED)):
            groups = _groups(conn.cursor().execute(rows))
            _insert(conn, source, (x for group in groups for x in _pairs(group)))
        _insert(conn, "own", conn.cursor().execute(_OWN))
        _insert(conn, "near", _near(conn))
        return int(conn.execute("SELECT count(*) FROM candidates").fetchone()[0])


def _insert(
    conn: sqlite3.Connection, source: str, pairs: Iterable[tuple[int, int]]
) -> None:
    conn.executemany(
        "INSERT OR IGNORE INTO candidates VALUES (?, ?, ?)",
        ((min(pair), max(pair), source) for pair in pairs),
    )


def _groups(rows: Iterable[tuple[str, int]]) -> Iterator[list[int]]:
    for _, members in groupby(rows, key=lambda row: row[0]):
        yield [item for _, item in members]


def _pairs(group: list[int]) -> Iterator[tuple[int, int]]:
    if len(group) <= CROWD:
        for place, first in enumerate(group):
            for second in group[place + 1 :]:
                yield first, second
        return
    for other in group[1:]:
        yield group[0], other
    yield from pairwise(group)


def _near(conn: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    items: list[int] = []
    spool = Spool()  # signatures wait on disk: 256 bytes a text
    try:
        for item, signature in conn.cursor().execute(_SIGNED):
            items.append(item)
            spool.append(signature)
        if not items:
            return
        signatures = np.frombuffer(spool.view(), dtype="<u2").reshape(-1, ROWS)
        for block in candidate_blocks(signatures):
            for first, second in block.tolist():
                yield items[first], items[second]
    finally:
        spool.close()
