"""Clean-up rules on expressions: EXP-OLDNAME, EXP-TYPO, EXP-SEVERE (POLICY 6, 9).

In the text every place is told, up to a bound: what an editor accepts is put in there. In
the title a word is told once, with the whole title as it should be. The packaged list of severe expressions is told by validation
(TXT-02); EXP-SEVERE tells what the agency's own list adds to it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from contentkit.cleanup.phrases import (
    Phrase,
    is_quoted,
    phrase_of,
    places,
    sentence_at,
)
from contentkit.expressions import Expression
from contentkit.models import Document, Finding
from contentkit.policy.numbers import number_key
from contentkit.resources import read_codelist, read_lookup
from contentkit.validate.fields import text_of

_FIELDS = ("title", "body_text")
_MOST_PLACES = 200  # of one word in one field that are looked at
_MOST_TOLD = 20
_FORMER = re.compile("(?:原|前|旧)[\u4e00-\u9fff]{0,10}[（(“]?$")
_FORMER_REACH = 12
# A sentence that tells what an agency was or became names it as it was called then.
_TELLS_HISTORY = re.compile(
    "历任|曾任|时任|先后任|任职|参加工作|更名|改名|改称|合并|组建|撤销|不再保留|前身|划入|划转"
    "|并入|整合|机构改革|撤市设区|撤县设|改制|历史|命名|授予|评为|荣获|获评"
)
_ACT = re.compile("(?:法|条例|规定|办法|细则|规则)(?:[（(][^（()）]{1,20}[)）])?$")
_NUMBERED = re.compile("令|公告(?:20[0-9]{2}年)?第")  # an act of the agency as it was
_YEAR = re.compile("(?<![0-9])((?:19|20)[0-9]{2})(?=年|[〕\\]）)-./])")


def check_expressions(
    document: Document, severe: Sequence[Expression] = ()
) -> Iterator[Finding]:
    """Yield old names, confusable words and the severe expressions of an agency's list."""
    day = text_of(document, "written_on") or text_of(document, "published_at")
    for field in _FIELDS:
        text = text_of(document, field)
        signs = frozenset(text)
        yield from _typos(document, field, signs, day[:10])
        yield from _severe(field, text, severe)
        if day:
            yield from _old_names(document, field, signs, day[:10])


def _typos(
    document: Document, field: str, signs: frozenset[str], day: str
) -> Iterator[Finding]:
    """Yield confusable words; an act keeps the older form in which it was adopted."""
    text = text_of(document, field)
    is_act = bool(_ACT.search(text_of(document, "title")))
    for phrase in _within(signs, _confusables()):
        if day < phrase.since or (phrase.since and is_act):
            continue
        starts = [
            x
            for x in _some_places(text, phrase)
            if not is_quoted(text, x, marks="《〈")
        ]
        yield from _told("EXP-TYPO", (field, text), phrase, starts)


def _old_names(
    document: Document, field: str, signs: frozenset[str], day: str
) -> Iterator[Finding]:
    text = text_of(document, field)
    taken: list[tuple[int, int]] = []  # a longer name holds shorter ones
    for phrase in _names_out_of_use(signs, day):
        starts = [
            start
            for start in _some_places(text, phrase)
            if not any(a <= start < b for a, b in taken)
        ]
        taken += [(start, start + len(phrase.old)) for start in starts]
        if not starts or _is_older(document, phrase.since):
            continue
        starts = [x for x in starts if not _is_historic(text, x, phrase)]
        yield from _told("EXP-OLDNAME", (field, text), phrase, starts)


def _is_older(document: Document, since: str) -> bool:
    """Tell whether a document was written before a day, whatever its dates say.

    A page put up later shows its age by its number, or by naming no later year.
    """
    year = int(since[:4])
    key = number_key(text_of(document, "doc_number"))
    if key and key[1] is not None and key[1] < year:
        return True
    years = _YEAR.findall(text_of(document, "title") + text_of(document, "body_text"))
    return bool(years) and int(max(years)) < year


def _is_historic(text: str, start: int, phrase: Phrase) -> bool:
    """Tell whether a name is quoted, called former, or stands in an account of the past."""
    if is_quoted(text, start) or _NUMBERED.match(text, start + len(phrase.old)):
        return True
    if _FORMER.search(text[max(0, start - _FORMER_REACH) : start]):
        return True
    sentence = sentence_at(text, start, start + len(phrase.old))
    if _TELLS_HISTORY.search(sentence) or any(x in sentence for x in phrase.new):
        return True
    return any(year < phrase.since[:4] for year in _YEAR.findall(sentence))


def _severe(field: str, text: str, severe: Sequence[Expression]) -> Iterator[Finding]:
    for entry in severe:
        start = text.find(entry.text)
        while start >= 0:
            if not any(_covers(text, start, entry.text, x) for x in entry.unless):
                yield Finding(
                    code="EXP-SEVERE",
                    field=field,
                    quote=entry.text,
                    start=start,
                    end=start + len(entry.text),
                    data={"text": entry.text, "why": entry.why},
                )
                break
            start = text.find(entry.text, start + 1)


def _covers(text: str, start: int, word: str, whole: str) -> bool:
    """Tell whether the word at `start` is a part of the longer, right expression."""
    within = whole.find(word)
    return within >= 0 and text.startswith(whole, max(0, start - within))


def _some_places(text: str, phrase: Phrase) -> Iterator[int]:
    for count, start in enumerate(places(text, phrase)):
        if count == _MOST_PLACES:
            return
        yield start


def _told(
    code: str, where: tuple[str, str], phrase: Phrase, starts: Sequence[int]
) -> Iterator[Finding]:
    """Yield the places of a word; where its new form varies there is no proposal."""
    field, text = where
    data = {"text": phrase.old, "new": "或".join(phrase.new), "count": len(starts)}
    if code == "EXP-OLDNAME":
        data["date"] = phrase.since
    proposal = phrase.new[0] if len(phrase.new) == 1 else None
    if field == "title":
        starts = starts[:1]
        if proposal:
            proposal = text.replace(phrase.old, proposal)
    for start in starts[:_MOST_TOLD]:
        yield Finding(
            code=code,
            field=field,
            quote=phrase.old,
            start=start,
            end=start + len(phrase.old),
            proposal=proposal,
            data=data,
        )


def _within(
    signs: frozenset[str], table: dict[str, tuple[Phrase, ...]]
) -> list[Phrase]:
    """Return the phrases of which a text has every sign, in a fixed order."""
    found = [
        phrase
        for first in signs & table.keys()
        for phrase in table[first]
        if signs.issuperset(phrase.old)
    ]
    return sorted(found, key=lambda x: (-len(x.old), x.old, x.since))


def _names_out_of_use(signs: frozenset[str], day: str) -> list[Phrase]:
    """Return the last renaming before a day of each name, longer names first."""
    known = [x for x in _within(signs, _renamed()) if x.since <= day]
    return list({phrase.old: phrase for phrase in known}.values())


@cache
def _confusables() -> dict[str, tuple[Phrase, ...]]:
    return _by_first_sign(phrase_of(row) for row in read_codelist("confusables"))


@cache
def _renamed() -> dict[str, tuple[Phrase, ...]]:
    return _by_first_sign(
        phrase_of(row)
        for table in ("renamed-agencies", "renamed-places")
        for row in read_lookup(table)
    )


def _by_first_sign(phrases: Iterable[Phrase]) -> dict[str, tuple[Phrase, ...]]:
    table: dict[str, tuple[Phrase, ...]] = {}
    for phrase in phrases:
        first = phrase.old[0]
        table[first] = (*table.get(first, ()), phrase)
    return table
