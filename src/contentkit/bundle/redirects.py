"""Where old addresses lead: values, checks, and the spreadsheet form.

`301` moved for good, `410` gone for good, `archive` kept only in an archive (its
address, if any, in `to`), `unresolved` not decided yet. A relative `to` is a path of
the new platform.
"""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from contentkit.bundle.keys import HashSet
from contentkit.models import Finding, Json
from contentkit.resources import read_codelist

_URL = re.compile(r"https?://([^/?#]+)([^#]*)", re.IGNORECASE)
_UNSAFE = re.compile(r"[^\x21-\x7e]")
_INERT = ("=", "+", "-", "@")  # what a spreadsheet takes for a formula


class Status(StrEnum):
    """What an old address answers with; the words of alphagov/transition."""

    MOVED = "301"
    GONE = "410"
    ARCHIVE = "archive"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """One legacy URL and what becomes of it."""

    from_url: str
    to: str | None
    status: Status

    def to_json(self) -> dict[str, Json]:
        """Return the line of redirects.jsonl."""
        return {"from": self.from_url, "status": str(self.status), "to": self.to}

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Self:
        """Rebuild a redirect from `to_json`."""
        return cls(from_url=data["from"], to=data["to"], status=Status(data["status"]))


def request_key(url: str) -> str | None:
    """Return host, path and query as a server sees them; None for what is no http URL.

    The scheme is left out: browsers ask for old http addresses by https.

    >>> request_key("HTTP://Old.Example/a b?id=1#top")
    'old.example/a%20b?id=1'
    """
    match = _URL.match(url)
    if match is None:
        return None
    host, rest = match.groups()
    rest = rest if rest.startswith("/") else f"/{rest}"
    return escape_url(host.lower() + rest)


def escape_url(url: str) -> str:
    """Return a URL with all but visible ASCII percent-encoded as UTF-8.

    >>> escape_url("/政策 1.html")
    '/%E6%94%BF%E7%AD%96%201.html'
    """
    return _UNSAFE.sub(_percent, url)


def key_hash(key: str) -> int:
    """Return 8 bytes of a hash that is the same in every process."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest())


def repeated_keys(keys: Iterable[str]) -> frozenset[int]:
    """Return the hashes of keys that come more than once: 8 bytes a key in memory."""
    return HashSet(map(key_hash, keys)).repeated()


def check_redirects(
    read: Callable[[], Iterable[Redirect]],
    *,
    is_target: Callable[[str], bool],
    platform: str | None = None,
) -> Iterator[Finding]:
    """Yield a finding LNK-04 for every redirect that does not do its work.

    `read` gives the redirects anew each time it is called, in the same order;
    `is_target` tells whether a path exists in the bundle; `platform` is the base URL of
    the new platform, without which relative targets cannot be compared with old
    addresses. Found are collisions (one address, two answers), missing and impossible
    targets, chains (an answer that is itself an old address) and loops.
    """
    keys = HashSet(map(key_hash, _keys(read())))
    repeated = keys.repeated()
    first: dict[str, Redirect] = {}
    steps: dict[str, str] = {}
    for redirect in read():
        key = request_key(redirect.from_url)
        if key is None:
            yield _finding("not-http", redirect)
            continue
        if key_hash(key) in repeated:
            known = first.setdefault(key, redirect)
            if (known.to, known.status) != (redirect.to, redirect.status):
                yield _finding("collision", redirect, other=known.to)
        if problem := _target_problem(redirect, is_target):
            yield _finding(problem, redirect)
        to_key = _target_key(redirect, platform)
        if to_key is not None and key_hash(to_key) in keys:
            steps.setdefault(key, to_key)
    yield from _check_steps(read, steps)


def csv_lines(redirects: Iterable[Redirect]) -> Iterator[bytes]:
    """Yield redirects.csv: a header, then one line a redirect, no cell a formula.

    UTF-8 without a mark: every cell is an escaped URL or a status, so ASCII.
    """
    yield b"from,to,status\n"
    for redirect in redirects:
        cells = (redirect.from_url, redirect.to or "", str(redirect.status))
        row = io.StringIO()
        csv.writer(row, lineterminator="\n").writerow(map(_cell, cells))
        yield row.getvalue().encode()


def _keys(redirects: Iterable[Redirect]) -> Iterator[str]:
    return (key for r in redirects if (key := request_key(r.from_url)) is not None)


def _check_steps(
    read: Callable[[], Iterable[Redirect]], steps: Mapping[str, str]
) -> Iterator[Finding]:
    if not steps:
        return
    for redirect in read():
        key = request_key(redirect.from_url)
        if key is None or key not in steps:
            continue
        seen = {key}
        place = steps[key]
        while place in steps and place not in seen:
            seen.add(place)
            place = steps[place]
        yield _finding("loop" if place in seen else "chain", redirect, other=place)


def _target_problem(redirect: Redirect, is_target: Callable[[str], bool]) -> str | None:
    if redirect.status is Status.MOVED:
        if redirect.to is None:
            return "no-target"
        if redirect.to.startswith("/") and not is_target(redirect.to):
            return "missing-target"
    if redirect.status in {Status.GONE, Status.UNRESOLVED} and redirect.to is not None:
        return "needless-target"
    return None


def _target_key(redirect: Redirect, platform: str | None) -> str | None:
    if redirect.to is None or redirect.status is not Status.MOVED:
        return None
    if redirect.to.startswith("/"):
        return request_key(platform.rstrip("/") + redirect.to) if platform else None
    return request_key(redirect.to)


def _finding(problem: str, redirect: Redirect, *, other: str | None = None) -> Finding:
    words = {row["code"]: row for row in read_codelist("redirect-problems")}[problem]
    data = {
        "problem": problem,
        "problem_zh": words["name"],
        "problem_en": words["name_en"],
        "from": redirect.from_url,
        "to": redirect.to or "",
        "other": other or "",
    }
    return Finding(code="LNK-04", field="path", quote=redirect.from_url, data=data)


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace"))


def _cell(text: str) -> str:
    escaped = escape_url(text)
    return f"'{escaped}" if escaped.startswith(_INERT) else escaped
