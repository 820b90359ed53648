"""One file's bytes → its text, whatever it is and whatever it claims to be."""

from collections.abc import Callable
from typing import Any

from contentkit.filetext.container import Container
from contentkit.filetext.kinds import container_kind, kind_of
from contentkit.filetext.ofd import read_ofd
from contentkit.filetext.ole import read_ole
from contentkit.filetext.pdf import read_pdf
from contentkit.filetext.plain import read_html, read_rtf, read_text
from contentkit.filetext.result import (
    Collector,
    FileState,
    FileText,
    Limits,
    Unreadable,
)
from contentkit.filetext.sheets import hidden_columns, read_workbook
from contentkit.filetext.word import read_docx, read_properties

_Facts = dict[str, Any]
"""What a reader knows besides the text, by the names of `FileText`."""

_PLAIN: dict[str, Callable[[bytes, Collector], None]] = {
    "text": read_text,
    "html": read_html,
    "rtf": read_rtf,
}
_BOOKS = ("xlsx", "xlsb", "odf")
_SCANNED_SHARE = 0.5  # POLICY section 4: flag a document at half its pages


def read_file(data: bytes, *, limits: Limits | None = None, depth: int = 0) -> FileText:
    """Return the text of a file by its content; its name is not asked.

    Never raises for what a file holds: what cannot be read is told by `state` and
    `error`. Time and memory are bounded by `limits`, the size of `data` by the caller.
    """
    limits = limits or Limits()
    if not data.strip(b"\x00\r\n\t "):
        return FileText(kind="text", state=FileState.EMPTY)
    out = Collector(limits)
    kind = kind_of(data)
    try:
        if kind == "zip":
            container = Container(data, limits)
            kind = container_kind(container.names)
            facts = _read_container(kind, container, out, (data, limits, depth))
        elif kind == "ole":
            kind = read_ole(data, out)
            facts = _read_ole(kind, data, out)
        else:
            facts = _read_plain(kind, data, out, limits)
    except Unreadable as error:
        return FileText(kind=kind, state=error.state, error=str(error))
    return _finish(kind, out, facts)


def _read_plain(
    kind: str, data: bytes, out: Collector, limits: Limits
) -> _Facts | None:
    if kind == "pdf":
        pages, scanned = read_pdf(data, out, limits)
        return {"pages": pages, "scanned_pages": scanned}
    if kind not in _PLAIN:
        return None
    _PLAIN[kind](data, out)
    return {}


def _read_ole(kind: str, data: bytes, out: Collector) -> _Facts | None:
    if kind == "xls":
        return {"hidden": read_workbook(data, out)}
    return {} if kind == "doc" else None


def _read_container(
    kind: str, container: Container, out: Collector, how: tuple[bytes, Limits, int]
) -> _Facts | None:
    data, limits, depth = how
    if kind == "docx":
        return {"properties": read_docx(container, out)}
    if kind == "ofd":
        pages, scanned = read_ofd(container, out, limits)
        return {"pages": pages, "scanned_pages": scanned}
    if kind in _BOOKS:
        hidden = read_workbook(data, out)
        if kind == "xlsx":
            hidden = (*hidden, *hidden_columns(container))
        return {"hidden": hidden, "properties": read_properties(container)}
    if kind != "zip":
        return None
    _read_members(container, out, limits, depth)
    return {"members": container.names}


def _read_members(
    container: Container, out: Collector, limits: Limits, depth: int
) -> None:
    if depth >= limits.depth:
        out.stop(f"{limits.depth} levels of archives")
        return
    for name in container.names:
        if out.is_full:
            return
        inner = read_file(container.read(name), limits=limits, depth=depth + 1)
        out.line(name)
        for line in inner.text.split("\n"):
            out.line(line)
        out.tables.extend(inner.tables)


def _finish(kind: str, out: Collector, facts: _Facts | None) -> FileText:
    if facts is None:
        return FileText(kind=kind, state=FileState.UNSUPPORTED)
    text = out.text
    state = FileState.READ if text else FileState.EMPTY
    scanned = facts.get("scanned_pages", 0)
    if scanned and scanned >= _SCANNED_SHARE * facts["pages"]:
        state = FileState.SCANNED
    return FileText(
        kind=kind,
        state=state,
        text=text,
        tables=tuple(out.tables),
        limit=out.limit,
        **facts,
    )
