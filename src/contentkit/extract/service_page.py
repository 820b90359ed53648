"""The answer of a list service or a sitemap, captured like a page, read as what it is."""

import json
import re
from html import unescape

from contentkit.extract.encoding import decode_page
from contentkit.extract.list_services import GKMLPT, JPAGE, QUERY_DATA, read_answer
from contentkit.extract.page_request import PageRequest
from contentkit.models import PageKind, Record

SERVICES = (JPAGE, QUERY_DATA, GKMLPT)
"""Templates of records that a list service answered."""

_XML = (b"<?xml", b"<datastore", b"<recordset", b"<urlset", b"<sitemapindex")
_SITEMAP = re.compile(r"<(?:urlset|sitemapindex)\b")
_PLACE = re.compile(r"<loc>\s*(?:<!\[CDATA\[)?\s*(https?://[^\s<\]]+)")


def read_service_page(
    data: bytes, *, url: str, http_charset: str | None = None
) -> Record | None:
    """Return what a JPage, `queryData` or gkmlpt answer, or a sitemap, lists.

    None if it is a page. A sitemap (sitemaps.org 0.9) and other data for programs are no
    pages for a reader: stubs, the sitemap with links.
    """
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        kinds: tuple[str, ...] = (QUERY_DATA, GKMLPT)
    elif head.startswith(_XML):
        kinds = (JPAGE,)
    else:
        return None
    decoded = decode_page(data, http_charset=http_charset)
    if _SITEMAP.search(decoded.text, 0, 4096):
        places = map(unescape, _PLACE.findall(decoded.text))
        return Record(
            kind=PageKind.STUB,
            encoding=decoded.encoding,
            template="sitemap",
            links=tuple(dict.fromkeys(places)),
        )
    for kind in kinds:
        answer = read_answer(decoded.text, PageRequest(url=url, kind=kind))
        if answer.items:
            return Record(
                kind=PageKind.LIST,
                encoding=decoded.encoding,
                template=kind,
                items=answer.items,
                links=tuple(dict.fromkeys(item.url for item in answer.items)),
                findings=decoded.findings,
            )
    if head.startswith(b"{") and not _is_json(decoded.text):
        return None
    if head.startswith(b"<?xml") and b"<recordset" not in data:
        return None
    # data for a program, and no list: nothing that a reader would see
    return Record(kind=PageKind.STUB, encoding=decoded.encoding, template="data")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
