"""The λ finder against scikit-learn's cross-validation, and what its figure shows."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Lasso, Ridge
from sklearn.model_selection import KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from reference.project_lambda_finder import find_lambda, plot


def problem(n=60):
    rng = np.random.default_rng(2)
    X = rng.normal(size=(n, 4)) * [1.0, 20.0, 0.1, 3.0] + [0.0, 5.0, -1.0, 100.0]
    return X, X @ [1.5, 0.0, 8.0, -0.2] + rng.normal(size=n)


def estimator(model, lam, n):
    inner = Ridge(alpha=n * lam) if model == "ridge" else Lasso(alpha=lam / 2, tol=1e-12)
    return make_pipeline(StandardScaler(), inner)


@pytest.mark.parametrize("model", ["lasso", "ridge"])
def test_the_curve_is_that_of_scikit_learn(model):
    X, y = problem()
    found = find_lambda(X, y, model=model, n_lambdas=9, n_splits=4)
    for lam, mean, error in zip(found.lambdas, found.mean_mse, found.std_error, strict=True):
        pipeline = estimator(model, lam, 45)
        folds = -cross_val_score(pipeline, X, y, cv=KFold(4), scoring="neg_mean_squared_error")
        assert mean == pytest.approx(folds.mean(), rel=1e-6)
        assert error == pytest.approx(folds.std(ddof=1) / 2, rel=1e-5)


@pytest.mark.parametrize("model", ["lasso", "ridge"])
@pytest.mark.parametrize("rule", ["1se", "min"])
def test_the_fit_is_that_of_scikit_learn(model, rule):
    X, y = problem()
    found = find_lambda(X, y, model=model, n_lambdas=15, rule=rule)
    theirs = estimator(model, found.lam, len(y)).fit(X, y)
    predicted = X @ found.coef + found.intercept
    np.testing.assert_allclose(predicted, theirs.predict(X), rtol=1e-7, atol=1e-7)


def test_one_standard_error_is_simpler_on_the_diabetes_data():
    data = load_diabetes(scaled=False)
    searches = [
        find_lambda(data.data, data.target, n_splits=10, rule=rule, rng=np.random.default_rng(0))
        for rule in ("min", "1se")
    ]
    lowest, simpler = searches
    assert np.array_equal(lowest.mean_mse, simpler.mean_mse)
    # as the brief tells it
    assert lowest.lam == pytest.approx(1.14, abs=0.01)
    assert simpler.lam == pytest.approx(10.9, abs=0.1)
    assert np.count_nonzero(simpler.coef) == 5
    at = simpler.mean_mse[simpler.lambdas == simpler.lam][0]
    assert at / lowest.mean_mse.min() == pytest.approx(1.047, abs=0.001)


def test_a_constant_y_is_no_trouble():
    found = find_lambda(problem()[0], np.full(60, 3.0), n_lambdas=4)
    assert np.all(found.coef == 0)
    assert found.intercept == pytest.approx(3.0, rel=1e-14)


@pytest.mark.parametrize("n_lambdas", [1, 10])
def test_every_search_can_be_drawn(n_lambdas):
    picture = plot(find_lambda(*problem(30), n_lambdas=n_lambdas))
    assert isinstance(picture, Figure)
    picture.canvas.draw()
    assert all(axes.get_xlabel() and axes.get_ylabel() for axes in picture.axes)
