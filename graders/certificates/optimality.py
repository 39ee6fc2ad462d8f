"""The mathematics that checks share: is an answer optimal, whatever route led to it?

Every function returns a number that is zero for an exact answer and at most about 1e-12 for one
that is right up to rounding, relative to the problem's own scale; checks compare it with a bound.
An absurd answer may overflow: it gives infinity or NaN, in silence, and neither is within a bound.
"""

from __future__ import annotations

import numpy as np


def centred(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`X` and `y` less their means in float64; constant columns become exactly zero."""
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    Xc = X - X.mean(axis=0)
    Xc[:, X.max(axis=0) == X.min(axis=0)] = 0.0
    return Xc, y - y.mean()


@np.errstate(over="ignore", invalid="ignore")
def ridge_residual(X: np.ndarray, y: np.ndarray, lam: float, coef: np.ndarray) -> float:
    """How far `coef` is from the ridge normal equations, relative to their terms.

    The minimiser of `MSE + lam |w|^2` solves `Xc'(yc - Xc w) = n lam w`. A backward stable
    solver leaves a residual of a few eps times `|Xc| (|yc| + |Xc||w|) + n lam |w|`
    (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 20.4); the explicit
    inverse of the normal equations leaves cond^2 eps.
    """
    Xc, yc = centred(X, y)
    n = len(yc)
    residual = Xc.T @ (yc - Xc @ coef) - n * lam * coef
    norm = np.linalg.norm(Xc, 2) if Xc.size else 0.0
    size = np.linalg.norm(coef)
    scale = norm * (np.linalg.norm(yc) + norm * size) + n * lam * size
    return float(np.linalg.norm(residual) / scale) if scale > 0 else float(np.max(np.abs(coef)))


def intercept_error(X: np.ndarray, y: np.ndarray, coef: np.ndarray, intercept: float) -> float:
    """How far the intercept is from `mean(y) - mean(X) w`, relative to the sum's terms."""
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    means = X.mean(axis=0)
    scale = np.abs(y).mean() + np.abs(means) @ np.abs(coef)
    error = abs(intercept - (y.mean() - means @ coef))
    return float(error / scale) if scale > 0 else float(error)


@np.errstate(over="ignore", invalid="ignore")
def elastic_net_gap(X: np.ndarray, y: np.ndarray, l1: float, l2: float, coef: np.ndarray) -> float:
    """The duality gap of `MSE + l1 |w|_1 + l2 |w|^2` at `coef`, relative to the null model's loss.

    With the l2 term written as `n l2` extra rows, the problem is a lasso
    `(1/n) |r|^2 + l1 |w|_1`, r the residual. Scaling the dual variable `2 r / n` into
    `max |A'u| <= l1` makes it feasible, and the gap bounds the distance to the minimum
    (Kim et al. 2007, "An interior-point method for large-scale l1-regularized least squares",
    section III). At `l1 = 0` the dual is feasible for the solution alone, so the norm of the
    gradient decides instead.
    """
    Xc, yc = centred(X, y)
    n = len(yc)
    residual = yc - Xc @ coef
    loss = residual @ residual / n + l2 * (coef @ coef)
    correlation = 2 / n * (Xc.T @ residual) - 2 * l2 * coef
    null = yc @ yc / n
    if l1 == 0:
        return ridge_residual(X, y, l2, coef)
    largest = float(np.max(np.abs(correlation), initial=0.0))
    shrink = min(1.0, l1 / largest) if largest > 0 else 1.0
    # the dual value at u = shrink * 2 (r, -sqrt(n l2) w) / n, for the rows (yc, 0)
    dual = shrink * 2 * (residual @ yc) / n - shrink**2 * loss
    gap = loss + l1 * np.abs(coef).sum() - dual
    return float(max(gap, 0.0) / null) if null > 0 else float(np.max(np.abs(coef), initial=0.0))


def binomial_tail(count: int, n: int, p: float) -> float:
    """The exact two-sided tail of `count` successes in `n` draws of probability `p`.

    Twice the smaller of `P(K <= count)` and `P(K >= count)`, at most 1. A check that fails below
    1e-9 rejects a right solution once in a billion times, whatever `n` and `p`.
    """
    from scipy.special import bdtr, bdtrc

    if p <= 0 or p >= 1:
        return 1.0 if count == (n if p >= 1 else 0) else 0.0
    below = bdtr(count, n, p)
    above = bdtrc(count - 1, n, p) if count > 0 else 1.0
    return float(min(1.0, 2 * min(below, above)))


def multinomial_tail(counts: np.ndarray, probabilities: np.ndarray) -> float:
    """A bound on the tail of cell counts: the smallest binomial tail times the number of cells.

    Holds exactly at every sample size, where a chi-square tail of 1e-9 is an approximation.
    """
    counts = np.asarray(counts).ravel()
    n = int(counts.sum())
    tails = [
        binomial_tail(int(count), n, float(p))
        for count, p in zip(counts, np.ravel(probabilities), strict=True)
    ]
    return float(min(1.0, len(tails) * min(tails)))


def chi_square_tail(statistic: float, degrees: int) -> float:
    """The two-sided tail of a chi-square statistic: twice the smaller one-sided tail."""
    from scipy.special import gammainc, gammaincc

    below, above = gammainc(degrees / 2, statistic / 2), gammaincc(degrees / 2, statistic / 2)
    return float(min(1.0, 2 * min(below, above)))


def normal_tail(z: float) -> float:
    """The two-sided tail of a standard normal variable."""
    from scipy.special import ndtr

    return float(2 * ndtr(-abs(z)))


def largest_strength(X: np.ndarray, y: np.ndarray) -> float:
    """The smallest l1 at which every coefficient of lasso or elastic net is zero."""
    Xc, yc = centred(X, y)
    return float(2 / len(yc) * np.max(np.abs(Xc.T @ yc), initial=0.0))


@np.errstate(over="ignore", invalid="ignore")
def stopping_gap(
    X: np.ndarray, y: np.ndarray, l1: float, l2: float, coef: np.ndarray, tol: float = 1e-9
) -> float:
    """The largest relative duality gap that coordinate descent's stop rule may leave.

    In the last sweep no coefficient moved by more than `tol * max|w|`, so the correlation of
    column j, right when j was visited, has moved since by at most
    `v = tol * max|w| * 2/n sum_k |Xc_j||Xc_k|`. With every correlation within `l1 + v`, the gap is
    at most `2 v |w|_1 + (v / l1)^2 loss` (insert `|A'u| <= l1 + v` in `elastic_net_gap`).
    """
    Xc, yc = centred(X, y)
    n = len(yc)
    norms = np.linalg.norm(Xc, axis=0)
    moved = tol * np.max(np.abs(coef), initial=0.0) * 2 / n * norms.max(initial=0.0) * norms.sum()
    residual = yc - Xc @ coef
    loss = residual @ residual / n + l2 * (coef @ coef)
    null = yc @ yc / n
    gap = 2 * moved * np.abs(coef).sum() + ((moved / l1) ** 2 * loss if l1 > 0 else 0.0)
    return float(gap / null) if null > 0 else 0.0


@np.errstate(over="ignore", invalid="ignore")
def surely_zero(
    X: np.ndarray, y: np.ndarray, l1: float, l2: float, coef: np.ndarray, margin: float = 1e-3
) -> np.ndarray:
    """Which coefficients are zero at the minimum, and not near a knot: a mask of shape (p,).

    The gap at `coef` bounds how far the optimal dual variable can be, `2 sqrt(gap / n)`, and a
    column whose correlation stays below l1 within that ball is zero at the minimum (the gap safe
    rule: Ndiaye et al. 2017, "Gap safe screening rules for sparsity enforcing penalties").
    `margin` is the share of l1 by which it must stay below.
    """
    Xc, yc = centred(X, y)
    n = len(yc)
    correlation = np.abs(2 / n * (Xc.T @ (yc - Xc @ coef)) - 2 * l2 * coef)
    largest = correlation.max(initial=0.0)
    shrink = min(1.0, l1 / largest) if largest > 0 else 1.0
    gap = elastic_net_gap(X, y, l1, l2, coef) * (yc @ yc / n)
    reach = 2 * np.sqrt(gap / n) * np.sqrt(np.sum(Xc**2, axis=0) + n * l2)
    zero: np.ndarray = shrink * correlation + reach < (1 - margin) * l1
    return zero


@np.errstate(over="ignore", invalid="ignore")
def logistic_violations(
    X: np.ndarray, y: np.ndarray, l1: float, l2: float, coef: np.ndarray, intercept: float
) -> np.ndarray:
    """How far each coefficient, and last the intercept, is from being stationary.

    The gradient g of the mean log-loss plus `l2 |w|^2` must be `-l1 sign(w_j)` where `w_j != 0`,
    so that a coefficient that should be zero and is not is found too, and at most l1 in size where
    `w_j = 0`; for the intercept it must be 0. Each is taken relative to the column's scale, its
    root mean square.
    """
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    z = X @ coef + intercept
    small = np.exp(-np.abs(z))
    residual = np.where(z >= 0, 1.0, small) / (1.0 + small) - y
    gradient = X.T @ residual / len(y) + 2 * l2 * coef
    off = np.where(
        coef != 0, np.abs(gradient + l1 * np.sign(coef)), np.maximum(np.abs(gradient) - l1, 0.0)
    )
    scale = np.sqrt(np.mean(X**2, axis=0))
    return np.append(off / np.where(scale > 0, scale, 1.0), abs(np.mean(residual)))
