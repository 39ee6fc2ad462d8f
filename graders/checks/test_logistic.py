"""Hidden checks of `logistic`, by stationarity of the learner's own answer."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import strategies as st

from exercises.checking import (
    CallRaised,
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
    leaves_arguments_alone(submission.last)
    return read(answer, np.shape(X)[1])


def read(answer, p):
    fit = fields(answer, ("coef", "intercept", "n_iter"), "logistic_proximal_gradient")
    return array(fit.coef, (p,), "coef"), number(fit.intercept, "intercept")


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

#: A shortcut goes wrong in a band of its own, such as softplus(z) = z from 20 on, up to 24.
BANDS = (-1e4, -746, -300, -100, -37, -30, -20, -10, -1, 1, 10, 20, 24, 30, 37, 100, 709, 1e4)
EDGES = (0.0, -0.0, 1e-9, 36.8, -36.8, 709.0, -709.0, 745.2, -745.2, 1e4, -1e4)


def spread(seed: int) -> list[float]:
    """A number of each band and all the edges, in any order."""
    rng = np.random.default_rng(seed)
    inside = np.round(rng.uniform(BANDS[:-1], BANDS[1:]), 2)
    return rng.permutation([*inside, *EDGES]).tolist()


def exact_sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def sigmoid_is_right(z: float, given: float) -> None:
    off = abs(given - exact_sigmoid(z))
    ensure(off <= 1e-12, f"sigmoid({z:g}) is off by {off:.2g}, where 1e-12 is allowed.")


def softplus_is_right(z: float, given: float) -> None:
    right = max(z, 0.0) + math.log1p(math.exp(-abs(z)))
    # below 1e-300 a float has fewer digits, and in the end none
    off = max(abs(given - right) - 1e-300, 0.0) / max(right, 1e-300)
    ensure(
        off <= 1e-12,
        f"softplus({z:g}) is off by {off:.2g} times its value, where 1e-12 is allowed.",
    )


@pytest.mark.check(
    "sigmoid",
    points=2,
    hint="exp of a large number overflows, exp of a very negative one does not: use exp(−|z|). "
    "np.where computes both of its branches.",
)
@for_all(max_examples=12, values=seeds.map(spread))
def test_sigmoid(submission, values):
    """sigmoid: right to 1e-12 for |z| up to 1e4, without overflow or warning"""
    for value in values[:3]:
        answer = number(submission.sigmoid(value), "sigmoid of a number")
        gives_no_warning(submission.last)
        sigmoid_is_right(value, answer)
    z = np.array(values)
    given = array(submission.sigmoid(z), z.shape, "sigmoid(z)")
    gives_no_warning(submission.last)
    leaves_arguments_alone(submission.last)
    for value, answer in zip(values, given, strict=True):
        sigmoid_is_right(value, answer)


@pytest.mark.check(
    "softplus",
    points=2,
    hint="max(z, 0) + log1p(exp(−|z|)): log(1 + tiny) loses all digits, log1p(tiny) none.",
)
@for_all(max_examples=12, values=seeds.map(spread))
def test_softplus(submission, values):
    """softplus: right to 1e-12 of its value for |z| up to 1e4, without overflow or warning"""
    for value in values[:3]:
        answer = number(submission.softplus(value), "softplus of a number")
        gives_no_warning(submission.last)
        softplus_is_right(value, answer)
    z = np.array(values)
    given = array(submission.softplus(z), z.shape, "softplus(z)")
    gives_no_warning(submission.last)
    leaves_arguments_alone(submission.last)
    for value, answer in zip(values, given, strict=True):
        softplus_is_right(value, answer)


@pytest.mark.check(
    "sigmoid", "softplus", points=1, hint="np.asarray(z, dtype=np.float64) before anything else."
)  # fmt: skip
@for_all(
    max_examples=8,
    values=st.lists(st.integers(-120, 120), min_size=1, max_size=5),
    kind=st.sampled_from(["int64", "int8", "uint8", "float32"]),
)
def test_functions_of_integers_and_float32(submission, values, kind):
    """sigmoid and softplus compute integers and float32 in float64"""
    # without a sign -z is no longer the opposite of z
    z = np.abs(values) if kind == "uint8" else np.array(values)
    z = (z / (8 if kind == "float32" else 1)).astype(kind)
    for value, answer in zip(z, array(submission.sigmoid(z), z.shape, "sigmoid(z)"), strict=True):
        sigmoid_is_right(float(value), answer)
    for value, answer in zip(z, array(submission.softplus(z), z.shape, "softplus(z)"), strict=True):
        softplus_is_right(float(value), answer)


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


#: Near (0.5, -1.25, 2, -0.75), so that the smallest example still tells |w|, |w|^2 and |w|_1 apart.
coefficients = st.tuples(
    *(
        st.floats(-3, 3).map(lambda value, middle=middle: round(middle + value, 2))
        for middle in (0.5, -1.25, 2.0, -0.75)
    )
)


@pytest.mark.check(
    "penalized_log_loss",
    points=2,
    hint="The mean of softplus(z) − y·z, plus l1·Σ|w|, plus l2·Σw²; the intercept is in z alone.",
)
@for_all(
    max_examples=15,
    data=labelled(columns=st.integers(2, 4)),
    coef=coefficients,
    intercept=st.sampled_from([0.0, -1.5, 4.0]),
    l1=st.sampled_from([0.0, 0.3, 2.0]),
    l2=st.sampled_from([0.0, 0.7, 1.5]),
)
def test_objective(submission, data, coef, intercept, l1, l2):
    """penalized_log_loss: the mean log-loss and both penalties, the intercept left out of them"""
    X, y = data
    w = np.array(coef[: X.shape[1]])
    loss_is_right(submission, X, y, w, intercept, l1, l2)
    # one row will do, and so will one class
    loss_is_right(submission, X[:1], y[:1], w, intercept, l1, l2)


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
@for_all(max_examples=12, data=labelled(), l2=st.sampled_from([0.0217, 0.1, 0.5, 3.0]))
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
    l1=st.sampled_from([0.02, 0.047, 0.153]),
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


CONSTANTS: tuple[tuple[float, dict[str, float]], ...] = (
    (0.0, {}),
    (1.0, {}),
    (0.1, {}),  # its mean is rounded, and is not 0.1
    (-1.3, {"l1": 0.03}),
    (1.0, {"l2": 0.1}),
)


def constant_is_zero(submission, X, y, place, **strengths):
    coef, intercept = solve(submission, X, y, **strengths)
    gives_no_warning(submission.last)
    # under l2 alone, stationarity to 1e-5 leaves 1e-5 / (2 l2) of it
    ensure(
        abs(coef[place]) <= 1e-4,
        f"The coefficient of the constant column is {coef[place]:.3g}, not 0.",
    )
    stationary(X, y, coef, intercept, **strengths)


@pytest.mark.check(
    "logistic_proximal_gradient",
    points=1,
    hint="A constant column says what the intercept says: its coefficient is 0.",
)
@for_all(
    max_examples=4,
    data=labelled(columns=st.integers(1, 3), overlap=True, offset=0.5),
    place=st.integers(0, 3),
)
def test_constant_columns(submission, data, place):
    """A constant column has coefficient 0, without a warning"""
    place = min(place, data.X.shape[1])
    for value, strengths in CONSTANTS:
        X, y = np.insert(data.X, place, value, axis=1), data.y
        constant_is_zero(submission, X, y, place, **strengths)
    # alone, where nothing is left but the intercept
    constant_is_zero(submission, X[:, [place]], y, 0)


@pytest.mark.check(
    "logistic_proximal_gradient",
    points=1,
    hint="Do not standardise: the penalties see X as it is given.",
)
@for_all(max_examples=3, seed=seeds)
def test_columns_as_they_are(submission, seed):
    """Columns of other scales and with means of up to 3 standard deviations, as they are"""
    X, y = make_labelled(seed, 40, 2, offset=3.0, scales=0.4)
    for strengths in ({"l1": 0.05}, {"l2": 0.05}, {"l1": 0.02, "l2": 0.02}):
        stationary(X, y, *solve(submission, X, y, **strengths), **strengths)


@pytest.mark.check(
    "logistic_proximal_gradient", points=1, hint="Nothing in the method needs n > p."
)
@for_all(
    max_examples=4,
    # small means and enough of a penalty: a constant step shorter than 1/L by half gets there too
    data=labelled(rows=st.integers(8, 12), columns=st.integers(13, 20), offset=0.5),
)
def test_more_columns_than_rows(submission, data):
    """More columns than rows"""
    X, y = data
    for strengths in ({"l1": 0.1}, {"l2": 0.1}):
        stationary(X, y, *solve(submission, X, y, **strengths), **strengths)


@pytest.mark.check(
    "logistic_proximal_gradient",
    points=1,
    hint="np.asarray(X, dtype=np.float64), and the same for y, before anything else.",
)
@for_all(max_examples=2, seed=seeds)
def test_integer_and_float32_input(submission, seed):
    """Integer and float32 input is computed in float64"""
    X, y = make_labelled(seed, 30, 3)
    for kind in ("float32", "int64", "int8", "uint8"):
        data = X if kind == "float32" else np.round(2 * X)
        # without a sign 2 y - 1 and X - mean(X) wrap around
        data = np.abs(data) if kind == "uint8" else data
        data, labels = data.astype(kind), y.astype(kind)
        for strengths in ({"l1": 0.05}, {"l2": 1}):
            coef, intercept = solve(submission, data, labels, **strengths)
            stationary(data, labels, coef, intercept, **strengths)
        loss_is_right(submission, data, labels, coef, intercept, 0.1, 0.1)


@pytest.mark.check(
    "logistic_proximal_gradient", "predict_proba",
    points=1, hint="X -= X.mean(axis=0) changes the caller's array; write X = X - X.mean(axis=0).",
)  # fmt: skip
@for_all(max_examples=2, data=labelled())
def test_arguments_are_left_alone(submission, data):
    """Arguments and global random state are left alone, and no state stays between calls"""
    X, y = data
    for l1 in (0.0, 0.03):
        first = solve(submission, X, y, l1=l1, l2=0.1)
        leaves_global_randomness_alone(submission.last)
        submission.predict_proba(submission.logistic_proximal_gradient(X, y, l1=l1, l2=0.1), X)
        leaves_arguments_alone(submission.last)
        again = solve(submission, X, y, l1=l1, l2=0.1)
        what = "The second answer to the same question"
        close(again[0], first[0], what, rtol=1e-12, atol=1e-300)


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
    hint="The gradient mapping is the step divided by t. Where t is small, so is every step, "
    "however far it is to the minimum.",
)
def test_stopping(submission):
    """It stops by the gradient mapping, not by the length of a step"""
    # so large an l2 makes 1/L a fortieth, and few ones send the intercept on a long way
    X, y = make_labelled(5, 40, 3).X, (np.arange(40) < 3).astype(float)
    # the mapping was at most 1e-6 in each element, and the last step, of that times t, changes the
    # gradient by at most its 2-norm: together sqrt(p + 1) + 1 times 1e-6, where 1e-5 is allowed
    stationary(X, y, *solve(submission, X, y, l2=20.0, tol=1e-6), l2=20.0)


@pytest.mark.check(
    "logistic_proximal_gradient", points=1, hint="Two rows, one of each class, have a minimum too."
)
def test_few_rows(submission):
    """Two or three rows"""
    X, y = np.array([[-1.0, 0.5], [2.0, -1.5], [0.5, 3.0]]), np.array([0.0, 1.0, 1.0])
    for n, p, strengths in ((2, 2, {"l1": 0.1}), (3, 1, {"l2": 0.1})):
        rows, labels = X[:n, :p], y[:n]
        stationary(rows, labels, *solve(submission, rows, labels, **strengths), **strengths)


@pytest.mark.check(
    "logistic_proximal_gradient",
    points=1,
    hint="One product with X and one with its transpose per step is enough.",
)
@for_all(max_examples=2, seed=seeds)
def test_realistic_size(submission, seed):
    """A data set of realistic size"""
    X, y = make_labelled(seed, 400, 25, offset=1.0)
    for strengths in ({"l1": 0.02}, {"l2": 0.02}):
        stationary(X, y, *solve(submission, X, y, **strengths), **strengths)


# --- the other functions ------------------------------------------------------------------------


@pytest.mark.check(
    "predict_proba", points=1, hint="sigmoid(X @ coef + intercept): the probability of class 1."
)
@for_all(
    max_examples=8,
    data=labelled(),
    rows=st.sampled_from([1, 5]),
    sure=st.booleans(),
    seed=seeds,
)
def test_probabilities(submission, data, rows, sure, seed):
    """predict_proba: the probability of class 1 for new rows, however sure"""
    X, y = data
    X_new = np.round(np.random.default_rng(seed).normal(size=(rows, X.shape[1])), 1)
    answer = submission.logistic_proximal_gradient(X, y, l2=0.1)
    coef, intercept = read(answer, X.shape[1])
    if sure:  # log-odds of up to 5000, of which exp knows nothing
        X_new *= 5000 / max(np.abs(X_new @ coef + intercept).max(), 1.0)
    given = array(submission.predict_proba(answer, X_new), (rows,), "predict_proba(fit, X)")
    expected = [exact_sigmoid(float(value)) for value in X_new @ coef + intercept]
    # log-odds of up to 5000 carry rounding of 1e-12, and sigmoid changes less than they
    close(given, np.array(expected), "predict_proba(fit, X)", rtol=0, atol=1e-10)


def parameters(submission, l1, l2, n):
    pair = submission.sklearn_parameters(l1, l2, n)
    return array(pair, (2,), "sklearn_parameters(l1, l2, n_samples)", finite=False)


#: A tiny penalty is one too: only at 0 itself is C infinite.
strengths_of_all_sizes = st.one_of(st.floats(1e-6, 1e4), st.sampled_from([1e-8, 1e-10, 1e-13]))


@pytest.mark.check(
    "sklearn_parameters",
    points=2,
    hint="Multiply our objective by n·C: then n·C·l1 = r and n·C·l2 = (1 − r)/2. Add them up.",
)
@for_all(
    max_examples=20,
    l1=strengths_of_all_sizes,
    l2=strengths_of_all_sizes,
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
    C, l1_ratio = parameters(submission, 0.0, 0.0, 10)
    ensure(math.isinf(C) and C > 0, f"C should be infinite without a penalty, but is {C:.3g}.")
    # any ratio, but LogisticRegression takes no other number
    ensure(0 <= l1_ratio <= 1, f"l1_ratio should lie in [0, 1], but is {l1_ratio:.3g}.")


BAD_STRENGTHS = (-1.0, -1e-12, float("nan"), float("inf"), float("-inf"))
X_GOOD = np.array([[0.0, 1.0, 3.0], [2.0, 1.5, 0.0], [1.0, 0.5, 1.0], [4.0, 2.5, 1.0]])
Y_GOOD = np.array([1.0, 0.0, 0.0, 1.0])


def rejects_bad_data(call):
    """`call(X, y)` must refuse data of the wrong shape, other labels, NaN and infinity."""
    rejects(call, X_GOOD[:, 0], Y_GOOD, names=["X"])
    for cube in (X_GOOD[None], X_GOOD[:, None], X_GOOD[:, :, None]):
        rejects(call, cube, Y_GOOD, names=["X"])
    rejects(call, X_GOOD, Y_GOOD[:3], names=["X", "y"])
    rejects(call, X_GOOD[:3], Y_GOOD, names=["X", "y"])
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


def refuses_other_columns(predict, fit, X):
    """Columns that are too few: NumPy's own ValueError will do, whatever it names."""
    try:
        value = predict(fit, X)
    except CallRaised as error:
        found = f"it raised {error.type_name}: {shorten(error.message)}"
        refused = "ValueError" in error.mro
    else:
        found, refused = f"the call returned {describe(value)}", False
    wanted = "An X with fewer columns than coef is long should raise a ValueError"
    ensure(refused, f"{wanted}, but {found}.")


@pytest.mark.check(
    "penalized_log_loss", "predict_proba", "sklearn_parameters",
    points=2, hint="The same tests at the door of every function.",
)  # fmt: skip
def test_bad_input_elsewhere(submission):
    """Bad input to the other functions raises a ValueError that names the argument"""
    loss, coef = submission.penalized_log_loss, np.array([0.5, -1.0, 0.2])
    rejects_bad_data(lambda X, y: loss(X, y, coef, 0.1, 0.1, 0.1))
    rejects(loss, X_GOOD[:, 0], Y_GOOD, coef[:1], 0.1, 0.1, 0.1, names=["X"])
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
    # a single row of as many numbers as there are coefficients is not 2-D either
    for not_a_matrix in (X_GOOD[0], X_GOOD[:, 0], X_GOOD[None]):
        rejects(submission.predict_proba, fit, not_a_matrix, names=["X"])
    refuses_other_columns(submission.predict_proba, fit, X_GOOD[:, :1])
    rejects(submission.predict_proba, fit, np.where(X_GOOD == 4.0, np.nan, X_GOOD), names=["X"])
    rejects(submission.predict_proba, fit, np.where(X_GOOD == 4.0, np.inf, X_GOOD), names=["X"])
