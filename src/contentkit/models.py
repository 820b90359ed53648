"""The frozen values that travel between stages.

Every value here turns into plain JSON (`to_json`) and back (`from_json`), because
workers hand their results over as files and the ledger keeps them as JSON text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as value
from enum import StrEnum
from typing import Any, Self

Json = Any
"""A JSON value: None, bool, int, float, str, list or dict with str keys."""

Document = dict[str, Json]
"""A document in the platform's terms, with exactly the keys of CONTRACT section 5."""


class Severity(StrEnum):
    """How grave a finding is: E, W and I of STANDARDS section 12."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class PageKind(StrEnum):
    """What a fetched page is, decided by extract."""

    ARTICLE = "article"
    LIST = "list"  # a column page: its value is in its links
    HOME = "home"
    STUB = "stub"  # a counter, an include, an empty shell: no page for a reader
    ERROR = "error"  # an error page served as if it were content (soft 404, 502 …)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something an editor or engineer should know about one item.

    `code` is one of `contentkit.findings.CODES`; severity, explanation and remedy
    follow from it. `quote` is the exact text at `start:end` of `field` where the
    finding has a place. `data` holds the values that the explanation names.
    """

    code: str
    field: str | None = None
    quote: str | None = None
    start: int | None = None
    end: int | None = None
    proposal: str | None = None
    data: Mapping[str, Json] = value(default_factory=dict)

    def to_json(self) -> dict[str, Json]:
        """Return the finding as JSON, without empty keys."""
        return {
            name: (dict(part) if name == "data" else part)
            for name in self.__slots__
            if (part := getattr(self, name)) not in (None, {})
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Self:
        """Rebuild a finding from `to_json`."""
        return cls(**data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An attachment or image as the page shows it: `name` is what the reader sees."""

    url: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """One entry of a list page; `date` is ISO 8601 or None."""

    url: str
    title: str
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one page says, untouched; a value that is not on the page is None.

    The public part of it, printed by `extract-page`, is CONTRACT section 6. Dates are
    ISO 8601 with the precision of the page and `+08:00`. `column_path` runs from the
    home page down, without the page's own title; that of a list page ends with the
    list itself. `originals` holds each field's raw text and `origins` where it stood
    (`meta:PubDate`, `header:索引号`, `select:h1.title`, `visible`, `url` …), both by
    field name. `links` are all http(s) links of the page, absolute, in order, without
    repeats.
    """

    kind: PageKind = PageKind.ARTICLE
    title: str | None = None
    subtitle: str | None = None
    published_at: str | None = None
    written_on: str | None = None
    source: str | None = None
    author: str | None = None
    issuer: str | None = None
    index_number: str | None = None
    doc_number: str | None = None
    registry_number: str | None = None
    topic: str | None = None
    genre: str | None = None
    directory: str | None = None
    disclosure: str | None = None
    disclosure_scope: str | None = None
    validity_label: str | None = None
    summary: str | None = None
    column_path: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    body_html: str = ""
    body_text: str = ""
    attachments: tuple[Link, ...] = ()
    images: tuple[Link, ...] = ()
    fields: Mapping[str, str] = value(default_factory=dict)
    encoding: str | None = None
    template: str | None = None
    site_code: str | None = None
    findings: tuple[Finding, ...] = ()
    originals: Mapping[str, str] = value(default_factory=dict)
    origins: Mapping[str, str] = value(default_factory=dict)
    links: tuple[str, ...] = ()
    items: tuple[ListItem, ...] = ()
    next_urls: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Return the record as plain JSON."""
        data: dict[str, Json] = {name: getattr(self, name) for name in self.__slots__}
        data["kind"] = str(self.kind)
        for name in ("column_path", "keywords", "links", "next_urls"):
            data[name] = list(data[name])
        for name in ("fields", "originals", "origins"):
            data[name] = dict(data[name])
        for name in ("attachments", "images"):
            data[name] = [{"name": x.name, "url": x.url} for x in data[name]]
        data["items"] = [
            {"url": x.url, "title": x.title, "date": x.date} for x in self.items
        ]
        data["findings"] = [x.to_json() for x in self.findings]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Self:
        """Rebuild a record from `to_json`."""
        values = dict(data)
        values["kind"] = PageKind(values["kind"])
        for name in ("column_path", "keywords", "links", "next_urls"):
            values[name] = tuple(values[name])
        for name in ("attachments", "images"):
            values[name] = tuple(Link(**x) for x in values[name])
        values["items"] = tuple(ListItem(**x) for x in values["items"])
        values["findings"] = tuple(Finding.from_json(x) for x in values["findings"])
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRef:
    """One capture as later stages see it; the bytes stay in the archive."""

    url: str
    captured_at: str
    sha256: str
    warc: str
    offset: int
    status: int = 200
    media_type: str | None = None
    http_charset: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFact:
    """What the archive knows of a linked file; `sha256` is None if never captured."""

    url: str
    sha256: str | None = None
    bytes: int | None = None
    media_type: str | None = None
    reason: str | None = None  # why it was not captured: http-404, not-captured …


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValue:
    """Provenance of one field of one document: value, original text, origin."""

    field: str
    value: Json
    original: str | None
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageReport:
    """What one run of one stage did, in items; `findings` counts by severity."""

    stage: str
    seen: int = 0
    done: int = 0
    dropped: Mapping[str, int] = value(default_factory=dict)
    failed: int = 0
    findings: Mapping[str, int] = value(default_factory=dict)
    notes: tuple[str, ...] = ()  # one line each, for the person at the terminal

    def to_json(self) -> dict[str, Json]:
        """Return the report as plain JSON."""
        return {
            "stage": self.stage,
            "seen": self.seen,
            "done": self.done,
            "dropped": dict(sorted(self.dropped.items())),
            "failed": self.failed,
            "findings": {str(k): v for k, v in sorted(self.findings.items())},
            "notes": list(self.notes),
        }

    def summary(self) -> str:
        """Return the one log line of a stage."""
        parts = [f"{self.done:,} done"]
        if self.dropped:
            reasons = ", ".join(f"{k} {v:,}" for k, v in sorted(self.dropped.items()))
            parts.append(f"{sum(self.dropped.values()):,} dropped ({reasons})")
        parts.append(f"{self.failed:,} failed")
        parts += [f"{v:,} {k}s" for k, v in sorted(self.findings.items()) if v]
        return f"{self.stage}: {', '.join(parts)}"
