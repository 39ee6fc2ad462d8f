"""Hidden checks of `bias_variance`: spies record every fit, and the answer must follow from them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from exercises.checking import (
    array,
    close,
    ensure,
    fields,
    leaves_arguments_alone,
    leaves_global_randomness_alone,
    number,
    rejects,
)
from graders.certificates.optimality import binomial_tail, chi_square_tail, normal_tail
from graders.checks.strategies import for_all, seeds

NAMES = ("bias_squared", "variance", "noise", "expected_error")


class Truth:
    """A `true_function`: a parabola, a wave or a constant, by `kind`."""

    def __init__(self, kind, offset=0.0):
        self.kind, self.offset = kind, offset

    def __call__(self, x):
        x = np.asarray(x, dtype=float)
        shape = {"parabola": x**2 - x, "wave": 2 * np.sin(2 * x), "constant": np.ones_like(x)}
        return shape[self.kind] + self.offset

    def fresh(self):
        return Truth(self.kind, self.offset)


class Model:
    """A `fit_predict` that writes down its input and its answer.

    It is a kernel smoother: its answers depend on every number of its input, nonlinearly on y.
    """

    def __init__(self):
        self.seen = []
        self.answers = []

    def __call__(self, x_train, y, x_test):
        x_train, y, x_test = (np.asarray(a, dtype=float) for a in (x_train, y, x_test))
        self.seen.append((x_train, y, x_test))
        weights = np.exp(-((x_test[:, None] - x_train) ** 2))
        answer = weights @ y / weights.sum(axis=1) + 0.1 * np.tanh(y).mean()
        self.answers.append(answer)
        return answer

    def fresh(self):
        return Model()


def ask(submission, model, truth, x_train, x_test, noise_std, n_repeats, seed):
    """The submission's answer, each part of it a finite number."""
    answer = submission.bias_variance(
        model, truth, x_train, x_test, noise_std, n_repeats, rng=np.random.default_rng(seed)
    )
    parts = fields(answer, NAMES, "bias_variance")
    for name in NAMES:
        setattr(parts, name, number(getattr(parts, name), name))
    return parts


def predictions_of(model, m, n_repeats):
    """The recorded predictions, (n_repeats, m), for the repeats that there should be."""
    ensure(
        len(model.answers) == n_repeats,
        f"fit_predict should be called once for each of the {n_repeats} repeats, but was called "
        f"{len(model.answers)} times.",
    )
    for answer in model.answers:
        ensure(answer.shape == (m,), "fit_predict was not given x_test as its third argument.")
    return np.array(model.answers)


@st.composite
def settings(draw, repeats=st.integers(3, 12)):
    """(truth, x_train, x_test, noise_std, n_repeats, seed) with readable points."""
    rng = np.random.default_rng(draw(seeds))
    x_train = np.round(rng.uniform(-2, 2, size=draw(st.integers(2, 12))), 1)
    x_test = np.round(rng.uniform(-2, 2, size=draw(st.integers(1, 9))), 1)
    truth = Truth(
        draw(st.sampled_from(["parabola", "wave", "constant"])), draw(st.sampled_from([0.0, 5.0]))
    )
    noise_std = draw(st.sampled_from([0.1, 0.5, 2.0]))
    return truth, x_train, x_test, noise_std, draw(repeats), draw(seeds)


@pytest.mark.check(
    "bias_variance",
    points=3,
    hint="for each repeat: draw y, call fit_predict(x_train, y, x_test) once, keep its answer.",
)
@for_all(max_examples=15, setting=settings(repeats=st.integers(1, 12)))
def test_one_fit_for_each_repeat(submission, setting):
    """fit_predict is called once for each repeat, with x_train, n values of y, and x_test"""
    truth, x_train, x_test, noise_std, n_repeats, seed = setting
    model = Model()
    ask(submission, model, truth, x_train, x_test, noise_std, n_repeats, seed)
    predictions_of(model, len(x_test), n_repeats)
    for seen_train, y, seen_test in model.seen:
        ensure(
            np.array_equal(seen_train, x_train),
            "fit_predict was not given x_train as its first argument.",
        )
        ensure(
            y.shape == x_train.shape, "The y of a repeat should have one value for each x_train."
        )
        ensure(
            np.array_equal(seen_test, x_test),
            "fit_predict was not given x_test as its third argument.",
        )


