"""The worker: answers requests about one submission over one file descriptor.

Nothing here is a line of defence. The submission shares this process and may change any of it; all
that it can reach by that is to send another answer, which it could have returned as well. The
defence is the policy around the process and the distrust of the grader.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import os
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any, NoReturn

from graders.sandbox import loading, randomness, torch_values, wire
from graders.sandbox.text import clean
from graders.sandbox.torch_values import Twin
from graders.sandbox.values import Decoder, Encoder, Unencodable, fingerprint

CHANNEL = 3
DAMAGED = 113
"""Exit status of a worker that can no longer do its work."""
_MAX_WARNINGS = 100
_MOST_AT_ONCE = 2**20


class _Worker:
    def __init__(self, message_bytes: int) -> None:
        self.limit = message_bytes
        self.module: types.ModuleType | None = None
        self.files: dict[str, bytes] = {}
        self.nonce = ""
        self.modules: list[Twin] = []
        self.signatures: list[Any] = []
        self.generators = randomness.Watch()
        # exception objects that stand for the grader's, with the token of each
        self.tokens: list[tuple[BaseException, int]] = []

    # the channel ------------------------------------------------------------------------------

    def receive(self) -> tuple[wire.Request, memoryview]:
        data = bytearray(_some(wire.AT_ONCE))
        while len(data) < wire.HEADER.size:
            data += _some(wire.AT_ONCE)
        skeleton, size = wire.HEADER.unpack_from(data)
        # the grader says one thing at a time, so what has come is of this message
        end = wire.HEADER.size + skeleton + size
        while len(data) < end:
            data += _some(min(end - len(data), _MOST_AT_ONCE))
        body = memoryview(data)[wire.HEADER.size :]
        return wire.split(body, skeleton, wire.requests), body[skeleton:]

    def send(self, message: wire.Message, buffers: list[bytes]) -> None:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):  # whatever the submission has put there
                stream.flush()
        data = memoryview(wire.frame(message, buffers))
        while data:
            data = data[os.write(CHANNEL, data) :]

    def decoder(self, data: memoryview) -> Decoder:
        return Decoder(data, modules=self.modules, stub=self.stub, namedtuples=self.namedtuple)

    def encoder(self) -> Encoder:
        return Encoder(self.limit, modules=self.modules)

    def namedtuple(self, name: str, fields: tuple[str, ...]) -> type[tuple[Any, ...]] | None:
        kind = getattr(self.module, name, None)
        if isinstance(kind, type) and issubclass(kind, tuple):
            return kind if getattr(kind, "_fields", None) == fields else None
        return None

    # callbacks --------------------------------------------------------------------------------

    def stub(self, index: int, name: str) -> Callable[..., Any]:
        def callback(*args: Any, **kwargs: Any) -> Any:
            return self.call_back(index, args, kwargs)

        callback.__name__ = callback.__qualname__ = name if name.isidentifier() else "callback"
        return callback

    def call_back(self, index: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        encoder = self.encoder()
        try:
            values = [encoder.encode(arg) for arg in args]
            named = [(name, encoder.encode(value)) for name, value in kwargs.items()]
        except Unencodable as error:
            del self.modules[encoder.known :]  # the grader has not heard of them
            raise TypeError(f"a function of the exercise cannot be called with {error}") from None
        self.send(wire.CallbackCall(self.nonce, index, values, named), encoder.buffers)
        encoder.arrived()
        reply, data = self.receive()
        assert isinstance(reply, wire.CallbackReturned | wire.CallbackRaised)
        decoder = self.decoder(data)
        # The same order as the grader's: the value first, then the state of each model sent.
        if isinstance(reply, wire.CallbackRaised):
            plain = decoder.all(reply.args)
        else:
            value = decoder.decode(reply.value)
            # f(x) = x gives back x itself: whoever writes into the answer changes the argument
            if reply.own is not None and fingerprint(value) == fingerprint(args[reply.own]):
                value = args[reply.own]
        for twin, weights in zip(encoder.sent, reply.modules, strict=True):
            if weights is not None:
                torch_values.load(decoder, twin, weights)
        if isinstance(reply, wire.CallbackRaised):
            nearest = _nearest(reply.mro, plain)
            self.tokens.append((nearest, reply.token))
            raise nearest
        return value

    # requests ---------------------------------------------------------------------------------

    def load(self, request: wire.Load) -> None:
        self.files = request.files
        try:
            self.module = loading.load(request.files, request.entry)
        except BaseException as error:
            self.send_raised(error, wire.Facts(), [])
            return
        names = [name for name, value in vars(self.module).items() if callable(value)]
        fit = [name for name in names if len(name) <= 200 and name.isidentifier()]
        self.send(wire.Loaded(self.nonce, fit[:10_000]), [])

    def call(self, request: wire.Call | wire.Gradient, data: memoryview) -> None:
        self.modules, self.tokens = [], []
        decoder = self.decoder(data)
        args = decoder.all(request.args)
        kwargs = decoder.named(request.kwargs)
        self.signatures = [_signature(twin.module) for twin in self.modules]
        function = getattr(self.module, request.function, None)
        if not callable(function):
            self.send(wire.Missing(self.nonce), [])
            return
        if isinstance(request, wire.Gradient):
            cotangent = decoder.decode(request.cotangent)
            run = _with_gradient(function, request, cotangent)
        else:
            run = _plainly(function)
        named = [*((str(i), arg) for i, arg in enumerate(args)), *kwargs.items()]
        before = [(name, fingerprint(arg)) for name, arg in named]
        globals_before = self.generators.before()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for quiet in (ResourceWarning, ImportWarning, PendingDeprecationWarning):
                warnings.simplefilter("ignore", quiet)
            error: BaseException | None = None
            try:
                value, grad = run(args, kwargs)
            except BaseException as raised:
                error = raised
        numpy_before, torch_before = globals_before
        numpy_after, torch_after = self.generators.after()
        changed = [
            name
            for (name, old), (_, arg) in zip(before, named, strict=True)
            if old != fingerprint(arg)
        ]
        facts = {
            "mutated": [name[:200] for name in changed[:100]],
            "numpy_global_changed": numpy_before != numpy_after,
            # None before: torch was first imported by this call, which draws no numbers
            "torch_global_changed": torch_before is not None and torch_before != torch_after,
            "warnings": [
                (w.category.__name__[:200], clean(str(w.message), 1000))
                for w in caught[:_MAX_WARNINGS]
            ],
        }
        encoder = self.encoder()
        if error is not None:
            states = self.final_states(encoder)
            self.send_raised(error, wire.Facts(**facts, modules=states), encoder.buffers)
            return
        try:
            result = encoder.encode(value)
            gradient = encoder.encode(grad)
        except Unencodable as refusal:
            encoder = self.encoder()
            states = self.final_states(encoder)
            message = wire.Bad(self.nonce, str(refusal)[:500], wire.Facts(**facts, modules=states))
            self.send(message, encoder.buffers)
            return
        states = self.final_states(encoder)
        reply = wire.Returned(self.nonce, result, gradient, wire.Facts(**facts, modules=states))
        frame_bytes = wire.frame(reply, encoder.buffers)
        if wire.HEADER.unpack_from(frame_bytes)[0] > wire.MAX_SKELETON:
            problem = "more data than may travel (use arrays)"
            self.send(wire.Bad(self.nonce, problem, wire.Facts(**facts)), [])
            return
        self.send(reply, encoder.buffers)

    def final_states(self, encoder: Encoder) -> list[wire.Weights | None]:
        pairs = zip(self.modules, self.signatures, strict=False)
        return [
            torch_values.weights(encoder, twin.module)
            if _signature(twin.module) == signature
            else None
            for twin, signature in pairs
        ]

    def send_raised(self, error: BaseException, facts: wire.Facts, buffers: list[bytes]) -> None:
        token = next((token for own, token in self.tokens if own is error), None)
        names = [kind.__name__[:200] for kind in type(error).__mro__[:64] if kind is not object]
        try:
            message = str(error)
        except BaseException:
            message = "(its message could not be made)"
        try:
            text = loading.learner_traceback(error, self.files)
        except BaseException:
            text = ""
        raised = wire.Raised(
            self.nonce,
            names[0],
            names,
            clean(message, 2000),
            clean(text, wire.MAX_TEXT),
            token,
            facts,
        )
        self.send(raised, buffers)

    def serve(self) -> NoReturn:
        while True:
            request, data = self.receive()
            self.nonce = request.nonce
            match request:
                case wire.Load():
                    self.load(request)
                case wire.Call() | wire.Gradient():
                    self.call(request, data)
                case wire.Seed():
                    randomness.seed_globals(request.seed)
                    self.send(wire.Done(self.nonce), [])
                case _:
                    os._exit(DAMAGED)


def _some(size: int) -> bytes:
    """What has come of the next bytes, at least one of them."""
    data = os.read(CHANNEL, size)
    if not data:
        os._exit(0)  # the grader has gone
    return data


def _signature(module: Any) -> Any:
    try:
        return torch_values.signature(module)
    except Exception:
        return None


def _nearest(mro: list[str], args: list[Any]) -> BaseException:
    """The builtin exception nearest to one of the grader's: same class where that is a builtin."""
    for name in mro:
        kind = getattr(builtins, name, None)
        if isinstance(kind, type) and issubclass(kind, BaseException):
            try:
                return kind(*args)
            except TypeError:
                continue
    return RuntimeError(*args)


