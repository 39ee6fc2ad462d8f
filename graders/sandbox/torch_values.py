"""The part of `values` that needs PyTorch, which it imports once a tensor or a module turns up."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from graders.sandbox import wire
from graders.sandbox.wire import BadFrame

if TYPE_CHECKING:
    from graders.sandbox.values import Decoder, Encoder

# Each dtype with that of the NumPy array that takes its bytes; any byte but 0 and 1 would be
# neither true nor false, so truth values come as numbers.
_BYTES: dict[str, np.dtype[Any]] = {
    "bool": np.dtype("uint8"),
    "bfloat16": np.dtype("int16"),
    **{
        name: np.dtype(name)
        for name in (
            *("uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64"),
            *("complex64", "complex128"),
        )
    },
}
DTYPES = frozenset(_BYTES)

State: TypeAlias = tuple[wire.Weights, bytes]
MODULE_CHANGED = "a model whose layers, or the shapes of whose weights, are not those it came with"

# The constructor arguments of each layer that may travel; all of them are attributes as well.
_OPTIONS: dict[str, tuple[str, ...]] = {
    "Sequential": (),
    "Linear": ("in_features", "out_features"),
    "ReLU": ("inplace",),
    "Tanh": (),
    "Sigmoid": (),
    "Dropout": ("p", "inplace"),
    "Flatten": ("start_dim", "end_dim"),
    "BatchNorm1d": ("num_features", "eps", "momentum", "affine", "track_running_stats"),
    "LayerNorm": ("normalized_shape", "eps", "elementwise_affine"),
    "Conv2d": (
        *("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation"),
        *("groups", "padding_mode"),
    ),
}
_WITH_BIAS = ("Linear", "Conv2d", "LayerNorm")
_FLOATS = ("float16", "bfloat16", "float32", "float64")


@dataclasses.dataclass(eq=False)
class Twin:
    """A module that both sides hold; `state` is what last went over the channel, either way."""

    module: Any
    state: State | None = None


def to_bytes(tensor: Any, torch: Any) -> bytes:
    """The elements of a dense tensor, in C order."""
    if tensor.dtype is torch.bfloat16:
        tensor = tensor.detach().contiguous().view(torch.int16)
    data: bytes = torch.Tensor.numpy(tensor, force=True).tobytes()
    return data


@functools.cache
def _name(dtype: Any) -> str:
    return str(dtype).removeprefix("torch.")


def encode(encoder: Encoder, value: Any, torch: Any) -> wire.Value:
    """The node for a value of PyTorch's, None for any other. Raises Unencodable."""
    kind = type(value)
    if issubclass(kind, torch.Tensor):
        name = _name(value.dtype)
        dense = value.layout is torch.strided and not value.is_quantized
        if name not in DTYPES or not dense or not value.is_cpu:
            from graders.sandbox.values import Unencodable

            raise Unencodable(f"a tensor of dtype {name[:40]} and layout {value.layout}")
        if value.is_conj() or value.is_neg():
            value = value.resolve_conj().resolve_neg()
        encoder.put(value.nbytes, lambda: to_bytes(value, torch))
        return wire.Tensor(name, list(value.shape), bool(value.requires_grad))
    if issubclass(kind, torch.Generator):
        state = value.get_state().numpy().tobytes()
        encoder.put(len(state), lambda: state)
        return wire.TorchState(len(state))
    if issubclass(kind, torch.device):
        return wire.Device(str(value))
    if issubclass(kind, torch.nn.Module):
        return _module(encoder, value, torch)
    return None


def _module(encoder: Encoder, module: Any, torch: Any) -> wire.Module:
    refs = (ref for ref, twin in enumerate(encoder.modules) if twin.module is module)
    ref = next(refs, len(encoder.modules))
    layer = _layer(module, torch, 0) if ref >= encoder.known else None
    if ref == len(encoder.modules):
        encoder.modules.append(Twin(module))
    encoder.sent.append(encoder.modules[ref])
    return wire.Module(ref, layer, news(encoder, encoder.modules[ref]))


def _layer(module: Any, torch: Any, depth: int) -> wire.Layer:
    from graders.sandbox.values import Unencodable

    kind = type(module).__name__
    if kind not in _OPTIONS or type(module) is not getattr(torch.nn, kind) or depth > 16:
        raise Unencodable(f"a torch module of type {kind[:100]}")
    options: dict[str, Any] = {}
    for option in _OPTIONS[kind]:
        value = getattr(module, option)
        options[option] = list(value) if isinstance(value, tuple) else value
    if kind in _WITH_BIAS:
        options["bias"] = module.bias is not None
    children = [(name, _layer(child, torch, depth + 1)) for name, child in module.named_children()]
    return wire.Layer(kind, options, children)


