"""Self-check of `logistic`: run `pytest exercises/logistic`."""

from __future__ import annotations

import numpy as np
import pytest

from exercises.checking import (
    array,
    close,
    ensure,
    fields,
    gives_no_warning,
    leaves_arguments_alone,
    number,
    rejects,
)

X = np.array([[0.5, 1.0], [2.0, 0.0], [1.0, 1.5], [3.0, 0.5], [1.5, -1.0], [2.5, 1.0]])
Y = np.array([0.0, 1.0, 0.0, 1.0, 1.0, 0.0])


def solve(submission, X, y, **options):
    answer = submission.logistic_proximal_gradient(X, y, **options)
    fit = fields(answer, ("coef", "intercept", "n_iter"), "logistic_proximal_gradient")
    return array(fit.coef, (X.shape[1],), "coef"), number(fit.intercept, "intercept")


def slope(coef, intercept):
    """The gradient of the mean log-loss with respect to coef, and to the intercept."""
    off = 1 / (1 + np.exp(-(X @ coef + intercept))) - Y
    return X.T @ off / len(Y), off.mean()


@pytest.mark.check("sigmoid", hint="exp(−|z|) never overflows; np.where computes both branches.")
def test_visible_sigmoid(submission):
    """sigmoid, also where exp would overflow"""
    z = np.array([0.0, 2.0, -2.0, 1000.0, -1000.0])
    given = array(submission.sigmoid(z), (5,), "sigmoid(z)")
    gives_no_warning(submission.last)
    close(given, [0.5, 0.8807970779778823, 0.11920292202211755, 1.0, 0.0], "sigmoid(z)", rtol=1e-12)


@pytest.mark.check("softplus", hint="max(z, 0) + log1p(exp(−|z|))")
def test_visible_softplus(submission):
    """softplus, also where exp would overflow or log would lose its digits"""
    given = array(submission.softplus(np.array([0.0, 1000.0])), (2,), "softplus(z)")
    gives_no_warning(submission.last)
    close(given, [np.log(2.0), 1000.0], "softplus([0, 1000])", rtol=1e-12)
    tiny = number(submission.softplus(-40.0), "softplus(-40.0)")
    close(tiny, np.exp(-40.0), "softplus(-40.0)", rtol=1e-12)


@pytest.mark.check("penalized_log_loss", hint="mean(softplus(z) − y·z) + l1·Σ|w| + l2·Σw²")
def test_visible_objective(submission):
    """penalized_log_loss: the mean log-loss and both penalties"""
    loss = submission.penalized_log_loss
    start = number(loss(X, Y, np.zeros(2), 0.0, 0.5, 0.5), "penalized_log_loss")
    close(start, np.log(2.0), "The loss at zero", rtol=1e-12)
    coef = np.array([2.0, -1.0])
    plain = number(loss(X, Y, coef, 0.5, 0.0, 0.0), "penalized_log_loss")
    both = number(loss(X, Y, coef, 0.5, 0.1, 0.01), "penalized_log_loss")
    close(both - plain, 0.1 * 3 + 0.01 * 5, "What the penalties add at coef = (2, -1)", rtol=1e-9)


@pytest.mark.check(
    "logistic_proximal_gradient",
    hint="X'(sigmoid(z) − y)/n + 2·l2·w is the smooth part's gradient.",
)
def test_visible_squared_penalty(submission):
    """With l2 the gradient of the objective is zero at the answer"""
    coef, intercept = solve(submission, X.copy(), Y.copy(), l2=0.05)
    leaves_arguments_alone(submission.last)
    gradient, at_intercept = slope(coef, intercept)
    close(gradient + 2 * 0.05 * coef, np.zeros(2), "The gradient at coef", atol=1e-5)
    close(at_intercept, 0.0, "The gradient at the intercept", atol=1e-5)


@pytest.mark.check(
    "logistic_proximal_gradient", hint="Soft-threshold the coefficients by step·l1 after each step."
)
def test_visible_absolute_penalty(submission):
    """With l1 a coefficient is exactly 0, and the other one's slope is l1"""
    coef, intercept = solve(submission, X, Y, l1=0.25)
    gradient, _ = slope(coef, intercept)
    ensure(coef[0] == 0, f"The first coefficient should be exactly 0, but is {coef[0]:.3g}.")
    # the second is negative, and so the penalty's slope there is -l1
    close(gradient[1], 0.25, "The slope of the log-loss at the second coefficient", atol=1e-5)


@pytest.mark.check("logistic_proximal_gradient", hint="Leave the intercept out of both penalties.")
def test_visible_intercept(submission):
    """Under a strong penalty the intercept still matches the share of the classes"""
    y = np.array([0.0, 0.0, 0.0, 0.0, 1.0, 0.0])
    coef, intercept = solve(submission, X, y, l1=5.0)
    ensure(bool(np.all(coef == 0)), f"coef should be all 0, but is {coef.tolist()}.")
    close(intercept, np.log(1 / 5), "The intercept", rtol=1e-4)


@pytest.mark.check("predict_proba", hint="sigmoid(X @ coef + intercept)")
def test_visible_probabilities(submission):
    """predict_proba: the probability of class 1"""
    fit = submission.logistic_proximal_gradient(X, Y, l2=0.05)
    coef, intercept = solve(submission, X, Y, l2=0.05)
    given = array(submission.predict_proba(fit, X), (6,), "predict_proba(fit, X)")
    close(given, 1 / (1 + np.exp(-(X @ coef + intercept))), "predict_proba(fit, X)", rtol=1e-9)


@pytest.mark.check("sklearn_parameters", hint="n·C·l1 = r and n·C·l2 = (1 − r)/2")
def test_visible_parameters(submission):
    """sklearn_parameters: from two strengths to C and a ratio"""
    expected = {(0.1, 0.2, 10): (0.2, 0.2), (0.5, 0.0, 4): (0.5, 1.0), (0.0, 0.5, 8): (0.125, 0.0)}
    pairs = {given: submission.sklearn_parameters(*given) for given in expected}
    for given, pair in pairs.items():
        what = f"sklearn_parameters{given}"
        close(array(pair, (2,), what), expected[given], what)


@pytest.mark.check(
    "logistic_proximal_gradient", hint='raise ValueError("y must hold 0 and 1 only")'
)
def test_visible_bad_input(submission):
    """Labels other than 0 and 1 are a ValueError that names y"""
    rejects(submission.logistic_proximal_gradient, X, 2 * Y - 1, l2=0.1, names=["y"])
