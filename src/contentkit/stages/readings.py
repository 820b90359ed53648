"""Stage read: what each document says of its validity and of others, and what an editor
should look at in it and in its files.

Reads documents and file texts; writes `readings`, `effects`, `citation_keys`, findings
and marks. Only documents that can act are read for effects: a report or an
interpretation restates the clauses of others (POLICY 10, pitfall 15).
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import orjson

from contentkit.cleanup.document import (
    USED_LISTS,
    USED_LOOKUPS,
    Known,
    check_document,
    check_file,
)
from contentkit.engine import Process
from contentkit.filetext import FileText
from contentkit.models import Document, Finding, Json
from contentkit.policy.models import Effect, Reading, Scope
from contentkit.policy.read import read_policy
from contentkit.policy.tables import read_list, rows_text
from contentkit.policy.titles import cited_title
from contentkit.recipe import Recipe, load_recipe
from contentkit.resources import find
from contentkit.stages.runner import config_digest, died, guarded
from contentkit.workspace import Workspace, dump, open_reader

VERSION = "4"  # rises when the stage answers differently for the same document

SOURCES = frozenset({"policy", "notice", "disclosure"})
"""Kinds of documents whose words have effect."""

_SOURCE = """
SELECT d.url_id AS item, d.digest AS input, u.url FROM documents d
JOIN urls u ON u.id = d.url_id WHERE d.state = 'valid'
"""
_DOCUMENT = "SELECT coalesce(valid_data, data) FROM documents WHERE url_id = ?"
_FILE = "SELECT data FROM file_texts WHERE sha256 = ?"
_INSERT_EFFECT = (
    "INSERT INTO effects (source, ordinal, via, type, scope, title, doc_number, date,"
    ' target_date, detail, quote, start, "end", basis)'
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, kw_only=True)
class ReadWork:
    """Read documents from the ledger by id."""

    ledger: str
    recipe: str
    config: str

    def open(self) -> Process:
        """Load the recipe and open the ledger for reading."""
        return partial(_process, open_reader(self.ledger), load_recipe(self.recipe))

    def died(self, ref: Json) -> Json:
        """Answer for a document that kills its worker."""
        return died(ref)


class ReadStage:
    """The stage over the valid documents of a workspace."""

    name = "read"
    source_sql = _SOURCE

    def __init__(self, workspace: Workspace) -> None:
        name = workspace.resource(workspace.settings.recipe)
        files = workspace.conn.execute(
            "SELECT count(*), ifnull(max(run_id), 0) FROM marks WHERE stage = 'files'"
        ).fetchone()
        self.work = ReadWork(
            ledger=str(workspace.folder / "workspace.db"),
            recipe=name,
            config=config_digest(
                self.name,
                VERSION,
                load_recipe(name).digest,
                lists_digest(),
                str(tuple(files)),
            ),
        )

    def store(self, conn: sqlite3.Connection, item: int, result: Json) -> None:
        """Write the reading, its effects and the keys of the document."""
        self.remove(conn, item)
        conn.execute(
            "INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?)", [item, *result["row"]]
        )
        conn.executemany(
            "INSERT OR IGNORE INTO citation_keys VALUES (?, ?, ?)",
            [[*key, item] for key in result["keys"]],
        )
        conn.executemany(
            _INSERT_EFFECT,
            [[item, place, *row] for place, row in enumerate(result["effects"])],
        )

    def remove(self, conn: sqlite3.Connection, item: int) -> None:
        """Delete the reading of a document."""
        conn.execute("DELETE FROM readings WHERE url_id = ?", [item])
        conn.execute("DELETE FROM citation_keys WHERE url_id = ?", [item])
        conn.execute("DELETE FROM effects WHERE source = ?", [item])


def lists_digest() -> str:
    """Return the digest of the packaged lists that the checks of a document read."""
    digest = hashlib.sha256()
    for kind, names in (("codelist", USED_LISTS), ("lookup", USED_LOOKUPS)):
        for name in names:
            digest.update(find(kind, name).read_bytes())
    return digest.hexdigest()


def retire_readings(workspace: Workspace) -> None:
    """Forget documents that are gone or not valid any more."""
    valid = "(SELECT url_id FROM documents WHERE state = 'valid')"
    with workspace.transaction() as conn:
        for table, key in (
            ("readings", "url_id"),
            ("citation_keys", "url_id"),
            ("effects", "source"),
        ):
            conn.execute(f"DELETE FROM {table} WHERE {key} NOT IN {valid}")
        for table, key in (("marks", "item"), ("findings", "url_id")):
            conn.execute(
                f"DELETE FROM {table} WHERE stage = 'read' AND {key} NOT IN {valid}"
            )


def _process(
    conn: sqlite3.Connection, recipe: Recipe, refs: Sequence[Json]
) -> Iterator[Json]:
    return (guarded(partial(_read, conn, recipe), ref) for ref in refs)


def _read(conn: sqlite3.Connection, recipe: Recipe, ref: Json) -> Json:
    document = orjson.loads(conn.execute(_DOCUMENT, [ref[0]]).fetchone()[0])
    files = list(_files(conn, document))
    is_source = document["kind"] in SOURCES
    reading = _reading(document) if is_source else Reading()
    effects = list(_effect_rows(reading, files)) if is_source else []
    known = Known(recipe=recipe, reading=reading)
    findings = [*reading.findings, *check_document(document, known)]
    for name, sha256, read in files:
        findings += [_of_file(x, name, sha256) for x in check_file(name, read)]
    row = [
        int(is_source),
        int(reading.is_draft),
        reading.effective_on,
        reading.expires_on,
        dump({**reading.to_json(), "findings": [], **_more(reading)}),
    ]
    return {
        "outcome": "done",
        "row": row,
        "effects": effects,
        "keys": _keys(document),
        "findings": [finding.to_json() for finding in findings],
    }


def _of_file(finding: Finding, name: str, sha256: str) -> Finding:
    """Return a finding of a file with the file that it is about."""
    data = {"subject": sha256, **finding.data, "file": name, "sha256": sha256}
    return replace(finding, data=data)


def _reading(document: Document) -> Reading:
    return read_policy(
        document["body_text"],
        title=document["title"],
        doc_number=document["doc_number"],
        written_on=document["written_on"],
        published_on=document["published_at"],
    )


def _more(reading: Reading) -> dict[str, Json]:
    """Return what the state of a document rests on besides the contract's keys."""
    return {
        "clauses": [clause.to_json() for clause in reading.clauses],
        "conflict": any(x.code == "VAL-CONFLICT" for x in reading.findings),
    }


