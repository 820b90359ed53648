"""The frontier of a live crawl: what is still to be fetched, in the ledger.

A row is queued, leased by a run, or done. Leases are taken in batches and given back
when the next run starts; a row is done in the transaction that keeps its answer. So
whenever a crawl is killed, nothing is lost and what was kept is not fetched again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contentkit.harvest.tickets import Lead, Ticket
from contentkit.stages.post_urls import post_url
from contentkit.workspace import Workspace

FORM = "application/x-www-form-urlencoded"

# start pages and lists first: they tell what there is; files last: pages tell of more
_PRIORITIES = {
    "seed": 3,
    "redirect": 3,
    "sitemap": 2,
    "next": 2,
    "frame": 2,
    "item": 1,
    "link": 1,
}

_LEASE = """
SELECT f.key, f.url, u.found_as, f.kind, f.method, f.body, f.depth, f.attempts, u.found_on,
       u.state, c.id
FROM frontier f JOIN urls u ON u.id = f.url_id
LEFT JOIN captures c ON c.url_id = u.id AND c.is_current = 1
WHERE f.state = 'queued' ORDER BY f.priority DESC, f.depth, f.key LIMIT ?
"""
_CHAINED = """
SELECT u.url, u.found_on, c.id FROM frontier f JOIN urls u ON u.id = f.url_id
JOIN captures c ON c.url_id = u.id AND c.is_current = 1
WHERE f.state = 'done' AND f.kind = 'page' AND c.status = 200
  AND u.found_as <> 'sitemap' AND u.url LIKE '%?%' AND u.found_on LIKE '%?%'
