# The step is halved until the quadratic model lies above the loss, and grows again.
from typing import NamedTuple

import numpy as np


class LogisticFit(NamedTuple):
    coef: np.ndarray
    intercept: float
    n_iter: int


def _bad(X, y=None, l1=0.0, l2=0.0):
    X = np.asarray(X, dtype=float)
    if X.ndim != 2:
        raise ValueError("X should have two dimensions")
    if not np.isfinite(X).all():
        raise ValueError("X should be finite")
    for name, value in (("l1", l1), ("l2", l2)):
        if not np.isfinite(value) or value < 0:
            raise ValueError(f"{name} should be finite and not negative")
    if y is None:
        return X
    y = np.asarray(y, dtype=float)
    if len(y) != len(X):
        raise ValueError("y should be as long as X")
    if not np.isin(y, [0.0, 1.0]).all():
        raise ValueError("y should be 0 or 1")
    return X, y


def sigmoid(z):
    z = np.asarray(z, dtype=np.float64)
    out = np.empty(z.shape)
    up = z >= 0
    out[up] = 1 / (1 + np.exp(-z[up]))
    e = np.exp(z[~up])
    out[~up] = e / (1 + e)
    return out


def softplus(z):
    z = np.asarray(z, dtype=np.float64)
    return np.where(z > 0, z, 0.0) + np.log1p(np.exp(-np.abs(z)))


def penalized_log_loss(X, y, coef, intercept, l1, l2):
    X, y = _bad(X, y, l1, l2)
    if np.shape(coef) != (X.shape[1],):
        raise ValueError("coef does not fit X")
    sign = 2 * y - 1
    loss = softplus(-sign * (X @ np.asarray(coef) + intercept)).mean()
    return float(loss + l1 * np.linalg.norm(coef, 1) + l2 * np.linalg.norm(coef) ** 2)


def predict_proba(fit, X):
    coef, intercept, _ = fit
    return list(sigmoid(np.dot(_bad(X), coef) + intercept))


def sklearn_parameters(l1, l2, n_samples):
    _bad(np.zeros((1, 1)), l1=l1, l2=l2)
    if not n_samples > 0:
        raise ValueError("n_samples must be positive")
    s = l1 + 2.0 * l2
    return [1 / (n_samples * s), l1 / s] if s else [float("inf"), 1.0]


def logistic_proximal_gradient(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    X, y = _bad(X, y, l1, l2)
    if max_iter < 1:
        raise ValueError("max_iter should be at least 1")
    n, p = X.shape
    mean = X.mean(axis=0)
    Z = X - mean
    Z[:, np.ptp(X, axis=0) == 0] = 0
    w, b, step = np.zeros(p), 0.0, 1.0

    def smooth(w, b):
        return penalized_log_loss(Z, y, w, b, 0.0, l2)

    for n_iter in range(1, max_iter + 1):
        off = sigmoid(Z @ w + b) - y
        gw, gb = Z.T @ off / n + 2 * l2 * w, off.mean()
        here = smooth(w, b)
        step *= 1.3
        while True:
            v = w - step * gw
            new_w, new_b = np.sign(v) * np.maximum(np.abs(v) - step * l1, 0), b - step * gb
            dw, db = new_w - w, new_b - b
            model = here + gw @ dw + gb * db + (dw @ dw + db * db) / (2 * step)
            if smooth(new_w, new_b) <= model + 1e-15 * (1 + abs(model)):
                break
            step /= 2
        mapping = max(np.abs(dw).max(), abs(db)) / step
        w, b = new_w, new_b
        if mapping <= tol:
            break
    return w, b - mean @ w, n_iter
