"""Feature selection by the lasso: which columns matter, how much, and would they again?

Built on your own work: `from cv_lambda import ...`, `from lasso import ...` and
`from ridge import ...` find it. See README.md in exercises/project_feature_selection for the idea.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class SelectedFeatures(NamedTuple):
    """The columns chosen, ascending, the strength that chose them, and their coefficients.

    `coef[i]` is the least-squares coefficient of column `indices[i]`, in the units of X.
    """

    indices: np.ndarray
    lam: float
    coef: np.ndarray


def select_features(X: np.ndarray, y: np.ndarray, *, n_splits: int = 5) -> SelectedFeatures:
    r"""Select columns by a one-standard-error lasso, then refit them by least squares.

    1. Choose `lam` by cross-validation over `n_splits` consecutive folds, standardised inside each
       fold, on a grid of 30 strengths from the `lambda_max` of the standardised columns down to a
       hundredth of it: the largest one within one standard error of the lowest mean error.
    2. Fit a lasso with `lam` to all rows, standardised. The columns whose coefficients are not
       zero are selected.
    3. Fit least squares with an intercept to those columns of X as they are. The lasso has shrunk
       their coefficients; this takes the shrinkage off.

    Parameters
    ----------
    X : (n, p) array; integers and float32 are fine, and computed in float64.
    y : (n,) array.
    n_splits : the number of folds, from 2 to n.

    Returns
    -------
    SelectedFeatures(indices, lam, coef) : `indices` and `coef` are equally long, and empty where no
        column is selected.

    Edge cases: a constant column is never selected. Arguments are not modified, and nothing is
    random.

    Raises
    ------
    ValueError : naming the argument, if `X` is not 2-D, the lengths differ, there is NaN or
        infinity in the data, or `n_splits` is below 1.

    Source: Hastie, Tibshirani, Wainwright, Statistical Learning with Sparsity, section 2.3; Belloni
    and Chernozhukov, Least squares after model selection in high-dimensional sparse models,
    Bernoulli 19 (2013), for the refit.
    """
    raise NotImplementedError("to do: select_features")


def stability_selection(
    X: np.ndarray,
    y: np.ndarray,
    lam: float,
    *,
    n_subsamples: int = 50,
    rng: np.random.Generator,
) -> np.ndarray:
    r"""How often each column is selected when half of the rows are drawn anew.

    `n_subsamples` times, draw `n // 2` of the rows without replacement, standardise them, and fit a
    lasso with `lam`. A column's frequency is the share of these fits in which its coefficient is
    not zero. What is selected in nearly every half of the data is no accident.

    Parameters
    ----------
    X : (n, p) array, n >= 2; integers and float32 are fine, and computed in float64.
    y : (n,) array.
    lam : the strength, finite and >= 0.
    n_subsamples : how many halves to draw, at least 1.
    rng : where all randomness comes from; the same seed gives the same result.

    Returns
    -------
    (p,) array of frequencies in [0, 1].

    Edge cases: a column that is constant in a half is not selected there. Arguments are not
    modified.

    Raises
    ------
    ValueError : naming the argument, if `lam` is negative or not finite, `X` is not 2-D, the
        lengths differ, there is NaN or infinity in the data, or `n_subsamples` is below 1.

    Source: Meinshausen and Bühlmann, Stability selection, Journal of the Royal Statistical Society
    B 72 (2010), section 2.
    """
    raise NotImplementedError("to do: stability_selection")


def plot(result: SelectedFeatures, frequencies: np.ndarray | None = None):
    """The refitted coefficients, and beside them the selection frequencies where they are given."""
    from matplotlib.figure import Figure

    indices, coef = np.asarray(result.indices, dtype=int), np.asarray(result.coef)
    fig = Figure(figsize=(10, 4.2), layout="constrained")
    axes = np.atleast_1d(fig.subplots(1, 1 if frequencies is None else 2))
    bars = axes[0]
    bars.barh(range(len(indices)), coef, color="0.4", label="least squares on the selected columns")
    bars.axvline(0, color="black", linewidth=0.8)
    bars.set_yticks(range(len(indices)), indices)
    bars.invert_yaxis()
    bars.set(
        title=f"{len(indices)} columns selected at λ = {float(result.lam):.3g}",
        xlabel="coefficient (units of y per unit of x)",
        ylabel="column of X",
    )
    bars.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.13))
    if frequencies is not None:
        often, everything = axes[1], np.arange(len(frequencies))
        for chosen, shade, label in ((True, "0.2", "selected"), (False, "0.7", "not selected")):
            some = everything[np.isin(everything, indices) == chosen]
            often.barh(some, np.asarray(frequencies)[some], color=shade, label=label)
        often.set_yticks(everything)
        often.invert_yaxis()
        often.set(
            title="Stability",
            xlim=(0, 1),
            xlabel="share of half-samples that select the column",
            ylabel="column of X",
        )
        often.legend(frameon=False, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.13))
    return fig
