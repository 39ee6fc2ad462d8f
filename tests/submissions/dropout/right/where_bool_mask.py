import torch
from typing import NamedTuple


class DropoutOutput(NamedTuple):
    out: torch.Tensor
    mask: torch.Tensor


def dropout_forward(x, p, *, training=True, generator=None):
    if p != p or p < 0 or p > 1:
        raise ValueError("the dropout probability p is outside [0, 1]")
    if not training or p == 0:
        return DropoutOutput(x.clone(), torch.ones(x.shape, dtype=torch.bool))
    keep = torch.rand(x.shape, generator=generator) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return DropoutOutput(torch.where(keep, x * scale, torch.zeros_like(x)), keep)


def dropout_backward(grad_out, mask, p):
    if p != p or p < 0 or p > 1:
        raise ValueError("the dropout probability p is outside [0, 1]")
    if mask.size() != grad_out.size():
        raise ValueError("mask does not fit grad_out")
    scale = 1 / (1 - p) if p < 1 else 0.0
    return torch.where(mask, grad_out * scale, torch.zeros_like(grad_out))


def mlp_forward(x, weights, biases, *, p, training=True, generator=None):
    if p != p or p < 0 or p > 1:
        raise ValueError("the dropout probability p is outside [0, 1]")
    n_layers = len(weights)
    if n_layers == 0:
        raise ValueError("weights is empty")
    if n_layers != len(biases):
        raise ValueError(f"{n_layers} weights but {len(biases)} biases")
    for i in range(n_layers):
        x = torch.nn.functional.linear(x, weights[i], biases[i])
        if i < n_layers - 1:
            x, _ = dropout_forward(x.clamp(min=0), p, training=training, generator=generator)
    return x
