"""The simulator's errors against scikit-learn's, on the data that its docstring describes."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from reference.project_overfitting_simulator import N_TEST, plot, simulate, true_function

DEGREES, LAMBDAS = [7, 0, 3], [0.1, 1e-3, 2.0]


@pytest.fixture(scope="module")
def result():
    return simulate(DEGREES, LAMBDAS, n_train=20, noise_std=0.4, rng=np.random.default_rng(5))


def test_errors_are_those_of_scikit_learn(result):
    rng = np.random.default_rng(5)
    x, x_test = np.linspace(-1, 1, 20), rng.uniform(-1, 1, size=N_TEST)
    y = true_function(x) + 0.4 * rng.normal(size=20)
    y_test = true_function(x_test) + 0.4 * rng.normal(size=N_TEST)
    for i, degree in enumerate(DEGREES):
        for j, lam in enumerate(LAMBDAS):
            model = make_pipeline(PolynomialFeatures(degree), Ridge(alpha=20 * lam))
            model.fit(x[:, None], y)
            train = np.mean((y - model.predict(x[:, None])) ** 2)
            test = np.mean((y_test - model.predict(x_test[:, None])) ** 2)
            assert result.train_mse[i, j] == pytest.approx(train, rel=1e-8)
            assert result.test_mse[i, j] == pytest.approx(test, rel=1e-8)


def test_the_best_pair_is_in_the_order_given(result):
    i, j = DEGREES.index(result.best_degree), LAMBDAS.index(result.best_lambda)
    assert result.test_mse[i, j] == result.test_mse.min()


def test_a_penalty_helps_a_free_polynomial():
    rng = np.random.default_rng(0)
    errors = [simulate([14], [0.0, 1e-3], rng=rng).test_mse[0] for _ in range(20)]
    free, tamed = np.median(errors, axis=0)
    assert free > 20 * tamed


@pytest.mark.parametrize(
    ("degrees", "lambdas"), [(DEGREES, LAMBDAS), ([2], [0.0]), (range(15), [0.0, 1.0])]
)
def test_every_simulation_can_be_drawn(degrees, lambdas):
    picture = plot(simulate(degrees, lambdas, rng=np.random.default_rng(1)))
    assert isinstance(picture, Figure)
    picture.canvas.draw()
    axes = picture.axes
    assert len(axes) == 3
    assert all(ax.get_ylabel() for ax in axes)
    assert [text.get_text() for text in axes[0].get_legend().get_texts()]
