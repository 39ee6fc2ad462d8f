# Positive and negative parts with bounds at zero, given to scipy's L-BFGS-B; then settled.
from scipy.optimize import minimize
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
    z = np.asarray(z, dtype=float)
    return 0.5 * (1 + np.tanh(z / 2))


def softplus(z):
    return np.logaddexp(0.0, np.asarray(z, dtype=float))


def penalized_log_loss(X, y, coef, intercept, l1, l2):
    X, y = _bad(X, y, l1, l2)
    coef = np.asarray(coef, dtype=float)
    if coef.shape != X.shape[1:]:
        raise ValueError("coef should have one number for each column of X")
    z = X @ coef + intercept
    loss = np.mean(softplus(z) - y * z)
    return loss + l1 * np.sum(np.abs(coef)) + l2 * np.sum(coef**2)


def predict_proba(fit, X):
    return sigmoid(_bad(X) @ np.asarray(fit[0]) + fit[1])


def sklearn_parameters(l1, l2, n_samples):
    _bad(np.zeros((1, 1)), l1=l1, l2=l2)
    if n_samples < 1:
        raise ValueError("n_samples should be at least 1")
    if l1 == 0 and l2 == 0:
        return np.inf, 0.0
    return 1 / n_samples / (l1 + 2 * l2), l1 / (l1 + 2 * l2)


def logistic_proximal_gradient(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    X, y = _bad(X, y, l1, l2)
    if max_iter < 1:
        raise ValueError("max_iter should be at least 1")
    n, p = X.shape
    mean, std = X.mean(axis=0), X.std(axis=0)
    live = np.ptp(X, axis=0) > 0
    std[~live] = 1.0
    Z = (X - mean) / std * live

    def objective(t):
        u, v, b = t[:p], t[p:-1], t[-1]
        w = (u - v) / std
        z = Z @ (u - v) + b
        off = (sigmoid(z) - y) / n
        g = Z.T @ off + 2 * l2 * w / std
        loss = np.mean(softplus(z) - y * z) + l1 * np.sum((u + v) / std) + l2 * w @ w
        return loss, np.concatenate([g + l1 / std, l1 / std - g, [off.sum()]])

    t = np.zeros(2 * p + 1)
    bounds = [(0, None)] * (2 * p) + [(None, None)]
    for _ in range(5):
        t = minimize(objective, t, jac=True, bounds=bounds, method="L-BFGS-B",
                     options={"ftol": 1e-16, "gtol": 1e-9, "maxiter": 5000, "maxfun": 20000}).x
    theta = t[:p] - t[p:-1]
    if l1 > 0:  # both parts can be tiny; a few proximal steps make the zeros exact
        b, step = t[-1], 1 / (np.linalg.norm(np.c_[Z, np.ones(n)], 2) ** 2 / (4 * n) + 2 * l2 / std.min() ** 2)
        for _ in range(300):
            off = (sigmoid(Z @ theta + b) - y) / n
            z = theta - step * (Z.T @ off + 2 * l2 * theta / std**2)
            theta = np.sign(z) * np.maximum(np.abs(z) - step * l1 / std, 0)
            b -= step * off.sum()
        t[-1] = b
    w = np.where(live, theta / std, 0.0)
    return LogisticFit(w, t[-1] - mean @ w, 1)
