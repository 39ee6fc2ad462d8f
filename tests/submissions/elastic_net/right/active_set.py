# Sweeps over the columns in use until they settle, then over all of them.
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


def soft_threshold(z, gamma):
    if not np.isfinite(gamma) or gamma < 0:
        raise ValueError("gamma should be finite and not negative")
    z = np.asarray(z, dtype=float)
    return np.where(z > gamma, z - gamma, np.where(z < -gamma, z + gamma, 0.0))





def elastic_net_coordinate_descent(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    X, y = _validate(X, y, l1, l2)
    if max_iter < 1:
        raise ValueError("max_iter should be at least 1")
    n, p = X.shape
    start = np.zeros(p) if coef_init is None else np.array(coef_init, dtype=float)
    if start.shape != (p,):
        raise ValueError("coef_init has the wrong shape")
    state = Descent(X, y, l1, l2, start)
    n_iter = 0
    while n_iter < max_iter:
        n_iter += 1
        settled = state.sweep(state.varying, tol)
        if settled:
            break
        while n_iter < max_iter:
            n_iter += 1
            if state.sweep(np.flatnonzero(state.w), tol):
                break
    return LassoFit(state.w, float(y.mean() - X.mean(0) @ state.w), n_iter)


class Descent:
    def __init__(self, X, y, l1, l2, start):
        self.Xc = X - X.mean(0)
        self.varying = np.flatnonzero(np.ptp(X, axis=0))
        self.w = np.zeros(X.shape[1])
        self.w[self.varying] = start[self.varying]
        self.r = y - y.mean() - self.Xc @ self.w
        self.square = (self.Xc**2).sum(0)
        self.gamma = l1 * len(y) / 2
        self.extra = l2 * len(y)

    def sweep(self, columns, tol):
        most = 0.0
        for j in columns:
            x, old = self.Xc[:, j], self.w[j]
            z = x @ self.r + self.square[j] * old
            new = soft_threshold(z, self.gamma) / (self.square[j] + self.extra)
            self.r += x * (old - new)
            self.w[j] = new
            most = max(most, abs(new - old))
        return most <= tol * np.abs(self.w).max(initial=0)


def sklearn_parameters(l1, l2):
    for name, value in (("l1", l1), ("l2", l2)):
        if not np.isfinite(value) or value < 0:
            raise ValueError(f"{name} should be finite and not negative")
    alpha = l1 / 2 + l2
    return (alpha, l1 / (2 * alpha)) if alpha > 0 else (0.0, 1.0)
