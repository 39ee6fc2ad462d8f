"""Early stopping: train while the validation loss falls, and keep the weights of its best epoch.

How long to train is a strength of regularization like any other: see README.md in
exercises/early_stopping for the idea.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import NamedTuple

import torch


class EarlyStoppingResult(NamedTuple):
    """What happened: epochs count from 0, and `val_losses` holds one float an epoch."""

    best_epoch: int
    best_loss: float
    stopped_epoch: int
    val_losses: list[float]


def train_with_early_stopping(
    model: torch.nn.Module,
    train_one_epoch: Callable[[torch.nn.Module], object],
    evaluate: Callable[[torch.nn.Module], float],
    *,
    max_epochs: int = 1000,
    patience: int = 10,
    min_delta: float = 0.0,
) -> EarlyStoppingResult:
    """Train until the validation loss has stopped improving, then go back to the best epoch.

    Each epoch is one `train_one_epoch(model)`, then one `evaluate(model)`. The epoch improves if

        loss < best_loss - min_delta,

    where `best_loss` is the loss of the last epoch that improved. The first finite loss always
    improves; a NaN or infinite one never does. Training stops once `patience` epochs in a row have
    not improved, or after `max_epochs` epochs.

    Parameters
    ----------
    model : changed by `train_one_epoch`. On return its `state_dict`, buffers included (such as the
        running means of BatchNorm), is that of `best_epoch`.
    train_one_epoch : called with the model; what it returns does not matter.
    evaluate : called with the model; gives the validation loss, lower being better.
    max_epochs : the most epochs to train, at least 1.
    patience : how many epochs in a row without improvement end the training, at least 1.
    min_delta : by how much a loss must be below the best one to count, finite and >= 0.

    Returns
    -------
    EarlyStoppingResult(best_epoch, best_loss, stopped_epoch, val_losses). Epochs count from 0;
    `stopped_epoch` is the last one run; `val_losses` is a list of floats, one an epoch.

    Edge cases: if no loss was finite, `best_epoch` is -1, `best_loss` is inf, and the model keeps
    its last weights. Any exception from a callback, KeyboardInterrupt and StopIteration included,
    arrives as it was raised.

    Raises
    ------
    ValueError : naming the argument, if `max_epochs` or `patience` is below 1, or `min_delta` is
        negative or not finite.

    Source: Prechelt, Early Stopping - But When?, in Neural Networks: Tricks of the Trade (1998);
    Goodfellow, Bengio, Courville, Deep Learning (2016), section 7.8, algorithm 7.1.
    """
    raise NotImplementedError("to do: train_with_early_stopping")
