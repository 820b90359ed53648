"""The forms of document numbers (发文字号) in folded text, without what stands before them.

    bracket  := CODE 〔YEAR〕 第? SERIAL 号               仑政办〔2020〕12号
    old      := 〔YEAR〕 CODE 第 SERIAL 号                〔1996〕财税字第89号
    order    := ISSUER 令 (YEAR年)? 第 SERIAL 号          国务院令第310号
              | ISSUER (〔YEAR〕)? 第 SERIAL 号令
    notice   := ISSUER 公告 (YEAR年)? 第 SERIAL 号         国家税务总局公告2018年第31号
              | ISSUER (YEAR年)? 第 SERIAL 号公告
    damaged  := bracket without a bracket or without 号   甘区政办发201756号

GB/T 9704-2012, 7.2.5: six-cornered brackets, the full year and the serial in Arabic
digits, no 第 and no leading zeros. Orders and announcements keep their own form.
"""

import re
from collections.abc import Iterator

FIRST_YEAR, LAST_YEAR = 1949, 2099
_CENTURY_PIVOT = 50  # 〔94〕 is 1994, 〔12〕 is 2012: the republic begins in 1949

_OPEN, _CLOSE = r"[〔\[(【〖]", r"[〕\])】〗]"
_LEFT, _RIGHT = f"(?P<left>{_OPEN})", f"(?P<right>{_CLOSE})"
_HAN_DIGIT = "〇零○一二三四五六七八九"
_YEAR = f"(?P<year>[0-9]{{4}}|[0-9]{{2}}|[{_HAN_DIGIT}]{{4}})"
_FULL_YEAR = "(?P<year>(?:19|20)[0-9]{2})"
_SERIAL = f"(?P<serial>[0-9]{{1,6}}|[{_HAN_DIGIT}十百千]{{1,8}})"
_DI = "(?P<di>第)?"
_NO_MATTER = "(?![楼线院店厂井房])"  # 5号楼 is no number

BRACKET = re.compile(
    f"{_LEFT}{_YEAR}(?P<nian>年)?{_RIGHT}{_DI}{_SERIAL}"
    f"(?P<more>(?:[、,][0-9]{{1,5}}){{0,20}})号(?P<back>令(?!人)|公告|通告)?"
)
OLD = re.compile(f"{_LEFT}{_YEAR}{_RIGHT}(?P<code>[一-龥]{{1,12}}?){_DI}{_SERIAL}号")
DAMAGED = re.compile(
    rf"(?<=[一-龥])(?P<left>{_OPEN})?{_FULL_YEAR}(?P<right>{_CLOSE}|年)?{_DI}"
    r"(?P<serial>[0-9]{1,4})(?![0-9年月日.\-/:%])(?P<hao>号)?"
)
_IN_BRACKET = rf"{_OPEN}?(?:{_FULL_YEAR}年?{_CLOSE}?)?{_OPEN}?"
ORDER = re.compile(f"(?P<word>令){_IN_BRACKET}{_DI}{_SERIAL}号")
NOTICE = re.compile(f"(?P<word>(?:联合)?(?:公告|通告)){_IN_BRACKET}{_DI}{_SERIAL}号")
IS_SERIES = re.compile(f".*告{_OPEN}[0-9]{{4}}{_CLOSE}[0-9]+号")
BEHIND = re.compile(
    f"(?:{_FULL_YEAR}年)?(?P<di>第){_SERIAL}号(?P<word>令(?![人牌箭])|(?:联合)?(?:公告|通告))"
)
NEXT = re.compile(
    f"[、,和及与至](?:(?P<left>{_OPEN}){_YEAR}(?P<right>{_CLOSE}))?"
    f"{_DI}{_SERIAL}号{_NO_MATTER}"
)

