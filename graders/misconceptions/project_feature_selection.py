"""Feature selection done wrong on purpose, each in a way that learners really do."""

from __future__ import annotations

import numpy as np

from graders.diagnosis import misconception
from reference.project_feature_selection import (
    SelectedFeatures,
    cross_validate,
    kfold_indices,
    lambda_grid,
    lambda_max,
    lasso_coordinate_descent,
    ridge_closed_form,
    select_features,
    stability_selection,
)


def _spread(X):
    return np.where(np.ptp(X, axis=0) == 0, 1.0, X.std(axis=0))


def _standardise(X):
    return (X - X.mean(axis=0)) / _spread(X)


def _data(arguments):
    return (np.asarray(arguments[name], dtype=float) for name in ("X", "y"))


def _alike(found, wanted):
    found, wanted = np.asarray(found, dtype=float), np.asarray(wanted, dtype=float)
    if found.shape != wanted.shape or wanted.size == 0:
        return False
    return bool(np.max(np.abs(found - wanted)) <= 1e-3 * np.max(np.abs(wanted)))


def _coef(arguments, value):
    """X, y, the selected columns, and the learner's coefficients of them."""
    X, y = _data(arguments)
    indices = np.asarray(value[0]).astype(int)
    coef = np.asarray(value[2], dtype=float)
    return X, y, indices, coef[indices] if len(coef) == X.shape[1] else coef


def _search(X, y, n_splits, lambdas):
    """The curve of the lasso over consecutive folds."""

    def fit_predict(X_train, y_train, X_val, lam):
        coef, intercept, *_ = lasso_coordinate_descent(X_train, y_train, lam)
        return X_val @ coef + intercept

    return cross_validate(X, y, lambdas, kfold_indices(len(y), n_splits), fit_predict)


def _grid(X, y):
    return lambda_grid(lambda_max(_standardise(X), y) or 1.0, 30, eps=0.01)


def _selected(X, y, lam):
    indices = np.flatnonzero(lasso_coordinate_descent(_standardise(X), y, lam)[0])
    if len(indices) == 0:
        return SelectedFeatures(indices, float(lam), np.zeros(0))
    return SelectedFeatures(indices, float(lam), ridge_closed_form(X[:, indices], y, 0.0)[0])


def _at_the_lowest(arguments, value):
    X, y = _data(arguments)
    curve = _search(X, y, arguments.get("n_splits", 5), _grid(X, y))
    lam = float(np.asarray(value[1]))
    near = abs(np.log(max(lam, 1e-300) / curve.best_lambda)) < 0.2
    # a strength that went astray on its way out is another mistake
    same = set(np.asarray(value[0]).astype(int)) == set(_selected(X, y, lam).indices)
    return bool(near and same and curve.one_se_lambda > 2.5 * lam)


@misconception(
    "select_features",
    "lam is the strength with the lowest mean error. That one is tuned to predict and tends to "
    "keep columns of noise; to select, take the largest within one standard error of it.",
    recognise=_at_the_lowest,
)
def strength_of_the_lowest_error(X, y, *, n_splits=5):
    select_features(X, y, n_splits=n_splits)  # its errors
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    return _selected(X, y, _search(X, y, n_splits, _grid(X, y)).best_lambda)


def _shrunk(arguments, value):
    X, y, indices, coef = _coef(arguments, value)
    lasso = lasso_coordinate_descent(_standardise(X), y, float(np.asarray(value[1])))[0] / _spread(
        X
    )
    return _alike(coef, lasso[indices])


@misconception(
    "select_features",
    "coef holds the lasso's own coefficients. The penalty has shrunk them towards 0; fit least "
    "squares to the selected columns to take that off.",
    recognise=_shrunk,
)
def not_refitted(X, y, *, n_splits=5):
    right = select_features(X, y, n_splits=n_splits)
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    lasso = lasso_coordinate_descent(_standardise(X), y, right.lam)[0] / _spread(X)
    return right._replace(coef=lasso[right.indices])


def _through_the_origin(arguments, value):
    X, y, indices, coef = _coef(arguments, value)
    return len(coef) > 0 and _alike(coef, np.linalg.lstsq(X[:, indices], y, rcond=None)[0])


@misconception(
    "select_features",
    "The refit has no intercept: a line through the origin. Centre the selected columns and y, or "
    "add a column of ones, else the coefficients must explain the mean of y as well.",
    recognise=_through_the_origin,
)
def refitted_without_intercept(X, y, *, n_splits=5):
    right = select_features(X, y, n_splits=n_splits)
    chosen = np.asarray(X, dtype=float)[:, right.indices]
    return right._replace(coef=np.linalg.lstsq(chosen, np.asarray(y, dtype=float), rcond=None)[0])


def _of_standardised(arguments, value):
    X, y, indices, coef = _coef(arguments, value)
    right = ridge_closed_form(X[:, indices], y, 0.0)[0]
    return _alike(coef, right * _spread(X)[indices]) and not _alike(coef, right)


@misconception(
    "select_features",
    "The refit is on standardised columns, so coef is per standard deviation. Asked for is the fit "
    "to the columns of X in their own units.",
    recognise=_of_standardised,
)
def refitted_on_standardised_columns(X, y, *, n_splits=5):
    right = select_features(X, y, n_splits=n_splits)
    return right._replace(coef=right.coef * _spread(np.asarray(X, dtype=float))[right.indices])


