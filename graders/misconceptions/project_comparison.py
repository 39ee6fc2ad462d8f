"""The comparison of models done wrong on purpose, each in a way that learners really do.

Everybody chooses their own names and strengths, so what can be told from the scores themselves is
recognised there, at least squares, whose scores are no matter of choice.
"""

from __future__ import annotations

import numpy as np

from graders.diagnosis import misconception
from reference.project_comparison import (
    FAMILIES,
    ModelScore,
    compare_models,
    kfold_indices,
)


def _scale(X):
    return np.where(np.ptp(X, axis=0) == 0, 1.0, X.std(axis=0))


def _in_fold(X, train, rows):
    return (X[train] - X[train].mean(axis=0)) / _scale(X[train]), (
        X[rows] - X[train].mean(axis=0)
    ) / _scale(X[train])


def _before(X, train, rows):
    whole = (X - X.mean(axis=0)) / _scale(X)
    return whole[train], whole[rows]


def _never(X, train, rows):
    return X[train], X[rows]


def _each_by_itself(X, train, rows):
    return tuple((part - part.mean(axis=0)) / _scale(part) for part in (X[train], X[rows]))


def _errors(X, y, n_splits, fit, lam, scale=_in_fold, seen=False):
    """The mean squared error of each fold, computed as the mistake does."""
    found = []
    for train, validation in kfold_indices(len(y), n_splits):
        rows = train if seen else validation
        X_train, X_rows = scale(X, train, rows)
        coef, intercept, *_ = fit(X_train, y[train], lam)
        found.append(np.mean((y[rows] - X_rows @ coef - intercept) ** 2))
    return np.array(found)


def _compare(X, y, n_splits, mean=np.mean, families=FAMILIES, **how):
    compare_models(X, y, n_splits=n_splits)  # refuses bad input
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    scores = []
    for family, fit, strengths in families:
        for lam in strengths:
            errors = _errors(X, y, n_splits, fit, lam, **how)
            scores.append(ModelScore(f"{family}, λ = {lam:g}", float(mean(errors)), errors.std()))
    return sorted(scores, key=lambda score: score.mean_mse)


def _asked(arguments):
    X, y = (np.asarray(arguments[name], dtype=float) for name in ("X", "y"))
    return X, y, int(arguments.get("n_splits", 5))


def _plain_errors(arguments, **how):
    """The folds' errors of least squares, by the mistake; None where folds are a matter of choice."""
    X, y, n_splits = _asked(arguments)
    if n_splits != len(y):
        return None
    return _errors(X, y, n_splits, FAMILIES[0][1], 0.0, **how)


def _has(value, *numbers):
    """Whether some score's mean and deviation are these."""
    return any(np.allclose(score[1:3], numbers, rtol=1e-6, atol=1e-12) for score in value)


def _means(value):
    return [score[1] for score in value]


@misconception(
    "compare_models",
    "The models come worst first. The lowest error is the best one, so sort upwards.",
    recognise=lambda arguments, value: (
        _means(value) == sorted(_means(value), reverse=True)
        and len(set(_means(value))) > 1
        and min(_means(value)) >= 0
    ),
)
def worst_first(X, y, *, n_splits=5):
    return compare_models(X, y, n_splits=n_splits)[::-1]


@misconception(
    "compare_models",
    "The scores are negative, as scikit-learn's neg_mean_squared_error gives them so that larger "
    "is better. An error is asked for: turn the sign around, and sort upwards.",
    recognise=lambda arguments, value: max(_means(value)) < 0,
)
def scores_with_a_minus(X, y, *, n_splits=5):
    found = compare_models(X, y, n_splits=n_splits)
    return [score._replace(mean_mse=-score.mean_mse) for score in found]


def _is_training_error(arguments, value):
    errors = _plain_errors(arguments, seen=True)
    return errors is not None and any(
        np.isclose(mean, errors.mean(), rtol=1e-6) for mean in _means(value)
    )


@misconception(
    "compare_models",
    "The errors are those of the rows that the models were fitted to. They always favour the most "
    "flexible model; judge each model by the rows left out.",
    recognise=_is_training_error,
)
def training_errors(X, y, *, n_splits=5):
    return _compare(X, y, n_splits, seen=True)