ORDER BY c.id DESC
"""
_ADD = """
INSERT OR IGNORE INTO frontier (key, url_id, url, method, body, kind, depth, priority)
SELECT url, id, ?, ?, ?, ?, ?, ? FROM urls WHERE url = ?
"""
_MOST_REDIRECTS = 20  # a chain is followed back no further


@dataclass(frozen=True, slots=True)
class Leased:
    """A leased row; `capture` is the id of what the archive holds of it already.

    `is_settled` says that the URL needs no fetch, though it has no capture.
    """

    ticket: Ticket
    capture: int | None
    is_settled: bool


class Frontier:
    """The rows of one workspace; writes join the caller's transaction."""

    def __init__(self, workspace: Workspace, run_id: int) -> None:
        self._conn = workspace.conn
        self._run_id = run_id
        self.rows = self.queued = 0

    def open(self) -> None:
        """Return the leases of a killed run; take up links that no crawl has tried."""
        self._begin()
        self._conn.execute(
            "UPDATE frontier SET state = 'queued', leased_by = NULL"
            " WHERE state = 'leased'"
        )
        self._conn.execute(
            "INSERT OR IGNORE INTO frontier (key, url_id, url, kind, depth, priority)"
            " SELECT url, id, url, 'page', depth, 1 FROM urls WHERE state = 'seen'"
            " AND url NOT LIKE '%__wb_method=POST%'"
            " AND EXISTS (SELECT 1 FROM frontier)"
        )
        self.rows, self.queued = self._conn.execute(
            "SELECT count(*), ifnull(sum(state = 'queued'), 0) FROM frontier"
        ).fetchone()

    def retry_failed(self) -> None:
        """Queue again what gave nothing or an error, but for what the server calls gone.

        What was kept of such an answer stays in the archive and counts no more.
        """
        self._begin()
        again = (
            "SELECT u.id FROM urls u JOIN frontier f ON f.url_id = u.id"
            " WHERE f.state = 'done' AND u.state = 'failed'"
            " AND ifnull(u.reason, '') NOT IN ('http-404', 'http-410')"
        )
        self._conn.execute(
            "UPDATE captures SET is_current = 0"
            f" WHERE is_current = 1 AND url_id IN ({again})"
        )
        self._conn.execute(
            f"UPDATE urls SET state = 'seen', reason = NULL WHERE id IN ({again})"
        )
        self._conn.execute(
            "UPDATE frontier SET state = 'queued', attempts = 0 WHERE state = 'done'"
            " AND url_id IN (SELECT id FROM urls WHERE state = 'seen')"
        )

    def addresses(self) -> Iterator[tuple[str, str, str | None]]:
        """Yield every URL of the frontier, how and where it was found, as it came."""
        yield from self._conn.cursor().execute(
            "SELECT f.key, u.found_as, u.found_on FROM frontier f"
            " JOIN urls u ON u.id = f.url_id ORDER BY u.id"
        )

    def chained(self) -> Iterator[tuple[str, str, int]]:
        """Yield pages with parameters found on such pages: URL, where, capture id.

        The last one first; those that wait to be read from the archive are left out.
        """
        yield from self._conn.cursor().execute(_CHAINED)

    def add(self, leads: Iterable[Lead], *, depth: int) -> None:
        """Queue leads whose URLs are in the ledger; those queued before stay as they are."""
        self._begin()
        for lead in leads:
            row = [
                lead.target,
                lead.method,
                lead.body,
                lead.kind,
                depth + lead.clicks,
                _PRIORITIES.get(lead.found_as, 0),
                identity(lead),
            ]
            added = self._conn.execute(_ADD, row).rowcount
            self.rows += added
            self.queued += added

    def lease(self, count: int) -> list[Leased]:
        """Lease the most urgent rows."""
        self._begin()
        rows = self._conn.execute(_LEASE, [count]).fetchall()
        self._conn.executemany(
            "UPDATE frontier SET state = 'leased', leased_by = ? WHERE key = ?",
            [(self._run_id, row[0]) for row in rows],
        )
        self.queued -= len(rows)
        return [self._leased(row) for row in rows]

    def retried(self, key: str) -> None:
        """Count a try."""
        self._begin()
        self._conn.execute(
            "UPDATE frontier SET attempts = attempts + 1 WHERE key = ?", [key]
        )

    def done(self, key: str) -> None:
        """Mark a row as done."""
        self._begin()
        self._conn.execute(
            "UPDATE frontier SET state = 'done', leased_by = NULL WHERE key = ?", [key]
        )

    def release(self) -> None:
        """Return the leases of this run to the queue."""
        self._begin()
        self._conn.execute(
            "UPDATE frontier SET state = 'queued', leased_by = NULL"
            " WHERE state = 'leased'"
        )

    def _leased(self, row: tuple[object, ...]) -> Leased:
        key, url, found_as, kind, method, body, depth, attempts, *rest = row
        found_on, state, capture = rest
        ticket = Ticket(
            url=str(key),
            target=str(url),
            found_as=str(found_as),
            kind=str(kind),
            method=str(method),
            body=None if body is None else str(body),
            depth=int(str(depth)),
            attempts=int(str(attempts)),
            found_on=None if found_on is None else str(found_on),
            chain=self._chain(str(found_as), found_on),
        )
        return Leased(
            ticket,
            None if capture is None else int(str(capture)),
            state in ("failed", "skipped", "alias"),
        )

    def _chain(self, found_as: str, found_on: object) -> tuple[str, ...]:
        """Return the redirects that led to a URL, the first one first."""
        chain: list[str] = []
        while found_as == "redirect" and found_on and len(chain) < _MOST_REDIRECTS:
            chain.append(str(found_on))
            row = self._conn.execute(
                "SELECT found_as, found_on FROM urls WHERE url = ?", [found_on]
            ).fetchone()
            found_as, found_on = row or ("", None)
        return tuple(reversed(chain))

    def _begin(self) -> None:
        if not self._conn.in_transaction:
            self._conn.execute("BEGIN IMMEDIATE")


def identity(lead: Lead) -> str:
    """Return the URL under which the ledger knows a lead."""
    if lead.method == "POST":
        return post_url(lead.url, FORM, (lead.body or "").encode())
    return lead.url
