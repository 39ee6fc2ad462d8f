"""Hidden checks of `ridge`, by the normal equations of the learner's own answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from exercises.checking import (
    CallRaised,
    Failure,
    array,
    close,
    describe,
    ensure,
    fields,
    gives_no_warning,
    leaves_arguments_alone,
    leaves_global_randomness_alone,
    number,
    rejects,
    shorten,
)
from graders.certificates.optimality import centred, intercept_error, ridge_residual
from graders.checks.strategies import (
    RegressionProblem,
    collinear_designs,
    for_all,
    regression_problems,
    scaled_columns,
    seeds,
    wide_problems,
)

#: Solvers that are backward stable leave 1e-15 to 1e-12; one that works in float32 leaves 1e-7.
BOUND = 1e-9


def solve(submission, X, y, lam):
    """The submission's answer as (coef, intercept), read with care."""
    fit = fields(
        submission.ridge_closed_form(X, y, lam), ("coef", "intercept"), "ridge_closed_form"
    )
    coef = array(fit.coef, (np.shape(X)[1],), "coef")
    return coef, number(fit.intercept, "intercept")


def optimal(X, y, lam, coef, bound=BOUND):
    off = ridge_residual(X, y, lam, coef)
    ensure(
        off <= bound,
        f"At this coef the gradient of MSE + lam·‖w‖² is not zero: it is off by {off:.2g} of its "
        f"terms, where rounding explains at most {bound:.0e}.",
    )


def unpenalised(X, y, coef, intercept):
    off = intercept_error(X, y, coef, intercept)
    ensure(
        off <= BOUND,
        f"The intercept is not mean(y) − mean(X)·coef: it is off by {off:.2g} of its terms.",
    )


@pytest.mark.check(
    "ridge_closed_form",
    points=3,
    hint="Set the gradient of the mean of squares plus lam·‖w‖² to zero: where does n appear?",
)
@for_all(problem=regression_problems())
def test_minimises_the_objective(submission, problem):
    """The coefficients minimise MSE + lam·‖w‖²"""
    coef, _ = solve(submission, *problem)
    optimal(*problem, coef)


@pytest.mark.check(
    "ridge_closed_form",
    points=2,
    hint="Centre X and y, solve for the coefficients, then get the intercept from the means.",
)
@for_all(problem=regression_problems(), shift=st.sampled_from([100.0, -50.0, 1000.0]))
def test_intercept_is_not_penalised(submission, problem, shift):
    """The intercept is not penalised: moving y moves the intercept alone"""
    X, y, lam = problem
    coef, intercept = solve(submission, X, y + shift, lam)
    unpenalised(X, y + shift, coef, intercept)
    optimal(X, y + shift, lam, coef)


@pytest.mark.check(
    "ridge_closed_form", points=1, hint="Nothing in the formula needs n > p while lam > 0."
)
@for_all(
    max_examples=15,
    problem=st.one_of(
        wide_problems(), regression_problems(rows=st.just(1), columns=st.integers(2, 4))
    ),
)
def test_more_columns_than_rows(submission, problem):
    """More columns than rows"""
    X, y, lam = problem
    coef, intercept = solve(submission, X, y, lam)
    optimal(X, y, lam, coef)
    unpenalised(X, y, coef, intercept)


@pytest.mark.check(
    "ridge_closed_form", points=1, hint="Equal columns share the weight: each gets the same."
)
@for_all(max_examples=15, problem=collinear_designs())
def test_collinear_columns_share(submission, problem):
    """Identical columns get identical coefficients"""
    X, y, lam = problem
    coef, _ = solve(submission, X, y, lam)
    optimal(X, y, lam, coef)
    close(coef[-1], coef[0], "The second of two equal coefficients", rtol=1e-7, atol=1e-9)


@pytest.mark.check(
    "ridge_closed_form",
    points=2,
    hint="At lam = 0 use the pseudo-inverse of centred X, or least squares of minimum norm; cut "
    "singular values that are rounding: below about max(n, p)·eps times the largest.",
)
@for_all(
    max_examples=15,
    problem=st.one_of(
        collinear_designs(),
        collinear_designs().map(lambda it: wider(it)),
        regression_problems(rows=st.just(60), columns=st.just(6)).map(
            lambda it: it._replace(X=np.column_stack([it.X, it.X]))
        ),
    ),
)
def test_minimum_norm_without_penalty(submission, problem):
    """At lam = 0: least squares, and of all solutions the one of least norm"""
    X, y, _ = problem
    coef, intercept = solve(submission, X, y, 0.0)
    optimal(X, y, 0.0, coef)
    unpenalised(X, y, coef, intercept)
    Xc, yc = centred(X, y)
    # columns repeat exactly: the rank is not in doubt, so the pseudo-inverse is exact to rounding
    shortest = np.linalg.norm(np.linalg.pinv(Xc, rcond=1e-10) @ yc)
    size = np.linalg.norm(coef)
    ensure(
        size <= shortest * (1 + 1e-7) + 1e-9,
        f"These coefficients are least squares, but others of a smaller norm are so as well: "
        f"theirs is {size:.3g}.",
    )


