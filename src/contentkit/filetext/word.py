"""DOCX (ECMA-376): text of paragraphs, tables, notes, boxes, headers and footers.

Tracked changes read as accepted: inserted text counts, deleted text (w:delText) does
not. A table's cells are read once, as rows; text of boxes stands where they are anchored.
"""

from collections.abc import Iterator

from lxml import etree

from contentkit.filetext.container import Container
from contentkit.filetext.result import Collector, Row
from contentkit.filetext.xmlparts import local, parse_part

_NOTES = ("footnotes", "endnotes", "header", "footer", "comments")
_PROPERTIES = {"creator": "author", "lastModifiedBy": "last modified by"}
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}
_SKIPPED = {"delText", "instrText", "Fallback", "del", "moveFrom"}


def read_docx(container: Container, out: Collector) -> dict[str, str]:
    """Read a Word document into `out`; return the names that Word left in it."""
    root = parse_part(container.read("word/document.xml"), "word/document.xml")
    _read_blocks(root, out)
    for name in sorted(container.names):
        part = name.removeprefix("word/").rstrip("0123456789.xml")
        if name.startswith("word/") and name.endswith(".xml") and part in _NOTES:
            _read_blocks(parse_part(container.read(name), name), out)
    return read_properties(container)


def read_properties(container: Container) -> dict[str, str]:
    """Return author and last editor of an office file, where they are named."""
    if "docProps/core.xml" not in container.names:
        return {}
    root = parse_part(container.read("docProps/core.xml"), "docProps/core.xml")
    found = {}
    for element in root:
        label = _PROPERTIES.get(local(element))
        if label and element.text and element.text.strip():
            found[label] = element.text.strip()
    return found


def _read_blocks(root: etree._Element, out: Collector) -> None:
    """Walk in document order without recursion: hostile files nest deep."""
    stack = [root]
    while stack and not out.is_full:
        element = stack.pop()
        name = local(element)
        if name == "tbl":
            out.table(list(_rows(element)))
        elif name == "p":
            for line in "".join(_texts(element)).split("\n"):
                out.line(line)
        elif name not in _SKIPPED:
            stack.extend(reversed(element))


def _rows(table: etree._Element) -> Iterator[Row]:
    for row in table.iterchildren("{*}tr"):
        yield tuple(
            " ".join("".join(_texts(cell)).split()) for cell in row.iter("{*}tc")
        )


def _texts(element: etree._Element) -> Iterator[str]:
    skipped: etree._Element | None = None
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if skipped is not None:
            if event == "end" and node is skipped:
                skipped = None
            continue
        name = local(node)
        if event == "end":
            if name == "p" and node is not element:
                yield "\n"
            continue
        if name in _SKIPPED:
            skipped = node
        elif name == "t":
            yield node.text or ""
        elif name in _BREAKS:
            yield _BREAKS[name]
