# least squares on augmented data: sqrt(n lam) I below X, zeros below y
import numpy as np


def _check(X, lam):
    X = np.asarray(X, dtype=float)
    if X.ndim != 2 or not np.all(np.isfinite(X)):
        raise ValueError("X should be a finite matrix")
    if not (np.isfinite(lam) and lam >= 0):
        raise ValueError(f"lam should be >= 0 and finite, not {lam}")
    return X


def ridge_closed_form(X, y, lam):
    X = _check(X, lam)
    y = np.asarray(y, dtype=float)
    if y.ndim != 1 or y.size != X.shape[0]:
        raise ValueError("X and y differ in length")
    if not np.all(np.isfinite(y)):
        raise ValueError("y is not finite")
    n, p = X.shape
    mean = X.mean(0)
    A = X - mean
    A[:, X.max(0) == X.min(0)] = 0
    b = y - y.mean()
    A = np.concatenate([A, np.sqrt(n * lam) * np.eye(p)])
    b = np.concatenate([b, np.zeros(p)])
    w = np.linalg.lstsq(A, b, rcond=None)[0]
    return w, y.mean() - mean @ w          # a plain tuple does as well


def predict(fit, X):
    w, b = fit
    X = _check(X, 0)
    if X.shape[1] != w.size:
        raise ValueError("X does not fit the fit")
    return X.dot(w) + b


def sklearn_alpha(lam, n_samples):
    if not (np.isfinite(lam) and lam >= 0):
        raise ValueError("lam")
    if n_samples < 1:
        raise ValueError("n_samples")
    return lam * n_samples


def effective_degrees_of_freedom(X, lam):
    X = _check(X, lam)
    n, p = X.shape
    A = X - X.mean(0)
    A[:, X.max(0) == X.min(0)] = 0
    s = np.linalg.svd(A, compute_uv=False)
    s = s[s > 1e-12 * s.max(initial=0)] if s.size else s
    return float((s ** 2 / (s ** 2 + n * lam)).sum())
