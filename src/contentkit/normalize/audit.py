"""Step: a label of the page that nothing has read is a finding, never silence."""

from functools import cache, lru_cache

from contentkit.codelists import words
from contentkit.normalize.policy_facts import policy_labels
from contentkit.normalize.state import State
from contentkit.resources import read_codelist
from contentkit.text import fold, squeeze

_NO_CONTENT = "-"


def audit_labels(state: State) -> None:
    """Tell each label with a value that is neither understood nor ignored."""
    if not state.record.fields:
        return
    empty = words("empty-values")
    ignored = _squeezed(state.recipe.ignore)
    used = {origin.rpartition(":")[2] for origin in state.record.origins.values()}
    for label, text in state.record.fields.items():
        name = squeeze(label).rstrip(":：")
        if not text.strip() or fold(text) in empty or name in ignored:
            continue
        if label in used or _is_read(state, name):
            continue
        state.tell("unmapped-field", "fields", label=name, text=text[:200])


def _is_read(state: State, label: str) -> bool:
    if label in policy_labels() or label in state.recipe.labels:
        return True
    name = _field_of_label().get(label)
    return name == _NO_CONTENT or bool(name and getattr(state.record, name, None))


@lru_cache(maxsize=8)
def _squeezed(labels: frozenset[str]) -> frozenset[str]:
    return frozenset(map(squeeze, labels))


@cache
def _field_of_label() -> dict[str, str]:
    return {row["label"]: row["field"] for row in read_codelist("header-labels")}
