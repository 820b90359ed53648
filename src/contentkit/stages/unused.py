"""Rows of the recipe's tables that no page of the site has needed so far.

Most are left over from another site or misspelled: then pages that they were meant for
went another way. A register of issuers may well name offices that published nothing.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import orjson

from contentkit.columns import ColumnRule
from contentkit.models import Json
from contentkit.normalize.state import STATED
from contentkit.recipe import Recipe, load_recipe
from contentkit.workspace import open_reader
from contentkit.workspace.settings import NAME, read_settings

_RECORDS = """
SELECT u.url, r.kind, r.data, r.context FROM records r JOIN urls u ON u.id = r.url_id
"""


def unused_rows(folder: Path) -> list[str]:
    """Return a line for each row that matched nothing in a workspace.

    Nothing is said before the first documents are made. Raises `RecipeError`.
    """
    ledger = folder / "workspace.db"
    if not (folder / NAME).is_file() or not ledger.is_file():
        return []
    name = read_settings(folder).recipe
    path = folder / name
    conn = open_reader(str(ledger))
    try:
        if conn.execute("SELECT 1 FROM documents LIMIT 1").fetchone() is None:
            return []
        return list(_unused(conn, load_recipe(str(path) if path.is_file() else name)))
    finally:
        conn.close()


def _unused(conn: sqlite3.Connection, recipe: Recipe) -> Iterator[str]:
    rules: set[ColumnRule | None] = set()
    patches: set[tuple[str, str]] = set()
    for url, kind, data, context in conn.execute(_RECORDS):
        record = orjson.loads(data)
        rules.add(recipe.columns.find(url, _column_path(record, context)))
        if kind == "article":
            patches |= {
                (field, value)
                for field, value in recipe.patches
                if field in STATED and (record[field] or "").strip() == value
            }
    for rule in recipe.columns.rules:
        if rule not in rules:
            key = ", ".join(x for x in (rule.url_prefix, rule.name_path) if x)
            yield f"column map: {key} matched no page"
    issued = _issuers(conn)
    for issuer in recipe.issuers.names:
        if issuer not in issued:
            yield f"issuers: {issuer} issued no document"
    for field, value in recipe.patches:
        if (field, value) not in patches:
            yield f"patches: no {field} is {value!r}"


def _column_path(record: Json, context: str | None) -> tuple[str, ...]:
    listed = orjson.loads(context).get("listed") if context else None
    if listed:
        return tuple(listed["column_path"].split(" > "))
    return tuple(record["column_path"])


def _issuers(conn: sqlite3.Connection) -> set[str]:
    names = set()
    for (data,) in conn.execute("SELECT data FROM documents"):
        document = orjson.loads(data)
        names |= {x["name"] for x in (document["issuer"], *document["co_issuers"]) if x}
    return names
