"""The callback by keyword over sorted random numbers."""
from typing import NamedTuple

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
    order = np.arange(n_samples) if rng is None else rng.random(n_samples).argsort()
    parts = np.array_split(order, n_splits)
    return [[np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]] for i in range(n_splits)]


def time_series_indices(n_samples, n_splits):
    check_counts(n_samples, n_splits)
    rows = np.arange(n_samples)
    size = n_samples // (n_splits + 1)
    splits = []
    stop = n_samples
    while len(splits) < n_splits:
        splits.insert(0, (rows[: stop - size], rows[stop - size : stop]))
        stop -= size
    return splits


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


class CVResult(NamedTuple):
    lambdas: np.ndarray
    mean_mse: np.ndarray
    std_error: np.ndarray
    best_lambda: float
    one_se_lambda: float


def cross_validate(X, y, lambdas, folds, fit_predict):
    X, y, lambdas = check_data(X, y, lambdas)
    table = np.zeros((len(lambdas), len(folds)))
    for f, (train, validation) in enumerate(folds):
        low, high = X[train].min(axis=0), X[train].max(axis=0)
        shift = np.where(low == high, low, np.mean(X[train], axis=0))
        scale = np.where(low == high, 1.0, np.sqrt(np.mean((X[train] - shift) ** 2, axis=0)))
        for i in rng_free_order(len(lambdas)):
            prediction = fit_predict(
                X_train=(X[train] - shift) / scale,
                y_train=y[train],
                X_val=(X[validation] - shift) / scale,
                lam=lambdas[i],
            )
            residual = y[validation] - np.asarray(prediction)
            table[i, f] = residual @ residual / residual.size
    mean = table.sum(axis=1) / len(folds)
    se = np.sqrt(((table - mean[:, None]) ** 2).sum(axis=1) / (len(folds) - 1) / len(folds))
    order = np.lexsort((-lambdas, mean))
    best = order[0]
    return CVResult(lambdas, mean, se, lambdas[best], lambdas[mean <= mean[best] + se[best]].max())


def rng_free_order(m):
    return reversed(range(m))
