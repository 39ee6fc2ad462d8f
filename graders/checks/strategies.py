"""Hypothesis strategies with names from the domain, shared by the hidden checks."""

from __future__ import annotations

import functools
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.internal.conjecture import providers

from graders.certificates.optimality import largest_strength
from graders.diagnosis import fresh

# else Hypothesis leaves a folder wherever somebody grades
_CACHE = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
set_hypothesis_home_dir(Path(_CACHE) / "penaltybox")

# Hypothesis mixes the constants of whatever local modules are loaded into its draws; what a learner
# is asked would then depend on what else this process, or the kit's last edit, has brought along.
if hasattr(providers.HypothesisProvider, "_local_constants"):
    providers.HypothesisProvider._local_constants = providers.Constants()


class RegressionProblem(NamedTuple):
    """`X` (n, p), `y` (n,) and a strength `lam`."""

    X: np.ndarray
    y: np.ndarray
    lam: float


#: Every learner is asked the same examples; a benchmark that looks for unlucky draws turns it off
#: before it imports the checks.
SAME_EXAMPLES = True


def for_all(max_examples: int = 25, **strategies: st.SearchStrategy) -> Callable[..., Any]:
    """`@given` as every hidden check uses it: the same examples for every learner.

    `derandomize` fixes the examples, no database is kept, and there is no deadline, since the
    box has its own. Each example starts a new list of calls, so that a failing check holds the
    calls of the smallest failing example alone.

    Drawing takes longer than asking. So the examples of a check are drawn once in a process and
    asked of each submission directly; Hypothesis is called on only where one of them fails, to
    find the smallest that does. If that one is the smallest there is, it is asked again instead.
    """

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        def searched(ask: Callable[..., None]) -> Callable[..., None]:
            @functools.wraps(test)
            def body(*args: Any, **drawn: Any) -> None:
                ask(args[0] if args else drawn.pop("submission"), **drawn)

            return settings(
                max_examples=max_examples,
                derandomize=SAME_EXAMPLES,
                database=None,
                deadline=None,
                print_blob=False,
                report_multiple_bugs=False,
                verbosity=Verbosity.quiet,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            )(given(**strategies)(body))

        def ask(submission: Any, **drawn: Any) -> None:
            submission.begin_example()
            test(submission, **drawn)

        def check(submission: Any) -> None:
            failure = None
            if SAME_EXAMPLES:
                examples = _examples((test.__module__, test.__qualname__), searched)
                failure = examples.first_failure(ask, submission)
            if failure is not None or not SAME_EXAMPLES:
                searched(ask)(submission)
            if failure is not None:  # the submission answered otherwise when it was asked again
                raise failure

        check.__name__, check.__qualname__ = test.__name__, test.__qualname__
        check.__doc__, check.__module__ = test.__doc__, test.__module__
        return check

    return decorate


class _Examples:
    """The examples of one check, drawn once for all the submissions of a process."""

    def __init__(self, searched: Callable[[Callable[..., None]], Callable[..., None]]) -> None:
        self._searched = searched
        self._drawn: list[dict[str, Any]] = []
        searched(lambda _, **values: self._drawn.append(values))(None)

    def first_failure(self, ask: Callable[..., None], submission: Any) -> Exception | None:
        """The first example's failure, to be looked into by Hypothesis.

        Raises
        ------
        Exception : the failure where no example is smaller, and it failed twice in one way.
        """
        for number, example in enumerate(self._drawn):
            failure = _failure(ask, submission, example)
            if failure is None:
                continue
            if number == 0 and self._first_is_least:
                again = _failure(ask, submission, example)
                if (type(again), str(again)) == (type(failure), str(failure)):
                    raise again or failure
            return failure
        return None

    @functools.cached_property
    def _first_is_least(self) -> bool:
        """Whether Hypothesis ends at the first example where every example fails."""
        asked: list[dict[str, Any]] = []

        def fail(_: None, **values: Any) -> None:
            asked.append(values)
            raise ArithmeticError

        try:
            self._searched(fail)(None)
        except ArithmeticError:
            return _same(asked[-1], self._drawn[0])
        return False


#: The examples of a check, by its module and name.
_drawn: dict[tuple[str, str], _Examples] = {}


def _examples(
    check: tuple[str, str], searched: Callable[[Callable[..., None]], Callable[..., None]]
) -> _Examples:
    if check not in _drawn:
        _drawn[check] = _Examples(searched)
    return _drawn[check]


