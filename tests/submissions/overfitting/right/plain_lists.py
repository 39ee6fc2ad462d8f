import math

import numpy as np


def _clean(values, name):
    values = np.asarray(values, dtype=float)
    if not np.isfinite(values).all():
        raise ValueError(name + " has NaN or infinity")
    return values


def polynomial_features(x, degree):
    if degree < 0:
        raise ValueError("degree is negative")
    return [[float(v) ** j for j in range(degree + 1)] for v in _clean(x, "x")]


def fit_polynomial(x, y, degree):
    V, y = np.array(polynomial_features(x, degree)), _clean(y, "y")
    if len(V) != len(y):
        raise ValueError("x and y differ in length")
    return np.linalg.lstsq(V, y, rcond=None)[0].tolist()


def predict_polynomial(coef, x):
    return [math.fsum(c * float(v) ** j for j, c in enumerate(coef)) for v in _clean(x, "x")]


def mean_squared_error(y, y_pred):
    y, y_pred = list(_clean(y, "y")), list(_clean(y_pred, "y_pred"))
    if len(y) != len(y_pred):
        raise ValueError("y and y_pred differ in length")
    return math.fsum((a - b) ** 2 for a, b in zip(y, y_pred)) / len(y)


def error_curve(x_train, y_train, x_test, y_test, degrees):
    if len(degrees) == 0:
        raise ValueError("degrees is empty")
    train, test = [], []
    for d in degrees:
        c = fit_polynomial(x_train, y_train, d)
        train.append(mean_squared_error(y_train, predict_polynomial(c, x_train)))
        test.append(mean_squared_error(y_test, predict_polynomial(c, x_test)))
    low = min(test)
    best = min(d for d, e in zip(degrees, test) if e == low)
    return list(degrees), train, test, best

