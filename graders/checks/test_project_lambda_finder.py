"""Hidden checks of the λ finder: its curve by leave-one-out, its rule from its own curve.

The grid and the folds are the learner's choice. With as many folds as rows the folds are no
choice any more, and the curve of any grid is a fact. Where the contract does not say on which
scale a penalty acts, columns as they are and columns standardised are both right; standardised
before the split is not.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from exercises.checking import (
    CallRaised,
    array,
    close,
    ensure,
    fields,
    leaves_arguments_alone,
    leaves_global_randomness_alone,
    number,
    rejects,
)
from graders.certificates.left_out import mean_and_deviation, squared_errors
from graders.certificates.optimality import elastic_net_gap, intercept_error, ridge_residual
from graders.checks.strategies import (
    for_all,
    leverage_problems,
    regression_problems,
    seeds,
)

NAMES = ("lam", "lambdas", "mean_mse", "std_error", "coef", "intercept")
#: What a solver's early stop may do to an error curve, as a share of its largest value; the
#: mistakes that this must tell apart do ten times as much and more.
CURVE = 0.01
#: scikit-learn's default tolerance leaves a duality gap of 1e-4 of the null model's loss.
GAP = 3e-4
models = st.sampled_from(["lasso", "ridge"])


def search(submission, X, y, **options):
    answer = fields(submission.find_lambda(X, y, **options), NAMES, "find_lambda")
    size = (options.get("n_lambdas", 50),)
    for name in ("lambdas", "mean_mse", "std_error"):
        values = array(getattr(answer, name), size, name)
        ensure(bool(np.all(values >= 0)), f"{name} should hold no negative numbers.")
        setattr(answer, name, values)
    answer.lam = number(answer.lam, "lam")
    answer.coef = array(answer.coef, (np.shape(X)[1],), "coef")
    answer.intercept = number(answer.intercept, "intercept")
    return answer


def problems(rows=st.integers(25, 45)):
    return regression_problems(rows=rows, columns=st.integers(2, 5))


@st.composite
def faint_problems(draw):
    """More noise than signal, so that the rules part: some penalty helps, and more does no harm."""
    rng = np.random.default_rng(draw(seeds))
    X = rng.normal(size=(30, 4))
    return X, X @ [1.0, 0.5, 0.3, 0.0] + 1.5 * rng.normal(size=30) + draw(st.integers(-5, 5))


def chosen(result, rule):
    """Fail unless `lam` is what the rule picks from the curve returned with it."""
    mean, strengths = result.mean_mse, result.lambdas
    positions = np.flatnonzero(np.isclose(strengths, result.lam, rtol=1e-9, atol=0))
    ensure(len(positions) > 0, f"lam is {result.lam:.6g}, which is none of the lambdas.")
    lam = strengths[positions[0]]
    lowest = np.flatnonzero(mean == mean.min())
    if rule == "1se":
        # rounding decides for a mean that is right at the threshold
        limits = [mean.min() + result.std_error[best] for best in lowest]
        right = {
            strengths[mean <= limit * (1 + slack)].max()
            for limit in limits
            for slack in (-1e-9, 0.0, 1e-9)
            if np.any(mean <= limit * (1 + slack))
        }
        what = "the largest λ whose mean error is within one standard error of the lowest"
    else:
        right = {strengths[np.isclose(mean, mean.min(), rtol=1e-12, atol=0)].max()}
        what = "the λ with the lowest mean error"
    ensure(
        lam in right,
        f"lam is {lam:.6g}, which is not {what} in the mean_mse and std_error returned with it.",
    )


@pytest.mark.check(
    "find_lambda", points=2, hint="One entry per strength, and lam is one of the strengths."
)
@for_all(
    max_examples=8,
    problem=problems(),
    model=models,
    n_lambdas=st.sampled_from([1, 2, 5, 9]),
    n_splits=st.integers(2, 4),
)
def test_shapes(submission, problem, model, n_lambdas, n_splits):
    """n_lambdas strengths with their errors, and lam among them"""
    X, y, _ = problem
    options = {"model": model, "n_lambdas": n_lambdas, "n_splits": n_splits}
    result = search(submission, X, y, **options)
    ensure(len(np.unique(result.lambdas)) == n_lambdas, "The lambdas should all be different.")
    ensure(
        bool(np.any(np.isclose(result.lam, result.lambdas, rtol=1e-9, atol=0))),
        f"lam is {result.lam:.6g}, which is none of the lambdas.",
    )


def curves(X, y, lambdas, model):
    """The right (mean, standard error) of each strength, in each reading of the penalty's scale."""
    zero = np.zeros_like(lambdas)
    strengths = (lambdas, zero) if model == "lasso" else (zero, lambdas)
    for scaling, ddof in (("fold", 0), ("fold", 1), ("none", 0)):
        mean, deviation = mean_and_deviation(squared_errors(X, y, *strengths, scaling, ddof))
        yield mean, deviation / np.sqrt(len(y))


