"""What a worker computes of one text so that no one has to read it again to compare."""

from dataclasses import dataclass
from hashlib import blake2b, sha256

from contentkit.dedupe.boilerplate import Boilerplate
from contentkit.dedupe.minhash import sign
from contentkit.dedupe.shingles import grams_of
from contentkit.dedupe.text import Codes, fold_codes
from contentkit.dedupe.words import threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """The keys of a text, from the strictest to the loosest.

    `text_sha256` is equal for equal texts; `folded` (hex) for texts with the same
    compared characters, empty where there are none; `characters` and `grams` count what
    is compared; `signature` is 256 bytes, or empty for a text too short to prove
    anything by likeness (`shortest-text`).
    """

    text_sha256: str
    folded: str
    characters: int
    grams: int
    signature: bytes


def fingerprint(text: str, boilerplate: Boilerplate | None = None) -> Fingerprint:
    """Return the fingerprint of a text, its site's boilerplate left out of all but
    `text_sha256`.
    """
    codes = fold_codes(boilerplate.without(text) if boilerplate else text)
    found = grams_of(codes)
    is_long = codes.size >= threshold("shortest-text")
    return Fingerprint(
        text_sha256=sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        folded=digest(codes).hex() if codes.size else "",
        characters=int(codes.size),
        grams=int(found.size),
        signature=sign(found).astype("<u2").tobytes() if is_long else b"",
    )


def digest(codes: Codes) -> bytes:
    """Return 16 bytes that are equal for equal codes."""
    return blake2b(codes.tobytes(), digest_size=16).digest()
