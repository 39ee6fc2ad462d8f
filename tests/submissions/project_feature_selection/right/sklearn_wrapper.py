"""scikit-learn: pipelines, KFold, LinearRegression; every Lasso with a random_state."""
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import Lasso, LinearRegression
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


class SelectedFeatures(NamedTuple):
    indices: np.ndarray
    lam: float
    coef: np.ndarray


def _clean(X, y):
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    if X.ndim != 2 or not np.isfinite(X).all():
        raise ValueError("X must be a finite 2-D array")
    if y.shape != (X.shape[0],) or not np.isfinite(y).all():
        raise ValueError("y must be finite and match X")
    return X, y


def _lasso(lam):
    return make_pipeline(StandardScaler(), Lasso(alpha=lam / 2, tol=1e-7, max_iter=50_000, random_state=0))


def select_features(X, y, *, n_splits=5):
    X, y = _clean(X, y)
    if n_splits < 1:
        raise ValueError("n_splits must be at least one")
    Z = StandardScaler().fit_transform(X)
    lambdas = np.geomspace(1, 1e-2, 20) * 2 * np.abs(Z.T @ (y - y.mean())).max() / len(y)
    errors = np.array(
        [
            [np.mean((_lasso(lam).fit(X[a], y[a]).predict(X[b]) - y[b]) ** 2) for lam in lambdas]
            for a, b in KFold(n_splits).split(X)
        ]
    )
    mean, se = errors.mean(0), errors.std(0, ddof=1) / n_splits**0.5
    best = mean.argmin()
    lam = lambdas[np.flatnonzero(mean <= mean[best] + se[best])[0]]
    indices = np.flatnonzero(_lasso(lam).fit(X, y)[-1].coef_)
    coef = LinearRegression().fit(X[:, indices], y).coef_ if indices.size else np.array([])
    return SelectedFeatures(indices, lam, coef)


def stability_selection(X, y, lam, *, n_subsamples=50, rng):
    X, y = _clean(X, y)
    if not np.isfinite(lam) or lam < 0:
        raise ValueError("lam is no strength")
    if n_subsamples < 1:
        raise ValueError("n_subsamples is too small")
    total = np.zeros(X.shape[1], dtype=int)
    for _ in range(n_subsamples):
        rows = rng.choice(len(y), len(y) // 2, replace=False)
        total += _lasso(lam).fit(X[rows], y[rows])[-1].coef_ != 0
    return total / n_subsamples
