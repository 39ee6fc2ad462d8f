"""Hidden checks of `overfitting`: least squares judged by its fitted values, curves by identity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from exercises.checking import (
    array,
    close,
    ensure,
    fields,
    integer,
    leaves_arguments_alone,
    leaves_global_randomness_alone,
    number,
    rejects,
)
from graders.checks.strategies import for_all, seeds

NAMES = ("degrees", "train_mse", "test_mse", "best_degree")
EPS = np.finfo(float).eps
#: A value and its powers are computed to a few eps each; this leaves room for any order of sums.
ROUNDING = 1e-12


def powers(x, degree):
    return np.asarray(x, dtype=float)[:, None] ** np.arange(degree + 1)


def best_fit(x, y, degree):
    """The least-squares fitted values, by an orthonormal basis that no power spoils."""
    x = np.asarray(x, dtype=float)
    middle, half = (x.max() + x.min()) / 2, max((x.max() - x.min()) / 2, 1e-300)
    basis = np.polynomial.legendre.legvander((x - middle) / half, degree)
    U, s, _ = np.linalg.svd(basis, full_matrices=False)
    U = U[:, s > 1e-10 * s[0]]
    return U @ (U.T @ y)


def fit(submission, x, y, degree):
    coef = submission.fit_polynomial(x, y, degree)
    return array(coef, (degree + 1,), "fit_polynomial(x, y, degree)")


def least_squares(x, y, degree, coef, eps=1e3):
    """Fail unless the fitted values are those of least squares.

    A backward stable solver errs in them by some eps times |V| |coef| + |y|, V the powers; the
    normal equations err by cond(V) times as much.
    """
    V = powers(x, degree)
    error = np.linalg.norm(V @ coef - best_fit(x, y, degree))
    bound = eps * EPS * (np.linalg.norm(V) * np.linalg.norm(coef) + np.linalg.norm(y)) + 1e-300
    ensure(
        error <= bound,
        "The polynomial is not the one of least squared error: its fitted values are off by "
        f"{error:.2g}, where rounding explains at most {bound:.1g}.",
    )


@st.composite
def curves(draw, rows=st.integers(8, 30), low=-1.0, high=1.0):
    """Noisy values of a smooth curve at distinct points, rounded so that they can be read."""
    n = draw(rows)
    rng = np.random.default_rng(draw(seeds))
    x = low + (high - low) * (np.arange(n) + rng.uniform(0, 0.9, size=n)) / n
    x = np.round(rng.permutation(x), 3)
    return x, np.round(np.sin(2.5 * x) + 0.3 * rng.normal(size=n) + draw(st.integers(-3, 3)), 2)


@pytest.mark.check(
    "polynomial_features", points=2, hint="Columns x⁰, x¹, …, x^degree, in that order."
)
@for_all(seed=seeds, n=st.integers(1, 12), degree=st.integers(0, 9))
def test_features(submission, seed, n, degree):
    """polynomial_features: the columns x⁰ … x^degree"""
    x = np.round(np.random.default_rng(seed).uniform(-3, 3, size=n), 2)
    x[0] = 0.0  # 0⁰ is 1
    features = submission.polynomial_features(x, degree)
    features = array(features, (n, degree + 1), "polynomial_features(x, degree)")
    expected = powers(x, degree)
    for power in range(degree + 1):
        close(features[:, power], expected[:, power], f"Column {power}", rtol=ROUNDING)


@pytest.mark.check(
    "polynomial_features", "fit_polynomial", "predict_polynomial", "mean_squared_error",
    points=1,
    hint="Convert x to float64 before you raise it to a power: integers overflow silently.",
)  # fmt: skip
@for_all(max_examples=12, seed=seeds, kind=st.sampled_from(["int8", "int64", "uint8", "float32"]))
def test_integer_and_float32_input(submission, seed, kind):
    """Integer and float32 input is computed in float64"""
    rng = np.random.default_rng(seed)
    x = rng.choice(np.arange(1, 100), size=9, replace=False).astype(kind)
    if kind == "int64":
        x = x * 1000  # the fourth power is beyond 64 bits
    features = array(submission.polynomial_features(x, 4), (9, 5), "polynomial_features(x, 4)")
    close(features[:, 4], powers(x, 4)[:, 4], "Column 4 of integer x", rtol=ROUNDING)
    small = (x % 8).astype(kind)
    y = rng.integers(0, 9, size=9).astype(kind)
    coef = fit(submission, small, y, 2)
    least_squares(small.astype(float), y.astype(float), 2, coef)
    predicted = submission.predict_polynomial(np.array([1, 0, 2, 1]), x)
    predicted = array(predicted, (9,), "predict_polynomial(coef, x)")
    close(predicted, powers(x, 3) @ [1, 0, 2, 1], "predict_polynomial(coef, x)", rtol=ROUNDING)
    a, b = (rng.uniform(0, 100, size=9).astype(kind) for _ in range(2))
    error = number(submission.mean_squared_error(a, b), "mean_squared_error(y, y_pred)")
    expected = np.mean((a.astype(float) - b.astype(float)) ** 2)
    close(error, expected, "mean_squared_error of integers or float32", rtol=ROUNDING)


@pytest.mark.check("fit_polynomial", points=3, hint="Least squares on the powers of x.")
@for_all(curve=curves(), degree=st.integers(0, 6))
def test_least_squares(submission, curve, degree):
    """fit_polynomial: no polynomial of that degree has a smaller squared error"""
    x, y = curve
    least_squares(x, y, degree, fit(submission, x, y, degree))


@pytest.mark.check(
    "fit_polynomial",
    points=2,
    hint="Powers are nearly collinear: use lstsq, pinv or QR on them, never the inverse of V'V.",
)
@for_all(max_examples=12, curve=curves(st.integers(25, 40)), degree=st.integers(13, 14))
def test_high_degree(submission, curve, degree):
    """fit_polynomial at degree 13 and 14, to all the digits that the powers leave"""
    x, y = curve
    # the condition is 1e5: stable solvers leave 1 eps here, the normal equations 1e3 to 1e5; a
    # library that cuts singular values at 1e-6 is still right
    least_squares(x, y, degree, fit(submission, x, y, degree), eps=300)


@pytest.mark.check(
    "fit_polynomial",
    points=2,
    hint="lstsq and pinv give the solution of least norm; polyfit scales columns, a different one.",
)
@for_all(
    max_examples=20,
    seed=seeds,
    distinct=st.integers(1, 4),
    extra=st.integers(1, 3),
    repeats=st.integers(1, 3),
)
def test_minimum_norm(submission, seed, distinct, extra, repeats):
    """Fewer distinct points than coefficients: the solution of least norm"""
    rng = np.random.default_rng(seed)
    x = np.repeat(rng.choice([-2.0, -1.0, 0.0, 1.0, 2.0], size=distinct, replace=False), repeats)
    y = rng.integers(-5, 6, size=len(x)).astype(float)
    degree = distinct - 1 + extra
    coef = fit(submission, x, y, degree)
    least_squares(x, y, degree, coef)
    V = powers(x, degree)
    shortest = np.linalg.pinv(V, rcond=1e-10) @ y
    # points on small integers: the condition of V over its range is below 1e4
    atol = 1e-9 * (1 + np.linalg.norm(y))
    close(np.linalg.norm(coef), np.linalg.norm(shortest), "The norm of coef", rtol=1e-8, atol=atol)


@pytest.mark.check("predict_polynomial", points=1, hint="coef[0] belongs to x⁰.")
@for_all(seed=seeds, degree=st.integers(0, 8), m=st.integers(1, 12))
def test_predictions(submission, seed, degree, m):
    """predict_polynomial: the polynomial's values, lowest power first"""
    rng = np.random.default_rng(seed)
    coef = rng.integers(-4, 5, size=degree + 1).astype(float)
    x = np.round(rng.uniform(-2, 2, size=m), 2)
    predicted = array(submission.predict_polynomial(coef, x), (m,), "predict_polynomial(coef, x)")
    size = np.abs(powers(x, degree)) @ np.abs(coef)
    close(
        predicted, powers(x, degree) @ coef, "predict_polynomial(coef, x)", atol=1e-12 * size.max()
    )


