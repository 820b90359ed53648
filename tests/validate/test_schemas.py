"""The schemas themselves: annotated, compiled, and right about examples."""

import json
import tomllib
from pathlib import Path

import pytest

from contentkit.resources import (
    find,
    packaged,
    read_codelist,
    schema_file,
    schema_names,
)
from contentkit.validate import compile_schema
from contentkit.validate.schema_rules import check_schema

CASES = tomllib.loads(
    (Path(__file__).parents[1] / "tables/schema_cases.toml").read_text()
)["case"]
OURS = ("decision", "finding", "receipt")
CONTRACT_KEYS = [
    "id",
    "kind",
    "url",
    "path",
    "title",
    "subtitle",
    "summary",
    "index_number",
    "doc_number",
    "registry_number",
    "issuer",
    "co_issuers",
    "written_on",
    "published_at",
    "source",
    "author",
    "keywords",
    "column",
    "topic",
    "genre",
    "directory",
    "disclosure",
    "disclosure_scope",
    "article20",
    "policy",
    "body_html",
    "body_text",
    "attachments",
    "images",
    "provenance",
]
CONTRACT_REQUIRED = [
    "id",
    "kind",
    "url",
    "path",
    "title",
    "issuer",
    "published_at",
    "source",
    "column",
    "body_html",
    "body_text",
    "provenance",
]


def all_schemas():
    for name in schema_names("zj-2020"):
        yield f"zj-2020:{name}", schema_file("zj-2020", name)
    for name in OURS:
        yield f"format:{name}", find("format", name)


def iter_fields(schema, place=""):
    for key, field in schema.get("properties", {}).items():
        yield f"{place}.{key}", field
        yield from iter_fields(field, f"{place}.{key}")
        yield from iter_fields(field.get("items", {}), f"{place}.{key}[]")


@pytest.mark.parametrize(("name", "item"), list(all_schemas()), ids=str)
def test_every_field_names_its_source(name, item):
    schema = json.loads(item.read_text(encoding="utf-8"))
    assert schema["$id"] == f"urn:contentkit:{name}"
    assert schema["additionalProperties"] is False
    assert schema["title"]
    fields = list(iter_fields(schema))
    assert fields
    for place, field in fields:
        assert any("\u4e00" <= c <= "\u9fff" for c in field["title"]), place
        assert field["description"].endswith("."), place
        assert field["x-source"], place
        assert field["x-grade"] in {"V", "P", "I", "K"}, place
        if (
            field.get("type") in ("object", ["object", "null"])
            and "properties" in field
        ):
            assert field["additionalProperties"] is False, place


def test_the_document_has_the_keys_of_the_contract(edition):
    schema = edition.document.schema
    assert list(schema["properties"]) == CONTRACT_KEYS
    assert sorted(schema["required"]) == sorted(CONTRACT_REQUIRED)


def test_every_packaged_schema_compiles():
    for name in packaged("format"):
        text = find("format", name).read_text(encoding="utf-8")
        assert compile_schema(name, text).schema


def test_enumerations_and_code_lists_agree(edition):
    fields = edition.document.schema["properties"]
    validity = fields["policy"]["properties"]["validity"]["enum"]
    assert validity == [row["code"] for row in read_codelist("validity")]
    disclosure = [row["code"] for row in read_codelist("disclosure")]
    assert fields["disclosure"]["enum"] == [*disclosure, None]
    scopes = [row["code"] for row in read_codelist("disclosure-scopes")]
    assert fields["disclosure_scope"]["enum"] == [*scopes, None]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_examples(case, make_document, edition):
    changes = case.get("set", {}) | dict.fromkeys(case.get("null", ()))
    findings = list(check_schema(make_document(changes), edition.document))
    found = [f"{f.data['path']} {f.data['keyword']}" for f in findings]
    assert sorted(found) == case["wrong"]
    assert {f.code for f in findings} <= {"schema-violation"}


def test_codes_of_lists_fit_the_schema(make_document, edition):
    for key, name in (
        ("topic", "topics"),
        ("genre", "genres"),
        ("column", "platform-columns"),
    ):
        for row in read_codelist(name):
            document = make_document({key: row["code"]})
            assert edition.document.is_valid(document), row
    items = [row["code"] for row in read_codelist("article20")]
    assert edition.document.is_valid(make_document({"article20": items}))


def test_lines_of_the_bundle(edition):
    document = "7e58e0ba-a579-51ae-86b1-1e976242e432"
    good = {
        "column": {
            "code": "xxgk-zn",
            "name": "政府信息公开指南",
            "parent": "xxgk",
            "path": "/col/xxgk-zn/index.html",
            "article20": [],
            "legacy": [
                {"name": "公开指南", "url": None, "documents": 3, "action": "merge"}
            ],
        },
        "redirect": {"from": "http://a.gov.cn/1.html", "to": None, "status": "410"},
        "relation": {
            "type": "interprets",
            "source": document,
            "target": document,
            "evidence": {"rule": "title-names-document"},
        },
        "tombstone": {
            "id": document,
            "url": "http://a.gov.cn/1.html",
            "path": None,
            "reason": "gone",
        },
    }
    for name, line in good.items():
        assert edition.schemas[name].is_valid(line), name
        assert not edition.schemas[name].is_valid(line | {"extra": 1}), name
    moved = good["redirect"] | {"status": "301"}
    assert not edition.schemas["redirect"].is_valid(moved)
