"""Selectors that would have found what the generic reader found on one page."""

import re
from collections.abc import Iterable, Iterator

from cssselect import HTMLTranslator
from lxml.html import HtmlElement

from contentkit.extract.list_groups import find_groups
from contentkit.extract.list_links import content_links
from contentkit.extract.list_rows import read_date
from contentkit.extract.lists import read_items
from contentkit.extract.select import select_elements
from contentkit.html import visible_text
from contentkit.models import ListItem, Record
from contentkit.normalize.dates import find_date
from contentkit.profile import ListSelector, Selector
from contentkit.text import fold, squeeze

_NAME = re.compile(r"-?[A-Za-z_][\w-]*")
_LONGEST_VALUE = 300
_SMALL = 24
"""Descendants of an element that may be one value; larger ones are containers."""

_SIMPLE = ("title", "source", "author", "issuer", "index_number", "doc_number")
FIELDS = (*_SIMPLE, "published_at", "body", "column_path")
"""The fields that selectors are proposed for."""

_LABELED = ("source", "author", "issuer")
_BODY_TAGS = ("div", "td", "article", "section", "main", "ucapcontent")
_BODY_SHARE = 0.98
"""How much of the larger of two texts the smaller must be to be the same body."""


Found = tuple[str, str, str]
"""Field, CSS selector, and what else it needs: the regular expression that cuts a value
out of a line of labels, or the selector of the date in the row of a list."""


def propose_fields(tree: HtmlElement, record: Record) -> set[Found]:
    """Return the selectors that agree with the record on this page."""
    found: set[Found] = set()
    for element in tree.iter():
        if not isinstance(element.tag, str) or sum(1 for _ in element.iter()) > _SMALL:
            continue
        text = visible_text(element).replace("\n", " ")
        if text and len(text) <= _LONGEST_VALUE:
            for name, regex in _values_in(text, record):
                found |= {(name, css, regex) for css in _unique(tree, element)}
    found |= {("body", css, "") for css in _body(tree, record)}
    found |= {("column_path", css, "") for css in _crumbs(tree, record)}
    return found


def _values_in(text: str, record: Record) -> Iterator[tuple[str, str]]:
    """Yield the fields whose value a text is, or holds behind a label."""
    folded = fold(text)
    for name in _SIMPLE:
        value = getattr(record, name)
        if value and folded == fold(value):
            yield name, ""
        elif value and name in _LABELED:
            regex = _labeled(text, value)
            if regex:
                yield name, regex
    match = find_date(text) if record.published_at else None
    if match and match.value == record.published_at:
        yield "published_at", ""


def _labeled(text: str, value: str) -> str | None:
    """Return a regular expression that cuts the value out from behind its label."""
    label = re.search(
        rf"([\u4e00-\u9fff]{{2,5}})[:：]\s*{re.escape(value)}(?=\s|$|[|【\[])", text
    )
    if label is None:
        return None
    regex = rf"{label[1]}[:：]\s*(\S+)"
    match = re.search(regex, text)
    return regex if match and match[1] == value else None


def propose_list(tree: HtmlElement, url: str, items: Iterable[ListItem]) -> set[Found]:
    """Return the selectors of rows and dates that give the same entries."""
    wanted = tuple(items)
    found = set()
    for group in find_groups(content_links(tree), chrome=True):
        row = _row_of(group.container, group.rows[0].main.element)
        if row is None:
            continue
        for item in _row_selectors(group.container, row):
            for date in _date_selectors(row):
                selector = ListSelector(
                    item=_css(item), date=_css(date) if date else None
                )
                if read_items(tree, url, selector=selector) == wanted:
                    found.add(("list", item, date))
    return found


def _css(css: str) -> Selector:
    return Selector(xpath=HTMLTranslator().css_to_xpath(css))


def _unique(tree: HtmlElement, element: HtmlElement) -> Iterator[str]:
    """Yield selectors that find this element and no other on the page."""
    for css in _selectors(element):
        if select_elements(_css(css), tree) == [element]:
            yield css


def _selectors(element: HtmlElement) -> Iterator[str]:
    """Yield selectors of an element by its own names, then by its parent's."""
    own = list(_own(element))
    yield from own
    parent = element.getparent()
    if parent is not None:
        for outer in _own(parent):
            yield from (f"{outer} > {inner}" for inner in [*own[:1], str(element.tag)])
    if element.tag in {"h1", "h2", "h3"}:
        yield str(element.tag)


def _own(element: HtmlElement) -> Iterator[str]:
    tag = str(element.tag)
    for token in (element.get("id") or "").split():
        if _is_stable(token):
            yield f"{tag}#{token}"
    for token in (element.get("class") or "").split():
        if _is_stable(token):
            yield f"{tag}.{token}"


def _is_stable(token: str) -> bool:
    """Say whether a name is the template's: one with a number may be the page's."""
    return bool(_NAME.fullmatch(token)) and not re.search(r"\d{3}", token)


def _body(tree: HtmlElement, record: Record) -> Iterator[str]:
    wanted = squeeze(record.body_text)
    if not wanted:
        return
    head = wanted[:20]
    for element in tree.iter(*_BODY_TAGS):
        if not element.get("id") and not element.get("class"):
            continue
        text = squeeze(visible_text(element))
        small, large = sorted((len(text), len(wanted)))
        if text.startswith(head) and small >= _BODY_SHARE * large:
            for css in _selectors(element):  # of several elements the first is taken
                if select_elements(_css(css), tree)[:1] == [element]:
                    yield css


def _crumbs(tree: HtmlElement, record: Record) -> Iterator[str]:
    names = [fold(name) for name in record.column_path]
    if len(names) < 2:
        return
    for link in tree.iter("a"):
        if fold("".join(link.itertext())) != names[0]:
            continue
        parent = link.getparent()
        for _ in range(3):
            if parent is None:
                break
            links = [fold("".join(a.itertext())) for a in parent.iter("a")]
            if links == names:
                yield from (f"{css} a" for css in _unique(tree, parent))
            parent = parent.getparent()


def _row_of(container: HtmlElement, link: HtmlElement) -> HtmlElement | None:
    row = link
    while row is not None and row.getparent() is not container:
        row = row.getparent()
    return row


def _row_selectors(container: HtmlElement, row: HtmlElement) -> Iterator[str]:
    tag = str(row.tag)
    yield from _own(row)
    outer: HtmlElement | None = container
    for _ in range(4):
        if outer is None:
            return
        for css in _own(outer):
            yield f"{css} {tag}" if outer is not container else f"{css} > {tag}"
        outer = outer.getparent()


def _date_selectors(row: HtmlElement) -> Iterator[str]:
    """Yield selectors of the date inside a row; "" where it has none."""
    for element in row.iter():
        if element is row or not isinstance(element.tag, str) or len(element):
            continue
        if element.tag != "a" and read_date([element.text or ""]):
            yield from _own(element)
            yield str(element.tag)
            return
    yield ""
