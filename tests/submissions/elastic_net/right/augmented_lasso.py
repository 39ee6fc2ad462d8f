# Zou and Hastie's trick: the squared penalty as rows sqrt(n l2) I below X, then a plain lasso.
from typing import NamedTuple

import numpy as np


class LassoFit(NamedTuple):
    coef: np.ndarray
    intercept: float
    n_iter: int


def _validate(X, y, l1=0.0, l2=0.0):
    X = np.array(X, dtype=float)
    y = np.array(y, dtype=float)
    if X.ndim != 2:
        raise ValueError("X should be a matrix")
    if y.ndim != 1 or len(y) != len(X):
        raise ValueError("X and y should have the same length")
    if not np.isfinite(X).all():
        raise ValueError("X has NaN or inf")
    if not np.isfinite(y).all():
        raise ValueError("y has NaN or inf")
    for name, value in (("l1", l1), ("l2", l2)):
        if not np.isfinite(value) or value < 0:
            raise ValueError(f"{name} should be finite and not negative")
    return X, y


def elastic_net_coordinate_descent(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    X, y = _validate(X, y, l1, l2)
    if max_iter < 1:
        raise ValueError("max_iter should be at least 1")
    n, p = X.shape
    w = np.zeros(p) if coef_init is None else np.array(coef_init, dtype=float)
    if w.shape != (p,):
        raise ValueError("coef_init has the wrong shape")
    Xc = X - X.mean(axis=0)
    constant = X.max(axis=0) == X.min(axis=0)
    Xc[:, constant] = 0
    w[constant] = 0
    tall = np.vstack([Xc, np.sqrt(n * l2) * np.eye(p)])
    target = np.concatenate([y - y.mean(), np.zeros(p)])
    w, n_iter = lasso(tall, target, n * l1 / 2, w, max_iter, tol)
    return LassoFit(w, y.mean() - X.mean(axis=0) @ w, n_iter)


def lasso(A, b, gamma, w, max_iter, tol):
    """|b - A w|^2 / 2 + gamma |w|_1."""
    r = b - A @ w
    square = (A * A).sum(axis=0)
    for n_iter in range(1, max_iter + 1):
        most = 0.0
        for j in np.nonzero(square)[0]:
            z = A[:, j] @ r + square[j] * w[j]
            change = np.sign(z) * max(abs(z) - gamma, 0.0) / square[j] - w[j]
            w[j] += change
            if abs(w[j]) < 1e-16 * abs(change):
                w[j] = 0.0  # what is left of w - w
            r -= change * A[:, j]
            most = max(most, abs(change))
        if most <= tol * np.abs(w).max():
            break
    return w, n_iter


def sklearn_parameters(l1, l2):
    for name, value in (("l1", l1), ("l2", l2)):
        if not np.isfinite(value) or value < 0:
            raise ValueError(f"{name} should be finite and not negative")
    alpha = l1 / 2 + l2
    return (alpha, l1 / (2 * alpha)) if alpha > 0 else (0.0, 1.0)
