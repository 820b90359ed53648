"""Step: what the page itself states on the validity of a policy document.

Nothing is computed here. A validity label is the page's statement on the day of its
capture; dates come from header labels that mean the same everywhere (policy-labels.csv)
or that the recipe explains.
"""

from functools import cache

from contentkit.errors import ParseError
from contentkit.models import Json
from contentkit.normalize.dates import parse_date, to_date
from contentkit.normalize.state import State
from contentkit.resources import read_codelist
from contentkit.text import fold, squeeze


def state_policy(state: State) -> None:
    """Set the policy block of a policy document."""
    if state.document["kind"] != "policy":
        return
    facts: dict[str, Json] = {
        "is_normative": None,
        "effective_on": None,
        "effective_rule": None,
        "expires_on": None,
        "validity_years": None,
        "validity": "unknown",
        "validity_as_of": None,
        "validity_basis": [],
        "repealed_on": None,
    }
    state.document["policy"] = facts
    _state_validity(state, facts)
    labels = policy_labels() | dict(state.recipe.labels)
    for label, text in sorted(state.record.fields.items()):
        name = labels.get(squeeze(label).rstrip(":："))
        if name and text.strip():
            _state_date(state, facts, name, (label, text))


def _state_validity(state: State, facts: dict[str, Json]) -> None:
    text = state.values.get("validity_label")
    if text is None:
        return
    validity = _validity_labels().get(fold(text))
    if validity is None:
        state.tell("unknown-validity", "validity_label", text=text)
        return
    facts["validity"] = validity
    facts["validity_as_of"] = state.capture.captured_at[:10]
    origin = state.origins["validity_label"]
    state.trace("policy.validity", validity, original=text, origin=origin)


def _state_date(
    state: State, facts: dict[str, Json], name: str, pair: tuple[str, str]
) -> None:
    label, text = pair
    try:
        facts[name] = to_date(parse_date(text))
    except ParseError:
        state.tell("date-unreadable", f"policy.{name}", text=text)
        return
    state.trace(f"policy.{name}", facts[name], original=text, origin=f"header:{label}")


@cache
def policy_labels() -> dict[str, str]:
    """Return the labels that state a date of a policy document, with its field."""
    return {row["label"]: row["field"] for row in read_codelist("policy-labels")}


@cache
def _validity_labels() -> dict[str, str]:
    rows = read_codelist("validity-labels")
    return {fold(row["label"]): row["validity"] for row in rows}
