"""The truth about the sample site, as the lines of the four truth files.

A document's `body_text` follows the convention of `contentkit.samplesite.body`. Values
are those of the page: what a page does not show is null, a wrong value stays wrong.
`uncertain` names the fields that the page leaves open; nobody can be right about them.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from contentkit.ids import document_id
from contentkit.samplesite.content import Content, File
from contentkit.samplesite.layout import AS_OF
from contentkit.samplesite.pages import Page
from contentkit.samplesite.plan import Plan, Planner
from contentkit.samplesite.policies import Act, validity
from contentkit.samplesite.quirks import Quirks

Row = dict[str, Any]

_UNCERTAIN = {
    "charset-damaged": "body_text",
    "meta-date-conflict": "published_at",
}


def describe_document(
    planner: Planner, content: Content, page: Page, quirks: Quirks
) -> Row:
    """Return the line of truth.jsonl about one document."""
    plan = content.plan
    fields = page.fields
    has_written = "written_on" in fields or plan.policy is not None
    policy = plan.policy
    has_meta = plan.column.family in {"jcms", "jpage", "trs"}
    planted = list_plants(planner, content, page, quirks)
    return {
        "id": document_id(plan.url),
        "index": plan.index,
        "kind": plan.kind,
        "family": plan.column.family,
        "url": plan.url,
        "column_path": ["首页", *plan.column.names],
        "column": plan.column.key,
        "title": plan.title,
        "subtitle": content.subtitle,
        "summary": fields.get("summary"),
        "index_number": fields.get("index_number"),
        "doc_number": policy.number if policy else None,
        "doc_number_shown": _shown("doc_number", fields) if policy else None,
        "registry_number": fields.get("registry_number"),
        "issuer": _issuer(plan) if "issuer" in fields else None,
        "written_on": plan.written_on.isoformat() if has_written else None,
        "written_on_shown": _shown("written_on", fields) if has_written else None,
        "published_at": page.published_at,
        "published_shown": page.date or None,
        "source": None if quirks.has("source-blank") else plan.source,
        "author": page.author,
        "keywords": [plan.subject.text]
        if "keywords" in fields or (has_meta and quirks.meta != "meta-null")
        else [],
        "topic": fields.get("topic"),
        "genre": fields.get("genre"),
        "directory": fields.get("directory"),
        "disclosure": fields.get("disclosure"),
        "disclosure_scope": fields.get("disclosure_scope"),
        "validity_label": fields.get("validity_label"),
        "header": page.header,
        "policy": _policy(planner, plan) if policy else None,
        "body_text": content.body.text,
        "attachments": [_file(f) for f in content.attachments],
        "images": [_file(f) for f in content.images],
        "videos": [f.url for f in content.videos],
        "pii": [
            {"kind": p.kind, "value": p.value, "where": p.where}
            for p in content.personal
        ],
        "encoding": _codec(quirks),
        "declared": quirks.charset.declared,
        "planted": planted,
        "uncertain": [_UNCERTAIN[p] for p in planted if p in _UNCERTAIN],
        "fate": document_fate(page, quirks),
    }


def document_fate(page: Page, quirks: Quirks) -> str:
    """Return what becomes of a document before duplicates and clean-up are looked at."""
    if page.published_at is None or quirks.has("source-blank"):
        return "quarantined"
    return "migrated"


def list_plants(
    planner: Planner, content: Content, page: Page, quirks: Quirks
) -> list[str]:
    """Return everything planted in a document, sorted, each once."""
    planted = {*content.planted, *quirks.planted}
    plan = content.plan
    if quirks.style in {"word", "wps", "font"} and content.body.lines:
        planted.add(f"markup-{quirks.style}")
    if plan.copied:
        planted.add(f"duplicate-{plan.copied}")
    if plan.form == "report":
        planted.add("series")
    if page.fields.get("validity_label") == "有效" and _is_stale(planner, plan):
        planted.add("validity-label-stale")
    return sorted(planted)


def describe_effects(planner: Planner, content: Content) -> Iterator[Row]:
    """Yield the lines of truth_effects.jsonl of one document."""
    for effect in content.effects:
        target = None if effect.target is None else planner.plan(effect.target)
        yield {
            "type": effect.type,
            "source": document_id(content.plan.url),
            "target": None if target is None else document_id(target.url),
            "title": effect.title,
            "doc_number": effect.doc_number,
            "scope": effect.scope,
            "date": effect.date,
            "quote": effect.quote,
        }


def describe_pairs(planner: Planner, content: Content) -> Iterator[Row]:
    """Yield the lines of truth_pairs.jsonl whose younger member is this document."""
    plan = content.plan
    if plan.original is not None and plan.copied:
        yield _pair(plan, planner.plan(plan.original), "must-link", plan.copied)
    interpreted = planner.interpreted_by(plan)
    if interpreted is not None:
        yield _pair(plan, interpreted, "cannot-link", "interpretation")
    policy = plan.policy
    if policy is not None and policy.target is not None and plan.original is None:
        other = planner.plan(policy.column.first + policy.target)
        if policy.act is Act.EDITION:
            yield _pair(plan, other, "cannot-link", "edition")
        elif policy.act is Act.REPEAL and other.title == plan.title:
            yield _pair(plan, other, "cannot-link", "successor")
    neighbor = _neighbor(planner, plan)
    if neighbor is not None:
        reasons = {"plot": "template", "video": "empty", "report": "series"}
        yield _pair(plan, neighbor, "cannot-link", reasons[plan.form])


def _neighbor(planner: Planner, plan: Plan) -> Plan | None:
    if plan.original is not None or plan.place + 1 >= plan.column.documents:
        return None
    if plan.form not in {"plot", "video", "report"}:
        return None
    other = planner.plan(plan.index + 1)
    return other if other.form == plan.form else None


def _pair(plan: Plan, other: Plan, relation: str, why: str) -> Row:
    return {
        "a": document_id(plan.url),
        "b": document_id(other.url),
        "relation": relation,
        "why": why,
    }


def _shown(name: str, fields: Mapping[str, str]) -> str:
    return "header" if name in fields else "body"


def _issuer(plan: Plan) -> Row:
    return {"name": plan.agency.name, "code": plan.agency.credit_code}


def _policy(planner: Planner, plan: Plan) -> Row:
    policy = plan.policy
    assert policy is not None
    state, repealed_on = validity(planner.layout, policy)
    anchor = policy.effective_anchor
    starts = policy.effective_on if policy.states_start else None
    return {
        "is_normative": policy.registry_number is not None,
        "effective_on": _iso(starts),
        "effective_rule": {"anchor": anchor, "offset_days": 0} if anchor else None,
        "expires_on": _iso(policy.expires_on),
        "validity_years": policy.years,
        "validity": state,
        "validity_as_of": AS_OF.isoformat(),
        "repealed_on": _iso(repealed_on),
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _file(file: File) -> Row:
    return {
        "name": file.name,
        "origin_url": file.url,
        "sha256": file.sha256,
        "bytes": None if file.data is None else len(file.data),
    }


def _codec(quirks: Quirks) -> str:
    return "utf-8" if quirks.charset.codec == "utf-8-sig" else quirks.charset.codec


def _is_stale(planner: Planner, plan: Plan) -> bool:
    assert plan.policy is not None
    return validity(planner.layout, plan.policy)[0] not in {"in-force", "unknown"}
