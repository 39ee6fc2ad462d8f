import torch
from typing import NamedTuple


class DropoutOutput(NamedTuple):
    out: torch.Tensor
    mask: torch.Tensor


class _Dropout(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, mask, scale):
        ctx.save_for_backward(mask)
        ctx.scale = scale
        return x * mask * scale

    @staticmethod
    def backward(ctx, grad):
        (mask,) = ctx.saved_tensors
        return grad * mask * ctx.scale, None, None


def check(p):
    if not (p >= 0 and p <= 1):
        raise ValueError("p: must be a probability")


def dropout_forward(x, p, *, training=True, generator=None):
    check(p)
    if not training:
        return DropoutOutput(x * 1, torch.ones_like(x))
    u = torch.empty(x.shape, dtype=torch.float32).uniform_(generator=generator)
    mask = (u >= p).type_as(x)
    return DropoutOutput(_Dropout.apply(x, mask, 0.0 if p == 1 else 1 / (1 - p)), mask)


def dropout_backward(grad_out, mask, p):
    check(p)
    if tuple(grad_out.shape) != tuple(mask.shape):
        raise ValueError(f"shapes of grad_out and mask differ")
    return grad_out * mask * (0.0 if p == 1 else 1 / (1 - p))


def mlp_forward(x, weights, biases, *, p, training=True, generator=None):
    check(p)
    if not len(weights) == len(biases) > 0:
        raise ValueError("need as many weights as biases, and at least one")
    if len(weights) == 1:
        return torch.addmm(biases[0], x, weights[0].t())
    h = torch.relu(torch.addmm(biases[0], x, weights[0].t()))
    h = dropout_forward(h, p, training=training, generator=generator).out
    return mlp_forward(h, weights[1:], biases[1:], p=p, training=training, generator=generator)
