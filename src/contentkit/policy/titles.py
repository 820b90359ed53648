"""Titles as documents cite each other, folded so that citation and holding meet.

A citation leaves out 中华人民共和国, the issuer, the notice around an instrument
(关于印发…的通知), or nests its marks otherwise. What it does not leave out is the standing of
the text: 试行 and 暂行 name another document than the formal one, and so does a decision
that amends or repeals one.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from contentkit.codelists import words
from contentkit.dedupe.titles import read_title
from contentkit.policy.folded import fold_policy
from contentkit.policy.simplified import simplify

_WRAPPER = re.compile(
    "^.{0,100}?关于(?:修订|重新|联合)?(?:印发|公布|发布|颁布|下发|颁发)(?:实施|施行)?"
    "(?P<inner>.{4,300})的(?:通知|通告|公告|决定|令|函)(?P<rest>(?:[(（][^()（）]{1,20}[)）])*)$"
)
_PASSED_ON = re.compile("转发|批转|修改|废止")
_REPUBLIC = "中华人民共和国"
_SHORTEST = 4
_STANDING = frozenset(
    {"trial", "amending", "repealing", "supplement", "corrected", "extending"}
)


@dataclass(frozen=True, slots=True)
class CitedTitle:
    """A title as citations are compared.

    `key` finds candidates; `standing` must agree (试行, 修改…的决定); `version` (2020年修订,
    第二次修正) must agree where the citation states one.
    """

    key: str
    standing: tuple[str, ...]
    version: tuple[str, ...]


@lru_cache(maxsize=65536)
def cited_title(title: str) -> CitedTitle:
    """Fold a title for comparison with citations; an empty `key` cites nothing.

    >>> a = cited_title("江澜区人民政府办公室关于印发〈江澜区古树保护办法〉的通知")
    >>> a.key, a == cited_title("江澜区古树保护办法")
    ('江澜区古树保护办法', True)
    >>> cited_title("江澜区古树保护办法（试行）").standing
    ('trial',)
    """
    folded = simplify(fold_policy(title)).text.lower()
    wrapped = _WRAPPER.match(folded)
    if wrapped:
        folded = wrapped["inner"] + wrapped["rest"]
    read = read_title(folded)
    key = read.plain.replace(_REPUBLIC, "") or read.plain
    return CitedTitle(
        key=_without_issuer(key),
        standing=tuple(x for x in read.edition if x in _STANDING),
        version=tuple(x for x in read.edition if x not in _STANDING),
    )


def _without_issuer(key: str) -> str:
    """Return the key without the issuer before 关于."""
    issuer, about, rest = key.partition("关于")
    if not issuer or len(rest) < _SHORTEST or _PASSED_ON.search(issuer):
        return key
    if issuer.endswith(tuple(words("organization-endings"))):
        return about + rest
    return key
