import numpy as np
import math

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
    n, p = len(X), len(X[0])
    means = [sum(row[j] for row in X) / n for j in range(p)]
    ybar = sum(y) / n
    A = np.zeros((n + p, p))
    b = np.zeros(n + p)
    for i in range(n):
        for j in range(p):
            A[i, j] = X[i, j] - means[j]
        b[i] = y[i] - ybar
    for j in range(p):
        if all(X[i, j] == X[0, j] for i in range(n)):
            A[:, j] = 0.0
        A[n + j, j] = math.sqrt(n * lam)
    w = np.linalg.pinv(A) @ b
    return w, ybar - sum(means[j] * w[j] for j in range(p))


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

