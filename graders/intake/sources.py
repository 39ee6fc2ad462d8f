"""Reads files out of folders and zips that strangers packed: never outside them, never too much."""

from __future__ import annotations

import os
import re
import stat
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

#: Sizes in bytes. A notebook may carry pictures; a learner's zip is held in memory while read.
MAX_SOURCE = 4 << 20
MAX_NOTEBOOK = 32 << 20
MAX_INNER_ZIP = 64 << 20
#: Entries of one folder or zip, and the size of a zip's table of contents.
MAX_ENTRIES = 400_000
MAX_DIRECTORY = 64 << 20
MAX_DEPTH = 24

#: Folders that nobody hands in on purpose.
IGNORED = frozenset(
    {"__MACOSX", "__pycache__", ".git", ".ipynb_checkpoints", ".venv", "venv", "node_modules"}
)


class Unreadable(Exception):
    """A file, folder or zip that cannot be read; the message is a sentence for people."""


class Source(Protocol):
    """A tree of files: paths are relative, with forward slashes, none of them leads outside."""

    @property
    def name(self) -> str:
        """The tree's own name: the folder's, or the zip's without its suffix."""

    def paths(self) -> list[str]:
        """The path of every file, sorted."""

    def read(self, path: str, limit: int) -> bytes:
        """One file's bytes; raises Unreadable where they are more than `limit`."""

    def modified(self, path: str) -> datetime | None:
        """When the file was last changed, as far as the source knows."""


class Folder:
    """A folder on disk. Links are not followed, neither to files nor to folders."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.name = root.resolve().name

    def paths(self) -> list[str]:
        return sorted(self._walk(self._root, "", 0))

    def _walk(self, folder: Path, prefix: str, depth: int) -> Iterator[str]:
        if depth > MAX_DEPTH:
            return
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            if not prefix:
                raise Unreadable(f"{folder} cannot be read: {error.strerror}.") from None
            return
        for entry in entries:
            if entry.is_symlink() or entry.name in IGNORED:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(Path(entry.path), f"{prefix}{entry.name}/", depth + 1)
            elif entry.is_file(follow_symlinks=False):
                yield prefix + entry.name

    def read(self, path: str, limit: int) -> bytes:
        return read_file(self._root / path, limit)

    def modified(self, path: str) -> datetime | None:
        try:
            seconds = (self._root / path).lstat().st_mtime
            return datetime.fromtimestamp(seconds, UTC)
        except (OSError, OverflowError, ValueError):
            return None


def read_file(path: Path, limit: int) -> bytes:
    """The bytes of a regular file, not of what a link, pipe or device of that name leads to."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Unreadable(f"{path.name} is not an ordinary file.")
            return _at_most(file, limit, path.name)
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read: {error.strerror}.") from None


class Zip:
    """A zip, read entry by entry and never unpacked to disk.

    Raises Unreadable for what is no zip, holds an entry whose path leads outside of it, or has
    too many entries. Links in it are ignored. A declared size is not believed: reading stops at
    the limit.
    """

    def __init__(self, content: Path | bytes, name: str) -> None:
        self.name = name
        label = f"{name}.zip"
        try:
            stream = BytesIO(content) if isinstance(content, bytes) else content.open("rb")
        except OSError as error:
            raise Unreadable(f"{label} cannot be opened: {error.strerror}.") from None
        try:
            _check_directory_size(stream, label)
            self._zip = zipfile.ZipFile(stream)
        except Unreadable:
            stream.close()
            raise
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
            stream.close()
            raise Unreadable(f"{label} is not a zip that can be read.") from None
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in self._zip.infolist():
            path = _inner_path(entry.filename, label)
            parts = path.split("/")
            is_link = stat.S_ISLNK(entry.external_attr >> 16)
            if entry.is_dir() or is_link or len(parts) > MAX_DEPTH or IGNORED & set(parts):
                continue
            self._entries[path] = entry
        if len(self._entries) > MAX_ENTRIES:
            raise Unreadable(f"{label} holds more than {MAX_ENTRIES:,} files.")

    def paths(self) -> list[str]:
        return sorted(self._entries)

    def read(self, path: str, limit: int) -> bytes:
        entry = self._entries[path]
        if entry.flag_bits & 1:
            raise Unreadable(f"{path} is encrypted.")
        try:
            with self._zip.open(entry) as file:
                return _at_most(file, limit, path)
        except Unreadable:
            raise
        except Exception as error:  # each decompressor has its own kinds
            raise Unreadable(f"{path} is damaged in {self.name}.zip: {error}.") from None

    def modified(self, path: str) -> datetime | None:
        try:
            return datetime(*self._entries[path].date_time, tzinfo=UTC)
        except ValueError:
            return None


@dataclass(frozen=True)
class ZipInside:
    """A zip inside another source, opened anew for each read: a class of them fits no memory."""

    outer: Source
    path: str

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).stem

    def open(self) -> Zip:
        """The zip as it is now; raises Unreadable."""
        return Zip(self.outer.read(self.path, MAX_INNER_ZIP), self.name)

    def paths(self) -> list[str]:
        return self.open().paths()

    def read(self, path: str, limit: int) -> bytes:
        return self.open().read(path, limit)

    def modified(self, path: str) -> datetime | None:
        return self.open().modified(path)


def _inner_path(name: str, label: str) -> str:
    path = name.replace("\\", "/")
    outside = path.startswith("/") or re.match(r"[A-Za-z]:", path) or ".." in path.split("/")
    if outside or "\0" in path:
        raise Unreadable(f"{label} holds an entry that leads outside of it: {name[:80]!r}.")
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def _check_directory_size(stream: BinaryIO, label: str) -> None:
    """Refuse a zip whose table of contents alone would fill the memory."""
    end = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, end - 66_000))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at >= 0 and len(tail) >= at + 20:
        size = struct.unpack_from("<I", tail, at + 12)[0]
        wide = tail.rfind(b"PK\x06\x06", 0, at)
        if wide >= 0 and len(tail) >= wide + 48:
            size = struct.unpack_from("<Q", tail, wide + 40)[0]
        if size > MAX_DIRECTORY:
            raise Unreadable(f"{label} has a table of contents of {size:,} bytes.")
    stream.seek(0)


def _at_most(file: object, limit: int, name: str) -> bytes:
    data: bytes = file.read(limit + 1)  # type: ignore[attr-defined]
    if len(data) > limit:
        raise Unreadable(f"{name} is larger than {limit >> 20} MiB.")
    return data
