"""Changes of a document's text that editors accepted, made in text, HTML and evidence.

An edit is known by its offsets in `body_text`; the ledger keeps no second copy of what it
takes away. It is made in the HTML at the same occurrence of the same words. Where these
do not stand there in one piece nothing is changed, and export tells it. Offsets of
evidence in a changed text move with it.
"""

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from html import escape, unescape

from contentkit.models import Document, Finding, Json

_TAG = re.compile(r"(<[^>]*>)")
TEXT_FAMILIES = ("number", "personal", "expression", "format")
"""Families of findings whose proposal is what should stand in place of the quote."""

_ACCEPTED = """
SELECT f.start, f."end", coalesce(l.value, f.proposal), f.code
FROM findings f JOIN v_latest_decisions l ON l.subject = f.subject AND l.evidence = f.key
JOIN rule_families r ON r.code = f.code
WHERE f.url_id = ? AND f.field = 'body_text' AND f.start IS NOT NULL
  AND l.answer IN ('accept', 'change') AND coalesce(l.value, f.proposal) IS NOT NULL
ORDER BY f.start, f."end", f.code
"""


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `new` in the place of `start:end` of a text, because of a rule."""

    start: int
    end: int
    new: str
    code: str


class Edits:
    """The accepted edits of the documents of a workspace."""

    def __init__(self, conn: sqlite3.Connection, families: Mapping[str, str]) -> None:
        self._conn = conn
        conn.execute("CREATE TEMP TABLE IF NOT EXISTS rule_families (code PRIMARY KEY)")
        conn.execute("DELETE FROM temp.rule_families")
        conn.executemany(
            "INSERT INTO temp.rule_families VALUES (?)",
            [(code,) for code, family in families.items() if family in TEXT_FAMILIES],
        )
        self._placed = lru_cache(maxsize=4096)(self._place)

    def apply(self, item: int, document: Document) -> list[Finding]:
        """Change text and HTML of a document; return what could not be placed."""
        text, html = document["body_text"], document["body_html"]
        wanted = accepted_edits(self._conn, item, len(text))
        if not wanted:
            return []
        placed, left = place_edits(text, html, wanted)
        document["body_html"] = edit_html(text, html, placed)
        document["body_text"] = edit_text(text, placed)
        return [_unplaced(text, edit) for edit in left]

    def evidence(self, basis: Json) -> Json:
        """Return a piece of evidence with the place and words it has after the edits."""
        if not isinstance(basis, dict) or "quote" not in basis:
            return basis
        edits, text = self._placed(basis["document"])
        if not edits:
            return basis
        start = moved(edits, basis["start"], is_end=False)
        end = moved(edits, basis["end"], is_end=True)
        return {**basis, "quote": text[start:end], "start": start, "end": end}

    def _place(self, document_id: str) -> tuple[tuple[Edit, ...], str]:
        row = self._conn.execute(
            "SELECT url_id, json_extract(coalesce(valid_data, data), '$.body_text'),"
            " json_extract(coalesce(valid_data, data), '$.body_html')"
            " FROM documents WHERE id = ?",
            [document_id],
        ).fetchone()
        if row is None:
            return (), ""
        wanted = accepted_edits(self._conn, row[0], len(row[1]))
        if not wanted:
            return (), ""
        placed, _ = place_edits(row[1], row[2], wanted)
        return tuple(placed), edit_text(row[1], placed)


def accepted_edits(conn: sqlite3.Connection, item: int, length: int) -> list[Edit]:
    """Return the accepted edits of a document; of two that overlap the first counts."""
    made: list[Edit] = []
    for start, end, new, code in conn.execute(_ACCEPTED, [item]):
        if end <= length and (not made or start >= made[-1].end):
            made.append(Edit(start, end, new, code))
    return made


def place_edits(
    text: str, html: str, edits: Sequence[Edit]
) -> tuple[list[Edit], list[Edit]]:
    """Return the edits whose words stand in one piece of the HTML, and the others."""
    place = _places(text, html)
    placed: list[Edit] = []
    left: list[Edit] = []
    for edit in edits:
        (placed if place(edit) else left).append(edit)
    return placed, left


def edit_text(text: str, edits: Sequence[Edit]) -> str:
    """Return a text with its edits made."""
    for edit in reversed(edits):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


def edit_html(text: str, html: str, edits: Sequence[Edit]) -> str:
    """Return HTML with the edits of its text made, each at its own place."""
    place = _places(text, html)
    parts = _TAG.split(html)
    for edit in reversed(edits):
        found = place(edit)
        if found is not None:
            number, start, end = found
            run = unescape(parts[number])
            new = run[:start] + edit.new + run[end:]
            parts[number] = escape(new, quote=False)
    return "".join(parts)


def _places(text: str, html: str) -> Callable[[Edit], tuple[int, int, int] | None]:
    """Return what finds an edit in the HTML: the run between tags, start and end in it.

    Text and HTML say the same signs in the same order but for white space; where they
    do not, only words that stand once in both are found.
    """
    runs = [unescape(part) for part in _TAG.split(html)]
    there = [
        (number, at)
        for number in range(0, len(runs), 2)
        for at, sign in enumerate(runs[number])
        if not sign.isspace()
    ]
    here = [at for at, sign in enumerate(text) if not sign.isspace()]
    is_same = len(here) == len(there) and all(
        text[at] == runs[number][place]
        for at, (number, place) in zip(here, there, strict=True)
    )
    if not is_same:
        return partial(_only_place, text, runs)
    return partial(_same_place, dict(zip(here, there, strict=True)))


def _same_place(
    places: Mapping[int, tuple[int, int]], edit: Edit
) -> tuple[int, int, int] | None:
    """Return where the signs of an edit stand, if its first and last are in one run."""
    first, last = places.get(edit.start), places.get(edit.end - 1)
    if first is None or last is None or first[0] != last[0]:
        return None
    return first[0], first[1], last[1] + 1


def _only_place(
    text: str, runs: Sequence[str], edit: Edit
) -> tuple[int, int, int] | None:
    words = text[edit.start : edit.end]
    found = [number for number in range(0, len(runs), 2) if words in runs[number]]
    if len(found) != 1 or not words or text.find(words) != text.rfind(words):
        return None
    start = runs[found[0]].find(words)
    if start != runs[found[0]].rfind(words):
        return None
    return found[0], start, start + len(words)


def moved(edits: Sequence[Edit], offset: int, *, is_end: bool) -> int:
    """Return where an offset lies after the edits; within one, at its nearer outer end.

    >>> moved([Edit(2, 4, "abc", "x")], 6, is_end=False)
    7
    """
    shift = 0
    for edit in edits:
        if edit.end <= offset:
            shift += len(edit.new) - (edit.end - edit.start)
        elif edit.start < offset:
            return edit.start + shift + (len(edit.new) if is_end else 0)
    return offset + shift


def _unplaced(text: str, edit: Edit) -> Finding:
    is_private = edit.code.startswith("PII")
    return Finding(
        code="edit-unplaced",
        field="body_text",
        quote=None if is_private else text[edit.start : edit.end],
        start=edit.start,
        end=edit.end,
        data={"code": edit.code, "subject": f"{edit.code} {edit.start}"},
    )
