import io
import math
import torch
from typing import NamedTuple


class EarlyStoppingResult(NamedTuple):
    best_epoch: int
    best_loss: float
    stopped_epoch: int
    val_losses: list


def train_with_early_stopping(model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0):
    if max_epochs < 1:
        raise ValueError("max_epochs")
    if patience < 1:
        raise ValueError("patience")
    if not math.isfinite(min_delta) or min_delta < 0:
        raise ValueError("min_delta")
    losses = []
    best = (-1, math.inf)
    buffer = io.BytesIO()
    try:
        for epoch in range(max_epochs):
            train_one_epoch(model)
            losses.append(evaluate(model))
            if math.isfinite(losses[-1]) and losses[-1] < best[1] - min_delta:
                best = (epoch, losses[-1])
                buffer = io.BytesIO()
                torch.save(model.state_dict(), buffer)
            if epoch - best[0] >= patience:
                break
    finally:
        # whatever happened, leave the best weights that there were
        if best[0] >= 0:
            buffer.seek(0)
            model.load_state_dict(torch.load(buffer, weights_only=True))
    return EarlyStoppingResult(best[0], best[1], len(losses) - 1, losses)
