"""What is told about the meta tags of a page, on a bad page and on the good one."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from contentkit.extract.page import extract_record
from contentkit.findings import explain
from contentkit.models import PageKind, Record

CASES = tomllib.loads(
    (Path(__file__).parents[1] / "tables" / "meta.toml").read_text(encoding="utf-8")
)["case"]
SITE = {
    "SiteName": "示例区人民政府",
    "SiteDomain": "www.example.gov.cn",
    "SiteIDCode": "3302060001",
}
COLUMN = {
    **SITE,
    "ColumnName": "通知公告",
    "ColumnDescription": "区政府及各部门的通知和公告",
    "ColumnKeywords": "通知，公告，防汛",
    "ColumnType": "政务动态",
}
ARTICLE = {
    **COLUMN,
    "ArticleTitle": "关于做好防汛工作的通知",
    "PubDate": "2020-03-04 09:30",
    "ContentSource": "区水利局",
}
TEXT = "各镇人民政府、街道办事处：请做好汛期值班工作，及时报告险情，确保群众安全。" * 4
ITEMS = "".join(
    f"<li><a href='/art/2020/3/{n}/art_{n}.html'>关于第{n}号防汛工作安排的通知</a>"
    f"<span>2020-03-0{n}</span></li>"
    for n in range(1, 9)
)
PAGES = {
    "home": (SITE, "/", f"<ul>{ITEMS}</ul>"),
    "column": (COLUMN, "/col/col12/index.html", f"<ul>{ITEMS}</ul>"),
    "article": (
        ARTICLE,
        "/art/2020/3/4/art_1.html",
        (
            "<h1>关于做好防汛工作的通知</h1><div>发布日期：{shown} 来源：区水利局</div>"
            f"<div><p>{TEXT}</p></div>"
        ),
    ),
}
KINDS = {
    "home": PageKind.HOME,
    "column": PageKind.LIST,
    "article": PageKind.ARTICLE,
}


def read(case: dict[str, Any]) -> Record:
    tags, path, body = PAGES[case["page"]]
    head = "".join(
        f"<meta name='{name}' content='{content}'>"
        for name, content in {**tags, **case.get("tags", {})}.items()
        if content
    )
    body = body.format(shown=case.get("shown", "2020-03-04 09:30"))
    page = f"<html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    return extract_record(page.encode(), url=f"http://www.example.gov.cn{path}")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_tags(case: dict[str, Any]) -> None:
    record = read(case)
    assert record.kind is KINDS[case["page"]]
    assert [finding.code for finding in record.findings] == case["tells"]
    for finding in record.findings:
        for lang in ("zh", "en"):
            assert "…" not in explain(finding, lang)
        assert case.get("quote", "") in explain(finding)
    if "ArticleTitle" in PAGES[case["page"]][0]:
        assert (record.published_at or "").startswith("2020-03-04")


def test_a_page_without_any_tag_lacks_them_all() -> None:
    page = f"<h1>关于防汛的通知</h1><p>发布日期：2020-03-04</p><div>{TEXT}</div>"
    record = extract_record(page.encode(), url="http://a.gov.cn/art/2020/3/4/1.html")
    (finding,) = record.findings
    assert finding.code == "META-01"
    assert finding.data["missing"].split("、") == sorted(ARTICLE, key=_place)


def _place(tag: str) -> int:
    return [*list(ARTICLE)[7:], *list(COLUMN)[3:], *SITE].index(tag)


def test_a_page_that_is_nothing_to_read_is_told_nothing() -> None:
    record = extract_record(b"document.write('46');", url="http://a.gov.cn/n.html")
    assert [finding.code for finding in record.findings] == ["page-stub"]
