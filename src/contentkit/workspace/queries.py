"""What people ask of a workspace, as plain rows."""

import difflib
import sqlite3
from collections.abc import Iterator, Mapping

import orjson

from contentkit.cleanup.personal_masks import mask_text
from contentkit.errors import ContentkitError
from contentkit.findings import codes, explain, inner_marks
from contentkit.models import Finding, Json
from contentkit.resources import read_codelist
from contentkit.terminal import printable
from contentkit.workspace.workspace import Workspace

_LONGEST = 80  # characters of a title or proposal in a line
_STATE = "policy.validity"  # the one field whose proposals are codes

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

_WANTED = """
(:code IS NULL OR code IN (SELECT value FROM json_each(:codes)))
  AND (:severity IS NULL OR severity = :severity) AND (:url IS NULL OR url = :url)
  AND (:decision IS NULL OR decision = :decision)
"""
_FINDINGS = f"""
SELECT url, document, title, code, severity, stage, field, quote, start, "end", proposal,
       data, subject, evidence, decision FROM v_findings WHERE {_WANTED}
ORDER BY url, stage, id
"""
_COUNTS = f"""
SELECT code, severity, stage, count(*) AS findings, count(DISTINCT url) AS pages
FROM v_findings WHERE {_WANTED} GROUP BY code, severity, stage
ORDER BY findings DESC, code
"""


_ABOUT = {
    "captures": "SELECT captured_at, status, media_type, bytes, sha256, warc, offset,"
    " is_current FROM captures WHERE url_id = :item ORDER BY id",
    "provenance": "SELECT field, value, original, origin FROM provenance"
    " WHERE url_id = :item",
    "corrections": "SELECT field, value, original, code, origin FROM corrections"
    " WHERE url_id = :item ORDER BY field, code",
    "copies": "SELECT d.id, d.title, u.url, c.role, c.is_accepted FROM clusters o"
    " JOIN clusters c ON c.canonical = o.canonical JOIN documents d ON d.url_id = c.url_id"
    " JOIN urls u ON u.id = c.url_id WHERE o.url_id = :item ORDER BY c.role, d.id",
    "validity": "SELECT validity, as_of, stated, effective_on, expires_on, repealed_on,"
    " basis FROM validity WHERE url_id = :item",
    "effects": "SELECT type, scope, title, doc_number, date, state, why, quote, via"
    " FROM effects WHERE source = :item ORDER BY ordinal",
    "affected_by": "SELECT s.id, s.title, e.type, e.scope, e.date, e.quote"
    " FROM effect_targets t JOIN effects e ON e.source = t.source"
    " AND e.ordinal = t.ordinal JOIN documents s ON s.url_id = e.source"
    " WHERE t.target = :item ORDER BY s.id, e.ordinal",
    "relations": "SELECT r.type, s.id AS source, t.id AS target, r.evidence"
    " FROM relations r JOIN documents s ON s.url_id = r.source"
    " JOIN documents t ON t.url_id = r.target"
    " WHERE :item IN (r.source, r.target) ORDER BY r.type, s.id, t.id",
    "findings": "SELECT stage, code, severity, field, quote, proposal, data, subject,"
    " decision FROM v_findings f JOIN urls u ON u.url = f.url WHERE u.id = :item"
    " ORDER BY f.id",
}
"""What `show` tells of one URL besides its fate: the rows that have to do with it."""


def read_status(workspace: Workspace) -> dict[str, list[dict[str, Json]]]:
    """Return where things stand, one table a topic."""
    return {topic: _rows(workspace.conn.execute(sql)) for topic, sql in _STATUS.items()}


def iter_findings(
    workspace: Workspace, wanted: Mapping[str, str | None], *, lang: str
) -> Iterator[dict[str, Json]]:
    """Yield findings with their explanation, by page; `wanted` may narrow them."""
    cursor = workspace.conn.execute(_FINDINGS, _checked(workspace, wanted))
    names = [column[0] for column in cursor.description]
    for values in cursor:
        row = dict(zip(names, values, strict=True))
        row["data"] = orjson.loads(row["data"])
        row["title"] = row["title"] or ""
        title = explain(Finding(code=row["code"], data=row["data"]), lang)
        code = codes()[row["code"]]
        row["explanation"] = title
        row["remedy"] = code.remedy_zh if lang == "zh" else code.remedy_en
        row["line"] = _line(row, lang)
        yield row


def _line(row: Mapping[str, Json], lang: str) -> str:
    """Return a finding as one line; personal numbers in title and proposal are masked."""
    title, proposal = (mask_text(row[name] or "") for name in ("title", "proposal"))
    if row["field"] == _STATE:
        states = {x["code"]: x for x in read_codelist("validity")}
        name = states.get(proposal, {})
        proposal = name.get("name" if lang == "zh" else "name_en", proposal)
    label = "建议：" if lang == "zh" else "proposed: "
    told = row["explanation"]
    is_told = not row["quote"] or row["quote"] in told
    parts = (
        f"{row['subject'][:8]} {row['severity']:<7} {row['code']:<20} {row['url']}",
        f" 《{_cut(inner_marks(title))}》" if title else "",
        f" [{row['field']}]" if row["field"] else "",
        f": {told}",
        "" if is_told else f" 「{row['quote']}」",
        f" {label}{_cut(proposal)}" if proposal else "",
    )
    return printable(" ".join("".join(parts).splitlines()))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def count_findings(
    workspace: Workspace, wanted: Mapping[str, str | None], *, lang: str
) -> list[dict[str, Json]]:
    """Return findings counted by code, the most frequent first."""
    rows = _rows(workspace.conn.execute(_COUNTS, _checked(workspace, wanted)))
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
    for name, sql in _ABOUT.items():
        answer[name] = _rows(conn.execute(sql, {"item": url_id}))
    return answer


def _checked(
    workspace: Workspace, wanted: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Return the filter as SQL takes it; refuse what no finding can have.

    A rule that both the platform and the clean-up name is found under either code.
    """
    code, url = wanted["code"], wanted["url"]
    named = {name for c in codes().values() for name in (c.code, c.same_as)}
    if code is not None and code not in named:
        near = difflib.get_close_matches(code, codes(), n=3, cutoff=0.4)
        hint = f"did you mean {', '.join(near)}" if near else "see findings --counts"
        raise ContentkitError(f"{printable(code)}: no such code of findings: {hint}")
    known = "SELECT 1 FROM urls WHERE url = ?"
    if url is not None and workspace.conn.execute(known, [url]).fetchone() is None:
        raise _unknown(url)
    same = [c.code for c in codes().values() if code in (c.code, c.same_as)]
    return {"decision": None, **wanted, "codes": orjson.dumps(same).decode()}


def _unknown(item: str) -> ContentkitError:
    return ContentkitError(
        f"{printable(item)}: no such URL or document in this workspace: give the full "
        "legacy URL or a document id"
    )


def _rows(cursor: sqlite3.Cursor) -> list[dict[str, Json]]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, values, strict=True)) for values in cursor]
