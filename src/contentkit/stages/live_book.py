"""The ledger's side of a crawl: what it is told goes to archive, ledger and frontier.

Answers are committed in batches together with the leads of their pages and the end of
their leases. What a killed crawl had archived but not committed is read from the
archive by the next one, not fetched again.
"""

import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from contentkit.findings import codes
from contentkit.harvest.reader import PageReader
from contentkit.harvest.tickets import Lead, Ticket
from contentkit.harvest.traps import url_pattern
from contentkit.harvest.wire_reader import Reply
from contentkit.models import Finding, StageReport
from contentkit.profile import Profile
from contentkit.progress import Progress
from contentkit.stages.capture_rows import Discovery, enter_url
from contentkit.stages.captures import CaptureStore
from contentkit.stages.clock import now
from contentkit.stages.frontier import Frontier, Leased, identity
from contentkit.workspace import Workspace
from contentkit.workspace.archive_reader import ArchiveReader
from contentkit.workspace.archive_records import Exchange

logger = logging.getLogger(__name__)

_BATCH = 100  # answers a commit, or what came within _SECONDS
_SECONDS = 1.0
_CODED = frozenset({"content-encoding", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a crawl reads and writes in a workspace."""

    workspace: Workspace
    store: CaptureStore
    archive: ArchiveReader
    frontier: Frontier


class LiveBook:
    """The ledger's side of one crawl (`contentkit.harvest.tickets.Book`)."""

    def __init__(self, ledger: Ledger, profile: Profile, *, progress: Progress) -> None:
        self.reader = PageReader(profile)
        self._conn = ledger.workspace.conn
        self._store = ledger.store
        self._archive = ledger.archive
        self._frontier = ledger.frontier
        self._max_pages = profile.limits.max_pages
        self._tally = Tally(progress)
        self._uncommitted = 0
        self._committed_at = time.monotonic()
        self._frontier.open()
        self._store.commit()

    def is_fresh(self) -> bool:
        """Tell whether no start address was put on the frontier yet."""
        return self._frontier.rows == 0

    def take_up(self) -> None:
        """Bring the reader to where an earlier crawl was when it ended or was killed."""
        self.reader.recount(self._frontier.addresses())
        traps, kept = self.reader.traps, Counter[str]()
        pages: list[tuple[str, int]] = []
        for url, found_on, capture in self._frontier.chained():
            if traps.in_chain(url, found_on):
                kept[url_pattern(url)] += 1
                if kept[url_pattern(url)] <= traps.memory:
                    pages.append((url, capture))
        for url, capture in reversed(pages):
            self.reader.rewatch(url, self._archived(capture)[1])

    def is_finished(self) -> bool:
        """Tell whether an earlier crawl left nothing to do."""
        return not self.is_fresh() and not self.has_queued()

    def has_queued(self) -> bool:
        """Tell whether a lease could give something."""
        return self._frontier.queued > 0

    def seed(self, leads: Sequence[Lead], findings: Sequence[Finding]) -> None:
        """Put start addresses on the frontier; the findings are about the first."""
        for lead in leads:
            enter_url(self._conn, lead.url, Discovery(found_as=lead.found_as))
        self._frontier.add(leads, depth=0)
        for finding in findings:
            url_id = enter_url(self._conn, leads[0].url, Discovery(found_as="seed"))
            self._finding(url_id, finding)
        self._store.commit()

    def lease(self, count: int) -> list[Ticket]:
        """Take addresses off the frontier; what the archive has is read there."""
        tickets: list[Ticket] = []
        while not tickets and self.has_queued():
            for leased in self._frontier.lease(count):
                if leased.capture is not None:
                    self._replay(leased)
                elif leased.is_settled:
                    self._frontier.done(leased.ticket.url)
                elif self.reader.traps.is_ended(
                    leased.ticket.url, leased.ticket.found_on
                ):
                    self.skipped(leased.ticket, "trap")
                else:
                    tickets.append(leased.ticket)
        return tickets

    def fetched(
        self,
        ticket: Ticket,
        reply: Reply,
        *,
        leads: Sequence[Lead],
        findings: Sequence[Finding],
    ) -> None:
        """Keep an answer, what its page names, and what was odd about it."""
        url_id = self._add(ticket, reply)
        self._enter(leads, found_on=ticket.url, depth=ticket.depth)
        for finding in findings:
            self._finding(url_id, finding)
        self._frontier.done(ticket.url)
        self._tally.count(reply, self._frontier.queued)
        self._maybe_commit()

    def moved(self, ticket: Ticket, reply: Reply, target: str) -> None:
        """Keep a redirect to another spelling of the same URL, to be asked next."""
        url_id = self._add(ticket, reply)
        self._finding(url_id, Finding(code="redirect-same-url", data={"url": target}))

    def retried(self, ticket: Ticket) -> None:
        """Count a try that will be repeated."""
        self._frontier.retried(ticket.url)

    def failed(self, ticket: Ticket, reason: str, detail: str) -> None:
        """Record that an address gave nothing."""
        self._store.noted_at = now()
        self._store.fail(
            ticket.url,
            reason,
            found_as=ticket.found_as,
            found_on=ticket.found_on,
            depth=ticket.depth,
        )
        self._tally.dropped[reason] += 1
        logger.info("%s: %s (%s)", ticket.url, reason, ascii(detail))
        self._frontier.done(ticket.url)
        self._maybe_commit()

    def skipped(self, ticket: Ticket, reason: str) -> None:
        """Record that an address was not tried."""
        self._store.skip(
            ticket.url,
            reason,
            found_as=ticket.found_as,
            found_on=ticket.found_on,
            depth=ticket.depth,
        )
        self._tally.dropped[reason] += 1
        self._frontier.done(ticket.url)
        self._maybe_commit()

    def aside(
        self, url: str, reply: Reply, *, found_as: str, leads: Sequence[Lead] = ()
    ) -> None:
        """Keep an answer that no ticket asked for: robots.txt, a sitemap."""
        self._add(Ticket(url=url, target=url, found_as=found_as), reply)
        self._enter(leads, found_on=url, depth=0)

    def unreachable(self, url: str, finding: Finding) -> None:
        """Record that an address of convention cannot be asked, and what follows."""
        self._store.fail(url, finding.code, found_as="robots")
        url_id = enter_url(self._conn, url, Discovery(found_as="robots"))
        self._finding(url_id, finding)

    def finish(self) -> None:
        """Return what is still leased to the queue and commit."""
        self._frontier.release()
        self._store.commit()

    def report(self, *notes: str) -> StageReport:
        """Return what the crawl did."""
        left = f"{self._frontier.queued:,} addresses left in the queue"
        return self._tally.report(*notes, *([left] if self.has_queued() else []))

    def _add(self, ticket: Ticket, reply: Reply) -> int:
        self._store.noted_at = captured_at = now()
        head, _, body = reply.request.partition(b"\r\n\r\n")
        return self._store.add(
            Exchange(
                url=ticket.target if ticket.method == "POST" else ticket.url,
                captured_at=captured_at,
                body=reply.body,
                response_head=reply.head,
                method=ticket.method,
                request_head=head + b"\r\n\r\n",
                request_body=body,
                ip_address=reply.address,
            ),
            found_as=ticket.found_as,
            found_on=ticket.found_on,
            depth=ticket.depth,
        )

    def _enter(self, leads: Sequence[Lead], *, found_on: str, depth: int) -> None:
        """Enter what a page names: what is fetched goes on the frontier."""
        fetched: dict[tuple[str, int], list[Lead]] = {}
        left = self._max_pages - self._frontier.rows
        for lead in leads:
            reason = lead.reason
            if reason is None and left <= 0:
                reason = "page-limit"
            if reason is None:
                left -= 1
                kin = lead.found_as, depth + lead.clicks
                fetched.setdefault(kin, []).append(lead)
                continue
            self._tally.dropped[reason] += 1
            self._store.skip(
                identity(lead),
                reason,
                found_as=lead.found_as,
                found_on=found_on,
                depth=depth + lead.clicks,
            )
        for (found_as, clicks), kin_leads in fetched.items():
            self._store.seen(
                [identity(lead) for lead in kin_leads],
                found_on=found_on,
                found_as=found_as,
                depth=clicks,
            )
            self._frontier.add(kin_leads, depth=depth)

    def _replay(self, leased: Leased) -> None:
        """Read a page that the archive holds already, as if it had just come."""
        assert leased.capture is not None
        url_id, reply = self._archived(leased.capture)
        leads, findings = self.reader.read(leased.ticket, reply)
        self._enter(leads, found_on=leased.ticket.url, depth=leased.ticket.depth)
        for finding in findings:
            self._finding(url_id, finding)
        self._frontier.done(leased.ticket.url)

    def _archived(self, capture: int) -> tuple[int, Reply]:
        """Return the URL's id and the answer that a capture kept."""
        url_id, warc, offset = self._conn.execute(
            "SELECT url_id, warc, offset FROM captures WHERE id = ?", [capture]
        ).fetchone()
        payload = self._archive.payload(warc, offset)
        headers = [
            (k.lower(), v) for k, v in payload.headers if k.lower() not in _CODED
        ]
        return url_id, Reply(
            status=payload.status,
            request=b"",
            head=b"",
            body=payload.data,
            headers=headers,
            address="",
        )

    def _finding(self, url_id: int, finding: Finding) -> None:
        self._tally.findings[codes()[finding.code].severity] += 1
        self._tally.failed += finding.code == "internal-error"
        self._store.finding(url_id, finding)

    def _maybe_commit(self) -> None:
        self._uncommitted += 1
        is_due = time.monotonic() - self._committed_at > _SECONDS
        if is_due or self._uncommitted >= _BATCH:
            self._store.commit()
            self._uncommitted = 0
            self._committed_at = time.monotonic()


class Tally:
    """Counts what a crawl does and tells its progress."""

    def __init__(self, progress: Progress) -> None:
        self.dropped: Counter[str] = Counter()
        self.findings: Counter[str] = Counter()
        self.failed = 0
        self._answers = 0
        self._bytes = 0
        self._progress = progress
        self._started_at = time.monotonic()

    def count(self, reply: Reply, queued: int) -> None:
        """Count an answer."""
        self._answers += 1
        self._bytes += len(reply.body)
        rate = self._answers / max(time.monotonic() - self._started_at, 0.001)
        note = (
            f"{self._bytes / 1e6:,.1f} MB, {rate:,.0f}/s, {queued:,} queued, "
            f"about {timedelta(seconds=round(queued / rate))} left"
        )
        self._progress.advance(1, note=note)

    def report(self, *notes: str) -> StageReport:
        """Return the counts."""
        return StageReport(
            stage="harvest",
            seen=self._answers + self.dropped.total(),
            done=self._answers,
            dropped=dict(self.dropped),
            failed=self.failed,
            findings={str(k): v for k, v in self.findings.items()},
            notes=tuple(notes),
        )
