import torch
from typing import NamedTuple


class DropoutOutput(NamedTuple):
    out: torch.Tensor
    mask: torch.Tensor


def dropout_forward(x, p, *, training=True, generator=None):
    if not 0 <= p <= 1:
        raise ValueError(f"p must be in [0, 1], got {p}")
    if not training:
        return DropoutOutput(x, torch.ones_like(x))
    if p == 1:
        return DropoutOutput(torch.zeros_like(x), torch.zeros_like(x))
    keep = torch.full(x.shape, 1 - p, dtype=torch.float64)
    mask = torch.bernoulli(keep, generator=generator).to(x.dtype)
    return DropoutOutput(x * mask / (1 - p), mask)


def dropout_backward(grad_out, mask, p):
    if not 0 <= p <= 1:
        raise ValueError("p must lie in [0, 1]")
    if grad_out.shape != mask.shape:
        raise ValueError("grad_out and mask must have the same shape")
    if p == 1:
        return torch.zeros_like(grad_out)
    return grad_out * mask.to(grad_out.dtype) / (1 - p)

def mlp_forward(x, weights, biases, *, p, training=True, generator=None):
    if not 0 <= p <= 1:
        raise ValueError("p must lie in [0, 1]")
    if len(weights) != len(biases) or not weights:
        raise ValueError("weights and biases must have the same, positive length")
    h = x
    for W, b in zip(weights[:-1], biases[:-1]):
        h = dropout_forward(torch.relu(h @ W.T + b), p, training=training, generator=generator)[0]
    return h @ weights[-1].T + biases[-1]

