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


def sklearn_alpha(lam, n_samples):
    _lam(lam)
    if n_samples < 1:
        raise ValueError("n_samples must be at least 1")
    return float(n_samples * lam)

def effective_degrees_of_freedom(X, lam):
    _lam(lam)
    X = _X(X)
    Xc, _ = _centre(X, np.zeros(len(X)))
    s = np.linalg.svd(Xc, compute_uv=False)
    s = s[s > 1e-12 * s.max()] if s.size else s
    return float(np.sum(s**2 / (s**2 + len(X) * lam)))


def ridge_closed_form(X, y, lam):
    _lam(lam)
    X, y = _data(X, y)
    Xc, yc = _centre(X, y)
    coef = _solve(Xc, yc, lam)
    c = [float(v) for v in coef]
    b = sum(y.tolist()) / len(y)
    for j in range(len(c)):
        b -= c[j] * float(np.mean(X[:, j]))
    return (c, b)
def predict(fit, X):
    X = _X(X)
    if X.shape[1] != len(fit[0]): raise ValueError('X does not fit to fit')
    out = []
    for row in X.tolist():
        out.append(sum(w * v for w, v in zip(fit[0], row)) + fit[1])
    return out
