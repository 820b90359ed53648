"""Which source of a field counts when a page says it more than once.

The order, unless the profile states another one:

    published_at    select, meta, visible, header, url
    title           select, meta, visible, header, url
    all others      select, header, visible, meta, url, list

`select` is a selector of the profile; `header` the disclosure header table; `visible`
the line below the title and what stands unlabeled; `meta` the tags of the page's head;
`url` the address. The national rule makes the tags ArticleTitle and PubDate the stated
title and date of an article (国办发〔2017〕47号), so they lead where they have a value; a
date of another source that agrees but is more precise replaces the value, and so does
one that is twelve hours later (templates print `hh` for `HH`). A title cut off with an
ellipsis gives way to the whole one that begins the same. Sources that
disagree are a finding: META-04 for titles, `url-date-differs` for the address (which
often holds the day of an earlier migration), `source-disagreement` for all others.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from contentkit.models import Finding
from contentkit.text import fold

DEFAULT_ORDER = ("select", "header", "visible", "meta", "url", "list")
ORDERS: Mapping[str, tuple[str, ...]] = {
    "published_at": ("select", "meta", "visible", "header", "url"),
    "title": ("select", "meta", "visible", "header", "url"),
}
_NAMES = (
    "title published_at written_on source author issuer index_number doc_number"
    " registry_number topic validity_label"
)
_MINUTE = len("2018-06-26T18:08")
_COMPARED = frozenset(_NAMES.split())


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says: `kind` as in the order, `origin` as in a record."""

    kind: str
    origin: str
    value: str
    original: str


@dataclass(slots=True)
class Claims:
    """What the sources of a page say, by field, in the order of reading."""

    by_field: dict[str, list[Claim]] = field(default_factory=dict)

    def add(self, name: str, claim: Claim) -> None:
        """Note what a source says about a field."""
        self.by_field.setdefault(name, []).append(claim)

    def has(self, name: str, *kinds: str) -> bool:
        """Say whether one of these kinds of sources says something about a field."""
        return any(claim.kind in kinds for claim in self.by_field.get(name, ()))


@dataclass(slots=True)
class Chosen:
    """The values that count, with original text and origin, by field."""

    values: dict[str, str] = field(default_factory=dict)
    originals: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def drop(self, name: str) -> None:
        """Forget a field."""
        for part in (self.values, self.originals, self.origins):
            part.pop(name, None)


def choose(claims: Claims, order: Mapping[str, Sequence[str]]) -> Chosen:
    """Return one value a field by the stated order, with findings on disagreement."""
    chosen = Chosen()
    for name, found in claims.by_field.items():
        winner = found[0]
        if len(found) > 1:
            ranks = order.get(name) or ORDERS.get(name, DEFAULT_ORDER)
            ranked = sorted(found, key=lambda claim: _rank(claim, ranks))
            winner = _winner(name, ranked)
            if name in _COMPARED:
                chosen.findings.extend(_disagreements(name, winner, ranked))
        chosen.values[name] = winner.value
        chosen.originals[name] = winner.original
        chosen.origins[name] = winner.origin
    return chosen


def _winner(name: str, ranked: Sequence[Claim]) -> Claim:
    """Return the first claim, or the fuller one that says the same."""
    if name in {"published_at", "written_on"}:
        return _in_24_hours(_most_precise(ranked[0], ranked), ranked)
    return _uncut(ranked[0], ranked) if name == "title" else ranked[0]


def _rank(claim: Claim, ranks: Sequence[str]) -> int:
    return ranks.index(claim.kind) if claim.kind in ranks else len(ranks)


def _most_precise(winner: Claim, claims: Sequence[Claim]) -> Claim:
    """Return the claim of the same date that tells more of the time."""
    best = winner
    for claim in claims:
        is_longer = len(claim.value) > len(best.value)
        if is_longer and claim.value.startswith(best.value[:16]):
            best = claim
    return best


def _in_24_hours(winner: Claim, claims: Sequence[Claim]) -> Claim:
    """Return the afternoon time of which the winner is the 12-hour form."""
    for claim in claims:
        if len(claim.value) < _MINUTE or winner.value[:10] != claim.value[:10]:
            continue
        hour, other = winner.value[11:13], claim.value[11:13]
        if (
            hour
            and int(other) == int(hour) + 12
            and (claim.value[13:_MINUTE] == winner.value[13:_MINUTE])
        ):
            return claim
    return winner


def _uncut(winner: Claim, claims: Sequence[Claim]) -> Claim:
    """Return the whole title of which the winner is the beginning and an ellipsis."""
    bare = winner.value.rstrip(".…")
    if bare == winner.value:
        return winner
    whole = (c for c in claims if c.value.startswith(bare) and c.value != winner.value)
    return next(whole, winner)


def _disagreements(
    name: str, winner: Claim, claims: Sequence[Claim]
) -> Iterator[Finding]:
    told = {_comparable(name, winner.value)}
    for claim in claims:
        value = _comparable(name, claim.value)
        if value in told:
            continue
        told.add(value)
        code = "source-disagreement"
        if name == "title":
            code = "META-04"
        elif claim.kind == "url":
            code = "url-date-differs"
        yield Finding(
            code=code,
            field=name,
            quote=claim.original,
            data={
                "chosen": winner.original,
                "chosen_origin": winner.origin,
                "other": claim.original,
                "other_origin": claim.origin,
            },
        )


def _comparable(name: str, value: str) -> str:
    return value[:10] if name in {"published_at", "written_on"} else fold(value)
