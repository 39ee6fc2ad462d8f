import numpy as np
from typing import NamedTuple


class LassoFit(NamedTuple):
    coef: np.ndarray
    intercept: float
    n_iter: int


def _strength(value, name="lam"):
    if not (np.isfinite(value) and value >= 0):
        raise ValueError(f"{name} must be finite and not negative, got {value}")


def _data(X, y):
    X = np.asarray(X, dtype=np.float64)
    y = np.asarray(y, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError("X must have two dimensions")
    if len(X) != len(y):
        raise ValueError("y and X have different lengths")
    if not np.isfinite(X).all():
        raise ValueError("X contains NaN or infinity")
    if not np.isfinite(y).all():
        raise ValueError("y contains NaN or infinity")
    return X, y


def _centre(X, y):
    Xc = X - X.mean(axis=0)
    Xc[:, X.max(axis=0) == X.min(axis=0)] = 0.0
    return Xc, y - y.mean()


def soft_threshold(z, g):
    return np.sign(z) * np.maximum(np.abs(z) - g, 0.0)


def _start(coef_init, p):
    if coef_init is None:
        return np.zeros(p)
    w = np.array(coef_init, dtype=np.float64)
    if w.shape != (p,):
        raise ValueError("coef_init must have one entry per column")
    if not np.isfinite(w).all():
        raise ValueError("coef_init must be finite")
    return w


def elastic_net_coordinate_descent(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    _strength(l1, "l1")
    _strength(l2, "l2")
    X, y = _data(X, y)
    if max_iter < 1:
        raise ValueError("max_iter must be at least 1")
    n, p = X.shape
    w = _start(coef_init, p)
    Xc, yc = _centre(X, y)
    norms = (Xc**2).sum(axis=0)
    w[norms == 0] = 0.0
    r = yc - Xc @ w
    for sweep in range(1, max_iter + 1):
        moved = 0.0
        for j in range(p):
            if norms[j] == 0:
                continue
            old = w[j]
            rho = Xc[:, j] @ r + norms[j] * old
            w[j] = soft_threshold(rho, n * l1 / 2) / (norms[j] + n * l2)
            r += Xc[:, j] * (old - w[j])
            moved = max(moved, abs(w[j] - old))
        if moved <= tol * np.max(np.abs(w)):
            break
    return LassoFit(w, float(y.mean() - X.mean(axis=0) @ w), sweep)


def sklearn_parameters(l1, l2):
    _strength(l1, "l1")
    _strength(l2, "l2")
    alpha = l1 / 2 + l2
    return alpha, (l1 / 2 / alpha if alpha > 0 else 0.0)
