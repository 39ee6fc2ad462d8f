from typing import NamedTuple

import torch


class DropoutOutput(NamedTuple):
    out: torch.Tensor
    mask: torch.Tensor


def _rate(p):
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"p must be in [0, 1], got {p}")


def _draw(x, p, generator):
    u = torch.special.ndtr(torch.randn(x.shape, generator=generator, dtype=torch.float64))
    return u >= p


def dropout_forward(x, p, *, training=True, generator=None):
    _rate(p)
    if not training:
        return DropoutOutput(x, torch.ones_like(x))
    if p == 1:
        return DropoutOutput(x * 0, torch.zeros_like(x))
    mask = _draw(x, p, generator).to(x.dtype)
    return DropoutOutput(x * mask / (1 - p), mask)


def dropout_backward(grad_out, mask, p):
    _rate(p)
    if grad_out.shape != mask.shape:
        raise ValueError("grad_out and mask have different shapes")
    if p == 1:
        return torch.zeros_like(grad_out)
    return grad_out * mask.to(grad_out.dtype) / (1 - p)


def mlp_forward(x, weights, biases, *, p, training=True, generator=None):
    _rate(p)
    if len(weights) != len(biases):
        raise ValueError("weights and biases differ in length")
    if len(weights) == 0:
        raise ValueError("weights must not be empty")
    h = x
    for i, (W, b) in enumerate(zip(weights, biases)):
        h = h @ W.T + b
        if i < len(weights) - 1:
            h = torch.relu(h)
            h, _ = dropout_forward(h, p, training=training, generator=generator)
    return h
