"""Rows that repeat: the links of a page grouped by the container they are listed in.

A row is a child of one container that holds one content link, together with what
follows it up to the next row; so `li`, `tr`, `dt` with `dd`, cards and links parted by
`br` are read alike.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from contentkit.extract.hints import role_of_names
from contentkit.extract.list_links import Link, own_pieces
from contentkit.extract.list_rows import read_date, shows_day

_MOST_LINKS_OF_A_ROW = 4
"""Picture, title, column and "details" may all be links; more links are no row."""

_UNDATED_ROWS = 3
_UNDATED_TITLE = 10
"""Rows without dates are a list from three on, with titles of ten characters: names of
columns in navigation have two to eight."""

_LONGEST_ROW = 12
"""Texts of a row that are looked at for a date; a row has few, a page has many."""

_MOST_STEPS = 300
"""Elements and texts of a row that are looked at; only a whole page has more."""

_HIGHEST = 40
"""Ancestors of a link among which its row and list are sought."""

_COLUMN = re.compile(r"^(?:https?://[^/]+)?/?$|/$|/(?:index|default)\.\w+$|/col/col\d+")
"""Addresses of columns and of other sites' home pages; entries have names or numbers."""

_ASIDE = re.compile("热点|热门|推荐|最新|排行|相关|点击量|猜你|hot", re.IGNORECASE)
"""Headings of lists that stand beside the column's own."""

_HIDDEN = frozenset(("script", "style", "select", "noscript"))


@dataclass(slots=True)
class Row:
    """One row of a list; `main` is the link of its title."""

    links: list[Link]
    main: Link
    date: str | None = None
    is_dated: bool = False


@dataclass(slots=True)
class Group:
    """Rows of one container; groups built alike have the same `signature`."""

    container: HtmlElement
    signature: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)

    @property
    def dated(self) -> float:
        """The share of rows that show a date, be it without a year."""
        return sum(row.is_dated for row in self.rows) / len(self.rows)

    @property
    def title_length(self) -> float:
        """The mean length of the titles, long ones counted as 40."""
        return sum(min(len(r.main.text), 40) for r in self.rows) / len(self.rows)

    @property
    def is_list(self) -> bool:
        """Whether the rows look like entries, not like navigation or friend links."""
        if self.dated >= 0.5:
            return True
        if len(self.rows) < _UNDATED_ROWS or self.title_length < _UNDATED_TITLE:
            return False
        columns = sum(bool(_COLUMN.search(row.main.href)) for row in self.rows)
        return 2 * columns < len(self.rows)

    @property
    def is_list_anywhere(self) -> bool:
        """Whether the rows are a list even where page furniture is expected."""
        return len(self.rows) >= _UNDATED_ROWS and self.dated >= 0.8

    @property
    def score(self) -> float:
        """How much of a list the rows are, compared with others of the page."""
        score = len(self.rows) * self.title_length * (1 + 2 * self.dated)
        return score / 10 if _ASIDE.search(_heading(self.container)) else score


def find_groups(links: list[Link], *, chrome: bool) -> list[Group]:
    """Return the groups of rows of a page in document order; each link is in one row.

    Where a link fits rows of several containers, the container with most rows has it.
    """
    table = _containers(links, chrome=chrome)
    found = []
    for container, children in table.items():
        rows = _rows_of(children)
        if rows:
            found.append((container, rows))
    found.sort(key=lambda pair: -_comparable(pair[1].values()))
    taken: set[HtmlElement] = set()
    groups = []
    for container, rows in found:
        free = {
            child: row for child, row in rows.items() if row.main.element not in taken
        }
        if not free or (len(free) < len(rows) and len(free) < 2):
            continue
        group = _group(container, free)
        if len(free) == 1 and not group.dated:
            continue
        groups.append(group)
        taken.update(link.element for row in free.values() for link in row.links)
    order = {link.element: place for place, link in enumerate(links)}
    groups.sort(key=lambda group: order[group.rows[0].main.element])
    return groups


def _comparable(rows: Iterable[Row]) -> int:
    """Return how many rows have titles of similar length: a title and its 下载 have not."""
    lengths = [len(row.main.text) for row in rows]
    least = max(lengths) / 3
    return sum(length >= least for length in lengths)


_Children = dict[HtmlElement, list[Link]]


def _containers(links: list[Link], *, chrome: bool) -> dict[HtmlElement, _Children]:
    """Return for each ancestor of links its children that hold links, innermost first."""
    table: dict[HtmlElement, _Children] = {}
    paths: dict[HtmlElement, list[HtmlElement]] = {}
    barred: dict[HtmlElement, int] = {}
    for link in links:
        row = link.element
        parent = row.getparent()
        if parent is None or (not chrome and _is_barred(parent, barred)):
            continue
        path = paths.get(parent)
        if path is None:
            path = paths[parent] = _path(parent)
        for container in path:
            children = table.get(container)
            if children is None:
                children = table[container] = {}
            if row in children:
                children[row].append(link)
            else:
                children[row] = [link]
            row = container
    return table


def _path(element: HtmlElement) -> list[HtmlElement]:
    """Return an element and its ancestors, the innermost first."""
    return [element, *islice(element.iterancestors(), _HIGHEST - 1)]


