import math
import numpy as np
import torch


def usable(loss):
    return not (math.isnan(loss) or math.isinf(loss))


def flat(model):
    return {name: tensor.detach().numpy().copy() for name, tensor in model.state_dict().items()}


def unflat(model, arrays):
    model.load_state_dict({name: torch.from_numpy(np.array(a)) for name, a in arrays.items()})


def train_with_early_stopping(model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0):
    if max_epochs < 1:
        raise ValueError("max_epochs must be >= 1")
    if patience < 1:
        raise ValueError("patience must be >= 1")
    if not usable(min_delta) or min_delta < 0:
        raise ValueError("min_delta must be finite and >= 0")
    weights, losses, improved = {}, [], []
    for epoch in range(max_epochs):
        train_one_epoch(model)
        losses.append(evaluate(model))
        best = losses[improved[-1]] if improved else math.inf
        if usable(losses[-1]) and losses[-1] < best - min_delta:
            improved.append(epoch)
            weights = flat(model)
        since = epoch - improved[-1] if improved else epoch + 1
        if since >= patience:
            break
    if improved:
        unflat(model, weights)
    last = improved[-1] if improved else -1
    return last, losses[last] if improved else math.inf, epoch, np.array(losses)
