"""Reading the entries of list pages."""

import json
import tomllib
from pathlib import Path
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.extract.link_words import link_role
from contentkit.extract.list_rows import read_date, read_title
from contentkit.extract.lists import read_items, read_listing
from contentkit.html import parse_fragment, parse_html
from contentkit.profile import ListSelector, Selector
from contentkit.text import fold_spaces

TABLE = Path(__file__).parents[1] / "tables/lists.toml"
CASES = tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]
URL = "http://www.a.gov.cn/zwgk/tzgg/index.html"
ZHECHENG = Path(__file__).parents[2] / "../shared/data/zhecheng"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_shapes_of_list_pages(case):
    items = read_items(parse_html(case["html"]), URL)
    found = [[item.url, item.title, item.date or ""] for item in items]
    assert found == case["items"], case["why"]


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if "<head>" not in case["html"]],
    ids=lambda case: case["name"],
)
def test_the_same_below_a_portal_frame(case):
    """Navigation above and a footer below change nothing."""
    html = f"""<html><head><title>通知公告</title></head><body>
    <div class="header"><ul class="nav"><li><a href="/">首页</a></li><li><a href="/zw/">政务公开</a></li>
    <li><a href="/fw/">办事服务</a></li><li><a href="/hd/">互动交流</a></li></ul></div>
    <div class="left"><ul><li><a href="/zw/zn/">政府信息公开指南</a></li><li><a href="/zw/zd/">政府信息公开制度</a></li></ul></div>
    <div class="content">{case["html"]}</div>
    <div class="footer"><p><a href="/wzdt/">网站地图</a> 主办：江澜区人民政府 2021-01-01</p></div></body></html>"""
    items = read_items(parse_html(html), URL)
    found = [[item.url, item.title, item.date or ""] for item in items]
    assert found == case["items"], case["why"]


def test_a_selector_of_a_profile_decides_alone():
    html = """<ul class="a"><li><a href="/1.html">甲公告</a><i>2020-01-02</i></li></ul>
    <ul class="b"><li class="r"><b><a href="/2.html">乙公告</a></b><i>2020-01-03</i><u>2019-09-09</u></li>
    <li class="r">没有链接</li></ul>"""
    selector = ListSelector(
        item=Selector(xpath="//li[@class='r']"),
        link=Selector(xpath=".//b/a"),
        title=Selector(xpath=".//b"),
        date=Selector(xpath=".//u"),
    )
    items = read_items(parse_html(html), URL, selector=selector)
    assert [(x.url, x.title, x.date) for x in items] == [
        ("http://www.a.gov.cn/2.html", "乙公告", "2019-09-09")
    ]


def test_a_listing_may_hold_one_short_undated_link():
    tree = parse_fragment('<li><a href="/1.html">指南</a></li>')
    assert [(x.title, x.date) for x in read_listing(tree, URL)] == [("指南", None)]


@pytest.mark.parametrize(
    ("pieces", "own", "date"),
    [
        (["2018-06-26"], [], "2018-06-26"),
        (["发布日期：2018年6月26日"], [], "2018-06-26"),
        (["（2018.6.26）"], [], "2018-06-26"),
        (["06-26"], [], None),
        (["06月26日"], [], None),
        (["26", "2018年06月"], [], "2018-06-26"),
        (["2018", "06-26"], [], "2018-06-26"),
        (["06", "26"], [], None),
        (["31", "2018-02"], [], None),  # no such day
        (["113302060029514750/2021-21840"], [], None),
        (
            [
                "会议将于2018年6月26日召开，请各部门、各街道主要负责人准时参加，不得请假，特此通知各单位遵照执行"
            ],
            [],
            None,
        ),
        ([], ["2018年6月26日行风热线"], None),
        ([], ["行风热线", "2018-06-26"], "2018-06-26"),
        (["浏览次数：20180626"], ["x", "2018-06-01"], "2018-06-26"),
    ],
)
def test_dates_of_rows(pieces, own, date):
    assert read_date(pieces, own) == date


@pytest.mark.parametrize(
    ("shown", "hint", "title"),
    [
        ("关于印发办法的通知", None, "关于印发办法的通知"),
        ("关于印发…", "关于印发办法的通知", "关于印发办法的通知"),
        ("关于印发......", "关于印发办法的通知", "关于印发办法的通知"),
        ("关于 印发…", "关于印发办法的通知", "关于印发办法的通知"),
        ("关于印发办法的通知", "关于印发", "关于印发办法的通知"),
        ("关于印发…", "在新窗口打开", "关于印发…"),
        ("", "图片标题", "图片标题"),
        ("  ·  关于\n  印发 ", "", "关于 印发"),
    ],
)
def test_titles_of_rows(shown, hint, title):
    assert read_title(shown, hint) == title


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("下一页", "next"),
        ("下页>>", "next"),
        ("> ", "next"),
        ("上一页", "previous"),
        ("尾 页", "last"),
        ("[12]", "number"),
        ("第3页", "number"),
        ("更多>>", "more"),
        ("【详细】", "detail"),
        ("|", "control"),
        ("20210304", None),
        ("通知", None),
        ("下一页怎么走到市民中心的说明", None),
    ],
)
def test_roles_of_links(text, role):
    assert link_role(text) == role


@given(st.text(alphabet="<>aliudtrhref=\"'/ 1.关于2018-06:", max_size=200))
def test_any_markup_gives_items_with_titles(html):
    for item in read_items(parse_html(html), URL):
        assert item.title.strip()


def test_reading_twice_gives_the_same():
    tree = parse_html(CASES[0]["html"])
    assert read_items(tree, URL) == read_items(tree, URL)


@pytest.mark.skipif(
    not ZHECHENG.is_dir(),
    reason="../shared/data/zhecheng is absent: real-data test skipped",
)
def test_a_real_county_portal():
    """At least 0.99 of 2,784 entries exact, in precision and in recall."""
    exact = found = wanted = 0
    with (ZHECHENG / "gold/lists.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            page = json.loads(line)
            html = (ZHECHENG / "site" / page["file"]).read_text(encoding="utf-8")
            items = {
                (x.url, x.title, x.date)
                for x in read_items(parse_html(html), page["url"])
            }
            gold = {
                (urljoin(page["url"], x["href"]), fold_spaces(x["title"]), x["date"])
                for x in page["items"]
            }
            exact += len(items & gold)
            found += len(items)
            wanted += len(gold)
    assert exact >= 0.99 * wanted
    assert exact >= 0.99 * found


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 5_000 + "<a href='/1.html'>关于某事的通知</a> 2020-01-02",
        "<ul>" + "<li><a href='/1.html'>关于某事的通知</a> 2020-01-02</li>" * 5_000,
        "<a href='/1.html'>x</a>" * 20_000,
        "<script>" + "<record>" * 20_000 + "</script>",
        "<a href='/1.html'>" + "." * 200_000 + "x</a>" + " " * 200_000 + "2020-01-02",
        "<a href=\"javascript:'" + "a/" * 100_000 + '">关于某事的通知</a>',
        "<div><a href='/1.html'>关于某事的通知</a>" + "<b>x</b>" * 50_000 + "</div>",
    ],
    ids=["deep", "many", "flat", "records", "dots", "script", "wide"],
)
def test_hostile_sizes_are_read_in_one_go(html):
    """Each of these takes minutes where one step is quadratic."""
    items = read_items(parse_html(html), URL)
    assert len(items) <= 5_000
