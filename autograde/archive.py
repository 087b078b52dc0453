"""What lies in a download, member by member. Nothing is unpacked here, and no name or size in it is trusted."""

import contextlib
import gzip
import io
import os
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO

from autograde.names import printable, why_no_file

MAX_FILE = 64 << 20  # bytes of one file, as declared and as read
MAX_UNPACKED = 128 << 20  # bytes of one hand-in
MAX_MEMBERS = 200_000  # of a download
MAX_PACKED = 2_000  # of an archive that a student made
MAX_DEPTH = 10  # folders in folders

# What systems and tools add without being asked.
JUNK = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints", "__pycache__"}


class Unusable(ValueError):
    """Something that is left out, or an archive that cannot be opened. The message is the end of a sentence."""


@dataclass(frozen=True)
class Member:
    """A file, or an empty `folder`, at a place that is safe to write to.

    parts: of its path, as written there. read: its bytes; raises Unusable. modified: when, where it is known.
    """

    parts: tuple[str, ...]
    read: Callable[[], bytes]
    modified: datetime | None = None
    folder: bool = False


@dataclass(frozen=True)
class LeftOut:
    """A member that is not taken, and why."""

    name: str
    reason: str
    folder = False

    @property
    def parts(self) -> tuple[str, ...]:
        """As its maker wrote them: nothing may be written there."""
        return tuple(self.name.split("/"))

    def __str__(self) -> str:
        return f"{printable(self.name)[:200]} is left out: {self.reason}"


Listed = Iterator[Member | LeftOut]


@contextlib.contextmanager
def opened(source: Path) -> Iterator[Listed]:
    """The members of a folder, or of a zip file; they can be read while it is open. Raises Unusable."""
    if source.is_dir():
        yield _of_folder(source)
        return
    if not source.exists():
        raise Unusable("there is no such file")
    try:
        file = source.open("rb")
    except OSError:
        raise Unusable("it cannot be read") from None
    with file, _zip(file) as zipped:
        if len(zipped.infolist()) > MAX_MEMBERS:
            raise Unusable(f"it has more than {MAX_MEMBERS} members")
        yield _of_zip(zipped)


def is_archive(name: str) -> bool:
    """Whether a file of this name is one that `packed` opens."""
    return name.lower().endswith((".zip", ".tar", ".tar.gz", ".tgz"))


@contextlib.contextmanager
def packed(data: bytes) -> Iterator[Listed]:
    """The members of an archive that a student made, a zip or a tar. Raises Unusable."""
    if data[:2] == b"PK":
        # Counted before zipfile reads the whole directory into objects: a hostile one is most of the file.
        if data.count(b"PK\1\2") > MAX_PACKED:
            raise Unusable(f"it has more than {MAX_PACKED} members")
        with _zip(io.BytesIO(data)) as zipped:
            yield _of_zip(zipped)
        return
    try:
        # Decompressed first, up to a limit: tarfile reads headers of any length that they claim.
        plain = data
        if data[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(data)) as stream:
                plain = stream.read(MAX_UNPACKED + 1)
        if len(plain) > MAX_UNPACKED:
            raise Unusable(f"it unpacks to more than {MAX_UNPACKED >> 20} MB")
        tar = tarfile.open(fileobj=io.BytesIO(plain), mode="r:")
    except Unusable:
        raise
    except Exception:  # these readers raise whatever the bytes provoke
        raise Unusable("it is no archive that can be read, or it is damaged") from None
    with tar:
        yield _of_tar(tar)


