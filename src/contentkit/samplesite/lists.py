"""List pages, one column at a time, with the paging of each family.

Documents come in the order of the list, so only the entries of one page (or of one
group of a JPage service) are held at a time.
"""

import json
from collections.abc import Callable
from html import escape
from urllib.parse import quote

from contentkit.samplesite.addresses import ORIGIN, list_path
from contentkit.samplesite.layout import Column
from contentkit.samplesite.pages import charset_tag, column_meta, crumb
from contentkit.samplesite.plan import Plan
from contentkit.samplesite.quirks import COLUMN_CHARSETS, FAMILY_CHARSETS, UTF8
from contentkit.samplesite.templates import load_template

PROXY = "/module/web/jpage/dataproxy.jsp"
UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
GROUP_PAGES = 3
"""A JPage answer holds the records of three pages."""

STRAYS = {
    "publicity": ("/art/2016/2/1/art_1106_9000.html", "关于2016年春节慰问名单的公示", "2016-02-01"),
    "news": ("http://www.shili.example/art/2024/6/1/art_1_1.html", "示例市部署上半年重点工作", "2024-06-01"),
}  # fmt: skip
"""First entries that lead nowhere: an article that is gone, a page of another site."""

_TRUNCATED = 22  # characters that the EmpireCMS lists show of a title
Put = Callable[[str, bytes], None]


class ListWriter:
    """Writes the list pages of one column as its documents come."""

    def __init__(self, column: Column, put: Put) -> None:
        self._column = column
        self._put = put
        self._entries: list[str] = []
        self._page = 1
        groups = GROUP_PAGES if column.family == "jpage" else 1
        self._size = column.per_page * groups
        self._left = count_entries(column)
        if column.documents and column.key in STRAYS:
            path, title, day = STRAYS[column.key]
            make = _make_record if column.family == "jpage" else _make_entry
            self._append(make(path, title, day))

    def add(self, plan: Plan) -> None:
        """Add the next document of the column."""
        self._append(_entry(plan))

    def close(self) -> None:
        """Write the last page; an empty column gets its only one."""
        self._flush()

    def _append(self, entry: str) -> None:
        self._entries.append(entry)
        self._left -= 1
        if len(self._entries) == self._size and self._left:
            self._flush()

    def _flush(self) -> None:
        column = self._column
        items = _wrap(column, self._entries)
        match column.family:
            case "jcms":
                answer = {"success": True, "code": "200", "data": {"html": items}}
                data = json.dumps(answer, ensure_ascii=False).encode()
                self._put(f"service/unit/{column.code}/{self._page}.json", data)
            case "jpage":
                data = _make_datastore(column, self._entries, self._page).encode()
                self._put(f"service/jpage/{column.code}/{self._page}.xml", data)
                items = _embed_datastore(column, self._entries)
        if self._page == 1 or column.family not in {"jcms", "jpage"}:
            self._put("site" + list_path(column, self._page), self._render(items))
        self._entries = []
        self._page += 1

    def _render(self, items: str) -> bytes:
        column = self._column
        charset = list_charset(column)
        has_meta = column.family in {"jcms", "jpage", "trs"}
        html = load_template(f"{column.family}-list.html").render(
            charset=charset_tag(charset, column.family),
            meta="\n".join(column_meta(column)) if has_meta else "",
            name=escape(column.names[-1]),
            crumb=crumb(column, with_list=False),
            items=items,
            pager=_pager(column, self._page),
        )
        return html.encode("gbk" if charset == "gb2312" else "utf-8")


def count_entries(column: Column) -> int:
    """Return how many entries the list pages of a column show in total."""
    return column.documents + (column.documents > 0 and column.key in STRAYS)


