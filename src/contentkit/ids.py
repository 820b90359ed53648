"""Stable identifiers, derived from content alone."""

import hashlib
import uuid

_NAMESPACE = uuid.NAMESPACE_URL.bytes


def document_id(canonical_url: str) -> str:
    """Return the UUIDv5 of a canonical legacy URL (CONTRACT section 5, `id`).

    >>> document_id("http://www.example.gov.cn/art/1.html")
    '7e58e0ba-a579-51ae-86b1-1e976242e432'
    """
    # as uuid.uuid5, several times faster: version 5, variant 10xx of RFC 9562
    name = canonical_url.encode()
    digest = hashlib.sha1(_NAMESPACE + name, usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return (
        f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-"
        f"{variant}{digest[17:20]}-{digest[20:32]}"
    )