@pytest.mark.check(
    "fit_polynomial",
    "predict_polynomial",
    points=1,
    hint="Fit and prediction must share one order.",
)
@for_all(max_examples=12, curve=curves(), degree=st.integers(0, 5))
def test_fit_and_predict_belong_together(submission, curve, degree):
    """Predictions of the fit at its own points are the fitted values"""
    x, y = curve
    coef = submission.fit_polynomial(x, y, degree)
    fitted = array(submission.predict_polynomial(coef, x), (len(x),), "predict_polynomial(fit, x)")
    close(fitted, best_fit(x, y, degree), "The fitted values", rtol=1e-7, atol=1e-9)


@pytest.mark.check("mean_squared_error", points=1, hint="np.mean((y - y_pred) ** 2)")
@for_all(seed=seeds, n=st.integers(1, 40), scale=st.sampled_from([1e-6, 1.0, 1e6]))
def test_mean_squared_error(submission, seed, n, scale):
    """mean_squared_error: the mean of the squared differences"""
    rng = np.random.default_rng(seed)
    y, y_pred = scale * rng.normal(size=n), scale * rng.normal(size=n)
    error = number(submission.mean_squared_error(y, y_pred), "mean_squared_error(y, y_pred)")
    close(error, np.mean((y - y_pred) ** 2), "mean_squared_error(y, y_pred)", rtol=ROUNDING)


