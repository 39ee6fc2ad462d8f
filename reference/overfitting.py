"""Overfitting with polynomials: freedom helps on old data, and then hurts on new.

Everything is plain least squares on the powers of one variable; nothing is penalised yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class ErrorCurve(NamedTuple):
    """Errors by degree, in the order of `degrees`; `best_degree` has the lowest test error."""

    degrees: list[int]
    train_mse: np.ndarray
    test_mse: np.ndarray
    best_degree: int


### BEGIN SOLUTION
def _vector(values, name):
    """`values` as a 1-D float64 array, or a ValueError that names the argument."""
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 1 or len(values) == 0:
        raise ValueError(f"{name} must be a non-empty vector, but has shape {values.shape}")
    if not np.all(np.isfinite(values)):
        raise ValueError(f"{name} contains NaN or infinity")
    return values


def _same_length(a, b, names):
    if len(a) != len(b):
        raise ValueError(
            f"{names[0]} and {names[1]} must be equally long, but are {len(a)} and {len(b)}"
        )


### END SOLUTION
def polynomial_features(x: np.ndarray, degree: int) -> np.ndarray:
    """The powers of `x` side by side: columns x^0, x^1, ..., x^degree.

    Parameters
    ----------
    x : (n,) array; integers and float32 are fine, and computed in float64.
    degree : the highest power, >= 0. `degree = 0` gives a column of ones.

    Returns
    -------
    (n, degree + 1) float64 array, lowest power first.

    Raises
    ------
    ValueError : naming the argument, if `degree` is negative, or `x` contains NaN or infinity.

    Source: Bishop, Pattern Recognition and Machine Learning, section 1.1, eq. 1.1.
    """
    ### BEGIN SOLUTION
    x = _vector(x, "x")
    if degree < 0:
        raise ValueError(f"degree must be >= 0, but is {degree}")
    return x[:, None] ** np.arange(degree + 1)
    ### END SOLUTION


def fit_polynomial(x: np.ndarray, y: np.ndarray, degree: int) -> np.ndarray:
    """The coefficients of the polynomial of that degree with the least squared error.

    Minimises `sum (y_i - sum_j coef_j x_i^j)^2`. With fewer distinct x than coefficients many
    polynomials are equally good: return the coefficients of least norm.

    Powers of x are nearly collinear, so solve the least-squares problem itself (SVD, QR); the
    normal equations square the condition number and lose all digits at degree 12 or so.

    Parameters
    ----------
    x, y : (n,) arrays.
    degree : >= 0.

    Returns
    -------
    (degree + 1,) array, lowest power first.

    Raises
    ------
    ValueError : naming the argument, if `degree` is negative, the lengths differ, or there is NaN
        or infinity in the data.

    Source: Bishop, Pattern Recognition and Machine Learning, section 1.1.
    """
    ### BEGIN SOLUTION
    y = _vector(y, "y")
    features = polynomial_features(x, degree)
    _same_length(features, y, ("x", "y"))
    return np.linalg.lstsq(features, y, rcond=None)[0]
    ### END SOLUTION


def predict_polynomial(coef: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The polynomial's values at `x`: `sum_j coef_j x^j`, shape (m,).

    Parameters
    ----------
    coef : (degree + 1,) array, lowest power first.
    x : (m,) array.

    Raises
    ------
    ValueError : naming `x`, if it contains NaN or infinity.
    """
    ### BEGIN SOLUTION
    coef = np.asarray(coef, dtype=np.float64)
    return polynomial_features(x, len(coef) - 1) @ coef
    ### END SOLUTION


def mean_squared_error(y: np.ndarray, y_pred: np.ndarray) -> float:
    """The mean of the squared differences, `(1/n) sum (y_i - y_pred_i)^2`.

    Raises
    ------
    ValueError : naming an argument, if the lengths differ or there is NaN or infinity in the data.
    """
    ### BEGIN SOLUTION
    y, y_pred = _vector(y, "y"), _vector(y_pred, "y_pred")
    _same_length(y, y_pred, ("y", "y_pred"))
    return float(np.mean((y - y_pred) ** 2))
    ### END SOLUTION


def error_curve(
    x_train: np.ndarray,
    y_train: np.ndarray,
    x_test: np.ndarray,
    y_test: np.ndarray,
    degrees: Sequence[int],
) -> ErrorCurve:
    """Training and test error of a polynomial of each degree, fitted to the training data.

    Parameters
    ----------
    x_train, y_train : (n,) arrays.
    x_test, y_test : (m,) arrays; they choose the degree and are never fitted to.
    degrees : the degrees to try, each >= 0, in any order; results come in the order given.

    Returns
    -------
    ErrorCurve(degrees, train_mse, test_mse, best_degree). `best_degree` has the lowest test error;
    where two are exactly equal, the lower degree.

    Raises
    ------
    ValueError : naming the argument, if `degrees` is empty or holds a negative degree, lengths
        differ, or there is NaN or infinity in the data.

    Source: The Elements of Statistical Learning, 2nd ed., section 7.2.
    """
    ### BEGIN SOLUTION
    degrees = [int(degree) for degree in degrees]
    if not degrees:
        raise ValueError("degrees is empty; give at least one degree")
    x_test, y_test = _vector(x_test, "x_test"), _vector(y_test, "y_test")
    _same_length(x_test, y_test, ("x_test", "y_test"))
    fits = [fit_polynomial(x_train, y_train, degree) for degree in degrees]

    def errors(x, y):
        return np.array([mean_squared_error(y, predict_polynomial(coef, x)) for coef in fits])

    train_mse, test_mse = errors(x_train, y_train), errors(x_test, y_test)
    _, best_degree = min(zip(test_mse, degrees, strict=True))
    return ErrorCurve(degrees, train_mse, test_mse, best_degree)
    ### END SOLUTION
