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


### BEGIN SOLUTION
#: A gain below this share of the parent's MSE is rounding, and counts as none.
NO_GAIN = 1e-12


def _matrix(X, name):
    """X in float64, or a ValueError that names it."""
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError(f"{name} must be 2-D, but has {X.ndim} dimensions")
    if X.shape[1] == 0:
        raise ValueError(f"{name} must have columns, but has shape {X.shape}")
    if not np.all(np.isfinite(X)):
        raise ValueError(f"{name} contains NaN or infinity")
    return X


def _training_data(X, y, X_name, y_name):
    """X and y in float64, or a ValueError that names the argument at fault."""
    X = _matrix(X, X_name)
    y = np.asarray(y, dtype=np.float64)
    if len(X) == 0:
        raise ValueError(f"{X_name} must have rows, but has shape {X.shape}")
    if y.shape != (len(X),):
        raise ValueError(
            f"{y_name} must have shape ({len(X)},) like the rows of {X_name}, but has {y.shape}"
        )
    if not np.all(np.isfinite(y)):
        raise ValueError(f"{y_name} contains NaN or infinity")
    return X, y


def _new_rows(X_new, p):
    X_new = _matrix(X_new, "X_new")
    if X_new.shape[1] != p:
        raise ValueError(f"X_new must have {p} columns like X_train, but has {X_new.shape[1]}")
    return X_new


def _check_counts(**counts):
    """Each of the counts is at least 1, or a ValueError that names it."""
    for name, count in counts.items():
        if not count >= 1:
            raise ValueError(f"{name} must be at least 1, but is {count}")


def _best_split(X, y, min_samples_leaf):
    """`best_split` of data that are known to be good."""
    n = len(y)
    if n < 2 * min_samples_leaf or y.max() == y.min():
        return None
    order = np.argsort(X, axis=0, kind="stable")
    x = np.take_along_axis(X, order, axis=0)
    # With y centred, the sums on the two sides are S and -S, so that
    # gain = (n_left n_right / n²) (mean_left - mean_right)² = S² / (n_left n_right).
    centred = y - y.mean()
    left_sums = np.cumsum(centred[order], axis=0)[:-1]
    n_left = np.arange(1, n)[:, None]
    n_right = n - n_left
    gains = left_sums**2 / (n_left * n_right)
    allowed = (x[:-1] < x[1:]) & (n_left >= min_samples_leaf) & (n_right >= min_samples_leaf)
    gains[~allowed] = 0.0
    # the first of equal maxima, feature by feature: ties go to the lower feature and threshold
    feature, row = divmod(int(np.argmax(gains.T)), n - 1)
    gain = gains[row, feature]
    if gain <= NO_GAIN * np.mean(centred**2):
        return None
    below, above = x[row, feature], x[row + 1, feature]
    threshold = below / 2 + above / 2
    if not below <= threshold < above:  # neighbouring floats: halfway rounds to one of them
        threshold = below
    return Split(feature, float(threshold), float(gain))


def _grow(X, y, X_new, max_depth, min_samples_split, min_samples_leaf):
    """The predictions at `X_new` of a tree grown on (X, y)."""
    predictions = np.empty(len(X_new))
    # each open node is its training rows, the new rows that fall into it, and its depth
    nodes = [(np.arange(len(X)), np.arange(len(X_new)), 0)]
    while nodes:
        rows, new, depth = nodes.pop()
        predictions[new] = y[rows].mean()
        if len(new) == 0 or len(rows) < min_samples_split or depth == max_depth:
            continue
        split = _best_split(X[rows], y[rows], min_samples_leaf)
        if split is not None:
            left = X[rows, split.feature] <= split.threshold
            left_new = X_new[new, split.feature] <= split.threshold
            nodes.append((rows[left], new[left_new], depth + 1))
            nodes.append((rows[~left], new[~left_new], depth + 1))
    return predictions


### END SOLUTION
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
    ### BEGIN SOLUTION
    X, y = _training_data(X, y, "X", "y")
    _check_counts(min_samples_leaf=min_samples_leaf)
    return _best_split(X, y, min_samples_leaf)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    X_train, y_train = _training_data(X_train, y_train, "X_train", "y_train")
    X_new = _new_rows(X_new, X_train.shape[1])
    _check_counts(min_samples_split=min_samples_split, min_samples_leaf=min_samples_leaf)
    if max_depth is not None:
        _check_counts(max_depth=max_depth)
    return _grow(X_train, y_train, X_new, max_depth, min_samples_split, min_samples_leaf)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    X_train, y_train = _training_data(X_train, y_train, "X_train", "y_train")
    X_new = _new_rows(X_new, X_train.shape[1])
    _check_counts(n_estimators=n_estimators)
    if max_depth is not None:
        _check_counts(max_depth=max_depth)
    if not np.isfinite(learning_rate):
        raise ValueError(f"learning_rate must be finite, but is {learning_rate}")
    if not 0 < subsample <= 1:
        raise ValueError(f"subsample must be in (0, 1], but is {subsample}")
    if subsample < 1 and rng is None:
        raise ValueError("rng is needed to draw rows when subsample < 1")
    n, m = len(X_train), len(X_new)
    everywhere = np.vstack([X_new, X_train])
    prediction = np.full(m + n, y_train.mean())
    stages = [prediction[:m]]
    for _ in range(n_estimators):
        residual = y_train - prediction[m:]
        rows = np.arange(n)
        if subsample < 1:
            rows = rng.choice(n, size=max(1, int(subsample * n)), replace=False)
        step = _grow(X_train[rows], residual[rows], everywhere, max_depth, 2, 1)
        prediction = prediction + learning_rate * step
        stages.append(prediction[:m])
    return np.array(stages)
    ### END SOLUTION
