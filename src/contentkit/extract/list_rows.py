"""One row of a list page: its title as the reader sees it and its date."""

import re
from collections.abc import Sequence
from itertools import pairwise

from contentkit.normalize.dates import find_date
from contentkit.text import fold_spaces

_BULLETS = "·•●■◆◇►▶▪※★☆∙・˙-— "
_CUTS = ("…", "..", "。。", "．．")
_LABEL = re.compile(r"^(?:标题|题目|名称|信息名称)[:：]\s*")
_LONGEST_PIECE = 40
"""A date stands in a short text of its own; longer ones are summaries and titles."""

_MARKS = "[]()（）【】〔〕/ -.|"
_DAY = re.compile(r"(?:0?[1-9]|[12]\d|3[01])日?$")
_YEAR_MONTH = re.compile(r"(19\d\d|20\d\d)\s*[-./年]\s*(0?[1-9]|1[0-2])月?$")
_YEAR = re.compile(r"(19\d\d|20\d\d)年?$")
_MONTH_DAY = re.compile(r"(0?[1-9]|1[0-2])\s*[-./月]\s*(0?[1-9]|[12]\d|3[01])日?$")


def read_title(shown: str, hint: str | None) -> str:
    """Return the title of an entry: the link's text, or its full form if that is cut.

    `hint` is the `title` attribute of the link (or the like); it counts only where the
    visible text is a cut piece of it.

    >>> read_title("· 关于印发实施办法…", "关于印发实施办法的通知")
    '关于印发实施办法的通知'
    >>> read_title("政务公开", "点击进入")
    '政务公开'
    """
    text = fold_spaces(shown).lstrip(_BULLETS)
    cut = text.rstrip("….。． ") if text.endswith(_CUTS) else text
    if hint:
        full = _LABEL.sub("", fold_spaces(hint))
        if not text or (len(full) > len(cut) and _is_piece(cut, full)):
            return full
    return text


def _is_piece(cut: str, full: str) -> bool:
    if full.startswith(cut):
        return True
    return re.sub(r"\s", "", full).startswith(re.sub(r"\s", "", cut))


def read_date(pieces: Sequence[str], own: Sequence[str] = ()) -> str | None:
    """Return the date of a row as ISO 8601, or None; a year that is not there stays out.

    `pieces` are the texts of the row outside the link, `own` the parts of a link that
    has several. A day and its month may stand in two pieces, as cards show them.

    >>> read_date(["[2019/01/02]"]), read_date(["[06-26]"]), read_date(["26", "2018-06"])
    ('2019-01-02', None, '2018-06-26')
    """
    short = [p for p in map(fold_spaces, pieces) if p and len(p) <= _LONGEST_PIECE]
    for piece in short:
        match = find_date(piece) if _has_digits(piece) else None
        if match:
            return match.value
    bare = [fold_spaces(piece) for piece in own] if len(own) > 1 else []
    for piece in bare:
        if is_date(piece) and (match := find_date(piece)):
            return match.value
    return _join(short) or _join(bare)


def shows_day(pieces: Sequence[str]) -> bool:
    """Say whether a row shows a month and day, with or without a year.

    >>> shows_day(["[06-26]"]), shows_day(["6月26日"]), shows_day(["第6-26号"])
    (True, True, False)
    """
    return any(
        _MONTH_DAY.match(fold_spaces(piece).strip(_MARKS))
        for piece in pieces
        if len(piece) <= _LONGEST_PIECE
    )


def is_date(text: str) -> bool:
    """Say whether a text is a date and nothing else, brackets and a label apart.

    >>> is_date("[2019-07-22]"), is_date("发布时间：2019-07-22"), is_date("2019年7月22日通报")
    (True, True, False)
    """
    match = find_date(text) if _has_digits(text) else None
    if match is None:
        return False
    before, after = text[: match.start].strip(_MARKS), text[match.end :].strip(_MARKS)
    return not after and (not before or (len(before) <= 6 and before[-1] in ":："))


def is_part_of_date(text: str) -> bool:
    """Say whether a text is a date or a day, month or year of one, or just digits.

    >>> is_part_of_date("26"), is_part_of_date("2018-06"), is_part_of_date("26号通告")
    (True, True, False)
    """
    if not any(c.isalpha() for c in text):
        return True
    bare = text.strip(_MARKS)
    parts = (_DAY, _YEAR_MONTH, _YEAR, _MONTH_DAY)
    return is_date(text) or any(part.match(bare) for part in parts)


def _has_digits(text: str) -> bool:
    return any(c.isdigit() or c == "年" for c in text)


def _join(pieces: Sequence[str]) -> str | None:
    """Put together a date whose parts stand in neighboring elements."""
    bare = [piece.strip(_MARKS) for piece in pieces]
    for first, second in pairwise(bare):
        for one, other in ((first, second), (second, first)):
            text = _joined_text(one, other)
            match = find_date(text) if text else None
            if match:
                return match.value
    return None


def _joined_text(one: str, other: str) -> str | None:
    month, day = _YEAR_MONTH.match(one), _DAY.match(other)
    if month and day:
        return f"{month[1]}-{month[2]}-{other.rstrip('日')}"
    year, month_day = _YEAR.match(one), _MONTH_DAY.match(other)
    if year and month_day:
        return f"{year[1]}-{month_day[1]}-{month_day[2]}"
    return None
