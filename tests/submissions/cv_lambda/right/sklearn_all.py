"""Everything that scikit-learn has."""
import numpy as np
from sklearn.model_selection import KFold, TimeSeriesSplit
from sklearn.preprocessing import StandardScaler


def check_counts(n_samples, n_splits):
    if n_samples < 1:
        raise ValueError("n_samples must be 1 or more")
    if n_splits < 1:
        raise ValueError("n_splits must be 1 or more")
    if n_splits > n_samples:
        raise ValueError("n_splits must not exceed n_samples")


def kfold_indices(n_samples, n_splits, *, rng=None):
    check_counts(n_samples, n_splits)
    if rng is None:
        cutter = KFold(n_splits)
    else:
        cutter = KFold(n_splits, shuffle=True, random_state=int(rng.integers(2**32 - 1)))
    return list(cutter.split(np.zeros(n_samples)))


def time_series_indices(n_samples, n_splits):
    check_counts(n_samples, n_splits)
    return list(TimeSeriesSplit(n_splits=n_splits).split(np.zeros((n_samples, 1))))


def lambda_grid(lam_max, n_lambdas=100, eps=1e-3):
    if not np.isfinite(lam_max) or lam_max < 0:
        raise ValueError("lam_max is not a strength")
    if n_lambdas < 1:
        raise ValueError("n_lambdas is below 1")
    return np.logspace(np.log10(lam_max * eps), np.log10(lam_max), n_lambdas)[::-1]


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
    X, y, lambdas = check_data(X, y, lambdas)
    errors = []
    for train, validation in folds:
        train, validation = np.sort(train), np.sort(validation)
        varies = np.ptp(X[train], axis=0) > 0
        scaler = StandardScaler().fit(X[train][:, varies]) if varies.any() else None
        first = X[train][0]

        def prepare(rows):
            Z = X[rows] - first
            if scaler is not None:
                Z[:, varies] = scaler.transform(X[rows][:, varies])
            return Z

        row = [np.mean(np.square(np.subtract(fit_predict(prepare(train), y[train], prepare(validation), lam), y[validation]))) for lam in lambdas]
        errors.append(row)
    errors = np.array(errors)
    mean = np.mean(errors, axis=0)
    se = np.std(errors, axis=0, ddof=1) / np.sqrt(len(errors))
    by_size = np.argsort(-lambdas)
    best = by_size[np.argmin(mean[by_size])]
    one = by_size[np.argmax((mean <= mean[best] + se[best])[by_size])]
    return lambdas.tolist(), mean.tolist(), se.tolist(), lambdas[best].item(), np.array(lambdas[one])
