"""The disclosure header of a page: a table of labels and values (STANDARDS 3.5)."""

from collections.abc import Iterable
from datetime import date
from html import escape

from contentkit.samplesite.content import Content
from contentkit.samplesite.layout import Column
from contentkit.samplesite.plan import Planner
from contentkit.samplesite.policies import validity
from contentkit.samplesite.words import load_columns

LABELS = {
    "unknown": "有效",  # pages label what has no clause, too
    "in-force": "有效",
    "repealed": "废止",
    "lapsed": "失效",
    "amended": "已修改",
    "partly-repealed": "部分失效",
    "not-yet": "尚未生效",
}
STALE_LABELS = {4, 9}
"""Roles of policy documents whose validity label nobody brought up to date."""


def header_rows(planner: Planner, content: Content) -> list[tuple[str, str, str]]:
    """Return (label, field, text) of each row; columns without a header have none."""
    column = content.plan.column
    if not column.front:
        return []
    variants = load_columns()["headers"][column.family]
    labels: list[list[str]] = variants[content.plan.place % len(variants)]
    values = _header_values(planner, content)
    return [(label, name, values.get(name, "")) for label, name in labels]


def _header_values(planner: Planner, content: Content) -> dict[str, str]:
    plan = content.plan
    family = plan.column.family
    policy = plan.policy
    topic = plan.subject.topic
    if family == "trs":
        separator = "\\" if plan.place % 2 == 0 else "-"
        topic = f"{topic}{separator}{plan.subject.subtopic}"
    elif topic == "综合政务":
        topic = "政务综合类"  # an alias that districts use
    values = {
        "index_number": plan.index_number or "",
        "topic": topic,
        "issuer": plan.agency.name,
        "disclosure": "主动公开",
        "disclosure_scope": "面向全社会",
        "written_on": _header_date(plan.written_on, family),
        "published": _header_date(plan.published.date(), family),
        "directory": plan.column.names[-1],
        "genre": "通知" if policy else "其他",
        "title": plan.title,
        "keywords": plan.subject.text,
        "summary": _summary(content),
        "source": plan.source,
    }
    if policy is not None:
        state = validity(planner.layout, policy)[0]
        stale = policy.role in STALE_LABELS
        values["doc_number"] = policy.number
        values["registry_number"] = policy.registry_number or ""
        values["validity_label"] = "有效" if stale else LABELS[state]
    return values


def _summary(content: Content) -> str:
    long = [line for line in content.body.lines if len(line) > 40]
    return long[0][:60] if long else ""


def _header_date(day: date, family: str) -> str:
    if family == "trs":
        return f"{day.year}年{day.month:02}月{day.day:02}日"
    return day.isoformat()


def header_table(column: Column, rows: Iterable[tuple[str, str, str]]) -> str:
    """Return the table, in the markup of the column's family."""
    cells = [(escape(label), escape(text)) for label, _, text in rows]
    if not cells:
        return ""
    if column.family == "gkmlpt":
        pairs = [f"<td class=label>{k}</td><td><span>{v}</span></td>" for k, v in cells]
    elif column.family == "jpage":
        pairs = [f"<th>{k}</th><td>{v}</td>" for k, v in cells]
    else:
        pairs = [f'<td class="label"><b>{k}</b></td><td>{v}</td>' for k, v in cells]
    lines = [f"<tr>{''.join(pairs[i : i + 2])}</tr>\n" for i in range(0, len(pairs), 2)]
    return f'<table class="disclosure"><tbody>\n{"".join(lines)}</tbody></table>'
