"""Self-check of `trees`: run `pytest exercises/trees`."""

from __future__ import annotations

import numpy as np
import pytest

from exercises.checking import (
    array,
    close,
    ensure,
    fields,
    integer,
    leaves_arguments_alone,
    number,
    rejects,
)

# the first column tells low from high y, the second tells nothing
X = np.array([[1.0, 5.0], [2.0, 1.0], [4.0, 5.0], [5.0, 1.0], [6.0, 5.0], [8.0, 1.0]])
Y = np.array([1.0, 2.0, 3.0, 9.0, 11.0, 10.0])


def split_of(submission, X, y, **limits):
    answer = submission.best_split(X, y, **limits)
    ensure(answer is not None, "There is a cut that lowers the MSE, but the answer is None.")
    split = fields(answer, ("feature", "threshold", "gain"), "best_split")
    return integer(split.feature, "feature"), number(split.threshold, "threshold"), split.gain


@pytest.mark.check(
    "best_split", hint="Try every gap of every column; halfway between 4 and 5 is 4.5."
)
def test_visible_best_split(submission):
    """best_split: the column, the value halfway, and the gain"""
    feature, threshold, gain = split_of(submission, X, Y)
    close(feature, 0, "feature")
    close(threshold, 4.5, "threshold")
    # var(Y) less the mean of the two parts' variances, each over its own three rows
    close(number(gain, "gain"), np.var(Y) - (np.var(Y[:3]) + np.var(Y[3:])) / 2, "gain", rtol=1e-9)


@pytest.mark.check("best_split", hint="Skip a cut that leaves fewer than min_samples_leaf rows.")
def test_visible_leaf_size(submission):
    """best_split: both sides keep min_samples_leaf rows"""
    y = np.array([20.0, 0.0, 0.0, 0.0, 5.0, 5.0])
    close(split_of(submission, X, y)[1], 1.5, "threshold")
    close(split_of(submission, X, y, min_samples_leaf=2)[1], 3.0, "threshold, min_samples_leaf=2,")


@pytest.mark.check(
    "best_split", hint="Return None unless the gain is above 1e-12 of the parent's MSE."
)
def test_visible_no_gain(submission):
    """best_split: None where no cut has a gain"""
    for y in (np.full(6, 0.1), np.array([0.1, 0.7, 0.4, 0.4, 0.7, 0.1])):
        blind = np.array([[0.0], [0.0], [0.0], [1.0], [1.0], [1.0]])
        ensure(submission.best_split(blind, y) is None, "Every cut leaves the MSE as it is.")


@pytest.mark.check(
    "tree_predict", hint="Without limits each training row ends in a leaf of its own."
)
def test_visible_full_tree(submission):
    """tree_predict: a full tree gives back y_train"""
    predicted = array(submission.tree_predict(X, Y, X), (6,), "tree_predict(X, y, X)")
    close(predicted, Y, "tree_predict(X, y, X)", rtol=1e-9)


@pytest.mark.check("tree_predict", hint="A tree of max_depth=1 has one cut and two leaves.")
def test_visible_depth(submission):
    """tree_predict: max_depth=1 is one cut, and the threshold itself goes left"""
    X_new = np.array([[0.0, 1.0], [4.5, 1.0], [4.6, 5.0]])
    predicted = array(submission.tree_predict(X, Y, X_new, max_depth=1), (3,), "tree_predict")
    close(predicted, [2.0, 2.0, 10.0], "tree_predict with max_depth=1", rtol=1e-9)


@pytest.mark.check(
    "boost", hint="Stage 0 is mean(y_train); stage 1 adds learning_rate times one tree."
)
def test_visible_boost(submission):
    """boost: from the mean, a share of a tree at a time"""
    stages = submission.boost(X, Y, X, n_estimators=2, learning_rate=0.5, max_depth=1)
    stages = array(stages, (3, 6), "boost with n_estimators=2")
    close(stages[0], np.full(6, 6.0), "Stage 0", rtol=1e-9)
    close(stages[1], [4.0] * 3 + [8.0] * 3, "Stage 1", rtol=1e-9)
    close(stages[2], [3.0] * 3 + [9.0] * 3, "Stage 2", rtol=1e-9)


@pytest.mark.check("boost", hint="residual = y - prediction makes a new array; y -= … changes y.")
def test_visible_no_side_effects(submission):
    """boost leaves its arguments alone"""
    submission.boost(X.copy(), Y.copy(), X.copy(), n_estimators=3)
    leaves_arguments_alone(submission.last)


@pytest.mark.check("best_split", hint='raise ValueError("min_samples_leaf must be at least 1")')
def test_visible_bad_input(submission):
    """A count below 1 and an X of one dimension are ValueErrors that say which argument"""
    rejects(submission.best_split, X, Y, min_samples_leaf=0, names=["min_samples_leaf"])
    rejects(submission.best_split, X[:, 0], Y, names=["X"])
