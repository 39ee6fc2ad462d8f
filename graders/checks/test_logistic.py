"""Hidden checks of `logistic`, by stationarity of the learner's own answer."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import strategies as st

from exercises.checking import (
    array,
    close,
    ensure,
    fields,
    gives_no_warning,
    leaves_arguments_alone,
    leaves_global_randomness_alone,
    number,
    rejects,
)
from graders.certificates.optimality import logistic_violations
from graders.checks.strategies import for_all, seeds

#: The contract's own: a solver that stops at a gradient mapping of 1e-8 is far below.
STATIONARY = 1e-5


class Labelled(NamedTuple):
    """`X` (n, p) and `y` (n,) of 0 and 1, with both classes."""

    X: np.ndarray
    y: np.ndarray


def make_labelled(
    seed: int, n: int, p: int, *, overlap: bool = False, offset: float = 1.2, scales: float = 0.2
) -> Labelled:
    """Rows whose label follows a linear model of the log-odds.

    Means of up to `offset` standard deviations and scales of 10 to the power ±`scales` matter, and
    still let proximal gradient with a constant step on the data as they are converge in time. With
    `overlap` the first rows come again with the other label, so that no plane parts the classes.
    """
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p))
    y = rng.uniform(size=n) < 1 / (1 + np.exp(-X @ rng.normal(size=p) - 0.5 * rng.normal()))
    y[:2] = (False, True)
    if overlap:
        k = max(2, n // 5)
        X[-k:], y[-k:] = X[:k], ~y[:k]
    X = (X + rng.uniform(-offset, offset, size=p)) * 10.0 ** rng.uniform(-scales, scales, size=p)
    return Labelled(np.round(X, 2), y.astype(float))


@st.composite
def labelled(
    draw: Any,
    rows: st.SearchStrategy[int] = st.integers(15, 40),
    columns: st.SearchStrategy[int] = st.integers(1, 4),
    **options: Any,
) -> Labelled:
    return make_labelled(draw(seeds), draw(rows), draw(columns), **options)


def solve(submission, X, y, **options):
    """The submission's answer as (coef, intercept), read with care."""
    answer = submission.logistic_proximal_gradient(X, y, **options)
    fit = fields(answer, ("coef", "intercept", "n_iter"), "logistic_proximal_gradient")
    return array(fit.coef, (np.shape(X)[1],), "coef"), number(fit.intercept, "intercept")


def stationary(X, y, coef, intercept, l1=0.0, l2=0.0):
    off = logistic_violations(X, y, l1, l2, coef, intercept)
    worst = int(np.argmax(off))
    where = "the intercept" if worst == len(coef) else f"coefficient {worst}"
    state = "" if worst == len(coef) else ", which is " + ("0" if coef[worst] == 0 else "not 0")
    ensure(
        bool(np.all(off <= STATIONARY)),
        f"The objective is not at its minimum: the condition for {where}{state}, is off by "
        f"{off[worst]:.2g} of the column's scale, where {STATIONARY:.0e} is allowed.",
    )


# --- sigmoid and softplus -----------------------------------------------------------------------

far = st.one_of(
    st.floats(-40, 40),
    st.floats(-1e4, 1e4),
    st.sampled_from([0.0, -0.0, 1e4, -1e4, 709.0, -709.0, 745.2, -745.2, 36.8, -36.8, 1e-9]),
)


def exact_sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def exact_softplus(z: float) -> float:
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


@pytest.mark.check(
    "sigmoid",
    points=2,
    hint="exp of a large number overflows, exp of a very negative one does not: use exp(−|z|). "
    "np.where computes both of its branches.",
)
@for_all(max_examples=20, values=st.lists(far, min_size=1, max_size=6))
def test_sigmoid(submission, values):
    """sigmoid: right to 1e-12 for |z| up to 1e4, without overflow or warning"""
    z = np.array(values)
    expected = np.array([exact_sigmoid(value) for value in values])
    given = array(submission.sigmoid(z), z.shape, "sigmoid(z)")
    gives_no_warning(submission.last)
    leaves_arguments_alone(submission.last)
    close(given, expected, "sigmoid(z)", rtol=0, atol=1e-12)
    single = number(submission.sigmoid(values[0]), "sigmoid of a number")
    gives_no_warning(submission.last)
    close(single, expected[0], "sigmoid of a number", rtol=0, atol=1e-12)


