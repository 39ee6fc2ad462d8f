"""The trees of the reference against scikit-learn's, and the certificate against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.tree import DecisionTreeRegressor

from graders.certificates.greedy_trees import cuts, exact_best_cut, is_greedy
from reference.trees import best_split, boost, tree_predict


def data(seed, n=120, p=3):
    """Columns that are exact in float32, in which scikit-learn keeps X."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)).astype(np.float32).astype(np.float64)
    return X, np.sin(2 * X[:, 0]) + X[:, 1] * (X[:, 2] > 0) + 0.3 * rng.normal(size=n)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "limits",
    [
        {"max_depth": 1},
        # with few rows a leaf two columns may cut a node alike, and both trees are right
        {"max_depth": 4, "min_samples_leaf": 8},
        {"min_samples_leaf": 8},
        {"min_samples_split": 20, "min_samples_leaf": 4, "max_depth": 6},
    ],
    ids=str,
)
def test_tree_is_that_of_scikit_learn(seed, limits):
    X, y = data(seed)
    X_new = data(seed + 100)[0]
    theirs = DecisionTreeRegressor(random_state=0, **limits).fit(X, y)
    ours = tree_predict(X, y, X_new, **limits)
    np.testing.assert_allclose(ours, theirs.predict(X_new), rtol=0, atol=1e-12)
    assert is_greedy(X, y, X_new, theirs.predict(X_new), **limits)


def test_full_tree_gives_back_its_rows():
    X, y = data(0)
    np.testing.assert_allclose(tree_predict(X, y, X), y, rtol=1e-14)


def test_split_is_that_of_scikit_learn():
    X, y = data(3)
    tree = DecisionTreeRegressor(max_depth=1, random_state=0).fit(X, y).tree_
    split = best_split(X, y)
    assert split.feature == tree.feature[0]
    assert split.threshold == pytest.approx(tree.threshold[0], rel=1e-12)
    sides = tree.n_node_samples[1:] @ tree.impurity[1:] / len(y)
    assert split.gain == pytest.approx(tree.impurity[0] - sides, rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("learning_rate", [0.1, 1.0])
def test_boosting_is_that_of_scikit_learn(seed, learning_rate):
    X, y = data(seed)
    X_new = data(seed + 100)[0]
    model = GradientBoostingRegressor(
        n_estimators=30, learning_rate=learning_rate, max_depth=2, random_state=0
    ).fit(X, y)
    stages = boost(X, y, X_new, n_estimators=30, learning_rate=learning_rate, max_depth=2)
    np.testing.assert_allclose(stages[0], y.mean())
    np.testing.assert_allclose(stages[1:], list(model.staged_predict(X_new)), rtol=0, atol=1e-9)


def test_float_neighbours_are_cut_between():
    """Halfway between neighbouring floats rounds to one of them, which must not lose a side."""
    X = np.array([[1.0], [np.nextafter(1.0, 2.0)]])
    split = best_split(X, np.array([0.0, 1.0]))
    assert X[0, 0] <= split.threshold < X[1, 0]
    np.testing.assert_array_equal(tree_predict(X, np.array([0.0, 1.0]), X), [0.0, 1.0])


def test_one_sided_chains_of_cuts_are_no_recursion():
    x = np.arange(1300.0)
    y = 2.0 ** (x / 2.7)  # each cut takes off the top row or two
    np.testing.assert_allclose(tree_predict(x[:, None], y, x[:, None]), y, rtol=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_gains_of_all_cuts(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.integers(0, 5, size=(9, 2)).astype(float), rng.normal(size=9)
    every = cuts(X, y)
    assert len(every.gain) == sum(len(np.unique(column)) - 1 for column in X.T)
    for feature, threshold, gain in zip(every.feature, every.threshold, every.gain, strict=True):
        left = X[:, feature] <= threshold
        parts = left.mean() * y[left].var() + (~left).mean() * y[~left].var()
        assert gain == pytest.approx(y.var() - parts, abs=1e-12)
    feature, threshold, gain = exact_best_cut(X, y)
    assert gain == pytest.approx(every.gain.max(), rel=1e-12)
    assert best_split(X, y)[:2] == (feature, threshold)


def test_certificate_knows_a_tree_that_is_not_greedy():
    X, y = data(1)
    assert is_greedy(X, y, X, tree_predict(X, y, X, max_depth=3), max_depth=3)
    assert not is_greedy(X, y, X, tree_predict(X, y, X, max_depth=3), max_depth=2)
    assert not is_greedy(X, y, X, tree_predict(X, y, X, max_depth=3), max_depth=4)
    other = tree_predict(X[:, [1, 2]], y, X[:, [1, 2]], max_depth=3)
    assert not is_greedy(X, y, X, other, max_depth=3)
    moved = tree_predict(X, y, X, max_depth=3) + 1e-6
    assert not is_greedy(X, y, X, moved, max_depth=3)
