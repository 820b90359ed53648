"""Which of several copies of one document is the authoritative one (POLICY 8).

The maker's own disclosure column > the gazette > the superior or the unified platform >
notices > another body's repost > news; then the copy with number, date and files, then a
page over a file, then the earliest publication. What only the id decides is a tie, for
the editor.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from contentkit.codelists import words
from contentkit.dedupe.facts import Copy, issuer_key
from contentkit.dedupe.titles import read_title
from contentkit.models import Json
from contentkit.resources import read_codelist
from contentkit.text import fold

_ORDER = ("disclosure", "gazette", "superior", "notices", "repost", "news")
_NEVER = "9999"  # sorts after every date
_WEIGHED = ("doc_number", "written_on")
_WANTED = (
    "doc_number",
    "index_number",
    "registry_number",
    "written_on",
    "issuer",
    "effective_on",
    "expires_on",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A value that the authoritative copy lacks and another copy has."""

    field: str
    value: str
    held_by: int

    def to_json(self) -> dict[str, Json]:
        """Return the value and the key of the copy that has it."""
        return {"field": self.field, "value": self.value, "held_by": self.held_by}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The authoritative copy: `ranking` lists keys from the best, each with its reasons.

    `is_tie` says that nothing but the id decides between the first two.
    """

    canonical: int
    ranking: tuple[tuple[int, Mapping[str, Json]], ...]
    missing: tuple[Missing, ...]
    is_tie: bool


def classify(
    *, kind: str, url: str = "", column: Mapping[str, str] | None = None
) -> str:
    """Return the class of the column that a copy stands in.

    `column` is its row in the platform's column tree: name, block, update_class.

    >>> classify(kind="article", column={"name": "政务要闻", "update_class": "news"})
    'news'
    """
    values = {"kind": kind, "url": url, **(column or {})}
    for field, pattern, name in _rows():
        if pattern.search(values.get(field) or ""):
            return name
    return "news"


def choose(copies: Iterable[Copy]) -> Choice:
    """Choose among copies of one document; at least one must be given."""
    ranked = sorted(copies, key=rank)
    best = ranked[0]
    is_tie = len(ranked) > 1 and rank(best)[:-2] == rank(ranked[1])[:-2]
    return Choice(
        canonical=best.key,
        ranking=tuple((copy.key, _reasons(copy)) for copy in ranked),
        missing=tuple(_missing(best, ranked[1:])),
        is_tie=is_tie,
    )


def rank(copy: Copy) -> tuple[int, int, int, int, str, str, int]:
    """Return the sort key of a copy: the smaller, the more authority."""
    held = sum(1 for name in _WEIGHED if getattr(copy, name))
    return (
        _ORDER.index(authority_class(copy)),
        -held,
        -_attachments(copy),
        0 if copy.origin == "html" else 1,
        copy.published_at or _NEVER,
        copy.id,
        copy.key,
    )


def _attachments(copy: Copy) -> int:
    """Return how many attachments are at hand; pictures in the text do not count."""
    return sum(1 for file in copy.files if file.sha256 and not file.is_image)


def authority_class(copy: Copy) -> str:
    """Return the class of a copy: a repost counts as one wherever it stands."""
    name = copy.column_class or classify(kind=copy.kind, url=copy.url)
    if name == "news" or name not in _ORDER:
        return "news"
    return "repost" if _is_of_others(copy) else name


def _is_of_others(copy: Copy) -> bool:
    """Say whether a copy itself says that another body made the text."""
    if read_title(copy.title).is_repost:
        return True
    if (
        not copy.source
        or not copy.issuer
        or fold(copy.source) in words("own-site-names")
    ):
        return False
    source, issuer = issuer_key(copy.source), issuer_key(copy.issuer)
    if not source.endswith(tuple(issuer_key(x) for x in words("organization-endings"))):
        return False
    return not (source.endswith(issuer) or issuer.endswith(source))


@cache
def _rows() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    rows = read_codelist("dedupe-columns")
    return tuple((x["field"], re.compile(x["pattern"]), x["class"]) for x in rows)


def _reasons(copy: Copy) -> dict[str, Json]:
    return {
        "class": authority_class(copy),
        "holds": [name for name in _WEIGHED if getattr(copy, name)],
        "files": _attachments(copy),
        "origin": copy.origin,
        "published_at": copy.published_at,
    }


def _missing(best: Copy, others: Iterable[Copy]) -> Iterable[Missing]:
    found: dict[tuple[str, str], Missing] = {}
    held = {file.sha256 for file in best.files}
    names = {fold(file.name) for file in best.files}
    for copy in others:
        for name in _WANTED:
            value = getattr(copy, name)
            if value and not getattr(best, name):
                found.setdefault(
                    (name, ""), Missing(field=name, value=str(value), held_by=copy.key)
                )
        for file in copy.files:
            if file.sha256 and file.sha256 not in held and fold(file.name) not in names:
                found.setdefault(
                    ("files", file.sha256),
                    Missing(field="files", value=file.name, held_by=copy.key),
                )
    return found.values()
