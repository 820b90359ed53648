"""What a payload is: by its first bytes where they tell, else by what was declared.

Follows the WHATWG MIME Sniffing standard where it has a rule. The types are data:
`schemas/codelists/media-types.csv`.
"""

import re
from functools import cache

from contentkit.resources import read_codelist

_HTML = re.compile(
    rb"(?i)(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|title|meta|script|style|table|div|iframe)\b",
    re.DOTALL,
)
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\b")
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,8})$")
_VAGUE = frozenset(
    {
        "application/octet-stream",
        "application/x-download",
        "application/download",
        "application/force-download",
        "application/unknown",
        "application/x-msdownload",
        "binary/octet-stream",
        "unknown/unknown",
        "*/*",
    }
)


def sniff_media_type(
    data: bytes, *, declared: str | None = None, name: str = ""
) -> str | None:
    """Return the media type of a payload, or None if nothing tells.

    `name` is a file name or the path of a URL. First bytes win over a declaration,
    a declaration wins over a name, and a vague declaration counts as none.

    >>> sniff_media_type(b"%PDF-1.4", declared="text/html")
    'application/pdf'
    >>> sniff_media_type(b"document.write('1');", name="e/click.html")
    'text/html'
    """
    by_name = _types_by_extension().get(extension(name))
    magic = _by_magic(data)
    if magic is not None:
        kind, family = magic
        same_container = by_name is not None and by_name[1] == family != ""
        return by_name[0] if same_container and by_name else kind
    if declared is not None and declared not in _VAGUE:
        return declared
    if _HTML.match(data[:2048]):
        return "text/html"
    if _XML.match(data[:64]):
        return "text/xml"
    return by_name[0] if by_name else declared


def is_page_part(media_type: str | None) -> bool:
    """Tell whether a type is the stuff of pages, not a file to carry over.

    HTML, style sheets, scripts, JSON answers of list services, fonts.
    """
    kind = media_type or ""
    return kind in _page_types() or "javascript" in kind or kind.endswith("+json")


def extension(name: str) -> str:
    """Return the extension of a name or URL path in lower case, without the dot.

    >>> extension("/files/P0201806.DOCX")
    'docx'
    """
    match = _EXTENSION.search(name)
    return match[1].lower() if match else ""


def _by_magic(data: bytes) -> tuple[str, str] | None:
    for magic, kind, family in _magics():
        if data.startswith(magic):
            return kind, family
    return None


@cache
def _magics() -> tuple[tuple[bytes, str, str], ...]:
    return tuple(
        (bytes.fromhex(magic), row["media_type"], row["family"])
        for row in read_codelist("media-types")
        for magic in row["magic"].split()
    )


@cache
def _types_by_extension() -> dict[str, tuple[str, str]]:
    return {
        name: (row["media_type"], row["family"])
        for row in read_codelist("media-types")
        for name in row["extensions"].split()
    }


@cache
def _page_types() -> frozenset[str]:
    pages = [
        r["media_type"] for r in read_codelist("media-types") if r["family"] == "page"
    ]
    return frozenset(pages) | {"application/xhtml+xml"}
