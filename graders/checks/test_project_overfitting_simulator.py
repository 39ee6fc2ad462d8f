"""Hidden checks of the simulator: identities between the errors, whatever curve they come from.

The true curve, the training points and the test points are the learner's choice, so nothing is
compared with a simulation of ours. Where the noise is a million times larger than any curve, the
errors follow exact laws all the same.
"""

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
from graders.certificates.optimality import chi_square_tail
from graders.checks.strategies import for_all, seeds

NAMES = ("degrees", "lambdas", "train_mse", "test_mse", "best_degree", "best_lambda")
#: Beside this noise the curve itself is rounding.
LOUD = 1e6
#: A strength that leaves nothing of the coefficients of powers up to 3.
HUGE = 1e12


def simulate(submission, degrees, lambdas, seed, **options):
    """The answer, its rows and columns in the order asked, whatever order it came in."""
    rng = np.random.default_rng(seed)
    answer = fields(submission.simulate(degrees, lambdas, rng=rng, **options), NAMES, "simulate")
    rows = _order(answer.degrees, degrees, "degrees")
    columns = _order(answer.lambdas, lambdas, "lambdas")
    for name in ("train_mse", "test_mse"):
        errors = array(getattr(answer, name), (len(degrees), len(lambdas)), name)
        ensure(
            bool(np.all(errors >= 0)), f"{name} should hold mean squares, but some are negative."
        )
        setattr(answer, name, errors[np.ix_(rows, columns)])
    return answer


def _order(found, asked, name):
    """Where each of the values asked for is in the answer."""
    found, asked = array(found, (len(asked),), name), np.asarray(asked, dtype=float)
    same = np.isclose(found[None, :], asked[:, None], rtol=1e-12, atol=0)
    ensure(bool(np.all(same.any(axis=1))), f"{name} should be those that were asked for.")
    return same.argmax(axis=1)


#: Degrees that no solver has trouble with, and strengths over the useful range, in any order.
few_degrees = st.permutations(range(6)).map(lambda it: it[:4])
few_lambdas = st.permutations([0.0, 1e-4, 0.003, 0.1, 2.0]).map(lambda it: it[:4])


@pytest.mark.check(
    "simulate", points=2, hint="One row per degree, one column per strength; plain mean squares."
)
@for_all(
    max_examples=12,
    seed=seeds,
    degrees=st.lists(st.integers(0, 8), min_size=1, max_size=5, unique=True),
    lambdas=st.lists(st.sampled_from([0.0, 1e-5, 0.01, 0.5, 10.0]), min_size=1, unique=True),
    options=st.sampled_from([{}, {"n_train": 30}, {"n_train": 1}, {"noise_std": 0.0}]),
)
def test_shapes(submission, seed, degrees, lambdas, options):
    """Errors for every degree and every strength asked for"""
    simulate(submission, degrees, lambdas, seed, **options)


@pytest.mark.check(
    "simulate",
    points=3,
    hint="np.unravel_index(np.argmin(test_mse), test_mse.shape) gives the row and the column.",
)
@for_all(max_examples=8, seed=seeds, degrees=few_degrees, lambdas=few_lambdas)
def test_best_pair(submission, seed, degrees, lambdas):
    """best_degree and best_lambda are the pair with the lowest test error"""
    # several samples, as a wrong choice may by chance be right, or look like another wrong one
    results = [simulate(submission, degrees, lambdas, seed + more) for more in range(4)]
    for result in results:
        degree = integer(result.best_degree, "best_degree")
        lam = number(result.best_lambda, "best_lambda")
        ensure(degree in degrees, f"best_degree is {degree}, which is none of the degrees.")
        ensure(
            bool(np.any(np.isclose(lam, lambdas, rtol=1e-12, atol=0))),
            f"best_lambda is {lam:.6g}, which is none of the strengths.",
        )
        column = int(np.argmin(np.abs(np.array(lambdas) - lam)))
        # cells that are equal up to rounding are ties, and any of them is best
        ensure(
            result.test_mse[degrees.index(degree), column] <= result.test_mse.min() * (1 + 1e-9),
            "Another pair of degree and strength has a lower test error than the best one "
            "reported.",
        )


