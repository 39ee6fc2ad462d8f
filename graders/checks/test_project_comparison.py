"""Hidden checks of the comparison of models, by leave-one-out, where no choice of folds is left.

Names and strengths are the learner's own. With as many folds as rows, though, least squares has one
score, and the scores of ridge and of the lasso lie on one curve each, drawn by the strength. A
score off its curve was not standardised inside the fold, or is not of that model.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

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
from graders.certificates.left_out import squared_errors
from graders.checks.strategies import for_all, seeds

NAMES = ("name", "mean_mse", "std_mse")
#: How far a ridge score may lie from its curve, as a share of the null model's error: the curve is
#: drawn through 400 strengths, and straight in between.
RIDGE = 2e-4
#: The same for the lasso on columns that are nearly orthogonal, where any coordinate descent has
#: converged after a few sweeps: scikit-learn's defaults stay within 3e-4, most of it the curve's
#: corners. A ridge of middling strength is 1e-3 away and more.
LASSO = 1e-3
#: A strength may be the same in all folds, or follow each fold's own data: a share of the strength
#: at which that fold's lasso is all zero, or of the deviation of its y.
STRENGTHS = ("fixed", "share", "deviation")
#: An elastic net this close to the curve of one penalty, searched finely, has that penalty alone.
EXACT = 1e-7


class Score(NamedTuple):
    name: str
    mean: float
    std: float


def scores(submission, X, y, **options):
    """The submission's scores, read with care."""
    answer = submission.compare_models(X, y, **options)
    ensure(
        isinstance(answer, (list, tuple)) and len(answer) > 0,
        "compare_models should return a list of ModelScore.",
    )
    found = []
    for item in answer:
        score = fields(item, NAMES, "Each element of compare_models' list")
        ensure(isinstance(score.name, str), "name should be a text.")
        mean = number(score.mean_mse, f"mean_mse of {score.name!r}")
        std = number(score.std_mse, f"std_mse of {score.name!r}")
        ensure(mean >= 0, f"mean_mse of {score.name!r} is negative; a squared error is not.")
        ensure(std >= 0, f"std_mse of {score.name!r} is negative; a deviation is not.")
        found.append(Score(score.name, mean, std))
    return found


@st.composite
def small_data(draw, rows=st.integers(14, 18)):
    """A few rows, columns of unequal scale, and one row far out, whose fold differs from the rest."""
    n = draw(rows)
    rng = np.random.default_rng(draw(seeds))
    X = rng.normal(size=(n, 3))
    X[draw(st.integers(0, n - 1))] *= 4
    y = X @ [2.0, -1.0, 0.0] + rng.normal(size=n) + draw(st.integers(-5, 5))
    return np.round(X, 2) * [1.0, 5.0, 0.2] + [0.0, 3.0, -1.0], np.round(y, 2)


@st.composite
def orthogonal_data(draw):
    """As `small_data`, the columns orthogonal before a row is left out and of three strengths."""
    n = 16
    rng = np.random.default_rng(draw(seeds))
    X = rng.normal(size=(n, 3))
    X[draw(st.integers(0, n - 1))] *= 2
    X = np.linalg.qr(X - X.mean(axis=0))[0] * np.sqrt(n)
    y = X @ [2.0, -1.0, 0.4] + 0.7 * rng.normal(size=n) + draw(st.integers(-5, 5))
    return X * [1.0, 5.0, 0.2] + [0.0, 3.0, -1.0], y


def curve(X, y, family, scaling="fold", strengths="fixed"):
    """(mean, deviation, deviation with ddof 1) of leave-one-out by strength, shape (strengths, 3)."""
    return _curve(X.tobytes(), X.shape, y.tobytes(), family, scaling, strengths)


@cache  # every learner is asked about the same data
def _curve(X_bytes, shape, y_bytes, family, scaling, strengths):
    X, y = np.frombuffer(X_bytes).reshape(shape), np.frombuffer(y_bytes)
    return _points(X, y, family, _grid(family), scaling, strengths)


