"""Rules on the meta tags of one page: META-01, META-03, META-06.

Which tags a page must have is data (`meta-tags.csv`): three on the home page, seven on
the page of a column, ten on an article (国办发〔2017〕47号). On harvested pages they are
told for the platform that will fill them; a document without title, date or source does
not pass its schema. META-05 needs all pages (`contentkit.validate.site`).
"""

import re
from collections.abc import Iterator
from functools import cache

from contentkit.extract.choose import Chosen
from contentkit.extract.claims import read_date
from contentkit.extract.metatags import Meta
from contentkit.models import Finding, PageKind
from contentkit.resources import read_codelist
from contentkit.text import fold

_CANONICAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}")
_HOURS = slice(11, 13)
_COPIES = ("ColumnDescription", "ColumnKeywords", "ColumnType")
_PAGES = {
    PageKind.HOME: ("home", "首页"),
    PageKind.LIST: ("column", "栏目页"),
    PageKind.ARTICLE: ("article", "文章页"),
}


def check_meta(meta: Meta, kind: PageKind, chosen: Chosen) -> Iterator[Finding]:
    """Yield what the standard tags of a page lack, and how they are filled."""
    if kind not in _PAGES:
        return
    page, page_zh = _PAGES[kind]
    told = {*meta.stated, *meta.empty}  # empty tags are META-02
    missing = [tag for tag in _required(page) if tag not in told]
    if missing:
        data = {"missing": "、".join(missing), "page": page, "page_zh": page_zh}
        yield Finding(code="META-01", data=data)
    if kind is PageKind.LIST:
        yield from _copied_column(meta)
    elif kind is PageKind.ARTICLE:
        yield from _repaired_date(meta, chosen)


def _copied_column(meta: Meta) -> Iterator[Finding]:
    """Yield META-06 where the tags about a column say no more than its name.

    Told on the page of the column; articles repeat its tags.
    """
    name = meta.stated.get("ColumnName", "")
    copies = [tag for tag in _COPIES if fold(meta.stated.get(tag, "")) == fold(name)]
    if name and copies:
        data = {"tags": "、".join(copies), "name": name}
        yield Finding(code="META-06", quote=name, data=data)


def _repaired_date(meta: Meta, chosen: Chosen) -> Iterator[Finding]:
    """Yield `pubdate-repaired` for a PubDate of another form, or with a 12-hour time."""
    text = meta.stated.get("PubDate")
    read = read_date(text) if text else None
    value = chosen.values.get("published_at")
    if text is None or read is None or value is None:
        return
    way, way_zh = "form", "格式不是“年-月-日 时:分”"
    if read[:10] == value[:10] and read[_HOURS] and read[_HOURS] != value[_HOURS]:
        way, way_zh = "12-hour time", "用了 12 小时制，网页上写明的是下午"
    elif _CANONICAL.fullmatch(text):
        return
    yield Finding(
        code="pubdate-repaired",
        field="published_at",
        quote=text,
        data={"text": text, "value": read, "taken": value, "way": way, "why": way_zh},
    )


@cache
def _required(page: str) -> tuple[str, ...]:
    return tuple(
        row["tag"] for row in read_codelist("meta-tags") if page in row["pages"].split()
    )
