"""Values through the wire: what travels, what does not, and what hostile bytes can do."""

from __future__ import annotations

import math
import random
import tracemalloc
import warnings
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graders.sandbox import Record, wire
from graders.sandbox.values import DTYPES, Decoder, Encoder, Unencodable, fingerprint

LIMIT = 2**20


def frame(value: Any) -> bytes:
    encoder = Encoder(LIMIT)
    node = encoder.encode(value)
    return wire.frame(wire.Returned("n", node, None, wire.Facts()), encoder.buffers)


def read(data: bytes) -> Any:
    skeleton, size = wire.HEADER.unpack_from(data)
    body = memoryview(data)[wire.HEADER.size :]
    if len(body) != skeleton + size:
        raise wire.BadFrame("lengths")
    message = wire.split(body, skeleton, wire.replies)
    decoder = Decoder(body[skeleton:])
    value = decoder.decode(message.value)
    decoder.end()
    return value


def same(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(map(same, a.values(), b.values()))
    return fingerprint(a) == fingerprint(b)


numbers = st.integers(-(2**63), 2**63 - 1) | st.floats() | st.booleans() | st.none()
text = st.text(st.characters(exclude_categories=("Cs",)))
arrays = hnp.arrays(
    st.sampled_from(sorted(DTYPES)), hnp.array_shapes(min_dims=0, max_side=4, min_side=0)
)
scalars = st.floats().map(np.float64) | st.integers(-128, 127).map(np.int8)
values = st.recursive(
    numbers | text | arrays | scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(text | st.integers(-5, 5), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(values)
@settings(deadline=None, derandomize=True, max_examples=300, database=None)
def test_plain_data_arrives_as_it_was_sent(value: Any) -> None:
    assert same(read(frame(value)), value)


def test_arrays_arrive_as_writable_copies_in_the_native_byte_order() -> None:
    foreign = np.arange(6, dtype=">f4").reshape(2, 3).T
    got = read(frame(foreign))
    assert got.dtype == np.float32
    assert got.dtype.isnative
    assert np.array_equal(got, foreign)
    got[0, 0] = 9
    assert foreign[0, 0] == 0


def test_subclasses_arrive_as_their_plain_base() -> None:
    class Flag(IntEnum):
        ON = 1

    class Text(str):
        __slots__ = ()

        def __str__(self) -> str:
            return "other"

    with warnings.catch_warnings(action="ignore"):
        matrix = np.matrix([[1.0]])
    assert type(read(frame(matrix))) is np.ndarray
    assert type(read(frame(np.ma.masked_array([1.0], [True])))) is np.ndarray
    assert same(read(frame(Flag.ON)), 1)
    assert same(read(frame(OrderedDict(a=1))), {"a": 1})
    assert same(read(frame(defaultdict(list, a=1))), {"a": 1})
    assert same(read(frame(range(3))), [0, 1, 2])
    assert same(read(frame({np.int64(3): 1})), {3: 1})


def test_a_named_tuple_arrives_as_a_record_that_hides_nothing_of_a_tuple() -> None:
    class Fit(NamedTuple):
        coef: Any
        index: int
        fields: int  # type: ignore[assignment]

    fit = read(frame(Fit([1.0], 2, 3)))
    assert type(fit) is Record
    assert fit.coef == [1.0]
    assert fit.name == "Fit"
    assert fit.fields == ("coef", "index", "fields")
    assert fit == ([1.0], 2, 3)
    assert fit.index(2) == 1
    with pytest.raises(AttributeError, match="Fit has no field 'intercept'"):
        _ = fit.intercept
    assert same(list(read(frame(fit))), [[1.0], 2, 3])


@pytest.mark.parametrize("kind", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_a_generator_goes_on_where_it_was(kind: str) -> None:
    seed = np.random.SeedSequence([7, 2**40], spawn_key=(3,))
    rng = np.random.Generator(getattr(np.random, kind)(seed))
    rng.integers(10, dtype=np.uint32)  # leaves half a word behind
    rng.standard_normal(3)
    there = read(frame(rng))
    words = [g.integers(2**32, size=9, dtype=np.uint32) for g in (there, rng)]
    assert np.array_equal(*words)
    assert np.array_equal(there.random(1000), rng.random(1000))
    assert there.spawn(2)[1].random() == rng.spawn(2)[1].random()


@dataclass
class Dataclass:
    x: int = 0


def deep(levels: int) -> Any:
    value: Any = 0
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (2**63, "an integer of more than 64 bits"),
        (np.array([object()]), "an array of dtype object"),
        (np.array(["x"]), "an array of dtype <U1"),
        (np.zeros(3, "f8,i4"), "an array of dtype"),
        (np.zeros(3, "M8[s]"), "an array of dtype datetime64"),
        ((i for i in range(3)), "a generator"),
        ({1}, "a set"),
        (b"x", "a bytes"),
        (1j, "a complex"),
        (object(), "an object"),
        (deep, "a function"),
        (Dataclass, "a class"),
        (Dataclass(), "NamedTuple"),
        (deep(65), "more than 64 deep"),
        ("\ud800", "surrogates"),
        ({(1, 2): 1}, "a dict with a key that is a tuple"),
        (np.broadcast_to(0.0, (2**40,)), "more than 1 MiB of numbers"),
        ([0] * (wire.MAX_ITEMS + 1), "more than 500000 items"),
        (np.random.RandomState(1), "an object of type RandomState"),
    ],
    ids=lambda v: v[:24] if isinstance(v, str) else "",
)
def test_what_is_no_data_is_refused_and_named(value: Any, said: str) -> None:
    with pytest.raises(Unencodable) as refusal:
        Encoder(LIMIT).encode(value)
    assert said in str(refusal.value)


def test_a_list_that_contains_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(Unencodable, match="deep"):
        Encoder(LIMIT).encode(loop)


def test_no_method_of_a_returned_object_runs() -> None:
    class Liar(np.ndarray):
        @property
        def __class__(self) -> type:  # type: ignore[override]
            raise AssertionError("asked for __class__")

        def __array__(self, *_: Any, **__: Any) -> Any:
            raise AssertionError("asked for __array__")

    got = read(frame(np.arange(3.0).view(Liar)))
    assert type(got) is np.ndarray
    assert got.tolist() == [0, 1, 2]


# hostile bytes ------------------------------------------------------------------------------


def forged(value: Any, buffers: bytes = b"") -> bytes:
    skeleton = msgspec.msgpack.encode(["returned", "n", value, None, [[], False, False, [], []]])
    return wire.HEADER.pack(len(skeleton), len(buffers)) + skeleton + buffers


@pytest.mark.parametrize(
    "value",
    [
        ["array", "float64", [2**40]],
        ["array", "float64", [2**47, 2**47]],
        ["array", "float64", [0, 2**47]],
        ["array", "float64", [-1]],
        ["array", "float64", [True]],
        ["array", "object", [1]],
        ["array", "O", [1]],
        ["array", "float64", [1] * 33],
        ["array", "float64", []],
        ["scalar", "U1000000000"],
        ["record", "F", ["a"], []],
        ["record", "F", ["a", "a"], [1, 2]],
        ["record", "F", ["__class__"], [1]],
        ["record", "F", ["a b"], [1]],
        ["rng", "MT19937", [0] * 624 + [625, 0, 0], None, False, [], 4, 0],
        ["rng", "PCG64", [2**64 - 1] * 3, None, False, [], 4, 0],
        ["rng", "PCG64", [1, 1, 1, 1, 2, 0], None, False, [], 4, 0],
        ["rng", "Philox", [0] * 10 + [9, 0, 0], None, False, [], 4, 0],
        ["rng", "SFC64", [0, 0, 0, 0, 0, 0], ["zz"], True, [], 4, 0],
        ["rng", "eval", [0], None, False, [], 4, 0],
        ["callback", 0, "f"],
        ["torch.Generator", 65_536],
        ["tensor", "float64", [2**40], False],
        ["device", "somewhere"],
        ["module", 0, None, [[], [], []]],
        ["module", 0, ["Linear", {"in_features": 2**40, "out_features": 9}, []], [[], [True], []]],
        ["module", 0, ["Bilinear", {}, []], [[], [True], []]],
        ["module", 0, ["ReLU", {"device": "cpu"}, []], [[], [True], []]],
        ["module", 0, ["ReLU", {"inplace": False}, []], None],
        ["module", 0, ["ReLU", {"inplace": False}, []], [[], [], []]],
        ["module", 0, None, None],
        ["nothing of ours"],
        {"a": 1},
        msgspec.msgpack.Ext(1, b"x"),
        b"raw",
    ],
)
def test_a_forged_value_is_a_bad_frame(value: Any) -> None:
    with pytest.raises(wire.BadFrame):
        read(forged(value))


@pytest.mark.parametrize("levels", [wire.MAX_DEPTH + 1, 3000, 1_000_000])
def test_deep_nesting_is_a_bad_frame(levels: int) -> None:
    skeleton = b"\x95\xa8returned\xa1n" + b"\x92\xa4list\x91" * levels + b"\xc0" + b"\xc0\x90"
    with pytest.raises(wire.BadFrame):
        read(wire.HEADER.pack(len(skeleton), 0) + skeleton)


def test_bytes_left_over_are_a_bad_frame() -> None:
    with pytest.raises(wire.BadFrame):
        read(forged(1, b"12345678"))


def test_lengths_are_checked_before_anything_is_allocated() -> None:
    # an array32 header that promises 2**31 items, at every place where a list may stand
    promise = b"\xdd" + (2**31).to_bytes(4, "big")
    heads = [b"\x95\xa8returned\xa1n" + h for h in (b"\x92\xa4list", b"\x93\xa5array\xa1f", b"")]
    tracemalloc.start()
    for head in heads:
        skeleton = head + promise
        with pytest.raises(wire.BadFrame):
            read(wire.HEADER.pack(len(skeleton), 0) + skeleton)
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


def test_a_bool_is_zero_or_one_whatever_byte_was_sent() -> None:
    got = read(forged(["array", "bool", [3]], b"\x00\x02\xff"))
    assert got.view(np.uint8).tolist() == [0, 1, 1]


def test_damaged_frames_are_bad_frames_or_plain_values() -> None:
    # A few thousand frames with random bytes changed, cut or repeated: nothing else may come out.
    chance = random.Random(5)
    rng = np.random.default_rng(1)
    good = frame([rng, np.arange(5.0), {"a": (1, None, math.nan)}, np.float32(3), "text"])
    refused = 0
    for _ in range(4000):
        data = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(data))
            match chance.randrange(3):
                case 0:
                    data[place] = chance.randrange(256)
                case 1:
                    del data[place : place + chance.randint(1, 9)]
                case _:
                    data[place:place] = chance.randbytes(chance.randint(1, 9))
        try:
            read(bytes(data[: 2**16]) if len(data) >= wire.HEADER.size else bytes(12))
        except wire.BadFrame:
            refused += 1
        except AttributeError:  # another message than Returned, and so without a value
            pass
    assert refused > 2000


def test_a_fingerprint_tells_every_change_in_place() -> None:
    array, nested = np.zeros(3), {"a": [np.zeros(2), (1.0,)]}
    before = fingerprint([array, nested])
    assert fingerprint([array.copy(), nested]) == before
    array[1] = -0.0
    assert fingerprint([array, nested]) != before
    array[1] = 0.0
    nested["a"][0][0] = np.nan
    assert fingerprint([array, nested]) != before
