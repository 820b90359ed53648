"""Links that lead to the old site, its network or other hosts are told, each once."""

import json


def test_what_a_body_still_points_to(space, site_folder, good_pages):
    links = (
        '<p>见<a href="https://www.example.gov.cn/zwgk/2.html#x">第2号</a>、'
        '<a href="/zwgk/9.html">第9号</a>、<a href="http://10.1.2.3/oa">内网</a>、'
        '<a href="https://v.example.com/1">视频</a>、'
        '<a href="http://www.gov.cn/zhengce/">国务院政策文件库</a>。</p></div>'
    )
    page = (
        good_pages["zwgk/1.html"].decode().replace("</div></body>", links + "</body>")
    )
    (site_folder / "zwgk/1.html").write_text(page, encoding="utf-8")
    done = space("run", "--from-mirror", site_folder)
    assert done.returncode == 0, done.stderr
    told = space.rows(
        "SELECT code, quote, data FROM findings WHERE stage = 'export'"
        " AND code LIKE 'LNK-%' ORDER BY code"
    )
    assert [(code, quote) for code, quote, _ in told] == [
        ("LNK-01", "http://www.example.gov.cn/zwgk/9.html"),
        ("LNK-02", "http://10.1.2.3/oa"),
        ("LNK-03", "https://v.example.com/1"),
    ]
    assert json.loads(told[0][2]) == {"reason": "not-captured"}
    (bundle,) = space.bundles()
    text = (bundle / "data/documents/00000.jsonl").read_text(encoding="utf-8")
    # another scheme of the old site is the old site: the link leads to the new place
    assert "https://www.example.gov.cn/zwgk/2.html" not in text
    assert "#x" in text
