"""The whole model is copied; train() and eval() around the callbacks."""

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
    best_model = None
    best_epoch = -1
    best_loss = float("inf")
    val_losses = []
    for epoch in range(max_epochs):
        model.train()
        train_one_epoch(model)
        model.eval()
        with torch.no_grad():
            loss = evaluate(model)
        if isinstance(loss, torch.Tensor):
            loss = loss.item()
        val_losses.append(loss)
        if -math.inf < loss < math.inf and loss < best_loss - min_delta:
            best_loss = loss
            best_epoch = epoch
            best_model = copy.deepcopy(model)
        if epoch - best_epoch >= patience:
            break
    if best_model:
        model.load_state_dict(best_model.state_dict())
    return EarlyStoppingResult(best_epoch, best_loss, epoch, val_losses)
