"""Draws the decision boundary by strength and the path, with the learner's own functions."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from exercises.plotting import draw

STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)))
#: Strengths of the squared penalty in the left picture.
STRENGTHS = {1e-4: ":", 1e-2: "-", 1e-1: "--"}

# Right coefficients of `path_data()` at these strengths of the absolute penalty.
SOME = np.array([0.005, 0.02, 0.06, 0.12, 0.2])
EXPECTED = np.array(
    [
        [1.4953, -0.0950, -1.5416, 0.7579, 0.2929, 0.0000],
        [1.1549, 0.0000, -1.2516, 0.5708, 0.1371, 0.0000],
        [0.6813, 0.0000, -0.8457, 0.2779, 0.0000, 0.0000],
        [0.3008, 0.0000, -0.5187, 0.0000, 0.0000, 0.0000],
        [0.0000, 0.0000, -0.2181, 0.0000, 0.0000, 0.0000],
    ]
)


def moons() -> tuple[np.ndarray, np.ndarray]:
    """Two classes of 40 points each that bend around each other."""
    rng = np.random.default_rng(2)
    angle = np.pi * rng.uniform(size=80)
    y = np.repeat([0.0, 1.0], 40)
    x1 = np.where(y == 0, np.cos(angle), 1 - np.cos(angle))
    x2 = np.where(y == 0, np.sin(angle), 0.5 - np.sin(angle))
    return np.column_stack([x1, x2]) + 0.22 * rng.normal(size=(80, 2)), y


def powers(points: np.ndarray) -> np.ndarray:
    """All products of the two coordinates up to the fourth degree, about a common centre."""
    u, v = points[:, 0] - 0.5, points[:, 1] - 0.25
    return np.column_stack([u**i * v**j for i in range(5) for j in range(5 - i) if i + j > 0])


def path_data() -> tuple[np.ndarray, np.ndarray]:
    """120 rows of six columns, of which three matter."""
    rng = np.random.default_rng(8)
    X = rng.normal(size=(120, 6))
    odds = 1.5 * X[:, 0] - X[:, 2] + 0.6 * X[:, 3] + 0.3
    return X, (rng.uniform(size=120) < 1 / (1 + np.exp(-odds))).astype(float)


def figure(module: ModuleType):
    """Left: where the probability is one half, by strength. Right: coefficients against l1."""
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4.6), layout="constrained")
    _draw_boundary(module, left)
    _draw_path(module, right)
    return fig


def _draw_boundary(module: ModuleType, axes) -> None:
    from matplotlib.lines import Line2D

    points, y = moons()
    grid = np.linspace(-1.8, 2.8, 120), np.linspace(-1.5, 2.7, 110)
    everywhere = np.stack(np.meshgrid(*grid), axis=-1).reshape(-1, 2)
    lines = []
    for strength, style in STRENGTHS.items():
        fit = module.logistic_proximal_gradient(powers(points), y, l2=strength)
        probability = np.asarray(module.predict_proba(fit, powers(everywhere)), dtype=float)
        levels = probability.reshape(len(grid[1]), len(grid[0]))
        axes.contour(*grid, levels, levels=[0.5], colors="black", linestyles=[style])
        lines.append(
            Line2D([], [], color="black", linestyle=style, label=f"p = ½ at l2 = {strength:g}")
        )
    zeros = axes.scatter(*points[y == 0].T, marker="o", s=22, color="0.65", label="class 0")
    ones = axes.scatter(*points[y == 1].T, marker="^", s=22, color="0.2", label="class 1")
    axes.set(
        xlabel="$x_1$ (no unit)",
        ylabel="$x_2$ (no unit)",
        title="The boundary bends as the penalty weakens",
        xlim=(-1.8, 2.8),
        ylim=(-1.5, 2.7),
    )
    axes.legend(handles=[zeros, ones, *lines], fontsize=8.5, loc="upper right", framealpha=0.9)


def _draw_path(module: ModuleType, axes) -> None:
    X, y = path_data()
    strengths = np.geomspace(0.003, 0.3, 40)
    path = np.array(
        [np.asarray(module.logistic_proximal_gradient(X, y, l1=l1)[0]) for l1 in strengths]
    )
    for j, style in enumerate(STYLES):
        shade = str(0.1 * j)
        axes.plot(strengths, path[:, j], linestyle=style, color=shade, label=f"$w_{j + 1}$")
    points = np.repeat(SOME, EXPECTED.shape[1])
    axes.plot(points, EXPECTED.ravel(), "o", color="0.3", markersize=3, label="expected")
    axes.axhline(0, color="0.8", linewidth=0.8, zorder=0)
    axes.set(
        xscale="log",
        xlabel="strength l1 (log scale)",
        ylabel="coefficient (log-odds per unit of x)",
        title="The path: zeros, as in the lasso",
    )
    axes.legend(ncols=2, frameon=False)


def main() -> None:
    draw("logistic", figure)


if __name__ == "__main__":
    main()
