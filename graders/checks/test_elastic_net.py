"""Hidden checks of `elastic_net`, by duality gap, normal equations and exact zeros."""

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
    for_all,
    regression_problems,
    scaled_columns,
    seeds,
    sparse_problems,
    wide_problems,
)

#: Strengths of the squared penalty.
squared = st.sampled_from([1e-3, 0.05, 0.3, 2.0, 50.0])
enough_rows = st.integers(8, 30)


def solve(submission, X, y, l1, l2, **options):
    answer = submission.elastic_net_coordinate_descent(X, y, l1, l2, **options)
    return read_fit(answer, np.shape(X)[1], "elastic_net_coordinate_descent")


@pytest.mark.check(
    "elastic_net_coordinate_descent",
    points=3,
    hint="w_j = S(Xc_j'r_j / n, l1/2) / (Xc_j'Xc_j / n + l2): where does each factor 2 go, and n?",
)
@for_all(problem=sparse_problems(), l2=squared)
def test_minimises_the_objective(submission, problem, l2):
    """The coefficients minimise MSE + l1·‖w‖₁ + l2·‖w‖²"""
    X, y, l1 = problem
    coef, _, _ = solve(submission, X, y, l1, l2)
    optimal(X, y, l1, l2, coef)


@pytest.mark.check(
    "elastic_net_coordinate_descent",
    points=2,
    hint="With l1 = 0 the threshold is 0, and the updates must end at (Xc'Xc + n·l2·I) w = Xc'yc.",
)
@for_all(
    max_examples=12,
    problem=st.one_of(regression_problems(enough_rows), wide_problems()),
    l2=st.sampled_from([0.2, 2.0, 50.0]),
)
def test_without_l1_it_is_ridge(submission, problem, l2):
    """At l1 = 0 it is ridge"""
    X, y, _ = problem
    coef, intercept, _ = solve(submission, X, y, 0.0, l2)
    optimal(X, y, 0.0, l2, coef)
    unpenalised(X, y, coef, intercept)


@pytest.mark.check(
    "elastic_net_coordinate_descent",
    points=1,
    hint="With l2 = 0 nothing is added to Xc_j'Xc_j / n, and lam/2 is the threshold as in the lasso.",
)
@for_all(max_examples=12, problem=sparse_problems())
def test_without_l2_it_is_lasso(submission, problem):
    """At l2 = 0 it is the lasso"""
    X, y, l1 = problem
    coef, intercept, _ = solve(submission, X, y, l1, 0.0)
    optimal(X, y, l1, 0.0, coef)
    exact_zeros(X, y, l1, 0.0, coef)
    unpenalised(X, y, coef, intercept)


@pytest.mark.check(
    "elastic_net_coordinate_descent", points=1, hint="Without any penalty it is least squares."
)
@for_all(
    max_examples=8,
    problem=regression_problems(rows=st.integers(20, 40), columns=st.integers(1, 4)),
)
def test_least_squares_without_penalty(submission, problem):
    """With both strengths 0 it is least squares"""
    X, y, _ = problem
    coef, intercept, _ = solve(submission, X, y, 0.0, 0.0)
    optimal(X, y, 0.0, 0.0, coef)
    unpenalised(X, y, coef, intercept)


@pytest.mark.check(
    "elastic_net_coordinate_descent",
    points=1,
    hint="Centre X and y, descend on the coefficients, then get the intercept from the means.",
)
@for_all(
    max_examples=12,
    problem=sparse_problems(),
    l2=squared,
    shift=st.sampled_from([100.0, -50.0, 1000.0]),
)
def test_intercept_is_not_penalised(submission, problem, l2, shift):
    """The intercept is not penalised: moving y moves the intercept alone"""
    X, y, l1 = problem
    coef, intercept, _ = solve(submission, X, y + shift, l1, l2)
    unpenalised(X, y + shift, coef, intercept)
    optimal(X, y + shift, l1, l2, coef)


@pytest.mark.check(
    "elastic_net_coordinate_descent",
    points=1,
    hint="The soft threshold gives exact zeros: do not round, and add no small number anywhere.",
)
@for_all(
    max_examples=12,
    problem=sparse_problems(
        regression_problems(rows=st.integers(10, 30), columns=st.integers(4, 12)),
        st.sampled_from([0.1, 0.3, 0.6]),
    ),
    l2=squared,
)
def test_zeros_are_exact(submission, problem, l2):
    """Coefficients that are zero at the minimum are exactly 0.0"""
    X, y, l1 = problem
    coef, _, _ = solve(submission, X, y, l1, l2)
    optimal(X, y, l1, l2, coef)
    exact_zeros(X, y, l1, l2, coef)


