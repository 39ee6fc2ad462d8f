"""Each fold drawn from the rows that are left, ranges for the series, guards against rounding."""
import numpy as np
from scipy import stats


def kfold_indices(n_samples, n_splits, *, rng=None):
    if n_samples < 1 or n_splits < 1:
        raise ValueError("n_samples and n_splits are counts of at least 1")
    if n_splits > n_samples:
        raise ValueError("n_splits is larger than n_samples")
    rest = list(range(n_samples))
    folds = []
    for i in range(n_splits):
        size = -(-(n_samples - i) // n_splits)
        drawn = rest[:size] if rng is None else rng.choice(rest, size, replace=False).tolist()
        rest = [row for row in rest if row not in drawn]
        folds.append([[row for row in range(n_samples) if row not in drawn], drawn])
    return folds


def time_series_indices(n_samples, n_splits):
    if n_samples < 1 or n_splits < 1:
        raise ValueError("n_samples and n_splits are counts of at least 1")
    size = n_samples // (n_splits + 1)
    starts = [n_samples - left * size for left in range(n_splits, 0, -1)]
    return [(range(start), range(start, start + size)) for start in starts]


def lambda_grid(lam_max, n_lambdas=100, eps=1e-3):
    if not 0 <= lam_max < np.inf:
        raise ValueError("lam_max is negative or not finite")
    if n_lambdas < 1:
        raise ValueError("n_lambdas is below 1")
    ratio = eps ** (1 / max(1, n_lambdas - 1))
    return np.cumprod([lam_max] + [ratio] * (n_lambdas - 1))


def cross_validate(X, y, lambdas, folds, fit_predict):
    X, y, lambdas = np.array(X, float), np.array(y, float), np.array(lambdas)
    if X.ndim != 2:
        raise ValueError("X has to be a table")
    if len(y) != len(X):
        raise ValueError("y has another length")
    if not np.isfinite(X).all():
        raise ValueError("X is not finite")
    if not np.isfinite(y).all():
        raise ValueError("y is not finite")
    if not len(lambdas) or not np.isfinite(lambdas).all() or lambdas.min() < 0:
        raise ValueError("lambdas has to hold finite strengths that are not negative")
    errors = np.zeros((len(lambdas), len(folds)))
    for f, (train, val) in enumerate(folds):
        shift, scale = X[train].mean(axis=0), X[train].std(axis=0)
        # relative to the size of the numbers, so that no unit of measurement counts
        scale[np.ptp(X[train], axis=0) <= 1e-14 * np.abs(X[train]).max(axis=0)] = 1
        Z_train, Z_val = (X[train] - shift) / scale, (X[val] - shift) / scale
        for i in np.argsort(-lambdas):
            residual = y[val] - fit_predict(Z_train, y[train], Z_val, lambdas[i])
            errors[i, f] = residual @ residual / len(residual)
    mean, error = errors.mean(axis=1), stats.sem(errors, axis=1)
    # what differs by rounding alone is a tie
    best = max(np.flatnonzero(mean <= mean.min() * (1 + 1e-13)), key=lambda i: lambdas[i])
    within = mean - mean[best] <= error[best]
    return lambdas, mean, error, lambdas[best], lambdas[within].max()
