"""The links of a page that may be entries of a list."""

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from contentkit.extract.link_words import link_role
from contentkit.text import fold_spaces

_LONGEST_SCRIPT = 500
_OPEN, _CLOSE = "[【〔［", "]】〕］"
_LONGEST_MARK = 16

_NOT_CONTENT = ("mailto:", "tel:", "data:", "about:", "file:", "#")
_QUOTED_ADDRESS = re.compile(
    r"""['"]((?:https?:/)?/?[\w./?=&%-]*[./?][\w./?=&%-]+)['"]"""
)


@dataclass(slots=True)
class Link:
    """A link that may be an entry; `href` is "" where it leads nowhere."""

    element: HtmlElement
    href: str
    text: str


def content_links(tree: HtmlElement) -> list[Link]:
    """Return the links of a page that may be entries, not controls or mail addresses."""
    links = []
    for element in tree.iter("a"):
        href = element.get("href")
        if href is None:
            continue
        href = read_address(href, element)
        if href is None:
            continue
        text = link_text(element)
        if text and link_role(text) is None and not _is_column_mark(element, text):
            links.append(Link(element, href, text))
    return links


def _is_column_mark(element: HtmlElement, text: str) -> bool:
    """Say whether a link names the column of an entry: `[教育局]` before its title."""
    if len(text) > _LONGEST_MARK:
        return False
    if text[0] in _OPEN and text[-1] in _CLOSE:
        return True
    tail = (element.tail or "").lstrip()[:1]
    if not tail or tail not in _CLOSE:
        return False
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        before = previous.tail
    else:
        before = parent.text if parent is not None else None
    return (before or "").rstrip()[-1:] in tuple(_OPEN)


def read_address(href: str, element: HtmlElement) -> str | None:
    """Return the address of a link, also out of `javascript:open('…')`; None if it is none."""
    href = href.strip()
    lower = href[:11].lower()
    if lower.startswith("javascript:") or href in {"", "#"}:
        script = href if len(href) > 12 else element.get("onclick") or ""
        quoted = _QUOTED_ADDRESS.search(script[:_LONGEST_SCRIPT])
        return quoted[1] if quoted else ""
    return None if lower.startswith(_NOT_CONTENT) else href


def link_text(element: HtmlElement) -> str:
    """Return what a reader sees of a link: its text, else the words for its picture."""
    if not len(element):
        text = element.text
        return fold_spaces(text) if text else element.get("title") or ""
    text = fold_spaces("".join(element.itertext()))
    if text:
        return text
    image = next(element.iter("img"), None)
    alt = image.get("alt") if image is not None else None
    return fold_spaces(element.get("title") or alt or "")


def own_pieces(element: HtmlElement) -> list[str]:
    """Return the texts of a link, of which one may be its date."""
    return [x for x in element.itertext() if not x.isspace()] if len(element) else []
