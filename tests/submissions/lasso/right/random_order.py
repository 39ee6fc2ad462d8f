# Each sweep visits the features in a fresh random order, from a generator of its own.
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
        raise ValueError(f"max_iter = {max_iter}")
    X, y = np.asarray(X, float), np.asarray(y, float)
    n, p = X.shape
    w = np.zeros(p)
    if coef_init is not None:
        if len(coef_init) != p:
            raise ValueError("coef_init must have one entry per column of X")
        w[:] = coef_init
    order = np.random.default_rng(0)
    useful = [j for j in range(p) if not np.all(X[:, j] == X[0, j])]
    w[[j for j in range(p) if j not in useful]] = 0
    centre = X.mean(axis=0)
    A = X - centre
    r = (y - y.mean()) - A[:, useful] @ w[useful]
    for n_iter in range(1, max_iter + 1):
        last = w.copy()
        for j in order.permutation(useful):
            j = int(j)
            a = A[:, j]
            norm = np.dot(a, a)
            target = w[j] + np.dot(a, r) / norm
            new = soft_threshold(target, n * lam / (2 * norm))
            r += a * (w[j] - new)
            w[j] = new
        if np.max(np.abs(w - last)) <= tol * np.max(np.abs(w)):
            break
    return LassoFit(coef=w, intercept=np.array(y.mean() - centre @ w), n_iter=np.int64(n_iter))
