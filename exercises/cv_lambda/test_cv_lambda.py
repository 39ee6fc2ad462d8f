"""Self-check of `cv_lambda`: run `pytest exercises/cv_lambda`."""

from __future__ import annotations

import numpy as np
import pytest

from exercises.checking import array, close, ensure, fields, leaves_arguments_alone, number, rejects

X = np.array([[1.0, 10.0], [2.0, 30.0], [4.0, 20.0], [5.0, 60.0], [6.0, 40.0], [9.0, 50.0]])
Y = np.array([1.0, 3.0, 2.0, 7.0, 4.0, 6.0])
FOLDS = [
    (np.array([2, 3, 4, 5]), np.array([0, 1])),
    (np.array([0, 1, 4, 5]), np.array([2, 3])),
    (np.array([0, 1, 2, 3]), np.array([4, 5])),
]
NAMES = ("lambdas", "mean_mse", "std_error", "best_lambda", "one_se_lambda")


def pull_to_the_mean(X_train, y_train, X_val, lam):
    """A model without any fitting: a large lam pulls its predictions to the mean of y."""
    return y_train.mean() + X_val.sum(axis=1) / (1 + lam)


def sets(pairs, count, what):
    ensure(len(pairs) == count, f"{what} should have {count} pairs, but has {len(pairs)}.")
    return [tuple(sorted(int(i) for i in rows) for rows in pair) for pair in pairs]


@pytest.mark.check("kfold_indices", hint="np.array_split(np.arange(n), k) cuts as asked.")
def test_visible_folds(submission):
    """kfold_indices(7, 3): three, two and two consecutive rows"""
    pairs = sets(submission.kfold_indices(7, 3), 3, "kfold_indices(7, 3)")
    expected = [
        ([3, 4, 5, 6], [0, 1, 2]),
        ([0, 1, 2, 5, 6], [3, 4]),
        ([0, 1, 2, 3, 4], [5, 6]),
    ]
    ensure(pairs == expected, "These are not the folds asked for.", expected=expected)


@pytest.mark.check("kfold_indices", hint="Cut rng.permutation(n) instead of np.arange(n).")
def test_visible_shuffled_folds(submission):
    """kfold_indices with rng: shuffled, and every row validates once"""
    pairs = submission.kfold_indices(30, 3, rng=np.random.default_rng(0))
    validation = [val for _, val in sets(pairs, 3, "kfold_indices(30, 3)")]
    ensure(
        sorted(row for val in validation for row in val) == list(range(30)),
        "Not every row validates once.",
    )
    ensure(validation[0] != list(range(10)), "With rng the rows should be shuffled.")


@pytest.mark.check("time_series_indices", hint="The last two blocks of 7 // 3 rows validate.")
def test_visible_time_series(submission):
    """time_series_indices(7, 2): train on all that came before"""
    pairs = sets(submission.time_series_indices(7, 2), 2, "time_series_indices(7, 2)")
    expected = [([0, 1, 2], [3, 4]), ([0, 1, 2, 3, 4], [5, 6])]
    ensure(pairs == expected, "These are not the splits asked for.", expected=expected)


@pytest.mark.check("lambda_grid", hint="np.geomspace")
def test_visible_grid(submission):
    """lambda_grid: even steps on a log scale, downwards"""
    grid = array(submission.lambda_grid(10.0, 3, eps=0.01), (3,), "lambda_grid(10, 3, eps=0.01)")
    close(grid, np.array([10.0, 1.0, 0.1]), "lambda_grid(10, 3, eps=0.01)", rtol=1e-9)


@pytest.mark.check(
    "cross_validate", hint="mean and std of X[train], used for X[train] and for X[validation]."
)
def test_visible_standardised(submission):
    """The model's training columns have mean 0 and standard deviation 1"""
    seen = []

    def spy(X_train, y_train, X_val, lam):
        seen.append((X_train.mean(axis=0), X_train.std(axis=0), X_val))
        return np.zeros(len(X_val))

    submission.cross_validate(X, Y, np.array([1.0]), FOLDS, spy)
    ensure(len(seen) >= 3, f"fit_predict should be called for 3 folds, but was {len(seen)} times.")
    for mean, std, _ in seen:
        close(mean, np.zeros(2), "The mean of X_train", atol=1e-9)
        close(std, np.ones(2), "The standard deviation of X_train", rtol=1e-9)
    means, stds = X[2:].mean(axis=0), X[2:].std(axis=0)
    expected = ((X[:2] - means) / stds).sum()
    found = [np.sum(X_val) for _, _, X_val in seen]
    ensure(
        any(abs(total - expected) < 1e-9 for total in found),
        "X_val should be standardised with the mean and standard deviation of the training rows.",
    )


@pytest.mark.check("cross_validate", hint="The mean over folds of each fold's MSE; std / sqrt(3).")
def test_visible_errors(submission):
    """cross_validate: mean error and its standard error over the folds"""
    lambdas = np.array([0.0, 9.0, 1.0])
    result = submission.cross_validate(X, Y, lambdas, FOLDS, pull_to_the_mean)
    result = fields(result, NAMES, "cross_validate")
    errors = []
    for train, val in FOLDS:
        Z = (X[val] - X[train].mean(axis=0)) / X[train].std(axis=0)
        predictions = [pull_to_the_mean(None, Y[train], Z, lam) for lam in lambdas]
        errors.append([np.mean((Y[val] - predicted) ** 2) for predicted in predictions])
    mean, std_error = np.mean(errors, axis=0), np.std(errors, axis=0, ddof=1) / np.sqrt(3)
    close(array(result.mean_mse, (3,), "mean_mse"), mean, "mean_mse", rtol=1e-9)
    close(array(result.std_error, (3,), "std_error"), std_error, "std_error", rtol=1e-9)
    best = int(np.argmin(mean))
    close(number(result.best_lambda, "best_lambda"), lambdas[best], "best_lambda")
    good = lambdas[mean <= mean[best] + std_error[best]]
    close(number(result.one_se_lambda, "one_se_lambda"), good.max(), "one_se_lambda")


@pytest.mark.check("cross_validate", hint="Work on X[train], which is a copy.")
def test_visible_no_side_effects(submission):
    """X and y are left alone"""
    submission.cross_validate(X.copy(), Y.copy(), np.array([1.0]), FOLDS, pull_to_the_mean)
    leaves_arguments_alone(submission.last)


@pytest.mark.check("cross_validate", hint='raise ValueError("lambdas must be >= 0")')
def test_visible_bad_input(submission):
    """A negative strength is a ValueError that names lambdas"""
    rejects(
        submission.cross_validate,
        X,
        Y,
        np.array([1.0, -1.0]),
        FOLDS,
        pull_to_the_mean,
        names=["lambdas", "lam"],
    )
