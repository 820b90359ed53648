"""机关代字: where the code of a document number begins in running text.

A code stands behind anything: 按照国办发〔1993〕71号, 的通知穗医保规字〔2019〕4号. It is cut off by
punctuation, by words that no code holds, by attested codes and, last, by what codes are
made of (place letter, body, subject, kind of paper). The word lists are
`doc-codes.csv`, `doc-code-words.csv`, `doc-number-lead-ins.csv` and
`doc-number-lookalikes.csv`.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache

from contentkit.resources import read_codelist

LONGEST_CODE = 12
_ENOUGH = 5  # a wrapped code this short that reads as a whole is not cut at the wrap
_AND = ("和", "同", "并")  # also letters of places
_ENDS = ("号", "》", ")", "〉")  # what comes before was named as a whole
_UNKNOWN = "[一-龥]"


def code_start(
    run: str,
    gaps: Sequence[int] = (),
    *,
    attested: Collection[str] = (),
    before: str | None = "",
) -> int | None:
    """Return where the code at the end of a run of 汉字 begins, None where none does.

    `gaps` are offsets of the run before which the text had white space or a line break;
    `before` is the sign before the run, empty at the start of a text, None where the run
    was cut off within a word.

    >>> code_start("我院以法"), code_start("标准的通知穗医保规字"), code_start("江政办")
    (3, 5, 0)
    """
    cut = after_lead_in(run, "code")
    start = cut or 0
    if (
        run[start : start + 1] in _AND
        and (run[start - 1] if start else before) in _ENDS
    ):
        start += bool(_stands(run[start + 1 :], attested))
    start = _after_gap(run, start, gaps, attested)
    rest = run[start:]
    if not rest:
        return None
    offset = next(_offsets(rest, attested), None)
    is_whole = start > 0 or before is not None
    if offset is None and is_whole and len(rest) <= LONGEST_CODE:
        offset = 0
    return None if offset is None else start + offset


def _offsets(rest: str, attested: Collection[str]) -> Iterator[int]:
    """Yield where a code may begin, the best one first."""
    if is_known(rest, attested):
        yield 0
    yield from (e for e in soft_ends(rest, "code") if is_known(rest[e:], attested))
    inner = range(1, len(rest) - 1)
    yield from (e for e in inner if _scopes().get(rest[e:]) == "central")
    bodies = (e for e in inner if rest[:e].endswith((*_bodies(), "厅", "局", "部")))
    yield from (e for e in bodies if is_known(rest[e:], attested))
    if rest[0] in verbs() and _after_place().fullmatch(rest[1:]):
        yield 1
    if reads(rest) or _strict().match(rest):
        yield 0
    yield from (e for e in inner if is_known(rest[e:], attested))
    places = [e for e in inner if rest[e - 1] in "省市县区旗"]
    places += soft_ends(rest, "code")
    yield from (e for e in places if _after_place().fullmatch(rest[e:]))


def after_lead_in(run: str, before: str) -> int | None:
    """Return the end of the last word that no code (`before="code"`) or issuer holds."""
    match = _hard(before).match(run)
    return match.end() if match else None


def is_known(code: str, attested: Collection[str] = ()) -> bool:
    """Say whether a code is attested or begins with a known place and reads on."""
    return (
        code in attested
        or code in _scopes()
        or (len(code) <= LONGEST_CODE and bool(_strict().fullmatch(code)))
    )


def reads(code: str) -> bool:
    """Say whether a code reads as such behind at most two letters of some place."""
    return len(code) <= LONGEST_CODE and bool(_loose().fullmatch(code))


def names_a_body(code: str, attested: Collection[str] = ()) -> bool:
    """Say whether a code begins as a known one or names a body behind a place's letters."""
    if code in attested or _strict().match(code):
        return True
    return len(code) <= LONGEST_CODE and bool(_loose_body().fullmatch(code))


def names_a_series(code: str, attested: Collection[str] = ()) -> bool:
    """Say whether a code is beyond doubt: attested, or a body's that ends in 发, 函, 字 …"""
    if code in attested or code in _scopes():
        return True
    return code.endswith(_words("series")) and names_a_body(code)


def lookalike(code: str) -> str | None:
    """Return court, case-decision or no-code for what stands in the place of a code.

    >>> lookalike("朝民初字"), lookalike("浙金罚决字"), lookalike("国办发")
    ('court', 'case-decision', None)
    """
    for length in range(min(len(code), _longest_lookalike()), 0, -1):
        kind = _lookalikes().get(code[-length:])
        if kind and (kind != "paper" or length == len(code)):
            return kind
    return None


def misprint_of(code: str) -> str | None:
    """Return what a code with the one misprint that is common stands for: 含 for 函.

    >>> misprint_of("粤办含"), misprint_of("粤办函")
    ('粤办函', None)
    """
    return code[:-1] + "函" if len(code) > 1 and code.endswith("含") else None