@pytest.mark.check(
    "bias_variance",
    points=3,
    hint="Mean over the repeats first, then minus f(x_test), squared, and the mean over x_test.",
)
@for_all(max_examples=20, setting=settings())
def test_bias(submission, setting):
    """bias_squared: the mean prediction against the truth, squared, averaged over x_test"""
    truth, x_train, x_test, noise_std, n_repeats, seed = setting
    model = Model()
    parts = ask(submission, model, truth, x_train, x_test, noise_std, n_repeats, seed)
    predictions = predictions_of(model, len(x_test), n_repeats)
    expected = np.mean((predictions.mean(axis=0) - truth(x_test)) ** 2)
    # means of numbers of this size carry a few eps of it
    close(
        parts.bias_squared, expected, "bias_squared", rtol=1e-9, atol=1e-13 * rounding(predictions)
    )


def rounding(predictions):
    return float(np.max(predictions**2))


@pytest.mark.check(
    "bias_variance",
    points=3,
    hint="predictions.var(axis=0) over the repeats, then its mean over x_test.",
)
@for_all(max_examples=20, setting=settings())
def test_variance(submission, setting):
    """variance: the spread of the predictions over the repeats (ddof 0), averaged over x_test"""
    truth, x_train, x_test, noise_std, n_repeats, seed = setting
    model = Model()
    parts = ask(submission, model, truth, x_train, x_test, noise_std, n_repeats, seed)
    predictions = predictions_of(model, len(x_test), n_repeats)
    expected = np.mean(predictions.var(axis=0))
    # mean of squares less square of the mean is right too, and loses eps of the squares
    close(parts.variance, expected, "variance", rtol=1e-9, atol=1e-13 * rounding(predictions))


@pytest.mark.check(
    "bias_variance",
    points=2,
    hint="noise is noise_std ** 2, and expected_error the sum of all three.",
)
@for_all(max_examples=15, setting=settings())
def test_noise_and_sum(submission, setting):
    """noise is noise_std², and expected_error is the sum of the three parts"""
    truth, x_train, x_test, noise_std, n_repeats, seed = setting
    parts = ask(submission, Model(), truth, x_train, x_test, noise_std, n_repeats, seed)
    close(parts.noise, noise_std**2, "noise", rtol=1e-12)
    total = parts.bias_squared + parts.variance + parts.noise
    close(parts.expected_error, total, "expected_error less the three parts", rtol=1e-12)


class Quick:
    """A `fit_predict` that only writes down y."""

    def __init__(self):
        self.seen = []

    def __call__(self, x_train, y, x_test):
        self.seen.append((np.asarray(x_train), np.asarray(y, dtype=float), np.asarray(x_test)))
        return np.zeros(len(x_test))

    def fresh(self):
        return Quick()


def noise_of(submission, truth, x_train, noise_std, n_repeats, seed):
    """The noise of every repeat in units of noise_std, (n_repeats, n)."""
    model = Quick()
    ask(submission, model, truth, x_train, x_train[:2], noise_std, n_repeats, seed)
    ensure(
        len(model.seen) == n_repeats and all(y.shape == x_train.shape for _, y, _ in model.seen),
        f"fit_predict should get {n_repeats} times a y with one value for each x_train.",
    )
    return (np.array([y for _, y, _ in model.seen]) - truth(x_train)) / noise_std


#: All tests of one draw share a tail of 1e-9, so a right solution fails once in a billion.
TAIL = 1e-9


@pytest.mark.check(
    "bias_variance",
    points=2,
    hint="y = true_function(x_train) + noise_std * rng.standard_normal(len(x_train))",
)
@for_all(
    max_examples=3,
    seed=seeds,
    noise_std=st.sampled_from([0.2, 3.0]),
    kind=st.sampled_from(["parabola", "wave"]),
)
def test_noise_is_normal(submission, seed, noise_std, kind):
    """y is the truth plus normal noise of standard deviation noise_std"""
    x_train = np.linspace(-2, 2, 40)
    z = noise_of(submission, Truth(kind), x_train, noise_std, 40, seed)
    # exact under N(0, 1): the sum, the sum of squares, and the shares within 1, 2 and 2.25; noise
    # cut at 2 has none of the 39 draws that should lie beyond 2.25
    shares = (
        (1.0, 0.6826894921370859), (2.0, 0.9544997361036416), (2.25, 0.9755510546899107),
    )  # fmt: skip
    tails = [normal_tail(z.sum() / np.sqrt(z.size)), chi_square_tail(float(np.sum(z**2)), z.size)]
    tails += [binomial_tail(int(np.sum(np.abs(z) < bound)), z.size, p) for bound, p in shares]
    ensure(
        len(tails) * min(tails) >= TAIL,
        "The y of the repeats are not true_function(x_train) plus normal noise of standard "
        f"deviation noise_std: their differences from the truth have the mean "
        f"{noise_std * z.mean():.3g} and the standard deviation {noise_std * z.std():.3g}.",
    )


