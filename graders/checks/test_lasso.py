"""Hidden checks of `lasso`, by the duality gap and the exact zeros of the learner's own answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from exercises.checking import (
    array,
    close,
    ensure,
    gives_no_warning,
    leaves_arguments_alone,
    leaves_global_randomness_alone,
    number,
    rejects,
)
from graders.certificates.optimality import largest_strength
from graders.certificates.sparse_fits import (
    BAD_STRENGTHS,
    JUST_ABOVE,
    X_GOOD,
    Y_GOOD,
    exact_zeros,
    optimal,
    read_fit,
    rejects_bad_data,
    unpenalised,
)
from graders.checks.strategies import (
    collinear_designs,
    for_all,
    regression_problems,
    scaled_columns,
    seeds,
    sparse_problems,
    wide_problems,
)


def solve(submission, X, y, lam, **options):
    answer = submission.lasso_coordinate_descent(X, y, lam, **options)
    return read_fit(answer, np.shape(X)[1], "lasso_coordinate_descent")


@pytest.mark.check(
    "soft_threshold", points=1, hint="sign(z) · max(|z| − gamma, 0), for the whole array at once."
)
@for_all(
    z=st.lists(st.floats(-100, 100, width=32), min_size=1, max_size=8),
    gamma=st.sampled_from([0.0, 0.25, 1.0, 7.5]),
    knot=st.booleans(),
)
def test_soft_threshold(submission, z, gamma, knot):
    """soft_threshold moves every element towards zero by gamma, and to exactly 0 within it"""
    z = np.array([*z, gamma, -gamma] if knot else z)
    shrunk = array(submission.soft_threshold(z, gamma), z.shape, "soft_threshold(z, gamma)")
    leaves_arguments_alone(submission.last)
    inside = np.abs(z) <= gamma
    ensure(
        bool(np.all(shrunk[inside] == 0)),
        "soft_threshold is not exactly 0 where |z| ≤ gamma.",
    )
    close(
        shrunk, np.sign(z) * (np.abs(z) - gamma) * ~inside, "soft_threshold(z, gamma)", rtol=1e-14
    )


@pytest.mark.check(
    "soft_threshold",
    points=1,
    hint="z may be a number or an array of any shape and type; compute in float64.",
)
@for_all(max_examples=12, seed=seeds, gamma=st.sampled_from([0.3, 0.75, 2]))
def test_soft_threshold_of_any_input(submission, seed, gamma):
    """soft_threshold takes numbers, grids, integers and float32"""
    grid = np.random.default_rng(seed).uniform(-5, 5, size=(3, 4))
    cases = (grid, grid[0].astype(np.float32), np.round(grid[1]).astype(int), float(grid[2, 0]), -4)
    for z in cases:
        exact = np.asarray(z, dtype=np.float64)
        shrunk = array(submission.soft_threshold(z, gamma), exact.shape, "soft_threshold(z, gamma)")
        expected = np.sign(exact) * np.maximum(np.abs(exact) - gamma, 0)
        close(shrunk, expected, "soft_threshold(z, gamma)", rtol=1e-14)


@pytest.mark.check(
    "lambda_max", points=1, hint="2/n times the largest |Xc_j'yc|, with both X and y centred."
)
@for_all(
    problem=st.one_of(regression_problems(), wide_problems(), scaled_columns()),
    constant=st.booleans(),
)
def test_lambda_max(submission, problem, constant):
    """lambda_max is the steepest slope of the MSE at w = 0"""
    X, y, _ = problem
    if constant:
        X = np.column_stack([X, np.full(len(y), 40.0)])
    size = 2 / len(y) * np.linalg.norm(X, axis=0).max() * np.linalg.norm(y)
    largest = number(submission.lambda_max(X, y), "lambda_max(X, y)")
    leaves_arguments_alone(submission.last)
    # a sum of n products carries n·eps of their size, and less is lost by centring
    close(largest, largest_strength(X, y), "lambda_max(X, y)", rtol=0, atol=1e-13 * size)


@pytest.mark.check(
    "lasso_coordinate_descent",
    points=3,
    hint="w_j = S(Xc_j'r_j / n, lam/2) / (Xc_j'Xc_j / n): check lam/2, both n, and that r_j leaves "
    "out column j's own part and knows of the updates before.",
)
@for_all(problem=sparse_problems())
def test_minimises_the_objective(submission, problem):
    """The coefficients minimise MSE + lam·‖w‖₁"""
    X, y, lam = problem
    coef, _, _ = solve(submission, X, y, lam)
    optimal(X, y, lam, 0.0, coef)


@pytest.mark.check(
    "lasso_coordinate_descent",
    points=1,
    hint="Centre X and y, descend on the coefficients, then get the intercept from the means.",
)
@for_all(max_examples=15, problem=sparse_problems(), shift=st.sampled_from([100.0, -50.0, 1000.0]))
def test_intercept_is_not_penalised(submission, problem, shift):
    """The intercept is not penalised: moving y moves the intercept alone"""
    X, y, lam = problem
    coef, intercept, _ = solve(submission, X, y + shift, lam)
    unpenalised(X, y + shift, coef, intercept)
    optimal(X, y + shift, lam, 0.0, coef)


@pytest.mark.check(
    "lasso_coordinate_descent",
    points=1,
    hint="soft_threshold gives exact zeros: do not round, and do not add a small number anywhere.",
)
@for_all(
    max_examples=15,
    problem=sparse_problems(
        regression_problems(rows=st.integers(10, 30), columns=st.integers(4, 12)),
        st.sampled_from([0.1, 0.3, 0.6]),
    ),
)
def test_zeros_are_exact(submission, problem):
    """Coefficients that are zero at the minimum are exactly 0.0"""
    X, y, lam = problem
    coef, _, _ = solve(submission, X, y, lam)
    optimal(X, y, lam, 0.0, coef)
    exact_zeros(X, y, lam, 0.0, coef)


@pytest.mark.check(
    "lasso_coordinate_descent",
    points=1,
    hint="From lambda_max on nothing is left, wherever the descent started.",
)
@for_all(
    max_examples=15,
    problem=st.one_of(regression_problems(), wide_problems()),
    times=st.sampled_from([JUST_ABOVE, 1.5, 1e6]),
    warm=st.booleans(),
)
def test_all_zero_from_lambda_max(submission, problem, times, warm):
    """From lambda_max on, every coefficient is exactly 0 and the intercept is mean(y)"""
    X, y, _ = problem
    start = {"coef_init": np.linspace(-2, 2, X.shape[1])} if warm else {}
    coef, intercept, _ = solve(submission, X, y, times * largest_strength(X, y), **start)
    ensure(
        bool(np.all(coef == 0)),
        f"{np.sum(coef != 0)} of {len(coef)} coefficients are not 0 at lam ≥ lambda_max.",
    )
    unpenalised(X, y, coef, intercept)


@pytest.mark.check("lasso_coordinate_descent", points=1, hint="Nothing in the descent needs n > p.")
@for_all(
    max_examples=10,
    problem=st.one_of(
        sparse_problems(wide_problems(), st.sampled_from([0.1, 0.4])),
        regression_problems(rows=st.just(1), columns=st.integers(2, 4)),
    ),
)
def test_more_columns_than_rows(submission, problem):
    """More columns than rows"""
    X, y, lam = problem
    coef, intercept, _ = solve(submission, X, y, lam)
    optimal(X, y, lam, 0.0, coef)
    exact_zeros(X, y, lam, 0.0, coef)
    unpenalised(X, y, coef, intercept)


@pytest.mark.check(
    "lasso_coordinate_descent",
    points=1,
    hint="Equal columns may share their weight in any way; the descent needs no inverse.",
)
@for_all(max_examples=10, problem=sparse_problems(collinear_designs()))
def test_collinear_columns(submission, problem):
    """Identical columns: any way to share the weight is right"""
    X, y, lam = problem
    if lam == 0:  # a y that no column explains
        return
    coef, intercept, _ = solve(submission, X, y, lam)
    optimal(X, y, lam, 0.0, coef)
    unpenalised(X, y, coef, intercept)


@pytest.mark.check(
    "lasso_coordinate_descent",
    points=1,
    hint="At lam = 0 the threshold is 0: the same updates give least squares.",
)
@for_all(
    max_examples=10,
    problem=regression_problems(rows=st.integers(20, 40), columns=st.integers(1, 4)),
)
def test_least_squares_without_penalty(submission, problem):
    """At lam = 0 it is least squares"""
    X, y, _ = problem
    coef, intercept, _ = solve(submission, X, y, 0.0)
    optimal(X, y, 0.0, 0.0, coef)
    unpenalised(X, y, coef, intercept)


@pytest.mark.check(
    "lasso_coordinate_descent",
    points=1,
    hint="A constant column is zero once it is centred: set its coefficient to 0, wherever the "
    "start was, and skip it, so that nothing divides by zero.",
)
@for_all(
    max_examples=15,
    problem=regression_problems(st.integers(8, 30)),
    value=st.sampled_from([0.0, 1.0, 0.1, -7.3, 1000.1]),
    share=st.sampled_from([0.0, 0.05, 0.5, 2.0]),
    warm=st.booleans(),
)
def test_constant_columns(submission, problem, value, share, warm):
    """A constant column has coefficient 0, without a warning, whatever the start"""
    X, y, _ = problem
    if share == 0:  # least squares: enough rows for the answer to be one
        X = X[:, : max(1, len(y) // 10)]
    X = np.column_stack([X, np.full(len(y), value)])
    lam = share * largest_strength(X, y)
    start = {"coef_init": np.ones(X.shape[1])} if warm else {}
    coef, intercept, _ = solve(submission, X, y, lam, **start)
    gives_no_warning(submission.last)
    # least squares by other means than a descent leaves rounding there, a fit with lam > 0 does not
    slack = 1e-9 * max(1.0, np.abs(coef).max()) if lam == 0 else 0.0
    ensure(
        abs(coef[-1]) <= slack,
        f"The coefficient of the constant column is {coef[-1]:.3g}, not 0.",
    )
    optimal(X, y, lam, 0.0, coef)
    unpenalised(X, y, coef, intercept)


@pytest.mark.check(
    "lasso_coordinate_descent",
    points=1,
    hint="Do not standardise: the penalty sees X as it is given.",
)
@for_all(max_examples=12, problem=sparse_problems(scaled_columns(), st.sampled_from([0.05, 0.5])))
def test_columns_of_any_scale(submission, problem):
    """Columns of very different scales, as they are"""
    X, y, lam = problem
    coef, intercept, _ = solve(submission, X, y, lam)
    optimal(X, y, lam, 0.0, coef)
    exact_zeros(X, y, lam, 0.0, coef)
    unpenalised(X, y, coef, intercept)


@pytest.mark.check(
    "lasso_coordinate_descent",
    points=1,
    hint="The stop rule is relative: tol times the largest coefficient. Compare with no fixed "
    "number such as 1e-8, neither to stop nor to call a coefficient zero.",
)
@for_all(max_examples=3, problem=sparse_problems())
def test_any_unit(submission, problem):
    """In another unit of X or of y the fit is the same"""
    for of_X, of_y in ((1.0, 1e-10), (1.0, 1e-6), (1.0, 1e6), (1e-5, 1.0)):
        X, y, lam = problem.X * of_X, problem.y * of_y, problem.lam * of_X * of_y
        coef, intercept, _ = solve(submission, X, y, lam)
        optimal(X, y, lam, 0.0, coef)
        unpenalised(X, y, coef, intercept)


@pytest.mark.check(
    "lasso_coordinate_descent",
    points=1,
    hint="np.asarray(X, dtype=np.float64), and the same for y and coef_init, before anything else.",
)
@for_all(max_examples=3, seed=seeds)
def test_integer_and_float32_input(submission, seed):
    """Integer and float32 input, the start included, is computed in float64"""
    rng = np.random.default_rng(seed)
    X, y = rng.uniform(0, 100, size=(25, 3)), rng.uniform(0, 100, size=25)
    X[:, 0] += y / 2
    X = (X - X.min(axis=0)).clip(0, 120)
    for kind in ("float32", "int64", "int8", "uint8"):
        data, target = X.astype(kind), y.astype(kind)
        lam = 0.1 * largest_strength(data, target)
        start = np.array([2, 0, -3], dtype="float32" if kind == "float32" else "int64")
        coef, intercept, _ = solve(submission, data, target, lam, coef_init=start)
        optimal(data, target, lam, 0.0, coef)
        # the mean of small integers is exact to 1e-15, and lost in float32 or in a sum of int8
        unpenalised(data, target, coef, intercept, bound=1e-8)


@pytest.mark.check(
    "lasso_coordinate_descent",
    points=2,
    hint="Begin with coef = np.array(coef_init, float), a copy, and the residual that belongs to it.",
)
@for_all(max_examples=10, problem=sparse_problems(), seed=seeds)
def test_warm_start(submission, problem, seed):
    """coef_init is where the descent starts: from the solution one sweep is enough"""
    X, y, lam = problem
    start = np.round(np.random.default_rng(seed).normal(scale=5, size=X.shape[1]), 1)
    coef, intercept, _ = solve(submission, X, y, lam, coef_init=start)
    leaves_arguments_alone(submission.last)
    optimal(X, y, lam, 0.0, coef, "the coef reached from coef_init")
    unpenalised(X, y, coef, intercept)
    again, _, n_iter = solve(submission, X, y, lam, coef_init=coef, max_iter=1)
    optimal(X, y, lam, 0.0, again, "the coef after one sweep from the solution")
    ensure(n_iter == 1, f"With max_iter = 1 n_iter should be 1, but is {n_iter}.")


@pytest.mark.check(
    "lasso_coordinate_descent",
    points=1,
    hint="Count sweeps from 1, and return the count of the last sweep that was run.",
)
@for_all(
    max_examples=8,
    problem=sparse_problems(share=st.sampled_from([0.01, 0.3, 2.0])),
    max_iter=st.sampled_from([1, 2, 5, 10_000]),
    tol=st.sampled_from([1e-9, 1e-4]),
)
def test_number_of_sweeps(submission, problem, max_iter, tol):
    """n_iter counts the sweeps: at least 1, at most max_iter"""
    _, _, n_iter = solve(submission, *problem, max_iter=max_iter, tol=tol)
    ensure(1 <= n_iter <= max_iter, f"n_iter should be from 1 to {max_iter}, but is {n_iter}.")


@pytest.mark.check(
    "lasso_coordinate_descent",
    "lasso_path",
    "lambda_max",
    points=1,
    hint="X -= X.mean(axis=0) changes the caller's array; write X = X - X.mean(axis=0).",
)
@for_all(
    max_examples=4,
    problem=sparse_problems(regression_problems(st.integers(8, 30), st.integers(2, 4))),
)
def test_arguments_are_left_alone(submission, problem):
    """Arguments and global random state are left alone, and no state stays between calls"""
    X, y, lam = problem
    first = solve(submission, X, y, lam, coef_init=np.ones(X.shape[1]))
    leaves_arguments_alone(submission.last)
    leaves_global_randomness_alone(submission.last)
    submission.lasso_path(X, y, np.array([lam, 3 * lam, 2 * lam]))
    leaves_arguments_alone(submission.last)
    leaves_global_randomness_alone(submission.last)
    submission.lambda_max(X, y)
    leaves_arguments_alone(submission.last)
    again = solve(submission, X, y, lam, coef_init=np.ones(X.shape[1]))
    close(again[0], first[0], "The second answer to the same question", rtol=1e-12, atol=1e-300)


@pytest.mark.check(
    "lasso_coordinate_descent",
    points=1,
    hint="Keep the residual up to date instead of computing X @ w for every coefficient.",
)
@for_all(max_examples=2, seed=seeds, share=st.sampled_from([0.02, 0.2]))
def test_realistic_size(submission, seed, share):
    """A data set of realistic size, with a sparse truth"""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(300, 60)) + rng.normal(scale=20, size=60)
    X[:, 1] += 0.5 * X[:, 0]
    y = X[:, :5] @ np.array([3.0, -2.0, 1.0, -1.0, 0.5]) + rng.normal(size=300) + 50
    lam = share * largest_strength(X, y)
    coef, intercept, _ = solve(submission, X, y, lam)
    optimal(X, y, lam, 0.0, coef)
    exact_zeros(X, y, lam, 0.0, coef)
    unpenalised(X, y, coef, intercept)


@pytest.mark.check(
    "lasso_path",
    points=2,
    hint="One row per lam in the order given; append a copy, not the array that changes later.",
)
@for_all(
    max_examples=10,
    problem=st.one_of(regression_problems(st.integers(8, 30)), wide_problems()),
    shares=st.lists(
        st.sampled_from([JUST_ABOVE, 0.9, 0.7, 0.5, 0.2, 0.1, 0.05]), min_size=1, max_size=6
    ),
    kind=st.sampled_from([list, np.array]),
)
def test_path(submission, problem, shares, kind):
    """lasso_path: one optimal row per strength, in the order given"""
    X, y, _ = problem
    lambdas = [share * largest_strength(X, y) for share in shares]
    path = submission.lasso_path(X, y, kind(lambdas))
    path = array(path, (len(lambdas), X.shape[1]), "lasso_path(X, y, lambdas)")
    for i, (lam, share) in enumerate(zip(lambdas, shares, strict=True)):
        optimal(X, y, lam, 0.0, path[i], f"row {i} of the path")
        exact_zeros(X, y, lam, 0.0, path[i])
        if share == JUST_ABOVE:
            ensure(bool(np.all(path[i] == 0)), f"Row {i}, at lambda_max, should be all zeros.")


@pytest.mark.check("sklearn_alpha", points=1, hint="scikit-learn's Lasso halves the loss.")
@for_all(max_examples=15, lam=st.floats(0, 1e6))
def test_sklearn_alpha(submission, lam):
    """sklearn_alpha gives the strength in scikit-learn's scale"""
    alpha = number(submission.sklearn_alpha(lam), "sklearn_alpha")
    close(alpha, lam / 2, "sklearn_alpha(lam)", rtol=1e-12)


