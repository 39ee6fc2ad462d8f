"""The elastic net: least squares with both penalties, the absolute and the squared size.

The objective is the lesson's, `MSE + l1 * |w|_1 + l2 * |w|^2` with
`MSE = (1/n) sum (y_i - x_i w - b)^2`. The intercept `b` is never penalised. See README.md in
exercises/elastic_net for the idea.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class LassoFit(NamedTuple):
    """A linear model: `coef` of shape (p,), the `intercept`, and how many sweeps it took."""

    coef: np.ndarray
    intercept: float
    n_iter: int


### BEGIN SOLUTION
def _check_data(X, y):
    """X and y in float64, or a ValueError that names the argument at fault."""
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError(f"X must be 2-D, but has {X.ndim} dimensions")
    if X.shape[0] == 0 or X.shape[1] == 0:
        raise ValueError(f"X must have rows and columns, but has shape {X.shape}")
    if y.shape != (X.shape[0],):
        raise ValueError(f"y must have shape ({X.shape[0]},) as X has rows, but has {y.shape}")
    for name, values in (("X", X), ("y", y)):
        if not np.all(np.isfinite(values)):
            raise ValueError(f"{name} contains NaN or infinity")
    return X, y


def _check_strength(value, name):
    """A strength as a float, or a ValueError that names it."""
    if not (np.isfinite(value) and value >= 0):
        raise ValueError(f"{name} must be finite and >= 0, but is {value}")
    return float(value)


def _check_start(coef_init, p):
    """A copy of the starting point, or zeros where none is given."""
    if coef_init is None:
        return np.zeros(p)
    coef = np.array(coef_init, dtype=np.float64)
    if coef.shape != (p,):
        raise ValueError(f"coef_init must have shape ({p},), but has {coef.shape}")
    if not np.all(np.isfinite(coef)):
        raise ValueError("coef_init contains NaN or infinity")
    return coef


def _centre(X):
    """X less its column means; a constant column becomes exactly zero."""
    centred = X - X.mean(axis=0)
    centred[:, X.max(axis=0) == X.min(axis=0)] = 0.0
    return centred


### END SOLUTION
def elastic_net_coordinate_descent(
    X: np.ndarray,
    y: np.ndarray,
    l1: float,
    l2: float,
    *,
    max_iter: int = 10_000,
    tol: float = 1e-9,
    coef_init: np.ndarray | None = None,
) -> LassoFit:
    r"""The minimiser of `MSE + l1 * |w|_1 + l2 * |w|^2`, one coefficient at a time.

    With all other coefficients held, the best w_j on centred data is

        w_j = S( (1/n) Xc_j' r_j,  l1 / 2 ) / ( (1/n) Xc_j' Xc_j + l2 ),

    where r_j is the residual without column j's own part and S(z, g) = sign(z) max(|z| - g, 0).
    One iteration is one sweep over the features, in any order. At the end b = mean(y) - mean(X) w.

    Parameters
    ----------
    X : (n, p) array; integers and float32 are fine, and computed in float64.
    y : (n,) array.
    l1, l2 : the strengths of the absolute and of the squared penalty, finite and >= 0.
    max_iter : the most sweeps, at least 1.
    tol : stop when no coefficient moved by more than `tol` times the largest coefficient in a
        sweep.
    coef_init : where to start, shape (p,), copied; zeros by default.

    Returns
    -------
    LassoFit(coef, intercept, n_iter), `coef` of shape (p,), `1 <= n_iter <= max_iter`.
    Zero coefficients of a fit with l1 > 0 are exactly 0.0.

    Edge cases: `l1 = 0` is ridge, `l2 = 0` is the lasso, and both 0 is least squares. More columns
    than rows work. Identical columns get identical coefficients as soon as l2 > 0. A constant
    column gets the coefficient 0, wherever the start was. Arguments are not modified.

    Raises
    ------
    ValueError : naming the argument, if `l1` or `l2` is negative or not finite, `X` is not 2-D,
        lengths differ, there is NaN or infinity in the data, or `max_iter` < 1.

    Source: Zou, Hastie, Regularization and variable selection via the elastic net, J. Royal
    Statistical Society B 67 (2005) (their "naive" elastic net, in our scale); Friedman, Hastie,
    Tibshirani, J. Stat. Software 33 (2010), eq. 5.
    """
    ### BEGIN SOLUTION
    X, y = _check_data(X, y)
    threshold = _check_strength(l1, "l1") / 2
    l2 = _check_strength(l2, "l2")
    if max_iter < 1:
        raise ValueError(f"max_iter must be at least 1, but is {max_iter}")
    n, p = X.shape
    coef = _check_start(coef_init, p)

    centred = _centre(X)
    columns = np.ascontiguousarray(centred.T)  # row j is column j, side by side in memory
    size = (columns**2).sum(axis=1) / n
    coef[size == 0] = 0.0
    residual = y - y.mean() - centred @ coef
    for n_iter in range(1, max_iter + 1):  # noqa: B007 - it is returned
        before = coef.copy()
        for j in np.flatnonzero(size):
            old = coef[j]
            z = columns[j] @ residual / n + size[j] * old
            new = max(abs(z) - threshold, 0.0) * (1.0 if z > 0 else -1.0) / (size[j] + l2)
            if new != old:
                residual -= (new - old) * columns[j]
                coef[j] = new
        if np.abs(coef - before).max() <= tol * np.abs(coef).max():
            break
    coef += 0.0  # -0.0 becomes 0.0
    return LassoFit(coef, float(y.mean() - X.mean(axis=0) @ coef), n_iter)
    ### END SOLUTION


def sklearn_parameters(l1: float, l2: float) -> tuple[float, float]:
    """`(alpha, l1_ratio)` for which `sklearn.linear_model.ElasticNet` gives the same fit.

    scikit-learn minimises, with a = alpha and r = l1_ratio,

        (1 / 2n) * sum of squares + a r |w|_1 + (a (1 - r) / 2) |w|^2.

    Where both strengths are 0, alpha is 0 and the ratio may be any number from 0 to 1.

    Raises
    ------
    ValueError : naming the argument, if `l1` or `l2` is negative or not finite.
    """
    ### BEGIN SOLUTION
    half = _check_strength(l1, "l1") / 2
    alpha = half + _check_strength(l2, "l2")
    return alpha, (half / alpha if alpha > 0 else 0.5)
    ### END SOLUTION
