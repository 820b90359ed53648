"""A valid policy document of our own, and changes to it."""

import copy

import pytest

from contentkit.validate import load_edition

SHA = "ab" + "0" * 62

POLICY = {
    "id": "7e58e0ba-a579-51ae-86b1-1e976242e432",
    "kind": "policy",
    "url": "http://www.example.gov.cn/art/2020/6/1/art_1.html",
    "path": "/art/2020/6/1/art_xxgk-fd-zc_7e58e0baa57951ae.html",
    "title": "示例区人民政府办公室关于做好防汛工作的通知",
    "subtitle": None,
    "summary": "部署汛期工作",
    "index_number": "11330206002954449B/2020-198521",
    "doc_number": "示政办〔2020〕12号",
    "registry_number": "ABLD01-2020-0003",
    "issuer": {"name": "示例区人民政府办公室", "code": "11330206002954449B"},
    "co_issuers": [{"name": "示例区水利局", "code": None}],
    "written_on": "2020-05-28",
    "published_at": "2020-06-01T09:30+08:00",
    "source": "区政府办公室",
    "author": None,
    "keywords": ["防汛"],
    "column": "xxgk-fd-zc",
    "topic": "02-03",
    "genre": "05",
    "directory": "政策文件",
    "disclosure": "主动公开",
    "disclosure_scope": "面向社会",
    "article20": ["A20-01"],
    "policy": {
        "is_normative": False,
        "effective_on": None,
        "effective_rule": None,
        "expires_on": None,
        "validity_years": None,
        "validity": "in-force",
        "validity_as_of": "2020-06-02",
        "validity_basis": [],
        "repealed_on": None,
    },
    "body_html": "<p>各镇人民政府、街道办事处：</p><p>请做好汛期值班工作，及时报告险情。</p>",
    "body_text": "各镇人民政府、街道办事处：\n请做好汛期值班工作，及时报告险情。",
    "attachments": [
        {
            "ordinal": 1,
            "name": "值班表.pdf",
            "media_type": "application/pdf",
            "bytes": 1234,
            "sha256": SHA,
            "origin_url": "http://www.example.gov.cn/files/1.pdf",
            "path": f"files/ab/{SHA}",
        }
    ],
    "images": [],
    "provenance": {
        "captured_at": "2020-06-02T12:00:00+08:00",
        "capture_sha256": "cd" + "0" * 62,
        "warc": "contentkit-00000.warc.gz",
        "offset": 1024,
    },
}


def _set(document, path, value):
    *parents, last = path.split(".")
    place = document
    for part in parents:
        place = place[int(part) if part.isdecimal() else part]
    if value == "DELETE":
        del place[last]
    else:
        place[last] = value


@pytest.fixture(scope="session")
def make_document():
    """Return a maker of valid documents; changes are dotted paths, `DELETE` removes."""

    def make(changes=None):
        document = copy.deepcopy(POLICY)
        for path, value in (changes or {}).items():
            _set(document, path, value)
        return document

    return make


@pytest.fixture(scope="session")
def edition():
    """Return the packaged edition."""
    return load_edition("zj-2020")
