import copy
import math


def train_with_early_stopping(model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0):
    if max_epochs < 1:
        raise ValueError("max_epochs: at least one epoch is needed")
    if patience < 1:
        raise ValueError("patience: at least one epoch is needed")
    if not (min_delta >= 0 and min_delta != math.inf):
        raise ValueError("min_delta: a finite number that is not negative is needed")
    best_model = None
    best_epoch = -1
    best_loss = math.inf
    val_losses = []
    remaining = patience
    epoch = 0
    while True:
        train_one_epoch(model)
        loss = evaluate(model)
        val_losses.append(loss)
        if loss == loss and abs(loss) != math.inf and loss < best_loss - min_delta:
            best_model, best_epoch, best_loss = copy.deepcopy(model), epoch, loss
            remaining = patience
        else:
            remaining -= 1
        if remaining == 0 or epoch + 1 == max_epochs:
            break
        epoch += 1
    if best_model is not None:
        model.load_state_dict(best_model.state_dict())
    return best_epoch, best_loss, epoch, val_losses
