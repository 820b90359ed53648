"""The state of every policy document on a day, with its evidence, and what to tell of it.

Reads readings, effects and documents; writes `validity` and the relations repeals,
amends and extends. A state that the page states is kept; what its clauses and other
documents prove instead is a proposal, until an editor accepts it.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson

from contentkit.models import Document, Finding, Json
from contentkit.policy.models import (
    Clause,
    Context,
    EffectiveRule,
    EffectType,
    Scope,
)
from contentkit.policy.status import Basis, Incoming, Own, Status, status_on
from contentkit.policy.validity import Term
from contentkit.stages.effects import read_basis
from contentkit.stages.validity_findings import validity_findings
from contentkit.workspace import dump

CLEANUP = "cleanup"

_POLICIES = """
SELECT d.url_id FROM readings r JOIN documents d ON d.url_id = r.url_id AND d.state = 'valid'
WHERE d.kind = 'policy' ORDER BY d.id
"""
# one at a time: the texts of all policy documents do not fit into memory
_POLICY = """
SELECT coalesce(d.valid_data, d.data), r.data, r.is_draft FROM documents d
JOIN readings r ON r.url_id = d.url_id WHERE d.url_id = ?
"""
_INCOMING = """
SELECT e.source, s.id, s.title, e.type, e.scope, e.date, e.quote, e.start, e."end", e.basis,
       r.effective_on, s.written_on, substr(s.published_at, 1, 10)
FROM effect_targets t JOIN effects e ON e.source = t.source AND e.ordinal = t.ordinal
JOIN documents s ON s.url_id = e.source JOIN readings r ON r.url_id = e.source
WHERE t.target = ? ORDER BY s.id, e.ordinal
"""
_RELATIONS = {
    EffectType.REPEAL: "repeals",
    EffectType.LAPSE: "repeals",
    EffectType.STOP: "repeals",
    EffectType.AMEND: "amends",
    EffectType.EXTEND: "extends",
    EffectType.REPUBLISH: "extends",
}
_STATED = ("effective_on", "effective_rule", "expires_on", "validity_years")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An effect on a document, with the title of the document that has it."""

    source: int
    title: str
    effect: Incoming


def settle_validity(
    conn: sqlite3.Connection, as_of: str
) -> Iterator[tuple[int, Finding]]:
    """Derive states and relations anew; yield findings with their document."""
    conn.execute("DELETE FROM validity")
    conn.execute("DELETE FROM relations WHERE stage = ?", [CLEANUP])
    for (item,) in conn.execute(_POLICIES).fetchall():
        data, read, is_draft = conn.execute(_POLICY, [item]).fetchone()
        document, reading = orjson.loads(data), orjson.loads(read)
        told = list(_incoming(conn, item))
        own = _own(document, reading, is_draft=bool(is_draft))
        status = status_on(own, _context(document), [x.effect for x in told], day=as_of)
        _store(conn, item, (document, own, status), as_of)
        for other in told:
            _relate(conn, other, item)
        for finding in validity_findings(document, own.term, status, told, as_of=as_of):
            yield item, finding


def _own(document: Document, reading: Mapping[str, Json], *, is_draft: bool) -> Own:
    rule = reading["effective_rule"]
    clauses = tuple(_clause(x) for x in reading.get("clauses", ()))
    conflict = reading.get("conflict", False)
    term = Term(
        effective_on=reading["effective_on"],
        effective_rule=EffectiveRule(**rule) if rule else None,
        expires_on=reading["expires_on"],
        validity_years=reading["validity_years"],
        findings=(Finding(code="VAL-CONFLICT"),) if conflict else (),
    )
    draft = _draft_basis(document) if is_draft else None
    return Own(
        id=document["id"], term=term, clauses=clauses, is_draft=is_draft, draft=draft
    )


def _clause(data: Mapping[str, Json]) -> Clause:
    rule = data.get("rule")
    return Clause(**{**data, "rule": EffectiveRule(**rule) if rule else None})


def _draft_basis(document: Document) -> Basis | None:
    """Return where the body names itself by its title, the evidence of a draft."""
    text = document["body_text"]
    for quote in (document["title"], "征求意见稿", "草案", "征求意见"):
        start = text.find(quote)
        if start >= 0:
            return Basis(
                document=document["id"],
                rule="draft",
                quote=quote,
                start=start,
                end=start + len(quote),
            )
    return None


def _context(document: Document) -> Context:
    return Context(
        title=document["title"],
        doc_number=document["doc_number"],
        written_on=document["written_on"],
        published_on=(document["published_at"] or "")[:10] or None,
    )


def _incoming(conn: sqlite3.Connection, item: int) -> Iterator[Told]:
    for row in conn.execute(_INCOMING, [item]).fetchall():
        source, name, title, kind, scope, day, quote, start, end, basis = row[:10]
        found, first, last = read_basis(basis, (quote, start, end))
        begins = next((x for x in row[10:] if x), None)
        is_extension = kind == EffectType.EXTEND
        yield Told(
            source=source,
            title=title,
            effect=Incoming(
                type=EffectType(kind),
                scope=Scope(scope),
                date=begins if is_extension else day or begins,
                until=day if is_extension else None,
                basis=Basis(
                    document=name, rule=kind, quote=found, start=first, end=last
                ),
            ),
        )


def _relate(conn: sqlite3.Connection, other: Told, item: int) -> None:
    relation = _RELATIONS.get(other.effect.type)
    if relation is None or other.source == item:
        return
    conn.execute(
        "INSERT OR IGNORE INTO relations VALUES (?, ?, ?, ?, ?)",
        [relation, other.source, item, CLEANUP, dump(other.effect.basis.to_json())],
    )


def _store(
    conn: sqlite3.Connection, item: int, found: tuple[Document, Own, Status], as_of: str
) -> None:
    document, own, status = found
    stated = (document.get("policy") or {}).get("validity", "unknown")
    conn.execute(
        "INSERT INTO validity VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            item,
            as_of,
            str(status.validity),
            None if stated == "unknown" else stated,
            own.term.effective_on,
            status.expires_on,
            status.repealed_on,
            dump(_policy(document, own, status, as_of=as_of)),
            dump([basis.to_json() for basis in status.basis]),
        ],
    )


def _policy(
    document: Document, own: Own, status: Status, *, as_of: str
) -> dict[str, Json]:
    """Return the policy block of the bundle: what is stated stays, gaps are filled."""
    policy = dict(document.get("policy") or {})
    rule = own.term.effective_rule
    computed: dict[str, Json] = {
        "effective_on": own.term.effective_on,
        "effective_rule": rule.to_json() if rule else None,
        "expires_on": status.expires_on,
        "validity_years": own.term.validity_years,
    }
    for name in _STATED:
        if policy.get(name) is None:
            policy[name] = computed[name]
    if policy.get("is_normative") is None and document.get("registry_number"):
        policy["is_normative"] = True  # only normative documents are registered
    if policy.get("validity", "unknown") == "unknown":
        policy["validity"] = str(status.validity)
        policy["validity_as_of"] = as_of if status.basis else None
        policy["repealed_on"] = policy.get("repealed_on") or status.repealed_on
    if policy["validity"] == status.validity:
        policy["validity_basis"] = [basis.to_json() for basis in status.basis]
    return policy
