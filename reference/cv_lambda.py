"""Choosing the strength of a penalty by cross-validation, without a look at the validation rows.

Cut the rows into folds, fit without one fold, measure the error on it, and take the strength with
the lowest mean error, or the strongest one that is about as good. See README.md in
exercises/cv_lambda.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

#: The positions of a split's training rows and of its validation rows.
Fold = tuple[np.ndarray, np.ndarray]


class CVResult(NamedTuple):
    """What cross-validation found, one entry per strength in the order given.

    `mean_mse` and `std_error` are in units of y².
    """

    lambdas: np.ndarray
    mean_mse: np.ndarray
    std_error: np.ndarray
    best_lambda: float
    one_se_lambda: float


### BEGIN SOLUTION
def _check_counts(n_samples, n_splits, most):
    if n_samples < 1:
        raise ValueError(f"n_samples must be at least 1, but is {n_samples}")
    if n_splits < 2:
        raise ValueError(f"n_splits must be at least 2, but is {n_splits}")
    if n_splits > most:
        raise ValueError(f"n_splits must be at most {most} for n_samples={n_samples}")


def _standardise(X_train, X_val):
    """Both with the mean and standard deviation of the training rows."""
    mean, scale = X_train.mean(axis=0), X_train.std(axis=0)
    constant = X_train.max(axis=0) == X_train.min(axis=0)
    # the mean of equal numbers may miss them by a rounding error
    mean[constant], scale[constant] = X_train[0, constant], 1.0
    return (X_train - mean) / scale, (X_val - mean) / scale


### END SOLUTION
def kfold_indices(
    n_samples: int, n_splits: int, *, rng: np.random.Generator | None = None
) -> list[Fold]:
    """Cut the rows into `n_splits` folds, each of which validates once.

    Parameters
    ----------
    n_samples : the number of rows, >= 1.
    n_splits : the number of folds, from 2 to n_samples.
    rng : shuffles the rows first; without it the folds are consecutive rows.

    Returns
    -------
    list of (train, validation) : arrays of row numbers. The validation sets are a partition of the
        rows, and `train` is all the others. The first `n_samples % n_splits` folds have one row
        more than the rest.

    Raises
    ------
    ValueError : naming the argument, if a count is below 1 or there are more folds than rows.

    Source: The Elements of Statistical Learning, 2nd ed., section 7.10.1.
    """
    ### BEGIN SOLUTION
    _check_counts(n_samples, n_splits, n_samples)
    rows = np.arange(n_samples) if rng is None else rng.permutation(n_samples)
    # array_split gives the first folds the extra rows
    parts = [np.sort(part) for part in np.array_split(rows, n_splits)]
    return [(np.setdiff1d(np.arange(n_samples), part), part) for part in parts]
    ### END SOLUTION


def time_series_indices(n_samples: int, n_splits: int) -> list[Fold]:
    """Splits for rows in order of time: validation always comes after training.

    The last `n_splits` blocks of `n_samples // (n_splits + 1)` rows validate, one after another;
    each is predicted from all the rows before it.

    Parameters
    ----------
    n_samples : the number of rows, >= 1.
    n_splits : the number of splits, from 2 to n_samples - 1.

    Returns
    -------
    list of (train, validation) : arrays of row numbers, as
        `sklearn.model_selection.TimeSeriesSplit` gives them.

    Raises
    ------
    ValueError : naming the argument, if a count is below 1 or there are too many splits.

    Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 5.10.
    """
    ### BEGIN SOLUTION
    _check_counts(n_samples, n_splits, n_samples - 1)
    size = n_samples // (n_splits + 1)
    starts = range(n_samples - n_splits * size, n_samples, size)
    return [(np.arange(start), np.arange(start, start + size)) for start in starts]
    ### END SOLUTION


def lambda_grid(lam_max: float, n_lambdas: int = 100, eps: float = 1e-3) -> np.ndarray:
    """Strengths from `lam_max` down to `eps * lam_max`, evenly spaced on a log scale.

    Each is the same fraction of the one before. A single strength is `lam_max`.

    Parameters
    ----------
    lam_max : the largest, finite and > 0; for the lasso the one at which all coefficients are 0.
    n_lambdas : how many, >= 1.
    eps : the last as a share of the first, in (0, 1].

    Returns
    -------
    (n_lambdas,) array, descending.

    Raises
    ------
    ValueError : naming the argument, if `lam_max` is negative or not finite, or `n_lambdas` < 1.

    Source: Friedman, Hastie, Tibshirani, Regularization paths for generalized linear models via
    coordinate descent, Journal of Statistical Software 33 (2010), section 2.5.
    """
    ### BEGIN SOLUTION
    if not (np.isfinite(lam_max) and lam_max > 0):
        raise ValueError(f"lam_max must be finite and > 0, but is {lam_max}")
    if n_lambdas < 1:
        raise ValueError(f"n_lambdas must be at least 1, but is {n_lambdas}")
    if not 0 < eps <= 1:
        raise ValueError(f"eps must be in (0, 1], but is {eps}")
    return np.geomspace(lam_max, eps * lam_max, n_lambdas)
    ### END SOLUTION


def cross_validate(
    X: np.ndarray,
    y: np.ndarray,
    lambdas: np.ndarray,
    folds: Sequence[Fold],
    fit_predict: Callable[[np.ndarray, np.ndarray, np.ndarray, float], np.ndarray],
) -> CVResult:
    r"""The validation error of every strength, and the two strengths that one would choose.

    For each fold and each `lam`, `fit_predict(X_train, y_train, X_val, lam)` gives predictions for
    the fold's validation rows; their MSE is that fold's error. Over the k folds

        mean_mse = mean of the k errors,     std_error = std(k errors, ddof=1) / sqrt(k).

    **Standardise inside the fold.** `X_train` and `X_val` are both handed over less the mean of the
    *training* rows, divided by their standard deviation (ddof 0). A column whose training values
    are all equal is divided by 1. `y` stays as it is.

    Parameters
    ----------
    X : (n, p) array; integers and float32 are fine, and computed in float64.
    y : (n,) array.
    lambdas : (m,) strengths, each finite and >= 0, in any order.
    folds : list of (train, validation) pairs of row numbers, at least two.
    fit_predict : any model; called in any order, for every pair of a fold and a strength.

    Returns
    -------
    CVResult(lambdas, mean_mse, std_error, best_lambda, one_se_lambda) : the first three of shape
        (m,), in the order given. `best_lambda` has the lowest mean_mse, ties to the larger.
        `one_se_lambda` is the largest strength whose mean_mse is at most the lowest plus the
        std_error of `best_lambda`.

    Raises
    ------
    ValueError : naming the argument, if `X` is not 2-D, the lengths differ, there is NaN or
        infinity in the data, `lambdas` is empty or has a negative or non-finite entry, or there
        are fewer than two folds.

    Source: The Elements of Statistical Learning, 2nd ed., sections 7.10.1 and 7.10.2.
    """
    ### BEGIN SOLUTION
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    lambdas = np.array(lambdas, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError(f"X must be 2-D, but has {X.ndim} dimensions")
    if y.shape != (len(X),):
        raise ValueError(f"y must have shape ({len(X)},) as X has rows, but has {y.shape}")
    for name, values in (("X", X), ("y", y), ("lambdas", lambdas)):
        if not np.all(np.isfinite(values)):
            raise ValueError(f"{name} contains NaN or infinity")
    if lambdas.ndim != 1 or len(lambdas) == 0:
        raise ValueError(f"lambdas must be a list of strengths, but has shape {lambdas.shape}")
    if np.any(lambdas < 0):
        raise ValueError(f"lambdas must be >= 0, but the lowest is {lambdas.min()}")
    if len(folds) < 2:
        raise ValueError(f"folds must be at least two, but there are {len(folds)}")

    errors = np.empty((len(folds), len(lambdas)))
    for i, (train, validation) in enumerate(folds):
        X_train, X_val = _standardise(X[train], X[validation])
        for j, lam in enumerate(lambdas):
            # copies, so that a model that changes its input does not harm the next one
            predicted = fit_predict(X_train.copy(), y[train], X_val.copy(), float(lam))
            errors[i, j] = np.mean((y[validation] - predicted) ** 2)

    mean = errors.mean(axis=0)
    std_error = errors.std(axis=0, ddof=1) / np.sqrt(len(folds))
    best = max(np.flatnonzero(mean == mean.min()), key=lambda j: lambdas[j])
    good = mean <= mean[best] + std_error[best]
    return CVResult(lambdas, mean, std_error, float(lambdas[best]), float(lambdas[good].max()))
    ### END SOLUTION
