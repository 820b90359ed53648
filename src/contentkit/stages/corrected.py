"""Documents and relations as a bundle carries them: put right, merged, with evidence that
still stands where it says.

Reads validity, corrections, clusters and accepted edits. Nothing here is stored: the
documents of the ledger stay as they were read.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from functools import lru_cache

import orjson

from contentkit.findings import codes
from contentkit.models import Document, Finding, Json
from contentkit.stages.edits import Edits

_FILES = ("attachments", "images")
_MERGED = """
SELECT coalesce(d.valid_data, d.data) FROM clusters c
JOIN documents d ON d.url_id = c.url_id AND d.state = 'valid'
WHERE c.canonical = ? AND c.role = 'copy' AND c.is_accepted = 1 ORDER BY d.id
"""
_VALIDITY = """
SELECT policy, validity, as_of, repealed_on, basis FROM validity WHERE url_id = ?
"""
_HOME = """
SELECT k.id FROM documents d JOIN clusters c ON c.url_id = d.url_id AND c.role = 'copy'
  AND c.is_accepted = 1
JOIN documents k ON k.url_id = c.canonical AND k.state = 'valid' WHERE d.id = ?
"""
_TEXT = """
SELECT json_extract(coalesce(valid_data, data), '$.body_text') FROM documents
WHERE id = ?
"""
_RELATIONS = """
SELECT r.type, s.id, t.id, r.evidence FROM relations r
JOIN documents s ON s.url_id = r.source AND s.state = 'valid'
JOIN documents t ON t.url_id = r.target AND t.state = 'valid'
ORDER BY r.type, s.id, t.id
"""
WITHHELD = """
SELECT json_extract(f.data, '$.sha256') AS sha256, min(f.code) AS code FROM findings f
JOIN v_latest_decisions l ON l.subject = f.subject AND l.evidence = f.key
WHERE f.code LIKE 'PII-%' AND l.answer = 'accept'
  AND json_extract(f.data, '$.sha256') IS NOT NULL GROUP BY 1
"""
"""Files that an editor holds back for the personal data in them, with the rule."""


class Corrected:
    """The view of a workspace's documents that export writes."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        families = {code.code: code.family for code in codes().values()}
        self._edits = Edits(conn, families)
        self._withheld = {row[0] for row in conn.execute(WITHHELD)}
        self._home = lru_cache(maxsize=65536)(self._find_home)

    def document(self, item: int, document: Document) -> list[Finding]:
        """Put a document right in place; return what could not be done."""
        row = self._conn.execute(_VALIDITY, [item]).fetchone()
        if row is not None:
            document["policy"] = orjson.loads(row[0])
        for field, value in self._conn.execute(
            "SELECT field, value FROM corrections WHERE url_id = ?"
            " ORDER BY field, code",
            [item],
        ):
            _put(document, field, orjson.loads(value))
        if row is not None:
            self._prove(document["policy"], row[1:])
        for key in _FILES:
            self._take_over(item, document[key], key)
            kept = [x for x in document[key] if x["sha256"] not in self._withheld]
            document[key] = [{**x, "ordinal": n} for n, x in enumerate(kept, 1)]
        return self._edits.apply(item, document)

    def _prove(self, policy: dict[str, Json], settled: Sequence[Json]) -> None:
        """Give a state its evidence, also the one that an editor accepted."""
        state, as_of, repealed_on, basis = settled
        proofs = orjson.loads(basis)
        if proofs and policy["validity"] == state and not policy["validity_basis"]:
            policy["validity_basis"] = proofs
            policy["validity_as_of"] = as_of
            policy["repealed_on"] = policy["repealed_on"] or repealed_on
        found = [self._evidence(basis) for basis in policy["validity_basis"]]
        policy["validity_basis"] = [basis for basis in found if basis]

    def relations(self) -> Iterator[dict[str, Json]]:
        """Yield what documents are to each other, each statement once.

        What a merged copy says, the authoritative one says.
        """
        told: set[tuple[str, str, str]] = set()
        for kind, source, target, evidence in self._conn.execute(_RELATIONS):
            first = source if kind == "duplicate-of" else self._home(source) or source
            second = self._home(target) or target
            if first == second or (kind, first, second) in told:
                continue
            told.add((kind, first, second))
            basis = self._evidence(orjson.loads(evidence))
            if basis is not None:
                yield {
                    "type": kind,
                    "source": first,
                    "target": second,
                    "evidence": basis,
                }

    def _take_over(self, item: int, files: list[Json], key: str) -> None:
        """Add the files that only merged copies of a document have."""
        held = {file["sha256"] for file in files}
        for (data,) in self._conn.execute(_MERGED, [item]):
            for file in orjson.loads(data)[key]:
                if file["sha256"] not in held:
                    held.add(file["sha256"])
                    files.append(file)

    def _evidence(self, basis: Json) -> Json | None:
        """Return evidence in the text that the bundle carries; None if it is not there."""
        if "quote" not in basis:
            return basis
        home = self._home(basis["document"])
        if home is not None:
            (text,) = self._conn.execute(_TEXT, [home]).fetchone()
            start = text.find(basis["quote"])
            if start < 0:
                return None
            end = start + len(basis["quote"])
            basis = {**basis, "document": home, "start": start, "end": end}
        return self._edits.evidence(basis)

    def _find_home(self, document_id: str) -> str | None:
        """Return the document that a copy was merged into."""
        row = self._conn.execute(_HOME, [document_id]).fetchone()
        return None if row is None else str(row[0])


def _put(document: Json, field: str, value: Json) -> None:
    *parents, name = field.split(".")
    place = document
    for parent in parents:
        place = place[parent]
    place[name] = value
