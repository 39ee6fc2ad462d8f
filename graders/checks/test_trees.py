"""Hidden checks of `trees`: every cut must be a best one for the rows it cuts."""

from __future__ import annotations

from math import comb

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
from graders.certificates.greedy_trees import cuts, exact_best_cut, is_greedy
from graders.certificates.optimality import binomial_tail
from graders.checks.strategies import for_all, seeds

#: With multiples of this as y and 4 or 8 rows, all means, sums of squares and gains are whole
#: numbers of 1/64, so every formula for the gain is exact and ties are ties: 2^3 3^2 5^2 7^2.
EXACT = 88200.0


def on_a_grid(rng, n, p):
    """Columns of quarters: some values repeat, and halves between them are exact in float32."""
    return rng.integers(-20, 21, size=(n, p)) / 4


def signal(rng, X):
    """A step, a wave and noise, rounded to a hundredth."""
    steps = 3.0 * (X[:, 0] > rng.normal()) + np.sin(X.sum(axis=1))
    return np.round(steps + rng.normal(size=len(X)), 2)


def off_the_cuts(rng, m, p):
    """New rows that lie an eighth of a step or more away from every halfway point of the grid."""
    return rng.integers(-22, 23, size=(m, p)) / 4 + 1 / 16


@st.composite
def tree_problems(draw, rows=st.integers(2, 25), columns=st.integers(1, 4)):
    """(X, y, X_new), the rows of X among those of X_new."""
    rng = np.random.default_rng(draw(seeds))
    n, p = draw(rows), draw(columns)
    X = on_a_grid(rng, n, p)
    return X, signal(rng, X), np.vstack([X, off_the_cuts(rng, 10, p)])


