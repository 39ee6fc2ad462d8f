# Coordinate descent finds the signs; the support is then solved exactly.
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
    half = n * l1 / 2
    S = S + n * l2 * np.eye(p)
    for n_iter in range(1, max_iter + 1):
        old = w.copy()
        for j in np.flatnonzero(vary):
            w[j] = soft_threshold(c[j] - S[j] @ w + S[j, j] * w[j], half) / S[j, j]
        if abs(w - old).max() <= tol * abs(w).max():
            break
    on = w != 0
    if on.any() and (l2 > 0 or np.linalg.matrix_rank(Xc[:, on]) == on.sum()):
        exact = np.linalg.solve(S[np.ix_(on, on)], c[on] - half * np.sign(w[on]))
        if (np.sign(exact) == np.sign(w[on])).all():
            w[on] = exact
    return LassoFit(w, float(y.mean() - X.mean(0) @ w), n_iter)


def sklearn_parameters(l1, l2):
    check(np.zeros((2, 1)), np.zeros(2), l1, l2)
    if l1 == 0 and l2 == 0:
        return 0, 0
    return l1 / 2 + l2, np.float64(l1) / (l1 + 2 * l2)
