"""Which title is the document's own, and what a page that carries a text is.

A page about a document restates its clauses; they prove nothing of the page itself
(POLICY 10, pitfalls 15 and 16).
"""

import re
from functools import cache, lru_cache

from contentkit.policy.clause_words import any_of
from contentkit.policy.folded import Folded, fold_policy
from contentkit.policy.models import Context
from contentkit.policy.sentences import titles
from contentkit.policy.simplified import simplify

_LONGEST_TITLE_LINE = 120
_FIRST_LINES = 3
_WRAPPER_END = re.compile(
    r"(?:的)?(?:通知|公告|通告|决定|命令|令|函|批复)?(?:[(【][^()【】]{0,40}[)】])*"
)
_GIVES_OUT = re.compile(
    "(?:印发|公布|发布|颁布|颁发|下发|批转|修订|重新印发|重新发布|重新公布)(?:实施|施行)?[〈<《]*$"
)
_OTHER_VERB = re.compile(
    "修改|修正|废止|失效|贯彻|落实|执行|解释|解读|实施[〈<《]|征求|学习|宣传|转发"
)
_BRACKETED = re.compile(r"[(【][^()【】]{0,40}[)】]$")
_MARKS = str.maketrans("", "", "《》〈〉<>“”\"' ")
_LAST_YEAR_OF_DRAFTS_IN_FORCE = 1989  # acts of before are in force as （草案）
_BEGINNING = 600
_NOTICES = "(?:公告|通告|通知|公示|启事|函|说明)"
# 现将…向社会公开征求意见; that comments be asked for is a rule of many documents
_CALL_SENTENCE = re.compile(
    "现(?:将|就|向|面向|对)[^。]{0,150}征(?:求|集)[^。]{0,40}意见"
)
_AFTER_CALL = re.compile(
    "(?:采纳|反馈|汇总|收集|征求意见|征集)(?:情况|结果)|意见(?:的)?(?:反馈|采纳)"
)


def folded_title(context: Context, folded: Folded) -> str:
    """Return the folded title of the document, from its first line where none is given.

    That line must end as titles end; a line may be wrapped anywhere.
    """
    if context.title:
        return _folded(context.title)
    end = folded.breaks[0] if folded.breaks else 0
    if not 0 < end <= _LONGEST_TITLE_LINE:
        return ""
    first = folded.text[:end]
    is_title = _document_end().search(first) or _retelling().search(first)
    return first if is_title else ""


@lru_cache(maxsize=64)  # clauses, effects and the reading each ask for it
def _folded(title: str) -> str:
    return simplify(fold_policy(title)).text


def is_own_title(named: str, title: str) -> bool:
    """Tell whether 《named》 is the document called `title`, or what that document carries.

    >>> is_own_title("甲县停车办法", "甲县停车办法(公布令)")
    True
    >>> is_own_title("停车办法", "甲县人民政府关于印发停车办法的通知")
    True
    >>> is_own_title("停车办法", "关于修改《停车办法》的决定")
    False
    """
    inner, outer = _bare(named), _bare(title)
    if len(inner) < 3 or not outer:
        return False
    if inner == outer:
        return True
    place = outer.rfind(inner)
    if place < 0:
        return len(outer) > 3 and _carries(inner, outer)
    return _carries(outer, inner)


def _carries(outer: str, inner: str) -> bool:
    place = outer.rfind(inner)
    if place < 0:
        return False
    before, after = outer[:place], outer[place + len(inner) :]
    if _OTHER_VERB.search(before) or not _WRAPPER_END.fullmatch(after):
        return False
    # 甲县人民政府停车办法 carries its issuer; 甲县停车收费 and 收费办法 do not fit
    return bool(_GIVES_OUT.search(before)) or not after.startswith("的")


def _bare(title: str) -> str:
    bare = title.translate(_MARKS)
    while shorter := _BRACKETED.sub("", bare):
        if shorter == bare:
            break
        bare = shorter
    return bare


def is_retelling(title: str) -> bool:
    """Tell whether a page of this folded title tells of a document instead of being it.

    >>> is_retelling("《甲县停车办法》政策解读"), is_retelling("图解:甲县停车办法")
    (True, True)
    >>> is_retelling("关于做好政策解读工作的通知")
    False
    """
    outside = _outside_titles(title)
    found = _retelling().search(outside)
    if found is None:
        return False
    return found.start() <= 1 or not _document_end().search(outside)


def is_draft(title: str, folded: Folded, context: Context) -> bool:
    """Tell whether the text is a draft or asks for comments on one."""
    lines = [line for line in (title, *_first_lines(folded)) if line]
    if any(_draft().search(line) for line in lines):
        return True
    if _is_call(title) or _CALL_SENTENCE.search(folded.text, 0, _BEGINNING):
        return True
    return any(_weak_draft().search(line) for line in lines) and not _is_old(context)


def _is_call(title: str) -> bool:
    """Tell whether a title asks for comments, not what became of them or how to ask."""
    if "意见" not in title or "征" not in title:
        return False
    return bool(_draft_call().search(title)) and not _AFTER_CALL.search(title)


def _is_old(context: Context) -> bool:
    """Tell whether a document called （草案） is in force: it has a number, or is old."""
    day = context.written_on or context.published_on
    if context.doc_number:
        return True
    return day is not None and int(day[:4]) <= _LAST_YEAR_OF_DRAFTS_IN_FORCE


def _first_lines(folded: Folded) -> list[str]:
    """Return the lines at the top of a text that may hold its title."""
    ends = [x for x in folded.breaks if x][:_FIRST_LINES]
    lines = [folded.text[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    return [
        line
        for line in lines
        if len(line) <= _LONGEST_TITLE_LINE and not line.endswith(("。", ";", ",", ":"))
    ]


def _outside_titles(title: str) -> str:
    """Return a title without what stands in 《》, unless that is all of it."""
    spans = titles(fold_policy(title))
    if spans == ((0, len(title)),):
        return title[1:-1]
    begins = [0, *(end for _, end in spans)]
    ends = [*(start for start, _ in spans), len(title)]
    return "".join(title[a:b] for a, b in zip(begins, ends, strict=True))


@cache
def _retelling() -> re.Pattern[str]:
    return re.compile(any_of("retelling"))


@cache
def _document_end() -> re.Pattern[str]:
    return re.compile(f"{any_of('genre')}(?:[(【][^()【】]{{0,40}}[)】])*$")


@cache
def _draft() -> re.Pattern[str]:
    return re.compile(f"{any_of('draft')}[)】》]*$")


@cache
def _weak_draft() -> re.Pattern[str]:
    return re.compile(f"[(【]{any_of('draft-weak')}[)】]》?$")


@cache
def _draft_call() -> re.Pattern[str]:
    calls = f"{any_of('draft-call')}.{{0,80}}意见"
    kinds = any_of("draft", "draft-weak")
    drafts = f"{kinds}[)】]?》?.{{0,30}}(?:征(?:求|集).{{0,30}}意见|意见征集)"
    return re.compile(f"(?:{calls}|{drafts})(?:建议)?[)】]?(?:的?{_NOTICES})?$")
