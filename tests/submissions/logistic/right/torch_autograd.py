# The gradient from PyTorch, the proximal step by hand.
import torch
from typing import NamedTuple

import numpy as np


class LogisticFit(NamedTuple):
    coef: np.ndarray
    intercept: float
    n_iter: int


def _bad(X, y=None, l1=0.0, l2=0.0):
    X = np.asarray(X, dtype=float)
    if X.ndim != 2:
        raise ValueError("X should have two dimensions")
    if not np.isfinite(X).all():
        raise ValueError("X should be finite")
    for name, value in (("l1", l1), ("l2", l2)):
        if not np.isfinite(value) or value < 0:
            raise ValueError(f"{name} should be finite and not negative")
    if y is None:
        return X
    y = np.asarray(y, dtype=float)
    if len(y) != len(X):
        raise ValueError("y should be as long as X")
    if not np.isin(y, [0.0, 1.0]).all():
        raise ValueError("y should be 0 or 1")
    return X, y


def sigmoid(z):
    z = np.asarray(z, dtype=float)
    return 0.5 * (1 + np.tanh(z / 2))


def softplus(z):
    return np.logaddexp(0.0, np.asarray(z, dtype=float))


def penalized_log_loss(X, y, coef, intercept, l1, l2):
    X, y = _bad(X, y, l1, l2)
    coef = np.asarray(coef, dtype=float)
    if coef.shape != X.shape[1:]:
        raise ValueError("coef should have one number for each column of X")
    z = X @ coef + intercept
    loss = np.mean(softplus(z) - y * z)
    return loss + l1 * np.sum(np.abs(coef)) + l2 * np.sum(coef**2)


def predict_proba(fit, X):
    return sigmoid(_bad(X) @ np.asarray(fit[0]) + fit[1])


def sklearn_parameters(l1, l2, n_samples):
    _bad(np.zeros((1, 1)), l1=l1, l2=l2)
    if n_samples < 1:
        raise ValueError("n_samples should be at least 1")
    if l1 == 0 and l2 == 0:
        return np.inf, 0.0
    return 1 / n_samples / (l1 + 2 * l2), l1 / (l1 + 2 * l2)


def logistic_proximal_gradient(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    X, y = _bad(X, y, l1, l2)
    if max_iter < 1:
        raise ValueError("max_iter should be at least 1")
    n, p = X.shape
    Z = torch.tensor(X - X.mean(axis=0), dtype=torch.float64)
    Z[:, torch.tensor(np.ptp(X, axis=0) == 0)] = 0.0
    t = torch.tensor(y, dtype=torch.float64)
    w = torch.zeros(p, dtype=torch.float64, requires_grad=True)
    b = torch.zeros((), dtype=torch.float64, requires_grad=True)
    ones = torch.ones(n, 1, dtype=torch.float64)
    step = 1 / (torch.linalg.matrix_norm(torch.cat([Z, ones], 1), 2) ** 2 / (4 * n) + 2 * l2)
    for n_iter in range(1, max_iter + 1):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(Z @ w + b, t) + l2 * (w @ w)
        gw, gb = torch.autograd.grad(loss, (w, b))
        with torch.no_grad():
            v = w - step * gw
            new = torch.sign(v) * torch.clamp(v.abs() - step * l1, min=0)
            moved = max((new - w).abs().max().item() / step.item(), gb.abs().item())
            w.copy_(new)
            b -= step * gb
        if moved <= max(tol, 1e-7):
            break
    coef = w.detach().numpy()
    return LogisticFit(coef, float(b) - X.mean(axis=0) @ coef, n_iter)
