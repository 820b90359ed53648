"""The closed registry of normalizing steps, by the names that recipes use."""

from collections.abc import Callable, Mapping

from contentkit.normalize.audit import audit_labels
from contentkit.normalize.classes import (
    choose_kind,
    map_directory,
    map_disclosure,
    map_genre,
    map_topic,
)
from contentkit.normalize.content import attach_files, sanitize
from contentkit.normalize.identifiers import (
    parse_dates,
    parse_index,
    parse_number,
    parse_registry,
)
from contentkit.normalize.issuing import find_issuer, issuer_from_number
from contentkit.normalize.letterhead import read_letterhead
from contentkit.normalize.placing import fill_defaults, make_path, place
from contentkit.normalize.policy_facts import state_policy
from contentkit.normalize.state import State
from contentkit.normalize.texts import clean_keywords, clean_texts, patch_values

Step = Callable[[State], None]

STEPS: Mapping[str, Step] = {
    "place": place,
    "patch-values": patch_values,
    "clean-text": clean_texts,
    "clean-keywords": clean_keywords,
    "parse-dates": parse_dates,
    "parse-index-number": parse_index,
    "parse-doc-number": parse_number,
    "parse-registry-number": parse_registry,
    "read-letterhead": read_letterhead,
    "find-issuer": find_issuer,
    "issuer-from-doc-number": issuer_from_number,
    "map-topic": map_topic,
    "map-genre": map_genre,
    "map-directory": map_directory,
    "map-disclosure": map_disclosure,
    "choose-kind": choose_kind,
    "fill-defaults": fill_defaults,
    "state-policy": state_policy,
    "attach-files": attach_files,
    "sanitize-body": sanitize,
    "make-path": make_path,
    "audit-labels": audit_labels,
}
