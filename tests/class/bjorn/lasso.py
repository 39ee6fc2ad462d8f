# scikit-learn does the work; alpha is half of our lam
import warnings

import numpy as np
from sklearn.linear_model import Lasso


def _check(X, y):
    X = np.asarray(X, dtype=float)
    y = np.asarray(y, dtype=float)
    if X.ndim != 2 or not np.all(np.isfinite(X)):
        raise ValueError("X should be a finite matrix")
    if y.ndim != 1 or y.size != X.shape[0] or not np.all(np.isfinite(y)):
        raise ValueError("y should be finite and as long as X")
    return X, y


def _check_lam(lam):
    if not (np.isfinite(lam) and lam >= 0):
        raise ValueError(f"lam should be >= 0 and finite, not {lam}")


def soft_threshold(z, gamma):
    if not (np.isfinite(gamma) and gamma >= 0):
        raise ValueError("gamma should be >= 0 and finite")
    z = np.asarray(z, dtype=float)
    return np.where(z > gamma, z - gamma, np.where(z < -gamma, z + gamma, 0.0))


def lambda_max(X, y):
    X, y = _check(X, y)
    return 2 * float(np.max(np.abs((X - X.mean(0)).T @ (y - y.mean())))) / len(y)


def lasso_coordinate_descent(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    X, y = _check(X, y)
    _check_lam(lam)
    if max_iter < 1:
        raise ValueError("max_iter should be at least 1")
    p = X.shape[1]
    Xc, yc = X - X.mean(0), y - y.mean()
    Xc[:, X.max(0) == X.min(0)] = 0
    if coef_init is not None:
        coef_init = np.array(coef_init, dtype=float)
        if coef_init.shape != (p,):
            raise ValueError("coef_init should have one number a column")
    if lam == 0:
        w, iterations = np.linalg.lstsq(Xc, yc, rcond=None)[0], 1
    else:
        model = Lasso(alpha=sklearn_alpha(lam), fit_intercept=False, tol=1e-14,
                      max_iter=max_iter, warm_start=True, random_state=0)
        if coef_init is not None:
            model.coef_ = coef_init
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(Xc, yc)
        w, iterations = model.coef_, model.n_iter_
    return w, y.mean() - X.mean(0) @ w, max(1, iterations)


def lasso_path(X, y, lambdas):
    if len(lambdas) == 0:
        raise ValueError("lambdas is empty")
    w, rows = None, []
    for lam in lambdas:
        w, _, _ = lasso_coordinate_descent(X, y, lam, coef_init=w)
        rows.append(w.copy())
    return np.array(rows)


def sklearn_alpha(lam):
    _check_lam(lam)
    return lam / 2
