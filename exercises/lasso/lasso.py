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
    raise NotImplementedError("to do: soft_threshold")


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
    raise NotImplementedError("to do: lambda_max")


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
    raise NotImplementedError("to do: lasso_coordinate_descent")


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
    raise NotImplementedError("to do: lasso_path")


def sklearn_alpha(lam: float) -> float:
    """The `alpha` for which `sklearn.linear_model.Lasso` gives the same fit.

    scikit-learn minimises `(1 / 2n) * sum of squares + alpha |w|_1`: half of our loss.

    Raises
    ------
    ValueError : naming `lam`, if it is negative or not finite.
    """
    raise NotImplementedError("to do: sklearn_alpha")
