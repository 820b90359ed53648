"""The cell beside or below a label, whatever elements the table is made of."""

from collections.abc import Container

from lxml.html import HtmlElement

from contentkit.html import visible_lines
from contentkit.text import fold_spaces, squeeze

_CELLS = frozenset(("td", "th", "dt", "dd", "li", "div", "p", "label", "span"))
_ROWS = frozenset(("tr", "table", "tbody", "ul", "dl", "body", "html"))
_SKIPPED = frozenset(("br", "script", "style", "input", "link"))
_MOST_LINES = 3
_LONGEST_VALUE = 600


def next_cell(element: HtmlElement) -> tuple[str | None, int]:
    """Return the text of the element after a label's, and how many lines it has.

    Where the label stands alone in an inner element, the search climbs; it never leaves
    the row. None where the cell is empty, or too long to be a value.
    """
    for _ in range(3):
        sibling = element.getnext()
        while sibling is not None and sibling.tag in _SKIPPED:
            sibling = sibling.getnext()
        if sibling is not None:
            return _value(sibling)
        parent = element.getparent()
        if parent is None or parent.tag in _ROWS or parent.tag not in _CELLS:
            break
        element = parent
    return None, 0


def _value(cell: HtmlElement) -> tuple[str | None, int]:
    lines = visible_lines(cell)
    text = fold_spaces(" ".join(lines))
    if not lines or len(lines) > _MOST_LINES or len(text) > _LONGEST_VALUE:
        return None, 0
    return text, len(lines)


def below(cell: HtmlElement, known: Container[str]) -> str | None:
    """Return the value below a cell in a row that holds nothing but labels."""
    row = cell.getparent()
    if cell.tag not in {"td", "th"} or row is None:
        return None
    heads = [item for item in row if item.tag in {"td", "th"}]
    following = row.getnext()
    if len(heads) < 2 or following is None:
        return None
    values = [item for item in following if item.tag in {"td", "th"}]
    if len(values) != len(heads):
        return None
    if any(squeeze("".join(head.itertext())) not in known for head in heads):
        return None
    return _value(values[heads.index(cell)])[0]
