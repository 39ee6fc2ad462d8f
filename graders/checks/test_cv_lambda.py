"""Hidden checks of `cv_lambda`: spies record what reaches the model, and answer by a script."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import strategies as st

from exercises.checking import (
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
)
from graders.certificates.optimality import binomial_tail
from graders.checks.strategies import for_all, seeds

NAMES = ("lambdas", "mean_mse", "std_error", "best_lambda", "one_se_lambda")


class RidgeSpy:
    """A `fit_predict` that writes down what it was given and answers as a ridge regression.

    Its answers depend on every number of its input, and not on the order of the rows. It computes
    in the precision that it is given, as a learner's model would.
    """

    def __init__(self):
        self.seen = []

    def __call__(self, X_train, y_train, X_val, lam):
        self.seen.append((X_train, y_train, X_val, float(lam)))
        X_train, y_train, X_val = np.asarray(X_train), np.asarray(y_train), np.asarray(X_val)
        n, p = X_train.shape
        with np.errstate(all="ignore"):  # bad input that was let through
            gram = X_train.T @ X_train / n + (0.05 + float(lam)) * np.eye(p)
            coef = np.linalg.solve(gram, X_train.T @ (y_train - y_train.mean()) / n)
            return y_train.mean() + X_val @ coef

    def fresh(self):
        return RidgeSpy()


#: Four folds that can be told apart by the size of their validation sets.
SIZES = (2, 3, 4, 5)


class ScriptedSpy:
    """A `fit_predict` that predicts one number for each fold and strength.

    Where y is 0 the fold's MSE is that number squared.
    """

    def __init__(self, lambdas, table):
        self._lambdas, self._table = list(lambdas), np.asarray(table)
        self._script = {
            (size, lam): float(table[j][i])
            for (i, size), (j, lam) in product(enumerate(SIZES), enumerate(self._lambdas))
        }

    def __call__(self, X_train, y_train, X_val, lam):
        return np.full(len(X_val), self._script.get((len(X_val), float(lam)), 1e6))

    def fresh(self):
        return ScriptedSpy(self._lambdas, self._table)


def scripted(submission, lambdas, table):
    """The result for validation errors `table`² (one row a strength, one column a fold)."""
    ends = np.cumsum(SIZES)
    rows = np.arange(ends[-1])
    folds = [(np.setdiff1d(rows, part), part) for part in np.split(rows, ends[:-1])]
    X = np.column_stack([np.sin(rows), rows])
    return read(
        submission.cross_validate(
            X, np.zeros(len(rows)), lambdas, folds, ScriptedSpy(lambdas, table)
        ),
        len(lambdas),
    )


def read(answer, m):
    """The fields of a CVResult, read with care."""
    result = fields(answer, NAMES, "cross_validate")
    for name in NAMES[:3]:
        setattr(result, name, array(getattr(result, name), (m,), name))
    for name in NAMES[3:]:
        setattr(result, name, number(getattr(result, name), name))
    return result


def standardised(X, train, validation):
    """The rows that the model should get, by the training rows' mean and standard deviation."""
    X = np.asarray(X, dtype=float)
    mean, scale = X[train].mean(axis=0), X[train].std(axis=0)
    constant = X[train].max(axis=0) == X[train].min(axis=0)
    mean[constant], scale[constant] = X[train][0, constant], 1.0
    return (X[train] - mean) / scale, (X[validation] - mean) / scale


def same_rows(actual, expected):
    """Whether the two hold the same rows, in whatever order."""
    if actual.shape != expected.shape:
        return False
    direction = np.sqrt(np.arange(2.0, 2.0 + expected.shape[1]))
    with np.errstate(invalid="ignore", over="ignore"):
        order, wanted = np.argsort(actual @ direction), np.argsort(expected @ direction)
        # standardised numbers are about 1 in size; rounding is 1e-13 where means are 1e3 of them
        return bool(
            np.all(np.abs(actual[order] - expected[wanted]) <= 1e-9 * (1 + abs(expected.max())))
        )


