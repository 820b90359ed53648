"""Read each form of document number at every place of a text where it stands."""

import re
from collections.abc import Iterator
from dataclasses import replace

from contentkit.policy.models import FoundNumber
from contentkit.policy.number_codes import (
    after_lead_in,
    code_start,
    is_known,
    lookalike,
    misprint_of,
    names_a_body,
    names_a_series,
    reads,
)
from contentkit.policy.number_forms import (
    BEHIND,
    BRACKET,
    DAMAGED,
    FIRST_YEAR,
    IS_SERIES,
    LAST_YEAR,
    NEXT,
    NOTICE,
    OLD,
    ORDER,
    bracket_defects,
    number_key,
    part_defects,
    serial_of,
    year_of,
)
from contentkit.policy.number_issuers import Issuers, find_issuers
from contentkit.policy.number_runs import NumberText, Run, is_han

_CODE_RUN, _ISSUER_RUN = 20, 120
_SURE_ENDS = ("发", "函", "字", "规")
_BEHIND_DEFECTS = {"order": "serial_before_ling", "notice": "serial_before_gonggao"}


def read_brackets(text: NumberText) -> Iterator[FoundNumber]:
    """Yield 国办发〔2016〕5号, each number of a list, and orders of this shape."""
    for match in BRACKET.finditer(text.text):
        back = match["back"]
        run = text.before(match.start(), _CODE_RUN)
        if back or run.text.endswith(("令", "公告", "通告") if match["di"] else "令"):
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


def _code(text: NumberText, run: Run, match: re.Match[str]) -> int | None:
    """Return where in the run the code begins, None where no code stands there."""
    if not run.text or not _is_possible(match["year"]):
        return None
    if text.is_field:
        if after_lead_in(run.text, "code") or run.start:
            return None
        start: int | None = 0
    else:
        start = code_start(
            run.text, run.gaps, attested=text.attested, before=run.before
        )
    if start is None or not _is_code(text, run.text[start:], match["left"]):
        return None
    return start


def _is_code(text: NumberText, code: str, left: str) -> bool:
    if lookalike(code) in {"court", "no-code", "paper"}:
        return False
    if text.is_field or is_known(code, text.attested):
        return True
    if len(code) == 1 or "第" in code:
        return False
    if left == "(":  # holds years elsewhere too: 第一批（2019）2号
        return names_a_body(code) or (code.endswith(_SURE_ENDS) and reads(code))
    return left == "〔" or names_a_body(code) or reads(code)


def _bracket(
    text: NumberText, match: re.Match[str], run: Run, start: int, end: int
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
    text: NumberText, match: re.Match[str], run: Run, start: int
) -> Iterator[str]:
    place = run.start + start
    if place and is_han(text.text[place - 1]):
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
    text: NumberText, match: re.Match[str], first: FoundNumber, end: int
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
            yield text.found(offset + 1, stop, canonical, first.kind, ())
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
    text: NumberText, match: re.Match[str], back: str | None
) -> FoundNumber | None:
    """Read 建设部〔2007〕第162号令 and 某局公告〔2018〕第31号."""
    end_of_issuers = match.start()
    word = back
    if word is None:
        end_of_issuers -= 1 if text.text[match.start() - 1] == "令" else 2
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
    return text.found(start, match.end(), canonical, kind, told)


def read_named(text: NumberText) -> Iterator[FoundNumber]:
    """Yield orders and announcements: 国务院令第3号, 财政部2019年第14号公告."""
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
    text: NumberText, match: re.Match[str], *, is_behind: bool
) -> FoundNumber | None:
    kind = "order" if match["word"] == "令" else "notice"
    if kind == "notice" and not match["year"] and not match["di"]:
        return None
    issuers, start = _issuers(text, match.start())
    if issuers is None or (match["year"] and not _is_possible(match["year"])):
        return None
    if IS_SERIES.fullmatch(match[0]):
        return _notice_series(text, match, issuers, start)
    told = list(issuers.defects)
    if is_behind:
        told = [x for x in told if x != "dunhao_separator"]
        told.append(_BEHIND_DEFECTS[kind])
    elif re.search(r"[〔\[(【〖]", match[0]):
        told.append("bracketed_year_serial")
    told += part_defects(match, may_have_di=True)
    canonical = _named_canonical(issuers, match["word"], match)
    return text.found(start, match.end(), canonical, kind, told)


def _notice_series(
    text: NumberText, match: re.Match[str], issuers: Issuers, start: int
) -> FoundNumber:
    """Read 证监会公告〔2020〕3号, a bracket number whose code is a name in full."""
    year_at = match.start("year")
    sides = (year_at - 1, match.end("year"))
    told = [
        *issuers.defects,
        *bracket_defects(*(text.folded.quote(k, k + 1) for k in sides)),
        *part_defects(match),
    ]
    code = f"{' '.join(issuers.names)}{match['word']}"
    canonical = f"{code}〔{match['year']}〕{serial_of(match['serial'])}号"
    return text.found(start, match.end(), canonical, "bracket", told)


def _issuers(text: NumberText, end: int) -> tuple[Issuers | None, int]:
    run = text.before(end, _ISSUER_RUN, joint=True)
    if not run.text:
        return None, end
    found = find_issuers(run.text, run.gaps, attested=text.attested, place=text.place)
    return found, run.start + (found.start if found else 0)


def _named_canonical(issuers: Issuers, word: str, match: re.Match[str]) -> str:
    year = f"{year_of(match['year'])}年" if match["year"] else ""
    return f"{' '.join(issuers.names)}{word}{year}第{serial_of(match['serial'])}号"


def read_olds(text: NumberText) -> Iterator[FoundNumber]:
    """Yield numbers whose year stands first: 〔94〕财税字第089号."""
    for match in OLD.finditer(text.text):
        code = match["code"]
        known = is_known(code, text.attested)
        if len(code) == 1 or not (code.endswith("字") or (known and match["di"])):
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
        yield text.found(match.start(), match.end(), canonical, "old", told)


def read_damaged(text: NumberText) -> Iterator[FoundNumber]:
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
            run.text, run.gaps, attested=text.attested, before=run.before
        )
        if start is None or not names_a_series(run.text[start:], text.attested):
            continue
        code = run.text[start:]
        if lookalike(code) or code.endswith(("公告", "通告", "令")):
            continue
        canonical = f"{code}〔{match['year']}〕{int(match['serial'])}号"
        told = _damaged_parts(text, match, run, start)
        yield text.found(run.start + start, match.end(), canonical, "damaged", told)


def _damaged_parts(
    text: NumberText, match: re.Match[str], run: Run, start: int
) -> Iterator[str]:
    yield from _bracket_parts(text, match, run, start)
    if not match["left"] or match["right"] not in tuple("〕])】〗"):
        yield "lost_bracket"
    if not match["hao"]:
        yield "lost_hao"


def _is_possible(year: str) -> bool:
    """Say whether a year may be meant: 1905 is a misprint, 1234 no year."""
    return not year.isascii() or len(year) == 2 or 1800 <= int(year) <= LAST_YEAR
