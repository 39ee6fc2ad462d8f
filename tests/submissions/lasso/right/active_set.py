# Sweeps over the columns in use until they settle, then over all of them.
from typing import NamedTuple

import numpy as np


class LassoFit(NamedTuple):
    coef: np.ndarray
    intercept: float
    n_iter: int


def _validate(X, y, lam=0.0):
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
    if not np.isfinite(lam) or lam < 0:
        raise ValueError("lam should be finite and not negative")
    return X, y


def soft_threshold(z, gamma):
    if not np.isfinite(gamma) or gamma < 0:
        raise ValueError("gamma should be finite and not negative")
    z = np.asarray(z, dtype=float)
    return np.where(z > gamma, z - gamma, np.where(z < -gamma, z + gamma, 0.0))


def lambda_max(X, y):
    X, y = _validate(X, y)
    Xc = X - X.mean(0)
    Xc[:, np.ptp(X, axis=0) == 0] = 0
    return 2 * np.max(np.abs(Xc.T @ (y - y.mean()))) / len(y)


def lasso_path(X, y, lambdas):
    lambdas = list(lambdas)
    if not lambdas:
        raise ValueError("lambdas is empty")
    start = None
    out = []
    for lam in lambdas:
        start = np.array(lasso_coordinate_descent(X, y, lam, coef_init=start)[0])
        out.append(start)
    return np.vstack(out)


def sklearn_alpha(lam):
    if not np.isfinite(lam) or lam < 0:
        raise ValueError("lam should be finite and not negative")
    return 0.5 * lam


def lasso_coordinate_descent(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    X, y = _validate(X, y, lam)
    if max_iter < 1:
        raise ValueError("max_iter should be at least 1")
    n, p = X.shape
    start = np.zeros(p) if coef_init is None else np.array(coef_init, dtype=float)
    if start.shape != (p,):
        raise ValueError("coef_init has the wrong shape")
    state = Descent(X, y, lam, start)
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
    def __init__(self, X, y, lam, start):
        self.Xc = X - X.mean(0)
        self.varying = np.flatnonzero(np.ptp(X, axis=0))
        self.w = np.zeros(X.shape[1])
        self.w[self.varying] = start[self.varying]
        self.r = y - y.mean() - self.Xc @ self.w
        self.square = (self.Xc**2).sum(0)
        self.gamma = lam * len(y) / 2

    def sweep(self, columns, tol):
        most = 0.0
        for j in columns:
            x, old = self.Xc[:, j], self.w[j]
            new = soft_threshold(x @ self.r + self.square[j] * old, self.gamma) / self.square[j]
            self.r += x * (old - new)
            self.w[j] = new
            most = max(most, abs(new - old))
        return most <= tol * np.abs(self.w).max(initial=0)
