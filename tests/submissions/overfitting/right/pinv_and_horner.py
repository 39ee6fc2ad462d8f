"""A pseudo-inverse, and Horner's rule."""
from typing import NamedTuple

import numpy as np


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
        raise ValueError("degree < 0")
    columns = np.tile(x[:, None], (1, degree + 1))
    columns[:, 0] = 1.0
    return np.cumprod(columns, axis=1)


def fit_polynomial(x, y, degree):
    x, y = vector(x, "x"), vector(y, "y")
    same_length(x, y, "x and y")
    A = np.array(polynomial_features(x, degree))
    return np.linalg.pinv(A) @ y


def predict_polynomial(coef, x):
    coef, x = vector(coef, "coef"), vector(x, "x")
    total = np.zeros(len(x))
    for c in coef[::-1]:
        total = total * x + c
    return total


def mean_squared_error(y, y_pred):
    y, y_pred = vector(y, "y"), vector(y_pred, "y_pred")
    same_length(y, y_pred, "y and y_pred")
    d = y_pred - y
    return np.array(d @ d / len(d))


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
