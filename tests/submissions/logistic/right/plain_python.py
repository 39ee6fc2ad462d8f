# Numbers and lists wherever it is bearable.
import math
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
    if np.ndim(z):
        return np.array([sigmoid(float(value)) for value in z])
    z = float(z)
    if z >= 0:
        return 1.0 / (1.0 + math.exp(-z))
    return math.exp(z) / (1.0 + math.exp(z))


def softplus(z):
    if np.ndim(z):
        return [softplus(float(value)) for value in z]
    z = float(z)
    return z + math.log1p(math.exp(-z)) if z > 0 else math.log1p(math.exp(z))


def penalized_log_loss(X, y, coef, intercept, l1, l2):
    X, y = _bad(X, y, l1, l2)
    if len(coef) != X.shape[1]:
        raise ValueError("coef has the wrong length")
    total = 0.0
    for row, label in zip(X, y):
        z = sum(float(a) * float(c) for a, c in zip(row, coef)) + intercept
        total += softplus(-z) if label == 1 else softplus(z)
    return total / len(y) + l1 * sum(abs(c) for c in coef) + l2 * sum(c * c for c in coef)


def logistic_proximal_gradient(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    X, y = _bad(X, y, l1, l2)
    if max_iter < 1:
        raise ValueError("max_iter: 1 or more")
    n, p = X.shape
    means = [float(X[:, j].mean()) for j in range(p)]
    columns = [
        X[:, j] - means[j] if X[:, j].max() > X[:, j].min() else np.zeros(n) for j in range(p)
    ]
    # one coordinate at a time, each with its own curvature bound
    bounds = [float(c @ c) / (4 * n) + 2 * l2 for c in columns]
    w, b = [0.0] * p, 0.0
    z = np.zeros(n)
    for sweep in range(max_iter):
        most = 0.0
        for j in range(p):
            if bounds[j] == 2 * l2:
                continue
            g = float(columns[j] @ (0.5 * (1 + np.tanh(z / 2)) - y)) / n + 2 * l2 * w[j]
            v = w[j] - g / bounds[j]
            new = math.copysign(max(abs(v) - l1 / bounds[j], 0.0), v)
            z += (new - w[j]) * columns[j]
            most = max(most, bounds[j] * abs(new - w[j]))
            w[j] = new
        g = float((0.5 * (1 + np.tanh(z / 2)) - y).mean())
        b -= 4 * g
        z -= 4 * g
        if max(most, abs(g)) <= tol:
            break
    return w, b - sum(m * c for m, c in zip(means, w)), sweep + 1


def predict_proba(fit, X):
    return [sigmoid(float(value)) for value in _bad(X) @ np.array(fit[0]) + fit[1]]


def sklearn_parameters(l1, l2, n_samples):
    _bad(np.zeros((1, 1)), None, l1, l2)
    if n_samples <= 0:
        raise ValueError("n_samples should be 1 or more")
    try:
        return 1 / (n_samples * (l1 + 2 * l2)), l1 / (l1 + 2 * l2)
    except ZeroDivisionError:
        return math.inf, 0.5
