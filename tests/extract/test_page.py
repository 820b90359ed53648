"""extract_record as a whole: bad input, properties, the order of sources, profiles."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contentkit.extract import extract_record
from contentkit.extract.page import MAX_BYTES, PAGE_KEYS, extract_page_json
from contentkit.findings import codes, explain
from contentkit.html import parse_fragment, parse_html, visible_text
from contentkit.models import PageKind, Record
from contentkit.profile import load_profile
from contentkit.text import squeeze

URL = "http://www.a.gov.cn/art/2020/3/4/art_1_2.html"
TEXT = "会议要求，各单位要落实责任，做好汛期值班工作，确保人民群众生命财产安全。"


def read(html: str | bytes, url: str = URL, **options: object) -> Record:
    data = html.encode() if isinstance(html, str) else html
    return extract_record(data, url=url, **options)


def article(head: str = "", top: str = "", body: str = f"<p>{TEXT}</p>") -> str:
    return (
        f"<html><head><meta charset='utf-8'>{head}</head><body><h1>关于做好防汛工作的通知</h1>"
        f"<div>{top}</div><div class='box'>{body}</div></body></html>"
    )


def found_codes(record: Record) -> list[str]:
    """Return what is told beside META-01: these pages have none of the standard tags."""
    return [f.code for f in record.findings if f.code != "META-01"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-page"),
        (b" \r\n\t ", "empty-page"),
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3", "not-html"),
        (b"PK\x03\x04\x14\x00", "not-html"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "not-html"),
        (b"\x89PNG\r\n\x1a\n", "not-html"),
        (b"\x1f\x8b\x08\x00", "not-html"),
        (b'{"success": true, "data": []}', "page-stub"),
        (b'document.write("46");', "page-stub"),
    ],
)
def test_what_is_no_page_is_a_stub_with_a_finding(data: bytes, code: str) -> None:
    record = read(data)
    assert record.kind is PageKind.STUB
    assert found_codes(record) == [code]
    assert (record.title, record.body_text, record.published_at) == (None, "", None)


def test_what_is_too_large_is_set_aside_for_a_decision() -> None:
    record = read(b"x" * (MAX_BYTES + 1))
    assert record.kind is PageKind.ERROR
    assert found_codes(record) == ["page-too-large"]


def test_ten_thousand_nested_tags_lose_nothing() -> None:
    record = read("<div>" * 10_000 + TEXT + "</div>" * 10_000 + f"<p>{TEXT}</p>")
    assert record.body_text.count(TEXT) == 2


def test_ten_thousand_open_tags_lose_nothing() -> None:
    record = read(article(body="<font>" * 10_000 + TEXT + f"<p>第二段。{TEXT}"))
    assert record.body_text.count(TEXT) == 2


def test_a_long_text_node_is_kept() -> None:
    record = read(article(body=f"<p>{TEXT * 30_000}</p>"))
    assert len(record.body_text) == len(TEXT) * 30_000


def test_control_characters_do_not_cut_the_page() -> None:
    record = read(article(body=f"<p>前\0文\x01{TEXT}</p>"))
    assert record.body_text == f"前文{TEXT}"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_record(data: bytes) -> None:
    record = read(data)
    assert Record.from_json(record.to_json()) == record


PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<div>",
            "</div>",
            "<table>",
            "<tr>",
            "<td>",
            "</table>",
            "<br>",
        ),
        *("<h1>", "</h1>", "<a href='/1.doc'>", "</a>", "<b>", "</span>", "<ul><li>"),
        *("</ul>", "<script>var a='<p>';</script>", "<!-- x -->", "<div id='zoom'>"),
        *("<img src=a.jpg>", "<div class='footer'>", "<style>p{}</style>", "&nbsp;"),
        *("<span class='title'>", "来源：", "发布时间：2020-01-02 10:20", "索引号："),
        *("当前位置：首页 > 公告", "上一篇：", "附件", "通知", TEXT, "2019年3月4日"),
        *(
            "\u3000",
            "\0",
            "<",
            "&#0;",
            "<o:p></o:p>",
            "<h2>",
            "<dt>",
            "<select><option>",
        ),
    ]
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=40))
def test_odd_markup_invents_nothing(pieces: list[str]) -> None:
    html = "".join(pieces)
    record = read(html)
    shown = squeeze(visible_text(parse_html(html)))
    for line in record.body_text.splitlines():
        assert squeeze(line) in shown
    assert squeeze(record.source or "") in shown
    assert visible_text(parse_fragment(record.body_html)) == record.body_text


@settings(max_examples=80, deadline=None)
@given(st.lists(PIECES, max_size=30))
def test_links_are_absolute_and_told_once(pieces: list[str]) -> None:
    links = read("".join(pieces)).links
    assert len(set(links)) == len(links)
    assert all(link.startswith(("http://", "https://")) for link in links)


def test_extract_page_prints_the_keys_of_the_contract() -> None:
    shown = extract_page_json(
        read(article(top="来源：县水利局", body="<img src='a.png'>"))
    )
    assert tuple(shown) == PAGE_KEYS
    assert shown["images"] == [{"url": "http://www.a.gov.cn/art/2020/3/4/a.png"}]


def test_every_finding_can_be_explained() -> None:
    head = (
        "<meta name='ArticleTitle' content='另一个标题'><meta name='PubDate' content='x'>"
        "<meta name='ContentSource' content='null'>"
    )
    top = "发布时间：2019-01-02 来源：县水利局"
    body = f"<p>{TEXT}</p><p><a href='javascript:;' alt='表.doc'>附表</a></p>"
    record = read(article(head, top, body))
    expected = {"META-02", "META-03", "META-04", "url-date-differs"}
    assert set(found_codes(record)) == {*expected, "attachment-without-address"}
    for finding in record.findings:
        assert finding.code in codes()
        for lang in ("zh", "en"):
            assert "…" not in explain(finding, lang)


@pytest.mark.parametrize(
    ("head", "top", "value", "origin"),
    [
        ("2020-03-04 09:00", "发布时间：2020-03-04 09:00:12", "2020-03-04T09:00:12+08:00", "visible:发布时间"),
        ("2020-03-04 09:00", "发布时间：2020-03-04", "2020-03-04T09:00+08:00", "meta:PubDate"),
        ("2020-03-04 09:00", "发布时间：2020-03-05 08:00", "2020-03-04T09:00+08:00", "meta:PubDate"),
        ("", "发布时间：2020-03-05 08:00", "2020-03-05T08:00+08:00", "visible:发布时间"),
        ("null", "", "2020-03-04", "url"),
    ],
)  # fmt: skip
def test_the_stated_order_of_dates(
    head: str, top: str, value: str, origin: str
) -> None:
    record = read(article(f"<meta name='pubdate' content='{head}'>", top))
    assert (record.published_at, record.origins["published_at"]) == (value, origin)


def test_a_date_that_differs_only_in_precision_is_no_disagreement() -> None:
    head = "<meta name='PubDate' content='2020-03-04'>"
    record = read(article(head, "发布时间：2020-03-04 10:00"))
    assert found_codes(record) == ["pubdate-repaired"]


def test_header_and_visible_source_disagree() -> None:
    table = (
        "<table><tr><td>索引号：</td><td>1/2020-00001</td><td>发布机构：</td><td>县水利局</td></tr>"
        "<tr><td>来源：</td><td>县水利局</td></tr></table>"
    )
    record = read(
        article(top=f"{table}<p>发布日期：2020-03-04</p><p>来源：县防汛办</p>")
    )
    assert (record.source, record.origins["source"]) == ("县水利局", "header:来源")
    assert found_codes(record) == ["source-disagreement"]


def test_relative_addresses_follow_the_base_element() -> None:
    html = article(
        "<base href='/x/y/'>", body=f"<p>{TEXT}<a href='../1.pdf'>表</a></p>"
    )
    record = read(html)
    assert [x.url for x in record.attachments] == ["http://www.a.gov.cn/x/1.pdf"]
    assert 'href="http://www.a.gov.cn/x/1.pdf"' in record.body_html


def test_hostile_markup_is_carried_as_data_without_scripts() -> None:
    body = (
        f"<p>{TEXT}</p><script>alert(1)</script><p onclick='x()'>&lt;img src=x&gt;</p>"
    )
    record = read(article(body=body))
    assert "<script" not in record.body_html
    assert "<img src=x>" in record.body_text
    assert "&lt;img src=x&gt;" in record.body_html


def test_profile_selectors_labels_and_order_come_first(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        """
name = "own"
[select]
title = {css = "b.t"}
body = {css = "div.deep"}
author = {css = "i"}
column_path = {css = "u a", many = true}
attachments = {css = "em a", many = true}
[labels]
"发文日期" = "published_at"
"投递日" = "written_on"
[order]
published_at = ["visible", "header", "meta"]
""",
        encoding="utf-8",
    )
    html = article(
        "<meta name='PubDate' content='2019-01-01'>",
        "<u><a>首页</a><a>公告</a></u><b class='t'>真正的标题</b>发文日期：2020-03-01"
        " 投递日：2020-02-28<i>甲</i><i>乙</i>",
        f"<div class='deep'>{TEXT}</div><p>{TEXT}</p><em><a href='/f?id=3'>表格</a></em>",
    )
    record = read(html, profile=load_profile(str(path)))
    assert record.title == "真正的标题"
    assert record.origins["title"].startswith("select:")
    assert record.body_text == TEXT
    assert record.column_path == ("首页", "公告")
    assert record.template == "own"
    assert (record.published_at, record.written_on) == ("2020-03-01", "2020-02-28")
    assert record.author is None
    assert [x.url for x in record.attachments] == ["http://www.a.gov.cn/f?id=3"]
    assert "selector-ambiguous" in found_codes(record)


def test_a_selector_that_finds_nothing_is_a_finding_and_the_reader_helps(
    tmp_path: Path,
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        'name = "own"\n[select]\nbody = {css = "#none"}\ntitle = {css = "#none"}\n',
        encoding="utf-8",
    )
    record = read(article(top="发布时间：2020-03-04"), profile=load_profile(str(path)))
    assert record.title == "关于做好防汛工作的通知"
    assert record.body_text == TEXT
    assert found_codes(record).count("selector-no-match") == 2


def test_reading_twice_gives_the_same_bytes() -> None:
    html = article(top="发布时间：2020-03-04 来源：县水利局")
    assert read(html) == read(html)


def test_no_selector_of_a_site_is_in_the_code() -> None:
    package = Path(__file__).parents[2] / "src/contentkit/extract"
    sites = re.compile(r"zhecheng|southcn|gqb|guangdong|柘城|侨网", re.IGNORECASE)
    for path in package.glob("*.py"):
        assert not sites.search(path.read_text(encoding="utf-8")), path.name
