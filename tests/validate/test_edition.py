"""Two validators, one judgment; and schemas that cannot be used."""

import copy
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from contentkit.errors import SchemaError
from contentkit.validate import compile_schema, load_edition
from contentkit.validate.schema_rules import check_schema, path_of

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 3000)
    | st.floats(allow_nan=False, allow_infinity=False, width=16)
    | st.text(max_size=8)
    | st.sampled_from(
        [
            "2020-06-01",
            "2020-06-01\n",
            "A20-01",
            "policy",
            "有效",
            "主动公开",
            "http://a/",
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)
    ),
    max_leaves=4,
)


def iter_places(value, path=()):
    """Yield every place of a JSON value, the value itself excepted."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from iter_places(inner, (*path, key))


def mutate(document, path, value):
    mutated = copy.deepcopy(document)
    place = mutated
    for part in path[:-1]:
        place = place[part]
    if value == "DELETE":
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return mutated


def ecma_pattern(_validator, pattern, instance, _schema):
    """Match as JSON Schema means it: to Python, `$` is also before a last newline."""
    if isinstance(instance, str):
        text = instance + "\n" if instance.endswith("\n") else instance
        if not re.search(pattern, text):
            yield ValidationError(f"{instance!r} does not match {pattern!r}")


Reference = extend(Draft202012Validator, {"pattern": ecma_pattern})


def reference_faults(schema, document):
    """Return place and keyword of every fault that jsonschema finds."""
    faults = set()
    for error in Reference(schema).iter_errors(document):
        place, keys = list(error.absolute_path), [None]
        if error.validator == "required":
            keys = [key for key in error.validator_value if key not in error.instance]
        elif error.validator == "additionalProperties":
            keys = [k for k in error.instance if k not in error.schema["properties"]]
        faults |= {
            (path_of([*place, *([] if key is None else [key])]), error.validator)
            for key in keys
        }
    return faults


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_both_validators_find_the_same_errors(data, make_document, edition):
    document = make_document()
    for _ in range(data.draw(st.integers(1, 4))):
        places = sorted(iter_places(document), key=str)
        path = data.draw(st.sampled_from(places))
        document = mutate(document, path, data.draw(JSON | st.just("DELETE")))
        if not document:
            return
    schema = edition.document
    reference = reference_faults(schema.schema, document)
    findings = list(check_schema(document, schema))
    assert {(f.data["path"], f.data["keyword"]) for f in findings} == reference
    assert len(findings) == len(reference)
    assert schema.is_valid(document) is (not reference)


def test_places_are_told_in_words(make_document, edition):
    document = make_document({"issuer.code": "x" * 500, "attachments.0.bytes": "many"})
    issuer, bytes_ = sorted(
        check_schema(document, edition.document),
        key=lambda f: f.data["path"],
        reverse=True,
    )
    assert issuer.field == "issuer"
    assert issuer.data["name"] == "机构代码"
    assert len(issuer.data["found"]) == 201
    assert bytes_.data["path"] == "attachments[0].bytes"
    assert bytes_.data["expected_zh"] == "类型应为 integer"
    assert bytes_.data["found"] == "many"
    missing = make_document({"title": "DELETE"})
    (finding,) = check_schema(missing, edition.document)
    assert finding.data["name"] == "标题"
    assert finding.data["found"] == "null"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"type": }', "line 1, column 10: is no JSON"),
        ('{"type": "strin"}', "$.type"),
        ('{"pattern": "("}', "$.pattern"),
        ('{"$ref": "#/nowhere"}', "correct the schema"),
    ],
)
def test_a_schema_that_does_not_compile(text, fault):
    with pytest.raises(SchemaError) as caught:
        compile_schema("document.json", text)
    assert fault in str(caught.value)
    assert str(caught.value).startswith("document.json: ")
    assert "\n" not in str(caught.value)


def test_an_edition_that_is_not_there():
    with pytest.raises(SchemaError, match="no such edition"):
        load_edition("zj-1949")
