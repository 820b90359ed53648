"""What is odd about a page as bytes: its encoding, what it declares, its meta tags, dates."""

from dataclasses import dataclass, field

from contentkit.samplesite.body import STYLES
from contentkit.samplesite.numbers import Dice
from contentkit.samplesite.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Charset:
    """How a page is written and what it says about that; None: says nothing.

    `content_type` is None where the server sends its usual header for the folder.
    """

    codec: str
    declared: str | None
    content_type: str | None = None


UTF8 = Charset(codec="utf-8", declared="utf-8")
GBK = Charset(codec="gbk", declared="gb2312")

FAMILY_CHARSETS = {"static": GBK}
COLUMN_CHARSETS = {"departments": GBK}
CONTENT_TYPES = {
    "jcms": "text/html;charset=UTF-8",
    "gkmlpt": "text/html; charset=utf-8",
}
"""The Content-Type of a family's pages; the others send no charset."""

ODD_CHARSETS = (
    # column, every, at, plant, charset
    ("news", 16, 7, "charset-header-contradicts", Charset(codec="utf-8", declared="utf-8", content_type="text/html; charset=GBK")),
    ("news", 16, 13, "charset-bom", Charset(codec="utf-8-sig", declared=None)),
    ("news", 16, 15, "charset-double-encoded", UTF8),
    ("departments", 10, 3, "charset-gbk-as-utf8", Charset(codec="gbk", declared="utf-8")),
    ("departments", 10, 6, "charset-gb18030-four-byte", Charset(codec="gb18030", declared="gb2312")),
    ("bulletins", 12, 11, "charset-utf8-as-gb2312", Charset(codec="utf-8", declared="gb2312")),
    ("old-notices", 9, 4, "charset-header-contradicts", Charset(codec="gbk", declared="gb2312", content_type="text/html; charset=ISO-8859-1")),
    ("old-notices", 9, 7, "charset-undeclared", Charset(codec="gbk", declared=None)),
    ("old-news", 9, 5, "charset-damaged", GBK),
    ("old-news", 9, 7, "charset-undeclared", Charset(codec="gbk", declared=None)),
)  # fmt: skip

BIG5 = Charset(codec="big5", declared="big5")

ODD_META = (
    ("news", 40, 9, "meta-date-conflict"),
    ("news", 40, 19, "meta-title-differs"),
    ("bulletins", 9, 4, "meta-null"),
    ("department-files", 9, 4, "meta-null"),
    ("streets", 9, 7, "meta-empty"),
    ("publicity", 6, 3, "meta-twelve-hour"),
)

IMPOSSIBLE_DATE = ("old-notices", 5)
MISSING_DATE = ("old-news", 6)

HTTP = {
    ("news", 2): "http-error-once",
    ("news", 3): "http-retry-after",
    ("news", 4): "http-slow",
    ("news", 5): "http-cut-once",
}
"""Single pages that the server answers in its own way, all of them in the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """The oddities of one page; `planted` names those that are on purpose."""

    charset: Charset
    style: str
    meta: str | None
    planted: tuple[str, ...] = field(default=())

    def has(self, plant: str) -> bool:
        """Tell whether an oddity is planted on the page."""
        return plant in self.planted


def choose_quirks(plan: Plan, seed: int) -> Quirks:
    """Return the oddities of a page."""
    key, place = plan.column.key, plan.place
    planted = []
    charset = COLUMN_CHARSETS.get(key) or FAMILY_CHARSETS.get(plan.column.family, UTF8)
    if charset is GBK:
        planted.append("charset-gbk-as-gb2312")
    for column, every, at, plant, odd in ODD_CHARSETS:
        if column == key and place % every == at:
            charset, planted = odd, [plant]
    if plan.form == "traditional":
        charset, planted = BIG5, ["charset-big5"]
    meta = None
    for column, every, at, plant in ODD_META:
        if column == key and place % every == at and _applies(plan, plant):
            meta = plant
            planted.append(plant)
    planted.extend(_list_other(plan))
    style = _choose_style(plan, seed)
    return Quirks(charset=charset, style=style, meta=meta, planted=tuple(planted))


def _applies(plan: Plan, plant: str) -> bool:
    # Before 13:00 a twelve-hour clock shows the same figures.
    return plant != "meta-twelve-hour" or plan.published.hour > 12


def _list_other(plan: Plan) -> list[str]:
    key, place = plan.column.key, plan.place
    planted = []
    if (key, place) == IMPOSSIBLE_DATE:
        planted.append("date-impossible")
    elif (key, place) == MISSING_DATE:
        planted.append("date-missing")
    elif plan.column.family == "static":
        shape = {1: "chinese-numerals", 2: "full-width", 3: "two-digit-year"}
        if place % 5 in shape:
            planted.append("date-" + shape[place % 5])
    if plan.column.front == "A" and place % 11 == 5:
        planted.append("index-zeros-lost")
    if plan.column.front == "B" and place % 13 == 6:
        planted.append("index-check-wrong")
    if key == "departments" and place % 23 == 11:
        planted.append("source-blank")
    if key == "departments" and place % 5 == 2:
        planted.append("markup-script")
    if (key, place) in HTTP:
        planted.append(HTTP[key, place])
    return planted


def _choose_style(plan: Plan, seed: int) -> str:
    if plan.column.family == "static":
        return "breaks" if plan.place % 2 else "font"
    draw = Dice(seed, plan.index, 61).below(10)
    return (*["plain"] * 3, *["spaces"] * 2, *STYLES[2:5], "word", "plain")[draw]
