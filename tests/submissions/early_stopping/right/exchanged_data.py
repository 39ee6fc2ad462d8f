"""One store of tensors, and param.data exchanged for it at the end."""

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


def train_with_early_stopping(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    validate(max_epochs, patience, min_delta)

    def tensors():
        yield from model.parameters()
        yield from model.buffers()

    store = [t.detach().clone() for t in tensors()]
    best_epoch, best_loss, val_losses, strikes = -1, math.inf, [], 0
    for epoch in range(max_epochs):
        train_one_epoch(model)
        loss = float(evaluate(model))
        val_losses.append(loss)
        if not math.isfinite(loss) or loss >= best_loss - min_delta:
            strikes += 1
            if strikes == patience:
                break
            continue
        strikes = 0
        best_epoch, best_loss = epoch, loss
        with torch.no_grad():
            for s, t in zip(store, tensors()):
                s.copy_(t)
    if best_epoch != -1:
        for s, t in zip(store, tensors()):
            t.data = s
    return EarlyStoppingResult(torch.tensor(best_epoch), best_loss, epoch, val_losses)
