"""Reads checks, references, other submissions, the system's files, by every way of opening one."""
import mmap
import os
import pathlib

import numpy as np


def ways(path):
    folder, name = os.path.split(path)
    yield "open", lambda: open(path, "rb").read(64)
    yield "os.open", lambda: os.read(os.open(path, os.O_RDONLY), 64)
    yield "pathlib", lambda: pathlib.Path(path).read_bytes()
    yield "fromfile", lambda: np.fromfile(path, "u1").tobytes()
    yield "memmap", lambda: bytes(np.memmap(path, "u1", "r"))
    yield "mmap", lambda: bytes(mmap.mmap(os.open(path, os.O_RDWR), 0))
    yield "/proc/self/root", lambda: open("/proc/self/root" + path, "rb").read()
    yield "dirfd", lambda: os.read(os.open(name, 0, dir_fd=os.open(folder, os.O_PATH)), 64)
    yield "reopen", lambda: open(f"/proc/self/fd/{os.open(path, os.O_PATH)}", "rb").read()
    yield "chdir", lambda: (os.chdir(folder), open(name, "rb").read())[1]
    yield "symlink", lambda: (os.symlink(path, "link"), open("link", "rb").read())[1]
    yield "listdir", lambda: repr(os.listdir(folder)).encode()


def attack(clues):
    found = []
    for path in clues["files"]:
        for way, read in ways(path):
            try:
                if read():
                    found.append(f"{way} {path}")
            except (OSError, ValueError):
                pass
    return found
