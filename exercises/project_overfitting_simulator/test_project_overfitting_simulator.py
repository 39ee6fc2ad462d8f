"""Self-check of the simulator: run `pytest exercises/project_overfitting_simulator`."""

from __future__ import annotations

import numpy as np
import pytest

from exercises.checking import array, close, ensure, fields, leaves_arguments_alone, rejects

DEGREES, LAMBDAS = [0, 1, 3, 7], [0.0, 0.001, 1e12]
NAMES = ("degrees", "lambdas", "train_mse", "test_mse", "best_degree", "best_lambda")


def simulate(submission, seed=0, degrees=DEGREES, lambdas=LAMBDAS, **options):
    rng = np.random.default_rng(seed)
    answer = fields(submission.simulate(degrees, lambdas, rng=rng, **options), NAMES, "simulate")
    shape = (len(degrees), len(lambdas))
    answer.train_mse = array(answer.train_mse, shape, "train_mse")
    answer.test_mse = array(answer.test_mse, shape, "test_mse")
    return answer


@pytest.mark.check("simulate", hint="np.empty((len(degrees), len(lambdas))), then fill it.")
def test_visible_shapes(submission):
    """One error per degree and strength"""
    result = simulate(submission)
    ensure(bool(np.all(result.train_mse >= 0)), "Mean squares cannot be negative.")


@pytest.mark.check("simulate", hint="Draw the training rows once, before the loops.")
def test_visible_more_freedom(submission):
    """At λ = 0 the training error falls as the degree grows"""
    train = simulate(submission).train_mse[:, 0]
    ensure(
        bool(np.all(np.diff(train) <= 1e-9 * train[0])),
        "A polynomial of higher degree can do all that a lower one can, on the same rows.",
    )


@pytest.mark.check("simulate", hint="Fit 4 powers to 5 points at λ = 0: the residuals are 0.")
def test_visible_interpolation(submission):
    """Degree 4 passes through 5 points, and the test error does not vanish"""
    result = simulate(submission, degrees=[4], lambdas=[0.0], n_train=5)
    ensure(result.train_mse[0, 0] < 1e-9, "The training error should be 0.", expected=0.0)
    ensure(result.test_mse[0, 0] > 1e-6, "The test error is measured on other points.")


@pytest.mark.check("simulate", hint="The intercept is not penalised: use ridge_closed_form.")
def test_visible_huge_strength(submission):
    """Under a huge λ nothing but the mean is left, as for degree 0"""
    train = simulate(submission).train_mse
    close(train[:, -1], np.full(4, train[0, 0]), "train_mse at λ = 1e12", rtol=1e-4)


@pytest.mark.check("simulate", hint="np.unravel_index(np.argmin(test_mse), test_mse.shape)")
def test_visible_best(submission):
    """The best pair has the lowest test error"""
    result = simulate(submission)
    i, j = np.unravel_index(np.argmin(result.test_mse), result.test_mse.shape)
    found = (result.best_degree, result.best_lambda)
    lowest = (DEGREES[i], LAMBDAS[j])
    ensure(tuple(map(float, found)) == lowest, "Another pair tests better.", expected=lowest)


@pytest.mark.check("simulate", hint="Every random number comes from rng.")
def test_visible_randomness(submission):
    """The same seed, the same result; arguments are left alone"""
    first, again, other = (simulate(submission, seed) for seed in (1, 1, 2))
    leaves_arguments_alone(submission.last)
    close(again.test_mse, first.test_mse, "test_mse for the same seed", rtol=1e-12)
    ensure(not np.allclose(first.train_mse, other.train_mse), "Another seed draws other data.")


@pytest.mark.check("simulate", hint='raise ValueError("n_train must be at least 1")')
def test_visible_bad_input(submission):
    """Bad input is a ValueError that names the argument"""
    rng = np.random.default_rng(0)
    rejects(submission.simulate, [1], [0.1], n_train=0, rng=rng, names=["n_train"])
    rejects(submission.simulate, [1], [-0.1], rng=rng, names=["lambdas", "lam"])
