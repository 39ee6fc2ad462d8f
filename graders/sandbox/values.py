"""Python values to wire nodes and back, on both sides of the channel.

Encoding goes by a value's real class (`type(value)`, never `value.__class__`), so that an object
cannot pass for another. Decoding runs nothing that the other side chose: it builds plain lists,
arrays and numbers, and checks every size against the bytes at hand first.
"""

from __future__ import annotations

import contextlib
import dataclasses
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from graders.sandbox import bitstate, torch_values, wire
from graders.sandbox.torch_values import State, Twin
from graders.sandbox.wire import MAX_DEPTH, MAX_ITEMS, BadFrame

DTYPES = frozenset(
    (
        *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64", "complex64", "complex128"),
    )
)
_NAMES = {np.dtype(name): name for name in DTYPES}
_PLAIN = frozenset((type(None), bool, int, float, str))
_INT64 = range(-(2**63), 2**63)


class Unencodable(Exception):
    """The value is no plain data: the message says what it is, to follow "returned"."""


class Record(tuple[Any, ...]):
    """A NamedTuple of the submission's: a tuple whose items also go by the names in `fields`.

    A name never hides what a tuple has of its own (`count`, `index`), nor `fields` and `name`.
    """

    fields: tuple[str, ...]
    name: str

    @classmethod
    def of(cls, name: str, fields: tuple[str, ...], items: list[Any]) -> Record:
        record = cls(items)
        record.name = name
        record.fields = fields
        return record

    def __getattr__(self, field: str) -> Any:
        fields = self.__dict__.get("fields", ())
        if field in fields:
            return self[fields.index(field)]
        raise AttributeError(f"{self.__dict__.get('name', 'Record')} has no field {field!r}")

    def __repr__(self) -> str:
        pairs = zip(self.fields, self, strict=True)
        return f"{self.name}({', '.join(f'{field}={value!r}' for field, value in pairs)})"


def describe(value: object) -> str:
    """What `value` is, with its article: "a generator", "an object of type Foo"."""
    kind = type(value)
    name = str(kind.__name__)[:100]
    if issubclass(kind, type):
        return "a class"
    if issubclass(kind, types.GeneratorType):
        return "a generator (return a list instead)"
    if callable(value) and not name[:1].isupper():
        return "a function"
    if dataclasses.is_dataclass(kind):
        return f"a dataclass of type {name} (return the NamedTuple that the exercise defines)"
    if kind.__module__ == "builtins":
        return f"{'an' if name[:1] in 'aeiou' else 'a'} {name}"
    return f"an object of type {name}"


def _plain(value: Any) -> int | float | str:
    """The number or text in an instance of a subclass, whatever methods the subclass overrides."""
    kind = type(value)
    if issubclass(kind, int):
        return int.__int__(value)
    if issubclass(kind, float):
        return float.__float__(value)
    return str.__str__(value)


