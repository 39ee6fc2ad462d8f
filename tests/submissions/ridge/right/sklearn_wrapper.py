import numpy as np
from sklearn.linear_model import LinearRegression, Ridge

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
    if lam == 0:
        Xc = (X - X.mean(0)) * (X.max(0) > X.min(0))
        w = np.linalg.lstsq(Xc, y - y.mean(), rcond=1e-14)[0]
        return w, y.mean() - X.mean(0) @ w
    model = Ridge(alpha=lam * len(y), solver="svd").fit(X, y)
    w = model.coef_.copy()
    w[X.std(0) < 1e-12 * np.abs(X).max()] = 0.0
    return w, np.float64(y.mean() - X.mean(0) @ w)


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

