"""Self-check of feature selection: run `pytest exercises/project_feature_selection`."""

from __future__ import annotations

import numpy as np
import pytest

from exercises.checking import array, close, ensure, fields, leaves_arguments_alone, number, rejects


def data():
    """40 rows of four columns on different scales; y is made of the first and the third."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(40, 4)) * [1.0, 10.0, 0.2, 3.0] + [5.0, 0.0, -1.0, 20.0]
    return X, 3 * X[:, 0] - 10 * X[:, 2] + rng.normal(size=40)


def select(submission, X, y, **options):
    answer = fields(
        submission.select_features(X, y, **options), ("indices", "lam", "coef"), "select_features"
    )
    answer.indices = array(answer.indices, (None,), "indices").astype(int)
    answer.lam = number(answer.lam, "lam")
    coef = array(answer.coef, (None,), "coef")
    answer.coef = coef[answer.indices] if len(coef) == X.shape[1] else coef
    return answer


@pytest.mark.check("select_features", hint="np.flatnonzero(coef of the lasso)")
def test_visible_selection(submission):
    """The two columns that y is made of are among the selected"""
    result = select(submission, *data())
    ensure({0, 2} <= set(result.indices.tolist()), "Column 0 or 2 is missing.", expected=[0, 2])
    ensure(result.lam > 0, "lam should be positive here.")


@pytest.mark.check("select_features", hint="Least squares with an intercept on X[:, indices].")
def test_visible_refit(submission):
    """coef is the least-squares fit to the selected columns of X, in their own units"""
    X, y = data()
    result = select(submission, X, y)
    design = np.column_stack([X[:, result.indices], np.ones(len(y))])
    expected = np.linalg.lstsq(design, y, rcond=None)[0][:-1]
    close(result.coef, expected, "coef", rtol=1e-6)


@pytest.mark.check("select_features", hint="X and y are only read, and nothing is drawn.")
def test_visible_no_side_effects(submission):
    """Arguments are left alone, and the same question has the same answer"""
    first = select(submission, *data(), n_splits=4)
    leaves_arguments_alone(submission.last)
    close(select(submission, *data(), n_splits=4).lam, first.lam, "lam, asked again", rtol=1e-12)


@pytest.mark.check("stability_selection", hint="count / n_subsamples")
def test_visible_frequencies(submission):
    """Frequencies lie between 0 and 1; a huge lam selects nothing, a tiny one the strong columns"""
    X, y = data()
    for lam, low, high in ((1e6, 0.0, 0.0), (1e-3, 1.0, 1.0)):
        rng = np.random.default_rng(0)
        found = submission.stability_selection(X, y, lam, n_subsamples=10, rng=rng)
        found = array(found, (4,), "stability_selection")
        strong = found[[0, 2]]
        ensure(
            bool(np.all((strong >= low - 1e-9) & (strong <= high + 1e-9))),
            f"At lam = {lam:g} the frequencies of columns 0 and 2 are wrong.",
            expected=[low, high],
        )


@pytest.mark.check("stability_selection", hint="rng.choice(n, size=n // 2, replace=False)")
def test_visible_halves(submission):
    """A column that lives in one row alone is selected in about half of the subsamples"""
    X = np.eye(20)[:, :5]
    y = np.where(np.arange(20) < 5, 10.0 + np.arange(20), 0.0)
    found = submission.stability_selection(
        X, y, 0.01, n_subsamples=200, rng=np.random.default_rng(0)
    )
    found = array(found, (5,), "stability_selection")
    # five counts of 200 draws of probability 1/2: beyond this range once in 10^8
    ensure(bool(np.all(np.abs(found - 0.5) < 0.21)), "Each row is in half of the subsamples.")


@pytest.mark.check("stability_selection", hint='raise ValueError("n_subsamples must be >= 1")')
def test_visible_bad_input(submission):
    """Bad input is a ValueError that names the argument"""
    X, y = data()
    rng = np.random.default_rng(0)
    stability = submission.stability_selection
    rejects(stability, X, y, -1.0, rng=rng, names=["lam"])
    rejects(stability, X, y, 0.1, n_subsamples=0, rng=rng, names=["n_subsamples"])
