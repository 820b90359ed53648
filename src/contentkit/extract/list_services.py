"""List services that answer in their own form: JPage, `queryData` and gkmlpt.

Interfaces as public pages and programs show them (STANDARDS 3.4): JPage takes record
numbers in a POST or a page number in a GET and answers `<datastore>` XML whose records
are HTML; the `queryData` service answers JSON with HTML in `data.html`; gkmlpt answers
JSON with `articles`. All three are asked one page after the other until an answer is
empty or the total is reached.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml.html import HtmlElement

from contentkit.extract.lists import count_records, read_listing, read_records
from contentkit.extract.page_request import ListAnswer, PageRequest
from contentkit.html import parse_fragment, resolve
from contentkit.models import ListItem
from contentkit.normalize.dates import find_date
from contentkit.text import fold_spaces

JPAGE, QUERY_DATA, GKMLPT = "jpage", "query-data", "gkmlpt"

_NEXT_GROUP = re.compile(
    r"<nextgroup>.{0,200}?href\s{0,3}=\s{0,3}\\?[\"']([^\"<>]{1,2000}?)\\?[\"']\s?>",
    re.DOTALL,
)
_TOTAL = re.compile(
    r"(?:<totalrecord>\s*|totalrecord['\"]?\s*[:=]\s*['\"]?)(\d+)", re.IGNORECASE
)
_TOTAL_PAGES = re.compile(r"<totalpage>\s*(\d+)", re.IGNORECASE)
_PROXY = re.compile(r"proxyurl['\"]?\s*[:=]\s*['\"]([^'\"]+)['\"]", re.IGNORECASE)
_PER_PAGE = re.compile(r"perpage['\"]?\s*[:=]\s*['\"]?(\d+)", re.IGNORECASE)
_PARAMETERS = re.compile(
    r"(?:ajaxparam|proxyparam)['\"]?\s*[:=]\s*(?:function\s*\(\s*\)\s*\{\s*return\s*)?"
    r"(?:\{([^{}]*)\}|['\"]([^'\"]*=[^'\"]*)['\"])",
    re.IGNORECASE,
)
_PAIR = re.compile(r"['\"]?(\w+)['\"]?\s*:\s*(?:'([^']*)'|\"([^\"]*)\"|([\w./-]+))")
_USUAL_ROWS = 15
_PAGES_A_REQUEST = 3
"""JPage fetches three pages at a time; its server answers no more than asked."""

_UNIT_PATH = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_UNIT_KEYS = {
    "parseType": "bulidstatic",
    "webId": "",
    "pageId": "",
    "pageType": "column",
    "tagId": "",
    "tplSetId": "",
}
"""Parameters of the service in their order with the usual value; the spelling
`bulidstatic` is the service's own."""

_SID = re.compile(r"\bSID['\"]?\s*[:=]\s*['\"]?(\d+)")
_GKMLPT_PATH = re.compile(r"^(.*?/gkmlpt)(?:/|$)")
_LONGEST_DATA = 2_000
_ENDLESS = 1_000_000
"""More pages than any list has."""

_BEIJING = timedelta(hours=8)
_LAST_SECOND = 4_000_000_000  # 2096: larger numbers are milliseconds or garbage


def first_requests(tree: HtmlElement, text: str, url: str) -> Iterator[PageRequest]:
    """Yield the requests to the list services that a page names."""
    lower = text.encode("utf-8", "replace").lower()  # bytes: many times faster
    if b"dataproxy.jsp" in lower:
        yield from _jpage(text, url)
    if b"querydata" in lower:
        yield from _query_data(tree, url)
    if "/gkmlpt" in url and (sid := _SID.search(text)):
        yield from _gkmlpt(url, sid[1])


def read_answer(text: str, request: PageRequest) -> ListAnswer:
    """Return entries and follow-up requests of a service's answer; garbage is empty."""
    if request.kind == JPAGE:
        return _read_jpage(text, request)
    try:
        data = json.loads(text)
    except ValueError:
        return ListAnswer()
    if not isinstance(data, dict):
        return ListAnswer()
    if request.kind == QUERY_DATA:
        return _read_query_data(data, request)
    return _read_gkmlpt(data, request)


