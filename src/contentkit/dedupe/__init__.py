"""Which documents carry one text, and which of them are one instrument."""

from contentkit.dedupe.near import near_duplicates

__all__ = ["near_duplicates"]
