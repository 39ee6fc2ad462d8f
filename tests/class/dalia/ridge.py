"""Normal equations with a column of ones for the intercept."""

import numpy as np


def ridge_closed_form(X, y, lam):
    if lam < 0 or not np.isfinite(lam):
        raise ValueError("lam must be >= 0")
    X = np.asarray(X, dtype=float)
    y = np.asarray(y, dtype=float)
    if X.ndim != 2:
        raise ValueError("X must be 2-D")
    if len(X) != len(y):
        raise ValueError("X and y must have the same length")
    if not np.isfinite(X).all() or not np.isfinite(y).all():
        raise ValueError("X and y must be finite")
    n, p = X.shape
    A = np.column_stack([np.ones(n), X])
    solution = np.linalg.pinv(A.T @ A + n * lam * np.eye(p + 1)) @ A.T @ y
    return solution[1:], solution[0]


def predict(fit, X):
    coef, intercept = fit
    X = np.asarray(X, dtype=float)
    if X.ndim != 2 or X.shape[1] != len(coef) or not np.isfinite(X).all():
        raise ValueError("X does not match the fit")
    return X @ coef + intercept


def sklearn_alpha(lam, n_samples):
    if lam < 0 or not np.isfinite(lam):
        raise ValueError("lam must be >= 0")
    if n_samples < 1:
        raise ValueError("n_samples must be >= 1")
    return n_samples * lam


def effective_degrees_of_freedom(X, lam):
    if lam < 0 or not np.isfinite(lam):
        raise ValueError("lam must be >= 0")
    X = np.asarray(X, dtype=float)
    if X.ndim != 2 or not np.isfinite(X).all():
        raise ValueError("X must be 2-D and finite")
    Xc = X - X.mean(axis=0)
    s2 = np.linalg.svd(Xc, compute_uv=False) ** 2
    s2 = s2[s2 > 1e-20 * s2.max(initial=0.0)]
    return float(np.sum(s2 / (s2 + len(X) * lam)))