@pytest.mark.check(
    "simulate",
    points=2,
    hint="Draw the training set once, before the loops: every fit must see the same rows.",
)
@for_all(max_examples=15, seed=seeds, n_train=st.sampled_from([15, 40]))
def test_training_error_falls_with_the_degree(submission, seed, n_train):
    """At λ = 0 the training error falls as the degree grows"""
    degrees = [3, 0, 5, 1, 4, 2]
    train = simulate(submission, degrees, [0.0], seed, n_train=n_train).train_mse[:, 0]
    train = train[np.argsort(degrees)]
    # a polynomial of higher degree can do all that a lower one can
    ensure(
        bool(np.all(np.diff(train) <= 1e-6 * train[0])),
        "At λ = 0 the training error rises with the degree somewhere, which least squares on the "
        "same rows cannot do.",
    )


@pytest.mark.check(
    "simulate", points=2, hint="The strength is a price on the coefficients of the fit itself."
)
@for_all(max_examples=15, seed=seeds, degree=st.integers(2, 5))
def test_training_error_rises_with_the_strength(submission, seed, degree):
    """The training error rises with λ"""
    lambdas = [0.1, 0.0, 10.0, 1e-3, 1.0]
    train = simulate(submission, [degree, 1, 0], lambdas, seed, noise_std=1.0).train_mse
    for row in train[:2, np.argsort(lambdas)]:
        ensure(
            bool(np.all(np.diff(row) >= -1e-6 * row[-1])),
            "The training error falls somewhere as λ grows, which a penalised fit to the same "
            "rows cannot do.",
        )
        ensure(row[-1] > row[0] * (1 + 1e-9), "The strength makes no difference to the fit.")


@pytest.mark.check(
    "simulate", points=2, hint="Leave the intercept out of the penalty; test all on the same rows."
)
@for_all(max_examples=15, seed=seeds, noise_std=st.sampled_from([0.3, 2.0]))
def test_huge_strength_leaves_the_mean(submission, seed, noise_std):
    """Under a huge λ every degree predicts the mean, as degree 0 does at any λ"""
    degrees, lambdas = [0, 1, 3], [0.0, 0.1, 1.0, 30.0, HUGE]
    result = simulate(submission, degrees, lambdas, seed, noise_std=noise_std)
    for name in ("train_mse", "test_mse"):
        errors = getattr(result, name)
        # coefficients of at most 1e6 / 1e12 are left, and their share of the predictions
        close(errors[:, -1], errors[0, 0], f"{name} of each degree at λ = 1e12", rtol=1e-5)
        close(errors[0], errors[0, 0], f"{name} of degree 0 at each λ", rtol=1e-5)


@pytest.mark.check(
    "simulate",
    points=2,
    hint="n_train rows, powers x⁰ … x^degree; the test error comes from other points or new noise.",
)
def test_interpolation(submission):
    """A degree of n_train − 1 passes through every training point, and learns only their noise"""
    for n_train in (3, 4, 5):
        for seed in range(3):
            degrees = [n_train - 1, n_train - 2]
            submission.begin_example()
            result = simulate(submission, degrees, [0.0], seed, n_train=n_train, noise_std=LOUD)
            through, not_through = result.train_mse[:, 0] / LOUD**2
            ensure(
                through <= 1e-4,
                "With λ = 0 and as many coefficients as n_train, the polynomial should pass "
                "through every training point, but the training error is not 0.",
            )
            # one degree of freedom left: z²/n with z standard normal, below 1e-20 once in 1e9
            ensure(not_through > 1e-20, "The training error is 0 where there are too few powers.")
            # the test error is at least some noise's mean square, the learned one's or more
            ensure(
                result.test_mse[0, 0] / LOUD**2 > 1e-6,
                "The test error vanishes with the training error: measure it on data that the fit "
                "has not seen.",
            )


