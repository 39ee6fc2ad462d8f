"""Folds by cutting an order of rows, errors as one array filled from a generator, NaN-free scaling."""

from typing import NamedTuple

import numpy as np


class CVResult(NamedTuple):
    lambdas: np.ndarray
    mean_mse: np.ndarray
    std_error: np.ndarray
    best_lambda: float
    one_se_lambda: float


def need(truth, message):
    if not truth:
        raise ValueError(message)


def kfold_indices(n_samples, n_splits, *, rng=None):
    need(n_samples >= 1, "n_samples is below 1")
    need(2 <= n_splits <= n_samples, "n_splits has to be from 2 to n_samples")
    order = np.arange(n_samples)
    if rng is not None:
        rng.shuffle(order)
    edges = [0]
    for i in range(n_splits):
        edges.append(edges[-1] + -(-(n_samples - i) // n_splits))
    return [
        (np.r_[order[:a], order[b:]], order[a:b]) for a, b in zip(edges, edges[1:], strict=False)
    ]


def time_series_indices(n_samples, n_splits):
    need(n_samples >= 1, "n_samples is below 1")
    need(2 <= n_splits < n_samples, "n_splits has to be from 2 to n_samples - 1")
    block, left = divmod(n_samples, n_splits + 1)
    first = block + left
    return [
        (np.arange(first + i * block), first + i * block + np.arange(block))
        for i in range(n_splits)
    ]


def lambda_grid(lam_max, n_lambdas=100, eps=1e-3):
    need(np.isfinite(lam_max) and lam_max > 0, "lam_max has to be positive and finite")
    need(n_lambdas >= 1, "n_lambdas is below 1")
    need(0 < eps <= 1, "eps has to be in (0, 1]")
    if n_lambdas == 1:
        return np.array([float(lam_max)])
    return lam_max * eps ** (np.arange(n_lambdas) / (n_lambdas - 1))


def cross_validate(X, y, lambdas, folds, fit_predict):
    X, y = np.array(X, dtype=float), np.array(y, dtype=float)
    lambdas = np.array(lambdas, dtype=float)
    need(X.ndim == 2, "X has to be 2-D")
    need(y.shape == X.shape[:1], "y and X differ in length")
    need(np.isfinite(X).all(), "X has NaN or infinity")
    need(np.isfinite(y).all(), "y has NaN or infinity")
    need(lambdas.size > 0 and np.isfinite(lambdas).all() and (lambdas >= 0).all(), "bad lambdas")
    need(len(folds) >= 2, "folds has to be two or more")

    def scaled(train):
        part = X[np.asarray(train)]
        flat = np.ptp(part, axis=0) == 0
        centre = np.where(flat, part[0], part.mean(axis=0))
        width = np.where(flat, 1.0, np.sqrt(np.square(part - centre).mean(axis=0)))
        return (X - centre) / width

    def error(Z, train, val, lam):
        guess = np.asarray(fit_predict(Z[train], y[train], Z[val], lam)).ravel()
        return np.square(y[val] - guess).sum() / len(val)

    table = np.array(
        [
            [error(Z, list(train), list(val), lam.item()) for lam in lambdas]
            for train, val in folds
            for Z in [scaled(train)]
        ]
    )
    mean = table.sum(axis=0) / len(table)
    error_of_mean = np.sqrt(np.square(table - mean).sum(axis=0) / (len(table) - 1) / len(table))
    best = max(range(len(mean)), key=lambda j: (-mean[j], lambdas[j]))
    within = [lam for m, lam in zip(mean, lambdas, strict=True) if m <= mean[best] + error_of_mean[best]]
    return CVResult(lambdas, mean, error_of_mean, float(lambdas[best]), float(max(within)))
