"""What leave-one-out cross-validation of a linear model must give, whatever the order of its folds.

With as many folds as rows every fold is one row, so that the error curve of a strength is a fact
of the data. It tells columns standardised inside each fold from columns standardised beforehand.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: "fold": by the training rows' mean and standard deviation; "none": columns as they are;
#: "leak": by those of all rows, which no solution may do.
Scaling = Literal["fold", "none", "leak"]

MAX_SWEEPS = 20_000


def squared_errors(
    X: Array,
    y: Array,
    l1: Array,
    l2: Array,
    scaling: Scaling = "fold",
    ddof: int = 0,
    shares: bool = False,
) -> Array:
    """The squared error of each left-out row under each strength, shape (strengths, n).

    For fits that minimise `MSE + l1 |w|_1 + l2 |w|^2` with a free intercept, where `l1` and `l2`
    are of shape (strengths,). Every minimiser must be unique: n - 1 > p or `l2 > 0`. `ddof` is
    that of the standard deviations that columns are divided by. With `shares` each `l1` is a share
    of the strength at which that fold's coefficients are all zero.
    """
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    n, p = X.shape
    if scaling == "leak":
        X = (X - X.mean(axis=0)) / _spread(X, ddof)
    # all folds at once: the axis of folds comes first
    others = np.array([np.delete(np.arange(n), row) for row in range(n)])
    train, target = X[others], y[others]
    middle, level = train.mean(axis=1), target.mean(axis=1)
    scale: Array = np.ones((n, p))
    if scaling == "fold":
        scale = np.array([_spread(rows, ddof) for rows in train])
    centred = (train - middle[:, None]) / scale[:, None]
    centred[np.broadcast_to(np.ptp(train, axis=1, keepdims=True) == 0, train.shape)] = 0.0
    gram = np.einsum("fij,fik->fjk", centred, centred) / (n - 1)
    moment = np.einsum("fij,fi->fj", centred, target - level[:, None]) / (n - 1)
    l1, l2 = np.asarray(l1, dtype=float), np.asarray(l2, dtype=float)
    if shares:
        l1 = 2 * np.abs(moment).max(axis=1, keepdims=True) * l1
    coef = _minimisers(gram, moment, l1, l2)
    left_out = (X - middle) / scale
    predicted = np.einsum("fsj,fj->sf", coef, left_out) + level
    errors: Array = (y - predicted) ** 2
    return errors


def _spread(rows: Array, ddof: int) -> Array:
    """Standard deviations, 1 for a constant column."""
    spread: Array = rows.std(axis=0, ddof=ddof)
    spread[np.ptp(rows, axis=0) == 0] = 1.0
    return spread


def _minimisers(gram: Array, moment: Array, l1: Array, l2: Array) -> Array:
    """Coefficients of shape (folds, strengths, p) by coordinate descent on all problems at once.

    `l1` is of shape (strengths,) or (folds, strengths), `l2` of shape (strengths,).
    """
    folds, p = moment.shape
    coef = np.zeros((folds, len(l2), p))
    size = np.einsum("fjj->fj", gram)
    if not np.any(l1):
        # a constant column would make the system singular without a penalty
        constant = np.where(size > 0, 0.0, 1.0)[:, None, :, None]
        system = gram[:, None] + (l2[:, None, None] + constant) * np.eye(p)
        right = np.broadcast_to(moment[:, None, :, None], (*coef.shape, 1))
        coef[...] = np.linalg.solve(system, right)[..., 0]
        return coef
    for _ in range(MAX_SWEEPS):
        moved = 0.0
        for j in range(p):
            own = size[:, None, j]
            others = np.einsum("fsk,fk->fs", coef, gram[:, :, j]) - own * coef[:, :, j]
            z = moment[:, None, j] - others
            shrunk = np.sign(z) * np.maximum(np.abs(z) - l1 / 2, 0.0)
            new = np.divide(shrunk, own + l2, out=np.zeros_like(shrunk), where=own > 0)
            change = np.abs(new - coef[:, :, j]) * np.sqrt(own)
            moved = max(moved, float(change.max()))
            coef[:, :, j] = new
        if moved <= 1e-11 * float(np.sqrt(np.max(size)) * np.max(np.abs(coef), initial=0.0)):
            return coef
    raise ArithmeticError("coordinate descent did not converge on a check's own example")


def minimiser(X: Array, y: Array, l1: float, l2: float) -> Array:
    """The coefficients that minimise `MSE + l1 |w|_1 + l2 |w|^2` over all rows, shape (p,)."""
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    centred = X - X.mean(axis=0)
    centred[:, np.ptp(X, axis=0) == 0] = 0.0
    gram, moment = centred.T @ centred / len(y), centred.T @ (y - y.mean()) / len(y)
    coef: Array = _minimisers(gram[None], moment[None], np.array([l1]), np.array([l2]))[0, 0]
    return coef


def mean_and_deviation(errors: Array, ddof: int = 1) -> tuple[Array, Array]:
    """Mean and standard deviation over the rows left out, one of each per strength."""
    mean: Array = errors.mean(axis=1)
    deviation: Array = errors.std(axis=1, ddof=ddof)
    return mean, deviation
