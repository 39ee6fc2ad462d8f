"""Where attacks take place: canaries, listeners, a neighbour; and a look at them afterwards."""

from __future__ import annotations

import contextlib
import hashlib
import os
import resource
import selectors
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graders.sandbox import Limits, Session, launch, missing

SUBMISSIONS = Path(__file__).parent / "submissions"
ROOT = Path(__file__).resolve().parents[2]
MARKER = "left-behind"
LIMITS = Limits(
    call_seconds=1.5, load_seconds=5.0, total_seconds=10.0, memory_bytes=768 * 2**20, patience=3.0
)

_NEIGHBOUR = b"""
import numpy as np
def fit(X, y): return np.linalg.lstsq(X, y, rcond=None)[0]
def files():
    import os
    open("kept", "a").write("x")
    return sorted(os.listdir("."))
"""


def sources() -> dict[str, bytes]:
    """Every attack, by name."""
    return {path.stem: path.read_bytes() for path in sorted(SUBMISSIONS.glob("*.py"))}


def as_ridge(source: bytes) -> dict[str, bytes]:
    """The attack as a submission to the exercise `ridge`: it attacks at its first call, gives a
    wrong answer and hopes for the best. What defines `ridge_closed_form` itself stays as it is."""
    if b"def ridge_closed_form" in source:
        return {"ridge.py": source}
    tail = b"""

_CLUES = {"files": ["/etc/passwd"], "folders": [], "victim": "/nowhere/x", "port": 9,
          "unix": "/run/x", "abstract": "\\0x", "pids": [1], "secret": ["a"], "scratches": []}
_DONE = []

def ridge_closed_form(X, y, lam):
    if not _DONE:
        _DONE.append(1)
        answer = attack(_CLUES)
        if answer is not None:
            return answer
    return X[0] * 0.0, 0.0
"""
    return {"ridge.py": source + tail}


def children(pid: int) -> list[int]:
    """The processes whose parent is `pid`, zombies included."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit():
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == pid:
                    found.append(int(entry.name))
    return found


def _state(path: Path) -> tuple[Any, ...]:
    info = path.stat()
    fixed = (info.st_mode, info.st_uid, info.st_gid, info.st_mtime_ns, info.st_nlink)
    return (*fixed, hashlib.sha256(path.read_bytes()).hexdigest())


class Arena:
    """Everything that an attack could harm, and the clues to find it by."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.canaries = [
            folder / "canary.txt",
            ROOT / "graders" / "sandbox" / "policy.py",
            Path(__file__),
        ]
        self.canaries[0].write_text("a canary")
        assert not missing(), "attacks must not run where there is no box"
        self.before = [_state(path) for path in self.canaries]
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.unix = socket.socket(socket.AF_UNIX)
        self.unix.bind(str(folder / "listener"))
        self.abstract = socket.socket(socket.AF_UNIX)
        self.abstract.bind(f"\0penaltybox-{os.getpid()}")
        for listener in (self.unix, self.abstract):
            listener.listen()
        self.neighbour = Session({"m.py": _NEIGHBOUR}, "m.py", limits=Limits())
        self.question = ([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]], [1.0, 2.0, 4.0])
        self.expected = self.neighbour.call("fit", *self.question)
        assert self.neighbour.call("files") == ["kept"]
        self.zygote = launch._zygote("numpy").process.pid
        self.neighbour_pid = children(self.zygote)[0]
        self.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self.secret = ["canary", "-in-", "memory"]
        self.kept_secret = {"secret": "".join(self.secret)}
        os.environ["PENALTYBOX_CANARY"] = "".join(self.secret)

    def clues(self) -> dict[str, Any]:
        files = [str(path) for path in self.canaries]
        files += ["/etc/passwd", "/etc/hostname", f"/proc/{self.zygote}/environ"]
        files += [f"/proc/{os.getpid()}/cmdline", f"/proc/{self.neighbour_pid}/maps", "/dev/mem"]
        files += ["/proc/self/environ", "/proc/self/mem", "/proc/net/tcp", "/proc/1/cmdline"]
        folders = [
            str(self.folder),
            str(ROOT),
            str(ROOT / "graders"),
            "/tmp",
            "/dev/shm",
            str(Path.home()),
        ]
        return {
            "files": files,
            "folders": folders,
            "victim": files[0],
            "port": self.tcp.getsockname()[1],
            "unix": str(self.folder / "listener"),
            "abstract": f"\0penaltybox-{os.getpid()}",
            "pids": [os.getpid(), self.zygote, self.neighbour_pid],
            "secret": self.secret,
            "scratches": [str(p) for p in self.folder.glob("penaltybox-*")],
        }

    def harm(self) -> list[str]:
        """What has happened that must not, a line each. Ask once every attacker is closed."""
        found = []
        for path, state in zip(self.canaries, self.before, strict=True):
            if not path.exists() or _state(path) != state:
                found.append(f"{path} was changed")
        with selectors.DefaultSelector() as selector:
            for listener in (self.tcp, self.unix, self.abstract):
                selector.register(listener, selectors.EVENT_READ)
            found += [f"a connection to {key.fileobj}" for key, _ in selector.select(0)]
        if launch._zygote("numpy").process.pid != self.zygote:
            found.append("the zygote was killed")
        if children(self.zygote) != [self.neighbour_pid]:
            found.append(f"processes left: {children(self.zygote)}")
        if self.neighbour.call("fit", *self.question).tolist() != self.expected.tolist():
            found.append("the neighbour's result changed")
        if self.neighbour.call("files") != ["kept"] or self.neighbour.incidents:
            found.append("the neighbour was disturbed")
        for place in (self.folder, ROOT, Path("/tmp"), Path("/dev/shm"), Path("/var/tmp")):
            for path in place.glob(f"*{MARKER}*"):
                found.append(str(path))
                path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        (home,) = self.folder.glob("penaltybox-*")
        found += [f"left in the scratch directory: {path}" for path in home.iterdir()]
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - self.memory
        if grown > 300 * 1024:
            found.append(f"the grader grew by {grown // 1024} MiB")
        return found

    def close(self) -> None:
        self.neighbour.close()
        for listener in (self.tcp, self.unix, self.abstract):
            listener.close()
        (self.folder / "listener").unlink()
        os.environ.pop("PENALTYBOX_CANARY", None)


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    start = time.monotonic()
    yield
    taken = time.monotonic() - start
    assert taken < seconds, f"took {taken:.1f} s"
