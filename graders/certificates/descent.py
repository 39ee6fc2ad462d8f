"""Coordinate descent whose steps can be made wrong, for the misconceptions of sparse models."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

Array = np.ndarray
#: The next coefficient from z, the column's correlation with the residual without its own part,
#: and the column's mean square.
Step = Callable[[float, float], float]


def shrink(z: float, gamma: float) -> float:
    """The soft threshold of one number."""
    return math.copysign(max(abs(z) - gamma, 0.0), z)


def descend(
    X: Array,
    y: Array,
    l1: float,
    l2: float = 0.0,
    *,
    start: Sequence[float] | Array | None = None,
    max_iter: int = 10_000,
    tol: float = 1e-9,
    step: Step | None = None,
) -> tuple[Array, int]:
    """The (coef, n_iter) of `MSE + l1 |w|_1 + l2 |w|^2` on the columns as they are.

    Sweeps without end are left to a method that needs none, since columns that are not centred
    would take thousands of them and a diagnosis must not take longer than the grading. With a
    `step` of its own the descent is a learner's loop, ended where it runs away.
    """
    n, p = X.shape
    gram, moment = X.T @ X / n, X.T @ y / n
    size = gram.diagonal().copy()
    coef = np.zeros(p) if start is None else np.array(start, dtype=np.float64)
    coef[size == 0] = 0.0
    if step is None and max_iter > 1000:
        live = size > 0
        coef[live] = _feature_sign(
            (gram + l2 * np.eye(p))[np.ix_(live, live)], moment[live], l1 / 2
        )
        return coef, 1
    step = step or (lambda z, size: shrink(z, l1 / 2) / (size + l2))
    live = [int(j) for j in np.flatnonzero(size)]
    for n_iter in range(1, max_iter + 1):  # noqa: B007 - it is returned
        before = coef.copy()
        for j in live:
            coef[j] = step(moment[j] - gram[j] @ coef + size[j] * coef[j], size[j])
        moved = np.abs(coef - before).max()
        if moved <= tol * np.abs(coef).max() or not np.isfinite(coef).all():
            break
    return coef, n_iter


def _feature_sign(gram: Array, moment: Array, threshold: float) -> Array:
    """The minimiser of `w'Gw/2 - m'w + threshold |w|_1`, exactly, by guessing its signs.

    Source: Lee et al., Efficient sparse coding algorithms, NIPS 2006, algorithm 1.
    """

    def loss(w: Array) -> float:
        return float(w @ gram @ w / 2 - moment @ w + threshold * np.abs(w).sum())

    coef, sign = np.zeros(len(moment)), np.zeros(len(moment))
    largest = np.abs(moment).max(initial=0.0)
    for _ in range(20 * len(moment)):
        slope = moment - gram @ coef
        unsettled = np.abs(slope - threshold * sign)[sign != 0].max(initial=0.0)
        if unsettled <= 1e-9 * largest:
            outside = np.where(sign == 0, np.abs(slope), 0.0)
            j = int(np.argmax(outside))
            if outside[j] <= threshold + 1e-10 * largest:
                break
            sign[j] = np.sign(slope[j])
        on = sign != 0
        target = np.zeros_like(coef)
        target[on] = np.linalg.lstsq(
            gram[np.ix_(on, on)], (moment - threshold * sign)[on], rcond=1e-13
        )[0]
        # the best of the target and of the places on the way where a coefficient changes its sign
        places = [target]
        for k in np.flatnonzero(coef * target < 0):
            place = coef + (target - coef) * coef[k] / (coef[k] - target[k])
            place[k] = 0.0
            places.append(place)
        coef = min(places, key=loss)
        sign = np.sign(coef)
    return coef
