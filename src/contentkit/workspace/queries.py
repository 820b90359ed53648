"""What people ask of a workspace, as plain rows."""

import difflib
import sqlite3
from collections.abc import Iterator, Mapping

import orjson

from contentkit.errors import ContentkitError
from contentkit.findings import codes, explain
from contentkit.models import Finding, Json
from contentkit.terminal import printable
from contentkit.workspace.workspace import Workspace

_STATUS = {
    "urls": "SELECT state, reason, count(*) AS urls FROM urls"
    " GROUP BY state, reason ORDER BY urls DESC, state",
    "pages": "SELECT kind, count(*) AS pages FROM records GROUP BY kind ORDER BY kind",
    "stages": "SELECT stage, outcome, reason, count(*) AS items FROM marks"
    " WHERE stage <> 'link' GROUP BY stage, outcome, reason ORDER BY stage, items DESC",
    "documents": "SELECT state, kind, count(*) AS documents FROM documents"
    " GROUP BY state, kind ORDER BY state, kind",
    "findings": "SELECT severity, count(*) AS findings, count(DISTINCT url_id) AS pages"
    " FROM findings GROUP BY severity ORDER BY severity",
    "gates": "SELECT name, expected, found, remedy FROM gates WHERE is_ok = 0"
    " ORDER BY name",
    "bundles": "SELECT name, path, run_id FROM exports ORDER BY id DESC LIMIT 5",
}

_FINDINGS = """
SELECT u.url, d.id AS document, d.title, f.code, f.severity, f.stage, f.field, f.quote,
       f.start, f."end", f.proposal, f.data, f.key
FROM findings f JOIN urls u ON u.id = f.url_id
LEFT JOIN documents d ON d.url_id = f.url_id
WHERE (:code IS NULL OR f.code = :code)
  AND (:severity IS NULL OR f.severity = :severity) AND (:url IS NULL OR u.url = :url)
ORDER BY u.url, f.stage, f.id
"""


def read_status(workspace: Workspace) -> dict[str, list[dict[str, Json]]]:
    """Return where things stand, one table a topic."""
    return {topic: _rows(workspace.conn.execute(sql)) for topic, sql in _STATUS.items()}


def iter_findings(
    workspace: Workspace, wanted: Mapping[str, str | None], *, lang: str
) -> Iterator[dict[str, Json]]:
    """Yield findings with their explanation, by page; `wanted` may narrow them."""
    _check_wanted(workspace, wanted)
    cursor = workspace.conn.execute(_FINDINGS, dict(wanted))
    names = [column[0] for column in cursor.description]
    for values in cursor:
        row = dict(zip(names, values, strict=True))
        row["data"] = orjson.loads(row["data"])
        row["title"] = row["title"] or ""
        title = explain(Finding(code=row["code"], data=row["data"]), lang)
        code = codes()[row["code"]]
        row["explanation"] = title
        row["remedy"] = code.remedy_zh if lang == "zh" else code.remedy_en
        place = f" [{row['field']}]" if row["field"] else ""
        quote = f" 「{row['quote']}」" if row["quote"] else ""
        row["line"] = printable(
            f"{row['severity']:<7} {row['code']:<20} {row['url']}{place}: "
            f"{title}{quote}".replace("\n", " ")
        )
        yield row


def count_findings(
    workspace: Workspace, wanted: Mapping[str, str | None], *, lang: str
) -> list[dict[str, Json]]:
    """Return findings counted by code, the most frequent first."""
    _check_wanted(workspace, wanted)
    rows = _rows(
        workspace.conn.execute(
            "SELECT f.code, f.severity, f.stage, count(*) AS findings,"
            " count(DISTINCT f.url_id) AS pages FROM findings f"
            " JOIN urls u ON u.id = f.url_id WHERE (:code IS NULL OR f.code = :code)"
            " AND (:severity IS NULL OR f.severity = :severity)"
            " AND (:url IS NULL OR u.url = :url)"
            " GROUP BY f.code, f.severity, f.stage ORDER BY findings DESC, f.code",
            dict(wanted),
        )
    )
    for row in rows:
        row["title"] = explain(Finding(code=row["code"]), lang)
    return rows


def read_item(workspace: Workspace, item: str) -> dict[str, Json]:
    """Return everything about one URL or document id; raises if it is unknown."""
    conn = workspace.conn
    row = conn.execute(
        "SELECT u.id, u.url, d.id, u.fate, u.fate_reason, u.target, u.found_on,"
        " u.found_as, u.state, u.reason, u.column_key, d.state, d.reason,"
        " coalesce(d.valid_data, d.data) FROM urls u"
        " LEFT JOIN documents d ON d.url_id = u.id WHERE u.url = ? OR d.id = ?",
        [item, item],
    ).fetchone()
    if row is None:
        raise _unknown(item)
    keys = ["url", "document", "fate", "fate_reason", "target", "found_on", "found_as"]
    keys += ["state", "reason", "column", "document_state", "document_reason"]
    answer: dict[str, Json] = dict(zip(keys, row[1:-1], strict=True))
    url_id = row[0]
    answer["fields"] = orjson.loads(row[-1]) if row[-1] else None
    answer["captures"] = _rows(
        conn.execute(
            "SELECT captured_at, status, media_type, bytes, sha256, warc, offset,"
            " is_current FROM captures WHERE url_id = ? ORDER BY id",
            [url_id],
        )
    )
    answer["provenance"] = _rows(
        conn.execute(
            "SELECT field, value, original, origin FROM provenance WHERE url_id = ?",
            [url_id],
        )
    )
    answer["findings"] = _rows(
        conn.execute(
            "SELECT stage, code, severity, field, quote, proposal, data FROM findings"
            " WHERE url_id = ? ORDER BY id",
            [url_id],
        )
    )
    return answer


def _check_wanted(workspace: Workspace, wanted: Mapping[str, str | None]) -> None:
    """Refuse what no finding can have, rather than answer with silence."""
    code, url = wanted["code"], wanted["url"]
    if code is not None and code not in codes():
        near = difflib.get_close_matches(code, codes(), n=3, cutoff=0.4)
        hint = f"did you mean {', '.join(near)}" if near else "see findings --counts"
        raise ContentkitError(f"{printable(code)}: no such code of findings: {hint}")
    known = "SELECT 1 FROM urls WHERE url = ?"
    if url is not None and workspace.conn.execute(known, [url]).fetchone() is None:
        raise _unknown(url)


def _unknown(item: str) -> ContentkitError:
    return ContentkitError(
        f"{printable(item)}: no such URL or document in this workspace: give the full "
        "legacy URL or a document id"
    )


def _rows(cursor: sqlite3.Cursor) -> list[dict[str, Json]]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, values, strict=True)) for values in cursor]
