"""Penalised logistic regression, by proximal gradient descent.

The objective is the lesson's, `mean log-loss + l1 * |w|_1 + l2 * |w|^2`, for labels 0 and 1. The
intercept `b` is never penalised. See README.md in exercises/logistic for the idea.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class LogisticFit(NamedTuple):
    """A linear model of the log-odds: `coef` (p,), the `intercept`, and the steps it took."""

    coef: np.ndarray
    intercept: float
    n_iter: int


def sigmoid(z: np.ndarray | float) -> np.ndarray | float:
    r"""The logistic function `1 / (1 + exp(-z))`, elementwise.

    Parameters
    ----------
    z : a number or an array; integers and float32 are computed in float64.

    Returns
    -------
    An array of the shape of `z`, or a single number for a number. There is no overflow and no
    warning for |z| up to 1e4; the absolute error is below 1e-12.
    """
    raise NotImplementedError("to do: sigmoid")


def softplus(z: np.ndarray | float) -> np.ndarray | float:
    r"""The smooth hinge `log(1 + exp(z))`, elementwise.

    The log-loss of one row is `softplus(z) - y z` with z its log-odds. For large z it is z, for
    very negative z it is exp(z).

    Parameters
    ----------
    z : a number or an array; integers and float32 are computed in float64.

    Returns
    -------
    An array of the shape of `z`, or a single number for a number. There is no overflow and no
    warning for |z| up to 1e4; the *relative* error is below 1e-12.
    """
    raise NotImplementedError("to do: softplus")


def penalized_log_loss(
    X: np.ndarray, y: np.ndarray, coef: np.ndarray, intercept: float, l1: float, l2: float
) -> float:
    r"""The objective `(1/n) sum (softplus(z_i) - y_i z_i) + l1 * |w|_1 + l2 * |w|^2`.

    Here z_i = x_i w + b are the log-odds. It is finite however large they are.

    Parameters
    ----------
    X : (n, p) array.  y : (n,) array of 0 and 1.
    coef : w, shape (p,).  intercept : b, never penalised.
    l1, l2 : the strengths, finite and >= 0.

    Raises
    ------
    ValueError : naming the argument, if a strength is negative or not finite, `X` is not 2-D,
        lengths differ, there is NaN or infinity in the data, or `y` holds anything but 0 and 1.

    Source: Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., section
    4.4.1, eq. 4.20 (a sum there, a mean here).
    """
    raise NotImplementedError("to do: penalized_log_loss")


def logistic_proximal_gradient(
    X: np.ndarray,
    y: np.ndarray,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    max_iter: int = 20_000,
    tol: float = 1e-8,
) -> LogisticFit:
    r"""The minimiser of the penalised log-loss.

    One iteration is a gradient step on the smooth part, then the proximal step of the rest:

        w <- S( w - t * (X' (sigmoid(z) - y) / n + 2 l2 w),  t * l1 ),
        b <- b - t * mean(sigmoid(z) - y),

    with S the soft threshold and t at most 1/L, where L bounds the curvature: the log-loss curves
    at most 1/4 as much as a square. The *gradient mapping* is the step divided by t.

    Parameters
    ----------
    X : (n, p) array; integers and float32 are fine, and computed in float64.
    y : (n,) array of 0 and 1.
    l1, l2 : the strengths, finite and >= 0.
    max_iter : the most iterations, at least 1.
    tol : stop when no element of the gradient mapping is larger than `tol`.

    Returns
    -------
    LogisticFit(coef, intercept, n_iter), `coef` of shape (p,). Zero coefficients of a fit with
    l1 > 0 are exactly 0.0.

    Edge cases: a constant column gets the coefficient 0. Without any penalty the classes must
    overlap, else there is no minimum. Arguments are not modified.

    Raises
    ------
    ValueError : naming the argument, if a strength is negative or not finite, `X` is not 2-D,
        lengths differ, there is NaN or infinity in the data, `y` holds anything but 0 and 1, or
        `max_iter` < 1.

    Source: Beck, Teboulle, A Fast Iterative Shrinkage-Thresholding Algorithm for Linear Inverse
    Problems, SIAM J. Imaging Sciences 2 (2009); the restart is O'Donoghue, Candes (2015).
    """
    raise NotImplementedError("to do: logistic_proximal_gradient")


def predict_proba(fit: LogisticFit, X: np.ndarray) -> np.ndarray:
    """The probability of class 1, `sigmoid(X @ coef + intercept)`, shape (m,).

    Parameters
    ----------
    fit : what your own `logistic_proximal_gradient` returned.
    X : (m, p) array.

    Raises
    ------
    ValueError : naming `X`, if it is not 2-D, has another number of columns than the fit, or
        contains NaN or infinity.
    """
    raise NotImplementedError("to do: predict_proba")


def sklearn_parameters(l1: float, l2: float, n_samples: int) -> tuple[float, float]:
    """`(C, l1_ratio)` for which `sklearn.linear_model.LogisticRegression` gives the same fit.

    scikit-learn minimises, with r = l1_ratio,

        C * sum of log-losses + r |w|_1 + ((1 - r) / 2) |w|^2.

    Where both strengths are 0, C is infinite and the ratio may be any number from 0 to 1.

    Raises
    ------
    ValueError : naming the argument, if a strength is negative or not finite, or `n_samples` < 1.
    """
    raise NotImplementedError("to do: sklearn_parameters")