def _zip(file: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except Exception:  # as above
        raise Unusable("it is no zip file, or its end is missing") from None


def _of_folder(root: Path) -> Listed:
    def failed(error: OSError) -> None:
        unreadable.append(LeftOut(os.path.relpath(error.filename, root), "it cannot be read"))

    unreadable: list[LeftOut] = []
    for place, folders, files in os.walk(root, onerror=failed):
        where = os.path.relpath(place, root)
        prefix = "" if where == "." else where.replace(os.sep, "/") + "/"
        folders.sort()
        if prefix and not folders and not files:
            yield from _member(prefix, bytes, folder=True)
        for name in sorted(files) + [f for f in folders if os.path.islink(os.path.join(place, f))]:
            path = os.path.join(place, name)
            try:
                status = os.lstat(path)
            except OSError:
                yield LeftOut(prefix + name, "it cannot be read")
                continue
            kind = _why_no_kind(status.st_mode) or _why_too_large(status.st_size)
            modified = datetime.fromtimestamp(status.st_mtime, UTC)
            yield from _member(prefix + name, partial(_read, partial(_file, path)), kind, modified)
    yield from unreadable


def _of_zip(zipped: zipfile.ZipFile) -> Listed:
    for info in zipped.infolist():
        name = _name_of(info)
        mode = info.external_attr >> 16
        why = _why_no_kind(mode) if stat.S_IFMT(mode) else ""
        if info.flag_bits & 1:
            why = "it is encrypted"
        why = why or _why_too_large(info.file_size)
        folder = name.endswith("/")
        modified = None if folder else _modified(info)
        yield from _member(
            name,
            partial(_read, partial(zipped.open, info)),
            "" if folder else why,
            modified,
            folder,
        )


def _of_tar(tar: tarfile.TarFile) -> Listed:
    for count in range(MAX_PACKED + 1):
        try:
            info = tar.next()
        except Exception:  # as above
            yield LeftOut("the rest of the archive", "it is damaged")
            return
        if info is None:
            return
        if count == MAX_PACKED:
            yield LeftOut("the rest of the archive", f"it has more than {MAX_PACKED} members")
            return
        if info.isdir():
            continue
        why = "" if info.isreg() else "only files are taken, no links, pipes or devices"
        modified = datetime.fromtimestamp(min(max(info.mtime, 0), 2**32), UTC)
        yield from _member(
            info.name,
            partial(_read, partial(tar.extractfile, info)),
            why or _why_too_large(info.size),
            modified,
        )


def _member(
    name: str,
    read: Callable[[], bytes],
    why: str = "",
    modified: datetime | None = None,
    folder: bool = False,
) -> Listed:
    """The member of this name, if the name is safe; nothing at all where it is junk."""
    parts = tuple(name.removesuffix("/").split("/"))
    if any(part in JUNK or part.startswith("._") for part in parts):
        return
    why = _why_no_path(name, parts) or why
    yield LeftOut(name, why) if why else Member(parts, read, modified, folder)


def _why_no_path(name: str, parts: tuple[str, ...]) -> str:
    if name.startswith("/"):
        return "the path is absolute"
    if len(parts) > MAX_DEPTH:
        return f"it lies more than {MAX_DEPTH} folders deep"
    return next(filter(None, map(why_no_file, parts)), "")


def _why_no_kind(mode: int) -> str:
    return "" if stat.S_ISREG(mode) else "only files are taken, no links, pipes or devices"


def _why_too_large(size: int) -> str:
    return f"it has more than {MAX_FILE >> 20} MB" if size > MAX_FILE else ""


def _file(path: str) -> IO[bytes]:
    return open(path, "rb")


def _read(opening: Callable[[], IO[bytes] | None]) -> bytes:
    """All of it, and never more than MAX_FILE, whatever a header declared."""
    try:
        with opening() as file:  # type: ignore[union-attr]
            data = file.read(MAX_FILE + 1)
    except Exception:  # damaged, of a method that Python has not, gone: it is the same to us
        raise Unusable("it is damaged") from None
    if why := _why_too_large(len(data)):
        raise Unusable(why)
    return data


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name as its maker meant it: UTF-8 where it says so or reads as such, else CP437, the format's own."""
    name = info.orig_filename
    if not info.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            return name.encode("cp437").decode("utf-8")
    return name


def _modified(info: zipfile.ZipInfo) -> datetime | None:
    """From the extra field that counts seconds in UTC, else the time of the machine that packed, taken for this one's."""
    extra = info.extra
    with contextlib.suppress(struct.error, OverflowError, ValueError, OSError):
        while len(extra) >= 4:
            kind, size = struct.unpack_from("<HH", extra)
            if kind == 0x5455 and size >= 5 and extra[4] & 1:
                return datetime.fromtimestamp(struct.unpack_from("<L", extra, 5)[0], UTC)
            extra = extra[4 + size :]
        return datetime(*info.date_time).astimezone(UTC)
    return None