def _failure(
    ask: Callable[..., None], submission: Any, example: dict[str, Any]
) -> Exception | None:
    try:
        ask(submission, **{name: fresh(value) for name, value in example.items()})
    except Exception as error:
        return error
    return None


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    try:
        return pickle.dumps(one) == pickle.dumps(other)
    except (pickle.PicklingError, AttributeError, TypeError):  # functions among the values
        return False


seeds = st.integers(0, 2**32 - 1)
#: Strengths over the whole useful range; never 0, which has its own checks.
strengths = st.sampled_from([1e-4, 1e-3, 0.01, 0.1, 0.5, 1.0, 3.0, 10.0, 100.0])


@st.composite
def regression_problems(
    draw: Callable[..., Any],
    rows: st.SearchStrategy[int] = st.integers(3, 30),
    columns: st.SearchStrategy[int] = st.integers(1, 6),
    lam: st.SearchStrategy[float] = strengths,
    offsets: bool = True,
) -> RegressionProblem:
    """A linear model plus noise, rounded to a tenth so that counterexamples can be read.

    With `offsets` the columns and `y` have means of up to ten standard deviations, so that an
    intercept matters.
    """
    n, p = draw(rows), draw(columns)
    rng = np.random.default_rng(draw(seeds))
    X = rng.normal(size=(n, p))
    y = X @ rng.normal(scale=2.0, size=p) + rng.normal(size=n)
    if offsets:
        X += rng.integers(-10, 11, size=p)
        y += rng.integers(-10, 11)
    return RegressionProblem(np.round(X, 1), np.round(y, 1), draw(lam))


def wide_problems() -> st.SearchStrategy[RegressionProblem]:
    """More columns than rows."""
    return regression_problems(rows=st.integers(2, 8), columns=st.integers(9, 15))


@st.composite
def scaled_columns(draw: Callable[..., Any]) -> RegressionProblem:
    """Columns whose scales lie up to six orders of magnitude apart."""
    X, y, lam = draw(regression_problems(rows=st.integers(8, 40), columns=st.integers(2, 5)))
    exponents = draw(st.lists(st.integers(-3, 3), min_size=X.shape[1], max_size=X.shape[1]))
    return RegressionProblem(X * 10.0 ** np.array(exponents), y, lam)


@st.composite
def collinear_designs(draw: Callable[..., Any]) -> RegressionProblem:
    """The last column repeats the first, exactly; integers, so that the rank is not in doubt."""
    n, p = draw(st.integers(5, 20)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(seeds))
    X = rng.integers(-5, 6, size=(n, p)).astype(float)
    X[:2, 0] = (-1.0, 1.0)  # never constant
    X = np.column_stack([X, X[:, 0]])
    y = X @ rng.integers(-3, 4, size=p + 1) + rng.integers(-5, 6, size=n)
    return RegressionProblem(X, y.astype(float), draw(strengths))


#: Strengths as shares of the one that makes every coefficient zero.
shares = st.sampled_from([0.01, 0.05, 0.2, 0.5, 0.9])


@st.composite
def sparse_problems(
    draw: Callable[..., Any],
    problems: st.SearchStrategy[RegressionProblem] | None = None,
    share: st.SearchStrategy[float] = shares,
) -> RegressionProblem:
    """Problems whose `lam` is a share of lambda_max, to 3 digits, so that it is never idle.

    By default with 8 rows or more: with as few rows as columns, 10,000 sweeps may not be enough.
    """
    X, y, _ = draw(problems if problems is not None else regression_problems(st.integers(8, 30)))
    return RegressionProblem(X, y, float(f"{draw(share) * largest_strength(X, y):.3g}"))


@st.composite
def leverage_problems(draw: Callable[..., Any]) -> RegressionProblem:
    """Ten rows, of which two lie far out in a column, so that leaving one out changes its scale.

    What is standardised inside a fold, or before the split, or not at all, is then worlds apart.
    """
    rng = np.random.default_rng(draw(seeds))
    X = rng.normal(size=(10, 3))
    far = rng.choice(10, size=2, replace=False)
    X[far[0], 0] *= 8
    X[far[1], 1] += 9
    y = X @ rng.choice([-2.0, 2.0], size=3) + rng.normal(size=10) + rng.integers(-10, 11)
    X = X * np.array([4.0, 1.0, 0.3]) + rng.integers(-5, 6, size=3)
    return RegressionProblem(np.round(X, 1), np.round(y, 1), draw(strengths))
