"""Stage fingerprint: the keys under which documents and files meet their likes.

Reads documents and file texts; writes `fingerprints`, `dedupe_keys` and marks.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import orjson

from contentkit.dedupe.boilerplate import Boilerplate, learn_boilerplate
from contentkit.dedupe.facts import Copy, copy_of, facts_json
from contentkit.dedupe.fingerprint import fingerprint
from contentkit.dedupe.titles import title_keys
from contentkit.engine import Process
from contentkit.models import Json
from contentkit.stages.runner import config_digest, died, guarded
from contentkit.text import fold
from contentkit.workspace import Workspace, dump, open_reader

VERSION = "2"  # rises when the stage answers differently for the same text

_SOURCE = """
SELECT d.url_id AS item, d.digest AS input, u.url, 'html' AS origin
FROM documents d JOIN urls u ON u.id = d.url_id WHERE d.state = 'valid'
UNION ALL
SELECT f.url_id, f.sha256, u.url, 'file'
FROM file_texts f JOIN urls u ON u.id = f.url_id WHERE f.chars > 0
"""
# in any order: sorting would write all texts of the site to a temporary file
_TEXTS = """
SELECT json_extract(coalesce(valid_data, data), '$.body_text') FROM documents
WHERE state = 'valid'
"""
_STATE = """
SELECT ifnull(max(run_id), 0) || ' ' || count(*) FROM marks WHERE stage = 'validate'
"""


def learned_boilerplate(workspace: Workspace, run_id: int) -> Boilerplate:
    """Return the lines that recur all over the site, learned anew after changes."""
    conn = workspace.conn
    (state,) = conn.execute(_STATE).fetchone()
    known = conn.execute(
        "SELECT input, reason FROM marks WHERE stage = 'boilerplate' AND item = 0"
    ).fetchone()
    if known is not None and known[0] == state:
        return Boilerplate(tuple(orjson.loads(known[1])))
    learned = learn_boilerplate(row[0] for row in conn.cursor().execute(_TEXTS))
    with workspace.transaction():
        conn.execute(
            "INSERT OR REPLACE INTO marks VALUES"
            " ('boilerplate', 0, ?, '', 'done', ?, ?)",
            [state, dump(list(learned.keys)), run_id],
        )
    return learned


@dataclass(frozen=True, kw_only=True)
class FingerprintWork:
    """Make fingerprints of documents and files read from the ledger by id."""

    ledger: str
    boilerplate: Boilerplate
    config: str

    def open(self) -> Process:
        """Open the ledger for reading."""
        return partial(_process, open_reader(self.ledger), self.boilerplate)

    def died(self, ref: Json) -> Json:
        """Answer for a text that kills its worker."""
        return died(ref)


class FingerprintStage:
    """The stage over the valid documents and the readable files of a workspace."""

    name = "fingerprint"
    source_sql = _SOURCE

    def __init__(self, workspace: Workspace, boilerplate: Boilerplate) -> None:
        self.work = FingerprintWork(
            ledger=str(workspace.folder / "workspace.db"),
            boilerplate=boilerplate,
            config=config_digest(self.name, VERSION, dump(list(boilerplate.keys))),
        )

    def store(self, conn: sqlite3.Connection, item: int, result: Json) -> None:
        """Write fingerprint and keys of one text."""
        self.remove(conn, item)
        row = result["row"]
        conn.execute(
            "INSERT INTO fingerprints VALUES (?, ?, ?, ?, ?, ?, ?)",
            [item, *row[:4], bytes.fromhex(row[4]), row[5]],
        )
        conn.executemany(
            "INSERT OR IGNORE INTO dedupe_keys VALUES (?, ?, ?)",
            [[*key, item] for key in result["keys"]],
        )

    def remove(self, conn: sqlite3.Connection, item: int) -> None:
        """Delete fingerprint and keys of one text."""
        conn.execute("DELETE FROM fingerprints WHERE url_id = ?", [item])
        conn.execute("DELETE FROM dedupe_keys WHERE url_id = ?", [item])


def retire_fingerprints(workspace: Workspace) -> None:
    """Forget texts that are gone or not valid any more."""
    source = f"SELECT item FROM ({_SOURCE})"
    with workspace.transaction() as conn:
        for table, key in (("fingerprints", "url_id"), ("dedupe_keys", "url_id")):
            conn.execute(f"DELETE FROM {table} WHERE {key} NOT IN ({source})")
        conn.execute(
            f"DELETE FROM marks WHERE stage = 'fingerprint' AND item NOT IN ({source})"
        )


def _process(
    conn: sqlite3.Connection, boilerplate: Boilerplate, refs: Sequence[Json]
) -> Iterator[Json]:
    return (guarded(partial(_make, conn, boilerplate), ref) for ref in refs)


def _make(conn: sqlite3.Connection, boilerplate: Boilerplate, ref: Json) -> Json:
    item, _, url, origin = ref
    keys: list[list[str]] = []
    facts = "{}"
    if origin == "html":
        sql = "SELECT coalesce(valid_data, data) FROM documents WHERE url_id = ?"
        document = orjson.loads(conn.execute(sql, [item]).fetchone()[0])
        name, text = document["id"], document["body_text"]
        copy = copy_of(document)
        keys, facts = _keys(copy), dump(facts_json(copy))
    else:
        sql = "SELECT json_extract(data, '$.text') FROM file_texts WHERE url_id = ?"
        name, text = url, conn.execute(sql, [item]).fetchone()[0]
    made = fingerprint(text, boilerplate)
    row = [origin, name, made.folded, made.characters, made.signature.hex(), facts]
    return {"outcome": "done", "row": row, "keys": keys, "findings": []}


def _keys(copy: Copy) -> list[list[str]]:
    keys = [["title", key] for key in title_keys(copy.title)]
    if copy.doc_number_key:
        keys.append(["number", copy.doc_number_key])
    if copy.index_number:
        keys.append(["index", fold(copy.index_number)])
    return keys