def _grid(family):
    """Strengths from none to the null model; the lasso's are relative to what `_points` says."""
    end = np.geomspace(1e-6, 1e6, 400) if family == "ridge" else np.geomspace(1e-5, 1, 240)
    return np.append(0.0, end)


def _points(X, y, family, grid, scaling="fold", strengths="fixed"):
    zero = np.zeros_like(grid)
    if family == "ridge":
        errors = squared_errors(X, y, zero, grid, scaling)
    elif strengths == "fixed":
        # beyond the lasso's lambda_max on standardised columns
        errors = squared_errors(X, y, 2 * np.abs(y - y.mean()).max() * grid, zero, scaling)
    elif strengths == "share":
        errors = squared_errors(X, y, grid, zero, scaling, shares=True)
    else:
        n = len(y)
        others = np.array([np.delete(y, row).std() for row in range(n)])
        # |column' y| / n is at most the product of their deviations
        errors = squared_errors(X, y, 2 * others[:, None] * grid, zero, scaling)
    return np.column_stack([errors.mean(axis=1), errors.std(axis=1), errors.std(axis=1, ddof=1)])


def distance(points, score):
    """How far a score lies from a curve, in units of the null model's error (its last point)."""
    return _nearest(points, score)[0] / points[-1, 0]


def _nearest(points, score):
    """The distance to the chain of points, and the segment that has it."""
    best = (np.inf, 0)
    for column in (1, 2):
        path = points[:, [0, column]]
        start, step = path[:-1], np.diff(path, axis=0)
        offset = np.array([score.mean, score.std]) - start
        length = np.maximum((step**2).sum(axis=1), 1e-300)
        share = np.clip((offset * step).sum(axis=1) / length, 0.0, 1.0)
        away = np.linalg.norm(offset - share[:, None] * step, axis=1)
        best = min(best, (float(away.min()), int(away.argmin())))
    return best


def fine_distance(X, y, family, strengths, score):
    """As `distance`, but with the curve drawn anew, three times, where the score is near it."""
    grid, points = _grid(family), curve(X, y, family, strengths=strengths)
    null = points[-1, 0]
    off, segment = _nearest(points, score)
    for _ in range(3):
        if off > 0.01 * null:
            break
        grid = np.linspace(grid[max(segment - 1, 0)], grid[min(segment + 2, len(grid) - 1)], 60)
        points = _points(X, y, family, grid, strengths=strengths)
        off, segment = _nearest(points, score)
    return off / null


def one_penalty(X, y, score):
    """How far the score is from every ridge and every lasso, in units of the null model's error."""
    curves = [("ridge", "fixed"), *(("lasso", strengths) for strengths in STRENGTHS)]
    return min(fine_distance(X, y, *each, score) for each in curves)


#: Words that name a family.
WORDS = {
    "ridge": "ridge",
    "lasso": "lasso",
    "elastic net": "elasti|net|both|mix",
    "least squares": r"least.?squares|\bols\b",
}


def of_family(found, family):
    """The scores whose name says that they are of the family, and of no other."""
    return [
        score
        for score in not_of_others(found, family)
        if re.search(WORDS[family], score.name, re.IGNORECASE)
    ]


def not_of_others(found, family):
    """The scores whose name does not say that they are of another family."""
    others = "|".join(words for other, words in WORDS.items() if other != family)
    return [
        score for score in found if not re.search(f"{others}|kernel", score.name, re.IGNORECASE)
    ]