def _is_barred(element: HtmlElement, steps: dict[HtmlElement, int]) -> bool:
    """Say whether an element stands in page furniture; each is looked at once.

    `steps` remembers how far up the innermost furniture around an element is.
    """
    climbed = []
    node: HtmlElement | None = element
    distance = _HIGHEST
    while node is not None:
        if node in steps:
            distance = steps[node]
            break
        climbed.append(node)
        if _is_chrome(node):
            distance = -1
            break
        node = node.getparent()
    for node in reversed(climbed):
        distance += 1
        steps[node] = distance
    return steps[element] < _HIGHEST


def _is_chrome(element: HtmlElement) -> bool:
    if element.tag in {"nav", "footer", "header"}:
        return True
    for name in ("id", "class"):
        names = element.get(name)
        if names and role_of_names(names) in {"chrome", "crumbs"}:
            return True
    return False


def _rows_of(children: _Children) -> dict[HtmlElement, Row] | None:
    """Return the rows among the children of one container, None if they are no rows."""
    if len(children) == 1:
        [(child, links)] = children.items()
        row = _row(links)
        return {child: row} if row else None
    tags: dict[object, int] = {}
    for child in children:
        tags[child.tag] = tags.get(child.tag, 0) + 1
    tag = max(tags, key=lambda name: tags[name])
    rows: dict[HtmlElement, Row] = {}
    by_address: dict[str, HtmlElement] = {}
    crowded = 0
    for child, links in children.items():
        if child.tag != tag:
            continue
        row = _row(links)
        if row is None:
            crowded += 1
            continue
        twin = by_address.get(row.main.href) if row.main.href else None
        if twin is None:
            by_address[row.main.href] = child
            rows[child] = row
        elif len(rows[twin].main.text) < len(row.main.text):
            rows[twin] = Row([*rows[twin].links, *links], row.main)
    return rows if crowded * 3 <= len(rows) else None


def _row(links: list[Link]) -> Row | None:
    """Return the row that the links make, None if more than one of them is content."""
    if len(links) == 1:
        return Row(links, links[0])
    if len({link.href for link in links}) > _MOST_LINKS_OF_A_ROW:
        return None
    main = max(links, key=lambda link: len(link.text))
    limit = max(3, 0.6 * len(main.text))
    for link in links:
        if link.href != main.href and len(link.text) >= limit:
            return None
    return Row(links, main)


def _group(container: HtmlElement, rows: dict[HtmlElement, Row]) -> Group:
    first = next(iter(rows))
    signature = (
        str(container.tag),
        container.get("class") or "",
        str(first.tag),
        first.get("class") or "",
    )
    group = Group(container, signature)
    pieces = [_pieces(child, row, rows) for child, row in rows.items()]
    before = _leading(container, next(iter(rows)))
    if before and read_date(before) and not read_date(pieces[-1]):
        pieces = [before, *pieces[:-1]]  # the date stands before its link
    for row, texts in zip(rows.values(), pieces, strict=True):
        own = own_pieces(row.main.element)
        row.date = read_date(texts[:_LONGEST_ROW], own)
        row.is_dated = row.date is not None or shows_day(texts) or shows_day(own)
        group.rows.append(row)
    return group


def _heading(container: HtmlElement) -> str:
    """Return the short text that stands before a list, as its heading does."""
    node: HtmlElement | None = container
    for _ in range(3):
        if node is None:
            break
        before = node.getprevious()
        if before is not None:
            pieces: list[str] = []
            _gather(before, set(), pieces)
            text = "".join(pieces).strip()
            return text if len(text) <= 20 else ""
        node = node.getparent()
    return ""


def _pieces(child: HtmlElement, row: Row, rows: dict[HtmlElement, Row]) -> list[str]:
    """Return the texts of a row outside its link, up to the next row."""
    links = {row.main.element}
    pieces: list[str] = []
    _gather(child, links, pieces)
    node: HtmlElement | None = child
    while node is not None and len(pieces) < _LONGEST_ROW:
        if node.tail and not node.tail.isspace():
            pieces.append(node.tail)
        node = node.getnext()
        if node is None or node in rows:
            break
        if node.tag not in _HIDDEN:
            _gather(node, links, pieces)
    return pieces


def _leading(container: HtmlElement, first: HtmlElement) -> list[str]:
    """Return the texts of a flat container before its first link."""
    if first.tag != "a":
        return []
    pieces = [container.text] if container.text and container.text.strip() else []
    for node in container:
        if node is first:
            break
        _gather(node, set(), pieces)
        if node.tail and node.tail.strip():
            pieces.append(node.tail)
    return pieces[-2:]


def _gather(element: HtmlElement, links: set[HtmlElement], pieces: list[str]) -> None:
    """Append the first texts of an element, without those of the row's links."""
    stack: list[HtmlElement | str] = [element]
    steps = 0
    while stack and len(pieces) < _LONGEST_ROW and steps < _MOST_STEPS:
        item = stack.pop()
        steps += 1
        if isinstance(item, str):
            pieces.append(item)
            continue
        if item in links or item.tag in _HIDDEN:
            continue
        for child in item.iterchildren(reversed=True):
            if child.tail and not child.tail.isspace():
                stack.append(child.tail)
            stack.append(child)
        if item.text and not item.text.isspace():
            pieces.append(item.text)
