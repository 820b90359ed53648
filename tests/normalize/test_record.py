"""From a record to a document: keys, provenance, drops, dates, files, policy facts."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentkit.findings import codes, explain
from contentkit.ids import document_id
from contentkit.models import CaptureRef, Link, PageKind, Record
from contentkit.normalize import normalize_record
from contentkit.normalize.state import KEYS, STATED
from contentkit.recipe import load_recipe

KEY_ORDER = (
    "id kind url path title subtitle summary index_number doc_number registry_number"
    " issuer co_issuers written_on published_at source author keywords column topic"
    " genre directory disclosure disclosure_scope article20 policy body_html body_text"
    " attachments images provenance"
)


def test_a_whole_policy_document(normalize, fact):
    file = "http://www.jianglan.example/f/附件 1.pdf"
    made = normalize(
        url="http://www.jianglan.example/zc/2020/1.html",
        title="关于印发《江澜区防汛预案》的通知",
        published_at="2020-05-06T09:08:07+08:00",
        written_on="2020-04-30",
        source="区府办",
        issuer="区府办",
        index_number="11330206002954449B/2020-00012",
        doc_number="江政办 [2020] 第012号",
        registry_number="ABLD00—2020—0001",
        topic="综合政务",
        genre="通知",
        disclosure="主动公开",
        disclosure_scope="面向全社会",
        validity_label="有效",
        keywords=("防汛",),
        body_html='<p style="text-align:center">正文</p>',
        attachments=(Link(url=file, name="附件1　防汛预案"),),
        fields={"发布机构": "区府办", "施行日期": "2020年6月1日", "废止日期": ""},
        originals={"issuer": "区府办", "doc_number": "江政办 [2020] 第012号"},
        origins={"issuer": "header:发布机构", "doc_number": "header:文号"},
        files=[fact(file)],
    )
    identifier = document_id("http://www.jianglan.example/zc/2020/1.html")
    assert made.document == {
        "id": identifier,
        "kind": "policy",
        "url": "http://www.jianglan.example/zc/2020/1.html",
        "path": f"/art/2020/5/6/art_xxgk-fd-zc_{identifier.replace('-', '')[:16]}.html",
        "title": "关于印发《江澜区防汛预案》的通知",
        "subtitle": None,
        "summary": None,
        "index_number": "11330206002954449B/2020-00012",
        "doc_number": "江政办〔2020〕12号",
        "registry_number": "ABLD00-2020-0001",
        "issuer": {"name": "江澜区人民政府办公室", "code": None},
        "co_issuers": [],
        "written_on": "2020-04-30",
        "published_at": "2020-05-06T09:08+08:00",
        "source": "区府办",
        "author": None,
        "keywords": ["防汛"],
        "column": "xxgk-fd-zc",
        "topic": "02",
        "genre": "05",
        "directory": "xxgk-fd-zc",
        "disclosure": "主动公开",
        "disclosure_scope": "面向社会",
        "article20": ["A20-01"],
        "policy": {
            "is_normative": None,
            "effective_on": "2020-06-01",
            "effective_rule": None,
            "expires_on": None,
            "validity_years": None,
            "validity": "in-force",
            "validity_as_of": "2020-11-01",
            "validity_basis": [],
            "repealed_on": None,
        },
        "body_html": '<p class="ck-center">正文</p>',
        "body_text": "正文",
        "attachments": [
            {
                "ordinal": 1,
                "name": "附件1 防汛预案",
                "media_type": "application/pdf",
                "bytes": 10,
                "sha256": "ab" + "0" * 62,
                "origin_url": "http://www.jianglan.example/f/%E9%99%84%E4%BB%B6%201.pdf",
                "path": f"files/ab/ab{'0' * 62}",
            }
        ],
        "images": [],
        "provenance": {
            "captured_at": "2020-11-01T08:00:00+08:00",
            "capture_sha256": "5" * 64,
            "warc": "archive/00000.warc.gz",
            "offset": 7,
        },
    }
    assert [x.code for x in made.findings] == ["doc-number-repaired"]
    assert (made.drop, made.column) == (None, "xxgk-fd-zc")
    rows = {x.field: x for x in made.provenance}
    assert rows["doc_number"].original == "江政办 [2020] 第012号"
    assert rows["doc_number"].origin == "header:文号"
    assert rows["column"].origin == "columns:/zc/"
    assert rows["article20"].origin == "column:xxgk-fd-zc"
    assert rows["policy.effective_on"].original == "2020年6月1日"
    assert rows["policy.effective_on"].origin == "header:施行日期"


def test_a_bare_page_has_all_keys_and_invents_nothing(recipe):
    capture = CaptureRef(
        url="http://www.jianglan.example/yw/1.html",
        captured_at="2020-11-01T08:00:00+08:00",
        sha256="5" * 64,
        warc="a",
        offset=0,
    )
    made = normalize_record(Record(), capture=capture, recipe=recipe, files={})
    assert list(made.document) == KEY_ORDER.split() == list(KEYS)
    stated = {k for k, v in made.document.items() if v not in (None, [], "")}
    assert stated == {"id", "kind", "url", "column", "provenance"}
    assert made.findings == ()


def test_every_value_has_its_origin(normalize):
    made = normalize(
        url="http://www.jianglan.example/gg/1.html",
        source="区府办",
        issuer="区政府、区府办",
        body_html="<p>正文</p>",
    )
    rows = {x.field: x for x in made.provenance}
    for name, value in made.document.items():
        if value not in (None, [], "") and name != "provenance":
            assert rows[name].origin
            if name not in {"body_html", "body_text"}:
                assert rows[name].value == value


@pytest.mark.parametrize(
    ("kind", "drop"),
    [
        (PageKind.LIST, "list-page"),
        (PageKind.HOME, "home-page"),
        (PageKind.STUB, "stub"),
        (PageKind.ERROR, None),
    ],
)
def test_a_page_that_is_no_article_is_no_document(kind, drop, normalize):
    made = normalize(kind=kind)
    assert (made.document, made.drop, made.column) == (None, drop, "zwdt-yw")


@pytest.mark.parametrize(
    ("url", "drop"),
    [
        ("http://www.jianglan.example/wm/1.html", "site-chrome"),
        ("http://www.jianglan.example/yw/test/1.html", "test-content"),
        ("http://www.jianglan.example/yw/testing/1.html", None),
    ],
)
def test_drops(url, drop, normalize):
    made = normalize(url=url)
    assert made.drop == drop
    assert (made.document is None) == (drop is not None)


def test_an_unmapped_column_is_told_with_its_place(normalize):
    made = normalize(
        url="http://www.jianglan.example/new/1.html?id=3",
        column_path=("首页", "新栏目"),
    )
    assert made.column is None
    assert made.document["column"] is made.document["path"] is None
    told = made.findings[0]
    assert told.code == "COL-03"
    assert told.data == {
        "path": "首页 > 新栏目",
        "folder": "http://www.jianglan.example/new/",
    }
    assert codes()["COL-03"].mode == "block"


@pytest.mark.parametrize(
    ("name", "stated", "value"),
    [
        ("published_at", "2020-05-06T09:08:07+08:00", "2020-05-06T09:08+08:00"),
        ("published_at", "2020-05-06T09:08+08:00", "2020-05-06T09:08+08:00"),
        ("published_at", "2020-05-06", "2020-05-06"),
        ("published_at", "二〇二〇年五月六日", "2020-05-06"),
        ("written_on", "2020-05-06T09:08:07+08:00", "2020-05-06"),
        ("written_on", "2020-05-06", "2020-05-06"),
    ],
)
def test_dates_keep_the_precision_of_the_page(name, stated, value, normalize):
    made = normalize(**{name: stated}, originals={name: "as printed"})
    assert made.document[name] == value
    row = next(x for x in made.provenance if x.field == name)
    assert row.original == "as printed"


@pytest.mark.parametrize(
    ("name", "code"), [("written_on", "date-unreadable"), ("published_at", "META-03")]
)
def test_an_impossible_date_is_left_out_and_told(name, code, normalize):
    made = normalize(**{name: "2020-02-30"})
    assert made.document[name] is None
    assert [(x.code, x.quote) for x in made.findings] == [(code, "2020-02-30")]


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("11330206002954449B/2020-00012", []),
        ("11330206002954449C/2020-00012", ["IDX-02"]),
        ("11330206002954459B/2020-00012", ["IDX-02", "IDX-03"]),
        ("000014348/2020-00012", ["IDX-03"]),
        ("2951475/2020-43858", ["IDX-04"]),
        ("330522/2020-05094", ["IDX-01"]),
        ("11330206002954449B/2018-00012", ["IDX-07"]),
        ("11330206002954449B/2019-00012", []),
    ],
)
def test_index_numbers_are_checked_and_never_changed(number, told, normalize):
    made = normalize(index_number=f" {number} ", written_on="2019-12-30")
    assert made.document["index_number"] == number
    assert [x.code for x in made.findings] == told


def test_stripped_zeros_are_a_proposal_only(normalize):
    told = normalize(index_number="2951475/2020-43858").findings[0]
    assert told.proposal == "002951475/2020-43858"


def test_an_unreadable_document_number_is_left_out_with_its_original(normalize):
    made = normalize(doc_number="江政办含〔2020〕1号")
    assert made.document["doc_number"] is None
    assert [(x.code, x.quote) for x in made.findings] == [
        ("DOC-01", "江政办含〔2020〕1号")
    ]
    row = next(x for x in made.provenance if x.field == "doc_number")
    assert (row.value, row.original) == (None, "江政办含〔2020〕1号")


def test_a_document_number_at_the_end_of_the_title(normalize):
    made = normalize(title="关于防汛的通知（江政〔2020〕3号）")
    assert made.document["doc_number"] == "江政〔2020〕3号"
    assert made.document["title"] == "关于防汛的通知（江政〔2020〕3号）"


def test_files_that_are_missing_are_told(normalize, fact):
    urls = [f"http://www.jianglan.example/f/{n}.pdf" for n in range(5)]
    made = normalize(
        attachments=tuple(Link(url=url, name=f"附件{n}") for n, url in enumerate(urls)),
        images=(Link(url="http://www.jianglan.example/1.png"),),
        files=[
            fact(urls[0]),
            fact(urls[1], sha256=None, reason="http-404"),
            fact(urls[3], bytes=0),
            fact(urls[4], media_type=None),
        ],
    )
    listed = [
        (x["ordinal"], x["name"], x["media_type"]) for x in made.document["attachments"]
    ]
    assert listed == [
        (1, "附件0", "application/pdf"),
        (2, "附件4", "application/octet-stream"),
    ]
    told = [(x.code, x.data["url"], x.data["reason"]) for x in made.findings]
    assert told == [
        ("ATT-01", urls[1], "http-404"),
        ("ATT-01", urls[2], "not-captured"),
        ("ATT-01", urls[3], "empty"),
        ("image-missing", "http://www.jianglan.example/1.png", "not-captured"),
    ]


def test_a_file_without_a_name_is_called_by_its_address(normalize, fact):
    url = "http://www.jianglan.example/f/plan.pdf?v=1"
    made = normalize(attachments=(Link(url=url),), files=[fact(url)])
    assert made.document["attachments"][0]["name"] == "plan.pdf"


@pytest.mark.parametrize(
    ("label", "validity"),
    [
        ("有效", "in-force"),
        ("已废止", "repealed"),
        ("失效", "lapsed"),
        ("部分失效", "partly-repealed"),
        ("尚未生效", "not-yet"),
    ],
)
def test_a_validity_label_is_a_statement_of_the_page(label, validity, normalize):
    url = "http://www.jianglan.example/zc/1.html"
    policy = normalize(url=url, validity_label=label).document["policy"]
    assert (policy["validity"], policy["validity_as_of"]) == (validity, "2020-11-01")


def test_an_unknown_label_is_no_status(normalize):
    made = normalize(
        url="http://www.jianglan.example/zc/1.html", validity_label="待核实"
    )
    assert made.document["policy"]["validity"] == "unknown"
    assert made.document["policy"]["validity_as_of"] is None
    assert [x.code for x in made.findings] == ["unknown-validity"]


def test_no_label_is_no_status(normalize):
    made = normalize(url="http://www.jianglan.example/zc/1.html")
    assert made.document["policy"]["validity"] == "unknown"
    assert made.findings == ()


def test_the_recipe_explains_a_label_of_the_site(normalize):
    made = normalize(
        url="http://www.jianglan.example/zc/1.html",
        fields={"废止日期：": "2020年3月1日", "失效日期": "2月30日"},
    )
    assert made.document["policy"]["repealed_on"] == "2020-03-01"
    assert made.document["policy"]["expires_on"] is None
    assert [(x.code, x.field) for x in made.findings] == [
        ("date-unreadable", "policy.expires_on")
    ]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"服务对象": "企业"}, ["服务对象"]),
        ({"服务对象": "企业", "编辑": "某某", "浏览次数": "12"}, ["服务对象"]),
        ({"服务对象": ""}, []),
        ({"服务对象": "无"}, []),
        ({"编 辑": "某某"}, []),
        ({"发布机构": "区政府"}, []),
        ({"文号": "江政〔2020〕1号"}, ["文号"]),
        ({"新标签": "值"}, ["新标签"]),
    ],
)
def test_a_label_that_nothing_has_read_is_told(fields, told, normalize):
    made = normalize(fields=fields, issuer="区政府")
    audit = [x.data["label"] for x in made.findings if x.code == "unmapped-field"]
    assert audit == told


def test_defaults_are_told_and_never_replace_a_value(recipe_folder):
    file = recipe_folder / "recipe.toml"
    extra = (
        '[defaults]\nissuer = "区政府"\nsource = "本网"\n'
        'disclosure = "主动公开"\ndisclosure_scope = "面向社会"\n'
    )
    file.write_text(file.read_text("utf-8") + extra, "utf-8")
    recipe = load_recipe(str(file))
    made = {}
    for column in ("yw", "zc"):
        capture = CaptureRef(
            url=f"http://www.jianglan.example/{column}/1.html",
            captured_at="2020-11-01T08:00:00+08:00",
            sha256="5" * 64,
            warc="a",
            offset=0,
        )
        made[column] = normalize_record(
            Record(source="江澜日报", disclosure="部分公开"),
            capture=capture,
            recipe=recipe,
            files={},
        )
    document = made["zc"].document
    assert document["source"] == "江澜日报"
    assert document["issuer"] == {"name": "区政府", "code": "11330206002954449B"}
    assert document["disclosure"] is None  # what is stated badly is not overwritten
    assert document["disclosure_scope"] == "面向社会"
    told = [x.field for x in made["zc"].findings if x.code == "defaulted-value"]
    assert told == ["disclosure_scope", "issuer"]
    origins = {x.field: x.origin for x in made["zc"].provenance}
    assert origins["issuer"] == "recipe:default"
    assert made["yw"].document["disclosure_scope"] is None  # news: no disclosure


TEXT = st.text("江政办〔〕2020年第12号月日-/\\：<p> 无", max_size=20)


@settings(max_examples=60)
@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(STATED, TEXT)),
    st.dictionaries(TEXT, TEXT, max_size=3),
    TEXT,
)
def test_any_record_is_normalized_without_an_error(values, fields, body):
    capture = CaptureRef(
        url="http://www.zhecheng.gov.cn/xxgk/xxgkml/zfwj/1.html",
        captured_at="2020-11-01T08:00:00+08:00",
        sha256="5" * 64,
        warc="a",
        offset=0,
    )
    record = Record(fields=fields, body_html=body, **values)
    made = normalize_record(
        record, capture=capture, recipe=load_recipe("zhecheng"), files={}
    )
    json.dumps(made.document, allow_nan=False)
    for finding in made.findings:
        assert explain(finding) and "…" not in explain(finding).replace("……", "")


def test_every_finding_code_of_the_stage_is_used():
    """A code that no step tells is a leftover, one that is not listed a typo."""
    root = Path(__file__).parents[2]
    rows = (root / "schemas/codelists/findings-normalize.csv").read_text("utf-8")
    listed = {line.partition(",")[0] for line in rows.splitlines()[1:]}
    source = "".join(
        file.read_text("utf-8")
        for file in sorted((root / "src/contentkit/normalize").glob("*.py"))
    )
    assert {code for code in listed if f'"{code}"' not in source} == set()


def test_tables_say_why():
    for name in ("classes", "dates", "doc_numbers", "index_numbers", "sanitize"):
        file = Path(__file__).parents[1] / "tables" / f"{name}.toml"
        for rows in tomllib.loads(file.read_text("utf-8")).values():
            reasons = [row["why"] for row in rows]
            assert len(set(reasons)) == len(reasons)