def model_got_arrays(spy):
    """Fail unless the model was given arrays: a list has no mean, and no columns."""
    for given in spy.seen:
        for name, values in zip(("X_train", "y_train", "X_val"), given, strict=False):
            ensure(
                isinstance(values, np.ndarray),
                f"fit_predict should be given arrays, but {name} is {describe(values, 80)}.",
            )


def model_got_the_right_rows(spy, X, y, lambdas, folds):
    """Fail unless the model saw every pair of a fold and a strength, with the right rows."""
    model_got_arrays(spy)
    wanted = {(i, float(lam)) for i, lam in product(range(len(folds)), lambdas)}
    seen = set()
    for X_train, y_train, X_val, lam in spy.seen:
        ensure(lam in lambdas, f"fit_predict was called with lam={lam!r}, which is not in lambdas.")
        which = [
            i
            for i, (train, validation) in enumerate(folds)
            if y_train.shape == (len(train),)
            and np.array_equal(np.sort(y_train), np.sort(y[train].astype(float)))
        ]
        ensure(
            bool(which),
            "fit_predict was given a y_train that is not y at the training rows of a fold.",
        )
        train, validation = folds[which[0]]
        right_train, right_val = standardised(X, train, validation)
        ensure(
            X_val.shape == right_val.shape,
            f"X_val should hold the {len(validation)} validation rows of the fold, "
            f"but has shape {X_val.shape}.",
        )
        ensure(
            same_rows(X_train, right_train),
            "X_train is not standardised with the mean and standard deviation of the training rows.",
        )
        ensure(
            same_rows(X_val, right_val),
            "X_val is not standardised with the mean and standard deviation of the training rows.",
        )
        ensure(
            same_rows(
                np.column_stack([X_train, y_train]), np.column_stack([right_train, y[train]])
            ),
            "The rows of X_train and y_train do not belong together.",
        )
        seen.add((which[0], lam))
    ensure(seen == wanted, "fit_predict was not called for every pair of a fold and a strength.")


def expected_errors(X, y, lambdas, folds):
    """The validation MSE of every fold (row) and strength (column)."""
    spy = RidgeSpy()
    errors = np.empty((len(folds), len(lambdas)))
    for (i, (train, validation)), (j, lam) in product(enumerate(folds), enumerate(lambdas)):
        X_train, X_val = standardised(X, train, validation)
        errors[i, j] = np.mean((y[validation] - spy(X_train, y[train], X_val, lam)) ** 2)
    return errors


@st.composite
def cv_problems(draw, rows=st.integers(10, 30), columns=st.integers(1, 4)):
    """(X, y, lambdas, folds): X and y of several scales, folds of random or of ordered rows."""
    rng = np.random.default_rng(draw(seeds))
    n, p = draw(rows), draw(columns)
    X = np.round(rng.normal(size=(n, p)), 2) * 10.0 ** rng.integers(-1, 3, size=p)
    X += rng.integers(-20, 21, size=p)
    y = np.round(X @ rng.normal(size=p) / np.abs(X).max() * 5 + rng.normal(size=n), 3)
    y += 1e-5 * rng.permutation(n)  # no two the same, so that a fold can be told by its y
    y *= draw(st.sampled_from([1.0, 1e-4, 1e3]))  # errors are in units of y², whatever these are
    k = draw(st.integers(2, 4))
    if draw(st.booleans()):
        parts = np.array_split(rng.permutation(n), k)
        folds = [(rng.permutation(np.setdiff1d(np.arange(n), part)), part) for part in parts]
    else:
        size = n // (k + 1)
        starts = range(n - k * size, n, size)
        folds = [(np.arange(start), np.arange(start, start + size)) for start in starts]
    grid = [0.0, 2e-8, 1 / 3000, 0.01, 0.1, 0.5, 1.0, 3.0, 10.0]
    lambdas = rng.choice(grid, size=draw(st.integers(1, 4)), replace=False)
    return X, y, lambdas, folds


# --- folds -------------------------------------------------------------------------------------


