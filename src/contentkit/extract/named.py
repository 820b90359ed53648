"""Elements of a page by id and class, looked up once instead of searched for again.

An XPath from the root of a page visits every element. Most selectors begin with an id
or a class, be they written as CSS or by hand; those begin here at the named element.
The outcome is the same, for any selector and any page.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from contentkit.profile import compiled_xpath

_START = re.compile(
    r"(?:descendant-or-self::|//)(?P<tag>\*|[a-z][a-z0-9]*)\[(?:"
    r"@id ?= ?(?P<mark>['\"])(?P<id>[^'\"]+)(?P=mark)"
    r"|@class ?= ?(?P<sign>['\"])(?P<whole>[^'\"]+)(?P=sign)"
    r"|@class and (?:contains\(@class, '(?P<part>[^' ]+)'\) and )?"
    r"contains\(concat\(' ', normalize-space\(@class\), ' '\), ' (?P<word>[^' ]+) '\)"
    r")\](?P<rest>/[^|]+)?"
)
"""How an expression begins that names an id, a whole class attribute or a word of one,
in the words of cssselect too; a union (`|`) is left alone."""

_SPACE = re.compile(r"[ \t\r\n]+")  # what XPath means by white space


@dataclass(frozen=True, slots=True)
class _Start:
    """What an expression begins with, and what follows from there."""

    key: tuple[str, str]
    tag: str | None
    rest: etree.XPath | None


class Named:
    """The elements of one page; the tree must not change while this is in use."""

    def __init__(self, root: HtmlElement) -> None:
        self._root = root
        self._known: dict[tuple[str, str], list[HtmlElement]] | None = None

    def find(self, xpath: str) -> object:
        """Return what the expression gives on the root of the page."""
        start = _start(xpath)
        if start is None:
            return compiled_xpath(xpath)(self._root)
        if self._known is None:
            self._known = _index(self._root)
        elements = self._known.get(start.key, [])
        if start.tag is not None:
            elements = [element for element in elements if element.tag == start.tag]
        if start.rest is None or not elements:
            return list(elements)
        if len(elements) > 1:  # one may stand in another: XPath keeps order and repeats
            return compiled_xpath(xpath)(self._root)
        return start.rest(elements[0])


def _index(root: HtmlElement) -> dict[tuple[str, str], list[HtmlElement]]:
    found: dict[tuple[str, str], list[HtmlElement]] = defaultdict(list)
    for element in root.iter("*"):
        name = element.get("id")
        if name:
            found["id", name].append(element)
        names = element.get("class")
        if names:
            found["whole", names].append(element)
            for word in _words(names):
                found["word", word].append(element)
    return dict(found)


@lru_cache(maxsize=4096)
def _words(names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in _SPACE.split(names) if word))


@lru_cache(maxsize=4096)
def _start(xpath: str) -> _Start | None:
    match = _START.fullmatch(xpath)
    if match is None or match["part"] not in {None, match["word"]}:
        return None
    key = next((kind, match[kind]) for kind in ("id", "whole", "word") if match[kind])
    rest = match["rest"]
    return _Start(
        key=key,
        tag=None if match["tag"] == "*" else match["tag"],
        rest=compiled_xpath("." + rest) if rest else None,
    )
