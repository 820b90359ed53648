"""From a record to a document in the platform's terms."""

from contentkit.normalize.record import normalize_record
from contentkit.normalize.state import Normalized

NORMALIZE_VERSION = "1"
"""Rises when the same record and recipe would give another document."""

__all__ = ["NORMALIZE_VERSION", "Normalized", "normalize_record"]
