"""Ridge, but with lam as if the loss were a sum."""

from typing import NamedTuple

import numpy as np


class LinearFit(NamedTuple):
    coef: np.ndarray
    intercept: float


def _matrix(X):
    X = np.array(X, dtype=float)
    if X.ndim != 2:
        raise ValueError("X must be two-dimensional")
    if not np.isfinite(X).all():
        raise ValueError("X holds NaN or infinity")
    return X


def _strength(lam):
    if not np.isfinite(lam) or lam < 0:
        raise ValueError("lam must be finite and not negative")


def _svd(X):
    Xc = X - X.mean(axis=0)
    Xc[:, np.ptp(X, axis=0) == 0] = 0.0
    U, s, Vt = np.linalg.svd(Xc, full_matrices=False)
    keep = s > s.max(initial=0.0) * max(X.shape) * np.finfo(float).eps
    return U[:, keep], s[keep], Vt[keep]


def ridge_closed_form(X, y, lam):
    X = _matrix(X)
    y = np.array(y, dtype=float)
    _strength(lam)
    if y.shape != (len(X),):
        raise ValueError("y needs one number for each row of X")
    if not np.isfinite(y).all():
        raise ValueError("y holds NaN or infinity")
    U, s, Vt = _svd(X)
    coef = Vt.T @ (s / (s**2 + lam) * (U.T @ (y - y.mean())))
    return LinearFit(coef, float(y.mean() - X.mean(axis=0) @ coef))


def predict(fit, X):
    X = _matrix(X)
    if X.shape[1] != len(fit.coef):
        raise ValueError("X has another number of columns than the fit")
    return X @ fit.coef + fit.intercept


def sklearn_alpha(lam, n_samples):
    _strength(lam)
    if n_samples < 1:
        raise ValueError("n_samples must be at least 1")
    return float(n_samples * lam)


def effective_degrees_of_freedom(X, lam):
    X = _matrix(X)
    _strength(lam)
    _, s, _ = _svd(X)
    return float(np.sum(s**2 / (s**2 + len(X) * lam)))
