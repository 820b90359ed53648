"""What the report tells, as plain values; gathered by `report_queries`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

OPEN = frozenset({"open", "reopened", "unsure"})
"""Decisions of a finding that still waits for an editor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """So many URLs of a legacy column that went by a platform column to a fate.

    `legacy` and `platform` are names, or None for URLs of no column.
    """

    legacy: str | None
    platform: str | None
    fate: str
    urls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YearState:
    """Policy documents of one year: ended in it, in force or unknown at its end."""

    year: int
    in_force: int
    unknown: int
    repealed: int
    lapsed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All findings of one code: how many, on how many pages, how many to decide."""

    code: str
    count: int
    pages: int
    to_decide: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One finding as a worklist shows it."""

    code: str
    decision: str
    url: str
    title: str
    column: str
    issuer: str
    told: str
    quote: str
    proposal: str
    field: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One policy document of the graph; `day` may be empty."""

    id: str
    title: str
    doc_number: str
    issuer: str
    day: str
    validity: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What one document did to another (ids), and the words that say so."""

    source: str
    target: str
    type: str
    day: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One host: its URLs, bytes, and the seconds between two fetches of a live harvest."""

    host: str
    urls: int
    captured: int
    failed: int
    bytes: int
    interval: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfetched:
    """One URL that gave nothing, why, and a page that has it."""

    url: str
    reason: str
    found_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the report shows.

    `fates` counts URLs by fate, `""` those of none yet. `years` counts valid documents by
    (year, platform column), `items` by (statutory item, year), `pairs` duplicates by two
    legacy columns, `filled` valid documents by stated field; year 0 is no date.
    `undated` policy documents could not be placed in a year.
    """

    site: str
    base_url: str
    software: str
    captured: str
    as_of: str
    discovered: int
    fates: Mapping[str, int]
    documents: int
    decided: int
    flows: tuple[Flow, ...] = ()
    years: Mapping[tuple[int, str], int] = field(default_factory=dict)
    items: Mapping[tuple[str, int], int] = field(default_factory=dict)
    validity: tuple[YearState, ...] = ()
    undated: int = 0
    pairs: Mapping[tuple[str, str], int] = field(default_factory=dict)
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    groups: tuple[Group, ...] = ()
    rows: tuple[Row, ...] = ()
    reasons: tuple[tuple[str, str, int, str], ...] = ()
    hosts: tuple[Host, ...] = ()
    unfetched: tuple[Unfetched, ...] = ()
    filled: Mapping[str, int] = field(default_factory=dict)

    @property
    def to_decide(self) -> int:
        """Errors and warnings that nobody has settled."""
        return sum(group.to_decide for group in self.groups)
