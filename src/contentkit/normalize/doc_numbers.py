"""发文字号: the grammar of document numbers and their canonical form.

    number   := bracket | order | notice | old
    bracket  := CODE 〔YEAR〕 SERIAL 号         仑政办〔2020〕12号
    order    := ISSUER 令 第 SERIAL 号          国务院令第310号
    notice   := ISSUER 公告 YEAR年第 SERIAL 号   国家税务总局公告2018年第31号
    old      := 〔YEAR〕 CODE 第 SERIAL 号       〔1996〕财税字第89号

Canonical (GB/T 9704-2012, 7.2.5): six-cornered brackets, the full year and the serial in
Arabic digits, no 第 and no leading zeros in bracket numbers. Orders and notices keep
their own form. What was repaired is told in `defects`. Numbers of court cases, index
numbers, registry numbers and standards are no document numbers.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from contentkit.errors import ParseError
from contentkit.text import squeeze

_OPEN, _CLOSE = "〔[（(【﹝〖［", "〕])）】﹞〗］"
_FOLDED_OPEN, _FOLDED_CLOSE = r"[〔\[(【〖]", r"[〕\])】〗]"
_HAN = "一-龥"
_CODE = f"(?P<code>[{_HAN}]{{1,12}})"
_YEAR = "(?P<year>(?:19|20)[0-9]{2}|[0-9]{2})"
_SERIAL = "(?P<di>第)?(?P<serial>[0-9]{1,5}|[〇零一二三四五六七八九十百]{1,6})"
_FULL_YEAR = "(?P<year>(?:19|20)[0-9]{2})"
_LEFT, _RIGHT = f"(?P<left>{_FOLDED_OPEN})", _FOLDED_CLOSE

BRACKET = re.compile(f"{_CODE}{_LEFT}{_YEAR}{_RIGHT}{_SERIAL}号")
OLD = re.compile(f"{_LEFT}{_YEAR}{_RIGHT}(?P<code>[{_HAN}]{{1,10}}字){_SERIAL}号")
_ISSUERS = f"(?P<code>[{_HAN}]{{1,25}}(?:[、 ][{_HAN}]{{2,25}})*)"
ORDER = re.compile(
    f"{_ISSUERS}(?:(?<!命)令(?:{_FOLDED_OPEN}?{_FULL_YEAR}年?{_FOLDED_CLOSE}?)?{_SERIAL}号"
    "|第(?P<serial2>[0-9]{1,5})号令)"
)
NOTICE = re.compile(
    f"{_ISSUERS}(?:公告{_FOLDED_OPEN}?{_FULL_YEAR}年?{_FOLDED_CLOSE}?{_SERIAL}号"
    "|(?P<year2>(?:19|20)[0-9]{2})年第(?P<serial2>[0-9]{1,5})号公告)"
)
_TITLE_END = re.compile(
    rf"[（(]?(?P<number>[{_HAN}]{{1,12}}\s?[{re.escape(_OPEN)}]"
    rf"[0-9０-９]{{4}}[{re.escape(_CLOSE)}]\s?第?[0-9０-９]{{1,5}}\s?号)[)）]?\s*$"
)
# Numbers of court cases, decisions on one party, gazettes; 含 is a misprint of 函.
_CASE = re.compile(r"(?:[初终再执申赔破]|刑暂)字$")
_NO_CODE = re.compile(r"(?:决定书|公报|含)$")
# Words of a sentence or title that stuck to the code; the code itself follows them.
_GLUED = re.compile(
    r"^(?:.*(?:根据|依据|按照|依照|简称|关于|作出|人民政府|院以|的通知|的公告)(?=.)|按)"
)
_REPUBLIC = re.compile("^(?:原|中华人民共和国)+")
_TRADITIONAL = str.maketrans(
    "發號辦國規財衛環農業務廳會計審電資質監勞產東廣門",
    "发号办国规财卫环农业务厅会计审电资质监劳产东广门",
)
_NUMERALS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0}
_FIRST_YEAR = 1949
_CENTURY_PIVOT = 50  # 〔94〕 is 1994, 〔12〕 is 2012: the republic begins in 1949


@dataclass(frozen=True, slots=True, kw_only=True)
class DocNumber:
    """A document number; `canonical` is made of `code`, `year` and `serial`.

    `form` is bracket, order, notice or old; `defects` names what differs from the
    canonical form, in the words of the reading conventions (`inner_space`, `has_di` …).
    """

    raw: str
    canonical: str
    form: str
    code: str
    year: int | None
    serial: int
    defects: tuple[str, ...] = ()


def parse_doc_number(text: str) -> DocNumber:
    """Read a field that holds one document number and nothing else.

    Raises `ParseError` for anything else, look-alikes included.

    >>> parse_doc_number("仑政办 [2020] 第012号").canonical
    '仑政办〔2020〕12号'
    """
    folded, defects = _folded(text)
    for form, pattern in (
        ("bracket", BRACKET),
        ("old", OLD),
        ("notice", NOTICE),
        ("order", ORDER),
    ):
        match = pattern.fullmatch(folded)
        if match and _is_document(match, form):
            return _number(text, match, form, defects)
    raise ParseError(text, "a document number (发文字号)")


def find_title_number(title: str) -> DocNumber | None:
    """Return the bracket number that stands at the end of a title, if one does."""
    match = _TITLE_END.search(title)
    if match is None:
        return None
    try:
        return parse_doc_number(match["number"])
    except ParseError:
        return None


def _folded(text: str) -> tuple[str, list[str]]:
    """Return the text with ASCII digits and brackets, and the defects that cost."""
    defects = []
    stripped = text.strip().strip("\u3000\xa0\u200b").removesuffix("文件")
    bare = stripped.translate(_TRADITIONAL)
    if bare != stripped:
        defects.append("traditional_characters")
    joint = "、" in bare or "公告" in bare
    spaceless = re.sub(r"\s+", " ", bare) if joint else squeeze(bare)
    if joint:
        # A space between issuers separates them; any other one is a defect.
        spaceless = re.sub(r" ?([第号年〔〕()（）0-9]) ?", r"\1", spaceless)
    if re.search(r"[\s\u3000]", stripped) and squeeze(stripped) != stripped:
        inner = re.sub(rf"(?<=[{_HAN}])[\s\u3000]+(?=[{_HAN}])", "", stripped)
        if re.search(r"[\s\u3000]", inner) or not joint:
            defects.append("inner_space")
    if re.search("[０-９]", spaceless):
        defects.append("fullwidth_digits")
    defects += _bracket_defects(spaceless)
    return unicodedata.normalize("NFKC", spaceless).replace("﹝", "〔"), defects


_BRACKET_DEFECTS = {
    "[": "wrong_bracket_square",
    "［": "wrong_bracket_square_full",
    "(": "wrong_bracket_round_half",
    "（": "wrong_bracket_round_full",
    "【": "wrong_bracket_lenticular",
    "〖": "wrong_bracket_lenticular",
    "﹝": "wrong_bracket_small_tortoise",
}


def _bracket_defects(text: str) -> Iterator[str]:
    for sign, defect in _BRACKET_DEFECTS.items():
        if sign in text:
            yield defect


def _is_document(match: re.Match[str], form: str) -> bool:
    code, year = match["code"], match["year"]
    if form == "bracket" and (_NO_CODE.search(code) or _GLUED.match(code)):
        return False
    if form == "old" and _CASE.search(code):
        return False
    return not year or len(year) == 2 or int(year) >= _FIRST_YEAR


def _number(raw: str, match: re.Match[str], form: str, defects: list[str]) -> DocNumber:
    parts = match.groupdict()
    year_text = parts["year"] or parts.get("year2")
    serial_text = parts["serial"] or parts["serial2"]
    year = _year(year_text) if year_text else None
    serial = _serial(serial_text)
    defects = [*defects, *_number_defects(parts, form)]
    code = _REPUBLIC.sub("", parts["code"])
    if form in {"bracket", "old"}:
        canonical = f"{code}〔{year}〕{serial}号"
    else:
        code = " ".join(_REPUBLIC.sub("", x) for x in re.split("[、 ]", code))
        sign = "公告" if form == "notice" else "令"
        canonical = f"{code}{sign}{f'{year}年' if year else ''}第{serial}号"
    return DocNumber(
        raw=raw,
        canonical=canonical,
        form=form,
        code=code,
        year=year,
        serial=serial,
        defects=tuple(dict.fromkeys(defects)),
    )


def _number_defects(parts: dict[str, str | None], form: str) -> Iterator[str]:
    serial = parts["serial"] or parts["serial2"] or ""
    if form == "old":
        yield "year_first"
    if parts["year"] and len(parts["year"]) == 2:
        yield "two_digit_year"
    if parts["di"] and form in {"bracket", "old"}:
        yield "has_di"
    if serial.startswith("0"):
        yield "zero_padded"
    if not serial.isdecimal():
        yield "hanzi_serial"
    code = parts["code"] or ""
    if form in {"order", "notice"} and re.search("[、 ]", code):
        yield "joint_issuers"
        if "、" in code:
            yield "dunhao_separator"
    if code.startswith("原"):
        yield "leading_yuan"
    if parts.get("serial2"):
        yield "serial_before_ling" if form == "order" else "serial_before_gonggao"


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 2:
        year += 2000 if year < _CENTURY_PIVOT else 1900
    return year


def _serial(text: str) -> int:
    """Return the number of Arabic digits or of 汉字 below one thousand.

    >>> [_serial(x) for x in ("012", "七十三", "一百零五", "十", "二〇")]
    [12, 73, 105, 10, 20]
    """
    if text.isdecimal():
        return int(text)
    if not set(text) & set("十百"):
        return int("".join(str(_NUMERALS[c]) for c in text))
    total = 0
    digit = 0
    for sign in text:
        if sign in "十百":
            unit = 10 if sign == "十" else 100
            total += (digit or 1) * unit
            digit = 0
        else:
            digit = _NUMERALS[sign]
    return total + digit
