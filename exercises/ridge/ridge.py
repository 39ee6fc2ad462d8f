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
    raise NotImplementedError("to do: ridge_closed_form")


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
    raise NotImplementedError("to do: predict")


def sklearn_alpha(lam: float, n_samples: int) -> float:
    """The `alpha` for which `sklearn.linear_model.Ridge` gives the same fit.

    scikit-learn minimises `sum of squares + alpha |w|^2`: its loss is a sum, ours a mean.

    Raises
    ------
    ValueError : naming the argument, if `lam` is negative or not finite, or `n_samples` < 1.
    """
    raise NotImplementedError("to do: sklearn_alpha")


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
    raise NotImplementedError("to do: effective_degrees_of_freedom")
