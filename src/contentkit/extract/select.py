"""Selectors of a profile applied to a page or a part of it."""

from lxml import etree
from lxml.html import HtmlElement

from contentkit.extract.named import Named
from contentkit.html import visible_text
from contentkit.profile import Selector, compiled_xpath
from contentkit.text import strip


def select_elements(selector: Selector, node: HtmlElement | Named) -> list[HtmlElement]:
    """Return the elements that the selector finds, in document order."""
    found = _found(selector, node)
    if not isinstance(found, list):
        return []
    return [item for item in found if isinstance(item, etree.ElementBase)]


def select_values(selector: Selector, node: HtmlElement | Named) -> list[str]:
    """Return the values that the selector finds, without empty ones.

    Several values of a selector that says neither `join` nor `many` are an ambiguity,
    which the caller turns into a finding.
    """
    found = _found(selector, node)
    if not isinstance(found, list):
        parts: list[object] = [found]
    else:
        parts = list(found)
    values = [value for item in parts if (value := _value(selector, item))]
    if selector.join is not None and values:
        return [selector.join.join(values)]
    return values


def _found(selector: Selector, node: HtmlElement | Named) -> object:
    if isinstance(node, Named):
        return node.find(selector.xpath)
    found: object = compiled_xpath(selector.xpath)(node)
    return found


def _value(selector: Selector, item: object) -> str:
    if isinstance(item, etree.ElementBase):
        text = item.get(selector.attr) or "" if selector.attr else visible_text(item)
    else:
        text = str(item)
    if selector.regex is not None:
        match = selector.regex.search(text)
        if match is None:
            return ""
        text = match[1] if match.re.groups else match[0]
    return strip(text or "")
