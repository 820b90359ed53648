"""The attachments of an article: which links are files, and how the page names them."""

import re
from bisect import bisect_left
from functools import cache, lru_cache
from urllib.parse import unquote

from lxml.html import HtmlElement

from contentkit.extract.links import Addresses
from contentkit.extract.outline import Outline
from contentkit.extract.phrases import names_nothing, phrase_role
from contentkit.html import BLOCKS, visible_lines, visible_text
from contentkit.models import Finding, Link
from contentkit.resources import read_codelist
from contentkit.text import fold_spaces, strip

_LINKS = frozenset(("a", "area"))
_IN_SCRIPT = re.compile(r"""['"]([^'"\s]+?\.([A-Za-z0-9]{2,5}))['"]""")
_FILE_PARAMETER = re.compile(r"[?&](?:file|url|src|path|furl)=([^&#]+)", re.IGNORECASE)
_FILE_NAME = re.compile(r"([^/?#\\=&]+?\.([A-Za-z0-9]{2,5}))$")
_BEFORE_LINK = re.compile(r"^(?:相关)?(?:附件|附表|下载)\s*\d{0,2}\s*[:：.、]\s*")
_DOWNLOAD = re.compile(
    r"(?:^|[/?&=_])(?:down(?:load)?(?:file|attach\w*)?|attach(?:ment)?s?|fujian)"
    r"(?:\.(?:jsp|do|action|aspx?|php|ashx))?(?:[/?=&]|$)",
    re.IGNORECASE,
)
"""Addresses of programs that send a file: downfile.jsp?…, /download/…, attach.do?…"""


@cache
def extensions() -> frozenset[str]:
    """Return the suffixes of files that are attachments."""
    return frozenset(row["suffix"] for row in read_codelist("attachment-types"))


def file_suffix(href: str) -> str | None:
    """Return the suffix of a file's address or name if files like it are attached.

    >>> file_suffix("/d/file/2018/附件1.DOCX?x=1"), file_suffix("/art/1.html")
    ('docx', None)
    """
    path = href.split("#", 1)[0]
    for part in (path.split("?", 1)[0], path):
        dot = part.rfind(".")
        suffix = part[dot + 1 :].strip().lower() if dot >= 0 else ""
        if suffix in extensions():
            return suffix
    return None


def region(outline: Outline, container: int, wrapper: int) -> tuple[int, int]:
    """Return the elements from the body to the end of what belongs to the article.

    Attachment lists often stand below the body's own element. The region ends at the
    first line of page furniture, at the latest with the element `wrapper`.
    """
    last = outline.ends[wrapper]
    for line in outline.lines[
        outline.ranges[container][1] : outline.ranges[wrapper][1]
    ]:
        if line.chrome or phrase_role(line.text) in {"stop", "footer"}:
            return container, min(last, max(line.node, outline.ends[container]))
    return container, last


def read_attachments(
    outline: Outline,
    addresses: Addresses,
    spans: list[tuple[int, int]],
    *,
    every: bool = False,
) -> tuple[list[Link], list[Finding]]:
    """Return the attachments among the elements of `spans`, and findings on dead ones.

    With `every` all links there are attachments, whatever their address looks like.
    """
    links: dict[tuple[str, str], Link] = {}
    framed: set[tuple[str, str]] = set()  # shown by a viewer; a link names them better
    for index in sorted({x for span in spans for x in outline.references_in(*span)}):
        element = outline.nodes[index]
        target = attachment_target(element)
        if target is None and every and element.tag in _LINKS:
            target = element.get("href")
        if target is None:
            continue
        url = addresses.of(target) if target else ""
        link = Link(url=url, name=_name(element, target))
        key = (url, "" if url else link.name)
        if key in links and key not in framed:
            continue
        links[key] = link
        framed.discard(key)
        if element.tag not in _LINKS:
            framed.add(key)
    return list(links.values()), [_dead(x.name) for x in links.values() if not x.url]


def _dead(name: str) -> Finding:
    return Finding(
        code="attachment-without-address",
        field="attachments",
        quote=name,
        data={"name": name},
    )