def indices(pairs, n_splits, n_samples, what):
    """The pairs as (train, validation) sorted arrays of valid row numbers without repeats."""
    ensure(isinstance(pairs, (list, tuple)), f"{what} should be a list of (train, validation).")
    ensure(len(pairs) == n_splits, f"{what} should have {n_splits} pairs, but has {len(pairs)}.")
    read = []
    for pair in pairs:
        pair = fields(
            tuple(pair) if isinstance(pair, list) else pair, ("train", "validation"), what
        )
        both = []
        for name in ("train", "validation"):
            rows = array(getattr(pair, name), (None,), f"{name} of {what}")
            kind = np.asarray(getattr(pair, name)).dtype
            ensure(
                kind.kind in "iu" or len(rows) == 0,
                f"{name} of {what} should hold row numbers, which are integers, but is of type "
                f"{kind}.",
            )
            ensure(
                bool(np.all((rows >= 0) & (rows < n_samples))),
                f"{name} of {what} should hold row numbers from 0 to {n_samples - 1}.",
            )
            ensure(len(np.unique(rows)) == len(rows), f"{name} of {what} holds a row twice.")
            both.append(np.sort(rows).astype(int))
        read.append(tuple(both))
    return read


def is_partition(pairs, n_samples, n_splits):
    counts = np.bincount(np.concatenate([val for _, val in pairs]), minlength=n_samples)
    row = int(np.argmax(counts != 1))
    ensure(
        bool(np.all(counts == 1)),
        f"Every row should be in exactly one validation set; row {row} is in {counts[row]}.",
    )
    for train, val in pairs:
        ensure(
            np.array_equal(train, np.setdiff1d(np.arange(n_samples), val)),
            "train should hold all the rows that are not in validation, and no others.",
        )
    sizes = [len(val) for _, val in pairs]
    small, extra = divmod(n_samples, n_splits)
    ensure(
        sizes == [small + 1] * extra + [small] * (n_splits - extra),
        "The first n % k folds should have one row more than the others; the sizes are "
        f"{', '.join(map(str, sizes))}.",
    )


@st.composite
def sizes_of_folds(draw):
    k = draw(st.integers(2, 8))
    return draw(st.integers(k, 40)), k


@pytest.mark.check(
    "kfold_indices", points=2, hint="np.array_split(np.arange(n), k); train is all the other rows."
)
@for_all(max_examples=25, size=sizes_of_folds())
def test_folds_are_a_partition(submission, size):
    """kfold_indices: consecutive folds that are a partition, the first ones larger"""
    n, k = size
    pairs = indices(submission.kfold_indices(n, k), k, n, "kfold_indices")
    is_partition(pairs, n, k)
    ensure(
        all(np.array_equal(val, np.arange(val[0], val[0] + len(val))) for _, val in pairs)
        and bool(np.all(np.diff([val[0] for _, val in pairs]) > 0)),
        "Without rng the folds should be consecutive rows, from the first to the last.",
    )
    leaves_global_randomness_alone(submission.last)


@pytest.mark.check(
    "kfold_indices", points=1, hint="Shuffle the rows with rng.permutation(n), then cut as before."
)
@for_all(max_examples=10, size=sizes_of_folds(), seed=seeds)
def test_shuffled_folds(submission, size, seed):
    """kfold_indices with rng: still a partition, and the same for the same seed"""
    n, k = size
    pairs = indices(
        submission.kfold_indices(n, k, rng=np.random.default_rng(seed)), k, n, "kfold_indices"
    )
    leaves_global_randomness_alone(submission.last)
    is_partition(pairs, n, k)
    again = indices(
        submission.kfold_indices(n, k, rng=np.random.default_rng(seed)), k, n, "kfold_indices"
    )
    ensure(
        all(np.array_equal(a[1], b[1]) for a, b in zip(pairs, again, strict=True)),
        "The same seed should give the same folds.",
    )