def _is_standard_error(arguments, value):
    errors = _plain_errors(arguments)
    return errors is not None and any(
        _has(value, errors.mean(), errors.std(ddof=ddof) / np.sqrt(len(errors))) for ddof in (0, 1)
    )


@misconception(
    "compare_models",
    "std_mse is the standard error of the mean: the deviation over the folds was divided by the "
    "root of their number. The standard deviation itself is asked for.",
    recognise=_is_standard_error,
)
def standard_error_instead(X, y, *, n_splits=5):
    found = compare_models(X, y, n_splits=n_splits)
    return [score._replace(std_mse=score.std_mse / np.sqrt(n_splits)) for score in found]


def _is_variance(arguments, value):
    errors = _plain_errors(arguments)
    return errors is not None and any(
        _has(value, errors.mean(), errors.var(ddof=ddof)) for ddof in (0, 1)
    )


@misconception(
    "compare_models",
    "std_mse is the variance over the folds. Its root, the standard deviation, has the units of the "
    "error it stands beside.",
    recognise=_is_variance,
)
def variance_instead(X, y, *, n_splits=5):
    found = compare_models(X, y, n_splits=n_splits)
    return [score._replace(std_mse=score.std_mse**2) for score in found]


def _is_root(arguments, value):
    errors = _plain_errors(arguments)
    return errors is not None and any(
        np.isclose(mean, root, rtol=1e-6)
        for mean in _means(value)
        for root in (np.sqrt(errors.mean()), np.sqrt(errors).mean())
    )


@misconception(
    "compare_models",
    "The errors are not squared: the roots of the mean squared errors were taken, or absolute "
    "errors. The mean squared error itself is asked for.",
    recognise=_is_root,
)
def root_mean_squares(X, y, *, n_splits=5):
    return [
        score._replace(mean_mse=float(np.sqrt(score.mean_mse)))
        for score in compare_models(X, y, n_splits=n_splits)
    ]


def _is_by_itself(arguments, value):
    errors = _plain_errors(arguments, scale=_each_by_itself)
    return errors is not None and any(
        np.isclose(mean, errors.mean(), rtol=1e-6) for mean in _means(value)
    )


@misconception(
    "compare_models",
    "The rows left out were standardised by their own mean and standard deviation. They are new "
    "data, one by one: use the mean and the deviation of the training rows.",
    recognise=_is_by_itself,
)
def left_out_rows_by_themselves(X, y, *, n_splits=5):
    return _compare(X, y, n_splits, scale=_each_by_itself)


def _ridge_is_on(scaling):
    """A recogniser: the scores called ridge lie on that curve, and not on the right one."""

    def recognise(arguments, value):
        from graders.checks.test_project_comparison import RIDGE, Score, curve, distance, of_family

        X, y, n_splits = _asked(arguments)
        found = of_family([Score(*score) for score in value], "ridge")
        if n_splits != len(y) or not found:
            return False
        wrong, right = curve(X, y, "ridge", scaling), curve(X, y, "ridge")
        return all(distance(wrong, score) <= RIDGE for score in found) and any(
            distance(right, score) > RIDGE for score in found
        )

    return recognise


@misconception(
    "compare_models",
    "The columns were standardised once, before the rows were split. The rows left out then take "
    "part in the mean and deviation, which is a leak; standardise inside each fold.",
    recognise=_ridge_is_on("leak"),
)
def standardised_before_the_split(X, y, *, n_splits=5):
    return _compare(X, y, n_splits, scale=_before)


@misconception(
    "compare_models",
    "The columns were not standardised. A penalty weighs coefficients by the units of their "
    "columns, so that one strength means nothing until the columns have one scale.",
    recognise=_ridge_is_on("none"),
)
def never_standardised(X, y, *, n_splits=5):
    return _compare(X, y, n_splits, scale=_never)


@misconception(
    "compare_models",
    "n_splits was not used: there are five folds, whatever is asked for.",
)
def always_five_folds(X, y, *, n_splits=5):
    compare_models(X, y, n_splits=n_splits)
    return compare_models(X, y)


@misconception(
    "compare_models",
    "The columns of X were standardised in place, so the caller's data are changed. Work on a copy.",
)
def standardised_in_place(X, y, *, n_splits=5):
    found = compare_models(X, y, n_splits=n_splits)
    if isinstance(X, np.ndarray) and X.dtype == np.float64:
        X -= X.mean(axis=0)
    return found
