"""The lasso: least squares with a penalty on the absolute size of the coefficients.

The objective is the lesson's, `MSE + lam * |w|_1` with `MSE = (1/n) sum (y_i - x_i w - b)^2`.
The intercept `b` is never penalised. See README.md in exercises/lasso for the idea.
"""

from __future__ import annotations

from collections.abc import Sequence
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
def soft_threshold(z: np.ndarray | float, gamma: float) -> np.ndarray | float:
    r"""`z` moved towards zero by `gamma`, and exactly 0 within `gamma` of it.

        S(z, gamma) = sign(z) * max(|z| - gamma, 0)

    It is the minimiser over w of `(w - z)^2 / 2 + gamma |w|`.

    Parameters
    ----------
    z : a number or an array of any shape; integers and float32 are computed in float64.
    gamma : the threshold, one finite number >= 0, the same for every element.

    Returns
    -------
    An array of the shape of `z`, or a single number for a number. `z` is not modified.

    Raises
    ------
    ValueError : naming `gamma`, if it is negative or not finite.

    Source: Hastie, Tibshirani, Wainwright, Statistical Learning with Sparsity, section 2.4.1.
    """
    ### BEGIN SOLUTION
    gamma = _check_strength(gamma, "gamma")
    z = np.asarray(z, dtype=np.float64)
    return np.sign(z) * np.maximum(np.abs(z) - gamma, 0.0)
    ### END SOLUTION


def lambda_max(X: np.ndarray, y: np.ndarray) -> float:
    r"""The smallest `lam` at which every coefficient of the lasso is zero.

        lambda_max = (2/n) * max_j |Xc_j' yc|,      Xc, yc: X and y less their means.

    At w = 0 that is the steepest slope of the MSE; a penalty at least as steep keeps w there.

    Parameters
    ----------
    X : (n, p) array.  y : (n,) array.

    Raises
    ------
    ValueError : naming the argument, if `X` is not 2-D, the lengths differ, or there is NaN or
        infinity in the data.

    Source: Friedman, Hastie, Tibshirani, Regularization Paths for Generalized Linear Models via
    Coordinate Descent, J. Stat. Software 33 (2010), section 2.5 (in our scale).
    """
    ### BEGIN SOLUTION
    X, y = _check_data(X, y)
    return float(2 / len(y) * np.abs(_centre(X).T @ (y - y.mean())).max())
    ### END SOLUTION


def lasso_coordinate_descent(
    X: np.ndarray,
    y: np.ndarray,
    lam: float,
    *,
    max_iter: int = 10_000,
    tol: float = 1e-9,
    coef_init: np.ndarray | None = None,
) -> LassoFit:
    r"""The minimiser of `MSE + lam * |w|_1`, one coefficient at a time.

    With all other coefficients held, the best w_j on centred data is

        w_j = S( (1/n) Xc_j' r_j,  lam / 2 ) / ( (1/n) Xc_j' Xc_j ),

    where r_j is the residual without column j's own part and S is `soft_threshold`. One iteration
    is one sweep over the features, in any order. At the end b = mean(y) - mean(X) w.

    Parameters
    ----------
    X : (n, p) array; integers and float32 are fine, and computed in float64.
    y : (n,) array.
    lam : the strength, finite and >= 0.
    max_iter : the most sweeps, at least 1.
    tol : stop when no coefficient moved by more than `tol` times the largest coefficient in a
        sweep.
    coef_init : where to start, shape (p,), copied; zeros by default.

    Returns
    -------
    LassoFit(coef, intercept, n_iter), `coef` of shape (p,), `1 <= n_iter <= max_iter`.
    Zero coefficients are exactly 0.0.

    Edge cases: more columns than rows and collinear columns work. `lam = 0` is least squares. A
    constant column gets the coefficient 0, wherever the start was. Arguments are not modified.

    Raises
    ------
    ValueError : naming the argument, if `lam` is negative or not finite, `X` is not 2-D, lengths
        differ, there is NaN or infinity in the data, or `max_iter` < 1.

    Source: Hastie, Tibshirani, Wainwright, Statistical Learning with Sparsity, section 2.4.2
    (whose loss is half of ours, hence lam / 2).
    """
    ### BEGIN SOLUTION
    X, y = _check_data(X, y)
    threshold = _check_strength(lam, "lam") / 2
    if max_iter < 1:
        raise ValueError(f"max_iter must be at least 1, but is {max_iter}")
    n, p = X.shape
    coef = _check_start(coef_init, p)

    centred = _centre(X)
    columns = np.ascontiguousarray(centred.T)  # row j is column j, side by side in memory
    size = (columns**2).sum(axis=1) / n
    coef[size == 0] = 0.0
    residual = y - y.mean() - centred @ coef
    # Python's own numbers: one at a time, NumPy's take twice as long
    w = coef.tolist()
    varying = [(j, columns[j], float(size[j])) for j in np.flatnonzero(size).tolist()]
    for n_iter in range(1, max_iter + 1):  # noqa: B007 - it is returned
        largest_step = 0.0
        for j, column, square in varying:
            old = w[j]
            z = float(column @ residual) / n + square * old
            # soft_threshold, written out for one number: this line runs a million times
            new = max(abs(z) - threshold, 0.0) * (1.0 if z > 0 else -1.0) / square
            if new != old:
                residual -= (new - old) * column
                w[j] = new
                largest_step = max(largest_step, abs(new - old))
        if largest_step <= tol * max(map(abs, w)):
            break
    coef[:] = w
    coef += 0.0  # -0.0 becomes 0.0
    return LassoFit(coef, float(y.mean() - X.mean(axis=0) @ coef), n_iter)
    ### END SOLUTION


def lasso_path(X: np.ndarray, y: np.ndarray, lambdas: Sequence[float] | np.ndarray) -> np.ndarray:
    """The coefficients for each strength: shape (len(lambdas), p), rows in the order given.

    Each fit starts from the one before (a *warm start*), which makes a fine grid hardly dearer
    than a single fit.

    Parameters
    ----------
    X : (n, p) array.  y : (n,) array.
    lambdas : the strengths, at least one, each finite and >= 0, in any order.

    Raises
    ------
    ValueError : naming the argument (`lambdas`, or `lam` where the fit says so), if the grid is
        empty or holds a bad strength; for `X` and `y` as in `lasso_coordinate_descent`.
    """
    ### BEGIN SOLUTION
    lambdas = np.asarray(lambdas, dtype=np.float64)
    if lambdas.ndim != 1 or len(lambdas) == 0:
        raise ValueError(f"lambdas must be a list of strengths, but has shape {lambdas.shape}")
    if not np.all(np.isfinite(lambdas) & (lambdas >= 0)):
        raise ValueError("lambdas must all be finite and >= 0")
    rows, coef = [], None
    for lam in lambdas:
        coef = lasso_coordinate_descent(X, y, lam, coef_init=coef).coef
        rows.append(coef)
    return np.array(rows)
    ### END SOLUTION


def sklearn_alpha(lam: float) -> float:
    """The `alpha` for which `sklearn.linear_model.Lasso` gives the same fit.

    scikit-learn minimises `(1 / 2n) * sum of squares + alpha |w|_1`: half of our loss.

    Raises
    ------
    ValueError : naming `lam`, if it is negative or not finite.
    """
    ### BEGIN SOLUTION
    return _check_strength(lam, "lam") / 2
    ### END SOLUTION
