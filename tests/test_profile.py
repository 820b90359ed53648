"""Site profiles: what loads, what is told about what does not."""

import pickle
import re
from pathlib import Path

import pytest

from contentkit.errors import ProfileError
from contentkit.profile import (
    Limits,
    check_profile,
    compiled_xpath,
    load_profile,
    scope_hosts,
)
from contentkit.resources import packaged

ROOT = Path(__file__).parents[1]

WHOLE = r"""
name = "county"
title = "某县人民政府"
extends = "jcms"
base_url = "http://www.county.gov.cn/"
start_urls = ["/", "/zwgk/index.html", "http://old.county.gov.cn/"]
hosts = ["county.gov.cn", "www.county.gov.cn:8080"]
allow_private_hosts = ["10.1.2.3"]
encoding = "gb18030"
significant_query = ["id", "cid"]
allow = ['/zwgk/']
deny = ['/module/visitcount/', '\.exe$']

[limits]
max_bytes = 1000000
max_list_pages = 7

[politeness]
delay = 1.5
concurrency = 2
obey_robots = false
user_agent = "contentkit"

[select]
title = { css = "h1.bt" }
source = { xpath = "//span[@class='ly']", regex = '来源：(\S+)' }
keywords = { xpath = "//meta[@name='keywords']", attr = "content", many = true }
subtitle = { css = ".sub", join = " " }

[list]
item = { css = "ul.list li" }
date = { css = "span", regex = '\d{4}-\d\d-\d\d' }

[labels]
"发文日期" = "published_at"

[urls]
list = ['/col\d+/']

[order]
published_at = ["visible", "meta"]
"""


@pytest.fixture
def write(tmp_path):
    def write_profile(text, name="county.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write_profile


def faults_of(path):
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    return caught.value.faults


def test_a_whole_profile(write):
    profile = load_profile(write(WHOLE))
    assert profile.name == "county"
    assert profile.chain == ("county", "jcms")
    assert profile.start_urls == (
        "http://www.county.gov.cn/",
        "http://www.county.gov.cn/zwgk/index.html",
        "http://old.county.gov.cn/",
    )
    assert scope_hosts(profile) == (
        "www.county.gov.cn",
        "county.gov.cn",
        "www.county.gov.cn:8080",
    )
    assert profile.encoding == "gb18030"
    assert profile.significant_query == ("id", "cid")
    assert profile.limits == Limits(max_bytes=1_000_000, max_list_pages=7)
    assert profile.politeness.concurrency == 2
    assert not profile.politeness.obey_robots
    (source,) = profile.select["source"]
    assert source.regex == re.compile(r"来源：(\S+)")
    assert profile.select["keywords"][0].attr == "content"
    assert profile.select["subtitle"][0].join == " "
    assert profile.list is not None
    assert profile.labels == {"发文日期": "published_at"}
    assert profile.order == {"published_at": ("visible", "meta")}


def test_tables_are_inherited_key_by_key(write):
    profile = load_profile(write(WHOLE))
    family = load_profile("jcms")
    assert profile.select["body"] == family.select["body"]
    assert profile.urls.article == family.urls.article
    assert profile.urls.date == family.urls.date
    assert [p.pattern for p in profile.urls.list] == [r"/col\d+/"]
    assert [p.pattern for p in profile.deny] == [r"/module/visitcount/", r"\.exe$"]


def test_a_profile_extends_one_beside_it(write):
    write('name = "base"\n[labels]\n"文件号" = "doc_number"\n', "base.toml")
    profile = load_profile(write('name = "top"\nextends = "base.toml"\n', "top.toml"))
    assert profile.chain == ("top", "base")
    assert profile.labels == {"文件号": "doc_number"}


def test_a_circle_of_extends_is_named(write):
    write('name = "a"\nextends = "b.toml"\n', "a.toml")
    write('name = "b"\nextends = "c.toml"\n', "b.toml")
    path = write('name = "c"\nextends = "a.toml"\n', "c.toml")
    (fault,) = faults_of(path)
    assert "c -> a -> b -> c" in fault


def test_an_unknown_parent_is_named_with_what_there_is(write):
    (fault,) = faults_of(write('name = "a"\nextends = "nowhere"\n'))
    assert "nowhere" in fault
    assert "empirecms" in fault


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["name is missing"]),
        ('name = "A B"', ["name", "lower-case"]),
        ('name = "a"\nstart_url = []', ["start_url", "did you mean start_urls?"]),
        ('name = "a"\nbase_url = "ftp://x"', ["base_url", "http://"]),
        ('name = "a"\nhosts = "x"', ["hosts", '"x"', "a list of host names"]),
        ('name = "a"\ndeny = ["("]', ["deny.0", "does not compile"]),
        ('name = "a"\n[limits]\nmax_bytes = 0', ["limits.max_bytes", "found 0"]),
        ('name = "a"\n[limits]\nmax_bytes = true', ["limits.max_bytes", "found true"]),
        ('name = "a"\n[politeness]\nconcurrency = 99', ["politeness.concurrency", "1 to 64"]),
        ('name = "a"\n[select]\nheadline = { css = "h1" }', ["select", "headline", "title"]),
        ('name = "a"\n[select]\ntitle = "h1"', ["select.title", "selector"]),
        ('name = "a"\n[select]\ntitle = { attr = "x" }', ["select.title", "xpath or css"]),
        ('name = "a"\n[select]\ntitle = { css = "h1", xpath = "//h1" }', ["select.title", "xpath or css"]),
        ('name = "a"\n[select]\ntitle = { css = "h1[" }', ["select.title.css", "does not compile"]),
        ('name = "a"\n[select]\ntitle = { xpath = "//h1[" }', ["select.title.xpath", "does not compile"]),
        ('name = "a"\n[select]\ntitle = { css = "h1", regex = "(" }', ["select.title.regex", "does not compile"]),
        ('name = "a"\n[select]\ntitle = [{ css = "h1" }, { css = "h2", mani = true }]', ["select.title.1", "mani", "many"]),
        ('name = "a"\n[select]\ntitle = []', ["select.title"]),
        ('name = "a"\n[list]\ndate = { css = "i" }', ["list", "item is missing"]),
        ('name = "a"\n[labels]\n"日期" = "date"', ["labels.日期", '"date"', "published_at"]),
        ('name = "a"\n[urls]\ndate = \'(\\d+)\'', ["urls.date", "(?P<year>…)", "(?P<month>…)", "(?P<day>…)"]),
        ('name = "a"\n[order]\ntitle = ["guess"]', ["order.title", "guess", "visible"]),
        ("name = = 1", ["line 1", "correct the TOML"]),
    ],
)  # fmt: skip
def test_one_fault_is_told_with_place_and_remedy(write, text, parts):
    (fault,) = faults_of(write(text))
    for part in parts:
        assert part in fault
    assert "\n" not in fault