def attachment_lines(outline: Outline, numbers: list[int]) -> list[int]:
    """Return those of some lines that hold a link to an attachment."""
    found = []
    references = outline.references
    for number in numbers:
        first = outline.lines[number].node
        following = outline.lines[number + 1 : number + 2]
        last = following[0].node if following else len(outline.nodes)
        position = bisect_left(references, max(first - 3, outline.lines[number].block))
        while position < len(references) and references[position] < max(
            last, first + 1
        ):
            element = outline.nodes[references[position]]
            if attachment_target(element) is not None:
                found.append(number)
                break
            position += 1
    return found


def attachment_target(element: HtmlElement) -> str | None:
    """Return the address of an attachment, "" if it has none, None if it is none."""
    if element.tag not in _LINKS:
        return _framed_file(element)
    href = (element.get("href") or "").strip()
    if not href or href.startswith("#") or href[:11].lower() == "javascript:":
        return _scripted_file(element, href)
    if _sends_file(href):
        return href
    title = element.get("title") or element.get("download")
    return href if title and file_suffix(title) and "." in href else None


@lru_cache(maxsize=4096)
def _sends_file(href: str) -> bool:
    return file_suffix(href) is not None or _DOWNLOAD.search(href) is not None


def _scripted_file(element: HtmlElement, href: str) -> str | None:
    """Return the address that a script opens, "" where only the name tells of a file."""
    script = href + " " + (element.get("onclick") or "")
    for match in _IN_SCRIPT.finditer(script):
        if match[2].lower() in extensions():
            return match[1]
    names = (element.get("class") or "").lower()
    if "attach" in names or "fujian" in names:
        return ""
    named = [element.get(name) for name in ("alt", "title", "download")]
    named.append(strip(element.text or ""))
    is_file = any(value and len(value) < 200 and file_suffix(value) for value in named)
    return "" if is_file else None


def _framed_file(element: HtmlElement) -> str | None:
    """Return the address of a document that a viewer shows in a frame."""
    if element.tag not in {"iframe", "embed", "object"}:
        return None
    source = (element.get("src") or element.get("data") or "").strip()
    if file_suffix(source.partition("?")[0]):
        return source
    for value in _FILE_PARAMETER.findall(source):
        if file_suffix(unquote(value)):
            return unquote(value)
    return None


def _name(element: HtmlElement, target: str) -> str:
    """Return the name a reader sees: the link's words, or those beside them."""
    text = fold_spaces(visible_text(element).replace("\n", " "))
    if text and not names_nothing(text):
        return text
    for name in ("title", "alt", "download"):
        value = fold_spaces(element.get(name) or "")
        if value and not names_nothing(value):
            return value
    beside = _beside(element) if element.tag in _LINKS else ""
    if beside:
        return beside
    for image in element.iter("img"):
        value = fold_spaces(image.get("alt") or image.get("title") or "")
        if value and not names_nothing(value):
            return value
    match = _FILE_NAME.search(target.split("#", 1)[0].split("?", 1)[0])
    return unquote(match[1]) if match else text


def _beside(element: HtmlElement) -> str:
    """Return the words beside a 下载 link: before it, behind it, in the cell before."""
    previous = element.getprevious()
    parent = element.getparent()
    if parent is None:
        return ""
    before = (parent.text if previous is None else previous.tail) or ""
    text = _as_name(before) or _as_name(element.tail or "")
    if text:
        return text
    if previous is not None and previous.tag not in BLOCKS and previous.tag != "a":
        return _as_name(visible_text(previous))
    if previous is None and parent.tag not in BLOCKS:
        return _beside(parent)
    cell = parent.getprevious() if parent.tag == "td" else None
    return _as_name(" ".join(visible_lines(cell))) if cell is not None else ""


def _as_name(text: str) -> str:
    """Return the words as a name, "" if they are none."""
    text = _BEFORE_LINK.sub("", fold_spaces(text).strip("[]【】（）() :："))
    return "" if len(text) < 2 or len(text) > 200 or names_nothing(text) else text
