"""Sanitizing: fidelity by table, nothing executable survives, nothing visible is lost."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.html import parse_fragment, visible_text
from contentkit.normalize import allowed, sanitize
from contentkit.normalize.sanitize import sanitize_any, sanitize_body

TABLE = Path(__file__).parents[1] / "tables" / "sanitize.toml"
ROWS = tomllib.loads(TABLE.read_text(encoding="utf-8"))["body"]


# whoever writes our classes: a page that has them is a page like any other
CLASS = re.compile(' class="ck-[^"]*"')


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["why"])
def test_bodies(row):
    made = sanitize_body(row["html"])
    assert made.html == row["clean"]
    lost = [x.data["what"] for x in made.findings if x.code == "sanitize-loss"]
    hidden = [x.quote for x in made.findings if x.code == "hidden-text"]
    assert lost == row.get("lost", [])
    assert hidden == ([row["hidden"]] if "hidden" in row else [])
    again = sanitize_body(made.html)
    assert (again.html, again.findings) == (CLASS.sub("", made.html), ())


def test_no_page_writes_our_classes():
    # a link of this class would hide its words from body_text
    made = sanitize_body(
        '<p class="ck-right ck-media">见<a class="ck-media" href="/1.html">附则</a></p>'
    )
    assert made.html == '<p>见<a href="/1.html">附则</a></p>'
    assert (made.text, made.findings) == ("见附则", ())


HOSTILE = [
    "<script>alert(1)</script>甲",
    "<scr<script>ipt>alert(1)</scr</script>ipt>甲",
    '<img src=x onerror="alert(1)">',
    "<img src='http://a.example/1.png' onload=alert(1)//>",
    "<svg onload=alert(1)><circle/></svg>甲",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img src=x onerror=alert(1)>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href='java\tscript:alert(1)'>甲</a>",
    "<a href=' &#1; javascript:alert(1)'>甲</a>",
    "<a href='JaVaScRiPt&colon;alert(1)'>甲</a>",
    "<a href='vbscript:msgbox(1)'>甲</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>甲</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='javascript:alert(1)'>",
    "<video><source onerror=alert(1) src='javascript:alert(1)'></video>",
    "<p style='background:url(javascript:alert(1))'>甲</p>",
    "<p style='width:expression(alert(1))'>甲</p>",
    "<div style=\"text-align:center\" onmouseover='alert(1)'>甲</div>",
    "<base href='http://evil.example/'><a href='x'>甲</a>",
    "<meta http-equiv='refresh' content='0;url=http://evil.example/'>甲",
    "<link rel=stylesheet href='http://evil.example/x.css'>甲",
    "<form action='http://evil.example/'><input name=a><button>甲</button></form>",
    "<a href='http://a.example/' class='ck-media evil' id='location' name='body'>甲</a>",
    "<p class='ck-center\" onclick=\"alert(1)'>甲</p>",
    "<!--><script>alert(1)</script>-->甲",
    "<![CDATA[<script>alert(1)</script>]]>甲",
    "<plaintext><script>alert(1)</script>",
    "<title><img src=x onerror=alert(1)></title>甲",
    "<textarea></textarea><img src=x onerror=alert(1)>甲",
    "<img src='http://a.example/\"onerror=alert(1)//.png'>",
    "<table background='javascript:alert(1)'><tr><td>甲</td></tr></table>",
    "<isindex action='javascript:alert(1)'>甲",
    "<xss onclick=alert(1)>甲</xss>",
    "<template><script>alert(1)</script></template>甲",
]
ALLOWED = {
    "href", "title", "src", "alt", "colspan", "rowspan", "headers", "scope", "span",
    "type", "start", "reversed", "value", "class",
}  # fmt: skip


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_executable_survives(html):
    check_harmless(sanitize_body(html).html)


def check_harmless(html):
    for element in parse_fragment(html).iter("*"):
        assert element.tag in allowed.TAGS
        assert set(element.attrib) <= ALLOWED
        assert set((element.get("class") or "").split()) <= allowed.CLASSES
        for name in ("href", "src"):
            value = element.get(name)
            scheme = "".join((value or "").split()).partition(":")[0].lower()
            assert scheme not in {"javascript", "vbscript", "data", "file"}


TAGS = [
    "p",
    "div",
    "span",
    "table",
    "tr",
    "td",
    "th",
    "tbody",
    "ul",
    "ol",
    "li",
    "b",
    "strong",
    "a",
    "img",
    "center",
    "font",
    "section",
    "br",
    "hr",
    "h2",
    "script",
    "style",
    "iframe",
    "video",
    "audio",
    "svg",
    "math",
    "object",
    "select",
    "o:p",
    "article",
    "pre",
    "xml",
    "u",
    "nobr",
    "form",
    "button",
    "label",
    "input",
    "dl",
    "dd",
    "dt",
    "blockquote",
    "noscript",
    "caption",
    "marquee",
]
ATTRIBUTES = [
    "", ' style="text-align:center"', ' style="display:none"', ' align="right"',
    ' href="http://a.example/1"', ' href="javascript:x()"', ' src="http://a.example/1.png"',
    ' src="file:///a"', ' class="ck-indent x"', ' onclick="x()"', ' colspan="2"',
    ' width="1"',
]  # fmt: skip
PIECES = st.one_of(
    st.builds("<{}{}>".format, st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES)),
    st.builds("</{}>".format, st.sampled_from(TAGS)),
    st.text("甲乙1 \n\u3000&<>\"'", max_size=6),
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_soup_is_harmless_and_keeps_its_text_when_sanitized_again(html):
    made = sanitize_body(html)
    check_harmless(made.html)
    tree = parse_fragment(made.html)
    for link in tree.iter("a"):
        if link.get("class") == "ck-media":
            link.text = None  # words of ours in the place of a player
    assert made.text == visible_text(tree)
    again = sanitize_body(made.html)
    whole = visible_text(parse_fragment(made.html))
    assert "".join(again.text.split()) == "".join(whole.split())


def _nested(children):
    return st.builds(
        "<{0}{1}>{2}</{0}>".format,
        st.sampled_from(["b", "u", "sup", "span", "font", "strong", "o:p"]),
        st.sampled_from(ATTRIBUTES),
        st.lists(children, max_size=3).map("".join),
    )


INLINE = st.recursive(
    st.sampled_from(
        ["甲", "乙 ", "&lt;", '<img src="http://a.example/1.png">', "<br>"]
    ),
    _nested,
    max_leaves=6,
)
BLOCK = st.builds(
    "<{0}{1}>{2}</{0}>".format,
    st.sampled_from(["p", "h2", "center", "article", "blockquote", "td"]),
    st.sampled_from(ATTRIBUTES),
    INLINE,
).map(lambda x: f"<table><tr>{x}</tr></table>" if x.startswith("<td") else x)


@given(st.lists(BLOCK, max_size=6).map("".join))
def test_sanitizing_well_formed_bodies_is_idempotent(html):
    made = sanitize_body(html)
    again = sanitize_body(made.html)
    assert (again.html, again.text) == (CLASS.sub("", made.html), made.text)
    told = {x.data.get("what") for x in made.findings if x.code == "sanitize-loss"}
    assert told <= {"image"}


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_loss_of_text_is_told(html):
    made = sanitize_body(html)
    kept = "".join(made.text.split())
    seen = [
        c for c in "".join(visible_text(parse_fragment(html)).split()) if c in "甲乙"
    ]
    if [c for c in kept if c in "甲乙"] != seen:
        assert any(x.code == "sanitize-loss" for x in made.findings)


def test_a_loss_is_told_with_before_and_after(monkeypatch):
    """A cleaner that loses things: the comparison must see each of them."""

    class Thief:
        def clean(self, html):
            return html.replace("乙", "").replace("<td>", "<p>").replace("<img", "<hr")

    monkeypatch.setattr(sanitize, "_CLEANER", Thief())
    html = (
        '<p>甲乙丙</p><table><tr><td>1</td></tr></table><img src="http://a.example/1">'
    )
    told = {x.data["what"]: x.data for x in sanitize_any(html).findings}
    assert set(told) == {"text", "table cells", "image"}
    assert told["text"]["before"].startswith("甲乙丙")
    assert told["text"]["after"].startswith("甲丙")
    assert told["image"]["before"] == "http://a.example/1"


def test_deep_nesting_and_long_text():
    made = sanitize_body("<div>" * 10_000 + "甲" * 100_000)
    assert made.text == "甲" * 100_000


def test_the_words_of_a_link_that_stands_for_a_player_are_no_text_of_the_page():
    made = sanitize_body('<p>前</p><video src="/v/1.mp4"></video><p>后</p>')
    assert "/v/1.mp4" in made.html
    assert made.text == "前\n后"


@pytest.mark.parametrize(
    ("href", "is_told"),
    [
        ("file:///C:/Users/a/表.doc", True),
        ("C:\\公文\\表.doc", True),
        ("\\\\server\\share\\b.doc", True),
        ("FILE:///D:/表.doc", True),
        ("http://a.gov.cn/file:1", False),
        ("javascript:go()", False),
        ("/c/b.doc", False),
    ],
)
def test_a_link_to_somebodys_own_disk_is_told(href, is_told):
    clean = sanitize_body(f'<p>见<a href="{href}">申报表</a></p>')
    told = [(x.code, x.quote) for x in clean.findings]
    assert told == ([("LNK-LOCAL", href)] if is_told else [])
    assert clean.text == "见申报表"
