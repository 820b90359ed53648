"""Draft a profile from the pages that a workspace has captured."""

from collections.abc import Iterator

from contentkit.extract.probe import probe_pages
from contentkit.extract.probe_report import ProbeReport
from contentkit.stages.setup import require_captures
from contentkit.workspace import Workspace
from contentkit.workspace.archive import ArchiveReader

# spread over the whole site rather than its first column
_PAGES = """
SELECT u.url, c.payload_warc, c.payload_offset FROM captures c
JOIN urls u ON u.id = c.url_id
WHERE c.is_current = 1 AND c.status = 200 AND c.media_type LIKE 'text/html%'
ORDER BY c.sha256 LIMIT ?
"""


def probe_workspace(workspace: Workspace, *, limit: int) -> ProbeReport:
    """Cluster the templates of at most `limit` captured pages and draft a profile."""
    require_captures(workspace)
    return probe_pages(_pages(workspace, limit))


def _pages(workspace: Workspace, limit: int) -> Iterator[tuple[str, bytes]]:
    reader = ArchiveReader(workspace.archive_dir)
    for url, warc, offset in workspace.conn.execute(_PAGES, [limit]):
        yield url, reader.payload(warc, offset).data
