import copy
import math
from typing import NamedTuple


class EarlyStoppingResult(NamedTuple):
    best_epoch: int
    best_loss: float
    stopped_epoch: int
    val_losses: list


class EarlyStopper:
    def __init__(self, patience, min_delta):
        self.patience, self.min_delta = patience, min_delta
        self.counter, self.best, self.epoch, self.state = 0, None, -1, None

    def step(self, epoch, loss, model):
        if not math.isfinite(loss):
            self.counter += 1
        elif self.best is None or loss < self.best - self.min_delta:
            self.best, self.epoch, self.counter = loss, epoch, 0
            self.state = copy.deepcopy(model).state_dict()
        else:
            self.counter += 1
        return self.counter >= self.patience


def train_with_early_stopping(model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0):
    for name, value in (("max_epochs", max_epochs), ("patience", patience)):
        if value < 1:
            raise ValueError(name + " must be at least 1")
    if not math.isfinite(min_delta) or min_delta < 0:
        raise ValueError("min_delta must be finite and not negative")
    stopper = EarlyStopper(patience, min_delta)
    losses = []
    for epoch in range(max_epochs):
        train_one_epoch(model)
        losses.append(evaluate(model))
        if stopper.step(epoch, losses[-1], model):
            break
    if stopper.state is not None:
        model.load_state_dict(stopper.state)
    best = math.inf if stopper.best is None else stopper.best
    return EarlyStoppingResult(stopper.epoch, best, epoch, losses)
