"""The answer of a list service, captured like a page and read like a list."""

from contentkit.extract.encoding import decode_page
from contentkit.extract.list_services import GKMLPT, JPAGE, QUERY_DATA, read_answer
from contentkit.extract.page_request import PageRequest
from contentkit.models import PageKind, Record

_XML = (b"<?xml", b"<datastore", b"<recordset")


def read_service_page(
    data: bytes, *, url: str, http_charset: str | None = None
) -> Record | None:
    """Return what a JPage, `queryData` or gkmlpt answer lists; None if it is neither."""
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        kinds: tuple[str, ...] = (QUERY_DATA, GKMLPT)
    elif head.startswith(_XML) and b"<record" in data:
        kinds = (JPAGE,)
    else:
        return None
    decoded = decode_page(data, http_charset=http_charset)
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
    return None
