"""A process beside this one that grades what it is given, one submission after the other.

It is started afresh, so that it shares no zygote, connection or lock with this process, and it ends
with it, however that ends: nothing is left to wait for or to clean up.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import warnings
from collections import deque
from collections.abc import Mapping
from multiprocessing.connection import Connection

from graders import sandbox
from graders.report import Report, decode, encode
from graders.sandbox import kernel


class Beside:
    """The process; whatever it cannot do comes back as None, for this process to do."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, os.getpid()), daemon=True)
        # it inherits the mask: Ctrl-C is for this process alone, from the first moment
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            theirs.close()
        self.given: deque[str] = deque()

    def give(
        self, name: str, exercise: str, files: Mapping[str, bytes], isolation: sandbox.Isolation
    ) -> None:
        """Have a submission graded after what was given before."""
        with contextlib.suppress(OSError):  # it has ended, which `take` will tell
            self._line.send((exercise, dict(files), isolation))
        self.given.append(name)

    def ready(self) -> bool:
        """Whether `take` would not wait."""
        try:
            return self._line.poll()
        except OSError:
            return True

    def take(self) -> tuple[str, Report | None]:
        """The name and report of the first that was given and not yet taken."""
        name = self.given.popleft()
        try:
            encoded = self._line.recv_bytes()
        except (EOFError, OSError):
            return name, None
        return name, decode(encoded) if encoded else None

    def close(self) -> None:
        """Let it end: it does so when it next has nothing to do, and at the latest with us."""
        self._line.close()


def _serve(line: Connection, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        kernel.die_with_parent(parent)
    warnings.simplefilter("ignore")  # a wrong answer may overflow a certificate: no news
    from graders.grading import grade

    while True:
        try:
            exercise, files, isolation = line.recv()
        except EOFError:
            return
        try:
            encoded = encode(grade(exercise, files, isolation=isolation))
        except Exception:  # the process that asked will meet the same, and say so
            encoded = b""
        with contextlib.suppress(BrokenPipeError):
            line.send_bytes(encoded)
