# scikit-learn does the work. random_state is given, or NumPy's global generator would be advanced.
import warnings
from typing import NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Lasso


class LassoFit(NamedTuple):
    coef: np.ndarray
    intercept: float
    n_iter: int


def _validate(X, y, lam=0.0):
    X = np.array(X, dtype=float)
    y = np.array(y, dtype=float)
    if X.ndim != 2:
        raise ValueError("X should be a matrix")
    if y.ndim != 1 or len(y) != len(X):
        raise ValueError("X and y should have the same length")
    if not np.isfinite(X).all():
        raise ValueError("X has NaN or inf")
    if not np.isfinite(y).all():
        raise ValueError("y has NaN or inf")
    if not np.isfinite(lam) or lam < 0:
        raise ValueError("lam should be finite and not negative")
    return X, y


def soft_threshold(z, gamma):
    if not np.isfinite(gamma) or gamma < 0:
        raise ValueError("gamma should be finite and not negative")
    z = np.asarray(z, dtype=float)
    return np.where(z > gamma, z - gamma, np.where(z < -gamma, z + gamma, 0.0))


def lambda_max(X, y):
    X, y = _validate(X, y)
    Xc = X - X.mean(0)
    Xc[:, np.ptp(X, axis=0) == 0] = 0
    return 2 * np.max(np.abs(Xc.T @ (y - y.mean()))) / len(y)


def lasso_path(X, y, lambdas):
    lambdas = list(lambdas)
    if not lambdas:
        raise ValueError("lambdas is empty")
    start = None
    out = []
    for lam in lambdas:
        start = np.array(lasso_coordinate_descent(X, y, lam, coef_init=start)[0])
        out.append(start)
    return np.vstack(out)


def sklearn_alpha(lam):
    if not np.isfinite(lam) or lam < 0:
        raise ValueError("lam should be finite and not negative")
    return 0.5 * lam


def lasso_coordinate_descent(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    X, y = _validate(X, y, lam)
    if max_iter < 1:
        raise ValueError("max_iter should be at least 1")
    p = X.shape[1]
    if coef_init is not None and np.shape(coef_init) != (p,):
        raise ValueError("coef_init has the wrong shape")
    vary = np.ptp(X, axis=0) > 0
    coef = np.zeros(p)
    n_iter = 1
    if lam == 0:
        coef[vary] = np.linalg.lstsq(X[:, vary] - X[:, vary].mean(0), y - y.mean(), rcond=None)[0]
    elif vary.any():
        model = Lasso(
            alpha=sklearn_alpha(lam), tol=tol, max_iter=max_iter, random_state=0, warm_start=True
        )
        if coef_init is not None:
            model.coef_ = np.array(coef_init, dtype=float)[vary]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(X[:, vary], y)
        coef[vary] = model.coef_
        n_iter = min(max(1, model.n_iter_), max_iter)
    return LassoFit(coef, float(y.mean() - X.mean(0) @ coef), n_iter)