def explained(submission, X, y, model):
    """The search with as many folds as rows, and its curve in the reading closest to it."""
    result = search(submission, X, y, model=model, n_lambdas=6, n_splits=len(y))

    def distance(curve):
        return float(np.max(np.abs(curve[0] - result.mean_mse)))

    return result, *min(curves(X, y, result.lambdas, model), key=distance)


@pytest.mark.check(
    "find_lambda",
    points=3,
    hint="Fit without the fold, standardised by what is left; use λ on the scale MSE + λ‖w‖₁.",
)
@for_all(max_examples=3, problem=leverage_problems())
def test_lasso_curve(submission, problem):
    """mean_mse of the lasso: errors on rows that neither the fit nor the scaling has seen"""
    X, y, _ = problem
    result, mean, _ = explained(submission, X, y, "lasso")
    close(result.mean_mse, mean, "mean_mse, with as many folds as rows,", rtol=CURVE)


@pytest.mark.check(
    "find_lambda",
    points=2,
    hint="Fit without the fold, standardised by what is left; use λ on the scale MSE + λ‖w‖².",
)
@for_all(max_examples=3, problem=leverage_problems())
def test_ridge_curve(submission, problem):
    """mean_mse of the ridge: errors on rows that neither the fit nor the scaling has seen"""
    X, y, _ = problem
    result, mean, _ = explained(submission, X, y, "ridge")
    close(result.mean_mse, mean, "mean_mse, with as many folds as rows,", rtol=CURVE)


@pytest.mark.check("find_lambda", points=2, hint="np.std(fold_errors, ddof=1) / np.sqrt(n_splits).")
@for_all(max_examples=3, problem=leverage_problems(), model=models)
def test_standard_error(submission, problem, model):
    """std_error: the folds' standard deviation (ddof 1) over the root of their number"""
    X, y, _ = problem
    result, _, error = explained(submission, X, y, model)
    close(result.std_error, error, "std_error, with as many folds as rows,", rtol=CURVE)