def _jpage(text: str, url: str) -> Iterator[PageRequest]:
    following = _NEXT_GROUP.search(text)
    if following:
        yield PageRequest(url=_service_url(url, following[1]), kind=JPAGE)
        return
    proxy, parameters, total = (p.search(text) for p in (_PROXY, _PARAMETERS, _TOTAL))
    if not proxy or not parameters:
        return
    size = int(found[1]) if (found := _PER_PAGE.search(text)) else _USUAL_ROWS
    first = count_records(text) + 1
    if total is None or first <= int(total[1]):
        form = tuple(_form(parameters[1], parameters[2]))
        yield _window(resolve(url, proxy[1]).partition("?")[0], form, first, size)


def _form(pairs: str | None, query: str | None) -> Iterator[tuple[str, str]]:
    if query:
        yield from parse_qsl(query, keep_blank_values=True)
    for name, single, double, bare in _PAIR.findall(pairs or ""):
        yield name, single or double or bare


def _window(
    proxy: str, form: tuple[tuple[str, str], ...], first: int, size: int
) -> PageRequest:
    last = first + _PAGES_A_REQUEST * size - 1
    query = urlencode({"startrecord": first, "endrecord": last, "perpage": size})
    return PageRequest(url=f"{proxy}?{query}", kind=JPAGE, method="POST", form=form)


def _service_url(base: str, href: str) -> str:
    return resolve(base, href.replace("&amp;", "&"))


def _read_jpage(text: str, request: PageRequest) -> ListAnswer:
    items = read_records(text, request.url)
    if not items:
        return ListAnswer()
    if request.method == "POST":
        return ListAnswer(items=items, requests=tuple(_next_window(text, request)))
    following = _NEXT_GROUP.search(text)
    page, pages = _number(request.url, "page"), _TOTAL_PAGES.search(text)
    if not following or (pages and page is not None and page >= int(pages[1])):
        return ListAnswer(items=items)
    target = PageRequest(url=_service_url(request.url, following[1]), kind=JPAGE)
    requests = (target,) if target.url != request.url else ()
    return ListAnswer(items=items, requests=requests)


def _next_window(text: str, request: PageRequest) -> Iterator[PageRequest]:
    last, size = _number(request.url, "endrecord"), _number(request.url, "perpage")
    total = _TOTAL.search(text)
    if last and size and (total is None or last < int(total[1])):
        yield _window(request.url.partition("?")[0], request.form, last + 1, size)


def _number(url: str, name: str) -> int | None:
    for key, value in parse_qsl(urlsplit(url).query):
        if key.lower() == name.lower() and value.isdecimal():
            return int(value)
    return None


def _query_data(tree: HtmlElement, base: str) -> Iterator[PageRequest]:
    """Yield the first page of each list unit of the page (STANDARDS 3.4)."""
    seen = set()
    for element in tree.iter("script", "div", "ul", "span", "section"):
        data = (element.get("querydata") or "")[:_LONGEST_DATA]
        query = {k: a or b or c for k, a, b, c in _PAIR.findall(data)}
        unit = tuple(query.get(key, "") for key in ("webId", "pageId", "tagId"))
        if not any(unit) or unit in seen:
            continue
        seen.add(unit)
        service = resolve(base, element.get("url") or _UNIT_PATH).partition("?")[0]
        parts = {key: query.pop(key, usual) for key, usual in _UNIT_KEYS.items()}
        parts.update(query)
        parts["rows"] = query.get("rows") or _rows_shown(tree, element)
        parts.pop("count", None)
        parts.pop("pageNo", None)
        kept = {k: v for k, v in parts.items() if v or k == "paramJson"}
        yield _unit(service, kept, 1)


def _rows_shown(tree: HtmlElement, element: HtmlElement) -> str:
    """Return the rows a page that the pager states, on the unit itself or elsewhere."""
    for pager in (element, *tree.iter("div", "ul")):
        rows: str | None = pager.get("rows")
        if rows and pager.get("count"):
            return rows
    return ""


def _unit(service: str, query: Mapping[str, str], page: int) -> PageRequest:
    parts = dict(query)
    if "paramJson" in parts:
        rows = _page_and_rows(parts)[1] or _USUAL_ROWS
        parts["paramJson"] = json.dumps({"pageNo": page, "pageSize": rows})
    else:
        parts["pageNo"] = str(page)
    return PageRequest(url=f"{service}?{urlencode(parts)}", kind=QUERY_DATA)


