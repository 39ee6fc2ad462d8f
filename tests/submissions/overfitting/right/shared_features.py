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
    return np.linalg.lstsq(polynomial_features(x, degree), y, rcond=None)[0]


def predict_polynomial(coef, x):
    coef = np.asarray(coef, dtype=np.float64)
    return polynomial_features(x, len(coef) - 1) @ coef


def mean_squared_error(y, y_pred):
    y, y_pred = _vec(y, "y"), _vec(y_pred, "y_pred")
    _pair(y, y_pred, ("y", "y_pred"))
    return float(np.mean((y - y_pred) ** 2))


def error_curve(x_train, y_train, x_test, y_test, degrees):
    degs = np.array(list(degrees))
    if degs.size == 0: raise ValueError("degrees")
    if degs.min() < 0: raise ValueError("degrees must be >= 0")
    xs = [_vec(v, n) for v, n in ((x_train, "x_train"), (y_train, "y_train"), (x_test, "x_test"), (y_test, "y_test"))]
    _pair(xs[0], xs[1], ("x_train", "y_train")); _pair(xs[2], xs[3], ("x_test", "y_test"))
    A, T = (np.vander(v, degs.max() + 1, increasing=True) for v in (xs[0], xs[2]))
    res = []
    for d in degs:
        c = np.linalg.lstsq(A[:, :d + 1], xs[1], rcond=None)[0]
        res.append((np.square(xs[1] - A[:, :d + 1] @ c).mean(), np.square(xs[3] - T[:, :d + 1] @ c).mean()))
    tr, te = map(np.array, zip(*res))
    return ErrorCurve(degs.tolist(), tr, te, int(degs[te == te.min()].min()))
