"""A mirror folder of HTTrack, wget or a plain copy, read as if it were fetched.

Two passes, both in sorted order: the first finds the address of every file (from the
comment that HTTrack leaves, else from the name), the second reads the files one by one.
Nothing outside the folder is ever read.
"""

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import urlsplit

from contentkit.errors import HarvestError, ParseError
from contentkit.harvest.mirror_names import (
    Footer,
    escape_path,
    file_time,
    iter_hashed_links,
    printable,
    read_footer,
    undo_hash,
    undo_wget,
)
from contentkit.harvest.mirror_plan import MirrorFile, MirrorPlan
from contentkit.harvest.mirror_walk import (
    LocalFile,
    Skipped,
    local_path,
    text_name,
    walk,
)
from contentkit.harvest.scope import Scope
from contentkit.harvest.sniff import is_page_part, sniff_media_type
from contentkit.harvest.urls import canonical_url, same_site
from contentkit.models import Finding
from contentkit.workspace.archive_records import Exchange

_INDEX = "index.html"  # the name that HTTrack and wget give to the page of a folder


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorSite:
    """What a mirror is of: the folder, the address of its root, the site's scope."""

    folder: Path
    base_url: str
    scope: Scope
    significant_query: tuple[str, ...] | None = None
    max_bytes: int = 50 * 2**20

    def canonical(self, url: str) -> str:
        """Return the canonical URL, on the site's canonical host."""
        clean = canonical_url(url, significant_query=self.significant_query)
        return self.scope.canonical_host(clean)


def plan_mirror(site: MirrorSite) -> MirrorPlan:
    """Find the address of every file of a mirror; the caller closes the plan.

    Raises `HarvestError` if the folder cannot be read or holds no file.
    """
    planner = _Planner(site)
    planner.look()
    planner.place()
    planner.join_capitals()
    planner.restore_links()
    if not planner.plan.count_seen():
        planner.plan.close()
        raise HarvestError(
            f"{site.folder}: the mirror folder holds no file: name the folder in which "
            "the pages are"
        )
    return planner.plan


def read_file(site: MirrorSite, file: MirrorFile) -> Exchange | str:
    """Return a file as a fetch, or why not: `too-large`, `mirror-unreadable`."""
    if file.size > site.max_bytes:
        return "too-large"
    data = _read(site, file.content)
    if data is None:
        return "mirror-unreadable"
    name = undo_wget(file.path).partition("?")[0]
    return Exchange(
        url=file.url,
        captured_at=file.captured_at,
        body=data,
        media_type=sniff_media_type(data, name=name),
    )


