"""Hidden checks of feature selection: the choice by leave-one-out, the refit by its equations.

Grid, folds, and the scale that the penalty acts on are the learner's choice, so the strength is
held to what any sensible grid must come to, and the columns to the strength returned with them.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from exercises.checking import (
    array,
    ensure,
    fields,
    leaves_arguments_alone,
    leaves_global_randomness_alone,
    number,
    rejects,
)
from graders.certificates.left_out import mean_and_deviation, minimiser, squared_errors
from graders.certificates.optimality import (
    binomial_tail,
    largest_strength,
    ridge_residual,
    surely_zero,
)
from graders.checks.strategies import for_all, seeds

#: Neighbouring strengths of a learner's grid are at most this factor apart; so is the best of the
#: grid from the best of all.
STEP, NEAR = 1.7, 1.5
#: Seeds of nine rows whose curves, with columns as they are and standardised either way, have
#: their lowest point well inside any grid, change little near it, and put the rule's strength four
#: times above the lowest point's and above the smallest one within one standard error.
PLAIN = (29, 60, 103, 127, 140, 152, 188, 203, 234, 275, 291, 351)
#: The same with a row far out in the first column, where columns standardised before the split
#: lead to a strength half as large, or less.
FAR_OUT = (113, 169, 297, 334, 456)


def nine_rows(seed, far_out):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(9, 3))
    X[0, 0] *= 8.0 if far_out else 1.0
    noise = (1.5 if far_out else 1.2) * rng.normal(size=9)
    y = X @ [1.0 if far_out else 2.0, 0.7, 0.0] + noise + rng.integers(-5, 6)
    return np.round(X, 2), np.round(y, 2)


def select(submission, X, y, **options):
    """The answer, with `coef` per selected column."""
    answer = fields(
        submission.select_features(X, y, **options), ("indices", "lam", "coef"), "select_features"
    )
    p = np.shape(X)[1]
    indices = array(answer.indices, (None,), "indices")
    valid = np.all((indices == np.round(indices)) & (indices >= 0) & (indices < p))
    ensure(bool(valid), f"indices should be column numbers from 0 to {p - 1}.")
    ensure(len(np.unique(indices)) == len(indices), "indices names a column twice.")
    answer.indices = indices.astype(int)
    answer.lam = number(answer.lam, "lam")
    ensure(answer.lam >= 0, "lam should not be negative.")
    coef = array(answer.coef, (None,), "coef")
    k = len(indices)
    ensure(
        len(coef) in (k, p),
        f"coef should hold one number per selected column, {k} of them, but holds {len(coef)}.",
    )
    if len(coef) == p and k < p:  # one per column of X, zeros among them, is as good
        others = np.delete(coef, answer.indices)
        ensure(bool(np.all(others == 0)), "coef is not zero for a column that is not selected.")
        coef = coef[answer.indices]
    answer.coef = coef
    return answer


@st.composite
def sparse_designs(draw):
    """30 rows, of five columns on scales of their own; two or three have a say in y."""
    rng = np.random.default_rng(draw(seeds))
    Z = rng.normal(size=(30, 5))
    weights = rng.permutation([3.0, -2.0, draw(st.sampled_from([0.0, 1.0])), 0.0, 0.0])
    y = Z @ weights + rng.normal(size=30) + draw(st.integers(-20, 20))
    return Z * [1.0, 5.0, 0.2, 2.0, 1.0] + rng.integers(-9, 10, size=5), y


@st.composite
def graded_designs(draw):
    """60 rows, of eight columns of one scale whose weights fall by degrees: a knot at every turn."""
    rng = np.random.default_rng(draw(seeds))
    X = rng.normal(size=(60, 8))
    weights = rng.permutation(2.0 * 0.72 ** np.arange(8)) * rng.choice([-1.0, 1.0], size=8)
    return X, X @ weights + 4 * rng.normal(size=60) + draw(st.integers(-5, 5))


def scaled(X):
    """The columns that the lasso may have seen: as they are, or standardised with ddof 0 or 1."""
    constant = np.ptp(X, axis=0) == 0
    for scale in (np.ones(X.shape[1]), X.std(axis=0), X.std(axis=0, ddof=1)):
        yield (X - X.mean(axis=0)) / np.where(constant, 1.0, scale)


@pytest.mark.check(
    "select_features", points=3, hint="cross_validate(...).one_se_lambda on a grid of strengths."
)
@for_all(max_examples=1, pair=st.permutations(PLAIN).map(lambda it: it[:2]))
def test_one_standard_error_strength(submission, pair):
    """lam is the largest strength within one standard error of the lowest mean error"""
    well_placed(submission, [nine_rows(seed, far_out=False) for seed in pair])


@pytest.mark.check(
    "select_features",
    points=1,
    hint="Standardise inside each fold, by the training rows alone: cross_validate does.",
)
@for_all(max_examples=1, pair=st.permutations(FAR_OUT).map(lambda it: it[:2]))
def test_no_leak_into_the_folds(submission, pair):
    """lam is chosen on rows that had no say in the scaling"""
    well_placed(submission, [nine_rows(seed, far_out=True) for seed in pair])


def well_placed(submission, problems):
    # one row a fold: the folds are no choice then; all are asked first, as one may mislead
    strengths = [select(submission, X, y, n_splits=len(y)).lam for X, y in problems]
    for (X, y), lam in zip(problems, strengths, strict=True):
        readings = (("fold", 0), ("fold", 1), ("none", 0))
        said = [misplaced(X, y, lam, *reading) for reading in readings]
        ensure(None in said, said[0] or "")


def misplaced(X, y, lam, scaling, ddof):
    """What is wrong with `lam` by the curve of that scaling; None if some grid may lead to it."""
    columns = X if scaling == "none" else (X - X.mean(axis=0)) / X.std(axis=0)
    grid = largest_strength(columns, y) * np.geomspace(1, 1e-3, 70)
    errors = squared_errors(X, y, np.append(grid, lam), np.zeros(71), scaling, ddof)
    mean, deviation = mean_and_deviation(errors)
    limits = (mean + deviation / np.sqrt(len(y)))[:-1]
    best = grid[np.argmin(mean[:-1])]
    near = limits[(grid >= best / NEAR) & (grid <= best * NEAR)]
    # a hundredth for the early stop of a solver
    if mean[-1] > 1.01 * near.max():
        return f"The mean error at lam is {mean[-1] / near.max():.3g} times what the rule allows."
    larger = grid[(mean[:-1] <= 0.99 * near.min()) & (grid > STEP * lam)]
    if len(larger):
        return f"A strength {larger.max() / lam:.3g} times as large is within one standard error."
    return None


@pytest.mark.check(
    "select_features",
    points=3,
    hint="np.flatnonzero of the lasso's coefficients for the lam that you return, on all rows.",
)
@for_all(
    max_examples=6, design=st.one_of(graded_designs(), sparse_designs()), n_splits=st.integers(2, 3)
)
def test_columns_are_those_of_the_lasso(submission, design, n_splits):
    """indices are the columns that the lasso keeps at lam"""
    X, y = design
    columns_of_the_lasso(select(submission, X, y, n_splits=n_splits), X, y)


def kept(columns, y, lam, chosen):
    """Whether the lasso at `lam` keeps the columns chosen, as far as can be told."""
    coef = minimiser(columns, y, lam, 0.0)
    # away from knots: clearly in, or clearly out
    inside = np.abs(coef) * columns.std(axis=0) > 1e-3 * y.std()
    outside = surely_zero(columns, y, lam, 0.0, coef, margin=0.01)
    return bool(np.all(chosen[inside]) and not np.any(chosen[outside]))


def columns_of_the_lasso(result, X, y):
    """Fail unless the lasso at `result.lam` keeps the columns in `result.indices`."""
    chosen = np.isin(np.arange(X.shape[1]), result.indices)
    if any(kept(columns, y, result.lam, chosen) for columns in scaled(X)):
        return
    ensure(
        False,
        "At the lam returned the lasso on all rows keeps other columns than those in indices.",
    )


@pytest.mark.check(
    "select_features",
    points=2,
    hint="Choose lam and the columns with the same lasso: the same loss, columns scaled alike.",
)
@for_all(max_examples=2, design=graded_designs())
def test_one_lasso_throughout(submission, design):
    """The lasso that keeps the columns is the one that lam was chosen for"""
    X, y = design
    columns_of_the_lasso(first := select(submission, X, y, n_splits=3), X, y)
    # Powers of 2 are exact. Where lam does not change with the units, in three of them, it was
    # chosen on standardised columns; then the columns kept do not change either.
    scales = (2.0 ** np.array([10, -10, 5, 0, -5, 3, 8, -3]), np.full(8, 2.0**-10))
    others = [select(submission, X * scale, y, n_splits=3) for scale in scales]
    if any(abs(other.lam - first.lam) > 1e-6 * first.lam for other in others):
        return
    chosen = [np.isin(np.arange(8), other.indices) for other in others]
    standardised = [(X - X.mean(axis=0)) / X.std(axis=0, ddof=ddof) for ddof in (0, 1)]
    ensure(
        any(all(kept(columns, y, first.lam, each) for each in chosen) for columns in standardised),
        "lam is the same in whatever units the columns are, but the columns that are kept change "
        "with the units: lam was chosen on standardised columns, and the final lasso sees others.",
    )


@pytest.mark.check(
    "select_features",
    points=3,
    hint="Least squares with an intercept on X[:, indices]: ridge_closed_form with lam = 0.",
)
@for_all(max_examples=3, design=sparse_designs())
def test_least_squares_refit(submission, design):
    """coef is the least-squares fit, with an intercept, to the selected columns of X"""
    X, y = design
    result = select(submission, X, y, n_splits=2)
    if len(result.indices) == 0:
        return
    off = ridge_residual(X[:, result.indices], y, 0.0, result.coef)
    # a shrunken or unscaled fit is off by a hundredth and more
    ensure(
        off <= 1e-7,
        "coef is not the least-squares fit to the selected columns in their own units: the "
        f"gradient is off by {off:.2g} of its terms.",
    )


@pytest.mark.check(
    "select_features", points=1, hint="No column may be left: do not fit, return empty arrays."
)
@for_all(max_examples=3, seed=seeds)
def test_nothing_to_select(submission, seed):
    """Where y has nothing to do with X, no column need be selected"""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(20, 3))
    # noise alone: a strength that keeps nothing is nearly always within one standard error
    y = rng.normal(size=20) + 4.0
    result = select(submission, X, y, n_splits=2)
    columns_of_the_lasso(result, X, y)
    if len(result.indices):
        off = ridge_residual(X[:, result.indices], y, 0.0, result.coef)
        ensure(off <= 1e-7, "coef is not the least-squares fit to the selected columns.")


@pytest.mark.check(
    "select_features", points=1, hint="A constant column has no spread: divide it by 1, not by 0."
)
@for_all(max_examples=2, design=sparse_designs(), value=st.sampled_from([0.0, 1.0, -7.3]))
def test_constant_columns(submission, design, value):
    """A constant column is not selected, and does no harm"""
    X, y = design
    X = np.column_stack([X[:, :4], np.full(len(y), value)])
    result = select(submission, X, y, n_splits=2)
    warned = [text for kind, text in submission.last.warnings if kind == "RuntimeWarning"]
    ensure(not warned, f"The call should be silent, but warned: {warned[:1]}")
    ensure(4 not in result.indices, "The constant column is selected.")


@pytest.mark.check(
    "select_features", points=1, hint="Nothing is drawn here, and X and y are only read."
)
@for_all(max_examples=3, seed=seeds, kind=st.sampled_from(["int64", "float32"]))
def test_arguments(submission, seed, kind):
    """Arguments are left alone, integers and float32 are fine, and nothing is random"""
    rng = np.random.default_rng(seed)
    X = rng.uniform(0, 90, (24, 3)).astype(kind)
    y = (3 * X[:, 0] + rng.uniform(0, 40, 24)).astype(kind)
    first = select(submission, X, y, n_splits=2)
    leaves_arguments_alone(submission.last)
    leaves_global_randomness_alone(submission.last)
    submission.seed_globals(seed % 1000)
    again = select(submission, X.astype(float), y.astype(float), n_splits=2)
    # float64 is what np.asarray(X, dtype=float) does not copy
    leaves_arguments_alone(submission.last)
    same = (
        set(first.indices) == set(again.indices)
        and abs(first.lam - again.lam) <= 1e-6 * again.lam
        and np.allclose(first.coef, again.coef, rtol=1e-6)
    )
    ensure(same, f"{kind} input gave another answer than the same numbers in float64.")


@pytest.mark.check(
    "select_features", points=1, hint="Five folds by default; the lasso sees the weak column too."
)
def test_realistic_size(submission):
    """A data set of realistic size, with the default number of folds"""
    rng = np.random.default_rng(8)
    X = rng.normal(size=(120, 8)) + rng.normal(size=(120, 1))
    y = 3 * X[:, 1] - 2 * X[:, 4] + 1.5 * X[:, 6] + rng.normal(size=120)
    result = select(submission, X, y)
    five = select(submission, X, y, n_splits=5)
    ensure(
        abs(result.lam - five.lam) <= 1e-9 * five.lam,
        "By default n_splits should be 5, but is not.",
    )
    # each of the three is twenty standard errors and more from zero, in every fold and reading
    ensure(
        {1, 4, 6} <= set(result.indices.tolist()),
        "One of the three columns that y is made of is not selected.",
    )
    ensure(
        ridge_residual(X[:, result.indices], y, 0.0, result.coef) <= 1e-7,
        "coef is not the least-squares fit to the selected columns.",
    )


@pytest.mark.check(
    "select_features", points=1, hint="Check X, y and n_splits first, and name the argument."
)
def test_bad_input_to_the_selection(submission):
    """Bad input to select_features raises a ValueError that names the argument"""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(12, 2)), rng.normal(size=12)
    _bad_data(submission.select_features, X, y)
    for count in (0, -1):
        rejects(submission.select_features, X, y, n_splits=count, names=["n_splits"])


def _bad_data(function, X, y, *more, **options):
    rejects(function, X[:, 0], y, *more, names=["X"], **options)
    rejects(function, X, y[:-1], *more, names=["X", "y"], **options)
    for value in (np.nan, np.inf):
        spoilt, broken = X.copy(), y.copy()
        spoilt[3, 1] = broken[5] = value
        rejects(function, spoilt, y, *more, names=["X"], **options)
        rejects(function, X, broken, *more, names=["y"], **options)


def frequencies(submission, X, y, lam, seed, n_subsamples):
    """The answer as counts, after a look at its shape and range."""
    rng = np.random.default_rng(seed)
    answer = submission.stability_selection(X, y, lam, n_subsamples=n_subsamples, rng=rng)
    found = array(answer, (X.shape[1],), "stability_selection")
    ensure(
        bool(np.all((found >= -1e-9) & (found <= 1 + 1e-9))),
        "Frequencies should lie between 0 and 1.",
    )
    counts = found * n_subsamples
    ensure(
        bool(np.all(np.abs(counts - np.round(counts)) < 1e-6)),
        "Frequencies should be whole counts over n_subsamples.",
    )
    return np.round(counts).astype(int)


def one_row_columns(seed, n=32, p=12):
    """Column j is 1 in its own row and 0 elsewhere: it is selected if and only if that row is drawn.

    The other rows have no column, so that they hold the intercept near 0.
    """
    rng = np.random.default_rng(seed)
    # the first and the last row among them, which a wrong range leaves out
    rows = rng.permutation(np.append([0, n - 1], rng.permutation(np.arange(1, n - 1))[: p - 2]))
    X = np.zeros((n, p))
    X[rows, np.arange(p)] = 1.0
    y = 0.1 * rng.normal(size=n)
    y[rows] = rng.choice([-1.0, 1.0], size=p) * rng.uniform(5, 15, size=p)
    return X, y


@pytest.mark.check(
    "stability_selection", points=1, hint="Count how often coef != 0, over n_subsamples."
)
@for_all(max_examples=3, design=sparse_designs(), seed=seeds, count=st.sampled_from([1, 7, 13]))
def test_frequencies(submission, design, seed, count):
    """Frequencies: the share of n_subsamples fits that select the column"""
    X, y = design
    frequencies(submission, X, y, 0.5, seed, count)
    # 15 rows and 5 columns: least squares has no coefficient that is zero
    every = frequencies(submission, X, y, 0.0, seed, count)
    ensure(bool(np.all(every == count)), "At lam = 0 every column should be selected every time.")
    fifty = frequencies(submission, X, y, 0.5, seed, 50)
    rng = np.random.default_rng(seed)
    found = array(submission.stability_selection(X, y, 0.5, rng=rng), (5,), "stability_selection")
    ensure(
        bool(np.allclose(found, fifty / 50)), "By default n_subsamples should be 50, but is not."
    )


@pytest.mark.check(
    "stability_selection",
    points=3,
    hint="rng.choice(n, size=n // 2, replace=False), anew for every subsample.",
)
@for_all(max_examples=2, seed=seeds)
def test_half_samples(submission, seed):
    """Every subsample is half of the rows, drawn anew without replacement"""
    X, y = one_row_columns(seed)
    draws = 200
    counts = frequencies(submission, X, y, 1e-3, seed, draws)
    warned = [text for kind, text in submission.last.warnings if kind == "RuntimeWarning"]
    ensure(not warned, f"The call should be silent, but warned: {warned[:1]}")
    # the total is a sum of 12 draws a subsample without replacement, for which Hoeffding's bound
    # with replacement holds too (Hoeffding 1963, section 6): P(off >= t) <= 2 exp(-2 t²/(12·200))
    t = np.sqrt(12 * draws * np.log(2e9) / 2)
    total, expected = counts.sum(), 12 * draws / 2
    ensure(
        abs(total - expected) <= t,
        f"A row is in {total / (12 * draws):.0%} of the subsamples, though each is to be half of "
        "the rows, without replacement.",
    )
    # each column's count is binomial(200, 1/2); twelve of them share the tail
    worst = min(binomial_tail(int(count), draws, 0.5) for count in counts)
    ensure(
        worst >= 1e-9 / 12,
        "Some rows are in far more subsamples than others: draw each subsample anew, from all "
        "rows alike.",
    )


@pytest.mark.check(
    "stability_selection",
    points=1,
    hint="n // 2 rows, no more and no fewer; a column without spread in a half is not selected.",
)
@for_all(max_examples=2, seed=seeds, n=st.sampled_from([3, 2]))
def test_half_of_three_rows(submission, seed, n):
    """Half of two or three rows is one row, in which no column varies, so that none is selected"""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, 2)), rng.normal(size=n)
    # two rows or more would select a column at this strength, every time
    counts = frequencies(submission, X, y, 1e-9, seed, 60)
    ensure(
        bool(np.all(counts == 0)),
        f"Of {n} rows, {n} // 2 is one row, in which every column is constant; columns are selected.",
    )


@pytest.mark.check(
    "stability_selection", points=2, hint="lam is on the scale of MSE + lam·‖w‖₁, as everywhere."
)
@for_all(max_examples=4, seed=seeds, size=st.sampled_from([0.5, 3.0, 20.0]))
def test_strength(submission, seed, size):
    """lam is the strength of MSE + lam·‖w‖₁ on the half-sample"""
    rng = np.random.default_rng(seed)
    x = rng.permutation(np.repeat([-1.0, 1.0], 20))
    X, y = x[:, None], size * x + 5.0
    # x has variance v <= 1 in a half, and is selected where lam < 2·size·v (raw columns) or
    # 2·size·sqrt(v) (standardised); v < 0.6 happens once in 50,000 halves
    often = frequencies(submission, X, y, 1.2 * size, seed, 20)
    ensure(often[0] >= 18, "A column is left out at a lam at which it should be selected.")
    never = frequencies(submission, X, y, 2.1 * size, seed, 20)
    ensure(never[0] == 0, "A column is selected at a lam that is larger than any lambda_max.")


@pytest.mark.check(
    "stability_selection", points=1, hint="Draw from rng, and from nothing else; work on copies."
)
@for_all(max_examples=3, seed=seeds)
def test_randomness(submission, seed):
    """The same seed gives the same frequencies, another seed others; arguments are left alone"""
    X, y = one_row_columns(seed)
    first = frequencies(submission, X, y, 0.01, seed, 21)
    leaves_arguments_alone(submission.last)
    leaves_global_randomness_alone(submission.last)
    submission.seed_globals(seed % 1000)
    again = frequencies(submission, X, y, 0.01, seed, 21)
    ensure(bool(np.all(first == again)), "The same seed gave two different answers.")
    others = [frequencies(submission, X, y, 0.01, seed + more, 21) for more in (1, 2, 3)]
    # an odd number, for complementary halves; twelve counts equal by chance: below 1e-8, thrice
    ensure(
        any(np.any(other != first) for other in others),
        "Four different seeds gave the same frequencies: draw the subsamples from rng.",
    )


@pytest.mark.check(
    "stability_selection", points=1, hint="Check X, y, lam and n_subsamples, and name the argument."
)
def test_bad_input_to_stability(submission):
    """Bad input to stability_selection raises a ValueError that names the argument"""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(12, 2)), rng.normal(size=12)
    stability = submission.stability_selection
    # a spoilt row may be left out of one half, but hardly of all fifty
    _bad_data(stability, X, y, 0.1, rng=np.random.default_rng(1))
    for lam in (-1.0, -1e-9, np.nan, np.inf):
        rejects(stability, X, y, lam, rng=np.random.default_rng(1), names=["lam"])
    for count in (0, -3):
        generator = np.random.default_rng(1)
        rejects(stability, X, y, 0.1, n_subsamples=count, rng=generator, names=["n_subsamples"])