@pytest.mark.check(
    "softplus",
    points=2,
    hint="max(z, 0) + log1p(exp(−|z|)): log(1 + tiny) loses all digits, log1p(tiny) none.",
)
@for_all(max_examples=20, values=st.lists(far, min_size=1, max_size=6))
def test_softplus(submission, values):
    """softplus: right to 1e-12 of its value for |z| up to 1e4, without overflow or warning"""
    z = np.array(values)
    expected = np.array([exact_softplus(value) for value in values])
    given = array(submission.softplus(z), z.shape, "softplus(z)")
    gives_no_warning(submission.last)
    leaves_arguments_alone(submission.last)
    single = number(submission.softplus(values[0]), "softplus of a number")
    gives_no_warning(submission.last)
    # below 1e-300 a float has fewer digits, and in the end none
    off = np.abs(np.append(given, single) - np.append(expected, expected[0]))
    allowed = 1e-12 * np.append(expected, expected[0]) + 1e-300
    worst = float(np.max(off / allowed))
    ensure(
        worst <= 1,
        f"softplus(z) is off by {1e-12 * worst:.2g} of its value, where 1e-12 is allowed.",
    )


@pytest.mark.check(
    "sigmoid", "softplus", points=1, hint="np.asarray(z, dtype=np.float64) before anything else."
)  # fmt: skip
@for_all(
    max_examples=8,
    values=st.lists(st.integers(-120, 120), min_size=1, max_size=5),
    kind=st.sampled_from(["int64", "int8", "float32"]),
)
def test_functions_of_integers_and_float32(submission, values, kind):
    """sigmoid and softplus compute integers and float32 in float64"""
    z = (np.array(values) / (8 if kind == "float32" else 1)).astype(kind)
    expected = np.array([exact_sigmoid(float(value)) for value in z])
    close(
        array(submission.sigmoid(z), z.shape, "sigmoid(z)"),
        expected,
        "sigmoid(z)",
        atol=1e-12,
        rtol=0,
    )
    expected = np.array([exact_softplus(float(value)) for value in z])
    close(
        array(submission.softplus(z), z.shape, "softplus(z)"), expected, "softplus(z)", rtol=1e-12
    )


# --- the objective ------------------------------------------------------------------------------


def objective(X, y, coef, intercept, l1, l2):
    """The penalised log-loss, from margins, so that nothing cancels."""
    z = np.asarray(X, float) @ np.asarray(coef, float) + intercept
    margins = np.where(np.asarray(y) == 1, z, -z)
    loss = np.mean(np.maximum(-margins, 0) + np.log1p(np.exp(-np.abs(margins))))
    return loss + l1 * np.abs(coef).sum() + l2 * np.sum(np.square(coef))


def loss_is_right(submission, X, y, coef, intercept, l1, l2):
    given = submission.penalized_log_loss(X, y, coef, intercept, l1, l2)
    given = number(given, "penalized_log_loss", finite=True)
    leaves_arguments_alone(submission.last)
    z = np.abs(X) @ np.abs(coef) + abs(intercept)
    # log-odds carry rounding of eps of their terms, and the loss inherits it
    close(
        given,
        objective(X, y, coef, intercept, l1, l2),
        "penalized_log_loss",
        rtol=1e-10,
        atol=1e-12 * (1 + float(z.max())),
    )


coefficients = st.lists(st.floats(-3, 3).map(lambda value: round(value, 2)), min_size=4, max_size=4)


