"""META-01 through the whole job: on the home page, and again after each change."""

import json

TOLD = """
SELECT u.url, f.stage, f.data FROM findings f JOIN urls u ON u.id = f.url_id
WHERE f.code = 'META-01' ORDER BY u.url, f.id
"""
TAGS = (
    '<meta name="SiteName" content="江澜区政府"><meta name="SiteDomain" content="e.cn">'
)


def told(space) -> list[tuple[str, str, int | None, str]]:
    rows = [(url, stage, json.loads(data)) for url, stage, data in space.rows(TOLD)]
    return [
        (url.rpartition("/")[2], stage, data.get("pages"), data["missing"])
        for url, stage, data in rows
    ]


def test_what_all_articles_lack_is_told_once_and_what_one_lacks_on_it(
    space, site_folder, good_pages
):
    for name in ("zwgk/1.html", "zwgk/2.html"):
        page = good_pages[name].decode().replace("<head>", f"<head>{TAGS}", 1)
        assert TAGS in page
        (site_folder / name).write_text(page, encoding="utf-8")
    assert space("run", "--from-mirror", site_folder).returncode == 0
    found = told(space)
    assert {stage for _, stage, _, _ in found} == {"site"}
    (article,) = [x for x in found if x[2] == 3]
    assert "SiteIDCode" in article[3]
    assert "SiteDomain" not in article[3]
    assert [x[3] for x in found if x[0] == "3.html"] == ["SiteName、SiteDomain"]
    assert space("run").returncode == 0
    assert told(space) == found
