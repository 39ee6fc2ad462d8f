"""The logistic reference against scikit-learn and against exact arithmetic."""

from __future__ import annotations

import warnings
from fractions import Fraction

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

from graders.certificates.optimality import logistic_violations
from reference.logistic import (
    logistic_proximal_gradient,
    penalized_log_loss,
    predict_proba,
    sigmoid,
    sklearn_parameters,
    softplus,
)


def problem(seed: int, n: int = 80, p: int = 4) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) + rng.uniform(-1, 1, size=p)
    odds = X @ rng.normal(size=p) + 0.5
    return X, (rng.uniform(size=n) < 1 / (1 + np.exp(-odds))).astype(float)


@pytest.mark.parametrize("l2", [0.0, 0.01, 1.0])
def test_squared_penalty_agrees_with_scikit_learn(l2: float) -> None:
    X, y = problem(0)
    fit = logistic_proximal_gradient(X, y, l2=l2)
    C, _ = sklearn_parameters(0.0, l2, len(y))
    model = LogisticRegression(C=C, tol=1e-12, solver="newton-cholesky").fit(X, y)
    np.testing.assert_allclose(fit.coef, model.coef_[0], atol=1e-5)
    assert fit.intercept == pytest.approx(model.intercept_[0], abs=1e-5)
    np.testing.assert_allclose(predict_proba(fit, X), model.predict_proba(X)[:, 1], atol=1e-5)


@pytest.mark.parametrize(("l1", "l2"), [(0.01, 0.0), (0.05, 0.0), (0.03, 0.05)])
def test_absolute_penalty_agrees_with_scikit_learn(l1: float, l2: float) -> None:
    X, y = problem(1)
    fit = logistic_proximal_gradient(X, y, l1=l1, l2=l2)
    C, l1_ratio = sklearn_parameters(l1, l2, len(y))
    model = LogisticRegression(
        C=C, l1_ratio=l1_ratio, solver="saga", tol=1e-9, max_iter=20_000, random_state=0
    ).fit(X, y)
    np.testing.assert_allclose(fit.coef, model.coef_[0], atol=1e-5)
    np.testing.assert_array_equal(fit.coef == 0, model.coef_[0] == 0)


@pytest.mark.parametrize(("l1", "l2"), [(0.01, 0.0), (0.0, 0.01), (0.02, 0.1)])
def test_real_data_are_stationary(l1: float, l2: float) -> None:
    X, y = load_breast_cancer(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    fit = logistic_proximal_gradient(X, y, l1=l1, l2=l2)
    off = logistic_violations(X, y, l1, l2, fit.coef, fit.intercept)
    assert off.max() < 1e-7


def test_no_neighbour_is_better() -> None:
    X, y = problem(2)
    fit = logistic_proximal_gradient(X, y, l1=0.03, l2=0.02)
    best = penalized_log_loss(X, y, fit.coef, fit.intercept, 0.03, 0.02)
    rng = np.random.default_rng(0)
    for _ in range(200):
        coef = fit.coef + rng.normal(scale=0.05, size=4) * rng.integers(0, 2, size=4)
        intercept = fit.intercept + rng.normal(scale=0.05)
        assert penalized_log_loss(X, y, coef, intercept, 0.03, 0.02) >= best


def exponential(z: int) -> Fraction:
    """exp(z) for z <= 0 to 30 digits, by the power series of exp(-z)."""
    total = term = Fraction(1)
    for k in range(1, 200):
        term = term * -z / k
        total += term
    return 1 / total


@pytest.mark.parametrize("z", [-60, -37, -20, -5, -1, 0])
def test_sigmoid_and_softplus_against_exact_arithmetic(z: int) -> None:
    e = exponential(z)
    assert float(sigmoid(z)) == pytest.approx(float(e / (1 + e)), rel=1e-14)
    assert float(sigmoid(-z)) == pytest.approx(float(1 / (1 + e)), rel=1e-14)
    # log(1 + e) = 2 atanh(e / (2 + e)), a series that converges fast for e <= 1
    t = e / (2 + e)
    series = 2 * sum(t ** (2 * k + 1) / (2 * k + 1) for k in range(40))
    assert float(softplus(z)) == pytest.approx(float(series), rel=1e-14)
    assert float(softplus(-z)) == pytest.approx(float(series - z), rel=1e-14)


def test_nothing_overflows_or_warns() -> None:
    z = np.array([-1e4, -745.0, -709.0, 0.0, 709.0, 1e4])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.all(np.isfinite(sigmoid(z)))
        np.testing.assert_array_equal(softplus(z)[[0, 5]], [0.0, 1e4])
        X = np.array([[1e4], [-1e4]])
        assert penalized_log_loss(X, np.array([0.0, 1.0]), np.ones(1), 0.0, 0.0, 0.0) == 1e4


def test_a_constant_column_gets_nothing() -> None:
    X, y = problem(3)
    wide = np.column_stack([X, np.full(len(y), 0.1)])
    fit = logistic_proximal_gradient(wide, y)
    assert fit.coef[-1] == 0
    np.testing.assert_allclose(fit.coef[:-1], logistic_proximal_gradient(X, y).coef, atol=1e-6)
