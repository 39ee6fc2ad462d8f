"""Draws a search for λ on the diabetes data with the learner's own `find_lambda` and `plot`."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from exercises.plotting import draw


def figure(module: ModuleType):
    """The lasso's curve over ten shuffled folds, and the ten coefficients of the diabetes data."""
    from sklearn.datasets import load_diabetes

    data = load_diabetes(scaled=False)
    search = module.find_lambda(data.data, data.target, n_splits=10, rng=np.random.default_rng(0))
    fig = module.plot(search)
    if len(fig.axes) > 1:  # the learner's own plot may have other panels
        fig.axes[1].set_yticks(range(10), data.feature_names)
    return fig


def main() -> None:
    draw("project_lambda_finder", figure)


if __name__ == "__main__":
    main()
