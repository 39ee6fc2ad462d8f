# Newton's method within an orthant, with an active set, as OWL-QN projects.
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


def sigmoid(z):
    z = np.asarray(z, dtype=np.float64)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def softplus(z):
    z = np.asarray(z, dtype=np.float64)
    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))


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
    mean = X.mean(axis=0)
    A = X - mean
    A[:, const] = 0
    B = np.column_stack([A, np.ones(n)])
    pen = np.append(np.full(p, l1), 0.0)
    rid = np.append(np.full(p, 2 * l2), 0.0)
    v = np.zeros(p + 1)
    def F(v):
        z = B @ v
        return np.mean(softplus(z) - y * z) + pen @ np.abs(v) + rid @ v**2 / 2
    for it in range(1, 2000):
        pr = sigmoid(B @ v)
        g = B.T @ (pr - y) / n + rid * v
        # orthant
        pg = np.where(v > 0, g + pen, np.where(v < 0, g - pen, np.sign(g) * np.maximum(np.abs(g) - pen, 0)))
        if np.abs(pg).max() < 1e-12:
            break
        act = (v != 0) | (pg != 0)
        orth = np.where(v != 0, np.sign(v), -np.sign(pg))
        H = (B[:, act] * (pr * (1 - pr))[:, None]).T @ B[:, act] / n + np.diag(rid[act] + 1e-12)
        d = np.zeros(p + 1)
        d[act] = -np.linalg.solve(H, pg[act])
        s, f0 = 1.0, F(v)
        while s > 1e-12:
            new = v + s * d
            flip = (np.sign(new) * orth < 0) & (pen > 0)
            new[flip] = 0.0
            if F(new) <= f0 + 1e-4 * pg @ (new - v) or (F(new) <= f0 + 1e-16 and s < 1):
                break
            s /= 2
        else:
            t = 1 / (np.linalg.norm(B, 2)**2 / (4 * n) + 2 * l2)
            q = v - t * g
            new = np.sign(q) * np.maximum(np.abs(q) - t * pen, 0)
        if np.array_equal(new, v):
            t = 1 / (np.linalg.norm(B, 2)**2 / (4 * n) + 2 * l2)
            q = v - t * g
            new = np.sign(q) * np.maximum(np.abs(q) - t * pen, 0)
        v = new
    w = v[:p]
    return LogisticFit(w, float(v[p] - mean @ w), it)
