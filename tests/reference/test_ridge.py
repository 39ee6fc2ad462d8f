"""The ridge reference against the book's table and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from sklearn.linear_model import Ridge

from reference.ridge import (
    effective_degrees_of_freedom,
    predict,
    ridge_closed_form,
    sklearn_alpha,
)
from tests.prostate import load


def test_least_squares_of_esl_table_3_3() -> None:
    data = load()
    fit = ridge_closed_form(data.X_train, data.y_train, 0.0)
    printed = [0.680, 0.263, -0.141, 0.210, 0.305, -0.288, -0.021, 0.267]
    assert np.abs(np.round(fit.coef, 3) - printed).max() < 1e-12
    assert round(fit.intercept, 3) == 2.465
    error = np.mean((data.y_test - predict(fit, data.X_test)) ** 2)
    assert round(error, 3) == 0.521


def test_ridge_of_esl_table_3_3() -> None:
    data = load()
    n = len(data.y_train)
    lam = brentq(lambda value: effective_degrees_of_freedom(data.X_train, value) - 5.0, 1e-3, 10)
    assert n * lam == pytest.approx(24.0, abs=0.3)
    fit = ridge_closed_form(data.X_train, data.y_train, lam)
    printed = [0.420, 0.238, -0.046, 0.162, 0.227, 0.000, 0.040, 0.133]
    assert np.abs(fit.coef - printed).max() < 0.003 + 5e-4
    # the book centres the training rows for ridge, so its intercept is their mean response
    at_the_mean = fit.intercept + data.X_train.mean(axis=0) @ fit.coef
    assert at_the_mean == pytest.approx(2.452, abs=5e-4)
    error = np.mean((data.y_test - predict(fit, data.X_test)) ** 2)
    assert error == pytest.approx(0.492, abs=0.003)


@pytest.mark.parametrize("shape", [(30, 4), (6, 10)])
@pytest.mark.parametrize("lam", [1e-6, 0.1, 50.0])
def test_agrees_with_scikit_learn(shape: tuple[int, int], lam: float) -> None:
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=shape) + 5, rng.normal(size=shape[0])
    ours = ridge_closed_form(X, y, lam)
    theirs = Ridge(alpha=sklearn_alpha(lam, len(y)), solver="svd").fit(X, y)
    np.testing.assert_allclose(ours.coef, theirs.coef_, rtol=1e-8, atol=1e-12)
    assert ours.intercept == pytest.approx(theirs.intercept_)
