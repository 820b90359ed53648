"""From names in a mirror back to addresses: what HTTrack and wget did, undone.

HTTrack writes `name` + the first four hexadecimal digits of the MD5 of the query +
`.html`, and a counter `-2` where two names meet; the query itself is still in the links
of the pages, so it is restored only where its digest proves it. wget keeps the query in
the name, behind `?` or (for Windows) `@`, and adds `.html` with `-E`.
"""

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, unquote_to_bytes

from contentkit.workspace.archive_records import BEIJING

# programs, not files: a name such as news.asp.html was made of news.asp
_DYNAMIC = "asp|aspx|php|php3|jsp|jspx|do|action|cgi|cfm|shtml|jhtml"
_ADDED_HTML = re.compile(rf"(?i)(\.(?:{_DYNAMIC})(?:[?@][^/]*)?)\.html?$")
_AT_QUERY = re.compile(rf"(?i)(\.(?:{_DYNAMIC}|html?))@([^/]*)$")
# HTTrack's footer; its host and path are as requested, query included
_COMMENT = re.compile(
    rb"<!-- Mirrored from ([^\s<>/]+)(/[^\s<>]*)? by HTTrack Website Copier/[^,>]*"
    rb",\s*([^<>]*?)\s*-->"
)
_COMMENT_WITHIN = 1 << 16  # the footer stands after <html>; a long head may precede
# found from its hash on and extended to the left by hand: a pattern that begins with
# any character costs the square of every long word
_HASHED_LINK = re.compile(
    rb"[0-9a-f]{4}(?:-[0-9]{1,4})?\.[a-z]{2,5}\?([^\"'<>\s]{1,2000})"
)
_LINK_START = re.compile(rb"[^\s\"'<>()=]*$")
_LINK_BYTES = 1000
_NOT_IN_PATH = re.compile(r"[\x00-\x20\x7f#\\]")
_HASHED_NAME = re.compile(r"(.*?)([0-9a-f]{4})(?:-\d{1,4})?(\.[a-z]{2,5})$")


@dataclass(frozen=True, slots=True)
class Footer:
    """What HTTrack's comment says: `host/path?query` and when, in Beijing time."""

    address: str
    captured_at: str | None


def read_footer(data: bytes) -> Footer | None:
    """Return HTTrack's comment of a saved page, or None.

    >>> read_footer(b"<!-- Mirrored from e.cn/a/ by HTTrack Website Copier/3.x [XR&CO'2014], Fri, 27 Jul 2018 23:50:02 GMT -->")
    Footer(address='e.cn/a/', captured_at='2018-07-28T07:50:02+08:00')
    """
    if b"Mirrored from" not in data:
        return None
    match = _COMMENT.search(data, 0, _COMMENT_WITHIN)
    if match is None:
        return None
    raw = match[1] + (match[2] or b"/")
    address = html.unescape(raw.decode("utf-8", errors="surrogateescape"))
    return Footer(address, _time(match[3].decode("ascii", errors="replace")))


def iter_hashed_links(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield (link without query, query) of links whose name carries the query's hash."""
    if b"?" not in data:
        return
    for match in _HASHED_LINK.finditer(data):
        end = match.start(1) - 1
        start = _LINK_START.search(data[max(0, end - _LINK_BYTES) : end])
        link = start[0].decode("utf-8", errors="surrogateescape") if start else ""
        query = html.unescape(match[1].decode("utf-8", errors="surrogateescape"))
        if proves_query(link.rpartition("/")[2], query):
            yield link, query


def proves_query(name: str, query: str) -> bool:
    """Tell whether an HTTrack name carries the hash of this query.

    >>> proves_query("index7980.html", "link=ywdt")
    True
    """
    match = _HASHED_NAME.fullmatch(name)
    if match is None:
        return False
    raw = query.encode("utf-8", errors="surrogateescape")
    return hashlib.md5(raw, usedforsecurity=False).hexdigest()[:4] == match[2]


def undo_hash(path: str, query: str) -> str:
    """Return path and query of a hashed name; `index….html` is the folder itself.

    >>> undo_hash("e/click/index7980.html", "link=ywdt")
    'e/click/?link=ywdt'
    """
    folder, slash, name = path.rpartition("/")
    match = _HASHED_NAME.fullmatch(name)
    stem = match[1] + match[3] if match else name
    return f"{folder}{slash}{'' if stem == 'index.html' else stem}?{query}"


def undo_wget(path: str) -> str:
    """Return path and query as requested, from a name that wget made.

    >>> undo_wget("a/list.jsp@page=2.html")
    'a/list.jsp?page=2'
    """
    path = _ADDED_HTML.sub(r"\1", path)
    return _AT_QUERY.sub(r"\1?\2", path)


def escape_path(path: str) -> str:
    """Return a file path as it must stand in an address, its query marks kept.

    A percent sign before two hexadecimal digits is an escape that the tool kept.

    >>> escape_path("a b#c.html")
    'a%20b%23c.html'
    """
    return _NOT_IN_PATH.sub(lambda match: f"%{ord(match[0]):02X}", path)


def is_traversal(path: str) -> bool:
    """Tell whether a name means another folder once its escapes are undone.

    >>> [is_traversal(x) for x in ("a/b..c.html", "%2e%2e/x", "a/..\\\\..\\\\x", "..%2fx")]
    [False, True, True, True]
    """
    raw = unquote_to_bytes(path.encode("utf-8", errors="surrogateescape"))
    return b".." in re.split(rb"[/\\]", raw)


def printable(path: str) -> str:
    """Return a file name that can be shown and stored: odd bytes and controls escaped.

    >>> printable("a\\nb\\udcd6.html")
    'a%0Ab%D6.html'
    """
    if path.isprintable():
        return path  # a surrogate is not printable
    raw = path.encode("utf-8", errors="surrogateescape")
    return quote(raw, safe="/ @+,;=:()[]~!$&'")


def _time(text: str) -> str | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")


def file_time(seconds: float) -> str:
    """Return a time of the file system in Beijing time, to the second.

    >>> file_time(0.9)
    '1970-01-01T08:00:00+08:00'
    """
    return datetime.fromtimestamp(int(seconds), BEIJING).isoformat(timespec="seconds")
