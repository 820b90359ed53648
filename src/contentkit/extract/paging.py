"""The further pages of a list: which requests bring them, and what the answers hold.

Static pages are links (下一页, page numbers), option lists and the counts that paging
scripts get: `createPageHTML(count, index, "name", "ext")` of TRS WCM and its like.
Services that answer in their own form are read in `list_services`. A request is made
only where the page says how; addresses that leave the host or that only turn a calendar
are not followed, and a count is bounded.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml.html import HtmlElement

from contentkit.extract.link_words import link_role
from contentkit.extract.list_services import first_requests, read_answer
from contentkit.extract.page_request import ListAnswer, PageRequest
from contentkit.html import base_of, resolve
from contentkit.text import fold_spaces

MOST_PAGES = 2_000
"""Pages of one list that are asked for; the largest known has some 1,500."""

_CALL = re.compile(r"\bcreatePage(?:HTML|Html|html)?\w*\s*\(([^()]*)\)")
_ARGUMENT = re.compile(r"""\s*(?:'([^']*)'|"([^"]*)"|([\w.]+))\s*(?:,|$)""")
_VARIABLE = re.compile(r"\bvar\s+(\w+)\s*=\s*['\"]?(\d+)['\"]?\s*[;,/\r\n]")
_COUNT = re.compile(
    r"\b(?:countPage|pageCount|totalPages?|page_count|nPageCount|_nPageCount|pagecount)"
    r"\s*=\s*['\"]?(\d+)"
)
_COUNT_WORDS = ("ountPage", "ageCount", "agecount", "otalPage", "page_count")
_CURRENT = re.compile(
    r"\b(?:currentPage|currPage|nCurrIndex|pageIndex|curPage)\s*=\s*['\"]?(\d+)"
)
_NAME = re.compile(
    r"""['"]((?:[\w.-]*/)*[\w-]*?)_['"]\s*\+[^;{}]{0,80}?['"]?\.?(s?html?|jsp|aspx?|php)\b"""
)
_SCRIPTED = re.compile(
    r"^javascript:\s*\w*(?:page|Page|go|Go)\w*\s*\(\s*['\"]?(\d+)['\"]?\s*[,)]"
)
_PAGE_FIELDS = frozenset(
    [
        "page",
        "pageno",
        "pagenum",
        "pagenumber",
        "pageindex",
        "currentpage",
        "curpage",
        "currpage",
        "p",
        "nowpage",
    ]
)
_CALENDAR_FIELDS = frozenset(
    [
        "y",
        "m",
        "d",
        "year",
        "month",
        "day",
        "date",
        "time",
        "yyyy",
        "mm",
        "nian",
        "yue",
        "week",
    ]
)
_TRAILING_NUMBER = re.compile(r"[-_]?\d+$")
_DIGITS = re.compile(r"\d+")


def next_urls(tree: HtmlElement, text: str, url: str) -> tuple[str, ...]:
    """Return the addresses of the list's other pages that a plain GET brings."""
    requests = next_requests(tree, text, url)
    return tuple(x.url for x in requests if x.kind == "page" and x.method == "GET")


def next_requests(
    tree: HtmlElement, text: str, url: str, *, limit: int = MOST_PAGES
) -> tuple[PageRequest, ...]:
    """Return every request for further pages that the page tells how to make.

    `text` is the page's source. Not more than `limit`, without repeats and without the
    page itself, in the order of the pages where it is known.
    """
    base = base_of(tree, url)
    found = dict.fromkeys(first_requests(tree, text, base))
    own = url.partition("#")[0]
    urls = [*_linked_pages(tree, base), *_counted_pages(text, base, limit)]
    for target in urls:
        if target.partition("#")[0] != own:
            found[PageRequest(url=target.partition("#")[0])] = None
    found.update(dict.fromkeys(_form_pages(tree, base)))
    return tuple(found)[:limit]


def read_list_response(text: str, request: PageRequest) -> ListAnswer:
    """Return the entries and follow-up requests of an answer to a service request.

    `text` is the decoded body; garbage gives an empty answer. For the kind `page` read
    the answer as any page (`read_items`, `next_requests`).
    """
    return read_answer(text, request)


def _linked_pages(tree: HtmlElement, base: str) -> Iterator[str]:
    """Yield the targets of links and options of the pager."""
    for element in tree.iter("a", "option"):
        is_option = element.tag == "option"
        href = (element.get("value" if is_option else "href") or "").strip()
        if not href or href[0] == "#" or href[:11].lower() == "javascript:":
            continue
        if is_option and not ("." in href or "/" in href or "?" in href):
            continue
        role = "number" if is_option else link_role(_text_of(element))
        if role in {"next", "last", "number"}:
            target = resolve(base, href)
            is_word = role == "next" and any(c.isalpha() for c in _text_of(element))
            if _is_same_list(base, target, is_word=is_word):
                yield target


def _text_of(element: HtmlElement) -> str:
    text = element.text if not len(element) else "".join(element.itertext())
    return fold_spaces(text or "") or (element.get("title") or "")