@st.composite
def exact_problems(draw, columns=st.integers(1, 3)):
    """Few distinct values and few distinct labels, so that ties and gains of zero abound."""
    rng = np.random.default_rng(draw(seeds))
    n, p = draw(st.sampled_from([4, 8])), draw(columns)
    X = rng.integers(0, draw(st.integers(2, 8)), size=(n, p)).astype(float)
    twin = draw(st.sampled_from(["none", "copy", "mirror"]))
    if twin != "none":  # the last column cuts exactly as the first
        X = np.column_stack([X, X[:, 0] if twin == "copy" else 7.0 - X[:, 0]])
    y = EXACT * rng.integers(0, 3, size=n)
    if draw(st.booleans()):  # y the same read from either end: cuts come in equal pairs
        X[:, 0] = np.arange(n)
        y = y[: n // 2][np.r_[0 : n // 2, n // 2 - 1 : -1 : -1]]
    return X, y


def split_of(submission, X, y, **limits):
    """The submission's split as (feature, threshold, gain), or None."""
    answer = submission.best_split(X, y, **limits)
    if answer is None:
        return None
    split = fields(answer, ("feature", "threshold", "gain"), "best_split")
    feature = integer(split.feature, "feature")
    p = X.shape[1]
    ensure(0 <= feature < p, f"feature should be in 0 … {p - 1}, but is {feature}.")
    return feature, number(split.threshold, "threshold"), number(split.gain, "gain")


def is_best(X, y, split, min_samples_leaf=1):
    """Fail unless the split is a best one of those allowed, with its own threshold and gain."""
    X, y = np.asarray(X, float), np.asarray(y, float)
    every = cuts(X, y)
    gains = np.where(every.smaller >= min_samples_leaf, every.gain, 0.0)
    # textbook formulas such as mean(y²) − mean(y)² lose eps times the squares of y, not of y − mean
    rounding = 1e-9 * np.var(y) + 1e-13 * np.mean(y**2)
    if split is None:
        ensure(
            np.max(gains, initial=0.0) <= rounding, "There is a cut with a gain, but it is None."
        )
        return
    feature, threshold, gain = split
    # halfway in float64; float32 would be off by 6e-8
    near = 1e-12 * (np.abs(every.below) + np.abs(every.above))
    found = (every.feature == feature) & (np.abs(every.threshold - threshold) <= near)
    ensure(
        bool(found.any()),
        f"The threshold {threshold:.6g} is not halfway between neighbouring distinct values of "
        f"column {feature}.",
    )
    index = int(np.argmax(found))
    ensure(
        every.smaller[index] >= min_samples_leaf,
        f"The cut leaves {every.smaller[index]} rows on one side, fewer than min_samples_leaf.",
    )
    ensure(every.gain[index] > 0, "The cut does not lower the MSE, so there is none to make.")
    ensure(
        every.gain[index] >= gains.max() - rounding,
        f"Another cut has a gain {gains.max() / every.gain[index]:.4g} times as large.",
    )
    close(gain, every.gain[index], "gain", rtol=1e-9, atol=rounding)


@pytest.mark.check(
    "best_split", points=3, hint="Try every feature and every gap between its distinct values."
)
@for_all(
    max_examples=20,
    problem=tree_problems(rows=st.integers(6, 25)),
    offset=st.sampled_from([0.0, 10.0, -100.0]),
    unit=st.sampled_from([1.0, 1e-8, 1e6]),
)
def test_split_is_best(submission, problem, offset, unit):
    """best_split finds the cut of largest gain, halfway between two values"""
    X, y, _ = problem
    y = unit * (y + offset)
    is_best(X, y, split_of(submission, X, y))


@pytest.mark.check(
    "best_split",
    points=1,
    hint="A cut is allowed if both sides have min_samples_leaf rows or more.",
)
@for_all(max_examples=20, problem=tree_problems(rows=st.integers(3, 16)), leaf=st.integers(2, 6))
def test_split_respects_leaf_size(submission, problem, leaf):
    """best_split: the best of the cuts that leave min_samples_leaf rows on either side"""
    X, y, _ = problem
    is_best(X, y, split_of(submission, X, y, min_samples_leaf=leaf), leaf)


@pytest.mark.check(
    "best_split",
    points=2,
    hint="Compare with > in the order of features and thresholds, and return None at a gain of 0.",
)
@for_all(max_examples=25, problem=exact_problems(), leaf=st.sampled_from([1, 1, 2]))
def test_ties(submission, problem, leaf):
    """best_split: equal gains go to the lower feature, then the lower threshold"""
    X, y = problem
    expected = exact_best_cut(X, y, leaf)
    split = split_of(submission, X, y, min_samples_leaf=leaf)
    if expected is None:
        ensure(split is None, "No cut lowers the MSE here, so the answer is None.")
        return
    ensure(split is not None, "There is a cut with a gain, but the answer is None.")
    is_best(X, y, split, leaf)
    ensure(
        split[:2] == expected[:2],
        "Several cuts have this gain; take the lowest feature and then the lowest threshold.",
    )


@pytest.mark.check(
    "best_split",
    points=1,
    hint="A gain below 1e-12 of the parent's MSE is rounding: answer None.",
)
def test_no_gain(submission):
    """best_split is None where no cut has a positive gain"""
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    column = np.arange(7.0)[:, None]
    nothing = [
        (column, np.full(7, 0.1), 1, "y is constant"),
        (column, np.full(7, -1.1), 1, "y is constant"),
        (column[:1], np.array([2.0]), 1, "there is one row"),
        (np.full((5, 2), 0.3), np.arange(5.0), 1, "all columns are constant"),
        (column, np.arange(7.0), 4, "two sides of min_samples_leaf rows need more rows"),
        (corners, np.array([0.0, 1.0, 1.0, 0.0]), 1, "every cut leaves the MSE as it is"),
        (corners, np.array([0.1, 0.7, 0.7, 0.1]), 1, "every cut leaves the MSE as it is"),
        (corners, np.array([1e7, 2e7, 2e7, 1e7]) / 3, 1, "every cut leaves the MSE as it is"),
        (np.tile(corners, (3, 1)), np.tile([0.3, 1.1, 1.1, 0.3], 3), 1, "no cut lowers the MSE"),
        (np.array([[1.0], [1.0], [2.0], [2.0]]), np.array([0.1, 0.6, 0.6, 0.1]), 1, "means agree"),
    ]
    for X, y, leaf, why in nothing:
        split = submission.best_split(X, y, min_samples_leaf=leaf)
        ensure(split is None, f"The answer should be None where {why}.")


@pytest.mark.check(
    "best_split",
    "tree_predict",
    "boost",
    points=1,
    hint="np.asarray(X, dtype=np.float64) first: in uint8, 200 + 100 is 44.",
)
@for_all(max_examples=12, seed=seeds, kind=st.sampled_from(["int64", "uint8", "int8", "float32"]))
def test_integer_and_float32_input(submission, seed, kind):
    """Integer and float32 input is computed in float64"""
    rng = np.random.default_rng(seed)
    top = 120 if kind == "int8" else 250
    X, y = (rng.uniform(0, top, size=shape).astype(kind) for shape in ((15, 2), 15))
    is_best(X, y, split_of(submission, X, y))
    X64, y64 = X.astype(float), y.astype(float)
    predictions = array(submission.tree_predict(X, y, X, max_depth=2), (15,), "tree_predict")
    is_grown_greedily(X64, y64, X64, predictions, max_depth=2)
    stages = array(submission.boost(X, y, X, n_estimators=2, max_depth=2), (3, 15), "boost")
    is_boosted(X64, y64, X64, stages, learning_rate=0.1, max_depth=2)


@pytest.mark.check(
    "best_split",
    "tree_predict",
    points=1,
    hint="Whether a gain counts depends on the parent's MSE alone: compare with no fixed number, "
    "as np.allclose does, neither the gain nor the labels.",
)
def test_small_gains(submission):
    """A small gain is a gain: in small units, on a high level, and in comparison"""
    column, corners = np.arange(6.0)[:, None], np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    step = np.array([0.0, 1.0, 0.0, 3.0, 2.0, 3.0])
    for X, y in (
        (column, 1e-9 * step),
        (column, 1000.0 + 2.0**-10 * step),
        # the cut lowers the MSE by 2e-7 of what it is
        (corners, np.array([0.0, 1.0, 1.0, 2.0**-10])),
    ):
        is_best(X, y, split_of(submission, X, y))
        predictions = array(submission.tree_predict(X, y, X, max_depth=2), y.shape, "tree_predict")
        is_grown_greedily(X, y, X, predictions, max_depth=2)


def is_grown_greedily(X, y, X_new, predictions, **limits):
    scale = float(np.abs(y).max())
    ensure(
        is_greedy(X, y, X_new, predictions, scale=scale, **limits),
        "No tree that cuts each node at a best split, within the limits, predicts this.",
    )


@pytest.mark.check(
    "tree_predict",
    points=2,
    hint="Cut with best_split, then do the same with either part until it gives None.",
)
@for_all(max_examples=15, problem=tree_problems(rows=st.integers(1, 25)))
def test_tree_without_limits(submission, problem):
    """tree_predict without limits grows until no cut has a gain"""
    X, y, X_new = problem
    predictions = array(submission.tree_predict(X, y, X_new), (len(X_new),), "tree_predict")
    is_grown_greedily(X, y, X_new, predictions)


@pytest.mark.check(
    "tree_predict",
    points=2,
    hint="The root has depth 0; a node at max_depth, or below min_samples_split rows, stays.",
)
@for_all(
    max_examples=24,
    problem=tree_problems(rows=st.integers(8, 25)),
    limits=st.one_of(
        st.fixed_dictionaries({"max_depth": st.integers(1, 4)}),
        st.fixed_dictionaries({"min_samples_split": st.integers(3, 10)}),
        st.fixed_dictionaries({"min_samples_leaf": st.integers(2, 5)}),
        st.fixed_dictionaries(
            {
                "max_depth": st.integers(2, 3),
                "min_samples_split": st.integers(2, 8),
                "min_samples_leaf": st.integers(1, 3),
            }
        ),
    ),
)
def test_tree_limits(submission, problem, limits):
    """tree_predict: max_depth, min_samples_split and min_samples_leaf"""
    X, y, X_new = problem
    answer = submission.tree_predict(X, y, X_new, **limits)
    predictions = array(answer, (len(X_new),), "tree_predict")
    is_grown_greedily(X, y, X_new, predictions, **limits)


@pytest.mark.check(
    "tree_predict",
    points=1,
    hint="Use your best_split: x <= threshold goes left, ties go low, and no gain means no cut.",
)
@for_all(max_examples=20, problem=exact_problems(columns=st.integers(1, 2)))
def test_tree_uses_the_split_rule(submission, problem):
    """tree_predict cuts by the rule of best_split: ties, thresholds and nodes without a gain"""
    X, y = problem
    steps = np.arange(-0.5, 8.0, 0.5)  # the halfway points themselves are among these
    X_new = np.vstack([X, np.column_stack([steps] * X.shape[1])])
    answer = submission.tree_predict(X, y, X_new, max_depth=1)
    predictions = array(answer, (len(X_new),), "tree_predict")
    cut = exact_best_cut(X, y)
    if cut is None:
        expected = np.full(len(X_new), y.mean())
    else:
        left = X[:, cut[0]] <= cut[1]
        expected = np.where(X_new[:, cut[0]] <= cut[1], y[left].mean(), y[~left].mean())
    close(predictions, expected, "A tree of depth 1", rtol=1e-9)


def is_boosted(X, y, X_new, stages, *, learning_rate, max_depth):
    """Each stage adds a greedy tree of the residuals; the rows of X come first in X_new."""
    n, scale = len(X), float(np.abs(y).max())
    close(stages[0], np.full(stages.shape[1], y.mean()), "Stage 0", rtol=0, atol=1e-12 * scale)
    for s in range(1, len(stages)):
        residual = y - stages[s - 1][:n]
        tree = (stages[s] - stages[s - 1]) / learning_rate
        ensure(
            is_greedy(X, residual, X_new, tree, max_depth=max_depth, scale=scale),
            f"Stage {s} is not stage {s - 1} plus learning_rate times a tree of depth {max_depth} "
            f"grown on the residuals that stage {s - 1} leaves.",
        )


@pytest.mark.check(
    "boost",
    points=3,
    hint="Start from the mean; fit each tree to y minus the current prediction, add a share of it.",
)
@for_all(
    max_examples=15,
    problem=tree_problems(rows=st.integers(6, 25), columns=st.integers(1, 3)),
    stages=st.integers(1, 5),
    learning_rate=st.sampled_from([0.1, 0.3, 0.5, 1.0]),
    max_depth=st.integers(1, 4),
)
def test_boosting_fits_residuals(submission, problem, stages, learning_rate, max_depth):
    """boost: stage 0 is the mean, and each stage adds a shrunk tree of the residuals"""
    X, y, X_new = problem
    answer = submission.boost(
        X, y, X_new, n_estimators=stages, learning_rate=learning_rate, max_depth=max_depth
    )
    answer = array(answer, (stages + 1, len(X_new)), "boost")
    is_boosted(X, y, X_new, answer, learning_rate=learning_rate, max_depth=max_depth)


@pytest.mark.check(
    "boost", points=1, hint="100 trees of depth 3, a tenth of each, on 200 rows, within 20 s."
)
def test_boosting_defaults(submission):
    """boost with its defaults on 200 rows and 3 columns"""
    rng = np.random.default_rng(11)
    X = on_a_grid(rng, 200, 3)
    y = signal(rng, X)
    X_new = np.vstack([X, off_the_cuts(rng, 20, 3)])
    stages = array(submission.boost(X, y, X_new), (101, 220), "boost")
    is_boosted(X, y, X_new, stages, learning_rate=0.1, max_depth=3)


def rows_used(y, stages, learning_rate):
    """Which rows each tree was grown on, (n_estimators, n).

    In one column of distinct values a tree without a depth limit gives each row that it has seen
    its residual, and any other row that of a neighbour, which is not its own. Rounding is below
    1e-13 here; that two residuals agree to 1e-12 happens once in some 10^8 trees, so that checks
    overlook one odd tree.
    """
    residuals = y - stages[:-1, : len(y)]
    steps = np.diff(stages[:, : len(y)], axis=0)
    return np.abs(steps - learning_rate * residuals) <= 1e-12 * np.abs(y).max()


#: 13 distinct values, no share of which below is whole, and labels to all digits: on a grid of
#: tenths a row's residual would now and then be equal to its neighbour's.
SMALL = np.arange(13.0)[:, None]
LABELS = 4 * np.random.default_rng(4).normal(size=13)


@pytest.mark.check(
    "boost",
    points=1,
    hint="For each tree anew: rng.choice(n, size=max(1, int(subsample * n)), replace=False).",
)
@for_all(max_examples=10, seed=seeds, subsample=st.sampled_from([0.01, 0.3, 0.5, 0.6, 0.75, 0.99]))
def test_subsample_draws_rows(submission, seed, subsample):
    """boost: each tree sees max(1, int(subsample·n)) rows, drawn anew without replacement"""
    stages = submission.boost(
        SMALL,
        LABELS,
        SMALL,
        n_estimators=24,
        learning_rate=0.2,
        max_depth=12,
        subsample=subsample,
        rng=np.random.default_rng(seed),
    )
    stages = array(stages, (25, 13), "boost")
    close(stages[0], np.full(13, LABELS.mean()), "Stage 0", rtol=0, atol=1e-10)
    used = rows_used(LABELS, stages, 0.2)
    size = max(1, int(subsample * 13))
    wrong = [int(count) for count in used.sum(axis=1) if count != size]
    ensure(len(wrong) <= 1, f"A tree was grown on {wrong[:1]} distinct rows; it should be {size}.")


@pytest.mark.check(
    "boost", points=1, hint="Any set of rows should be as likely as any other, for every tree."
)
@for_all(max_examples=1, seed=seeds)
def test_subsample_is_uniform(submission, seed):
    """boost: the rows of each tree are drawn evenly, and independently of the other trees'"""
    trees, size, n = 80, 6, 13
    stages = submission.boost(
        SMALL, LABELS, SMALL, n_estimators=trees, learning_rate=0.1, max_depth=12,
        subsample=0.5, rng=np.random.default_rng(seed),
    )  # fmt: skip
    used = rows_used(LABELS, array(stages, (trees + 1, n), "boost"), 0.1)
    ensure(np.sum(used.sum(axis=1) != size) <= 1, "Not every tree was grown on 6 of 13 rows.")
    # exact binomials for each row, each pair of neighbours, and each row in two trees in a row;
    # all of them share a tail of 1e-9
    alone, pair = size / n, size * (size - 1) / (n * (n - 1))
    neighbours = used & np.roll(used, 1, axis=1)
    # trees 0 and 1, 2 and 3, ...: pairs that have no tree in common
    twice = used[0::2] & used[1::2]
    # trees whose rows are one block, the last row next to the first
    blocks = neighbours.sum(axis=1, keepdims=True) == size - 1
    families = (
        (used, alone),
        (neighbours, pair),
        (twice, alone**2),
        (blocks, n / comb(n, size)),
    )
    tails = [
        binomial_tail(int(count), len(events), p)
        for events, p in families
        for count in events.sum(axis=0)
    ]
    ensure(
        len(tails) * min(tails) >= 1e-9,
        "The rows of the trees are not drawn evenly, or not anew for each tree.",
    )


@pytest.mark.check(
    "boost",
    points=1,
    hint="Draw from rng alone, and give scikit-learn's trees a random_state.",
)
@for_all(max_examples=4, seed=seeds)
def test_randomness_comes_from_rng(submission, seed):
    """boost: the same rng gives the same stages, another one others"""
    rng = np.random.default_rng(seed)
    X = on_a_grid(rng, 30, 2)
    y = signal(rng, X)

    def stages(seed, subsample):
        answer = submission.boost(
            X, y, X, n_estimators=5, subsample=subsample, rng=np.random.default_rng(seed)
        )
        leaves_global_randomness_alone(submission.last)
        return array(answer, (6, 30), "boost")

    first = stages(seed, 0.5)
    close(stages(seed, 0.5), first, "The second answer for the same seed", rtol=1e-12)
    # equal draws of five halves of 30 rows by chance: one in 10^40
    ensure(not np.allclose(stages(seed + 1, 0.5), first), "Another seed draws the same rows.")
    whole = stages(seed, 1.0)
    is_boosted(X, y, X, whole, learning_rate=0.1, max_depth=3)


@pytest.mark.check(
    "best_split",
    "tree_predict",
    "boost",
    points=1,
    hint="y -= tree changes the caller's y; work on copies, and keep nothing between calls.",
)
@for_all(max_examples=4, problem=tree_problems(rows=st.integers(5, 15)))
def test_arguments_are_left_alone(submission, problem):
    """Arguments are not modified, and there is no state between calls"""
    X, y, X_new = problem
    first = split_of(submission, X, y)
    leaves_arguments_alone(submission.last)
    tree = array(submission.tree_predict(X, y, X_new, max_depth=2), (len(X_new),), "tree_predict")
    leaves_arguments_alone(submission.last)
    leaves_global_randomness_alone(submission.last)
    submission.boost(X, y, X_new, n_estimators=3)
    leaves_arguments_alone(submission.last)
    leaves_global_randomness_alone(submission.last)
    ensure(split_of(submission, X, y) == first, "The second answer to the same question differs.")
    again = array(submission.tree_predict(X, y, X_new, max_depth=2), (len(X_new),), "tree_predict")
    close(again, tree, "The second answer to the same question", rtol=1e-12)


@pytest.mark.check(
    "best_split",
    "tree_predict",
    "boost",
    points=1,
    hint="Check dimensions, lengths, np.isfinite and counts first, and name the argument.",
)
def test_bad_input(submission):
    """Bad input raises a ValueError that names the argument"""
    X, y = np.array([[0.0, 1.0], [2.0, 1.5], [1.0, 0.5]]), np.array([1.0, 2.0, 0.0])
    bad_X = [
        X[:, 0],
        X[:, None],
        *(np.where(X == 2.0, bad, X) for bad in (np.nan, np.inf, -np.inf)),
    ]
    bad_y = [np.where(y == 2.0, bad, y) for bad in (np.nan, np.inf, -np.inf)]
    for wrong in bad_X:
        rejects(submission.best_split, wrong, y, names=["X"])
        for ask in (submission.tree_predict, submission.boost):
            # where one function calls another, the inner one's name for the argument will do
            rejects(ask, wrong, y, X, names=["X_train", "X"])
            rejects(ask, X, y, wrong, names=["X_new", "X"])
    lengths = (y[:2], np.append(y, 1.0))
    for other in lengths:
        rejects(submission.best_split, X, other, names=["X", "y"])
    for wrong in bad_y:
        rejects(submission.best_split, X, wrong, names=["y"])
    for ask in (submission.tree_predict, submission.boost):
        for other in lengths:
            rejects(ask, X, other, X, names=["X_train", "y_train", "X", "y"])
        for columns in (X[:, :1], np.column_stack([X, y])):
            rejects(ask, X, y, columns, names=["X_new", "X_train", "X"])
        for wrong in bad_y:
            rejects(ask, X, wrong, X, names=["y_train", "y"])


@pytest.mark.check(
    "best_split",
    "tree_predict",
    "boost",
    points=1,
    hint="A count below 1 is bad input: min_samples_leaf=0, n_estimators=0.",
)
def test_bad_counts(submission):
    """A count below 1 raises a ValueError that names it"""
    X, y = np.array([[0.0, 1.0], [2.0, 1.5], [1.0, 0.5]]), np.array([1.0, 2.0, 0.0])
    for count in (0, -1):
        rejects(submission.best_split, X, y, min_samples_leaf=count, names=["min_samples_leaf"])
        for name in ("min_samples_split", "min_samples_leaf"):
            rejects(submission.tree_predict, X, y, X, **{name: count}, names=[name])
        rejects(submission.boost, X, y, X, n_estimators=count, names=["n_estimators"])
    for ask in (submission.tree_predict, submission.boost):
        rejects(ask, X, y, X, max_depth=-1, names=["max_depth"])