@pytest.mark.check(
    "kfold_indices", points=1, hint="rng.permutation(n) makes every assignment equally likely."
)
@for_all(max_examples=1, seed=seeds)
def test_shuffle_is_uniform(submission, seed):
    """kfold_indices with rng: every row is as likely in every fold, whatever its neighbours"""
    n, k, times = 11, 3, 80
    sizes = np.array([4, 4, 3])
    first, together = np.zeros(n, int), np.zeros(n, int)
    for turn in range(times):
        rng = np.random.default_rng(seed + turn)
        pairs = indices(submission.kfold_indices(n, k, rng=rng), k, n, "kfold_indices")
        fold = np.empty(n, int)
        for number_of_fold, (_, val) in enumerate(pairs):
            fold[val] = number_of_fold
        first += fold == 0
        together += fold == np.roll(fold, 1)
    pair = float(np.sum(sizes * (sizes - 1)) / (n * (n - 1)))
    # three rows in three folds show a shuffle that lets no row, or one row always, keep its place
    places = np.zeros((3, 3), int)
    for turn in range(times):
        rng = np.random.default_rng(seed + times + turn)
        for place, (_, val) in enumerate(
            indices(submission.kfold_indices(3, 3, rng=rng), 3, 3, "kfold_indices")
        ):
            places[place, val] += 1
    # exact binomials, 31 of them to share a tail of 1e-9
    tails = [binomial_tail(int(count), times, sizes[0] / n) for count in first]
    tails += [binomial_tail(int(count), times, pair) for count in together]
    tails += [binomial_tail(int(count), times, 1 / 3) for count in places.ravel()]
    ensure(
        len(tails) * min(tails) >= 1e-9,
        "With rng the rows are not shuffled evenly: some rows fall into the same fold, or into one "
        "and the same, too often or too seldom.",
    )


@pytest.mark.check(
    "time_series_indices",
    points=2,
    hint="The last k blocks of n // (k + 1) rows validate; train on everything before each.",
)
@for_all(max_examples=25, k=st.integers(2, 7), more=st.integers(1, 25))
def test_time_series(submission, k, more):
    """time_series_indices: growing training sets, each followed by its validation block"""
    n = k + more
    pairs = indices(submission.time_series_indices(n, k), k, n, "time_series_indices")
    size = n // (k + 1)
    for i, (train, val) in enumerate(pairs):
        start = n - (k - i) * size
        ensure(
            len(train) == 0 or len(val) == 0 or train[-1] < val[0],
            "A training row comes after a validation row.",
        )
        ensure(
            np.array_equal(val, np.arange(start, start + size)),
            f"Validation set {i} should be {size} consecutive rows that end {(k - i - 1) * size} "
            "rows before the last.",
        )
        ensure(
            np.array_equal(train, np.arange(start)),
            "train should be all the rows before the validation set.",
        )
    leaves_global_randomness_alone(submission.last)


@pytest.mark.check("lambda_grid", points=1, hint="np.geomspace(lam_max, eps * lam_max, n_lambdas)")
@for_all(
    max_examples=30,
    lam_max=st.sampled_from([0.02, 1.0, 7.5, 300, 3e-7]),
    count=st.sampled_from([None, 2, 7, 40, 1]),
    eps=st.sampled_from([None, 0.5, 0.01, 1e-8]),
    by_name=st.booleans(),
)
def test_grid(submission, lam_max, count, eps, by_name):
    """lambda_grid: log-spaced from lam_max down to eps·lam_max"""
    named = {"n_lambdas": count, "eps": eps}
    named = {name: value for name, value in named.items() if value is not None}
    placed = [] if by_name or count is None else list(named.values())
    if placed:
        named = {}
    grid = array(submission.lambda_grid(lam_max, *placed, **named), (count or 100,), "lambda_grid")
    leaves_global_randomness_alone(submission.last)
    ends = lam_max, (eps or 1e-3) * lam_max
    if count == 1:  # a single strength cannot be both ends
        ensure(
            any(abs(grid[0] - end) <= 1e-9 * end for end in ends),
            "A grid of one strength should hold lam_max.",
        )
        return
    close(grid[0], ends[0], "The first strength", rtol=1e-9)
    close(grid[-1], ends[1], "The last strength", rtol=1e-9)
    ratio = (eps or 1e-3) ** (1 / (len(grid) - 1))
    ratios = grid[1:] / grid[:-1]
    close(ratios, np.full(len(ratios), ratio), "The ratio of neighbours", rtol=1e-8)


