"""Draws polynomial fits and the errors by degree with the learner's own functions."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from exercises.plotting import draw

SHOWN = (1, 5, 14)
DEGREES = tuple(range(15))


def truth(x: np.ndarray) -> np.ndarray:
    """The curve behind the data."""
    return np.sin(1.5 * np.pi * x) + 0.5 * x


def data(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """`n` noisy points of the curve, evenly spaced on [-1, 1]."""
    rng = np.random.default_rng(seed)
    x = np.linspace(-1, 1, n)
    return x, truth(x) + 0.3 * rng.normal(size=n)


def figure(module: ModuleType):
    """Three fits to the same 18 points, and below them both errors against the degree."""
    import matplotlib.pyplot as plt

    x_train, y_train = data(18, seed=4)
    x_test, y_test = data(200, seed=5)
    curve = module.error_curve(x_train, y_train, x_test, y_test, list(DEGREES))
    line = np.linspace(x_train.min(), x_train.max(), 400)

    fig = plt.figure(figsize=(9, 6.4), layout="constrained")
    panels = fig.subplot_mosaic([["a", "b", "c"], ["errors"] * 3], height_ratios=[1, 1.1])
    for panel, degree in zip("abc", SHOWN, strict=True):
        axes = panels[panel]
        coef = module.fit_polynomial(x_train, y_train, degree)
        axes.plot(line, truth(line), "--", color="0.55", label="truth")
        axes.plot(line, module.predict_polynomial(coef, line), color="black", label="your fit")
        axes.plot(x_train, y_train, "o", color="0.25", markersize=4, label="training points")
        axes.set(title=f"degree {degree}", xlabel="x", ylim=(-2.2, 2.6))
    panels["a"].set_ylabel("y")
    panels["a"].legend(frameon=False, fontsize=8, loc="lower right")

    errors = panels["errors"]
    errors.plot(DEGREES, curve[1], "o-", color="black", label="training error")
    errors.plot(DEGREES, curve[2], "s--", color="0.45", label="test error")
    errors.axvline(curve[3], color="0.7", linestyle=":", label=f"best degree: {curve[3]}")
    errors.axhline(0.3**2, color="0.8", linewidth=0.8, label="noise variance, 0.09")
    errors.set(
        yscale="log", xlabel="degree", ylabel="mean squared error (log scale)", xticks=DEGREES
    )
    errors.legend(frameon=False, ncols=2)
    return fig


def main() -> None:
    draw("overfitting", figure)


if __name__ == "__main__":
    main()
