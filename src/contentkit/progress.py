"""Progress of long work: a protocol, a silent one, and a bar on a terminal."""

import shutil
from typing import Protocol

from tqdm import tqdm


class Progress(Protocol):
    """Told by a stage how far it is; never decides anything."""

    def start(self, title: str, total: int | None) -> None:
        """Begin a new piece of work of `total` items (None: not known)."""

    def advance(self, items: int = 1, *, note: str = "") -> None:
        """Count finished items; `note` is shown beside the bar."""

    def close(self) -> None:
        """End the piece of work."""


class Silent:
    """Progress that shows nothing."""

    def start(self, title: str, total: int | None) -> None:
        """Ignore the beginning."""

    def advance(self, items: int = 1, *, note: str = "") -> None:
        """Ignore the step."""

    def close(self) -> None:
        """Ignore the end."""


class Bar:
    """A bar with count, rate and time left on stderr."""

    def __init__(self) -> None:
        self._bar: tqdm | None = None

    def start(self, title: str, total: int | None) -> None:
        """Open a bar."""
        self.close()
        # asked once: tqdm itself takes an unknown width for none at all
        width = shutil.get_terminal_size().columns or 80
        self._bar = tqdm(total=total, desc=title, unit=" items", ncols=width)

    def advance(self, items: int = 1, *, note: str = "") -> None:
        """Move the bar."""
        if self._bar is not None:
            if note:
                self._bar.set_postfix_str(note, refresh=False)
            self._bar.update(items)

    def close(self) -> None:
        """Close the bar, leaving its last state on the screen."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
