"""Self-check of `elastic_net`: run `pytest exercises/elastic_net`."""

from __future__ import annotations

import numpy as np
import pytest

from exercises.checking import (
    array,
    close,
    ensure,
    fields,
    integer,
    leaves_arguments_alone,
    number,
    rejects,
)

X = np.array([[1.0, 2.0], [2.0, 0.0], [4.0, 1.0], [5.0, 5.0]])
Y = np.array([3.0, 4.0, 8.0, 13.0])


def solve(submission, X, y, l1, l2, **options):
    answer = submission.elastic_net_coordinate_descent(X, y, l1, l2, **options)
    fit = fields(answer, ("coef", "intercept", "n_iter"), "elastic_net_coordinate_descent")
    coef = array(fit.coef, (X.shape[1],), "coef")
    return coef, number(fit.intercept, "intercept"), integer(fit.n_iter, "n_iter")


@pytest.mark.check(
    "elastic_net_coordinate_descent",
    hint="Each update is S(Xc_j'r_j / n, l1/2) / (Xc_j'Xc_j / n + l2).",
)
def test_visible_optimality(submission):
    """The gradient of the MSE balances both penalties at the answer"""
    l1, l2 = 0.5, 0.25
    coef, intercept, _ = solve(submission, X, Y, l1, l2)
    gradient = -2 / len(Y) * X.T @ (Y - X @ coef - intercept)
    # both coefficients are positive here, and so the penalties' slope is l1 + 2 l2 w
    close(gradient, -(l1 + 2 * l2 * coef), "The gradient of the MSE at coef", atol=1e-6)


@pytest.mark.check("elastic_net_coordinate_descent", hint="At l1 = 0: (Xc'Xc + n·l2·I) w = Xc'yc.")
def test_visible_ridge(submission):
    """At l1 = 0 it is ridge"""
    coef, _, _ = solve(submission, X, Y, 0.0, 0.5)
    Xc, yc = X - X.mean(axis=0), Y - Y.mean()
    expected = np.linalg.solve(Xc.T @ Xc + 4 * 0.5 * np.eye(2), Xc.T @ yc)
    close(coef, expected, "coef at l1 = 0", rtol=1e-6)


@pytest.mark.check("elastic_net_coordinate_descent", hint="At l2 = 0 it is the lasso's update.")
def test_visible_lasso(submission):
    """At l2 = 0 it is the lasso, with its exact zeros"""
    coef, _, _ = solve(submission, X, Y, 11.8, 0.0)
    close(coef[0], 0.04, "The first coefficient at l1 = 11.8, l2 = 0", rtol=1e-6)
    ensure(coef[1] == 0, f"The second should be exactly 0, but is {coef[1]:.3g}.")
    coef, intercept, _ = solve(submission, X, Y, 12.5, 3.0)
    ensure(bool(np.all(coef == 0)), f"At l1 = 12.5 all should be 0, but coef is {coef.tolist()}.")
    close(intercept, Y.mean(), "intercept")


@pytest.mark.check(
    "elastic_net_coordinate_descent", hint="Only l2 > 0 makes equal columns share: is it in there?"
)
def test_visible_identical_columns(submission):
    """Identical columns get identical coefficients"""
    twice = np.column_stack([X[:, 0], X[:, 0]])
    coef, _, _ = solve(submission, twice, Y, 0.5, 0.5, coef_init=np.array([3.0, -3.0]))
    close(coef[1], coef[0], "The second of two equal coefficients", rtol=1e-6)


@pytest.mark.check("elastic_net_coordinate_descent", hint="Leave the intercept out of the penalty.")
def test_visible_intercept(submission):
    """Adding 100 to y adds 100 to the intercept and changes nothing else"""
    coef, intercept, _ = solve(submission, X, Y, 0.5, 0.5)
    moved, moved_intercept, n_iter = solve(submission, X.copy(), Y + 100, 0.5, 0.5)
    leaves_arguments_alone(submission.last)
    close(moved, coef, "coef after y moved", rtol=1e-6)
    close(moved_intercept, intercept + 100, "The intercept after y moved", rtol=1e-7)
    ensure(1 <= n_iter <= 10_000, f"n_iter should be from 1 to max_iter, but is {n_iter}.")


@pytest.mark.check("sklearn_parameters", hint="alpha·r = l1/2 and alpha·(1 − r)/2 = l2/2.")
def test_visible_parameters(submission):
    """sklearn_parameters: from two strengths to a strength and a ratio"""
    expected = {(1.0, 2.0): (2.5, 0.2), (3.0, 0.0): (1.5, 1.0), (0.0, 2.0): (2.0, 0.0),
                (0.5, 0.75): (1.0, 0.25)}  # fmt: skip
    pairs = {strengths: submission.sklearn_parameters(*strengths) for strengths in expected}
    for strengths, pair in pairs.items():
        what = f"sklearn_parameters{strengths}"
        close(array(pair, (2,), what), expected[strengths], what)


@pytest.mark.check("elastic_net_coordinate_descent", hint='raise ValueError("l2 must be >= 0")')
def test_visible_bad_input(submission):
    """A negative strength is a ValueError that names it"""
    rejects(submission.elastic_net_coordinate_descent, X, Y, -1.0, 0.0, names=["l1"])
    rejects(submission.elastic_net_coordinate_descent, X, Y, 0.0, -1.0, names=["l2"])
