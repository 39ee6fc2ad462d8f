import numpy as np
from numpy.polynomial import polynomial as P


def _clean(values, name):
    values = np.asarray(values, dtype=float)
    if not np.isfinite(values).all():
        raise ValueError(name + " has NaN or infinity")
    return values


def polynomial_features(x, degree):
    if degree < 0:
        raise ValueError("degree is negative")
    return P.polyvander(_clean(x, "x"), degree)


def fit_polynomial(x, y, degree):
    V, y = polynomial_features(x, degree), _clean(y, "y")
    if len(V) != len(y):
        raise ValueError("x and y differ in length")
    return np.linalg.pinv(V) @ y


def predict_polynomial(coef, x):
    return P.polyval(_clean(x, "x"), np.asarray(coef, float))


def mean_squared_error(y, y_pred):
    y, y_pred = _clean(y, "y"), _clean(y_pred, "y_pred")
    if len(y) != len(y_pred):
        raise ValueError("y and y_pred differ in length")
    return ((y - y_pred) ** 2).mean()


def error_curve(x_train, y_train, x_test, y_test, degrees):
    degrees = np.asarray(degrees, dtype=int)
    if degrees.size == 0:
        raise ValueError("degrees must hold at least one degree")
    fits = [fit_polynomial(x_train, y_train, int(d)) for d in degrees]
    train = np.array([mean_squared_error(y_train, predict_polynomial(c, x_train)) for c in fits])
    test = np.array([mean_squared_error(y_test, predict_polynomial(c, x_test)) for c in fits])
    order = np.lexsort((degrees, test))
    return degrees, train, test, degrees[order[0]]
