"""Two QR decompositions."""
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
    Q, R, order = scipy.linalg.qr(A, mode="economic", pivoting=True)
    rank = int(np.sum(np.abs(np.diag(R)) > 1e-13 * abs(R[0, 0])))
    # of least norm: a second QR, of the rows of R that count
    Z, T = np.linalg.qr(R[:rank].T)
    coef = np.empty(A.shape[1])
    coef[order] = Z @ np.linalg.solve(T.T, Q[:, :rank].T @ y)
    return coef


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
