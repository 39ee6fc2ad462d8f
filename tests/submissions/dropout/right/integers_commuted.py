import torch
from typing import NamedTuple


class DropoutOutput(NamedTuple):
    out: torch.Tensor
    mask: torch.Tensor


def dropout_forward(x, p, *, training=True, generator=None):
    if not 0 <= p <= 1:
        raise ValueError(f"p must be a probability, not {p}")
    if not training:
        return DropoutOutput(x, torch.ones(x.shape))
    levels = 2**40
    mask = torch.randint(0, levels, x.shape, generator=generator) >= int(p * levels)
    work = torch.float64 if x.dtype == torch.float64 else torch.float32
    out = x.to(work) * mask
    out = out * (1 / (1 - p)) if p < 1 else out * 0
    return DropoutOutput(out.to(x.dtype), mask.long())


def dropout_backward(grad_out, mask, p):
    if not 0 <= p <= 1:
        raise ValueError(f"p must be a probability, not {p}")
    if grad_out.shape != mask.shape:
        raise ValueError("grad_out and mask: unequal shapes")
    if p == 1:
        return grad_out * 0
    return (grad_out.double() * mask.double() / (1 - p)).to(grad_out.dtype)


def mlp_forward(x, weights, biases, *, p, training=True, generator=None):
    if not 0 <= p <= 1:
        raise ValueError(f"p must be a probability, not {p}")
    if len(weights) != len(biases):
        raise ValueError("biases and weights differ in number")
    if len(weights) == 0:
        raise ValueError("no weights")
    h = x
    last = len(weights) - 1
    for k, (W, b) in enumerate(zip(weights, biases)):
        z = torch.einsum("ni,oi->no", h, W) + b
        if k == last:
            return z
        # dropout and ReLU commute, since the factor is never negative
        h = torch.nn.functional.relu(dropout_forward(z, p, training=training, generator=generator).out)