class _Planner:
    """The first pass: what is there, where it was saved from, what collides."""

    def __init__(self, site: MirrorSite) -> None:
        self._site = site
        self._roots = _host_folders(site)
        self.plan = MirrorPlan()

    def look(self) -> None:
        """Walk the folder; read the comments and changed links of its pages."""
        for item in walk(self._site.folder):
            if isinstance(item, Skipped):
                self.plan.skip(item)
            elif self._split(item.path) is None:
                self.plan.skip(Skipped(path=item.path, reason="mirror-outside-site"))
            else:
                self.plan.add_found(item, self._read_page(item))

    def place(self) -> None:
        """Give every file its address; where two meet the richer one is kept."""
        for item, footer, query in self.plan.found():
            try:
                file = self._address(item, footer, query)
            except ParseError:
                self.plan.skip(Skipped(path=item.path, reason="mirror-name-refused"))
                continue
            rival = self.plan.find(file.url)
            kept, lost = file, rival
            if rival is not None and file.size <= rival.size:
                kept, lost = rival, file
            if lost is not None:
                self.plan.skip(
                    Skipped(
                        path=lost.path,
                        reason="mirror-url-collision",
                        url=kept.url,
                        kept=kept.path,
                    )
                )
            if kept is file:
                self.plan.place(file)

    def join_capitals(self) -> None:
        """Treat addresses that differ only in capitals: same bytes are one page.

        A server of the IIS kind answers both; a mirror on a case-sensitive disk then
        has the page twice.
        """
        for first, *others in self.plan.same_but_capitals():
            content = _read(self._site, first.content)
            joined: list[str] = []
            for file in others:
                if _read(self._site, file.content) == content:
                    joined += [file.url, *file.aliases]
                    self.plan.skip(Skipped(path=file.path, reason="mirror-same"))
                    continue
                told = {"file": printable(file.path), "other": printable(first.path)}
                finding = Finding(code="mirror-case-collision", data=told)
                self.plan.place(replace(file, findings=(*file.findings, finding)))
            if joined:
                self.plan.place(replace(first, aliases=(*first.aliases, *joined)))

    def restore_links(self) -> None:
        """Keep what changed links meant that lead to files which were never saved."""
        for path, query in self.plan.unsaved_queries():
            parts = self._split(path)
            if parts is None:
                continue
            root, rest = parts
            try:
                changed = self._site.canonical(f"{root}{escape_path(rest)}?{query}")
                meant = self._site.canonical(root + escape_path(undo_hash(rest, query)))
            except ParseError:
                continue
            self.plan.add_link(changed, meant)

    def _read_page(self, item: LocalFile) -> Footer | None:
        if item.size > self._site.max_bytes or not _may_be_page(item.path):
            return None
        data = _read(self._site, item.path)
        if data is None:
            return None
        for link, query in iter_hashed_links(data):
            target = normpath(join(dirname(item.path), link))
            self.plan.add_query(target, query)
        return read_footer(data)

    def _split(self, path: str) -> tuple[str, str] | None:
        """Return root address and path below it; None for what is not of the site."""
        if path.startswith("../"):
            return None
        if not self._roots:
            return self._site.base_url[: self._site.base_url.rindex("/") + 1], path
        top, slash, rest = path.partition("/")
        root = self._roots.get(top)
        return (root, rest) if root is not None and slash else None

    def _address(
        self, item: LocalFile, footer: Footer | None, query: str | None
    ) -> MirrorFile:
        parts = self._split(item.path)
        assert parts is not None, "look() keeps only files of the site"
        root, rest = parts
        findings: list[Finding] = []
        url = self._stated(root, footer) if footer else None
        if footer is not None and url is None:
            told = {"file": item.path, "address": footer.address}
            shown = {key: printable(text) for key, text in told.items()}
            findings.append(Finding(code="mirror-host-differs", data=shown))
        if url is None:
            url = self._site.canonical(root + escape_path(_undo(rest, query)))
        names = [escape_path(rest).replace("?", "%3F")]
        if query is not None:
            names.append(f"{names[0]}?{query}")
        aliases = dict.fromkeys(self._site.canonical(root + name) for name in names)
        return MirrorFile(
            path=item.path,
            content=item.content,
            url=url,
            captured_at=(footer and footer.captured_at) or file_time(item.mtime),
            size=item.size,
            aliases=tuple(alias for alias in aliases if alias != url),
            findings=tuple(findings),
        )

    def _stated(self, root: str, footer: Footer) -> str | None:
        """Return the address in HTTrack's comment, if it is one of this site."""
        try:
            url = self._site.canonical(f"{urlsplit(root).scheme}://{footer.address}")
        except ParseError:
            return None
        return url if same_site(url, root) else None


def _undo(path: str, query: str | None) -> str:
    if query is not None:
        return undo_hash(path, query)
    path = undo_wget(path)
    folder, slash, name = path.rpartition("/")
    return folder + slash if name == _INDEX else path


def _host_folders(site: MirrorSite) -> dict[str, str]:
    """Return root address by top folder, if the mirror has one folder for each host."""
    try:
        with os.scandir(local_path(site.folder, "")) as found:
            names = sorted(text_name(x.name) for x in found if x.is_dir())
    except OSError as error:
        raise HarvestError(
            f"{site.folder}: cannot be read ({error.strerror}): name the folder in "
            "which the mirror is (a WARC or WACZ file is for --from-warc)"
        ) from error
    scheme = urlsplit(site.base_url).scheme
    roots: dict[str, str] = {}
    for name in names:
        if "." not in name:
            continue
        # a port is host:8080 or host+8080 with wget, host_8080 with HTTrack
        spelled = re.sub(r"[+_](?=\d+$)", ":", name)
        try:
            roots[name] = site.canonical(f"{scheme}://{spelled}/")
        except ParseError:
            continue
    return roots if any(same_site(x, site.base_url) for x in roots.values()) else {}


def _may_be_page(path: str) -> bool:
    kind = sniff_media_type(b"", name=undo_wget(path).partition("?")[0])
    return kind is None or is_page_part(kind)


def _read(site: MirrorSite, path: str) -> bytes | None:
    try:
        return Path(os.fsdecode(local_path(site.folder, path))).read_bytes()
    except OSError:
        return None
