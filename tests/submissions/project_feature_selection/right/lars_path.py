"""The exact path by scikit-learn's lars_path for every fold and every half."""
import numpy as np
from cv_lambda import kfold_indices
from sklearn.linear_model import lars_path


def _ok(X, y):
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    if X.ndim != 2 or y.shape != (len(X),):
        raise ValueError("X must be 2-D, and y of its length")
    if not np.isfinite(X).all():
        raise ValueError("X must be finite")
    if not np.isfinite(y).all():
        raise ValueError("y must be finite")
    return X, y


def _moments(A):
    flat = np.ptp(A, axis=0) == 0
    return np.where(flat, A[0], A.mean(0)), np.where(flat, 1.0, A.std(0))


def _coefs(Z, y, lambdas):
    alphas, _, path = lars_path(Z, y - y.mean(), method="lasso")
    # piecewise linear between the knots, alpha being lam / 2
    return np.array([np.interp(np.asarray(lambdas) / 2, alphas[::-1], w[::-1]) for w in path])


def select_features(X, y, *, n_splits=5):
    X, y = _ok(X, y)
    m, s = _moments(X)
    Z = (X - m) / s
    lambdas = 2 * np.abs(Z.T @ (y - y.mean())).max() / len(y) * np.geomspace(1, 1e-3, 60)
    errors = []
    for a, b in kfold_indices(len(y), n_splits):
        mu, sd = _moments(X[a])
        W = _coefs((X[a] - mu) / sd, y[a], lambdas)
        errors.append((((X[b] - mu) / sd @ W + y[a].mean() - y[b][:, None]) ** 2).mean(0))
    errors = np.array(errors)
    mean, se = errors.mean(0), errors.std(0, ddof=1) / np.sqrt(len(errors))
    best = mean.argmin()
    lam = lambdas[np.argmax(mean <= mean[best] + se[best])]
    w = _coefs(Z, y, [lam])[:, 0]
    idx = np.flatnonzero(np.abs(w) > 1e-10 * max(np.abs(w).max(), 1e-300))
    if lam >= lambdas[0]:
        idx = idx[:0]
    Xc = X[:, idx] - X[:, idx].mean(0)
    return idx.tolist(), float(lam), np.linalg.lstsq(Xc, y - y.mean(), rcond=None)[0]


def stability_selection(X, y, lam, *, n_subsamples=50, rng):
    X, y = _ok(X, y)
    if not (lam >= 0 and np.isfinite(lam)):
        raise ValueError("lam must be finite and >= 0")
    if n_subsamples < 1:
        raise ValueError("n_subsamples must be >= 1")
    seen = np.zeros(X.shape[1])
    for _ in range(n_subsamples):
        rows = rng.choice(len(y), size=len(y) // 2, replace=False)
        m, s = _moments(X[rows])
        seen += np.abs(_coefs((X[rows] - m) / s, y[rows], [lam])[:, 0]) > 1e-9
    return seen / n_subsamples
