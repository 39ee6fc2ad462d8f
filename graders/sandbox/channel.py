"""The grader's end of a worker's channel: frames under a deadline, output drained meanwhile."""

from __future__ import annotations

import contextlib
import os
import select
import time
from collections.abc import Iterator

from graders.sandbox import launch, wire
from graders.sandbox.limits import MIB, Limits


class Silent(Exception):
    """The worker has closed its end of the channel."""


class Late(Exception):
    """The deadline has passed."""


class Clock:
    """Time that is charged to the submission: wall time, less what it could not help.

    Not charged are callbacks (`paused`), and waits for a free core, as the kernel counts them, the
    latter only up to `patience` times the limit. Never charged is less than the processor time it
    used: threads of its own that keep each other waiting gain nothing by it.
    """

    def __init__(self, times: Times, seconds: float, patience: float) -> None:
        self._times = times
        self.seconds = seconds
        self.in_callbacks = 0.0
        self._longest = seconds * patience
        self._since = time.monotonic()
        self._waited = times.waited()
        self._used = times.used()
        self._excused = self._busy = 0.0

    def wall(self) -> float:
        return time.monotonic() - self._since - self.in_callbacks

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        start = time.monotonic()
        try:
            yield
        finally:
            self.in_callbacks += time.monotonic() - start

    def left(self) -> float:
        """Seconds until the deadline as it now looks; what is excused is looked up only near it."""
        wall = self.wall()
        if wall < self.seconds:
            return self.seconds - wall
        return min(self.seconds - self.charged(), self._longest - wall)

    def charged(self) -> float:
        # A process that has ended tells 0 of both, and then the last look must do.
        self._excused = max(self._times.waited() - self._waited, self._excused)
        self._busy = max(self._times.used() - self._used, self._busy)
        wall = self.wall()
        return max(wall - self._excused, min(self._busy, wall), 0.0)


class Times:
    """What the kernel counts of a process, in seconds; 0 where nobody knows."""

    def __init__(self, pid: int) -> None:
        self._clock = ~pid << 3 | 2  # as clock_getcpuclockid has it
        self._file: int | None = None
        with contextlib.suppress(OSError):  # opened once: it is read twice a call
            self._file = os.open(f"/proc/{pid}/schedstat", os.O_RDONLY)

    def waited(self) -> float:
        """How long it has been ready to run and was not run."""
        if self._file is None:
            return 0.0
        try:
            return int(os.pread(self._file, 100, 0).split()[1]) * 1e-9
        except (OSError, ValueError, IndexError):
            return 0.0

    def used(self) -> float:
        """How long it has run, all threads together."""
        try:
            return time.clock_gettime(self._clock)
        except OSError:
            return 0.0

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class Channel:
    """One worker; what it prints is added to `printed`, up to the limit."""

    def __init__(self, worker: launch.Worker, limits: Limits, printed: bytearray) -> None:
        self.worker = worker
        self.times = Times(worker.pid)
        self._limits = limits
        self._printed = printed
        self._ahead = b""  # read already, and not yet asked for
        self._poll = select.poll()
        self._poll.register(worker.channel, select.POLLIN)
        self._poll.register(worker.output, select.POLLIN)

    def _wait(self, clock: Clock, events: int) -> None:
        """Until the channel is ready for one of `events`, draining output. Raises Late."""
        self._poll.modify(self.worker.channel, events)
        while True:
            left = clock.left()
            if left <= 0:
                raise Late
            ready = {fd for fd, _ in self._poll.poll(left * 1000 + 1)}
            if self.worker.output in ready and not self.drain():
                self._poll.unregister(self.worker.output)
            if ready - {self.worker.output}:
                return

    def send(self, data: bytes, clock: Clock) -> None:
        """Raises Silent, Late."""
        view = memoryview(data)
        while view:
            try:
                view = view[self.worker.channel.send(view) :]
            except BlockingIOError:
                self._wait(clock, select.POLLOUT)
            except OSError:
                raise Silent from None

    def _read(self, view: memoryview, clock: Clock) -> int:
        """Fill some of `view`, which is not empty; how many bytes of it. Raises Silent, Late."""
        while True:
            try:
                count = self.worker.channel.recv_into(view)
            except BlockingIOError:
                self._wait(clock, select.POLLIN)
                continue
            except OSError:
                raise Silent from None
            if count == 0:
                raise Silent
            return count

    def receive(self, clock: Clock) -> tuple[wire.Reply, memoryview]:
        """The next message, and the bytes of its arrays. Raises Silent, Late, wire.BadFrame."""
        first = bytearray(wire.AT_ONCE)
        first[: len(self._ahead)] = self._ahead
        have = len(self._ahead)
        while have < wire.HEADER.size:
            have += self._read(memoryview(first)[have:], clock)
        skeleton, size = wire.HEADER.unpack_from(first)
        if skeleton > wire.MAX_SKELETON or size > self._limits.message_bytes:
            raise wire.BadFrame(f"a message of {(skeleton + size) // MIB} MiB")
        end = wire.HEADER.size + skeleton + size
        self._ahead = bytes(first[end:have])
        body = memoryview(first)[wire.HEADER.size : end]
        if end > have:
            body = memoryview(bytearray(skeleton + size))
            filled = have - wire.HEADER.size
            body[:filled] = first[wire.HEADER.size : have]
            while filled < len(body):
                filled += self._read(body[filled:], clock)
        return wire.split(body, skeleton, wire.replies), body[skeleton:]

    def expect_silence(self) -> None:
        """Raises BadFrame where the worker has said something since its last reply, or Silent."""
        try:
            more = self._ahead or self.worker.channel.recv(1)
        except BlockingIOError:
            return
        except OSError:
            raise Silent from None
        if not more:
            raise Silent
        raise wire.BadFrame("a message that nobody had asked for")

    def drain(self) -> bool:
        """Take what has been printed; False once nobody can print any more."""
        for _ in range(64):  # a flood must not hold up the deadline
            try:
                data = os.read(self.worker.output, 65_536)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not data:
                return False
            room = self._limits.output_bytes - len(self._printed)
            self._printed += data[: max(room, 0)]
        return True

    def end(self) -> launch.Ending:
        """End the worker, if it has not ended itself, and everything it left."""
        self.drain()
        self.times.close()
        return launch.finish(self.worker)

    def await_exit(self) -> None:
        """A worker whose channel has closed gets a moment to end, so that its status says how."""
        deadline = time.monotonic() + 1.0
        while time.monotonic() < deadline:
            try:
                with open(f"/proc/{self.worker.pid}/stat", "rb") as file:
                    if file.read().rpartition(b")")[2].split()[0] in b"ZX":
                        return
            except (OSError, IndexError):
                return
            time.sleep(0.002)
