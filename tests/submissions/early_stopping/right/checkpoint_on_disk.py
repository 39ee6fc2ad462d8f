import os
import tempfile
from typing import NamedTuple

import numpy as np
import torch


class EarlyStoppingResult(NamedTuple):
    best_epoch: int
    best_loss: float
    stopped_epoch: int
    val_losses: list


def train_with_early_stopping(model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0):
    if max_epochs < 1 or patience < 1:
        raise ValueError("max_epochs and patience must be at least 1")
    if not np.isfinite(min_delta) or min_delta < 0:
        raise ValueError("bad min_delta")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "best.pt")
        best_loss, best_epoch, wait = np.inf, -1, 0
        val_losses = []
        for epoch in range(max_epochs):
            train_one_epoch(model)
            val_losses.append(np.float64(evaluate(model)))
            if np.isfinite(val_losses[-1]) and val_losses[-1] < best_loss - min_delta:
                best_loss, best_epoch, wait = val_losses[-1], epoch, 0
                torch.save(model.state_dict(), path)
            else:
                wait += 1
                if wait >= patience:
                    break
        if best_epoch >= 0:
            model.load_state_dict(torch.load(path))
    return EarlyStoppingResult(np.int64(best_epoch), best_loss, epoch, val_losses)
