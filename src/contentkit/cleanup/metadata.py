"""Clean-up rules on metadata and standing: META-ISSUER, META-THEME, META-DELETE-ORDER,
VAL-DRAFT-IN-FORCE (POLICY 9).

A name that is in no register is `unknown-issuer`, a topic that is in no list CLS-01, a
missing index number `index-number-missing`: told where the values are read.
"""

import re
from collections.abc import Iterator

from contentkit.issuers import IssuerTable
from contentkit.models import Document, Finding
from contentkit.policy.models import Reading
from contentkit.validate.fields import object_of, text_of

_DRAFT = re.compile(
    "征求意见稿|公开征求意见|征求意见|意见征求|征集意见|讨论稿|送审稿|修订草案|草案"
)
_HEAD = 400  # characters of a text in which a draft says what it is
# 从网站上删除, 在政府网站撤下; the sentence must speak of documents.
_DELETION = re.compile(
    "(?:网站|网上|门户|平台|信息公开)[^。；\n]{0,20}(?:删除|撤下|撤除|清除|下架|移除)"
    "|(?:删除|撤下|撤除|清除|下架|移除)[^。；\n]{0,20}(?:网站|网上公开|门户|平台)"
)
_OF_DOCUMENTS = re.compile("文件|目录|上述|所列|附件")
_REACH = 80


def check_metadata(
    document: Document, reading: Reading, issuers: IssuerTable
) -> Iterator[Finding]:
    """Yield what a policy document lacks in its metadata, and what it orders of the site."""
    if text_of(document, "kind") == "policy":
        yield from _issuer(document, issuers)
        yield from _draft(document, reading)
        if not text_of(document, "topic"):
            yield Finding(code="META-THEME", field="topic", data={"text": ""})
    if reading.effects:
        yield from _deletion(text_of(document, "body_text"))


def _issuer(document: Document, issuers: IssuerTable) -> Iterator[Finding]:
    """Yield an issuer whose name was not in use when the document was written."""
    name = text_of(object_of(document, "issuer"), "name")
    day = text_of(document, "written_on")[:10]
    if not name or not day or not issuers:
        return
    if issuers.named(name) and not issuers.named(name, on=day):
        yield Finding(
            code="META-ISSUER", field="issuer", quote=name, data={"text": name}
        )


def _draft(document: Document, reading: Reading) -> Iterator[Finding]:
    """Yield a draft that is listed as a policy document and not labeled as a draft."""
    if not reading.is_draft:
        return
    if object_of(document, "policy").get("validity") == "draft":
        return
    for field in ("title", "body_text"):
        cue = _DRAFT.search(text_of(document, field), 0, _HEAD)
        if cue:
            yield Finding(
                code="VAL-DRAFT-IN-FORCE",
                field=field,
                quote=cue[0],
                start=cue.start(),
                end=cue.end(),
                data={"text": cue[0]},
            )
            return


def _deletion(text: str) -> Iterator[Finding]:
    """Yield the sentence by which a repeal orders documents off the site."""
    if "网" not in text and "平台" not in text:
        return
    for match in _DELETION.finditer(text):
        before = max(0, match.start() - _REACH)
        before = max(before, text.rfind("。", before, match.start()) + 1)
        if _OF_DOCUMENTS.search(text, before, match.end()):
            yield Finding(
                code="META-DELETE-ORDER",
                field="body_text",
                quote=match[0],
                start=match.start(),
                end=match.end(),
                data={"text": match[0]},
            )
            return
