"""Polynomial fits and error curves done wrong on purpose, each in a way that learners really do."""

from __future__ import annotations

import numpy as np

from graders.diagnosis import misconception
from reference.overfitting import (
    ErrorCurve,
    error_curve,
    fit_polynomial,
    mean_squared_error,
    polynomial_features,
    predict_polynomial,
)


@misconception(
    "polynomial_features",
    "The column of ones is missing: the features begin with x¹. Without x⁰ the polynomial has no "
    "constant term and must pass through the origin.",
)
def no_column_of_ones(x, degree):
    return polynomial_features(x, degree)[:, 1:]


@misconception(
    "polynomial_features",
    "The powers come highest first, as np.vander gives them. The columns asked for are x⁰, x¹, …, "
    "so that coef[j] belongs to x to the power j.",
)
def highest_power_first(x, degree):
    return polynomial_features(x, degree)[:, ::-1]


@misconception(
    "polynomial_features",
    "The last power is missing: the exponents stop at degree − 1. range(degree) ends one before "
    "degree; there are degree + 1 columns.",
)
def last_power_missing(x, degree):
    return polynomial_features(x, degree)[:, :-1]


@misconception(
    "polynomial_features",
    "The powers of integers were taken in the integers' own type, where they overflow without a "
    "word. Convert x to float64 first.",
)
def integer_powers(x, degree):
    x = np.asarray(x)
    return (x[:, None] ** np.arange(degree + 1, dtype=x.dtype)).astype(float)


@misconception(
    "fit_polynomial",
    "The coefficients come highest power first, as np.polyfit gives them. Here coef[j] belongs to "
    "x to the power j, so reverse them.",
)
def coefficients_reversed(x, y, degree):
    return fit_polynomial(x, y, degree)[::-1]


@misconception(
    "fit_polynomial",
    "A small number was added to the diagonal of the normal equations to make them invertible. "
    "That is ridge regression: it is no longer the least squared error.",
)
def a_little_ridge(x, y, degree):
    V = polynomial_features(x, degree)
    return np.linalg.solve(V.T @ V + 1e-6 * np.eye(degree + 1), V.T @ np.asarray(y, float))


@misconception(
    "fit_polynomial",
    "Where several polynomials fit equally well, the highest coefficients were set to zero. The "
    "one of least norm is asked for, which uses all of them a little.",
)
def spare_coefficients_zero(x, y, degree):
    usable = min(degree, len(np.unique(x)) - 1)
    coef = np.zeros(degree + 1)
    coef[: usable + 1] = fit_polynomial(x, y, usable)
    return coef


@misconception(
    "fit_polynomial",
    "The normal equations were inverted as they stand. With fewer distinct x than coefficients they "
    "are singular, and there is no inverse; least squares on the powers themselves always works.",
)
def singular_normal_equations(x, y, degree):
    V = polynomial_features(x, degree)
    if np.linalg.matrix_rank(V) <= degree:
        raise np.linalg.LinAlgError("Singular matrix")
    return np.linalg.solve(V.T @ V, V.T @ np.asarray(y, float))


@misconception(
    "predict_polynomial",
    "The coefficients were read highest power first, as np.polyval does. coef[j] belongs to x to "
    "the power j.",
)
def evaluated_highest_first(coef, x):
    return np.polyval(np.asarray(coef, float), np.asarray(x, float))


@misconception(
    "mean_squared_error",
    "The squares were summed and not averaged. Without the division by n the errors of sets of "
    "different size cannot be compared.",
)
def sum_of_squares(y, y_pred):
    return mean_squared_error(y, y_pred) * len(y)


@misconception(
    "mean_squared_error",
    "This is the root of the mean squared error. It has the units of y, but the mean of the squares "
    "itself is asked for.",
)
def root_mean_square(y, y_pred):
    return float(np.sqrt(mean_squared_error(y, y_pred)))


@misconception(
    "mean_squared_error",
    "The absolute values of the differences were averaged. The squared error squares them first, "
    "which weighs large misses more.",
)
def mean_absolute_error(y, y_pred):
    mean_squared_error(y, y_pred)
    return float(np.mean(np.abs(np.asarray(y, float) - np.asarray(y_pred, float))))


def _best(curve, errors):
    lowest = min(zip(errors, curve.degrees, strict=True))[1]
    return ErrorCurve(curve.degrees, curve.train_mse, curve.test_mse, lowest)


@misconception(
    "error_curve",
    "The degree was chosen by the training error. That error always falls with the degree, so it "
    "picks the most flexible model, which is overfitting itself.",
)
def chosen_by_training_error(x_train, y_train, x_test, y_test, degrees):
    curve = error_curve(x_train, y_train, x_test, y_test, degrees)
    return _best(curve, curve.train_mse)


@misconception(
    "error_curve",
    "The polynomials were fitted to the training and test data together. Data that the fit has "
    "seen cannot tell how it does on new ones.",
)
def fitted_to_everything(x_train, y_train, x_test, y_test, degrees):
    error_curve(x_train, y_train, x_test, y_test, degrees)
    x, y = np.append(x_train, x_test), np.append(y_train, y_test)
    fits = [fit_polynomial(x, y, degree) for degree in degrees]
    train = [mean_squared_error(y_train, predict_polynomial(coef, x_train)) for coef in fits]
    test = [mean_squared_error(y_test, predict_polynomial(coef, x_test)) for coef in fits]
    curve = ErrorCurve(list(degrees), np.array(train), np.array(test), 0)
    return _best(curve, curve.test_mse)


