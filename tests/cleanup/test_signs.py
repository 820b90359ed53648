"""Signs, links, attachments, metadata of one document."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.cleanup.attachments import check_attachments, check_type
from contentkit.cleanup.document import Known, check_document, check_file
from contentkit.cleanup.formats import check_formats, full_width
from contentkit.cleanup.links import check_links
from contentkit.cleanup.metadata import check_metadata
from contentkit.filetext import FileState, FileText
from contentkit.findings import codes, explain
from contentkit.issuers import IssuerTable
from contentkit.policy.models import Reading
from contentkit.policy.read import read_policy
from contentkit.recipe import load_recipe


def whole(**fields):
    return {
        "kind": "notice", "title": "关于绿化的通知", "subtitle": None, "summary": None,
        "body_text": "", "body_html": "", "attachments": [], "images": [],
        "doc_number": None, "written_on": "2024-05-06", "published_at": "2024-05-07",
        "topic": "A", "issuer": {"name": "江澜区人民政府", "code": None}, "policy": None,
        "author": None, "source": "本站", "keywords": [], "provenance": None, **fields,
    }  # fmt: skip


def shown(document, found):
    found = list(found)
    for finding in found:
        if finding.start is not None:
            text = document[finding.field]
            assert text[finding.start : finding.end] == finding.quote
        assert finding.code in codes()
        assert "…" not in explain(finding, "zh") + explain(finding, "en"), finding
    return [(x.code, x.quote, x.proposal) for x in found]


def formats(text="", title="关于绿化的通知"):
    document = whole(title=title, body_text=text)
    return shown(document, check_formats(document))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("依据《关于印发〈绿化办法〉的通知》执行。", []),
        ("依据《关于印发《绿化办法》的通知》执行。", [("《关于印发《绿化办法》的通知》", "《关于印发〈绿化办法〉的通知》")]),
        ("依据《关于印发<绿化办法>的通知》执行。", [("《关于印发<绿化办法>的通知》", "《关于印发〈绿化办法〉的通知》")]),
        ("《甲》《乙》、《丙》", []),
        ("依据《绿化办法执行。", [("《", None)]),
        ("依据绿化办法》执行。", [("》", None)]),
        ("《甲，《乙》。\n《丙》", [("《", None)]),
        ("《绿化\n办法》", []),
        ("《甲" + "乙" * 300 + "》", [("《", None), ("》", None)]),
        ("《a < b》", []),
    ],
)  # fmt: skip
def test_title_marks(text, expected):
    assert [x[1:] for x in formats(text) if x[0] == "FMT-NESTED-QUOTE"] == expected


def test_in_a_title_the_whole_title_is_proposed():
    title = "转发《关于印发《绿化办法》的通知》的通知"
    assert formats(title=title)[0][2] == "转发《关于印发〈绿化办法〉的通知》的通知"


@pytest.mark.parametrize(
    ("title", "proper"),
    [
        ("关于绿化的通知(试行)", "关于绿化的通知（试行）"),
        ("通知:各镇,各街道;请办理!", "通知：各镇，各街道；请办理！"),
        ('办好"一件事"', "办好“一件事”"),
        ("10:30开始,共3,000人", "10:30开始，共3,000人"),
        ("招聘3名(2名)", "招聘3名（2名）"),
        ("招聘(3)名, 共2名", None),
        ("江政办(2020)3号", None),
        ("江政办发(2020)3号通知", None),
        ("Notice: all (towns), hurry!", None),
        ("见https://a.gov.cn/b?c,d", None),
        ('5"管道', None),
        ("甲（乙,丙）丁", "甲（乙，丙）丁"),
    ],
)
def test_half_width_signs_of_a_title(title, proper):
    expected = [("FMT-PUNCT", title, proper)] if proper else []
    assert formats(title=title) == expected
    assert codes()["FMT-PUNCT"].auto == "Y-field"


def test_half_width_signs_of_a_text_are_told_in_their_places():
    assert formats("各镇,各街道:10:30开始,见a,b。") == [
        ("FMT-PUNCT", "镇,", "镇，"),
        ("FMT-PUNCT", "始,", "始，"),
    ]
    assert len(formats("镇,街" * 300)) == 20


@given(st.text(alphabet='甲乙《》（）(),;:?!"a1 〈〉<>', max_size=40))
def test_the_safe_fix_changes_nothing_but_signs_and_is_stable(text):
    fixed = full_width(text)
    assert len(fixed) == len(text)
    table = str.maketrans("，；：？！（）“”", ',;:?!()""')
    assert fixed.translate(table) == text.translate(table)
    assert [x for x in fixed if x in "甲乙a1"] == [x for x in text if x in "甲乙a1"]


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        (
            "根据《欢迎进入江澜科技网 区教育局关于入学的办法》，",
            "通知",
            ["欢迎进入江澜科技网"],
        ),
        (
            "特此公告。\n欢迎访问江澜政府网站\n2024年5月6日",
            "通知",
            ["欢迎访问江澜政府网站"],
        ),
        ("欢迎访问江澜政府网站，了解更多。", "通知", []),
        ("欢迎访问江澜政府网站\n更多信息见首页", "通知", []),
        ("", "欢迎进入江澜科技网关于入学的通知", ["欢迎进入江澜科技网"]),
        ("", "欢迎进入江澜科技网", []),
        ("保护区??划定", "通知", ["??"]),
        ("真的吗??", "通知", []),
    ],
)
def test_a_banner_in_the_place_of_a_name(text, title, expected):
    found = formats(text, title)
    assert [x[1] for x in found if x[0] == "FMT-MOJIBAKE"] == expected


@pytest.mark.parametrize(
    ("text", "html", "expected"),
    [
        (r"见file:///C:/Users/a/b.doc。", "", [r"file:///C:/Users/a/b.doc"]),
        (r"见C:\公文\通知.doc，", "", [r"C:\公文\通知.doc"]),
        (r"见\\server\share\a.doc", "", [r"\\server\share\a.doc"]),
        ("比例1:3，见https://a.gov.cn/", "", []),
        ("报名表请点击下载。", "", ["点击下载"]),
        ("报名表请点击下载。", '<a href="/x">下载</a>', []),
        ("请点击此处查看：https://a.gov.cn/x", "", []),
        ("点击“办事大厅”进入。", "", []),
        ("请优化下载速度。", "", []),
    ],
)
def test_links(text, html, expected):
    document = whole(body_text=text, body_html=html)
    assert [x[1] for x in shown(document, check_links(document))] == expected


@pytest.mark.parametrize(
    ("text", "fields", "expected"),
    [
        ("报名表见附件1。", {}, ["附件1"]),
        ("名单详见附件。\n区政府办", {}, ["附件"]),
        ("报名表见附件1。", {"attachments": [{"name": "a.doc"}]}, []),
        ("报名表见附件1。", {"images": [{"name": "a.png"}]}, []),
        ("报名表见附件1。\n附件1\n报名表\n姓名", {}, []),
        ("报名表见附件1。\n附件：1.报名表\n2.名单", {}, []),
        ("报名表见附件1。", {"body_html": '<a href="/a.doc">报名表</a>'}, []),
        ("附件齐全的，予以受理。", {}, []),
    ],
)
def test_a_text_that_speaks_of_an_attachment(text, fields, expected):
    document = whole(body_text=text, **fields)
    assert [x[1] for x in shown(document, check_attachments(document))] == expected


@pytest.mark.parametrize(
    ("name", "kind", "state", "proposal"),
    [
        ("名单.docx", "xlsx", FileState.READ, "名单.xlsx"),
        ("名单.DOC", "xls", FileState.READ, "名单.xls"),
        ("扫描.zip", "ofd", FileState.SCANNED, "扫描.ofd"),
        ("名单.docx", "docx", FileState.READ, None),
        ("名单.doc", "docx", FileState.READ, None),  # another family: ATT-02
        ("名单", "docx", FileState.READ, None),
        (".docx", "xlsx", FileState.READ, None),
        ("名单.docx", "zip", FileState.DAMAGED, None),
    ],
)
def test_the_ending_of_a_sister_format(name, kind, state, proposal):
    read = FileText(kind=kind, state=state)
    found = shown({}, check_type(name, read))
    assert [x[2] for x in found] == ([proposal] if proposal else [])
    assert codes()["ATT-TYPE"].auto == "Y"


REGISTER = IssuerTable(
    {"alias": "", "code": "", "doc_code": "", "source": "x", **row}
    for row in (
        {"name": "江澜区工商局", "valid_from": "2000-01-01", "valid_to": "2019-03-31"},
        {"name": "江澜区市场监管局", "valid_from": "2019-04-01", "valid_to": ""},
    )
)


def metadata(text="", register=REGISTER, **fields):
    document = whole(kind="policy", body_text=text, policy={}, **fields)
    reading = read_policy(
        text, title=document["title"], doc_number=None,
        written_on=document["written_on"], published_on=document["published_at"],
    )  # fmt: skip
    return [x[:2] for x in shown(document, check_metadata(document, reading, register))]


def test_an_issuer_under_a_name_that_was_not_in_use():
    old = {"name": "江澜区工商局", "code": None}
    assert metadata(issuer=old) == [("META-ISSUER", "江澜区工商局")]
    assert metadata(issuer=old, written_on="2018-05-06") == []
    assert metadata(issuer=old, written_on=None) == []
    assert metadata(issuer={"name": "别的局", "code": None}) == []
    assert metadata(issuer=old, register=IssuerTable()) == []


def test_a_policy_document_without_topic():
    assert metadata(topic=None) == [("META-THEME", None)]


def test_a_draft_among_the_policy_documents():
    title = "江澜区绿化办法（征求意见稿）"
    assert metadata("第一条　为了绿化。", title=title) == [
        ("VAL-DRAFT-IN-FORCE", "征求意见稿")
    ]
    assert metadata("第一条　为了绿化。", title="江澜区绿化办法") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("《绿化办法》自即日起废止。各部门应当及时将上述文件从网站上删除。", [("META-DELETE-ORDER", "网站上删除")]),
        ("《绿化办法》自即日起废止。", []),
        ("网络运营者应当在网站删除违法文件。", []),
        ("《绿化办法》自即日起废止。网站应当删除违法信息。", []),
    ],
)  # fmt: skip
def test_an_order_to_take_documents_off_the_site(text, expected):
    assert metadata(text) == expected


@pytest.fixture(scope="module")
def known():
    return Known(recipe=load_recipe("sample"), reading=Reading())


def test_all_checks_of_a_document_together(known):
    text = "2023年2月30日请到区工商局办理,布署如下。\n"
    document = whole(body_text=text, title="通知(国发[2020]3号)(试行)")
    number = "通知（国发〔2020〕3号）（试行）"
    found = shown(document, check_document(document, known))
    assert [x[0] for x in found] == [
        "NUM-BRACKET", "DAT-IMPOSSIBLE", "EXP-TYPO", "EXP-OLDNAME", "FMT-PUNCT", "FMT-PUNCT",
    ]  # fmt: skip
    assert found[0][2] == number, "what is put into the title holds both fixes"
    assert [x[2] for x in found if x[0] == "EXP-TYPO"] == ["部署"]


def test_dates_are_told_once_where_the_text_was_read():
    text = "本通知自2023年2月30日起施行。"
    reading = read_policy(text, title="通知")
    known = Known(recipe=load_recipe("sample"), reading=reading)
    document = whole(body_text=text)
    told = [x.code for x in (*reading.findings, *check_document(document, known))]
    assert told.count("DAT-IMPOSSIBLE") == 1


def test_a_file_is_checked_for_its_ending_and_for_personal_data():
    read = FileText(kind="xlsx", state=FileState.READ, text="手机：13912345678")
    found = {x.code for x in check_file("名单.docx", read)}
    assert found == {"ATT-TYPE", "PII-MOBILE"}


@pytest.mark.parametrize(
    "sign",
    ["《", "》", "《<", "(", '"', "甲,", "点击", "\\", "C:\\", "附件", "布署", "网站", "欢迎进入", "原",
     "见附件", "2023年", "?", "file:/", "\u0301", "工商局", "一"],
)  # fmt: skip
def test_long_texts_of_one_sign_take_time_in_proportion(sign, known):
    times = []
    for count in (40_000, 320_000):
        document = whole(body_text=sign * (count // len(sign)))
        start = time.process_time()
        assert len(list(check_document(document, known))) < 200
        times.append(time.process_time() - start)
    assert times[1] < 0.2 or times[1] < 24 * times[0]