def wider(problem):
    """The same rows with every column repeated until there are more columns than rows."""
    X, y, lam = problem
    times = 1 + len(y) // X.shape[1]
    return np.tile(X, times), y, lam


@pytest.mark.check(
    "ridge_closed_form",
    points=1,
    hint="The inverse of X'X squares the condition number; work with X itself (SVD, QR, lstsq), "
    "and leave out only singular values that are rounding (LinearRegression's tol is 1e-6).",
)
@for_all(max_examples=8, seed=seeds)
def test_ill_conditioned(submission, seed):
    """Nearly collinear columns at lam = 0: as exact as the data allow"""
    rng = np.random.default_rng(seed)
    n, p, condition = 30, 5, 3e7
    U, _ = np.linalg.qr(rng.normal(size=(n, p)) @ np.eye(p) - 0.0)
    U -= U.mean(axis=0)
    U, _ = np.linalg.qr(U)
    V, _ = np.linalg.qr(rng.normal(size=(p, p)))
    X = U @ np.diag(np.geomspace(1, 1 / condition, p)) @ V.T
    truth = V @ rng.choice([-1.0, 1.0], size=p)
    # y lies in the span of X, so the error of a stable solver is cond * eps, not cond^2 * eps
    y = X @ truth
    coef, _ = solve(submission, X, y, 0.0)
    bound = 1e3 * condition * np.finfo(float).eps
    close(coef, truth, "coef, on columns with condition number 3e7,", rtol=bound)


@pytest.mark.check(
    "ridge_closed_form",
    points=1,
    hint="A constant column is zero once it is centred, up to rounding, which must not become a "
    "coefficient: compare max and min of the column, and divide by nothing.",
)
@for_all(
    max_examples=15,
    problem=regression_problems(rows=st.integers(5, 20)),
    # the mean of equal numbers is not always that number: what is left of 98765.4 is no column
    case=st.sampled_from(
        [(0.0, 0.0), (1.0, 0.01), (98765.4, 0.0), (0.1, 1.0), (1000.1, 0.0), (-7.3, 0.01)]
    ),
)
def test_constant_columns(submission, problem, case):
    """A constant column has coefficient 0, without a warning"""
    value, lam = case
    X = np.column_stack([problem.X, np.full(len(problem.y), value)])
    coef, intercept = solve(submission, X, problem.y, lam)
    gives_no_warning(submission.last)
    ensure(
        abs(coef[-1]) <= 1e-9 * max(1.0, np.abs(coef).max()),
        f"The coefficient of the constant column is {coef[-1]:.3g}, not 0.",
    )
    optimal(X, problem.y, lam, coef)
    unpenalised(X, problem.y, coef, intercept)


@pytest.mark.check(
    "ridge_closed_form", points=1, hint="Do not standardise: the penalty sees X as it is given."
)
@for_all(max_examples=15, problem=scaled_columns(), unit=st.sampled_from([1.0, 1e-8, 1e6]))
def test_columns_of_any_scale(submission, problem, unit):
    """Columns of very different scales and in any unit, as they are"""
    # lam goes with the square of the unit, so the problem is as well conditioned as before
    problem = RegressionProblem(problem.X * unit, problem.y, problem.lam * unit**2)
    coef, intercept = solve(submission, *problem)
    optimal(*problem, coef)
    unpenalised(problem.X, problem.y, coef, intercept)


@pytest.mark.check(
    "ridge_closed_form",
    points=1,
    hint="As lam grows, coef tends to Xc'yc / (n·lam) and the intercept to mean(y).",
)
@for_all(max_examples=15, problem=regression_problems(lam=st.sampled_from([1e5, 1e8, 1e12])))
def test_huge_strength(submission, problem):
    """A huge lam: tiny coefficients, still right"""
    X, y, lam = problem
    coef, intercept = solve(submission, X, y, lam)
    optimal(X, y, lam, coef)
    unpenalised(X, y, coef, intercept)


