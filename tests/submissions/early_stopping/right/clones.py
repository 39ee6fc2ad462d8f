import math
from collections import namedtuple

EarlyStoppingResult = namedtuple("EarlyStoppingResult", "best_epoch best_loss stopped_epoch val_losses")


def train_with_early_stopping(model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0):
    if max_epochs < 1:
        raise ValueError("max_epochs must be positive")
    if patience < 1:
        raise ValueError("patience must be positive")
    if math.isnan(min_delta) or math.isinf(min_delta) or min_delta < 0:
        raise ValueError("min_delta must be non-negative")
    best_state, best_loss, best_epoch, bad = None, float("inf"), -1, 0
    history = []
    for epoch in range(max_epochs):
        train_one_epoch(model)
        loss = evaluate(model)
        history.append(loss)
        if math.isfinite(loss) and best_loss - loss > min_delta:
            best_loss, best_epoch, bad = loss, epoch, 0
            best_state = {k: v.clone() for k, v in model.state_dict().items()}
        else:
            bad += 1
        if bad == patience:
            break
    if best_state:
        model.load_state_dict(best_state)
    return EarlyStoppingResult(best_epoch, best_loss, epoch, history)
