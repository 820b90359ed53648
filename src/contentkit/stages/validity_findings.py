"""What an editor is told of the state of a policy document (VAL-* of POLICY 9)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Protocol

from contentkit.codelists import load_codelist
from contentkit.models import Document, Finding, Json
from contentkit.policy.models import EffectType, Scope, Validity
from contentkit.policy.status import Incoming, Status
from contentkit.policy.validity import Term

_SOON = timedelta(days=183)  # half a year, as POLICY 9 has it
_NOTICE = timedelta(days=30)  # as 规章制定程序条例 has it for rules
_ENDS = {EffectType.REPEAL, EffectType.LAPSE, EffectType.STOP}
_VERBS = {
    EffectType.REPEAL: "废止",
    EffectType.LAPSE: "宣布失效",
    EffectType.STOP: "停止执行",
}
_GONE = {"repealed", "lapsed"}
_STATE = ("有效性", "validity")
_FIELDS = {
    "effective_on": ("施行日期", "entry into force"),
    "expires_on": ("失效日期", "last day in force"),
}


class Other(Protocol):
    """Another document's effect, with its title."""

    @property
    def title(self) -> str:
        """The title of the document that has the effect."""

    @property
    def effect(self) -> Incoming:
        """What it does."""


def validity_findings(
    document: Document,
    term: Term,
    status: Status,
    others: Sequence[Other],
    *,
    as_of: str,
) -> Iterator[Finding]:
    """Yield what the page does not say, or says otherwise, on a day."""
    stated = (document.get("policy") or {}).get("validity", "unknown")
    applied = [x for x in others if x.effect.date and x.effect.date <= as_of]
    if status.validity in (Validity.REPEALED, Validity.LAPSED) and status.repealed_on:
        if stated not in _GONE:
            yield _ended(status, applied)
    elif status.validity is Validity.LAPSED and stated not in _GONE:
        yield _expired(document, term, status, stated)
    elif status.validity is Validity.IN_FORCE and stated in _GONE:
        name = load_codelist("validity")[stated].name
        yield _mismatch(_STATE, name, load_codelist("validity")["in-force"].name, "")
    yield from _coming(term, status, stated, as_of)
    yield from _hasty(document, term)
    yield from _changed(applied, stated)
    yield from _disagreeing(document, term)


def _ended(status: Status, applied: Sequence[Other]) -> Finding:
    first = next(
        x
        for x in applied
        if x.effect.type in _ENDS and x.effect.basis == status.basis[0]
    )
    basis = first.effect.basis
    data: dict[str, Json] = {
        "title": first.title,
        "verb": _VERBS[first.effect.type],
        "date": status.repealed_on,
        "document": basis.document,
        "evidence": basis.quote,
        "evidence_span": [basis.start, basis.end],
        "subject": "validity",
    }
    proposal = str(status.validity)
    return Finding(
        code="VAL-REPEALED", field="policy.validity", proposal=proposal, data=data
    )


def _expired(document: Document, term: Term, status: Status, stated: str) -> Finding:
    is_open = stated == Validity.UNKNOWN
    name = load_codelist("validity")[stated].name
    data: dict[str, Json] = {
        "expires": status.expires_on,
        "label": "页面未标注失效" if is_open else f"页面仍标注为“{name}”",
        "label_en": "not labeled lapsed" if is_open else f"still labeled {stated}",
        "formula": _formula(term),
        "document": document["id"],
        "subject": "validity",
    }
    if status.basis:
        data["evidence"] = status.basis[-1].quote
        data["evidence_span"] = [status.basis[-1].start, status.basis[-1].end]
    return Finding(
        code="VAL-EXPIRED", field="policy.validity", proposal="lapsed", data=data
    )


def _formula(term: Term) -> str:
    if term.effective_on and term.validity_years:
        return f"{term.effective_on} + {term.validity_years}年 − 1日"
    return ""


def _coming(term: Term, status: Status, stated: str, as_of: str) -> Iterator[Finding]:
    if status.validity is Validity.NOT_YET and stated != Validity.NOT_YET:
        data: dict[str, Json] = {
            "effective": term.effective_on or "",
            "subject": "start",
        }
        yield Finding(
            code="VAL-NOT-YET", field="policy.validity", proposal="not-yet", data=data
        )
    ends = status.expires_on
    if ends is None or status.validity not in (
        Validity.IN_FORCE,
        Validity.AMENDED,
        Validity.PARTLY_REPEALED,
    ):
        return
    if date.fromisoformat(ends) - date.fromisoformat(as_of) <= _SOON:
        data = {"expires": ends, "subject": "end"}
        yield Finding(code="VAL-EXPIRING", field="policy.expires_on", data=data)


def _hasty(document: Document, term: Term) -> Iterator[Finding]:
    """Yield a normative document that is in force less than 30 days after publication."""
    published, starts = (document.get("published_at") or "")[:10], term.effective_on
    if not (document.get("registry_number") and published and starts):
        return
    apart = date.fromisoformat(starts) - date.fromisoformat(published)
    if timedelta(0) <= apart < _NOTICE:
        data: dict[str, Json] = {
            "published": published,
            "effective": starts,
            "subject": "notice",
        }
        yield Finding(code="DAT-LT30", field="policy.effective_on", data=data)


def _changed(applied: Sequence[Other], stated: str) -> Iterator[Finding]:
    for other in applied:
        effect = other.effect
        data: dict[str, Json] = {
            "title": other.title,
            "document": effect.basis.document,
            "evidence": effect.basis.quote,
            "evidence_span": [effect.basis.start, effect.basis.end],
            "subject": f"{effect.type} {effect.basis.document}",
        }
        is_part = effect.type in _ENDS and effect.scope is Scope.PARTIAL
        if is_part or effect.type is EffectType.AMEND:
            state = "partly-repealed" if is_part else "amended"
            if stated != state:
                yield Finding(
                    code="VAL-PARTIAL",
                    field="policy.validity",
                    proposal=state,
                    data=data,
                )
        elif effect.type is EffectType.EXTEND and effect.until:
            yield Finding(
                code="VAL-EXTENDED",
                field="policy.expires_on",
                proposal=effect.until,
                data={**data, "until": effect.until},
            )


def _disagreeing(document: Document, term: Term) -> Iterator[Finding]:
    """Yield stated dates that are more than a day from the computed ones."""
    policy = document.get("policy") or {}
    for name, label in _FIELDS.items():
        stated, computed = policy.get(name), getattr(term, name)
        if not stated or not computed:
            continue
        apart = date.fromisoformat(stated) - date.fromisoformat(computed)
        if abs(apart.days) > 1:
            formula = _formula(term) if name == "expires_on" else ""
            yield _mismatch(label, stated, computed, formula)


def _mismatch(
    field: tuple[str, str], stated: str, computed: str, formula: str
) -> Finding:
    return Finding(
        code="VAL-META-MISMATCH",
        field="policy",
        data={
            "field": field[0],
            "field_en": field[1],
            "stated": stated,
            "computed": computed,
            "how": f"（{formula}）" if formula else "",
            "how_en": f" ({formula})" if formula else "",
            "subject": field[0],
        },
    )