@pytest.mark.check(
    "simulate",
    points=2,
    hint="noise_std is a standard deviation: rng.normal(0, noise_std, size=n).",
)
def test_noise_level(submission):
    """The noise has the standard deviation noise_std"""
    for degree, n_train, repeats in ((0, 15, 12), (2, 60, 8)):
        total = 0.0
        submission.begin_example()
        for seed in range(repeats):
            result = simulate(submission, [degree], [0.0], seed, n_train=n_train, noise_std=LOUD)
            total += n_train * result.train_mse[0, 0] / LOUD**2
        # residuals of least squares: a chi-square law with n - 1 - degree degrees of freedom each
        freedom = repeats * (n_train - 1 - degree)
        ensure(
            chi_square_tail(total, freedom) >= 1e-9,
            f"The training errors of {repeats} simulations are not those of noise with the "
            f"standard deviation noise_std: they are {total / freedom:.3g} times what they should "
            "be.",
        )


@pytest.mark.check(
    "simulate",
    points=2,
    hint="Both errors are plain mean squares, and the fit minimises MSE + lam·Σ w_j².",
)
@for_all(max_examples=6, seed=seeds)
def test_straight_line(submission, seed):
    """The errors of a straight line follow the law of ridge as λ grows"""
    # With one power, whatever its scale, the slope is that of least squares times u = v / (v + λ),
    # v its variance. So train_mse is A + B·(1 - u)², and test_mse a parabola in u.
    lambdas = [0.0, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, HUGE]
    result = simulate(submission, [1], lambdas, seed, noise_std=LOUD)
    train, test, lam = result.train_mse[0], result.test_mse[0], np.array(lambdas)
    v = _variance(train, lam)
    if v is None:  # hardly any slope to shrink
        return
    u = v / (v + lam)
    expected = train[0] + (train[-1] - train[0]) * (1 - u) ** 2
    close(train / train[0], expected / train[0], "train_mse of degree 1 by λ", atol=1e-6)
    parabola = np.polynomial.Polynomial.fit(u, test / test[-1], 2)
    close(test / test[-1], parabola(u), "test_mse of degree 1 by λ", atol=1e-6)


def _variance(train, lam):
    """The variance v at which a penalised slope has these errors, from the best placed strength."""
    rise = train[-1] - train[0]
    if rise < 1e-3 * train[0]:
        return None
    share = np.sqrt(np.clip((train - train[0]) / rise, 0.0, 1.0))  # λ / (v + λ)
    middle = 1 + int(np.argmin(np.abs(share[1:-1] - 0.5)))
    if not 0.02 < share[middle] < 0.98:
        return None
    return float(lam[middle] * (1 / share[middle] - 1))


@pytest.mark.check(
    "simulate", points=1, hint="lam is the price beside a mean of squares, not beside their sum."
)
def test_strength_beside_a_mean(submission):
    """The same λ weighs as much with many rows as with few"""
    lambdas = [0.0, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, HUGE]
    weight = {}
    for n_train in (10, 160):
        submission.begin_example()
        found = [
            _variance(
                simulate(submission, [1], lambdas, seed, n_train=n_train, noise_std=LOUD).train_mse[
                    0
                ],
                np.array(lambdas),
            )
            for seed in range(8)
        ]
        weight[n_train] = np.median([v for v in found if v is not None] or [np.nan])
    ratio = weight[160] / weight[10]
    # The variance of the power, if the penalty is beside the mean of squares: about the same for
    # any spread of points, while a sum in place of the mean makes it 16 times as large. Points
    # whose range itself grows with their number come to 256.
    ensure(
        not (7 < ratio < 40 or 1 / 40 < ratio < 1 / 7),
        f"With 16 times as many rows the same λ weighs {max(ratio, 1 / ratio):.2g} times "
        f"{'less' if ratio > 1 else 'more'}: the penalty stands beside the mean of squares.",
    )