@pytest.mark.check(
    "lasso_coordinate_descent",
    points=2,
    hint="Check lam, max_iter, the shapes and np.isfinite first, and name the argument.",
)
def test_bad_input_to_the_fit(submission):
    """Bad input to lasso_coordinate_descent raises a ValueError that names the argument"""
    fit = submission.lasso_coordinate_descent
    for lam in BAD_STRENGTHS:
        # soft_threshold, which the fit may call first, says gamma
        rejects(fit, X_GOOD, Y_GOOD, lam, names=["lam", "gamma"])
    rejects_bad_data(fit, 0.1)
    for count in (0, -5):
        rejects(fit, X_GOOD, Y_GOOD, 0.1, max_iter=count, names=["max_iter"])
    for length in (1, 2, 4):
        rejects(fit, X_GOOD, Y_GOOD, 0.1, coef_init=np.ones(length), names=["coef_init", "X"])


@pytest.mark.check(
    "soft_threshold",
    "lambda_max",
    "lasso_path",
    "sklearn_alpha",
    points=1,
    hint="The same tests at the door of every function.",
)
def test_bad_input_elsewhere(submission):
    """Bad input to the other functions raises a ValueError that names the argument"""
    rejects_bad_data(submission.lambda_max)
    rejects_bad_data(submission.lasso_path, np.array([0.1, 0.2]))
    rejects(submission.lasso_path, X_GOOD, Y_GOOD, np.array([]), names=["lambdas"])
    for lam in BAD_STRENGTHS:
        rejects(submission.soft_threshold, np.array([1.0, -2.0]), lam, names=["gamma"])
        rejects(submission.sklearn_alpha, lam, names=["lam"])
        grid = np.array([0.5, lam, 0.1])
        rejects(submission.lasso_path, X_GOOD, Y_GOOD, grid, names=["lambdas", "lam", "gamma"])
