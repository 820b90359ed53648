"""A selector that begins at a name gives what its XPath gives, on any page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from contentkit.extract.named import Named
from contentkit.html import parse_html
from contentkit.profile import compiled_xpath
from contentkit.profile_faults import to_xpath

CSS = (
    "#a",
    ".x",
    "p.x",
    "h1#a",
    ".x .y",
    ".x > .y",
    ".x p:first-child",
    "#a p:nth-child(2)",
    ".x, .y",
    "div.x.y",
    ".x a[href]",
    "#a ~ p",
)
XPATHS = (
    "//*[@class='x']//span[1]",
    "//*[@class = 'x y']/@id",
    '//*[@id="a"]/text()',
    "//div[@id='a']/..",
    "//*[@id='a']/ancestor::div",
    "//*[@id='a']/following::p",
    "//*[@class='x'] | //*[@class='y']",
    "//*[@class='x']/p[last()] | //h1",
    "//*[@id='a']//p[//h1]",
    "(//*[@class='x'])[1]",
    "string(//*[@id='a'])",
    "count(//*[@class='x'])",
    "//*[@class and contains(@class, 'z') and contains(concat(' ', normalize-space(@class), ' '), ' x ')]",
)
EXPRESSIONS = [*(to_xpath({"css": css}) for css in CSS), *XPATHS]

NAMES = st.sampled_from(["x", "y", "x y", " y\tx ", "xx", "x\u3000y", "X", ""])
TAGS = st.sampled_from(["div", "p", "h1", "span", "a", "o:p"])


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> str:
    tag = draw(TAGS)
    names = f' class="{draw(NAMES)}"' if draw(st.booleans()) else ""
    place = f' id="{draw(st.sampled_from("aab"))}"' if draw(st.booleans()) else ""
    inner = draw(st.lists(elements(depth - 1), max_size=3)) if depth else []
    return f"<{tag}{names}{place} href=1>{tag}{''.join(inner)}</{tag}>"


def places(found: object) -> object:
    """Elements by where they are, texts and numbers as they are."""
    if not isinstance(found, list):
        return found
    return [
        x.getroottree().getpath(x) if isinstance(x, etree.ElementBase) else x
        for x in found
    ]


@given(st.lists(elements(), max_size=4).map("".join))
def test_same_as_xpath(html: str) -> None:
    root = parse_html(f"<html><body class='x'>{html}</body></html>")
    named = Named(root)
    for xpath in EXPRESSIONS:
        assert places(named.find(xpath)) == places(compiled_xpath(xpath)(root)), xpath


@pytest.mark.parametrize("xpath", EXPRESSIONS)
def test_same_on_a_full_page(xpath: str) -> None:
    root = parse_html(
        "<html><body><h1 id=a class='x'>甲<a href=1>乙</a></h1><div id=a class='x y'>"
        "<p class=y id=b>丙<span>丁</span></p><p class='x'>戊<p class=y>己</div>"
        "<div class=x><div class=x><p>庚<p class='y z'>辛</div></div></body></html>"
    )
    assert places(Named(root).find(xpath)) == places(compiled_xpath(xpath)(root))


def test_one_named_element_is_not_searched_for() -> None:
    """What follows a name is evaluated there, so the page is not visited again."""
    root = parse_html("<div id=a><p>甲</p></div><p>乙</p>")
    named = Named(root)
    assert [p.text for p in named.find("//*[@id='a']/p")] == ["甲"]
    root.find("body").remove(root.find("body/div"))
    # the index still knows the element that the tree has lost
    assert [p.text for p in named.find("//*[@id='a']/p")] == ["甲"]
