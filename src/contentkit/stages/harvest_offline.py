"""Harvest without a network: mirror folders and WARC files into archive and ledger.

Starting again after a kill costs a look at every file, and skips what is captured.
"""

import hashlib
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from contentkit.errors import ArchiveDamaged, HarvestError
from contentkit.harvest.mirror import (
    MirrorSite,
    plan_mirror,
    read_file,
)
from contentkit.harvest.mirror_names import printable
from contentkit.harvest.mirror_plan import MirrorFile, MirrorPlan
from contentkit.harvest.mirror_walk import Skipped
from contentkit.harvest.scope import Scope
from contentkit.harvest.urls import canonical_url
from contentkit.harvest.wacz import Extracted, extract_warcs, is_zip
from contentkit.harvest.warc import Taken, WarcIndex, iter_taken
from contentkit.models import Finding, StageReport
from contentkit.profile import Profile, load_profile
from contentkit.progress import Progress
from contentkit.stages.captures import CaptureStore, identity, payload_sha256
from contentkit.workspace import Workspace
from contentkit.workspace.archive import Exchange

_BATCH_BYTES = 16 * 2**20  # of payload between two commits: about a thousand pages
_FOUND_AS = "mirror"
_FROM_WARC = "warc"
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
    try:
        progress.start("harvest", plan.count())
        with CaptureStore(workspace, run_id) as store:
            return _Mirror(site, store, plan).harvest(progress, limit)
    finally:
        plan.close()
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
        for file in self._plan.files():
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
            seen=self._plan.count_seen(),
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
        for skipped in self._plan.skipped():
            self._dropped[skipped.reason] += 1
            if skipped.reason in _TOLD:
                self._tell_skipped(skipped)
        for changed, meant in self._plan.links():
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


def harvest_warcs(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    run_id: int,
    progress: Progress,
    limit: int | None = None,
) -> StageReport:
    """Bring the fetches of WARC and WACZ files into the archive.

    All files are checked first. A file that must be refused leaves nothing; the others
    are harvested, then `ArchiveDamaged` tells of each refused one in a line. Raises
    `HarvestError` before anything else if one is not there.
    """
    for path in paths:
        if path.is_dir():
            raise HarvestError(
                f"{path}: is a folder: name a WARC or WACZ file, or give a mirror "
                "folder with --from-mirror"
            )
        if not path.exists():
            raise HarvestError(f"{path}: no such file: name a WARC or WACZ file")
    profile = _profile(workspace)
    scratch = workspace.folder / "scratch" / "wacz"
    shutil.rmtree(scratch, ignore_errors=True)  # what a killed process left
    index = WarcIndex()
    faults: list[str] = []
    try:
        names = _index_all(paths, scratch, index, faults)
        progress.start("harvest", index.fetches)
        with CaptureStore(workspace, run_id) as store:
            report = _Warcs(profile, store, index, names).harvest(progress, limit)
    finally:
        progress.close()
        index.close()
        shutil.rmtree(scratch, ignore_errors=True)
    if faults:
        raise ArchiveDamaged("\n".join(faults))
    return report


def _index_all(
    paths: Sequence[Path], scratch: Path, index: WarcIndex, faults: list[str]
) -> dict[Path, str]:
    """Read every file for the first time; return the names to show by path."""
    names: dict[Path, str] = {}
    for number, path in enumerate(paths):
        try:
            inside = [Extracted(path.name, path)]
            names[path] = str(path)
            if is_zip(path):
                folder = scratch / f"{number:05d}"
                folder.mkdir(parents=True)
                inside = list(extract_warcs(path, folder))
                names |= {found.path: f"{path}: {found.name}" for found in inside}
            index.add(*(found.path for found in inside))
        except ArchiveDamaged as error:
            faults.append(_shown(str(error), names))
    return names


def _shown(text: str, names: dict[Path, str]) -> str:
    for path, name in names.items():
        text = text.replace(str(path), name)
    return text


class _Warcs:
    """The second pass over WARC files: one fetch after the other."""

    def __init__(
        self,
        profile: Profile,
        store: CaptureStore,
        index: WarcIndex,
        names: dict[Path, str],
    ) -> None:
        self._scope = Scope.from_profile(profile)
        self._significant_query = profile.significant_query or None
        self._store = store
        self._index = index
        self._names = names
        self._dropped: Counter[str] = Counter()
        self._done = 0
        self._failed = 0
        self._pending_bytes = 0

    def harvest(self, progress: Progress, limit: int | None) -> StageReport:
        for taken in iter_taken(self._index):
            if limit is not None and self._done >= limit:
                break
            self._take(taken)
            progress.advance()
        self._store.commit()
        return StageReport(
            stage="harvest",
            seen=self._index.records,
            done=self._done,
            dropped=dict(self._dropped),
            failed=self._failed,
            findings=dict(self._store.findings),
            notes=tuple(
                f"{self._names[path]}: byte {damage.offset}: {damage.cause}; every "
                "whole record around it was read"
                for path, damage in self._index.damages
            ),
        )

    def _take(self, taken: Taken) -> None:
        url = taken.url
        if url.startswith("http"):
            url = canonical_url(url, significant_query=self._significant_query)
            url = self._scope.canonical_host(url)
            reason = self._scope.reason(url)
            if reason is not None:
                self._store.skip(url, reason, found_as=_FROM_WARC)
                self._dropped[reason] += 1
                return
        if taken.reason is not None:
            self._store.fail(url, taken.reason, found_as=_FROM_WARC)
            self._failed += 1
        if taken.exchange is not None:
            url = self._add(replace(taken.exchange, url=url))
        for finding in taken.findings:
            self._store.finding(url, finding)
        if self._pending_bytes >= _BATCH_BYTES:
            self._store.commit()
            self._pending_bytes = 0

    def _add(self, exchange: Exchange) -> str:
        url = identity(exchange)
        self._store.noted_at = exchange.captured_at
        known = self._store.digests(url, exchange.captured_at)
        if not known or payload_sha256(exchange) not in known:
            self._store.add(exchange, found_as=_FROM_WARC)
            self._done += 1
            self._pending_bytes += len(exchange.body)
        return url


def _profile(workspace: Workspace) -> Profile:
    settings = workspace.settings
    return load_profile(
        workspace.resource(settings.profile), base_url=settings.base_url
    )
