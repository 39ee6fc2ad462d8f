import torch
from typing import NamedTuple


class DropoutOutput(NamedTuple):
    out: torch.Tensor
    mask: torch.Tensor


def dropout_forward(x, p, *, training=True, generator=None):
    if not 0 <= p <= 1:
        raise ValueError(f"p={p}")
    if not training:
        return DropoutOutput(x, torch.ones_like(x))
    drop = torch.rand(x.shape, generator=generator, dtype=torch.double) < p
    out = x.masked_fill(drop, 0)
    if p < 1:
        out = out / (1 - p)
    return DropoutOutput(out, (~drop).float())


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

