"""How personal data is shown: the middle hidden (POLICY 5, masking practice)."""

import re

from contentkit.cleanup.personal_numbers import Candidate, find_numbers

_KEPT = {"PII-ID18": (6, 4), "PII-ID15": (6, 4)}
_SHORT = {"PII-MOBILE": (3, 4), "PII-BANK": (4, 4), "PII-PASSPORT": (1, 4)}
_DOOR = re.compile(
    "[0-9０-９一二三四五六七八九十百〇零甲乙丙-]{1,12}(?:号|室|组|幢|栋|单元|户|弄|座)"
)


def mask_number(rule: str, number: str) -> str:
    """Return a number as it may be shown under a rule.

    >>> mask_number("PII-ID18", "11010519491231002X"), mask_number("PII-MOBILE", "14600001234")
    ('110105********002X', '146****1234')
    """
    if rule in _KEPT:
        head, tail = _KEPT[rule]
        return number[:head] + "*" * (len(number) - head - tail) + number[-tail:]
    head, tail = _SHORT[rule]
    return f"{number[:head]}****{number[-tail:]}"


def mask_address(address: str) -> str | None:
    """Return an address without door numbers, None where it has none.

    >>> mask_address("江澜区澜山街道样本路12号301室")
    '江澜区澜山街道样本路***'
    """
    door = _DOOR.search(address)
    return None if door is None else f"{address[: door.start()]}***"


def mask_text(text: str) -> str:
    """Return a text in which what has the shape of a personal number is masked.

    For names, logs and reports: no context is asked, so a serial number with the shape of
    a mobile number is masked as well. Texts without such numbers come back unchanged.

    >>> mask_text("张样本 14600001234.jpg")
    '张样本 146****1234.jpg'
    """
    parts: list[str] = []
    done = 0
    for found in find_numbers(text):
        if _may_be_personal(found) and found.start >= done:
            parts += [text[done : found.start], mask_number(found.rule, found.number)]
            done = found.end
    return "".join(parts) + text[done:] if parts else text


def _may_be_personal(found: Candidate) -> bool:
    if found.rule == "PII-BANK":
        return "luhn" in found.evidence or "card-prefix" in found.evidence
    return True