@misconception(
    "error_curve",
    "The test error is that of polynomials fitted to the test data. Each polynomial is fitted once, "
    "to the training data, and then evaluated on both.",
)
def fitted_to_the_test_data(x_train, y_train, x_test, y_test, degrees):
    train = error_curve(x_train, y_train, x_test, y_test, degrees).train_mse
    own = error_curve(x_test, y_test, x_test, y_test, degrees)
    return _best(ErrorCurve(own.degrees, train, own.test_mse, 0), own.test_mse)


@misconception(
    "error_curve",
    "best_degree is the place of the best degree in the list. The degree that stands there is "
    "asked for.",
)
def place_instead_of_degree(x_train, y_train, x_test, y_test, degrees):
    curve = error_curve(x_train, y_train, x_test, y_test, degrees)
    return curve._replace(best_degree=curve.degrees.index(curve.best_degree))


@misconception(
    "error_curve",
    "Of equal test errors the first in the list was taken. Where errors are equal, the lower degree "
    "is the simpler model and wins, whatever the order.",
)
def first_of_ties(x_train, y_train, x_test, y_test, degrees):
    curve = error_curve(x_train, y_train, x_test, y_test, degrees)
    return curve._replace(best_degree=curve.degrees[int(np.argmin(curve.test_mse))])


@misconception(
    "error_curve",
    "The degrees were sorted, so the errors no longer stand where their degrees were given. Results "
    "come in the order of the argument.",
)
def degrees_sorted(x_train, y_train, x_test, y_test, degrees):
    return error_curve(x_train, y_train, x_test, y_test, sorted(degrees))


@misconception(
    "polynomial_features",
    "Rows and columns are exchanged. One row per point and one column per power is asked for, shape "
    "(n, degree + 1).",
)
def features_transposed(x, degree):
    return polynomial_features(x, degree).T


@misconception(
    "fit_polynomial",
    "The curve has no constant: the powers start at x, so it goes through the origin.",
)
def fitted_through_the_origin(x, y, degree):
    fit_polynomial(x, y, degree)
    features = polynomial_features(x, degree)[:, 1:]
    rest = np.linalg.lstsq(features, np.asarray(y, dtype=float), rcond=None)[0]
    return np.concatenate([[0.0], rest])


@misconception(
    "fit_polynomial",
    "x was scaled or centred for the fit and the coefficients were not taken back. They belong to "
    "the powers of x as it is given.",
)
def coefficients_of_standardised_x(x, y, degree):
    fit_polynomial(x, y, degree)
    x = np.asarray(x, dtype=float)
    scale = x.std() if x.std() > 0 else 1.0
    return fit_polynomial((x - x.mean()) / scale, y, degree)


@misconception(
    "fit_polynomial",
    "With too few points this is a solution, but not the shortest: np.polyfit scales the columns "
    "before it takes the one of least norm, and so makes the scaled coefficients short. Use lstsq "
    "or pinv on the plain powers.",
)
def shortest_in_scaled_columns(x, y, degree):
    fit_polynomial(x, y, degree)
    features, y = polynomial_features(x, degree), np.asarray(y, dtype=float)
    norms = np.linalg.norm(features, axis=0)
    norms[norms == 0] = 1.0
    return np.linalg.lstsq(features / norms, y, rcond=None)[0] / norms


@misconception(
    "predict_polynomial",
    "The constant was left out of the prediction. The sum starts at coef[0], which x does not "
    "multiply.",
)
def predicted_without_the_constant(coef, x):
    return predict_polynomial(coef, x) - float(np.asarray(coef)[0])


@misconception(
    "mean_squared_error",
    "The mean was halved, as losses are for the sake of a tidy gradient. The MSE has no half.",
)
def halved(y, y_pred):
    return mean_squared_error(y, y_pred) / 2


@misconception(
    "mean_squared_error",
    "This is the variance of the residuals, which forgives a prediction that is off by a constant. "
    "Square the differences themselves.",
)
def variance_of_residuals(y, y_pred):
    mean_squared_error(y, y_pred)
    return float(np.var(np.asarray(y, dtype=float) - np.asarray(y_pred, dtype=float)))


@misconception(
    "error_curve",
    "Of equal test errors the higher degree won. Ties go to the lower one: a simpler curve that does "
    "as well is the better choice.",
)
def ties_to_the_higher(x_train, y_train, x_test, y_test, degrees):
    curve = error_curve(x_train, y_train, x_test, y_test, degrees)
    best = np.array(curve.degrees)[curve.test_mse == curve.test_mse.min()].max()
    return curve._replace(best_degree=int(best))


@misconception(
    "error_curve",
    "Training and test error are exchanged, so best_degree was chosen by the training error. The order of "
    "the fields is degrees, train_mse, test_mse, best_degree.",
)
def errors_exchanged(x_train, y_train, x_test, y_test, degrees):
    curve = error_curve(x_train, y_train, x_test, y_test, degrees)
    best = np.array(curve.degrees)[curve.train_mse == curve.train_mse.min()].min()
    return ErrorCurve(curve.degrees, curve.test_mse, curve.train_mse, int(best))
