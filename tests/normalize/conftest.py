"""Fixtures: a small recipe of an invented county, and records made from a few values."""

import pytest

from contentkit.models import CaptureRef, FileFact, Record
from contentkit.normalize import normalize_record
from contentkit.recipe import load_recipe

RECIPE = """
site = "jianglan"
edition = "zj-2020"
columns = "columns.csv"
ignore = ["编辑"]

[lookups]
issuers = "issuers.csv"
patches = "patches.csv"

[labels]
"废止日期" = "repealed_on"

[[drop]]
url = "/test/"
reason = "test-content"
"""

COLUMNS = """\
url_prefix,name_path,action,column,article20,directory,kind,reason,source
/yw/,,map,zwdt-yw,,,,,own
/zc/,,map,xxgk-fd-zc,,,,,own
/zc/jd/,,map,xxgk-fd-jd,,,,,own
/gg/,,map,zwdt-gg,A20-12 A20-13,xxgk-fd-yj,,,own
/xxgk/,,map,xxgk-fd,,,,,own
/mt/,,merge,/yw/,,,media,,own
/wm/,,drop,,,,,site-chrome,own
,政务公开 > 年报,map,xxgk-nb,,,,,own
"""

ISSUERS = """\
name,alias,code,doc_code,valid_from,valid_to,source
江澜区人民政府,区政府,11330206002954449B,江政,,,own
江澜区人民政府办公室,区府办,,江政办,,,own
江澜区环境保护局,区环保局,,江环,,2018-12-31,own
江澜区生态环境局,区环保局,,江环,2019-01-01,,own
江澜区教育局,教育部门,,,,,own
江澜区体育局,教育部门,,,,,own
江澜区文化、旅游局,,,,,,own
"""

PATCHES = """\
field,value,replacement,reason,source
source,区政俯办,区府办,misprint,own
author,管理员,,no person,own
"""


@pytest.fixture
def recipe_folder(tmp_path):
    """A folder with recipe.toml and its tables, free to be damaged by a test."""
    texts = {
        "recipe.toml": RECIPE,
        "columns.csv": COLUMNS,
        "issuers.csv": ISSUERS,
        "patches.csv": PATCHES,
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def recipe(recipe_folder):
    """The small recipe, loaded."""
    return load_recipe(str(recipe_folder / "recipe.toml"))


@pytest.fixture
def normalize(recipe):
    """Normalize a record of the given values, by default an article of 要闻."""

    def run(*, url="http://www.jianglan.example/yw/2020/1.html", files=(), **values):
        values = {"title": "江澜区召开会议", "published_at": "2020-05-06"} | values
        capture = CaptureRef(
            url=url,
            captured_at="2020-11-01T08:00:00+08:00",
            sha256="5" * 64,
            warc="archive/00000.warc.gz",
            offset=7,
        )
        facts = {fact.url: fact for fact in files}
        return normalize_record(
            Record(**values), capture=capture, recipe=recipe, files=facts
        )

    return run


@pytest.fixture
def fact():
    """What the archive knows of a captured file."""

    def make(url, **values):
        known = {
            "sha256": "ab" + "0" * 62,
            "bytes": 10,
            "media_type": "application/pdf",
        }
        return FileFact(url=url, **(known | values))

    return make
