"""Feature selection against scikit-learn, on data with known answers, and its figure."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.linear_model import Lasso, LinearRegression
from sklearn.preprocessing import StandardScaler

from reference.project_feature_selection import plot, select_features, stability_selection


def problem(n=80):
    rng = np.random.default_rng(6)
    X = rng.normal(size=(n, 7)) * 10.0 ** rng.integers(-1, 2, size=7) + rng.normal(size=7)
    scaled = StandardScaler().fit_transform(X)
    return X, 3 * scaled[:, 1] - 2 * scaled[:, 4] + rng.normal(size=n) + 10


def test_columns_and_coefficients_are_those_of_scikit_learn():
    X, y = problem()
    found = select_features(X, y)
    scaled = StandardScaler().fit_transform(X)
    lasso = Lasso(alpha=found.lam / 2, tol=1e-12).fit(scaled, y)
    assert found.indices.tolist() == np.flatnonzero(lasso.coef_).tolist()
    least_squares = LinearRegression().fit(X[:, found.indices], y)
    np.testing.assert_allclose(found.coef, least_squares.coef_, rtol=1e-9)


def test_the_columns_that_y_is_made_of_are_found_and_no_other():
    assert select_features(*problem()).indices.tolist() == [1, 4]


def test_nothing_is_selected_from_noise():
    rng = np.random.default_rng(0)
    found = select_features(rng.normal(size=(40, 5)), rng.normal(size=40))
    assert found.indices.shape == found.coef.shape == (0,)


def test_stability_is_that_of_scikit_learn():
    X, y = problem()
    frequencies = stability_selection(X, y, 0.3, n_subsamples=20, rng=np.random.default_rng(1))
    rng, count = np.random.default_rng(1), np.zeros(7)
    for _ in range(20):
        half = rng.choice(80, size=40, replace=False)
        scaled = StandardScaler().fit_transform(X[half])
        count += Lasso(alpha=0.15, tol=1e-12).fit(scaled, y[half]).coef_ != 0
    np.testing.assert_array_equal(frequencies, count / 20)
    assert frequencies[1] == frequencies[4] == 1


@pytest.mark.parametrize("with_frequencies", [False, True])
def test_every_selection_can_be_drawn(with_frequencies):
    X, y = problem()
    for data in ((X, y), (X, np.random.default_rng(0).normal(size=80))):
        frequencies = np.linspace(0, 1, 7) if with_frequencies else None
        picture = plot(select_features(*data), frequencies)
        assert isinstance(picture, Figure)
        picture.canvas.draw()
        assert len(picture.axes) == 1 + with_frequencies
