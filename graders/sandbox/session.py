"""One submission under grading: calls into its functions, and what became of them."""

from __future__ import annotations

import os
import secrets
import select
import signal
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from graders.sandbox import launch, wire
from graders.sandbox.errors import (
    BadReturn,
    BudgetSpent,
    Crashed,
    Interrupted,
    LoadFailed,
    MissingFunction,
    ProtocolBroken,
    SandboxUnavailable,
    SubmissionRaised,
    TimedOut,
)
from graders.sandbox.limits import MIB, Isolation, Limits, Preload
from graders.sandbox.text import clean
from graders.sandbox.values import Decoder, Encoder, Unencodable

if TYPE_CHECKING:
    import torch


class CallFacts(msgspec.Struct, frozen=True):
    """What was noticed during a call. The worker's word, except for `seconds`."""

    mutated: tuple[str, ...] = ()
    """Names (or positions, as text) of the arguments that were changed in place."""
    numpy_global_changed: bool = False
    torch_global_changed: bool = False
    warnings: tuple[tuple[str, str], ...] = ()
    """Category and message."""
    seconds: float = 0.0


class _Clock:
    """Time that is charged to the submission: wall time, less what it could not help.

    Excluded are callbacks (`pause`, `resume`) and waits for a free core, as the kernel counts them;
    the latter only up to `patience` times the limit, which bounds what a trick with them gains.
    """

    def __init__(self, pid: int, seconds: float, patience: float) -> None:
        self._pid = pid
        self.seconds = seconds
        self._longest = seconds * patience
        self._wall = 0.0
        self._since = time.monotonic()
        self._waited = _core_wait(pid)

    def wall(self) -> float:
        return self._wall + time.monotonic() - self._since

    def pause(self) -> None:
        self._wall = self.wall()

    def resume(self) -> None:
        self._since = time.monotonic()

    def left(self) -> float:
        """Seconds until the deadline as it now looks; the wait for cores is read only near it."""
        wall = self.wall()
        if wall < self.seconds:
            return self.seconds - wall
        return min(self.seconds - self.charged(), self._longest - wall)

    def charged(self) -> float:
        return max(self.wall() - (_core_wait(self._pid) - self._waited), 0.0)


def _core_wait(pid: int) -> float:
    """Seconds that a process has been ready to run and was not run, 0 where nobody counts them."""
    try:
        with open(f"/proc/{pid}/schedstat", "rb") as file:
            return int(file.read().split()[1]) * 1e-9
    except (OSError, ValueError, IndexError):
        return 0.0


