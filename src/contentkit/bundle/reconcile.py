"""Prove that every discovered URL has one fate and the bundle holds what fates promise.

BND-01; the form of the proof is `schemas/formats/reconciliation.json`.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contentkit.bundle.layout import FORMAT_VERSION
from contentkit.bundle.view import BundleView
from contentkit.models import Json


class Fate(StrEnum):
    """What became of one discovered URL (CONTRACT section 4)."""

    MIGRATED = "migrated"
    MERGED = "merged"
    COLUMN = "column"
    ASSET = "asset"
    DROPPED = "dropped"
    QUARANTINED = "quarantined"
    NOT_FETCHED = "not-fetched"


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlFate:
    """One discovered URL as the ledger has it.

    `column` is the key of the legacy column. `target` is a document id (migrated,
    merged), a platform column code (column) or a sha256 (asset); `reason` is a code
    (dropped, quarantined, not-fetched).
    """

    url: str
    fate: str | None
    column: str | None = None
    reason: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing that does not add up; `url` is None for an item without any URL."""

    problem: str
    url: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The proof: totals by fate, by reason, by legacy column, and every gap."""

    discovered: int
    fates: Mapping[str, int]
    reasons: Mapping[tuple[str, str], int]
    columns: Mapping[str | None, Mapping[str, int]]
    documents: int
    platform_columns: int
    files: int
    gaps: tuple[Gap, ...]

    @property
    def is_whole(self) -> bool:
        """True if nothing is unaccounted for."""
        return not self.gaps

    def to_json(self) -> dict[str, Json]:
        """Return data/reports/reconciliation.json."""
        return {
            "format_version": FORMAT_VERSION,
            "is_whole": self.is_whole,
            "discovered": self.discovered,
            "fates": _all_fates(self.fates),
            "reasons": [
                {"fate": fate, "reason": reason, "urls": urls}
                for (fate, reason), urls in sorted(self.reasons.items())
            ],
            "columns": [
                {
                    "column": key,
                    "discovered": sum(counts.values()),
                    "fates": _all_fates(counts),
                }
                for key, counts in sorted(self.columns.items(), key=_column_order)
            ],
            "bundle": {
                "documents": self.documents,
                "columns": self.platform_columns,
                "files": self.files,
            },
            "gaps": [
                {"problem": gap.problem, "target": gap.target, "url": gap.url}
                for gap in self.gaps
            ],
        }


def reconcile(urls: Iterable[UrlFate], bundle: BundleView) -> Reconciliation:
    """Compare all discovered URLs, sorted by URL, with what the bundle holds.

    Every URL needs one known fate with its target or reason; every target must be in
    the bundle; every document needs exactly one migrated URL, every file at least one
    asset URL. Columns may be empty and have no URL, so only the promised ones are
    looked for. Raises `ValueError` if the URLs do not come sorted.
    """
    count = _Count(bundle)
    last = ""
    for item in urls:
        if item.url < last:
            raise ValueError(f"{item.url} does not come after {last}")
        if item.url == last:
            count.gaps.append(Gap(problem="url-twice", url=item.url))
        last = item.url
        count.add(item)
    count.gaps.extend(count.unexplained())
    return Reconciliation(
        discovered=count.discovered,
        fates=count.fates,
        reasons=count.reasons,
        columns=count.columns,
        documents=len(bundle.documents),
        platform_columns=len(bundle.columns),
        files=len(bundle.files),
        gaps=tuple(count.gaps),
    )


class _Count:
    """The running totals, and one flag for each document and file that is promised."""

    def __init__(self, bundle: BundleView) -> None:
        self._bundle = bundle
        self._documents = bytearray(len(bundle.documents))
        self._files = bytearray(len(bundle.files))
        self.discovered = 0
        self.fates: Counter[str] = Counter()
        self.reasons: Counter[tuple[str, str]] = Counter()
        self.columns: dict[str | None, Counter[str]] = {}
        self.gaps: list[Gap] = []

    def add(self, item: UrlFate) -> None:
        self.discovered += 1
        if item.fate not in _FATES:
            kind = "no-fate" if item.fate is None else "unknown-fate"
            self.gaps.append(Gap(problem=kind, url=item.url, target=item.fate))
            return
        self.fates[item.fate] += 1
        self.columns.setdefault(item.column, Counter())[item.fate] += 1
        if item.reason is not None:
            self.reasons[item.fate, item.reason] += 1
        problem = self._problem(item)
        if problem is not None:
            self.gaps.append(Gap(problem=problem, url=item.url, target=item.target))

    def unexplained(self) -> Iterator[Gap]:
        for index, is_promised in enumerate(self._documents):
            if not is_promised:
                identity = str(uuid.UUID(bytes=self._bundle.documents.at(index)))
                yield Gap(problem="document-unexplained", target=identity)
        for index, is_promised in enumerate(self._files):
            if not is_promised:
                sha256 = self._bundle.files.at(index).hex()
                yield Gap(problem="file-unexplained", target=sha256)

    def _problem(self, item: UrlFate) -> str | None:
        if item.fate in _WITH_REASON:
            return None if item.reason else "no-reason"
        if not item.target:
            return "no-target"
        if item.fate == Fate.COLUMN:
            known = item.target in self._bundle.columns
            return None if known else "column-missing"
        if item.fate == Fate.ASSET:
            return self._file_problem(item.target)
        return self._document_problem(item)

    def _file_problem(self, sha256: str) -> str | None:
        index = self._bundle.files.index(_key(sha256))
        if index is None:
            return "file-missing"
        self._files[index] = 1
        return None

    def _document_problem(self, item: UrlFate) -> str | None:
        index = self._bundle.documents.index(_key(item.target or ""))
        if index is None:
            return "document-missing"
        if item.fate == Fate.MIGRATED:
            if self._documents[index]:
                return "document-twice"
            self._documents[index] = 1
        return None


_FATES = frozenset(map(str, Fate))
_WITH_REASON = frozenset({Fate.DROPPED, Fate.QUARANTINED, Fate.NOT_FETCHED})


def _key(target: str) -> bytes:
    """Return the bytes of an id or hash; what is neither is in no bundle."""
    try:
        return bytes.fromhex(target.replace("-", ""))
    except ValueError:
        return b""


def _all_fates(counts: Mapping[str, int]) -> dict[str, int]:
    return {str(fate): counts.get(str(fate), 0) for fate in Fate}


def _column_order(item: tuple[str | None, object]) -> tuple[bool, str]:
    return (item[0] is not None, item[0] or "")