@pytest.mark.check(
    "ridge_closed_form",
    "effective_degrees_of_freedom",
    points=1,
    hint="np.asarray(X, dtype=np.float64) before anything else.",
)
@for_all(
    max_examples=12,
    seed=seeds,
    kind=st.sampled_from(["int64", "int8", "uint8", "float32"]),
    lam=st.sampled_from([0.0, 0.1, 2.0]),
)
def test_integer_and_float32_input(submission, seed, kind, lam):
    """Integer and float32 input is computed in float64"""
    rng = np.random.default_rng(seed)
    X, y = rng.uniform(0, 100, size=(12, 3)).astype(kind), rng.uniform(0, 100, size=12).astype(kind)
    coef, intercept = solve(submission, X, y, lam)
    optimal(X, y, lam, coef)
    unpenalised(X, y, coef, intercept)
    df = number(submission.effective_degrees_of_freedom(X, lam), "effective_degrees_of_freedom")
    s2 = np.linalg.svd(centred(X, y)[0], compute_uv=False) ** 2
    close(df, np.sum(s2 / (s2 + len(y) * lam)), "effective_degrees_of_freedom(X, lam)", rtol=1e-9)


@pytest.mark.check(
    "ridge_closed_form",
    "predict",
    "effective_degrees_of_freedom",
    points=1,
    hint="X -= X.mean(axis=0) changes the caller's array; write X = X - X.mean(axis=0).",
)
@for_all(
    max_examples=8,
    problem=st.one_of(regression_problems(columns=st.integers(2, 4)), wide_problems()),
    lam=st.sampled_from([0.0, 0.1, 10.0]),
)
def test_arguments_are_left_alone(submission, problem, lam):
    """Arguments are not modified, and there is no state between calls"""
    X, y, _ = problem
    first = solve(submission, X, y, lam)
    leaves_arguments_alone(submission.last)
    leaves_global_randomness_alone(submission.last)
    submission.effective_degrees_of_freedom(X, lam)
    leaves_arguments_alone(submission.last)
    fit = submission.ridge_closed_form(X, y, lam)
    submission.predict(fit, X)
    leaves_arguments_alone(submission.last)
    again = solve(submission, X, y, lam)
    close(again[0], first[0], "The second answer to the same question", rtol=1e-12, atol=1e-300)


@pytest.mark.check(
    "ridge_closed_form", points=1, hint="The size of a real data set; avoid loops over rows."
)
@for_all(max_examples=3, seed=seeds, lam=st.sampled_from([1e-3, 0.3]))
def test_realistic_size(submission, seed, lam):
    """A data set of realistic size"""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(400, 40)) + rng.normal(scale=20, size=40)
    y = X[:, :5].sum(axis=1) + rng.normal(size=400)
    coef, intercept = solve(submission, X, y, lam)
    optimal(X, y, lam, coef)
    unpenalised(X, y, coef, intercept)


@pytest.mark.check("predict", points=1, hint="X @ coef + intercept.")
@for_all(
    max_examples=12,
    problem=regression_problems(),
    rows=st.integers(1, 7),
    seed=seeds,
    kind=st.sampled_from(["float64", "float64", "int64", "float32"]),
)
def test_predictions(submission, problem, rows, seed, kind):
    """predict gives X·coef + intercept for new rows"""
    X, y, lam = problem
    X_new = np.round(np.random.default_rng(seed).normal(scale=3, size=(rows, X.shape[1])), 1)
    X_new = X_new.astype(kind)
    answer = submission.ridge_closed_form(X, y, lam)
    fit = fields(answer, ("coef", "intercept"), "ridge_closed_form")
    coef, intercept = array(fit.coef, (X.shape[1],), "coef"), number(fit.intercept, "intercept")
    predicted = array(submission.predict(answer, X_new), (rows,), "predict(fit, X)")
    size = np.abs(X_new).max() * np.abs(coef).sum() + abs(intercept)
    close(predicted, X_new @ coef + intercept, "predict(fit, X)", rtol=0, atol=1e-10 * size)


@pytest.mark.check("sklearn_alpha", points=1, hint="Ridge's loss is a sum over rows, ours a mean.")
@for_all(lam=st.floats(0, 1e6), n=st.integers(1, 10_000))
def test_sklearn_alpha(submission, lam, n):
    """sklearn_alpha gives the strength in scikit-learn's scale"""
    alpha = number(submission.sklearn_alpha(lam, n), "sklearn_alpha")
    close(alpha, n * lam, "sklearn_alpha(lam, n_samples)", rtol=1e-12)