def _is_same_list(url: str, target: str, *, is_word: bool) -> bool:
    """Say whether a target is a page of the same list.

    Below the words 下一页 any page of the host may follow; a mere number or arrow must
    differ in a number only, and not in a year, month or day.
    """
    try:
        own, other = urlsplit(url), urlsplit(target)
    except ValueError:
        return False
    if own.netloc.lower() != other.netloc.lower() or other.scheme not in {
        "http",
        "https",
    }:
        return False
    if _turns_calendar(own.query, other.query):
        return False
    return is_word or _list_key(own.path, own.query) == _list_key(
        other.path, other.query
    )


def _turns_calendar(own: str, other: str) -> bool:
    if own == other:
        return False
    before = dict(parse_qsl(own))
    changed = {k.lower() for k, v in parse_qsl(other) if before.get(k) != v}
    return bool(changed & _CALENDAR_FIELDS) and not changed & _PAGE_FIELDS


@lru_cache(maxsize=1024)
def _list_key(path: str, query: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    stem, dot, suffix = name.partition(".")
    stem = _TRAILING_NUMBER.sub("", stem)
    if stem in {"index", "default", "list", ""}:
        stem = suffix = dot = ""
    pairs = sorted(
        (k.lower(), v) for k, v in parse_qsl(query) if k.lower() not in _PAGE_FIELDS
    )
    return f"{folder}/{_DIGITS.sub('#', stem)}{dot}{suffix}", str(pairs)


def _counted_pages(text: str, base: str, limit: int) -> Iterator[str]:
    """Yield the pages that a paging script counts."""
    if "createPage" in text:
        variables = dict(_VARIABLE.findall(text))
        for call in _CALL.finditer(text):
            numbers, names = _arguments(call[1], variables)
            if len(numbers) >= 2 and len(names) >= 2:
                yield from _trs_pages(numbers, names[-2:], base, limit)
                return
    if not any(word in text for word in _COUNT_WORDS):
        return
    count = _COUNT.search(text)
    name = _NAME.search(text) if count else None
    if not count or not name or _TRAILING_NUMBER.search(_stem(base)):
        return  # the first page knows all; on a later one the count's start is unclear
    current = _CURRENT.search(text)
    from_zero = int(current[1]) == 0 if current else count[0].startswith("countPage")
    pages = min(int(count[1]), limit)
    for number in range(1, pages) if from_zero else range(2, pages + 1):
        yield resolve(base, f"{name[1]}_{number}.{name[2]}")


def _stem(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2].partition(".")[0]


def _arguments(text: str, variables: dict[str, str]) -> tuple[list[int], list[str]]:
    """Return the numbers of a call and the texts after the first of them."""
    numbers: list[int] = []
    names: list[str] = []
    for single, double, bare in _ARGUMENT.findall(text):
        value = variables.get(bare, bare)
        if value.isdecimal():
            numbers.append(int(value))
        elif numbers and (single or double):
            names.append(single or double)
    return numbers, names


def _trs_pages(
    numbers: list[int], names: list[str], base: str, limit: int
) -> Iterator[str]:
    """Yield `name_1.ext` to `name_{count-1}.ext`; the first page has no number."""
    name, suffix = names
    for number in range(1, min(numbers[0], limit)):
        yield resolve(base, f"{name}_{number}.{suffix.lstrip('.')}")


def _form_pages(tree: HtmlElement, base: str) -> Iterator[PageRequest]:
    """Yield the pages behind `javascript:goPage(3)` where one form has a page field."""
    numbers = sorted(
        {
            int(match[1])
            for a in tree.iter("a")
            if (match := _SCRIPTED.match((a.get("href") or "").strip()))
        }
    )
    if not numbers:
        return
    forms = [
        (form, field) for form in tree.iter("form") if (field := _page_field(form))
    ]
    if len(forms) != 1:
        return
    form, field = forms[0]
    method = (form.get("method") or "get").upper()
    action = resolve(base, form.get("action") or "") or base
    if urlsplit(action).netloc != urlsplit(base).netloc:
        return
    for number in numbers:
        pairs = tuple(_form_pairs(form, field, number))
        if method == "POST":
            yield PageRequest(url=action, method="POST", form=pairs)
        else:
            yield PageRequest(url=f"{action.partition('?')[0]}?{urlencode(pairs)}")


def _page_field(form: HtmlElement) -> str | None:
    for field in form.iter("input"):
        name = field.get("name") or ""
        if name.lower().rpartition(".")[2] in _PAGE_FIELDS:
            return name
    return None


def _form_pairs(
    form: HtmlElement, field: str, number: int
) -> Iterable[tuple[str, str]]:
    for item in form.iter("input"):
        name = item.get("name")
        if not name or (item.get("type") or "text").lower() in {
            "submit",
            "button",
            "image",
        }:
            continue
        yield name, str(number) if name == field else item.get("value") or ""
