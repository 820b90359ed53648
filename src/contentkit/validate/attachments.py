"""Rules on attachments: ATT-02, ATT-03, one file listed twice.

A file that is missing altogether is told where files are attached (`normalize`).
"""

import re
from collections.abc import Iterator
from functools import cache

from contentkit.models import Document, Finding
from contentkit.resources import read_codelist
from contentkit.validate.fields import items_of, text_of

_VAGUE = "application/octet-stream"

_STATED = re.compile(
    r"^[ \u3000]*附[ \u3000]*件[ \u3000]*[：:](?P<first>.*)(?P<rest>(?:\n.*){0,20})",
    re.MULTILINE,
)
_NUMBERED = re.compile(r"^[ \u3000]*([0-9]{1,2})[.．、](?![0-9])")
_INLINE = re.compile(
    r"^[ \u3000]*附[ \u3000]*件[ \u3000]*[0-9一二三四五六七八九十]{0,3}[：:]?[ \u3000]*$",
    re.MULTILINE,
)


def check_attachment_types(document: Document) -> Iterator[Finding]:
    """Yield where the content of a file is not what its name promises (ATT-02).

    A page in place of a file is an error page of its own: `attachment-is-page`.
    """
    for item in items_of(document, "attachments"):
        name = text_of(item, "name") if "." in text_of(item, "name") else ""
        name = name or text_of(item, "origin_url").partition("?")[0]
        actual = text_of(item, "media_type").lower()
        promised = _types().get(name.rpartition(".")[2].lower())
        if promised is None or actual in ("", _VAGUE):
            continue
        data = {"name": name, "promised": promised, "actual": actual}
        if _families().get(actual) == "page" != _families().get(promised):
            yield Finding(code="attachment-is-page", field="attachments", data=data)
        elif not _agree(promised, actual):
            yield Finding(code="ATT-02", field="attachments", data=data)


def check_repeated_attachments(document: Document) -> Iterator[Finding]:
    """Yield `attachment-repeated` where a document lists the same content twice."""
    seen: dict[str, str] = {}
    for item in items_of(document, "attachments"):
        name, sha256 = text_of(item, "name"), text_of(item, "sha256")
        if sha256 in seen:
            data = {"name": name, "same_as": seen[sha256]}
            yield Finding(code="attachment-repeated", field="attachments", data=data)
        seen.setdefault(sha256, name)


def check_stated_attachments(document: Document) -> Iterator[Finding]:
    """Yield ATT-03 where the 附件说明 names more files than the document carries.

    An annex that follows in the body itself (a line 附件1) counts as carried.
    """
    body = text_of(document, "body_text")
    if "附" not in body or not (match := _STATED.search(body)):
        return
    stated = count_stated(match["first"], match["rest"])
    carried = len(items_of(document, "attachments")) + len(_INLINE.findall(body))
    if stated > carried:
        yield Finding(
            code="ATT-03",
            field="body_text",
            quote=match[0].split("\n", 1)[0],
            start=match.start(),
            end=match.start() + len(match[0].split("\n", 1)[0]),
            data={"stated": stated, "carried": carried},
        )


def count_stated(first: str, rest: str) -> int:
    """Return how many attachments a 附件说明 names: its numbered lines, at least one.

    >>> count_stated("1．申报表", "\\n2．名单\\n区政府办公室")
    2
    """
    count = 0
    for line in (first, *rest.split("\n")[1:]):
        match = _NUMBERED.match(line)
        if match is None or int(match[1]) != count + 1:
            break
        count += 1
    return count or (1 if first.strip() or rest.strip() else 0)


def _agree(promised: str, actual: str) -> bool:
    """Tell whether two types are one to a reader: a container and its content are."""
    if promised == actual or promised.partition("/")[0] == actual.partition("/")[0] != (
        "application"
    ):
        return True
    family = _families().get(promised, "")
    return family != "" and family == _families().get(actual)


@cache
def _types() -> dict[str, str]:
    return {
        suffix: row["media_type"]
        for row in read_codelist("media-types")
        for suffix in row["extensions"].split()
    }


@cache
def _families() -> dict[str, str]:
    return {row["media_type"]: row["family"] for row in read_codelist("media-types")}
