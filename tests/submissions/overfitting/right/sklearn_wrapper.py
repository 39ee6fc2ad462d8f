import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_squared_error as sk_mse
from sklearn.preprocessing import PolynomialFeatures


def _clean(values, name):
    values = np.asarray(values, dtype=float)
    if not np.isfinite(values).all():
        raise ValueError(name + " has NaN or infinity")
    return values


def polynomial_features(x, degree):
    if degree < 0:
        raise ValueError("degree is negative")
    return PolynomialFeatures(degree).fit_transform(_clean(x, "x").reshape(-1, 1))


def fit_polynomial(x, y, degree):
    V, y = polynomial_features(x, degree), _clean(y, "y")
    if len(V) != len(y):
        raise ValueError("x and y differ in length")
    return LinearRegression(fit_intercept=False).fit(V, y).coef_


def predict_polynomial(coef, x):
    return polynomial_features(x, len(coef) - 1).dot(coef)


def mean_squared_error(y, y_pred):
    if len(y) != len(y_pred):
        raise ValueError("y and y_pred differ in length")
    return sk_mse(_clean(y, "y"), _clean(y_pred, "y_pred"))


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

