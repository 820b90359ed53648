"""Harvest the live site: Scrapy crawls, the ledger holds the frontier, the archive all.

Reads the profile; writes urls, captures, files, findings of the stage `harvest`, and
the frontier.
"""

from dataclasses import dataclass

from contentkit.errors import HarvestError
from contentkit.harvest.context import Crawl
from contentkit.harvest.pace import DEFAULT_PACE, Pace
from contentkit.models import StageReport
from contentkit.profile import load_profile
from contentkit.progress import Progress
from contentkit.stages.captures import CaptureStore
from contentkit.stages.frontier import Frontier
from contentkit.stages.live_book import Ledger, LiveBook
from contentkit.workspace import Workspace
from contentkit.workspace.archive_reader import ArchiveReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How far a crawl goes: at most `limit` addresses, also those that failed before."""

    limit: int | None = None
    retry_failed: bool = False


EVERYTHING = Extent()


def harvest_live(
    workspace: Workspace,
    *,
    run_id: int,
    progress: Progress,
    extent: Extent = EVERYTHING,
    pace: Pace = DEFAULT_PACE,
) -> StageReport:
    """Crawl the site of the workspace until nothing is left, or as far as `extent` says.

    Raises `HarvestError` if the profile names no site, `KeyboardInterrupt` after an
    interrupt once everything under way is kept. Needs the write lock.
    """
    settings = workspace.settings
    profile = load_profile(
        workspace.resource(settings.profile), base_url=settings.base_url
    )
    if not profile.start_urls:
        raise HarvestError(
            f"profile {profile.name}: no base_url: name the site in the profile, or "
            "make the workspace with 'contentkit init … --base-url URL'"
        )
    with (
        CaptureStore(workspace, run_id) as store,
        ArchiveReader(workspace.archive_dir) as archive,
    ):
        frontier = Frontier(workspace, run_id)
        if extent.retry_failed:
            frontier.retry_failed()  # after the store has read its notes of failures
        book = LiveBook(
            Ledger(workspace, store, archive, frontier), profile, progress=progress
        )
        if book.is_finished():
            return book.report("nothing left to fetch")
        book.take_up()
        crawl = Crawl(
            profile=profile,
            book=book,
            reader=book.reader,
            pace=pace,
            limit=extent.limit,
        )
        progress.start("harvest", None)
        try:
            # Scrapy takes half a second to import: only a crawl pays for it
            from contentkit.harvest.crawl import run_crawl  # noqa: PLC0415

            is_interrupted = run_crawl(crawl)
        finally:
            progress.close()
        book.finish()
        if is_interrupted:
            raise KeyboardInterrupt
        return book.report()
