"""Notices, in a worker, whether a call has drawn from a global random generator or seeded one."""

from __future__ import annotations

import ctypes
import random
import sys
from typing import Any

import numpy as np

from graders.sandbox.values import fingerprint

#: Bound before any submission could replace them.
_draw = np.random.random_sample
_current = np.random.get_bit_generator  # type: ignore[attr-defined]
_bits = _current()
_address: int = _bits.ctypes.state_address
#: A Mersenne Twister's key and its position in it, as they lie in memory.
_SIZE = 624 * 4 + 4


class Watch:
    """The global generators around one call after another.

    NumPy makes a list of 624 numbers of its generator's state, which takes longer than most calls.
    So its bytes are compared, and the state is asked for only where they have changed or where a
    second normal number is kept, the one thing that can be drawn without changing them.
    """

    def __init__(self) -> None:
        self._seen = b""
        self._keeps_normal = True

    def before(self) -> tuple[Any, Any]:
        """The states, after one draw: so a call that seeds as the call before did is noticed."""
        self._look()
        _draw()
        if (torch := _torch()) is not None:
            torch.rand(1)
        self._seen = _bytes()
        return self._states()

    def after(self) -> tuple[Any, Any]:
        """The states, which are equal to those of `before` where nothing has used them."""
        self._look()
        return self._states()

    def _look(self) -> None:
        if (seen := _bytes()) != self._seen:
            self._seen = seen
            self._keeps_normal = bool(np.random.get_state(legacy=False)["has_gauss"])

    def _states(self) -> tuple[Any, Any]:
        torch = _torch()
        torch_state = None if torch is None else torch.get_rng_state().numpy().tobytes()
        if not self._keeps_normal and _current() is _bits:
            return self._seen, torch_state
        return (self._seen, fingerprint(np.random.get_state(legacy=False))), torch_state


def seed_globals(seed: int) -> None:
    """Seed every global generator that is loaded."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    if (torch := sys.modules.get("torch")) is not None:
        torch.manual_seed(seed)


def _bytes() -> bytes:
    return ctypes.string_at(_address, _SIZE)


def _torch() -> Any:
    """PyTorch, once it is loaded as far as its generator."""
    torch = sys.modules.get("torch")
    return torch if torch is not None and hasattr(torch, "get_rng_state") else None
