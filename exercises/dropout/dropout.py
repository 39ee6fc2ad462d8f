"""Dropout: switch units off at random while training, and rescale those that stay.

This is *inverted* dropout, as in PyTorch: the rescaling happens in training, so that at test time
there is nothing left to do. See README.md in exercises/dropout for the idea.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch


class DropoutOutput(NamedTuple):
    """The layer's output `out`, and the `mask`: 1 where an element was kept, 0 where dropped."""

    out: torch.Tensor
    mask: torch.Tensor


def dropout_forward(
    x: torch.Tensor,
    p: float,
    *,
    training: bool = True,
    generator: torch.Generator | None = None,
) -> DropoutOutput:
    """Inverted dropout: drop every element with probability `p`, rescale the others.

        mask_i = 0 with probability p, else 1, independently for every element,
        out    = x * mask / (1 - p).

    The expected value of `out` is `x`, so the next layer sees inputs of the same size in training
    and at test time.

    Parameters
    ----------
    x : tensor of any shape and any floating dtype. Not modified, and not searched for NaN.
    p : the probability to *drop* an element, 0 <= p <= 1.
    training : False at test time: `x` comes back unchanged, and the mask is all ones.
    generator : where the random numbers come from. The same state gives the same mask, and the
        global generator is left alone. With None PyTorch's global generator may be used.

    Returns
    -------
    DropoutOutput(out, mask), both of the shape of `x`. `out` has the dtype of `x`, and gradients
    flow through it to `x`; the mask may have any dtype.

    Edge cases: `p = 1` gives zeros, and zero gradients, not NaN. The rate is exact in every
    floating dtype: bfloat16 has only 256 numbers below 1 for a random draw, so draw in a wider
    type.

    Raises
    ------
    ValueError : naming `p`, if it is not between 0 and 1.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, Dropout: A Simple Way to
    Prevent Neural Networks from Overfitting, JMLR 15 (2014), sections 4 and 10 (which
    rescales the weights at test time; the inverted form is the same in expectation).
    """
    raise NotImplementedError("to do: dropout_forward")


def dropout_backward(grad_out: torch.Tensor, mask: torch.Tensor, p: float) -> torch.Tensor:
    """The gradient with respect to `x`, given the gradient with respect to `out`.

    In training mode `out = x * mask / (1 - p)` is linear in `x`, so

        grad_x = grad_out * mask / (1 - p).

    Parameters
    ----------
    grad_out : the gradient of the loss with respect to `out`.
    mask : the mask that your own `dropout_forward` returned, of the same shape.
    p : the probability to drop an element, 0 <= p <= 1; `p = 1` gives zeros.

    Returns
    -------
    grad_x, with the shape and dtype of `grad_out`.

    Raises
    ------
    ValueError : naming the argument, if `p` is not between 0 and 1, or `grad_out` and `mask` differ
        in shape.
    """
    raise NotImplementedError("to do: dropout_backward")


def mlp_forward(
    x: torch.Tensor,
    weights: Sequence[torch.Tensor],
    biases: Sequence[torch.Tensor],
    *,
    p: float,
    training: bool = True,
    generator: torch.Generator | None = None,
) -> torch.Tensor:
    """The logits of a multilayer perceptron with dropout after every hidden layer.

        h_0     = x
        h_{k+1} = dropout(relu(h_k W_k' + b_k))     for every hidden layer
        logits  = h W' + b                          for the last one: no ReLU, no dropout

    Parameters
    ----------
    x : (n, inputs) tensor. Dropout is not applied to it.
    weights : one (out, in) matrix for each layer, as in `torch.nn.Linear`. A single one makes a
        plain linear layer.
    biases : one (out,) vector for each layer.
    p : the probability to drop a hidden unit, 0 <= p <= 1.
    training, generator : as in `dropout_forward`. Every hidden layer draws a mask of its own.

    Returns
    -------
    logits, (n, outputs), of the dtype of `x`.

    Raises
    ------
    ValueError : naming the argument, if `p` is not between 0 and 1, or `weights` and `biases` are
        empty or differ in length.
    """
    raise NotImplementedError("to do: mlp_forward")
