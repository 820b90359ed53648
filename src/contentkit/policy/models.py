"""What a reading of a policy text is made of; offsets count in the text as given."""

from dataclasses import dataclass, field
from enum import StrEnum

from contentkit.models import Finding, Json


class EffectType(StrEnum):
    """What one document does to another, in the words of CONTRACT section 7."""

    REPEAL = "repeal"  # 废止, 即行废止, 予以废止, 一律废止
    LAPSE = "lapse"  # 宣布失效, 自动失效
    STOP = "stop"  # 停止执行, 不再执行, 不再适用
    AMEND = "amend"  # 修改为, 删去, 增加
    EXTEND = "extend"  # 有效期延长至, 调整至, 延续
    REPUBLISH = "republish"  # 重新发布
    KEEP = "keep"  # 继续有效, 予以保留


class Scope(StrEnum):
    """How much of the target an effect reaches."""

    WHOLE = "whole"
    PARTIAL = "partial"
    CLASS = "class"  # a class of documents by description, none named
    ANNEX_LIST = "annex-list"  # the targets stand in an attachment
    CLOSED_LIST = "closed-list"  # all that a list does not name (反向清单)
    CONDITIONAL = "conditional"


class Validity(StrEnum):
    """The state of a policy document on a day (CONTRACT section 5)."""

    IN_FORCE = "in-force"
    NOT_YET = "not-yet"
    AMENDED = "amended"
    PARTLY_REPEALED = "partly-repealed"
    REPEALED = "repealed"
    LAPSED = "lapsed"
    DRAFT = "draft"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundNumber:
    """A document number in a text: `text[start:end] == raw`.

    `canonical` is empty where only an editor can say what was meant (含 for 函, a year
    before the republic); `proposal` is then what it may have been. `kind` is bracket,
    old, order, notice, damaged (sign lost, `canonical` is the likely reading) or
    case-decision, which has the shape of a document number and names no policy document.
    """

    raw: str
    canonical: str
    start: int
    end: int
    defects: tuple[str, ...] = ()
    kind: str = "bracket"
    proposal: str | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the number as `read-policy` prints it."""
        return {
            "raw": self.raw,
            "canonical": self.canonical or None,
            "start": self.start,
            "end": self.end,
            "defects": list(self.defects),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveRule:
    """An entry into force by an event instead of a date: 自印发之日起30日后."""

    anchor: str  # as worded: 印发之日, 发布之日, 公布之日, 国务院批准之日 …
    offset_days: int = 0

    def to_json(self) -> dict[str, Json]:
        """Return the rule as `read-policy` prints it."""
        return {"anchor": self.anchor, "offset_days": self.offset_days}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause on the validity of the text it stands in.

    `kind` is effective, effective-part, expiry, years, trial, conditional, extension or
    application; `date` is ISO 8601 where the clause states or implies one.
    """

    kind: str
    quote: str
    start: int
    end: int
    date: str | None = None
    rule: EffectiveRule | None = None
    years: int | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the clause as `read-policy` prints it, without empty keys."""
        made: dict[str, Json] = {
            "kind": self.kind,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
        }
        if self.date:
            made["date"] = self.date
        if self.rule:
            made["rule"] = self.rule.to_json()
        if self.years:
            made["years"] = self.years
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One document acts on another: the target as quoted, the evidence with its place.

    `title` is exactly what stands within 《》; `doc_number` is canonical. `date` is the
    day of the effect (repeal, lapse, stop, amend) or the new last day (extend). `target_date`
    identifies a target that is named by its date only; `detail` holds the part, class
    or condition in the words of the text.
    """

    type: EffectType
    title: str | None
    doc_number: str | None
    scope: Scope
    date: str | None
    quote: str
    start: int
    end: int
    target_date: str | None = None
    detail: str | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the effect as `read-policy` prints it."""
        made: dict[str, Json] = {
            "type": str(self.type),
            "title": self.title,
            "doc_number": self.doc_number,
            "scope": str(self.scope),
            "date": self.date,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
        }
        if self.target_date:
            made["target_date"] = self.target_date
        if self.detail:
            made["detail"] = self.detail
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of the document around a text; every part may be missing."""

    title: str | None = None
    doc_number: str | None = None
    written_on: str | None = None
    published_on: str | None = None
    as_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that one policy text says (CONTRACT section 7)."""

    doc_numbers: tuple[FoundNumber, ...] = ()
    effective_on: str | None = None
    effective_rule: EffectiveRule | None = None
    expires_on: str | None = None
    validity_years: int | None = None
    clauses: tuple[Clause, ...] = ()
    effects: tuple[Effect, ...] = ()
    is_draft: bool = False
    validity: Validity = Validity.UNKNOWN
    findings: tuple[Finding, ...] = field(default=())

    def to_json(self) -> dict[str, Json]:
        """Return the reading as `read-policy` prints it, without the id of its text."""
        rule = self.effective_rule
        return {
            "doc_numbers": [number.to_json() for number in self.doc_numbers],
            "effective_on": self.effective_on,
            "effective_rule": rule.to_json() if rule else None,
            "expires_on": self.expires_on,
            "validity_years": self.validity_years,
            "clauses": [clause.to_json() for clause in self.clauses],
            "effects": [effect.to_json() for effect in self.effects],
            "is_draft": self.is_draft,
            "validity": str(self.validity),
            "findings": [finding.to_json() for finding in self.findings],
        }