@pytest.mark.check(
    "penalized_log_loss",
    points=2,
    hint="The mean of softplus(z) − y·z, plus l1·Σ|w|, plus l2·Σw²; the intercept is in z alone.",
)
@for_all(
    max_examples=15,
    data=labelled(),
    coef=coefficients,
    intercept=st.sampled_from([0.0, -1.5, 4.0]),
    l1=st.sampled_from([0.0, 0.3, 2.0]),
    l2=st.sampled_from([0.0, 0.7, 1.5]),
)
def test_objective(submission, data, coef, intercept, l1, l2):
    """penalized_log_loss: the mean log-loss and both penalties, the intercept left out of them"""
    X, y = data
    loss_is_right(submission, X, y, np.array(coef[: X.shape[1]]), intercept, l1, l2)


@pytest.mark.check(
    "penalized_log_loss",
    points=1,
    hint="log(sigmoid(z)) is −infinity once sigmoid(z) rounds to 0; use softplus.",
)
@for_all(
    max_examples=10,
    data=labelled(),
    coef=coefficients,
    size=st.sampled_from([1.0, 30.0, 300.0, 1000.0]),
)
def test_objective_of_sure_predictions(submission, data, coef, size):
    """penalized_log_loss stays finite and right where the log-odds are huge"""
    X, y = data
    loss_is_right(submission, X, y, size * np.array(coef[: X.shape[1]]), 0.5, 0.0, 0.0)


# --- the fit ------------------------------------------------------------------------------------


@pytest.mark.check(
    "logistic_proximal_gradient",
    points=2,
    hint="The gradient is X'(sigmoid(z) − y)/n + 2·l2·w: is the loss a mean, is the 2 there?",
)
@for_all(max_examples=12, data=labelled(), l2=st.sampled_from([0.02, 0.1, 0.5, 3.0]))
def test_squared_penalty(submission, data, l2):
    """With l2 alone the fit is stationary"""
    X, y = data
    stationary(X, y, *solve(submission, X, y, l2=l2), l2=l2)


@pytest.mark.check(
    "logistic_proximal_gradient",
    points=2,
    hint="After each gradient step apply the soft threshold step·l1 to the coefficients: it makes "
    "the zeros exact. A subgradient never gets there.",
)
@for_all(
    max_examples=12,
    data=labelled(columns=st.integers(2, 5)),
    l1=st.sampled_from([0.02, 0.05, 0.15]),
)
def test_absolute_penalty(submission, data, l1):
    """With l1 alone the fit is stationary, and its zeros are exact"""
    X, y = data
    stationary(X, y, *solve(submission, X, y, l1=l1), l1=l1)


@pytest.mark.check(
    "logistic_proximal_gradient",
    points=1,
    hint="l2 joins the gradient, l1 the threshold; a step of 1/L must count 2·l2 in L as well.",
)
@for_all(
    max_examples=10,
    data=labelled(),
    l1=st.sampled_from([0.01, 0.05]),
    l2=st.sampled_from([0.02, 20.0]),
)
def test_both_penalties(submission, data, l1, l2):
    """With both penalties the fit is stationary"""
    X, y = data
    stationary(X, y, *solve(submission, X, y, l1=l1, l2=l2), l1=l1, l2=l2)


@pytest.mark.check(
    "logistic_proximal_gradient",
    points=1,
    hint="Without penalties it is plain gradient descent; go on until the gradient is below tol.",
)
@for_all(max_examples=8, data=labelled(columns=st.integers(1, 3), overlap=True))
def test_no_penalty(submission, data):
    """Without a penalty, on classes that overlap, it is maximum likelihood"""
    X, y = data
    stationary(X, y, *solve(submission, X, y))


@pytest.mark.check(
    "logistic_proximal_gradient",
    points=2,
    hint="Neither the threshold nor the l2 term applies to the intercept.",
)
@for_all(
    max_examples=8,
    data=labelled(rows=st.integers(20, 40), columns=st.integers(1, 3)),
    positive=st.integers(2, 8),
    times=st.sampled_from([1.1, 5.0]),
)
def test_intercept_is_not_penalised(submission, data, positive, times):
    """Under a strong l1 every coefficient is 0 and the intercept is the log-odds of the classes"""
    X, y = data[0], np.zeros(len(data.y))
    y[:positive] = 1
    largest = np.abs((X - X.mean(axis=0)).T @ y).max() / len(y)
    coef, intercept = solve(submission, X, y, l1=times * largest)
    ensure(bool(np.all(coef == 0)), f"{np.sum(coef != 0)} coefficients are not exactly 0.")
    odds = math.log(positive / (len(y) - positive))
    # a gradient of 1e-5 allows 1e-5 / (p (1 - p)) in the log-odds, and p (1 - p) > 0.04 here
    close(intercept, odds, "The intercept", rtol=0, atol=3e-4)


