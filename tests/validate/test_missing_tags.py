"""META-01 over a site: a fault of the template is told once, one of a page on the page."""

import pytest

from contentkit.findings import explain
from contentkit.validate.across import Lacking, common_tags, missing_tags

# (tags lacking and on how many articles, what is common, with the number of pages)
SITES = {
    "one template": ([("ColumnName、SiteName", 9)], {"ColumnName": 9, "SiteName": 9}),
    "half is no majority": ([("SiteName", 5), ("", 5)], {}),
    "just above half": ([("SiteName", 6), ("", 5)], {"SiteName": 6}),
    "two templates": (
        [("ColumnName、SiteName", 4), ("SiteName", 3), ("PubDate", 2)],
        {"SiteName": 7},
    ),
    "in the order of the standard": (
        [("SiteName、ArticleTitle", 2)],
        {"ArticleTitle": 2, "SiteName": 2},
    ),
    "no pages": ([], {}),
}


@pytest.mark.parametrize(("rows", "common"), SITES.values(), ids=SITES.keys())
def test_what_most_pages_of_a_kind_lack_is_common(rows, common):
    told = [Lacking("article", tags, pages) for tags, pages in rows]
    others = [Lacking("list", "SiteDomain", 99), Lacking("stub", "", 99)]
    found = common_tags([*told, *others], "article")
    assert found == common
    assert list(found) == list(common)


def test_the_words_say_how_many_pages():
    finding = missing_tags(["SiteName"], "article", 480)
    assert "全站 480 个文章页" in explain(finding)
    assert "on 480 pages of the site" in explain(finding, "en")
    one = missing_tags(["SiteName"], "home")
    assert explain(one).startswith("首页")
    assert "pages" not in one.data
