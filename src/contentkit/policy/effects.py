"""What a policy document does to others: repeal, lapse, stop, amend, extend, keep.

A sentence is read from its verbs. A verb that merely speaks of repealing (应当废止, 已废止,
废止的文件, 不停止执行) does nothing; the others reach the documents named before them, or
directly after them, or a class of documents by description. What the document says of
itself (本办法自…起停止执行) is no effect on another one; drafts, interpretations and news
restate what is decided elsewhere and yield nothing (POLICY 2 and 10).
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from contentkit.policy.acts import Act
from contentkit.policy.chains import read_acts
from contentkit.policy.class_effects import Described, read_class
from contentkit.policy.effect_days import act_day, last_day, target_day
from contentkit.policy.effect_words import any_of, of_role, pattern, verbs
from contentkit.policy.folded import Folded
from contentkit.policy.mentions import (
    Mention,
    Names,
    find_mentions,
    find_names,
    mask,
)
from contentkit.policy.models import (
    Clause,
    Context,
    Effect,
    EffectType,
    FoundNumber,
    Scope,
)
from contentkit.policy.own_title import folded_title, is_draft, is_retelling
from contentkit.policy.sentence import Sentence, make_sentence
from contentkit.policy.sentences import sentences
from contentkit.policy.simplified import simplify
from contentkit.policy.tables import Lists, find_lists

_LONGEST_QUOTE = 2000
_LEAD = 120
_NEAR = 80
_MOST_VERBS = 500  # in a sentence; what has more of them is no language
_ARTICLE = re.compile(
    "[^《]{0,40}?(?P<part>第[0-9〇零一二三四五六七八九十百]{1,7}[条款项])"
)
_CHANGE = re.compile("修改|改为|删去|删除|增加")
_SOME_ARTICLES = re.compile("(?:部分|个别|有关)(?:条款|条文|内容|规定)")
_STRENGTH = {EffectType.REPEAL: 3, EffectType.LAPSE: 2, EffectType.STOP: 1}


@dataclass(frozen=True, slots=True)
class _Reader:
    """What holds for all sentences of one text."""

    folded: Folded
    names: Names
    starts_on: str | None
    own_number: str | None
    title: str
    short_names: dict[str, Mention]
    quoted: tuple[tuple[int, int], ...]


def read_effects(
    folded: Folded,
    context: Context,
    numbers: Sequence[FoundNumber],
    clauses: Sequence[Clause],
) -> tuple[Effect, ...]:
    """Return what the text does to other documents, in the order of the text.

    `numbers` are the document numbers found in the same text; `clauses` give the day on
    which the document takes effect, the day of all that it ends at the same time (同时废止).
    """
    folded = simplify(folded)
    text = folded.text
    has_verbs = verbs().search(text) is not None
    if not has_verbs and not _may_list(text):
        return ()
    if _is_restatement(folded, context):
        return ()
    names = find_names(folded, numbers)
    reader = _Reader(
        folded,
        names,
        _effective_on(clauses),
        context.doc_number,
        folded_title(context, folded),
        _short_names(folded, names),
        tuple(_inserted_texts(text)),
    )
    lists = find_lists(folded.original) if _may_list(text) else Lists()
    listed = {effect.type for effect in lists.effects}
    found = [
        effect
        for effect in _read_sentences(reader, lists)
        if effect.scope is not Scope.ANNEX_LIST or effect.type not in listed
    ]
    return _without_repeats([*lists.effects, *found])


def _read_sentences(reader: _Reader, lists: Lists) -> Iterator[Effect]:
    text = reader.folded.text
    before = (0, 0)
    going: Act | None = None  # a list that goes on: 废止：（一）《…》；（二）《…》
    for start, end in sentences(reader.folded):
        goes_on = text.startswith(";", start - 1)
        last, before = before, (start, end)
        if not verbs().search(text, start, end):
            going = going if goes_on else None
            if going:
                yield from _read_item(reader, going, start, end)
            continue
        going = None
        if lists.covers(reader.folded.origin(start)):
            continue
        sentence = _sentence(reader, start, end)
        if sentence is None:
            continue
        acts = [
            x for x in read_acts(sentence) if not _is_within(reader, start + x.start)
        ]
        if acts and acts[-1].is_open:
            going = acts[-1]
        lead = text[max(last[0], start - _LEAD) : start] if goes_on else ""
        yield from _read_acts(reader, sentence, acts, lead)


def _sentence(reader: _Reader, start: int, end: int) -> Sentence | None:
    """Return a sentence that may act, None for one that has its verbs in titles only."""
    text = reader.folded.text
    mentions = find_mentions(reader.folded, start, end, reader.names)
    masked = mask(text, start, end, mentions)
    found = sum(1 for _ in islice(verbs().finditer(masked), _MOST_VERBS))
    if not 0 < found < _MOST_VERBS or _news().search(masked):
        return None
    return make_sentence(start, masked, mentions)


def _read_acts(
    reader: _Reader, sentence: Sentence, acts: Sequence[Act], before: str
) -> Iterator[Effect]:
    since = 0
    for act in acts:
        described = None
        if not act.targets:
            described = read_class(sentence.text, act, since=since, before=before)
        if described:
            yield _effect(reader, sentence, act, described)
        if described or act.targets:
            since = act.end
    for act, at, part in _strongest(acts):
        yield from _named(reader, sentence, act, at, part)
    for act in acts:
        if act.rest and act.targets:
            yield _unnamed_rest(reader, sentence, act)


_ITEM = re.compile("[(]?[0-9一二三四五六七八九十]{1,3}[)、.]?$")


def _read_item(reader: _Reader, act: Act, start: int, end: int) -> Iterator[Effect]:
    """Yield the effect on the document that an item of a list is, the item its evidence."""
    text = reader.folded.text
    mentions = find_mentions(reader.folded, start, end, reader.names)[:1]
    for mention in mentions:
        if not mention.title or not _ITEM.fullmatch(text[start : mention.start]):
            continue
        item = make_sentence(start, mask(text, start, end, mentions), mentions)
        place = mention.end - start
        own = replace(act, start=place, end=place, condition=None)
        yield from _named(reader, item, own, 0, item.parts[0].text)


def _strongest(acts: Iterable[Act]) -> Iterator[tuple[Act, int, str | None]]:
    """Yield each target once for each kind of act, with the act that says the most.

    A document that is repealed and no longer applied is repealed; one that is amended
    and published anew is amended.
    """
    chosen: dict[tuple[int, str | None, str], tuple[Act, int, str | None]] = {}
    for act in acts:
        strength = _STRENGTH.get(act.type, 0)
        for at, part in zip(act.targets, act.parts, strict=True):
            key = (at, part, "end" if strength else str(act.type))
            known = chosen.get(key)
            if known is None or strength > _STRENGTH.get(known[0].type, 0):
                chosen[key] = (act, at, part)
    amended = {at for act, at, _ in chosen.values() if act.type is EffectType.AMEND}
    for act, at, part in chosen.values():
        if act.type is not EffectType.REPUBLISH or at not in amended:
            yield act, at, part


def _named(
    reader: _Reader, sentence: Sentence, act: Act, at: int, part: str | None
) -> Iterator[Effect]:
    mention = sentence.mentions[at]
    if mention.number and mention.number == reader.own_number:
        return
    full = reader.short_names.get(mention.title or "", mention)
    first, last = sentence.spans[at]
    last = max(last, sentence.parts[at].end if part else last)
    until = last_day(sentence.text, act) if act.type is EffectType.EXTEND else None
    span = (min(first, act.start), max(last, act.end, until.end if until else 0))
    if span[1] - span[0] > _LONGEST_QUOTE:
        span = (first, last)
    if act.type is EffectType.AMEND and not part:
        part = _amended_part(reader, sentence.start + act.end)
    scope = Scope.PARTIAL if part else Scope.WHOLE
    if act.condition and not (
        act.condition in of_role("runout") and _day(reader, sentence, act)
    ):
        scope = Scope.CONDITIONAL
    made = _effect(reader, sentence, act, Described(scope, part, *span))
    yield replace(
        made,
        title=full.title or None,
        doc_number=mention.number or full.number,
        target_date=target_day(sentence, at),
    )


def _day(reader: _Reader, sentence: Sentence, act: Act) -> str | None:
    return act_day(sentence.text, act, reader.starts_on)


def _amended_part(reader: _Reader, place: int) -> str | None:
    """Return which part an amendment changes, by what follows it or by the title."""
    text = reader.folded.text
    match = _ARTICLE.match(text, place, place + _NEAR)
    if match and _CHANGE.search(text, match.end(), match.end() + _NEAR):
        return match["part"]
    match = _SOME_ARTICLES.search(reader.title)
    return match[0] if match else None


def _unnamed_rest(reader: _Reader, sentence: Sentence, act: Act) -> Effect:
    """Return the effect on the documents that 等…件 counts and nobody names."""
    last = sentence.spans[act.targets[-1]][1]
    end = max(act.end, last + len(act.rest or ""))
    annexed = re.search("附件|目录|清单|名单|附后", sentence.text[last : end + 40])
    scope = Scope.ANNEX_LIST if annexed else Scope.CLASS
    found = Described(scope, act.rest, min(last, act.start), end)
    return _effect(reader, sentence, act, found)


def _effect(reader: _Reader, sentence: Sentence, act: Act, found: Described) -> Effect:
    first, last = sentence.start + found.start, sentence.start + found.end
    detail = found.detail
    start, end = reader.folded.span(first, last)
    if (detail and "\x01" in detail) or (detail and "\x02" in detail):
        detail = reader.folded.text[first:last]
    return Effect(
        type=act.type,
        title=None,
        doc_number=None,
        scope=found.scope,
        date=_day(reader, sentence, act),
        quote=reader.folded.original[start:end],
        start=start,
        end=end,
        detail=detail,
    )


def _effective_on(clauses: Iterable[Clause]) -> str | None:
    return next((c.date for c in clauses if c.kind == "effective" and c.date), None)


def _is_restatement(folded: Folded, context: Context) -> bool:
    """Tell whether the text is a draft or speaks of a document decided elsewhere."""
    title = folded_title(context, folded)
    return is_retelling(title) or is_draft(title, folded, context)


def _short_names(folded: Folded, names: Names) -> dict[str, Mention]:
    if "称" not in folded.text:
        return {}
    mentions = find_mentions(folded, 0, len(folded.text), names)
    return {m.short: m for m in mentions if m.short and m.title}


_LISTS = ("目录", "清单", "名单", "下列", "以下", "如下", "文件", "规章")


def _may_list(text: str) -> bool:
    return (
        any(word in text for word in _LISTS)
        and pattern("verb", "kept").search(text) is not None
    )


@cache
def _news() -> re.Pattern[str]:
    return re.compile(f"(?<![0-9一二三四五六七八九十]){any_of('news')}")


@cache
def _insertion() -> re.Pattern[str]:
    return re.compile("(?:改为|表述为|作为[^“”。]{0,20}|增加[^“”。]{0,40}|如下):?“")


def _inserted_texts(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches that a document puts into another one: 修改为“…”."""
    if "“" not in text:
        return
    done = 0
    while match := _insertion().search(text, done):
        end = text.find("”", match.end())
        if end < 0:
            return
        yield match.end(), end
        done = end


