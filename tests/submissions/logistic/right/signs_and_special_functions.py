# Labels of -1 and 1 inside, the sigmoid and softplus of scipy.special, and a plain tuple.
from typing import NamedTuple

import numpy as np


class LogisticFit(NamedTuple):
    coef: np.ndarray
    intercept: float
    n_iter: int


def _strength(value, name):
    if not (np.isfinite(value) and value >= 0):
        raise ValueError(f"{name} must be finite and >= 0, got {value}")


def _matrix(X):
    X = np.array(X, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError(f"X must be 2-D, but it has shape {X.shape}")
    if not np.isfinite(X).all():
        raise ValueError("X contains NaN or infinity")
    return X


def _labels(y, n):
    y = np.array(y, dtype=np.float64)
    if y.shape != (n,):
        raise ValueError(f"y must have length {n}, one per row of X")
    if not np.isin(y, (0.0, 1.0)).all():
        raise ValueError("y must hold 0 and 1 only")
    return y


def penalized_log_loss(X, y, coef, intercept, l1, l2):
    _strength(l1, "l1")
    _strength(l2, "l2")
    X = _matrix(X)
    y = _labels(y, len(X))
    coef = np.asarray(coef, dtype=np.float64)
    if coef.shape != (X.shape[1],):
        raise ValueError("coef must have one entry per column of X")
    z = X @ coef + intercept
    loss = np.mean(softplus(z) - y * z)
    return float(loss + l1 * np.sum(np.abs(coef)) + l2 * np.sum(coef**2))


def _soft(v, g):
    return np.sign(v) * np.maximum(np.abs(v) - g, 0.0)


def predict_proba(fit, X):
    X = _matrix(X)
    coef, intercept = np.asarray(fit[0]), fit[1]
    if X.shape[1] != len(coef):
        raise ValueError("X has another number of columns than the fit")
    return sigmoid(X @ coef + intercept)


def sklearn_parameters(l1, l2, n_samples):
    _strength(l1, "l1")
    _strength(l2, "l2")
    if n_samples < 1:
        raise ValueError("n_samples must be at least 1")
    total = l1 + 2 * l2
    if total == 0:
        return float("inf"), 0.0
    return 1.0 / (n_samples * total), l1 / total


from scipy.special import expit, log_expit
def sigmoid(z):
    return expit(np.asarray(z, dtype=np.float64))
def softplus(z):
    return -log_expit(-np.asarray(z, dtype=np.float64))

def _prepare(X, y, l1, l2, max_iter):
    _strength(l1, "l1")
    _strength(l2, "l2")
    X = _matrix(X)
    y = _labels(y, len(X))
    if max_iter < 1:
        raise ValueError("max_iter must be at least 1")
    return X, y, X.max(axis=0) == X.min(axis=0)


def logistic_proximal_gradient(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):

    X, y, const = _prepare(X, y, l1, l2, max_iter)
    n, p = X.shape
    s = 2 * y - 1
    mean = X.mean(axis=0)
    A = np.asfortranarray(np.where(const, 0, X - mean))
    M = A * s[:, None]
    t = 1 / (np.linalg.eigvalsh(A.T @ A).max() / (4 * n) + 0.25 + 2 * l2)
    w, b = np.zeros(p), np.array(0.0)
    yw, yb, k = w, b, 0
    for it in range(1, max_iter + 1):
        q = expit(-(M @ yw + s * yb))
        nw = yw + t * (M.T @ q / n - 2 * l2 * yw)
        nw = nw - np.clip(nw, -t * l1, t * l1)
        nb = yb + t * (s @ q) / n
        if max(np.abs(nw - yw).max(initial=0.0), abs(nb - yb)) <= tol * t:
            w, b = nw, nb
            break
        k += 1
        if np.dot(yw - nw, nw - w) + (yb - nb) * (nb - b) > 0:
            k = 0
        yw, yb = nw + k / (k + 3) * (nw - w), nb + k / (k + 3) * (nb - b)
        w, b = nw, nb
    return (w, np.array(b - mean @ w), np.int64(it))
