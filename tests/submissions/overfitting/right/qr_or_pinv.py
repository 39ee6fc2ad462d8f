"""QR where the solution is unique, else a pseudo-inverse."""
from typing import NamedTuple

import numpy as np
import scipy.linalg


def vector(a, name):
    a = np.array(a, dtype=float)
    if a.ndim != 1:
        raise ValueError(name + " must be one-dimensional")
    if not np.isfinite(a).all():
        raise ValueError(name + " must be finite")
    return a


def same_length(a, b, names):
    if len(a) != len(b):
        raise ValueError(names + " differ in length")


def polynomial_features(x, degree):
    x = vector(x, "x")
    if degree < 0:
        raise ValueError("degree must not be negative")
    return x[:, None] ** np.arange(degree + 1)


def fit_polynomial(x, y, degree):
    x, y = vector(x, "x"), vector(y, "y")
    same_length(x, y, "x and y")
    A = np.array(polynomial_features(x, degree))
    if len(np.unique(x)) <= degree:
        return np.linalg.pinv(A) @ y
    Q, R = np.linalg.qr(A)
    return tuple(scipy.linalg.solve_triangular(R, Q.T @ y))


def predict_polynomial(coef, x):
    coef = vector(coef, "coef")
    return np.array(polynomial_features(x, len(coef) - 1)) @ coef


def mean_squared_error(y, y_pred):
    y, y_pred = vector(y, "y"), vector(y_pred, "y_pred")
    same_length(y, y_pred, "y and y_pred")
    return np.mean((y - y_pred) ** 2)


class ErrorCurve(NamedTuple):
    degrees: np.ndarray
    train_mse: np.ndarray
    test_mse: np.ndarray
    best_degree: int


def error_curve(x_train, y_train, x_test, y_test, degrees):
    degrees = np.asarray(degrees)
    if degrees.size == 0:
        raise ValueError("degrees must not be empty")
    fits = [fit_polynomial(x_train, y_train, int(d)) for d in degrees]
    train = np.array([mean_squared_error(y_train, predict_polynomial(c, x_train)) for c in fits])
    test = np.array([mean_squared_error(y_test, predict_polynomial(c, x_test)) for c in fits])
    best = degrees[np.lexsort((degrees, test))[0]]
    return ErrorCurve(degrees, train, test, best)
