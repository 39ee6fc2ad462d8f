from fractions import Fraction as F
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


def fit_polynomial(x, y, degree):
    x, y = _vec(x, "x"), _vec(y, "y")
    _pair(x, y, ("x", "y"))
    A = polynomial_features(x, degree)
    k = degree + 1
    if len(np.unique(x)) < k or k > 9 or len(x) > 40:
        return np.linalg.lstsq(A, y, rcond=None)[0]
    xs = [F(v) for v in x.tolist()]; ys = [F(v) for v in y.tolist()]
    pw = [sum(v**m for v in xs) for m in range(2 * degree + 1)]
    M = [[pw[i + j] for j in range(k)] + [sum(a**i * b for a, b in zip(xs, ys))] for i in range(k)]
    for i in range(k):
        p = next(r for r in range(i, k) if M[r][i] != 0); M[i], M[p] = M[p], M[i]
        M[i] = [v / M[i][i] for v in M[i]]
        for r in range(k):
            if r != i: M[r] = [a - M[r][i] * b for a, b in zip(M[r], M[i])]
    return np.array([float(row[-1]) for row in M])