@pytest.mark.check(
    "logistic_proximal_gradient",
    points=1,
    hint="A constant column says what the intercept says: its coefficient is 0.",
)
@for_all(
    max_examples=8,
    data=labelled(columns=st.integers(1, 3), overlap=True, offset=0.5),
    value=st.sampled_from([0.0, 1.0, 0.1, -1.3]),
    strengths=st.sampled_from([{}, {"l1": 0.03}, {"l2": 0.1}]),
)
def test_constant_columns(submission, data, value, strengths):
    """A constant column has coefficient 0, without a warning"""
    X, y = np.column_stack([data.X, np.full(len(data.y), value)]), data.y
    coef, intercept = solve(submission, X, y, **strengths)
    gives_no_warning(submission.last)
    # under l2 alone, stationarity to 1e-5 leaves 1e-5 / (2 l2) of it
    ensure(
        abs(coef[-1]) <= 1e-4,
        f"The coefficient of the constant column is {coef[-1]:.3g}, not 0.",
    )
    stationary(X, y, coef, intercept, **strengths)


@pytest.mark.check(
    "logistic_proximal_gradient",
    points=1,
    hint="Do not standardise: the penalties see X as it is given.",
)
@for_all(
    max_examples=8,
    seed=seeds,
    strengths=st.sampled_from([{"l1": 0.05}, {"l2": 0.05}, {"l1": 0.02, "l2": 0.02}]),
)
def test_columns_as_they_are(submission, seed, strengths):
    """Columns of other scales and with means of up to 3 standard deviations, as they are"""
    X, y = make_labelled(seed, 40, 2, offset=3.0, scales=0.4)
    stationary(X, y, *solve(submission, X, y, **strengths), **strengths)


@pytest.mark.check(
    "logistic_proximal_gradient", points=1, hint="Nothing in the method needs n > p."
)
@for_all(
    max_examples=6,
    data=labelled(rows=st.integers(8, 12), columns=st.integers(13, 20)),
    strengths=st.sampled_from([{"l1": 0.05}, {"l2": 0.1}]),
)
def test_more_columns_than_rows(submission, data, strengths):
    """More columns than rows"""
    X, y = data
    stationary(X, y, *solve(submission, X, y, **strengths), **strengths)


@pytest.mark.check(
    "logistic_proximal_gradient",
    points=1,
    hint="np.asarray(X, dtype=np.float64), and the same for y, before anything else.",
)
@for_all(max_examples=3, seed=seeds, strengths=st.sampled_from([{"l1": 0.05}, {"l2": 1}]))
def test_integer_and_float32_input(submission, seed, strengths):
    """Integer and float32 input is computed in float64"""
    X, y = make_labelled(seed, 30, 3)
    for kind in ("float32", "int64", "int8"):
        data = X if kind == "float32" else np.round(2 * X)
        data, labels = data.astype(kind), y.astype(kind)
        stationary(data, labels, *solve(submission, data, labels, **strengths), **strengths)


@pytest.mark.check(
    "logistic_proximal_gradient", "predict_proba",
    points=1, hint="X -= X.mean(axis=0) changes the caller's array; write X = X - X.mean(axis=0).",
)  # fmt: skip
@for_all(max_examples=3, data=labelled(), l1=st.sampled_from([0.0, 0.03]))
def test_arguments_are_left_alone(submission, data, l1):
    """Arguments and global random state are left alone, and no state stays between calls"""
    X, y = data
    first = solve(submission, X, y, l1=l1, l2=0.1)
    leaves_arguments_alone(submission.last)
    leaves_global_randomness_alone(submission.last)
    submission.predict_proba(submission.logistic_proximal_gradient(X, y, l1=l1, l2=0.1), X)
    leaves_arguments_alone(submission.last)
    again = solve(submission, X, y, l1=l1, l2=0.1)
    close(again[0], first[0], "The second answer to the same question", rtol=1e-12, atol=1e-300)


