"""The overfitting reference against NumPy's and scikit-learn's polynomials."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import PolynomialFeatures

from reference.overfitting import error_curve, fit_polynomial, polynomial_features


def data(n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    x = rng.uniform(-1, 1, size=n)
    return x, np.sin(3 * x) + 0.2 * rng.normal(size=n)


@pytest.mark.parametrize("degree", [0, 1, 5, 9])
def test_features_and_fit_agree_with_scikit_learn(degree: int) -> None:
    x, y = data(30)
    theirs = PolynomialFeatures(degree).fit_transform(x[:, None])
    np.testing.assert_allclose(polynomial_features(x, degree), theirs, rtol=1e-13)
    model = LinearRegression(fit_intercept=False).fit(theirs, y)
    np.testing.assert_allclose(fit_polynomial(x, y, degree), model.coef_, rtol=1e-7, atol=1e-9)


def test_training_error_falls_and_test_error_rises_again() -> None:
    (x, y), (x_test, y_test) = data(16), data(400)
    curve = error_curve(x, y, x_test[16:], y_test[16:], range(13))
    assert np.all(np.diff(curve.train_mse) <= 1e-12)
    assert curve.test_mse[-1] > 10 * curve.test_mse.min()
    assert 2 <= curve.best_degree <= 9
