"""Scratch directories where a worker cannot have a file system of its own: measured, removed."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat

from graders.sandbox import kernel
from graders.sandbox.limits import MIB, Limits


def outgrown(pid: int, limits: Limits, folder: str | None) -> str | None:
    """What a worker has made too much of, as the end of a sentence; None where all is well."""
    if kernel.thread_count(pid) > limits.threads:
        return f"started more than {limits.threads} threads"
    if folder is None:
        return None
    used, files = _usage(folder)
    if files > limits.scratch_files:
        return f"made more than {limits.scratch_files} files"
    # A file that is unlinked but open takes as much room as any other.
    used += _unlinked(pid)
    if used > limits.scratch_bytes:
        return f"wrote more than {limits.scratch_bytes // MIB} MiB of files"
    return None


def _usage(folder: str) -> tuple[int, int]:
    """Bytes and files below `folder`; follows no links."""
    used = files = 0
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                info = entry.stat(follow_symlinks=False)
                used += info.st_blocks * 512
                files += 1
                if stat.S_ISDIR(info.st_mode):
                    below = _usage(entry.path)
                    used += below[0]
                    files += below[1]
            if files > 100_000:
                break
    return used, files


def _unlinked(pid: int) -> int:
    used = 0
    with contextlib.suppress(OSError):
        for name in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                info = os.stat(f"/proc/{pid}/fd/{name}")
                if stat.S_ISREG(info.st_mode) and info.st_nlink == 0:
                    used += info.st_blocks * 512
    return used


def remove(folder: str) -> None:
    """Remove a tree whose owner has ended, directories that it shut (mode 0) included."""
    for base, directories, _ in os.walk(folder):
        for name in directories:
            path = os.path.join(base, name)
            if not os.path.islink(path):
                with contextlib.suppress(OSError):
                    os.chmod(path, 0o700)
    shutil.rmtree(folder, ignore_errors=True)
