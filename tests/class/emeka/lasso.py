"""Coordinate descent for the lasso."""

from typing import NamedTuple

import numpy as np


class LassoFit(NamedTuple):
    coef: np.ndarray
    intercept: float
    n_iter: int


def _checked(X, y, lam=0.0):
    X, y = np.array(X, dtype=float), np.array(y, dtype=float)
    if X.ndim != 2 or not np.isfinite(X).all():
        raise ValueError("X must be two-dimensional and finite")
    if y.shape != (len(X),) or not np.isfinite(y).all():
        raise ValueError("y must hold one finite number for each row of X")
    if not np.isfinite(lam) or lam < 0:
        raise ValueError("lam must be finite and not negative")
    return X, y


def soft_threshold(z, gamma):
    if not np.isfinite(gamma) or gamma < 0:
        raise ValueError("gamma must be finite and not negative")
    z = np.asarray(z, dtype=float)
    return np.sign(z) * np.maximum(np.abs(z) - gamma, 0.0)


def lambda_max(X, y):
    X, y = _checked(X, y)
    return float(2 / len(X) * np.abs((X - X.mean(axis=0)).T @ (y - y.mean())).max(initial=0.0))


def lasso_coordinate_descent(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    X, y = _checked(X, y, lam)
    if max_iter < 1:
        raise ValueError("max_iter must be at least 1")
    n, p = X.shape
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    w = np.zeros(p) if coef_init is None else np.array(coef_init, dtype=float)
    if w.shape != (p,) or not np.isfinite(w).all():
        raise ValueError("coef_init needs one finite number for each column of X")
    constant = np.ptp(X, axis=0) == 0
    Xc[:, constant] = 0.0
    w[constant] = 0.0
    squares = (Xc**2).sum(axis=0)
    residual = yc - Xc @ w
    for sweep in range(1, max_iter + 1):
        largest_step = 0.0
        for j in np.flatnonzero(~constant):
            old = w[j]
            z = Xc[:, j] @ residual + squares[j] * old
            w[j] = np.sign(z) * max(abs(z) - n * lam / 2, 0.0) / squares[j]
            if w[j] != old:
                residual -= Xc[:, j] * (w[j] - old)
                largest_step = max(largest_step, abs(w[j] - old))
        if largest_step <= tol * np.abs(w).max(initial=0.0):
            break
    w = w + 0.0
    return LassoFit(w, float(y.mean() - X.mean(axis=0) @ w), sweep)


def lasso_path(X, y, lambdas):
    lambdas = np.asarray(lambdas, dtype=float)
    if lambdas.size == 0:
        raise ValueError("lambdas must not be empty")
    w, rows = None, []
    for lam in lambdas:
        w = lasso_coordinate_descent(X, y, lam, max_iter=1, coef_init=w).coef
        rows.append(w)
    return np.array(rows)


def sklearn_alpha(lam):
    if not np.isfinite(lam) or lam < 0:
        raise ValueError("lam must be finite and not negative")
    return lam / 2
