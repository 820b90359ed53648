"""The words of validity clauses, from `policy-clauses.csv`, as pieces of patterns."""

import re
from functools import cache

from contentkit.resources import read_codelist


@cache
def words(role: str) -> tuple[str, ...]:
    """Return the words of a role, longest first."""
    found = [row["word"] for row in read_codelist("policy-clauses")]
    roles = [row["role"] for row in read_codelist("policy-clauses")]
    mine = [word for word, name in zip(found, roles, strict=True) if name == role]
    return tuple(sorted(mine, key=lambda word: (-len(word), word)))


def any_of(*roles: str) -> str:
    """Return a group that matches any word of the roles, the longest first."""
    every = sorted(
        {w for role in roles for w in words(role)}, key=lambda w: (-len(w), w)
    )
    return f"(?:{'|'.join(map(re.escape, every))})"


def any_pattern(role: str) -> str:
    """Return a group that matches any pattern of a role."""
    return f"(?:{'|'.join(f'(?:{word})' for word in words(role))})"


# 本法院, 本法人 and 本函件 are no documents; 本市规定 and 本级办法 are those of others.
_GENRE = re.sub("(?<=[|])法(?=[|)])", "法(?![律院定规人制庭官])", any_of("genre"))
_NO_NAME = (
    "省市区县州部局院委厅镇乡街校会所级地年月次轮届公企单章节条款项人当系专着可来身"
)
OWN = (
    f"(?:(?:本|此|这个|这一){any_of('modifier')}{{0,3}}{_GENRE}(?![件化])"
    f"|本(?!行业|行政区|[{_NO_NAME}])[一-龥]{{1,6}}?(?<![的之有])(?:办法|细则|条例|规程|规则|章程|预案)"
    "|(?:以上|上述)(?:规定|意见)|以上(?:措施|政策))"
)
"""The text speaks of itself: 本办法, 本实施细则, 此通知, 以上规定."""

_VERB = any_of("start", "start-own")
_ADVERB = any_of("adverb")
START = f"(?:在[一-龥]{{1,8}}?)?{_ADVERB}{{0,3}}(?P<verb>{_VERB}(?:[并和]?{_VERB})?)"
"""The verb of entry into force with what may stand before it."""

HAN_COUNT = "[一二两三四五六七八九十]{1,3}"
COUNT = f"(?:[0-9]{{1,3}}|{HAN_COUNT})"
SPAN = (
    f"(?:(?P<count>{COUNT})(?:\\({COUNT}\\))?(?P<unit>周?年|个?整年|个月|日|天)(?P<half>半)?"
    "|(?P<halfyear>半年))"
)
LENGTH = SPAN + "(?!以上|以下|以内|之?内|[前后的中满左度]|届满|期满|到期)"
"""A length of time that is the whole term: 5年, 三(3)年, 18个月, 一年半."""

HOUR = "(?:(?:零|0{1,2}|24|二十四)(?:时|点|:00)(?:整|正)?)?"
LAPSE = any_of("lapse")
UNTIL = any_of("until")
_EVENT = any_of("anchor")

RULE = re.compile(
    f"(?:(?P<lead>自|从|于|在)(?:(?:{OWN}|该?文件)的?)?)?(?P<event>(?(lead)[一-龥]{{0,12}}?){_EVENT})"
    "(?:(?P<day>之?[当即]?日)(?P<next>起?的?次日)?|(?P<next2>的?次日)|(?=后|[0-9一二三四五六七八九十]))?"
    f"(?:起|后|之后|起算|起计算)?,?(?:的?(?:满|第)?(?P<count>[0-9]{{1,3}}|{HAN_COUNT})(?:个)?(?P<unit>工作日|日|天|月))?"
    f"(?:后|之后|以后|起)?(?:起)?,?(?P<own>{OWN})?{START}"
)
"""自(本办法)印发之日起(30日后)施行: an event and perhaps days after it."""

