"""Hypothesis strategies with names from the domain, shared by the hidden checks."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st

from graders.certificates import largest_strength
from graders.diagnosis import fresh


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

    Drawing takes longer than asking. So once a submission has passed a check, its examples are
    kept, and asked of the next one directly; Hypothesis is called on to find the smallest failing
    one only where one of them fails.
    """

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        key = (test.__module__, test.__qualname__)
        drawing: list[dict[str, Any]] = []

        def body(*args: Any, **drawn: Any) -> None:
            submission = args[0] if args else drawn.pop("submission")
            drawing.append({name: fresh(value) for name, value in drawn.items()})
            submission.begin_example()
            test(submission, **drawn)

        search = settings(
            max_examples=max_examples,
            derandomize=SAME_EXAMPLES,
            database=None,
            deadline=None,
            print_blob=False,
            report_multiple_bugs=False,
            verbosity=Verbosity.quiet,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )(given(**strategies)(functools.wraps(test)(body)))

        def check(submission: Any) -> None:
            known = _examples.get(key)
            failure = None if known is None else _first_failure(test, submission, known)
            if known is not None and failure is None:
                return
            drawing.clear()
            search(submission)
            if failure is not None:  # it gave another answer when it was asked again
                raise failure
            if SAME_EXAMPLES:
                _examples[key] = list(drawing)

        check.__name__, check.__qualname__ = test.__name__, test.__qualname__
        check.__doc__, check.__module__ = test.__doc__, test.__module__
        return check

    return decorate


#: The examples of each check that a submission has passed in this process.
_examples: dict[tuple[str, str], list[dict[str, Any]]] = {}


def _first_failure(
    test: Callable[..., None], submission: Any, examples: list[dict[str, Any]]
) -> Exception | None:
    for example in examples:
        submission.begin_example()
        try:
            test(submission, **{name: fresh(value) for name, value in example.items()})
        except Exception as error:
            return error
    return None


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
