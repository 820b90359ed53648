"""Links are replaced and nothing else is touched, on what nh3 really writes."""

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.bundle.links import rewrite_links

OLD = "http://www.old.example"
NEW = {
    f"{OLD}/1.html": "/zwgk/1.html",
    f"{OLD}/2.jsp?a=1&b=2": "/zwgk/2.html",
    f"{OLD}/pic.png": "/files/ab/pic",
    f"{OLD}/q.html": '/zwgk/q.html?x="1"&y=<2>',
    f"{OLD}/f.html": "/zwgk/f.html#part",
}


def rewrite(html: str):
    return rewrite_links(
        html, resolve=NEW.get, internal=lambda url: url.startswith(OLD)
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>no link</p>", "<p>no link</p>"),
        (f'<a href="{OLD}/1.html">x</a>', '<a href="/zwgk/1.html">x</a>'),
        (f'<a href="{OLD}/1.html#s2">x</a>', '<a href="/zwgk/1.html#s2">x</a>'),
        (f'<a href="{OLD}/f.html#s2">x</a>', '<a href="/zwgk/f.html#part">x</a>'),
        ('<a href="#s2">x</a>', '<a href="#s2">x</a>'),
        ('<a href="">x</a>', '<a href="">x</a>'),
        (
            f'<a href="{OLD}/2.jsp?a=1&amp;b=2" title="t">x</a>',
            '<a href="/zwgk/2.html" title="t">x</a>',
        ),
        (f'<img alt="" src="{OLD}/pic.png">', '<img alt="" src="/files/ab/pic">'),
        (
            f'<a href="{OLD}/q.html">x</a>',
            '<a href="/zwgk/q.html?x=&quot;1&quot;&amp;y=&lt;2&gt;">x</a>',
        ),
        (
            f'<a href="{OLD}/1.html"><img src="{OLD}/pic.png"></a>',
            '<a href="/zwgk/1.html"><img src="/files/ab/pic"></a>',
        ),
        # words that look like links are words
        (f'<p> href="{OLD}/1.html"</p>', f'<p> href="{OLD}/1.html"</p>'),
        (
            f'<a title="a > b &quot; href=&quot;" href="{OLD}/1.html">x</a>',
            '<a title="a > b &quot; href=&quot;" href="/zwgk/1.html">x</a>',
        ),
        ('<a href="mailto:a@b.example">x</a>', '<a href="mailto:a@b.example">x</a>'),
        (
            '<a href="https://other.example/">x</a>',
            '<a href="https://other.example/">x</a>',
        ),
    ],
)
def test_links_are_rewritten(before, after):
    assert rewrite(before).html == after
    assert rewrite(before).unresolved == ()


def test_unknown_internal_links_stay_and_are_listed_once():
    html = (
        f'<a href="{OLD}/x.html#a">1</a><a href="{OLD}/1.html">2</a>'
        f'<a href="{OLD}/y.html?a&amp;b">3</a><img src="{OLD}/x.html">'
    )
    found = rewrite(html)
    assert found.html == html.replace(f"{OLD}/1.html", "/zwgk/1.html")
    assert found.unresolved == (f"{OLD}/x.html", f"{OLD}/y.html?a&b")


addresses = st.sampled_from([*NEW, f"{OLD}/none", "#a", "https://o.example/?a=1&b=2"])
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20)
pieces = st.one_of(
    words,
    st.builds('<a href="{}" title="{}">{}</a>'.format, addresses, words, words),
    st.builds("<img src='{}' alt='{}'>".format, addresses, words),
    st.builds("<p align={}>{}".format, words, words),
)


@given(st.lists(pieces, max_size=6).map("".join))
def test_sanitized_html_keeps_all_but_its_links(source):
    clean = nh3.clean(source, link_rel=None)
    found = rewrite(clean)
    # what nh3 would write for the new links: cleaning again changes nothing
    assert nh3.clean(found.html, link_rel=None) == found.html
    assert nh3.clean_text(strip(found.html)) == nh3.clean_text(strip(clean))
    for old in NEW:
        assert f'="{old}"' not in found.html


@given(st.lists(pieces, max_size=6).map("".join))
def test_nothing_known_changes_nothing(source):
    clean = nh3.clean(source, link_rel=None)
    found = rewrite_links(clean, resolve=lambda _: None, internal=lambda _: False)
    assert found.html == clean
    assert found.unresolved == ()


@given(st.text())
def test_any_text_is_taken(source):
    rewrite(source)


def strip(html: str) -> str:
    return nh3.clean(html, tags=set())