RULE_DAY = re.compile(
    f"(?:自|从)(?:{OWN}的?)?(?P<event>[一-龥]{{0,12}}?{_EVENT}之日)(?=起)"
)
VALID_FROM = re.compile(
    f"{HOUR}起,?(?:(?=有效期|试行期)|(?P<within>{SPAN})(?:以?内|之内)?有效)"
)
"""自印发之日起有效期三年, 自2020年1月1日起三年内有效."""

COUNTED = re.compile(f"{HOUR}起(?:开始)?(?:计算|起?算)")
"""有效期三年，自2020年1月1日起计算."""

TODAY = re.compile(f"(?P<lead>自|从)?(?P<event>即日)起,?(?P<own>{OWN})?{START}")
"""自即日起施行."""

BEGIN = re.compile(
    f"{HOUR}(?P<since>起算?|开始|之日起)?,?(?P<own>{OWN})?{START}(?P<own2>{OWN})?"
)
"""What follows a date of entry into force."""

BEGIN_FIELD = re.compile(
    "(?:施行|实施|执行|生效)(?:日期|时间)(?:为|是|定为|:)*(?:自|从|于)?$"
)
"""What stands before one: 施行日期为2020年1月1日."""

END_FIELD = re.compile("(?:失效|废止|终止|截止)(?:日期|时间)(?:为|是|定为|:)*至?$")
"""What stands before the last day: 失效日期为2025年12月31日."""

RULE_TO = re.compile(
    f"(?:自|从)(?:{OWN}的?)?(?P<event>[一-龥]{{0,12}}?{_EVENT}之日)起(?:至|到)$"
)
"""自发布之日起至 (2025年12月31日施行)."""

TO = re.compile(f"{HOUR}(?:起|开始)?(?:至|到|-|—|~|–)+")
RANGE_END = re.compile(
    f"{HOUR}(?P<stop>止|为止)?(?:期间)?,?(?:{START}|(?P<valid>有效))?"
)
"""自2020年1月1日起至2022年12月31日止执行."""

UNTIL_AFTER = re.compile(f"[,(]?(?:并|且|暂定?|继续|最长|{_VERB}){{0,3}}{UNTIL}")
UNTIL_NAMED = re.compile(
    f"{OWN}(?:\\([^()]{{0,40}}\\))?(?:暂定?|将|继续|可)?(?P<verb>{_VERB})?{UNTIL}$"
)
UNTIL_END = re.compile(f"{HOUR}(?P<stop>止|为止|{LAPSE}|期满|结束|到期)?")
"""…执行至2022年12月31日止."""

LAPSE_ON = re.compile(f"{HOUR}(?P<since>起)?,?(?P<own>{OWN})?(?:将|即)?{LAPSE}")
"""What follows a date on which a document ends: 2025年12月31日自动失效."""

LAPSE_IF = re.compile(
    f"{OWN}(?:\\([^()]{{0,40}}\\))?(?:也|亦|将|即|则|应|随之|相应|同时)*{LAPSE}"
)
CUE = re.compile(any_of("cue"))
TERM_OVER = re.compile("期满|届满|到期|满后")

TERM = re.compile(any_of("term"))
TERM_VALUE = re.compile(
    f"(?:均|也|统一|暂)?(?:为|是|:)?(?:(?:从|自)?(?:{OWN}|文件|正式)?(?:{any_of('anchor', 'start')})之日起?(?:计算|算)?,?)?"
    f"(?P<change>{any_of('change')})?(?:暂定|定|确定|规定|设定)?(?:为期|为|是|共计?|:)?"
    f"(?P<lead>{UNTIL}|自|从|由)?"
)
TERM_FROM = re.compile(f"起(?:计算|算)?,?(?:为期|共)?{LENGTH}")
TERM_AFTER = re.compile(
    f"(?P<comma>[,(])?(?:并|且)?(?P<word>{any_of('term-after')})?(?:为|是|共|:|,)*{LENGTH}"
)
"""A length straight after a clause of entry into force: …起试行两年."""

LENGTH_HERE = re.compile(LENGTH)
GOES_ON = re.compile("至|到|有效|试行|期限|时限|为期|暂定|并|且|本|此|附")
"""Words that may follow the verb of a clause without a comma."""
