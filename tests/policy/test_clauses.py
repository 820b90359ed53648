"""What a text says of its own validity, wording by wording."""

import tomllib
from pathlib import Path

import pytest

from contentkit.policy import read_policy

TABLE = Path(__file__).parents[1] / "tables" / "policy_clauses.toml"
CASES = tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]
CONTEXT = ("title", "doc_number", "written_on", "published_on")
DATES = ("DAT-", "VAL-NO")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_a_text_says_of_itself_what_the_table_says(case):
    given = {key: case[key] for key in CONTEXT if key in case}
    found = read_policy(case["text"], **given)
    rule = found.effective_rule
    assert found.effective_on == case.get("effective")
    assert (rule and [rule.anchor, rule.offset_days]) == case.get("rule")
    assert found.expires_on == case.get("expires")
    assert found.validity_years == case.get("years")
    assert found.is_draft == case.get("draft", False)
    assert sorted(x.code for x in found.findings) == case.get("findings", [])
    if "kinds" in case:
        assert [clause.kind for clause in found.clauses] == case["kinds"]
    elif not {"effective", "rule", "expires", "years"} & case.keys() and not case.get(
        "findings"
    ):
        assert found.clauses == ()
    for clause in found.clauses:
        assert case["text"][clause.start : clause.end] == clause.quote
