"""The state of a `numpy.random.Generator` as numbers, and back, checked.

NumPy takes a state as it is given; an index outside an MT19937's key would read foreign memory. So
every number is checked here before NumPy sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graders.sandbox import wire
from graders.sandbox.wire import BadFrame

_KINDS: dict[str, type[Any]] = {
    name: getattr(np.random, name) for name in ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
}
_U32, _U64, _MASK = 2**32, 2**64, 2**64 - 1


def encode(generator: np.random.Generator) -> wire.BitState | None:
    """The node for a generator, None for a bit generator that is not NumPy's own."""
    bits = generator.bit_generator
    name = type(bits).__name__
    if _KINDS.get(name) is not type(bits):
        return None
    state: Any = bits.state
    inner = state["state"]
    match name:
        case "PCG64" | "PCG64DXSM":
            words = [half for key in ("state", "inc") for half in divmod(inner[key], _U64)]
        case "MT19937":
            words = [*map(int, inner["key"]), int(inner["pos"])]
        case "Philox":
            arrays = (inner["counter"], inner["key"], state["buffer"])
            words = [int(word) for array in arrays for word in array]
            words.append(int(state["buffer_pos"]))
        case _:
            words = [int(word) for word in inner["state"]]
    words += [int(state.get("has_uint32", 0)), int(state.get("uinteger", 0))]
    seed: Any = getattr(bits, "seed_seq", None)
    if type(seed) is not np.random.SeedSequence:
        return wire.BitState(name, words, None, False, [], 4, 0)
    entropy: Any = seed.entropy
    if entropy is None:
        return wire.BitState(name, words, None, False, [], 4, 0)
    several = isinstance(entropy, Sequence | np.ndarray)
    texts = [f"{int(word):x}" for word in (entropy if several else [entropy])]
    return wire.BitState(
        name,
        words,
        texts,
        not several,
        [int(key) for key in seed.spawn_key],
        int(seed.pool_size),
        int(seed.n_children_spawned),
    )


def _below(words: list[int], bound: int) -> list[int]:
    if any(word >= bound for word in words):
        raise BadFrame("a random generator in an impossible state")
    return words


def _array(words: list[int], bound: int, dtype: type[Any]) -> Any:
    return np.array(_below(words, bound), dtype)


def decode(node: wire.BitState) -> np.random.Generator:
    """A generator in the node's state. Raises BadFrame for a state that cannot be."""
    lengths = {"PCG64": 6, "PCG64DXSM": 6, "MT19937": 627, "Philox": 13, "SFC64": 6}
    if len(node.words) != lengths.get(node.name):
        raise BadFrame("a random generator of no known kind")
    *words, has, low = node.words
    rest = {"has_uint32": _below([has], 2)[0], "uinteger": _below([low], _U32)[0]}
    state: dict[str, Any] = {"bit_generator": node.name}
    match node.name:
        case "PCG64" | "PCG64DXSM":
            a, b, c, d = _below(words, _U64)
            state |= {"state": {"state": a << 64 | b, "inc": c << 64 | d}, **rest}
        case "MT19937":
            *key, position = words
            _below([position], 625)
            state |= {"state": {"key": _array(key, _U32, np.uint32), "pos": position}}
        case "Philox":
            counter, key, buffer = words[:4], words[4:6], words[6:10]
            state |= {
                "state": {
                    "counter": _array(counter, _U64, np.uint64),
                    "key": _array(key, _U64, np.uint64),
                },
                "buffer": _array(buffer, _U64, np.uint64),
                "buffer_pos": _below([words[10]], 5)[0],
                **rest,
            }
        case _:
            state |= {"state": {"state": _array(words, _U64, np.uint64)}, **rest}
    seed: Any = 0
    if node.entropy is not None:
        try:
            entropy = [int(word, 16) for word in node.entropy]
            seed = np.random.SeedSequence(
                entropy[0] if node.scalar_entropy else entropy,
                spawn_key=_below(node.spawn_key, _U64),
                pool_size=node.pool_size,
                n_children_spawned=node.children,
            )
        except (ValueError, IndexError):
            raise BadFrame("a random generator with a seed that is none") from None
    bits = _KINDS[node.name](seed)
    bits.state = state
    return np.random.Generator(bits)
