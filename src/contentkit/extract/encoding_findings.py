"""What to tell about the encoding of a page: wrong claims, repairs, damage."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from contentkit.extract.charset_claims import Claim
from contentkit.extract.mojibake import Repair
from contentkit.extract.plausibility import weigh_sample
from contentkit.extract.readings import UTF16, Reading
from contentkit.models import Finding, Json

_MOST_PLACES = 5  # findings of one kind a page; each carries the count of all
_DAMAGE = re.compile("\ufffd(?:[^<>\n\ufffd]{0,12}\ufffd)*")


def check_claims(
    reading: Reading, claims: tuple[Claim, ...], text: str
) -> Iterator[Finding]:
    """Yield a finding for a choice without proof and for each claim that is wrong."""
    if reading.rivals:
        data = {"encoding": reading.encoding, "rivals": list(reading.rivals)}
        yield Finding(code="charset-ambiguous", data=data)
    if text.isascii() and reading.encoding not in UTF16:
        return
    for claim in claims:
        named = {"declared": claim.label, "where": claim.where}
        if claim.encoding is None:
            yield Finding(code="charset-unknown", data=named)
        elif claim.encoding != reading.encoding:
            weight = weigh_sample(text)
            proof = {
                "found": reading.encoding,
                "characters": weight.characters,
                "common": weight.expected,
            }
            yield Finding(code="charset-wrong", data=named | proof)


def check_passages(text: str, reading: Reading) -> Iterator[Finding]:
    """Yield the first passages that stand in another encoding than their page."""
    at = 0
    count = len(reading.passages)
    for passage, other in reading.passages[:_MOST_PLACES]:
        at = text.find(passage, at)
        if at < 0:
            return  # a later repair changed it and tells about it
        facts = {"way": f"{other} in {reading.encoding}", "count": count}
        yield _finding("charset-repaired", at, passage, facts)
        at += len(passage)


def check_repairs(repairs: list[Repair]) -> Iterator[Finding]:
    """Yield the first places of both kinds; offsets are those after all repairs."""
    shift = 0
    codes = [_code(repair) for repair in repairs]
    told = dict.fromkeys(codes, 0)
    for repair, code in zip(repairs, codes, strict=True):
        start = repair.start + shift
        facts = {"way": repair.way, "count": codes.count(code)}
        quote = repair.before
        if repair.after is not None:
            quote = repair.after
            facts["before"] = repair.before
            shift += len(repair.after) - len(repair.before)
        told[code] += 1
        if told[code] <= _MOST_PLACES:
            finding = _finding(code, start, quote, facts)
            yield replace(finding, proposal=repair.proposal)


def _code(repair: Repair) -> str:
    if repair.way == "address":
        return "garbled-address"
    return "TXT-01" if repair.after is None else "charset-repaired"


def _finding(code: str, start: int, quote: str, facts: dict[str, Json]) -> Finding:
    end = start + len(quote)
    return Finding(
        code=code, field="page", quote=quote, start=start, end=end, data=facts
    )


def check_damage(text: str, data: bytes) -> Iterator[Finding]:
    """Yield the first places where bytes or characters are gone."""
    if "\ufffd" not in text:
        return
    count = text.count("\ufffd")
    for damage in islice(_DAMAGE.finditer(text), _MOST_PLACES):
        start, end = _context(text, *damage.span())
        way = "lost" if b"\xef\xbf\xbd" in data else "undecodable"
        if damage.end() == len(text):
            way = "truncated"
        quote = text[start:end]
        facts = {"way": way, "count": count}
        yield _finding("TXT-01", start, quote, facts)


def _context(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a place to up to twelve characters on both sides, within its text node."""
    before = re.split(r"[<>\n]", text[max(0, start - 12) : start])[-1]
    after = re.split(r"[<>\n]", text[end : end + 12])[0]
    return start - len(before), end + len(after)
