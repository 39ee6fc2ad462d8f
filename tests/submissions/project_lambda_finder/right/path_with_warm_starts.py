"""A warm-started path per fold for the lasso, an SVD per fold for the ridge."""
import numpy as np
from lasso import lasso_path
from cv_lambda import kfold_indices, lambda_grid


def zscore(train, *others):
    m, s = train.mean(axis=0), train.std(axis=0)
    flat = np.ptp(train, axis=0) == 0
    m, s = np.where(flat, train[0], m), np.where(flat, 1.0, s)
    return [(a - m) / s for a in (train, *others)] + [m, s]


def whole_path(Z, y, lambdas, model):
    if model == "lasso":
        return lasso_path(Z, y, lambdas)
    U, d, Vt = np.linalg.svd(Z, full_matrices=False)
    good = d > 1e-12 * max(d[0], 1e-300)
    c = U.T @ (y - y.mean())
    W = [Vt[good].T @ (d[good] / (d[good] ** 2 + len(y) * lam) * c[good]) for lam in lambdas]
    return np.array(W)


def find_lambda(X, y, *, model="lasso", n_lambdas=50, n_splits=5, rule="1se", rng=None):
    X, y = np.asarray(X, float), np.asarray(y, float)
    if X.ndim != 2 or not np.isfinite(X).all():
        raise ValueError("X must be a finite matrix")
    if y.shape != X.shape[:1] or not np.isfinite(y).all():
        raise ValueError("y must be a finite vector of the length of X")
    if n_splits < 2:
        raise ValueError("n_splits must be at least 2")
    if model not in ("lasso", "ridge"):
        raise ValueError(f"{model!r} is no model")
    if rule not in ("1se", "min"):
        raise ValueError(f"{rule!r} is no rule")
    Z, m, s = zscore(X)
    top = max(2 * np.abs(Z.T @ (y - y.mean())).max() / len(y), 1e-9)
    lambdas = lambda_grid(top if model == "lasso" else 1000 * top, n_lambdas, 1e-3 if model == "lasso" else 1e-6)
    errors = []
    for a, b in kfold_indices(len(y), n_splits, rng=rng):
        A, B, _, _ = zscore(X[a], X[b])
        W = whole_path(A, y[a], lambdas, model)
        errors.append(np.mean((B @ W.T + y[a].mean() - y[b][:, None]) ** 2, axis=0))
    errors = np.array(errors)
    mean, se = errors.mean(axis=0), errors.std(axis=0, ddof=1) / np.sqrt(n_splits)
    best = np.argmin(mean)  # the grid descends, so the first of equals is the largest
    index = best if rule == "min" else np.flatnonzero(mean <= mean[best] + se[best])[0]
    w = whole_path(Z, y, lambdas[: index + 1], model)[-1] / s
    return lambdas[index], lambdas, mean, se, w, y.mean() - m @ w
