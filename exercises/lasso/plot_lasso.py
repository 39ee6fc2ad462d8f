"""Draws the lasso path and the corner that makes zeros, with the learner's own functions."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from exercises.plotting import draw

STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)))

# The exact path of `data()`, straight between these knots: where a coefficient enters or leaves.
KNOTS = np.array([5.4054, 3.4374, 2.0990, 1.0682, 0.3164, 0.2532, 0.0000])
PATH_AT_KNOTS = np.array(
    [
        [0.0000, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000],
        [0.9034, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000],
        [1.6855, 0.0000, -0.8161, 0.0000, 0.0000, 0.0000],
        [2.2936, 0.0000, -1.4541, 0.5272, 0.0000, 0.0000],
        [2.6018, 0.2134, -1.9132, 0.9070, 0.0000, 0.0000],
        [2.6233, 0.2357, -1.9486, 0.9380, 0.0000, -0.0364],
        [2.7112, 0.3024, -2.1038, 1.0484, -0.0940, -0.1814],
    ]
)


def data() -> tuple[np.ndarray, np.ndarray]:
    """60 rows of six columns on one scale, two of them related; three carry the signal."""
    rng = np.random.default_rng(3)
    X = rng.normal(size=(60, 6))
    X[:, 1] = 0.7 * X[:, 0] + 0.7 * X[:, 1]
    y = 3 * X[:, 0] - 2 * X[:, 2] + X[:, 3] + rng.normal(size=60)
    return X, y


def corner() -> tuple[np.ndarray, np.ndarray]:
    """40 rows of two columns, the second of which matters little."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(40, 2)) @ np.array([[1.0, 0.4], [0.0, 0.9]])
    return X, X @ np.array([2.0, 0.6]) + rng.normal(size=40)


def figure(module: ModuleType):
    """Left: coefficients against lambda. Right: where the contours of the MSE meet the L1 ball."""
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4.6), layout="constrained")
    _draw_path(module, left)
    _draw_corner(module, right)
    return fig


def _draw_path(module: ModuleType, axes) -> None:
    X, y = data()
    largest = module.lambda_max(X, y)
    lambdas = np.linspace(1.1 * largest, 0.0, 80)
    path = np.asarray(module.lasso_path(X, y, lambdas))
    shades = np.linspace(0.0, 0.5, path.shape[1])
    for j, (shade, style) in enumerate(zip(shades, STYLES, strict=True)):
        axes.plot(lambdas, path[:, j], linestyle=style, color=str(shade), label=f"$w_{j + 1}$")
    knots = np.repeat(KNOTS, PATH_AT_KNOTS.shape[1])
    axes.plot(knots, PATH_AT_KNOTS.ravel(), "o", color="0.3", markersize=3, label="expected knots")
    axes.axvline(largest, color="0.7", linewidth=0.8, zorder=0)
    axes.annotate("lambda_max ", (largest, axes.get_ylim()[1]), rotation=90, ha="right", va="top")
    axes.axhline(0, color="0.8", linewidth=0.8, zorder=0)
    axes.set(
        xlabel="strength λ (units of y × units of x)",
        ylabel="coefficient (units of y per unit of x)",
        title="The path: one after the other, straight in between",
    )
    axes.legend(ncols=2, loc="lower right", edgecolor="white", framealpha=1)


def _draw_corner(module: ModuleType, axes) -> None:
    X, y = corner()
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    lam = 0.7 * float(module.lambda_max(X, y))
    chosen = np.asarray(module.lasso_coordinate_descent(X, y, lam)[0], dtype=float)
    free = np.asarray(module.lasso_coordinate_descent(X, y, 0.0)[0], dtype=float)
    grid = np.linspace(-1.4, 2.9, 200), np.linspace(-1.4, 1.9, 200)
    W = np.stack(np.meshgrid(*grid), axis=-1)
    mse = np.mean((yc - W @ Xc.T) ** 2, axis=-1)
    touching = np.mean((yc - Xc @ chosen) ** 2)
    lowest = np.mean((yc - Xc @ free) ** 2)
    steps = lowest + (touching - lowest) * np.array([0.1, 0.4, 1.0, 1.8])
    axes.contour(*grid, mse, levels=steps, colors=["0.7", "0.6", "0.2", "0.75"], linewidths=1)
    size = np.abs(chosen).sum()
    square = size * np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [1, 0]])
    axes.fill(*square.T, facecolor="0.88", edgecolor="black", label=f"|w₁| + |w₂| ≤ {size:.2f}")
    axes.plot(*free, "s", color="0.3", label="least squares")
    axes.plot(*chosen, "o", color="black", markersize=8, label=f"lasso, λ = {lam:.2f}")
    axes.plot([], [], color="0.5", linewidth=1, label="equal MSE")
    axes.axhline(0, color="0.8", linewidth=0.8, zorder=0)
    axes.axvline(0, color="0.8", linewidth=0.8, zorder=0)
    axes.set(
        xlabel="$w_1$ (units of y per unit of $x_1$)",
        ylabel="$w_2$ (units of y per unit of $x_2$)",
        title="The corner: contours touch it first",
        aspect="equal",
    )
    axes.legend(edgecolor="white", framealpha=1, loc="upper left", fontsize=8.5)


def main() -> None:
    draw("lasso", figure)


if __name__ == "__main__":
    main()