@pytest.mark.check(
    "elastic_net_coordinate_descent",
    points=1,
    hint="What l1 leaves at zero does not depend on l2 or on the start.",
)
@for_all(
    max_examples=12,
    problem=st.one_of(regression_problems(), wide_problems()),
    times=st.sampled_from([JUST_ABOVE, 1.5, 1e6]),
    l2=squared,
    warm=st.booleans(),
)
def test_all_zero_from_lambda_max(submission, problem, times, l2, warm):
    """From l1 = lambda_max on, every coefficient is exactly 0 whatever l2 is"""
    X, y, _ = problem
    start = {"coef_init": np.linspace(-2, 2, X.shape[1])} if warm else {}
    coef, intercept, _ = solve(submission, X, y, times * largest_strength(X, y), l2, **start)
    ensure(
        bool(np.all(coef == 0)),
        f"{np.sum(coef != 0)} of {len(coef)} coefficients are not 0 at l1 ≥ lambda_max.",
    )
    unpenalised(X, y, coef, intercept)


@pytest.mark.check(
    "elastic_net_coordinate_descent", points=1, hint="Nothing in the descent needs n > p."
)
@for_all(
    max_examples=8,
    problem=st.one_of(
        sparse_problems(wide_problems(), st.sampled_from([0.1, 0.4])),
        regression_problems(rows=st.just(1), columns=st.integers(2, 4)),
    ),
    l2=st.sampled_from([0.05, 0.3, 2.0]),
)
def test_more_columns_than_rows(submission, problem, l2):
    """More columns than rows"""
    X, y, l1 = problem
    coef, intercept, _ = solve(submission, X, y, l1, l2)
    optimal(X, y, l1, l2, coef)
    exact_zeros(X, y, l1, l2, coef)
    unpenalised(X, y, coef, intercept)


@pytest.mark.check(
    "elastic_net_coordinate_descent",
    points=2,
    hint="l2 > 0 makes the minimum unique, and it treats equal columns alike. Did the sweeps stop "
    "too early, or is l2 missing from the denominator?",
)
@for_all(
    max_examples=8,
    seed=seeds,
    share=st.sampled_from([0.0, 0.1, 0.5]),
    l2=st.sampled_from([0.01, 0.1, 1.0]),
    warm=st.booleans(),
)
def test_identical_columns_share(submission, seed, share, l2, warm):
    """Identical columns get identical coefficients, wherever the descent starts"""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(25, 3))
    X = np.round((X - X.mean(axis=0)) / X.std(axis=0), 1)
    X = np.column_stack([X, X[:, 0]])
    y = np.round(X @ np.array([1.0, -0.5, 0.0, 1.0]) + 0.5 * rng.normal(size=25), 1)
    l1 = share * largest_strength(X, y)
    start = {"coef_init": np.array([3.0, 0.0, 0.0, -3.0])} if warm else {}
    coef, _, _ = solve(submission, X, y, l1, l2, **start)
    optimal(X, y, l1, l2, coef)
    close(coef[3], coef[0], "The second of two equal coefficients", rtol=0, atol=1e-6)


