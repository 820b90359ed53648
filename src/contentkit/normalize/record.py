"""From one record to one document: drop or place, then the recipe's steps in order."""

from collections.abc import Mapping

from contentkit.columns import ColumnRule
from contentkit.ids import document_id
from contentkit.models import CaptureRef, FileFact, PageKind, Record
from contentkit.normalize.checks import check_made
from contentkit.normalize.state import Normalized, State, start_state
from contentkit.normalize.steps import STEPS
from contentkit.recipe import Recipe

_NO_DOCUMENT = {
    PageKind.LIST: "list-page",
    PageKind.HOME: "home-page",
    PageKind.STUB: "stub",
    PageKind.ERROR: None,
}


def normalize_record(
    record: Record,
    *,
    capture: CaptureRef,
    recipe: Recipe,
    files: Mapping[str, FileFact],
) -> Normalized:
    """Return the document of a record, with provenance and findings, or why there is none.

    `capture.url` is the canonical legacy URL; `files` holds what is known of the linked
    files by their URL in the record. Raises nothing: what is wrong becomes a finding.
    """
    rule = recipe.columns.find(capture.url, record.column_path)
    column = rule.column or None if rule else None
    if record.kind in _NO_DOCUMENT:
        return Normalized(document=None, drop=_NO_DOCUMENT[record.kind], column=column)
    reason = _drop_reason(recipe, rule, capture.url)
    if reason:
        return Normalized(document=None, drop=reason, column=column)
    state = start_state(record, capture, recipe, files)
    state.rule = rule
    _identify(state)
    for name in recipe.steps:
        STEPS[name](state)
    check_made(state)
    return Normalized(
        document=state.document,
        provenance=tuple(state.provenance.values()),
        findings=tuple(state.findings),
        column=column,
    )


def _drop_reason(recipe: Recipe, rule: ColumnRule | None, url: str) -> str | None:
    for drop in recipe.drops:
        if drop.pattern.search(url):
            return drop.reason
    return rule.reason if rule and rule.action == "drop" else None


def _identify(state: State) -> None:
    capture = state.capture
    state.put("id", document_id(capture.url), "url")
    state.put("url", capture.url, "url")
    state.document["provenance"] = {
        "captured_at": capture.captured_at,
        "capture_sha256": capture.sha256,
        "warc": capture.warc,
        "offset": capture.offset,
    }
