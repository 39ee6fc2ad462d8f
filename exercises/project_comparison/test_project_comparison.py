"""Self-check of the comparison of models: run `pytest exercises/project_comparison`."""

from __future__ import annotations

import numpy as np
import pytest

from exercises.checking import ensure, fields, leaves_arguments_alone, number, rejects

NAMES = ("name", "mean_mse", "std_mse")


def data():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(30, 4)) * [1.0, 10.0, 0.1, 1.0]
    return X, X @ [2.0, 0.1, 0.0, 0.0] + rng.normal(size=30)


def scores(submission, X, y, **options):
    answer = submission.compare_models(X, y, **options)
    ensure(isinstance(answer, (list, tuple)), "compare_models should return a list of ModelScore.")
    return [fields(item, NAMES, "Each element of the list") for item in answer]


@pytest.mark.check(
    "compare_models", hint="Least squares, ridge and lasso at several strengths, and elastic net."
)
def test_visible_models(submission):
    """Six models or more, each with a name of its own"""
    found = scores(submission, *data())
    ensure(len(found) >= 6, f"There are {len(found)} models, which is too few.")
    ensure(len({score.name for score in found}) == len(found), "Two models share a name.")


@pytest.mark.check("compare_models", hint="sorted(scores, key=lambda score: score.mean_mse)")
def test_visible_order(submission):
    """Best first"""
    means = [number(score.mean_mse, "mean_mse") for score in scores(submission, *data())]
    ensure(means == sorted(means), "mean_mse should rise down the list.", expected=sorted(means))


@pytest.mark.check("compare_models", hint="With one row left out a fold's error is one square.")
def test_visible_least_squares(submission):
    """One of them is least squares, scored on rows left out"""
    X, y = data()
    design = np.column_stack([X, np.ones(len(y))])
    errors = []
    for row in range(len(y)):
        others = np.arange(len(y)) != row
        coef = np.linalg.lstsq(design[others], y[others], rcond=None)[0]
        errors.append((y[row] - design[row] @ coef) ** 2)
    expected = float(np.mean(errors))
    found = scores(submission, X, y, n_splits=len(y))
    means = [number(score.mean_mse, "mean_mse") for score in found]
    ensure(
        any(abs(mean - expected) < 1e-6 * expected for mean in means),
        "With n_splits = n no model has the error of least squares on the rows left out.",
        expected=expected,
    )


@pytest.mark.check("compare_models", hint="Work on a copy of X.")
def test_visible_no_side_effects(submission):
    """X and y are left alone"""
    scores(submission, *data())
    leaves_arguments_alone(submission.last)


@pytest.mark.check("compare_models", hint='raise ValueError("n_splits must be at least 1")')
def test_visible_bad_input(submission):
    """n_splits = 0 is a ValueError that names n_splits"""
    rejects(submission.compare_models, *data(), n_splits=0, names=["n_splits"])
