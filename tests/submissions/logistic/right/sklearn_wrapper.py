# scikit-learn: lbfgs without l1, saga with it; random_state keeps NumPy's global generator out.
import warnings
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression


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
    live = np.ptp(X, axis=0) > 0
    mean, scale = X.mean(axis=0), 1.0
    coef, intercept, n_iter = np.zeros(p), float(np.log(y.mean() / (1 - y.mean()))), 0
    if live.any():
        C, l1_ratio = sklearn_parameters(l1, l2, n)
        solver = "saga" if l1 > 0 else "newton-cholesky"
        model = LogisticRegression(
            C=C, l1_ratio=l1_ratio if l1 > 0 else 0.0, solver=solver, tol=1e-9, max_iter=max_iter,
            random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(X[:, live] - mean[live], y)
        coef[live], n_iter = model.coef_[0], model.n_iter_
        intercept = float(model.intercept_[0])
        if l1 > 0:
            coef, intercept = settle((X - mean) * live, y, l1, l2, coef, intercept)
        intercept -= float(mean @ coef)
    return LogisticFit(coef, intercept, n_iter)


def settle(Z, y, l1, l2, w, b):
    """saga stops when the coefficients stand still, and leaves the intercept on its way."""
    n = len(y)
    step = 1 / (np.linalg.norm(np.c_[Z, np.ones(n)], 2) ** 2 / (4 * n) + 2 * l2)
    for _ in range(3000):
        off = sigmoid(Z @ w + b) - y
        v = w - step * (Z.T @ off / n + 2 * l2 * w)
        w, b = np.sign(v) * np.maximum(np.abs(v) - step * l1, 0), b - step * off.mean()
    return w, b
