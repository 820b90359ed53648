"""Rules on text: TXT-01, TXT-02, TXT-03, SRC-01.

Damage that decoding left is told where the page was decoded (`extract`); here is what
only shows in the text of a field.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from contentkit.models import Document, Finding
from contentkit.resources import read_codelist
from contentkit.text import fold
from contentkit.validate.fields import items_of, text_of

_FIELDS = ("title", "subtitle", "summary", "body_text")
# U+E000 to U+F8FF, private use, are EE 80 80 to EF A3 BF in UTF-8; EE leads nothing else.
_PRIVATE_LEAD = b"\xee"
_PRIVATE_TAIL = re.compile(rb"\xef[\x80-\xa3]")
_PRIVATE = re.compile("[\ue000-\uf8ff]+")
_ENTITY = re.compile(
    r"&(?:amp;)?(?:nbsp|lt|gt|quot|apos|[lr][ds]quo|middot|mdash|hellip|ensp|emsp"
    r"|#[0-9]{2,6}|#[xX][0-9a-fA-F]{2,6});"
)
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_INVISIBLES = re.compile(f"[{_INVISIBLE}]+")
_REPLACED = re.compile("\ufffd+")

_REPOST = re.compile(
    r"(?:转载自|转自|摘自|（?来源[：:])[ \u3000“《]*(?P<name>[一-龥A-Za-z]{2,20})"
)
_PICTURE_ONLY = 20  # characters: a caption, no text


def check_characters(document: Document) -> Iterator[Finding]:
    """Yield TXT-01 for characters that no reader can read, one finding a field and way.

    Marks without width are told apart (`invisible-characters`): they only spoil search.
    """
    for key in _FIELDS:
        text = text_of(document, key)
        if text.isascii() and "&" not in text:
            continue
        for way, pattern in _suspects(text):
            places = list(pattern.finditer(text))
            if places:
                yield _characters(key, way, places)


def check_expressions(document: Document) -> Iterator[Finding]:
    """Yield TXT-02: expressions that an editor must look at before anything is public."""
    for key in _FIELDS:
        text = text_of(document, key)
        for severe in _severe():
            if severe.needle not in text:
                continue
            for hit in severe.pattern.finditer(text):
                yield Finding(
                    code="TXT-02",
                    field=key,
                    quote=hit.group(),
                    start=hit.start(),
                    end=hit.end(),
                    data={"why": severe.why_en, "why_zh": severe.why_zh},
                )


def check_empty_body(document: Document) -> Iterator[Finding]:
    """Yield TXT-03: a body without text, or with nothing but pictures and files."""
    text = text_of(document, "body_text").strip()
    if len(text) > _PICTURE_ONLY:
        return
    files = len(items_of(document, "attachments")) + len(items_of(document, "images"))
    has_link = "<a " in text_of(document, "body_html")
    if not text or files or has_link:
        data = {"characters": len(text), "files": files}
        yield Finding(code="TXT-03", field="body_text", data=data)


def check_source(document: Document) -> Iterator[Finding]:
    """Yield SRC-01: the source is the site itself, but the text names another one."""
    if fold(text_of(document, "source")) not in _own_names():
        return
    for key in ("title", "body_text"):
        text = text_of(document, key)
        if "转" not in text and "来源" not in text and "摘自" not in text:
            continue
        named = _REPOST.search(text)
        if named and fold(named["name"]) not in _own_names():
            yield Finding(
                code="SRC-01",
                field=key,
                quote=named.group(),
                start=named.start(),
                end=named.end(),
                data={"source": text_of(document, "source"), "named": named["name"]},
            )
            return


def _suspects(text: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield the patterns worth a search; the cheap look first, most texts are clean."""
    encoded = text.encode("utf-8", "replace")
    if _PRIVATE_LEAD in encoded or _PRIVATE_TAIL.search(encoded):
        yield "private-use", _PRIVATE
    if "&" in text:
        yield "entity", _ENTITY
    if "\ufffd" in text:
        yield "replaced", _REPLACED
    if any(mark in text for mark in _INVISIBLE):
        yield "invisible", _INVISIBLES


def _characters(key: str, way: str, places: list[re.Match[str]]) -> Finding:
    first = places[0]
    return Finding(
        code="invisible-characters" if way == "invisible" else "TXT-01",
        field=key,
        quote=first.group(),
        start=first.start(),
        end=first.end(),
        data={"way": way, "count": len(places)},
    )


class _Severe(NamedTuple):
    needle: str
    pattern: re.Pattern[str]
    why_zh: str
    why_en: str


@cache
def _severe() -> tuple[_Severe, ...]:
    return tuple(
        _Severe(row["needle"], re.compile(row["pattern"]), row["why_zh"], row["why_en"])
        for row in read_codelist("severe-expressions")
    )


@cache
def _own_names() -> frozenset[str]:
    return frozenset(fold(row["word"]) for row in read_codelist("own-site-names"))
