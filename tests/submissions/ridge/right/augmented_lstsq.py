import numpy as np
from collections import namedtuple

Fit = namedtuple('Fit', 'coef intercept')

def _check(X, y=None, lam=0.0):
    X = np.asarray(X, dtype=float)
    if X.ndim != 2:
        raise ValueError("X should be two-dimensional")
    if not np.isfinite(X).all():
        raise ValueError("X has NaN or inf")
    if not np.isfinite(lam) or lam < 0:
        raise ValueError("lam should be a finite number, zero or more")
    if y is not None:
        y = np.asarray(y, dtype=float)
        if len(y) != len(X):
            raise ValueError("X and y differ in length")
        if not np.isfinite(y).all():
            raise ValueError("y has NaN or inf")
    return X, y

def ridge_closed_form(X, y, lam):
    X, y = _check(X, y, lam)
    n, p = X.shape
    mx, my = X.mean(axis=0), y.mean()
    A = np.concatenate([X - mx, np.sqrt(n * lam) * np.identity(p)])
    b = np.concatenate([y - my, np.zeros(p)])
    w, *_ = np.linalg.lstsq(A, b, rcond=None)
    w[X.max(axis=0) == X.min(axis=0)] = 0
    return Fit(coef=w, intercept=my - np.dot(mx, w))


def predict(fit, X):
    X, _ = _check(X)
    return X @ fit[0] + fit[1]


def sklearn_alpha(lam, n_samples):
    if not np.isfinite(lam) or lam < 0:
        raise ValueError("lam should be a finite number, zero or more")
    if n_samples < 1:
        raise ValueError("n_samples should be 1 or more")
    return lam * n_samples


def effective_degrees_of_freedom(X, lam):
    X, _ = _check(X, lam=lam)
    Xc = X - X.mean(0)
    if lam == 0:
        return np.linalg.matrix_rank(Xc, tol=1e-10 * max(1.0, np.abs(X).max()))
    s = np.linalg.svd(Xc, compute_uv=False)
    return np.sum(s**2 / (s**2 + len(X) * lam))