def near_codes(code: str, attested: Collection[str]) -> tuple[str, ...]:
    """Return the attested codes that differ from an unattested one in one 汉字.

    The first one is its place and no misprint.
    """
    if len(code) < 3 or code in attested or code in _scopes():
        return ()
    near = (x for x in attested if x[:1] == code[:1] and _is_one_apart(code, x))
    return tuple(sorted(near))


def province_of(code: str) -> str | None:
    """Return the full name of the province whose letter a code begins with.

    >>> province_of("粤府办"), province_of("江政办")
    ('广东省', None)
    """
    return _provinces().get(code[:1]) if is_known(code) else None


@cache
def provinces() -> tuple[str, ...]:
    """Return the full names of the provinces."""
    return tuple(dict.fromkeys(_provinces().values()))


def soft_ends(run: str, before: str) -> Iterator[int]:
    """Yield the ends of words that may stand before a code or be a part of it."""
    for start in range(len(run)):
        for word in _soft(before).get(run[start], ()):
            if run.startswith(word, start) and start + len(word) < len(run):
                yield start + len(word)


def _after_gap(
    run: str, start: int, gaps: Sequence[int], attested: Collection[str]
) -> int:
    whole = run[start:]
    inner = [gap for gap in reversed(gaps) if start < gap < len(run)]
    if not inner or is_known(whole, attested):
        return start
    for gap in inner:
        if gap > start + 1 and is_known(run[gap:], attested):
            return gap
    if len(whole) <= _ENOUGH and reads(whole):
        return start
    return next((g for g in inner if _after_place().fullmatch(run[g:])), start)


def _stands(code: str, attested: Collection[str]) -> bool:
    return is_known(code, attested) or bool(_after_place().fullmatch(code))


def _is_one_apart(code: str, other: str) -> bool:
    return (
        len(code) == len(other)
        and sum(a != b for a, b in zip(code, other, strict=True)) == 1
    )


@cache
def _scopes() -> dict[str, str]:
    return {row["word"]: row["scope"] for row in read_codelist("doc-codes")}


@cache
def _provinces() -> dict[str, str]:
    rows = read_codelist("doc-code-words")
    return {row["word"]: row["name"] for row in rows if row["name"]}


@cache
def _words(role: str) -> tuple[str, ...]:
    return tuple(
        sorted(
            (x["word"] for x in read_codelist("doc-code-words") if x["role"] == role),
            key=lambda word: (-len(word), word),
        )
    )


def _any(*roles: str) -> str:
    return "|".join(re.escape(word) for role in roles for word in _words(role))


@cache
def _strict() -> re.Pattern[str]:
    parts = _any("lead", "body", "subject", "series")
    attested = "|".join(sorted(_scopes(), key=lambda word: (-len(word), word)))
    return re.compile(
        f"(?:(?:{_any('place', 'lead')})(?:{parts})|{attested})(?:{parts}){{0,8}}"
    )


@cache
def _bodies() -> tuple[str, ...]:
    return tuple(row["name"] for row in read_codelist("issuing-bodies"))


@cache
def _loose() -> re.Pattern[str]:
    parts = _any("lead", "body", "subject", "series", "place")
    return re.compile(
        f"(?:{_UNKNOWN}{{0,2}}|{_UNKNOWN}{{1,3}}[区县市旗州])(?:{parts}){{1,8}}"
    )


@cache
def _loose_body() -> re.Pattern[str]:
    parts = _any("lead", "body", "subject", "series")
    return re.compile(
        f"(?:{_UNKNOWN}{{1,2}}|{_UNKNOWN}{{1,3}}[区县市旗州])"
        f"(?:{_any('body')})(?:{parts}){{0,8}}"
    )


@cache
def _after_place() -> re.Pattern[str]:
    """One letter of an unknown place, then what codes are made of."""
    parts = _any("lead", "body", "subject", "series")
    return re.compile(f"(?!{_any('body', 'series')}){_UNKNOWN}(?:{parts}){{1,8}}")


@cache
def _hard(before: str) -> re.Pattern[str]:
    words = [
        row["word"]
        for row in read_codelist("doc-number-lead-ins")
        if row["strength"] == "hard" and row["before"] in {before, "both"}
    ]
    words.sort(key=len, reverse=True)
    return re.compile(f".*(?:{'|'.join(words)})(?=.)", re.DOTALL)


@cache
def verbs() -> frozenset[str]:
    """Return the single 汉字 that are verbs before a name and seldom begin one."""
    rows = read_codelist("doc-number-lead-ins")
    return frozenset(row["word"] for row in rows if row["strength"] == "verb")


@cache
def _soft(before: str) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for row in read_codelist("doc-number-lead-ins"):
        if row["strength"] != "hard" and row["before"] in {before, "both"}:
            word = row["word"]
            table[word[0]] = (*table.get(word[0], ()), word)
    return table


@cache
def _lookalikes() -> dict[str, str]:
    return {
        row["ending"]: row["kind"] for row in read_codelist("doc-number-lookalikes")
    }


@cache
def _longest_lookalike() -> int:
    return max(map(len, _lookalikes()))
