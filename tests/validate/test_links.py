"""LNK-02 and LNK-03: what a body still points to after the migration."""

import pytest

from contentkit.findings import explain
from contentkit.validate.links import check_links

OWN = {"old.example.gov.cn", "www.old.example.gov.cn", "www.old.example.gov.cn:8080"}


def told(*links):
    findings = list(check_links(links, own_hosts=OWN))
    for finding in findings:
        assert "…" not in explain(finding) + explain(finding, "en")
    return [(x.code, x.data.get("way")) for x in findings]


@pytest.mark.parametrize(
    ("address", "code", "way"),
    [
        ("http://www.old.example.gov.cn/1.html", "LNK-02", "old-host"),
        ("https://OLD.example.gov.cn/1.html", "LNK-02", "old-host"),
        ("http://www.old.example.gov.cn:8080/", "LNK-02", "old-host"),
        ("http://10.1.2.3/oa/", "LNK-02", "ip"),
        ("http://60.190.1.2:8080/zw/", "LNK-02", "ip"),
        ("http://127.1/", "LNK-02", "ip"),
        ("http://0x7f000001/", "LNK-02", "ip"),
        ("http://[fe80::1]/", "LNK-02", "ip"),
        ("http://oaserver/doc/1", "LNK-02", "intranet"),
        ("http://oa.district.lan/", "LNK-02", "intranet"),
        ("ftp://fileserver/1.doc", "LNK-02", "intranet"),
        ("https://mp.weixin.qq.com/s/1", "LNK-03", None),
        ("http://gov.cn.example.com/", "LNK-03", None),
        ("http://notgov.cn/", "LNK-03", None),
        ("http://www.example.edu.cn/", "LNK-03", None),
    ],
)
def test_links_that_are_told(address, code, way):
    assert told(("href", address)) == [(code, way)]


@pytest.mark.parametrize(
    "address",
    [
        "http://www.gov.cn/zhengce/",
        "https://www.zjzwfw.gov.cn/",
        "http://WWW.ZJ.GOV.CN./",
        "http://示例区人民政府.政务/",
        "http://xn--fiq.xn--zfr164b/",
        "/files/ab/abcdef",
        "#top",
        "mailto:a@example.com",
        "tel:0574",
        "http://[broken",
        "http://",
        "",
    ],
)
def test_links_that_are_left_in_peace(address):
    assert told(("href", address)) == []


def test_a_picture_of_another_site_asks_for_no_prompt():
    picture = "https://img.example.com/1.png"
    assert told(("src", picture)) == []
    assert told(("src", picture), ("href", picture)) == [("LNK-03", None)]
    assert told(("src", "http://10.1.2.3/1.png")) == [("LNK-02", "ip")]


def test_an_address_is_told_once():
    link = ("href", "http://10.1.2.3/")
    assert told(link, link, ("src", link[1])) == [("LNK-02", "ip")]