@st.composite
def splits(draw):
    """A training and a test set of one curve, and degrees to try in any order."""
    x, y = draw(curves(st.integers(16, 30)))
    cut = draw(st.integers(9, 12))
    degrees = draw(st.lists(st.integers(0, 6), min_size=1, max_size=5, unique=True))
    return x[:cut], y[:cut], x[cut:], y[cut:], degrees


def curve_of(submission, x_train, y_train, x_test, y_test, degrees):
    curve = submission.error_curve(x_train, y_train, x_test, y_test, degrees)
    found = fields(curve, NAMES, "error_curve")
    count = len(degrees)
    return (
        array(found.degrees, (count,), "degrees"),
        array(found.train_mse, (count,), "train_mse"),
        array(found.test_mse, (count,), "test_mse"),
        integer(found.best_degree, "best_degree"),
    )


@pytest.mark.check(
    "error_curve",
    points=2,
    hint="Fit to x_train, y_train; each error on its own data; keep the order.",
)
@for_all(split=splits())
def test_errors_by_degree(submission, split):
    """error_curve: training and test errors in the order of the degrees given"""
    x_train, y_train, x_test, y_test, degrees = split
    found, train_mse, test_mse, _ = curve_of(submission, *split)
    ensure(bool(np.all(found == degrees)), "degrees should come back in the order given.")
    scale = np.var(y_train) + np.var(y_test)
    for k, degree in enumerate(degrees):
        V = powers(x_train, degree)
        coef = np.linalg.lstsq(V, y_train, rcond=None)[0]
        expected = np.mean((y_train - V @ coef) ** 2)
        close(
            train_mse[k], expected, f"train_mse at degree {degree}", rtol=1e-7, atol=1e-10 * scale
        )
        off = y_test - powers(x_test, degree) @ coef
        # outside the training points a fit's rounding grows with its coefficients
        close(
            test_mse[k],
            np.mean(off**2),
            f"test_mse at degree {degree}",
            rtol=1e-5,
            atol=1e-9 * scale,
        )


@pytest.mark.check(
    "error_curve",
    points=1,
    hint="Take both errors from predictions: lstsq returns no residuals where the rank is short.",
)
@for_all(max_examples=10, seed=seeds, distinct=st.integers(1, 3), repeats=st.integers(2, 3))
def test_errors_where_points_repeat(submission, seed, distinct, repeats):
    """error_curve: training errors where x repeats, and no polynomial goes through every point"""
    rng = np.random.default_rng(seed)
    x = np.repeat([0.0, 1.0, 2.0][:distinct], repeats)
    y = rng.integers(-5, 6, size=len(x)).astype(float)
    y[:2] = (-1.0, 3.0)  # at the same x
    degrees = [len(x), distinct - 1, distinct + 1]
    _, train_mse, _, _ = curve_of(submission, x, y, x + 0.5, y, degrees)
    expected = np.mean((y - best_fit(x, y, distinct - 1)) ** 2)
    for k, degree in enumerate(degrees):
        close(train_mse[k], expected, f"train_mse at degree {degree}", rtol=1e-8)


@pytest.mark.check("error_curve", points=1, hint="The degree itself, at the lowest of test_mse.")
@for_all(split=splits(), unit=st.sampled_from([1.0, 1e-6]))
def test_best_degree(submission, split, unit):
    """error_curve: best_degree has the lowest test error, in any unit of y"""
    x_train, y_train, x_test, y_test, degrees = split
    # errors of 1e-12 are no ties, though they look it to np.isclose
    _, _, test_mse, best = curve_of(
        submission, x_train, unit * y_train, x_test, unit * y_test, degrees
    )
    lowest = min(zip(test_mse, degrees, strict=True))[1]
    ensure(best == lowest, f"best_degree is {best}, but test_mse is lowest at another degree.")


