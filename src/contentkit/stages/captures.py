"""Adding to archive and ledger: captures, and whatever else harvest learns.

Everything is written to the archive first and entered in the ledger by the same code
that enters a record left behind by a killed process, or read back to make the ledger
anew. So the archive alone holds everything, and no order of events can make the two
disagree.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from contentkit.models import Finding
from contentkit.stages.capture_rows import (
    CaptureRow,
    Discovery,
    enter_capture,
    enter_note,
    read_note,
    row_of_record,
)
from contentkit.stages.finding_rows import finding_key
from contentkit.stages.post_urls import post_url
from contentkit.workspace import Workspace, dump, ledger_error
from contentkit.workspace.archive import (
    MAX_FILE_BYTES,
    ArchiveReader,
    ArchiveWriter,
    Exchange,
    Place,
    recover,
)
from contentkit.workspace.archive_payload import content_type
from contentkit.workspace.archive_reader import exchange_payload
from contentkit.workspace.archive_records import (
    beijing_time,
    read_head,
    sha256_hex,
    warc_date,
)

_ADOPT_BATCH = 1000  # records between two commits while the ledger is made anew


class CaptureStore:
    """Adds to archive and ledger; to be used under the write lock of the workspace.

    Opening adopts what a killed process left in the archive.
    Nothing is visible to other connections before `commit`, which syncs the archive
    and then commits the ledger; the caller's own writes on `workspace.conn` join that
    transaction. Leaving the `with` block commits, or on an error rolls the ledger back;
    the archive keeps its whole records and the next opening adopts them. `noted_at` is
    the time of what is noted without a fetch: the start of the run, unless it is set.
    """

    def __init__(
        self,
        workspace: Workspace,
        run_id: int,
        *,
        max_file_bytes: int = MAX_FILE_BYTES,
    ) -> None:
        self._workspace = workspace
        self._conn = workspace.conn
        self._run_id = run_id
        started = "SELECT started_at FROM runs WHERE id = ?"
        self.noted_at = str(self._conn.execute(started, [run_id]).fetchone()[0])
        self._before = self._count_findings()
        adopt(workspace, run_id)
        self._archive = ArchiveWriter(
            workspace.archive_dir,
            max_file_bytes=max_file_bytes,
            find_payload=self._find_payload,
        )

    def add(
        self,
        exchange: Exchange,
        *,
        found_as: str,
        found_on: str | None = None,
        depth: int = 0,
    ) -> int:
        """Keep one fetch; return the id of its URL.

        The same payload again becomes a revisit and gives extract no new work; another
        payload replaces the current capture. A POST is identified by its form too.
        """
        discovery = Discovery(found_as=found_as, found_on=found_on, depth=depth)
        url = identity(exchange)
        fields = [(f"Contentkit-{k.title()}", v) for k, v in discovery.lines()]
        if url != exchange.url:
            fields.append(("Contentkit-Url", url))
        with self._writing():
            stored = self._archive.write(exchange, fields=fields)
            row = CaptureRow(
                url=url,
                discovery=discovery,
                captured_at=beijing_time(warc_date(exchange.captured_at)),
                at=Place(stored.warc, stored.offset),
                end_offset=stored.end_offset,
                payload_at=Place(stored.payload_warc, stored.payload_offset),
                sha256=stored.sha256,
                payload=stored.payload,
            )
            return enter_capture(self._conn, row, self._run_id)

    def fail(
        self,
        url: str,
        reason: str,
        *,
        found_as: str,
        found_on: str | None = None,
        depth: int = 0,
    ) -> None:
        """Record that a fetch gave nothing: timeout, http-5xx, robots, too-large …"""
        discovery = Discovery(found_as=found_as, found_on=found_on, depth=depth)
        self._state(url, ("fetch-failure", reason), discovery)

    def skip(
        self,
        url: str,
        reason: str,
        *,
        found_as: str,
        found_on: str | None = None,
        depth: int = 0,
    ) -> None:
        """Record that a URL was not tried: out-of-scope, denied, trap …"""
        discovery = Discovery(found_as=found_as, found_on=found_on, depth=depth)
        self._state(url, ("fetch-skipped", reason), discovery)

    def alias(self, url: str, of: str, *, found_as: str) -> None:
        """Record that a URL is another name of the captured URL `of`."""
        self._state(url, ("alias-of", of), Discovery(found_as=found_as))

    def seen(
        self,
        urls: Iterable[str],
        *,
        found_on: str,
        found_as: str = "link",
        depth: int = 0,
    ) -> None:
        """Record links of a page; those that are known already cost nothing."""
        known = "SELECT 1 FROM urls WHERE url = ?"
        lines = [
            ("outlink", f"{url} {found_as} {depth}")
            for url in dict.fromkeys(urls)
            if not self._conn.execute(known, [url]).fetchone()
        ]
        if lines:
            self._note(found_on, lines)

    def finding(self, url: str | int, finding: Finding) -> None:
        """Record something odd about a URL (or the id of one), once."""
        data = finding.to_json()
        if isinstance(url, int):
            row = self._conn.execute("SELECT url FROM urls WHERE id = ?", [url])
            url = str(row.fetchone()[0])
        known = self._conn.execute(
            "SELECT 1 FROM urls u JOIN findings f ON f.url_id = u.id WHERE u.url = ?"
            " AND f.stage = 'harvest' AND f.key = ?",
            [url, finding_key(data)],
        ).fetchone()
        if known is None:
            self._note(url, [("finding", dump(data))])

    def has(self, url: str, sha256: str) -> bool:
        """Tell whether a URL has a capture with this content."""
        row = self._conn.execute(
            "SELECT 1 FROM urls u JOIN captures c ON c.url_id = u.id"
            " WHERE u.url = ? AND c.sha256 = ?",
            [url, sha256],
        ).fetchone()
        return row is not None

    def digests(self, url: str, captured_at: str) -> list[str]:
        """Return the sha256 of the captures that a URL has of one time."""
        rows = self._conn.execute(
            "SELECT c.sha256 FROM urls u JOIN captures c ON c.url_id = u.id"
            " WHERE u.url = ? AND c.captured_at = ?",
            [url, captured_at],
        )
        return [str(row[0]) for row in rows]

    @property
    def findings(self) -> Counter[str]:
        """The findings entered since this store was opened, by severity."""
        return self._count_findings() - self._before

    def commit(self) -> None:
        """Sync the archive, then commit the ledger."""
        if self._conn.in_transaction:
            self._archive.sync()
            with _ledger_errors(self._workspace):
                self._conn.execute("COMMIT")

    def close(self) -> None:
        """Close the archive; what is not committed is rolled back in the ledger."""
        if self._conn.in_transaction:
            self._conn.rollback()
        self._archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.commit()
        finally:
            self.close()

    def _state(self, url: str, line: tuple[str, str], discovery: Discovery) -> None:
        known = self._conn.execute(
            "SELECT state, reason, alias_of FROM urls WHERE url = ?", [url]
        ).fetchone()
        name, text = line
        if known is not None:
            state, reason, alias_of = known
            if state == "captured" or (state, text) in (
                ("failed" if name == "fetch-failure" else "skipped", reason),
                ("alias", alias_of),
            ):
                return
            if state != "seen" and name == "fetch-skipped":
                return
        lines = [(k, v) for k, v in discovery.lines() if v is not None]
        self._note(url, [line, *lines])

    def _note(self, url: str, lines: list[tuple[str, str]]) -> None:
        with self._writing():
            self._archive.note(url, self.noted_at, lines)
            enter_note(self._conn, url, lines)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with _ledger_errors(self._workspace):
            if not self._conn.in_transaction:
                self._conn.execute("BEGIN IMMEDIATE")
            yield

    def _count_findings(self) -> Counter[str]:
        rows = self._conn.execute(
            "SELECT severity, count(*) FROM findings WHERE stage = 'harvest'"
            " GROUP BY severity"
        )
        return Counter(dict(rows.fetchall()))

    def _find_payload(self, sha256: str) -> Place | None:
        row = self._conn.execute(
            "SELECT payload_warc, payload_offset FROM captures WHERE sha256 = ? LIMIT 1",
            [sha256],
        ).fetchone()
        return Place(*row) if row else None


def adopt(
    workspace: Workspace,
    run_id: int | None,
    *,
    advance: Callable[[int], None] = lambda _: None,
) -> int:
    """Enter the whole records of the archive that the ledger does not know.

    Returns the number of records read. A torn record at the end of the archive is cut off. Raises
    `WorkspaceDamaged` when archive and ledger cannot belong together.
    """
    rows = workspace.conn.execute(
        "SELECT warc, max(end_offset) FROM captures GROUP BY warc"
    ).fetchall()
    count = 0
    with _ledger_errors(workspace), ArchiveReader(workspace.archive_dir) as reader:
        workspace.conn.execute("BEGIN IMMEDIATE")
        try:
            for record in recover(workspace.archive_dir, dict(rows)):
                if record.type in ("response", "resource", "revisit"):
                    row = row_of_record(record, reader)
                    enter_capture(workspace.conn, row, run_id)
                elif record.type == "metadata":
                    enter_note(workspace.conn, record.url, read_note(record))
                count += 1
                if count % _ADOPT_BATCH == 0:
                    workspace.conn.execute("COMMIT")
                    workspace.conn.execute("BEGIN IMMEDIATE")
                    advance(_ADOPT_BATCH)
            workspace.conn.execute("COMMIT")
        except BaseException:
            workspace.conn.rollback()
            raise
    return count


def identity(exchange: Exchange) -> str:
    """Return the URL that a fetch is kept under; a POST has its form in the query."""
    if exchange.method != "POST":
        return exchange.url
    head = (exchange.request_head or b"").partition(b"\r\n")[2]
    fields = read_head(b"HTTP/1.1 000\r\n" + head).fields
    return post_url(exchange.url, content_type(fields)[0], exchange.request_body)


def payload_sha256(exchange: Exchange) -> str:
    """Return the sha256 that the content of a fetch has once it is kept."""
    return sha256_hex(exchange_payload(exchange).data)


@contextmanager
def _ledger_errors(workspace: Workspace) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        told = ledger_error(workspace.folder / "workspace.db", error)
        if told is None:
            raise
        raise told from error