_CANONICAL_BRACKET = re.compile("(.+)〔([0-9]{4})〕([0-9]+)号")
_CANONICAL_NAMED = re.compile("(.+(?:令|公告|通告))(?:([0-9]{4})年)?第([0-9]+)号")
_BRACKET_DEFECTS = {
    "[": "wrong_bracket_square",
    "]": "wrong_bracket_square",
    "［": "wrong_bracket_square_full",
    "］": "wrong_bracket_square_full",
    "(": "wrong_bracket_round_half",
    ")": "wrong_bracket_round_half",
    "（": "wrong_bracket_round_full",
    "）": "wrong_bracket_round_full",
    "【": "wrong_bracket_lenticular",
    "】": "wrong_bracket_lenticular",
    "〖": "wrong_bracket_lenticular",
    "〗": "wrong_bracket_lenticular",
    "﹝": "wrong_bracket_small_tortoise",
    "﹞": "wrong_bracket_small_tortoise",
}
_TRADITIONAL = (
    "發號辦國規財衛環農業務廳會計審電資質監勞產東廣門縣區黨組聯復報請銀稅蘇陝遼魯贛貴滬粵瓊寧"
    "雲龍灣慶漢湯濟鄭陽長應漁樓釋"
)
_SIMPLIFIED = (
    "发号办国规财卫环农业务厅会计审电资质监劳产东广门县区党组联复报请银税苏陕辽鲁赣贵沪粤琼宁"
    "云龙湾庆汉汤济郑阳长应渔楼释"
)
TO_SIMPLIFIED = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
_IS_TRADITIONAL = re.compile(f"[{_TRADITIONAL}]")
_SPACE = re.compile(r"[^\S\r\n]")
_ISSUER_SPACE = re.compile(r"(?<=[一-龥])\s+(?=[一-龥])")
_NUMERALS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}


def year_of(text: str) -> int:
    """Return the year of two or four Arabic digits or of four 汉字.

    >>> year_of("94"), year_of("2020"), year_of("二〇二〇")
    (1994, 2020, 2020)
    """
    if not text.isascii():
        return serial_of(text)
    year = int(text)
    if len(text) == 2:
        year += 2000 if year < _CENTURY_PIVOT else 1900
    return year


def serial_of(text: str) -> int:
    """Return the number of Arabic digits or of 汉字 below ten thousand.

    >>> [serial_of(x) for x in ("012", "七十三", "一百零五", "十", "二〇")]
    [12, 73, 105, 10, 20]
    """
    if text.isascii():
        return int(text)
    if not set(text) & _UNITS.keys():
        return int("".join(str(_NUMERALS[c]) for c in text))
    total = digit = 0
    for sign in text:
        if sign in _UNITS:
            total += (digit or 1) * _UNITS[sign]
            digit = 0
        else:
            digit = _NUMERALS[sign]
    return total + digit


def sign_defects(raw: str, *, is_joint: bool = False) -> Iterator[str]:
    """Yield what is wrong with the signs of a number as printed.

    White space between joint issuers separates them; a line break is the page's.
    """
    text = _ISSUER_SPACE.sub("", raw) if is_joint else raw
    if _SPACE.search(text):
        yield "inner_space"
    if re.search("[０-９]", raw):
        yield "fullwidth_digits"
    if _IS_TRADITIONAL.search(raw):
        yield "traditional_characters"


def bracket_defects(left: str, right: str) -> Iterator[str]:
    """Yield what is wrong with a pair of brackets as printed."""
    for sign in (left, right):
        if sign in _BRACKET_DEFECTS:
            yield _BRACKET_DEFECTS[sign]


def part_defects(match: re.Match[str], *, may_have_di: bool = False) -> Iterator[str]:
    """Yield what is wrong with year and serial."""
    year, serial = match["year"] or "", match["serial"]
    if len(year) == 2:
        yield "two_digit_year"
    if not year.isascii():
        yield "hanzi_year"
    if match["di"] and not may_have_di:
        yield "has_di"
    if serial.isascii() and serial.startswith("0"):
        yield "zero_padded"
    if not serial.isascii():
        yield "hanzi_serial"


def full_code(canonical: str) -> str:
    """Return a number with its code in full: the State Council catalogs 国令第707号.

    >>> full_code("国令第707号"), full_code("国发〔2016〕5号")
    ('国务院令第707号', '国发〔2016〕5号')
    """
    return "国务院" + canonical[1:] if canonical.startswith("国令") else canonical


def number_key(canonical: str) -> tuple[str, int | None, int] | None:
    """Return code, year and serial of a canonical number, None where it is none.

    The code of an order or announcement ends in its word; an order without a year is
    unique only together with its date.

    >>> number_key("国发〔2016〕5号"), number_key("国令第3号")
    (('国发', 2016, 5), ('国务院令', None, 3))
    """
    match = _CANONICAL_BRACKET.fullmatch(canonical)
    if match:
        return match[1], int(match[2]), int(match[3])
    match = _CANONICAL_NAMED.fullmatch(full_code(canonical))
    if match:
        return match[1], int(match[2]) if match[2] else None, int(match[3])
    return None