@pytest.mark.check(
    "error_curve", points=1, hint="Of equal errors the lower degree is the simpler model."
)
@for_all(max_examples=12, degrees=st.permutations([0, 1, 2, 3]), keep=st.integers(2, 4))
def test_ties_go_to_the_lower_degree(submission, degrees, keep):
    """error_curve: exact ties go to the lower degree, whatever the order"""
    degrees = degrees[:keep]
    x = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    # y = 0 makes every fit exactly zero, and so every error
    zeros = np.zeros(5)
    _, _, test_mse, best = curve_of(submission, x, zeros, x + 0.5, zeros, degrees)
    ensure(not test_mse.any(), "Where y is 0 everywhere, every error is exactly 0.")
    ensure(best == min(degrees), f"All errors are equal, but best_degree is {best}.")


@pytest.mark.check(
    "polynomial_features", "fit_polynomial", "predict_polynomial", "mean_squared_error", "error_curve",
    points=1, hint="Work on copies: x = np.asarray(x, dtype=float) shares memory, so never use +=.",
)  # fmt: skip
@for_all(max_examples=5, split=splits())
def test_arguments_are_left_alone(submission, split):
    """Arguments and global random state are left alone"""
    x, y = split[0], split[1]
    coef = np.array([1.0, 2.0, -1.0])
    for function, arguments in (
        (submission.polynomial_features, (x, 3)),
        (submission.fit_polynomial, (x, y, 2)),
        (submission.predict_polynomial, (coef, x)),
        (submission.mean_squared_error, (y, x)),
        (submission.error_curve, (*split[:4], np.array(split[4]))),
    ):
        function(*arguments)
        leaves_arguments_alone(submission.last)
        leaves_global_randomness_alone(submission.last)


@pytest.mark.check(
    "polynomial_features", "fit_polynomial", "predict_polynomial", "mean_squared_error",
    points=1, hint="Check the degree, the lengths and np.isfinite first, and name the argument.",
)  # fmt: skip
def test_bad_input(submission):
    """Bad input raises a ValueError that names the argument"""
    x, y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 0.0, 2.0])
    for degree in (-1, -3):
        rejects(submission.polynomial_features, x, degree, names=["degree"])
        rejects(submission.fit_polynomial, x, y, degree, names=["degree"])
    rejects(submission.fit_polynomial, x, y[:2], 1, names=["x", "y"])
    rejects(submission.mean_squared_error, y, y[:2], names=["y", "y_pred"])
    # a length of one would be broadcast without a word
    rejects(submission.mean_squared_error, y, y[:1], names=["y", "y_pred"])
    for bad in (np.nan, np.inf, -np.inf):
        spoiled = np.array([0.0, bad, 2.0])
        rejects(submission.polynomial_features, spoiled, 2, names=["x"])
        rejects(submission.fit_polynomial, spoiled, y, 1, names=["x"])
        rejects(submission.fit_polynomial, x, spoiled, 1, names=["y"])
        rejects(submission.predict_polynomial, np.array([1.0, 2.0]), spoiled, names=["x"])
        rejects(submission.mean_squared_error, spoiled, y, names=["y"])
        rejects(submission.mean_squared_error, y, spoiled, names=["y_pred"])


@pytest.mark.check(
    "error_curve",
    points=1,
    hint="An empty list of degrees has no best one; and check all four arrays.",
)
def test_bad_input_to_the_curve(submission):
    """Bad input to error_curve raises a ValueError that names the argument"""
    x, y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 0.0, 2.0])
    spoiled = np.array([0.0, np.nan, 2.0])
    curve = submission.error_curve
    rejects(curve, x, y, x, y, [], names=["degrees", "degree"])
    rejects(curve, x, y, x, y, [1, -1], names=["degrees", "degree"])
    rejects(curve, x[:2], y, x, y, [1], names=["x_train", "y_train", "x", "y"])
    rejects(curve, x, y, x, y[:2], [1], names=["x_test", "y_test", "x", "y", "y_pred"])
    rejects(curve, spoiled, y, x, y, [1], names=["x_train", "x"])
    rejects(curve, x, spoiled, x, y, [1], names=["y_train", "y"])
    rejects(curve, x, y, spoiled, y, [1], names=["x_test", "x"])
    rejects(curve, x, y, x, spoiled, [1], names=["y_test", "y"])
