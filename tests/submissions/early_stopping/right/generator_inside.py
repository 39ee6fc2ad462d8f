import copy
import math


class _Stop(Exception):
    pass


class Tracker:
    def __init__(self, model, patience, min_delta):
        self.model, self.patience, self.min_delta = model, patience, min_delta
        self.losses, self.best_epoch, self.best_loss, self.state = [], -1, math.inf, None

    def add(self, loss):
        self.losses.append(loss)
        here = len(self.losses) - 1
        if math.isfinite(loss) and loss + self.min_delta < self.best_loss:
            self.best_epoch, self.best_loss = here, loss
            self.state = copy.deepcopy(self.model.state_dict())
        elif here - self.best_epoch >= self.patience:
            raise _Stop


def train_with_early_stopping(model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0):
    if max_epochs < 1:
        raise ValueError("max_epochs is below 1")
    if patience < 1:
        raise ValueError("patience is below 1")
    if not math.isfinite(min_delta) or min_delta < 0:
        raise ValueError("min_delta is negative or not finite")
    tracker = Tracker(model, patience, min_delta)
    try:
        for _ in range(max_epochs):
            train_one_epoch(model)
            loss = evaluate(model)
            tracker.add(loss)
    except _Stop:
        pass
    if tracker.state is not None:
        model.load_state_dict(tracker.state)
    return tracker.best_epoch, tracker.best_loss, len(tracker.losses) - 1, tracker.losses