def on_the_curve(found, X, y, family):
    """Fail unless two strengths or more lie on the family's curve, and all that are named ridge."""
    if family == "ridge":
        curves, tolerance = [curve(X, y, "ridge")], RIDGE
    else:
        curves = [curve(X, y, "lasso", strengths=strengths) for strengths in STRENGTHS]
        tolerance = LASSO

    def off(score):
        return min(distance(points, score) for points in curves)

    # a ridge has one strength for all folds; a lasso's may be anything that each fold gives it
    for score in of_family(found, "ridge") if family == "ridge" else ():
        ensure(
            off(score) <= tolerance,
            f"{score.name!r} has scores that no {family} of any strength has, with as many folds as "
            "rows and columns standardised inside each fold.",
        )
    matched = [score for score in not_of_others(found, family) if off(score) <= tolerance]
    unpenalised = curves[0][0, 0]
    several = {
        (float(f"{score.mean:.9e}"), float(f"{score.std:.9e}"))
        for score in matched
        # least squares is both a ridge and a lasso, but not one of their strengths
        if abs(score.mean - unpenalised) > 1e-10 * unpenalised
    }
    ensure(
        len(several) >= 2,
        f"Fewer than two of the models have the scores of a {family}, columns standardised inside "
        "each fold; it should come at several strengths, which do not count if they give the same.",
    )


@pytest.mark.check("compare_models", points=2, hint="sorted(scores, key=lambda s: s.mean_mse)")
@for_all(max_examples=3, data=small_data(st.integers(20, 30)), n_splits=st.integers(2, 6))
def test_best_first(submission, data, n_splits):
    """The models come best first: lowest mean_mse on top"""
    found = scores(submission, *data, n_splits=n_splits)
    means = [score.mean for score in found]
    ensure(means == sorted(means), "The models should be sorted by mean_mse, lowest first.")


@pytest.mark.check(
    "compare_models",
    points=2,
    hint="Least squares, ridge and lasso at two strengths or more each, and the elastic net: six "
    "models at least.",
)
@for_all(max_examples=2, data=small_data(st.integers(20, 30)))
def test_all_families(submission, data):
    """Least squares, ridge and lasso at several strengths, and elastic net, each with its own name"""
    found = scores(submission, *data)
    ensure(
        len(found) >= 6, f"There are {len(found)} models; the families asked for make 6 or more."
    )
    names = {score.name for score in found}
    ensure(
        len(names) == len(found), "Two models have the same name, so nobody can tell them apart."
    )
    different = {(round(score.mean, 9), round(score.std, 9)) for score in found}
    ensure(len(different) >= 4, "Most of the models have the very same scores.")


@pytest.mark.check(
    "compare_models",
    points=3,
    hint="The mean and the standard deviation over the folds of the mean squared error on the rows "
    "left out; n_splits says how many folds.",
)
@for_all(max_examples=4, data=small_data(), offset=st.sampled_from([0.0, 300.0]))
def test_least_squares(submission, data, offset):
    """One of the models is least squares, scored on the rows left out"""
    X, y = data
    # beside a large mean float32 has a hundred times fewer digits than rtol asks for
    X = X + offset * np.array([1.0, 5.0, 0.2])
    found = scores(submission, X, y, n_splits=len(y))
    zero = np.zeros(1)
    errors = squared_errors(X, y, zero, zero)[0]
    deviations = (errors.std(), errors.std(ddof=1))
    same = [score for score in found if np.isclose(score.mean, errors.mean(), rtol=1e-6)]
    ensure(
        bool(same),
        "With as many folds as rows no model has the mean error of least squares on the rows left "
        "out, which no choice of folds can change.",
    )
    ensure(
        any(np.isclose(score.std, value, rtol=1e-6) for score in same for value in deviations),
        "std_mse is not the standard deviation of the folds' mean squared errors.",
    )


@pytest.mark.check(
    "compare_models",
    points=3,
    hint="Standardise the training rows, and the rows left out with the training rows' mean and "
    "standard deviation; do not penalise the intercept.",
)
@for_all(max_examples=3, data=small_data())
def test_ridge(submission, data):
    """Ridge at several strengths, columns standardised inside each fold"""
    X, y = data
    on_the_curve(scores(submission, X, y, n_splits=len(y)), X, y, "ridge")


