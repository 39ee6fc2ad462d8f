"""Names the mistake behind a wrong answer: which misconception gives the learner's own answer?"""

from __future__ import annotations

import contextlib
import copy
import importlib
import inspect
import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from exercises.checking import Call, CallRaised, Facts
from graders.outcomes import Outcomes

Recogniser = Callable[[Mapping[str, Any], Any], bool]

#: Share of the learner's other calls that an explanation must also give, and how many are tried.
#: Below one, since a learner may have made a second mistake elsewhere.
AGREEMENT = 0.8
MAX_CALLS = 24


@dataclass(frozen=True)
class Misconception:
    """A wrong-on-purpose implementation of one function of an exercise.

    `text` tells the learner in two sentences what was probably done, and why it is wrong.
    `recognise(arguments, value)` replaces the comparison of answers where equal mistakes draw
    random numbers in unequal ways.
    """

    id: str
    function: str
    text: str
    implementation: Callable[..., Any]
    recognise: Recogniser | None = None


def misconception(
    function: str, text: str, *, recognise: Recogniser | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a function of `graders/misconceptions/*.py` as a wrong version of `function`.

    Its id is its name with hyphens. It takes the arguments of the function it stands for.
    """

    def mark(implementation: Callable[..., Any]) -> Callable[..., Any]:
        implementation.misconception = Misconception(  # type: ignore[attr-defined]
            implementation.__name__.replace("_", "-"), function, text, implementation, recognise
        )
        return implementation

    return mark


def misconceptions(exercise: str) -> list[Misconception]:
    """The exercise's misconceptions in the order of their file."""
    module = importlib.import_module(f"graders.misconceptions.{exercise}")
    found = (getattr(value, "misconception", None) for value in vars(module).values())
    return [item for item in found if item is not None]


_outcomes = Outcomes()

#: What was found for (misconception id, identity of a call of the history) in one grading.
Memo = dict[tuple[str, int], bool]


def diagnose(
    exercise: str, failing: Sequence[Call], history: Sequence[Call], memo: Memo
) -> Misconception | None:
    """The misconception that explains the failing example, or None.

    It must give the learner's answer to every call of its function in the failing example,
    differ from the reference on at least one of them, and agree with most of the calls that
    the learner answered in other checks (`history`), so that a coincidence names nothing. Bad
    input that was not refused is explained only by a mistake that is right everywhere else.
    """
    reference = importlib.import_module(f"reference.{exercise}")
    best: tuple[float, Misconception] | None = None
    for candidate in misconceptions(exercise):
        calls = [call for call in failing if call.function == candidate.function][-MAX_CALLS:]
        if not calls or not all(_explains(candidate, call) for call in calls):
            continue
        right = getattr(reference, candidate.function)
        telling = [call for call in calls if _distinguishes(candidate, call, right)]
        if not telling:
            continue
        if candidate.recognise is not None:
            return candidate
        others = _spread([call for call in history if call.function == candidate.function])
        # that bad input got through is explained by a mistake about bad input alone
        refused = all(_outcome(right, call).raised is not None for call in telling)
        if refused and any(_distinguishes(candidate, call, right) for call in others):
            continue
        share = _share(candidate, others, memo)
        if share >= AGREEMENT and (best is None or share > best[0]):
            best = (share, candidate)
    return best[1] if best else None


def _share(candidate: Misconception, calls: Sequence[Call], memo: Memo) -> float:
    """The share of the calls that the candidate explains, 0 as soon as it is below AGREEMENT.

    A call is tried once a grading.
    """
    explained = len(calls)
    for call in calls:
        if (candidate.id, id(call)) not in memo:
            memo[candidate.id, id(call)] = _explains(candidate, call)
        explained -= not memo[candidate.id, id(call)]
        if explained / len(calls) < AGREEMENT:
            return 0.0
    return explained / len(calls) if calls else 1.0


def _spread(calls: Sequence[Call]) -> Sequence[Call]:
    """At most MAX_CALLS of the calls, evenly over all of them.

    Bad-input calls say little, and equal mistakes may draw in unequal ways from a generator.
    """
    answered = [call for call in calls if call.raised is None] or list(calls)
    answered = [call for call in answered if not _draws(call)] or answered
    step = max(1, math.ceil(len(answered) / MAX_CALLS))
    return answered[::step]


def _draws(call: Call) -> bool:
    return any(
        isinstance(value, np.random.Generator) or hasattr(value, "clone_state")
        for value in (*call.args, *call.kwargs.values())
    )


def _explains(candidate: Misconception, call: Call) -> bool:
    if candidate.recognise is not None:
        if call.raised is not None:
            return False
        try:
            return bool(candidate.recognise(_arguments(candidate, call), call.value))
        except Exception:  # an answer of a shape the recogniser does not expect
            return False
    return same_outcome(_outcome(candidate.implementation, call), call)


def _distinguishes(candidate: Misconception, call: Call, right: Callable[..., Any]) -> bool:
    if candidate.recognise is None:
        return not same_outcome(_outcome(right, call), call)
    seen = _outcomes.of((candidate, right), call, lambda: _seen_in(candidate, _run(right, call)))
    return not seen.value


def _seen_in(candidate: Misconception, outcome: Call) -> Call:
    """Whether the recogniser takes the reference's own answer for the mistake, as a value."""
    seen = False
    if outcome.raised is None:
        # the outcome's own arguments: a spy among them has seen what the reference did
        with contextlib.suppress(Exception):
            assert candidate.recognise is not None
            seen = bool(candidate.recognise(_arguments(candidate, outcome), outcome.value))
    return Call(outcome.function, (), {}, seen)


def _arguments(candidate: Misconception, call: Call) -> dict[str, Any]:
    signature = inspect.signature(candidate.implementation)
    bound = signature.bind(*call.args, **call.kwargs)
    bound.apply_defaults()
    return dict(bound.arguments)


_NEVER_CHANGED = frozenset({bool, int, float, str, bytes, type(None), np.float64, np.int64})


def fresh(value: Any) -> Any:
    """A copy of an argument as it was before the call; a spy offers its own by `fresh()`."""
    kind = type(value)
    if kind in _NEVER_CHANGED:
        return value
    if kind is np.ndarray and not value.dtype.hasobject:
        return value.copy(order="K")
    if callable(again := getattr(value, "fresh", None)):
        return again()
    if hasattr(value, "clone_state"):  # torch.Generator cannot be deep-copied
        return value.clone_state()
    if kind in (list, tuple):
        return kind(fresh(item) for item in value)
    if isinstance(value, tuple) and hasattr(kind, "_make"):  # a NamedTuple
        return kind._make(fresh(item) for item in value)
    if callable(value) and not hasattr(value, "state_dict"):
        return value
    return copy.deepcopy(value)


def _outcome(function: Callable[..., Any], call: Call) -> Call:
    """As `_run`, but without the arguments, and run once a process where these are plain data."""
    return _outcomes.of(function, call, lambda: _run(function, call))


def _run(function: Callable[..., Any], call: Call) -> Call:
    """What `function` makes of the call's arguments, as a Call of its own."""
    args = tuple(fresh(value) for value in call.args)
    kwargs = {name: fresh(value) for name, value in call.kwargs.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value, raised = function(*args, **kwargs), None
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            if type(error) is KeyboardInterrupt:  # a scripted one is of a subclass
                raise
            kinds = tuple(kind.__name__ for kind in type(error).__mro__)
            value = None
            raised = CallRaised(call.function, type(error).__name__, kinds, str(error))
    named = {
        f"number {i + 1}": (was, now)
        for i, (was, now) in enumerate(zip(call.args, args, strict=True))
    }
    named |= {name: (call.kwargs[name], kwargs[name]) for name in kwargs}
    mutated = tuple(
        name
        for name, (was, now) in named.items()
        if (isinstance(was, np.ndarray) or hasattr(was, "detach"))
        and not same_value(was, now, exact=True)
    )
    after = tuple(
        item.state_dict() for item in (*args, *kwargs.values()) if hasattr(item, "state_dict")
    )
    return Call(call.function, args, kwargs, value, raised, Facts(mutated=mutated), after)


def same_outcome(ours: Call, theirs: Call) -> bool:
    """Whether two calls came to the same: answer, exception, in-place changes, final weights."""
    if (ours.raised is None) != (theirs.raised is None):
        return False
    if ours.raised is not None and theirs.raised is not None:
        return ours.raised.type_name == theirs.raised.type_name
    return (
        same_value(ours.value, theirs.value)
        and bool(ours.facts.mutated) == bool(theirs.facts.mutated)
        and same_value(ours.after, theirs.after)
    )


def same_value(ours: Any, theirs: Any, *, exact: bool = False) -> bool:
    """Whether two answers agree to 6 digits, whatever containers and number types they use."""
    if isinstance(ours, tuple) and isinstance(theirs, (tuple, list)):
        # how many sweeps a solver took is a matter of style
        names = getattr(ours, "_fields", range(len(ours)))
        return len(ours) == len(theirs) and all(
            name == "n_iter" or same_value(a, b, exact=exact)
            for name, a, b in zip(names, ours, theirs, strict=True)
        )
    if isinstance(ours, dict):
        return (
            isinstance(theirs, dict)
            and ours.keys() == theirs.keys()
            and all(same_value(value, theirs[key], exact=exact) for key, value in ours.items())
        )
    if isinstance(ours, list) and ours and isinstance(ours[0], tuple):
        return isinstance(theirs, (list, tuple)) and same_value(tuple(ours), tuple(theirs))
    if ours is None or theirs is None or isinstance(ours, str):
        return ours is theirs or (isinstance(ours, str) and ours == theirs)
    try:
        a, b = _plain(ours), _plain(theirs)
    except (TypeError, ValueError):
        # lists of rows that differ in length, such as pairs of training and validation rows
        both = isinstance(ours, (list, tuple)) and isinstance(theirs, (list, tuple))
        return (
            both
            and len(ours) == len(theirs)
            and all(same_value(a, b, exact=exact) for a, b in zip(ours, theirs, strict=True))
        )
    if a.shape != b.shape:
        return False
    if exact:
        return bool(np.array_equal(a, b, equal_nan=True))
    scale = float(np.max(np.abs(a[np.isfinite(a)]), initial=0.0))
    return bool(np.allclose(a, b, rtol=1e-6, atol=1e-6 * scale, equal_nan=True))


def _plain(value: Any) -> Any:
    if hasattr(value, "detach"):
        value = value.detach().cpu().double().numpy()
    return np.asarray(value, dtype=np.float64)
