"""Regression trees, grown greedily, and gradient boosting, which adds many small ones up.

A tree cuts the rows in two where that lowers the mean squared error (MSE) most, and then each part.
Boosting fits each tree to what the trees before it left over. See README.md in exercises/trees.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Split(NamedTuple):
    """Rows with `x[feature] <= threshold` go left; `gain` is the fall in MSE, in units of y²."""

    feature: int
    threshold: float
    gain: float


def best_split(X: np.ndarray, y: np.ndarray, *, min_samples_leaf: int = 1) -> Split | None:
    r"""The one cut of the rows that lowers the mean squared error most.

        gain = MSE(parent) - (n_left / n) MSE(left) - (n_right / n) MSE(right),

    where the MSE of a set of rows is the mean of `(y - mean(y))^2` over them. Rows with
    `X[:, feature] <= threshold` go left.

    Parameters
    ----------
    X : (n, p) array; integers and float32 are fine, and computed in float64.
    y : (n,) array.
    min_samples_leaf : how many rows each side must have at least, >= 1.

    Returns
    -------
    Split(feature, threshold, gain) : the column's index, a threshold halfway between two
        neighbouring distinct values of that column, and the gain in units of y squared. None where
        no cut has a positive gain; below 1e-12 of the parent's MSE counts as none.

    Edge cases: constant `y`, columns without two distinct values and too few rows give None. Equal
    gains go to the lower feature, then to the lower threshold.

    Raises
    ------
    ValueError : naming the argument, if `X` is not 2-D, the lengths differ, there is NaN or
        infinity in the data, or `min_samples_leaf` is below 1.

    Source: Breiman, Friedman, Olshen, Stone, Classification and Regression Trees (1984), chapter 8;
    The Elements of Statistical Learning, 2nd ed., section 9.2.2.
    """
    raise NotImplementedError("to do: best_split")


def tree_predict(
    X_train: np.ndarray,
    y_train: np.ndarray,
    X_new: np.ndarray,
    *,
    max_depth: int | None = None,
    min_samples_split: int = 2,
    min_samples_leaf: int = 1,
) -> np.ndarray:
    r"""The predictions of a regression tree, shape (m,): each the mean of its leaf's `y_train`.

    The tree is grown greedily: a node is cut by `best_split` of its own rows, and its two parts in
    turn, until a limit is met or no cut has a positive gain.

    Parameters
    ----------
    X_train, y_train : (n, p) and (n,) arrays to grow the tree on.
    X_new : (m, p) array to predict for.
    max_depth : how many cuts may lie between the root and a leaf, >= 1; None is no limit.
    min_samples_split : a node with fewer rows is not cut.
    min_samples_leaf : a cut must leave at least so many rows on either side.

    Raises
    ------
    ValueError : naming the argument, if `X_train` or `X_new` is not 2-D, lengths differ, there is
        NaN or infinity in the data, or a limit is a count below 1.

    Source: The Elements of Statistical Learning, 2nd ed., section 9.2.2.
    """
    raise NotImplementedError("to do: tree_predict")


def boost(
    X_train: np.ndarray,
    y_train: np.ndarray,
    X_new: np.ndarray,
    *,
    n_estimators: int = 100,
    learning_rate: float = 0.1,
    max_depth: int | None = 3,
    subsample: float = 1.0,
    rng: np.random.Generator | None = None,
) -> np.ndarray:
    r"""Squared-error gradient boosting, stage by stage: shape (n_estimators + 1, m).

        F_0(x) = mean(y_train)
        F_s(x) = F_{s-1}(x) + learning_rate * tree_s(x),  tree_s grown on y_train - F_{s-1}(X_train)

    The residuals are (half the negative of) the gradient of the squared error, hence the name.

    Parameters
    ----------
    X_train, y_train : (n, p) and (n,) arrays.
    X_new : (m, p) array to predict for.
    n_estimators : the number of trees, >= 1.
    learning_rate : the share of each tree that is added; stage 0 is not shrunk.
    max_depth : of each tree, as in `tree_predict`.
    subsample : each tree is grown on `max(1, int(subsample * n))` rows, drawn anew without
        replacement; at 1.0 on all rows, and nothing is random.
    rng : where the rows are drawn from; needed only for `subsample < 1`.

    Returns
    -------
    (n_estimators + 1, m) array; row s holds the predictions after s trees.

    The trees may be your own or scikit-learn's (`DecisionTreeRegressor`, whose `random_state` must
    then be given, or it advances NumPy's global generator).

    Raises
    ------
    ValueError : naming the argument, as `tree_predict`, or if `n_estimators` is below 1.

    Source: Friedman, Stochastic gradient boosting, Computational Statistics & Data Analysis 38
    (2002); The Elements of Statistical Learning, 2nd ed., algorithm 10.3 and section 10.12.
    """
    raise NotImplementedError("to do: boost")
