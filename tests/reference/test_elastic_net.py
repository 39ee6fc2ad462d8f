"""The elastic net reference against its neighbours and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import ElasticNet

from graders.certificates.descent import descend
from graders.certificates.optimality import elastic_net_gap, stopping_gap, surely_zero
from reference.elastic_net import elastic_net_coordinate_descent, sklearn_parameters
from reference.lasso import lambda_max, lasso_coordinate_descent
from reference.ridge import ridge_closed_form


def problem(seed: int, n: int = 40, p: int = 6) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) * rng.uniform(0.3, 3, size=p) + rng.normal(scale=5, size=p)
    return X, X[:, 0] - 2 * X[:, 1] + rng.normal(size=n)


@pytest.mark.parametrize("l2", [0.01, 0.5, 30.0])
def test_without_l1_it_is_ridge(l2: float) -> None:
    X, y = problem(1)
    ours, ridge = elastic_net_coordinate_descent(X, y, 0.0, l2), ridge_closed_form(X, y, l2)
    np.testing.assert_allclose(ours.coef, ridge.coef, atol=1e-7)
    assert ours.intercept == pytest.approx(ridge.intercept, abs=1e-6)


@pytest.mark.parametrize("share", [0.05, 0.5, 1.1])
def test_without_l2_it_is_the_lasso(share: float) -> None:
    X, y = problem(2)
    lam = share * lambda_max(X, y)
    ours, lasso = (
        elastic_net_coordinate_descent(X, y, lam, 0.0),
        lasso_coordinate_descent(X, y, lam),
    )
    np.testing.assert_array_equal(ours.coef, lasso.coef)


@pytest.mark.parametrize("shape", [(40, 6), (15, 30)])
@pytest.mark.parametrize(("l1", "l2"), [(0.3, 0.1), (2.0, 0.02), (0.1, 5.0)])
def test_agrees_with_scikit_learn(shape: tuple[int, int], l1: float, l2: float) -> None:
    X, y = problem(3, *shape)
    ours = elastic_net_coordinate_descent(X, y, l1, l2)
    alpha, l1_ratio = sklearn_parameters(l1, l2)
    model = ElasticNet(
        alpha=alpha, l1_ratio=l1_ratio, tol=1e-14, max_iter=100_000, random_state=0
    ).fit(X, y)
    np.testing.assert_allclose(ours.coef, model.coef_, atol=1e-6)
    np.testing.assert_array_equal(ours.coef == 0, model.coef_ == 0)
    assert ours.intercept == pytest.approx(model.intercept_, abs=1e-5)


@pytest.mark.parametrize("l2", [0.01, 0.1, 1.0])
def test_identical_columns_get_identical_coefficients(l2: float) -> None:
    X, y = problem(4)
    X = X / X.std(axis=0)
    twice = np.column_stack([X, X[:, 0]])
    start = np.array([5.0, 0, 0, 0, 0, 0, -5.0])
    coef = elastic_net_coordinate_descent(twice, y, 0.1, l2, coef_init=start).coef
    assert abs(coef[0] - coef[-1]) < 1e-6


@pytest.mark.parametrize("seed", range(20))
def test_the_stop_rule_leaves_no_more_than_the_checks_allow(seed: int) -> None:
    """The bounds that the hidden checks rest on, at loose and tight tolerances."""
    rng = np.random.default_rng(seed)
    X, y = problem(seed, 25, 8)
    X = X * 10.0 ** rng.integers(-2, 3, size=8)
    l1, l2 = rng.uniform(0.02, 0.8) * lambda_max(X, y), 10.0 ** rng.integers(-3, 2)
    exact = elastic_net_coordinate_descent(X, y, l1, l2, tol=1e-14).coef
    for tol in (1e-3, 1e-6, 1e-9):
        coef = elastic_net_coordinate_descent(X, y, l1, l2, tol=tol).coef
        gap = elastic_net_gap(X, y, l1, l2, coef)
        assert gap <= stopping_gap(X, y, l1, l2, coef, tol) + 1e-14
        assert not np.any(surely_zero(X, y, l1, l2, coef) & (exact != 0))


@pytest.mark.parametrize("seed", range(20))
def test_the_misconceptions_descend_to_the_minimum(seed: int) -> None:
    """What is wrong in them is meant; their solver is not."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(20, 7)) + 3, rng.normal(size=20) + 5
    l1, l2 = rng.uniform(0.01, 0.5), rng.choice([0.0, 0.1, 2.0])
    coef, _ = descend(X, y, l1, l2)  # not centred, on purpose
    slope = 2 * (X.T @ (y - X @ coef) / 20 - l2 * coef)
    np.testing.assert_allclose(slope[coef != 0], l1 * np.sign(coef[coef != 0]), atol=1e-8)
    assert np.abs(slope).max() <= l1 + 1e-8
