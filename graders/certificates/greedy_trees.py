"""Was a regression tree grown greedily? Asks the answer, so that equally good cuts all pass."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import numpy as np


class Cuts(NamedTuple):
    """Every cut between neighbouring distinct values of a column, one entry each.

    `below` and `above` are the two values, `gain` is the fall in MSE, `smaller` the number of
    rows on the smaller side.
    """

    feature: np.ndarray
    below: np.ndarray
    above: np.ndarray
    gain: np.ndarray
    smaller: np.ndarray

    @property
    def threshold(self) -> np.ndarray:
        return self.below / 2 + self.above / 2


def cuts(X: np.ndarray, y: np.ndarray) -> Cuts:
    """All cuts of the rows of `X` (n, p) with the gains that `y` (n,) gives them.

    With `y` centred the sums on the two sides are S and -S, and the gain is S^2/(n_left n_right).
    """
    n = len(X)
    order = np.argsort(X, axis=0, kind="stable")
    x = np.take_along_axis(X, order, axis=0)
    sums = np.cumsum((y - y.mean())[order], axis=0)[:-1]
    n_left = np.arange(1, n)[:, None]
    gains = sums**2 / (n_left * (n - n_left))
    row, feature = np.nonzero(x[:-1] < x[1:])
    smaller = np.minimum(row + 1, n - row - 1)
    return Cuts(feature, x[row, feature], x[row + 1, feature], gains[row, feature], smaller)


def exact_best_cut(
    X: np.ndarray, y: np.ndarray, min_samples_leaf: int = 1
) -> tuple[int, float, float] | None:
    """The best cut in exact arithmetic, ties to the lower feature, then the lower threshold.

    Returns (feature, threshold, gain), or None where no cut has a positive gain.
    """
    values = [Fraction(float(value)) for value in y]
    n, total = len(values), sum(values, Fraction(0))
    best: tuple[Fraction, int, float] | None = None
    for feature in range(X.shape[1]):
        distinct = np.unique(X[:, feature])
        for below, above in pairwise(distinct):
            left = [value for value, x in zip(values, X[:, feature], strict=True) if x <= below]
            n_left = len(left)
            if min(n_left, n - n_left) < min_samples_leaf:
                continue
            # gain = (n_left n_right / n^2) (mean_left - mean_right)^2
            sum_left = sum(left, Fraction(0))
            apart = sum_left / n_left - (total - sum_left) / (n - n_left)
            gain = Fraction(n_left * (n - n_left), n * n) * apart**2
            if gain > 0 and (best is None or gain > best[0]):
                best = (gain, feature, float(below / 2 + above / 2))
    return None if best is None else (best[1], best[2], float(best[0]))


def is_greedy(
    X: np.ndarray,
    y: np.ndarray,
    X_new: np.ndarray,
    predictions: np.ndarray,
    *,
    max_depth: int | None = None,
    min_samples_split: int = 2,
    min_samples_leaf: int = 1,
    scale: float = 1.0,
) -> bool:
    """Whether some tree, each cut of which is a best one up to rounding, predicts this.

    Parameters
    ----------
    X, y : (n, p) and (n,), what the tree was grown on.
    X_new, predictions : (m, p) and (m,).
    scale : the size of the numbers that `y` was computed from. Rounding in `y` is 1e-12 of it,
        predictions are compared to 1e-9 of it, and a gain below what either explains may be
        taken or left.
    """
    if len(predictions) == 0:
        return True
    is_leaf = bool(np.all(np.abs(predictions - y.mean()) <= 1e-9 * scale))
    if len(y) < max(2, min_samples_split, 2 * min_samples_leaf) or max_depth == 0:
        return is_leaf
    candidates = cuts(X, y)
    gains = np.where(candidates.smaller >= min_samples_leaf, candidates.gain, -np.inf)
    if not np.any(np.isfinite(gains)):
        return is_leaf
    mse = float(np.mean((y - y.mean()) ** 2))
    noise = 1e-12 * scale
    slack = 1e-9 * mse + 2 * np.sqrt(mse) * noise + noise**2
    if gains.max() <= slack and is_leaf:
        return True
    deeper = None if max_depth is None else max_depth - 1
    for index in np.flatnonzero(gains >= gains.max() - slack):
        feature, threshold = candidates.feature[index], candidates.threshold[index]
        left, left_new = X[:, feature] <= threshold, X_new[:, feature] <= threshold
        if all(
            is_greedy(
                X[side],
                y[side],
                X_new[new],
                predictions[new],
                max_depth=deeper,
                min_samples_split=min_samples_split,
                min_samples_leaf=min_samples_leaf,
                scale=scale,
            )
            for side, new in ((left, left_new), (~left, ~left_new))
        ):
            return True
    return False