def _files(
    conn: sqlite3.Connection, document: Document
) -> Iterator[tuple[str, str, FileText]]:
    for file in document["attachments"]:
        row = conn.execute(_FILE, [file["sha256"]]).fetchone()
        if row is not None and row[0] != "{}":
            yield file["name"], file["sha256"], FileText.from_json(orjson.loads(row[0]))


def _effect_rows(
    reading: Reading, files: Sequence[tuple[str, str, FileText]]
) -> Iterator[list[Json]]:
    """Yield the effects of the body, then those of the lists that it attaches.

    A row of an attached list rests on the words of the body that refer to the list.
    """
    referring = None
    for effect in reading.effects:
        yield _row("body", effect, None)
        if effect.scope is Scope.ANNEX_LIST:
            referring = referring or effect
    if referring is None:
        return
    basis = dump([referring.quote, referring.start, referring.end])
    for name, _, read in files:
        text = rows_text(row for table in read.tables for row in table) or read.text
        heading = f"{name} {referring.quote}"
        for effect in read_list(text, heading):
            yield _row(name, effect, basis)


def _row(via: str, effect: Effect, basis: str | None) -> list[Json]:
    return [
        via,
        str(effect.type),
        str(effect.scope),
        effect.title,
        effect.doc_number,
        effect.date,
        effect.target_date,
        effect.detail,
        effect.quote,
        effect.start,
        effect.end,
        basis,
    ]


def _keys(document: Document) -> list[list[str]]:
    keys = []
    if document["doc_number"]:
        keys.append(["number", document["doc_number"]])
    title = cited_title(document["title"]).key
    if title:
        keys.append(["title", title])
    return keys
