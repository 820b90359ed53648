"""What the modes make of a document with findings."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contentkit.models import Finding
from contentkit.validate import mode_of, validate_document

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner)
    ),
    max_leaves=4,
)


def test_a_sound_document_passes_untouched(make_document, edition):
    document = make_document()
    validated = validate_document(document, edition=edition, modes={})
    assert validated.document is document
    assert (validated.findings, validated.quarantine) == ((), None)


def test_the_recipe_beats_the_code_list():
    assert mode_of("TXT-03", {}) == "report"
    assert mode_of("TXT-03", {"TXT-03": "block"}) == "block"


def test_a_document_that_does_not_fit_is_held_back(make_document, edition):
    document = make_document({"source": None})
    validated = validate_document(document, edition=edition, modes={})
    assert validated.quarantine == "schema-violation"
    assert validated.document == document


@pytest.mark.parametrize("mode", ["report", "block"])
def test_no_mode_lets_a_misfit_pass(mode, make_document, edition):
    modes = {"schema-violation": mode}
    document = make_document({"source": None})
    validated = validate_document(document, edition=edition, modes=modes)
    assert validated.quarantine == "schema-violation"


def test_drop_value_empties_what_may_be_empty(make_document, edition):
    document = make_document({"topic": "农业", "article20": ["A20-99"]})
    validated = validate_document(
        document, edition=edition, modes={"schema-violation": "drop-value"}
    )
    assert validated.quarantine is None
    assert validated.document["topic"] is None
    assert validated.document["article20"] == []
    assert document["topic"] == "农业"
    dropped = [f for f in validated.findings if f.code == "value-dropped"]
    assert [(f.field, f.data["value"], f.data["cause"]) for f in dropped] == [
        ("article20", ["A20-99"], "schema-violation"),
        ("topic", "农业", "schema-violation"),
    ]


def test_drop_value_cannot_empty_what_is_required(make_document, edition):
    document = make_document({"issuer": "区政府", "topic": "农业"})
    modes = {"schema-violation": "drop-value"}
    validated = validate_document(document, edition=edition, modes=modes)
    assert validated.quarantine == "schema-violation"


def test_a_drop_that_breaks_another_rule_holds_the_document(make_document, edition):
    # a policy document needs its disclosure: it may not go, though articles lack it
    document = make_document({"disclosure": "内部"})
    modes = {"schema-violation": "drop-value"}
    validated = validate_document(document, edition=edition, modes=modes)
    assert validated.quarantine == "schema-violation"


def test_rules_drop_and_hold_too(make_document, edition):
    document = make_document({"doc_number": "示政办〔2019〕12号"})
    validated = validate_document(
        document, edition=edition, modes={"DOC-04": "drop-value"}
    )
    assert validated.document["doc_number"] is None
    assert [f.code for f in validated.findings] == ["DOC-04", "value-dropped"]
    validated = validate_document(
        document, edition=edition, modes={"DOC-04": "quarantine"}
    )
    assert validated.quarantine == "DOC-04"


def test_findings_of_earlier_stages_count_but_are_not_told_again(
    make_document, edition
):
    earlier = [
        Finding(code="IDX-03", field="index_number", data={"code": "1"}),
        Finding(code="ATT-01", data={"name": "a"}),
    ]
    document = make_document()
    kept = validate_document(document, edition=edition, modes={}, earlier=earlier)
    assert (kept.findings, kept.quarantine) == ((), None)
    held = validate_document(
        document, edition=edition, modes={"ATT-01": "quarantine"}, earlier=earlier
    )
    assert (held.findings, held.quarantine) == ((), "ATT-01")
    modes = {"IDX-03": "drop-value"}
    cut = validate_document(document, edition=edition, modes=modes, earlier=earlier)
    assert cut.document["index_number"] is None
    assert [f.code for f in cut.findings] == ["value-dropped"]


def test_a_value_that_no_document_has_cannot_be_dropped(make_document, edition):
    earlier = [Finding(code="TXT-01", field="page", data={"way": "lost", "count": 1})]
    modes = {"TXT-01": "drop-value"}
    document = make_document()
    validated = validate_document(
        document, edition=edition, modes=modes, earlier=earlier
    )
    assert validated.quarantine == "TXT-01"


def test_damage_told_by_extract_is_not_told_twice(make_document, edition):
    earlier = [Finding(code="TXT-01", field="page", data={"way": "lost", "count": 1})]
    document = make_document({"title": "关于\ufffd汛工作的通知"})
    alone = validate_document(document, edition=edition, modes={})
    assert [f.code for f in alone.findings] == ["TXT-01"]
    after = validate_document(document, edition=edition, modes={}, earlier=earlier)
    assert after.findings == ()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_document_gives_a_verdict(data, make_document, edition):
    document = make_document()
    for key in data.draw(st.lists(st.sampled_from(sorted(document)), max_size=6)):
        document[key] = data.draw(JSON)
    modes = data.draw(
        st.dictionaries(
            st.sampled_from(["schema-violation", "DATE-01", "TXT-03", "CLS-02"]),
            st.sampled_from(["block", "quarantine", "drop-value", "report"]),
        )
    )
    validated = validate_document(document, edition=edition, modes=modes)
    if validated.quarantine is None:
        assert edition.document.is_valid(validated.document)
    again = validate_document(document, edition=edition, modes=modes)
    assert again == validated
