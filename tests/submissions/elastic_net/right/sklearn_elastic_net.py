# scikit-learn does the work. random_state is given, or NumPy's global generator would be advanced.
import warnings
from typing import NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNet, Ridge


class LassoFit(NamedTuple):
    coef: np.ndarray
    intercept: float
    n_iter: int


def _validate(X, y, l1=0.0, l2=0.0):
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
    for name, value in (("l1", l1), ("l2", l2)):
        if not np.isfinite(value) or value < 0:
            raise ValueError(f"{name} should be finite and not negative")
    return X, y


def soft_threshold(z, gamma):
    if not np.isfinite(gamma) or gamma < 0:
        raise ValueError("gamma should be finite and not negative")
    z = np.asarray(z, dtype=float)
    return np.where(z > gamma, z - gamma, np.where(z < -gamma, z + gamma, 0.0))





def elastic_net_coordinate_descent(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    X, y = _validate(X, y, l1, l2)
    if max_iter < 1:
        raise ValueError("max_iter should be at least 1")
    p = X.shape[1]
    if coef_init is not None and np.shape(coef_init) != (p,):
        raise ValueError("coef_init has the wrong shape")
    vary = np.ptp(X, axis=0) > 0
    coef = np.zeros(p)
    n_iter = 1
    if l1 == 0 and l2 == 0:
        coef[vary] = np.linalg.lstsq(X[:, vary] - X[:, vary].mean(0), y - y.mean(), rcond=None)[0]
    elif l1 == 0:
        coef[vary] = Ridge(alpha=len(y) * l2, random_state=0).fit(X[:, vary], y).coef_
    elif vary.any():
        alpha, l1_ratio = sklearn_parameters(l1, l2)
        model = ElasticNet(
            alpha=alpha, l1_ratio=l1_ratio, tol=tol, max_iter=max_iter, random_state=0,
            warm_start=True,
        )
        if coef_init is not None:
            model.coef_ = np.array(coef_init, dtype=float)[vary]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(X[:, vary], y)
        coef[vary] = model.coef_
        n_iter = min(max(1, model.n_iter_), max_iter)
    return LassoFit(coef, float(y.mean() - X.mean(0) @ coef), n_iter)


def sklearn_parameters(l1, l2):
    for name, value in (("l1", l1), ("l2", l2)):
        if not np.isfinite(value) or value < 0:
            raise ValueError(f"{name} should be finite and not negative")
    alpha = l1 / 2 + l2
    return (alpha, l1 / (2 * alpha)) if alpha > 0 else (0.0, 1.0)
