"""Draws what dropout does to a batch, and to the mean and spread of its output."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from exercises.plotting import draw

ROWS, UNITS, COPIES = 12, 24, 20_000


def figure(module: ModuleType):
    """A batch before and after dropout, and mean and spread of the output against p."""
    import matplotlib.pyplot as plt
    import torch

    def generator(seed):
        return torch.Generator().manual_seed(seed)

    batch = torch.rand(ROWS, UNITS, generator=generator(0)) + 0.25
    out = module.dropout_forward(batch, 0.5, generator=generator(1))[0]
    rates = np.linspace(0.0, 0.95, 20)
    ones = torch.ones(COPIES)
    outs = [module.dropout_forward(ones, float(p), generator=generator(2))[0] for p in rates]
    means = np.array([float(item.double().mean()) for item in outs])
    spreads = np.array([float(item.double().std()) for item in outs])

    fig = plt.figure(figsize=(8.5, 6), layout="constrained")
    top, bottom = fig.subfigures(2, 1, height_ratios=[1, 1.35])
    left, right = top.subplots(1, 2, sharey=True)
    options = {"cmap": "gray_r", "vmin": 0, "vmax": 2.5, "aspect": "auto"}
    left.imshow(batch.numpy(), **options)
    image = right.imshow(out.detach().numpy(), **options)
    left.set(title="x", xlabel="unit", ylabel="example")
    right.set(title="out at p = 0.5: half is 0 (white), half is doubled", xlabel="unit")
    top.colorbar(image, ax=[left, right], label="activation")

    axes = bottom.subplots()
    fine = np.linspace(0, 0.95, 200)
    axes.plot(fine, np.ones_like(fine), "-", color="black", label="mean, expected: 1")
    axes.plot(rates, means, "o", color="black", markersize=4, label="mean, yours")
    label = "standard deviation, expected: $\\sqrt{p/(1-p)}$"
    axes.plot(fine, np.sqrt(fine / (1 - fine)), "--", color="0.35", label=label)
    axes.plot(rates, spreads, "^", color="0.35", markersize=4, label="standard deviation, yours")
    axes.plot(fine, 1 - fine, ":", color="0.55", label="mean without rescaling: 1 − p")
    axes.set(
        xlabel="probability p to drop an element",
        ylabel="output for x = 1 (units of x)",
        ylim=(-0.1, 4.6),
        title=f"Mean and spread of {COPIES:,} outputs",
    )
    axes.legend(frameon=False, loc="upper left")
    return fig


def main() -> None:
    draw("dropout", figure)


if __name__ == "__main__":
    main()
