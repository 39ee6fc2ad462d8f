# Accelerated proximal gradient (FISTA) with restarts; zeros come from the proximal step.
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
    w = np.zeros(p) if coef_init is None else np.array(coef_init, dtype=float)
    if w.shape != (p,):
        raise ValueError("coef_init has the wrong shape")
    # work on columns of unit length, with one threshold per column
    Xc = X - X.mean(0)
    length = np.sqrt((Xc**2).sum(0))
    length[np.ptp(X, axis=0) == 0] = 0
    live = length > 0
    w[~live] = 0
    Z = Xc[:, live] / length[live]
    yc = y - y.mean()
    threshold = n * lam / 2 / length[live]
    v = w[live] * length[live]
    step = 1 / max(np.linalg.norm(Z, 2) ** 2, 1e-300) if live.any() else 1.0
    momentum, t = v.copy(), 1.0
    count = 0
    for count in range(1, 20 * max_iter + 1):  # a gradient step is cheaper than a sweep
        z = momentum + step * Z.T @ (yc - Z @ momentum)
        new = np.sign(z) * np.maximum(np.abs(z) - step * threshold, 0)
        if (momentum - new) @ (new - v) > 0:
            t = 1.0
        t_next = (1 + np.sqrt(1 + 4 * t * t)) / 2
        change = np.abs(new - v).max(initial=0.0)
        ahead = np.abs(new - momentum).max(initial=0.0)
        momentum = new + (t - 1) / t_next * (new - v)
        v, t = new, t_next
        if max(change, ahead) <= 1e-3 * tol * np.abs(v).max(initial=0.0):
            break
    w[live] = v / length[live]
    return LassoFit(w, y.mean() - X.mean(0) @ w, min(count, max_iter))
