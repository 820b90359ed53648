"""Plain text: cleaning by table, keywords, patches, placeholders that say nothing."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.normalize.texts import clean_text

TABLE = Path(__file__).parents[1] / "tables" / "texts.toml"
ROWS = tomllib.loads(TABLE.read_text(encoding="utf-8"))["text"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["why"])
def test_texts(row, normalize):
    assert clean_text(row["text"]) == row["clean"]
    assert normalize(title=row["text"]).document["title"] == (row["clean"] or None)


@given(st.text(max_size=60))
def test_cleaning_is_idempotent_and_keeps_every_sign(text):
    clean = clean_text(text)
    assert clean_text(clean) == clean
    han = [c for c in text if "一" <= c <= "龥"]
    assert [c for c in clean if "一" <= c <= "龥"] == han


@pytest.mark.parametrize("text", ["无", "暂无", "-", "——", "null", "N/A", " 无 ", "/"])
def test_a_placeholder_is_no_value(text, normalize):
    made = normalize(source=text, issuer=text, doc_number=text, index_number=text)
    for name in ("source", "issuer", "doc_number", "index_number"):
        assert made.document[name] is None
    assert made.findings == ()


def test_a_word_that_begins_like_a_placeholder_is_a_value(normalize):
    assert normalize(source="无锡日报").document["source"] == "无锡日报"


@pytest.mark.parametrize(
    ("stated", "keywords"),
    [
        (("防汛，抗旱",), ["防汛", "抗旱"]),
        (("防汛;抗旱；应急|预案",), ["防汛", "抗旱", "应急", "预案"]),
        (("防汛", "防汛", "抗旱"), ["防汛", "抗旱"]),
        (("ＧＤＰ　统计",), ["GDP", "统计"]),
        ((" ，",), []),
        ((), []),
    ],
)
def test_keywords(stated, keywords, normalize):
    assert normalize(keywords=stated).document["keywords"] == keywords


def test_patches_correct_values_and_say_so(normalize):
    made = normalize(
        source="区政俯办", author="管理员", origins={"source": "visible:来源"}
    )
    assert made.document["source"] == "区府办"
    assert made.document["author"] is None
    row = next(x for x in made.provenance if x.field == "source")
    assert (row.original, row.origin) == ("区政俯办", "visible:来源 > lookup:patches")
