"""The lasso reference against the book's table, least angle regression and scikit-learn."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy.optimize import brentq
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Lasso, lars_path

from graders.certificates.optimality import elastic_net_gap, stopping_gap, surely_zero
from reference.lasso import (
    lambda_max,
    lasso_coordinate_descent,
    lasso_path,
    sklearn_alpha,
    soft_threshold,
)
from tests.prostate import load


def test_lasso_of_esl_table_3_3() -> None:
    """At 36 % of the least-squares L1 norm, within 0.02: the book chose the size on a grid."""
    data = load()
    X, y = data.X_train, data.y_train
    whole = np.abs(lasso_coordinate_descent(X, y, 0.0).coef).sum()

    def share(lam: float) -> float:
        return float(np.abs(lasso_coordinate_descent(X, y, lam).coef).sum() / whole)

    lam = brentq(lambda value: share(value) - 0.36, 1e-3, lambda_max(X, y))
    fit = lasso_coordinate_descent(X, y, lam)
    printed = np.array([0.533, 0.169, 0, 0.002, 0.094, 0, 0, 0])
    assert np.abs(fit.coef - printed).max() < 0.02
    np.testing.assert_array_equal(fit.coef[[2, 5, 6, 7]], 0.0)
    error = np.mean((data.y_test - data.X_test @ fit.coef - fit.intercept) ** 2)
    # near 36 % the error moves by 0.01 for each point of the size
    assert error == pytest.approx(0.479, abs=0.015)


@pytest.fixture(scope="module")
def diabetes() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    X, y = load_diabetes(return_X_y=True)
    alphas, _, coefs = lars_path(X - X.mean(axis=0), y - y.mean(), method="lasso")
    return X, y, 2 * alphas, coefs.T


def test_diabetes_path_agrees_with_lars_at_every_knot(diabetes) -> None:
    X, y, knots, coefs = diabetes
    assert np.abs(lasso_path(X, y, knots) - coefs).max() < 1e-3


def test_diabetes_path_has_the_supports_of_lars_between_the_knots(diabetes) -> None:
    X, y, knots, coefs = diabetes
    middles = (knots[:-1] + knots[1:]) / 2
    expected = (coefs[:-1] != 0) | (coefs[1:] != 0)
    np.testing.assert_array_equal(lasso_path(X, y, middles) != 0, expected)


def test_first_knot_is_lambda_max(diabetes) -> None:
    X, y, knots, _ = diabetes
    assert lambda_max(X, y) == pytest.approx(knots[0], rel=1e-12)


@pytest.mark.parametrize("shape", [(40, 6), (15, 30)])
@pytest.mark.parametrize("share", [0.02, 0.2, 0.8])
def test_agrees_with_scikit_learn(shape: tuple[int, int], share: float) -> None:
    rng = np.random.default_rng(4)
    X = rng.normal(size=shape) + 3
    y = X[:, 0] - 2 * X[:, 1] + rng.normal(size=shape[0])
    lam = share * lambda_max(X, y)
    ours = lasso_coordinate_descent(X, y, lam)
    model = Lasso(alpha=sklearn_alpha(lam), tol=1e-14, max_iter=100_000, random_state=0).fit(X, y)
    np.testing.assert_allclose(ours.coef, model.coef_, atol=1e-6)
    np.testing.assert_array_equal(ours.coef == 0, model.coef_ == 0)
    assert ours.intercept == pytest.approx(model.intercept_, abs=1e-5)


def test_soft_threshold_minimises_its_objective() -> None:
    z, gamma = np.linspace(-3, 3, 25), 0.8
    grid = np.linspace(-4, 4, 8001)
    best = grid[np.argmin((grid - z[:, None]) ** 2 / 2 + gamma * np.abs(grid), axis=1)]
    np.testing.assert_allclose(soft_threshold(z, gamma), best, atol=1e-3)


def test_a_thousand_rows_and_two_hundred_columns_take_under_two_seconds() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1000, 200)) + 0.5 * rng.normal(size=(1000, 1))
    y = X[:, :20] @ rng.normal(size=20) + rng.normal(size=1000)
    lam = 0.1 * lambda_max(X, y)
    start = time.process_time()
    fit = lasso_coordinate_descent(X, y, lam)
    assert time.process_time() - start < 2.0
    assert elastic_net_gap(X, y, lam, 0.0, fit.coef) < 1e-8


@pytest.mark.parametrize("seed", range(20))
def test_the_stop_rule_leaves_no_more_than_the_checks_allow(seed: int) -> None:
    """The bounds that the hidden checks rest on, at loose and tight tolerances."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(25, 8)) * 10.0 ** rng.integers(-2, 3, size=8)
    X[:, 1] += 0.9 * X[:, 0]
    y = X @ (rng.normal(size=8) / X.std(axis=0)) + rng.normal(size=25)
    lam = rng.uniform(0.02, 0.8) * lambda_max(X, y)
    exact = lasso_coordinate_descent(X, y, lam, tol=1e-14).coef
    for tol in (1e-3, 1e-6, 1e-9):
        coef = lasso_coordinate_descent(X, y, lam, tol=tol).coef
        gap = elastic_net_gap(X, y, lam, 0.0, coef)
        assert gap <= stopping_gap(X, y, lam, 0.0, coef, tol) + 1e-14
        assert not np.any(surely_zero(X, y, lam, 0.0, coef) & (exact != 0))
