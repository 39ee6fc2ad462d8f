"""Draws ridge coefficients against lambda with the learner's own `ridge_closed_form`."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from exercises.plotting import draw

STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))


def data() -> tuple[np.ndarray, np.ndarray]:
    """40 rows of five columns; the first two nearly say the same."""
    rng = np.random.default_rng(7)
    X = rng.normal(size=(40, 5))
    X[:, 1] = X[:, 0] + 0.1 * rng.normal(size=40)
    y = 2 * X[:, 0] - 1.5 * X[:, 2] + 0.8 * X[:, 3] + rng.normal(size=40)
    return X, y


def figure(module: ModuleType):
    """Coefficients against lambda, and the degrees of freedom that are left."""
    import matplotlib.pyplot as plt

    X, y = data()
    lambdas = np.geomspace(1e-4, 1e3, 60)
    path = np.array([module.ridge_closed_form(X, y, lam)[0] for lam in lambdas])
    freedom = [module.effective_degrees_of_freedom(X, lam) for lam in lambdas]

    fig, (top, bottom) = plt.subplots(
        2, 1, figsize=(7, 6), sharex=True, height_ratios=[2.2, 1], layout="constrained"
    )
    shades = np.linspace(0.0, 0.55, path.shape[1])
    for j, (shade, style) in enumerate(zip(shades, STYLES, strict=True)):
        top.plot(lambdas, path[:, j], linestyle=style, color=str(shade), label=f"$w_{j + 1}$")
    # what the shape must be: each direction shrunk by s² / (s² + n lam)
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    U, s, Vt = np.linalg.svd(Xc, full_matrices=False)
    some = lambdas[::6]
    shape = np.array([Vt.T @ (s / (s**2 + len(y) * lam) * (U.T @ yc)) for lam in some])
    top.plot(some, shape, "o", color="0.3", markersize=3, linestyle="none")
    top.plot([], [], "o", color="0.3", markersize=3, label="expected")
    top.axhline(0, color="0.8", linewidth=0.8, zorder=0)
    top.set(ylabel="coefficient (units of y per unit of x)", title="Ridge: shrunk, never to zero")
    top.legend(ncols=2, frameon=False)
    bottom.plot(lambdas, freedom, color="black", label="yours")
    bottom.set(
        xscale="log",
        xlabel="strength λ (log scale)",
        ylabel="effective degrees\nof freedom",
        ylim=(0, 5.3),
    )
    bottom.legend(frameon=False)
    return fig


def main() -> None:
    draw("ridge", figure)


if __name__ == "__main__":
    main()
