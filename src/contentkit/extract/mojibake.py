"""Text that was read in a wrong encoding once before it was saved.

Three ways lead to it: UTF-8 read as Windows-1252 (`ä¸­æ–‡`), UTF-8 read as GBK
(`涓枃`), GBK read as Windows-1252 (`ÖÐÎÄ`). The way back is taken only with proof: the
bytes that the wrong reading came from decode strictly, and to plausible 汉字. What was
lost on the way (`锟斤拷`, a half character) cannot come back and is only reported.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import partial
from itertools import accumulate, groupby
from typing import NamedTuple

from contentkit.extract.plausibility import weigh_chinese

# The first byte of nearly every Chinese character in UTF-8 is E3 to E9; read as
# Windows-1252 that is a letter from ã to é, which UTF-8 writes with the lead byte C3.
_LATIN_LEAD = b"\xc3"
# Read as GBK, half of them become characters of the radicals 金 and 門 in forms that
# simplified text does not use (U+9280-9484, U+9580-95E7), or 锛 and 锟.
_GBK_LEAD = re.compile(rb"\xe9(?:[\x8a-\x91\x96]|\x97[\x80-\xa7]|\x94[\x9b\x9f])")
_SUSPECT = re.compile("[\u9280-\u9484\u9580-\u95e7锛锟]")

# Windows-1252 puts signs where Latin-1 has control codes; the five unassigned bytes
# stay control codes in browsers (WHATWG index), so the table is total.
_TO_LATIN1 = {
    ord(bytes([byte]).decode("cp1252")): byte
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_SIGNS = "".join(map(chr, _TO_LATIN1))
_NEXT = f"[\x80-\xbf{_SIGNS}]"
_HIGH = f"[\x80-\xff{_SIGNS}]"
_PAIRED = f"[\x40-\x7e\x80-\xff{_SIGNS}]"

# What the next two expressions find begins so in UTF-8, which is quicker to look for:
# a page with a × or an é in it has neither.
_UTF8_LEAD = re.compile(rb"\xc3[\x82\xa2-\xa9\xaf]")
_HIGH_UTF8 = rb"(?:[\xc2\xc3][\x80-\xbf]|" + "|".join(_SIGNS).encode() + b")"
_GBK_PAIR = re.compile(
    rb"%b(?:[\x40-\x7e]|%b)%b" % (_HIGH_UTF8, _HIGH_UTF8, _HIGH_UTF8)
)
_UTF8_AS_LATIN = re.compile(
    f"(?:[\xe3-\xe9]{_NEXT}{{2}}|\xef[\xbc\xbd]{_NEXT}|\xe2[€\x80]{_NEXT}|\xc2[\xa0-\xbf])+"
)
_HALF_AS_LATIN = re.compile(f"[\xc2-\xef]{_NEXT}?")
_GBK_AS_LATIN = re.compile(f"(?<!{_HIGH}){_HIGH}(?:{_PAIRED}{_HIGH})+{_PAIRED}?")

_BEYOND_ASCII = re.compile("[^\x00-\x7f\ufffd]{2,}")
_UTF8_CHINESE = (
    rb"(?:[\xe3-\xe9][\x80-\xbf]{2}|\xef[\xbc\xbd][\x80-\xbf]"
    rb"|\xe2\x80[\x80-\xbf]|\xc2[\xa0-\xbf])"
)
# A GBK character may have eaten the ASCII letter after an odd number of bytes.
_UTF8_AS_GBK = re.compile(
    _UTF8_CHINESE + rb"(?:[\x40-\x7e]?" + _UTF8_CHINESE + rb")+[\x40-\x7e]?"
)
_ADDRESS = re.compile(
    r"""\b(?:href|src|action)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE
)
_LOST_FIRST = "锟锛銆"
_LOST = re.compile("(?:锟斤拷|锟斤|[锛銆]\\?)+")

_ENOUGH = 0.4  # share of common characters that a repaired run must have
_TOO_GOOD = 0.3  # … and that the run it replaces must not have


class Repair(NamedTuple):
    """One damaged run: `text[start:end]` before, what it was, how it came about.

    `after` is None where the run cannot be restored, or may not: an address is what a
    server answers to, whatever it looks like, so it only gets a `proposal`.
    """

    start: int
    end: int
    before: str
    after: str | None
    way: str
    proposal: str | None = None


def is_suspect(utf8: bytes) -> bool:
    """Tell, from the UTF-8 form of a text, whether a closer look is worth it."""
    return _LATIN_LEAD in utf8 or _GBK_LEAD.search(utf8) is not None


def find_mojibake(text: str) -> list[Repair]:
    """Return the runs of a text that were read wrongly, in order, without overlap."""
    utf8 = text.encode("utf-8", "replace")
    found = [*_read_as_latin(text, utf8)] if _LATIN_LEAD in utf8 else []
    if _GBK_LEAD.search(utf8):
        found += [*_read_as_gbk(text), *_lost(text)]
    found.sort(key=lambda repair: (repair.start, repair.after is None, -repair.end))
    kept: list[Repair] = []
    for repair in found:
        if not kept or repair.start >= kept[-1].end:
            kept.append(repair)
    return _spare_addresses(text, kept) if kept else kept


