"""Bytes of a page to text, with proof.

A declaration is a claim that is tested against the bytes. UTF-8 and UTF-16 prove
themselves by their structure. Double-byte encodings do not: every Big5 page also
decodes as GB18030, so they are weighed by how much the outcome looks like Chinese
(`plausibility`). Damage stays where it is: a bad byte becomes one U+FFFD with a
finding, a passage in another encoding is read in that one, and text that was read
wrongly before it was saved is put right where that can be proven (`mojibake`).
"""

import re
from dataclasses import dataclass

from contentkit.extract.charset_claims import (
    Claim,
    canonical_encoding,
    read_claims,
    script_of,
)
from contentkit.extract.encoding_findings import (
    check_claims,
    check_damage,
    check_passages,
    check_repairs,
)
from contentkit.extract.mojibake import (
    Repair,
    apply_repairs,
    find_mojibake,
    is_suspect,
)
from contentkit.extract.plausibility import PLAUSIBLE_SHARE, weigh_sample
from contentkit.extract.readings import (
    HIGH_RUN,
    PROOF_BYTES,
    UTF16,
    Reading,
    decode_strictly,
    read_as,
    utf16_signs,
)
from contentkit.models import Finding

_CHINESE = ("gb18030", "big5hkscs")

_ENOUGH_CHARACTERS = 8
_CLAIMED = 0.3  # what a declaration adds to the score of a reading without damage
_MARGIN = 0.25  # a reading is certain when all others score lower by this much
_DOUBTFUL = 0.3  # a best score below this proves nothing
_SAMPLE = 2_000_000  # bytes that decide about the encoding of a larger page

_THREE_BYTES = re.compile(rb"[\xe3-\xe9]..[^\xe3-\xe9]*[\xe3-\xe9]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page as text, the encoding it was read in, and what was odd about it.

    Offsets of the findings point into `text` (field `page`).
    """

    text: str
    encoding: str
    findings: tuple[Finding, ...] = ()


def decode_page(
    data: bytes, *, http_charset: str | None = None, override: str | None = None
) -> Decoded:
    """Return the text of a page and the encoding its bytes prove.

    `override` is the encoding that a profile states; it beats every declaration, as a
    person looked at the site. Any bytes give a text; what is uncertain, wrong or
    damaged is in the findings. `encoding` is a Python codec name such as `utf-8`,
    `gb18030`, `big5hkscs`, `utf-16-le`.
    """
    claims = read_claims(data, http_charset=http_charset)
    if override is not None:
        encoding = canonical_encoding(override)
        if encoding is not None:
            return _finish(data, read_as(data, encoding), ())
        claims = (Claim("profile", override, None), *claims)
    return _finish(data, _quick(data, claims) or _choose(data, claims), claims)


def _quick(data: bytes, claims: tuple[Claim, ...]) -> Reading | None:
    """Return the reading of a page without contradictions; None asks to look closer."""
    if b"\0" in data:
        return None
    first = next((c.encoding for c in claims if c.encoding), None)
    if data.isascii():
        plain = first is None or first in UTF16
        return Reading("utf-8" if plain else str(first), data.decode("ascii"))
    text = decode_strictly(data, "utf-8")
    if text is not None:
        proven = len(data) - len(text) >= PROOF_BYTES and (
            first in (None, "utf-8") or _THREE_BYTES.search(data) is not None
        )
        return Reading("utf-8", text) if proven else None
    if first in _CHINESE and (text := decode_strictly(data, str(first))) is not None:
        weight = weigh_sample(text)
        if weight.characters >= _ENOUGH_CHARACTERS and weight.share >= PLAUSIBLE_SHARE:
            return Reading(str(first), text)
    return None


def _choose(data: bytes, claims: tuple[Claim, ...]) -> Reading:
    """Return the best reading; when others are as good, the declared one, with them."""
    sample = _sample(data)
    claimed = list(dict.fromkeys(c.encoding for c in claims if c.encoding))
    names = dict.fromkeys([*claimed, "utf-8", *_CHINESE, *utf16_signs(sample)])
    readings = []
    for name in names:
        reading = read_as(sample, name)
        believable = name in claimed and script_of(name) in ("any", "han")
        if believable and "\ufffd" not in reading.text:
            reading = reading._replace(score=reading.score + _CLAIMED)
        readings.append(reading)
    best = max(readings, key=lambda reading: reading.score)
    rivals = [
        reading
        for reading in readings
        if reading.text != best.text and reading.score > best.score - _MARGIN
    ]
    chosen, others = best, []
    if best.score < _DOUBTFUL or rivals:
        chosen = next((r for r in [best, *rivals] if r.encoding in claimed), best)
        others = [r.encoding for r in [best, *rivals] if r is not chosen] or ["-"]
    whole = chosen if sample is data else read_as(data, chosen.encoding)
    return whole._replace(rivals=tuple(others))


def _sample(data: bytes) -> bytes:
    """Return the part of a very large page that decides about its encoding."""
    if len(data) <= _SAMPLE:
        return data
    beyond = HIGH_RUN.search(data)
    start = beyond.start() if beyond and b"\0" not in data[:4096] else 0
    return data[start : start + _SAMPLE]


def _finish(data: bytes, reading: Reading, claims: tuple[Claim, ...]) -> Decoded:
    text = reading.text.removeprefix("\ufeff")
    findings = list(check_claims(reading, claims, text))
    repairs: list[Repair] = []
    if not text.isascii():
        is_utf8 = reading.encoding == "utf-8" and not reading.passages
        if is_suspect(data if is_utf8 else text.encode("utf-8", "replace")):
            repairs = find_mojibake(text)
            text = apply_repairs(text, repairs)
        findings += check_passages(text, reading)
        findings += check_repairs(repairs)
        findings += check_damage(text, data)
    return Decoded(text, reading.encoding, tuple(findings))
