from copy import deepcopy
from math import inf, isfinite


def train_with_early_stopping(model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0):
    if not max_epochs > 0:
        raise ValueError(f"max_epochs={max_epochs}")
    if not patience > 0:
        raise ValueError(f"patience={patience}")
    if not 0 <= min_delta < inf:
        raise ValueError(f"min_delta={min_delta}")
    losses, best = [], -1
    while len(losses) < max_epochs and len(losses) - 1 - best < patience:
        train_one_epoch(model)
        losses += [float(evaluate(model))]
        if isfinite(losses[-1]) and (best < 0 or losses[-1] < losses[best] - min_delta):
            best = len(losses) - 1
            weights = deepcopy(model.state_dict())
    if best >= 0:
        model.load_state_dict(weights)
    return best, (losses[best] if best >= 0 else inf), len(losses) - 1, losses
