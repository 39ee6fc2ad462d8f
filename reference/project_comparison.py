"""A comparison of linear models: no penalty, the square, the absolute value, and a bit of both.

Built on your own work: `from ridge import ...`, `from lasso import ...`,
`from elastic_net import ...` and `from cv_lambda import ...` find it. See README.md in
exercises/project_comparison for the idea.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class ModelScore(NamedTuple):
    """How one model did on rows it was not fitted to, over the folds.

    `mean_mse` is the mean and `std_mse` the standard deviation of the folds' mean squared errors,
    both in units of y².
    """

    name: str
    mean_mse: float
    std_mse: float


### BEGIN SOLUTION
from cv_lambda import cross_validate, kfold_indices  # noqa: E402
from elastic_net import elastic_net_coordinate_descent  # noqa: E402
from lasso import lasso_coordinate_descent  # noqa: E402
from ridge import ridge_closed_form  # noqa: E402


def _half_and_half(X, y, lam):
    return elastic_net_coordinate_descent(X, y, lam / 2, lam / 2)


#: Each family with the strengths to try; columns have variance 1 inside a fold.
FAMILIES = (
    ("least squares", ridge_closed_form, (0.0,)),
    ("ridge", ridge_closed_form, (0.01, 0.1, 1.0)),
    ("lasso", lasso_coordinate_descent, (0.02, 0.2, 2.0)),
    ("elastic net", _half_and_half, (0.02, 0.2, 2.0)),
)


def _check(X, y):
    """X and y in float64, or a ValueError that names the argument at fault."""
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if X.ndim != 2 or 0 in X.shape:
        raise ValueError(f"X must be 2-D and not empty, but has shape {X.shape}")
    if y.shape != (len(X),):
        raise ValueError(f"y must have shape ({len(X)},) as X has rows, but has {y.shape}")
    for name, values in (("X", X), ("y", y)):
        if not np.all(np.isfinite(values)):
            raise ValueError(f"{name} contains NaN or infinity")
    return X, y


### END SOLUTION
def compare_models(X: np.ndarray, y: np.ndarray, *, n_splits: int = 5) -> list[ModelScore]:
    """Score least squares, ridge, lasso and elastic net by cross-validation, best first.

    Ridge and lasso come at several strengths each, the elastic net at one or more. In every fold
    the columns are standardised by the mean and the standard deviation of the *training* rows;
    a constant column is divided by 1. Every model is fitted to the same training rows and judged
    by its mean squared error on the rows left out.

    Parameters
    ----------
    X : (n, p) array; integers and float32 are fine, and computed in float64.
    y : (n,) array.
    n_splits : the number of folds, from 2 to n.

    Returns
    -------
    list of ModelScore(name, mean_mse, std_mse), lowest `mean_mse` first; every name is another.

    Edge cases: constant and collinear columns, and more columns than rows, work. Arguments are not
    modified, and nothing is random unless it is seeded inside.

    Raises
    ------
    ValueError : naming the argument, if `X` is not 2-D, the lengths differ, there is NaN or
        infinity in the data, or `n_splits` is below 1.

    Source: The Elements of Statistical Learning, 2nd ed., table 3.3 and section 7.10.
    """
    ### BEGIN SOLUTION
    X, y = _check(X, y)
    folds = kfold_indices(len(y), n_splits)
    scores = []
    for family, fit, strengths in FAMILIES:

        def fit_predict(X_train, y_train, X_val, lam, fit=fit):
            coef, intercept, *_ = fit(X_train, y_train, lam)
            return X_val @ coef + intercept

        curve = cross_validate(X, y, strengths, folds, fit_predict)
        for lam, mean, error in zip(strengths, curve.mean_mse, curve.std_error, strict=True):
            name = family if len(strengths) == 1 else f"{family}, λ = {lam:g}"
            # from the standard error of the mean back to the spread of the folds
            scores.append(ModelScore(name, float(mean), float(error * np.sqrt(n_splits))))
    return sorted(scores, key=lambda score: score.mean_mse)
    ### END SOLUTION


def plot(result: Sequence[ModelScore]):
    """The models' errors with one standard deviation over the folds, best on top."""
    from matplotlib.figure import Figure

    names, means, deviations = zip(*result, strict=True)
    rows = np.arange(len(names))
    fig = Figure(figsize=(8, 1.2 + 0.36 * len(names)), layout="constrained")
    axes = fig.subplots()
    axes.errorbar(
        means, rows, xerr=deviations, fmt="o", color="black", ecolor="0.65", capsize=3,
        label="mean ± 1 standard deviation over the folds",
    )  # fmt: skip
    axes.axvline(means[0], color="0.75", linestyle=":", label=f"best: {names[0]}")
    axes.set(xlabel="mean squared error on rows left out (y²)", ylabel="model")
    axes.set_yticks(rows, names)
    axes.invert_yaxis()
    fig.legend(frameon=False, loc="outside upper center", ncols=2)
    return fig
