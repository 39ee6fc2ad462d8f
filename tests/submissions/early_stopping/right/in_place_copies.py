import torch


def train_with_early_stopping(model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0):
    """Copies tensor by tensor into storage of its own, and back."""
    if int(max_epochs) <= 0:
        raise ValueError("max_epochs <= 0")
    if int(patience) <= 0:
        raise ValueError("patience <= 0")
    delta = torch.tensor(float(min_delta), dtype=torch.float64)
    if not torch.isfinite(delta) or delta < 0:
        raise ValueError("min_delta is not a finite number >= 0")
    kept = [t.detach().clone() for t in list(model.parameters()) + list(model.buffers())]
    best_epoch, best_loss = -1, torch.tensor(torch.inf, dtype=torch.float64)
    losses, waiting = [], 0
    for epoch in range(int(max_epochs)):
        train_one_epoch(model)
        loss = torch.tensor(evaluate(model), dtype=torch.float64)
        losses.append(loss)
        if torch.isfinite(loss) and loss < best_loss - delta:
            best_epoch, best_loss, waiting = epoch, loss, 0
            for old, new in zip(kept, list(model.parameters()) + list(model.buffers())):
                old.copy_(new.detach())
        else:
            waiting += 1
            if waiting == patience:
                break
    if best_epoch != -1:
        with torch.no_grad():
            for old, new in zip(kept, list(model.parameters()) + list(model.buffers())):
                new.copy_(old)
    return best_epoch, best_loss, epoch, losses
