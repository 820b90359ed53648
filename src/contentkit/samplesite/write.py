"""Write the sample site and its truth, one document at a time."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO

import orjson

from contentkit.errors import ContentkitError
from contentkit.samplesite.content import (
    Content,
    Writer,
    start_content,
    write_disclosure,
    write_media,
    write_news,
    write_report,
    write_traditional,
)
from contentkit.samplesite.files import make_video
from contentkit.samplesite.frame import write_frame
from contentkit.samplesite.layout import Column, Layout
from contentkit.samplesite.lists import ListWriter
from contentkit.samplesite.notices import write_notice
from contentkit.samplesite.pages import Page, make_page
from contentkit.samplesite.plan import Plan, Planner
from contentkit.samplesite.policy_text import write_interpretation, write_policy
from contentkit.samplesite.quirks import Quirks, choose_quirks
from contentkit.samplesite.routes import document_routes, frame_routes
from contentkit.samplesite.sitemap import SitemapWriter
from contentkit.samplesite.truth import (
    Row,
    describe_document,
    describe_effects,
    describe_pairs,
)
from contentkit.samplesite.urls import describe_document_urls, describe_frame_urls

_FORMS: Mapping[str, Writer] = MappingProxyType(
    {
        "policy": write_policy,
        "interpretation": write_interpretation,
        "plot": write_notice,
        "names": write_notice,
        "report": write_report,
        "video": write_media,
        "picture": write_media,
        "traditional": write_traditional,
    }
)
_KINDS: Mapping[str, Writer] = MappingProxyType(
    {"article": write_news, "notice": write_notice, "disclosure": write_disclosure}
)
_FOLDERS_KEPT = 5_000  # that are known to exist
MINIMUM, MAXIMUM = 50, 1_000_000
_OUTPUTS = ("truth", "truth_pairs", "truth_effects", "truth_urls", "routes")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSummary:
    """What was written, counted: documents by kind, files, planted things, truth lines."""

    documents: int
    kinds: Mapping[str, int]
    fates: Mapping[str, int]
    files: int
    bytes: int
    lines: Mapping[str, int]
    planted: Mapping[str, int]


def write_site(directory: Path, *, documents: int = 300, seed: int = 1) -> SiteSummary:
    """Write the sample site with its truth into `directory` and count what it holds.

    `site/` holds the files as a web server would; `service/` the answers of its list
    services; `routes.jsonl` and `site.json` tell `serve` what a file tree cannot: status
    codes, headers, redirects. The truth is `truth.jsonl`, `truth_pairs.jsonl`,
    `truth_effects.jsonl`, `truth_urls.jsonl`. The same (documents, seed) give the same
    bytes; memory does not grow with `documents`. Raises `ContentkitError` for a number
    outside 50 to 1,000,000.
    """
    if not MINIMUM <= documents <= MAXIMUM:
        limits = f"from {MINIMUM} to {MAXIMUM:,}"
        raise ContentkitError(f"a sample site has {limits} documents, not {documents}")
    with ExitStack() as stack:
        run = _Run(directory, Layout(documents, seed), stack)
        for column in run.layout.columns:
            run.write_column(column)
        run.finish()
    return run.summary()


class _Run:
    """One writing of a site: the open files and the counts."""

    def __init__(self, directory: Path, layout: Layout, stack: ExitStack) -> None:
        self.layout = layout
        self.planner = Planner(layout)
        self._directory = directory
        self._folders: set[str] = set()
        self._counts: dict[str, Counter[str]] = {
            name: Counter() for name in ("kinds", "fates", "planted", "lines", "sizes")
        }
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ContentkitError(
                f"{directory}: cannot be made a folder ({error.strerror}): name another"
            ) from error
        self._outputs: dict[str, IO[bytes]] = {
            name: stack.enter_context((directory / f"{name}.jsonl").open("wb"))
            for name in _OUTPUTS
        }
        self._sitemap = SitemapWriter(self.put)

    def put(self, path: str, data: bytes) -> None:
        """Write a file below the directory."""
        folder, _, _ = path.rpartition("/")
        if folder not in self._folders:
            if len(self._folders) >= _FOLDERS_KEPT:
                self._folders.clear()
            (self._directory / folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        with open(f"{self._directory}/{path}", "wb") as file:  # noqa: PTH123 - twice as fast
            file.write(data)
        self._counts["sizes"]["files"] += 1
        self._counts["sizes"]["bytes"] += len(data)

    def line(self, name: str, row: Row) -> None:
        """Append a line to one of the JSON Lines files."""
        self._outputs[name].write(orjson.dumps(row) + b"\n")
        self._counts["lines"][name] += 1

    def write_column(self, column: Column) -> None:
        """Write the documents and list pages of one column."""
        lists = ListWriter(column, self.put)
        for index in range(column.first, column.first + column.documents):
            plan = self.planner.plan(index)
            lists.add(plan)
            self._sitemap.add(plan.url, plan.published.date())
            self._write_document(plan)
        lists.close()

    def finish(self) -> None:
        """Write what belongs to no column: home page, robots.txt, sitemap, site.json."""
        self._sitemap.close()
        write_frame(self.planner, self.put)
        for row in frame_routes(self.planner):
            self.line("routes", row)
        for row in describe_frame_urls(self.planner):
            self.line("truth_urls", row)

    def summary(self) -> SiteSummary:
        """Return the counts."""
        counts = {name: dict(sorted(c.items())) for name, c in self._counts.items()}
        return SiteSummary(
            documents=self.layout.documents,
            kinds=counts["kinds"],
            fates=counts["fates"],
            files=counts["sizes"]["files"],
            bytes=counts["sizes"]["bytes"],
            lines=counts["lines"],
            planted=counts["planted"],
        )

    def _write_document(self, plan: Plan) -> None:
        quirks, content, page = build_document(self.planner, plan)
        self.put("site" + plan.path, page.data)
        self._write_files(content)
        row = describe_document(self.planner, content, page, quirks)
        self.line("truth", row)
        self._counts["kinds"][plan.kind] += 1
        self._counts["fates"][row["fate"]] += 1
        self._counts["planted"].update(row["planted"])
        for name, rows in self._side_rows(content, quirks, row):
            self.line(name, rows)

    def _side_rows(
        self, content: Content, quirks: Quirks, row: Row
    ) -> Iterator[tuple[str, Row]]:
        for effect in describe_effects(self.planner, content):
            yield "truth_effects", effect
        for pair in describe_pairs(self.planner, content):
            yield "truth_pairs", pair
        for url in describe_document_urls(self.planner, content, row):
            yield "truth_urls", url
        for route in document_routes(content, quirks):
            yield "routes", route

    def _write_files(self, content: Content) -> None:
        for file in (*content.attachments, *content.images):
            if file.data is not None:
                self.put("site" + file.disk_path, file.data)
        for video in content.videos:
            self.put("site" + video.path, make_video(content.plan.index))


def build_document(planner: Planner, plan: Plan) -> tuple[Quirks, Content, Page]:
    """Return the oddities, the content and the page of one document."""
    quirks = choose_quirks(plan, planner.layout.seed)
    content = start_content(plan, planner.layout.seed, quirks.style)
    write = _FORMS.get(plan.form) or _KINDS[plan.kind]
    write(content, planner)
    return quirks, content, make_page(planner, content, quirks)