@pytest.mark.check(
    "compare_models",
    points=3,
    hint="The same folds and the same standardisation as for ridge, with the lasso's penalty.",
)
@for_all(max_examples=2, data=orthogonal_data())
def test_lasso(submission, data):
    """Lasso at several strengths, columns standardised inside each fold"""
    X, y = data
    on_the_curve(scores(submission, X, y, n_splits=len(y)), X, y, "lasso")


@pytest.mark.check(
    "compare_models",
    points=1,
    hint="One model with both penalties, next to those with one.",
)
@for_all(max_examples=1, several=st.lists(orthogonal_data(), min_size=2, max_size=2))
def test_elastic_net(submission, several):
    """One of the models is an elastic net"""
    # two data sets, as a true elastic net may by chance have the scores of a ridge on one
    for X, y in several:
        found = scores(submission, X, y, n_splits=len(y))
        points = curve(X, y, "ridge")
        named = [s for s in found if re.search(WORDS["elastic net"], s.name, re.IGNORECASE)]
        # next to least squares and to the null model all families meet
        ends = (points[0], points[-1])
        unsure = [
            score
            for score in named
            if min(abs(score.mean - end[0]) for end in ends) < 1e-3 * points[-1, 0]
        ]
        if unsure or any(one_penalty(X, y, score) > EXACT for score in named):
            return
        # a lasso of an unknown name that stopped early is a little off its curve
        words = "|".join(WORDS.values())
        unnamed = [s for s in found if not re.search(words, s.name, re.IGNORECASE)]
        if any(one_penalty(X, y, score) > 2e-5 for score in unnamed):
            return
    ensure(
        False,
        "Every model has the scores of least squares, of a ridge or of a lasso; where is the "
        "elastic net, with both penalties?",
    )


@pytest.mark.check(
    "compare_models",
    points=1,
    hint="In a fold np.mean of the squared errors, over the folds np.mean and np.std; the same folds "
    "for every model, and no penalty on the intercept.",
)
def test_mean_of_y_alone(submission):
    """Where all columns are constant every model predicts the training mean, and all score the same"""
    # With y = 10 ± 1, five of each, in two halves of five rows: if the halves' means are 10 + m and
    # 10 - m, both halves have the mean squared error 1 + 3m². m is 1/5, 3/5 or 1 however rows fall.
    X = np.tile([3.0, 0.0], (10, 1))
    for signs in ("++-+--+-+-", "+++++-----"):
        y = np.array([11.0 if sign == "+" else 9.0 for sign in signs])
        for score in (found := scores(submission, X, y, n_splits=2)):
            ensure(
                any(abs(score.mean - (1 + 3 * m**2)) < 1e-9 for m in (0.2, 0.6, 1.0)),
                f"With constant columns alone {score.name!r} should predict the mean of the "
                "training rows, but no two halves of these rows have its mean_mse.",
            )
            ensure(
                score.std < 1e-6,
                f"Both folds have the same mean squared error here, but the std_mse of {score.name!r} "
                "is not 0.",
            )
        ensure(
            len({round(score.mean, 6) for score in found}) == 1,
            "With constant columns alone all models are the same; their scores differ, so that they "
            "were not judged on the same folds.",
        )


@pytest.mark.check(
    "compare_models", points=1, hint="Where n_splits does not divide n the first folds are larger."
)
@for_all(max_examples=3, row=st.sampled_from([10, 9, 4]), seed=seeds)
def test_every_row_is_left_out(submission, row, seed):
    """Every row is left out once, also where n_splits does not divide n"""
    # 11 rows in 4 folds, none of more than 5 rows. The mean alone errs by about 1e4 on the one row
    # that is far off, so that the folds' mean is 1e8 / (4 * 5) or more; if that row is never left
    # out the others err by 1e4 / 6 at most, and the folds' mean is 1e8 / 36 or less.
    rng = np.random.default_rng(seed)
    y = rng.normal(size=11)
    y[row] = 1e4
    found = scores(submission, np.ones((11, 2)), y, n_splits=4)
    ensure(
        max(score.mean for score in found) > 1e8 / 25,
        "A row whose y is far off leaves no trace in the scores; is every row left out in some fold?",
    )


