"""What the ledger keeps of an attachment that was read, or could not be."""

from collections.abc import Iterator

from contentkit.filetext import FileState, FileText, read_file
from contentkit.filetext.kinds import kind_of
from contentkit.models import Finding, Json
from contentkit.workspace import dump


def read_result(data: bytes, ref: Json) -> Json:
    """Read a file; `ref` is its row of the stage: id, digest, URL, name and place."""
    try:
        read = read_file(data)
    except MemoryError:
        return unread_result(data, "memory", ref)
    return _result(ref, read)


def unread_result(data: bytes, why: str, ref: Json) -> Json:
    """Return the result of a file that its reader cannot bear; `why` is one word."""
    return _result(ref, FileText(kind=kind_of(data), state=FileState.UNREAD, error=why))


def _result(ref: Json, read: FileText) -> Json:
    shown = ref[3] or ref[2].rpartition("/")[2]
    findings = [found.to_json() for found in file_findings(shown, read)]
    row = [read.kind, read.state, read.pages, len(read.text), dump(read.to_json())]
    return {"outcome": "done", "row": row, "findings": findings}


def file_findings(name: str, read: FileText) -> Iterator[Finding]:
    """Yield what an editor should know of a file that is hard or impossible to read."""
    data: dict[str, Json] = {"name": name}
    if read.state is FileState.SCANNED:
        data |= {"pages": read.pages, "scanned": read.scanned_pages}
        yield Finding(code="ATT-SCANNED", data=data)
    elif read.state is FileState.ENCRYPTED:
        yield Finding(code="ATT-ENCRYPTED", data=data)
    elif read.state is FileState.DAMAGED:
        yield Finding(code="ATT-DAMAGED", data={**data, "error": read.error})
    elif read.state is FileState.UNREAD:
        yield Finding(code="ATT-UNREAD", data={**data, "error": read.error})
    elif read.state is FileState.EMPTY:
        yield Finding(code="ATT-EMPTY", data=data)
    if read.limit:
        yield Finding(code="ATT-LIMIT", data={**data, "read": read.limit})