@pytest.mark.check(
    "logistic_proximal_gradient",
    points=1,
    hint="Only the soft threshold makes zeros; do not round small coefficients away.",
)
def test_small_coefficients_are_kept(submission):
    """Under a large squared penalty coefficients are small, and not 0"""
    rng = np.random.default_rng(2)
    X, y = np.round(rng.normal(size=(200, 8)), 2), np.arange(200.0) % 2
    stationary(X, y, *solve(submission, X, y, l2=100.0), l2=100.0)


@pytest.mark.check(
    "logistic_proximal_gradient",
    points=1,
    hint="One product with X and one with its transpose per step is enough.",
)
@for_all(max_examples=2, seed=seeds, strengths=st.sampled_from([{"l1": 0.02}, {"l2": 0.02}]))
def test_realistic_size(submission, seed, strengths):
    """A data set of realistic size"""
    X, y = make_labelled(seed, 400, 25, offset=1.0)
    stationary(X, y, *solve(submission, X, y, **strengths), **strengths)


# --- the other functions ------------------------------------------------------------------------


@pytest.mark.check(
    "predict_proba", points=1, hint="sigmoid(X @ coef + intercept): the probability of class 1."
)
@for_all(max_examples=8, data=labelled(), sure=st.booleans(), seed=seeds)
def test_probabilities(submission, data, sure, seed):
    """predict_proba: the probability of class 1 for new rows, however sure"""
    X, y = data
    X_new = np.round(np.random.default_rng(seed).normal(size=(5, X.shape[1])), 1)
    answer = submission.logistic_proximal_gradient(X, y, l2=0.1)
    fit = fields(answer, ("coef", "intercept", "n_iter"), "logistic_proximal_gradient")
    coef, intercept = array(fit.coef, (X.shape[1],), "coef"), number(fit.intercept, "intercept")
    if sure:  # log-odds of up to 5000, of which exp knows nothing
        X_new *= 5000 / max(np.abs(X_new @ coef + intercept).max(), 1.0)
    given = array(submission.predict_proba(answer, X_new), (5,), "predict_proba(fit, X)")
    expected = [exact_sigmoid(float(value)) for value in X_new @ coef + intercept]
    # log-odds of up to 5000 carry rounding of 1e-12, and sigmoid changes less than they
    close(given, np.array(expected), "predict_proba(fit, X)", rtol=0, atol=1e-10)


def parameters(submission, l1, l2, n):
    pair = submission.sklearn_parameters(l1, l2, n)
    return array(pair, (2,), "sklearn_parameters(l1, l2, n_samples)", finite=False)


@pytest.mark.check(
    "sklearn_parameters",
    points=2,
    hint="Multiply our objective by n·C: then n·C·l1 = r and n·C·l2 = (1 − r)/2. Add them up.",
)
@for_all(
    max_examples=20,
    l1=st.floats(1e-6, 1e4),
    l2=st.floats(1e-6, 1e4),
    n=st.integers(1, 5000),
    which=st.integers(0, 3),
)
def test_sklearn_parameters(submission, l1, l2, n, which):
    """sklearn_parameters gives C and l1_ratio in scikit-learn's scale"""
    l1, l2 = (l1 if which != 1 else 0.0), (l2 if which != 2 else 0.0)
    C, l1_ratio = parameters(submission, l1, l2, n)
    close(C, 1 / (n * (l1 + 2 * l2)), "C", rtol=1e-12)
    close(l1_ratio, l1 / (l1 + 2 * l2), "l1_ratio", rtol=1e-12)


@pytest.mark.check(
    "sklearn_parameters", points=1, hint="Without a penalty C is float('inf'); divide by nothing."
)
def test_sklearn_parameters_without_penalty(submission):
    """Without any penalty C is infinite"""
    C, _ = parameters(submission, 0.0, 0.0, 10)
    ensure(math.isinf(C) and C > 0, f"C should be infinite without a penalty, but is {C:.3g}.")


