"""Stable identifiers, derived from content alone."""

import uuid


def document_id(canonical_url: str) -> str:
    """Return the UUIDv5 of a canonical legacy URL (CONTRACT section 5, `id`).

    >>> document_id("http://www.example.gov.cn/art/1.html")
    '7e58e0ba-a579-51ae-86b1-1e976242e432'
    """
    return str(uuid.uuid5(uuid.NAMESPACE_URL, canonical_url))
