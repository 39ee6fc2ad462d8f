"""Self-check of `lasso`: run `pytest exercises/lasso`."""

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
#: (2/4) * 24, by hand: the first column of centred X times centred y.
LARGEST = 12.0


def solve(submission, X, y, lam, **options):
    answer = submission.lasso_coordinate_descent(X, y, lam, **options)
    fit = fields(answer, ("coef", "intercept", "n_iter"), "lasso_coordinate_descent")
    coef = array(fit.coef, (X.shape[1],), "coef")
    return coef, number(fit.intercept, "intercept"), integer(fit.n_iter, "n_iter")


@pytest.mark.check("soft_threshold", hint="sign(z) · max(|z| − gamma, 0) works on whole arrays.")
def test_visible_soft_threshold(submission):
    """soft_threshold moves numbers towards zero"""
    z = np.array([3.0, -3.0, 0.5, -1.0, 0.0])
    moved = array(submission.soft_threshold(z, 1.0), (5,), "soft_threshold(z, 1.0)")
    close(moved, [2.0, -2.0, 0.0, 0.0, 0.0], "soft_threshold(z, 1.0)")
    close(number(submission.soft_threshold(2.5, 1.0), "soft_threshold"), 1.5, "soft_threshold(2.5)")


@pytest.mark.check("lambda_max", hint="2/n times the largest |Xc'yc|, both centred.")
def test_visible_lambda_max(submission):
    """lambda_max: the steepest slope of the MSE at w = 0"""
    close(number(submission.lambda_max(X, Y), "lambda_max"), LARGEST, "lambda_max(X, y)")


@pytest.mark.check(
    "lasso_coordinate_descent",
    hint="Each update is S(Xc_j'r_j / n, lam/2) / (Xc_j'Xc_j / n). Is it lam/2? Are there two n?",
)
def test_visible_optimality(submission):
    """The gradient of the MSE balances the penalty at the answer"""
    lam = 0.5
    coef, intercept, _ = solve(submission, X, Y, lam)
    gradient = -2 / len(Y) * X.T @ (Y - X @ coef - intercept)
    # both coefficients are positive here, and so the penalty's slope is lam
    close(gradient, [-lam, -lam], "The gradient of the MSE with respect to coef", atol=1e-6)


@pytest.mark.check(
    "lasso_coordinate_descent", hint="soft_threshold gives exact zeros; nothing needs rounding."
)
def test_visible_exact_zeros(submission):
    """From lambda_max on, every coefficient is exactly 0 and the intercept is mean(y)"""
    coef, intercept, _ = solve(submission, X, Y, LARGEST * 1.01)
    ensure(bool(np.all(coef == 0)), f"coef should be all 0, but is {coef.tolist()}.")
    close(intercept, Y.mean(), "intercept")
    coef, _, _ = solve(submission, X, Y, 11.8)
    close(coef[0], 0.04, "The first coefficient at lam = 11.8", rtol=1e-6)
    ensure(coef[1] == 0, f"At lam = 11.8 the second should be exactly 0, but is {coef[1]:.3g}.")


@pytest.mark.check("lasso_coordinate_descent", hint="Leave the intercept out of the penalty.")
def test_visible_intercept(submission):
    """Adding 100 to y adds 100 to the intercept and changes nothing else"""
    coef, intercept, _ = solve(submission, X, Y, 0.5)
    moved, moved_intercept, _ = solve(submission, X, Y + 100, 0.5)
    close(moved, coef, "coef after y moved", rtol=1e-6)
    close(moved_intercept, intercept + 100, "The intercept after y moved", rtol=1e-7)


@pytest.mark.check("lasso_coordinate_descent", hint="Start from a copy: np.array(coef_init).")
def test_visible_warm_start(submission):
    """A warm start ends in the same place, and leaves its arguments alone"""
    coef, _, _ = solve(submission, X, Y, 0.5)
    warm, _, n_iter = solve(submission, X.copy(), Y.copy(), 0.5, coef_init=np.array([5.0, -5.0]))
    leaves_arguments_alone(submission.last)
    close(warm, coef, "coef from another start", rtol=1e-6)
    ensure(1 <= n_iter <= 10_000, f"n_iter should be from 1 to max_iter, but is {n_iter}.")


@pytest.mark.check("lasso_path", hint="One row per lam, in the order given; append copies.")
def test_visible_path(submission):
    """lasso_path has one row per strength, in the order given"""
    lambdas = [4.0, 0.5, 20.0]
    path = array(submission.lasso_path(X, Y, np.array(lambdas)), (3, 2), "lasso_path")
    for row, lam in zip(path, lambdas, strict=True):
        coef, _, _ = solve(submission, X, Y, lam)
        close(row, coef, f"The row of lam = {lam}", rtol=1e-6, atol=1e-9)


@pytest.mark.check("sklearn_alpha", hint="Half of our objective is scikit-learn's.")
def test_visible_alpha(submission):
    """sklearn_alpha: scikit-learn halves the loss"""
    close(number(submission.sklearn_alpha(0.5), "sklearn_alpha"), 0.25, "sklearn_alpha(0.5)")


@pytest.mark.check("lasso_coordinate_descent", hint='raise ValueError("lam must be >= 0")')
def test_visible_bad_input(submission):
    """A negative lam is a ValueError that names lam"""
    rejects(submission.lasso_coordinate_descent, X, Y, -1.0, names=["lam", "gamma"])
