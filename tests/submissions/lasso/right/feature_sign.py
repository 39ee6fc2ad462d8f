# Coordinate descent finds the signs; the support is then solved exactly.
from typing import NamedTuple

import numpy as np


class LassoFit(NamedTuple):
    coef: np.ndarray
    intercept: float
    n_iter: int


def check(X, y, lam):
    for name, a, dims in (("X", X, 2), ("y", y, 1)):
        if np.ndim(a) != dims:
            raise ValueError(f"{name}: expected {dims} dimensions")
        if np.isnan(a).any() or np.isinf(a).any():
            raise ValueError(f"{name}: NaN or infinity")
    if np.shape(X)[0] != np.shape(y)[0]:
        raise ValueError("lengths of X and y differ")
    if not (0 <= lam < float("inf")):
        raise ValueError(f"lam = {lam} is not allowed")


def soft_threshold(z, gamma):
    if not (0 <= gamma < float("inf")):
        raise ValueError("bad gamma")
    z = np.asarray(z, dtype=np.float64)
    return z - np.clip(z, -gamma, gamma)


def lambda_max(X, y):
    check(X, y, 0)
    X = np.asarray(X, float)
    y = np.asarray(y, float)
    return float(max(abs(2 * np.cov(X[:, j], y, bias=True)[0, 1]) for j in range(X.shape[1])))


def lasso_path(X, y, lambdas):
    if len(lambdas) == 0:
        raise ValueError("lambdas must not be empty")
    path = np.zeros((len(lambdas), np.shape(X)[1] if np.ndim(X) == 2 else 0))
    coef = None
    for i, lam in enumerate(lambdas):
        coef = np.asarray(lasso_coordinate_descent(X, y, lam, coef_init=coef)[0])
        path[i] = coef
    return path


def sklearn_alpha(lam):
    if not (0 <= lam < float("inf")):
        raise ValueError("bad lam")
    return lam / 2.0


def lasso_coordinate_descent(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    check(X, y, lam)
    if max_iter < 1:
        raise ValueError("max_iter >= 1, please")
    X = np.asarray(X, np.float64)
    y = np.asarray(y, np.float64)
    n, p = X.shape
    if coef_init is None:
        coef_init = np.zeros(p)
    if np.shape(coef_init) != (p,):
        raise ValueError("coef_init has another length than X has columns")
    vary = X.max(0) > X.min(0)
    w = np.where(vary, coef_init, 0.0)
    Xc = np.where(vary, X - X.mean(0), 0.0)
    yc = y - y.mean()
    S = Xc.T @ Xc
    c = Xc.T @ yc
    half = n * lam / 2
    for n_iter in range(1, max_iter + 1):
        old = w.copy()
        for j in np.flatnonzero(vary):
            w[j] = soft_threshold(c[j] - S[j] @ w + S[j, j] * w[j], half) / S[j, j]
        if abs(w - old).max() <= tol * abs(w).max():
            break
    on = w != 0
    if on.any() and np.linalg.matrix_rank(Xc[:, on]) == on.sum():
        exact = np.linalg.solve(S[np.ix_(on, on)], c[on] - half * np.sign(w[on]))
        if (np.sign(exact) == np.sign(w[on])).all():
            w[on] = exact
    return LassoFit(w, float(y.mean() - X.mean(0) @ w), n_iter)
