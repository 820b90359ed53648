"""What belongs to a document that is held back is held back with it."""

PIXELS = b"\x89PNG\r\n\x1a\n" + bytes(900)


def test_pictures_follow_the_fate_of_their_document(
    space, site_folder, good_pages, is_accounted
):
    undated = good_pages["zwgk/2.html"].decode()
    undated = undated.replace("发布时间：2020-03-04 09:30", "").replace(
        '<meta name="PubDate" content="2020-03-04 09:30">', ""
    )
    undated = undated.replace(
        "</div></body>",
        '<img src="/img/own.png"><img src="/img/shared.png"></div></body>',
    )
    whole = good_pages["zwgk/1.html"].decode()
    whole = whole.replace(
        "</div></body>",
        '<img src="/img/good.png"><img src="/img/shared.png"></div></body>',
    )
    (site_folder / "zwgk/2.html").write_text(undated, encoding="utf-8")
    (site_folder / "zwgk/1.html").write_text(whole, encoding="utf-8")
    (site_folder / "img").mkdir()
    for name in ("own", "good"):  # the same picture under two addresses
        (site_folder / f"img/{name}.png").write_bytes(PIXELS)
    (site_folder / "img/shared.png").write_bytes(PIXELS + b"other")
    assert space("run", "--from-mirror", site_folder).returncode == 0
    fates = dict(
        space.rows(
            "SELECT url, fate FROM urls WHERE url LIKE '%/img/%' OR url LIKE '%/2.html'"
        )
    )
    assert {url.rpartition("/")[2]: fate for url, fate in fates.items()} == {
        "2.html": "quarantined",
        "own.png": "quarantined",
        "good.png": "asset",
        "shared.png": "asset",
    }
    reasons = space.rows(
        "SELECT DISTINCT fate_reason FROM urls WHERE fate = 'quarantined'"
    )
    assert len(reasons) == 1
    is_accounted(space)
