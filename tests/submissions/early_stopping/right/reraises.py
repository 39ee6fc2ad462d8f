import copy
import math


def train_with_early_stopping(model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0):
    for value, name in ((max_epochs, "max_epochs"), (patience, "patience")):
        if value < 1:
            raise ValueError("%s is %s, but must be at least 1" % (name, value))
    if not math.isfinite(min_delta) or min_delta < 0:
        raise ValueError("min_delta is %s" % min_delta)
    best_epoch, best_loss, snapshot = -1, math.inf, None
    losses = []
    stale = 0
    for epoch in range(max_epochs):
        try:
            train_one_epoch(model)
            loss = evaluate(model)
        except KeyboardInterrupt:
            if snapshot is not None:
                model.load_state_dict(snapshot)
            raise
        losses.append(loss)
        stale += 1
        threshold = best_loss - min_delta
        if math.isfinite(loss) and loss < threshold:
            best_epoch, best_loss, stale = epoch, loss, 0
            snapshot = copy.deepcopy(model.state_dict())
        if stale >= patience:
            break
    if snapshot is not None:
        model.load_state_dict(snapshot)
    return best_epoch, best_loss, epoch, tuple(losses)