def apply_repairs(text: str, repairs: list[Repair]) -> str:
    """Return the text with its restored runs; offsets of the repairs start at 0."""
    pieces, done = [], 0
    for repair in repairs:
        if repair.after is not None:
            pieces += [text[done : repair.start], repair.after]
            done = repair.end
    return "".join([*pieces, text[done:]])


def _spare_addresses(text: str, repairs: list[Repair]) -> list[Repair]:
    """Return the repairs with those inside one link address put together, not done."""
    addresses = [m.span(m.lastindex or 0) for m in _ADDRESS.finditer(text)]
    spared: list[Repair] = []
    for (start, end), group in groupby(repairs, key=partial(_address_of, addresses)):
        inside = [r._replace(start=r.start - start, end=r.end - start) for r in group]
        if end == 0:
            spared += inside
        else:
            before = text[start:end]
            proposal = apply_repairs(before, inside)
            spared.append(Repair(start, end, before, None, "address", proposal))
    return spared


def _address_of(addresses: list[tuple[int, int]], repair: Repair) -> tuple[int, int]:
    """Return the link address around a repair, (0, 0) where it stands in none."""
    place = bisect_right(addresses, (repair.start, repair.end + 1)) - 1
    if place >= 0 and addresses[place][1] >= repair.end:
        return addresses[place]
    return (0, 0)


def _read_as_latin(text: str, utf8: bytes) -> Iterator[Repair]:
    for match in _UTF8_AS_LATIN.finditer(text) if _UTF8_LEAD.search(utf8) else ():
        was = _as_latin1(match.group()).decode("utf-8")
        yield _repair(text, match.span(), was, way="utf-8 as windows-1252")
        if rest := _HALF_AS_LATIN.match(text, match.end()):
            yield Repair(*rest.span(), rest.group(), None, "lost")
    for match in _GBK_AS_LATIN.finditer(text) if _GBK_PAIR.search(utf8) else ():
        start, end = match.span()
        # True quotation marks around the run look like a part of it.
        for span in (
            (start, end),
            (start + 1, end),
            (start, end - 1),
            (start + 1, end - 1),
        ):
            if after := _strictly_chinese(_as_latin1(text[slice(*span)])):
                yield _repair(text, span, after, way="gbk as windows-1252")
                break


def _as_latin1(run: str) -> bytes:
    return run.translate(_TO_LATIN1).encode("latin-1")


def _strictly_chinese(raw: bytes) -> str | None:
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return None
    weight = weigh_chinese(text)
    is_proven = weight.expected >= max(2, 0.6 * weight.characters)
    return text if is_proven and len(set(text)) > 1 else None


def _read_as_gbk(text: str) -> Iterator[Repair]:
    for run in _suspect_runs(text):
        done = 0
        for start, end, after in _utf8_in(run.group()):
            done = end
            span = (run.start() + start, run.start() + end)
            yield _repair(text, span, after, way="utf-8 as gbk")
        rest = run.group()[done:]
        if done and len(rest) <= 2 and _SUSPECT.search(rest):
            yield Repair(run.start() + done, run.end(), rest, None, "lost")


def _suspect_runs(text: str) -> Iterator[re.Match[str]]:
    """Yield the runs beyond ASCII around suspect characters, in order."""
    done = 0
    for hit in _SUSPECT.finditer(text):
        start = hit.start()
        if start < done:
            continue
        while start and "\x7f" < text[start - 1] != "\ufffd":
            start -= 1
        run = _BEYOND_ASCII.match(text, start)
        if run is not None:
            done = run.end()
            yield run


def _utf8_in(run: str) -> Iterator[tuple[int, int, str]]:
    """Yield the parts of a run whose GBK bytes are UTF-8, as start, end, text."""
    codes = [_to_gbk(character) for character in run]
    offsets = [0, *accumulate(map(len, codes))]
    places = {offset: index for index, offset in enumerate(offsets)}
    encoded = b"".join(codes)
    done = 0
    for start, offset in enumerate(offsets):
        if start < done or not (match := _UTF8_AS_GBK.match(encoded, offset)):
            continue
        for size in range(len(match.group()), 0, -1):
            end = places.get(offset + size)
            after = match.group()[:size].decode("utf-8", "ignore")
            if (
                end
                and len(after.encode()) == size
                and _is_better(run[start:end], after)
            ):
                yield start, end, after
                done = end
                break


def _to_gbk(character: str) -> bytes:
    """Encode as Windows code page 936, which knows the byte 80 as the euro sign."""
    return b"\x80" if character == "€" else character.encode("gb18030", "replace")


def _lost(text: str) -> Iterator[Repair]:
    if not any(character in text for character in _LOST_FIRST):
        return
    for match in _LOST.finditer(text):
        yield Repair(*match.span(), match.group(), None, "lost")


def _repair(text: str, span: tuple[int, int], after: str, *, way: str) -> Repair:
    return Repair(*span, text[slice(*span)], after, way)


def _is_better(before: str, after: str) -> bool:
    old, new = weigh_chinese(before), weigh_chinese(after)
    return new.expected > _ENOUGH * new.characters and (
        old.expected <= _TOO_GOOD * old.characters
    )
