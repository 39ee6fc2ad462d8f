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


### BEGIN SOLUTION
def _check_matrix(X):
    """X in float64, or a ValueError that names it."""
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError(f"X must be 2-D, but has {X.ndim} dimensions")
    if X.shape[0] == 0 or X.shape[1] == 0:
        raise ValueError(f"X must have rows and columns, but has shape {X.shape}")
    if not np.all(np.isfinite(X)):
        raise ValueError("X contains NaN or infinity")
    return X


def _check_data(X, y):
    """X and y in float64, or a ValueError that names the argument at fault."""
    X, y = _check_matrix(X), np.asarray(y, dtype=np.float64)
    if y.shape != (X.shape[0],):
        raise ValueError(f"y must have shape ({X.shape[0]},) as X has rows, but has {y.shape}")
    if not np.all((y == 0) | (y == 1)):
        raise ValueError("y must hold 0 and 1 only")
    return X, y


def _check_strength(value, name):
    """A strength as a float, or a ValueError that names it."""
    if not (np.isfinite(value) and value >= 0):
        raise ValueError(f"{name} must be finite and >= 0, but is {value}")
    return float(value)


### END SOLUTION
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
    ### BEGIN SOLUTION
    small = np.exp(-np.abs(np.asarray(z, dtype=np.float64)))  # in (0, 1]: never overflows
    return np.where(np.asarray(z) >= 0, 1.0, small) / (1.0 + small)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    z = np.asarray(z, dtype=np.float64)
    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    X, y = _check_data(X, y)
    l1, l2 = _check_strength(l1, "l1"), _check_strength(l2, "l2")
    coef = np.asarray(coef, dtype=np.float64)
    if coef.shape != (X.shape[1],):
        raise ValueError(f"coef must have shape ({X.shape[1]},), but has {coef.shape}")
    z = X @ coef + intercept
    # softplus(z) - y z, without the difference of two large numbers
    loss = np.mean(softplus(np.where(y == 1, -z, z)))
    return float(loss + l1 * np.abs(coef).sum() + l2 * (coef @ coef))
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    X, y = _check_data(X, y)
    l1, l2 = _check_strength(l1, "l1"), _check_strength(l2, "l2")
    if max_iter < 1:
        raise ValueError(f"max_iter must be at least 1, but is {max_iter}")
    n, p = X.shape

    # On centred columns the intercept hardly disturbs the others: fewer steps, the same coef.
    centre = X.mean(axis=0)
    A = np.column_stack([X - centre, np.ones(n)])
    A[:, :p][:, X.max(axis=0) == X.min(axis=0)] = 0.0
    lasso, ridge = np.append(np.full(p, l1), 0.0), np.append(np.full(p, l2), 0.0)
    step = 1.0 / (np.linalg.norm(A, 2) ** 2 / (4 * n) + 2 * l2)

    theta = np.zeros(p + 1)
    ahead, momentum = theta, 1.0
    for n_iter in range(1, max_iter + 1):  # noqa: B007 - it is returned
        gradient = A.T @ (sigmoid(A @ ahead) - y) / n + 2 * ridge * ahead
        moved = ahead - step * gradient
        new = np.sign(moved) * np.maximum(np.abs(moved) - step * lasso, 0.0)
        mapping = (ahead - new) / step
        if mapping @ (new - theta) > 0:  # the momentum points uphill: start it anew
            momentum = 1.0
        larger = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = new + (momentum - 1) / larger * (new - theta)
        theta, momentum = new, larger
        if np.abs(mapping).max() <= tol:
            break
    coef = theta[:p] + 0.0  # -0.0 becomes 0.0
    return LogisticFit(coef, float(theta[p] - centre @ coef), n_iter)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    X = _check_matrix(X)
    if X.shape[1] != len(fit.coef):
        raise ValueError(f"X must have shape (m, {len(fit.coef)}), but has {X.shape}")
    return sigmoid(X @ fit.coef + fit.intercept)
    ### END SOLUTION


def sklearn_parameters(l1: float, l2: float, n_samples: int) -> tuple[float, float]:
    """`(C, l1_ratio)` for which `sklearn.linear_model.LogisticRegression` gives the same fit.

    scikit-learn minimises, with r = l1_ratio,

        C * sum of log-losses + r |w|_1 + ((1 - r) / 2) |w|^2.

    Where both strengths are 0, C is infinite and the ratio may be any number from 0 to 1.

    Raises
    ------
    ValueError : naming the argument, if a strength is negative or not finite, or `n_samples` < 1.
    """
    ### BEGIN SOLUTION
    total = _check_strength(l1, "l1") + 2 * _check_strength(l2, "l2")
    if n_samples < 1:
        raise ValueError(f"n_samples must be at least 1, but is {n_samples}")
    if total == 0:
        return float("inf"), 0.0
    return 1 / (n_samples * total), l1 / total
    ### END SOLUTION
