"""What a policy text says of its own validity: entry into force, term, end, condition.

    effective    本办法自2020年1月1日起施行 · 自印发之日起30日后施行
    years/trial  有效期5年 · 试行期为一年
    expiry       有效期至2025年12月31日 · 执行至… · 自…起自动失效
    extension    有效期延长至…, of the document itself
    conditional  国家出台新规定后，本通知自动失效
    effective-part, application   articles or standards with days of their own

A sentence is read from left to right; every clause begins where the one before ended.
Sentences without one of the words of validity are not looked at.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from contentkit.errors import ParseError
from contentkit.policy.clause_words import OWN, any_of
from contentkit.policy.dates import last_day
from contentkit.policy.folded import Folded, fold_policy
from contentkit.policy.models import Clause, Context
from contentkit.policy.own_title import folded_title, is_retelling
from contentkit.policy.sentence_clauses import read_sentence
from contentkit.policy.sentence_state import Said
from contentkit.policy.sentences import sentences
from contentkit.policy.simplified import simplify
from contentkit.policy.speaker import Scene, make_scene

TERMS = ("years", "trial")
"""Kinds of clauses that state a length."""

_WRAPPERS = ("通知", "公告", "通告", "令", "决定", "函", "批复")
_GENRE_END = re.compile(
    f"({any_of('genre')})(?:[(【][^()【】]{{0,40}}[)】])*[》〉]?(?:的(?:通知|公告|决定|通告|函|批复))?$"
)

_GIVES_OUT = re.compile(
    "现予|现公布|现发布|现颁布|现印发|现将|予以公布|予以发布|重新发布|重新印发|重新公布"
)
_GIVING = re.compile("印发|公布|发布|颁布|颁发|下发")
_HIDDEN_TITLE = re.compile("《■+》")
_GIVEN_WINDOW = 200


def read_clauses(folded: Folded, context: Context) -> tuple[Clause, ...]:
    """Return the clauses on the validity of the text's own document, in their order.

    A page that tells of another document, an interpretation, has none.
    """
    folded = simplify(folded)
    if not _trigger().search(folded.text):
        return ()
    title = folded_title(context, folded)
    if title and is_retelling(title):
        return ()
    scene = make_scene(folded, [title])
    scene = replace(scene, own=(*scene.own, *_given_out(scene)))
    said: list[Said] = []
    previous = -1
    spans = sentences(folded)
    for number, (begin, end) in enumerate(spans):
        if not _trigger().search(scene.text, begin, end):
            continue
        follows = number == 0 or previous == number - 1
        found = read_sentence(scene, begin, end, follows=follows)
        if found:
            said += found
            previous = number
    return _with_dates(said, title)


def effective_of(
    clauses: Sequence[Clause], title: str
) -> tuple[Clause | None, tuple[Clause, ...]]:
    """Return the clause that states when the document enters into force.

    A notice and the document it carries may each state one: that of the instrument in
    the title counts, else that of the document carried. Where two of equal right
    differ there is none; they are returned as the second value.
    """
    candidates = [clause for clause in clauses if clause.kind == "effective"]
    if len(candidates) < 2:
        return (candidates[0] if candidates else None), ()
    best = max(_rank(clause, title) for clause in candidates)
    chosen = [clause for clause in candidates if _rank(clause, title) == best]
    dated = [clause for clause in chosen if clause.date] or chosen
    values = {(clause.date, clause.rule) for clause in dated}
    return (dated[0], ()) if len(values) == 1 else (None, tuple(dated))


def _rank(clause: Clause, title: str) -> int:
    named = _own().match(simplify(fold_policy(clause.quote)).text)
    if named is None:
        return 1
    genre = _GENRE_END.search(title)
    if genre and named[0].endswith(genre[1]):
        return 3
    return 0 if named[0].endswith(_WRAPPERS) else 2


def _with_dates(said: Sequence[Said], title: str) -> tuple[Clause, ...]:
    """Set the last day of each term whose document enters into force on a known day."""
    begin, _ = effective_of([item.clause for item in said], title)
    first = begin.date if begin else None
    return tuple(
        replace(item.clause, date=_last(first, item))
        if first and item.clause.kind in TERMS
        else item.clause
        for item in said
    )


def _last(first: str, item: Said) -> str | None:
    try:
        return last_day(first, months=item.length.months, days=item.length.days)
    except ParseError:
        return None


def _given_out(scene: Scene) -> list[str]:
    """Return the titles that the text gives out: 现将《…》印发给你们."""
    text = scene.text
    found = []
    for match in _GIVES_OUT.finditer(text):
        stop = text.find("。", match.end())
        end = min(stop if stop >= 0 else len(text), match.end() + _GIVEN_WINDOW)
        begin = max(
            text.rfind("。", 0, match.start()) + 1, match.start() - _GIVEN_WINDOW
        )
        around = text[begin:end]
        title = _HIDDEN_TITLE.search(around)
        if title and _GIVING.search(around) and "转发" not in around:
            span = slice(begin + title.start() + 1, begin + title.end() - 1)
            found.append(scene.folded.text[span])
    return found


@cache
def _own() -> re.Pattern[str]:
    return re.compile(OWN)


@cache
def _trigger() -> re.Pattern[str]:
    verbs = any_of("start", "start-own", "lapse", "term", "term-after", "until")
    return re.compile(verbs)
