"""The report: every number in it, nothing from a page alive in it, nothing loaded."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.bundle.reconcile import Fate
from contentkit.bundle.report import render_report
from contentkit.bundle.report_facts import (
    ColumnFact,
    FindingExample,
    FindingFact,
    GateFact,
    LinkFact,
    ReasonFact,
    ReportFacts,
)
from contentkit.resources import read_codelist

FATES = dict(zip(map(str, Fate), [6001, 202, 63, 154, 75, 36, 77], strict=True))


def make_facts(
    text: str = "普通", url: str = "http://www.old.example/1"
) -> ReportFacts:
    return ReportFacts(
        site_name=text,
        base_url=url,
        run=text,
        bundle=text,
        edition=text,
        software=text,
        made_at=text,
        discovered=sum(FATES.values()),
        fates=FATES,
        documents=6001,
        files=154,
        bytes=2_500_000,
        organization=text,
        gaps=(text,),
        gates=(
            GateFact(name=text, is_ok=False, expected=text, found=text, remedy=text),
            GateFact(name="ok", is_ok=True, expected="1", found="1"),
        ),
        reasons=(ReasonFact(fate="dropped", reason=text, urls=41, example=url),),
        columns=(
            ColumnFact(name=text, url=url, action="map", platform=text, fates=FATES),
            ColumnFact(name=None, fates={"asset": 3}),
            ColumnFact(name="空", action="drop", reason="stub", fates={}),
        ),
        findings=(
            FindingFact(
                code="LNK-04",
                count=812,
                pages=93,
                examples=(
                    FindingExample(
                        url=url, title=text, quote=text, data={"from": text}
                    ),
                ),
            ),
        ),
        links=(LinkFact(url=url, found_on=url),),
        links_total=31,
    )


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


def parse(html: str) -> Elements:
    parser = Elements()
    parser.feed(html)
    parser.close()
    return parser


TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p",
    "dl", "dt", "dd", "section", "ul", "li", "b", "div", "table", "thead", "tbody",
    "tr", "th", "td", "span", "br", "a", "bdi", "svg", "rect", "footer",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "href", "rel",
    "viewbox", "height", "width", "x", "y", "role", "aria-label", "aria-hidden",
    "preserveaspectratio",
}  # fmt: skip


def assert_harmless(html: str) -> None:
    for tag, attributes in parse(html).found:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        if tag == "a":
            assert attributes["href"].startswith(("http://", "https://"))
    assert "src=" not in re.sub(r"[^<>]*(?=<|$)", "", html)
    assert "@import" not in html
    assert "url(" not in html.partition("</style>")[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_is_shown(lang):
    words = "".join(parse(render_report(make_facts(), lang=lang)).words)
    for number in (*FATES.values(), sum(FATES.values()), 41, 812, 93):
        assert f"{number:,}" in words
    assert "2.4 MB" in words


def test_chinese_comes_first_and_english_is_complete():
    zh, en = render_report(make_facts()), render_report(make_facts("plain"), lang="en")
    assert '<html lang="zh-CN">' in zh
    assert "网址去向" in zh
    assert "What became of every URL" in en
    shown = "".join(parse(en).words)
    assert not re.search(
        "[\u4e00-\u9fff]", shown.replace("空", "").replace("Source Han", "")
    )


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>",
    "</title><svg onload=alert(1)>",
    "{0} {problem_zh} %s",
    "&amp; &lt;",
    "]]><!--",
    "\u202egnp.exe",
    "a\x00b\x1b[31m",
    "n:b:x",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_page_is_alive(text):
    html = render_report(make_facts(text))
    assert_harmless(html)
    assert "\u202e" not in html
    assert "\x00" not in html
    if not any(c in text for c in "\u202e\x00"):
        assert text in "".join(parse(html).words)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", ""]
)
def test_only_web_addresses_are_links(url):
    html = render_report(make_facts(url=url))
    assert_harmless(html)
    assert not [tag for tag, _ in parse(html).found if tag == "a"]


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_harmless(text, url):
    assert_harmless(render_report(make_facts(text, f"http://{url}")))


def test_the_page_forbids_itself_to_load_anything():
    html = render_report(make_facts())
    assert "default-src 'none'; style-src 'sha256-" in html
    assert "script-src" not in html
    assert html.count("<style>") == 1


def test_a_whole_reconciliation_says_so():
    facts = make_facts()
    values = {name: getattr(facts, name) for name in ReportFacts.__slots__}
    whole = render_report(ReportFacts(**values | {"gaps": ()}))
    assert "对账一致" in whole
    assert "对账不一致" not in whole
    assert "对账不一致" in render_report(facts)


def test_an_empty_site_has_a_report():
    facts = ReportFacts(
        site_name="x", base_url="http://x/", run="1", bundle="b", edition="zj-2020",
        software="s", made_at="2026-01-01", discovered=0, fates={}, documents=0,
        files=0, bytes=0,
    )  # fmt: skip
    html = render_report(facts)
    assert_harmless(html)
    assert "无。" in html


def test_more_links_than_shown_are_counted():
    assert "另有 30 项" in render_report(make_facts())


def test_every_fate_has_words_and_a_color():
    assert [row["code"] for row in read_codelist("fates")] == [str(f) for f in Fate]
    html = render_report(make_facts())
    for fate in Fate:
        assert f".f-{fate}{{fill" in html


def test_unknown_codes_are_shown_as_they_are():
    assert "some-new-reason" in render_report(make_facts("some-new-reason"))