@pytest.mark.check(
    "find_lambda",
    points=2,
    hint="np.mean of the squares in each fold, then mean and std over the folds; cut all rows, once.",
)
@for_all(max_examples=4, seed=seeds, rows=st.sampled_from([12, 14]), shuffled=st.booleans())
def test_few_folds(submission, seed, rows, shuffled):
    """Where only the mean of y can be fitted the curve of a few folds is flat, and known"""
    # Constant columns, and y is 0 but in one row, of value M. The fold of that row, of size s, is
    # predicted as 0 and has the mean square M²/s; the others are predicted as M/(n - s). With
    # folds of one size that is all, wherever the rows fall.
    rng = np.random.default_rng(seed)
    y = np.zeros(rows)
    # a remainder that is left out is the end of the rows, or of their order
    y[rng.integers(rows) if shuffled else -1] = M = 30.0
    options = {"model": "ridge", "n_lambdas": 4, "n_splits": 3 if rows == 12 else 4}
    generator = np.random.default_rng(seed) if shuffled else None
    result = search(submission, np.full((rows, 2), 3.0), y, rng=generator, **options)
    close(
        result.mean_mse, np.full(4, result.mean_mse[0]),
        "mean_mse where all columns are constant, which is the same at every λ on the same folds,",
        rtol=1e-6,
    )  # fmt: skip
    close(result.coef, np.zeros(2), "coef of constant columns", atol=1e-9)
    close(result.intercept, y.mean(), "intercept where all columns are constant", rtol=1e-6)
    if rows == 12:
        own, others = M**2 / 4, (M / 8) ** 2
        close(result.mean_mse, np.full(4, (own + 2 * others) / 3), "mean_mse", rtol=1e-6)
        # one of k numbers apart from the rest: deviation (ddof 1) of their distance over root k
        close(result.std_error, np.full(4, (own - others) / 3), "std_error", rtol=1e-6)
    else:
        # folds of 5 rows or fewer; left out of all folds the row would leave (M/10)² or less
        ensure(
            result.mean_mse.min() > 0.9 * M**2 / 5 / 4,
            "A row whose y is far off leaves no trace in mean_mse: is every row in some fold?",
        )


@pytest.mark.check(
    "find_lambda",
    points=1,
    hint="Standardise the columns of the final fit as those of the curve, in float64.",
)
@for_all(max_examples=3, seed=seeds, model=models)
def test_units(submission, seed, model):
    """The final fit is on the scale that the curve was measured on; float64 throughout"""
    rng = np.random.default_rng(seed)
    X = np.round(rng.normal(size=(24, 3)) * 1024) / 1024
    y = X @ [1.0, -0.7, 0.4] + rng.normal(size=24)
    options = {"model": model, "n_lambdas": 6}
    plain = search(submission, X, y, **options)
    # powers of 2 are exact
    scale = 2.0 ** np.array([6, -6, 3])
    other = search(submission, X * scale, y, **options)
    same_curve = np.allclose(other.lambdas, plain.lambdas, rtol=1e-9, atol=0) and np.allclose(
        other.mean_mse, plain.mean_mse, rtol=1e-6
    )
    # then it is the curve of standardised columns, and the fit must not know the units either
    if same_curve and abs(other.lam - plain.lam) <= 1e-9 * plain.lam:
        spread = np.linalg.norm(X @ plain.coef - (X * scale) @ other.coef) / np.linalg.norm(y)
        ensure(
            spread <= 0.01,
            "The curve is the same in whatever units the columns are, but the final fit is not: λ "
            "was measured on standardised columns, and the final fit sees others.",
        )
    if model == "ridge":
        # exact in float64, while float32 keeps four digits fewer
        shifted = search(submission, X + 512.0, y, **options)
        close(shifted.mean_mse, plain.mean_mse, "mean_mse for X + 512", rtol=1e-6)


@pytest.mark.check(
    "find_lambda",
    points=3,
    hint="Of all λ with mean ≤ lowest mean + the std_error of that lowest one, take the largest.",
)
@for_all(max_examples=8, problem=faint_problems(), model=models)
def test_one_standard_error_rule(submission, problem, model):
    """rule="1se": the largest λ within one standard error of the lowest mean"""
    chosen(search(submission, *problem, model=model, n_lambdas=24, rule="1se"), "1se")


@pytest.mark.check("find_lambda", points=1, hint="np.argmin(mean_mse) of the curve you return.")
@for_all(max_examples=2, problem=faint_problems(), model=models)
def test_lowest_mean(submission, problem, model):
    """The other rule: the λ with the lowest mean error"""
    # the contract names "1se" alone; the stub calls the other "min", and others call it "best"
    for rule in ("min", "best", "minimum", "lowest"):
        try:
            result = search(submission, *problem, model=model, n_lambdas=16, rule=rule)
        except CallRaised as error:
            if error.to_do or "ValueError" not in error.mro:
                raise
        else:
            return chosen(result, rule)


