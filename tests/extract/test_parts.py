"""The small readers behind a record, by tables of what they must and must not see."""

import tomllib
from pathlib import Path

import pytest

from contentkit.extract.attachments import read_attachments
from contentkit.extract.claims import clean_name, date_in_url
from contentkit.extract.crumbs import column_path, read_crumbs
from contentkit.extract.header import read_groups
from contentkit.extract.links import Addresses, read_images, read_links
from contentkit.extract.metatags import read_meta
from contentkit.extract.phrases import phrase_role
from contentkit.extract.visible import title_from_head
from contentkit.extract.walk import read_outline
from contentkit.html import parse_html

TABLES = Path(__file__).parents[1] / "tables"
LABELS = tomllib.loads((TABLES / "page_labels.toml").read_text(encoding="utf-8"))[
    "case"
]
PARTS = tomllib.loads((TABLES / "page_parts.toml").read_text(encoding="utf-8"))


def rows(name: str) -> list[object]:
    return [pytest.param(row, id=row["why"]) for row in PARTS[name]]


@pytest.mark.parametrize("case", [pytest.param(row, id=row["why"]) for row in LABELS])
def test_labels(case: dict) -> None:
    outline = read_outline(parse_html(f"<body>{case['html']}</body>"))
    pairs = [
        [pair.name, pair.value or ""]
        for group in read_groups(outline, range(0))
        for pair in group.pairs
    ]
    assert pairs == case["pairs"]


@pytest.mark.parametrize("case", rows("crumbs"))
def test_crumbs(case: dict) -> None:
    outline = read_outline(parse_html(f"<p>{case['text'].replace('>', '&gt;')}</p>"))
    crumbs = read_crumbs(outline, 1)
    assert list(crumbs.names if crumbs else ()) == case["names"]


@pytest.mark.parametrize("case", rows("paths"))
def test_column_path(case: dict) -> None:
    assert list(column_path(tuple(case["names"]), case["title"])) == case["path"]


@pytest.mark.parametrize("case", rows("names"))
def test_clean_name(case: dict) -> None:
    assert (clean_name(case["text"]) or "") == case["name"]


@pytest.mark.parametrize("case", rows("heads"))
def test_title_from_head(case: dict) -> None:
    assert (title_from_head(case["text"]) or "") == case["title"]


@pytest.mark.parametrize("case", rows("urls"))
def test_date_in_url(case: dict) -> None:
    claim = date_in_url(case["url"], None)
    assert (claim.value if claim else "") == case["date"]


@pytest.mark.parametrize(
    ("html", "name", "url"),
    [
        ("<a href='/f/1.DOC'>申请表</a>", "申请表", "http://a.gov.cn/f/1.DOC"),
        ("申请表<a href='/1.doc'>下载</a>", "申请表", "http://a.gov.cn/1.doc"),
        ("附件1：申请表 <a href='/1.doc'>点击下载</a>", "申请表", "http://a.gov.cn/1.doc"),
        ("<a href='/1.doc'>附件</a>（申请表.doc）", "申请表.doc", "http://a.gov.cn/1.doc"),
        ("<a href='/1.doc' title='申请表.doc'>下载</a>", "申请表.doc", "http://a.gov.cn/1.doc"),
        ("<a href='/d/%E8%A1%A8.xls'></a>", "表.xls", "http://a.gov.cn/d/%E8%A1%A8.xls"),
        ("<a href='javascript:;' alt='表.pdf'>一览表</a>", "一览表", ""),
        ("<a href=\"javascript:down('/u/1.rar')\">材料</a>", "材料", "http://a.gov.cn/u/1.rar"),
        ("<a href='/download.jsp?id=3'>材料</a>", "材料", "http://a.gov.cn/download.jsp?id=3"),
        ("<iframe src='/v.html?file=/u/1.pdf'></iframe>", "1.pdf", "http://a.gov.cn/u/1.pdf"),
    ],
)  # fmt: skip
def test_attachment_names(html: str, name: str, url: str) -> None:
    outline = read_outline(parse_html(f"<div>{html}</div>"))
    span = [(0, len(outline.nodes))]
    found, dead = read_attachments(outline, Addresses("http://a.gov.cn/x.html"), span)
    assert [(link.name, link.url) for link in found] == [(name, url)]
    assert len(dead) == (not url)


@pytest.mark.parametrize(
    "html",
    ["<a href='/1.html'>下一页</a>", "<a href='#top'>顶部</a>", "<a href='mailto:a@b.cn'>信</a>"],
)  # fmt: skip
def test_other_links_are_no_attachments(html: str) -> None:
    outline = read_outline(parse_html(f"<div>{html}</div>"))
    span = [(0, len(outline.nodes))]
    assert read_attachments(outline, Addresses("http://a.gov.cn/"), span) == ([], [])


def test_pictures_are_told_from_file_icons_and_data() -> None:
    root = parse_html(
        "<p><img src='a.jpg' alt='图'><img src='/images/icon_doc.gif'>"
        "<img src='data:image/gif;base64,AA=='><img data-src='b.png' src='data:x'></p>"
    )
    images = read_images(root.iter("img"), Addresses("http://a.gov.cn/x/"))
    assert [(x.url, x.name) for x in images] == [
        ("http://a.gov.cn/x/a.jpg", "图"),
        ("http://a.gov.cn/x/b.png", ""),
    ]


def test_links_of_every_element_in_the_page_s_order() -> None:
    outline = read_outline(
        parse_html(
            "<div class='nav'><a href='/1'>一</a><a href='/2'>二</a><a href='/3'>三</a></div>"
            "<iframe src='/f'></iframe><map><area href='/m'></map><a href='/1'>一</a>"
            "<video src='/v.mp4'></video><a href='javascript:;'>x</a><a href='mailto:a@b'>y</a>"
        )
    )
    links = read_links(outline, Addresses("http://a.gov.cn/"))
    paths = [link.removeprefix("http://a.gov.cn") for link in links]
    assert paths == ["/1", "/2", "/3", "/f", "/m", "/v.mp4"]


def test_meta_tags_in_any_case_and_without_null() -> None:
    meta = read_meta(
        parse_html(
            "<meta name='pubdate' content='2020-01-02'><META NAME='CONTENTSOURCE' CONTENT='null'>"
            "<meta name='ArticleTitle' content=' 标 题 '><meta name='viewport' content='x'>"
        )
    )
    assert meta.values["published_at"] == ("PubDate", "2020-01-02")
    assert meta.values["title"] == ("ArticleTitle", "标 题")
    assert meta.empty == ("ContentSource",)


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("上一篇：关于防汛的通知", "stop"),
        ("【打印】【关闭】", "noise"),
        ("版权所有：仑海区人民政府", "footer"),
        ("主办单位：仑海区人民政府", "weak"),
        ("相关链接", "stop"),
        ("关于加强版权保护的通知", None),
        ("打印机采购公告", None),
        ("会议由分享经济研究会主办，来自各地的代表参加了会议，并就有关问题进行了深入讨论交流。", None),
    ],
)  # fmt: skip
def test_words_of_page_furniture(line: str, role: str | None) -> None:
    assert phrase_role(line) == role
