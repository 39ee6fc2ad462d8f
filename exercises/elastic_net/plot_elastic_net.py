"""Draws ridge, lasso and elastic net on related columns, with the learner's own function."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from exercises.plotting import draw

STYLES = ("-", "--", "-.", ":")
#: The share of the strength that goes to the absolute penalty.
MIXES = {"Ridge: all stay, related ones share": 0.0, "Elastic net: they share": 0.5,
         "Lasso: one is picked": 1.0}  # fmt: skip

# Right coefficients of `data()` for each mix (axis 0) at each of these strengths (axis 1).
SOME = np.array([0.01, 0.1, 0.5, 1.5, 4.0])
EXPECTED = np.array(
    [
        [
            [1.746, 0.242, -1.078, -0.025],
            [1.064, 0.795, -0.993, 0.018],
            [0.765, 0.718, -0.739, 0.064],
            [0.501, 0.489, -0.452, 0.073],
            [0.272, 0.270, -0.230, 0.051],
        ],
        [
            [1.981, 0.016, -1.081, -0.031],
            [1.197, 0.696, -1.016, 0.000],
            [0.833, 0.731, -0.784, 0.000],
            [0.512, 0.487, -0.431, 0.000],
            [0.146, 0.141, -0.053, 0.000],
        ],
        [
            [2.007, 0.000, -1.083, -0.031],
            [1.939, 0.000, -1.041, 0.000],
            [1.675, 0.000, -0.852, 0.000],
            [1.014, 0.000, -0.379, 0.000],
            [0.000, 0.000, 0.000, 0.000],
        ],
    ]
)


def data() -> tuple[np.ndarray, np.ndarray]:
    """50 rows of four columns: the first two nearly the same, the last one idle."""
    rng = np.random.default_rng(5)
    X = rng.normal(size=(50, 4))
    X[:, 1] = X[:, 0] + 0.15 * X[:, 1]
    y = 1.2 * X[:, 0] + 1.0 * X[:, 1] - X[:, 2] + 0.7 * rng.normal(size=50)
    return X, y


def figure(module: ModuleType):
    """Three times coefficients against the strength, and the balls that the penalties make."""
    import matplotlib.pyplot as plt

    X, y = data()
    lambdas = np.geomspace(0.01, 10, 50)
    fig, axes = plt.subplots(2, 2, figsize=(9, 7.4), layout="constrained")
    panels = [axes[0, 0], axes[0, 1], axes[1, 0]]
    for panel, (title, mix), expected in zip(panels, MIXES.items(), EXPECTED, strict=True):
        path = np.array([_fit(module, X, y, lam, mix) for lam in lambdas])
        for j, style in enumerate(STYLES):
            shade = str(0.18 * j)
            panel.plot(lambdas, path[:, j], linestyle=style, color=shade, label=f"$w_{j + 1}$")
        points = np.repeat(SOME, expected.shape[1])
        panel.plot(points, expected.ravel(), "o", color="0.3", markersize=3, label="expected")
        panel.axhline(0, color="0.8", linewidth=0.8, zorder=0)
        panel.set(
            xscale="log",
            ylim=(-1.3, 2.4),
            title=title,
            xlabel="strength λ (log scale)",
            ylabel="coefficient (units of y per unit of x)",
        )
    panels[0].legend(ncols=2, frameon=False)
    _draw_balls(axes[1, 1])
    return fig


def _fit(module: ModuleType, X: np.ndarray, y: np.ndarray, lam: float, mix: float) -> np.ndarray:
    answer = module.elastic_net_coordinate_descent(X, y, mix * lam, (1 - mix) * lam)
    return np.asarray(answer[0], dtype=float)


def _draw_balls(axes) -> None:
    """Where mix |w|_1 + (1 - mix) |w|^2 = 1: a corner makes zeros, a curve makes equals alike."""
    angle = np.linspace(0, 2 * np.pi, 401)
    way = np.stack([np.cos(angle), np.sin(angle)])
    for name, mix, style in (("ridge", 0.0, ":"), ("elastic net", 0.5, "-"), ("lasso", 1.0, "--")):
        a, b = 1 - mix, mix * np.abs(way).sum(axis=0)
        # the radius solves a r² + b r = 1
        radius = 1 / b if a == 0 else (np.sqrt(b**2 + 4 * a) - b) / (2 * a)
        axes.plot(*(radius * way), linestyle=style, color="black", label=name)
    axes.axhline(0, color="0.8", linewidth=0.8, zorder=0)
    axes.axvline(0, color="0.8", linewidth=0.8, zorder=0)
    axes.set(
        aspect="equal",
        xlim=(-1.7, 1.7),
        ylim=(-1.25, 1.25),
        xlabel="$w_1$ (units of y per unit of $x_1$)",
        ylabel="$w_2$ (units of y per unit of $x_2$)",
        title="Equal penalty: corners, and curves between",
    )
    axes.legend(frameon=False, loc="upper left", fontsize=9)


def main() -> None:
    draw("elastic_net", figure)


if __name__ == "__main__":
    main()