def scaled(X):
    """The standardisations that a final fit may have used: columns as they are, ddof 0, ddof 1."""
    constant = np.ptp(X, axis=0) == 0
    for scale in (np.ones(X.shape[1]), X.std(axis=0), X.std(axis=0, ddof=1)):
        scale = np.where(constant, 1.0, scale)
        yield (X - X.mean(axis=0)) / scale, scale


@pytest.mark.check(
    "find_lambda",
    points=3,
    hint="Fit once more to all rows with lam, and divide the coefficients by the columns' scales.",
)
@for_all(max_examples=6, problem=problems(), model=models, rule=st.sampled_from(["1se", None]))
def test_final_fit(submission, problem, model, rule):
    """coef and intercept: the fit to all rows with lam, for X in its own units"""
    X, y, _ = problem
    X = X * np.array([0.1, 30.0, 1.0, 4.0, 0.5])[: X.shape[1]]
    options = {"model": model, "n_lambdas": 7} | ({"rule": rule} if rule else {})
    result = search(submission, X, y, **options)
    off = intercept_error(X, y, result.coef, result.intercept)
    ensure(
        off <= 1e-6,
        "The intercept is not mean(y) − mean(X)·coef, so X @ coef + intercept misses the mean of "
        f"y: it is off by {off:.2g} of its terms.",
    )
    if model == "lasso":
        gap = min(
            elastic_net_gap(Xs, y, result.lam, 0.0, result.coef * scale) for Xs, scale in scaled(X)
        )
        ensure(
            gap <= GAP,
            "coef does not minimise MSE + lam·‖w‖₁ over all rows with the lam returned: its "
            f"duality gap is {gap:.2g} of the null model's loss.",
        )
    else:
        residual = min(
            ridge_residual(Xs, y, result.lam, result.coef * scale) for Xs, scale in scaled(X)
        )
        ensure(
            residual <= 1e-5,
            "coef does not minimise MSE + lam·‖w‖² over all rows with the lam returned: the "
            f"gradient is off by {residual:.2g} of its terms.",
        )


@pytest.mark.check(
    "find_lambda",
    points=1,
    hint="Divide constant columns by 1, in each fold: a rare indicator is constant without its row.",
)
@for_all(
    max_examples=3,
    problem=leverage_problems(),
    model=models,
    value=st.sampled_from([7.3, 0.1, 1000.1]),
)
def test_constant_columns(submission, problem, model, value):
    """A column that is constant, or is so in one fold, does no harm"""
    X, y, _ = problem
    rare = np.zeros(len(y))
    rare[2] = 1.0
    X = np.column_stack([X[:, :2], np.full(len(y), value), rare])
    result, mean, _ = explained(submission, X, y, model)
    problem_warnings = [text for kind, text in submission.last.warnings if kind == "RuntimeWarning"]
    ensure(not problem_warnings, f"The call should be silent, but warned: {problem_warnings[:1]}")
    ensure(
        abs(result.coef[2]) <= 1e-9 * max(1.0, np.abs(result.coef).max()),
        f"The coefficient of the constant column is {result.coef[2]:.3g}, not 0.",
    )
    close(result.mean_mse, mean, "mean_mse, with as many folds as rows,", rtol=CURVE)