BAD_STRENGTHS = (-1.0, -1e-12, float("nan"), float("inf"), float("-inf"))
X_GOOD = np.array([[0.0, 1.0, 3.0], [2.0, 1.5, 0.0], [1.0, 0.5, 1.0], [4.0, 2.5, 1.0]])
Y_GOOD = np.array([1.0, 0.0, 0.0, 1.0])


def rejects_bad_data(call):
    """`call(X, y)` must refuse data of the wrong shape, other labels, NaN and infinity."""
    rejects(call, X_GOOD[:, 0], Y_GOOD, names=["X"])
    rejects(call, X_GOOD[None], Y_GOOD, names=["X"])
    rejects(call, X_GOOD, Y_GOOD[:3], names=["X", "y"])
    for bad in (float("nan"), float("inf")):
        rejects(call, np.where(X_GOOD == 4.0, bad, X_GOOD), Y_GOOD, names=["X"])
        rejects(call, X_GOOD, np.where([0, 1, 0, 0], bad, Y_GOOD), names=["y"])
    for labels in ([1.0, -1.0, -1.0, 1.0], [2.0, 1.0, 1.0, 2.0], [0.5, 0.0, 0.0, 1.0]):
        rejects(call, X_GOOD, np.array(labels), names=["y"])


@pytest.mark.check(
    "logistic_proximal_gradient",
    points=2,
    hint="Check strengths, max_iter, shapes, labels and np.isfinite first, and name the argument.",
)
def test_bad_input_to_the_fit(submission):
    """Bad input to logistic_proximal_gradient raises a ValueError that names the argument"""
    fit = submission.logistic_proximal_gradient
    for bad in BAD_STRENGTHS:
        rejects(fit, X_GOOD, Y_GOOD, l1=bad, l2=0.1, names=["l1"])
        rejects(fit, X_GOOD, Y_GOOD, l1=0.1, l2=bad, names=["l2"])
    rejects_bad_data(lambda X, y: fit(X, y, l2=0.1))
    for count in (0, -5):
        rejects(fit, X_GOOD, Y_GOOD, l2=0.1, max_iter=count, names=["max_iter"])


@pytest.mark.check(
    "penalized_log_loss", "predict_proba", "sklearn_parameters",
    points=2, hint="The same tests at the door of every function.",
)  # fmt: skip
def test_bad_input_elsewhere(submission):
    """Bad input to the other functions raises a ValueError that names the argument"""
    loss, coef = submission.penalized_log_loss, np.array([0.5, -1.0, 0.2])
    rejects_bad_data(lambda X, y: loss(X, y, coef, 0.1, 0.1, 0.1))
    for wrong in (coef[:1], coef[:2], np.ones(4)):
        rejects(loss, X_GOOD, Y_GOOD, wrong, 0.1, 0.1, 0.1, names=["coef", "X"])
    for bad in BAD_STRENGTHS:
        rejects(loss, X_GOOD, Y_GOOD, coef, 0.1, bad, 0.1, names=["l1"])
        rejects(loss, X_GOOD, Y_GOOD, coef, 0.1, 0.1, bad, names=["l2"])
        rejects(submission.sklearn_parameters, bad, 0.1, 5, names=["l1"])
        rejects(submission.sklearn_parameters, 0.1, bad, 5, names=["l2"])
    for count in (0, -2):
        rejects(submission.sklearn_parameters, 0.1, 0.1, count, names=["n_samples"])
    fit = submission.logistic_proximal_gradient(X_GOOD, Y_GOOD, l2=0.1)
    rejects(submission.predict_proba, fit, X_GOOD[:, 0], names=["X"])
    rejects(submission.predict_proba, fit, np.where(X_GOOD == 4.0, np.nan, X_GOOD), names=["X"])
    rejects(submission.predict_proba, fit, np.where(X_GOOD == 4.0, np.inf, X_GOOD), names=["X"])
