"""Self-check of `overfitting`: run `pytest exercises/overfitting`."""

from __future__ import annotations

import numpy as np
import pytest

from exercises.checking import array, close, ensure, fields, integer, number, rejects

X = np.array([-1.0, 0.0, 1.0, 2.0])
Y = np.array([3.0, 1.0, 1.0, 3.0])  # 1 - x + x²
NAMES = ("degrees", "train_mse", "test_mse", "best_degree")


@pytest.mark.check("polynomial_features", hint="One column a power, the zeroth power first.")
def test_visible_features(submission):
    """Powers side by side, lowest first"""
    expected = np.array([[1, -1, 1], [1, 0, 0], [1, 1, 1], [1, 2, 4]])
    features = array(submission.polynomial_features(X, 2), (4, 3), "polynomial_features(x, 2)")
    close(features, expected, "polynomial_features(x, 2)")


@pytest.mark.check("fit_polynomial", hint="np.linalg.lstsq on your polynomial features.")
def test_visible_fit(submission):
    """A parabola is found again"""
    coef = array(submission.fit_polynomial(X, Y, 2), (3,), "fit_polynomial(x, y, 2)")
    close(coef, np.array([1.0, -1.0, 1.0]), "fit_polynomial(x, y, 2)", rtol=1e-9)


@pytest.mark.check("fit_polynomial", hint="np.linalg.lstsq and np.linalg.pinv give the least norm.")
def test_visible_minimum_norm(submission):
    """Two points and three coefficients: the solution of least norm"""
    coef = array(submission.fit_polynomial(X[2:], Y[2:], 2), (3,), "fit_polynomial(x, y, 2)")
    powers = np.array([[1.0, 1.0, 1.0], [1.0, 2.0, 4.0]])
    expected = powers.T @ np.linalg.solve(powers @ powers.T, Y[2:])
    close(coef, expected, "fit_polynomial(x, y, 2)", rtol=1e-9)


@pytest.mark.check("predict_polynomial", hint="The features of the new x, times coef.")
def test_visible_predict(submission):
    """Predictions at new points"""
    predicted = submission.predict_polynomial(np.array([1.0, -1.0, 1.0]), np.array([3.0, -2.0]))
    close(array(predicted, (2,), "predict_polynomial"), np.array([7.0, 7.0]), "predict_polynomial")


@pytest.mark.check("mean_squared_error", hint="The mean of the squares, not their sum or root.")
def test_visible_mse(submission):
    """The mean squared error"""
    value = submission.mean_squared_error(np.array([1.0, 2.0, 3.0]), np.array([1.0, 4.0, 1.0]))
    close(number(value, "mean_squared_error"), 8 / 3, "mean_squared_error")


@pytest.mark.check("error_curve", hint="Fit to the training data alone; the test data choose.")
def test_visible_curve(submission):
    """The best degree is that of the lowest test error"""
    curve = submission.error_curve(X, Y, np.array([0.5, 3.0]), np.array([0.75, 7.0]), [0, 1, 2])
    found = fields(curve, NAMES, "error_curve")
    train_mse = array(found.train_mse, (3,), "train_mse")
    close(train_mse, np.array([1.0, 1.0, 0.0]), "train_mse", atol=1e-9)
    ensure(
        integer(found.best_degree, "best_degree") == 2,
        "best_degree should be the degree with the lowest test error.",
        expected=2,
    )


@pytest.mark.check("polynomial_features", hint='raise ValueError("degree must be >= 0")')
def test_visible_bad_degree(submission):
    """A negative degree is a ValueError that names degree"""
    rejects(submission.polynomial_features, X, -1, names=["degree"])
