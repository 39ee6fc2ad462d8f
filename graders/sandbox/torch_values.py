"""The part of `values` that needs PyTorch; imported only once a tensor or a module turns up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graders.sandbox import wire
from graders.sandbox.wire import BadFrame

if TYPE_CHECKING:
    from graders.sandbox.values import Decoder, Encoder

DTYPES = frozenset(
    (
        *("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16"),
        *("float32", "float64", "complex64", "complex128"),
    )
)
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


def to_bytes(tensor: Any, torch: Any) -> bytes:
    """The elements of a dense tensor, in C order."""
    flat = torch.Tensor.detach(tensor).cpu().contiguous().reshape(-1)
    data: bytes = flat.view(torch.uint8).numpy().tobytes()
    return data


def encode(encoder: Encoder, value: Any, torch: Any) -> wire.Value:
    """The node for a value of PyTorch's, None for any other. Raises Unencodable."""
    from graders.sandbox.values import Unencodable

    kind = type(value)
    if issubclass(kind, torch.Tensor):
        name = str(value.dtype).removeprefix("torch.")
        dense = value.layout is torch.strided and not value.is_quantized
        if name not in DTYPES or not dense or value.device.type != "cpu":
            raise Unencodable(f"a tensor of dtype {name[:40]} and layout {value.layout}")
        if value.is_conj() or value.is_neg():
            value = value.resolve_conj().resolve_neg()
        size = value.numel() * value.element_size()
        encoder.put(size, lambda: to_bytes(value, torch))
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
    known = [ref for ref, other in enumerate(encoder.modules) if other is module]
    layer = None
    if not known or known[0] >= encoder.known:
        layer = _layer(module, torch, 0)
    if not known:
        encoder.modules.append(module)
        known = [len(encoder.modules) - 1]
    encoder.sent.append(module)
    return wire.Module(known[0], layer, weights(encoder, module))


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


def weights(encoder: Encoder, module: Any) -> wire.Weights:
    """The state of a module: weights, buffers, training flags."""
    tensors = []
    for name, tensor in module.state_dict().items():
        node = encoder.encode(tensor)
        assert isinstance(node, wire.Tensor)
        tensors.append((name, node))
    return wire.Weights(
        tensors,
        [bool(part.training) for part in module.modules()],
        [bool(parameter.requires_grad) for parameter in module.parameters()],
    )


def signature(module: Any) -> Any:
    """What two modules must share so that the state of one fits the other."""
    state = [(k, tuple(t.shape), str(t.dtype)) for k, t in module.state_dict().items()]
    return (state, [type(part).__name__ for part in module.modules()])


def decode(decoder: Decoder, node: wire.Value) -> Any:
    """The value of one of PyTorch's nodes. Raises BadFrame."""
    import torch

    match node:
        case wire.Tensor():
            return _tensor(decoder, node, torch)
        case wire.TorchState():
            raw = _frombuffer(decoder.take([node.size], 1), torch.uint8, torch)
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


def _frombuffer(raw: memoryview, dtype: Any, torch: Any) -> Any:
    if not len(raw):
        return torch.empty(0, dtype=dtype)
    return torch.frombuffer(bytearray(raw), dtype=dtype)


def _tensor(decoder: Decoder, node: wire.Tensor, torch: Any) -> Any:
    if node.dtype not in DTYPES:
        raise BadFrame("a tensor of a dtype that is not allowed")
    dtype = getattr(torch, node.dtype)
    raw = decoder.take(node.shape, dtype.itemsize)
    if dtype is torch.bool:  # any byte but 0 and 1 would be neither true nor false
        tensor = _frombuffer(raw, torch.uint8, torch) != 0
    else:
        tensor = _frombuffer(raw, dtype, torch)
    tensor = tensor.reshape(node.shape)
    if node.requires_grad:
        if not (dtype.is_floating_point or dtype.is_complex):
            raise BadFrame("a gradient of whole numbers")
        tensor.requires_grad_()
    return tensor


def _decode_module(decoder: Decoder, node: wire.Module, torch: Any) -> Any:
    if node.ref < len(decoder.modules):
        module = decoder.modules[node.ref]
    elif node.ref == len(decoder.modules) and node.layer is not None:
        module = _build(node.layer, torch)
        decoder.modules.append(module)
        _materialise(module, node.weights, torch)
    else:
        raise BadFrame("a model that was never sent")
    load(decoder, module, node.weights)
    decoder.received.append(module)
    return module


def _build(layer: wire.Layer, torch: Any, depth: int = 0) -> Any:
    """The module a layer describes, on the meta device: whatever its size, it takes no memory."""
    if layer.kind not in _OPTIONS or depth > 16:
        raise BadFrame("a layer of a kind that is not allowed")
    allowed = {*_OPTIONS[layer.kind], *(("bias",) if layer.kind in _WITH_BIAS else ())}
    if not allowed.issuperset(layer.options) or (layer.children and layer.kind != "Sequential"):
        raise BadFrame("a layer with options that it does not have")
    options = {k: tuple(v) if isinstance(v, list) else v for k, v in layer.options.items()}
    try:
        with torch.device("meta"):
            module = getattr(torch.nn, layer.kind)(**options)
        for name, child in layer.children:
            module.add_module(name, _build(child, torch, depth + 1))
    except (TypeError, ValueError, RuntimeError, KeyError, OverflowError):
        raise BadFrame("a layer with options that make no sense") from None
    return module


def _materialise(module: Any, node: wire.Weights, torch: Any) -> None:
    """Give a module on the meta device memory, once the node has shown the same shapes."""
    expected = {name: list(t.shape) for name, t in module.state_dict().items()}
    if expected != {name: tensor.shape for name, tensor in node.tensors}:
        raise BadFrame("a model whose weights do not fit its layers")
    dtypes = {tensor.dtype for _, tensor in node.tensors}
    module.to_empty(device="cpu")
    for dtype in dtypes - {"float32", "int64"}:  # int64: the batch counter of BatchNorm
        if dtype not in ("float16", "bfloat16", "float64"):
            raise BadFrame("a model of a dtype that is not allowed")
        module.to(getattr(torch, dtype))


def load(decoder: Decoder, module: Any, node: wire.Weights) -> None:
    """Copy a state into `module`, in place. Raises BadFrame where it does not fit."""
    import torch

    state = {name: _tensor(decoder, tensor, torch) for name, tensor in node.tensors}
    own = module.state_dict()
    fits = own.keys() == state.keys() and all(
        own[k].shape == t.shape and own[k].dtype == t.dtype for k, t in state.items()
    )
    parts, parameters = list(module.modules()), list(module.parameters())
    if not fits or len(parts) != len(node.training) or len(parameters) != len(node.requires_grad):
        raise BadFrame("a model whose weights do not fit")
    with torch.no_grad():
        for name, tensor in state.items():
            own[name].copy_(tensor)
    for part, flag in zip(parts, node.training, strict=True):
        part.training = flag
    for parameter, flag in zip(parameters, node.requires_grad, strict=True):
        if parameter.requires_grad != flag:
            parameter.requires_grad_(flag)