@pytest.mark.check(
    "effective_degrees_of_freedom",
    points=2,
    hint="Sum s²/(s² + n·lam) over the singular values of centred X.",
)
@for_all(problem=st.one_of(regression_problems(), wide_problems(), scaled_columns()))
def test_degrees_of_freedom(submission, problem):
    """Effective degrees of freedom: the trace of the centred hat matrix"""
    X, y, lam = problem
    Xc, _ = centred(X, y)
    s2 = np.linalg.svd(Xc, compute_uv=False) ** 2
    expected = np.sum(s2 / (s2 + len(y) * lam))
    df = number(submission.effective_degrees_of_freedom(X, lam), "effective_degrees_of_freedom")
    # singular values carry an error of eps * max(s), which small ones feel most
    slack = 1e-9 * X.shape[1] + 1e-13 * s2.max() / (len(y) * lam)
    close(df, expected, "effective_degrees_of_freedom(X, lam)", rtol=1e-9, atol=min(slack, 1e-3))


@pytest.mark.check(
    "effective_degrees_of_freedom",
    points=1,
    hint="At lam = 0 count the singular values of centred X that are not rounding.",
)
@for_all(max_examples=12, problem=collinear_designs(), constant=st.booleans())
def test_degrees_of_freedom_without_penalty(submission, problem, constant):
    """At lam = 0 the degrees of freedom are the rank of centred X"""
    X = np.column_stack([problem.X, np.full(len(problem.y), 3.0)]) if constant else problem.X
    Xc, _ = centred(X, problem.y)
    df = number(submission.effective_degrees_of_freedom(X, 0.0), "effective_degrees_of_freedom")
    close(df, np.linalg.matrix_rank(Xc, tol=1e-9), "The rank at lam = 0", rtol=0, atol=1e-6)


def refuses_other_columns(predict, fit, X):
    """Columns that are too few: NumPy's own ValueError will do, whatever it names."""
    try:
        value = predict(fit, X)
    except CallRaised as error:
        ensure(
            "ValueError" in error.mro,
            f"An X with fewer columns than coef is long should raise a ValueError, not "
            f"{error.type_name}: {shorten(error.message)}",
        )
    else:
        raise Failure(
            f"An X with fewer columns than coef is long should raise a ValueError, but the call "
            f"returned {describe(value)}."
        )


BAD_STRENGTHS = (-1.0, -1e-12, float("nan"), float("inf"), float("-inf"))


@pytest.mark.check(
    "ridge_closed_form",
    points=2,
    hint="Check lam, the dimensions, the lengths and np.isfinite first, and name the argument.",
)
def test_bad_input_to_the_fit(submission):
    """Bad input to ridge_closed_form raises a ValueError that names the argument"""
    X, y = np.array([[0.0, 1.0], [2.0, 1.5], [1.0, 0.5]]), np.array([1.0, 2.0, 0.0])
    fit = submission.ridge_closed_form
    for lam in BAD_STRENGTHS:
        rejects(fit, X, y, lam, names=["lam"])
    rejects(fit, X[:, 0], y, 0.1, names=["X"])
    rejects(fit, X[:, None], y, 0.1, names=["X"])
    rejects(fit, X, y[:2], 0.1, names=["X", "y"])
    for bad in (float("nan"), float("inf"), float("-inf")):
        rejects(fit, np.where(X == 2.0, bad, X), y, 0.1, names=["X"])
        rejects(fit, X, np.where(y == 2.0, bad, y), 0.1, names=["y"])


@pytest.mark.check(
    "predict",
    "sklearn_alpha",
    "effective_degrees_of_freedom",
    points=1,
    hint="The same tests at the door of every function.",
)
def test_bad_input_elsewhere(submission):
    """Bad input to the other functions raises a ValueError that names the argument"""
    X, y = np.array([[0.0, 1.0], [2.0, 1.5], [1.0, 0.5]]), np.array([1.0, 2.0, 0.0])
    fit = submission.ridge_closed_form(X, y, 0.1)
    # a single row of as many numbers as there are coefficients is not 2-D either
    for not_a_matrix in (X[0], X[:, 0], X[None]):
        rejects(submission.predict, fit, not_a_matrix, names=["X"])
    refuses_other_columns(submission.predict, fit, X[:, :1])
    for bad in (np.nan, np.inf, -np.inf):
        rejects(submission.predict, fit, np.where(X == 2.0, bad, X), names=["X"])
    for lam in BAD_STRENGTHS:
        rejects(submission.sklearn_alpha, lam, 3, names=["lam"])
        rejects(submission.effective_degrees_of_freedom, X, lam, names=["lam"])
    for count in (0, -2):
        rejects(submission.sklearn_alpha, 0.1, count, names=["n_samples"])
    for bad_X in (X[:, 0], X[:, None], np.full((3, 2), np.inf), np.where(X == 2.0, np.nan, X)):
        rejects(submission.effective_degrees_of_freedom, bad_X, 0.1, names=["X"])
