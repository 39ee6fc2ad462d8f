"""The grader's side of the zygotes: starts them, asks them for workers, restarts dead ones."""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, NamedTuple

from graders.sandbox import control, policy, scratch
from graders.sandbox.errors import SandboxUnavailable
from graders.sandbox.limits import Isolation, Limits, Preload

# -P and -s keep the working directory and the user's site out, -S the start-up files of packages.
_BOOT = "import sys; sys.path[:0] = sys.argv[1:]; from graders.sandbox.zygote import main; main()"
_START_SECONDS = 120.0
_IMPORT = re.compile(rb"\b(?:from|import)[ \t]+[^\n#]{0,200}?\b(torch|scipy|sklearn)\b")


class Worker(NamedTuple):
    """A worker as the grader holds it: channel and output are the grader's ends, non-blocking."""

    pid: int
    channel: socket.socket
    output: int
    home: _Zygote


class Ending(NamedTuple):
    """How a worker ended: `status` as from waitpid, None if its zygote has gone too; `reason` if it
    was the zygote that ended it."""

    status: int | None
    reason: str | None


class _Zygote:
    def __init__(self, preload: Preload) -> None:
        self.lock = threading.Lock()
        root = Path(__file__).resolve().parents[2]
        libraries = policy.libraries()
        setup = control.Setup(
            preload,
            os.getpid(),
            str(root),
            libraries,
            policy.kit_paths(root),
            tempfile.gettempdir(),
        )
        self.control, theirs = socket.socketpair()
        environment = {
            f"{library}_NUM_THREADS": "1"
            for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB")
        }
        # joblib would find that it can have semaphores here, and miss them in a worker.
        environment |= {"PYTHONHASHSEED": "0", "LANG": "C.UTF-8", "JOBLIB_MULTIPROCESSING": "0"}
        for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
            if name in os.environ:
                environment[name] = os.environ[name]
        self.home = ""
        with tempfile.TemporaryFile() as complaints:
            # The descriptor must have a fixed number there: stdin is free to carry it.
            self.process = subprocess.Popen(
                [sys.executable, "-s", "-S", "-P", "-c", _BOOT, str(root), *libraries],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                env=environment,
                cwd="/",
                start_new_session=True,
            )
            theirs.close()  # so that the end of the zygote can be told
            problem = self._greet(setup)
            if not self.home and not problem:
                self.process.wait(5)
                problem = _last_line(complaints)
        if problem:
            self.close()
            raise SandboxUnavailable(f"The sandbox's process did not start: {problem}.")

    def _greet(self, setup: control.Setup) -> str | None:
        """Tell the zygote what to do and wait until it is ready; its problem if it has one."""
        self.control.settimeout(_START_SECONDS)
        try:
            control.send(self.control, setup)
            hello, _ = control.receive(self.control, control.Hello)
        except TimeoutError:
            return f"it took more than {_START_SECONDS:.0f} s"
        except (EOFError, OSError):
            return None
        assert isinstance(hello, control.Hello)
        self.home = hello.home
        return hello.problem

    def alive(self) -> bool:
        return self.process.poll() is None

    def spawn(self, isolation: Isolation, limits: Limits) -> Worker:
        ours, theirs = socket.socketpair()
        read, write = os.pipe()
        try:
            with self.lock:
                control.send(
                    self.control, control.Spawn(limits, isolation), [theirs.fileno(), write]
                )
                answer, _ = control.receive(self.control, control.Spawned)
            assert isinstance(answer, control.Spawned)
            if answer.problem is not None:
                raise SandboxUnavailable(f"The sandbox cannot start a worker: {answer.problem}.")
        except BaseException:
            ours.close()
            os.close(read)
            raise
        finally:
            theirs.close()
            os.close(write)
        ours.setblocking(False)
        os.set_blocking(read, False)
        return Worker(answer.pid, ours, read, self)

    def finish(self, pid: int) -> Ending:
        try:
            with self.lock:
                control.send(self.control, control.Finish(pid))
                answer, _ = control.receive(self.control, control.Finished)
        except (EOFError, OSError):
            return Ending(None, None)
        assert isinstance(answer, control.Finished)
        return Ending(answer.status, answer.reason)

    def close(self) -> None:
        self.control.close()  # which is the zygote's signal to end
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.home:  # where the zygote was killed, and could not do it itself
            scratch.remove(self.home)


def _last_line(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    lines = complaints.read(100_000).decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:500] if lines else "it ended without a word"


_zygotes: dict[Preload, _Zygote] = {}
_lock = threading.Lock()


def _after_fork() -> None:
    # The zygotes belong to the parent. Closing our copies of their sockets leaves it to the parent
    # to end them; a new lock, since another thread may have held the old one.
    global _lock
    for each in _zygotes.values():
        with contextlib.suppress(OSError):
            each.control.close()
    _zygotes.clear()
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _zygote(preload: Preload) -> _Zygote:
    with _lock:
        found = _zygotes.get(preload)
        if found is None or not found.alive():
            if found is not None:
                found.close()
            found = _zygotes[preload] = _Zygote(preload)
        return found


def warm(preload: Preload) -> None:
    """Start the zygote of that preload set now, if it is not running."""
    _zygote(preload)


def spawn(preload: Preload, isolation: Isolation, limits: Limits) -> Worker:
    """A fresh worker. Raises SandboxUnavailable."""
    for _ in range(2):
        home = _zygote(preload)
        try:
            return home.spawn(isolation, limits)
        except (EOFError, OSError):  # it died between two requests
            with contextlib.suppress(ProcessLookupError):
                os.kill(home.process.pid, signal.SIGKILL)
            home.process.wait()
    raise SandboxUnavailable("The sandbox's process ended twice in a row.")


def finish(worker: Worker) -> Ending:
    """End a worker and everything it left."""
    worker.channel.close()
    os.close(worker.output)
    return worker.home.finish(worker.pid)


def close_all() -> None:
    """End every zygote of this process, and so every worker."""
    with _lock:
        for each in _zygotes.values():
            each.close()
        _zygotes.clear()


atexit.register(close_all)


def preload_for(files: Mapping[str, bytes], *, torch: bool) -> Preload:
    """The preload set for a submission, by what its text imports; `torch` if the exercise does."""
    # A regular expression, since a parser can be brought down or held up by what it parses, and
    # this runs in the grader. A wrong guess costs the submission a second of importing.
    found = {
        match.decode()
        for path, source in files.items()
        if path.endswith(".py")
        for match in _IMPORT.findall(source)
    }
    scipy = not found.isdisjoint({"scipy", "sklearn"})
    if torch or "torch" in found:
        return "torch-scipy" if scipy else "torch"
    return "scipy" if scipy else "numpy"
