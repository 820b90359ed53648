"""OFD (GB/T 33190-2016): the text objects of each page, top to bottom, left to right."""

import posixpath
from collections.abc import Iterator
from math import isfinite

from lxml import etree

from contentkit.filetext.container import Container
from contentkit.filetext.result import Collector, FileState, Limits, Unreadable
from contentkit.filetext.xmlparts import parse_part

_SAME_LINE = 2.0  # millimeters between base lines of one line


def read_ofd(container: Container, out: Collector, limits: Limits) -> tuple[int, int]:
    """Read an OFD into `out`; return its pages and how many of those read are scans."""
    root = parse_part(container.read("OFD.xml"), "OFD.xml")
    pages = scanned = 0
    for entry in root.iter("{*}DocRoot"):
        place = (entry.text or "").strip().lstrip("/")
        document = parse_part(container.read(place), place)
        for page in document.iterfind("{*}Pages/{*}Page"):
            pages += 1
            if pages <= limits.pages and not out.is_full:
                scanned += _read_page(container, _beside(place, page), out)
    if not pages:
        raise Unreadable(FileState.DAMAGED, "OFD: no page is listed")
    if pages > limits.pages:
        out.stop(f"{limits.pages:,} of {pages:,} pages")
    return pages, scanned


def _beside(place: str, page: etree._Element) -> str:
    where = page.get("BaseLoc", "")
    if where.startswith("/"):
        return where.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(place), where))


def _read_page(container: Container, place: str, out: Collector) -> bool:
    root = parse_part(container.read(place), place)
    found = sorted(_texts(root), key=lambda item: item[:3])
    line: list[str] = []
    base: float | None = None
    for y, _, _, text in found:
        if base is not None and y - base > _SAME_LINE:
            out.line("".join(line))
            line = []
        base = y if base is None or not line else base
        line.append(text)
    out.line("".join(line))
    return not found and root.find(".//{*}ImageObject") is not None


def _texts(root: etree._Element) -> Iterator[tuple[float, float, int, str]]:
    """Yield (y, x, order, text); tops are rounded so that one line sorts by x."""
    for order, item in enumerate(root.iter("{*}TextObject")):
        left, top = _corner(item.get("Boundary", ""))
        for code in item.iterchildren("{*}TextCode"):
            y = top + _number(code.get("Y", "0"))
            x = left + _number(code.get("X", "0"))
            yield round(y / _SAME_LINE) * _SAME_LINE, x, order, code.text or ""


def _corner(boundary: str) -> tuple[float, float]:
    parts = boundary.split()
    return (_number(parts[0]), _number(parts[1])) if len(parts) >= 2 else (0.0, 0.0)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if isfinite(number) else 0.0  # float() also knows nan and inf
