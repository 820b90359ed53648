"""The data of the report's script: JSON that no text of a page can leave."""

from collections.abc import Hashable

import orjson

from contentkit.bundle.report_html import visible
from contentkit.findings import codes, explain
from contentkit.models import Finding, Json
from contentkit.resources import read_codelist
from contentkit.review.report_facts import Facts
from contentkit.review.words import Words

ROWS = 20_000
"""Findings that the file lists: some 4 MB, sorted and filtered at once by an old PC."""

_QUOTED = 200  # characters of a quote or proposal; the XLSX holds the rest
_NAMED = 12  # characters of a subject that tell it from a million others
_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
_WORDS = ("report-shown", "report-proposal", "report-error", "report-warning")


def island(facts: Facts, words: Words) -> str:
    """Return rows, graph and words as JSON for a script element.

    Values that repeat are listed once and named by their place. The rows have no title
    where it is the plain one of their code.
    """
    columns, issuers, pages, decisions = _Places(), _Places(), _Places(), _Places()
    listed: list[Json] = []
    places = {group.code: place for place, group in enumerate(facts.groups)}
    titles = {code: explain(Finding(code=code), words.lang) for code in places}
    for row in facts.rows[:ROWS]:
        page = (row.url, row.title, columns.of(row.column), issuers.of(row.issuer))
        listed.append(
            [
                places[row.code],
                decisions.of(row.decision),
                pages.of(page),
                "" if row.told == titles[row.code] else row.told,
                _cut(row.quote),
                _cut(row.proposal),
                row.subject if " " in row.subject else row.subject[:_NAMED],
            ]
        )
    value: Json = {
        "codes": [
            {"code": code, "severity": codes()[code].severity, "title": titles[code]}
            for code in places
        ],
        "columns": columns.values,
        "issuers": issuers.values,
        "pages": pages.values,
        "decisions": decisions.values,
        "rows": listed,
        "validity": {
            row["code"]: words.of("validity", row["code"])
            for row in read_codelist("validity")
        },
        "words": _catalog(words),
        **_graph(facts),
    }
    data = orjson.dumps(_shown(value), option=orjson.OPT_SORT_KEYS).decode()
    for char, escape in _ESCAPED.items():
        data = data.replace(char, escape)
    return data


class _Places:
    """Values in the order in which they came, each once."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}

    def of(self, value: Hashable) -> int:
        return self._known.setdefault(value, len(self._known))

    @property
    def values(self) -> list[Json]:
        return list(self._known)


def _catalog(words: Words) -> dict[str, str]:
    return {
        row["key"]: row[words.lang]
        for row in read_codelist("review-words")
        if row["key"] in _SHOWN or row["key"].startswith(_PREFIXES)
    }


_SHOWN = frozenset({*_WORDS, "report-info"})
_PREFIXES = ("report-decision-", "report-edge-")


def _graph(facts: Facts) -> dict[str, Json]:
    places = {node.id: place for place, node in enumerate(facts.nodes)}
    return {
        "nodes": [
            {
                "title": node.title,
                "doc_number": node.doc_number,
                "issuer": node.issuer,
                "day": node.day,
                "validity": node.validity,
                "url": node.url,
            }
            for node in facts.nodes
        ],
        "edges": [
            {
                "source": places[edge.source],
                "target": places[edge.target],
                "type": edge.type,
                "day": edge.day,
                "quote": edge.quote,
            }
            for edge in facts.edges
        ],
    }


def _shown(value: Json) -> Json:
    """Return a value with the characters visible that hide or reorder text."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list | tuple):
        return [_shown(item) for item in value]
    if isinstance(value, dict):
        return {key: _shown(item) for key, item in value.items()}
    return value


def _cut(words: str) -> str:
    return words if len(words) <= _QUOTED else f"{words[: _QUOTED - 1]}…"
