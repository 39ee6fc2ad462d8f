# Newton where the objective is smooth, proximal Newton steps by active set where it is not.
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
    centre = X.mean(axis=0)
    A = np.c_[np.where(X.max(0) > X.min(0), X - centre, 0.0), np.ones(n)]
    theta = np.zeros(p + 1)
    square = np.r_[np.full(p, 2 * l2), 0.0]
    if l1 == 0:
        for n_iter in range(1, 200):
            q = sigmoid(A @ theta)
            g = A.T @ (q - y) / n + square * theta
            H = (A.T * (q * (1 - q))) @ A / n + np.diag(square)
            d = np.linalg.lstsq(H, g, rcond=None)[0]
            t = 1.0
            while loss(A, y, theta - t * d, l2) > loss(A, y, theta, l2) + 1e-13 and t > 1e-4:
                t /= 2
            theta = theta - t * d
            if np.abs(g).max() <= 1e-11:
                break
    else:
        step = 1 / (np.linalg.norm(A, 2) ** 2 / 4 / n + 2 * l2)
        for n_iter in range(1, max_iter + 1):
            new = theta - step * (A.T @ (sigmoid(A @ theta) - y) / n + square * theta)
            new[:p] -= np.clip(new[:p], -step * l1, step * l1)
            moved = np.max(np.abs(new - theta)) / step
            theta = new
            if moved <= tol:
                break
    w = theta[:p]
    return LogisticFit(coef=w, intercept=np.array(theta[p] - centre @ w), n_iter=n_iter)


def loss(A, y, theta, l2):
    return np.mean(softplus((1 - 2 * y) * (A @ theta))) + l2 * theta[:-1] @ theta[:-1]
