"""A text as the readers of document numbers see it, and what stands before a place."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from contentkit.policy.folded import Folded
from contentkit.policy.models import FoundNumber
from contentkit.policy.number_forms import TO_SIMPLIFIED, sign_defects


@dataclass(frozen=True, slots=True)
class Run:
    """What stands before a number: 汉字, the offsets of gaps, the sign before."""

    text: str
    start: int
    gaps: tuple[int, ...]
    before: str | None


class NumberText:
    """A folded text in simplified characters, with what is known of it."""

    def __init__(
        self,
        folded: Folded,
        attested: Collection[str],
        place: str | None,
        is_field: bool = False,
    ) -> None:
        self.folded = folded
        self.text = folded.text.translate(TO_SIMPLIFIED)
        self.attested = attested
        self.place = place
        self.is_field = is_field

    def before(self, end: int, longest: int, *, joint: bool = False) -> Run:
        """Return the run of 汉字 (also 、 where `joint`) that ends at `end`."""
        text, start = self.text, end
        floor = max(0, end - longest)
        while start > floor and is_han(text[start - 1], joint=joint):
            start -= 1
        if 0 < start < end - 1 and text[start - 1].isdecimal():
            start += text[start] in "年月日"  # the end of a date
        if start == end:
            return Run("", end, (), "")
        first, last = self.folded.span(start, end)
        gaps: tuple[int, ...] = ()
        if last - first != end - start:
            origins = [self.folded.origin(k) for k in range(start, end)]
            gaps = tuple(
                k for k in range(1, end - start) if origins[k] != origins[k - 1] + 1
            )
        is_whole = start > floor or floor == 0
        before = text[start - 1 : start] if is_whole else None
        return Run(text[start:end], start, gaps, before)

    def found(
        self, start: int, end: int, canonical: str, kind: str, defects: Iterable[str]
    ) -> FoundNumber:
        """Return a number with its place in the original text."""
        first, last = self.folded.span(start, end)
        raw = self.folded.original[first:last]
        told = dict.fromkeys(defects)
        signs = sign_defects(raw, is_joint="joint_issuers" in told)
        return FoundNumber(
            raw=raw,
            canonical=canonical,
            start=first,
            end=last,
            defects=tuple(dict.fromkeys((*told, *signs))),
            kind=kind,
        )


def is_han(sign: str, *, joint: bool = False) -> bool:
    """Say whether a sign is a 汉字 (or, in joint names, 、)."""
    return "一" <= sign <= "龥" or (joint and sign == "、")
