"""Loops in plain Python, lists everywhere."""
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
        raise ValueError(f"degree is {degree}")
    rows = []
    for value in x:
        row = [1.0]
        for _ in range(degree):
            row.append(row[-1] * float(value))
        rows.append(row)
    return rows


def fit_polynomial(x, y, degree):
    x, y = vector(x, "x"), vector(y, "y")
    same_length(x, y, "x and y")
    A = np.array(polynomial_features(x, degree))
    return np.linalg.lstsq(A, y, rcond=None)[0]


def predict_polynomial(coef, x):
    coef, x = vector(coef, "coef"), vector(x, "x")
    return [sum(float(c) * float(v) ** j for j, c in enumerate(coef)) for v in x]


def mean_squared_error(y, y_pred):
    y, y_pred = vector(y, "y"), vector(y_pred, "y_pred")
    same_length(y, y_pred, "y and y_pred")
    return np.mean((y - y_pred) ** 2)


def error_curve(x_train, y_train, x_test, y_test, degrees):
    if len(degrees) == 0:
        raise ValueError("degrees is empty")
    train, test = [], []
    best, best_error = None, None
    for degree in degrees:
        coef = fit_polynomial(x_train, y_train, degree)
        train.append(mean_squared_error(y_train, predict_polynomial(coef, x_train)))
        error = mean_squared_error(y_test, predict_polynomial(coef, x_test))
        test.append(error)
        if best is None or error < best_error or (error == best_error and degree < best):
            best, best_error = degree, error
    return degrees, train, test, best
