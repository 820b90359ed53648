"""One document number on two instruments (NUM-COLLISION)."""

import sqlite3
from collections.abc import Iterator
from itertools import groupby

from contentkit.models import Finding
from contentkit.policy.titles import cited_title

# copies of one document count as one: they are named by the authoritative one
_NUMBERED = """
SELECT k.key, d.url_id, d.id, d.title, ifnull(c.canonical, d.url_id) FROM citation_keys k
JOIN documents d ON d.url_id = k.url_id AND d.state = 'valid' AND d.kind = 'policy'
LEFT JOIN clusters c ON c.url_id = d.url_id
WHERE k.kind = 'number' AND k.key IN
  (SELECT key FROM citation_keys WHERE kind = 'number' GROUP BY key HAVING count(*) > 1)
ORDER BY k.key, d.id
"""


def find_collisions(conn: sqlite3.Connection) -> Iterator[tuple[int, Finding]]:
    """Yield a finding on each document whose number another instrument has.

    Documents of one number and one title are copies, which stage dedupe tells.
    """
    rows = conn.execute(_NUMBERED).fetchall()
    for number, group in groupby(rows, key=lambda row: row[0]):
        held = [(row[1], row[2], row[3], row[4], cited_title(row[3])) for row in group]
        for item, _, _, instrument, title in held:
            other = next(
                (x for x in held if x[3] != instrument and x[4] != title), None
            )
            if other is not None:
                data = {"number": number, "title": other[2], "subject": other[1]}
                yield (
                    item,
                    Finding(
                        code="NUM-COLLISION",
                        field="doc_number",
                        quote=number,
                        data=data,
                    ),
                )
