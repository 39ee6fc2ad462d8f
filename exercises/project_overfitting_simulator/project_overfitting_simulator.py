"""An overfitting simulator: the errors of penalised polynomials, over degrees and strengths.

Built on your own work: `from overfitting import ...` and `from ridge import ...` find it. See
README.md in exercises/project_overfitting_simulator for the idea.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

#: How many points the test error is measured on.
N_TEST = 1000


class Simulation(NamedTuple):
    """Errors of shape (len(degrees), len(lambdas)), and the pair with the lowest test error."""

    degrees: list[int]
    lambdas: np.ndarray
    train_mse: np.ndarray
    test_mse: np.ndarray
    best_degree: int
    best_lambda: float


def true_function(x: np.ndarray) -> np.ndarray:
    """The curve behind the data, one wave on [-1, 1]: sin(pi x)."""
    return np.sin(np.pi * np.asarray(x, dtype=np.float64))


def simulate(
    degrees: Sequence[int],
    lambdas: Sequence[float],
    *,
    n_train: int = 15,
    noise_std: float = 0.3,
    rng: np.random.Generator,
) -> Simulation:
    r"""Draw one training set, fit a polynomial for every degree and strength, and test them all.

    The data are `y = true_function(x) + noise_std * N(0, 1)`: `n_train` rows with x evenly spaced
    on [-1, 1] to fit to, and `N_TEST` rows with x drawn uniformly from [-1, 1] to test on. All the
    fits see the same rows, so that only the degree and the strength make a difference. A fit
    minimises

        MSE(training rows) + lam * sum_{j >= 1} coef_j^2

    over the coefficients of x^1 ... x^degree and an intercept that is not penalised: your
    `ridge_closed_form` on your `polynomial_features`.

    Parameters
    ----------
    degrees : the degrees to try, each >= 0, in any order.
    lambdas : the strengths to try, each finite and >= 0, in any order. 0 is least squares.
    n_train : the number of training rows, at least 1.
    noise_std : the standard deviation of the noise in units of y, >= 0.
    rng : where all randomness comes from; the same seed gives the same result.

    Returns
    -------
    Simulation(degrees, lambdas, train_mse, test_mse, best_degree, best_lambda) : the mean squared
        errors in units of y², one row per degree and one column per strength, in the order given.
        `best_degree` and `best_lambda` belong to the cell with the lowest test error.

    Raises
    ------
    ValueError : naming the argument, if `degrees` or `lambdas` is empty, a degree is negative, a
        strength is negative or not finite, or `n_train` < 1.

    Source: Bishop, Pattern Recognition and Machine Learning, section 1.1.
    """
    raise NotImplementedError("to do: simulate")


def plot(result: Simulation):
    """The errors of a simulation as a matplotlib Figure.

    Left, training and test error against the degree at the smallest strength; right, the test
    error of every pair as shades of grey, the best one marked.
    """
    from matplotlib.colors import LogNorm
    from matplotlib.figure import Figure

    degrees, lambdas = np.asarray(result.degrees), np.asarray(result.lambdas)
    rows, columns = np.argsort(degrees), np.argsort(lambdas)
    train = np.asarray(result.train_mse)[np.ix_(rows, columns)]
    test = np.asarray(result.test_mse)[np.ix_(rows, columns)]
    degrees, lambdas = degrees[rows], lambdas[columns]

    fig = Figure(figsize=(10, 4.4), layout="constrained")
    left, right = fig.subplots(1, 2)
    left.plot(degrees, train[:, 0], "o-", color="black", label="training error")
    left.plot(degrees, test[:, 0], "s--", color="0.45", label="test error")
    left.set(
        title=f"λ = {lambdas[0]:.3g}",
        xlabel="degree of the polynomial",
        ylabel="mean squared error in y² (log scale)",
        yscale="log",
        ylim=(test.min() / 100, 2 * max(test[:, 0].max(), train[:, 0].max())),
        xticks=degrees,
    )
    left.legend(frameon=False)

    # a penalty of any use beats the mean, so what is worse by far need not be told apart
    worst = min(test.max(), 4 * np.median(test[:, -1]))
    image = right.imshow(
        test, cmap="gray", aspect="auto", origin="lower", norm=LogNorm(test.min(), worst, clip=True)
    )
    best = (
        int(np.flatnonzero(lambdas == result.best_lambda)[0]),
        int(np.flatnonzero(degrees == result.best_degree)[0]),
    )
    label = f"best: degree {result.best_degree}, λ = {result.best_lambda:.2g}"
    right.plot(*best, "*", markersize=16, color="white", markeredgecolor="black", label=label)
    step = max(1, len(lambdas) // 6)
    right.set_xticks(
        range(0, len(lambdas), step), [f"{lam:.1g}" for lam in lambdas[::step]], rotation=45
    )
    right.set_yticks(range(len(degrees)), degrees)
    right.set(title="Test error", xlabel="strength λ", ylabel="degree of the polynomial")
    fig.legend(*right.get_legend_handles_labels(), loc="outside lower right", frameon=False)
    fig.colorbar(image, ax=right, extend="max", label="mean squared error in y² (log scale)")
    return fig
