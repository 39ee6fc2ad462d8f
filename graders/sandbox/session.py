"""One submission under grading: calls into its functions, and what became of them."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from graders.sandbox import launch, wire, worker
from graders.sandbox.channel import Channel, Clock, Late, Silent
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
from graders.sandbox.exchange import Exchange
from graders.sandbox.limits import Isolation, Limits, Preload
from graders.sandbox.text import clean
from graders.sandbox.values import Decoder

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
        self._channel: Channel | None = None
        self._names: list[str] = []
        self._load_problem: Interrupted | None = None
        self._output = bytearray()
        self._incidents: list[str] = []
        self._spent = 0.0
        self._in_callbacks = 0.0
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
        if self._channel is not None:
            self._channel.drain()
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
        if self._channel is not None:
            self._end()

    def load(self) -> list[str]:
        """Load the submission, if it is not; the names of the callables at its top level.

        Raises LoadFailed, TimedOut or Crashed, and from then on at once the same again.
        """
        if self._load_problem is not None:
            raise self._load_problem
        if self._channel is None:
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
            SandboxUnavailable: no worker could be had; not the submission's fault.
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
        value, grad = self._converse(request, exchange)
        return value, grad

    def seed_globals(self, seed: int) -> None:
        """Seed the global generators in the worker: `random`, NumPy's, and torch's if loaded."""
        exchange = self._exchange("")
        self._converse(wire.Seed(exchange.nonce, seed), exchange)

    # one request ------------------------------------------------------------------------------

    def _exchange(self, function: str) -> Exchange:
        if self._busy:
            raise RuntimeError("A callback cannot call into the submission that is calling it.")
        self.load()
        return Exchange(function, self._limits)

    def _start(self) -> None:
        if self.seconds_left <= 0:
            raise BudgetSpent(self._limits.total_seconds)
        worker = launch.spawn(self._preload, self._isolation, self._limits)
        self._channel = Channel(worker, self._limits, self._output)
        ready = Exchange("", self._limits)
        ready.nonce = ""
        self._converse(None, ready, self._limits.load_seconds)
        exchange = Exchange("", self._limits)
        request = wire.Load(exchange.nonce, self._files, self._entry)
        try:
            names = self._converse(request, exchange, self._limits.load_seconds)
        except SubmissionRaised as error:
            raise LoadFailed(error.type_name, error.message, error.traceback) from None
        self._names = [str(name) for name in names]

    def _converse(
        self, request: wire.Message | None, exchange: Exchange, seconds: float | None = None
    ) -> Any:
        """Send a request, serve the callbacks it leads to, and give what its reply holds."""
        channel = self._channel
        assert channel is not None
        if self.seconds_left <= 0:
            self.close()
            raise BudgetSpent(self._limits.total_seconds)
        allowed = self._limits.call_seconds if seconds is None else seconds
        clock = Clock(channel.times, min(allowed, self.seconds_left), self._limits.patience)
        self._busy = True
        self.last = CallFacts()
        facts = wire.Facts()
        try:
            if request is not None:
                channel.expect_silence()
                channel.send(wire.frame(request, exchange.encoder.buffers), clock)
            while True:
                reply, data = channel.receive(clock)
                if reply.nonce != exchange.nonce:
                    raise wire.BadFrame("a message that answers nothing that was asked")
                decoder = Decoder(data, modules=exchange.encoder.modules)
                if not isinstance(reply, wire.CallbackCall):
                    channel.drain()
                    facts = getattr(reply, "facts", facts)
                    return self._answer(request, reply, decoder, exchange)
                channel.send(exchange.run_callback(reply, decoder, clock), clock)
                if self._in_callbacks + clock.in_callbacks > self._limits.callback_seconds:
                    self._end()
                    raise BudgetSpent(self._limits.callback_seconds)
        except wire.BadFrame as error:
            problem = clean(str(error), 300)
            self._incidents.append(f"The worker's channel carried {problem}.")
            self._end()
            raise ProtocolBroken(f"sent {problem}") from None
        except Silent:
            self._crashed()
        except Late:
            self._end()
            if allowed >= self.seconds_left:
                raise BudgetSpent(self._limits.total_seconds) from None
            raise TimedOut(allowed) from None
        except (SubmissionRaised, MissingFunction, BadReturn):
            raise
        except BaseException:  # of the grader: an interrupt, a value of its that cannot travel
            self.close()
            raise
        finally:
            self._busy = False
            charged = clock.charged()
            self._spent += charged
            self._in_callbacks += clock.in_callbacks
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
        exchange: Exchange,
    ) -> Any:
        """The value of a final reply. Raises what the reply tells of."""
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
                with contextlib.suppress(BadReturn):  # that it raised is the more telling
                    exchange.settle(reply.facts, decoder)
                raise exchange.raised(reply)
            case wire.Bad() if calling:
                exchange.settle(reply.facts, decoder)
                raise BadReturn(clean(reply.description, 500))
            case wire.Missing() if calling:
                raise MissingFunction(exchange.function)
        raise wire.BadFrame("a reply to another request")

    # the end of a worker ----------------------------------------------------------------------

    def _end(self) -> launch.Ending:
        assert self._channel is not None
        channel, self._channel = self._channel, None
        return channel.end()

    def _crashed(self) -> NoReturn:
        """The channel has closed: find out how the worker ended. Always raises Crashed."""
        assert self._channel is not None
        self._channel.await_exit()
        ending = self._end()
        if ending.status is None:
            raise SandboxUnavailable("The sandbox's process ended, and its workers with it.")
        reason = ending.reason or _how(ending.status)
        if not _is_honest(ending.status):
            self._incidents.append(f"The submission's process {reason}.")
        raise Crashed(reason) from None


def _is_honest(status: int) -> bool:
    """Whether a process ends so by mistakes alone, such as a wrong pointer in a C extension."""
    mistakes = (signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) in mistakes


def _how(status: int) -> str:
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
    if os.WEXITSTATUS(status) == worker.DAMAGED:
        return "damaged the part of its process that answers calls"
    return f"ended the process with os._exit({os.WEXITSTATUS(status)})"
