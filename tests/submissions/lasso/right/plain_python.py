import numpy as np
from typing import NamedTuple


class LassoFit(NamedTuple):
    coef: np.ndarray
    intercept: float
    n_iter: int


def _strength(value, name="lam"):
    if not (np.isfinite(value) and value >= 0):
        raise ValueError(f"{name} must be finite and not negative, got {value}")


def _data(X, y):
    X = np.asarray(X, dtype=np.float64)
    y = np.asarray(y, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError("X must have two dimensions")
    if len(X) != len(y):
        raise ValueError("y and X have different lengths")
    if not np.isfinite(X).all():
        raise ValueError("X contains NaN or infinity")
    if not np.isfinite(y).all():
        raise ValueError("y contains NaN or infinity")
    return X, y


def _centre(X, y):
    Xc = X - X.mean(axis=0)
    Xc[:, X.max(axis=0) == X.min(axis=0)] = 0.0
    return Xc, y - y.mean()


def lambda_max(X, y):
    X, y = _data(X, y)
    Xc, yc = _centre(X, y)
    return float(2 / len(y) * np.max(np.abs(Xc.T @ yc)))


def _start(coef_init, p):
    if coef_init is None:
        return np.zeros(p)
    w = np.array(coef_init, dtype=np.float64)
    if w.shape != (p,):
        raise ValueError("coef_init must have one entry per column")
    if not np.isfinite(w).all():
        raise ValueError("coef_init must be finite")
    return w


def sklearn_alpha(lam):
    _strength(lam)
    return lam / 2


def soft_threshold(z, gamma):
    _strength(gamma, "gamma")
    if np.ndim(z) == 0:
        z = float(z)
        return 0.0 if abs(z) <= gamma else (z - gamma if z > 0 else z + gamma)
    return np.array([soft_threshold(v, gamma) for v in np.asarray(z, float)]).reshape(np.shape(z))
def lasso_coordinate_descent(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    _strength(lam)
    X, y = _data(X, y)
    if max_iter < 1:
        raise ValueError("max_iter must be at least 1")
    n, p = X.shape
    w = _start(coef_init, p).tolist()
    Xc, yc = _centre(X, y)
    G = (Xc.T @ Xc).tolist(); c = (Xc.T @ yc).tolist()
    for j in range(p):
        if G[j][j] == 0: w[j] = 0.0
    k = 0
    while k < max_iter:
        k += 1
        delta = 0.0
        for j in reversed(range(p)):
            g = G[j]
            if g[j] == 0: continue
            z = c[j] - sum(a * b for a, b in zip(g, w)) + g[j] * w[j]
            t = n * lam / 2
            new = 0.0 if abs(z) <= t else (z - t if z > 0 else z + t) / g[j]
            delta = max(delta, abs(new - w[j])); w[j] = new
        if delta <= tol * max(abs(v) for v in w): break
    return (w, float(np.mean(y)) - sum(m * v for m, v in zip(X.mean(0), w)), k)
def lasso_path(X, y, lambdas):
    if len(lambdas) == 0: raise ValueError("lambdas is empty")
    return [lasso_coordinate_descent(X, y, l)[0] for l in lambdas]
