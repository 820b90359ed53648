"""Stage files: the text of each attachment, read once by content.

Reads captures, refs and the archive; writes `file_texts`, findings and marks. One file
under many addresses is read once, under the first of them.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from contentkit.engine import Process
from contentkit.models import Json
from contentkit.stages.file_reader import FileReader
from contentkit.stages.runner import config_digest, died
from contentkit.workspace import Workspace
from contentkit.workspace.archive import ArchiveReader

VERSION = "2"  # rises when the stage answers differently for the same file

# CROSS JOIN names the order: there are far more addresses than files
_SOURCE = """
SELECT f.url_id AS item, f.sha256 AS input, u.url, f.name, f.warc, f.offset
FROM file_texts f CROSS JOIN urls u ON u.id = f.url_id
"""

# the files that articles attach, by content; a page that is a document itself is none
_FILES = """
SELECT min(c.url_id), c.sha256, min(r.name), c.payload_warc, c.payload_offset
FROM refs r JOIN urls a ON a.url = r.ref_url
JOIN urls u ON u.url = coalesce(a.alias_of, a.url)
JOIN captures c ON c.url_id = u.id AND c.is_current = 1 AND c.status = 200
WHERE r.role = 'attachment' AND c.bytes > 0
  AND c.url_id NOT IN (SELECT url_id FROM documents)
GROUP BY c.sha256 ORDER BY min(c.url_id)
"""


def list_files(workspace: Workspace, run_id: int) -> None:
    """Bring the list of files up to date where captures or records changed."""
    conn = workspace.conn
    state = "SELECT input FROM marks WHERE stage = 'link' AND item = 0"
    (linked,) = conn.execute(state).fetchone() or ("",)
    done = conn.execute(
        "SELECT input FROM marks WHERE stage = 'list-files' AND item = 0"
    ).fetchone()
    if done is not None and done[0] == linked:
        return
    with workspace.transaction():
        conn.execute("CREATE TEMP TABLE found (url_id, sha256, name, warc, offset)")
        conn.execute(f"INSERT INTO found {_FILES}")
        gone = "SELECT url_id, sha256 FROM found"
        conn.execute(f"DELETE FROM file_texts WHERE (url_id, sha256) NOT IN ({gone})")
        conn.execute(
            "INSERT OR IGNORE INTO file_texts (url_id, sha256, name, warc, offset)"
            " SELECT * FROM found"
        )
        conn.execute("DROP TABLE found")
        for table, key in (("marks", "item"), ("findings", "url_id")):
            conn.execute(
                f"DELETE FROM {table} WHERE stage = 'files'"
                f" AND {key} NOT IN (SELECT url_id FROM file_texts)"
            )
        conn.execute(
            "INSERT OR REPLACE INTO marks VALUES"
            " ('list-files', 0, ?, '', 'done', NULL, ?)",
            [linked, run_id],
        )


@dataclass(frozen=True, kw_only=True)
class FilesWork:
    """Read files by place in the archive."""

    archive: str
    config: str

    def open(self) -> Process:
        """Open the archive."""
        return partial(_process, ArchiveReader(Path(self.archive)))

    def died(self, ref: Json) -> Json:
        """Answer for a file that kills its worker."""
        return died(ref)


class FilesStage:
    """The stage over the attached files of a workspace."""

    name = "files"
    source_sql = _SOURCE

    def __init__(self, workspace: Workspace) -> None:
        self.work = FilesWork(
            archive=str(workspace.archive_dir),
            config=config_digest(self.name, VERSION),
        )

    def store(self, conn: sqlite3.Connection, item: int, result: Json) -> None:
        """Write what the file says."""
        conn.execute(
            "UPDATE file_texts SET kind = ?, state = ?, pages = ?, chars = ?, data = ?"
            " WHERE url_id = ?",
            [*result["row"], item],
        )

    def remove(self, conn: sqlite3.Connection, item: int) -> None:
        """Forget the text of a file that could not be read."""
        conn.execute(
            "UPDATE file_texts SET state = 'failed', data = '{}' WHERE url_id = ?",
            [item],
        )


def _process(archive: ArchiveReader, refs: Sequence[Json]) -> Iterator[Json]:
    with FileReader() as reader:
        for ref in refs:
            yield reader.read(archive.payload(*ref[-2:]).data, ref)
