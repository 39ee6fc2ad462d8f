"""Self-check of `ridge`: run `pytest exercises/ridge`."""

from __future__ import annotations

import numpy as np
import pytest

from exercises.checking import array, close, ensure, fields, leaves_arguments_alone, number, rejects

X = np.array([[1.0, 2.0], [2.0, 0.0], [4.0, 1.0], [5.0, 5.0]])
Y = np.array([3.0, 4.0, 8.0, 13.0])


def solve(submission, X, y, lam):
    fit = fields(
        submission.ridge_closed_form(X, y, lam), ("coef", "intercept"), "ridge_closed_form"
    )
    return array(fit.coef, (X.shape[1],), "coef"), number(fit.intercept, "intercept")


@pytest.mark.check(
    "ridge_closed_form", hint="With lam = 0 there is no penalty: plain least squares."
)
def test_visible_least_squares(submission):
    """At lam = 0 it is least squares"""
    coef, intercept = solve(submission, X, Y, 0.0)
    design = np.column_stack([X, np.ones(4)])
    expected = np.linalg.lstsq(design, Y, rcond=None)[0]
    close(coef, expected[:2], "coef", rtol=1e-8)
    close(intercept, expected[2], "intercept", rtol=1e-8)


@pytest.mark.check(
    "ridge_closed_form", hint="(Xc'Xc + n·lam·I) w = Xc'yc: check the factor n in front of lam."
)
def test_visible_gradient(submission):
    """The gradient of MSE + lam·‖w‖² is zero at the answer"""
    coef, intercept = solve(submission, X, Y, 0.5)
    residual = Y - X @ coef - intercept
    gradient = -2 / len(Y) * X.T @ residual + 2 * 0.5 * coef
    close(gradient, np.zeros(2), "The gradient with respect to coef", atol=1e-9)


@pytest.mark.check("ridge_closed_form", hint="Leave the intercept out of the penalty.")
def test_visible_intercept(submission):
    """Adding 100 to y adds 100 to the intercept and changes nothing else"""
    coef, intercept = solve(submission, X, Y, 0.5)
    moved, moved_intercept = solve(submission, X, Y + 100, 0.5)
    close(moved, coef, "coef after y moved", rtol=1e-8)
    close(moved_intercept, intercept + 100, "The intercept after y moved", rtol=1e-9)


@pytest.mark.check("ridge_closed_form", hint="Work on X - X.mean(axis=0), a new array.")
def test_visible_no_side_effects(submission):
    """X and y are left alone"""
    solve(submission, X.copy(), Y.copy(), 0.5)
    leaves_arguments_alone(submission.last)


@pytest.mark.check("predict", hint="X @ coef + intercept")
def test_visible_predict(submission):
    """predict: X·coef + intercept"""
    fit = submission.ridge_closed_form(X, Y, 0.0)
    coef, intercept = solve(submission, X, Y, 0.0)
    predicted = array(submission.predict(fit, X[:3]), (3,), "predict(fit, X)")
    close(predicted, X[:3] @ coef + intercept, "predict(fit, X)", rtol=1e-10)


@pytest.mark.check("sklearn_alpha", hint="Multiply our objective by n and compare.")
def test_visible_alpha(submission):
    """sklearn_alpha: from the mean of squares to the sum"""
    close(number(submission.sklearn_alpha(0.5, 10), "sklearn_alpha"), 5.0, "sklearn_alpha(0.5, 10)")


@pytest.mark.check(
    "effective_degrees_of_freedom", hint="Sum s²/(s² + n·lam) over singular values of centred X."
)
def test_visible_degrees_of_freedom(submission):
    """Degrees of freedom: p without a penalty, nearly none under a huge one"""
    df = submission.effective_degrees_of_freedom
    close(number(df(X, 0.0), "df"), 2.0, "The degrees of freedom at lam = 0", rtol=1e-9)
    few = number(df(X, 1e9), "df")
    ensure(0 <= few < 1e-6, f"At lam = 1e9 there should be next to none, but there are {few:.3g}.")


@pytest.mark.check("ridge_closed_form", hint='raise ValueError("lam must be >= 0")')
def test_visible_bad_input(submission):
    """A negative lam is a ValueError that names lam"""
    rejects(submission.ridge_closed_form, X, Y, -1.0, names=["lam"])
