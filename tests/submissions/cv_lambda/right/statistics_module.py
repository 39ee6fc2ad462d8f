"""Python's statistics module, dictionaries."""
import math
import statistics

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
    rows = np.arange(n_samples)
    size = n_samples // (n_splits + 1)
    splits = []
    stop = n_samples
    while len(splits) < n_splits:
        splits.insert(0, (rows[: stop - size], rows[stop - size : stop]))
        stop -= size
    return splits


def lambda_grid(lam_max, n_lambdas=100, eps=1e-3):
    if not 0 <= lam_max < float("inf"):
        raise ValueError("lam_max must be a finite number >= 0")
    if n_lambdas < 1:
        raise ValueError("n_lambdas must be positive")
    if n_lambdas == 1:
        return [lam_max]
    return [lam_max * eps ** (i / (n_lambdas - 1)) for i in range(n_lambdas)]


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
    table = {float(lam): [] for lam in lambdas}
    for lam in table:
        for train, validation in folds:
            columns_train, columns_val = [], []
            for column in X.T:
                values = [float(v) for v in column[train]]
                if len(set(values)) == 1:
                    centre, spread = values[0], 1.0
                else:
                    centre, spread = statistics.fmean(values), statistics.pstdev(values)
                columns_train.append([(v - centre) / spread for v in values])
                columns_val.append([(v - centre) / spread for v in column[validation]])
            guess = fit_predict(np.array(columns_train).T, y[train], np.array(columns_val).T, lam)
            table[lam].append(statistics.fmean((g - t) ** 2 for g, t in zip(guess, y[validation])))
    mean = {lam: statistics.fmean(values) for lam, values in table.items()}
    error = {lam: statistics.stdev(values) / math.sqrt(len(values)) for lam, values in table.items()}
    best = min(mean, key=lambda lam: (mean[lam], -lam))
    one = max(lam for lam in mean if mean[lam] <= mean[best] + error[best])
    return (lambdas, [mean[lam] for lam in lambdas], [error[lam] for lam in lambdas], best, one)