# --- cross-validation --------------------------------------------------------------------------


@pytest.mark.check(
    "cross_validate",
    points=3,
    hint="Per fold: mean and std of X[train]; apply both to X[train] and to X[validation].",
)
@for_all(max_examples=12, problem=cv_problems())
def test_standardised_inside_the_fold(submission, problem):
    """The model gets each fold's rows, standardised by its training rows alone"""
    X, y, lambdas, folds = problem
    rows = np.arange(len(X))
    # leaving one out: a single row has no spread of its own
    alone = [(np.delete(rows, row), rows[[row]]) for row in (0, len(X) // 2, len(X) - 1)]
    for pairs in (folds, alone):
        spy = RidgeSpy()
        submission.cross_validate(X, y, lambdas, pairs, spy)
        model_got_the_right_rows(spy, X, y, lambdas, pairs)


@pytest.mark.check(
    "cross_validate",
    points=1,
    hint="Where all training values are equal divide by 1; test max == min, not std == 0.",
)
@for_all(
    max_examples=8,
    problem=cv_problems(columns=st.integers(1, 2)),
    value=st.sampled_from([0.0, 0.1, 5.0, -1234.1]),
    everywhere=st.booleans(),
)
def test_constant_columns(submission, problem, value, everywhere):
    """A column that is constant in a training fold, and no other, is divided by 1, silently"""
    X, y, lambdas, folds = problem
    column = np.full(len(X), value)
    if not everywhere:  # constant but for the validation rows of the first fold
        column[folds[0][1]] += np.arange(1.0, 1.0 + len(folds[0][1]))
    # other units make columns of small numbers, which are not constant for that; far above rounding
    # and above the 1e-8 of np.isclose, since a guard against rounding is no mistake
    small = 1e-6 * np.sin(np.arange(len(X)))
    X = np.column_stack([X, column, small])
    spy = RidgeSpy()
    submission.cross_validate(X, y, lambdas, folds, spy)
    gives_no_warning(submission.last)
    model_got_arrays(spy)
    for X_train, *_ in spy.seen:
        ensure(
            X_train.shape[1:] != X.shape[1:] or bool(X_train[:, -1].std() > 0.1),
            "A column of small numbers that differ was not brought to standard deviation 1; only "
            "a column whose training values are all equal is divided by 1.",
        )
    model_got_the_right_rows(spy, X, y, lambdas, folds)


@pytest.mark.check(
    "cross_validate",
    points=2,
    hint="A fold's error is the mean of its squared errors; then the mean over the folds.",
)
@for_all(max_examples=12, problem=cv_problems())
def test_mean_of_the_folds(submission, problem):
    """mean_mse is the mean of the folds' errors, per strength in the order given"""
    X, y, lambdas, folds = problem
    lambdas = np.append(lambdas, lambdas[0])  # a strength given twice has two entries
    answer = submission.cross_validate(X, y, lambdas, folds, RidgeSpy())
    result = read(answer, len(lambdas))
    errors = expected_errors(X, y, lambdas, folds)
    close(result.lambdas, lambdas, "lambdas of the result", rtol=1e-12)
    close(result.mean_mse, errors.mean(axis=0), "mean_mse", rtol=1e-8)


@pytest.mark.check(
    "cross_validate", points=1, hint="errors.std(axis=0, ddof=1) / np.sqrt(len(folds))"
)
@for_all(max_examples=12, problem=cv_problems())
def test_standard_error(submission, problem):
    """std_error is the standard deviation of the folds' errors (ddof 1) over √k"""
    X, y, lambdas, folds = problem
    answer = submission.cross_validate(X, y, lambdas, folds, RidgeSpy())
    errors = expected_errors(X, y, lambdas, folds)
    expected = errors.std(axis=0, ddof=1) / np.sqrt(len(folds))
    # the difference of errors that are nearly equal carries the rounding of the errors
    close(
        read(answer, len(lambdas)).std_error,
        expected,
        "std_error",
        rtol=1e-8,
        atol=1e-9 * errors.max(),
    )


GRID = [0.01, 0.1, 0.5, 1.0, 2.0]
#: Predictions 0 … 4 make squares whose sums over four folds are exact, so that ties are ties.
tables = st.lists(st.lists(st.integers(0, 4), min_size=4, max_size=4), min_size=2, max_size=5)


#: Lowest 3 at lam = 1, standard error 1, and so 3 is right. To stop at the first that is too high
#: gives 2, a standard error of ddof 0 gives 2.4, < gives 2.5, each strength's own standard error 5,
#: the largest of these 7.
TELLING = (
    np.array([3.0, 0.1, 2.25, 7.0, 1.0, 2.4, 5.0, 2.0, 2.5]),
    [
        [2, 2, 2, 2],
        [2, 2, 2, 2],
        [3, 3, 0, 0],
        [3, 3, 3, 3],
        [2, 2, 2, 0],
        [1, 3, 2, 1],
        [5, 0, 0, 0],
        [3, 2, 1, 1],
        [3.5, 1.5, 1, 0.5],
    ],
)


def statistics(table):
    squares = np.asarray(table, dtype=float) ** 2
    return squares.mean(axis=1), squares.std(axis=1, ddof=1) / 2


@pytest.mark.check("cross_validate", points=2, hint="Of equal means take the larger strength.")
@for_all(max_examples=20, table=tables, order=st.permutations(GRID), tie=st.booleans())
def test_best_lambda(submission, table, order, tie):
    """best_lambda has the lowest mean error, ties to the larger strength"""
    mean, _ = statistics(table)
    if tie:  # a second strength that is as good as the best, by other errors
        table = [*table, table[int(np.argmin(mean))][::-1]][-5:]
        mean, _ = statistics(table)
    lambdas = np.array(order[: len(table)])
    result = scripted(submission, lambdas, table)
    ensure(
        result.best_lambda in lambdas[mean == mean.min()],
        "best_lambda is not a strength with the lowest mean_mse.",
    )
    ensure(
        result.best_lambda == lambdas[mean == mean.min()].max(),
        "Two strengths have the lowest mean_mse; best_lambda should be the larger of them.",
    )


@pytest.mark.check(
    "cross_validate", points=1, hint="The lowest is the lowest: compare means without a tolerance."
)
def test_best_lambda_by_a_hair(submission):
    """A mean that is higher by a hair is no tie, and small means are not all one"""
    # the squares of 1024 + 2**-d come out as 2**20 + 2**(11 - d); rounding is 2**-33 at most
    for table in (
        [[1024] * 4, [1024] * 3 + [1024 + 2**-11]],
        [[1024] * 4, [1024] * 3 + [1024 + 2**-26]],
        [[2**-20] * 4, [2**-19] * 4],
    ):
        result = scripted(submission, np.array([0.5, 1.0]), table)
        low, high = np.mean(np.square(table), axis=1)
        ensure(
            result.best_lambda == 0.5,
            "best_lambda is not the strength with the lowest mean_mse; the two means are "
            f"{low:.15g} and {high:.15g}.",
        )


@pytest.mark.check(
    "cross_validate",
    points=2,
    hint="The largest lam with mean_mse <= the lowest + the std_error of the best.",
)
@for_all(max_examples=40, table=tables, order=st.permutations(GRID))
def test_one_standard_error_rule(submission, table, order):
    """one_se_lambda is the largest strength within one standard error of the lowest mean"""
    lambdas = np.array(order[: len(table)])
    mean, std_error = statistics(table)
    best = max(np.flatnonzero(mean == mean.min()), key=lambda j: lambdas[j])
    bound = mean[best] + std_error[best]
    result = scripted(submission, lambdas, table)
    if np.any((np.abs(mean - bound) < 1e-9) & (std_error[best] > 0)):
        return  # rounding decides; the boundary has an example of its own
    right = result.one_se_lambda == lambdas[mean <= bound].max()
    if not right:  # the smallest example fits many a mistake; this one tells them apart
        scripted(submission, *TELLING)
    ensure(
        right,
        "one_se_lambda should be the largest strength whose mean_mse is at most the lowest one "
        "plus the standard error of the best.",
    )


@pytest.mark.check(
    "cross_validate", points=1, hint="Within one standard error includes exactly one (<=)."
)
def test_one_standard_error_exactly(submission):
    """Exactly one standard error above the lowest is within it, a hair more is not"""
    # squares 4 4 4 0: mean 3, standard deviation 2, standard error 1, all exact in binary
    table = np.array([[2, 2, 2, 0], [2, 2, 2, 2], [3, 2, 2, 2]])
    a_hair_more = np.array([[2, 2, 2, 0], [2, 2, 2, 2], [2 + 2**-34, 2, 2, 2]])
    asked = [(table, order) for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0])]
    # by a power of two, so that small errors are as exact
    asked += [(a_hair_more, [0, 1, 2]), (table * 2.0**-20, [0, 1, 2])]
    telling = scripted(submission, *TELLING)
    results = [  # all of them first: the more answers, the better a mistake can be told
        scripted(submission, np.array([0.1, 1.0, 10.0])[order], predictions[order])
        for predictions, order in asked
    ]
    for result, (predictions, _) in zip(results, asked, strict=True):
        ensure(result.best_lambda == 0.1, "best_lambda is not the strength of the lowest mean_mse.")
        bound, above = np.mean(np.square(predictions), axis=1)[1:]
        ensure(
            result.one_se_lambda == 1.0,
            f"The mean error at lam = 1, {bound:.15g}, is exactly one standard error above the lowest, "
            f"and that at lam = 10, {above:.15g}, is more; one_se_lambda should be 1.",
        )
    ensure(
        telling.one_se_lambda == 3.0,
        "The mean error at lam = 3, 4, is exactly one standard error above the lowest, and those of "
        "larger strengths are more; one_se_lambda should be 3.",
    )


