"""Draws handwritten digits before and after each transform, and a noisy table."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from exercises.plotting import draw

COPIES = 7


def figure(module: ModuleType):
    """A grid of images, a row for each transform, and a table's columns with their noise."""
    import matplotlib.pyplot as plt
    from sklearn.datasets import load_digits

    digits = load_digits().images[[4, 13, 22, 34, 45, 56, 72]] / 16.0
    # 8 x 8 pixels made 24 x 24, so that small rotations and moves can be seen
    images = np.kron(digits, np.ones((1, 3, 3)))[..., None]

    def rng():
        return np.random.default_rng(5)

    rows = [
        ("original", images),
        ("flip", module.random_horizontal_flip(images, rng=rng())),
        ("crop,\npadding 4", module.random_crop(images, 4, rng=rng())),
        ("rotation,\n±25°", module.random_rotation(images, 25.0, rng=rng())),
        ("jitter,\n±0.6", module.color_jitter(images, 0.6, 0.6, rng=rng())),
    ]
    fig = plt.figure(figsize=(10.5, 5.2), layout="constrained")
    left, right = fig.subfigures(1, 2, width_ratios=[1.25, 1])
    grid = left.subplots(len(rows), COPIES)
    for axes, (name, pictures) in zip(grid, rows, strict=True):
        for ax, picture in zip(axes, np.asarray(pictures), strict=True):
            shown = ax.imshow(picture[..., 0], cmap="gray", vmin=0, vmax=1)
            ax.set(xticks=[], yticks=[])
        axes[0].set_ylabel(name, rotation=0, ha="right", va="center")
    left.suptitle("One image in, one image out")
    left.colorbar(
        shown, ax=grid, location="bottom", shrink=0.6, aspect=40, label="brightness (0 to 1)"
    )

    source = np.random.default_rng(1)
    X = np.column_stack([source.normal(20, 5, 60), source.normal(1000, 40, 60)])
    noisy = np.asarray(module.augment_tabular(X, noise_level=0.15, rng=rng()))
    ax = right.subplots()
    for before, after in zip(X, noisy, strict=True):
        ax.plot(*np.column_stack([before, after]), "-", color="0.75", linewidth=0.8, zorder=1)
    ax.plot(*X.T, "o", color="black", markersize=4, label="original rows")
    ax.plot(*noisy.T, "^", color="0.45", markersize=4, label="noisy copies, yours")
    # where noise_level times the spread of each column should put most copies of one row
    angle = np.linspace(0, 2 * np.pi, 100)
    middle, spread = X.mean(axis=0), 0.15 * X.std(axis=0)
    for k, style in ((1, "-"), (2, "--")):
        ring = middle + k * np.column_stack([np.cos(angle), np.sin(angle)]) * spread
        ax.plot(*ring.T, style, color="black", linewidth=1, label=f"expected noise, {k} s.d.")
    ax.set(
        xlabel="temperature (°C)",
        ylabel="pressure (hPa)",
        title="Noise in each column's own units",
        ylim=(890, 1120),
    )
    ax.legend(frameon=False, fontsize=8, loc="upper right")
    return fig


def main() -> None:
    draw("augmentation", figure)


if __name__ == "__main__":
    main()