def count_pages(column: Column) -> int:
    """Return how many list pages a column has; an empty one has one."""
    return max(1, -(-count_entries(column) // column.per_page))


def list_charset(column: Column) -> str:
    """Return the charset that the list pages of a column declare."""
    usual = COLUMN_CHARSETS.get(column.key) or FAMILY_CHARSETS.get(column.family, UTF8)
    assert usual.declared is not None
    return usual.declared


def _entry(plan: Plan) -> str:
    day = plan.published.date()
    match plan.column.family:
        case "jpage":
            return _make_record(plan.path, plan.title, day.isoformat())
        case "trs":
            # Relative to the folder of the list, as TRS publishes them.
            path = "./" + plan.path.removeprefix(f"/{plan.column.code}/")
            return _make_entry(path, plan.title, f"{day:%Y-%m-%d}")
        case "empirecms":
            path = ORIGIN + plan.path if plan.place % 3 == 0 else plan.path
            return _make_entry(path, plan.title, f"{day:%m-%d}", limit=_TRUNCATED)
        case "gkmlpt":
            number = escape(plan.index_number or "")
            title = escape(plan.title, quote=False)
            return (
                f'<tr><td>{number}</td><td><a href="{plan.path}" target="_blank">'
                f"{title}</a></td><td>{day.isoformat()}</td></tr>\n"
            )
        case "static":
            title = escape(plan.title, quote=False)
            path = plan.path.removeprefix(f"/jlwz/{plan.column.code}/")
            return (
                f"<TR><TD>·<A HREF={path} TARGET=_blank>{title}</A> "
                f"<FONT COLOR=#999999>[{day.year}-{day.month}-{day.day}]</FONT></TD></TR>\n"
            )
    return _make_entry(plan.path, plan.title, day.isoformat())


def _make_entry(path: str, title: str, day: str, *, limit: int = 0) -> str:
    shown = title if not limit or len(title) <= limit else title[:limit] + "…"
    return (
        f'<li><a href="{escape(path)}" title="{escape(title)}" target="_blank">'
        f"{escape(shown, quote=False)}</a><span>{day}</span></li>\n"
    )


def _make_record(path: str, title: str, day: str) -> str:
    return f"<record><![CDATA[\n{_make_entry(path, title, day)}]]></record>\n"


def _wrap(column: Column, entries: list[str]) -> str:
    if not entries:
        return '<div class="list">暂无信息</div>'
    rows = "".join(entries)
    if column.family == "gkmlpt":
        head = "<tr><th>索引号</th><th>名称</th><th>发布日期</th></tr>\n"
        return f'<table class="disclosure list-table">\n{head}{rows}</table>'
    if column.family == "static":
        return f"<TABLE WIDTH=96% ALIGN=center CELLPADDING=4>\n{rows}</TABLE>"
    return f'<ul class="list">\n{rows}</ul>'


def _make_datastore(column: Column, records: list[str], group: int) -> str:
    following = ""
    if group * GROUP_PAGES < count_pages(column):
        following = (
            f'<nextgroup><![CDATA[<a href="{PROXY}?page={group + 1}&webid=1&path=/'
            f"&columnid={column.code}&unitid=2{column.code}"
            f'&webname={quote("江澜区人民政府")}&permissiontype=0"></a>]]></nextgroup>\n'
        )
    inner = f"{following}<recordset>\n{''.join(records)}</recordset>"
    return f"<datastore>\n{inner}\n</datastore>"


def _embed_datastore(column: Column, records: list[str]) -> str:
    store = _make_datastore(column, records, 1)
    form = (
        f"{{col:1,webid:1,path:'/',columnid:{column.code},sourceContentType:1,"
        f"unitid:2{column.code},webname:'江澜区人民政府',permissiontype:0}}"
    )
    return (
        f'<div id="2{column.code}"><script type="text/xml">{store}</script></div>\n'
        '<script type="text/javascript" src="/script/jpage.js"></script>\n'
        f"<script type=\"text/javascript\">$(function(){{$('#2{column.code}').jpage({{"
        f"themeName:'default',totalRecord:{count_entries(column)},perPage:{column.per_page},"
        f"groupSize:{GROUP_PAGES},proxyUrl:'{PROXY}',ajaxParam:{form}}});}});</script>"
    )


def _pager(column: Column, page: int) -> str:
    match column.family:
        case "jcms":
            query = (
                f"{{'webId':'1','pageId':'{column.code}','parseType':'bulidstatic',"
                f"'pageType':'column','tagId':'信息列表','tplSetId':'jl{column.code}'}}"
            )
            return (
                f'<div class="pager pagination" id="page_{column.code}" '
                f'count="{count_entries(column)}" rows="{column.per_page}" pageNo="1" '
                f'unitUrl="{UNIT}" queryData="{query}"></div>'
            )
        case "trs":
            call = (
                f'createPageHTML({count_pages(column)}, {page - 1}, "index", "html");'
            )
            return f'<div class="pager"><script type="text/javascript">{call}</script></div>'
        case "empirecms" | "gkmlpt" | "static":
            return _link_pager(column, page)
    return ""


def _link_pager(column: Column, page: int) -> str:
    last = count_pages(column)
    links = [f"共{count_entries(column)}条 第{page}/{last}页"]
    if page > 1:
        links.append(f'<a href="{list_path(column, page - 1)}">上一页</a>')
    if column.family == "empirecms":
        numbers = range(max(1, page - 2), min(last, page + 2) + 1)
        links.extend(
            f"<b>{n}</b>" if n == page else f'<a href="{list_path(column, n)}">{n}</a>'
            for n in numbers
        )
    if page < last:
        links.append(f'<a href="{list_path(column, page + 1)}">下一页</a>')
    return f'<div class="pager">{" ".join(links)}</div>'