@pytest.mark.check(
    "cross_validate",
    points=1,
    hint="Take std_error at the very position of best_lambda, not at np.argmin(mean).",
)
def test_standard_error_of_the_best(submission):
    """Where two strengths are equally good, one standard error is that of the larger"""
    # squares 4 4 4 0 and 1 1 1 9: mean 3 both, standard errors 1 and 2; 9 9 0 0: mean 4.5
    steady, restless, other = [2, 2, 2, 0], [1, 1, 1, 3], [3, 3, 0, 0]
    asked = [
        (np.array([small, large, other])[order], order, right)
        for small, large, right in ((steady, restless, 10.0), (restless, steady, 1.0))
        for order in ([0, 1, 2], [1, 0, 2], [2, 1, 0])
    ]
    scripted(submission, *TELLING)
    results = [  # all of them first, as above
        scripted(submission, np.array([0.1, 1.0, 10.0])[order], table) for table, order, _ in asked
    ]
    for result, (_, _, right) in zip(results, asked, strict=True):
        ensure(
            result.best_lambda == 1.0,
            "The mean errors at lam = 0.1 and lam = 1 are both the lowest; best_lambda should be 1.",
        )
        ensure(
            result.one_se_lambda == right,
            "The mean errors at lam = 0.1 and lam = 1 are both the lowest, so best_lambda is 1; by "
            f"the standard error at lam = 1 one_se_lambda should be {right:g}.",
        )


@pytest.mark.check(
    "cross_validate",
    points=1,
    hint="np.asarray(X, dtype=np.float64): an int array cannot hold means.",
)
@for_all(max_examples=3, seed=seeds)
def test_integer_and_float32_input(submission, seed):
    """Integer and float32 input is computed in float64, and folds and lambdas may be lists"""
    rng = np.random.default_rng(seed)
    folds = [(list(range(3, 15)), [0, 1, 2]), (list(range(6)), list(range(6, 15)))]
    lambdas = [1, 0.25]
    for kind in ("int64", "uint8", "float32"):
        X = rng.uniform(0, 200, size=(15, 2)).astype(kind)
        y = rng.permutation(15).astype(kind) * 7
        if kind == "float32":  # with a mean that float32 cannot hold
            y = 1000 + y / np.float32(3)
        spy = RidgeSpy()
        answer = submission.cross_validate(X, y, lambdas, folds, spy)
        model_got_the_right_rows(spy, X, y, lambdas, folds)
        errors = expected_errors(X.astype(float), y.astype(float), lambdas, folds)
        close(read(answer, 2).mean_mse, errors.mean(axis=0), f"mean_mse of {kind} input", rtol=1e-8)


@pytest.mark.check(
    "cross_validate", points=1, hint="X[train] -= mean works on a copy, X -= mean does not."
)
@for_all(max_examples=4, problem=cv_problems(rows=st.integers(10, 15)))
def test_arguments_are_left_alone(submission, problem):
    """Arguments are not modified, and there is no state between calls"""
    X, y, lambdas, folds = problem
    first = read(submission.cross_validate(X, y, lambdas, folds, RidgeSpy()), len(lambdas))
    leaves_arguments_alone(submission.last)
    leaves_global_randomness_alone(submission.last)
    again = read(submission.cross_validate(X, y, lambdas, folds, RidgeSpy()), len(lambdas))
    close(again.mean_mse, first.mean_mse, "The second answer to the same question", rtol=1e-12)


