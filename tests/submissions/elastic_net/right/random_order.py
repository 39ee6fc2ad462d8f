# Each sweep visits the features in a fresh random order, from a generator of its own.
from typing import NamedTuple

import numpy as np


class LassoFit(NamedTuple):
    coef: np.ndarray
    intercept: float
    n_iter: int


def check(X, y, l1, l2):
    for name, a, dims in (("X", X, 2), ("y", y, 1)):
        if np.ndim(a) != dims:
            raise ValueError(f"{name}: expected {dims} dimensions")
        if np.isnan(a).any() or np.isinf(a).any():
            raise ValueError(f"{name}: NaN or infinity")
    if np.shape(X)[0] != np.shape(y)[0]:
        raise ValueError("lengths of X and y differ")
    if not (0 <= l1 < float("inf")):
        raise ValueError(f"l1 = {l1} is not allowed")
    if not (0 <= l2 < float("inf")):
        raise ValueError(f"l2 = {l2} is not allowed")


def soft_threshold(z, gamma):
    if not (0 <= gamma < float("inf")):
        raise ValueError("bad gamma")
    z = np.asarray(z, dtype=np.float64)
    return z - np.clip(z, -gamma, gamma)





def elastic_net_coordinate_descent(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    check(X, y, l1, l2)
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
            target = w[j] * norm + np.dot(a, r)
            new = soft_threshold(target, n * l1 / 2) / (norm + n * l2)
            r += a * (w[j] - new)
            w[j] = new
        if np.max(np.abs(w - last)) <= tol * np.max(np.abs(w)):
            break
    return LassoFit(coef=w, intercept=np.array(y.mean() - centre @ w), n_iter=np.int64(n_iter))


def sklearn_parameters(l1, l2):
    check(np.zeros((2, 1)), np.zeros(2), l1, l2)
    if l1 == 0 and l2 == 0:
        return 0, 0
    return l1 / 2 + l2, np.float64(l1) / (l1 + 2 * l2)
