"""Bytes put aside in a temporary file until they are wanted again."""

import mmap
import os
from tempfile import TemporaryFile


class Spool:
    """Chunks of bytes appended one after the other, then read in parts or as one view.

    The file has no name and is gone when the spool is closed or the process ends.
    """

    def __init__(self) -> None:
        self._file = TemporaryFile(buffering=1 << 18)  # noqa: SIM115 - lives as long as the spool
        self.size = 0

    def close(self) -> None:
        """Give the space back."""
        self._file.close()

    def append(self, chunk: bytes) -> int:
        """Put a chunk aside; return where it begins."""
        start = self.size
        self.size += self._file.write(chunk)
        return start

    def read(self, start: int, size: int) -> bytes:
        """Return some of what was put aside, without mapping the file."""
        self._file.flush()
        return os.pread(self._file.fileno(), size, start)

    def view(self) -> memoryview:
        """Return all that was put aside as mapped memory, read when it is touched."""
        if not self.size:
            return memoryview(b"")
        self._file.flush()
        return memoryview(mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ))
