"""A process beside this one that grades what it is given, one submission after the other.

It is started afresh, so that it shares no zygote, connection or lock with this process, and the
kernel ends it with this one, however that ends. Linux only.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import warnings
from collections import deque
from collections.abc import Mapping
from multiprocessing.connection import Connection

from graders import sandbox
from graders.report import Report, decode, encode
from graders.sandbox import kernel

_BOOT = """\
import sys
sys.path[:] = sys.argv[2:]
from graders.notebooks.beside import serve
serve(int(sys.argv[1]))
"""


class Beside:
    """The process; whatever it cannot do comes back as None, for this process to do."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        # it inherits the mask: Ctrl-C is for this process alone, from the first moment
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            with ours, theirs:
                self.process = subprocess.Popen(
                    [sys.executable, "-P", "-c", _BOOT, str(os.getpid()), *filter(None, sys.path)],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                )
                self._line = Connection(ours.detach())
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
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
        """Let it end, which it does when it has graded what it was given."""
        self._line.close()
        self.process.wait()


def serve(parent: int) -> None:
    """Entry point of the process, which finds its line on stdin."""
    kernel.die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    line = Connection(os.dup(0))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
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