def _plainly(function: Callable[..., Any]) -> Callable[..., tuple[Any, Any]]:
    def run(args: list[Any], kwargs: dict[str, Any]) -> tuple[Any, Any]:
        return function(*args, **kwargs), None

    return run


def _with_gradient(
    function: Callable[..., Any], request: wire.Gradient, cotangent: Any
) -> Callable[..., tuple[Any, Any]]:
    """The call, and the gradient of <output, cotangent> with respect to one argument."""

    def run(args: list[Any], kwargs: dict[str, Any]) -> tuple[Any, Any]:
        import torch

        place: Any = args if isinstance(request.wrt, int) else kwargs
        x = place[request.wrt] = place[request.wrt].detach().clone().requires_grad_()
        value = function(*args, **kwargs)
        output: Any = value
        if isinstance(request.output, int):
            output = value[request.output]
        elif request.output is not None:
            output = getattr(value, request.output)
        grad = None
        if isinstance(output, torch.Tensor) and output.requires_grad:
            (grad,) = torch.autograd.grad(output, x, cotangent.to(output.dtype), allow_unused=True)
        return value, grad

    return run


def _fresh_streams() -> None:
    # What the zygote's streams were opened on is gone. Line buffering keeps the order of the two.
    streams: dict[str, io.TextIOBase] = {
        "stdin": io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), encoding="utf-8")
    }
    for name, number in (("stdout", 1), ("stderr", 2)):
        streams[name] = io.TextIOWrapper(
            io.BufferedWriter(io.FileIO(number, "w", closefd=False)),
            encoding="utf-8",
            errors="backslashreplace",
            line_buffering=True,
        )
    for name, stream in streams.items():
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def main(message_bytes: int, refused: str | None) -> NoReturn:
    """Serve requests until the grader goes away; never returns into the zygote's code."""
    _fresh_streams()
    worker = _Worker(message_bytes)
    worker.send(wire.Ready("", refused), [])
    if refused is not None:
        os._exit(1)
    # Whoever draws from them gets the same numbers, and so the same grade, from every grader.
    randomness.seed_globals(0)
    worker.serve()
