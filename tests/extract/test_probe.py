"""Probing a site: templates, coverage, and a draft profile that works."""

import tomllib

import pytest

from contentkit.extract.page import extract_record
from contentkit.extract.probe import probe_pages
from contentkit.extract.probe_report import (
    ProbeReport,
    Proposal,
    Template,
    url_shape,
)
from contentkit.models import PageKind
from contentkit.profile import load_profile

SITE = "http://www.county.example/"
TEXTS = (
    "为加强防汛工作，经区政府研究决定，成立防汛指挥部，统一领导全区防汛抗旱工作。各街道办事处要落实责任。",
    "根据上级部署，现就做好城乡居民医疗保险参保缴费工作通知如下，请各部门认真抓好落实，按时完成任务。",
    "近日，区自然资源局组织开展地质灾害隐患排查，对重点区域逐一登记，落实监测人员和防范措施。",
)


def article(number, *, attribution="h1.bt"):
    day = f"2019-0{number % 9 + 1}-1{number % 9}"
    text = "".join(f"<p>{part}第{number}号。</p>" for part in TEXTS)
    tag, _, name = attribution.partition(".")
    body = f"""<html><head><title>江澜区政府网站</title></head><body>
    <div class="dh"><a href="/">首页</a><a href="/zw/">政务</a></div>
    <div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/tz/">通知公告</a></div>
    <div class="nr"><{tag} class="{name}">关于第{number}项工作安排的通知</{tag}>
    <div class="xx"><span class="sj">发布时间：{day} 08:30</span> <span class="ly">来源：区政府办</span></div>
    <div id="zoom">{text}</div></div><div class="foot">主办：区政府办</div></body></html>"""
    return f"{SITE}tz/{day}/{number}.html", body.encode()


def column(number):
    rows = "".join(
        f'<li class="hang"><a href="/tz/2019-0{n + 1}-01/{n}.html">关于第{n}项工作的通知</a>'
        f'<em class="rq">2019-0{n + 1}-01</em></li>'
        for n in range(6)
    )
    html = f"""<html><head><title>通知公告</title></head><body><div class="dh"><a href="/">首页</a></div>
    <div class="lb"><ul class="hl">{rows}</ul></div><div class="fy"><a href="index_2.html">下一页</a></div></body></html>"""
    return f"{SITE}tz/index_{number}.html", html.encode()


@pytest.fixture
def pages():
    return [
        *(article(n) for n in range(9)),
        *(column(n) for n in range(2, 7)),
        (f"{SITE}e/count/1", b"document.write('46');"),
        (
            f"{SITE}gone.html",
            b"<html><head><title>404 Not Found</title></head><body>x</body></html>",
        ),
    ]


def test_templates_are_told_apart(pages):
    report = probe_pages(pages)
    assert report.pages == 16
    assert report.base_url == SITE
    assert [(t.kind, t.pages) for t in report.templates] == [
        (PageKind.ARTICLE, 9),
        (PageKind.LIST, 5),
    ]
    assert report.templates[0].url_shapes == ((r"/\d{4}-\d{2}-\d{2}/\d+\.html", 9),)


def test_coverage_is_the_share_that_agrees(pages):
    report = probe_pages([*pages, *(article(n, attribution="h2.ti") for n in range(3))])
    proposals = {p.field: p for p in report.templates[0].proposals}
    assert proposals["title"].css == "h1.bt"
    assert proposals["title"].coverage == pytest.approx(9 / 12)
    assert proposals["body"].css == "div#zoom"
    assert proposals["body"].coverage == 1
    assert proposals["body"].pages == 12
    assert proposals["column_path"].css == "div.dqwz a"
    (rows,) = report.templates[1].proposals
    assert (rows.css, rows.extra, rows.coverage) == ("li.hang", "em.rq", 1)


def test_the_draft_loads_and_reads_the_same(pages, tmp_path):
    draft = tmp_path / "draft.toml"
    draft.write_text(probe_pages(pages).to_toml(), encoding="utf-8")
    profile = load_profile(str(draft))
    assert {"title", "published_at", "source", "body", "column_path"} <= set(
        profile.select
    )
    assert profile.base_url == SITE
    assert profile.list is not None
    for url, data in pages[:9]:
        generic, selected = (
            extract_record(data, url=url),
            extract_record(data, url=url, profile=profile),
        )
        assert selected.title == generic.title
        assert selected.published_at == generic.published_at
        assert selected.source == generic.source == "区政府办"
        assert selected.body_text == generic.body_text
        assert selected.column_path == generic.column_path
        assert selected.origins["title"].startswith("select:")
    for url, data in pages[9:14]:
        assert (
            extract_record(data, url=url, profile=profile).items
            == extract_record(data, url=url).items
        )
    assert any(pattern.search(pages[0][0]) for pattern in profile.urls.article)
    assert not any(pattern.search(pages[9][0]) for pattern in profile.urls.article)


def test_the_same_pages_give_the_same_report(pages):
    assert probe_pages(pages) == probe_pages(iter(pages))


def test_the_table_names_what_was_measured(pages):
    table = probe_pages(pages).to_table()
    for part in (
        "16 pages",
        "template 1: article, 9 pages",
        "100.0% of 9 pages",
        "div#zoom",
    ):
        assert part in table


def test_no_pages_at_all():
    report = probe_pages([])
    assert report == ProbeReport(
        pages=0, base_url=None, family=None, encodings=(), templates=()
    )
    assert "name = " in report.to_toml()


def test_hostile_names_stay_inside_their_strings(tmp_path):
    proposal = Proposal(
        field="title", css='h1[class="a\\"]\n\x7f]', coverage=1.0, pages=5
    )
    template = Template(
        kind=PageKind.ARTICLE,
        family=None,
        pages=5,
        examples=(),
        url_shapes=(('/\\d+"\n[limits]', 5),),
        proposals=(proposal,),
    )
    report = ProbeReport(
        pages=5,
        base_url='http://a.cn/"\nname = "x',
        family="nowhere",
        encodings=(),
        templates=(template,),
    )
    table = tomllib.loads(report.to_toml())
    assert table["select"]["title"][0]["css"] == proposal.css
    assert set(table) == {"name", "base_url", "select", "urls"}


@pytest.mark.parametrize(
    ("url", "shape"),
    [
        ("http://a.cn/art/2021/1/15/art_12_43.html", r"/\d+/\d+/\d+/art_\d+_\d+\.html"),
        ("http://a.cn/zw/202001/t20200103_1.html", r"/\d+/t\d+_\d+\.html"),
        ("http://a.cn/xx/2018-06-28/48.html", r"/\d{4}-\d{2}-\d{2}/\d+\.html"),
        ("http://a.cn/zwgk/tzgg/", "/"),
        ("http://a.cn", "/"),
        ("http://a.cn/a(b/x+1.html", r"/x\+\d+\.html"),
    ],
)
def test_shapes_of_addresses(url, shape):
    assert url_shape(url) == shape
