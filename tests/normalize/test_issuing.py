"""Issuers: register entries, joint issuers, terms of office, doubt that stays doubt."""

import tomllib
from pathlib import Path

import pytest

TABLE = Path(__file__).parents[1] / "tables" / "issuers.toml"
ROWS = tomllib.loads(TABLE.read_text(encoding="utf-8"))["issuer"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["why"])
def test_issuers(row, normalize):
    made = normalize(issuer=row["text"], written_on=row.get("written_on", "2020-05-06"))
    document = made.document
    found = [document["issuer"], *document["co_issuers"]] if row["names"] else []
    codes = row.get("codes", [""] * len(row["names"]))
    assert found == [
        {"name": name, "code": code or None}
        for name, code in zip(row["names"], codes, strict=True)
    ]
    told = [x.code for x in made.findings if x.field == "issuer"]
    assert told == row.get("findings", [])


def test_candidates_of_an_ambiguous_name_are_told(normalize):
    made = normalize(issuer="教育部门")
    assert made.findings[0].data["candidates"] == "江澜区教育局、江澜区体育局"


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"doc_number": "江政办〔2020〕1号"}, "江澜区人民政府办公室"),
        (
            {"doc_number": "江环〔2016〕1号", "written_on": "2016-05-06"},
            "江澜区环境保护局",
        ),
        ({"doc_number": "江环〔2020〕1号"}, "江澜区生态环境局"),
        ({"doc_number": "江财〔2020〕1号"}, None),
        ({"doc_number": "江政办〔2020〕1号", "issuer": "区政府"}, "江澜区人民政府"),
    ],
)
def test_an_attested_code_of_the_document_number_names_the_issuer(
    values, name, normalize
):
    issuer = normalize(**values).document["issuer"]
    assert (issuer["name"] if issuer else None) == name
