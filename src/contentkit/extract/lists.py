"""List pages: their entries, as rows that repeat or as a profile selects them.

Rows with a date of their own are the strongest sign of a list; navigation, breadcrumbs,
friend links and page numbers have short texts and no dates. Lists that a script of
jcms writes stand in the page as records of a `<datastore>` and are read there.
"""

from collections.abc import Iterable

from lxml.html import HtmlElement

from contentkit.extract.hints import role_of_names
from contentkit.extract.list_groups import Group, Row, find_groups
from contentkit.extract.list_links import (
    content_links,
    link_text,
    own_pieces,
    read_address,
)
from contentkit.extract.list_rows import is_date, is_part_of_date, read_date, read_title
from contentkit.extract.named import Named
from contentkit.extract.select import select_elements, select_values
from contentkit.html import base_of, parse_fragment, resolve, visible_lines
from contentkit.models import ListItem
from contentkit.profile import ListSelector
from contentkit.text import fold_spaces


def read_items(
    tree: HtmlElement,
    url: str,
    *,
    selector: ListSelector | None = None,
    named: Named | None = None,
) -> tuple[ListItem, ...]:
    """Return the entries of a list page in order, addresses absolute.

    An entry whose link leads nowhere (`javascript:;`) has the URL "" and is kept only
    if it has a date. With a `selector` exactly what it selects is read; `named` are the
    elements of the page where they were looked up before.
    """
    base = base_of(tree, url)
    if selector is not None:
        return tuple(_selected_items(named or tree, base, selector))
    for script in tree.iter("script"):
        if script.text and "<record>" in script.text:
            return read_records(script.text, base)
    links = content_links(tree)
    groups = [g for g in find_groups(links, chrome=False) if g.is_list]
    if not groups:
        groups = [g for g in find_groups(links, chrome=True) if g.is_list_anywhere]
    return tuple(_items(_best_rows(groups), base))


def read_listing(tree: HtmlElement, url: str) -> tuple[ListItem, ...]:
    """Return the entries of a piece of HTML that is known to be a list and no more.

    So titles may be short and dates missing, and a single link is an entry too.
    """
    links = content_links(tree)
    groups = find_groups(links, chrome=True)
    rows = _best_rows(groups) or [Row([link], link) for link in links]
    return tuple(_items(rows, base_of(tree, url)))


def read_records(text: str, url: str) -> tuple[ListItem, ...]:
    """Return the entries of a JPage `<datastore>`: records that hold HTML each."""
    parts = [
        f"<div><table>{record}</table></div>"
        if record.lstrip()[:3].lower() in {"<tr", "<td"}
        else f"<div>{record}</div>"
        for record in _records(text)
    ]
    return read_listing(parse_fragment("".join(parts)), url) if parts else ()


def count_records(text: str) -> int:
    """Return the number of records of a `<datastore>`."""
    return text.count("<record>")


def _records(text: str) -> Iterable[str]:
    for part in text.split("<record>")[1:]:
        record = part.partition("</record>")[0].strip()
        yield record.removeprefix("<![CDATA[").removesuffix("]]>")


def _best_rows(groups: list[Group]) -> list[Row]:
    """Return the rows of the best group and of those that are built like it."""
    if not groups:
        return []
    best = groups[0]
    if len(groups) > 1:
        best = max(groups, key=lambda group: group.score)
    return [row for g in groups if g.signature == best.signature for row in g.rows]


def _items(rows: Iterable[Row], base: str) -> Iterable[ListItem]:
    seen = set()
    for row in rows:
        url = resolve(base, row.main.href) if row.main.href else ""
        title = _title(row)
        if not title or (not url and row.date is None):
            continue
        item = ListItem(url=url, title=title, date=row.date)
        if url and item in seen:
            continue
        seen.add(item)
        yield item


def _title(row: Row) -> str:
    """Return the title of a row from its main link and others to the same address."""
    element = row.main.element
    shown = row.main.text
    if len(element) and row.main.text:
        shown = _shown_title(element) or shown
    hint = element.get("title")
    for link in row.links:
        if link is not row.main and link.href == row.main.href:
            hint = hint or link.element.get("title")
    return read_title(shown, hint)


def _shown_title(element: HtmlElement) -> str:
    """Return the title out of a link that also holds a date, a summary or a picture."""
    for node in element.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        return fold_spaces("".join(node.itertext()))
    for node in element.iter("div", "p", "span", "dt", "strong"):
        names = node.get("class")
        if names and role_of_names(names) == "title":
            return fold_spaces("".join(node.itertext()))
    if element.find("div") is not None or element.find("p") is not None:
        return next((x for x in visible_lines(element) if not is_part_of_date(x)), "")
    pieces = own_pieces(element)
    kept = [piece for piece in pieces if not is_date(piece)]
    return fold_spaces("".join(kept)) if len(kept) < len(pieces) else ""


def _selected_items(
    tree: HtmlElement | Named, base: str, selector: ListSelector
) -> Iterable[ListItem]:
    for element in select_elements(selector.item, tree):
        anchors = (
            select_elements(selector.link, element)
            if selector.link
            else [a for a in element.iter("a") if a.get("href")]
        )
        if not anchors:
            continue
        href = read_address(anchors[0].get("href") or "", anchors[0])
        shown = (
            " ".join(select_values(selector.title, element))
            if selector.title
            else link_text(anchors[0])
        )
        texts = select_values(selector.date, element) if selector.date else []
        title = read_title(shown, anchors[0].get("title"))
        if title and href is not None:
            url = resolve(base, href) if href else ""
            yield ListItem(url=url, title=title, date=read_date(texts))
