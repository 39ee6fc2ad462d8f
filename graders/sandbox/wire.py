"""How values travel between grader and worker: MessagePack by an allow-list, never pickle.

A frame is a header (two lengths), a *skeleton* and the raw bytes of all arrays. The skeleton is
MessagePack of a `Message`; its schema is the allow-list, and msgspec enforces the schema, and with
it every length, while it decodes. Arrays appear in the skeleton as dtype and shape, and their bytes
follow in the same order, so a size is always checked against bytes that have already arrived.
"""

from __future__ import annotations

import struct
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import Meta, Struct

HEADER = struct.Struct("!IQ")
#: Bytes to ask for first: most messages are here after one call.
AT_ONCE = 16_384
MAX_SKELETON = 4 * 2**20
MAX_ITEMS = 500_000
MAX_DEPTH = 64
MAX_TEXT = 16_384
"""Longest text *about* a value or an error: names, messages, tracebacks."""

Name = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=MAX_TEXT)]
Index = Annotated[int, Meta(ge=0, le=2**31)]
Shape = Annotated[list[Annotated[int, Meta(ge=0, le=2**48)]], Meta(max_length=32)]


class Node(Struct, array_like=True, frozen=True):
    """A value that MessagePack has no type of its own for."""


class Items(Node, tag="list", frozen=True):
    items: Annotated[list[Value], Meta(max_length=MAX_ITEMS)]


class TupleItems(Node, tag="tuple", frozen=True):
    items: Annotated[list[Value], Meta(max_length=MAX_ITEMS)]


class Pairs(Node, tag="dict", frozen=True):
    items: Annotated[list[tuple[str | int, Value]], Meta(max_length=MAX_ITEMS)]


class Fields(Node, tag="record", frozen=True):
    """A NamedTuple."""

    name: Name
    fields: Annotated[list[Name], Meta(max_length=200)]
    items: Annotated[list[Value], Meta(max_length=200)]


class Array(Node, tag="array", frozen=True):
    dtype: Name
    shape: Shape


class Scalar(Node, tag="scalar", frozen=True):
    """A NumPy scalar: its bytes travel as an array's of shape ()."""

    dtype: Name


class BitState(Node, tag="rng", frozen=True):
    """A `numpy.random.Generator`: bit generator, its words, and its seed sequence if it has one."""

    name: Name
    words: Annotated[list[Annotated[int, Meta(ge=0)]], Meta(max_length=700)]
    entropy: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=64)] | None
    scalar_entropy: bool
    spawn_key: Annotated[list[Annotated[int, Meta(ge=0)]], Meta(max_length=64)]
    pool_size: Annotated[int, Meta(ge=4, le=64)]
    children: Index


class Tensor(Node, tag="tensor", frozen=True):
    dtype: Name
    shape: Shape
    requires_grad: bool


class TorchState(Node, tag="torch.Generator", frozen=True):
    """A `torch.Generator`: the bytes of its state."""

    size: Annotated[int, Meta(ge=0, le=65_536)]


class Device(Node, tag="device", frozen=True):
    name: Name


class Layer(Node, tag="layer", frozen=True):
    """One layer of an allow-listed architecture; `options` are its constructor's arguments."""

    kind: Name
    options: Annotated[
        dict[Name, bool | int | float | str | Annotated[list[int], Meta(max_length=8)] | None],
        Meta(max_length=16),
    ]
    children: Annotated[list[tuple[Name, Layer]], Meta(max_length=256)]


class Weights(Node, tag="weights", frozen=True):
    """The state of a module: tensors by name, the training flag of every module in it, and which
    parameters require grad."""

    tensors: Annotated[list[tuple[Name, Tensor]], Meta(max_length=2048)]
    training: Annotated[list[bool], Meta(max_length=2048)]
    requires_grad: Annotated[list[bool], Meta(max_length=2048)]


class Module(Node, tag="module", frozen=True):
    """A module, by its number in the call; `layer` where the other side has yet to build it.

    No weights: they are as when they last went over the channel, in whichever direction.
    """

    ref: Index
    layer: Layer | None
    weights: Weights | None


class Callback(Node, tag="callback", frozen=True):
    """A function of the grader's; grader to worker only."""

    index: Index
    name: Name


