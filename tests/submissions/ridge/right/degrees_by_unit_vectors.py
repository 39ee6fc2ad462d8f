import numpy as np
from typing import NamedTuple

class LinearFit(NamedTuple):
    coef: np.ndarray
    intercept: float

def _lam(lam):
    if not (np.isfinite(lam) and lam >= 0):
        raise ValueError(f"lam must be finite and not negative, got {lam}")

def _X(X):
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError("X must have two dimensions")
    if not np.isfinite(X).all():
        raise ValueError("X contains NaN or infinity")
    return X

def _data(X, y):
    X = _X(X)
    y = np.asarray(y, dtype=np.float64)
    if len(X) != len(y):
        raise ValueError("y and X have different lengths")
    if not np.isfinite(y).all():
        raise ValueError("y contains NaN or infinity")
    return X, y

def _centre(X, y):
    Xc = X - X.mean(axis=0)
    Xc[:, X.max(axis=0) == X.min(axis=0)] = 0.0
    return Xc, y - y.mean()

def _solve(Xc, yc, lam):
    n, p = Xc.shape
    A = np.vstack([Xc, np.sqrt(n * lam) * np.eye(p)])
    return np.linalg.lstsq(A, np.concatenate([yc, np.zeros(p)]), rcond=None)[0]

def ridge_closed_form(X, y, lam):
    _lam(lam)
    X, y = _data(X, y)
    Xc, yc = _centre(X, y)
    coef = _solve(Xc, yc, lam)
    return LinearFit(coef, float(y.mean() - X.mean(axis=0) @ coef))

def predict(fit, X):
    X = _X(X)
    coef, intercept = fit
    if X.shape[1] != len(coef):
        raise ValueError("X has another number of columns than fit has coefficients")
    return X @ np.asarray(coef) + intercept

def sklearn_alpha(lam, n_samples):
    _lam(lam)
    if n_samples < 1:
        raise ValueError("n_samples must be at least 1")
    return float(n_samples * lam)


def effective_degrees_of_freedom(X, lam):
    # the trace by fitting every unit vector with the own function
    _lam(lam)
    X = _X(X)
    n = len(X)
    total = -1.0
    for i in range(n):
        e = np.zeros(n); e[i] = 1
        total += predict(ridge_closed_form(X, e, lam), X)[i]
    return total
