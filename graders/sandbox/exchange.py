"""One request to a worker: its nonce, and the functions and models that went along with it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from graders.sandbox import torch_values, wire
from graders.sandbox.channel import Clock
from graders.sandbox.errors import BadReturn, SubmissionRaised
from graders.sandbox.limits import Limits
from graders.sandbox.text import clean
from graders.sandbox.values import Decoder, Encoder, Unencodable, strictly


class Exchange:
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
        self.encoder.arrived()  # or else there is no worker to say anything more to
        return values, named

    def run_callback(self, call: wire.CallbackCall, decoder: Decoder, clock: Clock) -> bytes:
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
            with clock.paused():
                value = self._functions[call.index](*args, **kwargs)
        except BaseException as error:
            self._originals.append(error)
            names = [kind.__name__ for kind in type(error).__mro__]
            plain = [encoder.encode(arg) for arg in _plain_arguments(error)]
            weights = self._weights(encoder, decoder)
            token = len(self._originals) - 1
            encoder.arrived()
            raised = wire.CallbackRaised(nonce, token, names, plain, weights)
            return wire.frame(raised, encoder.buffers)
        try:
            node = encoder.encode(value)
        except Unencodable as error:
            raise TypeError(f"A callback of {self.function} returned {error}.") from None
        weights = self._weights(encoder, decoder)
        encoder.arrived()
        own = next((place for place, arg in enumerate(args) if arg is value), None)
        return wire.frame(wire.CallbackReturned(nonce, node, weights, own), encoder.buffers)

    def _weights(self, encoder: Encoder, decoder: Decoder) -> list[wire.Weights | None]:
        return [torch_values.news(encoder, twin) for twin in decoder.received]

    def settle(self, facts: wire.Facts, decoder: Decoder) -> None:
        """Bring the models of the call's arguments into the state the worker left them in."""
        states = facts.modules
        if states and len(states) != self._sent:
            raise wire.BadFrame("the states of other models than were sent")
        for twin, state in zip(self.encoder.modules, states, strict=False):
            if state is None:
                raise BadReturn(torch_values.MODULE_CHANGED)
            with strictly():
                torch_values.load(decoder, twin, state)
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
    plain = all(type(arg) in (str, int, float, bool, type(None)) for arg in error.args)
    arguments = list(error.args) if plain else [str(error)]
    sendable = [arg for arg in arguments if type(arg) is not int or abs(arg) < 2**63]
    return [clean(arg, wire.MAX_TEXT) if isinstance(arg, str) else arg for arg in sendable]
