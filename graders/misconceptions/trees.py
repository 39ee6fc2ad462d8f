"""Regression trees and boosting done wrong on purpose, each in a way that learners really do."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from graders.diagnosis import misconception
from reference.trees import Split, best_split, boost, tree_predict


def _mse(y):
    return np.mean((y - y.mean()) ** 2)


def _gain(left, right):
    whole = np.concatenate([left, right])
    return _mse(whole) - (len(left) * _mse(left) + len(right) * _mse(right)) / len(whole)


def _halfway(below, above):
    return (below + above) / 2


def _search(X, y, leaf=1, *, gain=_gain, threshold=_halfway, better=np.greater, least=1e-12):
    """A split found by looking at all of them, each part of the rule open to mistakes."""
    best_split(X, y, min_samples_leaf=leaf)  # bad input is refused, as it should be
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    best, best_gain = None, least * _mse(y)
    if y.max() == y.min():
        return None
    for feature in range(X.shape[1]):
        values = np.unique(X[:, feature])
        for below, above in pairwise(values):
            left = X[:, feature] <= below
            if min(left.sum(), (~left).sum()) < leaf:
                continue
            found = gain(y[left], y[~left])
            # equal up to rounding is equal: mistakes about ties are about exact ones
            if best is not None and np.isclose(found, best_gain, rtol=1e-12, atol=0):
                found = best_gain
            if better(found, best_gain):
                best = Split(feature, float(threshold(below, above)), float(found))
                best_gain = found
    return best


def _grow(X, y, X_new, split, stop=lambda rows, depth: False, depth=0, left_of=np.less_equal):
    """The predictions of a tree that cuts by `split(X, y)`."""
    cut = None if stop(len(y), depth) else split(X, y)
    if cut is None:
        return np.full(len(X_new), y.mean())
    left = left_of(X[:, cut.feature], cut.threshold)
    left_new = left_of(X_new[:, cut.feature], cut.threshold)
    predictions = np.empty(len(X_new))
    for side, new in ((left, left_new), (~left, ~left_new)):
        predictions[new] = _grow(X[side], y[side], X_new[new], split, stop, depth + 1, left_of)
    return predictions


def _floats(*arrays):
    return [np.asarray(array, dtype=float) for array in arrays]


# --- best_split --------------------------------------------------------------------------------


@misconception(
    "best_split",
    "The threshold is a value of the data, the largest that goes left. It should lie halfway to "
    "the next distinct value, so that new rows between the two are shared out fairly.",
)
def threshold_at_a_value(X, y, *, min_samples_leaf=1):
    return _search(X, y, min_samples_leaf, threshold=lambda below, above: below)


@misconception(
    "best_split",
    "The threshold is the upper of the two neighbouring values. With x <= threshold that row goes "
    "left as well, so the cut is not the one whose gain was computed; take the point halfway.",
)
def threshold_at_the_upper_value(X, y, *, min_samples_leaf=1):
    return _search(X, y, min_samples_leaf, threshold=lambda below, above: above)


@misconception(
    "best_split",
    "The two sides count equally, whatever their size: their MSEs were averaged, or added, without "
    "weights. Each side's MSE must be weighted by its share of the rows, else cutting off single "
    "rows looks too good.",
)
def sides_not_weighted(X, y, *, min_samples_leaf=1):
    def gain(left, right):
        return _mse(np.concatenate([left, right])) - (_mse(left) + _mse(right)) / 2

    return _search(X, y, min_samples_leaf, gain=gain)


@misconception(
    "best_split",
    "The gain is a fall in the sum of squares. The loss is a mean, so divide by the number of rows "
    "of the parent; the cut is the same, the gain is n times too large.",
)
def gain_in_sums(X, y, *, min_samples_leaf=1):
    split = _search(X, y, min_samples_leaf)
    return split and split._replace(gain=split.gain * len(y))


@misconception(
    "best_split",
    "What is returned as the gain is the weighted MSE of the two sides. The gain is how far that "
    "lies below the parent's MSE.",
)
def error_instead_of_gain(X, y, *, min_samples_leaf=1):
    split = _search(X, y, min_samples_leaf)
    return split and split._replace(gain=_mse(np.asarray(y, dtype=float)) - split.gain)


@misconception(
    "best_split",
    "The variances divide by n − 1 (ddof=1) instead of n. The MSE of a node is the mean of squares "
    "over its rows, which also makes sense for a node of a single row.",
)
def sample_variance(X, y, *, min_samples_leaf=1):
    def variance(y):
        return y.var(ddof=1) if len(y) > 1 else 0.0

    def gain(left, right):
        whole = np.concatenate([left, right])
        parts = len(left) * variance(left) + len(right) * variance(right)
        return variance(whole) - parts / len(whole)

    return _search(X, y, min_samples_leaf, gain=gain)


@misconception(
    "best_split",
    "Of equally good cuts the last one won, as with >= in the comparison. Ties go to the lower "
    "feature and then to the lower threshold: replace the best only where the gain is larger.",
)
def ties_to_the_last(X, y, *, min_samples_leaf=1):
    return _search(X, y, min_samples_leaf, better=np.greater_equal)


@misconception(
    "best_split",
    "min_samples_leaf was not looked at. A cut that leaves fewer rows on either side is not "
    "allowed, however large its gain.",
)
def leaf_size_ignored(X, y, *, min_samples_leaf=1):
    return _search(X, y)


@misconception(
    "best_split",
    "A side with exactly min_samples_leaf rows was refused. So many rows are enough: a cut is out "
    "only where a side has fewer.",
)
def leaf_size_exceeded(X, y, *, min_samples_leaf=1):
    return _search(X, y, min_samples_leaf + 1)


@misconception(
    "best_split",
    "The best of all cuts was found first and given up where it left too few rows. Look for the "
    "best among the cuts that min_samples_leaf allows; there may well be one.",
)
def leaf_size_checked_last(X, y, *, min_samples_leaf=1):
    best_split(X, y, min_samples_leaf=min_samples_leaf)  # refuses bad input
    split = _search(X, y)
    if split is not None:
        n_left = np.sum(np.asarray(X)[:, split.feature] <= split.threshold)
        if min(n_left, len(y) - n_left) < min_samples_leaf:
            return None
    return split


@misconception(
    "best_split",
    "A cut that gains nothing was returned: the search started below 0, or accepted 0. Where no "
    "cut lowers the MSE the answer is None.",
)
def useless_cut(X, y, *, min_samples_leaf=1):
    X, y = _floats(X, y)
    if y.max() > y.min():
        found = _search(X, y, min_samples_leaf)
        return found or _search(X, y, min_samples_leaf, least=-1.0)
    for feature in range(X.shape[1]):
        values = np.unique(X[:, feature])
        for below, above in pairwise(values):
            n_left = np.sum(X[:, feature] <= below)
            if min(n_left, len(y) - n_left) >= min_samples_leaf:
                return Split(feature, _halfway(below, above), 0.0)
    return None


@misconception(
    "best_split",
    "The halfway point was computed in the type of the data: in uint8, (200 + 100) / 2 is 22. "
    "Convert X and y to float64 first.",
)
def halfway_overflows(X, y, *, min_samples_leaf=1):
    kind = np.asarray(X).dtype.type

    def threshold(below, above):
        with np.errstate(over="ignore"):
            return float(kind(below) + kind(above)) / 2

    return _search(X, y, min_samples_leaf, threshold=threshold)


# --- tree_predict ------------------------------------------------------------------------------


@misconception(
    "tree_predict",
    "The tree is one level deeper than max_depth. The root has depth 0, and a node at max_depth "
    "is a leaf: test depth >= max_depth before cutting.",
)
def one_level_too_deep(X_train, y_train, X_new, **limits):
    depth = limits.get("max_depth")
    return tree_predict(X_train, y_train, X_new, **limits | {"max_depth": depth and depth + 1})


@misconception(
    "tree_predict",
    "The tree is one level short of max_depth, as if the root had depth 1. max_depth=1 is one cut "
    "and two leaves.",
)
def one_level_too_shallow(X_train, y_train, X_new, **limits):
    depth = limits.get("max_depth")
    if depth == 1:
        return np.full(len(X_new), np.mean(y_train))
    return tree_predict(X_train, y_train, X_new, **limits | {"max_depth": depth and depth - 1})


@misconception(
    "tree_predict",
    "A node of exactly min_samples_split rows was not cut. It has enough of them: only a node with "
    "fewer stays whole.",
)
def node_size_exceeded(X_train, y_train, X_new, **limits):
    size = limits.get("min_samples_split", 2) + 1
    return tree_predict(X_train, y_train, X_new, **limits | {"min_samples_split": size})


@misconception(
    "tree_predict",
    "min_samples_leaf is not handed on to best_split, so leaves get smaller than allowed.",
)
def leaf_size_not_handed_on(X_train, y_train, X_new, **limits):
    return tree_predict(X_train, y_train, X_new, **limits | {"min_samples_leaf": 1})


@misconception(
    "tree_predict",
    "A cut was refused where a side would have fewer than min_samples_split rows. "
    "min_samples_split is about the node itself, before it is cut.",
)
def node_size_taken_for_leaf_size(X_train, y_train, X_new, **limits):
    size = limits.get("min_samples_split", 2)
    leaf = max(limits.get("min_samples_leaf", 1), size if size > 2 else 1)
    limits = limits | {"min_samples_split": 2, "min_samples_leaf": leaf}
    return tree_predict(X_train, y_train, X_new, **limits)


@misconception(
    "tree_predict",
    "A new row that lies on the threshold went right, as with x < threshold. The rule is x <= "
    "threshold goes left, for training rows and new ones alike.",
)
def threshold_goes_right(X_train, y_train, X_new, **limits):
    X, y, X_new = _floats(X_train, y_train, X_new)
    depth, size = limits.get("max_depth"), limits.get("min_samples_split", 2)
    return _grow(
        X,
        y,
        X_new,
        lambda X, y: best_split(X, y, min_samples_leaf=limits.get("min_samples_leaf", 1)),
        lambda rows, level: level == depth or rows < size,
        left_of=np.less,
    )


@misconception(
    "tree_predict",
    "Leaves predict the median of their rows. The mean is what minimises the squared error.",
)
def median_leaves(X_train, y_train, X_new, **limits):
    X, y, X_new = _floats(X_train, y_train, X_new)
    # rows and new rows with the same prediction share a leaf, but for coincidences
    rows, new = tree_predict(X, y, X, **limits), tree_predict(X, y, X_new, **limits)
    return np.array([np.median(y[rows == value]) for value in new])


# --- boost -------------------------------------------------------------------------------------


class _Settings:
    """The options of `boost`, each at its default where it was not given."""

    def __init__(self, n_estimators=100, learning_rate=0.1, max_depth=3, subsample=1.0, rng=None):
        self.n_estimators, self.learning_rate, self.max_depth = (
            n_estimators,
            learning_rate,
            max_depth,
        )
        self.subsample, self.rng = subsample, rng


def _boost(X, y, X_new, options, *, first=1.0, shown=None, lookup=None):
    """Boosting on all rows that starts at `first` times the mean, adds `shown` of each tree to
    the answer and takes `lookup` of it off the residuals (None: the learning rate)."""
    settings = _Settings(**options)
    shown = settings.learning_rate if shown is None else shown
    lookup = settings.learning_rate if lookup is None else lookup
    X, y, X_new = _floats(X, y, X_new)
    stages = [np.full(len(X_new), first * y.mean())]
    residual = y - first * y.mean()
    for _ in range(settings.n_estimators):
        tree = tree_predict(X, residual, np.vstack([X_new, X]), max_depth=settings.max_depth)
        stages.append(stages[-1] + shown * tree[: len(X_new)])
        residual = residual - lookup * tree[len(X_new) :]
    return np.array(stages)


@misconception(
    "boost",
    "The first stage was shrunk as well: it is learning_rate times the mean of y. Stage 0 is the "
    "best constant, the mean itself; the learning rate is for the trees.",
)
def first_stage_shrunk(X_train, y_train, X_new, **options):
    first = _Settings(**options).learning_rate
    return _boost(X_train, y_train, X_new, options, first=first)


@misconception(
    "boost",
    "Stage 0 is zero. Start from the mean of y_train, else the first trees spend themselves on it.",
)
def starts_at_zero(X_train, y_train, X_new, **options):
    return _boost(X_train, y_train, X_new, options, first=0.0)


@misconception(
    "boost",
    "The stage before the first tree is missing: there are n_estimators rows. Row 0 is the mean, "
    "and row s follows after s trees.",
)
def stage_0_missing(X_train, y_train, X_new, **options):
    return boost(X_train, y_train, X_new, **options)[1:]


@misconception(
    "boost",
    "Only the last stage came back. Every stage is asked for, one row each, so that one can see "
    "where the test error turns.",
)
def last_stage_only(X_train, y_train, X_new, **options):
    return boost(X_train, y_train, X_new, **options)[-1]


@misconception(
    "boost",
    "Every tree was grown on y itself. A tree must be grown on what is still missing, y minus the "
    "current prediction, else the stages add the same tree again and again.",
)
def trees_of_y(X_train, y_train, X_new, **options):
    settings = _Settings(**options)
    X, y, X_new = _floats(X_train, y_train, X_new)
    step = settings.learning_rate * tree_predict(X, y, X_new, max_depth=settings.max_depth)
    return y.mean() + np.arange(settings.n_estimators + 1)[:, None] * step


@misconception(
    "boost",
    "The residuals are never brought up to date: every tree was grown on y minus its mean. After "
    "each tree the residuals are y minus the new prediction.",
)
def residuals_of_the_mean(X_train, y_train, X_new, **options):
    return _boost(X_train, y_train, X_new, options, lookup=0.0)


@misconception(
    "boost",
    "The trees were added whole. learning_rate times each tree is the step, in the predictions and "
    "in the residuals.",
)
def trees_not_shrunk(X_train, y_train, X_new, **options):
    return _boost(X_train, y_train, X_new, options, shown=1.0, lookup=1.0)


@misconception(
    "boost",
    "The residuals lost the whole tree, though only learning_rate times it was added to the "
    "prediction. Residuals are y minus the prediction, so both need the same step.",
)
def residuals_not_shrunk(X_train, y_train, X_new, **options):
    return _boost(X_train, y_train, X_new, options, lookup=1.0)


@misconception(
    "boost",
    "The steps go the wrong way: residuals were taken as prediction minus y, or the trees were "
    "subtracted. The tree of y − prediction is what the prediction lacks; add it.",
)
def wrong_sign(X_train, y_train, X_new, **options):
    back = -_Settings(**options).learning_rate
    return _boost(X_train, y_train, X_new, options, shown=back, lookup=back)


@misconception(
    "boost",
    "subsample was not looked at: every tree saw all rows. Below 1 each tree gets "
    "max(1, int(subsample·n)) rows of its own.",
)
def subsample_ignored(X_train, y_train, X_new, **options):
    return boost(X_train, y_train, X_new, **options | {"subsample": 1.0})


def _rows_seen(arguments, stages):
    """Which rows each tree was grown on, (n_estimators, n), or None where it cannot be told.

    It can where one column of distinct values is cut down to single rows: a row that was seen
    gets its own residual, any other that of a neighbour. If the trees of these rows are not
    what the stages show, the mistake is another one.
    """
    X, y, X_new = _floats(*(arguments[name] for name in ("X_train", "y_train", "X_new")))
    n, settings = len(y), _Settings(**arguments["options"])
    deep = settings.max_depth is None or settings.max_depth >= n - 1
    if X.shape[1] != 1 or len(np.unique(X)) < n or not deep or not np.array_equal(X, X_new[:n]):
        return None
    stages, scale = np.asarray(stages, dtype=float), np.abs(y).max()
    if stages.shape != (settings.n_estimators + 1, len(X_new)):
        return None
    if abs(stages[0] - y.mean()).max() > 1e-9 * scale:
        return None
    residuals = y - stages[:-1, :n]
    steps = np.diff(stages, axis=0) / settings.learning_rate
    seen = np.abs(steps[:, :n] - residuals) <= 1e-11 * scale
    for step, residual, rows in zip(steps, residuals, seen, strict=True):
        tree = tree_predict(X[rows], residual[rows], X_new) if rows.any() else np.zeros(len(X_new))
        if np.abs(step - tree).max() > 1e-8 * scale:
            return None
    return seen


def _subsample(arguments):
    return arguments["options"].get("subsample", 1.0)


def _size(arguments):
    return max(1, int(_subsample(arguments) * len(arguments["y_train"])))


def _varying_sizes(arguments, value):
    seen = _rows_seen(arguments, value)
    if seen is None or _subsample(arguments) >= 1:
        return None
    sizes = seen.sum(axis=1)
    return sizes if len(set(sizes)) > 1 else None


def _looks_with_replacement(arguments, value):
    sizes = _varying_sizes(arguments, value)
    return sizes is not None and bool(np.all((sizes >= 1) & (sizes <= _size(arguments))))


@misconception(
    "boost",
    "The rows of a tree were drawn with replacement, so some of them came twice and the tree saw "
    "fewer distinct ones. That is bagging; stochastic boosting draws without replacement.",
    recognise=_looks_with_replacement,
)
def rows_with_replacement(X_train, y_train, X_new, **options):
    return _stochastic(
        X_train, y_train, X_new, options, lambda rng, n, size: rng.integers(0, n, size=size)
    )


def _looks_tossed(arguments, value):
    sizes = _varying_sizes(arguments, value)
    if sizes is None or sizes[0] == len(arguments["y_train"]):  # all rows, and nothing is left
        return False
    return bool(np.any((sizes == 0) | (sizes > _size(arguments))))


@misconception(
    "boost",
    "Each row was kept with probability subsample, so the number of rows differs from tree to "
    "tree. It is fixed: max(1, int(subsample·n)) of them.",
    recognise=_looks_tossed,
)
def rows_by_coin_toss(X_train, y_train, X_new, **options):
    kept = options.get("subsample", 1.0)
    return _stochastic(
        X_train, y_train, X_new, options, lambda rng, n, size: np.flatnonzero(rng.random(n) < kept)
    )


def _looks_drawn_once(arguments, value):
    seen = _rows_seen(arguments, value)
    return (
        seen is not None and len(seen) > 3 and bool(np.all(seen == seen[0])) and not seen[0].all()
    )


@misconception(
    "boost",
    "All trees were grown on the same rows: the subsample was drawn once, or the generator was "
    "made anew for each tree. Each tree needs rows of its own, else some rows are never learned "
    "from.",
    recognise=_looks_drawn_once,
)
def same_rows_for_every_tree(X_train, y_train, X_new, **options):
    rows = []

    def once(rng, n, size):
        if not rows:
            rows.append(rng.choice(n, size=size, replace=False))
        return rows[0]

    return _stochastic(X_train, y_train, X_new, options, once)


def _looks_rounded(arguments, value):
    seen = _rows_seen(arguments, value)
    if seen is None or _subsample(arguments) >= 1:
        return False
    sizes = set(seen.sum(axis=1).tolist())
    return sizes == {_size(arguments) + 1} and bool((seen != seen[0]).any())


@misconception(
    "boost",
    "A tree saw one row too many: subsample·n was rounded, or rounded up. The number of rows is "
    "max(1, int(subsample·n)), cut off downwards.",
    recognise=_looks_rounded,
)
def number_of_rows_rounded(X_train, y_train, X_new, **options):
    size = int(np.ceil(options.get("subsample", 1.0) * len(y_train)))
    return _stochastic(
        X_train, y_train, X_new, options, lambda rng, n, _: rng.choice(n, size=size, replace=False)
    )


def _stochastic(X, y, X_new, options, draw):
    """Boosting whose rows come from `draw(rng, n, size)` where `subsample` is below 1."""
    settings = _Settings(**options)
    X, y, X_new = _floats(X, y, X_new)
    n, m = len(y), len(X_new)
    everywhere, prediction = np.vstack([X_new, X]), np.full(m + n, y.mean())
    stages = [prediction[:m]]
    for _ in range(settings.n_estimators):
        rows = np.arange(n)
        if settings.subsample < 1:
            rows = draw(settings.rng, n, max(1, int(settings.subsample * n)))
        if len(rows):
            residual = (y - prediction[m:])[rows]
            tree = tree_predict(X[rows], residual, everywhere, max_depth=settings.max_depth)
            prediction = prediction + settings.learning_rate * tree
        stages.append(prediction[:m])
    return np.array(stages)
