"""What the report tells: plain numbers and examples, gathered by whoever has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contentkit.models import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonFact:
    """Why so many URLs were dropped, quarantined or not fetched; one of them."""

    fate: str
    reason: str
    urls: int
    example: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFact:
    """One legacy column: where it went (`action` is map, merge, drop or None) and the
    fates of its URLs; `name` is None for the URLs of no column."""

    name: str | None
    fates: Mapping[str, int]
    url: str | None = None
    action: str | None = None
    platform: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingExample:
    """One finding on one page; `data` fills the words of its code."""

    url: str
    title: str | None = None
    quote: str | None = None
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFact:
    """All findings of one code, with a few examples."""

    code: str
    count: int
    pages: int
    examples: tuple[FindingExample, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFact:
    """One internal link without a new address, and the page that has it."""

    url: str
    found_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFact:
    """One condition of the export."""

    name: str
    is_ok: bool
    expected: str
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """Everything the report shows, in the order in which it shows it.

    `site_name` and `organization` are for the heading, `made_at` is a time that the
    caller decides on. `fates` counts URLs by fate and `gaps` lists what does not add
    up. `links` and the examples may be samples: `links_total` counts all.
    """

    site_name: str
    base_url: str
    run: str
    bundle: str
    edition: str
    software: str
    made_at: str
    discovered: int
    fates: Mapping[str, int]
    documents: int
    files: int
    bytes: int
    organization: str | None = None
    gaps: tuple[str, ...] = ()
    gates: tuple[GateFact, ...] = ()
    reasons: tuple[ReasonFact, ...] = ()
    columns: tuple[ColumnFact, ...] = ()
    findings: tuple[FindingFact, ...] = ()
    links: tuple[LinkFact, ...] = ()
    links_total: int = 0
