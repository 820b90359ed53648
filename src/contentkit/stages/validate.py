"""Stage validate: every document against the platform's schema and the rules.

Reads documents; writes their state, what dropping a value left of them, findings and
marks. A document is `valid` or `quarantined`; the reason is the finding code.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import orjson

from contentkit.engine import Process
from contentkit.models import Finding, Json
from contentkit.recipe import Recipe, load_recipe
from contentkit.resources import find, schema_file, schema_names
from contentkit.stages.runner import config_digest, died, guarded
from contentkit.validate.document import USED_LISTS, validate_document
from contentkit.validate.edition import Edition, load_edition
from contentkit.workspace import Workspace, dump, open_reader

VERSION = "2"  # rises when the stage answers differently for the same document

_SOURCE = """
SELECT d.url_id AS item, d.digest AS input, u.url
FROM documents d JOIN urls u ON u.id = d.url_id
"""
_FOUND = """
SELECT code, field, quote, data FROM findings
WHERE url_id = ? AND stage IN ('extract', 'normalize') ORDER BY id
"""


@dataclass(frozen=True, kw_only=True)
class ValidateWork:
    """Validate documents read from the ledger by id."""

    ledger: str
    recipe: str
    config: str

    def open(self) -> Process:
        """Compile the schemas and open the ledger for reading."""
        recipe = load_recipe(self.recipe)
        edition = load_edition(recipe.edition)
        return partial(_process, open_reader(self.ledger), recipe, edition)

    def died(self, ref: Json) -> Json:
        """Answer for a document that kills its worker."""
        return died(ref)


class ValidateStage:
    """The stage over the documents of a workspace."""

    name = "validate"
    source_sql = _SOURCE

    def __init__(self, workspace: Workspace) -> None:
        name = workspace.resource(workspace.settings.recipe)
        recipe = load_recipe(name)
        self.work = ValidateWork(
            ledger=str(workspace.folder / "workspace.db"),
            recipe=name,
            config=config_digest(
                self.name, VERSION, recipe.digest, edition_digest(recipe.edition)
            ),
        )

    def store(self, conn: sqlite3.Connection, item: int, result: Json) -> None:
        """Write the state of the document."""
        conn.execute(
            "UPDATE documents SET state = ?, reason = ?, valid_data = ?"
            " WHERE url_id = ?",
            [result["state"], result["reason"], result["data"], item],
        )

    def remove(self, conn: sqlite3.Connection, item: int) -> None:
        """Hold back a document that could not be validated."""
        conn.execute(
            "UPDATE documents SET state = 'quarantined', reason = 'internal-error'"
            " WHERE url_id = ?",
            [item],
        )


def edition_digest(edition: str) -> str:
    """Return the digest of the schemas and code lists of an edition."""
    digest = hashlib.sha256()
    for name in schema_names(edition):
        digest.update(schema_file(edition, name).read_bytes())
    for name in USED_LISTS:
        digest.update(find("codelist", name).read_bytes())
    return digest.hexdigest()


def _process(
    conn: sqlite3.Connection, recipe: Recipe, edition: Edition, refs: Sequence[Json]
) -> Iterator[Json]:
    return (guarded(partial(_validate, conn, recipe, edition), ref) for ref in refs)


def _validate(
    conn: sqlite3.Connection, recipe: Recipe, edition: Edition, ref: Json
) -> Json:
    text = conn.execute(
        "SELECT data FROM documents WHERE url_id = ?", [ref[0]]
    ).fetchone()[0]
    document = orjson.loads(text)
    found = [
        Finding(code=code, field=field, quote=quote, data=orjson.loads(data))
        for code, field, quote, data in conn.execute(_FOUND, [ref[0]])
    ]
    made = validate_document(
        document, edition=edition, modes=recipe.modes, earlier=found
    )
    changed = made.document != document
    return {
        "outcome": "done",
        "state": "quarantined" if made.quarantine else "valid",
        "reason": made.quarantine,
        "data": dump(made.document) if changed else None,
        "findings": [finding.to_json() for finding in made.findings],
    }
