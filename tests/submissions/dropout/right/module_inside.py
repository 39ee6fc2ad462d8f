import torch
from typing import NamedTuple


class DropoutOutput(NamedTuple):
    out: torch.Tensor
    mask: torch.Tensor


import math


class Dropout(torch.nn.Module):
    def __init__(self, p, generator=None):
        super().__init__()
        if math.isnan(p) or not 0.0 <= p <= 1.0:
            raise ValueError(f"invalid p: {p}")
        self.p, self.generator = p, generator

    def forward(self, x):
        if not self.training:
            return x, torch.ones_like(x)
        u = torch.rand(*x.shape, generator=self.generator, dtype=torch.float64)
        mask = torch.ceil(u - self.p).clamp(0, 1) if 0 < self.p < 1 else torch.full_like(u, 1 - self.p)
        mask = mask.to(x)
        return x * mask / (1 - self.p if self.p < 1 else 1), mask


def dropout_forward(x, p, *, training=True, generator=None):
    layer = Dropout(p, generator)
    layer.train(training)
    return DropoutOutput(*layer(x))


def mlp_forward(x, weights, biases, *, p, training=True, generator=None):
    layer = Dropout(p, generator).train(training)
    if len(weights) != len(biases) or len(weights) == 0:
        raise ValueError("weights and biases: unequal or zero length")
    net = []
    for W, b in zip(weights, biases):
        net.append(lambda h, W=W, b=b: h @ W.mT + b)
        net.append(torch.relu)
        net.append(lambda h: layer(h)[0])
    for step in net[:-2]:
        x = step(x)
    return x


def dropout_backward(grad_out, mask, p):
    if not 0 <= p <= 1:
        raise ValueError("p must lie in [0, 1]")
    if grad_out.shape != mask.shape:
        raise ValueError("grad_out and mask must have the same shape")
    if p == 1:
        return torch.zeros_like(grad_out)
    return grad_out * mask.to(grad_out.dtype) / (1 - p)

