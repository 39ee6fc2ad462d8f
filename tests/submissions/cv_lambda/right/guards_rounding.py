"""Loops; a column is constant where its deviation is 0 but for rounding."""
import numpy as np


def check_counts(n_samples, n_splits):
    if n_samples < 1:
        raise ValueError("n_samples must be 1 or more")
    if n_splits < 1:
        raise ValueError("n_splits must be 1 or more")
    if n_splits > n_samples:
        raise ValueError("n_splits must not exceed n_samples")


def kfold_indices(n_samples, n_splits, *, rng=None):
    check_counts(n_samples, n_splits)
    order = list(range(n_samples))
    if rng is not None:
        rng.shuffle(order)
    folds, start = [], 0
    for i in range(n_splits):
        stop = start + n_samples // n_splits + (1 if i < n_samples % n_splits else 0)
        validation = order[start:stop]
        train = order[:start] + order[stop:]
        folds.append((train, validation))
        start = stop
    return folds


def time_series_indices(n_samples, n_splits):
    check_counts(n_samples, n_splits)
    size = n_samples // (n_splits + 1)
    first = n_samples - size * n_splits
    return [
        (list(range(first + i * size)), list(range(first + i * size, first + (i + 1) * size)))
        for i in range(n_splits)
    ]


def lambda_grid(lam_max, n_lambdas=100, eps=1e-3):
    if not np.isfinite(lam_max) or lam_max < 0:
        raise ValueError(f"lam_max={lam_max}")
    if n_lambdas < 1:
        raise ValueError(f"n_lambdas={n_lambdas}")
    return np.geomspace(lam_max, lam_max * eps, n_lambdas)


def check_data(X, y, lambdas):
    X, y, lambdas = np.array(X, float), np.array(y, float), np.array(lambdas, float)
    if X.ndim != 2:
        raise ValueError("X must be 2-D")
    if len(X) != len(y):
        raise ValueError("X and y differ in length")
    if not np.isfinite(X).all():
        raise ValueError("X has NaN or infinity")
    if not np.isfinite(y).all():
        raise ValueError("y has NaN or infinity")
    if lambdas.size == 0:
        raise ValueError("lambdas is empty")
    if not np.isfinite(lambdas).all() or (lambdas < 0).any():
        raise ValueError("lambdas must be finite and not negative")
    return X, y, lambdas


def cross_validate(X, y, lambdas, folds, fit_predict):
    given = lambdas
    X, y, lambdas = check_data(X, y, lambdas)
    means, errors = [], []
    for lam in lambdas:
        mses = []
        for train, validation in folds:
            A, B = X[train].copy(), X[validation].copy()
            for j in range(X.shape[1]):
                m, s = A[:, j].mean(), A[:, j].std()
                if np.isclose(s, 0.0):  # rounding
                    m, s = A[0, j], 1.0
                A[:, j] = (A[:, j] - m) / s
                B[:, j] = (B[:, j] - m) / s
            p = fit_predict(A, y[train], B, lam)
            mses.append(((y[validation] - p) ** 2).mean())
        means.append(np.mean(mses))
        errors.append(np.std(mses, ddof=1) / len(mses) ** 0.5)
    best = None
    for i in range(len(lambdas)):
        if best is None or means[i] < means[best] or (means[i] == means[best] and lambdas[i] > lambdas[best]):
            best = i
    limit = means[best] + errors[best]
    one_se = max(lam for lam, m in zip(lambdas, means) if m <= limit)
    return lambdas, means, errors, lambdas[best], one_se
