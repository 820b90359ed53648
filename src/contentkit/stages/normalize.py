"""Stage normalize: records of articles become documents with provenance per field.

Reads records with their context; writes documents, provenance, findings and marks.
Drops an item when the recipe says so: the reason is kept in the mark.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import orjson

from contentkit.engine import Process
from contentkit.models import CaptureRef, FieldValue, FileFact, Json, Record
from contentkit.normalize import normalize_record
from contentkit.recipe import Recipe, load_recipe
from contentkit.stages.runner import config_digest, died, guarded
from contentkit.workspace import Workspace, dump, open_reader

VERSION = "3"  # rises when the stage answers differently for the same record

_SOURCE = """
SELECT r.url_id AS item, ifnull(r.input, '') AS input, u.url
FROM records r JOIN urls u ON u.id = r.url_id WHERE r.kind = 'article'
"""

_RECORD = """
SELECT r.data, r.context, u.url, c.captured_at, c.sha256, c.payload_warc,
       c.payload_offset, c.status, c.media_type
FROM records r JOIN urls u ON u.id = r.url_id JOIN captures c ON c.id = r.capture_id
WHERE r.url_id = ?
"""


@dataclass(frozen=True, kw_only=True)
class NormalizeWork:
    """Apply one recipe to records read from the ledger by id."""

    ledger: str
    recipe: str
    config: str

    def open(self) -> Process:
        """Load the recipe and open the ledger for reading."""
        return partial(_process, open_reader(self.ledger), load_recipe(self.recipe))

    def died(self, ref: Json) -> Json:
        """Answer for a record that kills its worker."""
        return died(ref)


class NormalizeStage:
    """The stage over the articles of a workspace."""

    name = "normalize"
    source_sql = _SOURCE

    def __init__(self, workspace: Workspace) -> None:
        name = workspace.resource(workspace.settings.recipe)
        self.work = NormalizeWork(
            ledger=str(workspace.folder / "workspace.db"),
            recipe=name,
            config=config_digest(self.name, VERSION, load_recipe(name).digest),
        )

    def store(self, conn: sqlite3.Connection, item: int, result: Json) -> None:
        """Write the document and the provenance of its fields.

        It waits for validation even if it is what it was: its state is not kept.
        """
        conn.execute("DELETE FROM marks WHERE item = ? AND stage = 'validate'", [item])
        conn.execute(
            "INSERT OR REPLACE INTO documents (url_id, id, kind, title, published_at,"
            " written_on, issuer, index_number, doc_number, column_code, path,"
            " text_sha256, digest, data) VALUES"
            " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [item, *result["row"]],
        )
        conn.execute("DELETE FROM provenance WHERE url_id = ?", [item])
        conn.executemany(
            "INSERT INTO provenance VALUES (?, ?, ?, ?, ?)",
            [[item, *row] for row in result["provenance"]],
        )

    def remove(self, conn: sqlite3.Connection, item: int) -> None:
        """Delete the document of a record that is dropped or failed."""
        conn.execute("DELETE FROM documents WHERE url_id = ?", [item])
        conn.execute("DELETE FROM provenance WHERE url_id = ?", [item])
        conn.execute(
            "DELETE FROM findings WHERE url_id = ? AND stage = 'validate'", [item]
        )
        conn.execute("DELETE FROM marks WHERE item = ? AND stage = 'validate'", [item])


def _process(
    conn: sqlite3.Connection, recipe: Recipe, refs: Sequence[Json]
) -> Iterator[Json]:
    return (guarded(partial(_normalize, conn, recipe), ref) for ref in refs)


def _normalize(conn: sqlite3.Connection, recipe: Recipe, ref: Json) -> Json:
    row = conn.execute(_RECORD, [ref[0]]).fetchone()
    record = Record.from_json(orjson.loads(row[0]))
    context = orjson.loads(row[1])
    if context.get("stands_for_file"):
        return {"outcome": "dropped", "reason": "attachment-is-page", "findings": []}
    listed = context.get("listed")
    if listed:
        path = tuple(listed["column_path"].split(" > "))
        origins = {**record.origins, "column_path": f"list:{listed['url']}"}
        record = replace(record, column_path=path, origins=origins)
    capture = CaptureRef(
        url=row[2],
        captured_at=row[3],
        sha256=row[4],
        warc=row[5],
        offset=row[6],
        status=row[7],
        media_type=row[8],
    )
    files = {
        url: FileFact(url=url, **facts)
        for url, facts in context.get("files", {}).items()
    }
    made = normalize_record(record, capture=capture, recipe=recipe, files=files)
    findings = [finding.to_json() for finding in made.findings]
    if made.document is None:
        reason = made.drop or "no-document"
        return {"outcome": "dropped", "reason": reason, "findings": findings}
    return {
        "outcome": "done",
        "row": _row(made.document),
        "provenance": [_provenance(value) for value in made.provenance],
        "findings": findings,
    }


def _row(document: Json) -> list[Json]:
    data = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    text = document.get("body_text") or ""
    issuer = document.get("issuer") or {}
    return [
        document["id"],
        *(document.get(key) for key in ("kind", "title", "published_at", "written_on")),
        issuer.get("name"),
        *(document.get(key) for key in ("index_number", "doc_number", "column")),
        document.get("path"),
        hashlib.sha256(text.encode()).hexdigest() if text else None,
        hashlib.sha256(data).hexdigest(),
        data.decode(),
    ]


def _provenance(value: FieldValue) -> list[Json]:
    text = value.value if isinstance(value.value, str) else dump(value.value)
    return [value.field, text, value.original, value.origin]