Value: TypeAlias = (
    bool
    | int
    | float
    | str
    | Items
    | TupleItems
    | Pairs
    | Fields
    | Array
    | Scalar
    | BitState
    | Tensor
    | TorchState
    | Device
    | Module
    | Callback
    | None
)
Values = Annotated[list[Value], Meta(max_length=MAX_ITEMS)]
Named = Annotated[list[tuple[str, Value]], Meta(max_length=1000)]
Nonce = Annotated[str, Meta(max_length=32)]


class Message(Struct, array_like=True, frozen=True):
    """One frame. Every request carries a fresh `nonce`, which its replies must repeat."""

    nonce: Nonce


# grader -> worker ---------------------------------------------------------------------------


class Load(Message, tag="load", frozen=True):
    files: dict[str, bytes]
    entry: str


class Call(Message, tag="call", frozen=True):
    function: str
    args: Values
    kwargs: Named


class Gradient(Message, tag="gradient", frozen=True):
    function: str
    args: Values
    kwargs: Named
    wrt: str | int
    output: str | int | None
    cotangent: Value


class Seed(Message, tag="seed", frozen=True):
    seed: int


class CallbackReturned(Message, tag="callback returned", frozen=True):
    """`own` is the place of the argument that the function gave back as it is, if it did.

    `modules` are the new states of the modules that it was called with, None for an unchanged one.
    """

    value: Value
    modules: list[Weights | None]
    own: int | None = None


class CallbackRaised(Message, tag="callback raised", frozen=True):
    """`token` names the grader's exception object; `mro` are the names of its classes."""

    token: int
    mro: list[str]
    args: Values
    modules: list[Weights | None]


Request: TypeAlias = Load | Call | Gradient | Seed | CallbackReturned | CallbackRaised

# worker -> grader ---------------------------------------------------------------------------


class Facts(Struct, array_like=True, frozen=True):
    """What the worker noticed during a call. Its word only: see the README."""

    mutated: Annotated[list[Name], Meta(max_length=100)] = []
    numpy_global_changed: bool = False
    torch_global_changed: bool = False
    warnings: Annotated[list[tuple[Name, Text]], Meta(max_length=100)] = []
    modules: Annotated[list[Weights | None], Meta(max_length=100)] = []
    """The final state of each module argument, None where it no longer has the layers it had."""


class Ready(Message, tag="ready", frozen=True):
    """First message of a worker: the policy is in force, or why it is not."""

    refused: Text | None


class Loaded(Message, tag="loaded", frozen=True):
    names: Annotated[list[Name], Meta(max_length=10_000)]


class Done(Message, tag="done", frozen=True):
    pass


class Returned(Message, tag="returned", frozen=True):
    value: Value
    grad: Value
    facts: Facts


class Raised(Message, tag="raised", frozen=True):
    type_name: Name
    mro: Annotated[list[Name], Meta(max_length=64)]
    message: Text
    traceback: Text
    token: int | None
    facts: Facts


class Bad(Message, tag="bad", frozen=True):
    """The value returned cannot travel; `description` says what it is."""

    description: Text
    facts: Facts


class Missing(Message, tag="missing", frozen=True):
    pass


class CallbackCall(Message, tag="callback call", frozen=True):
    index: Index
    args: Values
    kwargs: Named


Reply: TypeAlias = Ready | Loaded | Done | Returned | Raised | Bad | Missing | CallbackCall

_encoder = msgspec.msgpack.Encoder()
requests: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
replies: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)


class BadFrame(Exception):
    """The bytes are no frame of ours."""


def frame(message: Message, buffers: list[bytes]) -> bytes:
    """The bytes of one message. Raises OverflowError where an integer needs over 64 bits, and
    UnicodeEncodeError for text that is no text."""
    skeleton = _encoder.encode(message)
    size = sum(map(len, buffers))
    return b"".join((HEADER.pack(len(skeleton), size), skeleton, *buffers))


def split(body: memoryview, skeleton: int, decoder: msgspec.msgpack.Decoder[Any]) -> Any:
    """The message of a frame's body, whose first `skeleton` bytes are MessagePack."""
    try:
        return decoder.decode(body[:skeleton])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise BadFrame(f"a message that does not follow the protocol ({error})") from None
