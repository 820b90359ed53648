"""What a page is: article, list, home, stub or an error page served as content.

An error page is short and says nothing else: the words of `error-pages.csv` count as a
whole title or line, or anywhere in a short page without article and entries. So an
article about errors stays an article.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from lxml.html import HtmlElement

from contentkit.html import visible_lines
from contentkit.models import Finding, ListItem, PageKind
from contentkit.profile import UrlPatterns
from contentkit.resources import read_codelist
from contentkit.text import fold

_SHORT = 400
"""Folded characters of an error page without the site's frame; the longest known, of a
firewall, has some 300."""

_TITLED = 2_500
"""The same for a page whose title says it is an error: it may explain the error at
length (a firewall's help has 1,500) or carry the site's navigation."""

_MANY_ITEMS = 3
_BESIDE = 40  # characters: the longest index number has 28, a date has 10
_LONGEST_TITLE = 200
_LONGEST_ADDRESS = 2_000

_ELEMENT = re.compile(
    r"<(?:html|head|body|div|p|table|ul|a|span|meta|title|frameset)\b", re.IGNORECASE
)
_MEDIA = ("img", "iframe", "video", "audio", "embed", "object", "area")
_TITLE_ENDS = re.compile(r"[-_|—–]")

_INFO = re.compile(
    r"(?:发布|发文|更新|成文|录入|添加|日期|时间|来源|作者|浏览|点击|阅读)"
    r"\s{0,4}(?:时间|日期|次数|量|数|机构|单位)?\s{0,4}[:：]"
)
"""The line of labels below a title; more than a handful of them belong to rows."""
_MOST_LABELS = 8

_ARTICLE_URL = re.compile(
    r"/(?:art|article|content|info|show|detail|view|news)s?[_/-]?\d*/.*\d|/t?20\d{6}_\d+"
    r"|/20\d\d[-/_]?\d\d?[-/_]?\d\d?/|/(?:art|post|content|show|news|info|t)_\w*\d"
    r"|/\d{4,}\.s?html?$"
    r"|[?&](?:id|aid|articleid|contentid|newsid|infoid|docid)=\w*\d",
    re.IGNORECASE,
)
_LIST_URL = re.compile(
    r"/(?:index|list|default|main)?(?:[_-]?\d{1,4})?(?:\.(?:s?html?|jspx?|aspx?|php|do))?$"
    r"|/col/col\d+/|/(?:column|channel|category|lanmu|node)[_/-]?\d*|/list[_/-]?\d*"
    r"|[?&](?:cid|catid|classid|columnid|channelid|typeid|page|pageno)=",
    re.IGNORECASE,
)
_HOME_URL = re.compile(
    r"^/?(?:(?:index|default|home|main)[a-z]?\d?(?:\.(?:s?html?|jspx?|aspx?|php|do))?)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _ErrorSigns:
    status: re.Pattern[str]
    title: re.Pattern[str]
    line: re.Pattern[str]
    text: re.Pattern[str]


@cache
def _signs() -> _ErrorSigns:
    rows = read_codelist("error-pages")
    by_place = {
        place: "|".join(f"(?:{r['pattern']})" for r in rows if r["where"] == place)
        for place in ("status", "title", "heading", "text")
    }
    return _ErrorSigns(
        status=re.compile(by_place["status"]),
        title=re.compile(by_place["title"]),
        line=re.compile(by_place["heading"]),
        text=re.compile(by_place["text"]),
    )


def page_kind(
    tree: HtmlElement, text: str, url: str, *, body: str | None, n_items: int
) -> tuple[PageKind, Finding | None]:
    """Return the kind of a page, with a finding where an editor should know.

    `body` is the main text; "" where only labels, media or files of an article were
    found, None where nothing was. `n_items` says how many entries `read_items` gave, 0
    where it was not asked.
    """
    sign = _error_sign(tree, text, body=body, n_items=n_items)
    if sign is not None:
        finding = Finding(code="error-page", quote=sign, data={"sign": sign})
        return PageKind.ERROR, finding
    if body is None and not n_items:
        return _bare_kind(tree, text, url)
    if _is_home(url):
        return PageKind.HOME, None
    is_list = body is None or (
        n_items >= _MANY_ITEMS and _is_list_with_text(text, _address(url))
    )
    return (PageKind.LIST if is_list else PageKind.ARTICLE), None


def is_only_entries(body: str, items: Sequence[ListItem], url: str) -> bool:
    """Say whether a text is nothing but one or two dated entries: a column's last page.

    What may stand beside title and date of an entry is an index number. Three entries
    and more are a list anyway; an article's address makes an article of a mere link.
    """
    if not 0 < len(items) < _MANY_ITEMS or _ARTICLE_URL.search(_address(url)):
        return False
    rest = fold(body)
    for item in items:
        title = fold(item.title)
        if title not in rest:
            return False
        rest = rest.replace(title, "", 1)
    # a date above the text is the article's own: that of an entry stands in its row
    is_dated = all(item.date and item.date[:4] in rest for item in items)
    return is_dated and len(rest) <= _BESIDE * len(items)


def settle_kind(
    found: tuple[PageKind, Finding | None],
    url: str,
    patterns: UrlPatterns,
    *,
    n_items: int,
) -> tuple[PageKind, Finding | None]:
    """Return the outcome of `page_kind` after the `urls` of a profile had their say.

    An address of an article makes one of any page that shows something; an address of
    a list needs entries, for a column may be a single page of text. A stub or an error
    page stays what it is.
    """
    kind, _ = found
    if kind in {PageKind.STUB, PageKind.ERROR}:
        return found
    if any(pattern.search(url) for pattern in patterns.article):
        return PageKind.ARTICLE, None
    if n_items and any(pattern.search(url) for pattern in patterns.list):
        return PageKind.LIST, None
    return found


def _is_list_with_text(text: str, address: str) -> bool:
    """Say whether a page with a text and with entries is a list all the same."""
    if _ARTICLE_URL.search(address):
        return False
    labels = len(_INFO.findall(text))
    return bool(_LIST_URL.search(address)) or not 0 < labels <= _MOST_LABELS


def _bare_kind(
    tree: HtmlElement, text: str, url: str
) -> tuple[PageKind, Finding | None]:
    """Return the kind of a page where neither a text nor entries were found."""
    lines = visible_lines(tree)
    if _is_empty(tree, text, lines):
        return PageKind.STUB, Finding(code="page-stub")
    if _is_home(url):
        return PageKind.HOME, None
    address = _address(url)
    if _ARTICLE_URL.search(address) or _INFO.search(text):
        return PageKind.ARTICLE, None
    if _LIST_URL.search(address):
        return PageKind.LIST, None
    kind = PageKind.STUB if sum(map(len, lines)) <= _SHORT else PageKind.LIST
    return kind, Finding(code="kind-unclear", data={"kind": str(kind)})


def _error_sign(
    tree: HtmlElement, text: str, *, body: str | None, n_items: int
) -> str | None:
    """Return the words that make the page an error page."""
    signs = _signs()
    title = fold(_title(tree)[:_LONGEST_TITLE])
    parts = dict.fromkeys((title, _TITLE_ENDS.split(title, 1)[0]))
    has_status = any(signs.status.fullmatch(part) for part in parts)
    is_titled = has_status or any(signs.title.fullmatch(part) for part in parts)
    if not is_titled and body is not None and len(body) > 2 * _SHORT:
        return None
    has_content = n_items >= _MANY_ITEMS or (body is not None and _has_labels(text))
    if is_titled:
        size = sum(len(fold(line)) for line in visible_lines(tree))
        if size <= (_TITLED if has_status or not has_content else _SHORT):
            return title
    if has_content or (body is not None and len(body) > 2 * _SHORT):
        return None
    return _said_by(visible_lines(tree) if body is None else body.split("\n"))


def _title(tree: HtmlElement) -> str:
    for part in tree:
        if part.tag == "head":
            for element in part:
                if element.tag == "title":
                    return element.text or ""
    return ""


def _said_by(lines: list[str]) -> str | None:
    signs = _signs()
    folded = [fold(line) for line in lines]
    if sum(map(len, folded)) > _SHORT:
        return None
    for line in folded:
        if signs.line.fullmatch(line):
            return line
    found = signs.text.search("".join(folded))
    return found[0] if found else None


def _has_labels(text: str) -> bool:
    return _INFO.search(text) is not None


def _is_empty(tree: HtmlElement, text: str, lines: list[str]) -> bool:
    """Say whether a reader sees nothing: a counter, an include, a redirect, frames."""
    if not _ELEMENT.search(text):
        return True
    return not lines and next(tree.iter(*_MEDIA), None) is None


def _is_home(url: str) -> bool:
    path, _, query = _address(url).partition("?")
    return not query and bool(_HOME_URL.match(path))


def _address(url: str) -> str:
    """Return path and query of a URL, which say what kind of page it is."""
    _, slashes, rest = url.partition("://")
    _host, slash, path = (rest if slashes else url).partition("/")
    address = (slash + path if slashes else url).partition("#")[0] or "/"
    return address[:_LONGEST_ADDRESS]
