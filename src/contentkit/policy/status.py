"""The state of a policy document on a day, from its own clauses and what others did to it.

The order is that of POLICY section 8: draft; ended as a whole; past its stated end; not
yet in force; changed in part; in force by its own clause. Each state has its evidence: a
rule and a quote with its place. What proves nothing (a class, a closed list, a condition)
changes no state. Without evidence the state is unknown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from contentkit.models import Json
from contentkit.policy.models import Clause, Context, EffectType, Scope, Validity
from contentkit.policy.validity import Term, validity_on

_ENDED = {
    EffectType.REPEAL: Validity.REPEALED,
    EffectType.LAPSE: Validity.LAPSED,
    EffectType.STOP: Validity.LAPSED,
}
_PROVES_NOTHING = {Scope.CLASS, Scope.CLOSED_LIST, Scope.CONDITIONAL}
_PROLONGS = {EffectType.EXTEND, EffectType.REPUBLISH, EffectType.KEEP}
_OWN = {
    "effective": "effective-clause",
    "expiry": "expiry-clause",
    "years": "term-clause",
    "trial": "term-clause",
    "extension": "extension-clause",
}
_TERM_KINDS = ("expiry", "years", "trial", "extension")


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """One piece of evidence: `body_text[start:end] == quote` in the named document."""

    document: str
    rule: str
    quote: str
    start: int
    end: int

    def to_json(self) -> dict[str, Json]:
        """Return the evidence as a bundle carries it (CONTRACT section 5)."""
        return {
            "document": self.document,
            "rule": self.rule,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What another document does to this one; `date` is the day of the effect.

    For an extension `until` is the new last day, None where none is stated.
    """

    type: EffectType
    scope: Scope
    date: str | None
    basis: Basis
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state on a day with its evidence; the dates are those that led to it."""

    validity: Validity
    basis: tuple[Basis, ...] = ()
    expires_on: str | None = None
    repealed_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What a document says of itself: id, clauses, their sum, and where it calls itself a
    draft.
    """

    id: str
    term: Term
    clauses: Sequence[Clause] = ()
    is_draft: bool = False
    draft: Basis | None = None


def status_on(
    own: Own, context: Context, incoming: Iterable[Incoming], *, day: str
) -> Status:
    """Return the state of a document on a day (ISO 8601).

    An effect without a day does not count: it is told, not applied.
    """
    if own.is_draft:
        found = (own.draft,) if own.draft else ()
        return Status(
            validity=Validity.DRAFT if found else Validity.UNKNOWN, basis=found
        )
    done = sorted(
        (x for x in incoming if x.date is not None and x.date <= day),
        key=lambda x: (x.date or "", x.basis.document, x.basis.start),
    )
    done = [x for x in done if x.scope not in _PROVES_NOTHING]
    ended = [x for x in done if x.type in _ENDED and x.scope is not Scope.PARTIAL]
    if ended:
        first = ended[0]
        return Status(
            validity=_ENDED[first.type],
            basis=tuple(x.basis for x in ended),
            expires_on=own.term.expires_on,
            repealed_on=first.date,
        )
    return _standing(own, replace(context, as_of=day), done)


def _standing(own: Own, context: Context, done: Sequence[Incoming]) -> Status:
    """Return the state of a document that no other has ended."""
    prolonged = [x for x in done if x.type in _PROLONGS]
    term, more = _prolonged(own.term, prolonged)
    state = validity_on(term, context, is_draft=False)
    basis = (*_evidence(own, state), *more)
    if state in {Validity.LAPSED, Validity.NOT_YET, Validity.UNKNOWN}:
        if state is Validity.UNKNOWN and any(
            x.type is EffectType.KEEP for x in prolonged
        ):
            return Status(
                validity=Validity.IN_FORCE, basis=more, expires_on=term.expires_on
            )
        changed = _changed(done)
        if state is Validity.UNKNOWN and changed is not None:
            return replace(changed, expires_on=term.expires_on)
        known = basis if state is not Validity.UNKNOWN else ()
        return Status(validity=state, basis=known, expires_on=term.expires_on)
    changed = _changed(done)
    if changed is not None:
        joined = (*changed.basis, *basis)
        return replace(changed, basis=joined, expires_on=term.expires_on)
    return Status(validity=state, basis=basis, expires_on=term.expires_on)


def _changed(done: Sequence[Incoming]) -> Status | None:
    """Return the state of a document of which parts were repealed or amended."""
    partial = [x for x in done if x.type in _ENDED and x.scope is Scope.PARTIAL]
    amended = [x for x in done if x.type is EffectType.AMEND]
    if partial:
        found = tuple(x.basis for x in partial)
        return Status(validity=Validity.PARTLY_REPEALED, basis=found)
    if amended:
        found = tuple(x.basis for x in amended)
        return Status(validity=Validity.AMENDED, basis=found)
    return None


def _prolonged(
    term: Term, prolonged: Sequence[Incoming]
) -> tuple[Term, tuple[Basis, ...]]:
    """Return the term as the last extension left it, with the evidence."""
    if not prolonged:
        return term, ()
    last = prolonged[-1]
    is_open = last.until is None and last.type is not EffectType.EXTEND
    if last.until is None and not is_open:
        return term, ()
    changed = replace(term, expires_on=last.until, validity_years=None)
    return changed, tuple(x.basis for x in prolonged)


def _evidence(own: Own, state: Validity) -> tuple[Basis, ...]:
    """Return the clauses of the document itself that a state rests on."""
    kinds: tuple[str, ...] = ("effective", *_TERM_KINDS)
    if state is Validity.NOT_YET:
        kinds = ("effective",)
    return tuple(
        Basis(
            document=own.id,
            rule=_OWN[clause.kind],
            quote=clause.quote,
            start=clause.start,
            end=clause.end,
        )
        for clause in own.clauses
        if clause.kind in kinds
    )
