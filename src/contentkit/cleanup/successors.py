"""Documents that others seem to have replaced, or that outlived their term on trial.

REL-SUCCESSOR-HINT, VAL-TRIAL-OVERDUE and VAL-DEFAULT of POLICY section 9: hints for an editor, never
a state.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from contentkit.cleanup.words import threshold
from contentkit.models import Finding, Json
from contentkit.policy.dates import last_day
from contentkit.policy.effect_words import any_of, verbs
from contentkit.policy.models import Validity
from contentkit.policy.titles import cited_title

_TRIAL = "trial"
_ENDED = frozenset({Validity.REPEALED, Validity.LAPSED, Validity.DRAFT})
_NO_FORMAL = frozenset(
    {"amending", "repealing", "supplement", "corrected", "extending"}
)
_NO_DEFAULT = re.compile("规划|批复|任免|任职|免职|条例|令第")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A policy document with its state on the day; `group` is shared by its copies."""

    item: int
    id: str
    title: str
    issuer: str | None
    day: str | None
    validity: str
    effective_on: str | None = None
    expires_on: str | None = None
    doc_number: str | None = None
    group: int | None = None

    @property
    def instrument(self) -> int:
        """Return what all copies of the document share."""
        return self.item if self.group is None else self.group

    @property
    def is_ended(self) -> bool:
        """Tell whether the document is repealed, lapsed or was never more than a draft."""
        return self.validity in _ENDED


def find_successors(
    documents: Sequence[Standing], known: frozenset[tuple[int, int]]
) -> Iterator[tuple[int, Finding]]:
    """Yield REL-SUCCESSOR-HINT on documents in force that have a younger namesake.

    `documents` share one `cited_title` key; `known` are the pairs (younger, older) of
    instruments between which an effect is known. Only acts (办法, 规定 …) of one issuer are
    compared: a notice of the same words comes every year.
    """
    dated = sorted((x for x in documents if x.day), key=lambda x: (x.day or "", x.id))
    for place, older in enumerate(dated):
        if older.is_ended or not _is_act(older.title):
            continue
        for younger in reversed(dated[place + 1 :]):
            if _is_successor(younger, older):
                if (younger.instrument, older.instrument) not in known:
                    yield older.item, _hint(younger)
                break


def check_trial(
    document: Standing, namesakes: Iterable[Standing], *, as_of: str
) -> Iterator[Finding]:
    """Yield VAL-TRIAL-OVERDUE on a document on trial for more than two years.

    Not where the document states its own last day, nor where a younger document of its
    name is held.
    """
    start = document.effective_on or document.day
    if document.is_ended or document.expires_on or not start or start >= as_of:
        return
    if _TRIAL not in cited_title(document.title).standing or _acts(document.title):
        return
    if last_day(start, months=12 * threshold("trial-years")) >= as_of:
        return
    if any(_is_successor(other, document) for other in namesakes):
        return
    data: dict[str, Json] = {"since": start, "subject": "trial"}
    yield Finding(code="VAL-TRIAL-OVERDUE", field="title", data=data)


def check_default(
    document: Standing,
    rows: Iterable[Mapping[str, str]],
    *,
    jurisdiction: str,
    as_of: str,
) -> Iterator[Finding]:
    """Yield VAL-DEFAULT where the rule of a jurisdiction would have ended a document.

    `rows` are those of `validity-defaults.csv`; the first whose words stand in the title
    applies. Not for documents that state a term, nor for those that the rules except.
    """
    start = document.effective_on or document.day
    if document.is_ended or document.expires_on or not start or start >= as_of:
        return
    if _NO_DEFAULT.search(f"{document.title}{document.doc_number or ''}"):
        return
    for row in rows:
        if row["jurisdiction"] != jurisdiction or start < row["since"]:
            continue
        if row["words"] and not re.search(row["words"], document.title):
            continue
        until = last_day(start, months=12 * int(row["years"]))
        if until < as_of:
            data: dict[str, Json] = {
                "rule": row["source"],
                "formula": f"{start} + {row['years']}年 − 1日",
                "expires": until,
                "subject": "default",
            }
            yield Finding(code="VAL-DEFAULT", field="policy.validity", data=data)
        return


def _is_successor(younger: Standing, older: Standing) -> bool:
    """Tell whether a document may stand in the place of an older one of its name."""
    if younger.instrument == older.instrument or younger.is_ended:
        return False
    if not younger.issuer or younger.issuer != older.issuer:
        return False
    if not younger.day or not older.day or younger.day <= older.day:
        return False
    new, old = cited_title(younger.title), cited_title(older.title)
    if _NO_FORMAL & {*new.standing, *old.standing} or new.key != old.key:
        return False
    return _TRIAL not in new.standing or _TRIAL in old.standing


def _hint(younger: Standing) -> Finding:
    data: dict[str, Json] = {
        "title": younger.title,
        "document": younger.id,
        "date": younger.day,
        "subject": younger.id,
    }
    return Finding(code="REL-SUCCESSOR-HINT", field="title", data=data)


def _acts(title: str) -> bool:
    """Tell whether a title is that of a notice on another document: 关于停止执行《…》的通知."""
    return verbs().search(title.partition("《")[0]) is not None


def _is_act(title: str) -> bool:
    return _act().search(cited_title(title).key) is not None


@cache
def _act() -> re.Pattern[str]:
    """Return the pattern of titles of acts, which are replaced; notices are repeated."""
    return re.compile(f"{any_of('act')}$")
