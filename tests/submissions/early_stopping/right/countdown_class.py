"""A class with a countdown, prints, a warning, and scalars of NumPy."""

from __future__ import annotations
import copy, math, io, os, tempfile, warnings
from typing import NamedTuple
import numpy as np
import torch


class EarlyStoppingResult(NamedTuple):
    best_epoch: int
    best_loss: float
    stopped_epoch: int
    val_losses: list


def validate(max_epochs, patience, min_delta):
    if max_epochs < 1:
        raise ValueError("max_epochs must be at least 1")
    if patience < 1:
        raise ValueError("patience must be at least 1")
    if not math.isfinite(min_delta) or min_delta < 0:
        raise ValueError("min_delta must be finite and >= 0")


class Stopper:
    """Watches the loss.

    >>> Stopper(1, 0.0).best
    inf
    """

    def __init__(self, patience, min_delta):
        self.patience, self.min_delta = patience, min_delta
        self.best, self.epoch, self.left, self.snapshot = float("inf"), -1, patience, {}

    def see(self, epoch, loss, model):
        if loss == loss and abs(loss) != float("inf") and loss < self.best - self.min_delta:
            self.best, self.epoch, self.left = loss, epoch, self.patience
            self.snapshot = {k: v.detach().clone() for k, v in model.state_dict().items()}
        else:
            self.left -= 1
        return self.left == 0


def train_with_early_stopping(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    validate(max_epochs, patience, min_delta)
    warnings.warn("training now")
    s = Stopper(patience, min_delta)
    losses = []
    for epoch in range(max_epochs):
        train_one_epoch(model)
        losses += [evaluate(model)]
        print(f"epoch {epoch}: {losses[-1]:.3f}")
        if s.see(epoch, losses[-1], model):
            break
    if s.epoch > -1:
        with torch.no_grad():
            for k, v in model.state_dict().items():
                v.copy_(s.snapshot[k])
    return EarlyStoppingResult(
        np.int64(s.epoch),
        np.float64(s.best),
        np.array(len(losses) - 1),
        [np.float64(v) for v in losses],
    )