@pytest.mark.check(
    "bias_variance",
    points=2,
    hint="Draw len(x_train) new numbers inside the loop over the repeats.",
)
@for_all(max_examples=3, seed=seeds)
def test_noise_is_fresh(submission, seed):
    """Every point of every repeat has noise of its own"""
    n, n_repeats = 30, 30
    z = noise_of(submission, Truth("wave"), np.linspace(-2, 2, n), 0.5, n_repeats, seed)
    # a continuous draw is not 0, and of 900 none is rounded away beside the truth
    ensure(bool(np.all(z != 0)), "Some points of a repeat have no noise; each needs its own.")
    # for independent draws these sums of squared means are chi-square, exactly
    over_points = chi_square_tail(float(n * np.sum(z.mean(axis=1) ** 2)), n_repeats)
    over_repeats = chi_square_tail(float(n_repeats * np.sum(z.mean(axis=0) ** 2)), n)
    ensure(
        4 * over_points >= TAIL,
        "The points of a repeat share their noise; each needs a number of its own.",
    )
    ensure(
        4 * over_repeats >= TAIL,
        "The repeats share their noise; it should be drawn anew for each of them.",
    )
    # neighbours in either direction: the products of independent pairs have mean 0, variance 1,
    # and with 450 pairs no sum of them is 8 standard deviations off in a billion trials
    for what, pairs in (("points", z[:, ::2] * z[:, 1::2]), ("repeats", z[::2] * z[1::2])):
        ensure(
            abs(pairs.sum()) <= 8 * np.sqrt(pairs.size),
            f"The noise of neighbouring {what} is related; draw it independently.",
        )


@pytest.mark.check("bias_variance", points=1, hint="At noise_std = 0 every y is f(x_train) itself.")
@for_all(max_examples=8, setting=settings())
def test_without_noise(submission, setting):
    """Without noise y is the truth, and there is no variance"""
    truth, x_train, x_test, _, n_repeats, seed = setting
    model = Model()
    parts = ask(submission, model, truth, x_train, x_test, 0.0, n_repeats, seed)
    predictions = predictions_of(model, len(x_test), n_repeats)
    for _, y, _ in model.seen:
        close(y, truth(x_train), "y without noise", rtol=1e-12, atol=1e-300)
    tiny = 1e-13 * rounding(predictions)
    close(parts.variance, 0.0, "The variance without noise", atol=tiny)
    close(parts.noise, 0.0, "noise at noise_std = 0")
    expected = np.mean((predictions[0] - truth(x_test)) ** 2)
    close(parts.bias_squared, expected, "bias_squared", rtol=1e-9, atol=tiny)


@pytest.mark.check("bias_variance", points=1, hint="One repeat has no spread: ddof is 0, not 1.")
@for_all(max_examples=8, setting=settings(repeats=st.just(1)))
def test_one_repeat(submission, setting):
    """A single repeat: all of the error is bias, and the variance is 0"""
    truth, x_train, x_test, noise_std, _, seed = setting
    model = Model()
    parts = ask(submission, model, truth, x_train, x_test, noise_std, 1, seed)
    predictions = predictions_of(model, len(x_test), 1)
    tiny = 1e-13 * rounding(predictions)
    close(parts.variance, 0.0, "The variance of one repeat", atol=tiny)
    expected = np.mean((predictions[0] - truth(x_test)) ** 2)
    close(parts.bias_squared, expected, "bias_squared", rtol=1e-9, atol=tiny)


@pytest.mark.check(
    "bias_variance",
    points=1,
    hint="Draw from rng alone, never from np.random or a seed of your own.",
)
@for_all(max_examples=5, seed=seeds)
def test_randomness_comes_from_rng(submission, seed):
    """The same rng gives the same noise, another one other noise"""
    x_train = np.linspace(-1, 1, 8)

    def noise(seed):
        z = noise_of(submission, Truth("wave"), x_train, 0.5, 5, seed)
        leaves_global_randomness_alone(submission.last)
        return z

    first = noise(seed)
    submission.seed_globals(seed % 1000)
    close(noise(seed), first, "The noise for the same seed", rtol=1e-9, atol=1e-12)
    ensure(not np.allclose(noise(seed + 1), first), "Another seed gives the same noise.")


