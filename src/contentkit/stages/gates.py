"""Gates over the whole site, from counts that the ledger takes.

Reads documents, columns and findings; writes `gates`, and through `across` the findings
that belong to no single page's own stage.
"""

import sqlite3
from dataclasses import astuple

from contentkit.models import Json
from contentkit.recipe import Recipe
from contentkit.stages.across import find_across
from contentkit.validate.gates import (
    GateResult,
    check_assertions,
    fields_asserted,
)
from contentkit.validate.site import (
    ColumnFacts,
    SiteFacts,
    UnmappedColumn,
)
from contentkit.workspace import Workspace

_DATA = "coalesce(valid_data, data)"
_FILLED = (
    "json_extract({data}, ?) IS NOT NULL AND json_extract({data}, ?) NOT IN ('', '[]')"
)


def check_gates(workspace: Workspace, recipe: Recipe) -> list[GateResult]:
    """Check every gate and keep the results in the ledger."""
    find_across(workspace)
    results = check_assertions(site_facts(workspace, recipe), recipe)
    with workspace.transaction() as conn:
        conn.execute("DELETE FROM gates")
        conn.executemany(
            "INSERT OR REPLACE INTO gates VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [astuple(gate) for gate in results],
        )
    return results


def site_facts(workspace: Workspace, recipe: Recipe) -> SiteFacts:
    """Return the counts over the documents that an export would carry."""
    conn = workspace.conn
    fields = fields_asserted(recipe)
    columns = {
        code: ColumnFacts(
            documents=count,
            last_published=last,
            filled=_filled(conn, fields, code),
        )
        for code, count, last in conn.execute(
            "SELECT column_code, count(*), max(published_at) FROM documents"
            " WHERE state = 'valid' GROUP BY column_code ORDER BY column_code"
        ).fetchall()
    }
    unmapped = tuple(
        UnmappedColumn(name=name, documents=count, sample_url=sample or "")
        for name, count, sample in conn.execute(
            "SELECT name, documents, sample_url FROM columns WHERE action IS NULL"
            " ORDER BY name"
        )
    )
    newest = conn.execute("SELECT max(captured_at) FROM captures").fetchone()[0]
    return SiteFacts(
        as_of=(newest or "1970-01-01")[:10],
        documents=sum(column.documents for column in columns.values()),
        filled=_filled(conn, fields, None),
        columns=columns,
        unmapped=unmapped,
        findings=dict(
            conn.execute("SELECT code, count(*) FROM findings GROUP BY code")
        ),
        article20=dict(
            conn.execute(
                f"SELECT a.value, count(*) FROM documents, json_each({_DATA},"
                " '$.article20') a WHERE state = 'valid' GROUP BY a.value"
            )
        ),
    )


def _filled(
    conn: sqlite3.Connection, fields: list[str], column: str | None
) -> dict[str, int]:
    filled: dict[str, int] = {}
    test = _FILLED.format(data=_DATA)
    for field in fields:
        values: list[Json] = [f"$.{field}", f"$.{field}"]
        where = ""
        if column is not None:
            where, values = " AND column_code = ?", [*values, column]
        filled[field] = conn.execute(
            f"SELECT count(*) FROM documents WHERE state = 'valid' AND {test}{where}",
            values,
        ).fetchone()[0]
    return filled
