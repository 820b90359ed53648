"""Rules on the whole site: empty and stale columns, statutory items, repeated numbers.

All of them work on `SiteFacts`, counts that the caller takes from its documents.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from contentkit.codelists import load_codelist
from contentkit.models import Finding, Json
from contentkit.resources import read_codelist


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFacts:
    """What a platform column holds: its own valid documents, not those below it.

    `last_published` is the newest `published_at`; `filled` counts documents by field
    with a value (neither null, empty text nor empty list).
    """

    documents: int
    last_published: str | None = None
    filled: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmappedColumn:
    """A legacy column without a rule: its name, its articles, one of them."""

    name: str
    documents: int
    sample_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """Counts over the documents that an export would carry.

    `as_of` is the day against which columns are stale: the day of the last capture.
    `columns` are by platform code, without those that hold nothing; `filled` counts
    documents by field with a value; a field inside an object is `policy.effective_on`.
    `findings` counts findings by code, over all pages; `article20` documents by item.
    """

    as_of: str
    documents: int
    filled: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[str, ColumnFacts] = field(default_factory=dict)
    unmapped: tuple[UnmappedColumn, ...] = ()
    findings: Mapping[str, int] = field(default_factory=dict)
    article20: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article20Row:
    """One statutory item of the coverage matrix, with the columns that serve it."""

    code: str
    name: str
    level: str
    documents: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How long columns of a class may stay without update; so many of a group are a veto.

    Group `b` counts the stale columns of all classes, group `c` the empty ones.
    """

    days: int
    veto_group: str
    veto_count: int


def article20_matrix(
    facts: SiteFacts, *, levels: Iterable[str] = ("all", "county")
) -> list[Article20Row]:
    """Return every statutory item of the levels with its documents and columns."""
    wanted = frozenset(levels)
    serving: dict[str, list[str]] = {}
    for term in load_codelist("platform-columns").terms.values():
        for code in term.row["article20"].split():
            serving.setdefault(code, []).append(term.code)
    return [
        Article20Row(
            code=term.code,
            name=term.name,
            level=term.row["level"],
            documents=facts.article20.get(term.code, 0),
            columns=tuple(serving.get(term.code, ())),
        )
        for term in load_codelist("article20").terms.values()
        if term.row["level"] in wanted
    ]


def check_article20(facts: SiteFacts) -> Iterator[Finding]:
    """Yield CLS-03 for every statutory item of a county without a document."""
    for row in article20_matrix(facts):
        if not row.documents:
            data = {"item": row.code, "name": row.name}
            yield Finding(code="CLS-03", field="article20", data=data)


def check_columns(facts: SiteFacts) -> Iterator[Finding]:
    """Yield COL-01 for empty columns, COL-02 for stale ones, `columns-veto` for many.

    A column whose columns below hold documents is not empty, and it is as fresh as the
    freshest of them.
    """
    newest = _newest(facts)
    today = date.fromisoformat(facts.as_of[:10])
    counts: dict[str, int] = {}
    for term in load_codelist("platform-columns").terms.values():
        last, update_class = newest.get(term.code), term.row["update_class"]
        data: dict[str, Json] = {"column": term.code, "name": term.name}
        if last is None:
            yield Finding(code="COL-01", field="column", data=data)
            update_class = "empty"
        else:
            window = update_windows().get(update_class)
            if not window or (today - date.fromisoformat(last)).days <= window.days:
                continue
            data |= {"last": last, "days": window.days}
            yield Finding(code="COL-02", field="column", data=data)
        counts[update_class] = counts.get(update_class, 0) + 1
    yield from _vetoes(counts)


def _vetoes(counts: Mapping[str, int]) -> Iterator[Finding]:
    """Yield the vetoes that empty and stale columns add up to, one a group."""
    stale = sum(count for name, count in counts.items() if name != "empty")
    told: set[str] = set()
    for window in update_windows().values():
        group = window.veto_group
        members = [n for n, w in update_windows().items() if w.veto_group == group]
        count = stale if group == "b" else sum(counts.get(n, 0) for n in members)
        if group in told or count < window.veto_count:
            continue
        told.add(group)
        kinds = ("空白栏目", "empty") if group == "c" else ("逾期未更新栏目", "stale")
        yield Finding(
            code="columns-veto",
            field="column",
            data={
                "kind": kinds[0],
                "kind_en": kinds[1],
                "count": count,
                "limit": window.veto_count,
            },
        )


def check_repeated_numbers(
    numbers: Iterable[tuple[str, str]],
) -> Iterator[tuple[str, Finding]]:
    """Yield document id and IDX-06 for every document that shares its index number.

    `numbers` are pairs of index number and document id, sorted by number.
    """
    group: list[str] = []
    current = ""
    for number, document in (*numbers, ("", "")):
        if number != current:
            if len(group) > 1:
                yield from _repeated(current, group)
            group, current = [], number
        group.append(document)


def _repeated(number: str, documents: list[str]) -> Iterator[tuple[str, Finding]]:
    for document in documents:
        others = [other for other in documents if other != document]
        yield (
            document,
            Finding(
                code="IDX-06",
                field="index_number",
                quote=number,
                data={"number": number, "count": len(documents), "others": others[:20]},
            ),
        )


def _newest(facts: SiteFacts) -> dict[str, str]:
    """Return the newest day of each column that holds something, with those below it."""
    terms = load_codelist("platform-columns").terms
    newest: dict[str, str] = {}
    for code, column in sorted(facts.columns.items()):
        if not column.documents or not column.last_published:
            continue
        day = column.last_published[:10]
        place: str | None = code
        while place is not None and place in terms:
            newest[place] = max(newest.get(place, ""), day)
            place = terms[place].parent
    return newest


@cache
def update_windows() -> dict[str, Window]:
    """Return the windows of update by class of column (codelists/update-windows.csv)."""
    return {
        row["update_class"]: Window(
            days=int(row["days"]),
            veto_group=row["veto_group"],
            veto_count=int(row["veto_count"]),
        )
        for row in read_codelist("update-windows")
    }