def _part_of_all(arguments, value):
    X, y, indices, coef = _coef(arguments, value)
    everything = ridge_closed_form(X, y, 0.0)[0]
    return len(indices) < X.shape[1] and _alike(coef, everything[indices])


@misconception(
    "select_features",
    "Least squares was fitted to all columns, and the coefficients of the selected ones picked "
    "out. Refit with the other columns gone: what they explained belongs to the selected ones now.",
    recognise=_part_of_all,
)
def refitted_with_all_columns(X, y, *, n_splits=5):
    right = select_features(X, y, n_splits=n_splits)
    return right._replace(coef=ridge_closed_form(X, y, 0.0)[0][right.indices])


def _is_mask(arguments, value):
    found = np.asarray(value[0])
    p = np.shape(arguments["X"])[1]
    return found.shape == (p,) and (found.dtype == bool or (p > 2 and set(found) <= {0, 1}))


@misconception(
    "select_features",
    "indices is a mask of true and false for every column. Asked for are the column numbers: "
    "np.flatnonzero(mask).",
    recognise=_is_mask,
)
def mask_for_indices(X, y, *, n_splits=5):
    right = select_features(X, y, n_splits=n_splits)
    return right._replace(indices=np.isin(np.arange(np.shape(X)[1]), right.indices))


@misconception(
    "select_features",
    "The columns are those that the lasso keeps at twice lam: lam was handed to scikit-learn as "
    "alpha. Its loss is half of our mean of squares, so alpha = lam / 2.",
)
def selected_at_twice_the_strength(X, y, *, n_splits=5):
    right = select_features(X, y, n_splits=n_splits)
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    return _selected(X, y, 2 * right.lam)._replace(lam=right.lam)


def _drawn_rows(arguments, value):
    """How often each row is in a subsample, where the columns tell, and the number of subsamples."""
    X, _ = _data(arguments)
    frequency, draws = np.asarray(value, dtype=float), arguments.get("n_subsamples", 50)
    tells = np.all((X == 0) | (X == 1)) and np.all(X.sum(axis=0) == 1) and X.shape[1] > 8
    return (frequency, len(X), draws) if tells and draws >= 100 else None


def _share_is(expected):
    """Recognises subsamples that a row is in with the probability `expected(n)`."""

    def recognise(arguments, value):
        told = _drawn_rows(arguments, value)
        if told is None:
            return False
        frequency, n, draws = told
        deviation = np.sqrt(0.25 / (draws * len(frequency)))
        varies = np.all((frequency > 0) & (frequency < 1))
        return bool(varies and abs(frequency.mean() - expected(n)) < 2.5 * deviation)

    return recognise


def _frequencies(X, y, lam, n_subsamples, rng, draw):
    stability_selection(X, y, lam, n_subsamples=n_subsamples, rng=rng)  # its errors
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    selected = np.zeros(X.shape[1])
    for _ in range(n_subsamples):
        rows = draw(len(y))
        selected += lasso_coordinate_descent(_standardise(X[rows]), y[rows], lam)[0] != 0
    return selected / n_subsamples


@misconception(
    "stability_selection",
    "The half-samples were drawn with replacement, so that some rows are in them twice and fewer "
    "than half are in them at all. Draw without: rng.choice(n, n // 2, replace=False).",
    recognise=_share_is(lambda n: 1 - (1 - 1 / n) ** (n // 2)),
)
def halves_with_replacement(X, y, lam, *, n_subsamples=50, rng):
    def draw(n):
        return rng.choice(n, size=n // 2)

    return _frequencies(X, y, lam, n_subsamples, rng, draw)


@misconception(
    "stability_selection",
    "Each row is in nearly two thirds of the subsamples, as in bootstrap samples, which are n rows "
    "with replacement. Stability selection draws half of the rows, n // 2, without replacement.",
    recognise=_share_is(lambda n: 1 - (1 - 1 / n) ** n),
)
def bootstrap_samples(X, y, lam, *, n_subsamples=50, rng):
    def draw(n):
        return rng.choice(n, size=n)

    return _frequencies(X, y, lam, n_subsamples, rng, draw)


def _all_alike(arguments, value):
    told = _drawn_rows(arguments, value)
    # some in and some out: all of them in would be a half that is the whole, or a NaN counted
    whole = told is not None and bool(np.all((told[0] == 0) | (told[0] == 1)))
    return whole and 0 < told[0].sum() < len(told[0])


@misconception(
    "stability_selection",
    "Every fit saw the same rows, so every frequency is 0 or 1. Draw a new half from rng inside "
    "the loop.",
    recognise=_all_alike,
)
def same_rows_every_time(X, y, lam, *, n_subsamples=50, rng):
    rows = rng.choice(len(y), size=len(y) // 2, replace=False)

    def draw(n):
        return rows

    return _frequencies(X, y, lam, n_subsamples, rng, draw)


def _counts(arguments, value):
    found = np.asarray(value, dtype=float)
    draws = arguments.get("n_subsamples", 50)
    whole = bool(np.all((found >= 0) & (found == np.round(found)) & (found <= draws)))
    return whole and found.max() > 1


@misconception(
    "stability_selection",
    "These are counts. A frequency is the count over n_subsamples, between 0 and 1.",
    recognise=_counts,
)
def counts_for_frequencies(X, y, lam, *, n_subsamples=50, rng):
    return n_subsamples * stability_selection(X, y, lam, n_subsamples=n_subsamples, rng=rng)
