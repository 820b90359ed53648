"""What a page says about its own encoding: claims, in the order a browser asks them."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from contentkit.resources import read_codelist

_HEAD = (
    8192  # bytes searched: the standard asks for 1,024, real pages put scripts first
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_META = re.compile(
    rb"""<meta\b[^>]{0,500}?\bcharset\s*=\s*["']?\s*([^\s"'/>;]{1,40})""",
    re.IGNORECASE,
)
_XML = re.compile(
    rb"""\A\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([^"'>]{1,40})["']"""
)

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)


class Claim(NamedTuple):
    """One declaration: where it stands, its own words, the encoding it means.

    `encoding` is None for a label that no standard knows.
    """

    where: str
    label: str
    encoding: str | None


@cache
def _labels() -> dict[str, tuple[str, str]]:
    rows = read_codelist("charset-labels")
    return {row["label"]: (row["encoding"], row["script"]) for row in rows}


@cache
def _scripts() -> dict[str, str]:
    return dict(_labels().values())


def canonical_encoding(label: str) -> str | None:
    """Return the encoding that a label means to a browser, or None.

    >>> canonical_encoding(" GB2312 "), canonical_encoding("nonsense")
    ('gb18030', None)
    """
    return _labels().get(label.strip().lower(), (None,))[0]


def script_of(encoding: str) -> str:
    """Return the script an encoding was made for: `any`, `han`, `kana`, `latin` …"""
    return _scripts()[encoding]


def read_claims(data: bytes, *, http_charset: str | None = None) -> tuple[Claim, ...]:
    """Return the claims of a page: byte order mark, HTTP header, then the markup."""
    return tuple(_iter_claims(data, http_charset))


def _iter_claims(data: bytes, http_charset: str | None) -> Iterator[Claim]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            yield Claim("bom", encoding, encoding)
    if http_charset and http_charset.strip():
        yield _claim("http", http_charset.strip("\"' \t"))
    head = data[:_HEAD]
    if b"<!--" in head:
        head = _COMMENT.sub(b"", head)
    if declared := _XML.search(head):
        yield _claim("xml", declared[1].decode("ascii", "replace"))
    if declared := _META.search(head):
        claim = _claim("meta", declared[1].decode("ascii", "replace"))
        # Whoever could read this declaration was not reading UTF-16.
        if claim.encoding not in ("utf-16-le", "utf-16-be"):
            yield claim


def _claim(where: str, label: str) -> Claim:
    return Claim(where, label, canonical_encoding(label))
