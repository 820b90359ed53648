"""Clean-up rules on attachments: ATT-MISSING, ATT-TYPE (POLICY 9).

A file that a page links to and that was not captured is ATT-01; a list of attachments
longer than what is there is ATT-03; another sort of file than its name says is ATT-02.
Here is what those leave: a text that speaks of an attachment without any list, and a
name whose ending belongs to a sister format.
"""

import re
from collections.abc import Iterator
from functools import cache

from contentkit.filetext import FileState, FileText
from contentkit.models import Document, Finding
from contentkit.resources import read_codelist
from contentkit.validate.attachments import check_stated_attachments
from contentkit.validate.fields import items_of, text_of

_NAMED = re.compile(
    "(?:详见|具体见|见|填写)(?:本(?:通知|公告|文))?(?P<name>附件(?:[0-9]{1,2}|[一二三四五六七八九十])?)"
    "(?![\u4e00-\u9fff]{0,4}(?:中|所列)?规定)"
)
# An annex in the text itself: a heading of its own, 附件1 or 附表.
_ANNEX = re.compile(
    "^[ \u3000]*附[ \u3000]*(?:件|表|录)[ \u3000]*[0-9一二三四五六七八九十]{0,3}(?:[-－][0-9]{1,2})?"
    "(?:[：:  \u3000].{0,80})?$",
    re.MULTILINE,
)


def check_attachments(document: Document) -> Iterator[Finding]:
    """Yield ATT-MISSING where a text refers to an attachment and there is none at all."""
    text = text_of(document, "body_text")
    if "附件" not in text or "<a " in text_of(document, "body_html"):
        return
    if any(items_of(document, key) for key in ("attachments", "images")):
        return
    named = _NAMED.search(text)
    if named is None or _ANNEX.search(text):
        return
    if next(check_stated_attachments(document), None) is None:
        start, end = named.span("name")
        yield Finding(
            code="ATT-MISSING",
            field="body_text",
            quote=named["name"],
            start=start,
            end=end,
            data={"name": named["name"]},
        )


def check_type(name: str, read: FileText) -> Iterator[Finding]:
    """Yield ATT-TYPE: a file name whose ending is that of a sister format.

    The proposal is the name with the ending of the content.
    """
    if read.state not in (FileState.READ, FileState.SCANNED):
        return
    stem, dot, ending = name.rpartition(".")
    proper = _proper(ending.lower()).get(read.kind) if dot and stem else None
    if proper:
        yield Finding(
            code="ATT-TYPE",
            field="attachments",
            quote=name,
            proposal=f"{stem}.{proper}",
            data={"extension": f".{ending}", "found": read.kind},
        )


@cache
def _proper(ending: str) -> dict[str, str]:
    """Return the right ending by kind of content, for the wrong ones of an ending."""
    return {
        row["kind"]: row["proper"]
        for row in read_codelist("attachment-endings")
        if row["ending"] == ending
    }