def _is_within(reader: _Reader, place: int) -> bool:
    at = bisect_right(reader.quoted, (place, len(reader.folded.text))) - 1
    return at >= 0 and place < reader.quoted[at][1]


def _without_repeats(found: Iterable[Effect]) -> tuple[Effect, ...]:
    """Return each effect once, in the order of the text.

    Of several mentions of one target the first with a day is kept, and one with the
    document number stands for those without.
    """
    ordered = sorted(found, key=lambda x: (x.start, x.end, x.title or ""))
    numbers: dict[tuple[object, ...], list[str]] = {}
    for effect in ordered:
        known = numbers.setdefault(_what(effect), [])
        if effect.doc_number and effect.doc_number not in known:
            known.append(effect.doc_number)
    kept: dict[tuple[object, ...], Effect] = {}
    for effect in ordered:
        known = numbers[_what(effect)]
        number = effect.doc_number or (known[0] if len(known) == 1 else None)
        key = (*_what(effect), number)
        before = kept.get(key)
        if before is None or _says(effect) > _says(before):
            kept[key] = effect
    return tuple(sorted(kept.values(), key=lambda x: (x.start, x.end, x.title or "")))


def _what(effect: Effect) -> tuple[object, ...]:
    is_named = effect.title is not None or effect.doc_number is not None
    place = None if is_named else effect.start
    return effect.type, effect.title, effect.scope, effect.detail, place


def _says(effect: Effect) -> tuple[bool, bool]:
    return effect.doc_number is not None, effect.date is not None
