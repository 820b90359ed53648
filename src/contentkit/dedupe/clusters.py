"""Clusters of copies of one document, from verified pairs and the editors' decisions.

A copy joins a cluster when it is verified against the cluster's authoritative copy, or
has exactly the text of a member, and contradicts no member. Similarity is never passed
on: A near B and B near C say nothing of A and C. Copies are taken in the order of
authority, so that neither the order of the pairs nor that of the copies matters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from contentkit.dedupe.authority import Choice, choose, rank
from contentkit.dedupe.blockers import NEWS_KINDS
from contentkit.dedupe.facts import Copy, issuer_key
from contentkit.dedupe.titles import read_title
from contentkit.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPair:
    """A pair by the keys of its copies: one document (`is_same`), or never one.

    `is_exact`: the compared texts are equal, so that the pair may pass on membership.
    A pair that is neither same nor blocked says nothing.
    """

    a: int
    b: int
    is_same: bool = False
    is_exact: bool = False
    is_blocked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDecision:
    """An editor's answer on a pair; it overrules the judgement of that pair."""

    a: int
    b: int
    is_accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Copies of one document, the authoritative one first, and how it was chosen."""

    members: tuple[int, ...]
    choice: Choice

    @property
    def canonical(self) -> int:
        """The key of the authoritative copy."""
        return self.choice.canonical


def build_clusters(
    copies: Mapping[int, Copy],
    pairs: Iterable[JudgedPair],
    decisions: Iterable[PairDecision] = (),
) -> list[Cluster]:
    """Return the clusters of two or more copies, sorted by their authoritative copies.

    No cluster holds a blocked or rejected pair, nor two copies that state different
    numbers, days of writing, editions or issuers.
    """
    links = _links(copies, pairs, decisions)
    free = set(links.near)
    made: list[Cluster] = []
    for key in sorted(free, key=lambda x: rank(copies[x])):
        if key not in free:
            continue
        members = _gather(copies[key], copies, links, free)
        free.difference_update(members)
        if len(members) > 1:
            choice = choose(copies[x] for x in members)
            ranked = tuple(x for x, _ in choice.ranking)
            made.append(Cluster(members=ranked, choice=choice))
    return made


@dataclass(slots=True)
class _Links:
    """Per copy: whom it is verified against, whom with equal text, whom it may not join."""

    near: dict[int, set[int]] = field(default_factory=dict)
    exact: dict[int, set[int]] = field(default_factory=dict)
    blocked: dict[int, set[int]] = field(default_factory=dict)
    accepted: dict[int, set[int]] = field(default_factory=dict)


def _links(
    copies: Mapping[int, Copy],
    pairs: Iterable[JudgedPair],
    decisions: Iterable[PairDecision],
) -> _Links:
    links = _Links()
    decided = {_ends(x.a, x.b): x.is_accepted for x in decisions}
    for pair in pairs:
        if _ends(pair.a, pair.b) in decided:
            continue
        if pair.is_blocked:
            _tie(links.blocked, pair.a, pair.b)
        elif pair.is_same:
            _tie(links.near, pair.a, pair.b)
            if pair.is_exact:
                _tie(links.exact, pair.a, pair.b)
    for (a, b), is_accepted in sorted(decided.items()):
        if a not in copies or b not in copies:
            continue  # a decision outlives the copies that it was about
        if is_accepted:
            _tie(links.accepted, a, b)
            _tie(links.near, a, b)
            _tie(links.exact, a, b)
        else:
            _tie(links.blocked, a, b)
    return links


def _gather(
    first: Copy, copies: Mapping[int, Copy], links: _Links, free: set[int]
) -> list[int]:
    """Return the copies that join the best one, in the order of authority.

    First those of its very text, then those verified against one of these, then those
    of the very text of any member.
    """
    group = _Group(copies, links)
    group.add(first.key)
    group.spread(links.exact, free)
    near = {x for key in group.members for x in links.near.get(key, ())}
    group.admit(near & free)
    group.spread(links.exact, free)
    return group.members


class _Group:
    """A cluster in the making: its members, what they state, whom they bar."""

    def __init__(self, copies: Mapping[int, Copy], links: _Links) -> None:
        self.members: list[int] = []
        self._copies = copies
        self._links = links
        self._barred: set[int] = set()
        self._stated: dict[str, frozenset[str]] = {}
        self._joined: set[int] = set()

    def add(self, key: int) -> None:
        """Take a copy in; the first value of a field stands for all members."""
        self.members.append(key)
        self._joined.add(key)
        self._barred |= self._links.blocked.get(key, set())
        for name, values in _statements(self._copies[key]):
            self._stated.setdefault(name, values)

    def admit(self, keys: Iterable[int]) -> None:
        """Take in those of the copies that no member contradicts, the best first."""
        for key in sorted(keys, key=lambda x: rank(self._copies[x])):
            if key in self._joined:
                continue
            if key in self._barred or not (self._is_accepted(key) or self._agrees(key)):
                continue
            self.add(key)

    def spread(self, table: Mapping[int, set[int]], free: set[int]) -> None:
        """Take in the neighbors of members, and theirs, until none is left."""
        done = 0
        while done < len(self.members):
            fresh = self.members[done:]
            done = len(self.members)
            self.admit({x for key in fresh for x in table.get(key, ()) if x in free})

    def _is_accepted(self, key: int) -> bool:
        decided = self._links.accepted.get(key, set())
        return not decided.isdisjoint(self._joined)

    def _agrees(self, key: int) -> bool:
        return all(
            _is_compatible(name, known, values)
            for name, values in _statements(self._copies[key])
            if (known := self._stated.get(name))
        )


def _is_compatible(name: str, known: frozenset[str], values: frozenset[str]) -> bool:
    if name != "issuer":
        return not known.isdisjoint(values)
    return any(x.endswith(y) or y.endswith(x) for x in known for y in values)


def _statements(copy: Copy) -> list[tuple[str, frozenset[str]]]:
    title = read_title(copy.title)
    made: dict[str, set[str | None]] = {
        "number": {copy.doc_number_key},
        "registry": {fold(copy.registry_number) if copy.registry_number else None},
        "written": {copy.written_on, copy.signed_on},
        "edition": {" ".join(title.edition) or "-"} if copy.title else set(),
        "effective": {copy.effective_on},
        "draft": {str(title.is_draft)} if copy.title else set(),
    }
    is_maker = copy.kind not in NEWS_KINDS and not title.is_repost
    if is_maker and not copy.doc_number_key and copy.issuer and not copy.signed_by:
        made["issuer"] = {issuer_key(copy.issuer), copy.issuer_code}
    return [
        (name, frozenset(x for x in values if x))
        for name, values in made.items()
        if any(values)
    ]


def _ends(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


def _tie(table: dict[int, set[int]], a: int, b: int) -> None:
    table.setdefault(a, set()).add(b)
    table.setdefault(b, set()).add(a)
