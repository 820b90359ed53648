"""The rows of the table `findings`: how they are made, keyed and replaced.

Two digests tie an editor's decision to a finding across runs. `subject` says what the
finding is about: page, code, field and quote, or what `data["subject"]` names where
there is no quote. `key` says what the editor saw: the data, too. A decision stays as long
as both are the same; it reopens when only the subject is. Offsets are in neither: a
finding that merely moved is the same one.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence

import orjson

from contentkit.findings import codes
from contentkit.models import Json
from contentkit.workspace import dump

_OF_ONE_SIDE = ("title", "url", "subject", "name", "origin", "here", "there")
"""What a finding about a pair says of the copy that it is not told on."""
_NO_EVIDENCE = ("count", "trace", "pair", "differences")

_INSERT = (
    "INSERT INTO findings (url_id, stage, code, severity, field, quote, start,"
    ' "end", proposal, data, key, subject) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'
)


def finding_key(finding: Json) -> str:
    """Return the digest of the evidence of a finding of one item."""
    parts = [finding["code"], finding.get("field"), finding.get("quote")]
    data = finding.get("data", {})
    return _digest([*parts, _of_both(data) if "pair" in data else data])


def finding_subject(url: str, finding: Json) -> str:
    """Return what a finding is about: a digest, or the two ids of a pair."""
    pair = finding.get("data", {}).get("pair")
    if pair is not None:
        return " ".join(sorted(pair))
    parts = [url, finding["code"], finding.get("field"), finding.get("quote")]
    return _digest([*parts, finding.get("data", {}).get("subject")])[:32]


def insert_findings(
    conn: sqlite3.Connection, stage: str, item: int, findings: Sequence[Json]
) -> None:
    """Add findings of (item, stage)."""
    if not findings:
        return
    (url,) = conn.execute("SELECT url FROM urls WHERE id = ?", [item]).fetchone()
    insert_rows(conn, stage, [(item, finding_row(url, found)) for found in findings])


def insert_rows(
    conn: sqlite3.Connection, stage: str, rows: Iterable[tuple[int, Sequence[Json]]]
) -> None:
    """Add findings of a stage that are rows already, each with its item."""
    conn.executemany(_INSERT, ([item, stage, *row] for item, row in rows))


def replace_findings(
    conn: sqlite3.Connection, stage: str, item: int, findings: Sequence[Json]
) -> None:
    """Put the findings of (item, stage) in the place of the old ones."""
    delete_findings(conn, stage, [item])
    insert_findings(conn, stage, item, findings)


def delete_findings(conn: sqlite3.Connection, stage: str, items: Iterable[int]) -> None:
    """Take away the findings of a stage about some items."""
    conn.executemany(
        "DELETE FROM findings WHERE url_id = ? AND stage = ?",
        [(item, stage) for item in items],
    )


def finding_row(url: str, finding: Json) -> list[Json]:
    """Return the row of a finding about a URL, from its code on."""
    return [
        finding["code"],
        codes()[finding["code"]].severity,
        *(finding.get(key) for key in ("field", "quote", "start", "end", "proposal")),
        dump(finding.get("data", {})),
        finding_key(finding),
        finding_subject(url, finding),
    ]


def _of_both(data: Json) -> Json:
    """Return what is true of a pair from whichever of its sides it is told.

    An answer must not reopen itself: it may turn round which copy gives way.
    """
    left_out = (*_OF_ONE_SIDE, *_NO_EVIDENCE)
    kept = {name: value for name, value in data.items() if name not in left_out}
    kept["sides"] = sorted((data.get("here", ""), data.get("there", "")))
    kept["places"] = [
        sorted((place["here"], place["there"])) for place in data.get("differences", ())
    ]
    return kept


def _digest(parts: list[Json]) -> str:
    text = orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()
