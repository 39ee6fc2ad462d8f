# Covariance updates: everything from X'X and X'y, computed once.
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
    if coef_init is None:
        w = np.zeros(p)
    else:
        w = np.array(coef_init, dtype=float)
        if w.shape != (p,):
            raise ValueError("coef_init has the wrong shape")
    constant = np.ptp(X, axis=0) == 0
    Xc = X - X.mean(axis=0)
    Xc[:, constant] = 0
    w[constant] = 0
    G = Xc.T @ Xc / n
    q = Xc.T @ (y - y.mean()) / n
    n_iter = 0
    while n_iter < max_iter:
        n_iter += 1
        biggest = 0.0
        for j in range(p):
            if constant[j]:
                continue
            rho = q[j] - G[j] @ w + G[j, j] * w[j]
            new = float(soft_threshold(rho, l1 / 2)) / (G[j, j] + l2)
            biggest = max(biggest, abs(new - w[j]))
            w[j] = new
        if biggest <= tol * np.max(np.abs(w)):
            break
    return LassoFit(w, y.mean() - X.mean(axis=0) @ w, n_iter)


def sklearn_parameters(l1, l2):
    for name, value in (("l1", l1), ("l2", l2)):
        if not np.isfinite(value) or value < 0:
            raise ValueError(f"{name} should be finite and not negative")
    alpha = l1 / 2 + l2
    return (alpha, l1 / (2 * alpha)) if alpha > 0 else (0.0, 1.0)