@pytest.mark.check(
    "simulate", points=1, hint="np.mean over the test rows, whatever the number of training rows."
)
def test_size_of_the_test_error(submission):
    """The test error is a mean square over the test rows"""
    total, repeats, n_train = 0.0, 40, 20
    for seed in range(repeats):
        submission.begin_example()
        result = simulate(submission, [0], [0.0], seed, n_train=n_train, noise_std=LOUD)
        total += result.test_mse[0, 0] / LOUD**2
    # With a single noisy test row the errors over 1 + 1/n are chi-square with one degree of freedom
    # each; with more rows they spread less. Against the curve itself n times the errors are.
    laws = (total / (1 + 1 / n_train), total * n_train)
    ensure(
        max(chi_square_tail(law, repeats) for law in laws) >= 1e-9,
        f"The test errors of degree 0 are {total / repeats:.3g} times the noise's variance in "
        f"{repeats} simulations, which mean squares over test rows are not.",
    )


@pytest.mark.check(
    "simulate", points=1, hint="The mean of the squared differences: no root, no sum, for both."
)
@for_all(max_examples=6, seed=seeds)
def test_errors_are_squares(submission, seed):
    """Ten times the noise gives a hundred times the errors"""
    degrees, lambdas = [0, 2, 3], [0.0, 0.1]
    small, large = (
        simulate(submission, degrees, lambdas, seed, noise_std=noise) for noise in (LOUD, 10 * LOUD)
    )
    for name in ("train_mse", "test_mse"):
        # the same seed draws the same noise, and the curve is a millionth of it
        ratio = getattr(large, name) / np.maximum(getattr(small, name), 1e-300)
        close(ratio, 100.0, f"What ten times the noise does to {name}", rtol=0.01)


@pytest.mark.check(
    "simulate", points=2, hint="Draw from rng and from nothing else, and do not make one inside."
)
@for_all(max_examples=4, seed=seeds)
def test_randomness(submission, seed):
    """The same seed gives the same result, another seed another"""
    question = ([0, 1, 3], [0.0, 0.1])
    first = simulate(submission, *question, seed)
    leaves_global_randomness_alone(submission.last)
    submission.seed_globals(seed % 1000)
    again = simulate(submission, *question, seed)
    other = simulate(submission, *question, seed + 1)
    for name in ("train_mse", "test_mse"):
        same = np.allclose(getattr(first, name), getattr(again, name), rtol=1e-12, atol=0)
        ensure(same, f"The same seed gave two different answers in {name}.")
    differs = not np.allclose(first.train_mse, other.train_mse, rtol=1e-9)
    ensure(differs, "Two different seeds gave the same training errors: draw from rng.")


@pytest.mark.check(
    "simulate", points=1, hint="Work on copies: sorted(lambdas), not lambdas.sort()."
)
@for_all(max_examples=4, seed=seeds)
def test_arguments_are_left_alone(submission, seed):
    """Arguments are not modified; arrays do as well as lists; n_train=15 and noise_std=0.3"""
    degrees, lambdas = np.array([2, 0, 1]), np.array([1.0, 0.0, 0.1])
    plain = simulate(submission, degrees.tolist(), lambdas.tolist(), seed)
    result = simulate(submission, degrees, lambdas, seed)
    leaves_arguments_alone(submission.last)
    close(result.train_mse, plain.train_mse, "train_mse for arrays instead of lists", rtol=1e-9)
    written = simulate(submission, degrees, lambdas, seed, n_train=15, noise_std=0.3)
    close(result.train_mse, written.train_mse, "train_mse with the defaults", rtol=1e-9)


@pytest.mark.check(
    "simulate", points=2, hint="Check the grids and the count first, and name the argument."
)
def test_bad_input(submission):
    """Bad input raises a ValueError that names the argument"""

    def bad(degrees, lambdas, *, names, **options):
        rng = np.random.default_rng(0)
        rejects(submission.simulate, degrees, lambdas, rng=rng, names=names, **options)

    bad([], [0.1], names=["degrees"])
    bad([1], [], names=["lambdas"])
    # the name at the inner call is fine
    bad([1, -1], [0.1], names=["degrees", "degree"])
    for lam in (-1.0, -1e-9, float("nan"), float("inf")):
        bad([1], [0.1, lam], names=["lambdas", "lam"])
    for count in (0, -3):
        bad([1], [0.1], n_train=count, names=["n_train"])