@pytest.mark.check(
    "elastic_net_coordinate_descent",
    points=1,
    hint="A constant column is zero once it is centred: set its coefficient to 0, wherever the "
    "start was, and skip it, so that nothing divides by zero.",
)
@for_all(
    max_examples=12,
    problem=regression_problems(enough_rows),
    value=st.sampled_from([0.0, 1.0, 0.1, -7.3, 1000.1]),
    share=st.sampled_from([0.0, 0.05, 0.5, 2.0]),
    l2=st.sampled_from([0.0, 0.3]),
    warm=st.booleans(),
)
def test_constant_columns(submission, problem, value, share, l2, warm):
    """A constant column has coefficient 0, without a warning, whatever the start"""
    X, y, _ = problem
    if share == l2 == 0:  # least squares: enough rows for the answer to be one
        X = X[:, : max(1, len(y) // 10)]
    X = np.column_stack([X, np.full(len(y), value)])
    l1 = share * largest_strength(X, y)
    start = {"coef_init": np.ones(X.shape[1])} if warm else {}
    coef, intercept, _ = solve(submission, X, y, l1, l2, **start)
    gives_no_warning(submission.last)
    # by l2 alone it tends to 0 with the sweeps, and need not be exactly 0
    ensure(
        abs(coef[-1]) <= 1e-9 * max(1.0, np.abs(coef).max()),
        f"The coefficient of the constant column is {coef[-1]:.3g}, not 0.",
    )
    optimal(X, y, l1, l2, coef)
    unpenalised(X, y, coef, intercept)


@pytest.mark.check(
    "elastic_net_coordinate_descent",
    points=1,
    hint="Do not standardise: both penalties see X as it is given.",
)
@for_all(
    max_examples=10,
    problem=sparse_problems(scaled_columns(), st.sampled_from([0.05, 0.5])),
    l2=squared,
)
def test_columns_of_any_scale(submission, problem, l2):
    """Columns of very different scales, as they are"""
    X, y, l1 = problem
    coef, intercept, _ = solve(submission, X, y, l1, l2)
    optimal(X, y, l1, l2, coef)
    exact_zeros(X, y, l1, l2, coef)
    unpenalised(X, y, coef, intercept)


@pytest.mark.check(
    "elastic_net_coordinate_descent",
    points=1,
    hint="The stop rule is relative: tol times the largest coefficient. Compare with no fixed "
    "number such as 1e-8, neither to stop nor to call a coefficient zero.",
)
@for_all(max_examples=3, problem=sparse_problems(), l2=squared)
def test_any_unit(submission, problem, l2):
    """In another unit of X or of y the fit is the same"""
    for of_X, of_y in ((1.0, 1e-10), (1.0, 1e-6), (1.0, 1e6), (1e-5, 1.0)):
        X, y = problem.X * of_X, problem.y * of_y
        l1, square = problem.lam * of_X * of_y, l2 * of_X**2
        coef, intercept, _ = solve(submission, X, y, l1, square)
        optimal(X, y, l1, square, coef)
        unpenalised(X, y, coef, intercept)


@pytest.mark.check(
    "elastic_net_coordinate_descent",
    points=1,
    hint="np.asarray(X, dtype=np.float64), and the same for y and coef_init, before anything else.",
)
@for_all(max_examples=3, seed=seeds, l2=st.sampled_from([0, 1, 40]))
def test_integer_and_float32_input(submission, seed, l2):
    """Integer and float32 input, the start included, is computed in float64"""
    rng = np.random.default_rng(seed)
    X, y = rng.uniform(0, 100, size=(25, 3)), rng.uniform(0, 100, size=25)
    X[:, 0] += y / 2
    X = (X - X.min(axis=0)).clip(0, 120)
    for kind in ("float32", "int64", "int8", "uint8"):
        data, target = X.astype(kind), y.astype(kind)
        l1 = 0.1 * largest_strength(data, target)
        start = np.array([2, 0, -3], dtype="float32" if kind == "float32" else "int64")
        coef, intercept, _ = solve(submission, data, target, l1, l2, coef_init=start)
        optimal(data, target, l1, l2, coef)
        # the mean of small integers is exact to 1e-15, and lost in float32 or in a sum of int8
        unpenalised(data, target, coef, intercept, bound=1e-8)


@pytest.mark.check(
    "elastic_net_coordinate_descent",
    points=2,
    hint="Begin with coef = np.array(coef_init, float), a copy, and the residual that belongs to it.",
)
@for_all(max_examples=8, problem=sparse_problems(), l2=squared, seed=seeds)
def test_warm_start(submission, problem, l2, seed):
    """coef_init is where the descent starts: from the solution one sweep is enough"""
    X, y, l1 = problem
    start = np.round(np.random.default_rng(seed).normal(scale=5, size=X.shape[1]), 1)
    coef, intercept, _ = solve(submission, X, y, l1, l2, coef_init=start)
    leaves_arguments_alone(submission.last)
    optimal(X, y, l1, l2, coef, "the coef reached from coef_init")
    unpenalised(X, y, coef, intercept)
    again, _, n_iter = solve(submission, X, y, l1, l2, coef_init=coef, max_iter=1)
    optimal(X, y, l1, l2, again, "the coef after one sweep from the solution")
    ensure(n_iter == 1, f"With max_iter = 1 n_iter should be 1, but is {n_iter}.")


@pytest.mark.check(
    "elastic_net_coordinate_descent",
    points=1,
    hint="Count sweeps from 1, and return the count of the last sweep that was run.",
)
@for_all(
    max_examples=8,
    problem=sparse_problems(share=st.sampled_from([0.01, 0.3, 2.0])),
    l2=squared,
    max_iter=st.sampled_from([1, 2, 5, 10_000]),
    tol=st.sampled_from([1e-9, 1e-4]),
)
def test_number_of_sweeps(submission, problem, l2, max_iter, tol):
    """n_iter counts the sweeps: at least 1, at most max_iter"""
    _, _, n_iter = solve(submission, *problem, l2, max_iter=max_iter, tol=tol)
    ensure(1 <= n_iter <= max_iter, f"n_iter should be from 1 to {max_iter}, but is {n_iter}.")


@pytest.mark.check(
    "elastic_net_coordinate_descent",
    points=1,
    hint="X -= X.mean(axis=0) changes the caller's array; write X = X - X.mean(axis=0).",
)
@for_all(max_examples=4, problem=sparse_problems(), l2=squared, l1_0=st.booleans())
def test_arguments_are_left_alone(submission, problem, l2, l1_0):
    """Arguments and global random state are left alone, and no state stays between calls"""
    X, y, l1 = problem
    l1 = 0.0 if l1_0 else l1
    first = solve(submission, X, y, l1, l2, coef_init=np.ones(X.shape[1]))
    leaves_arguments_alone(submission.last)
    leaves_global_randomness_alone(submission.last)
    again = solve(submission, X, y, l1, l2, coef_init=np.ones(X.shape[1]))
    close(again[0], first[0], "The second answer to the same question", rtol=1e-12, atol=1e-300)


@pytest.mark.check(
    "elastic_net_coordinate_descent",
    points=1,
    hint="Keep the residual up to date instead of computing X @ w for every coefficient.",
)
@for_all(
    max_examples=2, seed=seeds, share=st.sampled_from([0.02, 0.2]), l2=st.sampled_from([0.05, 1.0])
)
def test_realistic_size(submission, seed, share, l2):
    """A data set of realistic size, with groups of related columns"""
    rng = np.random.default_rng(seed)
    common = np.repeat(rng.normal(size=(300, 12)), 5, axis=1)
    X = common + 0.5 * rng.normal(size=(300, 60)) + rng.normal(scale=20, size=60)
    y = X[:, :5].sum(axis=1) - 2 * X[:, 7] + rng.normal(size=300) + 50
    l1 = share * largest_strength(X, y)
    coef, intercept, _ = solve(submission, X, y, l1, l2)
    optimal(X, y, l1, l2, coef)
    exact_zeros(X, y, l1, l2, coef)
    unpenalised(X, y, coef, intercept)


def parameters(submission, l1, l2):
    pair = submission.sklearn_parameters(l1, l2)
    alpha, l1_ratio = array(pair, (2,), "sklearn_parameters(l1, l2)")
    return float(alpha), float(l1_ratio)


@pytest.mark.check(
    "sklearn_parameters",
    points=2,
    hint="Halve our objective: alpha·r = l1/2 and alpha·(1 − r)/2 = l2/2. Solve for alpha and r.",
)
@for_all(max_examples=20, l1=st.floats(1e-6, 1e6), l2=st.floats(1e-6, 1e6), which=st.integers(0, 3))
def test_sklearn_parameters(submission, l1, l2, which):
    """sklearn_parameters gives alpha and l1_ratio in scikit-learn's scale"""
    l1, l2 = (l1 if which != 1 else 0.0), (l2 if which != 2 else 0.0)
    alpha, l1_ratio = parameters(submission, l1, l2)
    close(alpha, l1 / 2 + l2, "alpha", rtol=1e-12)
    close(l1_ratio, l1 / 2 / (l1 / 2 + l2), "l1_ratio", rtol=1e-12)


@pytest.mark.check(
    "sklearn_parameters", points=1, hint="0/0 is no ratio: give one when both strengths are 0."
)
def test_sklearn_parameters_without_penalty(submission):
    """Without any penalty alpha is 0 and the ratio lies in [0, 1]"""
    alpha, l1_ratio = parameters(submission, 0.0, 0.0)
    gives_no_warning(submission.last)
    ensure(alpha == 0, f"alpha should be 0 without a penalty, but is {alpha:.3g}.")
    ensure(0 <= l1_ratio <= 1, f"l1_ratio should lie in [0, 1], but is {l1_ratio:.3g}.")


@pytest.mark.check(
    "elastic_net_coordinate_descent", "sklearn_parameters",
    points=2,
    hint="Check l1, l2, max_iter, the shapes and np.isfinite first, and name the argument.",
)  # fmt: skip
def test_bad_input(submission):
    """Bad input raises a ValueError that names the argument"""
    fit = submission.elastic_net_coordinate_descent
    for bad in BAD_STRENGTHS:
        rejects(fit, X_GOOD, Y_GOOD, bad, 0.1, names=["l1"])
        rejects(fit, X_GOOD, Y_GOOD, 0.1, bad, names=["l2"])
        rejects(submission.sklearn_parameters, bad, 0.1, names=["l1"])
        rejects(submission.sklearn_parameters, 0.1, bad, names=["l2"])
    rejects_bad_data(fit, 0.1, 0.1)
    for count in (0, -5):
        rejects(fit, X_GOOD, Y_GOOD, 0.1, 0.1, max_iter=count, names=["max_iter"])
    for length in (1, 2, 4):
        start = np.ones(length)
        rejects(fit, X_GOOD, Y_GOOD, 0.1, 0.1, coef_init=start, names=["coef_init", "X"])
