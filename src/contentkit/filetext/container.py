"""ZIP containers opened without trust: names, sizes and depth are checked first."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from contentkit.filetext.result import FileState, Limits, Unreadable

_ENCRYPTED = 0x1
_UTF8 = 0x800
_SMALL = 1 << 20  # below it a high ratio is no bomb
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    ValueError,
    OSError,
)


class Container:
    """A ZIP file with its members by name; Chinese names are read as written."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise Unreadable(
                FileState.DAMAGED, f"no readable ZIP directory: {error}"
            ) from error
        infos = self._zip.infolist()
        if len(infos) > limits.members:
            raise Unreadable(
                FileState.DAMAGED,
                f"{len(infos):,} members, more than {limits.members:,}",
            )
        self._limits = limits
        self._left = limits.unpacked
        self._infos = {_name(info): info for info in infos if not info.is_dir()}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files, in the order of the directory."""
        return tuple(self._infos)

    def read(self, name: str) -> bytes:
        """Return one member; raises `Unreadable` for what is missing, locked or a bomb."""
        info = self._infos.get(name)
        if info is None:
            raise Unreadable(FileState.DAMAGED, f"the part {name} is missing")
        if info.flag_bits & _ENCRYPTED:
            raise Unreadable(FileState.ENCRYPTED, "the archive is encrypted")
        packed = max(info.compress_size, 1)
        if info.file_size > _SMALL and info.file_size / packed > self._limits.ratio:
            raise Unreadable(
                FileState.DAMAGED,
                f"{name} unpacks {info.file_size // packed:,} times its size, like a bomb",
            )
        try:
            with self._zip.open(info) as member:
                return b"".join(self._bounded(member, name))
        except _BROKEN as error:
            raise Unreadable(FileState.DAMAGED, f"{name}: {error}") from error

    def _bounded(self, member: IO[bytes], name: str) -> Iterator[bytes]:
        # the directory may lie about sizes: what really comes out is counted
        while part := member.read(1 << 20):
            self._left -= len(part)
            if self._left < 0:
                raise Unreadable(
                    FileState.DAMAGED,
                    f"{name}: unpacks to more than {self._limits.unpacked >> 20} MB",
                )
            yield part


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name: without the UTF-8 flag old Chinese packers wrote GBK."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename
