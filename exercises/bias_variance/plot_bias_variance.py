"""Draws bias², variance and their sum against the degree of a polynomial, with your function."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from exercises.plotting import draw

DEGREES = np.arange(11)
NOISE_STD = 0.5


def truth(x: np.ndarray) -> np.ndarray:
    return np.sin(1.5 * np.pi * x)


def smoother(degree: int, x_train: np.ndarray, x_test: np.ndarray) -> np.ndarray:
    """The matrix that takes y to the predictions of the polynomial of least squares, (m, n)."""
    basis = np.polynomial.chebyshev.chebvander
    return basis(x_test, degree) @ np.linalg.pinv(basis(x_train, degree))


def figure(module: ModuleType):
    """Above: single fits and their mean, stiff and supple. Below: the parts by degree."""
    import matplotlib.pyplot as plt

    x_train, x_test = np.linspace(-1, 1, 25), np.linspace(-0.95, 0.95, 80)
    fig = plt.figure(figsize=(9, 7), layout="constrained")
    grid = fig.add_gridspec(2, 2, height_ratios=[1, 1.3])
    for column, (degree, word) in enumerate(((2, "much bias"), (9, "much variance"))):
        axes = fig.add_subplot(grid[0, column])
        fits = []

        def fit_predict(x_train, y, x_test, degree=degree, fits=fits):
            fits.append(smoother(degree, x_train, x_test) @ y)
            return fits[-1]

        module.bias_variance(
            fit_predict, truth, x_train, x_test, NOISE_STD, 12, rng=np.random.default_rng(1)
        )
        for i, fit in enumerate(fits):
            label = "fit to noisy y" if i == 0 else None
            axes.plot(x_test, fit, color="0.6", linewidth=0.7, label=label)
        axes.plot(x_test, np.mean(fits, axis=0), "--", color="black", label="mean of the fits")
        axes.plot(x_test, truth(x_test), color="black", linewidth=2.5, alpha=0.45, label="truth")
        axes.set(xlabel="x (no unit)", ylabel="y (no unit)", ylim=(-2.3, 2.3))
        axes.set_xticks([-1, -0.5, 0, 0.5, 1])
        axes.set_title(f"Polynomials of degree {degree}: {word}")
        if column == 0:
            axes.legend(frameon=False, fontsize=8, loc="lower left", ncols=2)

    parts = np.array(
        [
            module.bias_variance(
                lambda x_train, y, x_test, degree=degree: smoother(degree, x_train, x_test) @ y,
                truth,
                x_train,
                x_test,
                NOISE_STD,
                200,
                rng=np.random.default_rng(2),
            )
            for degree in DEGREES
        ],
        dtype=float,
    )
    below = fig.add_subplot(grid[1, :])
    styles = (("-.", "bias²"), ("--", "variance"), (":", "noise"), ("-", "expected error, the sum"))
    for j, (style, label) in enumerate(styles):
        below.plot(DEGREES, parts[:, j], style, color="black", label=label)
    # a polynomial fit is linear in y, so that its bias and variance are known exactly
    bias, variance = [], []
    for degree in DEGREES:
        S = smoother(degree, x_train, x_test)
        bias.append(np.mean((S @ truth(x_train) - truth(x_test)) ** 2))
        variance.append(NOISE_STD**2 * np.mean(np.sum(S**2, axis=1)))
    below.plot(DEGREES, bias, "o", color="0.5", label="expected bias²")
    below.plot(DEGREES, variance, "s", color="0.5", label="expected variance")
    below.set(
        xlabel="degree of the polynomial",
        ylabel="part of the error (units of y²)",
        title="Less bias is paid for with variance",
    )
    below.legend(frameon=False, ncols=2)
    return fig


def main() -> None:
    draw("bias_variance", figure)


if __name__ == "__main__":
    main()
