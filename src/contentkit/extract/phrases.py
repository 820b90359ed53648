"""What a line of page furniture is, by its words (`page-phrases.csv`)."""

import re
from functools import cache, lru_cache

from contentkit.resources import read_codelist
from contentkit.text import squeeze

_LONGEST = 120
_SENTENCE = 40
"""A longer line with a full stop is prose, whatever words it mentions."""


@cache
def _pattern(roles: tuple[str, ...]) -> re.Pattern[str]:
    parts = [
        f"(?P<{row['role']}{number}>{row['pattern']})"
        for number, row in enumerate(read_codelist("page-phrases"))
        if row["role"] in roles
    ]
    return re.compile("|".join(parts), re.DOTALL)


@lru_cache(maxsize=8192)
def phrase_role(line: str) -> str | None:
    """Return `stop`, `noise`, `footer` or `weak` for a line of page furniture, else None.

    >>> phrase_role("【打印】 【关闭】"), phrase_role("上一篇：通知"), phrase_role("通知")
    ('noise', 'stop', None)
    """
    if len(line) > 2 * _LONGEST or ("。" in line and len(line) > _SENTENCE):
        return None
    match = _pattern(("stop", "noise", "footer", "weak")).fullmatch(
        squeeze(line).lower()
    )
    return match.lastgroup.rstrip("0123456789") if match and match.lastgroup else None


@lru_cache(maxsize=1024)
def names_nothing(text: str) -> bool:
    """Say whether the words of a link are only 下载, 点击查看 or the like."""
    if len(text) > 30:
        return False
    return (
        _pattern(("go",)).fullmatch(squeeze(text).strip("【】[]()（）:：").lower())
        is not None
    )
