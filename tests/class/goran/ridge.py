"""Gradient descent until nothing moves."""

import numpy as np


def ridge_closed_form(X, y, lam):
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    n, p = X.shape
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    w = np.zeros(p)
    step = 1e-3
    while True:
        gradient = -2 / n * Xc.T @ (yc - Xc @ w) + 2 * lam * w
        if np.all(gradient == 0.0):
            break
        w = w - step * gradient
    return w, y.mean() - X.mean(axis=0) @ w


def predict(fit, X):
    return X @ fit[0] + fit[1]


def sklearn_alpha(lam, n_samples):
    return n_samples * lam


def effective_degrees_of_freedom(X, lam):
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    return float(np.sum(s**2 / (s**2 + len(X) * lam)))
