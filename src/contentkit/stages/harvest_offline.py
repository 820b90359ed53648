"""Harvest without a network: mirror folders and WARC files into archive and ledger.

Starting again after a kill costs a look at every file, and skips what is captured.
"""

import hashlib
from collections import Counter
from pathlib import Path
from urllib.parse import quote

from contentkit.errors import HarvestError
from contentkit.harvest.mirror import (
    MirrorFile,
    MirrorPlan,
    MirrorSite,
    plan_mirror,
    read_file,
)
from contentkit.harvest.mirror_walk import Skipped
from contentkit.harvest.scope import Scope
from contentkit.models import Finding, StageReport
from contentkit.profile import Profile, load_profile
from contentkit.progress import Progress
from contentkit.stages.captures import CaptureStore
from contentkit.workspace import Workspace

_BATCH_BYTES = 16 * 2**20  # of payload between two commits: about a thousand pages
_FOUND_AS = "mirror"
# skipped files that an engineer should know of; the others are only counted
_TOLD = (
    "mirror-symlink",
    "mirror-name-refused",
    "mirror-unreadable",
    "mirror-url-collision",
)


def harvest_mirror(
    workspace: Workspace,
    folder: Path,
    *,
    run_id: int,
    progress: Progress,
    limit: int | None = None,
) -> StageReport:
    """Bring the files of a mirror folder into the archive.

    The address of the site comes from the workspace or its profile. `limit` bounds the
    files that are captured anew. Raises `HarvestError` if there is nothing to start
    from.
    """
    profile = _profile(workspace)
    if profile.base_url is None:
        raise HarvestError(
            f"{workspace.folder / 'workspace.toml'}: base_url is missing: a mirror does "
            'not say reliably which site it is of; add base_url = "http://…/"'
        )
    site = MirrorSite(
        folder=folder,
        base_url=profile.base_url,
        scope=Scope.from_profile(profile),
        significant_query=profile.significant_query or None,
        max_bytes=profile.limits.max_bytes,
    )
    plan = plan_mirror(site)
    progress.start("harvest", len(plan.files))
    try:
        with CaptureStore(workspace, run_id) as store:
            return _Mirror(site, store, plan).harvest(progress, limit)
    finally:
        progress.close()


class _Mirror:
    """The second pass over a mirror: one file after the other."""

    def __init__(self, site: MirrorSite, store: CaptureStore, plan: MirrorPlan) -> None:
        self._site = site
        self._store = store
        self._plan = plan
        self._dropped: Counter[str] = Counter()
        self._done = 0
        self._failed = 0
        self._pending_bytes = 0

    def harvest(self, progress: Progress, limit: int | None) -> StageReport:
        for file in self._plan.files:
            if limit is not None and self._done >= limit:
                break
            self._store.noted_at = file.captured_at
            self._take(file)
            progress.advance()
        else:
            self._finish()
        self._store.commit()
        return StageReport(
            stage="harvest",
            seen=len(self._plan.files) + len(self._plan.skipped),
            done=self._done,
            dropped=dict(self._dropped),
            failed=self._failed,
            findings=dict(self._store.findings),
        )

    def _take(self, file: MirrorFile) -> None:
        reason = self._site.scope.reason(file.url)
        if reason is not None:
            self._store.skip(file.url, reason, found_as=_FOUND_AS)
            self._dropped[reason] += 1
            return
        exchange = read_file(self._site, file)
        if isinstance(exchange, str):
            self._store.fail(file.url, exchange, found_as=_FOUND_AS)
            self._tell(file.url, exchange, file=file.path)
            self._failed += 1
            return
        sha256 = hashlib.sha256(exchange.body).hexdigest()
        if not self._store.has(file.url, sha256):
            self._store.add(exchange, found_as=_FOUND_AS)
            self._done += 1
            self._pending_bytes += len(exchange.body)
        for alias in file.aliases:
            self._store.alias(alias, file.url, found_as=_FOUND_AS)
        for finding in file.findings:
            self._store.finding(file.url, finding)
        if self._pending_bytes >= _BATCH_BYTES:
            self._store.commit()
            self._pending_bytes = 0

    def _finish(self) -> None:
        for skipped in self._plan.skipped:
            self._dropped[skipped.reason] += 1
            if skipped.reason in _TOLD:
                self._tell_skipped(skipped)
        for changed, meant in self._plan.links.items():
            if self._site.scope.reason(meant) is None:
                self._store.seen([meant], found_on=self._site.base_url)
                self._store.alias(changed, meant, found_as=_FOUND_AS)

    def _tell_skipped(self, skipped: Skipped) -> None:
        data = {"file": printable(skipped.path)}
        if skipped.kept is not None:
            data["kept"] = printable(skipped.kept)
        url = skipped.url or self._site.canonical(self._site.base_url)
        self._store.finding(url, Finding(code=skipped.reason, data=data))

    def _tell(self, url: str, code: str, **data: str) -> None:
        shown = {key: printable(text) for key, text in data.items()}
        self._store.finding(url, Finding(code=code, data=shown))


def printable(path: str) -> str:
    """Return a file name that can be shown and stored: odd bytes and controls escaped.

    >>> printable("a\\nb\\udcd6.html")
    'a%0Ab%D6.html'
    """
    raw = path.encode("utf-8", errors="surrogateescape")
    text = raw.decode("utf-8", errors="replace")
    if text.isprintable() and "\ufffd" not in text:
        return text
    return quote(raw, safe="/ @+,;=:()[]~!$&'")


def _profile(workspace: Workspace) -> Profile:
    settings = workspace.settings
    return load_profile(
        workspace.resource(settings.profile), base_url=settings.base_url
    )