class Encoder:
    """Turns the values of one message into nodes; their bytes gather in `buffers`.

    `functions` (grader only) collects callables in order of their index. `modules` numbers the
    modules of the current call; `sent` lists those of this message, in order.
    """

    def __init__(
        self,
        limit: int,
        *,
        functions: list[Callable[..., Any]] | None = None,
        modules: list[Twin] | None = None,
    ) -> None:
        self.buffers: list[bytes] = []
        self.functions = functions
        self.modules = [] if modules is None else modules
        self.known = len(self.modules)
        self.sent: list[Twin] = []
        self._news: list[tuple[Twin, State]] = []
        self._room = limit
        self._limit = limit
        self._items = MAX_ITEMS

    def encode(self, value: Any, depth: int = 0) -> wire.Value:
        """The node for `value`. Raises Unencodable."""
        kind = type(value)
        if value is None or kind is bool or kind is float:
            return value  # type: ignore[no-any-return]
        if kind is int:
            return self._integer(value)
        if kind is np.ndarray:
            return self._array(value)
        if kind is str:
            return self._text(value)
        if depth >= MAX_DEPTH:
            raise Unencodable(f"something nested more than {MAX_DEPTH} deep")
        for base, encode in self._CONTAINERS:
            if issubclass(kind, base):
                return encode(self, value, depth)
        if issubclass(kind, np.generic):
            return self._scalar(value)
        if issubclass(kind, (int, float, str)):  # an IntEnum, a str subclass
            return self.encode(_plain(value), depth)
        if issubclass(kind, np.ndarray):
            return self._array(np.asarray(value))
        if issubclass(kind, np.random.Generator):
            return self._generator(value)
        if (torch := sys.modules.get("torch")) is not None:
            node = torch_values.encode(self, value, torch)
            if node is not None:
                return node
        if self.functions is not None and callable(value):
            self.functions.append(value)
            return wire.Callback(len(self.functions) - 1, str(getattr(value, "__name__", ""))[:200])
        raise Unencodable(describe(value))

    def put(self, size: int, to_bytes: Callable[[], bytes]) -> None:
        """Keep an array's bytes, once it is clear that there is room for them."""
        if size > self._room:
            raise Unencodable(f"more than {self._limit // 2**20} MiB of numbers")
        self._room -= size
        self.buffers.append(to_bytes())

    def unless_known(self, twin: Twin, read: Callable[[], wire.Weights]) -> wire.Weights | None:
        """The state that `read` gives and puts here; None, and nothing here, for the known one."""
        start, room = len(self.buffers), self._room
        node = read()
        state = node, b"".join(self.buffers[start:])
        if state == twin.state:
            del self.buffers[start:]
            self._room = room
            return None
        self._news.append((twin, state))
        return node

    def arrived(self) -> None:
        """The other side has this message, and so knows the states in it."""
        for twin, state in self._news:
            twin.state = state

    def _count(self, items: int) -> None:
        self._items -= items
        if self._items < 0:
            raise Unencodable(f"more than {MAX_ITEMS} items in lists (use an array)")

    def _integer(self, value: int) -> int:
        if value not in _INT64:
            raise Unencodable("an integer of more than 64 bits")
        return value

    def _text(self, value: str) -> str:
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise Unencodable("text with lone surrogates in it") from None
        return value

    def _list(self, value: Any, depth: int) -> wire.Value:
        self._count(len(value))
        return wire.Items([self.encode(item, depth + 1) for item in value])

    def _tuple(self, value: tuple[Any, ...], depth: int) -> wire.Value:
        self._count(len(value))
        items = [self.encode(item, depth + 1) for item in tuple.__iter__(value)]
        kind = type(value)
        if kind is tuple:
            return wire.TupleItems(items)
        if kind is Record:
            assert isinstance(value, Record)
            return wire.Fields(value.name, list(value.fields), items)
        fields = getattr(kind, "_fields", None)
        if isinstance(fields, tuple) and len(fields) == len(items) <= 200:
            return wire.Fields(str(kind.__name__)[:200], [str(f)[:200] for f in fields], items)
        return wire.TupleItems(items)

    def _dict(self, value: dict[Any, Any], depth: int) -> wire.Value:
        self._count(len(value))
        pairs: list[tuple[str | int, wire.Value]] = []
        for key, item in dict.items(value):
            if issubclass(type(key), np.integer):
                key = int(key)
            if type(key) is str:
                self._text(key)
            elif type(key) is int:
                self._integer(key)
            else:
                raise Unencodable(f"a dict with a key that is {describe(key)}")
            pairs.append((key, self.encode(item, depth + 1)))
        return wire.Pairs(pairs)

    # A table of (class, method) instead of a chain of ifs: the rare cases stay cheap.
    _CONTAINERS: tuple[tuple[type, Callable[[Encoder, Any, int], wire.Value]], ...] = (
        (tuple, _tuple),
        (list, _list),
        (dict, _dict),
        (range, _list),
    )

    def _array(self, value: np.ndarray[Any, Any]) -> wire.Array:
        # a dtype's own `name` takes longer than all the rest
        name = _NAMES.get(value.dtype) or value.dtype.name
        if name not in DTYPES:
            raise Unencodable(f"an array of dtype {str(value.dtype)[:80]}")
        native = value.astype(value.dtype.newbyteorder("="), copy=False)
        self.put(native.nbytes, native.tobytes)
        return wire.Array(name, list(native.shape))

    def _scalar(self, value: Any) -> wire.Scalar:
        array = np.asarray(value)
        self._array(array)
        return wire.Scalar(array.dtype.name)

    def _generator(self, value: np.random.Generator) -> wire.BitState:
        node = bitstate.encode(value)
        if node is None:
            kind = type(value.bit_generator).__name__
            raise Unencodable(f"a random generator of type {kind[:80]}")
        return node