@pytest.mark.check(
    "bias_variance", points=1, hint="np.asarray(x, dtype=np.float64) before f sees it."
)
@for_all(max_examples=8, seed=seeds, kind=st.sampled_from(["int64", "uint8", "int8", "float32"]))
def test_integer_and_float32_input(submission, seed, kind):
    """Integer and float32 points are computed in float64"""
    rng = np.random.default_rng(seed)
    x_train, x_test = (rng.uniform(0, 9, size=size).astype(kind) for size in (9, 6))

    class Power:
        """A truth that computes in the type of what it is given."""

        def __call__(self, x):
            return x**3 + x

        def fresh(self):
            return Power()

    model, truth = Model(), Power()
    parts = ask(submission, model, truth, x_train, x_test, 0, 3, seed)
    predictions = predictions_of(model, 6, 3)
    for _, y, _ in model.seen:
        close(y, truth(x_train.astype(float)), "y without noise", rtol=1e-12)
    expected = np.mean((predictions[0] - truth(x_test.astype(float))) ** 2)
    close(
        parts.bias_squared, expected, "bias_squared", rtol=1e-9, atol=1e-13 * rounding(predictions)
    )


class Itself:
    """The truth f(x) = x, which gives back the very array that it is given."""

    def __call__(self, x):
        return x

    def fresh(self):
        return Itself()


@pytest.mark.check(
    "bias_variance",
    points=1,
    hint="y = f(x) + noise is a new array; y += noise may change f's own.",
)
@for_all(max_examples=4, setting=settings())
def test_arguments_are_left_alone(submission, setting):
    """Arguments are not modified, and there is no state between calls"""
    truth, x_train, x_test, noise_std, n_repeats, seed = setting
    first = ask(submission, Model(), truth, x_train, x_test, noise_std, n_repeats, seed)
    leaves_arguments_alone(submission.last)
    again = ask(submission, Model(), truth, x_train, x_test, noise_std, n_repeats, seed)
    close(again.expected_error, first.expected_error, "The second answer", rtol=1e-12)
    model = Model()
    parts = ask(submission, model, Itself(), x_train, x_test, noise_std, n_repeats, seed)
    leaves_arguments_alone(submission.last)
    ensure(
        all(np.array_equal(seen, x_train) for seen, _, _ in model.seen),
        "Where f(x) is x, fit_predict did not get x_train as it was: the noise was written into what "
        "true_function gave back, which is x_train itself.",
    )
    bias = np.mean((predictions_of(model, len(x_test), n_repeats).mean(axis=0) - x_test) ** 2)
    tiny = 1e-13 * rounding(np.array(model.answers))
    close(parts.bias_squared, bias, "bias_squared where f(x) is x", rtol=1e-9, atol=tiny)


@pytest.mark.check(
    "bias_variance", points=1, hint="Test n_repeats >= 1 and np.isfinite of the points first."
)
def test_bad_input(submission):
    """Bad input raises a ValueError that names the argument"""
    x = np.array([0.0, 1.0, 2.0])

    def refuses(name, x_train=x, x_test=x, n_repeats=3):
        rejects(
            submission.bias_variance, Quick(), Truth("wave"), x_train, x_test, 0.5, n_repeats,
            rng=np.random.default_rng(0), names=[name],
        )  # fmt: skip

    for count in (0, -1):
        refuses("n_repeats", n_repeats=count)
    for bad in (np.nan, np.inf, -np.inf):
        refuses("x_train", x_train=np.where(x == 2.0, bad, x))
        refuses("x_test", x_test=np.where(x == 2.0, bad, x))


@pytest.mark.check(
    "bias_variance", points=1, hint="Keep the predictions of all repeats, shape (n_repeats, m)."
)
@for_all(max_examples=2, seed=seeds, noise_std=st.sampled_from([0.3, 1.0]))
def test_realistic_size(submission, seed, noise_std):
    """200 fits to 50 points, judged at 100"""
    rng = np.random.default_rng(seed)
    x_train, x_test = np.sort(rng.uniform(-2, 2, 50)), np.linspace(-2, 2, 100)
    truth, model = Truth("wave"), Model()
    parts = ask(submission, model, truth, x_train, x_test, noise_std, 200, seed)
    predictions = array(predictions_of(model, 100, 200), (200, 100), "The predictions")
    bias = np.mean((predictions.mean(axis=0) - truth(x_test)) ** 2)
    variance = np.mean(predictions.var(axis=0))
    tiny = 1e-12 * rounding(predictions)
    close(parts.bias_squared, bias, "bias_squared", rtol=1e-9, atol=tiny)
    close(parts.variance, variance, "variance", rtol=1e-9, atol=tiny)
    close(parts.expected_error, bias + variance + noise_std**2, "expected_error", rtol=1e-9)
