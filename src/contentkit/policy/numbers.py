"""发文字号: find document numbers in running text, read the one of a field.

The forms are those of `number_forms`, the left edge is found by `number_codes` and
`number_issuers`. Numbers of court cases, index numbers, registry numbers, standards and
issues of gazettes are no document numbers (POLICY 3).
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from contentkit.errors import ParseError
from contentkit.policy.folded import Folded, fold_policy
from contentkit.policy.models import FoundNumber
from contentkit.policy.number_codes import (
    after_lead_in,
    code_start,
    is_known,
    lookalike,
    misprint_of,
    names_a_series,
    province_of,
    reads,
)
from contentkit.policy.number_forms import (
    BEHIND,
    BRACKET,
    DAMAGED,
    FIRST_YEAR,
    LAST_YEAR,
    NEXT,
    NOTICE,
    OLD,
    ORDER,
    TO_SIMPLIFIED,
    bracket_defects,
    part_defects,
    serial_of,
    sign_defects,
    year_of,
)
from contentkit.policy.number_issuers import Issuers, find_issuers

_CODE_RUN, _ISSUER_RUN = 20, 120
_CANONICAL_BRACKET = re.compile("(.+)〔([0-9]{4})〕([0-9]+)号")
_CANONICAL_NAMED = re.compile("(.+(?:令|公告|通告))(?:([0-9]{4})年)?第([0-9]+)号")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocNumber:
    """A document number; `canonical` is made of `code`, `year` and `serial`.

    `form` is bracket, old, order, notice or case-decision; `defects` names what differs
    from the canonical form, in the words of the reading conventions (`has_di` …).
    """

    raw: str
    canonical: str
    form: str
    code: str
    year: int | None
    serial: int
    defects: tuple[str, ...] = ()


def find_doc_numbers(
    folded: Folded, *, attested: Collection[str] = (), place: str | None = None
) -> tuple[FoundNumber, ...]:
    """Return the document numbers of a text in their order, none overlapping another.

    `attested` are codes known from published documents of the site, in addition to the
    packaged ones; `place` (广东省) is where the text comes from and completes 省政府令.

    >>> text = fold_policy("根据国发 [2016]\\n5号和《规定》（国务院令第3号）")
    >>> [number.canonical for number in find_doc_numbers(text)]
    ['国发〔2016〕5号', '国务院令第3号']
    """
    return _find(_Text(folded, attested, place))


def parse_doc_number(text: str) -> DocNumber:
    """Read a field that holds one document number and nothing else.

    Raises `ParseError` for anything else: look-alikes, damaged numbers, misprints.

    >>> parse_doc_number("仑政办 [2020] 第012号").canonical
    '仑政办〔2020〕12号'
    """
    bare = text.strip().strip("\u3000\xa0\u200b").removesuffix("文件")
    folded = fold_policy(bare)
    found = _find(_Text(folded, (), None, is_field=True))
    if len(found) == 1 and found[0].raw == bare.strip() and found[0].canonical:
        number = found[0]
        key = number_key(number.canonical)
        if key and number.kind != "damaged" and "glued_prefix" not in number.defects:
            return DocNumber(
                raw=text,
                canonical=number.canonical,
                form=number.kind,
                code=key[0],
                year=key[1],
                serial=key[2],
                defects=number.defects,
            )
    raise ParseError(text, "a document number (发文字号)")


def find_title_number(title: str) -> DocNumber | None:
    """Return the bracket number that stands at the end of a title, if one does."""
    bare = title.rstrip()
    if bare.endswith((")", "）")) and ("（" in bare or "(" in bare):
        bare = bare[:-1].rstrip()
    if not bare.endswith("号"):
        return None
    found = find_doc_numbers(fold_policy(bare))
    if not found or found[-1].end != len(bare) or found[-1].kind != "bracket":
        return None
    try:
        return parse_doc_number(found[-1].raw)
    except ParseError:
        return None


def number_key(canonical: str) -> tuple[str, int | None, int] | None:
    """Return code, year and serial of a canonical number, None where it is none.

    The code of an order or announcement ends in its word; an order without a year is
    unique only together with its date.

    >>> number_key("国发〔2016〕5号"), number_key("国务院令第3号")
    (('国发', 2016, 5), ('国务院令', None, 3))
    """
    match = _CANONICAL_BRACKET.fullmatch(canonical)
    if match:
        return match[1], int(match[2]), int(match[3])
    match = _CANONICAL_NAMED.fullmatch(canonical)
    if match:
        return match[1], int(match[2]) if match[2] else None, int(match[3])
    return None


def province_of_number(canonical: str) -> str | None:
    """Return the province that a document's own number tells, to complete 省政府令.

    >>> province_of_number("粤府办〔2020〕2号")
    '广东省'
    """
    key = number_key(canonical)
    return province_of(key[0]) if key else None


@dataclass(frozen=True, slots=True)
class _Run:
    """What stands before a number: 汉字, the offsets of gaps between them, its start."""

    text: str
    start: int
    gaps: tuple[int, ...]
    is_whole: bool


class _Text:
    """A folded text in simplified characters, with what is known of it."""

    def __init__(
        self,
        folded: Folded,
        attested: Collection[str],
        place: str | None,
        is_field: bool = False,
    ) -> None:
        self.folded = folded
        self.text = folded.text.translate(TO_SIMPLIFIED)
        self.attested = attested
        self.place = place
        self.is_field = is_field

    def before(self, end: int, longest: int, *, joint: bool = False) -> _Run:
        """Return the run of 汉字 (also 、 where `joint`) that ends at `end`."""
        text, start = self.text, end
        floor = max(0, end - longest)
        while start > floor and _is_han(text[start - 1], joint=joint):
            start -= 1
        start = min(end, start)
        if start == end:
            return _Run("", end, (), True)
        first, last = self.folded.span(start, end)
        gaps: tuple[int, ...] = ()
        if last - first != end - start:
            origins = [self.folded.origin(k) for k in range(start, end)]
            gaps = tuple(
                k for k in range(1, end - start) if origins[k] != origins[k - 1] + 1
            )
        is_whole = start == 0 or not _is_han(text[start - 1], joint=False)
        return _Run(text[start:end], start, gaps, is_whole)

    def found(
        self, start: int, end: int, canonical: str, kind: str, defects: Iterator[str]
    ) -> FoundNumber:
        """Return a number with its place in the original text."""
        first, last = self.folded.span(start, end)
        raw = self.folded.original[first:last]
        told = dict.fromkeys(defects)
        signs = sign_defects(raw, is_joint="joint_issuers" in told)
        return FoundNumber(
            raw=raw,
            canonical=canonical,
            start=first,
            end=last,
            defects=tuple(dict.fromkeys((*told, *signs))),
            kind=kind,
        )


def _is_han(sign: str, *, joint: bool) -> bool:
    return "一" <= sign <= "龥" or (joint and sign == "、")


def _find(text: _Text) -> tuple[FoundNumber, ...]:
    if "号" not in text.text and not any(sign in text.text for sign in "〔[(【〖"):
        return ()
    found = [*_brackets(text), *_olds(text), *_named(text), *_damaged(text)]
    found.sort(key=lambda number: (number.start, -number.end))
    kept: list[FoundNumber] = []
    for number in found:
        if not kept or number.start >= kept[-1].end:
            kept.append(number)
    return tuple(kept)


def _brackets(text: _Text) -> Iterator[FoundNumber]:
    for match in BRACKET.finditer(text.text):
        back = match["back"]
        run = text.before(match.start(), _CODE_RUN)
        if back or (match["di"] and run.text.endswith(("公告", "通告"))):
            number = _bracketed_notice(text, match, back)
            if number:
                yield number
                continue
        start = _code(text, run, match)
        if start is None:
            continue
        end = match.end() - len(back or "")
        more = match["more"]
        first_end = end - len(more) - 1 if more else end
        number = _bracket(text, match, run, start, first_end)
        yield number
        yield from _listed(text, match, number, end)


def _code(text: _Text, run: _Run, match: re.Match[str]) -> int | None:
    """Return where in the run the code begins, None where no code stands there."""
    if not run.text or not _is_possible(match["year"]):
        return None
    if text.is_field:
        if after_lead_in(run.text, "code") or run.start:
            return None
        start: int | None = 0
    else:
        start = code_start(
            run.text, run.gaps, attested=text.attested, is_whole=run.is_whole
        )
    if start is None:
        return None
    code = run.text[start:]
    if lookalike(code) in {"court", "no-code"}:
        return None
    sure = is_known(code, text.attested) or text.is_field
    if not sure and (len(code) == 1 or (match["left"] != "〔" and not reads(code))):
        return None
    return start


def _bracket(
    text: _Text, match: re.Match[str], run: _Run, start: int, end: int
) -> FoundNumber:
    code = run.text[start:]
    year = year_of(match["year"])
    canonical = f"{code}〔{year}〕{serial_of(match['serial'])}号"
    defects = _bracket_parts(text, match, run, start)
    kind = "case-decision" if lookalike(code) == "case-decision" else "bracket"
    number = text.found(run.start + start, end, canonical, kind, defects)
    meant = misprint_of(code)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return replace(number, canonical="", defects=(*number.defects, "year_typo"))
    if meant:
        proposal = canonical.replace(code, meant, 1)
        told = (*number.defects, "suspected_typo")
        return replace(number, canonical="", defects=told, proposal=proposal)
    return number


def _bracket_parts(
    text: _Text, match: re.Match[str], run: _Run, start: int
) -> Iterator[str]:
    place = run.start + start
    if place and _is_han(text.text[place - 1], joint=False):
        yield "glued_prefix"
    groups = match.groupdict()
    left, right = (
        text.folded.quote(match.start(side), match.end(side)) if groups[side] else ""
        for side in ("left", "right")
    )
    yield from bracket_defects(left, right)
    if groups.get("nian"):
        yield "has_nian"
    yield from part_defects(match)


def _listed(
    text: _Text, match: re.Match[str], first: FoundNumber, end: int
) -> Iterator[FoundNumber]:
    """Yield the numbers that share code and year with the one before: 4号、5号."""
    key = number_key(first.canonical)
    if key is None:
        return
    code, year, _ = key
    if match["more"]:
        offset = match.start("more")
        parts = match["more"].replace(",", "、").split("、")[1:]
        for part in parts:
            last = offset + 1 + len(part)
            stop = end if last + 1 == end else last
            canonical = f"{code}〔{year}〕{int(part)}号"
            yield text.found(offset + 1, stop, canonical, first.kind, iter(()))
            offset = last
    follow = NEXT.match(text.text, end)
    while follow:
        if follow["year"]:
            if not _is_possible(follow["year"]):
                return
            year = year_of(follow["year"])
        start = follow.start() + 1
        canonical = f"{code}〔{year}〕{serial_of(follow['serial'])}号"
        defects = part_defects(follow)
        yield text.found(start, follow.end(), canonical, first.kind, defects)
        follow = NEXT.match(text.text, follow.end())


def _bracketed_notice(
    text: _Text, match: re.Match[str], back: str | None
) -> FoundNumber | None:
    """Read 建设部〔2007〕第162号令 and 某局公告〔2018〕第31号."""
    end_of_issuers = match.start()
    word = back
    if word is None:
        end_of_issuers -= 2
        word = text.text[end_of_issuers : match.start()]
    issuers, start = _issuers(text, end_of_issuers)
    if issuers is None or not _is_possible(match["year"]):
        return None
    if not back and not issuers.is_named:
        return None
    kind = "order" if word == "令" else "notice"
    told = [*issuers.defects, "bracketed_year_serial"]
    if back:
        told.append(_BEHIND_DEFECTS[kind])
    told += part_defects(match, may_have_di=True)
    canonical = _named_canonical(issuers, word, match)
    return text.found(start, match.end(), canonical, kind, iter(told))


_BEHIND_DEFECTS = {"order": "serial_before_ling", "notice": "serial_before_gonggao"}


def _named(text: _Text) -> Iterator[FoundNumber]:
    patterns = []
    if "令" in text.text:
        patterns.append(ORDER)
    if "公告" in text.text or "通告" in text.text:
        patterns.append(NOTICE)
    if patterns:
        patterns.append(BEHIND)
    for pattern in patterns:
        for match in pattern.finditer(text.text):
            number = _named_number(text, match, is_behind=pattern is BEHIND)
            if number:
                yield number


def _named_number(
    text: _Text, match: re.Match[str], *, is_behind: bool
) -> FoundNumber | None:
    kind = "order" if match["word"] == "令" else "notice"
    if kind == "notice" and not match["year"] and not match["di"]:
        return None
    issuers, start = _issuers(text, match.start())
    if issuers is None or (match["year"] and not _is_possible(match["year"])):
        return None
    told = list(issuers.defects)
    if is_behind:
        told = [x for x in told if x != "dunhao_separator"]
        told.append(_BEHIND_DEFECTS[kind])
    elif re.search(r"[〔\[(【〖]", match[0]):
        told.append("bracketed_year_serial")
    told += part_defects(match, may_have_di=True)
    canonical = _named_canonical(issuers, match["word"], match)
    return text.found(start, match.end(), canonical, kind, iter(told))


def _issuers(text: _Text, end: int) -> tuple[Issuers | None, int]:
    run = text.before(end, _ISSUER_RUN, joint=True)
    if not run.text:
        return None, end
    found = find_issuers(run.text, run.gaps, attested=text.attested, place=text.place)
    return found, run.start + (found.start if found else 0)


def _named_canonical(issuers: Issuers, word: str, match: re.Match[str]) -> str:
    year = f"{year_of(match['year'])}年" if match["year"] else ""
    return f"{' '.join(issuers.names)}{word}{year}第{serial_of(match['serial'])}号"


def _olds(text: _Text) -> Iterator[FoundNumber]:
    for match in OLD.finditer(text.text):
        code = match["code"]
        known = is_known(code, text.attested)
        if not (code.endswith("字") or (known and match["di"])):
            continue
        if lookalike(code) or not _is_possible(match["year"]):
            continue
        year, serial = year_of(match["year"]), serial_of(match["serial"])
        if year < FIRST_YEAR:
            continue
        sides = (
            text.folded.quote(match.start(side), match.end(side))
            for side in ("left", "right")
        )
        told = ["year_first", *bracket_defects(*sides), *part_defects(match)]
        canonical = f"{code}〔{year}〕{serial}号"
        yield text.found(match.start(), match.end(), canonical, "old", iter(told))


def _damaged(text: _Text) -> Iterator[FoundNumber]:
    """Yield numbers that lost a bracket or 号; the year ends at its fourth digit."""
    if text.is_field:
        return
    for match in DAMAGED.finditer(text.text):
        is_bracketed = bool(match["left"] and match["right"])
        if not (match["left"] or match["right"] or match["hao"]) or (
            is_bracketed and match["hao"]
        ):
            continue
        if match["right"] == "年" and not match["hao"]:
            continue
        run = text.before(match.start(), _CODE_RUN)
        start = code_start(
            run.text, run.gaps, attested=text.attested, is_whole=run.is_whole
        )
        if start is None or not names_a_series(run.text[start:], text.attested):
            continue
        code = run.text[start:]
        if lookalike(code):
            continue
        canonical = f"{code}〔{match['year']}〕{int(match['serial'])}号"
        told = _damaged_parts(text, match, run, start)
        yield text.found(run.start + start, match.end(), canonical, "damaged", told)


def _damaged_parts(
    text: _Text, match: re.Match[str], run: _Run, start: int
) -> Iterator[str]:
    yield from _bracket_parts(text, match, run, start)
    if not match["left"] or match["right"] not in tuple("〕])】〗"):
        yield "lost_bracket"
    if not match["hao"]:
        yield "lost_hao"


def _is_possible(year: str) -> bool:
    """Say whether a year may be meant: 1905 is a misprint, 1234 no year."""
    return not year.isascii() or len(year) == 2 or 1800 <= int(year) <= LAST_YEAR
