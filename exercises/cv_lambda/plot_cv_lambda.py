"""Draws the cross-validated error of ridge against lambda, with both choices, by your functions."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from exercises.plotting import draw

#: The mean error at every sixth strength, from the largest down: the shape that is right.
EXPECTED = (8.012, 7.553, 5.916, 4.410, 5.197, 6.098, 6.315)


def data() -> tuple[np.ndarray, np.ndarray]:
    """60 rows of 30 columns on different scales, five of which matter."""
    rng = np.random.default_rng(5)
    X = rng.normal(size=(60, 30)) * rng.uniform(0.5, 20, size=30)
    y = (X[:, :5] / X[:, :5].std(axis=0)) @ [1.5, -1.0, 1.0, 0.5, -0.5] + 1.5 * rng.normal(size=60)
    return X, y


def ridge(X_train: np.ndarray, y_train: np.ndarray, X_val: np.ndarray, lam: float) -> np.ndarray:
    """Ridge regression on columns of mean 0."""
    n, p = X_train.shape
    gram = X_train.T @ X_train + n * lam * np.eye(p)
    coef = np.linalg.solve(gram, X_train.T @ (y_train - y_train.mean()))
    return y_train.mean() + X_val @ coef


def figure(module: ModuleType):
    """Mean error with error bars against lambda."""
    import matplotlib.pyplot as plt

    X, y = data()
    lambdas = np.asarray(module.lambda_grid(100.0, 37, eps=1e-5))
    folds = module.kfold_indices(len(y), 10)
    _, mean, std_error, best, one_se = module.cross_validate(X, y, lambdas, folds, ridge)
    mean, std_error = np.asarray(mean), np.asarray(std_error)

    fig, axes = plt.subplots(figsize=(7.5, 4.6), layout="constrained")
    axes.errorbar(
        lambdas, mean, std_error, fmt="o-", color="black", ecolor="0.7", markersize=3, capsize=2,
        label="mean over 10 folds ± 1 standard error",
    )  # fmt: skip
    axes.plot(
        lambdas[::6], EXPECTED, "s", color="0.5", markersize=8, fillstyle="none", label="expected"
    )
    lowest = int(np.argmin(mean))
    axes.axhline(
        mean[lowest] + std_error[lowest], color="0.5", linewidth=1, linestyle=":",
        label="lowest + its standard error",
    )  # fmt: skip
    axes.axvline(best, color="black", linestyle="-", linewidth=1, label=f"best λ = {best:.3g}")
    axes.axvline(
        one_se,
        color="black",
        linestyle="--",
        linewidth=1,
        label=f"one-standard-error λ = {one_se:.3g}",
    )
    axes.set(
        xscale="log",
        xlabel="strength λ (log scale)",
        ylabel="validation MSE (units of y²)",
        title="Ridge by 10-fold cross-validation: the best λ, and a simpler one as good",
    )
    axes.legend(frameon=False, fontsize=9)
    return fig


def main() -> None:
    draw("cv_lambda", figure)


if __name__ == "__main__":
    main()
