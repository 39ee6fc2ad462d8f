"""Ridge regression: least squares with a penalty on the squared size of the coefficients.

The objective is the lesson's, `MSE + lam * |w|^2` with `MSE = (1/n) sum (y_i - x_i w - b)^2`.
The intercept `b` is never penalised. See README.md in exercises/ridge for the idea.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class LinearFit(NamedTuple):
    """A linear model: `coef` of shape (p,) and the `intercept`, a float."""

    coef: np.ndarray
    intercept: float


### BEGIN SOLUTION
def _check(X, y, lam):
    """X, y and lam in float64, or a ValueError that names the argument at fault."""
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError(f"X must be 2-D, but has {X.ndim} dimensions")
    if X.shape[0] == 0 or X.shape[1] == 0:
        raise ValueError(f"X must have rows and columns, but has shape {X.shape}")
    if not np.all(np.isfinite(X)):
        raise ValueError("X contains NaN or infinity")
    if not (np.isfinite(lam) and lam >= 0):
        raise ValueError(f"lam must be finite and >= 0, but is {lam}")
    if y is None:
        return X, None, float(lam)
    y = np.asarray(y, dtype=np.float64)
    if y.shape != (X.shape[0],):
        raise ValueError(f"y must have shape ({X.shape[0]},) as X has rows, but has {y.shape}")
    if not np.all(np.isfinite(y)):
        raise ValueError("y contains NaN or infinity")
    return X, y, float(lam)


def _centre(X):
    """X less its column means; a constant column becomes exactly zero."""
    centred = X - X.mean(axis=0)
    centred[:, X.max(axis=0) == X.min(axis=0)] = 0.0
    return centred


def _svd(X):
    """Thin SVD of centred X, without the singular values that are rounding."""
    centred = _centre(X)
    U, s, Vt = np.linalg.svd(centred, full_matrices=False)
    # centring leaves errors of eps times the size of X before it
    keep = s > max(X.shape) * np.finfo(float).eps * max(s[0], np.abs(X).max())
    return U[:, keep], s[keep], Vt[keep]


### END SOLUTION
def ridge_closed_form(X: np.ndarray, y: np.ndarray, lam: float) -> LinearFit:
    r"""The minimiser of `MSE + lam * |w|^2`.

    Setting the gradient to zero gives the normal equations of centred data,

        (Xc' Xc + n lam I) w = Xc' yc,      b = mean(y) - mean(X) w.

    Note the factor n: the loss is a *mean* of squares, the penalty is not divided.

    Parameters
    ----------
    X : (n, p) array; integers and float32 are fine, and computed in float64.
    y : (n,) array.
    lam : the strength, finite and >= 0.

    Returns
    -------
    LinearFit(coef, intercept), `coef` of shape (p,).

    Edge cases: more columns than rows and collinear columns work. `lam = 0` is least squares, and
    where that is not unique, the solution of least norm on centred data. A constant column gets
    the coefficient 0. Arguments are not modified.

    Raises
    ------
    ValueError : naming the argument, if `lam` is negative or not finite, `X` is not 2-D, the
        lengths differ, or there is NaN or infinity in the data.

    Source: Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., section
    3.4.1, eq. 3.44 (whose lambda is n times ours).
    """
    ### BEGIN SOLUTION
    X, y, lam = _check(X, y, lam)
    n, p = X.shape
    centred, y_centred = _centre(X), y - y.mean()
    penalty = n * lam
    if penalty > 1e-4 * np.vdot(centred, centred):
        # the penalty bounds the condition of the normal equations by 1e4, so they are safe;
        # with more columns than rows the dual ones are smaller
        if p <= n:
            gram = centred.T @ centred
            gram.flat[:: p + 1] += penalty
            coef = np.linalg.solve(gram, centred.T @ y_centred)
        else:
            gram = centred @ centred.T
            gram.flat[:: n + 1] += penalty
            coef = centred.T @ np.linalg.solve(gram, y_centred)
    else:
        U, s, Vt = _svd(X)
        coef = Vt.T @ (s / (s**2 + penalty) * (U.T @ y_centred))
    return LinearFit(coef, float(y.mean() - X.mean(axis=0) @ coef))
    ### END SOLUTION


def predict(fit: LinearFit, X: np.ndarray) -> np.ndarray:
    """The predictions `X @ coef + intercept`, shape (m,).

    Parameters
    ----------
    fit : what your own `ridge_closed_form` returned.
    X : (m, p) array.

    Raises
    ------
    ValueError : naming `X`, if it is not 2-D, has another number of columns than the fit, or
        contains NaN or infinity.
    """
    ### BEGIN SOLUTION
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2 or X.shape[1] != len(fit.coef):
        raise ValueError(f"X must have shape (m, {len(fit.coef)}), but has {X.shape}")
    if not np.all(np.isfinite(X)):
        raise ValueError("X contains NaN or infinity")
    return X @ fit.coef + fit.intercept
    ### END SOLUTION


def sklearn_alpha(lam: float, n_samples: int) -> float:
    """The `alpha` for which `sklearn.linear_model.Ridge` gives the same fit.

    scikit-learn minimises `sum of squares + alpha |w|^2`: its loss is a sum, ours a mean.

    Raises
    ------
    ValueError : naming the argument, if `lam` is negative or not finite, or `n_samples` < 1.
    """
    ### BEGIN SOLUTION
    if not (np.isfinite(lam) and lam >= 0):
        raise ValueError(f"lam must be finite and >= 0, but is {lam}")
    if n_samples < 1:
        raise ValueError(f"n_samples must be at least 1, but is {n_samples}")
    return float(n_samples * lam)
    ### END SOLUTION


def effective_degrees_of_freedom(X: np.ndarray, lam: float) -> float:
    r"""How many parameters the fit spends: the trace of the centred hat matrix.

        df(lam) = trace(Xc (Xc' Xc + n lam I)^-1 Xc') = sum_j s_j^2 / (s_j^2 + n lam),

    with s_j the singular values of centred X. The intercept is not counted. At `lam = 0` it is the
    rank of centred X.

    Raises
    ------
    ValueError : naming the argument, if `lam` is negative or not finite, `X` is not 2-D or not
        finite.

    Source: The Elements of Statistical Learning, 2nd ed., section 3.4.1, eq. 3.50.
    """
    ### BEGIN SOLUTION
    X, _, lam = _check(X, None, lam)
    _, s, _ = _svd(X)
    return float(np.sum(s**2 / (s**2 + len(X) * lam)))
    ### END SOLUTION
