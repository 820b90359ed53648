"""Clean-up rules on links: LNK-LOCAL, LNK-ANCHOR (POLICY 9).

Links to intranet hosts and to the old site are LNK-02, links without a new address
LNK-01: told where addresses are rewritten, once.
"""

import re
from collections.abc import Iterator
from itertools import islice

from contentkit.models import Document, Finding
from contentkit.validate.fields import items_of, text_of

_MOST = 20
# file:///C:/…, C:\…, \\server\share\…: places that only their author can open
_LOCAL = re.compile(
    r"file:/{2,3}[^\s\"'<>，。；）]{1,200}"
    r"|(?<![A-Za-z0-9])[C-Zc-z]:\\[^\s\"'<>，。；）]{1,200}"
    r"|(?<![\\A-Za-z0-9:])\\\\[A-Za-z0-9.-]{2,60}\\[^\s\"'<>，。；）]{1,200}"
)
_ANCHOR = re.compile(
    "点击?(?:此处|这里|此|下方|以下|下面|附件|链接|图片|下载|查看|打开)"
    "(?:链接|附件|下载|查看|打开|阅读|进入){0,2}"
    '|(?:详见|见|下载|访问)(?:下方|以下|下面)?(?:链接|网址)(?![\u4e00-\u9fff]{0,6}["“])'
    "|(?:附件|文件|表格)下载(?=[:： \u3000\n]|$)"
)
_ADDRESS = re.compile(r"https?://|www\.")
_NEAR = 60  # characters behind the words in which an address in the text may stand


def check_links(document: Document) -> Iterator[Finding]:
    """Yield addresses on somebody's own disk, and words for a link that is not there."""
    yield from islice(_local(document), _MOST)
    yield from _anchor(document)


def _local(document: Document) -> Iterator[Finding]:
    text = text_of(document, "body_text")
    if "file:/" not in text and ":\\" not in text and "\\\\" not in text:
        return
    for match in _LOCAL.finditer(text):
        yield Finding(
            code="LNK-LOCAL",
            field="body_text",
            quote=match[0],
            start=match.start(),
            end=match.end(),
            data={"url": match[0]},
        )


def _anchor(document: Document) -> Iterator[Finding]:
    """Yield the first words for a link in a text that has neither links nor files."""
    text = text_of(document, "body_text")
    if not any(
        word in text
        for word in ("点击", "点此", "点这里", "点下载", "链接", "网址", "下载")
    ):
        return
    if "<a " in text_of(document, "body_html") or any(
        items_of(document, key) for key in ("attachments", "images")
    ):
        return
    for match in _ANCHOR.finditer(text):
        if not _ADDRESS.search(text, match.end(), match.end() + _NEAR):
            yield Finding(
                code="LNK-ANCHOR",
                field="body_text",
                quote=match[0],
                start=match.start(),
                end=match.end(),
                data={"text": match[0]},
            )
            return