@pytest.mark.check(
    "find_lambda",
    points=1,
    hint="kfold_indices(n, n_splits, rng=rng): shuffled by rng, consecutive without it.",
)
@for_all(max_examples=2, seed=seeds, model=models)
def test_randomness(submission, seed, model):
    """rng shuffles the folds; without it nothing is random"""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(24, 2))
    # the rows drift, so that it matters which ones are left out together
    y = X[:, 0] + np.linspace(0, 6, 24) + 0.3 * rng.normal(size=24)

    def ask(**options):
        result = search(submission, X, y, model=model, n_lambdas=3, **options)
        leaves_global_randomness_alone(submission.last)
        return result.mean_mse

    plain = ask()
    submission.seed_globals(seed % 1000)
    close(ask(), plain, "mean_mse, asked again without rng,", rtol=1e-12)
    shuffled = [ask(rng=np.random.default_rng(seed + more)) for more in range(3)]
    again = ask(rng=np.random.default_rng(seed))
    close(again, shuffled[0], "mean_mse, asked again with the same seed,", rtol=1e-12)
    # three shuffles that all leave 24 consecutive rows in their five folds: once in 1e45
    ensure(
        any(not np.allclose(curve, plain, rtol=1e-9) for curve in shuffled),
        "rng makes no difference: it should shuffle the rows before they are cut into folds.",
    )


@pytest.mark.check("find_lambda", points=1, hint="Work on copies, in float64.")
@for_all(max_examples=3, seed=seeds, model=models, kind=st.sampled_from(["int64", "float32"]))
def test_arguments(submission, seed, model, kind):
    """Arguments are left alone; integers and float32 are computed in float64"""
    rng = np.random.default_rng(seed)
    X, y = rng.uniform(0, 90, (20, 3)).astype(kind), rng.uniform(0, 90, 20).astype(kind)
    result = search(submission, X, y, model=model, n_lambdas=6)
    leaves_arguments_alone(submission.last)
    exact = search(submission, X.astype(float), y.astype(float), model=model, n_lambdas=6)
    # float32 arithmetic would leave 1e-6 and more of it after centring
    close(result.mean_mse, exact.mean_mse, f"mean_mse for {kind} input", rtol=1e-7)
    close(result.coef, exact.coef, f"coef for {kind} input", rtol=1e-6)


@pytest.mark.check(
    "find_lambda", points=1, hint='model="lasso", n_lambdas=50, n_splits=5, rule="1se", rng=None'
)
def test_defaults(submission):
    """The defaults, on data of realistic size"""
    rng = np.random.default_rng(12)
    X = rng.normal(size=(120, 6)) * 10.0 ** rng.integers(-1, 2, size=6) + rng.normal(size=6)
    y = X[:, 0] / X[:, 0].std() - 2 * X[:, 1] / X[:, 1].std() + 2 * rng.normal(size=120)
    result = search(submission, X, y)
    chosen(result, "1se")
    gap = min(
        elastic_net_gap(Xs, y, result.lam, 0.0, result.coef * scale) for Xs, scale in scaled(X)
    )
    ensure(gap <= GAP, f"By default it is a lasso, but the duality gap of coef is {gap:.2g}.")
    few = {"model": "ridge", "n_lambdas": 3}
    five = search(submission, X, y, **few, n_splits=5, rule="1se", rng=None)
    close(search(submission, X, y, **few).mean_mse, five.mean_mse, "mean_mse by default", rtol=1e-9)


@pytest.mark.check(
    "find_lambda",
    points=2,
    hint="Check the data, the counts and the options, and name the argument.",
)
def test_bad_input(submission):
    """Bad input raises a ValueError that names the argument"""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(12, 2)), rng.normal(size=12)

    def bad(X, y, *, names, **options):
        rejects(submission.find_lambda, X, y, names=names, **options)

    for model in ("lasso", "ridge"):
        bad(X[:, 0], y, model=model, names=["X"])
        bad(X, y[:-1], model=model, names=["X", "y"])
        for value in (np.nan, np.inf):
            spoilt, broken = X.copy(), y.copy()
            spoilt[3, 1] = broken[5] = value
            bad(spoilt, y, model=model, names=["X"])
            bad(X, broken, model=model, names=["y"])
        bad(X, y, model=model, n_lambdas=0, names=["n_lambdas"])
        for count in (0, -2):
            bad(X, y, model=model, n_splits=count, names=["n_splits"])
    bad(X, y, model="no such model", names=["model"])
    bad(X, y, rule="no such rule", names=["rule"])