def test_all_faults_of_a_file_are_told_at_once(write):
    text = 'nam = "x"\n[limits]\nmax_depth = "deep"\n[select]\ntitle = { css = "[" }\n'
    faults = faults_of(write(text))
    assert len(faults) == 4
    assert list(faults) == sorted(faults)


def test_a_file_that_is_not_utf8(tmp_path):
    path = tmp_path / "gbk.toml"
    path.write_bytes('name = "a"\ntitle = "县政府"'.encode("gbk"))
    (fault,) = faults_of(str(path))
    assert "save the file as UTF-8" in fault


def test_base_url_of_the_command_line_wins(write):
    path = write('name = "a"\nbase_url = "http://a.gov.cn/"\nstart_urls = ["/x/"]')
    profile = load_profile(path, base_url="https://b.gov.cn/")
    assert profile.base_url == "https://b.gov.cn/"
    assert profile.start_urls == ("https://b.gov.cn/x/",)
    with pytest.raises(ProfileError, match="base_url"):
        load_profile(path, base_url="b.gov.cn")


def test_the_digest_follows_the_content(write):
    one = load_profile(write('name = "a"\n[labels]\n"甲" = "title"\n', "1.toml"))
    same = load_profile(
        write('# other words\nname = "a"\nlabels = { "甲" = "title" }\n', "2.toml")
    )
    other = load_profile(write('name = "a"\n[labels]\n"乙" = "title"\n', "3.toml"))
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != "a"
    assert (
        load_profile("jcms").digest
        != load_profile("jcms", base_url="http://a.cn/").digest
    )


def test_a_profile_survives_the_way_to_a_worker(write):
    profile = load_profile(write(WHOLE))
    copy = pickle.loads(pickle.dumps(profile))
    assert copy == profile
    assert copy.select == profile.select


@pytest.mark.parametrize("name", packaged("profile"))
def test_packaged_profiles_are_whole(name):
    assert check_profile(name) == []
    profile = load_profile(name)
    assert profile.name == name
    for selectors in profile.select.values():
        for selector in selectors:
            compiled_xpath(selector.xpath)


def test_check_profile_names_the_file(write):
    path = write("name = 1")
    (fault,) = check_profile(path)
    assert fault.startswith(path)


@pytest.mark.parametrize(
    ("name", "url", "date"),
    [
        ("jcms", "http://a.gov.cn/art/2021/1/15/art_1229669619_43043.html", "2021 1 15"),
        ("jcms", "http://a.gov.cn/col/col1229669619/index.html", None),
        ("trs", "http://a.gov.cn/zwgk/202001/t20200103_123.html", "2020 01 03"),
        ("trs", "http://a.gov.cn/zwgk/index_3.html", None),
        ("empirecms", "http://a.gov.cn/xxgk/2018-06-28/48.html", "2018 06 28"),
        ("empirecms", "http://a.gov.cn/xxgk/index_2.html", None),
        ("ucap", "http://www.gov.cn/zhengce/content/2019-01/30/content_5362266.htm", "2019 01 30"),
    ],
)  # fmt: skip
def test_addresses_of_families(name, url, date):
    profile = load_profile(name)
    assert any(p.search(url) for p in profile.urls.article) == (date is not None)
    assert profile.urls.date is not None
    match = profile.urls.date.search(url)
    found = " ".join(match[x] for x in ("year", "month", "day")) if match else None
    assert found == date


def test_no_profile_denies_its_own_articles():
    for name in packaged("profile"):
        profile = load_profile(name)
        assert not any(p.search(profile.base_url or "") for p in profile.deny)
        for url in (
            "http://a.gov.cn/art/2021/1/15/art_1_2.html",
            "http://a.gov.cn/zwgk/202001/t20200103_123.html",
            "http://a.gov.cn/xxgk/2018-06-28/48.html",
            "http://a.gov.cn/info/1002/3.htm",
        ):
            assert not any(p.search(url) for p in profile.deny)
