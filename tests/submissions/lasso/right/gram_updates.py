# Covariance updates: everything from X'X and X'y, computed once.
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
            new = float(soft_threshold(rho, lam / 2)) / G[j, j]
            biggest = max(biggest, abs(new - w[j]))
            w[j] = new
        if biggest <= tol * np.max(np.abs(w)):
            break
    return LassoFit(w, y.mean() - X.mean(axis=0) @ w, n_iter)