def _insides(module: Any) -> tuple[dict[str, Any], list[Any], list[Any]]:
    """The tensors of the module's state_dict by name, its parameters, and the modules in it.

    A walk of our own: state_dict(), parameters() and modules() walk three times, and each of them
    takes longer than all the rest of a callback.
    """
    tensors: dict[str, Any] = {}
    parameters: list[Any] = []
    parts: list[Any] = []
    for prefix, part in _parts(module):
        parts.append(part)
        for name, tensor in part._parameters.items():
            if tensor is not None:
                tensors[prefix + name] = tensor
                parameters.append(tensor)
        for name, tensor in part._buffers.items():
            if tensor is not None and name not in part._non_persistent_buffers_set:
                tensors[prefix + name] = tensor
    return tensors, parameters, parts


def _parts(module: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The module and those in it, each with what its tensors' names begin with."""
    yield prefix, module
    for name, child in module._modules.items():
        if child is not None:
            yield from _parts(child, f"{prefix}{name}.")


def weights(encoder: Encoder, module: Any) -> wire.Weights:
    """The state of a module: weights, buffers, training flags."""
    import torch

    tensors, parameters, parts = _insides(module)
    nodes = []
    for name, tensor in tensors.items():
        node = encode(encoder, tensor.detach(), torch)
        assert isinstance(node, wire.Tensor)
        nodes.append((name, node))
    return wire.Weights(
        nodes,
        [bool(part.training) for part in parts],
        [bool(parameter.requires_grad) for parameter in parameters],
    )


def news(encoder: Encoder, twin: Twin) -> wire.Weights | None:
    """The state of a module; None where it is the one that the other side knows."""
    return encoder.unless_known(twin, lambda: weights(encoder, twin.module))


def signature(module: Any) -> Any:
    """What two modules must share so that the state of one fits the other."""
    tensors, _, parts = _insides(module)
    state = [(name, tuple(t.shape), _name(t.dtype)) for name, t in tensors.items()]
    return (state, [type(part).__name__ for part in parts])


def decode(decoder: Decoder, node: wire.Value) -> Any:
    """The value of one of PyTorch's nodes. Raises BadFrame."""
    import torch

    match node:
        case wire.Tensor():
            return _tensor(decoder, node, torch)
        case wire.TorchState():
            raw = _frombuffer(decoder, "uint8", [node.size], torch)
            generator = torch.Generator()
            try:
                generator.set_state(raw)
            except (RuntimeError, TypeError):
                raise BadFrame("a torch generator in an impossible state") from None
            return generator
        case wire.Device():
            try:
                return torch.device(node.name)
            except RuntimeError:
                raise BadFrame("a torch device that there is none of") from None
        case wire.Module():
            return _decode_module(decoder, node, torch)
    raise BadFrame("a value of a kind that is not allowed here")


def _frombuffer(decoder: Decoder, dtype: str, shape: list[int], torch: Any) -> Any:
    kind = _BYTES[dtype]
    # by way of NumPy, which takes half the time of torch.frombuffer and reshape
    return torch.from_numpy(np.ndarray(shape, kind, bytearray(decoder.take(shape, kind.itemsize))))


def _tensor(decoder: Decoder, node: wire.Tensor, torch: Any) -> Any:
    if node.dtype not in DTYPES:
        raise BadFrame("a tensor of a dtype that is not allowed")
    tensor = _frombuffer(decoder, node.dtype, node.shape, torch)
    if node.dtype == "bool":
        tensor = tensor != 0
    elif node.dtype == "bfloat16":
        tensor = tensor.view(torch.bfloat16)
    if node.requires_grad:
        if not (tensor.is_floating_point() or tensor.is_complex()):
            raise BadFrame("a gradient of whole numbers")
        tensor.requires_grad_()
    return tensor


def _decode_module(decoder: Decoder, node: wire.Module, torch: Any) -> Any:
    if node.ref < len(decoder.modules):
        twin = decoder.modules[node.ref]
        if node.weights is not None:
            load(decoder, twin, node.weights)
    elif node.ref == len(decoder.modules) and node.layer is not None and node.weights is not None:
        twin = Twin(_build(node.layer, torch))
        decoder.modules.append(twin)
        _fill(decoder, twin, node.weights, torch)
    else:
        raise BadFrame("a model that was never sent")
    decoder.received.append(twin)
    return twin.module


def _build(layer: wire.Layer, torch: Any, depth: int = 0) -> Any:
    """The module a layer describes, whose tensors are on the meta device and take no memory."""
    if layer.kind not in _OPTIONS or depth > 16:
        raise BadFrame("a layer of a kind that is not allowed")
    allowed = {*_OPTIONS[layer.kind], *(("bias",) if layer.kind in _WITH_BIAS else ())}
    if not allowed.issuperset(layer.options) or (layer.children and layer.kind != "Sequential"):
        raise BadFrame("a layer with options that it does not have")
    options = [(k, tuple(v) if isinstance(v, list) else v) for k, v in layer.options.items()]
    try:  # True is 1 as a key, but not as an option: so the types are part of it
        module = _copy(_pattern(layer.kind, tuple((k, type(v), v) for k, v in options)))
        for name, child in layer.children:
            module.add_module(name, _build(child, torch, depth + 1))
    except (TypeError, ValueError, RuntimeError, KeyError, OverflowError):
        raise BadFrame("a layer with options that make no sense") from None
    return module


@functools.lru_cache(maxsize=64)
def _pattern(kind: str, options: tuple[tuple[str, type, Any], ...]) -> Any:
    """A layer to be copied: to build one takes longer than all else that a small call does."""
    import torch

    with torch.device("meta"):
        return getattr(torch.nn, kind)(**{name: value for name, _, value in options})


def _copy(layer: Any) -> Any:
    """A layer with containers of its own for its tensors, children and hooks; they are the same."""
    new = object.__new__(type(layer))
    for name, value in vars(layer).items():
        new.__dict__[name] = value.copy() if isinstance(value, (dict, list, set)) else value
    return new


def _fill(decoder: Decoder, twin: Twin, node: wire.Weights, torch: Any) -> None:
    """Put the node's tensors in place of those on the meta device, if they have the same shapes."""
    start = decoder.at
    own, parameters, parts = _insides(twin.module)
    expected = {name: list(tensor.shape) for name, tensor in own.items()}
    given = {name: tensor.shape for name, tensor in node.tensors}
    flags = len(parts) == len(node.training) and len(parameters) == len(node.requires_grad)
    if expected != given or len(given) != len(node.tensors) or not flags:
        raise BadFrame("a model whose weights do not fit its layers")
    state = {}
    for name, tensor in node.tensors:
        floats = own[name].is_floating_point()  # the batch counter of BatchNorm is none
        if tensor.dtype not in (_FLOATS if floats else ("int64",)):
            raise BadFrame("a model of a dtype that is not allowed")
        state[name] = _tensor(decoder, tensor, torch).detach()
    twin.state = node, decoder.since(start)
    required = iter(node.requires_grad)
    for (prefix, part), training in zip(_parts(twin.module), node.training, strict=True):
        part.training = training
        for name, old in part._parameters.items():
            if old is not None:
                tensor = state[prefix + name]
                part._parameters[name] = torch.nn.Parameter(tensor, requires_grad=next(required))
        for name, old in part._buffers.items():
            if old is not None:
                part._buffers[name] = state[prefix + name]


def load(decoder: Decoder, twin: Twin, node: wire.Weights) -> None:
    """Copy a state into the module, in place. Raises BadFrame where it does not fit."""
    import torch

    start = decoder.at
    state = {name: _tensor(decoder, tensor, torch) for name, tensor in node.tensors}
    twin.state = node, decoder.since(start)
    own, parameters, parts = _insides(twin.module)
    fits = own.keys() == state.keys() and all(
        own[k].shape == t.shape and own[k].dtype == t.dtype for k, t in state.items()
    )
    if not fits or len(parts) != len(node.training) or len(parameters) != len(node.requires_grad):
        raise BadFrame("a model whose weights do not fit")
    for name, tensor in state.items():
        own[name].detach().copy_(tensor.detach())
    for part, flag in zip(parts, node.training, strict=True):
        part.training = flag
    for parameter, flag in zip(parameters, node.requires_grad, strict=True):
        if parameter.requires_grad != flag:
            parameter.requires_grad_(flag)
