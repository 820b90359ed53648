"""Offline-first ingestion and migration toolkit for legacy government websites.

The few names worth importing; each comes from its own module when it is first used, so
that `import contentkit` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contentkit.bundle.verify import verify_bundle
    from contentkit.dedupe import near_duplicates
    from contentkit.extract import extract_record
    from contentkit.normalize import normalize_record
    from contentkit.policy import read_policy
    from contentkit.profile import load_profile
    from contentkit.recipe import load_recipe
    from contentkit.validate import validate_document
    from contentkit.workspace import Workspace

__version__ = "0.1.0"

__all__ = [
    "Workspace",
    "__version__",
    "extract_record",
    "load_profile",
    "load_recipe",
    "near_duplicates",
    "normalize_record",
    "read_policy",
    "validate_document",
    "verify_bundle",
]

_HOMES = {
    "Workspace": "contentkit.workspace",
    "extract_record": "contentkit.extract",
    "load_profile": "contentkit.profile",
    "load_recipe": "contentkit.recipe",
    "near_duplicates": "contentkit.dedupe",
    "normalize_record": "contentkit.normalize",
    "read_policy": "contentkit.policy",
    "validate_document": "contentkit.validate",
    "verify_bundle": "contentkit.bundle.verify",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'contentkit' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
