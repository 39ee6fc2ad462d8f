"""The submission as checks see it: every attribute is a function that runs in the box."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from exercises.checking import Call, CallRaised, Facts, Failure
from graders import sandbox
from graders.diagnosis import fresh, same_outcome

#: Calls kept for the diagnosis, and the most bytes of arrays among the arguments of one.
HISTORY_CALLS = 2000
HISTORY_BYTES = 1 << 20


class Inconsistent(Failure):
    """The submission answered the same question in two ways."""


class BoxedSubmission:
    """A stand-in for the learner's module, with the interface of the self-checks' fixture.

    A call raises `CallRaised` where the submission raised, `Failure` where it has no such
    function or returned no plain value, and lets the box's `Interrupted` pass. `parameters` gives
    the names of a function's parameters, for what is said about arguments.
    """

    def __init__(
        self,
        session: sandbox.Session,
        parameters: Callable[[str], Sequence[str]] = lambda function: (),
    ) -> None:
        self._session = session
        self._parameters = parameters
        try:
            session.load()
        except sandbox.Interrupted:
            self.loaded = False  # the session remembers why, and every call will say so
        else:
            self.loaded = True
        #: The calls of the current example, and those of the whole grading.
        self.calls: list[Call] = []
        self.history: list[Call] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def ask(*args: Any, **kwargs: Any) -> Any:
            return self._ask(name, args, kwargs, lambda: self._session.call(name, *args, **kwargs))

        return ask

    @property
    def last(self) -> Facts:
        """What the last call did besides returning."""
        return self.calls[-1].facts

    def begin_example(self) -> None:
        """Forget the calls of the example before."""
        self.calls = []

    def seed_globals(self, seed: int) -> None:
        """Seed the worker's global generators."""
        self._session.seed_globals(seed)

    def gradient(
        self,
        function: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        *,
        wrt: str | int,
        output: str | int | None,
        cotangent: Any,
    ) -> tuple[Any, Any]:
        """The call's value and the gradient of `<cotangent, output>` with respect to `wrt`."""

        def run() -> Any:
            value, gradient = self._session.gradient(
                function, args, kwargs, wrt=wrt, output=output, cotangent=cotangent
            )
            gradients.append(gradient)
            return value

        gradients: list[Any] = []
        value = self._ask(function, args, kwargs, run)
        return value, gradients[0]

    def answers_alike(self, call: Call) -> bool:
        """Ask the question of `call` again: is the answer the same?"""
        args = tuple(fresh(value) for value in call.args)
        kwargs = {name: fresh(value) for name, value in call.kwargs.items()}
        try:
            getattr(self, call.function)(*args, **kwargs)
        except CallRaised:
            pass
        except Failure:
            return False
        return same_outcome(self.calls[-1], call)

    def _ask(
        self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], run: Callable[[], Any]
    ) -> Any:
        # a module changes during the call; arrays and generators in this process do not
        asked = tuple(_before(value) for value in args)
        asked_kwargs = {key: _before(value) for key, value in kwargs.items()}
        try:
            value, raised = run(), None
        except sandbox.SubmissionRaised as error:
            value, raised = (
                None,
                CallRaised(
                    name, error.type_name, error.mro, error.message, error.traceback, error.original
                ),
            )
        except sandbox.MissingFunction:
            raise Failure(f"The submission defines no function called {name}.") from None
        except sandbox.BadReturn as error:
            raise Failure(
                f"{name} returned {error.description}, which is no answer here."
            ) from None
        except sandbox.Interrupted:
            self.calls.append(Call(name, asked, asked_kwargs))
            raise
        last = self._session.last
        call = Call(
            name,
            asked,
            asked_kwargs,
            value,
            raised,
            Facts(
                mutated=tuple(self._argument(name, place) for place in last.mutated),
                numpy_global_changed=last.numpy_global_changed,
                torch_global_changed=last.torch_global_changed,
                warnings=last.warnings,
                seconds=last.seconds,
            ),
            tuple(
                {key: tensor.clone() for key, tensor in item.state_dict().items()}
                for item in (*args, *kwargs.values())
                if hasattr(item, "state_dict")
            ),
        )
        self.calls.append(call)
        if len(self.history) < HISTORY_CALLS and _array_bytes(call) <= HISTORY_BYTES:
            self.history.append(call)
        if raised is not None:
            raise raised
        return value

    def _argument(self, function: str, place: str) -> str:
        """The name of the argument that the box knows by its place or by its name."""
        if not place.isdecimal():
            return place
        names = self._parameters(function)
        return names[int(place)] if int(place) < len(names) else f"number {int(place) + 1}"


def _before(value: Any) -> Any:
    return copy.deepcopy(value) if hasattr(value, "state_dict") else value


def _array_bytes(call: Call) -> int:
    return sum(getattr(value, "nbytes", 0) for value in (*call.args, *call.kwargs.values()))
