"""A λ finder: the strength of a lasso or a ridge by cross-validation, and the model it gives.

Built on your own work: `from cv_lambda import ...`, `from lasso import ...` and
`from ridge import ...` find it. See README.md in exercises/project_lambda_finder for the idea.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class LambdaSearch(NamedTuple):
    """The strength chosen, the curve it was chosen from, and the fit to all rows.

    `lambdas`, `mean_mse` and `std_error` have one entry per strength; the errors are in units of
    y². `coef` (p,) and `intercept` are in the units of X as it was given.
    """

    lam: float
    lambdas: np.ndarray
    mean_mse: np.ndarray
    std_error: np.ndarray
    coef: np.ndarray
    intercept: float


def find_lambda(
    X: np.ndarray,
    y: np.ndarray,
    *,
    model: str = "lasso",
    n_lambdas: int = 50,
    n_splits: int = 5,
    rule: str = "1se",
    rng: np.random.Generator | None = None,
) -> LambdaSearch:
    r"""Choose the strength by cross-validation, then fit to all rows with it.

    1. Cut the rows into `n_splits` folds with your `kfold_indices`.
    2. Make a grid of `n_lambdas` strengths. For the lasso it goes from the `lambda_max` of the
       standardised columns down to a thousandth of it. A ridge never reaches zero, so its grid
       goes from 100 down to 0.0001; on columns of variance 1 that is from hardly anything left to
       hardly a penalty.
    3. Measure every strength with your `cross_validate`, which standardises inside each fold.
    4. Choose by `rule`, fit to all rows, standardised by their own mean and standard deviation, and
       take the coefficients back to the units of X.

    Parameters
    ----------
    X : (n, p) array; integers and float32 are fine, and computed in float64.
    y : (n,) array.
    model : "lasso" or "ridge"; both minimise `MSE + lam * penalty` with a free intercept.
    n_lambdas : how many strengths to try, at least 1.
    n_splits : the number of folds, from 2 to n.
    rule : "min" takes the strength with the lowest mean error; "1se" the largest one whose mean
        error is at most the lowest plus one standard error, that of the lowest.
    rng : shuffles the rows before they are cut into folds; without it the folds are consecutive
        rows, and nothing is random.

    Returns
    -------
    LambdaSearch(lam, lambdas, mean_mse, std_error, coef, intercept) : `lam` is one of `lambdas`;
        predictions for new rows are `X_new @ coef + intercept`.

    Edge cases: a constant column gets the coefficient 0, also one that is constant only in some
    fold's training rows. Arguments are not modified.

    Raises
    ------
    ValueError : naming the argument, if `X` is not 2-D, the lengths differ, there is NaN or
        infinity in the data, a count is below 1, or `model` or `rule` is unknown.

    Source: The Elements of Statistical Learning, 2nd ed., section 7.10.1 and figure 7.9.
    """
    raise NotImplementedError("to do: find_lambda")


def plot(result: LambdaSearch):
    """The error curve with one standard error to either side, and the coefficients chosen."""
    from matplotlib.figure import Figure

    lambdas, mean_mse = np.asarray(result.lambdas), np.asarray(result.mean_mse)
    best = int(np.argmin(mean_mse))
    fig = Figure(figsize=(10, 4.2), layout="constrained")
    left, right = fig.subplots(1, 2, width_ratios=[1.6, 1])
    left.errorbar(
        lambdas, mean_mse, result.std_error, fmt="o-", color="black", ecolor="0.7", markersize=3,
        label="mean over the folds ± 1 standard error",
    )  # fmt: skip
    left.axvline(
        lambdas[best], color="0.5", linestyle=":", label=f"lowest: λ = {lambdas[best]:.3g}"
    )
    left.axvline(
        result.lam, color="black", linestyle="--", label=f"chosen: λ = {float(result.lam):.3g}"
    )
    left.axhline(mean_mse[best] + result.std_error[best], color="0.8", linewidth=0.8, zorder=0)
    left.set(
        xscale="log",
        xlabel="strength λ (log scale)",
        ylabel="mean squared error on left-out rows (y²)",
    )
    left.legend(frameon=False)
    coef = np.asarray(result.coef)
    right.barh(range(len(coef)), coef, color="0.4", label=f"fit to all rows, λ = {result.lam:.3g}")
    right.axvline(0, color="black", linewidth=0.8)
    right.invert_yaxis()
    right.set(xlabel="coefficient (units of y per unit of x)", ylabel="column of X")
    right.set_yticks(range(len(coef)))
    right.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, 1.12))
    return fig
