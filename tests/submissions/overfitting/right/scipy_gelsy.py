import numpy as np
from scipy import linalg


def _clean(values, name):
    values = np.asarray(values, dtype=float)
    if not np.isfinite(values).all():
        raise ValueError(name + " has NaN or infinity")
    return values


def polynomial_features(x, degree):
    if degree < 0:
        raise ValueError("degree is negative")
    return np.vander(_clean(x, "x"), degree + 1, increasing=True)


def fit_polynomial(x, y, degree):
    V, y = polynomial_features(x, degree), _clean(y, "y")
    if len(V) != len(y):
        raise ValueError("x and y differ in length")
    # SciPy's own cut-off, eps, is now and then below what rounding leaves of a repeated column
    return linalg.lstsq(V, y, cond=1e-14, lapack_driver="gelsy")[0]


def predict_polynomial(coef, x):
    return polynomial_features(x, len(coef) - 1) @ np.asarray(coef)


def mean_squared_error(y, y_pred):
    y, y_pred = _clean(y, "y"), _clean(y_pred, "y_pred")
    if len(y) != len(y_pred):
        raise ValueError("y and y_pred differ in length")
    return ((y - y_pred) ** 2).mean()


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

