import torch
from typing import NamedTuple


class DropoutOutput(NamedTuple):
    out: torch.Tensor
    mask: torch.Tensor


def dropout_forward(x, p, *, training=True, generator=None):
    if not 0 <= p <= 1:
        raise ValueError(f"p must be a probability, not {p}")
    if not training:
        return DropoutOutput(x, torch.ones_like(x))
    # an exponential variable exceeds -log(1 - p) with probability 1 - p
    threshold = -torch.log1p(torch.tensor(-float(p), dtype=torch.float64))
    waits = torch.empty(x.shape, dtype=torch.float64).exponential_(generator=generator)
    mask = (waits > threshold).to(x.dtype)
    factor = mask / max(1 - p, 1e-300) if p < 1 else mask
    return DropoutOutput(x * factor.to(x.dtype), mask)


def dropout_backward(grad_out, mask, p):
    if not 0 <= p <= 1:
        raise ValueError(f"p must be a probability, not {p}")
    if grad_out.shape != mask.shape:
        raise ValueError("the shape of mask is not that of grad_out")
    factor = mask / (1 - p) if p < 1 else mask
    return grad_out * factor


def mlp_forward(x, weights, biases, *, p, training=True, generator=None):
    if not 0 <= p <= 1:
        raise ValueError("p must lie in [0, 1]")
    if len(weights) != len(biases) or not weights:
        raise ValueError("weights and biases must have the same, positive length")
    h = x
    for W, b in zip(weights[:-1], biases[:-1]):
        h = dropout_forward(torch.relu(h @ W.T + b), p, training=training, generator=generator)[0]
    return h @ weights[-1].T + biases[-1]

