"""Folds and cross-validation of the reference against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold, TimeSeriesSplit, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from reference.cv_lambda import cross_validate, kfold_indices, lambda_grid, time_series_indices


def same_splits(ours, theirs):
    for (train, val), (their_train, their_val) in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(train, their_train)
        np.testing.assert_array_equal(val, their_val)


@pytest.mark.parametrize("n_splits", [2, 3, 5, 7])
@pytest.mark.parametrize("n_samples", [8, 9, 10, 23, 40])
def test_folds_are_those_of_scikit_learn(n_samples, n_splits):
    X = np.zeros((n_samples, 1))
    same_splits(kfold_indices(n_samples, n_splits), KFold(n_splits).split(X))
    same_splits(time_series_indices(n_samples, n_splits), TimeSeriesSplit(n_splits).split(X))


def test_shuffled_folds_are_a_partition_of_the_same_sizes():
    pairs = kfold_indices(23, 5, rng=np.random.default_rng(0))
    assert sorted(np.concatenate([val for _, val in pairs])) == list(range(23))
    assert [len(val) for _, val in pairs] == [5, 5, 5, 4, 4]
    assert any(np.any(np.diff(val) != 1) for _, val in pairs)


def ridge(X_train, y_train, X_val, lam):
    return Ridge(alpha=len(y_train) * lam).fit(X_train, y_train).predict(X_val)


def test_errors_are_those_of_a_pipeline():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(41, 4)) * [1, 10, 0.1, 3] + [0, 50, 1, -7]
    y = X @ [1.0, 0.2, 5.0, 0.0] + rng.normal(size=41)
    folds = kfold_indices(41, 5, rng=rng)
    lambdas = [0.3, 0.01, 3.0]
    result = cross_validate(X, y, lambdas, folds, ridge)
    for j, lam in enumerate(lambdas):
        errors = [
            -cross_val_score(
                make_pipeline(StandardScaler(), Ridge(alpha=len(train) * lam)),
                X,
                y,
                cv=[(train, val)],
                scoring="neg_mean_squared_error",
            )[0]
            for train, val in folds
        ]
        assert result.mean_mse[j] == pytest.approx(np.mean(errors), rel=1e-9)
        assert result.std_error[j] == pytest.approx(np.std(errors, ddof=1) / np.sqrt(5), rel=1e-7)
    assert result.best_lambda == lambdas[int(np.argmin(result.mean_mse))]


def test_constant_column_of_rounding_is_not_blown_up():
    X = np.column_stack([np.arange(8.0), np.full(8, 0.1)])
    seen = []

    def spy(X_train, y_train, X_val, lam):
        seen.append(np.abs(np.vstack([X_train, X_val])[:, 1]).max())
        return np.zeros(len(X_val))

    cross_validate(X, np.arange(8.0), [1.0], kfold_indices(8, 2), spy)
    assert seen == [0.0, 0.0]


def test_grid():
    grid = lambda_grid(2.0)
    assert grid.shape == (100,)
    assert grid[0] == 2.0
    assert grid[-1] == pytest.approx(0.002)
    np.testing.assert_allclose(np.diff(np.log(grid)), np.log(1e-3) / 99)
    np.testing.assert_allclose(lambda_grid(2.0, 1), [2.0])
