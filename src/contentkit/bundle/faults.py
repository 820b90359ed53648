"""What is wrong with a bundle, and where: told without trusting a word of it."""

from collections.abc import Iterable
from dataclasses import dataclass

_SHOWN = 200  # characters of a hostile text that one line repeats
_LISTED = 10_000  # faults that are kept one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyFault:
    """One thing wrong: the file of the bundle, the place in it, what is wrong there."""

    path: str
    place: str
    problem: str

    def __str__(self) -> str:
        """Return one line of printable text."""
        place = f" {self.place}" if self.place else ""
        return f"{shown(self.path)}:{place} {self.problem}"


class Faults:
    """The faults found so far; beyond 10,000 they are only counted."""

    def __init__(self) -> None:
        self._list: list[VerifyFault] = []
        self._more = 0

    def add(self, path: str, problem: str, *, place: str = "") -> None:
        """Note one fault."""
        self.extend([VerifyFault(path=path, place=place, problem=problem)])

    def extend(self, faults: Iterable[VerifyFault]) -> None:
        """Note several faults."""
        for fault in faults:
            if len(self._list) < _LISTED:
                self._list.append(fault)
            else:
                self._more += 1

    def listed(self) -> tuple[VerifyFault, ...]:
        """Return the faults in the order in which they were found."""
        if not self._more:
            return tuple(self._list)
        rest = VerifyFault(
            path=".", place="", problem=f"{self._more} more faults, not listed"
        )
        return (*self._list, rest)


def shown(text: object) -> str:
    """Return a text of unknown origin as printable characters on one line.

    >>> shown("a\\nb")
    'a\\\\nb'
    """
    line = "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii")
        for c in str(text)[: _SHOWN + 1]
    )
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
