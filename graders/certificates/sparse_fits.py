"""How the checks of lasso and elastic net read a fit, and judge it by gap and exact zeros."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from exercises.checking import array, ensure, fields, integer, number, rejects
from graders.certificates.optimality import (
    elastic_net_gap,
    intercept_error,
    ridge_residual,
    stopping_gap,
    surely_zero,
)

#: Solvers that stop by the gap, as scikit-learn's does, leave a few `tol` = 1e-9 of the null loss;
#: what the stop rule of coordinate descent may leave is added for each problem (`stopping_gap`),
#: but never more than MOST, since an absurd coef would plead for an absurd bound.
BOUND, MOST = 1e-7, 1e-5
#: The smallest strength of which a check may ask for all zeros is lambda_max, up to rounding.
JUST_ABOVE = 1 + 1e-9

BAD_STRENGTHS = (-1.0, -1e-12, float("nan"), float("inf"), float("-inf"))
X_GOOD = np.array([[0.0, 1.0, 3.0], [2.0, 1.5, 0.0], [1.0, 0.5, 1.0], [4.0, 2.5, 1.0]])
Y_GOOD = np.array([1.0, 2.0, 0.0, 3.0])


def read_fit(answer: Any, columns: int, function: str) -> tuple[np.ndarray, float, int]:
    """An answer as (coef, intercept, n_iter), read with care."""
    fit = fields(answer, ("coef", "intercept", "n_iter"), function)
    coef = array(fit.coef, (columns,), "coef")
    return coef, number(fit.intercept, "intercept"), integer(fit.n_iter, "n_iter")


def optimal(
    X: np.ndarray,
    y: np.ndarray,
    l1: float,
    l2: float,
    coef: np.ndarray,
    what: str = "this coef",
) -> None:
    """Fail unless `coef` minimises `MSE + l1 |w|_1 + l2 |w|^2`."""
    if l1 == 0:
        # a last sweep that moved coefficients by 1e-9 leaves about p times that in the gradient
        off = ridge_residual(X, y, l2, coef)
        ensure(
            off <= 1e-7,
            f"The gradient of the objective is not zero at {what}: it is off by {off:.2g} of its "
            "terms, where tol = 1e-9 explains at most 1e-07.",
        )
        return
    gap = elastic_net_gap(X, y, l1, l2, coef)
    bound = BOUND + min(stopping_gap(X, y, l1, l2, coef), MOST)
    ensure(
        gap <= bound,
        f"The objective is not at its minimum at {what}: the duality gap is {gap:.2g} of the loss "
        f"without coefficients, where tol = 1e-9 explains at most {bound:.0e}.",
    )


def unpenalised(
    X: np.ndarray, y: np.ndarray, coef: np.ndarray, intercept: float, bound: float = 1e-7
) -> None:
    """Fail unless the intercept is the best for `coef`.

    1e-7, since one found by iteration is as exact as the coefficients are, not as rounding.
    """
    off = intercept_error(X, y, coef, intercept)
    ensure(
        off <= bound,
        f"The intercept is not mean(y) − mean(X)·coef: it is off by {off:.2g} of its terms.",
    )


def exact_zeros(X: np.ndarray, y: np.ndarray, l1: float, l2: float, coef: np.ndarray) -> None:
    """Fail unless what is surely zero at the minimum is exactly 0."""
    wrong = surely_zero(X, y, l1, l2, coef) & (coef != 0)
    ensure(
        not np.any(wrong),
        f"{np.sum(wrong)} coefficients that are zero at the minimum are not exactly 0; the largest "
        f"of them is {np.abs(coef[wrong]).max(initial=0.0):.2g}.",
    )


def rejects_bad_data(function: Callable[..., Any], *others: Any) -> None:
    """Fail unless `function(X, y, *others)` refuses wrong shapes, NaN and infinity by name."""
    X, y = X_GOOD, Y_GOOD
    rejects(function, X[:, 0], y, *others, names=["X"])
    rejects(function, X[:, None], y, *others, names=["X"])
    for other_length in (y[:3], np.append(y, 1.0)):
        rejects(function, X, other_length, *others, names=["X", "y"])
    for bad in (float("nan"), float("inf"), float("-inf")):
        rejects(function, np.where(X == 4.0, bad, X), y, *others, names=["X"])
        rejects(function, X, np.where(y == 2.0, bad, y), *others, names=["y"])
