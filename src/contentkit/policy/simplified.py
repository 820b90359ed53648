"""Texts in traditional characters, read like those in simplified ones.

One character for one: offsets and quotes stay those of the text.
"""

import re
from dataclasses import replace
from functools import cache

from contentkit.policy.folded import Folded
from contentkit.resources import read_codelist


def simplify(folded: Folded) -> Folded:
    """Return the folded text with simplified characters, its original untouched.

    >>> from contentkit.policy.folded import fold_policy
    >>> folded = simplify(fold_policy("《甲辦法》同時廢止"))
    >>> folded.text, folded.quote(1, 4)
    ('《甲办法》同时废止', '甲辦法')
    """
    if not _traditional().search(folded.text):
        return folded
    return replace(folded, text=folded.text.translate(_table()))


@cache
def _table() -> dict[int, str]:
    rows = read_codelist("traditional-characters")
    return {ord(row["traditional"]): row["simplified"] for row in rows}


@cache
def _traditional() -> re.Pattern[str]:
    return re.compile(f"[{''.join(map(chr, _table()))}]")
