"""What the judgement knows of a copy: from a document, a reading, a file."""

from dataclasses import fields

import pytest

from contentkit.dedupe.facts import (
    Copy,
    CopyFile,
    attachment_copy,
    copy_from,
    copy_of,
    facts_json,
    issuer_key,
    number_key,
)
from contentkit.dedupe.words import blocker_name
from contentkit.policy.models import EffectiveRule, Reading
from contentkit.resources import read_codelist

TEXT = "清政发〔2021〕6号\n各镇人民政府：\n请遵照执行。\n清溪区人民政府\n2021年1月20日"


def test_a_document_becomes_a_copy():
    document = {
        "id": "x",
        "url": "http://www.example.gov.cn/1.html",
        "kind": "policy",
        "title": "关于加强古桥保护的通知",
        "issuer": {"name": "清溪区人民政府", "code": "11330000000000000X"},
        "doc_number": None,
        "body_text": TEXT,
        "attachments": [{"name": "名录.pdf", "sha256": "aa"}, {"name": "图.pdf"}],
        "images": [{"name": "桥", "sha256": "bb"}],
        "policy": {"effective_on": "2021-03-01", "expires_on": None},
    }
    copy = copy_of(document, key=7)
    assert copy.key == 7
    assert copy.issuer_code == "11330000000000000X"
    assert (copy.doc_number, copy.doc_number_key) == (None, "清政发〔2021〕6号")
    assert (copy.signed_by, copy.signed_on) == ("清溪区人民政府", "2021-01-20")
    assert copy.effective_on == "2021-03-01"
    assert copy.expires_on is None
    assert copy.files == (
        CopyFile(name="名录.pdf", sha256="aa"),
        CopyFile(name="图.pdf"),
        CopyFile(name="桥", sha256="bb", is_image=True),
    )


def test_what_is_not_stated_stays_unknown():
    copy = copy_of({"id": "x"})
    assert copy == Copy(key=0, id="x")


def test_a_reading_of_the_text_wins_over_the_metadata():
    document = {
        "id": "x",
        "policy": {"effective_on": "2021-03-01", "validity_years": 5},
    }
    reading = Reading(
        effective_on="2021-04-01",
        effective_rule=EffectiveRule(anchor="印发之日", offset_days=30),
    )
    copy = copy_of(document, reading)
    assert copy.effective_on == "2021-04-01"
    assert copy.effective_rule == "印发之日+30"
    assert copy.validity_years == 5


def test_a_file_knows_its_text_and_its_page_only():
    page = copy_of(
        {
            "id": "x",
            "kind": "policy",
            "doc_number": "清政发〔2021〕7号",
            "issuer": {"name": "清溪区人民政府"},
            "attachments": [{"name": "正文.docx", "sha256": "aa"}, {"name": "表.xls"}],
        }
    )
    file = attachment_copy(page, key=3, name="正文.docx", text=f"\n{TEXT}")
    assert (file.origin, file.attachment_of, file.kind) == ("attachment", "x", "policy")
    assert file.title == "清政发〔2021〕6号"
    assert file.doc_number_key == "清政发〔2021〕6号"
    assert file.issuer is None
    assert [x.name for x in file.files] == ["正文.docx"]
    assert attachment_copy(page, key=3, name="空.docx", text="").title == ""


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("清政发〔2021〕6号", "清政发[2021] 第06号"),
        ("清政发〔２０２１〕６号", "清政发〔2021〕6号"),
        ("无号", "无 号"),
    ],
)
def test_spellings_of_a_number_have_one_key(a: str, b: str):
    assert number_key(a) == number_key(b)


def test_short_forms_of_an_issuer_have_one_key():
    assert issuer_key("清溪区人民政府办公室") == issuer_key("清溪区政府办")
    assert issuer_key("清溪区人民政府") != issuer_key("清溪区政府办")


def test_every_kind_of_blocker_has_words():
    kinds = [row["kind"] for row in read_codelist("dedupe-blockers")]
    assert len(kinds) == len(set(kinds))
    for kind in kinds:
        assert blocker_name(kind)
        assert blocker_name(kind, "en").isascii()


def test_all_that_is_known_of_a_page_but_its_text_is_kept():
    values = {x.name: f"a {x.name}" for x in fields(Copy) if x.name != "key"}
    derived = {"origin": "html", "column_class": "", "attachment_of": None}
    files = (CopyFile(name="表.docx", sha256="a1"), CopyFile(name="图", is_image=True))
    page = Copy(**{**values, **derived, "files": files, "key": 7})
    assert copy_from(facts_json(page), key=7, text=page.text) == page
    nothing = Copy(key=1, id="x")
    assert copy_from(facts_json(nothing), key=1) == nothing
