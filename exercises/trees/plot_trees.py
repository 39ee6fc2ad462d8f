"""Draws trees of three depths, and the errors of boosting stage by stage, with your functions."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from exercises.plotting import draw

RATES = {1.0: ":", 0.3: "--", 0.1: "-"}
#: Test errors after so many trees: the shape that right stages have.
EXPECTED_STAGES = (0, 5, 10, 20, 40, 80, 120)
EXPECTED = {
    1.0: (0.308, 0.329, 0.422, 0.416, 0.415, 0.415, 0.415),
    0.3: (0.308, 0.216, 0.252, 0.297, 0.359, 0.400, 0.411),
    0.1: (0.308, 0.228, 0.211, 0.225, 0.258, 0.317, 0.352),
}


def truth(x: np.ndarray) -> np.ndarray:
    return np.sin(2 * np.pi * x) + (x > 0.6)


def data(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A wave with a step in it, and noise of standard deviation 0.4."""
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(size=n))
    return x[:, None], truth(x) + 0.4 * rng.normal(size=n)


def figure(module: ModuleType):
    """Left: step functions of trees. Right: test error against the number of trees."""
    import matplotlib.pyplot as plt

    X, y = data(60, 3)
    X_test, y_test = data(400, 4)
    grid = np.linspace(0, 1, 501)[:, None]
    fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4.4), layout="constrained")

    left.plot(X[:, 0], y, "o", color="0.6", markersize=4, label="training rows")
    left.plot(grid[:, 0], truth(grid[:, 0]), color="0.75", linewidth=4, label="truth")
    for depth, style, shade in ((1, "--", "0.0"), (3, "-", "0.0"), (None, ":", "0.3")):
        steps = module.tree_predict(X, y, grid, max_depth=depth)
        label = "no limit" if depth is None else f"depth {depth}"
        left.plot(grid[:, 0], steps, style, color=shade, linewidth=1.4, label=label)
    left.set(
        xlabel="x (no unit)",
        ylabel="y (no unit)",
        ylim=(-0.9, 2.5),
        title="One tree: too coarse, fair, wild",
    )
    left.legend(frameon=False, fontsize=9, ncols=2, loc="upper center")

    for rate, style in RATES.items():
        stages = module.boost(X, y, X_test, n_estimators=120, learning_rate=rate)
        errors = np.mean((np.asarray(stages) - y_test) ** 2, axis=1)
        right.plot(errors, style, color="black", label=f"learning rate {rate:g}")
        right.plot(EXPECTED_STAGES, EXPECTED[rate], "o", color="0.5")
    right.plot([], [], "o", color="0.5", label="expected")
    right.axhline(0.16, color="0.75", linewidth=1, label="noise variance")
    right.set(
        xlabel="number of trees (depth 3)",
        ylabel="test MSE (units of y²)",
        ylim=(0, None),
        title="Boosting: small steps overfit later, and less",
    )
    right.legend(frameon=False, fontsize=9)
    return fig


def main() -> None:
    draw("trees", figure)


if __name__ == "__main__":
    main()
