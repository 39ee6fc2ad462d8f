"""The words that checks are written in: how an answer is read, compared and found wanting.

Self-checks and hidden checks share them. Nothing here trusts an answer: a value of the wrong
type, shape or size ends in a `Failure` with a sentence for the learner, never in a traceback.
"""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np


class Failure(AssertionError):
    """A check's verdict in one or two sentences that a learner can act on.

    Parameters
    ----------
    message : what is wrong, without the expected values of a hidden check.
    expected : what a correct solution returns there; shown by self-checks only.
    """

    def __init__(self, message: str, *, expected: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected


class CallRaised(Exception):
    """The submission raised an exception where a check wanted an answer."""

    def __init__(
        self,
        function: str,
        type_name: str,
        mro: tuple[str, ...],
        message: str,
        traceback: str = "",
        original: BaseException | None = None,
    ) -> None:
        super().__init__(f"{function} raised {type_name}: {message}")
        self.function = function
        self.type_name = type_name
        self.mro = mro
        self.message = message
        self.traceback = traceback
        #: The very exception of a callback that the submission let through, else None.
        self.original = original

    @property
    def to_do(self) -> bool:
        """Whether the function, or one that it calls, is still the stub's."""
        return self.type_name == "NotImplementedError"

    @property
    def unwritten(self) -> str:
        """The function that is still to do, which may be one of an earlier exercise."""
        named = re.fullmatch(r"to do: (\w{1,60})", self.message)
        return named[1] if named else self.function


@dataclass(frozen=True)
class Facts:
    """What a call did besides returning: in-place changes, global generators, warnings."""

    mutated: tuple[str, ...] = ()
    numpy_global_changed: bool = False
    torch_global_changed: bool = False
    warnings: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Call:
    """One question to the submission and what came of it."""

    function: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    value: Any = None
    raised: CallRaised | None = None
    facts: Facts = field(default_factory=Facts)
    #: The final `state_dict` of each torch module among the arguments.
    after: tuple[dict[str, Any], ...] = ()


# --- reading an answer ------------------------------------------------------------------------


def ensure(condition: bool, message: str, *, expected: Any = None) -> None:
    """Fail with `message` unless `condition` holds."""
    if not condition:
        raise Failure(message, expected=expected)


def number(value: Any, what: str, *, finite: bool = True) -> float:
    """`value` as a float, if it is one real number: Python's, NumPy's or anything of ndim 0."""
    if isinstance(value, numbers.Real) and not isinstance(value, (bool, np.bool_)):
        result = float(value)
    else:
        result = float(array(value, (), what, finite=False))
    ensure(not finite or math.isfinite(result), f"{what} should be finite, but is {result}.")
    return result


def integer(value: Any, what: str) -> int:
    """`value` as an int, if it is a whole number of any type."""
    result = number(value, what)
    ensure(result == int(result), f"{what} should be a whole number, but is {result:g}.")
    return int(result)


def array(
    value: Any,
    shape: tuple[int | None, ...] | None,
    what: str,
    *,
    finite: bool = True,
) -> np.ndarray:
    """`value` as a float64 array of the given shape (None: any length along that axis)."""
    if hasattr(value, "detach"):  # a torch tensor
        value = value.detach().cpu()
        value = value.double().numpy() if value.is_floating_point() else value.numpy()
    if isinstance(value, (str, bytes, dict, set)) or value is None:
        raise Failure(f"{what} should be {_shape_text(shape)}, but is {describe(value)}.")
    try:
        result = np.asarray(value)
    except (ValueError, TypeError):
        raise Failure(f"{what} should be {_shape_text(shape)}, but its rows differ.") from None
    if result.dtype.kind not in "biuf":
        kind = "complex" if result.dtype.kind == "c" else f"{result.dtype}"
        raise Failure(f"{what} should hold real numbers, but is of type {kind}.")
    if shape is not None:
        fits = result.ndim == len(shape) and all(
            wanted is None or wanted == length
            for wanted, length in zip(shape, result.shape, strict=True)
        )
        ensure(fits, f"{what} should be {_shape_text(shape)}, but it has shape {result.shape}.")
    result = result.astype(np.float64)
    if finite and not np.all(np.isfinite(result)):
        bad = "NaN" if np.any(np.isnan(result)) else "infinity"
        raise Failure(f"{what} contains {bad}.")
    return result


def fields(value: Any, names: Sequence[str], what: str) -> SimpleNamespace:
    """The fields of a NamedTuple, or of a plain tuple of the same length, by name."""
    if not isinstance(value, tuple):
        raise Failure(f"{what} should return ({', '.join(names)}), but returned {describe(value)}.")
    ensure(
        len(value) == len(names),
        f"{what} should return the {len(names)} values ({', '.join(names)}), "
        f"but returned {len(value)}.",
    )
    return SimpleNamespace(**dict(zip(names, value, strict=True)))


def close(
    actual: np.ndarray | float,
    expected: np.ndarray | float,
    what: str,
    *,
    rtol: float = 1e-7,
    atol: float = 0.0,
) -> None:
    """Fail unless `|actual - expected| <= atol + rtol * max|expected|`, which scale cannot fool."""
    actual, expected = np.asarray(actual, float), np.asarray(expected, float)
    if actual.size == 0:
        return
    error = float(np.max(np.abs(actual - expected)))
    bound = atol + rtol * float(np.max(np.abs(expected)))
    ensure(
        error <= bound,
        f"{what} is off by {error:.3g}, where at most {bound:.3g} is rounding.",
        expected=expected,
    )


def rejects(function: Callable[..., Any], *args: Any, names: Sequence[str], **kwargs: Any) -> None:
    """Fail unless the call raises a ValueError whose message names one of `names`.

    NumPy's LinAlgError is a ValueError by inheritance, but says nothing about the argument.
    """
    wanted = " or ".join(f"`{name}`" for name in names)
    try:
        value = function(*args, **kwargs)
    except CallRaised as error:
        if error.to_do:
            raise
        ensure(
            "ValueError" in error.mro and "LinAlgError" not in error.mro,
            f"Bad input should raise a ValueError that names {wanted}, "
            f"but it raised {error.type_name}: {shorten(error.message)}",
        )
        ensure(
            any(re.search(rf"\b{re.escape(name)}\b", error.message) for name in names),
            f"The ValueError should name {wanted}, but it says: {shorten(error.message)!r}.",
        )
        return
    raise Failure(
        f"Bad input should raise a ValueError that names {wanted}, "
        f"but the call returned {describe(value)}."
    )


def leaves_arguments_alone(facts: Facts) -> None:
    """Fail if the last call changed one of its arguments in place."""
    ensure(
        not facts.mutated,
        f"The call changed its argument {', '.join(facts.mutated)} in place; work on a copy.",
    )


def leaves_global_randomness_alone(facts: Facts) -> None:
    """Fail if the last call advanced NumPy's or PyTorch's global generator."""
    ensure(
        not facts.numpy_global_changed and not facts.torch_global_changed,
        "The call advanced the global random generator; draw from the argument alone.",
    )


def gives_no_warning(facts: Facts) -> None:
    """Fail if the last call issued a warning."""
    if facts.warnings:
        category, message = facts.warnings[0]
        raise Failure(f"The call should be silent, but it warned: {category}: {shorten(message)}")


# --- saying what was asked and what came back --------------------------------------------------


def shorten(text: str, limit: int = 200) -> str:
    """`text` on one line, cut to `limit` characters; what cannot be printed becomes `?`."""
    line = " ".join(text[: 8 * limit].split())
    line = "".join(letter if letter.isprintable() else "?" for letter in line)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def describe(value: Any, limit: int = 400) -> str:
    """A short text for a value: numbers to 6 digits, arrays as nested lists with their shape."""
    return shorten(_text(value), limit)


def describe_call(call: Call, parameters: Sequence[str] = (), limit: int = 400) -> str:
    """The call as one would type it, with the parameters' names where they are known."""
    parts = [
        f"{parameters[i]}={describe(value, limit)}"
        if i < len(parameters)
        else describe(value, limit)
        for i, value in enumerate(call.args)
    ]
    parts += [f"{name}={describe(value, limit)}" for name, value in call.kwargs.items()]
    return f"{call.function}({', '.join(parts)})"


def _shape_text(shape: tuple[int | None, ...] | None) -> str:
    if shape is None:
        return "an array"
    if shape == ():
        return "a single number"
    lengths = ", ".join("any" if length is None else str(length) for length in shape)
    return f"an array of shape ({lengths}{',' if len(shape) == 1 else ''})"


def _text(value: Any, depth: int = 0) -> str:
    if depth > 4:
        return "…"
    if value is None or isinstance(value, (bool, np.bool_, str)):
        return repr(value) if not isinstance(value, np.bool_) else str(bool(value))
    if isinstance(value, (int, np.integer)):
        return str(int(value)) if abs(int(value)) < 10**30 else "a huge integer"
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.6g}"
    if hasattr(value, "detach"):
        return f"tensor({_text(value.detach().cpu().tolist(), depth + 1)})"
    if isinstance(value, np.ndarray):
        if value.size > 60:
            head = ", ".join(_text(item) for item in value.ravel()[:6].tolist())
            return f"array of shape {value.shape}: {head}, …"
        return _text(value.tolist(), depth) if value.size else f"array of shape {value.shape}"
    names = getattr(value, "fields", None) or getattr(value, "_fields", None)
    if isinstance(value, tuple) and isinstance(names, tuple) and len(names) == len(value):
        name = getattr(value, "name", None)
        name = name if isinstance(name, str) else type(value).__name__
        inner = ", ".join(
            f"{label}={_text(item, depth + 1)}" for label, item in zip(names, value, strict=True)
        )
        return f"{name}({inner})"
    if isinstance(value, (list, tuple)):
        shown = [_text(item, depth + 1) for item in value[:20]]
        inner = ", ".join(shown + (["…"] if len(value) > 20 else []))
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    if isinstance(value, dict):
        inner = ", ".join(f"{key!r}: {_text(item, depth + 1)}" for key, item in value.items())
        return "{" + inner + "}"
    if isinstance(value, np.random.Generator):
        return "a numpy.random.Generator"
    if callable(value):
        return getattr(value, "__name__", "a function")
    return f"an object of type {type(value).__name__}"