@pytest.mark.check(
    "compare_models", points=1, hint="np.asarray(X, dtype=np.float64) before anything else."
)
@for_all(max_examples=3, seed=seeds, kind=st.sampled_from(["int64", "uint8", "float32"]))
def test_integer_and_float32_input(submission, seed, kind):
    """Integer and float32 input is computed in float64"""
    rng = np.random.default_rng(seed)
    X = rng.integers(0, 100, size=(15, 3)).astype(kind)
    y = rng.integers(0, 100, size=15).astype(kind)
    found = scores(submission, X, y, n_splits=15)
    same = scores(submission, X.astype(float), y.astype(float), n_splits=15)
    close(
        [score.mean for score in found], [score.mean for score in same],
        f"mean_mse of the same numbers as {kind}", rtol=1e-6,
    )  # fmt: skip


@pytest.mark.check(
    "compare_models",
    points=1,
    hint="A constant column is divided by 1, and collinear ones leave least squares its least norm.",
)
@for_all(max_examples=3, data=small_data(), value=st.sampled_from([0.0, 0.1, 1000.1]))
def test_constant_columns(submission, data, value):
    """A constant column changes nothing, without a warning"""
    X, y = data
    more = np.column_stack([X, np.full(len(y), value)])
    without = scores(submission, X, y, n_splits=len(y))
    warned_before = bool(submission.last.warnings)
    with_it = scores(submission, more, y, n_splits=len(y))
    if not warned_before:
        gives_no_warning(submission.last)
    ensure(len(with_it) == len(without), "With a constant column there are other models.")
    # a lasso may stop a sweep earlier or later
    close(
        [score.mean for score in with_it], [score.mean for score in without],
        "mean_mse with a constant column beside", rtol=1e-3,
    )  # fmt: skip


@pytest.mark.check(
    "compare_models", points=1, hint="Ridge and lasso need no inverse; use lstsq for least squares."
)
@for_all(max_examples=1, seed=seeds)
def test_more_columns_than_rows(submission, seed):
    """Collinear columns, and more columns than rows"""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(8, 9))
    X[:, 8] = X[:, 0]
    scores(submission, X, X[:, 0] + rng.normal(size=8), n_splits=4)


@pytest.mark.check(
    "compare_models", points=1, hint="Work on copies, and seed whatever shuffles inside."
)
@for_all(max_examples=2, data=small_data())
def test_no_side_effects(submission, data):
    """Arguments and global random state are left alone, and the same question has the same answer"""
    X, y = data
    submission.seed_globals(1)
    first = scores(submission, X, y, n_splits=4)
    leaves_arguments_alone(submission.last)
    leaves_global_randomness_alone(submission.last)
    submission.seed_globals(2)
    second = scores(submission, X, y, n_splits=4)
    ensure(
        [score.name for score in first] == [score.name for score in second],
        "The same question gave the models in another order.",
    )
    means = [[score.mean for score in answer] for answer in (first, second)]
    close(array(means[1], None, "mean_mse"), means[0], "mean_mse, asked a second time,", rtol=1e-9)


@pytest.mark.check(
    "compare_models", points=2, hint="Check the shapes, np.isfinite and n_splits before the folds."
)
def test_bad_input(submission):
    """Bad input raises a ValueError that names the argument"""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(12, 2)), rng.normal(size=12)
    compare = submission.compare_models
    rejects(compare, X[:, 0], y, names=["X"])
    rejects(compare, X, y[:11], names=["X", "y"])
    for bad in (np.nan, np.inf):
        spoiled = X.copy()
        spoiled[3, 1] = bad
        rejects(compare, spoiled, y, names=["X"])
        rejects(compare, X, np.where(np.arange(12) == 5, bad, y), names=["y"])
    for count in (0, -1):
        rejects(compare, X, y, n_splits=count, names=["n_splits"])
