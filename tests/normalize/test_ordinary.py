"""The one-scan way answers as the thorough way, or not at all."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentkit.normalize.ordinary import sanitize_ordinary
from contentkit.normalize.sanitize import sanitize_any, sanitize_body

NAMES = [
    "p",
    "div",
    "section",
    "h1",
    "h3",
    "h6",
    "ul",
    "ol",
    "li",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "td",
    "th",
    "caption",
    "blockquote",
    "a",
    "b",
    "strong",
    "i",
    "em",
    "u",
    "s",
    "sub",
    "sup",
    "small",
    "span",
    "font",
    "o:p",
    "del",
    "center",
    "pre",
    "dl",
    "dt",
    "fieldset",
]
LEFT = {"caption", "tfoot", "del", "center", "pre", "dl", "dt", "fieldset"}
ATTRIBUTES = {"a": ' href="http://a.example/1"'}
ORDINARY = [
    "甲",
    "　　甲\n乙&amp;lt; &gt;丙\xa0",
    '<p style="text-indent:2em" class="MsoNormal">甲<span lang="EN-US">乙</span></p>\n<p>丙</p>',
    "<p align='center' style='font:14px \"宋体\";\n  margin:0'><b>甲</b><br>乙</p>",
    '<p>甲</p><img src="http://a.example/1.png?a=1&amp;b=%E7" alt="图一" width="320">',
    '<p>甲<img src="http://t.example/t.gif" width="1" style="display:none">乙</p>',
    '<p><a href="http://10.0.3.7:8080/x?id=1#m" target="_blank" title="乙">甲</a></p>',
    '<p><a href="javascript:go()">甲</a><a name="x">乙</a><a href="">丙</a></p>',
    '<table border="1"><tr><td>甲</td></tr> <tr></tr></table>',
    '<table><tbody><tr><td colspan="2" nowrap><p>甲</p>乙</td><th>丙</th></tr></tbody></table>',
    '<ol type="1" start="3"><li>甲</li><li value="9">乙<ul><li>丙</li></ul></li></ol>',
    "<font face=\"宋体\"><p>甲</p><table><tr><td>乙</td></tr></table></font>",
    "<div align='right'><p><b><i></i> </b><u></u><u> </u></p></div>",
]  # fmt: skip
UNUSUAL = [
    "",
    "甲&nbsp;乙",
    "甲 & 乙",
    "甲>乙",
    "甲<br",
    "甲>乙<br",
    "<p>甲",
    "甲</p>",
    "</>",
    "<b><p>甲</p></b>",
    "<p><font><p>甲</p></font></p>",
    "<table>甲<tr><td>乙</td></tr></table>",
    "<p style='DISPLAY:none'>甲</p>",
    "<p lang='zh'>甲</p>",
    "<p title='甲'>甲</p>",
    "<p class='a' class='ck-center'>甲</p>",
    "<P>甲</P>",
    "<p >甲</p>",
    "<p/>甲",
    "<!-- 甲 -->乙",
    "<script>甲</script>乙",
    "<a href='http://a.example/1' class='ck-media'>甲</a>",
    "<a href='http://a.example/1'>甲<i><a href='http://a.example/2'>乙</a></i></a>",
    "<a href='http://a.example/附件.doc'>甲</a>",
    "<a href='http://a.example/a\nb'>甲</a>",
    "<a href='/a.html'>甲</a>",
    "<a href='http://256.1.1.1/'>甲</a>",
    "<a href='http://a.1/'>甲</a>",
    "<a href='http://xn--a.example/'>甲</a>",
    "<a href='http://a.example:99999/'>甲</a>",
    "<img src='data:image/png;base64,AAAA'>",
    "<img alt='甲'>",
    "<img src='http://a.example/1.png' alt='甲&quot;乙'>",
    "甲&quot;乙",
    "甲\x7f乙",
    "甲\r\n乙",
    "甲\uffff乙",
    "<span style='" + "x" * 3000 + "'>甲</span>",
    "<span>" * 200 + "甲" + "</span>" * 200,
]


def check(html):
    """Return whether the scan answers; then it must be right."""
    found = sanitize_ordinary(html)
    if found is not None:
        made = sanitize_any(html)
        assert (found, ()) == ((made.html, made.text), made.findings)
    return found is not None


@pytest.mark.parametrize("html", ORDINARY)
def test_ordinary_bodies_are_scanned(html):
    assert check(html)


@pytest.mark.parametrize("html", UNUSUAL)
def test_all_others_are_left_to_the_thorough_way(html):
    assert sanitize_ordinary(html) is None
    made = sanitize_any(html)
    assert sanitize_body(html) == made


@pytest.mark.parametrize("outer", NAMES)
def test_every_nesting_of_three(outer):
    scanned = 0
    for names in product([outer], NAMES, NAMES):
        html = "乙"
        for name in reversed(names):
            html = f"<{name}{ATTRIBUTES.get(name, '')}>甲{html}</{name}>丙"
        scanned += check(html)
        bare = html.replace("甲", "").replace("丙", " \n")
        for around in (
            "{}",
            "<table>{}</table>",
            "<table><tr>{}</tr></table>",
            "<ul>{}</ul>",
        ):
            scanned += check(around.format(bare))
    assert (scanned > 0) == (outer not in LEFT)


@pytest.mark.parametrize("name", NAMES)
def test_every_pair_of_neighbors(name):
    for around, other in product(("div", "td", "tr", "table", "ul", "p"), NAMES):
        html = "".join(
            f"<{x}{ATTRIBUTES.get(x, '')}>甲</{x}>\n" for x in (name, other, name)
        )
        check(f"<{around}>{html}</{around}>")


VALUES = st.one_of(
    st.sampled_from(
        [
            "",
            "center",
            "text-align:right;text-indent:2em",
            "display: none",
            "width:1px",
            "1",
            "0",
            "ck-indent x",
            "ck-media",
            "http://a.example/1.doc?x=1&amp;y=2",
            "http://1.2.3.4/",
            "http://01.2.3.4/",
            "https://a-b.example:80/~x/(1)",
            "mailto:a@b.example",
            "javascript:x()",
            "//a.example/x",
            "#x",
            "http://a.example/<",
        ]
    ),
    st.text("甲a1 %&;:/?#[]@!$'()*+,=.~|^`{}\\\n\t\xa0\u3000", max_size=12),
)
KEYS = st.sampled_from(
    [
        "align",
        "class",
        "style",
        "href",
        "src",
        "alt",
        "title",
        "lang",
        "name",
        "width",
        "colspan",
        "rowspan",
        "scope",
        "type",
        "start",
        "value",
        "reversed",
        "headers",
        "nowrap",
        "id",
        "onclick",
    ]
)
START = st.builds(
    lambda name, pairs, bare: (
        f"<{name}{''.join(f' {key}={chr(34)}{value}{chr(34)}' for key, value in pairs)}"
        f"{bare}>"
    ),
    st.sampled_from([*NAMES, "img", "br"]),
    st.lists(st.tuples(KEYS, VALUES), max_size=3),
    st.sampled_from(["", "", "", " reversed", " nowrap", " colspan", "/", " "]),
)


@settings(max_examples=400)
@given(START)
def test_any_attributes(start):
    name = start[1:].replace(">", " ").replace("/", " ").split()[0]
    end = "" if name in {"img", "br"} else f"</{name}>"
    check(f"{start}甲{end}")
    check(f"<table><tr>{start}甲{end}</tr></table>")
    check(f"<ul>{start}甲{end}</ul>")


MARKUP = st.one_of(
    START,
    st.sampled_from([f"</{name}>" for name in NAMES]),
    st.sampled_from(
        ["<p>", "<td>", "<tr>", "<table>", "<br>", "甲", " ", "\n", "\xa0"]
    ),
    st.text(max_size=8),
)


@settings(max_examples=300)
@given(st.lists(MARKUP, max_size=12).map("".join))
def test_any_markup(html):
    check(html)


TEXT = st.text("甲乙 \n\t\xa0\u3000\u200b\u2028\x85", max_size=6)
INLINE = st.recursive(
    TEXT,
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>",
        st.sampled_from(["b", "u", "span", "font", "em", "sup"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=8,
)
BLOCK = st.recursive(
    st.builds(lambda inner: f"<p>{inner}<br></p>", INLINE),
    lambda inner: st.builds(
        lambda pattern, parts: pattern.format("".join(parts)),
        st.sampled_from(
            [
                "<div>{}</div>",
                "{}\n",
                "<ul><li>{}</li></ul>",
                "<table><tr><td>{}</td> </tr></table>",
                "<table>\n<tbody><tr><td>{}</td></tr>\n</tbody></table>",
                "<font size='3'>{}</font>",
            ]
        ),
        st.lists(st.one_of(inner, INLINE), max_size=3),
    ),
    max_leaves=8,
)


@settings(max_examples=300)
@given(BLOCK)
def test_well_formed_bodies_are_scanned_and_right(html):
    assert check(html) or not html.strip()