class Session:
    """Calls into one submission, each answered from a worker process.

    Args:
        files: the submission, file name to contents. Never imported or run in this process.
        entry: which of them is the exercise's own file, such as "ridge.py".
        preload: what the worker has imported beforehand; see `preload_for`.
        limits: time, memory and sizes.
        isolation: "sandbox", or "process" for limits alone (macOS, old kernels).

    The worker starts at the first call. Once it has timed out or crashed the next call gets a fresh
    one; the time to load again counts against `limits.total_seconds`. Not for use by two threads
    at a time. Raises SandboxUnavailable where the box cannot be built.
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        entry: str,
        *,
        preload: Preload = "numpy",
        limits: Limits = Limits(),  # noqa: B008  (frozen)
        isolation: Isolation = "sandbox",
    ) -> None:
        if entry not in files:
            raise ValueError(f"There is no file {entry} among the submission's {sorted(files)}.")
        self._files = dict(files)
        self._entry = entry
        self._preload: Preload = preload
        self._limits = limits
        self._isolation: Isolation = isolation
        self._worker: launch.Worker | None = None
        self._names: list[str] = []
        self._load_problem: Interrupted | None = None
        self._output = bytearray()
        self._incidents: list[str] = []
        self._spent = 0.0
        self._busy = False
        self.last = CallFacts()

    # what callers see -------------------------------------------------------------------------

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def output(self) -> str:
        """What the submission printed so far, stdout and stderr together, made safe to show."""
        if self._worker is not None:
            self._drain()
        text = self._output.decode("utf-8", "backslashreplace")
        return clean(text, self._limits.output_bytes)

    @property
    def incidents(self) -> tuple[str, ...]:
        """What the box noticed, a sentence each."""
        return tuple(self._incidents)

    @property
    def seconds_left(self) -> float:
        return max(self._limits.total_seconds - self._spent, 0.0)

    def close(self) -> None:
        """End the worker; the session can be used again, with a fresh one."""
        if self._worker is not None:
            worker, self._worker = self._worker, None
            self._drain(worker)
            launch.finish(worker)

    def load(self) -> list[str]:
        """Load the submission, if it is not; the names of the callables at its top level.

        Raises LoadFailed, TimedOut or Crashed, and from then on at once the same again.
        """
        if self._load_problem is not None:
            raise self._load_problem
        if self._worker is None:
            try:
                self._start()
            except BudgetSpent:
                raise
            except Interrupted as problem:
                self._load_problem = problem
                self.close()
                raise
        return self._names

    def call(self, function: str, /, *args: Any, **kwargs: Any) -> Any:
        """What the submission's `function` returns for these arguments.

        Arrays and containers are copied both ways; a function among the arguments runs here when
        the submission calls it; a `torch.nn.Module` here ends up in the state of its twin there.

        Raises:
            SubmissionRaised, MissingFunction, BadReturn: as described there.
            TimedOut, BudgetSpent, Crashed, ProtocolBroken, LoadFailed: `Interrupted`, all of them.
            TypeError: an argument is of a kind that cannot be sent.
        """
        exchange = self._exchange(function)
        values, named = exchange.arguments(args, kwargs)
        request = wire.Call(exchange.nonce, function, values, named)
        return self._converse(request, exchange)[0]

    def gradient(
        self,
        function: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        *,
        wrt: str | int,
        output: str | int | None,
        cotangent: torch.Tensor,
    ) -> tuple[Any, torch.Tensor | None]:
        """What `function` returns, and a gradient by PyTorch's autograd through it.

        The gradient is that of the sum of `cotangent` times the result's field or item `output`
        (None: the result itself), with respect to the float tensor argument `wrt` (its position or
        its name); None where the output does not depend on it.
        """
        exchange = self._exchange(function)
        values, named = exchange.arguments(args, kwargs)
        cot = exchange.encoder.encode(cotangent)
        request = wire.Gradient(exchange.nonce, function, values, named, wrt, output, cot)
        return self._converse(request, exchange)

    def seed_globals(self, seed: int) -> None:
        """Seed the global generators in the worker: `random`, NumPy's, and torch's if loaded."""
        exchange = self._exchange("")
        self._converse(wire.Seed(exchange.nonce, seed), exchange)

    # one request ------------------------------------------------------------------------------

    def _exchange(self, function: str) -> _Exchange:
        if self._busy:
            raise RuntimeError("A callback cannot call into the submission that is calling it.")
        self.load()
        return _Exchange(function, self._limits)

    def _start(self) -> None:
        if self.seconds_left <= 0:
            raise BudgetSpent(self._limits.total_seconds)
        self._worker = launch.spawn(self._preload, self._isolation, self._limits)
        ready = _Exchange("", self._limits)
        ready.nonce = ""
        self._converse(None, ready, self._limits.load_seconds)
        exchange = _Exchange("", self._limits)
        request = wire.Load(exchange.nonce, self._files, self._entry)
        try:
            names = self._converse(request, exchange, self._limits.load_seconds)
        except SubmissionRaised as error:
            raise LoadFailed(error.type_name, error.message, error.traceback) from None
        self._names = [str(name) for name in names]

    def _converse(
        self, request: wire.Message | None, exchange: _Exchange, seconds: float | None = None
    ) -> Any:
        """Send a request, serve the callbacks it leads to, and give what its reply holds."""
        worker = self._worker
        assert worker is not None
        if self.seconds_left <= 0:
            self.close()
            raise BudgetSpent(self._limits.total_seconds)
        allowed = self._limits.call_seconds if seconds is None else seconds
        clock = _Clock(worker.pid, min(allowed, self.seconds_left), self._limits.patience)
        self._busy = True
        self.last = CallFacts()
        facts = wire.Facts()
        try:
            if request is not None:
                self._unasked()
                self._send(wire.frame(request, exchange.encoder.buffers), clock)
            while True:
                reply, data = self._receive(clock)
                if reply.nonce != exchange.nonce:
                    raise wire.BadFrame("a message that answers nothing that was asked")
                decoder = Decoder(data, modules=exchange.encoder.modules)
                if not isinstance(reply, wire.CallbackCall):
                    facts = getattr(reply, "facts", facts)
                    return self._answer(request, reply, decoder, exchange)
                clock.pause()
                response = exchange.run_callback(reply, decoder)
                clock.resume()
                self._send(response, clock)
        except wire.BadFrame as error:
            self._incidents.append(f"The worker's channel carried {error}.")
            self._end()
            raise ProtocolBroken(f"sent {error}") from None
        except _Silent:
            self._crashed()
        except _Late:
            self._end()
            if allowed >= self.seconds_left:
                raise BudgetSpent(self._limits.total_seconds) from None
            raise TimedOut(allowed) from None
        except (SubmissionRaised, MissingFunction, BadReturn):
            raise
        except BaseException:  # of the grader: an interrupt, a value of its that cannot travel
            self._end()
            raise
        finally:
            self._busy = False
            charged = clock.charged()
            self._spent += charged
            self.last = CallFacts(
                tuple(facts.mutated),
                facts.numpy_global_changed,
                facts.torch_global_changed,
                tuple((clean(a, 200), clean(b, 1000)) for a, b in facts.warnings),
                charged,
            )

    def _answer(
        self,
        request: wire.Message | None,
        reply: wire.Reply,
        decoder: Decoder,
        exchange: _Exchange,
    ) -> Any:
        """The value of a final reply. Raises what the reply tells of."""
        self._drain()
        calling = isinstance(request, wire.Call | wire.Gradient)
        match reply:
            case wire.Ready() if request is None:
                if reply.refused is not None:
                    raise SandboxUnavailable(
                        f"The worker could not be confined: {clean(reply.refused, 500)}."
                    )
                return None
            case wire.Loaded() if isinstance(request, wire.Load):
                return [name for name in reply.names if name.isidentifier()]
            case wire.Done() if isinstance(request, wire.Seed):
                return None
            case wire.Returned() if calling:
                value, grad = decoder.decode(reply.value), decoder.decode(reply.grad)
                exchange.settle(reply.facts, decoder)
                return value, grad
            case wire.Raised() if calling or isinstance(request, wire.Load):
                exchange.settle(reply.facts, decoder)
                raise exchange.raised(reply)
            case wire.Bad() if calling:
                exchange.settle(reply.facts, decoder)
                raise BadReturn(clean(reply.description, 500))
            case wire.Missing() if calling:
                raise MissingFunction(exchange.function)
        raise wire.BadFrame("a reply to another request")

    # the channel ------------------------------------------------------------------------------

    def _wait(self, clock: _Clock, events: int) -> None:
        """Until the channel is ready for one of `events`, draining output. Raises _Late."""
        worker = self._worker
        assert worker is not None
        poll = select.poll()
        poll.register(worker.channel, events)
        poll.register(worker.output, select.POLLIN)
        while True:
            left = clock.left()
            if left <= 0:
                raise _Late
            ready = poll.poll(left * 1000 + 1)
            if any(fd == worker.output for fd, _ in ready) and not self._drain():
                poll.unregister(worker.output)
            if any(fd != worker.output for fd, _ in ready):
                return

    def _send(self, data: bytes, clock: _Clock) -> None:
        assert self._worker is not None
        view = memoryview(data)
        while view:
            try:
                view = view[self._worker.channel.send(view) :]
            except BlockingIOError:
                self._wait(clock, select.POLLOUT)
            except OSError:
                raise _Silent from None

    def _read(self, view: memoryview, clock: _Clock) -> None:
        assert self._worker is not None
        while view:
            try:
                count = self._worker.channel.recv_into(view)
            except BlockingIOError:
                self._wait(clock, select.POLLIN)
                continue
            except OSError:
                raise _Silent from None
            if count == 0:
                raise _Silent
            view = view[count:]

    def _receive(self, clock: _Clock) -> tuple[wire.Reply, memoryview]:
        header = bytearray(wire.HEADER.size)
        self._read(memoryview(header), clock)
        skeleton, size = wire.HEADER.unpack(header)
        if skeleton > wire.MAX_SKELETON or size > self._limits.message_bytes:
            raise wire.BadFrame(f"a message of {(skeleton + size) // MIB} MiB")
        body = memoryview(bytearray(skeleton + size))
        self._read(body, clock)
        return wire.split(body, skeleton, wire.replies), body[skeleton:]

    def _unasked(self) -> None:
        """Raises BadFrame where the worker has said something since its last reply."""
        assert self._worker is not None
        try:
            more = self._worker.channel.recv(1)
        except BlockingIOError:
            return
        except OSError:
            raise _Silent from None
        if not more:
            raise _Silent
        raise wire.BadFrame("a message that nobody had asked for")

    def _drain(self, worker: launch.Worker | None = None) -> bool:
        """Take what has been printed; False once nobody can print any more."""
        worker = worker or self._worker
        assert worker is not None
        for _ in range(64):  # a flood must not hold up the deadline
            try:
                data = os.read(worker.output, 65_536)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not data:
                return False
            room = self._limits.output_bytes - len(self._output)
            self._output += data[: max(room, 0)]
        return True

    # the end of a worker ----------------------------------------------------------------------

    def _end(self) -> launch.Ending:
        assert self._worker is not None
        worker, self._worker = self._worker, None
        self._drain(worker)
        return launch.finish(worker)

    def _crashed(self) -> NoReturn:
        """The channel has closed: find out how the worker ended. Always raises Crashed."""
        assert self._worker is not None
        _await_exit(self._worker.pid)
        ending = self._end()
        reason = ending.reason or _how(ending.status)
        self._incidents.append(f"The submission's process {reason}.")
        raise Crashed(reason) from None


class _Silent(Exception):
    """The worker has closed its end of the channel."""


class _Late(Exception):
    """The deadline has passed."""


def _await_exit(pid: int) -> None:
    """Give a worker whose channel has closed a moment to end by itself, so that its status says how."""
    deadline = time.monotonic() + 1.0
    while time.monotonic() < deadline:
        try:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rpartition(")")[2].split()[0] in "ZX":
                    return
        except (OSError, IndexError):
            return
        time.sleep(0.002)


def _how(status: int | None) -> str:
    if status is None:
        return "ended for a reason unknown"
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGKILL:
            return "closed its channel to the grader, or was killed for memory or processor time"
        if number == signal.SIGSYS:
            return "was killed for a forbidden system call"
        try:
            name = signal.Signals(number).name
        except ValueError:
            name = "unknown"
        return f"was killed by signal {number} ({name})"
    return f"ended the process with os._exit({os.WEXITSTATUS(status)})"


class _Exchange:
    """What belongs to one request: its nonce, the functions and models that went with it."""

    def __init__(self, function: str, limits: Limits) -> None:
        self.function = function
        self.nonce = secrets.token_hex(16)
        self._limits = limits
        self._functions: list[Callable[..., Any]] = []
        self._callbacks = 0
        self._originals: list[BaseException] = []
        self.encoder = Encoder(limits.message_bytes, functions=self._functions)
        self._sent = 0

    def arguments(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[list[wire.Value], list[tuple[str, wire.Value]]]:
        try:
            values = [self.encoder.encode(arg) for arg in args]
            named = [(name, self.encoder.encode(value)) for name, value in kwargs.items()]
        except Unencodable as error:
            raise TypeError(f"An argument of {self.function} is {error}.") from None
        self._sent = len(self.encoder.modules)
        return values, named

    def run_callback(self, call: wire.CallbackCall, decoder: Decoder) -> bytes:
        """Run one of the grader's functions; the frame with what it gave or raised."""
        self._callbacks += 1
        if self._callbacks > self._limits.callbacks:
            raise wire.BadFrame(f"more than {self._limits.callbacks} callbacks")
        if call.index >= len(self._functions):
            raise wire.BadFrame("a callback of a function that was never sent")
        args = decoder.all(call.args)
        kwargs = decoder.named(call.kwargs)
        decoder.end()
        encoder = Encoder(self._limits.message_bytes, modules=self.encoder.modules)
        nonce = self.nonce
        try:
            value = self._functions[call.index](*args, **kwargs)
        except BaseException as error:
            self._originals.append(error)
            names = [kind.__name__ for kind in type(error).__mro__]
            plain = [encoder.encode(arg) for arg in _plain_arguments(error)]
            weights = self._weights(encoder, decoder)
            token = len(self._originals) - 1
            raised = wire.CallbackRaised(nonce, token, names, plain, weights)
            return wire.frame(raised, encoder.buffers)
        try:
            node = encoder.encode(value)
        except Unencodable as error:
            raise TypeError(f"A callback of {self.function} returned {error}.") from None
        weights = self._weights(encoder, decoder)
        return wire.frame(wire.CallbackReturned(nonce, node, weights), encoder.buffers)

    def _weights(self, encoder: Encoder, decoder: Decoder) -> list[wire.Weights]:
        if not decoder.received:
            return []
        from graders.sandbox import torch_values

        return [torch_values.weights(encoder, module) for module in decoder.received]

    def settle(self, facts: wire.Facts, decoder: Decoder) -> None:
        """Bring the models of the call's arguments into the state the worker left them in."""
        states = facts.modules
        if states and len(states) != self._sent:
            raise wire.BadFrame("the states of other models than were sent")
        if states:
            from graders.sandbox import torch_values

            for module, state in zip(self.encoder.modules, states, strict=False):
                if state is None:
                    raise BadReturn(torch_values.MODULE_CHANGED)
                torch_values.load(decoder, module, state)
        decoder.end()

    def raised(self, reply: wire.Raised) -> SubmissionRaised:
        original = None
        if reply.token is not None:
            if not 0 <= reply.token < len(self._originals):
                raise wire.BadFrame("an exception of a callback that there was none of")
            original = self._originals[reply.token]
        return SubmissionRaised(
            clean(reply.type_name, 200),
            tuple(clean(name, 200) for name in reply.mro),
            clean(reply.message, 2000),
            clean(reply.traceback, wire.MAX_TEXT),
            original,
        )


def _plain_arguments(error: BaseException) -> list[Any]:
    """An exception's arguments if they are plain, else its text."""
    if all(type(arg) in (str, int, float, bool, type(None)) for arg in error.args):
        return [arg for arg in error.args if type(arg) is not int or abs(arg) < 2**63]
    return [str(error)]