@pytest.mark.check(
    "kfold_indices",
    "time_series_indices",
    "lambda_grid",
    points=1,
    hint="Test counts and lam_max first, and name the argument in the message.",
)
def test_bad_counts(submission):
    """Bad input to the splitters and the grid raises a ValueError that names the argument"""
    for split in (submission.kfold_indices, submission.time_series_indices):
        for count in (0, -1):
            rejects(split, 10, count, names=["n_splits"])
            # with so few rows there are also more splits than rows
            rejects(split, count, 3, names=["n_samples", "n_splits"])
    for lam in (-1.0, np.nan, np.inf, -np.inf):
        rejects(submission.lambda_grid, lam, names=["lam_max"])
    for count in (0, -3):
        rejects(submission.lambda_grid, 1.0, n_lambdas=count, names=["n_lambdas"])


@pytest.mark.check(
    "cross_validate",
    points=1,
    hint="Test dimensions, lengths, np.isfinite and the strengths before the first fit.",
)
def test_bad_input_to_cross_validation(submission):
    """Bad input to cross_validate raises a ValueError that names the argument"""
    X, y = (
        np.array([[0.0, 1.0], [2.0, 1.5], [1.0, 0.5], [3.0, 3.5]]),
        np.array([1.0, 2.0, 0.0, 5.0]),
    )
    # the last row only validates
    folds = [(np.array([0, 1]), np.array([2])), (np.array([0, 1, 2]), np.array([3]))]

    def refuses(names, X=X, y=y, lambdas=(0.1, 1.0)):
        lambdas = np.array(lambdas, dtype=float)
        rejects(submission.cross_validate, X, y, lambdas, folds, RidgeSpy(), names=names)

    refuses(["X"], X=X[:, 0])
    refuses(["X"], X=X[:, :, None])
    refuses(["X", "y"], y=y[:3])
    refuses(["X", "y"], y=np.append(y, 1.0))
    for bad in (np.nan, np.inf, -np.inf):
        for row in (2.0, 3.0):
            refuses(["X"], X=np.where(row == X, bad, X))
        for row in (2.0, 5.0):
            refuses(["y"], y=np.where(row == y, bad, y))
        refuses(["lambdas", "lam"], lambdas=[1.0, bad])
        refuses(["lambdas", "lam"], lambdas=[bad, 1.0])
    refuses(["lambdas", "lam"], lambdas=[0.1, -1e-9])
    refuses(["lambdas", "lam"], lambdas=[-1e-9, 0.1])
    refuses(["lambdas"], lambdas=[])