@contextlib.contextmanager
def strictly() -> Iterator[None]:
    """Makes a BadFrame of every complaint of NumPy's or PyTorch's about what they are given."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise BadFrame(f"a value that cannot be ({error})") from None
    except (MemoryError, RuntimeError) as error:
        raise BadFrame(f"a value that cannot be built ({error})") from None


class Decoder:
    """Turns the nodes of one message back into values, `data` being the bytes that came along.

    Every failure is a BadFrame. `stub` (worker only) makes a function of a callback's index.
    `modules` is the table of the call's modules: a known `ref` is the module there, an unknown one
    is built new. `received` lists the modules of this message in order.
    """

    def __init__(
        self,
        data: memoryview,
        *,
        modules: list[Twin] | None = None,
        stub: Callable[[int, str], Callable[..., Any]] | None = None,
        namedtuples: Callable[[str, tuple[str, ...]], type[tuple[Any, ...]] | None] | None = None,
    ) -> None:
        self._data = data
        self.at = 0
        self._stub = stub
        self._namedtuples = namedtuples
        self.modules = [] if modules is None else modules
        self.received: list[Twin] = []

    def decode(self, node: wire.Value) -> Any:
        """The value of one node; nodes must be given in the order they were encoded in."""
        if type(node) in _PLAIN:
            return node
        with strictly():
            return self._decode(node, 0)

    def _decode(self, node: wire.Value, depth: int) -> Any:
        if type(node) in _PLAIN:
            return node
        if isinstance(node, wire.Array):
            return self._array(node.dtype, node.shape)
        if depth >= MAX_DEPTH:
            raise BadFrame("a value nested too deep")
        match node:
            case wire.TupleItems():
                return tuple([self._decode(item, depth + 1) for item in node.items])
            case wire.Items():
                return [self._decode(item, depth + 1) for item in node.items]
            case wire.Pairs():
                return {key: self._decode(item, depth + 1) for key, item in node.items}
            case wire.Fields():
                return self._record(node, depth)
            case wire.Scalar():
                return self._array(node.dtype, [])[()]
            case wire.BitState():
                return bitstate.decode(node)
            case wire.Callback():
                if self._stub is None:
                    raise BadFrame("a function")
                return self._stub(node.index, node.name)
        return torch_values.decode(self, node)

    def all(self, nodes: list[wire.Value]) -> list[Any]:
        return [self.decode(node) for node in nodes]

    def named(self, nodes: list[tuple[str, wire.Value]]) -> dict[str, Any]:
        return {name: self.decode(node) for name, node in nodes}

    def end(self) -> None:
        """Raises BadFrame unless every byte has been used."""
        if self.at != len(self._data):
            raise BadFrame("bytes left over after the last array")

    def since(self, start: int) -> bytes:
        return bytes(self._data[start : self.at])

    def take(self, shape: list[int], itemsize: int) -> memoryview:
        """The bytes of the next array. Raises BadFrame where they did not arrive."""
        size = itemsize
        for length in shape:
            size *= length
        # A shape such as (0, 2**48) needs no bytes, and yet NumPy could not hold its strides.
        extent = itemsize
        for length in shape:
            extent *= max(length, 1)
        if size > len(self._data) - self.at or extent > 2**48:
            raise BadFrame("an array larger than the bytes that came with it")
        taken = self._data[self.at : self.at + size]
        self.at += size
        return taken

    def _array(self, dtype: str, shape: list[int]) -> Any:
        if dtype not in DTYPES:
            raise BadFrame("an array of a dtype that is not allowed")
        kind = np.dtype(dtype)
        raw = self.take(shape, kind.itemsize)
        if dtype == "bool":  # any byte but 0 and 1 would be neither true nor false
            return (np.frombuffer(raw, np.uint8) != 0).reshape(shape)
        return np.frombuffer(raw, kind).reshape(shape).copy()

    def _record(self, node: wire.Fields, depth: int) -> Any:
        items = [self._decode(item, depth + 1) for item in node.items]
        names = tuple(node.fields)
        proper = len(set(names)) == len(names) == len(items)
        if not proper or not all(n.isidentifier() and n[:1] != "_" for n in (*names, node.name)):
            raise BadFrame("a NamedTuple whose fields do not fit")
        if self._namedtuples is None:
            return Record.of(node.name, names, items)
        kind = self._namedtuples(node.name, names)
        return tuple(items) if kind is None else tuple.__new__(kind, items)


def fingerprint(value: Any) -> Any:
    """Something that compares unequal once `value` has been changed in place.

    Arrays, tensors and plain containers count; generators, modules and functions, which are meant
    to change, do not.
    """
    kind = type(value)
    if issubclass(kind, np.ndarray):
        return (value.shape, value.dtype.str, value.tobytes())
    if issubclass(kind, list | tuple):
        return [fingerprint(item) for item in value]
    if issubclass(kind, Mapping):
        return [(key, fingerprint(item)) for key, item in value.items()]
    if value is None or issubclass(kind, bool | int | float | str | np.generic):
        # repr tells -0.0 from 0.0, and a NaN from nothing but another number
        return repr(value)
    torch = sys.modules.get("torch")
    if torch is not None and issubclass(kind, torch.Tensor):
        return (tuple(value.shape), str(value.dtype), torch_values.to_bytes(value, torch))
    return None
