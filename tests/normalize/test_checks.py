"""DATE-04 and DOC-03: a document says what its page and the register say."""

import pytest

from contentkit.findings import explain
from contentkit.models import CaptureRef, Record
from contentkit.normalize import normalize_record
from contentkit.recipe import load_recipe

CODES = ("DATE-04", "DOC-03")


def made_of(folder, *, patches="", **values):
    table = folder / "patches.csv"
    table.write_text(table.read_text("utf-8") + patches, "utf-8")
    capture = CaptureRef(
        url="http://www.jianglan.example/zc/2020/1.html",
        captured_at="2020-11-01T08:00:00+08:00",
        sha256="5" * 64,
        warc="a",
        offset=0,
    )
    made = normalize_record(
        Record(**{"title": "关于做好防汛工作的通知"} | values),
        capture=capture,
        recipe=load_recipe(str(folder / "recipe.toml")),
        files={},
    )
    told = [x for x in made.findings if x.code in CODES]
    for finding in told:
        assert "…" not in explain(finding) + explain(finding, "en")
    return made.document, told


@pytest.mark.parametrize(
    ("why", "number", "issuer", "is_told"),
    [
        ("the code of the issuer", "江政办〔2020〕3号", "江澜区人民政府办公室", False),
        ("its short name", "江政办〔2020〕3号", "区府办", False),
        ("the government's code", "江政〔2020〕3号", "江澜区人民政府办公室", True),
        ("another agency's", "江环〔2020〕3号", "江澜区人民政府", True),
        ("a code nobody has", "江水〔2020〕3号", "江澜区人民政府", False),
        ("a co-issuer's", "江政〔2020〕3号", "区府办、区政府", False),
        ("an old name of the time", "江环〔2018〕3号", "江澜区环境保护局", False),
        ("an issuer of no register", "江政〔2020〕3号", "某某区人民政府", True),
        ("no issuer stated: the number names it", "江政〔2020〕3号", None, False),
        ("an order has no code", "江澜区人民政府令第3号", "江澜区教育局", False),
    ],
)
def test_the_code_of_a_number_is_the_issuer_s(
    recipe_folder, why, number, issuer, is_told
):
    day = "2018-05-06" if "2018" in number else "2020-05-06"
    _, told = made_of(recipe_folder, doc_number=number, issuer=issuer, published_at=day)
    assert [x.code for x in told] == ["DOC-03"] * is_told, why


PATCH = "published_at,{old},{new},a correction,own\n"


@pytest.mark.parametrize(
    ("why", "stated", "patch", "kept", "is_told"),
    [
        ("as the page says", "2020-05-06T09:08:07+08:00", None, "2020-05-06T09:08", 0),
        ("a patch", "2020-05-06", "2019-12-31", "2019-12-31", 1),
        (
            "a patch of the time",
            "2020-05-06T09:08+08:00",
            "2020-05-06",
            "2020-05-06",
            1,
        ),
        ("a repair of what is no date", "2020-02-30", "2020-02-29", "2020-02-29", 0),
        ("no date at all", None, None, None, 0),
    ],
)
def test_no_patch_changes_a_date_of_publication(
    recipe_folder, why, stated, patch, kept, is_told
):
    patches = PATCH.format(old=stated, new=patch) if patch else ""
    document, told = made_of(recipe_folder, patches=patches, published_at=stated)
    assert (document["published_at"] or "")[:16] == (kept or ""), why
    assert [x.code for x in told] == ["DATE-04"] * is_told
