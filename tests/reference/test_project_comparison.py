"""The comparison's scores against scikit-learn's, and its figure."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, Ridge
from sklearn.model_selection import KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from reference.project_comparison import compare_models, plot


def problem(n=60):
    rng = np.random.default_rng(9)
    X = rng.normal(size=(n, 4)) * [1.0, 20.0, 0.1, 3.0] + [0.0, 5.0, -1.0, 100.0]
    return X, X @ [1.5, 0.0, 8.0, -0.2] + rng.normal(size=n)


def estimator(name, n):
    """scikit-learn's model for one of the reference's names, such as "ridge, λ = 0.1"."""
    family, _, strength = name.partition(", λ = ")
    exact = {"tol": 1e-12, "max_iter": 100_000}
    match family:
        case "least squares":
            return LinearRegression()
        case "ridge":
            return Ridge(alpha=n * float(strength))
        case "lasso":
            return Lasso(alpha=float(strength) / 2, **exact)
        case "elastic net":
            # alpha * ratio = l1 / 2 and alpha * (1 - ratio) = l2, with l1 = l2 = λ / 2
            return ElasticNet(alpha=0.75 * float(strength), l1_ratio=1 / 3, **exact)
    raise AssertionError(name)


def test_scores_are_those_of_scikit_learn():
    X, y = problem()
    for name, mean, deviation in compare_models(X, y, n_splits=4):
        pipeline = make_pipeline(StandardScaler(), estimator(name, 45))
        folds = -cross_val_score(pipeline, X, y, cv=KFold(4), scoring="neg_mean_squared_error")
        assert mean == pytest.approx(folds.mean(), rel=1e-6)
        assert deviation == pytest.approx(folds.std(ddof=1), rel=1e-5)


def test_the_families_are_all_there_and_best_first():
    scores = compare_models(*problem())
    families = [score.name.partition(",")[0] for score in scores]
    assert {"least squares", "ridge", "lasso", "elastic net"} == set(families)
    assert families.count("ridge") >= 2
    assert families.count("lasso") >= 2
    means = [score.mean_mse for score in scores]
    assert means == sorted(means)


def test_every_comparison_can_be_drawn():
    picture = plot(compare_models(*problem(20), n_splits=3))
    assert isinstance(picture, Figure)
    picture.canvas.draw()
    (axes,) = picture.axes
    assert axes.get_xlabel()
    assert axes.get_ylabel()
