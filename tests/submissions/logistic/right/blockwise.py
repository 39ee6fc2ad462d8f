"""Two blocks in turn: Newton's method for the intercept alone, an accepted proximal step for coef."""

from typing import NamedTuple

import numpy as np
from scipy.special import expit


class LogisticFit(NamedTuple):
    coef: np.ndarray
    intercept: float
    n_iter: int


def need(truth, message):
    if not truth:
        raise ValueError(message)


def checked(X, y=None):
    X = np.asarray(X, dtype=float)
    need(X.ndim == 2 and np.isfinite(X).all(), "X has to be 2-D and finite")
    if y is None:
        return X
    y = np.asarray(y, dtype=float)
    need(y.shape == X.shape[:1], "X and y differ in length")
    need(np.isin(y, (0, 1)).all(), "y has to hold 0 and 1 alone")
    return X, y


def strengths(l1, l2):
    need(np.isfinite(l1) and l1 >= 0, "l1 has to be finite and >= 0")
    need(np.isfinite(l2) and l2 >= 0, "l2 has to be finite and >= 0")


def sigmoid(z):
    return expit(np.asarray(z, dtype=float))


def softplus(z):
    return np.logaddexp(0.0, np.asarray(z, dtype=float))


def penalized_log_loss(X, y, coef, intercept, l1, l2):
    X, y = checked(X, y)
    strengths(l1, l2)
    coef = np.asarray(coef, dtype=float)
    need(coef.shape == X.shape[1:], "coef does not fit X")
    sign = 1 - 2 * y
    fit = np.logaddexp(0, sign * (X @ coef + intercept)).mean()
    return fit + l1 * np.linalg.norm(coef, 1) + l2 * np.dot(coef, coef)


def logistic_proximal_gradient(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    X, y = checked(X, y)
    strengths(l1, l2)
    need(max_iter >= 1, "max_iter is below 1")
    n, p = X.shape
    centre = X.mean(axis=0)
    A = np.where(np.ptp(X, axis=0) == 0, 0.0, X - centre)
    w, b = np.zeros(p), 0.0

    def smooth(w, b):
        return np.logaddexp(0, (1 - 2 * y) * (A @ w + b)).mean() + l2 * w @ w

    bound = np.linalg.norm(A, 2) ** 2 / (4 * n) + 2 * l2 + 1e-12
    step = 1 / bound
    for n_iter in range(1, max_iter + 1):
        for _ in range(50):  # the intercept, to the end
            q = expit(A @ w + b)
            slope, curve = (q - y).mean(), (q * (1 - q)).mean()
            if abs(slope) <= tol / 10:
                break
            b -= np.clip(slope / max(curve, 1e-3), -2, 2)
        gradient = A.T @ (expit(A @ w + b) - y) / n + 2 * l2 * w
        step = min(2 * step, 1e3 / bound)
        while True:  # a longer step than the bound allows, where the function allows it
            ahead = w - step * gradient
            new = np.sign(ahead) * np.maximum(np.abs(ahead) - step * l1, 0)
            move = new - w
            if step <= 1 / bound:
                break
            if smooth(new, b) <= smooth(w, b) + gradient @ move + move @ move / (2 * step):
                break
            step = max(step / 2, 1 / bound)
        w = new
        if max(np.abs(move).max(initial=0) / step, abs(slope)) <= tol:
            break
    return LogisticFit(w, b - centre @ w, n_iter)


def predict_proba(fit, X):
    X = checked(X)
    need(X.shape[1] == len(fit.coef), "X does not fit coef")
    return expit(fit.intercept + (X * fit.coef).sum(axis=1))


def sklearn_parameters(l1, l2, n_samples):
    strengths(l1, l2)
    need(n_samples >= 1, "n_samples is below 1")
    both = l1 + 2 * l2
    return (1 / (n_samples * both), l1 / both) if both > 0 else (np.inf, 0.5)