def _read_query_data(data: Mapping[str, Any], request: PageRequest) -> ListAnswer:
    inner = data.get("data")
    html = inner.get("html") if isinstance(inner, dict) else None
    if not isinstance(html, str) or not html.strip():
        return ListAnswer()
    tree = parse_fragment(html)
    items = read_listing(tree, request.url)
    if not items:
        return ListAnswer()
    query = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    page, rows = _page_and_rows(query)
    count, shown = _count_and_page(tree)
    is_full = rows is None or len(items) >= rows
    is_counted = count < _ENDLESS and rows is not None and page * rows < count
    has_more = page < count and (is_full or is_counted)
    if not has_more or shown < page:
        return ListAnswer(items=items)
    query.pop("pageNo", None)
    service = request.url.partition("?")[0]
    return ListAnswer(items=items, requests=(_unit(service, query, page + 1),))


def _page_and_rows(query: Mapping[str, str]) -> tuple[int, int | None]:
    packed = dict(re.findall(r'"(\w+)":\s*"?(\d+)', query.get("paramJson", "")))
    page = packed.get("pageNo") or query.get("pageNo", "")
    rows = packed.get("pageSize") or query.get("rows", "")
    return int(page) if page.isdecimal() else 1, int(rows) if rows.isdecimal() else None


def _count_and_page(tree: HtmlElement) -> tuple[int, int]:
    """Return what the pager of an answer says: entries (or pages) and its own number.

    Sites disagree whether `count` is entries or pages; either way there are no more
    pages than that. A server that answers its last page for every later one shows it
    in `pageno`.
    """
    for element in tree.iter("div", "ul"):
        count = element.get("count") or ""
        if count.isdecimal():
            shown = element.get("pageno") or ""
            return int(count), int(shown) if shown.isdecimal() else _ENDLESS
    return _ENDLESS, _ENDLESS


def _gkmlpt(url: str, sid: str) -> Iterator[PageRequest]:
    """Ask for category 0, which holds all, and for the one the page's address names."""
    parts = urlsplit(url)
    prefix = _GKMLPT_PATH.match(parts.path)
    if prefix is None:
        return
    categories = ["0", *([parts.fragment] if parts.fragment.isdecimal() else [])]
    for category in dict.fromkeys(categories):
        service = f"{parts.scheme}://{parts.netloc}{prefix[1]}/api/all/{category}"
        query = urlencode({"page": 1, "sid": sid})
        yield PageRequest(url=f"{service}?{query}", kind=GKMLPT)


def _read_gkmlpt(data: Mapping[str, Any], request: PageRequest) -> ListAnswer:
    found = data.get("articles")
    articles = (
        [x for x in found if isinstance(x, dict)] if isinstance(found, list) else []
    )
    items = tuple(
        ListItem(
            url=resolve(
                request.url, str(article.get("url") or article.get("post_url"))
            ),
            title=fold_spaces(re.sub(r"<[^<>]*>", " ", str(article["title"]))),
            date=_published(article),
        )
        for article in articles
        if article.get("title") and (article.get("url") or article.get("post_url"))
    )
    page, total = _number(request.url, "page") or 1, data.get("total")
    if not items or not isinstance(total, int) or page * len(articles) >= total:
        return ListAnswer(items=items)
    query = dict(parse_qsl(urlsplit(request.url).query))
    target = f"{request.url.partition('?')[0]}?{urlencode({**query, 'page': page + 1})}"
    return ListAnswer(items=items, requests=(PageRequest(url=target, kind=GKMLPT),))


def _published(article: Mapping[str, Any]) -> str | None:
    """Return the publication date; the time of creation is none."""
    for name in ("display_publish_time", "visible_publish_time"):
        seconds = article.get(name)
        if isinstance(seconds, int) and 0 < seconds < _LAST_SECOND:
            moment = datetime.fromtimestamp(seconds, UTC) + _BEIJING
            return moment.strftime("%Y-%m-%d")
    match = find_date(str(article.get("date") or ""))
    return match.value if match else None
